"""One contract for both kinds of table: what goes in comes out, and nothing in it is ever run."""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from ceu.adapters.spreadsheets import ROWS_AT_ONCE, Cell, csv_chunks, xlsx

HEADINGS = ["Date", "Activity", "Minutes"]
Rows = Sequence[Sequence[Cell]]


def through_csv(rows: Rows) -> list[list[str]]:
    data = b"".join(csv_chunks(HEADINGS, rows))
    return list(csv.reader(StringIO(data.decode("utf-8-sig"))))


def through_xlsx(rows: Rows) -> list[list[str]]:
    sheet = load_workbook(BytesIO(xlsx("Log", HEADINGS, rows))).worksheets[0]
    return [
        [
            "" if cell.value is None else cell.value.date().isoformat() if cell.is_date else str(cell.value)
            for cell in row
        ]
        for row in sheet.iter_rows()
    ]


@pytest.mark.parametrize("through", [through_csv, through_xlsx])
def test_what_goes_in_comes_out(through: Callable[[Rows], list[list[str]]]) -> None:
    rows: Rows = [[date(2026, 11, 16), "Žižek, “quoted”\nsecond line", 50], [date(2026, 11, 17), None, 60]]
    assert through(rows) == [
        HEADINGS,
        ["2026-11-16", "Žižek, “quoted”\nsecond line", "50"],
        ["2026-11-17", "", "60"],
    ]


@pytest.mark.parametrize("through", [through_csv, through_xlsx])
def test_no_row_is_lost_between_chunks(through: Callable[[Rows], list[list[str]]]) -> None:
    rows: Rows = [[date(2026, 1, 1), "x", number] for number in range(2 * ROWS_AT_ONCE + 1)]
    assert [row[2] for row in through(rows)[1:]] == [str(number) for number in range(2 * ROWS_AT_ONCE + 1)]


FORMULAS = ['=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\n=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_text_in_csv(formula: str) -> None:
    assert through_csv([[None, formula, 1]])[1][1] == f"'{formula}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_text_in_a_workbook(formula: str) -> None:
    sheet = load_workbook(BytesIO(xlsx("Log", HEADINGS, [[None, formula, 1]]))).worksheets[0]
    assert (sheet["B2"].value, sheet["B2"].data_type) == (formula, "s")


def test_a_heading_can_be_no_formula_either() -> None:
    data = xlsx("Log", ["=1+1", "b", "c"], [])
    assert load_workbook(BytesIO(data)).worksheets[0]["A1"].data_type == "s"
    assert b"".join(csv_chunks(["=1+1", "b"], [])).startswith(b"\xef\xbb\xbf'=1+1,b")


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert through_xlsx([[None, "a\x00b\x0bc", 1]])[1][1] == "abc"
