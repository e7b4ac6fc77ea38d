"""Live events in a browser: those who take part, those who hold them, and strangers."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.certificates.models import Certificate
from ceu.certificates.services import record_of
from ceu.domain.permissions import Role
from ceu.learning.models import Attendance
from ceu.licenses.models import Credit
from ceu.live.models import Event, PresenceCheck, Registration, ReportRow, SignIn
from ceu.live.presence_services import confirm_presence, enter_stay, open_check
from ceu.live.queries import PAGE, list_rows
from ceu.live.report_services import accept_report, upload_report
from ceu.providers.models import Provider
from tests.catalog.builders import make_provider
from tests.client import InspectingClient
from tests.live.builders import at, code_at, make_event, make_live_version, make_registration
from tests.live.test_report_services import ZOOM

EVALUATION = {f"item_{number}": "5" for number in range(1, 6)}
EVENT = {
    "time_zone": "America/Los_Angeles",
    "place": "Pier Hall",
    "deliveries": "in_person",
    "seats": "2",
    "opens_on": "2026-11-20",
    "percent": "80",
    "credit": "session",
    "policy_reason": "Our own policy.",
}
SESSION = {"title": "Morning", "day": "2026-12-01", "begins": "09:00", "length": "1:30", "breaks": ""}


@pytest.fixture
def provider(session: Session, dana: Person) -> Provider:
    return make_provider(session, (dana, Role.CE_DIRECTOR))


@pytest.fixture
def version(session: Session, provider: Provider) -> CourseVersion:
    return make_live_version(session, provider)


@pytest.fixture
def event(session: Session, version: CourseVersion) -> Event:
    return make_event(session, version)


def test_from_planning_to_the_certificate(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    dana: Person,
    alice: Person,
    version: CourseVersion,
) -> None:
    client.sign_in(dana)
    sessions = client.post("/provider/events/new", data={**EVENT, "version": version.id}).location
    manage = client.post(sessions, data=SESSION).location
    event = session.scalars(select(Event)).one()
    assert (event.begins_at, event.ends_at) == (at(0), at(90))
    assert "Tue 1 Dec 2026, 09:00 to 10:30 PST" in client.get(manage).main

    client.sign_in(alice)
    assert "2 left" in client.get("/events").main
    page = client.get(f"/events/{event.id}")
    assert "At least 80 % of the instruction" in page.main
    assert client.post(f"/events/{event.id}/register").location == f"/events/{event.id}"
    assert "You are registered" in client.get(f"/events/{event.id}").main
    [mail] = outside.mailer.sent  # type: ignore[attr-defined]
    assert "Tue 1 Dec 2026, 09:00 to 10:30 PST" in mail.text
    [entry] = Calendar.from_ical(mail.attachments[0].text).walk("VEVENT")
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (at(0), at(90))
    assert "alice" not in mail.attachments[0].text.lower()

    held = event.sessions[0]
    attend = f"/attend/{held.id}"
    outside.clock.set(at(-2))  # type: ignore[attr-defined]
    page = client.get(f"{attend}?code={code_at(held, at(-2))}")
    assert code_at(held, at(-2)) in page.text
    client.post(attend, data={"code": code_at(held, at(-2)), "act": "in"})
    assert "it counts once you sign out" in client.get(attend).main
    outside.clock.set(at(91))  # type: ignore[attr-defined]
    client.post(attend, data={"code": code_at(held, at(91)), "act": "out"})
    assert "You were present 90 of 90 minutes." in client.get(f"/events/{event.id}").main

    client.sign_in(dana)
    assert "90 min" in client.get(f"/provider/sessions/{held.id}").main
    assert client.post(f"{manage}/confirm").location == manage
    assert "credited to you" in outside.mailer.sent[-1].text  # type: ignore[attr-defined]

    client.sign_in(alice)
    registration = session.scalars(select(Registration)).one()
    course = f"/learning/{registration.enrollment_id}"
    assert "Your presence is confirmed. Rate the course" in client.get(course).main
    client.post(f"{course}/evaluation", data=EVALUATION)
    certificate = session.scalars(select(Certificate)).one()
    record = record_of(certificate)
    assert record.body["certificate"]["delivery"] == "In person"  # type: ignore[call-overload, index]
    assert record.body["certificate"]["location"] == "Pier Hall"  # type: ignore[call-overload, index]
    assert record.body["certificate"]["hours"] == "1.5"  # type: ignore[call-overload, index]
    assert record.body["evidence"]["attendance"]["minutes"] == 90  # type: ignore[call-overload, index]
    credit = session.scalars(select(Credit)).one()
    assert (credit.delivery, credit.minutes) == ("in_person", 90)
    assert "1.5 h credited, in Morning" in client.get(f"/verify/{certificate.number}").main


def test_a_full_event_offers_to_wait_and_tells_who_moves_up(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    version: CourseVersion,
    alice: Person,
    bob: Person,
) -> None:
    event = make_event(session, version, seats=1)
    make_registration(session, event, alice)
    client.sign_in(bob)
    assert "All 1 seats are taken" in client.get(f"/events/{event.id}").main
    client.post(f"/events/{event.id}/register")
    assert "You are number 1 in line" in client.get(f"/events/{event.id}").main
    client.sign_in(alice).post(f"/events/{event.id}/cancel")
    sent = [(mail.to, mail.subject) for mail in outside.mailer.sent]  # type: ignore[attr-defined]
    assert sent == [
        ("bob@example.org", "You wait for a seat: Listening"),
        ("bob@example.org", "A seat is yours: Listening"),
    ]
    client.post(f"/events/{event.id}/cancel")
    assert len(outside.mailer.sent) == 2  # type: ignore[attr-defined]


def test_times_are_shown_on_both_clocks(
    client: InspectingClient, session: Session, event: Event, alice: Person
) -> None:
    alice.time_zone = "America/New_York"
    client.sign_in(alice)
    for address in ("/events", f"/events/{event.id}"):
        page = client.get(address)
        assert "09:00 to 10:30 PST" in page.main
        assert "12:00 to 13:30 EST" in page.main


def test_visitors_see_events_and_sign_in_to_register(client: InspectingClient, event: Event) -> None:
    assert "Sign in to register" in client.get(f"/events/{event.id}").main
    assert client.get(f"/events/{event.id}/calendar.ics").text.startswith("BEGIN:VCALENDAR")
    assert "/sign-in" in client.post(f"/events/{event.id}/register").location


def test_what_is_not_ones_own_is_not_there(
    client: InspectingClient, session: Session, event: Event, alice: Person, bob: Person, dana: Person
) -> None:
    """Bob manages another provider's events, and is not registered."""
    make_provider(session, (bob, Role.CE_DIRECTOR), name="Other")
    held = event.sessions[0]
    registration = make_registration(session, event, alice)
    check = open_check(session, at(5), dana.id, held, minutes=3)
    client.sign_in(bob)
    for address in (
        f"/provider/events/{event.id}",
        f"/provider/events/{event.id}/edit",
        f"/provider/events/{event.id}/roster.csv",
        f"/provider/sessions/{held.id}",
        f"/provider/sessions/{held.id}/screen",
        f"/provider/sessions/{held.id}/participants/{registration.id}",
        f"/provider/sessions/{held.id}/reports/new",
        f"/attend/{held.id}",
        f"/presence-checks/{check.id}",
    ):
        assert client.get(address).status_code == 404, address
    client.sign_in(alice)
    assert client.get("/provider/events").status_code == 404


