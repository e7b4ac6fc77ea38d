"""Weeks and days as people write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from ceu.domain.dates import (
    MONDAY,
    SUNDAY,
    Week,
    day_text,
    instant_text,
    local_date,
    week_beside,
    week_of,
    weekday_text,
)

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
WEEKDAYS = st.sampled_from([MONDAY, SUNDAY])


@given(DAYS, WEEKDAYS)
def test_the_week_of_a_day_begins_on_the_weekday_and_has_seven_days(day: date, weekday: int) -> None:
    week = week_of(day, weekday)
    assert week.first.weekday() == weekday
    assert week.holds(day)
    assert len(week.days) == 7
    assert week.days[0] == week.first
    assert week.days[-1] == week.last


@pytest.mark.parametrize(
    ("day", "monday", "sunday"),
    [
        (date(2026, 1, 1), date(2025, 12, 29), date(2025, 12, 28)),  # over a new year
        (date(2024, 2, 29), date(2024, 2, 26), date(2024, 2, 25)),  # a leap day
        (date(2026, 11, 1), date(2026, 10, 26), date(2026, 11, 1)),  # clocks go back in California
    ],
)
def test_a_week_over_a_seam_of_the_calendar(day: date, monday: date, sunday: date) -> None:
    assert week_of(day).first == monday
    assert week_of(day, SUNDAY).first == sunday


@given(st.lists(st.tuples(DAYS, WEEKDAYS), max_size=12), st.dates(date(2024, 2, 1), date(2024, 3, 31)))
def test_weeks_begun_one_after_another_share_no_day(begun: list[tuple[date, int]], near: date) -> None:
    weeks: set[Week] = set()
    for far, weekday in begun:
        # Days that lie close together meet each other's weeks.
        day = near + timedelta(days=far.toordinal() % 40)
        week = week_beside(day, weekday, weeks)
        assert week.holds(day)
        assert len(week.days) <= 7
        assert not any(week.touches(other) for other in weeks - {week})
        weeks.add(week)


@pytest.mark.parametrize(
    ("hour", "day"),
    [(7, date(2026, 11, 23)), (8, date(2026, 11, 24))],  # 23:00 and 0:00 in California
)
def test_an_hour_falls_on_the_day_where_the_person_lives(hour: int, day: date) -> None:
    assert local_date(datetime(2026, 11, 24, hour, tzinfo=UTC), "America/Los_Angeles") == day


def test_days_are_written_without_leading_zeros() -> None:
    assert day_text(date(2026, 11, 6)) == "6 Nov 2026"
    assert weekday_text(date(2026, 11, 16)) == "Mon 16"


def test_an_instant_is_written_in_utc_to_the_second() -> None:
    noon_in_new_york = datetime(2026, 11, 24, 12, 0, 7, 900_000, tzinfo=timezone(timedelta(hours=-5)))
    assert instant_text(noon_in_new_york) == "2026-11-24T17:00:07Z"
