"""Whole minutes: how people type them and how pages show them."""

import re

_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")
_DECIMAL = re.compile(r"(\d{1,4})?(?:[.,](\d{1,4}))?\s*(?:h|hrs?|hours?)?")
_MINUTES = re.compile(r"(\d{1,5})\s*(?:m|mins?|minutes?)")
_HOURS_AND_MINUTES = re.compile(r"(\d{1,4})\s*(?:h|hrs?|hours?)\s*(\d{1,2})\s*(?:m|mins?|minutes?)?")

_HOW_TO_TYPE = "Type a time like 1:15, 75m, 1h 15m or 1.25."


def parse_minutes(text: str) -> int:
    """Read a duration as people type it and return whole minutes.

    Accepts ``1:15``, ``75m``, ``1h 15m`` and decimal hours ``1.25``; raises ValueError with a sentence.

    >>> [parse_minutes(text) for text in ("1:15", "75m", "1h 15m", "1.25", "2")]
    [75, 75, 75, 75, 120]
    """
    typed = text.strip().lower()
    if match := _CLOCK.fullmatch(typed):
        return int(match[1]) * 60 + int(match[2])
    if match := _MINUTES.fullmatch(typed):
        return int(match[1])
    if match := _HOURS_AND_MINUTES.fullmatch(typed):
        return int(match[1]) * 60 + int(match[2])
    match = _DECIMAL.fullmatch(typed)
    if match and (match[1] or match[2]):
        return _decimal_hours(match[1] or "0", match[2] or "0")
    raise ValueError(f"“{text.strip()[:40]}” is not a time. {_HOW_TO_TYPE}")


def _decimal_hours(whole: str, fraction: str) -> int:
    parts: int = 10 ** len(fraction)
    minutes, rest = divmod(int(fraction) * 60, parts)
    if rest:
        raise ValueError(f"{whole}.{fraction} hours is not a whole number of minutes. {_HOW_TO_TYPE}")
    return int(whole) * 60 + minutes


def hours_text(minutes: int) -> str:
    """Hours to one decimal when that is exact, else hours and minutes: nothing is rounded away.

    >>> hours_text(95190), hours_text(75), hours_text(-30)
    ('1,586.5', '1:15', '-0.5')
    """
    sign, minutes = ("-", -minutes) if minutes < 0 else ("", minutes)
    if minutes % 6 == 0:
        return f"{sign}{minutes // 60:,}.{minutes % 60 // 6}"
    return f"{sign}{minutes // 60:,}:{minutes % 60:02d}"


def log_hours_text(minutes: int) -> str:
    """Hours of a log where they stand in a sentence: without minutes where there are none, else hours and minutes.

    >>> log_hours_text(180000), log_hours_text(255)
    ('3,000', '4:15')
    """
    return clock_text(minutes) if minutes % 60 else f"{minutes // 60:,}"


def clock_text(minutes: int) -> str:
    """A duration as hours and minutes, as logs add them up.

    >>> clock_text(75), clock_text(95180)
    ('1:15', '1,586:20')
    """
    return f"{minutes // 60:,}:{minutes % 60:02d}"
