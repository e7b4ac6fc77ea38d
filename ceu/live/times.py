"""Clock times of an event's place as instants, also in the night in which the clocks are changed. Pure."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ceu.domain.errors import DomainError
from ceu.live.presence import Stay

_PAUSE = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})")
LONGEST_SESSION = timedelta(hours=24)
DOORS = timedelta(hours=1)
"""So long before a session its doors are open, and so long after it people may still sign out."""


def instant_of(day: date, clock: time, time_zone: str) -> datetime:
    """The instant of a clock time on a day, in UTC.

    Raises DomainError where the clocks skip that time, or show it twice.
    """
    zone = ZoneInfo(time_zone)
    first = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
    second = datetime.combine(day, clock, tzinfo=zone).replace(fold=1).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, clock):
        raise DomainError(
            f"{clock:%H:%M} does not exist on that day: the clocks are put forward over it. Choose another time."
        )
    if first != second:
        raise DomainError(
            f"{clock:%H:%M} comes twice on that day, for the clocks are put back. Choose a time outside that hour."
        )
    return first


def next_time(after: datetime, clock: time, time_zone: str) -> datetime:
    """The first instant, not before an instant, at which the clocks of a place show a time."""
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    found = {
        instant
        for offset in range(3)
        for fold in (0, 1)
        if (
            instant := datetime.combine(day + timedelta(offset), clock, tzinfo=zone)
            .replace(fold=fold)
            .astimezone(UTC)
        )
        >= after
        and instant.astimezone(zone).time() == clock
    }
    return min(found)


def read_breaks(text: str, begins: datetime, ends: datetime, time_zone: str) -> list[Stay]:
    """Breaks typed one a line, "10:30-10:45", on the clock of the event; each inside the session and after the one before.

    Raises DomainError with a sentence on ``breaks``.
    """
    found: list[Stay] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _PAUSE.fullmatch(line)
        if not match or int(match[1]) > 23 or int(match[3]) > 23 or int(match[2]) > 59 or int(match[4]) > 59:
            raise DomainError(f"“{line[:40]}” is no break. Type it like 10:30-10:45, one a line.", "breaks")
        start = next_time(found[-1].ends if found else begins, time(int(match[1]), int(match[2])), time_zone)
        end = next_time(start, time(int(match[3]), int(match[4])), time_zone)
        if end > ends or start == end:
            raise DomainError(
                f"The break {line[:40]} does not lie inside the session. Correct its times.", "breaks"
            )
        found.append(Stay(start, end))
    return found


def breaks_text(breaks: Iterable[Stay], time_zone: str) -> str:
    """Breaks as they are typed."""
    zone = ZoneInfo(time_zone)
    return "\n".join(
        f"{each.begins.astimezone(zone):%H:%M}-{each.ends.astimezone(zone):%H:%M}" for each in breaks
    )


def span_text(begins: datetime, ends: datetime, time_zone: str) -> str:
    """From when to when on the clock of a place, with the zone's name: "Tue 16 Nov 2026, 09:00-10:30 PST".

    The night in which clocks change shows the name of each end, and the day of the end where it is another.
    """
    zone = ZoneInfo(time_zone)
    start, end = begins.astimezone(zone), ends.astimezone(zone)
    day = f"{start:%a} {start.day} {start:%b %Y}"
    last_day = "" if end.date() == start.date() else f"{end:%a} {end.day} {end:%b} "
    name = "" if start.tzname() == end.tzname() else f" {_zone_name(start)}"
    return f"{day}, {start:%H:%M}{name} to {last_day}{end:%H:%M} {_zone_name(end)}"


def _zone_name(local: datetime) -> str:
    """The zone's letters, "PST", or the distance from UTC where it has none."""
    name = local.tzname() or ""
    offset = f"{local:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
