"""Remembering how to take the last change of a person's entries back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ceu.experience.day_models import FavoriteDay, LastChange
from ceu.experience.models import Entry
from ceu.experience.own_queries import get_own_words
from ceu.experience.own_words import OwnWords

_DATES = {"day": date, "logged_at": datetime}


def remember(
    session: Session,
    now: datetime,
    person_id: int,
    said: str,
    *,
    added: Sequence[Entry] = (),
    removed: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Note the change just made instead of the one before; ``removed`` are snapshots, ``said`` names it for the button."""
    session.flush()
    change = {
        "at": now,
        "said": said,
        "added": [[entry.id, entry.fingerprint] for entry in added],
        "removed": [dict(one) for one in removed],
    }
    noted = update(LastChange).where(LastChange.person_id == person_id).values(**change)
    if session.scalar(noted.returning(LastChange.person_id)) is None:
        session.add(LastChange(person_id=person_id, **change))
        session.flush()


def snapshot(session: Session, entry: Entry) -> dict[str, Any]:
    """An entry with everything kept about it, as plain JSON."""
    columns = {column.key: getattr(entry, column.key) for column in Entry.__table__.columns}
    for name in _DATES:
        columns[name] = columns[name].isoformat()
    confirms = session.scalars(select(FavoriteDay.favorite_id).where(FavoriteDay.entry_id == entry.id))
    return {
        "entry": columns,
        "setting_id": entry.sheet.setting_id,
        "under_id": entry.under_id,
        "own": asdict(get_own_words(session, entry.id)),
        "confirms": list(confirms),
    }


def from_snapshot(kept: Mapping[str, Any]) -> tuple[dict[str, Any], OwnWords]:
    """The columns of an entry and what was kept about it."""
    columns = dict(kept["entry"])
    for name, kind in _DATES.items():
        columns[name] = kind.fromisoformat(columns[name])
    own = {**kept["own"], "tags": tuple(kept["own"]["tags"])}
    return columns, OwnWords(**own)


def forget(session: Session, person_id: int) -> None:
    """Keep the change just made from being taken back: it was not the person's own."""
    session.flush()
    change = session.get(LastChange, person_id)
    if change is not None:
        session.delete(change)
        session.flush()
