"""Reading a whole log to take it away: its rows as they are stored, its entries as lines, its weeks as they are printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, Text, cast, func, inspect, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ceu.accounts.models import Person
from ceu.db.base import Base
from ceu.experience.attest_models import Attestation, AttestedWeek, Backlog, Evidence
from ceu.experience.document_models import DocumentRecord
from ceu.experience.given_models import GivenAttendance, GivenSession
from ceu.experience.models import (
    Entry,
    SignOff,
    Supervision,
    Transfer,
    TransferWeek,
    WeekSheet,
    WorkSetting,
)
from ceu.experience.own_models import EntryAside, EntryTag
from ceu.experience.week_models import LogWeek
from ceu.licenses.models import Fact, Goal

LOG_TABLES: dict[str, tuple[type[Base], str | None]] = {
    "settings": (WorkSetting, "person_id"),
    "supervisors": (Supervision, "trainee_id"),
    "weeks": (WeekSheet, "person_id"),
    "entries": (Entry, "person_id"),
    "sessions": (GivenSession, None),
    "attendances": (GivenAttendance, None),
    "documents": (DocumentRecord, None),
    "tags": (EntryTag, "person_id"),
    "asides": (EntryAside, "person_id"),
    "signatures": (SignOff, "person_id"),
    "earlier_logs": (Backlog, "person_id"),
    "attestations": (Attestation, "person_id"),
    "attested_weeks": (AttestedWeek, "person_id"),
    "evidence": (Evidence, "person_id"),
    "transfers": (Transfer, "person_id"),
    "transfer_weeks": (TransferWeek, "person_id"),
    "week_start": (LogWeek, "person_id"),
    "goals": (Goal, "person_id"),
    "facts": (Fact, "person_id"),
}
"""What a log is made of, in the order of its making, with the column that says whose it is.

Without one it is what somebody wrote down about a supervision of the log: sessions, the person's part in each, documents.
"""

LINKS = {
    "setting_id": "settings",
    "supervision_id": "supervisors",
    "supervised_by_id": "supervisors",
    "apart_for_id": "supervisors",
    "from_supervision_id": "supervisors",
    "to_supervision_id": "supervisors",
    "transfer_id": "transfers",
    "sign_off_id": "signatures",
    "backlog_id": "earlier_logs",
    "attestation_id": "attestations",
    "sheet_id": "weeks",
    "entry_id": "entries",
    "session_id": "sessions",
}
"""Columns that lead from one row of a log to another; the other keys mean something inside this site only."""

_KEPT_HERE = frozenset({"token_hash", "record", "before_amendment", "packed"})
"""A secret, what stands in the export as a record of its own, what means something inside this site only, and the entries
once more. Every other column is taken along, new ones too."""


def log_columns_of(model: type[Base]) -> list[Column[Any]]:
    """The columns of a table of the log that are taken along."""
    table = model.__table__
    assert isinstance(table, Table)
    return [
        column
        for column in table.columns
        if column.name not in _KEPT_HERE and (column.name in LINKS or not column.foreign_keys)
    ]


def log_rows(session: Session, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything a person's log is made of, row by row under the columns' own names, in the order of their making."""
    return {name: _rows(session, model, owner, person_id) for name, (model, owner) in LOG_TABLES.items()}


def _rows(session: Session, model: type[Base], owner: str | None, person_id: int) -> list[dict[str, Any]]:
    columns = log_columns_of(model)
    names = [column.name for column in columns]
    table = model.__table__
    whose = _about_supervisions(model, person_id) if owner is None else table.c[owner] == person_id
    wanted = select(*columns).where(whose).order_by(*inspect(model).primary_key)
    return [dict(zip(names, row, strict=True)) for row in session.execute(wanted)]


def _about_supervisions(model: type[Base], person_id: int) -> ColumnElement[bool]:
    mine = select(Supervision.id).where(Supervision.trainee_id == person_id)
    if model is GivenSession:
        attended = select(GivenAttendance.session_id).where(GivenAttendance.supervision_id.in_(mine))
        return GivenSession.id.in_(attended)
    table = model.__table__
    return table.c.supervision_id.in_(mine)


