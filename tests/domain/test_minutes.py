"""Durations as people type them, and as pages show them."""

import pytest
from hypothesis import given, strategies as st

from ceu.domain.minutes import clock_text, hours_text, parse_minutes

MINUTES = st.integers(0, 9_999 * 60 + 59)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("1:15", 75),
        ("0:50", 50),
        ("75m", 75),
        ("50 min", 50),
        ("1h 15m", 75),
        ("1 hr 5", 65),
        ("2", 120),
        ("2h", 120),
        ("1.25", 75),
        ("1,5", 90),
        (".5", 30),
        (" 1:15 ", 75),
        ("1H 15M", 75),
        ("0", 0),
        ("٣", 180),
    ],
)
def test_it_reads_what_people_type(typed: str, minutes: int) -> None:
    assert parse_minutes(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["", " ", "soon", "1:60", "1:5", "-1", "1:15:00", "1.01", "99999:00", "1e3", ".", "1h 75x"]
)
def test_it_refuses_what_is_no_whole_number_of_minutes(typed: str) -> None:
    with pytest.raises(ValueError, match="Type a time like 1:15"):
        parse_minutes(typed)


@given(MINUTES)
def test_a_clock_text_reads_back(minutes: int) -> None:
    assert parse_minutes(clock_text(minutes).replace(",", "")) == minutes


@given(MINUTES)
def test_an_hours_text_reads_back(minutes: int) -> None:
    assert parse_minutes(hours_text(minutes).replace(",", "")) == minutes


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(typed: str) -> None:
    try:
        minutes = parse_minutes(typed)
    except ValueError as refusal:
        sentence = str(refusal)
    else:
        assert minutes >= 0
        return
    assert sentence.endswith("Type a time like 1:15, 75m, 1h 15m or 1.25.")


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0.0"),
        (6, "0.1"),
        (75, "1:15"),
        (95_190, "1,586.5"),
        (-30, "-0.5"),
        (-75, "-1:15"),
        (60_001, "1,000:01"),
    ],
)
def test_hours_lose_nothing(minutes: int, text: str) -> None:
    assert hours_text(minutes) == text
