"""Where the weeks of a log begin and end."""

from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.domain.dates import MONDAY, Week, week_beside, week_of
from ceu.domain.experience import WeekState
from ceu.experience.attest_models import AttestedWeek
from ceu.experience.models import Entry, TransferWeek, WeekSheet
from ceu.experience.queries import sharing_days_with
from ceu.experience.week_models import LogWeek


def find_first_weekday(session: Session, person_id: int) -> int:
    """The weekday on which the weeks of a person's log begin, as ``date.weekday`` counts."""
    found = session.scalar(select(LogWeek.first_weekday).where(LogWeek.person_id == person_id))
    return MONDAY if found is None else found


def week_to_begin(session: Session, person_id: int, setting_id: int, day: date) -> Week:
    """The week of a day on which nothing was logged in a setting yet: what the weeks beside it leave of seven days."""
    first_weekday, beside = _weeks_near(session, person_id, day, WeekSheet.setting_id == setting_id)
    return week_beside(day, first_weekday, beside)


def find_week_shown(session: Session, person_id: int, day: date) -> Week:
    """The days that the page of a day's week shows: those of its sheets, where no two of them are cut differently."""
    first_weekday, beside = _weeks_near(session, person_id, day)
    if any(one.touches(following) for one, following in pairwise(sorted(beside))):
        return week_of(day, first_weekday)
    return week_beside(day, first_weekday, beside)


def _weeks_near(
    session: Session, person_id: int, day: date, *wanted: ColumnElement[bool]
) -> tuple[int, set[Week]]:
    """Where the weeks of a log begin, and the weeks that may leave a day fewer than seven; one statement for both."""
    near = Week(day - timedelta(days=6), day + timedelta(days=6))
    rows = session.execute(
        select(LogWeek.first_weekday, WeekSheet.week_start, WeekSheet.week_end)
        .select_from(Person)
        .outerjoin(LogWeek, LogWeek.person_id == Person.id)
        .outerjoin(WeekSheet, and_(WeekSheet.person_id == Person.id, *sharing_days_with(near), *wanted))
        .where(Person.id == person_id)
    ).all()
    first_weekday = next((weekday for weekday, _, _ in rows if weekday is not None), MONDAY)
    return first_weekday, {Week(first, last) for _, first, last in rows if first is not None}


def list_loose_sheets(session: Session, person_id: int) -> list[WeekSheet]:
    """The weeks of a log that nobody but its person has ever been shown: never handed in, transferred or attested."""
    wanted = select(WeekSheet).where(
        WeekSheet.person_id == person_id,
        WeekSheet.state == WeekState.DRAFT,
        WeekSheet.submitted_at.is_(None),
        WeekSheet.signed_version.is_(None),
        WeekSheet.id.not_in(select(TransferWeek.sheet_id).where(TransferWeek.person_id == person_id)),
        WeekSheet.id.not_in(select(AttestedWeek.sheet_id).where(AttestedWeek.person_id == person_id)),
    )
    return list(session.scalars(wanted.order_by(WeekSheet.week_start, WeekSheet.id)))


def list_weeks_of_settings(session: Session, person_id: int) -> list[tuple[int, int, Week]]:
    """All weeks of a log: the sheet's id, its setting, its days."""
    wanted = select(WeekSheet.id, WeekSheet.setting_id, WeekSheet.week_start, WeekSheet.week_end)
    rows = session.execute(wanted.where(WeekSheet.person_id == person_id))
    return [(sheet_id, setting_id, Week(first, last)) for sheet_id, setting_id, first, last in rows]


def list_entries_of_log(session: Session, person_id: int) -> list[Entry]:
    """All entries of a log, by day."""
    wanted = select(Entry).where(Entry.person_id == person_id).order_by(Entry.day, Entry.id)
    return list(session.scalars(wanted))
