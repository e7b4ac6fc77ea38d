"""Weeks and days as people write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MONDAY, SUNDAY = 0, 6
"""Weekdays as ``date.weekday`` counts them."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Week:
    """Seven days in a row, or fewer beside weeks that are cut otherwise; both ends belong to it."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last

    def touches(self, other: "Week") -> bool:
        """Whether the two share a day."""
        return self.first <= other.last and other.first <= self.last

    @property
    def days(self) -> list[date]:
        """Its days in their order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def week_of(day: date, first_weekday: int = MONDAY) -> Week:
    """The seven days in which a day lies, where weeks begin on this weekday."""
    first = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return Week(first, first + timedelta(days=6))


def week_beside(day: date, first_weekday: int, others: Iterable[Week]) -> Week:
    """The week of a day beside weeks that stand already and share no day with each other.

    It is the one of them that holds the day; else what they leave of the seven days in which the day lies.
    """
    first, last = (week := week_of(day, first_weekday)).first, week.last
    for other in others:
        if other.holds(day):
            return other
        if other.last < day:
            first = max(first, other.last + A_DAY)
        else:
            last = min(last, other.first - A_DAY)
    return Week(first, last)


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
