"""Real files: CSV as spreadsheets of several countries write it, XLSX as openpyxl and others write it, and what is neither."""

import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import Workbook

from ceu.adapters.tables import LARGEST_FILE, MOST_ROWS, UNCALCULATED, Table, read_table
from ceu.domain.errors import DomainError


def workbook(*rows: list[Any], title: str = "Hours") -> bytes:
    """A real XLSX file with these rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def rewritten(data: bytes, part: str, change: Any) -> bytes:
    """The same archive with one part changed."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


def refusal(data: bytes) -> str:
    with pytest.raises(DomainError) as caught:
        read_table(data)
    assert caught.value.field == "file"
    return caught.value.message


# ---- CSV ---------------------------------------------------------------------------------------------------------


def test_a_plain_file() -> None:
    table = read_table(b"Date,Minutes\r\n2026-11-16,50\r\n\r\n2026-11-17,75\r\n")
    assert table.headings == ("Date", "Minutes")
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("2026-11-16", "50")),
        (4, ("2026-11-17", "75")),
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"], ids=["plain", "with mark", "Windows", "UTF-16"]
)
def test_encodings(encoding: str) -> None:
    table = read_table("Date;Type\n16.11.2026;Séance individuelle\n".encode(encoding))
    assert table.headings == ("Date", "Type")
    assert cells(table) == [("16.11.2026", "Séance individuelle")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    text = f'"Date, of service"{delimiter}Minutes\n2026-11-16{delimiter}50\n'
    assert read_table(text.encode()).headings == ("Date, of service", "Minutes")


def test_a_delimiter_that_excel_noted() -> None:
    table = read_table(b"sep=;\r\nDate;Minutes\r\n2026-11-16;1,25\r\n")
    assert (table.headings, cells(table)) == (("Date", "Minutes"), [("2026-11-16", "1,25")])
    assert table.rows[0].line == 3


def test_quoted_line_breaks_count_as_lines() -> None:
    table = read_table(b'Date,Type,Minutes\n2026-11-16,"one\ntwo ""three""",50\n2026-11-17,four,60\n')
    assert [(row.line, row.cells[1]) for row in table.rows] == [(2, 'one\ntwo "three"'), (4, "four")]


def test_a_title_above_the_headings_is_passed_over() -> None:
    table = read_table(b"Appointments report\n\nDate,Minutes\n2026-11-16,50\n")
    assert table.headings == ("Date", "Minutes")
    assert table.rows[0].line == 4


def test_equal_and_empty_headings_are_told_apart() -> None:
    assert read_table(b"Date,Date,,Minutes\n1,2,3,4\n").headings == (
        "Date", "Date (2)", "Without heading", "Minutes",
    )  # fmt: skip


def test_short_lines_are_filled_and_long_ones_are_named() -> None:
    short, long, fine = read_table(b"Date,Minutes\n2026-11-16\n2026-11-17,50,extra\n2026-11-18,50\n").rows
    assert short.cells == ("2026-11-16", "")
    assert (long.line, long.cells) == (3, ("", ""))
    assert long.problem.startswith("This line has more cells than there are headings")
    assert not fine.problem


def test_a_guarded_text_is_its_text_and_a_formula_is_no_more() -> None:
    table = read_table(b'Id,Minutes\n"=""0012""",50\n=1+1,50\n')
    assert cells(table) == [("0012", "50"), ("=1+1", "50")]


def test_a_quotation_mark_left_open() -> None:
    data = b'Date,Type\n2026-11-16,"never closed\n' + b"2026-11-17,therapy\n" * 9_000
    assert refusal(data).startswith("From line 2 on the file cannot be read: a quotation mark")


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_whatever_is_sent_a_table_or_a_sentence_comes_back(data: bytes) -> None:
    with suppress(DomainError):
        table = read_table(data)
        assert all(len(row.cells) == len(table.headings) for row in table.rows)


@given(
    st.lists(
        st.lists(st.text("abc ,;\"\n'é", max_size=8).map(str.strip), min_size=3, max_size=3).filter(any),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv
    from io import StringIO

    text = StringIO(newline="")
    csv.writer(text).writerows([["Date", "Type", "Minutes"], *rows])
    assert cells(read_table(text.getvalue().encode())) == [tuple(row) for row in rows]


# ---- XLSX --------------------------------------------------------------------------------------------------------


def test_a_workbook_has_dates_times_and_durations() -> None:
    data = workbook(
        ["Date", "At", "Start", "Length", "Minutes", "Flag"],
        [
            date(2026, 11, 16),
            datetime(2026, 11, 16, 9, 30),
            time(9, 5),
            timedelta(hours=1, minutes=15),
            50.0,
            None,
        ],
    )
    assert cells(read_table(data)) == [("2026-11-16", "2026-11-16 09:30", "09:05", "1:15", "50", "")]


def test_lines_are_those_of_the_sheet() -> None:
    table = read_table(
        workbook(["My hours"], [], ["Date", "Minutes"], ["2026-11-16", 50], [], ["2026-11-17", 60])
    )
    assert [row.line for row in table.rows] == [4, 6]


def test_only_the_first_sheet_that_shows_is_read() -> None:
    book = Workbook()
    hidden = book.active
    hidden.append(["Name", "Phone"])
    hidden.append(["x", "y"])
    shown = book.create_sheet("Hours")
    hidden.sheet_state = "hidden"
    shown.append(["Date", "Minutes"])
    shown.append(["2026-11-16", 50])
    file = BytesIO()
    book.save(file)
    assert read_table(file.getvalue()).headings == ("Date", "Minutes")


def test_a_formula_is_worth_its_saved_result() -> None:
    data = workbook(["Date", "Minutes"], ["2026-11-16", "=40+10"], ["2026-11-17", 60])
    assert cells(read_table(data)) == [("2026-11-16", UNCALCULATED), ("2026-11-17", "60")]

    def with_result(sheet: bytes) -> bytes:
        return sheet.replace(b"<f>40+10</f><v></v>", b"<f>40+10</f><v>50</v>").replace(
            b"<f>40+10</f><v />", b"<f>40+10</f><v>50</v>"
        )

    saved = rewritten(data, "xl/worksheets/sheet1.xml", with_result)
    assert saved != data
    assert cells(read_table(saved))[0] == ("2026-11-16", "50")


def test_an_error_in_a_cell_is_nothing() -> None:
    assert cells(read_table(workbook(["Date", "Minutes"], ["2026-11-16", "#N/A"])))[0][1] == ""


def test_a_workbook_that_unpacks_beyond_reason() -> None:
    data = rewritten(workbook(["Date", "Minutes"], ["2026-11-16", 50]), "xl/worksheets/sheet1.xml",
                     lambda sheet: sheet + b" " * 130 * 1024 * 1024)  # fmt: skip
    assert len(data) < LARGEST_FILE
    assert refusal(data).startswith("This workbook unpacks to more")


def test_entities_are_not_expanded() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 10))
        + b"]><worksheet><sheetData><row><c t='inlineStr'><is><t>&j;</t></is></c></row></sheetData></worksheet>"
    )
    data = rewritten(
        workbook(["Date", "Minutes"], ["2026-11-16", 50]), "xl/worksheets/sheet1.xml", lambda _: bomb
    )
    assert refusal(data)


# ---- what is no table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"x" * (LARGEST_FILE + 1), "the most is 8 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old kind"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x1f\x8b\x08", "packed"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\0\0\1", "not a text file"),
        (b"Date,Minutes\n", "no rows under them"),
        (b"just one word\n", "No table was found"),
        (b"Date,Minutes\n" + b"2026-11-16,50\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
        (b",".join([b"Date"] * 61) + b"\n1,2\n", "more than 60 columns"),
    ],
)
def test_what_is_no_table_gets_a_sentence(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_an_archive_that_is_no_workbook() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal(file.getvalue()).startswith("This is no XLSX workbook")


def test_a_cut_off_workbook() -> None:
    data = workbook(["Date", "Minutes"], ["2026-11-16", 50])
    assert refusal(data[: len(data) // 2]).startswith("This workbook cannot be read")
