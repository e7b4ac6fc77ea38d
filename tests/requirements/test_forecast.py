"""The page of the forecast: a sentence first, a range per requirement, switches in the address, and plain assumptions."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import reassess
from ceu.experience.models import Supervision, WorkSetting
from ceu.licenses.models import Goal
from ceu.requirements.forecast_rows import between_text, range_text
from ceu.rules.forecast import Range
from tests.client import InspectingClient, Page
from tests.experience.builders import MONDAY
from tests.experience.goals import TODAY, make_goal, make_weeks

PLACE = "/hours/forecast"


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    """Alice's goal."""
    return make_goal(session, outside, alice)


@pytest.fixture
def year(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> SimpleNamespace:
    """Sixty signed weeks of 9 sessions and an hour of supervision, every fifth a short one."""
    for back in range(60):
        make_weeks(
            session,
            bayview,
            supervision,
            MONDAY - timedelta(weeks=back),
            1,
            entries=3 if back % 5 == 0 else 10,
        )
    reassess(session, outside.packs, goal.person_id, TODAY)
    return SimpleNamespace(goal=goal, setting=bayview, supervision=supervision)


def answer(page: Page) -> str:
    """The sentence that stands first."""
    [found] = [each for each in page.tree.iter("p") if each.get("class") == "answer"]
    return "".join(found.itertext())


def rows(page: Page) -> dict[str, list[str]]:
    """The table twin of the ranges: requirement -> so far, early, likely, late."""
    [table] = [
        each for each in page.tree.iter("table") if "In 1 of 10 futures by" in "".join(each.itertext())
    ]
    lines = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")]
    return {line[0]: line[1:] for line in lines[1:]}


def values(page: Page) -> dict[str, str]:
    """What the text fields of the form hold."""
    return {
        each.get("name") or "": each.get("value") or ""
        for each in page.tree.iter("input")
        if each.get("type") != "radio"
    }


# ---- what it says ------------------------------------------------------------------------------------------------


def test_without_a_goal_the_page_says_how_to_begin(browser: InspectingClient) -> None:
    assert "Choose your goal" in browser.get(PLACE).main


def test_an_empty_log_tells_nothing(browser: InspectingClient, goal: Goal) -> None:
    page = browser.get(PLACE)
    assert answer(page) == "Nothing can be told yet."
    assert "There are no hours in the last 26 weeks to look ahead with." in page.main


def test_the_answer_is_a_sentence_with_a_range(browser: InspectingClient, year: SimpleNamespace) -> None:
    page = browser.get(PLACE, query_string={"direct": 110, "other": 100, "supervision": 100})
    assert answer(page) == "Not within six years at this pace."
    assert "Not met by November 2032 if your weeks stay as they are: “Supervised experience”" in page.main
    weeks = rows(page)["Weeks with supervision"]
    # 60 of 104 weeks: 44 more, every one of them with supervision.
    assert weeks == ["60 of 104 weeks", *["3 Oct 2027"] * 3]
    assert rows(page)["Weeks with individual or triadic supervision"][1:] == ["met"] * 3


def test_enough_hours_make_a_month(browser: InspectingClient, year: SimpleNamespace) -> None:
    page = browser.get(PLACE, query_string={"other": 100, "another_direct": "9", "another_supervision": "9"})
    assert answer(page).startswith("Most likely done in ")
    assert "decides: it is the last to be met in" in page.main
    assert "With the changes below." in page.main


def test_the_page_shows_what_it_takes_for_granted(browser: InspectingClient, year: SimpleNamespace) -> None:
    page = browser.get(PLACE)
    assert "The weeks to come are like the 26 from 25 May 2026 to 22 Nov 2026" in page.main
    assert "in 1,000 imagined futures." in page.main
    assert "Everything logged counts as if it were signed, and so do the weeks to come." in page.main
    assert "31 Jul 2027: the expiration date of the AMFT registration" in page.main
    assert "Without a renewal, hours after that day may not count." in page.main


def test_the_pictures_have_tables(browser: InspectingClient, year: SimpleNamespace) -> None:
    captions = browser.get(PLACE).texts("caption")
    assert "Hours of “Supervised experience” so far, and as they may grow" in captions
    assert "By when each requirement is met" in captions


def test_few_weeks_make_no_range(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting,
    supervision: Supervision,
) -> None:  # fmt: skip
    make_weeks(session, bayview, supervision, MONDAY, 5)
    reassess(session, outside.packs, goal.person_id, TODAY)
    page = browser.get(PLACE)
    assert "Only 5 whole weeks are there to go by, too few for a range: take this as a guess." in page.main
    assert "8 in 10 futures" not in page.main
    assert rows(page)["Weeks with supervision"][1] == "too few weeks"


def test_what_is_confirmed_by_hand_is_left_to_the_person(
    browser: InspectingClient, session: Session, outside: Outside, year: SimpleNamespace
) -> None:
    year.goal.pack_id = "us-mi/lpc"
    reassess(session, outside.packs, year.goal.person_id, TODAY)
    assert "No log can foresee these; they are yours to see to:" in browser.get(PLACE).main


def test_an_unknown_amount_is_said_to_be_unknown(
    browser: InspectingClient, session: Session, outside: Outside, year: SimpleNamespace
) -> None:
    year.goal.pack_id = "us-ga/lpc"
    reassess(session, outside.packs, year.goal.person_id, TODAY)
    assert "How much the law asks is not known." in browser.get(PLACE).main


def test_missing_answers_are_not_called_a_slow_pace(
    browser: InspectingClient, session: Session, outside: Outside, year: SimpleNamespace
) -> None:
    year.goal.pack_id = "us-fl/lmhc"
    reassess(session, outside.packs, year.goal.person_id, TODAY)
    page = browser.get(PLACE)
    assert answer(page) == "Cannot tell yet."
    assert "cannot be told while answers are missing" in page.main


# ---- the switches ------------------------------------------------------------------------------------------------


def test_leave_moves_the_weeks(browser: InspectingClient, year: SimpleNamespace) -> None:
    page = browser.get(PLACE, query_string={"leave_from": "2027-01-04", "leave_until": "2027-01-15"})
    assert rows(page)["Weeks with supervision"][1] == "17 Oct 2027"
    assert (values(page)["leave_from"], values(page)["leave_until"]) == ("2027-01-04", "2027-01-15")


def test_signed_hours_may_be_the_start(
    browser: InspectingClient, session: Session, outside: Outside, year: SimpleNamespace
) -> None:
    make_weeks(session, year.setting, year.supervision, MONDAY - timedelta(weeks=60), 4, state="submitted")
    reassess(session, outside.packs, year.goal.person_id, TODAY)
    assert rows(browser.get(PLACE))["Weeks with supervision"][0] == "64 of 104 weeks"
    page = browser.get(PLACE, query_string={"basis": "signed"})
    assert rows(page)["Weeks with supervision"][0] == "60 of 104 weeks"
    assert (
        "Hours start from what is signed today; weeks to come are like what you logged, and get signed."
        in page.main
    )


def test_without_renewal_the_rule_that_stops_hours_is_named(
    browser: InspectingClient, year: SimpleNamespace
) -> None:
    page = browser.get(PLACE, query_string={"renewals": "no"})
    stopped = "From 1 Aug 2027 on, 100 of 100 minutes like those of your recent weeks no longer count: "
    assert f"{stopped}post-degree hours need an associate registration in force that day" in page.main
    assert "are renewed in time" not in page.main
    assert rows(page)["Weeks with supervision"][1] == "after November 2032"


def test_changes_keep_their_values_and_signs(browser: InspectingClient, year: SimpleNamespace) -> None:
    given = {"groups": "-1:30", "group_supervision": "2:00", "direct": "90", "since": "2027-02-01"}
    kept = values(browser.get(PLACE, query_string=given))
    assert {name: kept[name] for name in given} == given


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"leave_from": "2027-01-04"}, "Enter the last one too."),
        ({"leave_until": "2027-01-04"}, "Enter the first one too."),
        ({"leave_from": "2027-01-04", "leave_until": "2027-01-01"}, "The last day of leave lies before the first."),
        ({"wished": "2026-11-24"}, "Choose a day after today and within the next six years."),
        ({"wished": "2040-01-01"}, "Choose a day after today and within the next six years."),
        ({"wished": "soon"}, "This is not a date."),
        ({"direct": "900"}, "Choose a percentage from 0 to 300"),
        ({"direct": "many"}, "This is not a whole number."),
        ({"groups": "99"}, "That is more than 80 hours a week."),
        ({"groups": "--2"}, "is not a time."),
        ({"renewals": "perhaps"}, "Choose one of the options offered."),
    ],
)  # fmt: skip
def test_mistakes_are_answered_and_the_plain_forecast_is_shown(
    browser: InspectingClient, year: SimpleNamespace, given: dict[str, str], sentence: str
) -> None:
    page = browser.get(PLACE, query_string=given)
    assert page.status_code == 422
    assert sentence in page.main
    assert "Shown without your changes" in page.main
    assert rows(page)["Weeks with supervision"][1] == "3 Oct 2027"


