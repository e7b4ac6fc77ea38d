"""A day's log in taps: favorites, plans confirmed, entries copied, several at once, and the last change taken back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ceu.domain.dates import day_text
from ceu.domain.errors import DomainError
from ceu.experience.checks import Stretch, check_pattern, completed
from ceu.experience.day_models import Favorite, FavoriteDay
from ceu.experience.day_queries import answered_on, find_undo, list_favorites
from ceu.experience.models import Entry
from ceu.experience.own_queries import tags_of
from ceu.experience.own_words import OwnWords, check_free_text
from ceu.experience.queries import get_setting, list_entries
from ceu.experience.services import (
    Repeated,
    count_minutes,
    log_experience,
    open_log,
    place_of,
    remove_entry,
)
from ceu.experience.undo_services import from_snapshot, remember

_PATTERN = (
    "setting_id",
    "minutes",
    "activity",
    "client_unit",
    "delivery",
    "start_minute",
    "head_count",
    "under_id",
)


# ---- favorites and plans -----------------------------------------------------------------------------------------


def add_favorite(session: Session, now: datetime, entry: Entry) -> Favorite:
    """Make a favorite of an entry, with its tags and without its note and day."""
    open_log(session, entry.person_id, now)
    wanted = {**{name: getattr(entry, name) for name in _PATTERN[1:]}, "setting_id": entry.sheet.setting_id}
    for known in list_favorites(session, entry.person_id):
        if all(getattr(known, name) == value for name, value in wanted.items()):
            raise DomainError("This is a favorite already: tap it on the page of a day.")
    tags = tags_of(session, [entry.id]).get(entry.id, [])
    favorite = Favorite(person_id=entry.person_id, tags=tags, weekdays="", **wanted)
    session.add(favorite)
    session.flush()
    return favorite


def change_favorite(
    session: Session,
    now: datetime,
    favorite: Favorite,
    *,
    weekdays: str,
    first_day: date | None,
    last_day: date | None,
    under_id: int | None = None,
    **facts: Any,
) -> None:
    """Correct a favorite, and say on which weekdays it recurs, from when and until when."""
    open_log(session, favorite.person_id, now)
    setting = get_setting(session, favorite.person_id, facts["setting_id"])
    if first_day and last_day and last_day < first_day:
        raise DomainError(
            f"The last day is before the first, {day_text(first_day)}. Correct one of them.", field="last_day"
        )
    stretch = completed(
        Stretch(
            place_of(setting),
            first_day or now.date(),
            under_id=under_id,
            **{name: facts[name] for name in _PATTERN[1:-1]},
        )
    )
    check_pattern(stretch)
    check_free_text("tags", ", ".join(facts["own"].tags), facts["own"].kept_because)
    favorite.setting_id = setting.id
    for name in _PATTERN[1:]:
        setattr(favorite, name, getattr(stretch, name))
    favorite.weekdays, favorite.first_day, favorite.last_day = weekdays, first_day, last_day
    favorite.tags = list(facts["own"].tags)
    session.flush()


def remove_favorite(session: Session, now: datetime, favorite: Favorite) -> None:
    """Forget a favorite and its plans; what was logged with it stays."""
    open_log(session, favorite.person_id, now)
    session.delete(favorite)
    session.flush()


def log_favorite(session: Session, now: datetime, favorite: Favorite, day: date) -> Entry:
    """Log a favorite on a day; where it was planned for that day, this confirms it."""
    entry = log_experience(
        session,
        now,
        person_id=favorite.person_id,
        day=day,
        own=OwnWords(tuple(favorite.tags)),
        **{name: getattr(favorite, name) for name in _PATTERN},
    )
    if favorite.falls_on(day) and session.get(FavoriteDay, (favorite.id, day)) is None:
        session.add(FavoriteDay(favorite_id=favorite.id, day=day, entry_id=entry.id))
        session.flush()
    return entry


def skip_plan(session: Session, now: datetime, favorite: Favorite, day: date) -> None:
    """What was planned for this day did not take place."""
    open_log(session, favorite.person_id, now)
    if favorite.falls_on(day) and session.get(FavoriteDay, (favorite.id, day)) is None:
        session.add(FavoriteDay(favorite_id=favorite.id, day=day))
        session.flush()


def confirm_day(session: Session, now: datetime, person_id: int, day: date) -> Repeated:
    """Log everything planned for a day that has no answer yet; what would be refused stays planned."""
    open_log(session, person_id, now)
    answered = answered_on(session, person_id, day)
    planned = [
        one for one in list_favorites(session, person_id) if one.falls_on(day) and one.id not in answered
    ]
    added: list[Entry] = []
    left_out: list[str] = []
    for favorite in planned:
        try:
            added.append(log_favorite(session, now, favorite, day))
        except DomainError as refusal:
            left_out.append(refusal.message)
    if added:
        remember(session, now, person_id, f"{_entries(len(added))} of {day_text(day)} confirmed", added=added)
    return Repeated(len(added), tuple(dict.fromkeys(left_out)))


# ---- copies and several at once ----------------------------------------------------------------------------------


def copy_entries(
    session: Session, now: datetime, person_id: int, entries: Sequence[Entry], day: date
) -> Repeated:
    """Copy entries with their tags, without notes and reflections, to a day; what would be refused is left out."""
    open_log(session, person_id, now)
    tags = tags_of(session, [entry.id for entry in entries])
    added: list[Entry] = []
    left_out: list[str] = []
    for entry in entries:
        facts = {name: getattr(entry, name) for name in _PATTERN[1:]}
        own = OwnWords(tuple(tags.get(entry.id, ())))
        try:
            added.append(
                log_experience(
                    session,
                    now,
                    person_id=person_id,
                    setting_id=entry.sheet.setting_id,
                    day=day,
                    own=own,
                    **facts,
                )
            )
        except DomainError as refusal:
            left_out.append(refusal.message)
    if added:
        remember(session, now, person_id, f"{_entries(len(added))} copied to {day_text(day)}", added=added)
    return Repeated(len(added), tuple(dict.fromkeys(left_out)))


def copy_day(session: Session, now: datetime, person_id: int, source: date, day: date) -> Repeated:
    """Copy what was logged on one day to another."""
    if source == day:
        raise DomainError("Choose another day to copy from.", field="source")
    return copy_entries(session, now, person_id, list_entries(session, person_id, source, source), day)


class RowsRefused(DomainError):
    """Some rows cannot be logged, so none is; ``refusals`` by the number of the row."""

    def __init__(self, refusals: Mapping[int, DomainError]) -> None:
        super().__init__(
            "Nothing is logged yet: correct the rows named here. The others are kept as you typed them."
        )
        self.refusals = refusals


def log_several(
    session: Session, now: datetime, person_id: int, rows: Mapping[int, Mapping[str, Any]]
) -> list[Entry]:
    """Log several stretches, all or none. Raises RowsRefused with a sentence for each row that cannot be."""
    added: list[Entry] = []
    refusals: dict[int, DomainError] = {}
    for number, facts in rows.items():
        try:
            added.append(log_experience(session, now, person_id=person_id, **facts))
        except DomainError as refusal:
            refusals[number] = refusal
    if refusals:
        raise RowsRefused(refusals)
    if added:
        remember(session, now, person_id, f"{_entries(len(added))} logged", added=added)
    return added


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


# ---- the last change ---------------------------------------------------------------------------------------------


def undo(session: Session, now: datetime, person_id: int) -> str:
    """Take the last change of a person's entries back; returns what it was.

    Raises DomainError when it is too late, when an entry was changed since, or its week can no longer change.
    """
    open_log(session, person_id, now)
    change = find_undo(session, person_id, now)
    if change is None:
        raise DomainError(
            "There is nothing to undo: only the last change can be taken back, for ten minutes."
        )
    said, added, removed = change.said, list(change.added), list(change.removed)
    for entry_id, fingerprint in added:
        entry = session.get(Entry, entry_id, populate_existing=True)
        if entry is None or entry.person_id != person_id or entry.fingerprint != fingerprint:
            raise DomainError(
                "This entry was changed since, perhaps in another tab. Edit or remove it by hand."
            )
        remove_entry(session, now, entry)
    for kept in removed:
        _put_back(session, now, person_id, kept)
    session.delete(change)
    session.flush()
    return said


def _put_back(session: Session, now: datetime, person_id: int, kept: Mapping[str, Any]) -> None:
    columns, own = from_snapshot(kept)
    facts = {name: columns[name] for name in (*_PATTERN[1:-1], "day", "note")}
    place = {"setting_id": kept["setting_id"], "under_id": kept.get("under_id")}
    entry = log_experience(session, now, person_id=person_id, own=own, **place, **facts)
    for name in columns.keys() - {"id", "sheet_id"}:
        setattr(entry, name, columns[name])
    for favorite_id in kept["confirms"]:
        if session.get(Favorite, favorite_id) is not None:
            session.add(FavoriteDay(favorite_id=favorite_id, day=entry.day, entry_id=entry.id))
    session.flush()
    count_minutes(session, entry.sheet)
