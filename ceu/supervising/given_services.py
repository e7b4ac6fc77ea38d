"""Entering supervision once for everybody who was there; the trainee's answer; taking a session back.

A session becomes an entry in each supervisee's log by the same service with which they log themselves. Where it cannot
(the week waits for a signature, something else stands there), it waits for the trainee: a log is never changed against
what it says, and nothing in it is forced on its owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ceu.audit.services import record
from ceu.domain.dates import day_text, local_date
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.experience import WeekState
from ceu.experience.checks import LARGEST_GROUP, Place, Stretch, check_pattern
from ceu.experience.given_meetings import Known, Outcome, Standing, decide, kind_of
from ceu.experience.given_models import GivenAttendance, GivenSession
from ceu.experience.given_queries import (
    list_entries_of_day,
    list_linked_entries,
    list_same_sessions,
    sheets_of_day,
)
from ceu.experience.models import Entry, Supervision, WeekSheet
from ceu.experience.services import (
    change_entry,
    locked_sentence,
    log_experience,
    open_log,
    place_of,
    remove_entry,
)
from ceu.experience.undo_services import forget


@dataclass(frozen=True)
class Meeting:
    """A session as its supervisor tells it; ``others`` were there too and have no place on this site."""

    day: date
    minutes: int
    delivery: str
    start_minute: int | None = None
    others: int = 0


@dataclass(frozen=True)
class Present:
    """A supervisee who was there, and for how long."""

    supervision: Supervision
    minutes: int


@dataclass(frozen=True)
class Planned:
    """What the session is in one supervisee's log, and what becomes of it there."""

    present: Present
    stretch: Stretch
    outcome: Outcome


def plan_session(
    session: Session, now: datetime, supervisor_today: date, meeting: Meeting, present: Sequence[Present]
) -> list[Planned]:
    """What would become of a session in each log, in as many queries for many as for one.

    Raises DomainError for what cannot be true of any session.
    """
    _check(session, supervisor_today, meeting, present)
    stretches = [_stretch(meeting, one, len(present) + meeting.others) for one in present]
    for stretch in stretches:
        check_pattern(stretch)
    entries = list_entries_of_day(session, {one.supervision.trainee_id for one in present}, meeting.day)
    linked = list_linked_entries(session, [entry.id for entry in entries])
    sheets = sheets_of_day(session, {one.supervision.setting_id for one in present}, meeting.day)
    planned = []
    for one, stretch in zip(present, stretches, strict=True):
        supervision = one.supervision
        place = sheets.get(supervision.setting_id)
        sheet = place.under(supervision.id) if place is not None else None
        known = [
            Known(
                entry.id, _stretch_of(entry), entry.id not in linked and _is_under(entry.sheet, supervision)
            )
            for entry in entries
            if entry.person_id == supervision.trainee_id
        ]
        their_today = local_date(now, supervision.trainee.time_zone)
        locked = None if sheet is None or sheet.is_open else _locked(sheet)
        planned.append(
            Planned(one, stretch, decide(stretch, known, locked, today_is_known=meeting.day <= their_today))
        )
    return planned


def _check(session: Session, today: date, meeting: Meeting, present: Sequence[Present]) -> None:
    if not present:
        raise DomainError("Tick everybody who was there.")
    if meeting.day > today:
        raise DomainError(
            f"{day_text(meeting.day)} is still to come. Enter a session once it has taken place.", field="day"
        )
    if meeting.others < 0 or len(present) + meeting.others > LARGEST_GROUP:
        raise DomainError(
            f"Enter how many more were supervised with them, at most {LARGEST_GROUP} in all.", field="others"
        )
    names: dict[int, str] = {}
    for one in present:
        trainee = one.supervision.trainee
        if trainee.id in names:
            raise DomainError(
                f"{trainee.name} is ticked in two settings. Choose the one whose work you spoke about, or enter two "
                "sessions."
            )
        names[trainee.id] = trainee.name
        if one.minutes > meeting.minutes:
            raise DomainError(
                f"{trainee.name} cannot have stayed longer than the session took.",
                field=f"stay_{one.supervision.id}",
            )
    for other in list_same_sessions(session, present[0].supervision.supervisor_id or 0, meeting.day):
        _refuse_second(other, meeting, {one.supervision.id for one in present})


