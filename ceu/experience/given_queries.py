"""Reading supervision given: sessions, who was there, and the logs they belong in; the doors stand here."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from ceu.accounts.models import Person
from ceu.domain.dates import Week
from ceu.domain.errors import NotFound
from ceu.domain.experience import WeekState
from ceu.domain.principal import Principal
from ceu.experience.given_meetings import Standing
from ceu.experience.given_models import GivenAttendance, GivenSession
from ceu.experience.given_record import KINDS, EnteredPart, Place, SignedPart
from ceu.experience.models import Entry, SignOff, Supervision, WeekSheet, WorkSetting
from ceu.experience.queries import DayPlace, sharing_days_with
from ceu.experience.records import read_record, signed_lines
from ceu.licenses.facts import from_json
from ceu.licenses.models import Fact, Goal

RECENT = 5
PAGE = 25

_WITH_PEOPLE = selectinload(GivenSession.attendances).options(
    joinedload(GivenAttendance.supervision).options(
        joinedload(Supervision.trainee), joinedload(Supervision.setting)
    ),
    joinedload(GivenAttendance.entry).joinedload(Entry.sheet),
)


def given_session_for(session: Session, principal: Principal, session_id: int) -> GivenSession:
    """A session that the principal gave, with all who were there, or NotFound."""
    wanted = select(GivenSession).where(
        GivenSession.id == session_id, GivenSession.supervisor_id == principal.person_id
    )
    found = session.scalar(wanted.options(_WITH_PEOPLE))
    if found is None:
        raise NotFound
    return found


def list_recent_sessions(session: Session, supervisor_id: int) -> list[GivenSession]:
    """The sessions this supervisor entered for the latest days, with all who were there."""
    wanted = select(GivenSession).where(GivenSession.supervisor_id == supervisor_id)
    wanted = wanted.order_by(GivenSession.day.desc(), GivenSession.id.desc()).limit(RECENT)
    return list(session.scalars(wanted.options(_WITH_PEOPLE)))


def list_same_sessions(session: Session, supervisor_id: int, day: date) -> list[GivenSession]:
    """What this supervisor entered for a day already."""
    wanted = select(GivenSession).where(GivenSession.supervisor_id == supervisor_id, GivenSession.day == day)
    return list(session.scalars(wanted.options(selectinload(GivenSession.attendances))))


def list_answered_no(session: Session, supervisor_id: int, since: datetime) -> list[GivenAttendance]:
    """What trainees declined since an instant, or took out of their logs, the latest first."""
    wanted = (
        select(GivenAttendance)
        .join(GivenAttendance.session)
        .where(
            GivenSession.supervisor_id == supervisor_id,
            or_(
                and_(GivenAttendance.state == Standing.DECLINED, GivenAttendance.answered_at >= since),
                and_(
                    GivenAttendance.state.in_([Standing.LOGGED, Standing.LINKED]),
                    GivenAttendance.entry_id.is_(None),
                    GivenSession.entered_at >= since,
                ),
            ),
        )
        .order_by(GivenSession.day.desc(), GivenAttendance.id.desc())
        .limit(PAGE)
    )
    return list(session.scalars(wanted.options(*_WITH_SESSION_AND_TRAINEE)))


_WITH_SESSION_AND_TRAINEE = (
    joinedload(GivenAttendance.session),
    joinedload(GivenAttendance.supervision).options(
        joinedload(Supervision.trainee), joinedload(Supervision.setting), joinedload(Supervision.supervisor)
    ),
    joinedload(GivenAttendance.entry).joinedload(Entry.sheet),
)


# ---- as the trainee ----------------------------------------------------------------------------------------------


def attendance_for(session: Session, principal: Principal, attendance_id: int) -> GivenAttendance:
    """A session in which the principal was supervised, or NotFound."""
    wanted = (
        select(GivenAttendance)
        .join(GivenAttendance.supervision)
        .where(GivenAttendance.id == attendance_id, Supervision.trainee_id == principal.person_id)
    )
    found = session.scalar(wanted.options(*_WITH_SESSION_AND_TRAINEE))
    if found is None:
        raise NotFound
    return found


def list_received(
    session: Session, trainee_id: int, before: int | None = None
) -> tuple[list[GivenAttendance], bool]:
    """A page of what supervisors entered for a trainee, the latest entered first, and whether older follows."""
    wanted = _received(trainee_id)
    if before is not None:
        wanted = wanted.where(GivenAttendance.id < before)
    wanted = wanted.order_by(GivenAttendance.id.desc()).limit(PAGE + 1)
    rows = list(session.scalars(wanted.options(*_WITH_SESSION_AND_TRAINEE)))
    return rows[:PAGE], len(rows) > PAGE


def list_waiting_received(session: Session, trainee_id: int) -> list[GivenAttendance]:
    """What waits for the trainee's answer, the oldest first."""
    wanted = _received(trainee_id).where(GivenAttendance.state == Standing.WAITING)
    wanted = wanted.order_by(GivenAttendance.id).limit(PAGE)
    return list(session.scalars(wanted.options(*_WITH_SESSION_AND_TRAINEE)))


