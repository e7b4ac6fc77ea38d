"""What becomes of a session in the log of one who was there."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.domain.experience import Activity
from ceu.experience.checks import Place, Stretch, check_pattern
from ceu.experience.given_meetings import Known, Standing, decide, difference, kind_of, kind_sentence

DAY = date(2026, 11, 16)
BAYVIEW = Place(1, "Bayview Clinic", date(2025, 3, 3), None)
SCHOOL = Place(2, "Northside School", date(2025, 3, 3), None)


def session(**facts: Any) -> Stretch:
    """An hour of individual supervision at nine."""
    told: dict[str, Any] = {
        "place": BAYVIEW,
        "day": DAY,
        "minutes": 60,
        "activity": "supervision_individual",
        "start_minute": 540,
        "head_count": 1,
        **facts,
    }
    return Stretch(**told)


def work(**facts: Any) -> Stretch:
    """Counseling at half past nine."""
    told: dict[str, Any] = {
        "place": BAYVIEW,
        "day": DAY,
        "minutes": 50,
        "activity": "counseling",
        "client_unit": "individual",
        "start_minute": 570,
        **facts,
    }
    return Stretch(**told)


@given(st.integers(1, 100))
def test_every_number_has_a_kind_that_the_log_takes(head_count: int) -> None:
    check_pattern(session(activity=kind_of(head_count), head_count=head_count))
    assert type(kind_of(head_count)) is str  # the rules compare words, and an Activity is none


@pytest.mark.parametrize(
    ("chosen", "number", "logged_as"),
    [
        ("supervision_triadic", 3, "group supervision"),
        ("supervision_group", 2, "triadic supervision"),
        ("supervision_group", 1, "individual supervision"),
    ],
)
def test_a_kind_that_does_not_fit_the_number_is_named(chosen: str, number: int, logged_as: str) -> None:
    assert f"it is logged as {logged_as}" in str(kind_sentence(chosen, number))


def test_a_kind_that_fits_needs_no_word() -> None:
    assert kind_sentence("supervision_triadic", 2) is None


def test_an_empty_day_takes_the_session() -> None:
    assert decide(session(), [], None, True).standing is Standing.LOGGED


def test_the_same_session_is_linked_even_in_a_locked_week() -> None:
    known = [Known(7, session(start_minute=None))]
    outcome = decide(session(), known, "The week is signed.", True)
    assert (outcome.standing, outcome.entry_id) == (Standing.LINKED, 7)


def test_a_session_told_otherwise_waits_with_the_difference() -> None:
    outcome = decide(session(), [Known(7, session(minutes=50))], None, True)
    assert (outcome.standing, outcome.entry_id) == (Standing.WAITING, 7)
    assert "1:00 is 0:50 there" in outcome.reason


def test_of_two_sessions_that_day_the_one_most_alike_is_meant() -> None:
    known = [Known(7, session(start_minute=None, minutes=30)), Known(8, session(start_minute=None))]
    assert decide(session(), known, None, True).entry_id == 8


@pytest.mark.parametrize(
    "other",
    [
        session(start_minute=660),
        session(place=SCHOOL, start_minute=None),
        session(activity="supervision_group", head_count=4, start_minute=None),
    ],
)
def test_another_session_is_no_twin(other: Stretch) -> None:
    assert decide(session(), [Known(7, other)], None, True).standing is Standing.LOGGED


def test_a_session_under_another_supervisor_waits_for_the_trainee() -> None:
    outcome = decide(session(), [Known(7, session(), is_mine=False)], None, True)
    assert (outcome.standing, outcome.entry_id) == (Standing.WAITING, 7)
    assert outcome.reason == "The log has it under another supervisor."


def test_a_conflict_in_the_setting_is_named_and_one_elsewhere_is_not() -> None:
    here = decide(session(), [Known(7, work())], None, True)
    there = decide(session(), [Known(7, work(place=SCHOOL))], None, True)
    assert "It overlaps direct counseling, individual, 9:30 to 10:20." in here.reason
    assert there.reason == "It overlaps something in another setting."


def test_what_keeps_a_session_waiting() -> None:
    ended = replace(BAYVIEW, ended_on=date(2026, 1, 1))
    full = work(start_minute=None, minutes=23 * 60 + 30)
    assert decide(session(), [], "The week is signed.", True).reason == "The week is signed."
    assert "has not come yet" in decide(session(), [], None, False).reason
    assert "outside the time of the work at Bayview" in decide(session(place=ended), [], None, True).reason
    assert "more than 24 hours" in decide(session(start_minute=None), [Known(7, full)], None, True).reason


@given(st.sampled_from(list(Activity)), st.integers(1, 200))
def test_nothing_differs_from_itself(activity: Activity, minutes: int) -> None:
    told = session(activity=activity, minutes=minutes)
    assert difference(told, told) == ""