# ---- planning back -----------------------------------------------------------------------------------------------


def test_a_wished_day_asks_hours(browser: InspectingClient, year: SimpleNamespace) -> None:
    page = browser.get(PLACE, query_string={"wished": "2031-12-31"})
    assert "To be done by 31 Dec 2031" in page.main
    assert "In 5 of 10 futures, " in page.main
    assert "In 9 of 10 futures, " in page.main
    assert values(page)["wished"] == "2031-12-31"


def test_what_cannot_be_done_is_said_with_its_reason(
    browser: InspectingClient, year: SimpleNamespace
) -> None:
    page = browser.get(PLACE, query_string={"wished": "2027-06-30"})
    assert "By 30 Jun 2027 it cannot be done: even with " in page.main
    assert "“Hours in any seven consecutive days”, at most 40 hours in any 7 days" in page.main
    assert "The earliest day within reach is about" in page.main


def test_next_week_is_too_soon(browser: InspectingClient, year: SimpleNamespace) -> None:
    assert (
        "nothing more can be gained by then."
        in browser.get(PLACE, query_string={"wished": "2026-11-27"}).main
    )


# ---- the house ---------------------------------------------------------------------------------------------------


def test_it_asks_few_queries(browser: InspectingClient, year: SimpleNamespace, statements: list[str]) -> None:
    browser.get(PLACE)
    statements.clear()
    browser.get(f"{PLACE}/{year.goal.id}", query_string={"wished": "2031-12-31"})
    assert len(statements) <= 12


