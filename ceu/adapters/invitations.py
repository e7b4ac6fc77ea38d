"""Calendar files (RFC 5545) of what people have registered for.

Times are in UTC, so that no calendar guesses a zone. The uid is random and says nothing of a person, a host or this site
(RFC 7986, section 5.3); a change has the same uid and a higher sequence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Appointment:
    """One entry of a calendar: a stretch of time with a title, a place, and an address where more stands; maybe canceled."""

    uid: str
    title: str
    begins: datetime
    ends: datetime
    place: str
    url: str
    is_canceled: bool = False


def write_calendar(
    appointments: Sequence[Appointment], sequence: int, stamped_at: datetime, *, canceled: bool = False
) -> str:
    """The calendar file of these appointments, to be added to a person's calendar, or with ``canceled`` taken out of it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Ceu//Live events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if canceled else "PUBLISH")
    for each in appointments:
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", stamped_at.astimezone(UTC))
        event.add("sequence", sequence)
        event.add("summary", each.title)
        event.add("dtstart", each.begins.astimezone(UTC))
        event.add("dtend", each.ends.astimezone(UTC))
        event.add("location", each.place)
        event.add("url", each.url)
        event.add("status", "CANCELLED" if canceled or each.is_canceled else "CONFIRMED")
        calendar.add_component(event)
    return str(calendar.to_ical().decode())
