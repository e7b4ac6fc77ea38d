"""Live events and those who come to them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.live.codes import code_of, step_of
from ceu.live.models import Event, EventSession, Registration
from ceu.live.presence import Stay
from ceu.live.services import Plan, SessionPlan, plan_event, register, set_session
from ceu.live.settling import CreditBy
from ceu.providers.models import Provider
from tests.catalog.builders import make_version
from tests.factories import FROZEN_NOW, make_person

NINE = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
"""Nine in the morning in California, a week after the tests' present."""

ZONE = "America/Los_Angeles"


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def plan(**changes: Any) -> Plan:
    """Eighty percent, session by session, no limit of seats."""
    usual: dict[str, Any] = {
        "time_zone": ZONE,
        "place": "Pier Hall, Oakland",
        "link": "",
        "deliveries": ["in_person"],
        "seats": None,
        "online_seats": None,
        "registration_opens_at": FROZEN_NOW,
        "registration_closes_at": None,
        "percent": 80,
        "longest_gap": None,
        "hour_gap": None,
        "checks_percent": None,
        "checks_per_hour": None,
        "credit": CreditBy.SESSION,
        "policy_reason": "Our own policy.",
    }
    return Plan(**{**usual, **changes})


def make_live_version(
    session: Session,
    provider: Provider | None = None,
    *,
    minutes: int = 90,
    questions: int = 0,
    **changes: Any,
) -> CourseVersion:
    """A published live course of so many minutes, without a post-test unless asked for."""
    source = {"delivery": "in_person", "instruction_minutes": minutes, "lessons": [], **changes}
    return make_version(session, provider, minutes, words=0, questions=questions, **source)


def make_event(
    session: Session,
    version: CourseVersion | None = None,
    spans: Sequence[tuple[float, float]] = ((0, 90),),
    breaks: Sequence[tuple[float, float]] = (),
    **changes: Any,
) -> Event:
    """An event with a session for each span of minutes after nine."""
    version = version or make_live_version(session)
    actor = _staff(session)
    event = plan_event(
        session, FROZEN_NOW, actor.id, version, plan(**{"deliveries": [version.delivery], **changes})
    )
    for number, span in enumerate(spans, start=1):
        pauses = [Stay(at(begins), at(ends)) for begins, ends in breaks]
        planned = SessionPlan(f"Part {number}", "Miriam Cole, LMFT", "", at(span[0]), at(span[1]), pauses)
        set_session(session, FROZEN_NOW, actor.id, event, planned, None)
    session.commit()
    session.refresh(event, ["sessions"])
    return event


def _staff(session: Session) -> Person:
    found = session.scalar(select(Person).where(Person.email == "staff@example.org"))
    return found or make_person(session, "staff")


def make_registration(session: Session, event: Event, person: Person) -> Registration:
    """Somebody who has registered."""
    registration = register(session, FROZEN_NOW, event, person.id)
    session.commit()
    return registration


def code_at(held: EventSession, now: datetime) -> str:
    """The code on the screen."""
    return code_of(held.event.key, held.id, step_of(now))