def _refuse_second(other: GivenSession, meeting: Meeting, present: set[int]) -> None:
    same_time = other.start_minute == meeting.start_minute and other.minutes == meeting.minutes
    if same_time and present & {one.supervision_id for one in other.attendances}:
        raise DomainError(
            f"You have entered this session of {day_text(meeting.day)} already. If it was another one, give it its start.",
            field="start",
        )
    if meeting.start_minute is None or other.start_minute is None:
        return
    if (
        meeting.start_minute < other.start_minute + other.minutes
        and other.start_minute < meeting.start_minute + meeting.minutes
    ):
        raise DomainError(
            f"You gave {other.label.lower()} from {other.times} on that day. Correct the start or the length.",
            field="start",
        )


def _stretch(meeting: Meeting, one: Present, head_count: int) -> Stretch:
    return Stretch(
        place=place_of(one.supervision.setting),
        day=meeting.day,
        minutes=one.minutes,
        activity=kind_of(head_count),
        delivery=meeting.delivery,
        start_minute=meeting.start_minute,
        head_count=head_count,
    )


def _stretch_of(entry: Entry) -> Stretch:
    setting = entry.sheet.setting
    return Stretch(
        place=Place(setting.id, setting.name, setting.began_on, setting.ended_on),
        day=entry.day,
        minutes=entry.minutes,
        activity=entry.activity,
        client_unit=entry.client_unit,
        delivery=entry.delivery,
        start_minute=entry.start_minute,
        head_count=entry.head_count,
        note=entry.note,
    )


def _is_under(sheet: WeekSheet, supervision: Supervision) -> bool:
    return sheet.supervision_id in {None, supervision.id}


def _locked(sheet: WeekSheet) -> str:
    if sheet.state == WeekState.SIGNED:
        return "The week is signed, and would have to be amended first."
    if sheet.state == WeekState.ATTESTED:
        return "The week is attested, and the attestation would have to be ended first."
    return "The week waits for a signature, and would have to be withdrawn or returned first."


def record_session(
    session: Session, now: datetime, supervisor_id: int, meeting: Meeting, planned: Sequence[Planned]
) -> GivenSession:
    """Enter a session as ``plan_session`` laid it out: into each log that takes it, and before the others' owners."""
    head_count = len(planned) + meeting.others
    given = GivenSession(
        supervisor_id=supervisor_id,
        day=meeting.day,
        start_minute=meeting.start_minute,
        minutes=meeting.minutes,
        activity=kind_of(head_count),
        delivery=meeting.delivery,
        others=meeting.others,
        head_count=head_count,
        entered_at=now,
    )
    session.add(given)
    # Everybody locks the rows of people in the same order, so that two supervisors never wait for each other.
    for one in sorted(planned, key=lambda one: one.present.supervision.trainee_id):
        supervision = one.present.supervision
        if supervision.supervisor_id != supervisor_id or not supervision.is_active:
            raise NotFound
        entry_id = one.outcome.entry_id
        if one.outcome.standing is Standing.LOGGED:
            entry_id = _log(session, now, supervision, one.stretch).id
        given.attendances.append(
            GivenAttendance(
                supervision=supervision,
                minutes=one.stretch.minutes,
                state=one.outcome.standing,
                entry_id=entry_id,
                reason=one.outcome.reason,
            )
        )
    session.flush()
    record(session, now, supervisor_id, "supervision.given", given, people=len(planned))
    return given


def _log(session: Session, now: datetime, supervision: Supervision, stretch: Stretch) -> Entry:
    entry = log_experience(
        session, now, person_id=supervision.trainee_id, setting_id=supervision.setting_id,
        under_id=supervision.id, **_facts(stretch),
    )  # fmt: skip
    # The trainee's "undo" takes back what the trainee did, not this.
    forget(session, supervision.trainee_id)
    return entry