def _received(trainee_id: int) -> Select[GivenAttendance]:
    return (
        select(GivenAttendance).join(GivenAttendance.supervision).where(Supervision.trainee_id == trainee_id)
    )


def list_in_week(session: Session, person_id: int, week: Week) -> list[GivenAttendance]:
    """What supervisors entered or confirmed in a week of a log, and what waits for an answer of any week."""
    wanted = (
        select(GivenAttendance)
        .join(GivenAttendance.supervision)
        .outerjoin(GivenAttendance.entry)
        .where(
            Supervision.trainee_id == person_id,
            or_(
                GivenAttendance.state == Standing.WAITING,
                Entry.day.between(week.first, week.last),
            ),
        )
        .options(contains_eager(GivenAttendance.supervision).joinedload(Supervision.supervisor))
    )
    return list(session.scalars(wanted))


# ---- the logs of those who were there -----------------------------------------------------------------------------


def list_entries_of_day(session: Session, person_ids: Iterable[int], day: date) -> list[Entry]:
    """What these people logged on a day, in all settings."""
    wanted = select(Entry).where(Entry.person_id.in_(list(person_ids)), Entry.day == day)
    return list(
        session.scalars(
            wanted.order_by(Entry.id).options(joinedload(Entry.sheet).joinedload(WeekSheet.setting))
        )
    )


def list_linked_entries(session: Session, entry_ids: Sequence[int]) -> set[int]:
    """Those of these entries that belong to a session entered already."""
    wanted = select(GivenAttendance.entry_id).where(
        GivenAttendance.entry_id.in_(entry_ids), GivenAttendance.state != Standing.DECLINED
    )
    return {entry_id for entry_id in session.scalars(wanted) if entry_id is not None}


def sheets_of_day(session: Session, setting_ids: Iterable[int], day: date) -> dict[int, DayPlace]:
    """The sheets of the week of a day in these settings, by setting."""
    wanted = select(WeekSheet).where(
        WeekSheet.setting_id.in_(list(setting_ids)), *sharing_days_with(Week(day, day))
    )
    found: dict[int, list[WeekSheet]] = {}
    for sheet in session.scalars(wanted.order_by(WeekSheet.id)):
        found.setdefault(sheet.setting_id, []).append(sheet)
    return {setting_id: DayPlace(sheets, None) for setting_id, sheets in found.items()}


def goals_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[Goal]]:
    """The goals of these people, by person."""
    goals: dict[int, list[Goal]] = {}
    for goal in session.scalars(
        select(Goal).where(Goal.person_id.in_(list(person_ids))).order_by(Goal.person_id, Goal.id)
    ):
        goals.setdefault(goal.person_id, []).append(goal)
    return goals


def facts_of_people(
    session: Session, person_ids: Iterable[int], keys: Sequence[str] | None = None
) -> dict[int, dict[str, Any]]:
    """What these people have told (of it, these facts), by person."""
    wanted = select(Fact.person_id, Fact.key, Fact.value).where(Fact.person_id.in_(list(person_ids)))
    if keys is not None:
        wanted = wanted.where(Fact.key.in_(keys))
    facts: dict[int, dict[str, Any]] = {}
    for person_id, key, value in session.execute(wanted):
        facts.setdefault(person_id, {})[key] = from_json(value)
    return facts


# ---- the record of supervision given -------------------------------------------------------------------------------


