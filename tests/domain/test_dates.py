"""Weeks and days as people write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from ceu.domain.dates import day_text, instant_text, local_date, monday_of, weekday_text


@given(st.dates())
def test_the_week_of_a_day_begins_on_its_monday(day: date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday < timedelta(days=7)


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
