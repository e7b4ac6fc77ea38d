"""Choosing the weekday on which the weeks of a log begin.

Weeks that somebody else was ever asked about stay exactly as they are. The others are cut anew beside them: of seven days
they get those that no such week holds, so that every day of a setting lies in one sheet.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ceu.accounts.queries import get_person
from ceu.audit.services import record
from ceu.db.events import emit
from ceu.domain.dates import MONDAY, SUNDAY, Week, week_beside
from ceu.domain.errors import DomainError
from ceu.domain.events import LogChanged
from ceu.domain.experience import WeekState
from ceu.experience.models import Entry, WeekSheet
from ceu.experience.services import count_minutes, open_log, usual_supervision
from ceu.experience.undo_services import forget
from ceu.experience.week_models import LogWeek
from ceu.experience.week_queries import (
    find_first_weekday,
    list_entries_of_log,
    list_loose_sheets,
    list_weeks_of_settings,
)


def choose_first_weekday(session: Session, now: datetime, person_id: int, first_weekday: int) -> None:
    """Let the weeks of a log begin on this weekday from now on, and cut anew those that nobody else was asked about."""
    if first_weekday not in {MONDAY, SUNDAY}:
        raise DomainError("Choose Monday or Sunday.", field="first_weekday")
    open_log(session, person_id, now)
    _begin_on(session, person_id, first_weekday, is_chosen=True)
    person = get_person(session, person_id)
    record(session, now, person_id, "log.first_weekday_chosen", person, first_weekday=first_weekday)
    emit(session, LogChanged(person_id))


def follow_readings(session: Session, now: datetime, person_id: int, weekdays: Sequence[int]) -> None:
    """Let the weeks begin where all goals count them from (``weekdays``), unless the person has chosen otherwise."""
    open_log(session, person_id, now)
    known = session.get(LogWeek, person_id)
    if known is None or not known.is_chosen:
        agreed = weekdays[0] if len(set(weekdays)) == 1 else MONDAY
        if agreed != find_first_weekday(session, person_id):
            _begin_on(session, person_id, agreed, is_chosen=False)


def _begin_on(session: Session, person_id: int, first_weekday: int, *, is_chosen: bool) -> None:
    before = find_first_weekday(session, person_id)
    known = session.get(LogWeek, person_id) or LogWeek(person_id=person_id)
    known.first_weekday, known.is_chosen = first_weekday, is_chosen
    session.add(known)
    session.flush()
    if first_weekday != before:
        _cut_anew(session, person_id, first_weekday)
        # The last change names the sheets as they were.
        forget(session, person_id)


def _cut_anew(session: Session, person_id: int, first_weekday: int) -> None:
    loose = {sheet.id: sheet for sheet in list_loose_sheets(session, person_id)}
    standing: dict[int, list[Week]] = {}
    for sheet_id, setting_id, week in list_weeks_of_settings(session, person_id):
        if sheet_id not in loose:
            standing.setdefault(setting_id, []).append(week)
    cut: dict[tuple[int, int | None, Week], list[Entry]] = {}
    for entry in list_entries_of_log(session, person_id):
        if entry.sheet_id in loose:
            before = loose[entry.sheet_id]
            week = week_beside(entry.day, first_weekday, standing.get(before.setting_id, ()))
            cut.setdefault((before.setting_id, before.apart_for_id, week), []).append(entry)
    by_start = {(one.setting_id, one.apart_for_id, one.week_start): one for one in loose.values()}
    supervisors = {
        place: {loose[entry.sheet_id].supervision_id for entry in entries} for place, entries in cut.items()
    }
    kept: list[WeekSheet] = []
    for place, entries in cut.items():
        setting_id, apart_for_id, week = place
        sheet = by_start.get((setting_id, apart_for_id, week.first))
        if sheet is None:
            sheet = WeekSheet(
                person_id=person_id,
                setting_id=setting_id,
                apart_for_id=apart_for_id,
                week_start=week.first,
                state=WeekState.DRAFT,
            )
            session.add(sheet)
        sheet.week_end = week.last
        under = supervisors[place]
        # Days under different supervisors are under none that is known for the whole week.
        sheet.supervision_id = (
            under.pop() if len(under) == 1 else usual_supervision(session, person_id, setting_id)
        )
        session.flush()
        for entry in entries:
            entry.sheet_id = sheet.id
        kept.append(sheet)
    session.flush()
    for sheet in kept:
        count_minutes(session, sheet)
    emptied = loose.keys() - {sheet.id for sheet in kept}
    session.execute(delete(WeekSheet).where(WeekSheet.id.in_(emptied)))
    session.expire_all()