def test_a_goal_of_another_is_not_there(client: InspectingClient, goal: Goal, bob: Person) -> None:
    client.sign_in(bob)
    assert client.get(f"{PLACE}/{goal.id}").status_code == 404


def test_a_goal_without_rules_says_so(browser: InspectingClient, goal: Goal) -> None:
    goal.pack_id = "us-xx/gone"
    assert browser.get(PLACE).h1 == "The rules of this goal cannot be read"


def test_several_goals_keep_the_switches(
    browser: InspectingClient, session: Session, outside: Outside, goal: Goal
) -> None:
    other = Goal(person_id=goal.person_id, pack_id="us-ca/lpcc", policies={}, created_at=goal.created_at)
    session.add(other)
    session.flush()
    page = browser.get(f"{PLACE}/{goal.id}", query_string={"direct": "120"})
    assert f"{PLACE}/{other.id}?direct=120" in {link.get("href") for link in page.tree.iter("a")}


# ---- words -------------------------------------------------------------------------------------------------------


def test_ranges_are_said_in_months() -> None:
    march, may, next_year = date(2028, 3, 5), date(2028, 5, 7), date(2029, 1, 7)
    assert between_text(march, may) == "March and May 2028"
    assert between_text(may, next_year) == "May 2028 and January 2029"
    assert range_text(Range(march, may, next_year), few=False) == (
        "most likely done in May 2028; between March 2028 and January 2029"
    )
    assert range_text(Range(may, may, may), few=False) == "most likely done in May 2028"
    assert range_text(Range(march, may, None), few=False) == "most likely done in May 2028, or much later"
    assert range_text(Range(march, may, next_year), few=True) == "perhaps done around May 2028"
    assert range_text(Range(None, None, None), few=False) == "not within six years at this pace"
