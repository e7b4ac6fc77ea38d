"""On track is said only for certain; everything else has its word and its reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from ceu.programs.outlook import STATE_LABELS, STATE_MEANINGS, State, against, outlook_of
from ceu.rules.forecast import Forecast, Outlook as RuleOutlook, Range
from ceu.rules.recent import RecentWeeks

PLANNED = date(2028, 6, 30)
AHEAD = Range(date(2028, 1, 2), date(2028, 3, 5), date(2028, 6, 4))
WEEK = [{"minutes": 60}]


def requirement(state: str, need: int | None = 3000, title: str = "Hours") -> RuleOutlook:
    """One requirement of a forecast."""
    return RuleOutlook("hours", title, None, "minutes", 0, need, state, AHEAD)  # type: ignore[arg-type]


def forecast(
    *outlooks: RuleOutlook, everything: Range = AHEAD, weeks: int = 26, empty: bool = False
) -> Forecast:
    """A forecast of these requirements from so many recent weeks."""
    recent = RecentWeeks(date(2026, 5, 25), tuple([] if empty else WEEK for _ in range(weeks)))
    return Forecast(
        as_of=date(2026, 11, 24), version_id="v", until=date(2032, 11, 21), futures=1000, recent=recent,
        outlooks=outlooks, everything=everything, main="hours", so_far=(), band=(), changes=(), expiries=(), not_yet=(),
        inexact=(), direct_minutes=600, minutes=900,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "state", "slack"),
    [
        (date(2028, 3, 4), State.BEHIND, -1),
        (date(2028, 3, 5), State.AT_RISK, -91),
        (date(2028, 6, 3), State.AT_RISK, -1),
        (date(2028, 6, 4), State.ON_TRACK, 0),
    ],
)
def test_a_range_against_the_planned_finish(planned: date, state: State, slack: int) -> None:
    found = against(AHEAD, planned)
    assert (found.state, found.slack) == (state, slack)


def test_without_an_end_in_sight_it_is_behind_everybody_else() -> None:
    never = against(Range(None, None, None), PLANNED)
    assert never.state is State.BEHIND
    assert never.slack < against(AHEAD, date(1950, 1, 1)).slack
    assert "six years" in never.reason


@given(
    st.lists(st.dates(date(2026, 1, 1), date(2032, 1, 1)), min_size=3, max_size=3),
    st.dates(date(2026, 1, 1), date(2032, 1, 1)),
)
def test_a_later_plan_never_makes_it_worse(days: list[date], planned: date) -> None:
    dates = Range(*sorted(days))
    assert against(dates, planned + timedelta(days=1)).severity >= against(dates, planned).severity


def test_too_few_weeks_cannot_tell() -> None:
    assert outlook_of(forecast(requirement("ahead"), weeks=7), 0, PLANNED).state is State.CANNOT_TELL
    assert outlook_of(forecast(requirement("ahead"), weeks=8), 0, PLANNED).state is State.ON_TRACK


def test_an_unknown_amount_never_turns_green() -> None:
    unknown = requirement("cannot_tell", need=None, title="Supervision in all")
    found = outlook_of(forecast(requirement("ahead"), unknown), 0, PLANNED)
    assert found.state is State.CANNOT_TELL
    assert "Supervision in all" in found.reason
    assert outlook_of(forecast(requirement("met"), unknown), 0, PLANNED).state is State.CANNOT_TELL
    late = outlook_of(forecast(requirement("ahead"), unknown), 0, date(2027, 1, 1))
    assert late.state is State.BEHIND


def test_missing_answers_cannot_tell() -> None:
    never = Range(None, None, None)
    asked = forecast(requirement("ahead"), everything=never)
    assert outlook_of(asked, 600, PLANNED).state is State.CANNOT_TELL
    assert outlook_of(asked, 0, PLANNED).state is State.BEHIND


def test_nothing_in_the_recent_weeks_cannot_tell() -> None:
    found = outlook_of(forecast(requirement("cannot_tell"), empty=True), 0, PLANNED)
    assert found.state is State.CANNOT_TELL
    assert "recent weeks" in found.reason


def test_done_names_what_is_left_by_hand() -> None:
    assert outlook_of(forecast(requirement("met")), 0, PLANNED).reason == ""
    found = outlook_of(
        forecast(requirement("met"), requirement("by_hand"), requirement("by_hand")), 0, PLANNED
    )
    assert found.state is State.DONE
    assert found.reason == "2 confirmations are left to see to."


def test_every_state_has_words() -> None:
    assert set(STATE_LABELS) == set(STATE_MEANINGS) == set(State)
