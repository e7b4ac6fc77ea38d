"""Clocks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ceu.adapters.clock import Clock, FrozenClock, SystemClock

NOON = datetime(2027, 3, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("clock", [SystemClock(), FrozenClock(NOON)])
def test_a_clock_shows_utc_and_never_runs_back(clock: Clock) -> None:
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


def test_a_frozen_clock_stands_until_it_is_set() -> None:
    clock = FrozenClock(NOON)
    clock.set(datetime(2027, 3, 31, 10, tzinfo=timezone(timedelta(hours=-7))))
    assert clock.now() == NOON + timedelta(hours=5)
    assert clock.now().tzinfo is UTC


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        FrozenClock(datetime(2027, 3, 31))
