"""Renewal cycles: laid without gap or overlap, ending where the law says, counted from issue."""

import calendar
from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.rules.cycle import Held, RenewalCycle, current_cycle, cycle_on, cycles, whole_months
from ceu.rules.pack import Cycle

DAY = timedelta(days=1)
CITED = {"citation": "§ 1", "source": ("S1",), "status": "verified", "as_of": "2026-01-01"}


def law(length: str = "24 months", **parts: Any) -> Cycle:
    return Cycle.model_validate({"length": length, **parts, **CITED})


def held(issued_on: str, expires_on: str, birth_month: int | None = None) -> Held:
    return Held(date.fromisoformat(issued_on), date.fromisoformat(expires_on), birth_month)


def spans(law_: Cycle, held_: Held, how_many: int) -> list[tuple[str, str]]:
    return [(one.begins.isoformat(), one.ends.isoformat()) for one in islice(cycles(law_, held_), how_many)]


def is_month_end(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


days = st.dates(date(1950, 1, 1), date(2060, 12, 31))
lengths = st.sampled_from(
    ["12 months", "24 months", "1 year", "2 years", "36 months", "5 years", "18 months"]
)
years = st.sampled_from(["every", "odd", "even", "parity_of_issue"])
days_of_year = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}")
laws = st.one_of(
    st.builds(law, lengths),
    st.builds(law, lengths, ends=st.just("anniversary")),
    st.builds(law, lengths, ends=st.just("birth_month"), years=years),
    st.builds(law, lengths, ends=st.just("day"), day=days_of_year, years=years),
)
licenses = st.builds(
    lambda issued_on, days_held, birth_month: Held(issued_on, issued_on + days_held * DAY, birth_month),
    days,
    st.integers(1, 20_000),
    st.none() | st.integers(1, 12),
)


@given(laws, licenses)
def test_cycles_tile_the_time_from_the_day_after_issue(law_: Cycle, held_: Held) -> None:
    laid = list(islice(cycles(law_, held_), 30))
    assert laid[0].begins == held_.issued_on + DAY
    assert [one.number for one in laid] == list(range(1, 31))
    assert all(one.begins <= one.ends for one in laid)
    assert all(earlier.ends + DAY == later.begins for earlier, later in pairwise(laid))


@given(laws, licenses, st.integers(1, 20_000))
def test_every_day_after_issue_lies_in_exactly_one(law_: Cycle, held_: Held, days_after: int) -> None:
    day = held_.issued_on + days_after * DAY
    found = cycle_on(law_, held_, day)
    assert found.begins <= day <= found.ends
    around = islice(cycles(law_, held_), found.number + 2)
    assert [one.number for one in around if one.begins <= day <= one.ends] == [found.number]


@given(lengths, licenses)
def test_the_expiration_date_is_an_end(length: str, held_: Held) -> None:
    found = current_cycle(law(length), held_, held_.issued_on)
    assert found.ends == held_.expires_on


@given(lengths, licenses, years, days_of_year)
def test_a_day_of_the_year_is_every_end(length: str, held_: Held, which: str, day: str) -> None:
    wanted = {"odd": {1}, "even": {0}, "every": {0, 1}, "parity_of_issue": {held_.issued_on.year % 2}}[which]
    for one in islice(cycles(law(length, ends="day", day=day, years=which), held_), 12):
        assert f"{one.ends:%m-%d}" == day or (day == "02-29" and f"{one.ends:%m-%d}" == "02-28")
        assert one.ends.year % 2 in wanted


@given(lengths, licenses, years, st.integers(1, 12))
def test_the_month_of_birth_ends_every_cycle(length: str, held_: Held, which: str, month: int) -> None:
    born = Held(held_.issued_on, held_.expires_on, month)
    for one in islice(cycles(law(length, ends="birth_month", years=which), born), 12):
        assert one.ends.month == month
        assert is_month_end(one.ends)


@given(lengths, licenses)
def test_the_day_before_the_anniversary_ends_every_cycle(length: str, held_: Held) -> None:
    for one in islice(cycles(law(length, ends="anniversary"), held_), 12):
        after = one.ends + DAY
        assert after.day == held_.issued_on.day or is_month_end(after)


