"""Files to import, as programs write them, and steps through an import."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from time import process_time

from openpyxl import Workbook
from sqlalchemy import MetaData, inspect
from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.experience.models import WorkSetting
from ceu.importing.models import HoursImport
from ceu.importing.reading import read_table_file
from ceu.importing.services import begin_import, preview, run_import
from tests.experience.builders import settle
from tests.factories import FROZEN_NOW

IDENTIFYING = (
    "Robin",
    "Casey",
    "1990-01-01",
    "555 123",
    "Aetna",
    "robin@",
    "Elm Street",
    "panic",
    "C-17",
    "C-18",
)
"""What stands in EXPORT and must not stand anywhere else."""

EXPORT = """\
Appointment date,Start time,Appointment type,Client name,Client ID,DOB,Insurance,Phone,E-mail,Address,Notes,Status,Location,Scheduled length
11/16/2026,9:00 AM,Individual Therapy,Robin Doe,C-17,1990-01-01,Aetna,555 123 4567,robin@example.org,12 Elm Street,"panic, again",Attended,Office,50
11/16/2026,10:00 AM,Couples Session,Casey Roe,C-18,1985-02-02,Aetna,555 123 4568,,,,Attended,Video Office,80
11/17/2026,9:00 AM,Individual Therapy,Robin Doe,C-17,1990-01-01,Aetna,555 123 4567,,,,Show,Office,50
11/17/2026,11:00 AM,Individual Therapy,Casey Roe,C-18,1985-02-02,Aetna,555 123 4568,,,,No Show,Office,50
11/18/2026,9:00 AM,Individual Therapy,Robin Doe,C-17,1990-01-01,Aetna,555 123 4567,,,"two
lines",Attended,Office,soon
11/19/2026,4:00 PM,Supervision,,,,,,,,,Attended,Zoom,1h
"""
"""Six appointments: three entries (the supervision too), one to confirm, one that was none, one broken on line 6."""


def workbook_of(rows: int) -> bytes:
    """An XLSX export of so many appointments, eight a day, with all that a program puts beside them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Appointments")
    sheet.append(
        [
            "Date",
            "Start",
            "End",
            "Client",
            "Client ID",
            "DOB",
            "Phone",
            "Type",
            "Status",
            "Notes",
            "Insurance",
        ]
    )
    for number in range(rows):
        day = date(2025, 3, 3) + timedelta(days=number // 16)
        start = datetime.combine(day, time(6 + number % 16))
        sheet.append([
            day, start.time(), (start + timedelta(minutes=50)).time(), f"Robin {number}", f"C-{number % 40}", "1/1/1990",
            "555-123-4567", "Individual Therapy" if number % 5 else "Intake", "Attended" if number % 7 else "Show", "A note.", "Aetna",
        ])  # fmt: skip
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def csv_of(rows: int) -> bytes:
    """The same as CSV."""
    lines = ["Date,Start,Client,Client ID,DOB,Type,Status,Minutes"]
    for number in range(rows):
        day = date(2025, 3, 3) + timedelta(days=number // 16)
        kind, status = "Individual Therapy" if number % 5 else "Intake", "Attended" if number % 7 else "Show"
        lines.append(f"{day},{6 + number % 16}:00,Robin {number},C-{number % 40},1/1/1990,{kind},{status},50")
    return "\n".join(lines).encode()


def begin(
    session: Session, outside: Outside, setting: WorkSetting, data: bytes | str = EXPORT
) -> HoursImport:
    """A draft of a table, read as it is guessed."""
    raw = data.encode() if isinstance(data, str) else data
    reading = read_table_file(
        raw,
        pseudonym=partial(outside.pseudonyms.of, setting.person_id),
        time_zone="America/Los_Angeles",
        roles_for=lambda signature: None,
    )
    return begin_import(
        session, FROZEN_NOW, person_id=setting.person_id, setting_id=setting.id, reading=reading
    )


def import_now(
    session: Session, outside: Outside, setting: WorkSetting, data: bytes | str = EXPORT
) -> HoursImport:
    """A table in the log."""
    draft = begin(session, outside, setting, data)
    run_import(session, FROZEN_NOW, draft)
    settle(session, outside)
    return draft


@dataclass(frozen=True)
class Seconds:
    """CPU seconds of an import: from the uploaded bytes to every row decided, and from there into the log."""

    preview: float
    run: float


def measure(session: Session, outside: Outside, setting: WorkSetting, data: bytes) -> Seconds:
    """Import a table and measure it, with the assessment of the log afterwards."""
    began = process_time()
    draft = begin(session, outside, setting, data)
    preview(session, FROZEN_NOW, draft)
    shown = process_time()
    run_import(session, FROZEN_NOW, draft)
    settle(session, outside)
    return Seconds(shown - began, process_time() - shown)


def outcomes(session: Session, draft: HoursImport) -> list[str]:
    """What would become of each row."""
    return [str(decision.outcome) for decision in preview(session, FROZEN_NOW, draft)]


def everything_stored(session: Session) -> str:
    """The text of every cell of every table."""
    metadata = MetaData()
    connection = session.connection()
    metadata.reflect(connection)
    assert inspect(connection).has_table("hours_import")
    return "\n".join(
        repr(row) for table in metadata.sorted_tables for row in connection.execute(table.select())
    )
