"""Attendance reports of Zoom and Teams, read into who joined when and left when.

Both are tables of text that differ by program, version and language settings: Zoom writes UTF-8 with commas, sometimes
with lines about the meeting above the table; Teams writes UTF-16 with tabs and three numbered sections, of which only
the third tells single stays. Times stand on the clock of whoever hosted, days before months or after them; what is meant
is told by the day on which the meeting was held. A report that has only sums says how long, not when; such rows are given
with ``minutes`` alone, for a person to decide.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ceu.adapters.tables import MOST_ROWS, refused

LARGEST_REPORT = 8 * 1024 * 1024
NEARLY = timedelta(days=1)
"""How far the day of a report may lie from the meeting's: it may run past midnight, or be told on another clock."""

_HEADINGS: dict[str, frozenset[str]] = {
    "name": frozenset({"name", "name (original name)", "name (original)", "full name", "participant"}),
    "email": frozenset({"user email", "email", "e-mail", "email address"}),
    "registrant": frozenset(
        {"registrant id", "registrant_id", "participant id (upn)", "user principal name"}
    ),
    "begins": frozenset({"join time", "joined", "join"}),
    "ends": frozenset({"leave time", "left", "leave"}),
    "first": frozenset({"first join", "first join time"}),
    "sum": frozenset(
        {
            "total duration (minutes)",
            "duration (minutes)",
            "in-meeting duration",
            "duration",
            "total duration",
        }
    ),
}
_SECTION = re.compile(r"(\d)\. \S")
_DATE = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?: ?([ap])\.? ?m\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:Z|([+-])(\d{2}):?(\d{2}))$")
_SPOKEN = re.compile(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*m)?\s*(?:(\d+)\s*s)?", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u202f\u00a0]+")


@dataclass(frozen=True)
class Attendance:
    """A row of a report: the line it stands on, who it calls the person, and when they came and went.

    ``begins`` and ``ends`` are aware, in UTC. Where the report only adds up, they are None and ``minutes`` is the sum.
    """

    line: int
    name: str
    email: str
    registrant: str
    begins: datetime | None = None
    ends: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Unread:
    """A row that could not be read: its line, its beginning, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Report:
    """An attendance report: rows in the file's order, and the lines that could not be read."""

    rows: tuple[Attendance, ...]
    unread: tuple[Unread, ...]


def read_attendance(data: bytes, held_on: date, zone: ZoneInfo) -> Report:
    """Read the report of a meeting held on a day, whose times stand on the clock of ``zone`` unless they say otherwise.

    Raises DomainError with a sentence when the file is no such report.
    """
    if not data:
        raise refused("This file is empty. Download the report again.")
    if len(data) > LARGEST_REPORT:
        raise refused(f"This file is larger than {LARGEST_REPORT // 2**20} MB; no attendance report is.")
    columns, lines = _table(_lines(_decoded(data)))
    rows: list[Attendance] = []
    unread: list[Unread] = []
    for line, cells in lines:
        try:
            rows.append(_row(line, columns, cells, held_on, zone))
        except ValueError as error:
            unread.append(Unread(line, ", ".join(filter(None, cells))[:80], str(error)))
        if len(rows) + len(unread) > MOST_ROWS:
            raise refused(f"This report has more than {MOST_ROWS:,} rows; no meeting has.")
    if not rows and not unread:
        raise refused("The report names its columns, but nobody in them.")
    return Report(tuple(rows), tuple(unread))


def _decoded(data: bytes) -> str:
    """The text, by its byte-order mark, else as UTF-8, else as Windows wrote it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:2] == b"\0":
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refused("This file is no text. Choose the report as Zoom or Teams saved it (.csv).")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line, with its number; cut at tabs where the file has any, else at commas or semicolons."""
    head = "\n".join(text.splitlines()[:40])
    delimiter = max("\t,;", key=lambda mark: (head.count(mark), mark))
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [_SPACES.sub(" ", cell).strip() for cell in cells]
    except csv.Error as error:
        raise refused(
            f"Line {reader.line_num} of this file cannot be read. Download the report again."
        ) from error


