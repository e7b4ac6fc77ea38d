"""A grade as the platform's grade book takes it. Pure.

Source: 1EdTech Assignment and Grade Services 2.0, section 3.4 (scores).
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

MAXIMUM = 100
"""Every link is graded out of 100, as its line item says when the link is made."""

_PLACES = Decimal("0.0001")
_SLOWEST = timedelta(hours=12)


def points(score: Fraction) -> int | float:
    """A score from 0 to 1 as points of MAXIMUM, to four places, halves up.

    >>> points(Fraction(5, 6)), points(Fraction(4, 5))
    (83.3333, 80)
    """
    exact = score * MAXIMUM
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(_PLACES, ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def score_message(sub: str, score: Fraction, *, is_completed: bool, graded_at: datetime) -> dict[str, Any]:
    """The body of a score: the best attempt so far, and whether the whole course is completed."""
    return {
        "userId": sub,
        "timestamp": graded_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "activityProgress": "Completed" if is_completed else "InProgress",
        "gradingProgress": "FullyGraded",
        "scoreGiven": points(score),
        "scoreMaximum": MAXIMUM,
    }


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failures: a minute, then twice as long each time, up to half a day."""
    return min(timedelta(minutes=2 ** min(tries - 1, 10)), _SLOWEST)


def scores_address(line_item: str) -> str:
    """Where scores of a line item go: below its path, before what its address asks.

    >>> scores_address("https://lms.example/items/7?type_id=2")
    'https://lms.example/items/7/scores?type_id=2'
    """
    path, mark, asked = line_item.partition("?")
    return f"{path.rstrip('/')}/scores{mark}{asked}"


def first_line_item(body: bytes, resource_link_id: str) -> str:
    """The address of the first line item of this link in a list of them, or nothing."""
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and item.get("resourceLinkId") == resource_link_id:
            return item["id"] if isinstance(item.get("id"), str) else ""
    return ""
