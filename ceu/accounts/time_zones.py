"""The time zones a person can choose: those of the United States by their names, then all others by place."""

from dataclasses import dataclass
from zoneinfo import available_timezones

DEFAULT = "America/Los_Angeles"

_UNITED_STATES = {
    "America/New_York": "Eastern time (New York)",
    "America/Chicago": "Central time (Chicago)",
    "America/Denver": "Mountain time (Denver)",
    "America/Phoenix": "Mountain time without daylight saving (Phoenix)",
    "America/Los_Angeles": "Pacific time (Los Angeles)",
    "America/Anchorage": "Alaska time (Anchorage)",
    "Pacific/Honolulu": "Hawaii time (Honolulu)",
    "America/Puerto_Rico": "Atlantic time (Puerto Rico)",
}
_REGIONS = ("America", "Pacific", "Atlantic", "Europe", "Africa", "Asia", "Australia", "Indian")


@dataclass(frozen=True)
class TimeZone:
    """A zone as people choose it: its IANA key, its name, and the group it stands in."""

    key: str
    label: str
    group: str


def _others() -> list[TimeZone]:
    found = []
    for key in sorted(available_timezones() - _UNITED_STATES.keys()):
        region, _, place = key.partition("/")
        if region in _REGIONS and place:
            found.append(TimeZone(key, place.replace("_", " ").replace("/", ", "), region))
    return sorted(found, key=lambda zone: _REGIONS.index(zone.group))


TIME_ZONES: tuple[TimeZone, ...] = (
    *(TimeZone(key, label, "United States") for key, label in _UNITED_STATES.items()),
    *_others(),
)
KEYS = frozenset(zone.key for zone in TIME_ZONES)