def test_a_wrong_code_is_refused_with_a_sentence_and_nothing_is_lost(
    client: InspectingClient, session: Session, outside: Outside, event: Event, alice: Person
) -> None:
    make_registration(session, event, alice)
    outside.clock.set(at(0))  # type: ignore[attr-defined]
    address = f"/attend/{event.sessions[0].id}"
    page = client.sign_in(alice).post(address, data={"code": "000 000", "act": "in"})
    assert page.status_code == 422
    assert "not, or no longer, on the screen" in page.main
    for _ in range(8):
        page = client.post(address, data={"code": "000000", "act": "in"})
    assert page.status_code == 429
    assert session.scalars(select(SignIn)).all() == []


def test_the_screen_shows_the_code_without_script_too(
    client: InspectingClient, outside: Outside, event: Event, dana: Person
) -> None:
    held = event.sessions[0]
    client.sign_in(dana)
    assert "from an hour before" in client.get(f"/provider/sessions/{held.id}/screen").main
    outside.clock.set(at(0))  # type: ignore[attr-defined]
    page = client.get(f"/provider/sessions/{held.id}/screen")
    code = code_at(held, at(0))
    assert f"{code[:3]} {code[3:]}" in page.main
    assert '<noscript><meta http-equiv="refresh" content="31"></noscript>' in page.text


