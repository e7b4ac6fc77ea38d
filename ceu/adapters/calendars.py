"""Calendars that people upload or point at: iCalendar (RFC 5545) read into when, how long, and which phrase matched.

A calendar is full of names. Of each event only its times, its state and its repetition are read; of its title only
which of the given phrases stands in it is kept, and everything else is passed over before anything is done with it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, Timezone, vDuration, vRecur
from icalendar.timezone import tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON
from recurring_ical_events import of

from ceu.adapters.tables import MOST_ROWS, check_size, refused

LONGEST_RANGE = timedelta(days=3 * 366)
MOST_SERIES = 500
OLDEST_SERIES = timedelta(days=12 * 366)

_KEPT = frozenset(
    {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SUMMARY", "STATUS"}
)
_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")
_TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)|BY(SECOND|MINUTE|HOUR)=[^;]*,", re.IGNORECASE)
_ODD_ZONE = re.compile(r"FREQ=(?!YEARLY)", re.IGNORECASE)
"""Clocks change by the year; a zone of any other rhythm would take for ever to work out."""
_CANCELED_TITLE = re.compile(r"cancell?ed\b", re.IGNORECASE)
_DAY = timedelta(days=1)

_ALL_DAY = (
    "An all-day event does not say how long the work took. Give it times in your calendar, or log it by hand."
)
_SEVERAL_DAYS = "This event lasts a day or longer. Log each day's work by hand."
_NO_END = "This event has no end. Give it one in your calendar, or log it by hand."
_NO_START = "The start of this event cannot be read. Correct it in your calendar, or log it by hand."
_UNKNOWN_ZONE = "This event is in a time zone that the file does not explain. Log it by hand."
_BAD_SERIES = "How this event repeats cannot be read. Log its dates by hand."
_OLD_SERIES = (
    "This event has repeated for more than twelve years. Log its dates by hand, or end it and begin it anew."
)
_OFTEN = "This event repeats more often than once a day; that is no work. Log it by hand if it is."


@dataclass(frozen=True)
class Happening:
    """One event on one day where the person lives; ``phrase`` is the phrase its title holds, or empty.

    ``day`` and ``minutes`` are None where ``problem`` says why.
    """

    line: int
    phrase: str
    status: str
    day: date | None = None
    start_minute: int | None = None
    minutes: int | None = None
    problem: str = ""


@dataclass
class _Event:
    """An event as far as it is read: the line it begins on, its phrase, and its properties with their TZID."""

    line: int
    phrase: str = ""
    status: str = ""
    uid: str = ""
    values: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def first(self, name: str) -> tuple[str, str] | None:
        return next(iter(self.values.get(name, ())), None)

    @property
    def repeats(self) -> bool:
        return "RRULE" in self.values or "RDATE" in self.values

    def failed(self, problem: str) -> Happening:
        return Happening(self.line, self.phrase, self.status, problem=problem)


class _Unreadable(Exception):
    """An event cannot be read; the message is the sentence."""


def read_calendar(
    data: bytes, phrases: Sequence[str], first: date, last: date, time_zone: str
) -> list[Happening]:
    """The events from one day through another, in the order of time, those that repeat once per occurrence.

    Raises DomainError with a sentence when the file is no calendar.
    """
    check_size(data)
    if last < first or last - first > LONGEST_RANGE:
        raise refused("Choose a range of at most three years, its first day before its last.")
    lines = list(_logical_lines(data))
    if not any(text.upper() == "BEGIN:VCALENDAR" for _, text in lines[:50]):
        raise refused(
            "This is no calendar: it does not begin as iCalendar (.ics) does. Export the calendar, or copy its "
            "address in iCal format."
        )
    reader = _Reader(_Zones(lines, time_zone), first, last)
    happenings = reader.read(list(_events(lines, _matcher(phrases))))
    return sorted(happenings, key=lambda one: (one.day or date.min, one.start_minute or 0, one.line))


# ---- the text ----------------------------------------------------------------------------------------------------


def _logical_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Lines with what was folded joined again; as bytes, since folding may cut a letter in two."""
    number, parts = 0, [b""]
    for count, raw in enumerate(data.replace(b"\r\n", b"\n").split(b"\n"), start=1):
        if raw[:1] in {b" ", b"\t"}:
            parts.append(raw[1:])
            continue
        if any(parts):
            yield number, b"".join(parts).decode("utf-8-sig", errors="replace").strip()
        number, parts = count, [raw]
    if any(parts):
        yield number, b"".join(parts).decode("utf-8-sig", errors="replace").strip()


def _property(text: str) -> tuple[str, dict[str, str], str]:
    """Name, parameters and value of a line; a colon inside quotation marks belongs to a parameter."""
    quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            name, *parameters = text[:place].split(";")
            pairs = (parameter.partition("=") for parameter in parameters)
            return name.upper(), {key.upper(): value.strip('"') for key, _, value in pairs}, text[place + 1 :]
    return text.upper(), {}, ""


