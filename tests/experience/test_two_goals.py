"""Two licenses on one log: each reads it by its own section and its own dates."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import current_assessment
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.licenses.models import Goal
from ceu.licenses.queries import facts_of, list_goals
from ceu.licenses.services import choose_goal, record_facts
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, settle
from tests.experience.goals import FACTS, TODAY, make_goal
from tests.factories import FROZEN_NOW

LATER = MONDAY + timedelta(days=2)
"""The day of the second registration: the log's week began under the first alone."""

APCC: dict[str, Any] = {
    "lpcc_degree_awarded_on": FACTS["degree_awarded_on"],
    "apcc_registration_applied_on": LATER - timedelta(days=30),
    "apcc_registered_on": LATER,
    "apcc_registration_expires_on": date(2027, 11, 30),
    "apcc_registration_number_ordinal": 1,
}

ASW: dict[str, Any] = {
    "lcsw_degree_awarded_on": date(2024, 5, 15),
    "asw_registration_applied_on": date(2024, 6, 1),
    "asw_registered_on": date(2024, 7, 1),
    "asw_registration_expires_on": date(2027, 7, 31),
    "asw_registration_number_ordinal": 1,
}


@pytest.fixture
def lmft(session: Session, outside: Outside, alice: Person) -> Goal:
    """Alice has been registered as an AMFT since July 2024."""
    return make_goal(session, outside, alice)


@pytest.fixture
def lpcc(session: Session, outside: Outside, alice: Person, lmft: Goal) -> Goal:
    """She has been registered as an APCC too, since a Wednesday."""
    goal = choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get("us-ca/lpcc"))
    record_facts(session, FROZEN_NOW, alice.id, APCC)
    return goal


@pytest.fixture
def entry(session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision) -> Entry:
    """Five hours with a couple on a Monday, supervised on the Wednesday."""
    entry = log(session, outside, bayview, minutes=300, client_unit="couple")
    log(
        session, outside, bayview, day=LATER, minutes=60, activity="supervision_individual", client_unit=None,
        head_count=1,
    )  # fmt: skip
    return entry


def have(session: Session, outside: Outside, goal: Goal, requirement: str) -> int:
    standing = current_assessment(session, outside.packs, goal, TODAY)
    assert standing is not None
    return standing.logged.assessment.requirement(requirement).have


def test_one_log_is_read_under_both(
    session: Session, outside: Outside, lmft: Goal, lpcc: Goal, entry: Entry
) -> None:
    settle(session, outside)
    assert have(session, outside, lmft, "hours.total") == 360
    assert have(session, outside, lmft, "hours.relational") == 300
    assert have(session, outside, lpcc, "hours.total") == 60
    assert have(session, outside, lpcc, "hours.direct") == 0


def test_the_week_has_a_column_for_each(
    client: InspectingClient, alice: Person, lmft: Goal, lpcc: Goal, entry: Entry, statements: list[str]
) -> None:
    client.sign_in(alice)
    statements.clear()
    page = client.get(f"/hours?week={MONDAY}")
    assert len(statements) <= 12, statements
    assert {"LMFT", "LPCC"} <= set(page.texts("th"))


def test_an_entry_is_explained_under_both(
    client: InspectingClient, alice: Person, lmft: Goal, lpcc: Goal, entry: Entry
) -> None:
    page = client.sign_in(alice).get(f"/hours/entries/{entry.id}/why")
    assert "California LMFT" in page.main
    assert "California LPCC" in page.main
    assert "post-degree hours need an APCC registration in force that day" in page.main
    assert "BPC 4999.46(a)-(b)" in page.main


def test_the_road_to_each_is_a_tab(
    client: InspectingClient, alice: Person, lmft: Goal, lpcc: Goal, entry: Entry, statements: list[str]
) -> None:
    client.sign_in(alice)
    statements.clear()
    page = client.get("/hours/requirements")
    assert len(statements) <= 10, statements
    addresses = {link.get("href") for link in page.tree.iter("a")}
    assert {f"/hours/requirements/{goal.id}" for goal in (lmft, lpcc)} <= addresses
    other = client.get(f"/hours/requirements/{lpcc.id}")
    assert "BPC 4999.46(c)(3)" in other.main
    assert "BPC 4980.43(c)(8)" not in other.main


def test_each_license_asks_for_its_own_dates(
    client: InspectingClient, session: Session, alice: Person, lmft: Goal, lpcc: Goal
) -> None:
    client.sign_in(alice)
    assert {"California LMFT", "California LPCC"} <= set(client.get("/goals").texts("h2"))
    page = client.get("/goals/dates")
    assert "The rules of the California LMFT and the California LPCC ask for these." in page.main
    assert "On which date was your AMFT registration issued?" in page.main
    assert "On which date was your APCC registration issued?" in page.main
    typed = {"registered_on": "2024-07-01", "apcc_registered_on": "2026-11-19"}
    assert client.post("/goals/dates", data=typed).status_code == 303
    known = facts_of(session, alice.id)
    assert (known["registered_on"], known["apcc_registered_on"]) == (date(2024, 7, 1), date(2026, 11, 19))


def test_what_only_the_social_workers_section_names_counts_there_alone(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, lmft: Goal, bayview: WorkSetting,
    supervision: Supervision,
) -> None:  # fmt: skip
    client.sign_in(alice)
    assert client.post("/goals", data={"pack": "us-ca/lcsw"}).location == "/goals/dates"
    [lcsw] = [goal for goal in list_goals(session, alice.id) if goal != lmft]
    record_facts(session, FROZEN_NOW, alice.id, ASW)
    assessed = log(session, outside, bayview, minutes=300, activity="clinical_assessment", client_unit=None)
    meet = {"minutes": 60, "activity": "supervision_individual", "client_unit": None, "head_count": 1}
    log(session, outside, bayview, day=LATER, **meet)
    assert have(session, outside, lcsw, "hours.clinical") == 300
    assert have(session, outside, lcsw, "hours.under_lcsw") == 0
    assert have(session, outside, lmft, "hours.total") == 60
    why = client.get(f"/hours/entries/{assessed.id}/why").main
    assert "this is not one of the kinds of experience the section names" in why
    assert "Clinical assessment, diagnosis or treatment planning" in client.get(f"/hours?week={MONDAY}").main
