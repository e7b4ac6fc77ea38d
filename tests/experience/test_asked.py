"""What the rules of the goals ask about settings and supervisors: asked on their pages, stored, and used by the rules."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.asked import answered, merged, setting_questions, supervisor_questions
from ceu.experience.models import Supervision, WorkSetting
from ceu.licenses.services import choose_goal
from ceu.rules.pack import FactDeclaration
from tests.client import InspectingClient
from tests.experience.goals import make_goal
from tests.factories import FROZEN_NOW

PLACE = {"name": "Bayview Clinic", "kind": "nonprofit", "employment": "employee", "began_on": "2025-03-03"}


@pytest.fixture
def trainee(browser: InspectingClient, session: Session, outside: Outside, alice: Person) -> InspectingClient:
    """Alice, on her way to the California LMFT, signed in."""
    make_goal(session, outside, alice)
    return browser


def test_what_two_boards_grant_a_supervisor_is_asked_twice(outside: Outside) -> None:
    texas, florida = (
        supervisor_questions([outside.packs.get(pack)]).keys() for pack in ("us-tx/lpc", "us-fl/lmhc")
    )
    assert "tx_lpc_supervisor_approved_on" in texas - florida
    assert "fl_supervisor_approved_on" in florida - texas


def test_questions_come_from_the_packs(outside: Outside) -> None:
    california, texas = outside.packs.get("us-ca/lmft"), outside.packs.get("us-tx/lpc")
    assert list(setting_questions([california])) == ["live_scan_required", "live_scan_on"]
    assert "licensed_on" not in supervisor_questions([california])
    assert "tx_lpc_supervisor_approved_on" in supervisor_questions([california, texas])


def test_what_was_not_asked_this_time_stays() -> None:
    stored = merged({"in_oregon": True}, {"live_scan_on": date(2025, 2, 20)})
    assert stored == {"in_oregon": True, "live_scan_on": "2025-02-20"}


def test_answers_are_said_in_words(outside: Outside) -> None:
    questions = setting_questions([outside.packs.get("us-ca/lmft")])
    said = dict(answered(questions, {"live_scan_required": True, "live_scan_on": "not_yet"}))
    assert list(said.values()) == ["Yes", "Not yet"]
    assert dict(answered(questions, {"live_scan_required": None})) == {}


def test_none_is_an_answer_and_is_said() -> None:
    asked = {"leaves": FactDeclaration(type="periods", label="the leaves", question="When?")}
    assert list(answered(asked, {"leaves": []})) == [("The leaves", "None")]
    assert list(answered(asked, {"leaves": None})) == []


def test_a_setting_asks_what_the_rules_of_the_goals_ask(trainee: InspectingClient, session: Session) -> None:
    assert "Live Scan" in trainee.get("/hours/settings/new").main
    answer = trainee.post(
        "/hours/settings/new", data={**PLACE, "live_scan_required": "yes", "live_scan_on": "2025-02-20"}
    )
    assert answer.status_code == 303
    (setting,) = session.scalars(select(WorkSetting))
    assert setting.facts == {"live_scan_required": True, "live_scan_on": "2025-02-20"}
    assert "20 Feb 2025" in trainee.get("/hours/settings").main


def test_a_day_to_come_is_refused(trainee: InspectingClient, session: Session) -> None:
    page = trainee.post("/hours/settings/new", data={**PLACE, "live_scan_on": "2026-11-25"})
    assert page.status_code == 422
    assert "still to come" in page.main
    assert session.scalars(select(WorkSetting)).all() == []


def test_without_a_goal_nothing_more_is_asked(browser: InspectingClient) -> None:
    assert "What the rules of your goals ask" not in browser.get("/hours/settings/new").main


def test_the_trainee_answers_about_a_supervisor(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, supervision: Supervision
) -> None:
    choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get("us-tx/lpc"))
    address = f"/hours/supervisors/{supervision.id}"
    assert browser.get(address).h1.startswith("About ")
    assert (
        browser.post(address, data={"tx_lpc_supervisor_approved_on": "2024-02-01"}).location
        == "/hours/settings"
    )
    session.refresh(supervision)
    assert supervision.facts["tx_lpc_supervisor_approved_on"] == "2024-02-01"
    page = browser.post(address, data={"tx_lpc_supervisor_approved_on": "2026-12-01"})
    assert page.status_code == 422
    assert "Say “not yet”" in page.main


def test_nothing_to_answer_is_said(browser: InspectingClient, supervision: Supervision) -> None:
    assert "ask nothing about a supervisor" in browser.get(f"/hours/supervisors/{supervision.id}").main


def test_another_persons_supervisor_is_not_found(
    client: InspectingClient, session: Session, bob: Person, supervision: Supervision
) -> None:
    client.sign_in(bob)
    assert client.get(f"/hours/supervisors/{supervision.id}").status_code in (403, 404)
