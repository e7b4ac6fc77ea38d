"""Rows, curves and calendars of the requirement pages, from a standing alone."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.domain.dates import MONDAY
from ceu.experience.assessing import WeekSum
from ceu.experience.assessment_queries import SheetSum
from ceu.requirements.now import period_title
from ceu.requirements.overview import WEEKS_SHOWN, curve, first_week_shown, year
from ceu.requirements.rows import Addresses, kinds_text, need_text

TODAY = date(2026, 11, 24)
THIS_MONDAY = date(2026, 11, 23)
WHERE = Addresses(
    rule=lambda rule: f"/{rule}",
    week=lambda start: f"/{start}",
    entry=lambda entry: f"/{entry}",
    fact=lambda key: f"/facts#{key}",
)


def week(back: int, *states: str, credited: int = 600, cut: int = 0) -> tuple[str, str]:
    """How the week so many weeks ago is shown, and its text."""
    start = THIS_MONDAY - timedelta(weeks=back)
    sheets = [SheetSum(start, state, 600) for state in states]
    found = {one.start: one for one in year(sheets, [WeekSum(start, credited, cut)], TODAY, WHERE, MONDAY)}
    return found[start].state, found[start].text


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [(180_000, "minutes", "3,000 h"), (75, "minutes", "1:15 h"), (104, "weeks", "104 weeks")],
)
def test_amounts_are_said_with_their_unit(amount: int, unit: str, text: str) -> None:
    assert need_text(amount, unit) == text


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (("signed",), "signed"),
        (("signed", "submitted"), "waiting"),
        (("signed", "submitted", "draft"), "draft"),
        (("draft", "returned"), "returned"),
    ],
)
def test_a_week_stands_as_its_least_finished_sheet(states: tuple[str, ...], shown: str) -> None:
    assert week(3, *states)[0] == shown


def test_a_week_without_sheets_is_empty() -> None:
    assert week(3) == ("none", "")


def test_a_past_week_that_loses_more_than_it_gains_is_lost() -> None:
    assert week(3, "signed", credited=0, cut=600) == ("lost", "10:00, 10:00 of it not counted")
    assert week(3, "signed", credited=500, cut=100)[0] == "signed"


def test_this_week_can_still_be_mended() -> None:
    assert week(0, "draft", credited=0, cut=600)[0] == "draft"


def test_a_week_that_begins_on_sunday_is_shown_at_its_monday() -> None:
    sunday = THIS_MONDAY - timedelta(weeks=3, days=1)
    found = year(
        [SheetSum(sunday + timedelta(days=1), "signed", 60)], [WeekSum(sunday, 0, 60)], TODAY, WHERE, MONDAY
    )
    assert [one.start for one in found if one.state == "lost"] == [sunday + timedelta(days=1)]


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_a_year_is_52_weeks_that_end_with_this_one(today: date) -> None:
    shown = year([], [], today, WHERE, MONDAY)
    assert len(shown) == WEEKS_SHOWN
    assert shown[0].start == first_week_shown(today, MONDAY)
    assert shown[-1].start <= today < shown[-1].start + timedelta(weeks=1)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 2400)), unique_by=lambda pair: pair[0]))
def test_a_curve_never_falls_and_ends_with_the_sum(given_weeks: list[tuple[int, int]]) -> None:
    weeks = [
        WeekSum(date(2019, 1, 7) + timedelta(weeks=place), credited, 0)
        for place, credited in sorted(given_weeks)
    ]
    points = curve(weeks, TODAY)
    values = [point.value for point in points]
    assert values == sorted(values)
    assert [point.day for point in points] == sorted({point.day for point in points})
    assert values[-1:] == ([sum(one.credited for one in weeks)] if weeks else [])


def test_a_curve_does_not_reach_into_the_future() -> None:
    points: list[Any] = curve([WeekSum(THIS_MONDAY, 60, 0)], TODAY)
    assert points[-1].day == TODAY


@pytest.mark.parametrize(
    ("per", "title"),
    [
        ("day", "This day, by 24 Nov 2026"),
        ("week", "This week, by 29 Nov 2026"),
        ("fortnight", "These two weeks"),
        ("month", "This month, by 30 Nov 2026"),
        ("quarter", "This calendar quarter, by 31 Dec 2026"),
        ("year", "This calendar year, by 31 Dec 2026"),
        ("year_of_experience", "This year of experience"),
    ],
)
def test_the_running_period_is_called_by_its_name(per: str, title: str) -> None:
    assert period_title(per, TODAY, MONDAY) == title


def test_a_sum_beyond_the_single_hours_does_not_claim_why() -> None:
    result = SimpleNamespace(title="Hours", have=120)
    assert kinds_text(result, 120) is None  # type: ignore[arg-type]
    said = kinds_text(result, 60)  # type: ignore[arg-type]
    assert said == (
        "“Hours” is sure of 1 h more than is countable hour by hour: they are credited without entries, or it cannot be "
        "told yet which hours they are."
    )
