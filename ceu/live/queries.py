"""Reading events, who is registered, and everything that tells who was present."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload, undefer
from sqlalchemy.sql.base import ExecutableOption

from ceu.accounts.models import Person
from ceu.catalog.models import Course, CourseVersion
from ceu.domain.credit import LIVE
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.licenses.models import License
from ceu.live.models import (
    AttendanceReport,
    CheckAnswer,
    Event,
    EventSession,
    PresenceCheck,
    PresenceOverride,
    Registration,
    ReportRow,
    SignIn,
)
from ceu.live.presence import Checks, Policy, Session as Taught, Stay, presence
from ceu.live.settling import CreditBy, Outcome, settle
from ceu.providers.models import Provider

PAGE = 20


def _whole() -> tuple[ExecutableOption, ...]:
    version = joinedload(Event.version).joinedload(CourseVersion.course).joinedload(Course.provider)
    return version, selectinload(Event.sessions)


def list_upcoming(
    session: Session, now: datetime, course_id: int | None = None, after: tuple[datetime, int] | None = None
) -> list[Event]:
    """One page of the events that are not over, the next one first; one more than PAGE come when there is a next page."""
    wanted: list[ColumnElement[bool]] = [Event.canceled_at.is_(None), Event.ends_at > now]
    if course_id is not None:
        wanted.append(CourseVersion.course_id == course_id)
    if after is not None:
        wanted.append(or_(Event.begins_at > after[0], and_(Event.begins_at == after[0], Event.id > after[1])))
    return list(
        session.scalars(
            select(Event)
            .join(Event.version)
            .where(*wanted)
            .options(*_whole())
            .order_by(Event.begins_at, Event.id)
            .limit(PAGE + 1)
        )
    )


def get_event(session: Session, event_id: int) -> Event:
    """An event with its course, provider and sessions; raises NotFound."""
    found: Event | None = session.scalar(select(Event).where(Event.id == event_id).options(*_whole()))
    if found is None:
        raise NotFound
    return found


def get_public_event(session: Session, event_id: int) -> Event:
    """An event as anyone may see it: once it has a session; raises NotFound."""
    found = get_event(session, event_id)
    if not found.sessions:
        raise NotFound
    return found


def event_for(session: Session, principal: Principal, event_id: int) -> Event:
    """An event, with its key, for those who manage the provider's events; raises NotFound."""
    found = session.scalar(
        select(Event)
        .join(Event.version)
        .join(CourseVersion.course)
        .join(Course.provider)
        .where(Event.id == event_id, _manages(principal))
        .options(undefer(Event.key), *_whole())
    )
    if found is None:
        raise NotFound
    return found


def session_for(session: Session, principal: Principal, session_id: int) -> EventSession:
    """A session of an event, for those who manage the provider's events; raises NotFound."""
    event_id = session.scalar(select(EventSession.event_id).where(EventSession.id == session_id))
    if event_id is None:
        raise NotFound
    event = event_for(session, principal, event_id)
    for each in event.sessions:
        if each.id == session_id:
            return each
    raise NotFound  # it is canceled


def report_for(session: Session, principal: Principal, report_id: int) -> AttendanceReport:
    """A report, for those who manage the provider's events; raises NotFound."""
    found = session.get(AttendanceReport, report_id)
    if found is None:
        raise NotFound
    session_for(session, principal, found.session_id)
    return found


def check_for(session: Session, principal: Principal, check_id: int) -> tuple[PresenceCheck, Registration]:
    """A presence check and the principal's registration for it; raises NotFound for those who are not registered."""
    check = session.get(PresenceCheck, check_id)
    if check is None:
        raise NotFound
    _, registration = attended_for(session, principal, check.session_id)
    return check, registration


def attended_for(
    session: Session, principal: Principal, session_id: int
) -> tuple[EventSession, Registration]:
    """A session and the principal's registration with a seat; raises NotFound for those who have none."""
    found = session.scalar(
        select(EventSession)
        .where(EventSession.id == session_id, EventSession.canceled_at.is_(None))
        .options(
            joinedload(EventSession.event).options(undefer(Event.key)),
            joinedload(EventSession.event).joinedload(Event.version),
        )
    )
    if found is None:
        raise NotFound
    registration = find_registration(session, found.event_id, principal.person_id)
    if registration is None or registration.state != "registered":
        raise NotFound
    return found, registration


def _manages(principal: Principal) -> ColumnElement[bool]:
    return Provider.organization_id.in_(principal.organizations_with(Permission.MANAGE_EVENTS))


