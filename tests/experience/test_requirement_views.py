"""The pages of requirements: numbers that differ, one click to the reason, and nothing assessed that is known."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import PAGE, reassess
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.licenses.models import Goal
from tests.client import InspectingClient, Page, text_of
from tests.experience.builders import MONDAY, log, sign, submitted_week
from tests.experience.goals import TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW


@pytest.fixture
def browser(client: InspectingClient, alice: Person) -> InspectingClient:
    """Alice's browser."""
    return client.sign_in(alice)


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    """Alice's goal."""
    return make_goal(session, outside, alice)


def numbers(page: Page) -> dict[str, str]:
    """The figures of a page by their names."""
    names, values = page.texts("dt"), page.texts("dd")
    return dict(zip(names, values, strict=True))


def links(page: Page) -> set[str]:
    return {link.get("href") or "" for link in page.tree.iter("a")}


def meet(session: Session, outside: Outside, setting: WorkSetting, day: date = MONDAY) -> Entry:
    """An hour of individual supervision."""
    return log(
        session, outside, setting, day=day, minutes=60, activity="supervision_individual", client_unit=None,
        head_count=1,
    )  # fmt: skip


# ---- where a log stands ------------------------------------------------------------------------------------------


def test_without_a_goal_the_page_says_how_to_begin(browser: InspectingClient) -> None:
    assert "/goals" in links(browser.get("/hours/requirements"))


def test_an_empty_log_stands_at_nothing(browser: InspectingClient, goal: Goal) -> None:
    page = browser.get("/hours/requirements")
    assert page.h1 == "Your road to licensure"
    assert "0:00 of 3,000 hours count" in page.main
    assert "Nothing is logged for this week yet." in page.main


def test_the_four_numbers_are_four(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting,
    supervision: Supervision, dana: Person,
) -> None:  # fmt: skip
    for back, supervised in ((3, True), (2, False)):
        start = MONDAY - timedelta(weeks=back)
        make_weeks(session, bayview, supervision, start, 1, entries=7, supervised=supervised)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=1), 1, state="submitted", entries=7)
    make_weeks(session, bayview, supervision, MONDAY, 1, state="draft", entries=7)
    reassess(session, outside.packs, goal.person_id, TODAY)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert numbers(page) == {"Logged": "23:50", "Submitted": "17:50", "Signed": "11:50", "Countable": "6:00"}
    assert "6:00 of 3,000 hours count" in page.main
    assert "12 h more count once they are signed. 5:50 h logged do not count." in page.main


def test_every_requirement_of_the_pack_is_a_row_with_its_law(
    browser: InspectingClient, goal: Goal, outside: Outside
) -> None:
    page = browser.get("/hours/requirements")
    [version] = outside.packs.get("us-ca/lmft").versions
    for rule in version.rules():
        if rule is not version.supervision.units:  # type: ignore[union-attr]
            assert f"/hours/requirements/{goal.id}/{rule.id}" in links(page), rule.id
            assert rule.citation in page.main


def test_readings_in_use_are_shown(browser: InspectingClient, session: Session, goal: Goal) -> None:
    assert (
        "No hour of that week in that setting counts. The default." in browser.get("/hours/requirements").main
    )
    goal.policies = {"second_unit_shortfall": "cap10"}
    page = browser.get("/hours/requirements")
    assert "and all other hours. Your choice." in page.main


