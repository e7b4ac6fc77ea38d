"""The pages of requirements: numbers that differ, one click to the reason, and nothing assessed that is known."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import PAGE, reassess
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.licenses.models import Goal
from ceu.licenses.packs import packs_of_kind
from ceu.licenses.services import choose_goal
from ceu.rules.pack import Pack
from tests.client import InspectingClient, Page, text_of
from tests.experience.builders import MONDAY, log, sign, submitted_week
from tests.experience.goals import TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW
from tests.licenses.packs import cited, pack_of, total, version


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
    assert "Nothing is logged yet." in page.main
    assert "Everything logged" not in page.main
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
    [*_, version] = outside.packs.get("us-ca/lmft").versions
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
    assert (
        "3:00 hours are logged for this week, and nothing is to mend."
        in browser.get("/hours/requirements").main
    )


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
    monkeypatch.setattr("ceu.experience.assessing.judge", None)  # whoever assesses anew fails
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
    assert len(statements) <= 11, statements


# ---- one rule ----------------------------------------------------------------------------------------------------


def test_every_rule_has_a_page_with_its_law(browser: InspectingClient, goal: Goal, outside: Outside) -> None:
    [*_, version] = outside.packs.get("us-ca/lmft").versions
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


def test_a_condition_says_what_it_cannot_tell(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    goal.pack_id = "us-fl/lmhc"
    make_weeks(session, bayview, supervision, MONDAY, 1)
    reassess(session, outside.packs, goal.person_id, TODAY)
    page = browser.get(f"/hours/requirements/{goal.id}/registration")
    assert "h: Registration as an intern for this profession: missing is" in page.main
    assert "takes nothing from your log" not in page.main
    assert "One more thing is missing." in browser.get(f"/hours/requirements/{goal.id}").main


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


# ---- other shapes of rules ---------------------------------------------------------------------------------------


def made_goal(
    session: Session, outside: Outside, person: Person, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> Goal:
    """A goal whose rules are this pack."""
    monkeypatch.setattr("ceu.experience.assessing.find_pack", lambda packs, pack_id: pack)
    goal = Goal(person_id=person.id, pack_id=pack.id, policies={}, created_at=FROZEN_NOW)
    session.add(goal)
    session.flush()
    return goal


def by_the_month(**parts: Any) -> Pack:
    """Rules that go by the month, wherever: two hours of supervision in each, or nothing of it counts."""
    floor = cited("monthly", at_least="2 hours", of={"activity": "supervision_individual"})
    contact = {"per": "month", "where": "anywhere", "exempt": {"activity": "notes"}, "floors": [floor]}
    return pack_of(version(supervision=contact, **parts))


def test_a_running_month_says_what_is_missing_before_it_closes(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    goal = made_goal(session, outside, alice, by_the_month(), monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY, 1)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=5), 2)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=12), 1, supervised=False)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "This month, by 30 Nov 2026" in page.texts("h2")
    assert "This week, by Sunday" not in page.texts("h2")
    assert "One more hour of supervision in November 2026 would make 8:30 hours count." in page.main
    assert "What is past mending (1)" in page.main
    of_rule = browser.get(f"/hours/requirements/{goal.id}/monthly")
    assert "At least 2 hours of supervision in each month with credited hours." in of_rule.main
    assert "Without it, no hour of that month counts." in of_rule.main
    assert "8:20 hours in August 2026 do not count." in of_rule.main
    headings = [text_of(heading) for heading in of_rule.tree.iter("h3")]
    assert [heading[:20] for heading in headings] == ["Week of 16 Nov 2026 ", "Week of 24 Aug 2026 "]


def test_a_month_with_its_supervision_is_said_to_be_good(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    goal = made_goal(session, outside, alice, by_the_month(), monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY, 2)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "No supervision is missing in this month for what is logged so far." in page.main


def test_a_requirement_of_months_says_which_fell_away(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    pack = by_the_month(
        requirements=[
            total("10 hours"),
            total("3 months", id="months", periods={"each": "month"}, noun="of work"),
        ]
    )
    goal = made_goal(session, outside, alice, pack, monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=12), 1, supervised=False)
    page = browser.get(f"/hours/requirements/{goal.id}/months")
    assert "0 of 3 months" in page.main
    assert "8:20 hours in August 2026 do not count." in page.main


CHOICE = version(
    requirements=[
        cited("either", any_of=["hours", "exam"], noun="of two ways"),
        total("3000 hours"),
        cited("exam", confirmed={"person.applied_on": {"until": "as_of"}}, noun="the application"),
        total("2 hours", id="ratio", for_every={"amount": "5 hours", "of": "counseling"}, noun="of notes",
              of={"activity": "notes"}),
    ],
    limits=[cited("share", of={"activity": "supervision_individual"}, at_most="1 hour",
                 for_every={"amount": "10 hours", "of": "counseling"})],
    grants=[cited("degree", when={"person.applied_on": {"until": "as_of"}}, add="500 hours", to=["hours"])],
    conversions=[cited("fifty", of="counseling", minutes=50, count_as=60)],
)  # fmt: skip


def test_ways_to_meet_a_requirement_stand_under_it_and_are_not_asked_one_by_one(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    goal = made_goal(session, outside, alice, pack_of(CHOICE), monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY, 3)
    page = browser.get(f"/hours/requirements/{goal.id}")
    options = [text_of(li) for li in page.tree.iter("li") if "requirement-option" in (li.get("class") or "")]
    assert [option.split()[0] for option in options] == ["Hours", "Exam"]
    assert "One of several ways." in options[0]
    assert "0 of 1 way needed" in page.main
    of_rule = browser.get(f"/hours/requirements/{goal.id}/either")
    assert "Any of these ways" in of_rule.texts("h2")


def test_a_confirmation_leads_to_its_question(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    goal = made_goal(session, outside, alice, pack_of(CHOICE), monkeypatch)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "Not confirmed yet" in page.main
    assert "/goals/dates#applied_on" in links(page)
    of_rule = browser.get(f"/hours/requirements/{goal.id}/exam")
    assert "When did you apply?" in of_rule.main
    assert "/goals/dates#applied_on" in links(of_rule)


def test_proportions_say_what_they_are_made_from(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    goal = made_goal(session, outside, alice, pack_of(CHOICE), monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY, 1, entries=11)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "0:00 of 4 h now" in page.main
    assert "2 hours for every 5 hours of counseling." in page.main
    assert "of at most 1 h now" in page.main
    assert "1 hour for every 10 hours of counseling." in page.main


def test_grants_and_conversions_have_their_pages(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    goal = made_goal(session, outside, alice, pack_of(CHOICE), monkeypatch)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "Degree: 500 hours without entries." in page.main
    assert "500 hours without entries." in browser.get(f"/hours/requirements/{goal.id}/degree").main
    assert "50 minutes count as 1 hour." in browser.get(f"/hours/requirements/{goal.id}/fifty").main


def test_rules_of_which_nothing_is_known_yet_have_their_pages(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    unknown = version(requirements=[total("1 hour", status="unknown") | {"at_least": None}])
    goal = made_goal(session, outside, alice, pack_of(unknown), monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY, 2)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "cannot tell" in page.main
    assert "How much the law asks is not known" in browser.get(f"/hours/requirements/{goal.id}/hours").main
    assert browser.get("/home").status_code == 200


def test_every_experience_pack_has_its_pages(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision,
) -> None:  # fmt: skip
    make_weeks(session, bayview, supervision, MONDAY, 8)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=8), 6, supervised=False)
    for pack in packs_of_kind(outside.packs, "experience"):
        goal = choose_goal(session, FROZEN_NOW, alice.id, pack)
        page = browser.get(f"/hours/requirements/{goal.id}")
        assert page.status_code == 200, pack.id
        for result in links(page):
            if result.startswith(f"/hours/requirements/{goal.id}/"):
                assert browser.get(result).status_code == 200, result


def test_hours_of_another_kind_are_explained_where_the_sums_differ(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    pack = pack_of(version(requirements=[total("10 hours", of={"activity": "counseling"})]))
    goal = made_goal(session, outside, alice, pack, monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=1), 1)
    page = browser.get(f"/hours/requirements/{goal.id}")
    counting = page.main.partition(" of 10 hours count")[0].rpartition(" ")[2]
    assert (counting, numbers(page)["Countable"]) == ("7:30", "8:30")
    assert "Countable is every hour that no rule refuses. 1 h of them are of another kind" in page.main
    assert "of another kind" in browser.get("/home").main


def test_a_month_lost_for_another_reason_is_not_called_good(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    floor = cited("monthly", at_least="2 hours", of={"activity": "supervision_individual"})
    contact = {"per": "month", "where": "anywhere", "exempt": {"activity": "notes"}, "floors": [floor]}
    gate = cited("nothing", only_if={"activity": "workshop"}, lost="nothing counts.")
    pack = pack_of(version(supervision=contact, gates=[gate]))
    goal = made_goal(session, outside, alice, pack, monkeypatch)
    log(session, outside, bayview, day=TODAY, minutes=120)
    for page in (browser.get(f"/hours/requirements/{goal.id}"), browser.get("/home")):
        assert "This month, by 30 Nov 2026" in page.texts("h2")
        assert "No supervision is missing" not in page.main
        assert (
            "Nothing logged in this month counts for certain, and not for want of supervision." in page.main
        )
        assert "None of the 2:00 hours logged for this week counts: “Nothing”." in page.main


def test_a_week_lost_for_another_reason_is_not_called_good(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    pack = pack_of(
        version(gates=[cited("nothing", only_if={"activity": "workshop"}, lost="nothing counts.")])
    )
    goal = made_goal(session, outside, alice, pack, monkeypatch)
    log(session, outside, bayview, day=TODAY, minutes=120)
    for page in (browser.get(f"/hours/requirements/{goal.id}"), browser.get("/home")):
        assert "nothing is to mend" not in page.main
        assert "None of the 2:00 hours logged for this week counts: “Nothing”." in page.main


def test_a_month_is_not_called_this_week_on_the_home_page(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made_goal(session, outside, alice, by_the_month(), monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY, 1)
    page = browser.get("/home")
    assert "One more hour of supervision in November 2026 would make 8:30 hours count." in page.main
    assert "This month, by 30 Nov 2026" in page.texts("h2")
    assert "This week, by Sunday" not in page.texts("h2")


def test_a_requirement_of_months_lists_each_month_that_does_not_count(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    months = total("3 months", id="months", periods={"each": "month"}, noun="of work")
    gate = cited("from_autumn", only_if={"day": {"from": "2026-09-01"}}, lost="too early.")
    pack = pack_of(version(requirements=[total("10 hours"), months], gates=[gate]))
    goal = made_goal(session, outside, alice, pack, monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=16), 1)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=5), 1)
    page = browser.get(f"/hours/requirements/{goal.id}/months")
    assert "1 of 2 months with entries count." in page.main
    assert "July 2026Does not count0:00 From_autumn takes 8:30." in page.main
    assert f"/hours/requirements/{goal.id}/from_autumn" in links(page)
    assert "October 2026" not in page.main


def test_a_requirement_of_some_hours_says_which_rules_took_those(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    contact = total("5 hours", id="contact", of={"activity": "counseling"}, inside="hours")
    gates = [
        cited("no_supervision", only_if={"activity": ["counseling", "notes"]}, lost="no supervision."),
        cited("from_autumn", only_if={"day": {"from": "2026-09-01"}}, lost="too early."),
    ]
    pack = pack_of(version(requirements=[total("10 hours"), contact], gates=gates))
    goal = made_goal(session, outside, alice, pack, monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=16), 1)
    page = browser.get(f"/hours/requirements/{goal.id}/contact")
    assert "Logged hours that do not count for it, or cannot be told" in page.texts("h2")
    assert f"/hours/requirements/{goal.id}/from_autumn" in links(page)
    assert f"/hours/requirements/{goal.id}/no_supervision" not in links(page)


def test_goals_beside_each_other_say_how_far_they_are_met(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, goal: Goal
) -> None:
    choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get("us-or/lpc"))
    reassess(session, outside.packs, alice.id, TODAY)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "LMFT 0 of 7 met" in page.main
    assert "LPC 0 of 5 met" in page.main


def test_a_week_that_cannot_be_told_is_not_called_lost(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting,
    supervision: Supervision, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    gates = [
        cited("kinds", only_if={"activity": "counseling"}, lost="another kind."),
        cited("known", only_if={"supervisor.kind": "LMFT"}, lost="no."),
    ]
    goal = made_goal(session, outside, alice, pack_of(version(gates=gates)), monkeypatch)
    make_weeks(session, bayview, supervision, MONDAY, 1)
    page = browser.get(f"/hours/requirements/{goal.id}")
    assert "1 signed" in page.main
    assert "1 lost" not in page.main
    assert "First tell what is missing" in browser.get(f"/hours/requirements/{goal.id}/hours").main
