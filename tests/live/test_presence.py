"""Presence at a live session."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from ceu.live.presence import Checks, Policy, Session, Stay, clipped, presence, union, without

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def stay(begins: float, ends: float) -> Stay:
    return Stay(at(begins), at(ends))


WEBINAR = Session(NINE, at(90))
WORKSHOP = Session(NINE, at(195), (stay(90, 105),))


def test_seventy_one_of_ninety_minutes() -> None:
    found = presence(WEBINAR, [stay(-5, 40), stay(59, 95)], Policy(percent=80))
    assert (found.present, found.instruction, found.longest_gap) == (71, 90, 19)
    assert found.unmet == ("You were present 71 of 90 minutes; 80 % is needed.",)
    assert not found.is_met


def test_exactly_enough_is_enough() -> None:
    assert presence(WEBINAR, [stay(0, 72)], Policy(percent=80)).is_met
    almost = [Stay(NINE, at(72) - timedelta(seconds=1))]
    assert presence(WEBINAR, almost, Policy(percent=80)).unmet == (
        "You were present 71 of 90 minutes; 80 % is needed.",
    )


def test_two_devices_count_once() -> None:
    found = presence(WEBINAR, [stay(0, 50), stay(10, 60), stay(0, 50)], Policy())
    assert found.present == 60


def test_seconds_are_added_before_they_are_rounded() -> None:
    pieces = [Stay(at(minute), at(minute) + timedelta(seconds=59)) for minute in range(60)]
    assert presence(WEBINAR, pieces, Policy()).present == 59


def test_a_break_is_neither_asked_nor_credited() -> None:
    found = presence(WORKSHOP, [stay(0, 195)], Policy(percent=100))
    assert (found.present, found.instruction, found.credited, found.is_met) == (180, 180, 180, True)
    assert presence(WORKSHOP, [stay(0, 90), stay(105, 195)], Policy(percent=100)).is_met


def test_an_absence_goes_on_over_a_break() -> None:
    found = presence(WORKSHOP, [stay(0, 80), stay(115, 195)], Policy(longest_gap=15))
    assert found.longest_gap == 20
    assert found.unmet == ("You were away for 20 minutes at a stretch; at most 15 are allowed.",)


def test_an_hour_with_a_gap_is_forfeited_and_the_rest_is_not() -> None:
    found = presence(WORKSHOP, [stay(0, 61), stay(80, 195)], Policy(hour_gap=15))
    assert (found.present, found.credited, found.is_met) == (161, 120, True)
    assert presence(WORKSHOP, [stay(0, 61), stay(76, 195)], Policy(hour_gap=15)).credited == 165


def test_presence_checks() -> None:
    asked = Policy(checks_percent=75)
    assert presence(WEBINAR, [stay(0, 90)], asked, Checks(held=4, answered=3)).is_met
    found = presence(WEBINAR, [stay(0, 90)], asked, Checks(held=5, answered=3))
    assert found.unmet == ("You answered 3 of 5 presence checks; 75 % is needed.",)


def test_everything_unmet_is_said() -> None:
    policy = Policy(percent=80, longest_gap=10, checks_percent=50)
    assert len(presence(WEBINAR, [], policy, Checks(3, 1)).unmet) == 3


def test_a_session_without_instruction_is_never_attended() -> None:
    assert not presence(Session(NINE, NINE), [stay(0, 90)], Policy(percent=80)).is_met


def test_clocks_that_change_do_not_matter() -> None:
    """Instants are aware, so the night in which the clock goes back has its twenty-five hours."""
    zone = ZoneInfo("America/Los_Angeles")
    session = Session(
        datetime(2026, 11, 1, 0, 30, tzinfo=zone).astimezone(UTC),
        datetime(2026, 11, 1, 2, 30, tzinfo=zone).astimezone(UTC),
    )
    found = presence(session, [Stay(session.begins, session.ends)], Policy(percent=100))
    assert (found.instruction, found.present) == (180, 180)


minutes = st.integers(-30, 240)
stretches = st.lists(st.builds(stay, minutes, minutes), max_size=8)


def by_minute(stays: list[Stay]) -> set[int]:
    """The specification: the minutes that lie in any of the stays."""
    return {minute for minute in range(-30, 240) if any(one.begins <= at(minute) < one.ends for one in stays)}


@given(stretches, stretches)
def test_sets_of_time_behave_like_sets_of_minutes(one: list[Stay], other: list[Stay]) -> None:
    assert by_minute(union(one)) == by_minute(one)
    assert by_minute(clipped(one, other)) == by_minute(one) & by_minute(other)
    assert by_minute(without(one, other)) == by_minute(one) - by_minute(other)
    for result in (union(one), clipped(one, other), without(one, other)):
        assert result == sorted(result)
        assert all(before.ends <= after.begins for before, after in itertools.pairwise(result))


@given(stretches, stretches, st.integers(0, 60))
def test_credit_never_exceeds_presence_nor_presence_instruction(
    stays: list[Stay], breaks: list[Stay], gap: int
) -> None:
    session = Session(NINE, at(180), tuple(breaks))
    found = presence(session, stays, Policy(percent=50, hour_gap=gap))
    asked = set(range(180)) - by_minute(breaks)
    assert found.instruction == len(asked)
    assert found.present == len(asked & by_minute(stays))
    assert found.credited <= found.present <= found.instruction
    assert found.is_met == (bool(asked) and 2 * found.present >= found.instruction)


@given(stretches, st.builds(stay, minutes, minutes))
def test_staying_longer_never_takes_away(stays: list[Stay], more: Stay) -> None:
    before = presence(WORKSHOP, stays, Policy(percent=80, longest_gap=20, hour_gap=15))
    after = presence(WORKSHOP, [*stays, more], Policy(percent=80, longest_gap=20, hour_gap=15))
    assert after.present >= before.present
    assert after.credited >= before.credited
    assert after.longest_gap <= before.longest_gap
    assert len(after.unmet) <= len(before.unmet)


@pytest.mark.parametrize("part", ["percent", "longest_gap", "checks_percent", "hour_gap"])
def test_a_policy_asks_nothing_it_does_not_name(part: str) -> None:
    assert getattr(Policy(), part) is None
    assert presence(WEBINAR, [], Policy()).is_met