def test_this_week_says_the_smallest_fix(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    log(session, outside, bayview, day=TODAY, minutes=120)
    page = browser.get("/hours/requirements")
    assert "One more hour of individual supervision at Bayview Clinic" in page.main
    assert f"/hours/requirements/{goal.id}/supervision.weekly_floor" in links(page)
    meet(session, outside, bayview, TODAY)
    assert "3:00 hours logged, and nothing to mend." in browser.get("/hours/requirements").main


def test_what_cannot_be_told_is_said_with_what_is_missing(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting
) -> None:
    meet(session, outside, bayview, TODAY)
    page = browser.get("/hours/requirements")
    assert "1 h cannot be told yet." in page.main
    assert "nothing to mend" not in page.main
    assert "the supervisor" in page.main


def test_the_pictures_have_tables(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    make_weeks(session, bayview, supervision, MONDAY, 9)
    reassess(session, outside.packs, goal.person_id, TODAY)
    page = browser.get("/hours/requirements")
    captions = page.texts("caption")
    assert "Countable hours over time" in captions
    assert "Weeks of the last 12 months" in captions
    assert f"/hours?week={MONDAY}" in links(page)


def test_a_goal_of_another_is_not_there(client: InspectingClient, goal: Goal, bob: Person) -> None:
    client.sign_in(bob)
    assert client.get(f"/hours/requirements/{goal.id}").status_code == 404
    assert client.get(f"/hours/requirements/{goal.id}/hours.total").status_code == 404


def test_a_goal_without_rules_says_so(browser: InspectingClient, session: Session, goal: Goal) -> None:
    goal.pack_id = "us-xx/gone"
    for address in ("/hours/requirements", f"/hours/requirements/{goal.id}/hours.total"):
        assert browser.get(address).h1 == "The rules of this goal cannot be read"


def test_several_goals_stand_beside_each_other(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal
) -> None:
    session.add(Goal(person_id=goal.person_id, pack_id="us-xx/gone", policies={}, created_at=FROZEN_NOW))
    assert f"/hours/requirements/{goal.id}" in links(browser.get("/hours/requirements"))


def test_a_long_log_is_read_as_stored(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting,
    supervision: Supervision, statements: list[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make_weeks(session, bayview, supervision, MONDAY, 100, entries=50)
    reassess(session, outside.packs, goal.person_id, TODAY)
    entry = session.scalars(select(Entry.id)).first()
    session.commit()
    monkeypatch.setattr("ceu.experience.assessing.assess", None)  # whoever assesses anew fails
    for address, most in (
        (f"/hours/requirements/{goal.id}", 8),
        (f"/hours/requirements/{goal.id}/hours.seven_days", 6),
        (f"/hours/entries/{entry}/why", 6),
    ):
        statements.clear()
        assert browser.get(address).status_code == 200
        assert len(statements) <= most, statements
        assert not [
            one
            for one in statements
            if "FROM entry" in one and "IN (" not in one and "entry.id = " not in one
        ]


def test_a_page_after_the_verdict_has_changed_writes_nothing_and_stays_small(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting,
    supervision: Supervision, statements: list[str],
) -> None:  # fmt: skip
    log(session, outside, bayview, day=TODAY, minutes=120)
    outside.clock.set(FROZEN_NOW + timedelta(days=7))  # type: ignore[attr-defined]
    session.commit()
    statements.clear()
    page = browser.get("/hours/requirements")
    assert "2 h logged do not count." in page.main
    assert "Nothing is logged for this week yet." in page.main
    assert len(statements) <= 10, statements


# ---- one rule ----------------------------------------------------------------------------------------------------


def test_every_rule_has_a_page_with_its_law(browser: InspectingClient, goal: Goal, outside: Outside) -> None:
    [version] = outside.packs.get("us-ca/lmft").versions
    for rule in version.rules():
        page = browser.get(f"/hours/requirements/{goal.id}/{rule.id}")
        assert page.h1 == rule.title
        assert rule.citation in page.main
        assert outside.packs.get("us-ca/lmft").sources[rule.source[0]].url in links(page)
        if rule.quote:
            assert " ".join(rule.quote.split()) in page.main


@pytest.mark.parametrize("rule", ["hours.nothing", "future", "%2e%2e", "x" * 3_000])
def test_a_rule_that_is_none_is_not_there(browser: InspectingClient, goal: Goal, rule: str) -> None:
    assert browser.get(f"/hours/requirements/{goal.id}/{rule}").status_code == 404


def test_a_rule_lists_the_entries_it_took_week_by_week(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    make_weeks(session, bayview, supervision, MONDAY, PAGE + 2, entries=2, supervised=False)
    reassess(session, outside.packs, goal.person_id, TODAY)
    address = f"/hours/requirements/{goal.id}/supervision.weekly_floor"
    page = browser.get(address)
    assert "36:40 hours of your log do not count by this rule." in page.main
    headings = [text_of(heading) for heading in page.tree.iter("h3")]
    assert (len(headings), headings[0]) == (PAGE, "Week of 16 Nov 2026 1:40 h do not count")
    assert len([link for link in links(page) if link.endswith("/why")]) == 2 * PAGE
    [older] = [link for link in links(page) if "before=" in link]
    following = browser.get(older)
    assert len(list(following.tree.iter("h3"))) == 2
    assert address in links(following)


def test_a_requirement_of_weeks_lists_the_weeks_that_do_not_count(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    make_weeks(session, bayview, supervision, MONDAY, 3)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=3), 2, supervised=False)
    reassess(session, outside.packs, goal.person_id, TODAY)
    page = browser.get(f"/hours/requirements/{goal.id}/weeks.supervised")
    assert "3 of 104 weeks" in page.main
    assert [text_of(heading) for heading in page.tree.iter("h3")] == [
        "Week of 26 Oct 2026",
        "Week of 19 Oct 2026",
    ]


def test_the_total_lists_what_each_rule_took(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    log(session, outside, bayview)
    page = browser.get(f"/hours/requirements/{goal.id}/hours.total")
    assert "One unit of supervision in each week and setting0:50" in page.main


@pytest.mark.parametrize("key", ["yesterday", "2026-13-01", "x" * 3_000])
def test_a_key_that_is_no_day_is_not_there(browser: InspectingClient, goal: Goal, key: str) -> None:
    address = f"/hours/requirements/{goal.id}/supervision.weekly_floor?before={key}"
    assert browser.get(address).status_code == 404


# ---- one entry ---------------------------------------------------------------------------------------------------


def test_an_entry_says_why_it_does_not_count_and_what_would_mend_it(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    entry = log(session, outside, bayview, day=TODAY, minutes=120)
    page = browser.get(f"/hours/entries/{entry.id}/why")
    assert page.h1 == "Why it counts or not: Direct counseling, 24 Nov 2026"
    assert numbers(page)["Does not count"] == "2:00"
    assert (
        "this week has less than 1 unit of supervision in this setting. (BPC 4980.43.2(a), (a)(1), (e))"
        in page.main
    )
    assert f"/hours/requirements/{goal.id}/supervision.weekly_floor" in links(page)
    assert "One more hour of individual supervision at Bayview Clinic" in page.main


def test_a_lost_entry_says_that_nothing_mends_it(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    entry = log(session, outside, bayview)
    assert (
        "Nothing that can still be logged would change that."
        in browser.get(f"/hours/entries/{entry.id}/why").main
    )


def test_a_signed_entry_counts(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting,
    supervision: Supervision, dana: Person,
) -> None:  # fmt: skip
    meeting = {"minutes": 60, "activity": "supervision_individual", "client_unit": None, "head_count": 1}
    sheet = submitted_week(session, outside, bayview, **meeting)
    [entry] = sheet.entries
    page = browser.get(f"/hours/entries/{entry.id}/why")
    assert numbers(page)["Will count once signed"] == "1:00"
    sign(session, outside, dana, sheet)
    page = browser.get(f"/hours/entries/{entry.id}/why")
    assert (numbers(page)["Counts"], "Every minute of it counts." in page.main) == ("1:00", True)


def test_an_entry_that_cannot_be_told_says_what_is_missing(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting
) -> None:
    entry = meet(session, outside, bayview)
    page = browser.get(f"/hours/entries/{entry.id}/why")
    assert numbers(page)["Cannot tell"] == "1:00"
    assert {"/goals/dates", "/hours/settings"} <= links(page)


def test_an_entry_without_a_goal_asks_for_one(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview)
    assert "/goals" in links(browser.get(f"/hours/entries/{entry.id}/why"))


def test_an_entry_of_another_is_not_there(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    bob: Person,
) -> None:
    entry = log(session, outside, bayview)
    client.sign_in(bob)
    assert client.get(f"/hours/entries/{entry.id}/why").status_code == 404
    assert client.get("/hours/entries/999999/why").status_code == 404
