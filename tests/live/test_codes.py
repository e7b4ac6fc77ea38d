"""The rotating code: one for a half minute, taken a little longer, never for another session or time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from ceu.live.codes import STEP, code_of, find_step, seconds_left, step_of

KEY = "ab" * 32
NOW = datetime(2026, 12, 1, 17, 0, 10, tzinfo=UTC)


def test_the_code_of_this_half_minute_and_of_the_one_before_are_taken() -> None:
    code = code_of(KEY, 7, step_of(NOW))
    assert len(code) == 6
    assert code.isdigit()
    for seconds in (-10, 0, 19, 49):
        assert find_step(KEY, 7, code, NOW + timedelta(seconds=seconds)) == step_of(NOW)
    assert find_step(KEY, 7, code, NOW + timedelta(seconds=50)) is None
    assert find_step(KEY, 7, code, NOW - timedelta(seconds=11)) is None


def test_a_code_is_of_one_session_and_one_key() -> None:
    code = code_of(KEY, 7, step_of(NOW))
    assert find_step(KEY, 8, code, NOW) is None
    assert find_step("cd" * 32, 7, code, NOW) is None


@given(st.text(max_size=12))
def test_nothing_typed_breaks_it(typed: str) -> None:
    assert find_step(KEY, 7, typed, NOW) in (None, step_of(NOW), step_of(NOW) - 1)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))
def test_the_seconds_left_end_with_the_step(naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC, microsecond=0)
    left = seconds_left(now)
    assert 1 <= left <= STEP.total_seconds()
    assert step_of(now + timedelta(seconds=left)) == step_of(now) + 1
    assert step_of(now + timedelta(seconds=left - 1)) == step_of(now)