def _facts(stretch: Stretch) -> dict[str, Any]:
    return {
        "day": stretch.day,
        "minutes": stretch.minutes,
        "activity": stretch.activity,
        "delivery": stretch.delivery,
        "start_minute": stretch.start_minute,
        "head_count": stretch.head_count,
    }


def undo_session(session: Session, now: datetime, given: GivenSession) -> None:
    """Take a whole session back: out of each log it went into, while all of those weeks are open."""
    for trainee_id in sorted(one.supervision.trainee_id for one in given.attendances):
        open_log(session, trainee_id, now)
    logged = [one for one in given.attendances if one.state == Standing.LOGGED and one.entry is not None]
    for one in logged:
        assert one.entry is not None
        session.refresh(one.entry.sheet)
        if not one.entry.sheet.is_open:
            name = one.supervision.trainee.name
            state = "is signed" if one.entry.sheet.state == WeekState.SIGNED else "waits for a signature"
            raise DomainError(
                f"The week of {name} {state}, so the session stays in it. Return the week, or ask {name} to amend it, "
                "then take the session back."
            )
    record(
        session, now, given.supervisor_id, "supervision.given_undone", given, people=len(given.attendances)
    )
    for one in logged:
        assert one.entry is not None
        remove_entry(session, now, one.entry)
        forget(session, one.supervision.trainee_id)
    session.expire(given, ["attendances"])
    session.delete(given)
    session.flush()


# ---- the trainee's answer ----------------------------------------------------------------------------------------


def accept_session(session: Session, now: datetime, attendance: GivenAttendance) -> None:
    """Take what waits into one's log, or change the entry that tells it otherwise."""
    open_log(session, attendance.supervision.trainee_id, now)
    session.refresh(attendance)
    if attendance.state != Standing.WAITING:
        raise DomainError("This session no longer waits for you.")
    stretch = _stretch_given(attendance)
    entry = attendance.entry
    if entry is not None:
        change_entry(
            session,
            now,
            entry,
            setting_id=attendance.supervision.setting_id,
            under_id=attendance.supervision_id,
            note=entry.note,
            client_unit=None,
            **_facts(stretch),
        )
    else:
        entry = log_experience(
            session,
            now,
            person_id=attendance.supervision.trainee_id,
            setting_id=attendance.supervision.setting_id,
            under_id=attendance.supervision_id,
            **_facts(stretch),
        )
    attendance.entry_id, attendance.state = entry.id, Standing.LOGGED
    attendance.reason, attendance.answered_at = "", now
    session.flush()
    record(session, now, attendance.supervision.trainee_id, "supervision.received_accepted", attendance)


def decline_session(session: Session, now: datetime, attendance: GivenAttendance, reason: str) -> None:
    """Say that a session was not so: it goes out of one's log, unless one had logged it oneself."""
    supervision = attendance.supervision
    open_log(session, supervision.trainee_id, now)
    session.refresh(attendance)
    if attendance.stands in {Standing.DECLINED, Standing.REMOVED}:
        raise DomainError("You have declined this session already, or taken it out of your log.")
    if not reason.strip():
        raise DomainError("Write what was otherwise, so that your supervisor can correct it.", field="reason")
    if attendance.state == Standing.LOGGED and attendance.entry is not None:
        if not attendance.entry.sheet.is_open:
            raise DomainError(locked_sentence(attendance.entry.sheet))
        remove_entry(session, now, attendance.entry)
    attendance.entry_id, attendance.state = None, Standing.DECLINED
    attendance.reason, attendance.answered_at = reason.strip(), now
    session.flush()
    record(session, now, supervision.trainee_id, "supervision.received_declined", attendance)


def _stretch_given(attendance: GivenAttendance) -> Stretch:
    given = attendance.session
    meeting = Meeting(given.day, given.minutes, given.delivery, given.start_minute, given.others)
    return replace(
        _stretch(meeting, Present(attendance.supervision, attendance.minutes), given.head_count),
        activity=given.activity,
    )


def next_day(last: date, today: date) -> date:
    """The day on which a meeting that recurs weekly took place last, after ``last`` where that has come already."""
    weeks = max((today - last).days // 7, 0)
    return last + timedelta(weeks=weeks) if weeks else min(last + timedelta(weeks=1), today)
