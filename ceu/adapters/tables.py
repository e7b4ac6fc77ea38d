"""Tables that people upload: CSV and XLSX read into headings and rows of text, in memory, with the line of each row.

Nothing in a file is run, looked up or expanded: a formula is worth the result that was saved with it, and a workbook
whose parts would unpack beyond all reason is refused before any of them is opened.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ceu.domain.errors import DomainError

LARGEST_FILE = 8 * 1024 * 1024
LARGEST_UNPACKED = 120 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_HEADING = 60
LONGEST_CELL = 200
UNCALCULATED = "="
"""The text of a cell with a formula whose result the file does not hold."""

_DELIMITERS = ",;\t|"
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_GUARDED = re.compile(r'="(.*)"')
_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "This is a workbook of the old kind (.xls). Save it as .xlsx or CSV and choose that file.",
    b"%PDF": "This is a PDF, which holds no table that can be read. Export the list as CSV or XLSX.",
    b"\x89PNG": "This is a picture. Export the list as CSV or XLSX.",
    b"\xff\xd8\xff": "This is a picture. Export the list as CSV or XLSX.",
    b"\x1f\x8b": "This file is packed. Unpack it, and choose the file inside.",
}


@dataclass(frozen=True)
class TableRow:
    """A row of a table: the line it begins on, its cells (one per heading), and what is wrong with it, if anything."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A table: its headings and its rows, without the empty ones."""

    headings: tuple[str, ...]
    rows: list[TableRow]


def refused(sentence: str) -> DomainError:
    """A refusal of an uploaded file."""
    return DomainError(sentence, field="file")


def check_size(data: bytes) -> None:
    """Refuse a file that is empty, or larger than any list of hours."""
    if not data:
        raise refused("This file is empty. Export it again.")
    if len(data) > LARGEST_FILE:
        raise refused(
            f"This file has {len(data) / 2**20:.1f} MB; the most is {LARGEST_FILE // 2**20} MB. "
            "Export a shorter time, and import the parts one after another."
        )


def read_table(data: bytes) -> Table:
    """The table in a CSV or XLSX file. Raises DomainError with a sentence when there is none."""
    check_size(data)
    for beginning, sentence in _OTHER_FILES.items():
        if data.startswith(beginning):
            raise refused(sentence)
    lines = _workbook_lines(data) if data.startswith(b"PK") else _text_lines(data)
    return _table(lines)


def _table(lines: Iterator[tuple[int, list[str]]]) -> Table:
    """The first line with two texts in it holds the headings; a report's title above it is passed over."""
    headings: tuple[str, ...] = ()
    rows: list[TableRow] = []
    for line, cells in lines:
        if not any(cells):
            continue
        if headings:
            rows.append(_row(line, cells, len(headings)))
        elif sum(map(bool, cells)) > 1:
            headings = _headings(cells)
        if len(rows) > MOST_ROWS:
            raise refused(
                f"This file has more than {MOST_ROWS:,} rows. Export a shorter time, and import the parts one after "
                "another."
            )
    if not headings:
        raise refused(
            "No table was found: the first line must name the columns, such as Date, Start and Duration."
        )
    if not rows:
        raise refused("The file has headings, but no rows under them.")
    return Table(headings, rows)


