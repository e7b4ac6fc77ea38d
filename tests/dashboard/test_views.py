"""The front page, the home page of each part a person plays, and the living page."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import reassess
from ceu.licenses.services import LicenseDetails, add_license
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, make_setting, make_supervision, submitted_week
from tests.experience.goals import TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW, make_person


def test_a_visitor_learns_what_it_is(client: InspectingClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Create an account" in page.main


def test_who_is_signed_in_goes_home(client: InspectingClient, alice: Person) -> None:
    assert client.sign_in(alice).get("/").headers["Location"] == "/home"


def test_a_visitor_has_no_home(client: InspectingClient) -> None:
    assert client.get("/home").headers["Location"] == "/sign-in?next=/home"


def test_a_newcomer_is_asked_what_they_do(client: InspectingClient, alice: Person) -> None:
    page = client.sign_in(alice).get("/home")
    assert "Choose the license you work toward" in page.main
    assert "Add your license" in page.main


def test_a_trainee_sees_what_counts_and_what_is_missing(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, statements: list[str]
) -> None:
    make_goal(session, outside, alice)
    setting = make_setting(session, alice)
    make_supervision(session, setting, make_person(session, "dana"))
    log(session, outside, setting, minutes=300, day=date(2026, 11, 23))
    client.sign_in(alice)
    statements.clear()
    page = client.get("/home")
    assert len(statements) <= 10
    assert "0:00 of 3,000 hours count" in page.main
    assert "Logged5:00 Submitted0:00 Signed0:00 Countable0:00" in page.main
    assert "One more hour of individual supervision" in page.main
    assert "Direct clinical counseling" in page.main


def test_what_is_met_is_not_still_missing(
    client: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    goal = make_goal(session, outside, alice)
    setting = make_setting(session, alice)
    supervision = make_supervision(session, setting, make_person(session, "dana"))
    for back in range(60):
        make_weeks(session, setting, supervision, MONDAY - timedelta(weeks=back), 1)
    reassess(session, outside.packs, goal.person_id, TODAY)
    page = client.sign_in(alice).get("/home")
    assert "Weeks with supervision" in page.main
    assert "Weeks with individual or triadic supervision" not in page.main


def test_what_cannot_be_told_is_not_called_good(
    client: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    make_goal(session, outside, alice, registered_on=None)
    setting = make_setting(session, alice)
    make_supervision(session, setting, make_person(session, "dana"))
    for activity, minutes in (("counseling", 60), ("supervision_individual", 60)):
        log(
            session, outside, setting, minutes=minutes, day=date(2026, 11, 23), activity=activity,
            client_unit="individual" if activity == "counseling" else None, start_minute=minutes * len(activity),
        )  # fmt: skip
    page = client.sign_in(alice).get("/home")
    assert "cannot be told" in page.main
    assert "Nothing to mend" not in page.main


def test_a_supervisor_sees_what_waits(
    client: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    dana = make_person(session, "dana")
    setting = make_setting(session, alice)
    make_supervision(session, setting, dana)
    sheet = submitted_week(session, outside, setting)
    page = client.sign_in(dana).get("/home")
    assert "Waiting for your signature" in page.main
    assert f"/supervision/weeks/{sheet.id}" in {link.get("href") for link in page.tree.iter("a")}


def test_a_clinician_sees_the_renewal(
    client: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    details = LicenseDetails("84210", date(2021, 5, 1), date(2027, 5, 31))
    add_license(session, FROZEN_NOW, alice.id, outside.packs.get("us-ca/lmft-ce"), details)
    page = client.sign_in(alice).get("/home")
    assert "California LMFT" in page.main
    assert "of 36 h" in page.main


def test_the_living_page_shows_every_component(client: InspectingClient) -> None:
    assert client.get("/styleguide").status_code == 200


def test_the_section_one_is_in_is_current(client: InspectingClient, alice: Person) -> None:
    page = client.sign_in(alice).get("/goals")
    current = [link.text for link in page.tree.iter("a") if link.get("aria-current")]
    assert [text.strip() for text in current if text] == ["Hours", "Goals and dates"]
