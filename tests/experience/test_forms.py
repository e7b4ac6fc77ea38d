"""Times of day as people type them, and activities as they find them."""

import pytest
from hypothesis import given, strategies as st

from ceu.domain.experience import CLIENT_UNIT_LABELS, Activity
from ceu.experience.forms import activity_choices, parse_time_of_day


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


def grouped(*named: str) -> dict[str, list[str]]:
    """The activities offered, by group, in the order in which they are shown."""
    groups: dict[str, list[str]] = {}
    for choice in activity_choices(named):
        groups.setdefault(str(choice.optgroup), []).append(choice.value)
    return groups


COUNSELING = [f"counseling:{unit}" for unit in CLIENT_UNIT_LABELS]


def test_without_a_goal_every_activity_is_in_the_group_of_its_kind() -> None:
    groups = grouped()
    assert list(groups) == ["Direct counseling", "Supervision received", "Other experience"]
    assert groups["Direct counseling"] == COUNSELING
    assert groups["Supervision received"] == [
        "supervision_individual", "supervision_triadic", "supervision_group",
    ]  # fmt: skip
    assert {"case_management", "psychoeducation", "outreach", "administration", "simulation"} <= set(
        groups["Other experience"]
    )


def test_what_the_rules_of_a_goal_name_stands_first() -> None:
    assert grouped("counseling", "supervision_individual", "supervision_group", "outreach") == {
        "Direct counseling": COUNSELING,
        "Supervision received": ["supervision_individual", "supervision_group"],
        "Other experience": ["outreach"],
        "Not named by the rules of your goals": [
            "supervision_triadic", "clinical_assessment", "psychoeducation", "case_management", "assessment", "reports",
            "notes", "advocacy", "consultation", "administration", "simulation", "workshop",
        ],
    }  # fmt: skip


@given(st.sets(st.sampled_from(sorted(Activity))))
def test_everything_can_be_logged_whatever_the_rules_name(named: set[str]) -> None:
    offered = [activity for group in grouped(*named).values() for activity in group]
    plain = {str(activity) for activity in Activity if activity != Activity.COUNSELING}
    assert sorted(offered) == sorted([*COUNSELING, *plain])