def test_a_presence_check_is_opened_answered_and_counted(
    client: InspectingClient, session: Session, outside: Outside, event: Event, dana: Person, alice: Person
) -> None:
    make_registration(session, event, alice)
    held = event.sessions[0]
    outside.clock.set(at(10))  # type: ignore[attr-defined]
    client.sign_in(dana)
    checks = f"/provider/sessions/{held.id}/checks"
    page = client.post(checks, data={"minutes": "3", "question": "Which?", "options": "One"})
    assert (page.status_code, "at least two options" in page.main) == (422, True)
    client.post(checks, data={"minutes": "3", "question": "Which?", "options": "This\nThat"})
    check = session.scalars(select(PresenceCheck)).one()
    client.sign_in(alice)
    assert "Which?" in client.get(f"/attend/{held.id}").main
    page = client.get(f"/presence-checks/{check.id}")
    assert "That" in page.main
    assert not [radio for radio in page.tree.iter("input") if radio.get("checked") is not None]
    assert client.post(f"/presence-checks/{check.id}", data={"option": "7"}).status_code == 422
    assert client.post(f"/presence-checks/{check.id}", data={"option": "1"}).location == f"/attend/{held.id}"
    assert "Which?" not in client.get(f"/attend/{held.id}").main
    client.sign_in(dana)
    assert "1 answered, open until" in client.get(f"/provider/sessions/{held.id}").main
    assert "This: 0; That: 1" in client.get(f"/provider/sessions/{held.id}").main


def test_staff_enter_decide_and_strike(
    client: InspectingClient, session: Session, outside: Outside, event: Event, dana: Person, alice: Person
) -> None:
    registration = make_registration(session, event, alice)
    page = f"/provider/sessions/{event.sessions[0].id}"
    outside.clock.set(at(100))  # type: ignore[attr-defined]
    client.sign_in(dana)
    assert (
        client.post(f"{page}/stays", data={"registration": registration.id, "begins": "09:00"}).status_code
        == 422
    )
    stay = {"registration": registration.id, "begins": "09:00", "ends": "10:11", "reason": "Paper list"}
    assert client.post(f"{page}/stays", data=stay).location == page
    assert "You were present 71 of 90 minutes; 80 % is needed." in client.get(page).main
    assert client.post(f"{page}/stays", data={**stay, "registration": 10**6}).status_code == 422
    decision = {"registration": registration.id, "minutes": "91", "reason": "Was there"}
    assert "90 minutes of instruction" in client.post(f"{page}/decisions", data=decision).main
    client.post(f"{page}/decisions", data={**decision, "minutes": "90"})
    person = f"{page}/participants/{registration.id}"
    assert "by hand: Paper list" in client.get(person).main
    found = session.scalars(select(SignIn)).one()
    assert client.post(f"{page}/stays/{found.id}/strike").location == person
    assert "Never signed in" in client.get(person).main


def test_a_report_is_previewed_decided_accepted_and_undone(
    client: InspectingClient, session: Session, outside: Outside, event: Event, dana: Person, alice: Person
) -> None:
    registration = make_registration(session, event, alice)
    held = event.sessions[0]
    outside.clock.set(at(24 * 60))  # type: ignore[attr-defined]
    client.sign_in(dana)
    upload = f"/provider/sessions/{held.id}/reports/new"
    assert "Choose the report" in client.post(upload, data={}).main
    assert client.post(upload, data={"file": (BytesIO(b"nothing"), "x.csv")}).status_code == 422
    report = client.post(upload, data={"file": (BytesIO(ZOOM.encode()), "zoom.csv")}).location
    page = client.get(report)
    for text in ("by e-mail address", "waits for a decision", "no date with a time", "Let it count"):
        assert text in page.main
    client.post(f"{report}/accept")
    assert "3 to decide" in client.get(f"/provider/sessions/{held.id}").main
    assert client.post(f"/provider/events/{event.id}/confirm").status_code == 303
    row = session.scalars(select(ReportRow).where(ReportRow.name == "iPhone")).first()
    assert row is not None
    assert "Alice Example" in client.get(f"{report}/rows/{row.id}").main
    client.post(f"{report}/rows/{row.id}", data={"registration": registration.id})
    assert "You were present 90 of 90 minutes." in client.get(f"/provider/sessions/{held.id}").main
    assert client.get(f"{report}/rows/999999").status_code == 404
    assert client.get(f"{report}/file").data == ZOOM.encode()
    client.post(f"{report}/undo")
    assert "does not count" in client.get(report).main
    assert "You were present 0 of 90 minutes" in client.get(f"/provider/sessions/{held.id}").main


