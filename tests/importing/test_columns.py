"""What identifies a client is dropped by heading and by value, and what is left says when, how long and what."""

import pytest
from hypothesis import given, strategies as st

from ceu.importing.columns import MOST_KINDS, Column, Role, columns_of, sieve
from ceu.importing.rows import Row

RUH = (
    "Appointment date", "Appointment type", "Client name", "Client ID", "Client status", "DOB", "Insurance", "Phone", "Provider",
    "Booked by", "Status", "Group attendance", "Scheduled length",
)  # fmt: skip
SIMPLE = ("Date of Service", "Client", "Clinician", "Billing Code", "Rate per Unit", "Units", "Total Fee", "Progress Note Status",
          "Client Payment Status", "Appointment Status")  # fmt: skip


def roles(*headings: str, wanted: dict[str, str] | None = None) -> dict[str, str | None]:
    return {column.heading: column.role for column in columns_of(headings, wanted)}


def kept(
    headings: tuple[str, ...], *cells: tuple[str, ...], wanted: dict[str, str] | None = None
) -> tuple[tuple[Column, ...], list[Row]]:
    rows = [(number, line, "") for number, line in enumerate(cells, start=2)]
    found = sieve(columns_of(headings, wanted), rows, lambda client: f"<{len(client)}>")
    return found.columns, found.rows


# ---- headings ----------------------------------------------------------------------------------------------------


def test_an_export_of_a_practice_management_program() -> None:
    read = {heading: role for heading, role in roles(*RUH).items() if role}
    assert read == {
        "Appointment date": Role.DAY,
        "Appointment type": Role.KIND,
        "Client ID": Role.CLIENT,
        "Status": Role.STATUS,
        "Scheduled length": Role.LENGTH,
    }
    assert {heading: role for heading, role in roles(*SIMPLE).items() if role} == {
        "Date of Service": Role.DAY, "Billing Code": Role.KIND, "Appointment Status": Role.STATUS,
    }  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    ["Client", "CLIENT NAME", "Patient", "First Name", "Last name", "Full name", "Initials", "DOB", "Date of Birth", "Birthdate",
     "Age", "Phone", "Mobile phone", "Cell", "E-mail", "Email Address", "Home address", "ZIP", "Insurance", "Payer", "Member ID",
     "Policy number", "SSN", "Social Security Number", "Notes", "Session notes", "Comments", "Diagnosis", "ICD-10", "Dx Code",
     "Guardian", "Parent name", "Emergency contact", "Gender", "Employer", "Fee", "Amount paid", "Clinician", "Referred by",
     "Description", "Subject", "Anna: 555-123-4567", "anna@example.org", "11/16/2026"],
)  # fmt: skip
def test_headings_that_can_never_be_read(heading: str) -> None:
    (column,) = columns_of([heading], {heading: Role.KIND})
    assert (column.role, column.may_be_read) == (None, False)
    assert column.why_not.startswith("it may hold")


@pytest.mark.parametrize(
    ("heading", "role"),
    [("Date", "day"), ("Session Date", "day"), ("DOS", "day"), ("Start", "start"), ("Start time", "start"), ("Time", "start"),
     ("Start Date/Time", "day"), ("End time", "end"), ("End Date/Time", "end"), ("Duration (min)", "length"), ("Hours", "length"),
     ("Length", "length"), ("Minutes", "length"), ("Type", "kind"), ("Service", "kind"), ("CPT code", "kind"), ("Activity", "kind"),
     ("Attendance", "status"), ("Location", "delivery"), ("Modality", "delivery"), ("Group size", "head_count"), ("MRN", "client"),
     ("Client number", "client"), ("Patient ID", "client"), ("Datum", None), ("Color", None)],
)  # fmt: skip
def test_headings(heading: str, role: str | None) -> None:
    assert roles(heading) == {heading: role}


def test_a_second_column_of_the_same_is_left_out() -> None:
    assert roles("Date", "Session date") == {"Date": Role.DAY, "Session date": None}


def test_the_person_says_what_nobody_foresaw() -> None:
    assert roles("Datum", "Dauer", "Art", wanted={"Datum": "day", "Dauer": "length", "Art": "nonsense"}) == {
        "Datum": Role.DAY, "Dauer": Role.LENGTH, "Art": None,
    }  # fmt: skip


# ---- values ------------------------------------------------------------------------------------------------------


def test_only_what_is_read_is_kept() -> None:
    line = (
        "2026-11-16",
        "Individual",
        "Robin Doe",
        "C-17",
        "active",
        "1990-01-01",
        "Aetna",
        "555 123 4567",
        "Alice",
        "x",
        "Show",
        "",
        "50",
    )
    columns, rows = kept(RUH, line)
    assert rows == [
        Row(line=2, day="2026-11-16", kind="Individual", status="Show", length="50", client="<4>")
    ]
    everything = repr((columns, rows))
    for word in ("Robin", "Doe", "C-17", "1990", "Aetna", "4567", "active"):
        assert word not in everything


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (["Robin Doe", "Casey Smith", "therapy"], "names of people"),
        (["robin@example.org"], "addresses"),
        (["call 555-123-4567"], "long numbers"),
        (["therapy 03/04/1990"], "dates"),
        (["x" * 81], "long texts"),
        ([f"therapy {number}" for number in range(MOST_KINDS + 1)], "61 different texts"),
    ],
)
def test_a_column_whose_values_show_that_it_is_something_else(texts: list[str], why: str) -> None:
    columns, rows = kept(("Date", "Type", "Minutes"), *(("2026-11-16", text, "50") for text in texts))
    assert columns[1].role is None
    assert why in columns[1].why_not
    assert not columns[1].may_be_read
    assert {row.kind for row in rows} == {""}


def test_kinds_that_look_like_names_but_are_words_of_the_field() -> None:
    columns, _ = kept(
        ("Date", "Type"),
        *(("2026-11-16", text) for text in ("Individual Therapy", "Couples Session", "Family Intake")),
    )
    assert columns[1].role == Role.KIND


def test_what_stands_where_a_time_should_is_not_kept() -> None:
    _, rows = kept(
        ("Date", "Start", "Minutes", "Group size"),
        ("Robin Doe", "see note", "fifty", "five"),
        ("Nov 16, 2026", "=", "50 min", "5"),
    )
    assert rows == [
        Row(line=2, day="?", start="?", length="?"),
        Row(line=3, day="Nov 16, 2026", start="=", length="50 min", head_count="5"),
    ]


@pytest.mark.parametrize("text", ["Robin 5", "5 Doe", "Robin-5", "2026-11-16 Robin", "Zoë 1", "May Doe 3"])
def test_a_name_beside_a_number_is_no_time(text: str) -> None:
    _, (row,) = kept(("Date", "Minutes"), (text, text))
    assert (row.day, row.length) == ("?", "?")


@given(st.text(max_size=60))
def test_a_cell_of_a_time_keeps_no_telling_text(text: str) -> None:
    _, (row,) = kept(("Date", "Minutes"), (text, text))
    assert row.day in {text, "?"}
    assert len(row.day) <= 40
