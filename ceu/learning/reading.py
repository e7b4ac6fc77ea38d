"""How much of the time a page claims is believed, and how it is said. Pure. Time is never credit by itself."""

from datetime import datetime

BEAT = 30
"""Seconds between two reports of a page that is read."""

IDLE = 5 * 60
"""Seconds without scrolling, typing or pointing after which a page claims nothing more."""

LONGEST = 2 * BEAT
"""The most seconds that one report is believed, however long ago the last one was."""


def believed(claimed: int, last: datetime | None, now: datetime) -> int:
    """Seconds of reading to add for a report of ``claimed``; ``last`` is when this learner last reported from any lesson.

    No more than have passed since then: two tabs side by side read no faster than one.
    """
    passed = LONGEST if last is None else int((now - last).total_seconds())
    return max(0, min(claimed, LONGEST, passed))


def time_so_far(seconds: int, minimum_minutes: int) -> str:
    """The time beside what a course asks: "12 of 30 minutes so far"."""
    return f"{min(seconds // 60, minimum_minutes)} of {minimum_minutes} minutes so far"