def _headings(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise refused(f"This table has more than {MOST_COLUMNS} columns. Keep those that say when and what.")
    seen: dict[str, int] = {}
    named = []
    for cell in cells:
        heading = " ".join(cell.split())[:LONGEST_HEADING] or "Without heading"
        seen[heading] = seen.get(heading, 0) + 1
        named.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return tuple(named)


def _row(line: int, cells: list[str], width: int) -> TableRow:
    if any(cells[width:]):
        problem = (
            "This line has more cells than there are headings, perhaps for a delimiter inside a text without quotation "
            "marks. Correct the line."
        )
        return TableRow(line, ("",) * width, problem)
    return TableRow(line, tuple((cells + [""] * (width - len(cells)))[:width]))


# ---- text --------------------------------------------------------------------------------------------------------


def _text_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decoded(data)
    skipped = 0
    delimiter = None
    if text[:4].lower() == "sep=":  # Excel's own note of the delimiter
        first, _, text = text.partition("\n")
        delimiter, skipped = first[4:5], 1
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter or _delimiter(text))
    began = 0
    while True:
        began = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise refused(
                f"From line {began + 1 + skipped} on the file cannot be read: a quotation mark is probably not "
                "closed. Correct it, or export the file again."
            ) from None
        yield began + 1 + skipped, [_plain(cell) for cell in cells]


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or else Windows-1252. Raises DomainError for no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise refused("This is not a text file. Export the list as CSV or XLSX and choose that file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The delimiter that the first line with any has most of, outside quotation marks."""
    for line in islice(StringIO(text), 20):
        bare = re.sub(r'"[^"]*"', "", line)
        counts = {delimiter: bare.count(delimiter) for delimiter in _DELIMITERS}
        if any(counts.values()):
            return max(counts, key=lambda delimiter: counts[delimiter])
    return ","


def _plain(cell: str) -> str:
    cell = cell.strip()
    guarded = (
        _GUARDED.fullmatch(cell) if cell.startswith("=") else None
    )  # ="0012" keeps a spreadsheet from taking a text for a number
    return (guarded[1] if guarded else cell)[:LONGEST_CELL].replace("\0", "").strip()


# ---- workbooks ---------------------------------------------------------------------------------------------------


def _workbook_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        has_formulas = _inspect(data)
        rows = _first_sheet(data, values=True)
        formulas: Iterator[Sequence[Any]] = _first_sheet(data, values=False) if has_formulas else iter(())
        for number, row in enumerate(rows, start=1):
            cells = [_text_of(value) for value in row]
            for place, formula in enumerate(next(formulas, ())):
                if isinstance(formula, str) and formula.startswith("=") and row[place] is None:
                    cells[place] = UNCALCULATED
            yield number, cells
    except DomainError:
        raise
    # A damaged workbook makes the reader stumble in many ways, and none of them tells a person more than this.
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, SyntaxError,
            OSError, EOFError, IndexError, NotImplementedError, RuntimeError) as error:  # fmt: skip
        raise refused(
            "This workbook cannot be read: it is damaged, protected by a password, or no XLSX file. Open it in your "
            "spreadsheet program and save it as XLSX or CSV."
        ) from error


def _inspect(data: bytes) -> bool:
    """Refuse a workbook that would unpack to too much; say whether it has formulas."""
    with ZipFile(BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
            raise refused(
                "This workbook unpacks to more than a list of hours can hold. Copy the rows into a new workbook."
            )
        sheets = [part for part in parts.namelist() if part.startswith("xl/worksheets/")]
        if not sheets:
            raise refused("This is no XLSX workbook. Save the list as XLSX or CSV and choose that file.")
        return any(b"<f" in parts.read(part) for part in sheets)


def _first_sheet(data: bytes, *, values: bool) -> Iterator[Sequence[Any]]:
    workbook = load_workbook(BytesIO(data), read_only=True, data_only=values, keep_links=False)
    sheet = next((sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"), None)
    if sheet is None:
        raise refused("This workbook has no sheet that shows a table.")
    sheet.reset_dimensions()  # some programs write a wrong size, and rows past it would be lost in silence
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
    return rows


def _text_of(value: Any) -> str:
    """A cell as text: dates as ISO, times and durations on the clock, whole numbers without a point."""
    if isinstance(value, datetime):
        text = f"{value:%Y-%m-%d %H:%M}" if value.time() != time() else f"{value:%Y-%m-%d}"
    elif isinstance(value, time):
        text = f"{value:%H:%M}"
    elif isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        text = f"{minutes // 60}:{minutes % 60:02d}"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    else:
        text = "" if value is None or value in _ERRORS else str(value)
    return _plain(text)
