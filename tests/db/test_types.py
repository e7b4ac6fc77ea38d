"""Instants are aware on both sides."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import create_engine, literal, select
from sqlalchemy.exc import StatementError

from ceu.db.types import UtcInstant

ENGINE = create_engine("sqlite://")
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def round_trip(instant: datetime | None) -> datetime | None:
    with ENGINE.connect() as connection:
        return connection.scalar(select(literal(instant, UtcInstant)))


@given(st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=ZONES))
def test_an_instant_comes_back_the_same_in_utc(instant: datetime) -> None:
    found = round_trip(instant)
    assert found == instant
    assert found is not None
    assert found.tzinfo is UTC


def test_nothing_comes_back_as_nothing() -> None:
    assert round_trip(None) is None


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        round_trip(datetime(2026, 11, 24, 9, 0))
