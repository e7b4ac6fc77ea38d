"""Times of day as people type them."""

import pytest
from hypothesis import given, strategies as st

from ceu.experience.forms import parse_time_of_day


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0:00", 0), ("9", 540), ("9:30", 570), ("09:30", 570), ("09:30:00", 570), ("0930", 570), ("9.30", 570),
        ("23:59", 1439), ("12 am", 0), ("12 pm", 720), ("2:05 PM", 845), ("2:05p.m.", 845), ("2p", 840),
    ],
)  # fmt: skip
def test_it_reads_what_people_type(text: str, minutes: int) -> None:
    assert parse_time_of_day(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "24:00", "9:60", "13 pm", "0 am", "noon", "-1:00", "9:3", "１０:00 Uhr", "9" * 99]
)
def test_it_refuses_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time of day"):
        parse_time_of_day(text)


@given(st.integers(0, 1439))
def test_it_reads_every_minute_back(minute: int) -> None:
    assert parse_time_of_day(f"{minute // 60:02d}:{minute % 60:02d}") == minute


@given(st.text(max_size=20))
def test_any_text_is_a_minute_of_the_day_or_refused(text: str) -> None:
    try:
        minute = parse_time_of_day(text)
    except ValueError:
        return
    assert 0 <= minute < 1440
