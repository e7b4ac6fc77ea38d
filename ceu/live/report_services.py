"""Attendance reports of meeting software: kept whole, previewed, matched to the registered, decided by staff, undone."""

from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.adapters.attendance import Report, read_attendance
from ceu.audit.services import record
from ceu.domain.dates import local_date
from ceu.domain.errors import DomainError
from ceu.live.matching import Registered, Row, match_rows
from ceu.live.models import AttendanceReport, EventSession, Registration, ReportRow
from ceu.live.queries import list_registrations
from ceu.live.times import DOORS

NOBODY = "nobody"


def upload_report(
    session: Session, now: datetime, actor_id: int, held: EventSession, name: str, data: bytes
) -> AttendanceReport:
    """Read a report, keep it and match its rows; it counts when it is accepted.

    Raises DomainError with a sentence on ``file`` for what is no report, and for a file that is here already.
    """
    zone = ZoneInfo(held.event.time_zone)
    try:
        read = read_attendance(data, local_date(held.begins_at, held.event.time_zone), zone)
    except DomainError as refusal:
        raise DomainError(refusal.message, "file") from refusal
    session.refresh(held, ["title"], with_for_update=True)
    digest = sha256(data).hexdigest()
    known = session.scalar(
        select(AttendanceReport.id).where(
            AttendanceReport.session_id == held.id,
            AttendanceReport.sha256 == digest,
            AttendanceReport.undone_at.is_(None),
        )
    )
    if known is not None:
        raise DomainError("This very file is among the reports of this session already.", "file")
    report = AttendanceReport(
        session_id=held.id,
        name=name[:200] or "report",
        sha256=digest,
        data=data,
        uploaded_by_id=actor_id,
        uploaded_at=now,
    )
    session.add(report)
    session.flush()
    session.add_all(_rows(report, read, list_registrations(session, held.event_id)))
    record(session, now, actor_id, "report.uploaded", report, sha256=digest)
    return report


def _rows(report: AttendanceReport, read: Report, registrations: list[Registration]) -> list[ReportRow]:
    people = [
        Registered(
            each.id,
            each.name,
            frozenset({each.email.casefold()}),
            each.email.casefold(),  # Teams knows people by their address at work, and calls it an id
        )
        for each in registrations
    ]
    matches = match_rows([Row(row.name, row.email, row.registrant.casefold()) for row in read.rows], people)
    rows = [
        ReportRow(
            report_id=report.id,
            line=row.line,
            name=row.name[:200],
            email=row.email[:320],
            begins_at=row.begins,
            ends_at=row.ends,
            minutes=row.minutes,
            registration_id=match.id,
            matched_by=match.by or "",
        )
        for row, match in zip(read.rows, matches, strict=True)
    ]
    rows += [
        ReportRow(report_id=report.id, line=each.line, name=each.text[:200], problem=each.reason[:300])
        for each in read.unread
    ]
    return rows


def accept_report(session: Session, now: datetime, actor_id: int, report: AttendanceReport) -> None:
    """Let a report count from now on."""
    session.refresh(report, ["accepted_at", "undone_at"], with_for_update=True)
    if report.undone_at is not None:
        raise DomainError("This report was undone. Upload the file again.")
    if report.accepted_at is None:
        report.accepted_at = now
        record(session, now, actor_id, "report.accepted", report)


def undo_report(session: Session, now: datetime, actor_id: int, report: AttendanceReport) -> None:
    """Let a report no longer count; the file and its rows are kept."""
    session.refresh(report, ["accepted_at", "undone_at"], with_for_update=True)
    if report.undone_at is None:
        report.undone_at = now
        record(session, now, actor_id, "report.undone", report)


def place_row(session: Session, now: datetime, actor_id: int, row: ReportRow, begins_at: datetime) -> None:
    """Say when somebody came of whom a report tells only how many minutes they were there; from then on these count.

    Raises DomainError for a row that tells its times, and for times outside the session.
    """
    held = row.report.session
    if row.minutes is None or row.problem or (row.begins_at is not None and row.decided_by_id is None):
        raise DomainError("This row tells its own times. Enter another stay by hand.", "begins")
    ends_at = begins_at + timedelta(minutes=row.minutes)
    if not held.begins_at - DOORS <= begins_at < ends_at <= held.ends_at + DOORS:
        raise DomainError(
            f"{row.minutes} minutes from then do not lie within the session. Correct the time.", "begins"
        )
    row.begins_at, row.ends_at, row.decided_by_id = begins_at, ends_at, actor_id
    record(
        session, now, actor_id, "report.row_placed", row, begins=begins_at.isoformat(), minutes=row.minutes
    )


def decide_row(
    session: Session, now: datetime, actor_id: int, row: ReportRow, registration: Registration | None
) -> int:
    """Say whom a row speaks of, or with None that it is nobody who is registered; gives how many rows that decided.

    Other waiting rows of the report with the same name and address are the same person's: one joins more than once.
    """
    if row.problem:
        raise DomainError("This line could not be read, so it is nobody's. Enter the stay by hand.")
    same = session.scalars(
        select(ReportRow).where(
            ReportRow.report_id == row.report_id,
            ReportRow.name == row.name,
            ReportRow.email == row.email,
            ReportRow.problem == "",
            ReportRow.matched_by == row.matched_by,
        )
    ).all()
    for each in same:
        each.registration_id = registration.id if registration else None
        each.matched_by = "staff" if registration else NOBODY
        each.decided_by_id = actor_id
    record(
        session,
        now,
        actor_id,
        "report.row_decided",
        row,
        registration=registration.id if registration else None,
        lines=[each.line for each in same],
    )
    return len(same)