def _events(lines: Sequence[tuple[int, str]], phrase_of: Callable[[str], str]) -> Iterator[_Event]:
    event: _Event | None = None
    depth = 0
    for number, text in lines:
        if text.upper() == "BEGIN:VEVENT":
            event, depth = _Event(number), 0
        elif event is None:
            continue
        elif text.upper() == "END:VEVENT":
            yield event
            event = None
        elif text.upper().startswith(("BEGIN:", "END:")):
            depth += 1 if text.upper().startswith("BEGIN:") else -1
        elif depth == 0 and re.split("[;:]", text, maxsplit=1)[0].upper() in _KEPT:
            _note(event, *_property(text), phrase_of)


def _note(
    event: _Event, name: str, parameters: dict[str, str], value: str, phrase_of: Callable[[str], str]
) -> None:
    if name == "SUMMARY":
        event.phrase = phrase_of(value)
        if _CANCELED_TITLE.match(value):
            event.status = "canceled"
    elif name == "STATUS":
        if value.upper() in {"CANCELLED", "TENTATIVE"}:
            event.status = {"CANCELLED": "canceled", "TENTATIVE": "tentative"}[value.upper()]
    elif name == "UID":
        event.uid = value
    else:
        event.values.setdefault(name, []).append((parameters.get("TZID", ""), value))


def _matcher(phrases: Sequence[str]) -> Callable[[str], str]:
    """A function that finds the first of the phrases, as whole words, in a title."""
    patterns = [(phrase, _whole_words(phrase)) for phrase in phrases if phrase.strip()]

    def phrase_of(title: str) -> str:
        plain = title.replace("\\n", " ").replace("\\", "")
        return next((phrase for phrase, pattern in patterns if pattern.search(plain)), "")

    return phrase_of