def list_managed_events(session: Session, principal: Principal, after: int | None = None) -> list[Event]:
    """One page of the events of the providers this person manages events for, the latest made first."""
    wanted = [_manages(principal)]
    if after is not None:
        wanted.append(Event.id < after)
    return list(
        session.scalars(
            select(Event)
            .join(Event.version)
            .join(CourseVersion.course)
            .join(Course.provider)
            .where(*wanted)
            .options(*_whole())
            .order_by(Event.id.desc())
            .limit(PAGE + 1)
        )
    )


def list_live_versions(session: Session, principal: Principal) -> list[CourseVersion]:
    """The live course versions on offer of the providers this person manages events for, by title."""
    return list(
        session.scalars(
            select(CourseVersion)
            .join(CourseVersion.course)
            .join(Course.provider)
            .where(_manages(principal), CourseVersion.retired_at.is_(None), CourseVersion.delivery.in_(LIVE))
            .order_by(CourseVersion.title, CourseVersion.id)
        )
    )


def find_registration(session: Session, event_id: int, person_id: int) -> Registration | None:
    """A person's registration for an event, whatever became of it, or None."""
    return session.scalar(
        select(Registration).where(Registration.event_id == event_id, Registration.person_id == person_id)
    )


def registrations_of(session: Session, person_id: int, event_ids: Collection[int]) -> dict[int, str]:
    """How the person stands with these events: the state by the event's id."""
    rows = session.execute(
        select(Registration.event_id, Registration.state).where(
            Registration.person_id == person_id, Registration.event_id.in_(event_ids)
        )
    )
    return {event_id: state for event_id, state in rows}


@dataclass(frozen=True)
class Seating:
    """One way to take part in an event: its seats (None without a limit), how many have one, and how many wait."""

    delivery: str
    seats: int | None
    taken: int
    waiting: int

    @property
    def left(self) -> int | None:
        """Seats that are free, None without a limit."""
        return None if self.seats is None else max(self.seats - self.taken, 0)


def seatings(session: Session, events: Sequence[Event]) -> dict[int, list[Seating]]:
    """The ways to take part in each event with their seats, by the event's id, in one query."""
    counted: dict[tuple[int, str, str], int] = {}
    rows = session.execute(
        select(Registration.event_id, Registration.delivery, Registration.state, func.count())
        .where(Registration.event_id.in_([event.id for event in events]))
        .group_by(Registration.event_id, Registration.delivery, Registration.state)
    )
    for event_id, delivery, state, count in rows:
        counted[event_id, delivery, state] = count
    return {
        event.id: [
            Seating(
                delivery,
                event.seats_of(delivery),
                counted.get((event.id, delivery, "registered"), 0),
                counted.get((event.id, delivery, "waiting"), 0),
            )
            for delivery in event.deliveries
        ]
        for event in events
    }


def list_walk_ins(session: Session, email: str) -> list[Registration]:
    """What was entered at doors for this address and is not taken up yet, with the events, the latest first."""
    return list(
        session.scalars(
            select(Registration)
            .where(
                Registration.walk_in_email == email,
                Registration.person_id.is_(None),
                Registration.state == "registered",
            )
            .options(joinedload(Registration.event).joinedload(Event.version))
            .order_by(Registration.id.desc())
        )
    )


def place_in_line(session: Session, registration: Registration) -> int:
    """The place of somebody who waits, from 1."""
    return (
        1
        + session.scalars(
            select(func.count())
            .select_from(Registration)
            .where(
                Registration.event_id == registration.event_id,
                Registration.state == "waiting",
                Registration.delivery == registration.delivery,
                or_(
                    Registration.queued_at < registration.queued_at,
                    and_(Registration.queued_at == registration.queued_at, Registration.id < registration.id),
                ),
            )
        ).one()
    )


def list_registrations(session: Session, event_id: int, state: str = "registered") -> list[Registration]:
    """Everybody in a state, with who they are: those with a seat by name, those who wait in their order."""
    by_name = func.coalesce(Person.name, Registration.walk_in_name)
    order = Registration.queued_at if state == "waiting" else by_name
    return list(
        session.scalars(
            select(Registration)
            .outerjoin(Registration.person)
            .where(Registration.event_id == event_id, Registration.state == state)
            .options(joinedload(Registration.person), joinedload(Registration.enrollment))
            .order_by(order, Registration.id)
        )
    )


def registration_in(session: Session, event_id: int, registration_id: int | None) -> Registration:
    """A registration with a seat at this event; raises NotFound."""
    found = session.get(Registration, registration_id) if registration_id else None
    if found is None or found.event_id != event_id or found.state != "registered":
        raise NotFound
    return found


