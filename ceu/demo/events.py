"""Live events of the demo cast: one that has been held, with a report in which somebody is not known yet, and one to come."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.domain.dates import local_date
from ceu.live.models import Event, EventSession
from ceu.live.presence_services import enter_stay
from ceu.live.report_services import accept_report, upload_report
from ceu.live.services import Plan, SessionPlan, plan_event, register, set_session
from ceu.live.settling import CreditBy
from ceu.live.times import instant_of

HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
SESSIONS = (("First minutes: location and consent", time(9)), ("When it becomes a crisis", time(10, 15)))
LENGTH = timedelta(minutes=60)


def hold_workshops(
    session: Session,
    now: datetime,
    version: CourseVersion,
    staff: Person,
    *,
    in_room: list[Person],
    online: list[Person],
    time_zone: str,
) -> None:
    """Let the workshop have been held six days ago, half in the room and half online, and come again in twelve days.

    The last one online joined by a telephone that gave no name, so that one row of a report waits for a decision.
    """
    today = local_date(now, time_zone)
    planned = now - timedelta(days=40)
    held, coming = (plan_event(session, planned, staff.id, version, _plan(planned, time_zone)) for _ in "12")
    for event, days in ((held, -6), (coming, 12)):
        for title, clock in SESSIONS:
            begins = instant_of(today + timedelta(days=days), clock, time_zone)
            plan = SessionPlan(title, "Miriam Cole, LMFT", "Harbor Room", begins, begins + LENGTH, ())
            set_session(session, planned, staff.id, event, plan, None)
    asked = now - timedelta(days=30)
    register(session, asked, coming, in_room[0].id, "in_person")
    register(session, asked, coming, online[0].id, "live_online")
    present = [register(session, asked, held, person.id, "in_person") for person in in_room]
    for person in online:
        register(session, asked, held, person.id, "live_online")
    for one in held.sessions:
        for registration in present:
            enter_stay(
                session, one.ends_at, staff.id, one, registration, one.begins_at, one.ends_at,
                "Signed the paper list at the door",
            )  # fmt: skip
        _report(session, held, one, staff, online)


def _plan(opens_at: datetime, time_zone: str) -> Plan:
    return Plan(
        time_zone=time_zone,
        place="Harbor Institute, 1 Example Wharf, Oakland",
        link="https://meet.example.org/workshop",
        deliveries=["in_person", "live_online"],
        seats=12,
        online_seats=None,
        registration_opens_at=opens_at,
        registration_closes_at=None,
        percent=80,
        longest_gap=None,
        hour_gap=None,
        checks_percent=None,
        checks_per_hour=None,
        credit=CreditBy.SESSION,
        policy_reason="The institute’s own policy for workshops.",
    )


def _report(session: Session, event: Event, held: EventSession, staff: Person, online: list[Person]) -> None:
    """The report of the meeting, in which the telephone stands without a name in the first session."""
    joined, left = held.begins_at - timedelta(minutes=3), held.ends_at
    *known, last = online
    names = [(person.name, person.email) for person in known]
    names.append(("iPhone", "") if held is event.sessions[0] else (last.name, last.email))
    text = HEAD + "".join(
        f"{name},{email},{joined:%Y-%m-%d %H:%M:%SZ},{left:%Y-%m-%d %H:%M:%SZ},63,{'No' if email else 'Yes'}\n"
        for name, email in names
    )
    at = held.ends_at + timedelta(hours=3)
    report = upload_report(session, at, staff.id, held, "participants.csv", text.encode())
    accept_report(session, at, staff.id, report)
