"""Live events of the cast: one under way with everything that can happen at it, and one to come."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.live.models import Event, EventSession
from ceu.live.presence import Stay
from ceu.live.presence_services import enter_stay, open_check
from ceu.live.queries import list_rows
from ceu.live.report_services import accept_report, upload_report
from ceu.live.services import SessionPlan, plan_event, register, set_session
from ceu.providers.models import Provider
from tests.live.builders import make_live_version, plan

HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"


def hold_events(session: Session, outside: Outside, staff: Person, people: list[Person]) -> list[str]:
    """Let ``people`` come to a workshop that began 70 minutes ago; gives the pages to which only a moment leads."""
    now = outside.clock.now().replace(second=0, microsecond=0)
    provider = session.scalars(select(Provider)).first()
    version = make_live_version(session, provider, title="Listening in Groups", slug="listening-in-groups")
    early = now - timedelta(days=30)
    rules = plan(
        seats=2,
        registration_opens_at=early,
        longest_gap=20,
        hour_gap=15,
        checks_percent=60,
        checks_per_hour=3,
        policy_reason="The institute’s own policy for workshops.",
    )
    event = plan_event(session, early, staff.id, version, rules)
    coming = plan_event(session, early, staff.id, version, plan(registration_opens_at=early))
    held = _session(session, early, staff, event, now - timedelta(minutes=70), "Morning: what groups hear")
    _session(session, early, staff, event, now + timedelta(minutes=50), "Afternoon: practice")
    _session(session, early, staff, coming, now + timedelta(days=12), "Listening in Groups")
    registrations = [register(session, early, event, person.id) for person in people]
    enter_stay(
        session,
        now,
        staff.id,
        held,
        registrations[0],
        held.begins_at,
        now,
        "Signed the paper list; phone was empty",
    )
    open_check(session, now - timedelta(minutes=20), staff.id, held, minutes=3)
    check = open_check(
        session,
        now,
        staff.id,
        held,
        minutes=5,
        question="What did the group wait for?",
        options=["A word", "A pause"],
    )
    report = upload_report(session, now, staff.id, held, "participants.csv", _report(held, people).encode())
    accept_report(session, now, staff.id, report)
    row = next(each for each in list_rows(session, report.id) if not each.matched_by and not each.problem)
    return [
        url_for("live.attend", session_id=held.id, _external=False),
        url_for("live.answer", check_id=check.id, _external=False),
        url_for("reports.row", report_id=report.id, row_id=row.id, _external=False),
        url_for("live.event", event_id=event.id, _external=False),
    ]


def _session(
    session: Session, now: datetime, staff: Person, event: Event, begins: datetime, title: str
) -> EventSession:
    pause = Stay(begins + timedelta(minutes=45), begins + timedelta(minutes=60))
    ends = begins + timedelta(minutes=105)
    held = SessionPlan(title, "Miriam Cole, LMFT", "Room 2", begins, ends, [pause])
    return set_session(session, now, staff.id, event, held, None)


def _report(held: EventSession, people: list[Person]) -> str:
    begins = held.begins_at.astimezone().strftime("%m/%d/%Y")
    at = f"{held.begins_at:%Y-%m-%d %H:%M:%SZ}"
    until = f"{held.begins_at + timedelta(minutes=50):%Y-%m-%d %H:%M:%SZ}"
    return HEAD + (
        f"{people[0].name},{people[0].email},{at},{until},50,No\n"
        f"iPhone,,{at},{until},50,Yes\n"
        f"Somebody,,sometime on {begins},later,3,Yes\n"
    )