def list_to_remind(session: Session, after: datetime, before: datetime) -> list[Registration]:
    """Those with a seat at an event that begins between these instants, not yet reminded."""
    return list(
        session.scalars(
            select(Registration)
            .join(Registration.event)
            .where(
                Registration.state == "registered",
                Registration.reminded_at.is_(None),
                Event.canceled_at.is_(None),
                Event.begins_at > after,
                Event.begins_at <= before,
            )
            .options(
                joinedload(Registration.person),
                joinedload(Registration.event).joinedload(Event.version),
                joinedload(Registration.event).selectinload(Event.sessions),
            )
            .order_by(Registration.id)
        )
    )


# ---- presence ----------------------------------------------------------------------------------------------------


def taught(each: EventSession) -> Taught:
    """When a session is taught."""
    breaks = tuple(Stay(*map(datetime.fromisoformat, pair)) for pair in each.breaks)
    return Taught(each.begins_at, each.ends_at, breaks)


def instruction_minutes(each: EventSession) -> int:
    """Whole minutes of instruction of a session."""
    return presence(taught(each), (), Policy()).instruction


def policy_of(event: Event) -> Policy:
    """What counts as present at an event."""
    return Policy(event.percent, event.longest_gap, event.checks_percent, event.hour_gap)


@dataclass(frozen=True)
class Standing:
    """What became of one registered person: an outcome for each session, in their order."""

    registration: Registration
    outcomes: list[Outcome]

    @property
    def credited(self) -> int:
        """Whole minutes credited in all."""
        return sum(each.credited for each in self.outcomes)


def standings(
    session: Session, event: Event, registrations: Sequence[Registration] | None = None
) -> list[Standing]:
    """What became of everybody with a seat (or of those given), of all that is known, in five queries."""
    if registrations is None:
        registrations = list_registrations(session, event.id)
    ids = [each.id for each in registrations] if len(registrations) == 1 else None
    sessions = [each.id for each in event.sessions]
    stays = _stays(session, sessions, ids)
    checks = _checks(session, sessions, ids)
    decided = _decided(session, sessions, ids)
    held = list_checks(session, sessions)
    policy, credit = policy_of(event), CreditBy(event.credit)
    found = []
    for registration in registrations:
        outcomes = []
        for each in event.sessions:
            key = (each.id, registration.id)
            answered = Checks(len(held.get(each.id, ())), checks.get(key, 0))
            measured = presence(taught(each), stays.get(key, ()), policy, answered)
            outcomes.append(Outcome(each.id, each.begins_at, each.ends_at, measured, decided.get(key)))
        found.append(Standing(registration, settle(outcomes, credit)))
    return found


Key = tuple[int, int]


def _stays(session: Session, sessions: Sequence[int], only: Sequence[int] | None) -> dict[Key, list[Stay]]:
    """The stays by session and registration: signed in and out, and told by reports that count."""
    signed = select(SignIn.session_id, SignIn.registration_id, SignIn.begins_at, SignIn.ends_at).where(
        SignIn.session_id.in_(sessions), SignIn.ends_at.is_not(None), SignIn.struck_at.is_(None)
    )
    told = (
        select(AttendanceReport.session_id, ReportRow.registration_id, ReportRow.begins_at, ReportRow.ends_at)
        .join(ReportRow.report)
        .where(
            AttendanceReport.session_id.in_(sessions),
            AttendanceReport.accepted_at.is_not(None),
            AttendanceReport.undone_at.is_(None),
            ReportRow.registration_id.is_not(None),
            ReportRow.begins_at.is_not(None),
        )
    )
    if only is not None:
        signed = signed.where(SignIn.registration_id.in_(only))
        told = told.where(ReportRow.registration_id.in_(only))
    found: dict[Key, list[Stay]] = defaultdict(list)
    rows: Iterable[Any] = session.execute(union_all(signed, told))
    for session_id, registration_id, begins, ends in rows:
        found[session_id, registration_id].append(Stay(begins, ends))
    return found


def _checks(session: Session, sessions: Sequence[int], only: Sequence[int] | None) -> dict[Key, int]:
    wanted = (
        select(PresenceCheck.session_id, CheckAnswer.registration_id, func.count())
        .join(PresenceCheck, PresenceCheck.id == CheckAnswer.check_id)
        .where(PresenceCheck.session_id.in_(sessions))
        .group_by(PresenceCheck.session_id, CheckAnswer.registration_id)
    )
    if only is not None:
        wanted = wanted.where(CheckAnswer.registration_id.in_(only))
    return {(session_id, who): count for session_id, who, count in session.execute(wanted)}