def test_events_are_changed_and_called_off(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    event: Event,
    dana: Person,
    alice: Person,
    bob: Person,
) -> None:
    make_registration(session, event, alice)
    client.sign_in(dana)
    edit = f"/provider/events/{event.id}/edit"
    assert client.get(edit).status_code == 200
    bad = {**EVENT, "version": event.version_id, "closes_on": "2026-11-01"}
    assert "closes before it opens" in client.post(edit, data=bad).main
    nothing = {**EVENT, "version": event.version_id, "percent": ""}
    assert "Nothing is asked" in client.post(edit, data=nothing).main
    assert client.post(edit, data={**EVENT, "version": event.version_id}).status_code == 303
    change = f"/provider/sessions/{event.sessions[0].id}/edit"
    assert client.get(change).status_code == 200
    assert "no break" in client.post(change, data={**SESSION, "breaks": "lunch"}).main
    assert (
        "does not exist" in client.post(change, data={**SESSION, "day": "2027-03-14", "begins": "02:30"}).main
    )
    client.post(change, data={**SESSION, "begins": "10:00", "breaks": "10:30-10:45"})
    assert [mail.subject for mail in outside.mailer.sent] == ["Changed: Listening"]  # type: ignore[attr-defined]
    shown = client.get(f"/provider/events/{event.id}").main
    assert "10:00 to 11:30 PST" in shown
    assert "75 min" in shown
    assert client.post(f"/provider/events/{event.id}/cancel", data={}).status_code == 422
    client.post(f"/provider/events/{event.id}/cancel", data={"reason": "Illness"})
    last = outside.mailer.sent[-1]  # type: ignore[attr-defined]
    assert (last.subject, "Illness" in last.text) == ("Canceled: Listening", True)
    assert "METHOD:CANCEL" in last.attachments[0].text
    assert "Illness" in client.get(f"/events/{event.id}").main


def test_the_roster_names_licenses_and_is_no_formula(
    client: InspectingClient, session: Session, event: Event, dana: Person, alice: Person
) -> None:
    alice.name = "=cmd"
    registration = make_registration(session, event, alice)
    enter_stay(session, at(24 * 60), dana.id, event.sessions[0], registration, at(0), at(90), "Paper")
    confirm_presence(session, at(24 * 60), dana.id, event)
    client.sign_in(dana)
    lines = client.get(f"/provider/events/{event.id}/roster.csv").text.splitlines()
    assert (
        lines[0]
        .lstrip("\ufeff")
        .startswith("Name,E-mail,License type,License jurisdiction,License number,Course")
    )
    assert lines[1].startswith("'=cmd,alice@example.org,,,,Listening,Part 1,In person,2026-12-01,09:00,10:30")
    assert ",90,90,90," in lines[1]
    assert ZipFile(BytesIO(client.get(f"/provider/events/{event.id}/roster.xlsx").data)).testzip() is None


def test_lists_go_on_page_by_page(
    client: InspectingClient, session: Session, version: CourseVersion, dana: Person
) -> None:
    for number in range(PAGE + 1):
        make_event(session, version, spans=[(number, number + 30)])
    client.sign_in(dana)
    for address in ("/events", "/provider/events"):
        page = client.get(address)
        assert len([row for row in page.tree.iter("tr")]) == PAGE + 1
        [link] = [
            link.get("href")
            for nav in page.tree.iter("nav")
            if nav.get("aria-label") == "Pages"
            for link in nav.iter("a")
        ]
        assert len([row for row in client.get(link).tree.iter("tr")]) == 2
    assert client.get("/events?after=nonsense&course=x").status_code == 200