def given_sessions_and_documents(session: Session, supervisor_id: int) -> dict[str, list[dict[str, Any]]]:
    """What a supervisor wrote down beside their signatures: the sessions they entered, a row for everybody who was there, and
    the documents noted about the supervision they give; row by row under the columns' own names, with whose it is."""
    whose = (Person.name.label("trainee"), WorkSetting.name.label("setting"))
    sessions = (
        select(
            *_told(GivenSession), *_told(GivenAttendance, "minutes", "state", "reason", "answered_at"), *whose
        )
        .join(GivenSession.attendances)
        .join(GivenAttendance.supervision)
        .where(GivenSession.supervisor_id == supervisor_id)
        .order_by(GivenSession.id, GivenAttendance.id)
    )
    documents = (
        select(*_told(DocumentRecord), *whose)
        .join(Supervision, DocumentRecord.supervision_id == Supervision.id)
        .where(Supervision.supervisor_id == supervisor_id)
        .order_by(DocumentRecord.id)
    )
    return {
        name: [
            dict(row._mapping)
            for row in session.execute(
                wanted.join(Person, Supervision.trainee_id == Person.id).join(
                    WorkSetting, Supervision.setting_id == WorkSetting.id
                )
            )
        ]
        for name, wanted in (("sessions", sessions), ("documents", documents))
    }


def _told(model: type[Base], *names: str) -> list[ColumnElement[Any]]:
    """The columns of a table that say something outside this site; those of ``names`` with the table's before them."""
    prefix = f"{model.__tablename__.rpartition('_')[2]}_" if names else ""
    return [
        column.label(prefix + column.name)
        for column in log_columns_of(model)
        if (column.name in names or not names) and column.name not in LINKS and column.name != "id"
    ]


def find_foreign_signature(session: Session, person_id: int, hashes: Sequence[str]) -> bool:
    """Whether one of these records is in the log of somebody else on this site."""
    wanted = select(SignOff.id).where(SignOff.person_id != person_id)
    parts = (hashes[start : start + 500] for start in range(0, len(hashes), 500))
    return any(session.scalar(wanted.where(SignOff.sha256.in_(part)).limit(1)) is not None for part in parts)


@dataclass(frozen=True)
class LogLine:
    """One entry with the setting, supervisor and state of its week."""

    id: int
    day: date
    start_minute: int | None
    minutes: int
    activity: str
    client_unit: str | None
    delivery: str
    head_count: int | None
    note: str
    setting: str
    supervisor: str | None
    state: str


def list_log_lines(session: Session, person_id: int) -> list[LogLine]:
    """All entries of a log by day and time; one statement."""
    rows = session.execute(
        select(
            Entry.id,
            Entry.day,
            Entry.start_minute,
            Entry.minutes,
            Entry.activity,
            Entry.client_unit,
            Entry.delivery,
            Entry.head_count,
            Entry.note,
            WorkSetting.name,
            Supervision.invited_name,
            WeekSheet.state,
        )
        .join(WeekSheet, Entry.sheet_id == WeekSheet.id)
        .join(WorkSetting, WeekSheet.setting_id == WorkSetting.id)
        .join(
            Supervision,
            func.coalesce(WeekSheet.supervised_by_id, WeekSheet.supervision_id) == Supervision.id,
            isouter=True,
        )
        .where(Entry.person_id == person_id)
        .order_by(Entry.day, Entry.start_minute, Entry.id)
    )
    return [LogLine(*list(row)) for row in rows]


def list_record_texts(session: Session, person_id: int) -> list[str]:
    """The sealed records of a log in their order, as they were stored."""
    return list(
        session.scalars(select(SignOff.record).where(SignOff.person_id == person_id).order_by(SignOff.id))
    )


