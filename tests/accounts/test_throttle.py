"""How many wrong passwords are too many."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from ceu.accounts.throttle import WINDOW, account_bucket, free_again, network_bucket, refuse_if_too_many
from ceu.domain.errors import TooManyAttempts
from tests.factories import FROZEN_NOW

SECONDS_AGO = st.lists(st.integers(0, 3600), max_size=40)


def ago(*minutes: int) -> list[datetime]:
    return [FROZEN_NOW - timedelta(minutes=count) for count in minutes]


def test_below_the_limit_nobody_waits() -> None:
    assert free_again(ago(1, 2, 3, 4), 5, FROZEN_NOW) is None


def test_at_the_limit_one_waits_until_the_oldest_is_forgotten() -> None:
    assert free_again(ago(1, 2, 3, 4, 10), 5, FROZEN_NOW) == FROZEN_NOW + timedelta(minutes=5)


def test_old_failures_are_forgotten() -> None:
    assert free_again(ago(1, 2, 3, 4, 15), 5, FROZEN_NOW) is None


@pytest.mark.parametrize(("oldest", "wait"), [(10, "in 5 minutes"), (14, "in a minute")])
def test_the_refusal_says_when_to_try_again(oldest: int, wait: str) -> None:
    with pytest.raises(TooManyAttempts, match=wait):
        refuse_if_too_many(ago(oldest, 1, 1, 1, 1), 5, FROZEN_NOW)


@given(SECONDS_AGO, st.integers(1, 30))
def test_whoever_waits_as_told_may_try_again(seconds: list[int], limit: int) -> None:
    failures = [FROZEN_NOW - timedelta(seconds=count) for count in seconds]
    until = free_again(failures, limit, FROZEN_NOW)
    if until is None:
        assert sum(at > FROZEN_NOW - WINDOW for at in failures) < limit
    else:
        assert FROZEN_NOW < until <= FROZEN_NOW + WINDOW
        assert free_again(failures, limit, until) is None
        assert free_again(failures, limit, until - timedelta(microseconds=1)) is not None


def test_an_ipv6_customer_is_one_network() -> None:
    assert network_bucket("2001:db8:1:2::1") == network_bucket("2001:db8:1:2:ffff::9")
    assert network_bucket("2001:db8:1:2::1") != network_bucket("2001:db8:1:3::1")
    assert network_bucket("203.0.113.7") != network_bucket("203.0.113.8")


def test_buckets_are_of_different_kinds_and_tell_nothing() -> None:
    assert account_bucket("unknown") != network_bucket("unknown")
    assert "alice" not in account_bucket("alice@example.org")
    assert len(account_bucket("alice@example.org")) == len(network_bucket("")) == 64
