"""Weeks and days as people write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def monday_of(day: date) -> date:
    """The Monday of the week the day lies in."""
    return day - timedelta(days=day.weekday())


def local_date(instant: datetime, time_zone: str) -> date:
    """The calendar date of an aware instant where the person lives (IANA time zone)."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


def day_text(day: date) -> str:
    """A date in full: "16 Nov 2026"."""
    return f"{day.day} {day:%b %Y}"


def weekday_text(day: date) -> str:
    """A date in a list of one week: "Mon 16"."""
    return f"{day:%a} {day.day}"


def instant_text(instant: datetime) -> str:
    """An aware instant as ISO 8601 in UTC, to the second, as signed records spell it."""
    return instant.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def moment_text(instant: datetime, time_zone: str) -> str:
    """An instant in a time zone: "16 Nov 2026, 14:05"."""
    local = instant.astimezone(ZoneInfo(time_zone))
    return f"{day_text(local.date())}, {local:%H:%M}"