def _decided(session: Session, sessions: Sequence[int], only: Sequence[int] | None) -> dict[Key, int]:
    wanted = (
        select(PresenceOverride.session_id, PresenceOverride.registration_id, PresenceOverride.minutes)
        .where(PresenceOverride.session_id.in_(sessions))
        .order_by(PresenceOverride.id)
    )
    if only is not None:
        wanted = wanted.where(PresenceOverride.registration_id.in_(only))
    return {(session_id, who): minutes for session_id, who, minutes in session.execute(wanted)}


def list_checks(session: Session, sessions: Iterable[int]) -> dict[int, list[PresenceCheck]]:
    """The presence checks by session, the earliest first."""
    found: dict[int, list[PresenceCheck]] = defaultdict(list)
    rows = session.scalars(
        select(PresenceCheck)
        .where(PresenceCheck.session_id.in_(list(sessions)))
        .order_by(PresenceCheck.opened_at, PresenceCheck.id)
    )
    for check in rows:
        found[check.session_id].append(check)
    return found


def count_answers(session: Session, checks: Sequence[PresenceCheck]) -> dict[int, dict[int | None, int]]:
    """How many chose which option, by check."""
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    rows = session.execute(
        select(CheckAnswer.check_id, CheckAnswer.option, func.count())
        .where(CheckAnswer.check_id.in_([check.id for check in checks]))
        .group_by(CheckAnswer.check_id, CheckAnswer.option)
    )
    for check_id, option, count in rows:
        found[check_id][option] = count
    return found


def find_open_check(
    session: Session, session_id: int, registration_id: int, now: datetime
) -> PresenceCheck | None:
    """The check that is open now and that this person has not answered, or None."""
    answered = select(CheckAnswer.check_id).where(CheckAnswer.registration_id == registration_id)
    return session.scalar(
        select(PresenceCheck)
        .where(
            PresenceCheck.session_id == session_id,
            PresenceCheck.opened_at <= now,
            PresenceCheck.closes_at > now,
            PresenceCheck.id.not_in(answered),
        )
        .order_by(PresenceCheck.id)
        .limit(1)
    )


def find_answer(session: Session, check_id: int, registration_id: int) -> CheckAnswer | None:
    """A person's answer to a check, or None."""
    return session.scalar(
        select(CheckAnswer).where(
            CheckAnswer.check_id == check_id, CheckAnswer.registration_id == registration_id
        )
    )


def list_sign_ins(session: Session, session_id: int, registration_id: int) -> list[SignIn]:
    """A person's stays at a session that are not struck, the earliest first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(
                SignIn.session_id == session_id,
                SignIn.registration_id == registration_id,
                SignIn.struck_at.is_(None),
            )
            .order_by(SignIn.begins_at, SignIn.id)
        )
    )


def count_present(session: Session, session_id: int) -> int:
    """How many are signed in and not out."""
    return session.scalars(
        select(func.count(func.distinct(SignIn.registration_id))).where(
            SignIn.session_id == session_id, SignIn.ends_at.is_(None), SignIn.struck_at.is_(None)
        )
    ).one()


def sign_in_for(session: Session, session_id: int, sign_in_id: int) -> SignIn:
    """A stay at this session; raises NotFound."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.session_id != session_id:
        raise NotFound
    return found


def list_reports(session: Session, session_ids: Sequence[int]) -> list[AttendanceReport]:
    """The reports of these sessions, the first one first."""
    return list(
        session.scalars(
            select(AttendanceReport)
            .where(AttendanceReport.session_id.in_(session_ids))
            .order_by(AttendanceReport.id)
        )
    )


def list_rows(session: Session, report_id: int) -> list[ReportRow]:
    """The rows of a report in its order."""
    return list(
        session.scalars(select(ReportRow).where(ReportRow.report_id == report_id).order_by(ReportRow.line))
    )


def count_queue(session: Session, session_ids: Sequence[int]) -> dict[int, int]:
    """How many rows of reports wait for a person to say who it is, by report; only reports that count."""
    rows = session.execute(
        select(ReportRow.report_id, func.count())
        .join(ReportRow.report)
        .where(
            AttendanceReport.session_id.in_(session_ids),
            AttendanceReport.accepted_at.is_not(None),
            AttendanceReport.undone_at.is_(None),
            ReportRow.matched_by == "",
            ReportRow.problem == "",
        )
        .group_by(ReportRow.report_id)
    )
    return {report_id: count for report_id, count in rows}


def licenses_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[License]]:
    """The licenses of these people, by person."""
    found: dict[int, list[License]] = defaultdict(list)
    for license_ in session.scalars(
        select(License).where(License.person_id.in_(list(person_ids))).order_by(License.id)
    ):
        found[license_.person_id].append(license_)
    return found