def _table(
    lines: Iterator[tuple[int, list[str]]],
) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
    """The columns and lines of the table that tells the most: single stays before sums."""
    tables: list[tuple[dict[str, int], list[tuple[int, list[str]]]]] = []
    is_open = False
    for line, cells in lines:
        columns = _columns(cells)
        if columns:
            tables.append((columns, []))
            is_open = True
        elif not any(cells) or _SECTION.match(cells[0]):
            is_open = False
        elif is_open:
            tables[-1][1].append((line, cells))
    stays = [table for table in tables if {"begins", "ends"} <= table[0].keys()]
    if not tables:
        raise refused(
            "No attendance table was found: it needs a column for the name and one for joining and leaving, or for the "
            "duration. Download the participants report of Zoom, or the attendance report of Teams."
        )
    return (stays or tables)[-1]


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Where the known columns stand, when this is a line of headings, else nothing."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        for name, headings in _HEADINGS.items():
            if cell.casefold() in headings:
                found.setdefault(name, place)
    tells_time = {"begins", "ends"} <= found.keys() or "sum" in found
    return found if "name" in found and tells_time else {}


def _row(
    line: int, columns: dict[str, int], cells: Sequence[str], held_on: date, zone: ZoneInfo
) -> Attendance:
    def cell(name: str) -> str:
        place = columns.get(name, len(cells))
        return cells[place] if place < len(cells) else ""

    name, email, registrant = cell("name"), cell("email").casefold(), cell("registrant")
    if not name and not email and not registrant:
        raise ValueError("It names nobody.")
    if "begins" not in columns or "ends" not in columns:
        return Attendance(line, name, email, registrant, minutes=_duration(cell("sum")))
    begins, ends = _instant(cell("begins"), held_on, zone), _instant(cell("ends"), held_on, zone)
    if ends < begins:
        raise ValueError("It says that the person left before they joined.")
    return Attendance(line, name, email, registrant, begins, ends)


def _duration(text: str) -> int:
    """Whole minutes of “73” or “1h 13m 42s”, rounded down."""
    if text.isascii() and text.isdigit() and len(text) <= 5:
        return int(text)
    match = _SPOKEN.fullmatch(text)
    if not match or not any(match.groups()):
        raise ValueError(f"“{text}” is no duration.")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 60 + minutes + seconds // 60


def _instant(text: str, held_on: date, zone: ZoneInfo) -> datetime:
    """The instant of a date and time in any of the usual spellings, on the day of the meeting or next to it."""
    day_found, time_found = _DATE.search(text), _TIME.search(text)
    if not day_found or not time_found:
        raise ValueError(f"“{text}” is no date with a time.")
    days = {
        day
        for day in _days(int(day_found[1]), int(day_found[2]), int(day_found[3]))
        if abs(day - held_on) <= NEARLY
    }
    if not days:
        raise ValueError(f"“{text}” is not the day of the session.")
    nearest = min(days, key=lambda day: (abs(day - held_on), day))
    local = datetime.combine(nearest, _clock(time_found, text))
    offset = _OFFSET.search(text)
    if not offset:
        return local.replace(tzinfo=zone).astimezone(UTC)
    sign = -1 if offset[1] == "-" else 1
    shift = timedelta(hours=int(offset[2] or 0), minutes=int(offset[3] or 0))
    return (local - sign * shift).replace(tzinfo=UTC)


def _days(first: int, second: int, third: int) -> Iterator[date]:
    """The days that three numbers may mean: year first, month first, or day first."""
    if first > 31:
        orders = [(first, second, third)]
    else:
        year = third + 2000 if third < 100 else third
        orders = [(year, first, second), (year, second, first)]
    for year, month, day in orders:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _clock(match: re.Match[str], text: str) -> time:
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            raise ValueError(f"“{text}” is no time of day.")
        hour = hour % 12 + 12 * (match[4].casefold() == "p")
    try:
        return time(hour, minute, second)
    except ValueError:
        raise ValueError(f"“{text}” is no time of day.") from None
