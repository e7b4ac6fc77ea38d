"""The what-if: one log under other rules, nothing stored, nothing called certain that is not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import reassess
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.licenses.models import Fact, Goal
from ceu.licenses.packs import packs_of_kind
from ceu.licenses.queries import facts_of
from ceu.requirements.elsewhere import every_pack, what_if
from ceu.requirements.elsewhere_queries import whole_log
from tests.client import InspectingClient, Page, text_of
from tests.experience.builders import MONDAY
from tests.experience.goals import TODAY, make_goal, make_weeks

PAGE = "/hours/elsewhere"


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    """Alice works toward the California LMFT."""
    return make_goal(session, outside, alice)


@pytest.fixture
def weeks(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    """Twenty weeks, half of them signed."""
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=10), 10)
    make_weeks(session, bayview, supervision, MONDAY, 10, state="draft")
    reassess(session, outside.packs, goal.person_id, TODAY)


def row(page: Page, name: str) -> str:
    """The text of the row of a table that begins with this name."""
    return next(text_of(tr) for tr in page.tree.iter("tr") if text_of(tr).startswith(name))


# ---- what it works out -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("weeks")
def test_every_minute_is_somewhere_in_whole_and_by_activity(
    session: Session, outside: Outside, alice: Person
) -> None:
    log = whole_log(session, alice.id)
    for pack in packs_of_kind(outside.packs, "experience"):
        found = what_if(pack, log.ledger, log.facts, TODAY)
        for share in (found.whole, *found.by_activity):
            assert share.credited + share.undetermined + share.lost >= share.logged, (pack.id, share)
        for name in ("logged", "credited", "undetermined", "lost"):
            assert sum(getattr(one, name) for one in found.by_activity) == getattr(found.whole, name), pack.id
        assert sum(loss.minutes for loss in found.losses) == found.whole.lost
        assert bool(found.doubts) is bool(found.whole.undetermined), pack.id


@pytest.mark.usefixtures("weeks")
def test_all_packs_at_a_glance_say_what_each_says_alone(
    session: Session, outside: Outside, alice: Person
) -> None:
    log = whole_log(session, alice.id)
    packs = {pack.id: pack for pack in packs_of_kind(outside.packs, "experience")}
    lines = every_pack(packs.values(), log, TODAY, {})
    assert {line.pack.id for line in lines} == set(packs)
    for line in lines:
        alone = what_if(line.pack, log.ledger, log.facts, TODAY)
        assert line.glance is not None
        assert (line.glance.credited, line.glance.undetermined) == (
            alone.whole.credited,
            alone.whole.undetermined,
        )
        assert (line.glance.met, line.glance.asked) == (alone.met, alone.asked), line.pack.id
        assert line.sure == alone.sure


# ---- the page ----------------------------------------------------------------------------------------------------


def test_first_it_only_asks_which_rules(browser: InspectingClient) -> None:
    page = browser.get(PAGE)
    assert page.h1 == "Your hours under other rules"
    assert "would count" not in page.main
    assert "Texas LPC" in [text_of(option) for option in page.tree.iter("option")]


@pytest.mark.usefixtures("weeks")
def test_a_chosen_license_shows_sums_gaps_reasons_and_goals_beside(
    browser: InspectingClient, statements: list[str]
) -> None:
    browser.get("/hours/weeks")
    statements.clear()
    page = browser.get(PAGE, query_string={"pack": "us-tx/lpc"})
    assert len(statements) <= 12, statements
    assert page.h1 == "Your hours under the Texas LPC"
    assert "of 170:00 hours logged would count" in page.main
    assert "verified" in page.main
    assert row(page, "Direct counseling").startswith("Direct counseling 150:00")
    assert "170:00" in row(page, "California LMFT")
    assert {"What would still be missing", "By activity", "Beside your goals"} <= set(page.texts("h2"))


def test_an_answer_counts_here_and_is_stored_nowhere(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting,
    supervision: Supervision,
) -> None:  # fmt: skip
    make_weeks(session, bayview, supervision, MONDAY, 10)
    before = session.scalar(select(func.count(Fact.id)))
    asked = browser.get(PAGE, query_string={"pack": "us-ca/lcsw"})
    assert "What these rules would have to know" in asked.texts("h2")
    answered = {
        "pack": "us-ca/lcsw",
        "asw_registered_on": "2024-07-01",
        "asw_registration_expires_on": "2027-07-31",
    }
    page = browser.get(PAGE, query_string=answered)
    assert [
        box.get("value") for box in page.tree.iter("input") if box.get("name") == "asw_registered_on"
    ] == ["2024-07-01"]
    assert session.scalar(select(func.count(Fact.id))) == before


def test_an_answer_that_cannot_be_read_is_said_and_not_used(browser: InspectingClient, goal: Goal) -> None:
    query = {"pack": "us-ca/lcsw", "asw_registered_on": "yesterday"}
    page = browser.get(PAGE, query_string=query)
    assert page.status_code == 422
    assert "This is not a date." in page.main


def test_it_becomes_a_goal_with_what_was_answered(
    browser: InspectingClient, session: Session, goal: Goal, alice: Person
) -> None:
    query = {"pack": "us-ca/lcsw", "asw_registered_on": "2024-07-01"}
    answer = browser.post(PAGE, query_string=query)
    made = session.scalar(select(Goal).where(Goal.person_id == alice.id, Goal.pack_id == "us-ca/lcsw"))
    assert made is not None
    assert answer.location == f"/hours/requirements/{made.id}"
    assert facts_of(session, alice.id)["asw_registered_on"] == date(2024, 7, 1)
    page = browser.get(PAGE, query_string={"pack": "us-ca/lcsw"})
    assert "This is one of your goals" in page.texts("h2")


def test_one_log_stays_one_log(browser: InspectingClient, session: Session, weeks: None) -> None:
    before = session.scalar(select(func.count(Entry.id)))
    browser.post(PAGE, query_string={"pack": "us-tx/lpc"})
    assert session.scalar(select(func.count(Entry.id))) == before


@pytest.mark.parametrize("pack", ["us-xx/none", "us-ca/lmft-ce", ""])
def test_no_such_rules_are_refused_with_a_sentence(browser: InspectingClient, pack: str) -> None:
    page = browser.get(PAGE, query_string={"pack": pack})
    assert page.status_code == 422
    assert "Please look at this again" in page.texts("h2")


def test_without_goal_or_log_nothing_breaks(browser: InspectingClient) -> None:
    page = browser.get(PAGE, query_string={"pack": "gb/bacp-accreditation"})
    assert "Nothing is logged yet." in page.main
    assert "You have no goal yet that could stand beside it." in page.main


def test_every_license_opens(browser: InspectingClient, outside: Outside, weeks: None) -> None:
    for pack in packs_of_kind(outside.packs, "experience"):
        assert browser.get(PAGE, query_string={"pack": pack.id}).status_code == 200, pack.id


# ---- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("weeks")
def test_all_licenses_stand_on_one_page(
    browser: InspectingClient, outside: Outside, statements: list[str]
) -> None:
    browser.get("/hours/weeks")
    statements.clear()
    page = browser.get(f"{PAGE}/all")
    assert len(statements) <= 8, statements
    links = {link.get("href") for link in page.tree.iter("a")}
    for pack in packs_of_kind(outside.packs, "experience"):
        assert f"{PAGE}?pack={pack.id}" in links
    assert "your goal" in row(page, "California LMFT")