def _whole_words(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


# ---- time --------------------------------------------------------------------------------------------------------


class _Zones:
    """The time zones of one file: known ones by name, others as the file explains them."""

    def __init__(self, lines: Sequence[tuple[int, str]], time_zone: str) -> None:
        self.home = ZoneInfo(time_zone)
        self._explained = {
            identifier: text
            for identifier, text in _explained_zones(lines)
            if _known_zone(identifier) is None
        }
        self._found: dict[str, tzinfo] = {}
        named = next(
            (_property(text)[2] for _, text in lines if text.upper().startswith("X-WR-TIMEZONE")), ""
        )
        self.floating = (named and _known_zone(named)) or self.home

    def get(self, identifier: str) -> tzinfo:
        if not identifier:
            return self.floating
        if identifier not in self._found:
            zone = _known_zone(identifier) or self._explained_zone(identifier)
            if zone is None:
                raise _Unreadable(_UNKNOWN_ZONE)
            self._found[identifier] = zone
        return self._found[identifier]

    def _explained_zone(self, identifier: str) -> tzinfo | None:
        if identifier not in self._explained or _ODD_ZONE.search(self._explained[identifier]):
            return None
        try:
            component = Timezone.from_ical(self._explained[identifier])
            zone = component.to_tz(lookup_tzid=False) if isinstance(component, Timezone) else None
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return None
        finally:
            tzp.use_default()  # the library remembers zones by name; another file may mean another by the same
        return zone


def _known_zone(identifier: str) -> ZoneInfo | None:
    """A zone of the IANA database by its name, by Windows' name for it, or at the end of a vendor's path."""
    name = identifier.strip("/")
    parts = name.split("/")
    for candidate in (WINDOWS_TO_OLSON.get(name, name), "/".join(parts[-3:]), "/".join(parts[-2:])):
        try:
            return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def _explained_zones(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    block: list[str] | None = None
    identifier = ""
    for _, text in lines:
        if text.upper() == "BEGIN:VTIMEZONE":
            block, identifier = [], ""
        if block is not None:
            block.append(text)
            if text.upper().startswith("TZID"):
                identifier = _property(text)[2]
            if text.upper() == "END:VTIMEZONE":
                yield identifier, "\r\n".join(block) + "\r\n"
                block = None


class _Reader:
    """Reads the events of one file in one range of days."""

    def __init__(self, zones: _Zones, first: date, last: date) -> None:
        self.zones, self.first, self.last = zones, first, last

    def read(self, events: Sequence[_Event]) -> list[Happening]:
        series = {event.uid for event in events if event.repeats}
        if len(series) > MOST_SERIES:
            raise refused(
                f"This calendar has more than {MOST_SERIES:,} repeating events. Export a shorter time."
            )
        groups: dict[str, list[_Event]] = {uid: [] for uid in series}
        happenings: list[Happening] = []
        for event in events:
            if event.uid in groups:
                groups[event.uid].append(event)
            else:
                happenings += self._single(event)
        self._check_number(happenings)
        for group in groups.values():
            happenings += self._occurrences(group)
            self._check_number(happenings)
        return happenings

    def _check_number(self, happenings: Sequence[Happening]) -> None:
        if len(happenings) > MOST_ROWS:
            raise refused(f"There are more than {MOST_ROWS:,} events in this range. Choose a shorter one.")

    def _single(self, event: _Event) -> list[Happening]:
        try:
            start = self._moment(event.first("DTSTART"))
            return self._happenings(event, start, self._end(event, start))
        except _Unreadable as error:
            return [event.failed(str(error))]

    def _occurrences(self, group: Sequence[_Event]) -> list[Happening]:
        master = next(event for event in group if event.repeats)
        by_line = {event.line: event for event in group}
        happenings: list[Happening] = []
        try:
            start = self._moment(master.first("DTSTART"))
            if not isinstance(start, datetime):
                return self._happenings(master, max(start, self.first), None)
            self._check_series(master, start)
            calendar = Calendar()
            for event in group:
                calendar.add_component(self._component(event))
            found = of(calendar).between(self.first - _DAY, self.last + 2 * _DAY)
        except _Unreadable as error:
            return [master.failed(str(error))]
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError):
            return [master.failed(_BAD_SERIES)]
        for occurrence in found:
            event = by_line[int(occurrence["X-LINE"])]
            happenings += self._happenings(event, occurrence["DTSTART"].dt, occurrence["DTEND"].dt)
        return happenings

    def _check_series(self, master: _Event, start: datetime) -> None:
        rule = ";".join(value for _, value in master.values.get("RRULE", ()))
        if _TOO_OFTEN.search(rule):
            raise _Unreadable(_OFTEN)
        if start.date() < self.first - OLDEST_SERIES:
            raise _Unreadable(_OLD_SERIES)

    def _component(self, event: _Event) -> Event:
        component = Event()
        start = self._moment(event.first("DTSTART"))
        end = self._end(event, start)
        component.add("UID", event.uid)
        component.add("X-LINE", str(event.line))
        component.add("DTSTART", start)
        component.add("DTEND", start if end is None else end)
        for _, rule in event.values.get("RRULE", ()):
            component.add("RRULE", vRecur.from_ical(rule))
        for name in ("EXDATE", "RDATE"):
            for zone, values in event.values.get(name, ()):
                component.add(
                    name, [self._moment((zone, one.partition("/")[0])) for one in values.split(",")]
                )
        if changed := event.first("RECURRENCE-ID"):
            component.add("RECURRENCE-ID", self._moment(changed))
        return component

    def _moment(self, value: tuple[str, str] | None) -> date | datetime:
        match = _MOMENT.fullmatch(value[1].strip()) if value else None
        if value is None or match is None:
            raise _Unreadable(_NO_START)
        try:
            day = datetime.strptime(match[1], "%Y%m%d").date()
            if match[2] is None:
                return day
            at = datetime.combine(day, datetime.strptime(match[2].replace("60", "59"), "%H%M%S").time())
        except ValueError:
            raise _Unreadable(_NO_START) from None
        return at.replace(tzinfo=UTC if match[3] else self.zones.get(value[0]))

    def _end(self, event: _Event, start: date | datetime) -> date | datetime | None:
        if value := event.first("DTEND"):
            return self._moment(value)
        if value := event.first("DURATION"):
            try:
                length: timedelta = vDuration.from_ical(value[1].strip())  # type: ignore[no-untyped-call]
            except ValueError:
                raise _Unreadable(_NO_END) from None
            return _later(start, length)
        return None

    def _happenings(
        self, event: _Event, start: date | datetime, end: date | datetime | None
    ) -> list[Happening]:
        """The event where the person lives, if it begins in the range."""
        if not isinstance(start, datetime):
            in_range = self.first <= start <= self.last
            return (
                [Happening(event.line, event.phrase, event.status, start, problem=_ALL_DAY)]
                if in_range
                else []
            )
        local = start.astimezone(UTC).astimezone(self.zones.home)
        if not self.first <= local.date() <= self.last:
            return []
        problem, minutes = "", 0
        if not isinstance(end, datetime) or (minutes := _minutes(start, end)) < 1:
            problem = _NO_END
        elif minutes >= _DAY / timedelta(minutes=1):
            problem = _SEVERAL_DAYS
        at = local.hour * 60 + local.minute
        return [
            Happening(
                event.line,
                event.phrase,
                event.status,
                local.date(),
                at,
                None if problem else minutes,
                problem,
            )
        ]


def _later(start: date | datetime, length: timedelta) -> date | datetime:
    """The end of what begins then and lasts so long: hours are hours, also while the clocks change."""
    if isinstance(start, datetime):
        return (start.astimezone(UTC) + length).astimezone(start.tzinfo)
    return start + length


def _minutes(start: datetime, end: datetime) -> int:
    """Whole minutes that pass between two instants, also where the clocks change in between."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(minutes=1))
