"""Tables that people take away: CSV and XLSX in which no cell is ever a formula.

What begins with = + - @, a tab or a line break would be run by a spreadsheet program; here it is text.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from itertools import islice
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell: TypeAlias = "str | int | float | date | None"

ROWS_AT_ONCE = 500
WIDEST = 60

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_XML = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


def csv_chunks(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The table as CSV in UTF-8 with a byte order mark, some rows at a time.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    yield b"\xef\xbb\xbf" + _csv_lines([headings])
    remaining = iter(rows)
    while chunk := list(islice(remaining, ROWS_AT_ONCE)):
        yield _csv_lines(chunk)


@dataclass(frozen=True)
class SheetOfRows:
    """One sheet of a workbook: its title (at most 31 characters), headings and rows."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as a workbook of one sheet."""
    return workbook([SheetOfRows(title, headings, rows)])


def workbook(sheets: Iterable[SheetOfRows]) -> bytes:
    """A workbook, written row by row: the headings of its sheets stay in view, dates and numbers are such."""
    book = Workbook(write_only=True)
    for each in sheets:
        _write(book.create_sheet(each.title[:31]), each.headings, each.rows)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _write(sheet: Any, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(len(heading) + 2, 12), WIDEST)
    names = [_text_cell(sheet, heading) for heading in headings]
    for name in names:
        name.font = Font(bold=True)
    sheet.append(names)
    for row in rows:
        sheet.append([_as_text(sheet, value) if isinstance(value, str) else value for value in row])


def _csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    written = StringIO()
    csv.writer(written).writerows([_harmless(value) for value in row] for row in rows)
    return written.getvalue().encode()


def _harmless(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value


def _as_text(sheet: Any, value: str) -> Any:
    """A text as the library takes it by itself; where it would make a formula of it, a cell that is told to be text."""
    value = value.translate(_NOT_IN_XML)
    return _text_cell(sheet, value) if value.startswith(_STARTS_A_FORMULA) else value


def _text_cell(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
