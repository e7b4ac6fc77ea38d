"""Reading tags, focus and reflections: always the person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from ceu.experience.models import Entry, WeekSheet
from ceu.experience.own_models import EntryAside, EntryTag
from ceu.experience.own_words import OwnWords

PAGE = 50
_RECENT = 200


@dataclass(frozen=True)
class Sum:
    """How many entries carry a tag or a focus, and their minutes together."""

    name: str
    entries: int
    minutes: int


def list_recent_tags(session: Session, person_id: int) -> list[str]:
    """The tags a person used last, each once, the latest first."""
    wanted = select(EntryTag.name).where(EntryTag.person_id == person_id)
    names = session.scalars(wanted.order_by(EntryTag.entry_id.desc(), EntryTag.name).limit(_RECENT))
    return list(dict.fromkeys(names))


def tags_of(session: Session, entry_ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags of each of these entries that has any."""
    if not entry_ids:
        return {}
    wanted = select(EntryTag.entry_id, EntryTag.name).where(EntryTag.entry_id.in_(entry_ids))
    tags: dict[int, list[str]] = {}
    for entry_id, name in session.execute(wanted.order_by(EntryTag.name)):
        tags.setdefault(entry_id, []).append(name)
    return tags


def get_own_words(session: Session, entry_id: int) -> OwnWords:
    """What is kept about one entry."""
    tags = tuple(tags_of(session, [entry_id]).get(entry_id, ()))
    aside = session.get(EntryAside, entry_id)
    if aside is None:
        return OwnWords(tags)
    return OwnWords(tags, aside.focus, aside.reflection, aside.kept_because)


def sums_by_tag(session: Session, person_id: int, first: date, last: date) -> list[Sum]:
    """Entries and minutes by tag between two days, the most used first; an entry with two tags is in both sums."""
    return _sums(session, person_id, first, last, EntryTag.entry_id, EntryTag.name)


def sums_by_focus(session: Session, person_id: int, first: date, last: date) -> list[Sum]:
    """Entries and minutes by practice focus between two days, the most used first."""
    return _sums(session, person_id, first, last, EntryAside.entry_id, EntryAside.focus)


def _sums(
    session: Session,
    person_id: int,
    first: date,
    last: date,
    entry_id: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
) -> list[Sum]:
    minutes = func.sum(Entry.minutes)
    rows = session.execute(
        select(name, func.count(), minutes)
        .join(Entry, entry_id == Entry.id)
        .where(Entry.person_id == person_id, Entry.day.between(first, last), name.is_not(None))
        .group_by(name)
        .order_by(minutes.desc(), name)
    )
    return [Sum(str(of), int(count), int(total)) for of, count, total in rows]


def years_logged(session: Session, person_id: int) -> list[int]:
    """The calendar years from the first entry through the last, the latest first."""
    first, last = session.execute(
        select(func.min(Entry.day), func.max(Entry.day)).where(Entry.person_id == person_id)
    ).one()
    return [] if first is None else list(range(last.year, first.year - 1, -1))


def list_marked(
    session: Session,
    person_id: int,
    first: date,
    last: date,
    *,
    tag: str | None = None,
    focus: str | None = None,
    before: int | None = None,
) -> tuple[list[Entry], bool]:
    """A page of entries with this tag or focus, the latest logged first, and whether more follow.

    ``before`` is the key of the page: only entries with a smaller id.
    """
    wanted = select(Entry).where(Entry.person_id == person_id, Entry.day.between(first, last))
    if tag is not None:
        wanted = wanted.join(EntryTag, EntryTag.entry_id == Entry.id).where(EntryTag.name == tag)
    if focus is not None:
        wanted = wanted.join(EntryAside, EntryAside.entry_id == Entry.id).where(EntryAside.focus == focus)
    if before is not None:
        wanted = wanted.where(Entry.id < before)
    wanted = wanted.options(joinedload(Entry.sheet).joinedload(WeekSheet.setting))
    entries = list(session.scalars(wanted.order_by(Entry.id.desc()).limit(PAGE + 1)))
    return entries[:PAGE], len(entries) > PAGE
