"""Reading a whole log to take it away: its rows as they are stored, its entries as lines, its weeks as they are printed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ceu.db.base import Base
from ceu.experience.models import Entry, SignOff, Supervision, WeekSheet, WeekVerdict, WorkSetting
from ceu.licenses.models import Fact, Goal

PRIVATE = frozenset({"person_id", "trainee_id", "supervisor_id", "token_hash", "signing_link_id"})
"""Columns that mean something inside this site only, or are secrets; every other column is taken along, new ones too."""


def log_rows(session: Session, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything a person's log is made of, row by row under the columns' own names, in the order of their making."""
    owned = {
        "settings": (WorkSetting, WorkSetting.person_id),
        "supervisors": (Supervision, Supervision.trainee_id),
        "weeks": (WeekSheet, WeekSheet.person_id),
        "entries": (Entry, Entry.person_id),
        "goals": (Goal, Goal.person_id),
        "facts": (Fact, Fact.person_id),
    }
    return {name: _rows(session, model, owner, person_id) for name, (model, owner) in owned.items()}


def _rows(session: Session, model: type[Base], owner: Any, person_id: int) -> list[dict[str, Any]]:
    columns = [column for column in model.__table__.columns if column.name not in PRIVATE]
    names = [column.name for column in columns]
    rows = session.execute(select(*columns).where(owner == person_id).order_by(model.__table__.c.id))
    return [dict(zip(names, row, strict=True)) for row in rows]


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
        .join(Supervision, WeekSheet.supervision_id == Supervision.id, isouter=True)
        .where(Entry.person_id == person_id)
        .order_by(Entry.day, Entry.start_minute, Entry.id)
    )
    return [LogLine(*list(row)) for row in rows]


def list_verdicts_of(session: Session, goal_id: int) -> list[dict[str, Any]]:
    """What was stored about every week of a goal's log."""
    wanted = (
        select(WeekVerdict.verdict).where(WeekVerdict.goal_id == goal_id).order_by(WeekVerdict.week_start)
    )
    return list(session.scalars(wanted))


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
        .where(WeekSheet.supervision_id == Supervision.id)
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


def list_records_in_force(session: Session, person_id: int) -> list[tuple[int, str]]:
    """The sealed records of a log that are in force, each with the id of the supervision it was signed under."""
    rows = session.execute(
        select(SignOff.supervision_id, SignOff.record)
        .join(WeekSheet.in_force)
        .where(WeekSheet.person_id == person_id)
        .order_by(WeekSheet.week_start, SignOff.id)
    )
    return [(supervision_id, record) for supervision_id, record in rows]
