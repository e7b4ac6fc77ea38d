"""Holding events: planning them, registering, waiting for a seat, moving up, canceling."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ceu.accounts.emails import normalize_email
from ceu.accounts.models import Person
from ceu.audit.services import record
from ceu.catalog.models import CourseVersion
from ceu.domain.credit import LIVE
from ceu.domain.errors import DomainError
from ceu.learning.services import enroll
from ceu.live.models import Event, EventSession, Registration
from ceu.live.presence import Stay
from ceu.live.queries import list_registrations, list_to_remind
from ceu.live.settling import CreditBy
from ceu.live.times import DOORS, LONGEST_SESSION

REMIND_BEFORE = timedelta(hours=36)
"""So long before an event its reminder goes out, at the first daily run of ``remind-events`` in that time."""


@dataclass(frozen=True)
class Plan:
    """What is said of an event beside its sessions; see ``ceu.live.models.Event``."""

    time_zone: str
    place: str
    link: str
    deliveries: Sequence[str]
    seats: int | None
    online_seats: int | None
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
    _check_deliveries(plan)
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
    _check_deliveries(plan)
    _refuse_fewer_seats(session, event, plan)
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


def _check_deliveries(plan: Plan) -> None:
    if not plan.deliveries or not LIVE.issuperset(plan.deliveries):
        raise DomainError("Say how people take part: in the room, online, or both.", "deliveries")
    if plan.online_seats is not None and len(plan.deliveries) == 1:
        raise DomainError(
            "An event that is held in one way has its seats above. Clear this, or choose both ways.",
            "online_seats",
        )


def _refuse_fewer_seats(session: Session, event: Event, plan: Plan) -> None:
    for delivery in event.deliveries:
        taken = _count_seated(session, event, delivery)
        if taken and delivery not in plan.deliveries:
            raise DomainError(
                f"{taken} people are registered to take part in a way that would be gone. Keep it.",
                "deliveries",
            )
        is_online = len(plan.deliveries) > 1 and delivery == "live_online"
        seats = plan.online_seats if is_online else plan.seats
        if seats is not None and seats < taken:
            raise DomainError(
                f"{taken} people are registered already. Keep at least so many seats.",
                "online_seats" if is_online else "seats",
            )


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


def cancel_session(
    session: Session, now: datetime, actor_id: int, held: EventSession, reason: str
) -> list[Registration]:
    """Call one session off, which stays in calendars as canceled; gives everybody who was to come or waits, to be told.

    Raises DomainError once it has begun, and for the only session of an event.
    """
    event = held.event
    _hold(session, event)
    session.refresh(held, ["canceled_at"])
    if held.canceled_at is not None:
        return []
    if now >= held.begins_at:
        raise DomainError(
            "The session has begun. What people attended stays, so it is not canceled any more."
        )
    if len(event.sessions) == 1:
        raise DomainError("This is the only session. Cancel the event, or change the time of the session.")
    held.canceled_at, held.cancel_reason = now, reason
    session.flush()
    _note_span(session, event)
    record(session, now, actor_id, "event.session_canceled", held, reason=reason)
    return _everybody(session, event)


def _everybody(session: Session, event: Event) -> list[Registration]:
    return [*list_registrations(session, event.id), *list_registrations(session, event.id, "waiting")]


def _refuse_overlaps(spans: Sequence[tuple[datetime, datetime]]) -> None:
    ordered = sorted(spans)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise DomainError(
            "Two sessions are at the same time, and this event is credited only whole, which nobody could earn. "
            "Change the times, or credit session by session."
        )


def _note_span(session: Session, event: Event) -> None:
    session.refresh(event, ["sessions", "every_session"])
    event.begins_at = min((each.begins_at for each in event.sessions), default=None)
    event.ends_at = max((each.ends_at for each in event.sessions), default=None)
    event.sequence += 1
    session.flush()


def register(
    session: Session, now: datetime, event: Event, person_id: int, delivery: str | None = None
) -> Registration:
    """Give a person a seat, or where none is free a place on the waiting list; registering again changes nothing.

    ``delivery`` is how they take part, by default the first way. The event is held while seats are counted, so that they are never given twice.
    """
    _hold(session, event)
    found = session.scalar(
        select(Registration).where(Registration.event_id == event.id, Registration.person_id == person_id)
    )
    if found is not None and found.state != "canceled":
        return found
    _refuse_unless_open(event, now)
    way = delivery or event.deliveries[0]
    _refuse_other_way(event, way)
    seats = event.seats_of(way)
    is_full = seats is not None and _count_seated(session, event, way) >= seats
    enrollment = enroll(session, now, person_id, event.version, also_retired=True)
    registration = found or Registration(event_id=event.id, person_id=person_id, enrollment_id=enrollment.id)
    registration.delivery = way
    registration.state = "waiting" if is_full else "registered"
    registration.queued_at, registration.canceled_at = now, None
    registration.registered_at = None if is_full else now
    session.add(registration)
    session.flush()
    return registration


def _refuse_other_way(event: Event, delivery: str) -> None:
    if delivery not in event.deliveries:
        raise DomainError(
            "Nobody takes part in this event in that way. Choose one that is offered.", "delivery"
        )


def add_walk_in(
    session: Session, now: datetime, actor_id: int, event: Event, *, name: str, email: str, delivery: str
) -> Registration:
    """Register somebody who stands at the door; whoever owns the address finds the event in their account and takes it up.

    Staff let people in, whether seats are left or not. Raises DomainError for an address that is registered already.
    """
    _hold(session, event)
    address = normalize_email(email)
    _refuse_other_way(event, delivery)
    if event.canceled_at is not None or event.begins_at is None or now < event.begins_at - DOORS:
        raise DomainError("People are added at the door, from an hour before the event begins.")
    registration = session.scalar(
        select(Registration)
        .outerjoin(Registration.person)
        .where(
            Registration.event_id == event.id,
            or_(Person.email == address, Registration.walk_in_email == address),
        )
    )
    if registration is not None and registration.state == "registered":
        raise DomainError(f"{registration.name} is registered with this address already.", "email")
    if registration is not None and registration.person_id is None:
        raise DomainError("Whoever owns this address has said that it was not them.", "email")
    if registration is None:
        registration = Registration(
            event_id=event.id,
            delivery=delivery,
            walk_in_name=name,
            walk_in_email=address,
            queued_at=now,
        )
    registration.state, registration.registered_at = "registered", now
    session.add(registration)
    session.flush()
    record(session, now, actor_id, "event.walk_in_added", registration)
    return registration


def change_delivery(
    session: Session, now: datetime, actor_id: int, registration: Registration, delivery: str
) -> None:
    """Note how somebody really took part; it is what the certificate says. Seats are not counted anew."""
    _refuse_other_way(registration.event, delivery)
    if registration.delivery != delivery:
        registration.delivery = delivery
        record(session, now, actor_id, "attendance.delivery_changed", registration, delivery=delivery)


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
    return _everybody(session, event)


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
    everyone, moved = list_registrations(session, event.id, "waiting"), []
    for delivery in event.deliveries if everyone else ():
        waiting = [each for each in everyone if each.delivery == delivery]
        seats = event.seats_of(delivery)
        free = len(waiting) if seats is None else seats - _count_seated(session, event, delivery)
        moved += waiting[: max(free, 0)]
    for registration in moved:
        registration.state, registration.registered_at = "registered", now
    session.flush()
    return moved


def _count_seated(session: Session, event: Event, delivery: str) -> int:
    return session.scalars(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.delivery == delivery,
            Registration.state == "registered",
        )
    ).one()


def _hold(session: Session, event: Event) -> None:
    """Let nobody else change who comes to this event until the transaction ends."""
    session.refresh(
        event,
        ["deliveries", "seats", "online_seats", "canceled_at", "sequence", "credit"],
        with_for_update=True,
    )