def list_given_record_texts(session: Session, signer_id: int) -> list[str]:
    """The records a person sealed on the logs of others, in their order, as they were stored."""
    return list(
        session.scalars(select(SignOff.record).where(SignOff.signer_id == signer_id).order_by(SignOff.id))
    )


def count_given(session: Session, signer_id: int) -> int:
    """How many records a person sealed on the logs of others."""
    return session.scalar(select(func.count(SignOff.id)).where(SignOff.signer_id == signer_id)) or 0


def list_years(session: Session, person_id: int) -> list[int]:
    """The years in which weeks of this log begin, the latest first."""
    # The year is cut from the text of the day: the databases have no common function for it.
    year = func.substr(cast(WeekSheet.week_start, Text), 1, 4)
    rows = session.scalars(
        select(year)
        .where(WeekSheet.person_id == person_id, WeekSheet.minutes > 0)
        .distinct()
        .order_by(year.desc())
    )
    return [int(text) for text in rows]


def list_sheets_to_print(session: Session, person_id: int, first: date, last: date) -> list[WeekSheet]:
    """The weeks that begin from one day through another, with entries, setting and supervisor, oldest first."""
    wanted = (
        select(WeekSheet)
        .join(WeekSheet.setting)
        .where(
            WeekSheet.person_id == person_id,
            WeekSheet.week_start.between(first, last),
            WeekSheet.minutes > 0,
        )
        .order_by(WeekSheet.week_start, WorkSetting.name, WeekSheet.id)
        .options(
            joinedload(WeekSheet.setting),
            joinedload(WeekSheet.supervision).joinedload(Supervision.supervisor),
            selectinload(WeekSheet.entries),
        )
    )
    return list(session.scalars(wanted))


@dataclass(frozen=True)
class SupervisionToReport:
    """A supervision for which forms are made, and the first day logged under it, if any."""

    supervision: Supervision
    began: date | None


def list_supervisions_to_report(session: Session, person_id: int) -> list[SupervisionToReport]:
    """Everybody who has accepted to supervise the person, with setting and account, the latest first."""
    first_day = (
        select(func.min(Entry.day))
        .join(WeekSheet, Entry.sheet_id == WeekSheet.id)
        .where(func.coalesce(WeekSheet.supervised_by_id, WeekSheet.supervision_id) == Supervision.id)
        .correlate(Supervision)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Supervision, first_day)
        .where(Supervision.trainee_id == person_id, Supervision.accepted_at.is_not(None))
        .options(joinedload(Supervision.setting), joinedload(Supervision.supervisor))
        .order_by(Supervision.id.desc())
    )
    return [SupervisionToReport(supervision, began) for supervision, began in rows]


def list_records_in_force(session: Session, person_id: int, supervision_id: int) -> list[str]:
    """The sealed records of a log that are in force and were signed by who supervised, as they were stored.

    Weeks that somebody else took over stand in no form: a form is the word of who supervised.
    """
    return list(
        session.scalars(
            select(SignOff.record)
            .join(WeekSheet.in_force)
            .where(
                WeekSheet.person_id == person_id,
                SignOff.supervision_id == supervision_id,
                WeekSheet.supervised_by_id.is_(None),
            )
            .order_by(WeekSheet.week_start, SignOff.id)
        )
    )


def signed_days(session: Session, person_id: int) -> dict[int, list[date]]:
    """The first and last day of each signed week of a log, ascending, by the supervision it was signed under."""
    rows = session.execute(
        select(SignOff.supervision_id, WeekSheet.week_start, WeekSheet.week_end)
        .join(WeekSheet.in_force)
        .where(WeekSheet.person_id == person_id, WeekSheet.supervised_by_id.is_(None))
        .order_by(WeekSheet.week_start)
    )
    days: dict[int, list[date]] = {}
    for supervision_id, first, last in rows:
        assert supervision_id is not None  # a record in force is about a week
        days.setdefault(supervision_id, []).extend((first, last))
    return days