@given(laws, licenses)
def test_no_cycle_is_longer_than_the_law_says_and_later_ones_are_as_long(law_: Cycle, held_: Held) -> None:
    months = law_.length.amount * (12 if law_.length.unit == "years" else 1)
    if law_.ends in ("day", "birth_month") and (law_.ends == "day" or held_.birth_month):
        months = max(months // 12, 1) * 12
        months += 12 if law_.years != "every" and months // 12 % 2 else 0
    first, *later = islice(cycles(law_, held_), 10)
    assert first.months <= months
    assert {one.months for one in later} <= {
        months,
        months - 1,
    }  # a clamped day at a month's end may cost one


@pytest.mark.parametrize(
    ("law_", "held_", "laid"),
    [
        (
            law(),
            held("2019-05-01", "2023-08-31"),
            [("2019-05-02", "2019-08-31"), ("2019-09-01", "2021-08-31"), ("2021-09-01", "2023-08-31")],
        ),
        (law(), held("2025-08-31", "2027-08-31"), [("2025-09-01", "2027-08-31")]),
        (law(), held("2025-09-01", "2027-08-31"), [("2025-09-02", "2027-08-31")]),
        (law(), held("2022-01-01", "2026-02-28"), [("2022-01-02", "2022-02-28"), ("2022-03-01", "2024-02-29")]),
        (law("90 days"), held("2026-01-01", "2026-06-30"), [("2026-01-02", "2026-04-01"), ("2026-04-02", "2026-06-30")]),
        (law(ends="day", day="03-31", years="odd"), held("2024-04-01", "2025-12-31"), [("2024-04-02", "2025-03-31"), ("2025-04-01", "2027-03-31")]),
        (law(ends="day", day="03-31", years="odd"), held("2025-03-31", "2026-03-31"), [("2025-04-01", "2027-03-31")]),
        (law(ends="day", day="03-31", years="even"), held("2024-04-01", "2025-12-31"), [("2024-04-02", "2026-03-31")]),
        (law(ends="day", day="12-31", years="parity_of_issue"), held("2023-06-01", "2024-06-01"), [("2023-06-02", "2023-12-31"), ("2024-01-01", "2025-12-31")]),
        (law("12 months", ends="day", day="12-31", years="odd"), held("2024-06-01", "2025-06-01"), [("2024-06-02", "2025-12-31"), ("2026-01-01", "2027-12-31")]),
        (law(ends="birth_month"), held("2025-01-15", "2027-02-28", 2), [("2025-01-16", "2025-02-28"), ("2025-03-01", "2027-02-28")]),
        (law(ends="birth_month"), held("2025-01-15", "2027-02-28", 4), [("2025-01-16", "2025-04-30"), ("2025-05-01", "2027-04-30")]),
        (law(ends="birth_month"), held("2025-01-15", "2027-02-28"), [("2025-01-16", "2025-02-28"), ("2025-03-01", "2027-02-28")]),
        (law("3 years", ends="anniversary"), held("2024-05-01", "2025-05-01"), [("2024-05-02", "2027-04-30"), ("2027-05-01", "2030-04-30")]),
        (law("1 year", ends="anniversary"), held("2024-02-29", "2025-05-01"), [("2024-03-01", "2025-02-27"), ("2025-02-28", "2026-02-27")]),
    ],
)  # fmt: skip
def test_cycles_as_they_stand_on_the_calendar(law_: Cycle, held_: Held, laid: list[tuple[str, str]]) -> None:
    assert spans(law_, held_, len(laid)) == laid


@pytest.mark.parametrize(
    ("law_", "as_of", "ends"),
    [
        (law(), "2026-11-24", "2027-08-31"),
        (law(), "2028-01-01", "2027-08-31"),
        (law(ends="day", day="03-31"), "2026-03-31", "2026-03-31"),
        (law(ends="day", day="03-31"), "2026-04-01", "2028-03-31"),
        (law(ends="day", day="03-31"), "2031-01-01", "2028-03-31"),
    ],
)
def test_the_current_cycle_ends_with_the_license_or_holds_the_day(law_: Cycle, as_of: str, ends: str) -> None:
    license_ = held("2019-05-01", "2027-08-31")
    assert current_cycle(law_, license_, date.fromisoformat(as_of)).ends == date.fromisoformat(ends)


def test_the_first_cycle_is_that_of_the_issue() -> None:
    license_ = held("2025-10-07", "2027-08-31")
    assert cycle_on(law(), license_, date(2025, 10, 7)) == RenewalCycle(
        date(2025, 10, 8), date(2027, 8, 31), number=1, months=22
    )
    second = cycle_on(law(), license_, date(2027, 9, 1))
    assert (second.number, second.is_first, second.months) == (2, False, 24)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2025-09-01", "2027-08-31", 24),
        ("2025-09-02", "2027-08-31", 23),
        ("2025-08-31", "2027-08-31", 24),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 1),
        ("2026-01-31", "2026-02-26", 0),
        ("2026-05-01", "2026-05-01", 0),
    ],
)
def test_whole_months_are_counted_with_both_days(first: str, last: str, months: int) -> None:
    assert whole_months(date.fromisoformat(first), date.fromisoformat(last)) == months


@given(days, st.integers(0, 3_000))
def test_whole_months_never_shrink_with_time(first: date, span: int) -> None:
    last = first + span * DAY
    assert 0 <= whole_months(first, last) <= whole_months(first, last + DAY)