def list_entered(session: Session, supervisor_id: int, first: date, last: date) -> list[EnteredPart]:
    """What this supervisor entered for some days, a part for everybody who was there."""
    rows = session.execute(
        select(
            GivenSession, GivenAttendance, Supervision.trainee_id, Person.name, WorkSetting.name, Entry.sheet_id,
            WeekSheet.state,
        )
        .join(GivenSession.attendances)
        .join(GivenAttendance.supervision)
        .join(Person, Supervision.trainee_id == Person.id)
        .join(Supervision.setting)
        .outerjoin(Entry, GivenAttendance.entry_id == Entry.id)
        .outerjoin(WeekSheet, Entry.sheet_id == WeekSheet.id)
        .where(GivenSession.supervisor_id == supervisor_id, GivenSession.day.between(first, last))
        .order_by(GivenSession.day, GivenSession.id, GivenAttendance.id)
    )  # fmt: skip
    return [
        EnteredPart(
            Place(trainee_id, trainee, setting),
            given.id,
            given.day,
            given.activity,
            attendance.minutes,
            attendance.stands,
            attendance.entry_id,
            sheet_id,
            is_signed=attendance.stands.has_entry and state == WeekState.SIGNED,
        )
        for given, attendance, trainee_id, trainee, setting, sheet_id, state in rows
    ]


def list_signed_supervision(
    session: Session, supervisor_id: int, first: date, last: date
) -> list[SignedPart]:
    """The supervision of some days in weeks that this supervisor signed, as the signatures in force have it."""
    amended = (
        select(WeekSheet.id, SignOff.record, Supervision.trainee_id, Person.name, WorkSetting.name)
        .join(WeekSheet.in_force)
        .join(Supervision, SignOff.supervision_id == Supervision.id)
        .join(Person, Supervision.trainee_id == Person.id)
        .join(WorkSetting, WeekSheet.setting_id == WorkSetting.id)
        .where(
            SignOff.signer_id == supervisor_id,
            WeekSheet.state != WeekState.SIGNED,
            *sharing_days_with(Week(first, last)),
        )
        .order_by(WeekSheet.id)
    )
    supervised = [kind.value for kind in KINDS]
    entries = session.execute(
        select(Entry, Supervision.trainee_id, Person.name, WorkSetting.name)
        .join(Entry.sheet)
        .join(WeekSheet.in_force)
        .join(Supervision, SignOff.supervision_id == Supervision.id)
        .join(Person, Supervision.trainee_id == Person.id)
        .join(WorkSetting, WeekSheet.setting_id == WorkSetting.id)
        .where(
            SignOff.signer_id == supervisor_id,
            WeekSheet.state == WeekState.SIGNED,
            Entry.day.between(first, last),
            Entry.activity.in_(supervised),
        )
        .order_by(Entry.day, Entry.id)
    )
    found = [
        SignedPart(
            Place(trainee_id, trainee, setting),
            entry.day,
            entry.activity,
            entry.minutes,
            entry.sheet_id,
            entry.id,
        )
        for entry, trainee_id, trainee, setting in entries
    ]
    for sheet_id, text, trainee_id, trainee, setting in session.execute(amended):
        found += [
            SignedPart(
                Place(trainee_id, trainee, setting),
                line["day"],
                line["activity"],
                line["minutes"],
                sheet_id,
                None,
            )
            for line in signed_lines(read_record(text).body)
            if line["activity"] in supervised and first <= line["day"] <= last
        ]
    return found


def find_span_given(session: Session, supervisor_id: int) -> tuple[date, date] | None:
    """The first and the last day of supervision entered or signed by this supervisor, or None before the first."""
    entered = session.execute(
        select(func.min(GivenSession.day), func.max(GivenSession.day)).where(
            GivenSession.supervisor_id == supervisor_id
        )
    ).one()
    signed = session.execute(
        select(func.min(WeekSheet.week_start), func.max(WeekSheet.week_end))
        .join(SignOff, SignOff.sheet_id == WeekSheet.id)
        .where(SignOff.signer_id == supervisor_id)
    ).one()
    firsts = [day for day in (entered[0], signed[0]) if day is not None]
    lasts = [day for day in (entered[1], signed[1]) if day is not None]
    return (min(firsts), max(lasts)) if firsts else None