def test_pages_of_many_ask_no_more_queries_than_of_one(
    client: InspectingClient,
    session: Session,
    event: Event,
    dana: Person,
    alice: Person,
    bob: Person,
    statements: list[str],
) -> None:
    held = event.sessions[0]
    make_registration(session, event, alice)
    client.sign_in(dana)
    counts = []
    for _ in range(2):
        for address in (f"/provider/events/{event.id}", f"/provider/sessions/{held.id}"):
            statements.clear()
            client.get(address)
            counts.append(len(statements))
        make_registration(session, event, bob)
    assert counts[:2] == counts[2:]


def test_the_room_and_the_web_at_once(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    version: CourseVersion,
    dana: Person,
    alice: Person,
) -> None:
    client.sign_in(dana)
    both = {**EVENT, "version": version.id, "deliveries": ["in_person", "live_online"], "online_seats": "1"}
    page = client.post("/provider/events/new", data={**both, "deliveries": ["in_person"]})
    assert (page.status_code, "held in one way" in page.main) == (422, True)
    both["link"] = "https://meet.example.org/1"
    sessions = client.post("/provider/events/new", data=both).location
    client.post(sessions, data=SESSION)
    event = session.scalars(select(Event)).one()
    client.sign_in(alice)
    assert "In person or live online" in client.get("/events").main
    assert "Register (in person)" in client.get(f"/events/{event.id}").main
    client.post(f"/events/{event.id}/register", data={"delivery": "live_online"})
    assert "Join online" in client.get(f"/events/{event.id}").main
    registration = session.scalars(select(Registration)).one()

    outside.clock.set(at(100))  # type: ignore[attr-defined]
    client.sign_in(dana)
    held = event.sessions[0]
    enter_stay(session, at(100), dana.id, held, registration, at(0), at(90), "Seen")
    person = f"/provider/sessions/{held.id}/participants/{registration.id}"
    assert client.post(f"{person}/delivery", data={"delivery": "in_person"}).location == person
    client.post(f"/provider/events/{event.id}/confirm")
    attendance = session.scalars(select(Attendance)).one()
    assert (attendance.delivery, attendance.location) == ("in_person", "Pier Hall")


def test_a_session_is_called_off_and_everybody_is_told(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    version: CourseVersion,
    dana: Person,
    alice: Person,
) -> None:
    event = make_event(session, version, spans=[(0, 60), (120, 180)])
    make_registration(session, event, alice)
    address = f"/provider/sessions/{event.sessions[0].id}/cancel"
    client.sign_in(dana)
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "The room is flooded."}).status_code == 303
    [mail] = outside.mailer.sent  # type: ignore[attr-defined]
    assert "The room is flooded." in mail.text
    entries = Calendar.from_ical(mail.attachments[0].text).walk("VEVENT")
    assert [str(entry["STATUS"]) for entry in entries] == ["CANCELLED", "CONFIRMED"]
    assert "The room is flooded." in client.get(f"/provider/events/{event.id}").main
    assert client.get(address).status_code == 404
    assert "Part 1" not in client.get(f"/events/{event.id}").main


def test_a_sum_is_placed_by_hand(
    client: InspectingClient, session: Session, outside: Outside, event: Event, dana: Person, alice: Person
) -> None:
    make_registration(session, event, alice)
    outside.clock.set(at(100))  # type: ignore[attr-defined]
    text = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAlice,alice@example.org,80,No\n"
    held = event.sessions[0]
    report = upload_report(session, at(100), dana.id, held, "sums.csv", text)
    accept_report(session, at(100), dana.id, report)
    [row] = list_rows(session, report.id)
    address = f"/provider/reports/{report.id}/rows/{row.id}"
    client.sign_in(dana)
    assert "The report only adds up: 80 minutes." in client.get(address).main
    page = client.post(address, data={"place": "1", "begins": "10:15"})
    assert (page.status_code, "do not lie within the session" in page.main) == (422, True)
    assert client.post(address, data={"place": "1", "begins": "09:05"}).status_code == 303
    assert "80 of 90 min" in client.get(f"/provider/sessions/{held.id}").main
