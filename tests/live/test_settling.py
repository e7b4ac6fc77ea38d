"""What an event is worth to one person."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

from hypothesis import given, strategies as st

from ceu.live.presence import Policy, Session, Stay, presence
from ceu.live.settling import CreditBy, Outcome, check_times, settle

NINE = datetime(2026, 12, 1, 17, tzinfo=UTC)


EIGHTY = Policy(80)


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def outcome(
    number: int,
    begins: int,
    ends: int,
    present: int | None = None,
    *,
    policy: Policy = EIGHTY,
    decided: int | None = None,
) -> Outcome:
    """A session of which the first ``present`` minutes were attended, or all."""
    there = [Stay(at(begins), at(ends if present is None else begins + present))]
    found = presence(Session(at(begins), at(ends)), there, policy)
    return Outcome(number, at(begins), at(ends), found, decided)


def credited(*outcomes: Outcome, by: CreditBy = CreditBy.SESSION) -> list[int]:
    return [each.credited for each in settle(outcomes, by)]


def test_a_session_that_was_attended_counts_whole_and_one_that_was_not_counts_nothing() -> None:
    assert credited(outcome(1, 0, 90, 72), outcome(2, 90, 180, 71)) == [90, 0]
    [found] = settle([outcome(1, 0, 90, 71)], CreditBy.SESSION)
    assert found.sentences == ["You were present 71 of 90 minutes; 80 % is needed."]


def test_minutes_count_only_where_the_policy_says_so() -> None:
    open_policy = Policy()
    assert credited(outcome(1, 0, 90, 71, policy=open_policy), by=CreditBy.MINUTE) == [71]
    assert credited(outcome(1, 0, 90, 71, policy=Policy(80)), by=CreditBy.MINUTE) == [0]


def test_the_whole_event_or_nothing() -> None:
    assert credited(outcome(1, 0, 60), outcome(2, 60, 120), by=CreditBy.WHOLE) == [60, 60]
    first, second = settle([outcome(1, 0, 60), outcome(2, 60, 120, 10)], CreditBy.WHOLE)
    assert (first.credited, second.credited) == (0, 0)
    assert "whole event only" in first.sentences[-1]
    assert credited(outcome(1, 0, 60), outcome(2, 60, 120, 10, decided=60), by=CreditBy.WHOLE) == [60, 60]


def test_an_hour_with_a_long_absence_is_forfeited_and_the_others_count_whole() -> None:
    policy = Policy(hour_gap=15)
    there = [Stay(at(0), at(60)), Stay(at(90), at(180))]
    found = presence(Session(at(0), at(180)), there, policy)
    assert credited(Outcome(1, at(0), at(180), found)) == [120]


def test_two_sessions_at_one_time_are_never_credited_both() -> None:
    first, second = settle([outcome(1, 0, 60), outcome(2, 30, 120)], CreditBy.SESSION)
    assert (first.credited, second.credited) == (0, 90)
    assert first.sentences[-1] == "Another session at the same time is credited instead."


def test_a_decision_counts_whatever_was_measured() -> None:
    assert credited(outcome(1, 0, 90, 5, decided=45), outcome(2, 90, 180, decided=0)) == [45, 0]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=7))
def test_the_best_choice_is_the_best_of_all(spans: list[tuple[int, int]]) -> None:
    outcomes = [outcome(number, begins, begins + length) for number, (begins, length) in enumerate(spans)]
    found = settle(outcomes, CreditBy.SESSION)
    chosen = [each for each in found if each.credited]
    assert all(a.ends <= b.begins or b.ends <= a.begins for a, b in combinations(chosen, 2))
    best = max(
        sum(each.presence.instruction for each in some)
        for size in range(len(outcomes) + 1)
        for some in combinations(outcomes, size)
        if all(a.ends <= b.begins or b.ends <= a.begins for a, b in combinations(some, 2))
    )
    assert sum(each.credited for each in found) == best


def test_checks_are_proposed_inside_instruction_at_times_that_a_key_decides() -> None:
    session = Session(at(0), at(195), (Stay(at(90), at(105)),))
    times = check_times("ab" * 32, 1, session, 3)
    assert len(times) == 9
    assert times == sorted(times) == check_times("ab" * 32, 1, session, 3)
    assert all(at(-1) < time <= at(90) or at(104) < time < at(195) for time in times)
    gaps = {later - earlier for earlier, later in pairwise(times)}
    assert len(gaps) > 3
    assert times != check_times("cd" * 32, 1, session, 3)
    assert check_times("ab" * 32, 1, Session(at(0), at(0)), 3) == []
