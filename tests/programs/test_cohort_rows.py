"""The words of a cohort's lines."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from ceu.programs.cohort_rows import aged_text, finish_text, furthest_behind
from ceu.programs.models import Seat
from ceu.rules.forecast import Range
from tests.factories import FROZEN_NOW

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("dates", "text"),
    [
        (
            (date(2028, 1, 2), date(2028, 3, 5), date(2028, 7, 2)),
            "Most likely March 2028, between January and July 2028",
        ),
        (
            (date(2027, 12, 5), date(2028, 3, 5), date(2028, 7, 2)),
            "Most likely March 2028, between December 2027 and July 2028",
        ),
        ((date(2028, 3, 5), date(2028, 3, 12), date(2028, 3, 26)), "Most likely March 2028"),
        ((date(2028, 1, 2), date(2028, 3, 5), None), "Most likely March 2028, or much later"),
        ((None, None, None), ""),
    ],
)
def test_a_finish_is_said_in_months(dates: tuple[date | None, date | None, date | None], text: str) -> None:
    assert finish_text(Range(*dates)) == text


def test_a_forecast_of_this_week_is_fresh_until_the_log_changes() -> None:
    assert aged_text(Seat(foreseen_on=None), TODAY) == ""
    assert aged_text(Seat(foreseen_on=date(2026, 11, 23)), TODAY) == ""
    assert aged_text(Seat(foreseen_on=date(2026, 11, 22)), TODAY) == "As of 22 Nov 2026."
    changed = Seat(foreseen_on=date(2026, 11, 23), log_changed_at=FROZEN_NOW)
    assert aged_text(changed, TODAY) == "As of 23 Nov 2026; the log has changed since."


@dataclass
class Requirement:
    """What the line reads of a result."""

    title: str
    have: int
    need: int | None
    unit: str = "minutes"
    answer: str = "short"
    applies: bool = True
    option: bool = False


@dataclass
class Assessed:
    """A standing of these requirements."""

    minimums: list[Requirement]
    signed: Any = field(init=False)
    assessment: Any = field(init=False)

    def __post_init__(self) -> None:
        self.signed = self.assessment = self


def test_the_smallest_share_is_furthest_behind() -> None:
    asked = [
        Requirement("Hours", 90_000, 180_000),
        Requirement("Weeks", 40, 104, "weeks"),
        Requirement("Supervision", 0, None),
        Requirement("Another way", 0, 60, option=True),
        Requirement("Not asked", 0, 60, applies=False),
        Requirement("Degree", 0, 1, "confirmations"),
        Requirement("Families", 30_000, 30_000, answer="met"),
    ]
    assert furthest_behind(Assessed(asked)) == "Weeks: 40 of 104 weeks"  # type: ignore[arg-type]
    assert furthest_behind(Assessed(asked[:1])) == "Hours: 1,500:00 of 3,000 h"  # type: ignore[arg-type]
    assert furthest_behind(Assessed(asked[6:])) == ""  # type: ignore[arg-type]
