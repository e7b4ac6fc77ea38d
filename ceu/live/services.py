"""Holding events: planning them, registering, waiting for a seat, moving up, canceling."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.audit.services import record
from ceu.catalog.models import CourseVersion
from ceu.domain.credit import LIVE
from ceu.domain.errors import DomainError
from ceu.learning.services import enroll
from ceu.live.models import Event, EventSession, Registration
from ceu.live.presence import Stay
from ceu.live.queries import list_registrations, list_to_remind
from ceu.live.settling import CreditBy
from ceu.live.times import LONGEST_SESSION

REMIND_BEFORE = timedelta(hours=36)
"""So long before an event its reminder goes out, at the first daily run of ``remind-events`` in that time."""


@dataclass(frozen=True)
class Plan:
    """What is said of an event beside its sessions; see ``ceu.live.models.Event``."""

    time_zone: str
    place: str
    link: str
    seats: int | None
    registration_opens_at: datetime
    registration_closes_at: datetime | None
    percent: int | None
    longest_gap: int | None
    hour_gap: int | None
    checks_percent: int | None
    checks_per_hour: int | None
    credit: CreditBy
    policy_reason: str


@dataclass(frozen=True)
class SessionPlan:
    """What is said of one session."""

    title: str
    presenter: str
    room: str
    begins_at: datetime
    ends_at: datetime
    breaks: Sequence[Stay]


def plan_event(session: Session, now: datetime, actor_id: int, version: CourseVersion, plan: Plan) -> Event:
    """Plan one holding of a live course. Raises DomainError for a course that is not given live."""
    if version.delivery not in LIVE:
        raise DomainError("This course is not given live. Choose one that is.", "version")
    event = Event(
        version_id=version.id,
        key=secrets.token_hex(32),
        uid=str(uuid4()),
        created_by_id=actor_id,
        created_at=now,
        **asdict(plan),
    )
    session.add(event)
    record(session, now, actor_id, "event.planned", event)
    return event


def change_event(
    session: Session, now: datetime, actor_id: int, event: Event, plan: Plan
) -> list[Registration]:
    """Change what is said of an event; gives those who moved up to seats that were added."""
    _hold(session, event)
    taken = _count_seated(session, event)
    if plan.seats is not None and plan.seats < taken:
        raise DomainError(f"{taken} people are registered already. Keep at least so many seats.", "seats")
    if plan.credit is CreditBy.WHOLE:
        _refuse_overlaps([(each.begins_at, each.ends_at) for each in event.sessions])
    before = {name: getattr(event, name) for name in asdict(plan)}
    for name, value in asdict(plan).items():
        setattr(event, name, value)
    changed = sorted(name for name, value in asdict(plan).items() if value != before[name])
    if changed:
        event.sequence += 1
        record(session, now, actor_id, "event.changed", event, fields=changed)
    return _fill(session, now, event)


def set_session(
    session: Session, now: datetime, actor_id: int, event: Event, plan: SessionPlan, old: EventSession | None
) -> EventSession:
    """Add a session to an event, or change one.

    Raises DomainError for impossible times, and for sessions at the same time in an event that is credited as a whole.
    """
    _hold(session, event)
    if plan.ends_at <= plan.begins_at or plan.ends_at - plan.begins_at > LONGEST_SESSION:
        raise DomainError(
            "A session lasts more than no time and at most 24 hours. Correct its length.", "length"
        )
    if event.credit == CreditBy.WHOLE:
        others = [(each.begins_at, each.ends_at) for each in event.sessions if each is not old]
        _refuse_overlaps([*others, (plan.begins_at, plan.ends_at)])
    found = old or EventSession(event_id=event.id)
    found.title, found.presenter, found.room = plan.title, plan.presenter, plan.room
    found.begins_at, found.ends_at = plan.begins_at, plan.ends_at
    found.breaks = [[each.begins.isoformat(), each.ends.isoformat()] for each in plan.breaks]
    session.add(found)
    session.flush()
    _note_span(session, event)
    record(session, now, actor_id, "event.session_changed" if old else "event.session_added", found)
    return found


def _refuse_overlaps(spans: Sequence[tuple[datetime, datetime]]) -> None:
    ordered = sorted(spans)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise DomainError(
            "Two sessions are at the same time, and this event is credited only whole, which nobody could earn. "
            "Change the times, or credit session by session."
        )


def _note_span(session: Session, event: Event) -> None:
    session.refresh(event, ["sessions"])
    event.begins_at = min((each.begins_at for each in event.sessions), default=None)
    event.ends_at = max((each.ends_at for each in event.sessions), default=None)
    event.sequence += 1
    session.flush()


def register(session: Session, now: datetime, event: Event, person_id: int) -> Registration:
    """Give a person a seat, or where none is free a place on the waiting list; registering again changes nothing.

    The event is held while seats are counted, so that they are never given twice.
    """
    _hold(session, event)
    found = session.scalar(
        select(Registration).where(Registration.event_id == event.id, Registration.person_id == person_id)
    )
    if found is not None and found.state != "canceled":
        return found
    _refuse_unless_open(event, now)
    is_full = event.seats is not None and _count_seated(session, event) >= event.seats
    enrollment = enroll(session, now, person_id, event.version, also_retired=True)
    registration = found or Registration(event_id=event.id, person_id=person_id, enrollment_id=enrollment.id)
    registration.state = "waiting" if is_full else "registered"
    registration.queued_at, registration.canceled_at = now, None
    registration.registered_at = None if is_full else now
    session.add(registration)
    session.flush()
    return registration


def _refuse_unless_open(event: Event, now: datetime) -> None:
    if event.canceled_at is not None:
        raise DomainError("This event is canceled. Look for another date.")
    if event.ends_at is None or now >= event.ends_at:
        raise DomainError("This event is over. Look for another date.")
    if now < event.registration_opens_at:
        raise DomainError("Registration has not opened yet. The page says when it does.")
    if event.registration_closes_at is not None and now >= event.registration_closes_at:
        raise DomainError("Registration has closed. Look for another date, or write to the provider.")


def cancel_registration(session: Session, now: datetime, registration: Registration) -> list[Registration]:
    """Give up a seat or a place in line; gives those who moved up. Canceling again changes nothing."""
    event = registration.event
    _hold(session, event)
    session.refresh(registration, ["state"])
    if registration.state == "canceled":
        return []
    if event.begins_at is not None and now >= event.begins_at:
        raise DomainError(
            "The event has begun, so the registration stays. Whoever does not come gets no credit."
        )
    registration.state, registration.canceled_at = "canceled", now
    session.flush()
    return _fill(session, now, event)


def cancel_event(
    session: Session, now: datetime, actor_id: int, event: Event, reason: str
) -> list[Registration]:
    """Call an event off; gives everybody who was to come or waits, to be told."""
    _hold(session, event)
    if event.canceled_at is not None:
        return []
    if event.begins_at is not None and now >= event.begins_at:
        raise DomainError("The event has begun. What people attended stays, so it is not canceled any more.")
    event.canceled_at, event.cancel_reason = now, reason
    event.sequence += 1
    record(session, now, actor_id, "event.canceled", event, reason=reason)
    return [
        *list_registrations(session, event.id),
        *list_registrations(session, event.id, "waiting"),
    ]


def note_reminders(session: Session, now: datetime) -> list[Registration]:
    """Those to remind of an event that begins soon; each is noted, so that a mail goes once."""
    found = list_to_remind(session, now, now + REMIND_BEFORE)
    for registration in found:
        registration.reminded_at = now
    session.flush()
    return found


def _fill(session: Session, now: datetime, event: Event) -> list[Registration]:
    """Give free seats to those who have waited longest."""
    if event.canceled_at is not None or (event.begins_at is not None and now >= event.begins_at):
        return []
    waiting = list_registrations(session, event.id, "waiting")
    free = len(waiting) if event.seats is None else event.seats - _count_seated(session, event)
    moved = waiting[: max(free, 0)]
    for registration in moved:
        registration.state, registration.registered_at = "registered", now
    session.flush()
    return moved


def _count_seated(session: Session, event: Event) -> int:
    return session.scalars(
        select(func.count())
        .select_from(Registration)
        .where(Registration.event_id == event.id, Registration.state == "registered")
    ).one()


def _hold(session: Session, event: Event) -> None:
    """Let nobody else change who comes to this event until the transaction ends."""
    session.refresh(event, ["seats", "canceled_at", "sequence", "credit"], with_for_update=True)
