"""Reading what assessments are made from and what they said: the log as columns, stored assessments and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session, joinedload

from ceu.domain.experience import WeekState
from ceu.experience.models import Entry, LogAssessment, SignOff, WeekSheet, WeekVerdict, WorkSetting


def log_columns(session: Session, person_id: int) -> dict[str, Sequence[Any]]:
    """All entries of a person as columns named as the ledger names them, and the ``state`` of their week; one query.

    Settings and supervisors (who supervised, whoever is asked to sign) are the ids of ``WorkSetting`` and ``Supervision`` as
    text; clients are hashes, where known.
    """
    # By the connection: thousands of rows need nothing of what the session does for each.
    rows = (
        session.connection()
        .execute(
            select(
                Entry.id,
                Entry.day,
                Entry.minutes,
                Entry.activity,
                Entry.client_unit,
                Entry.delivery,
                Entry.head_count,
                WorkSetting.practicum,
                cast(WeekSheet.setting_id, Text),
                cast(func.coalesce(WeekSheet.supervised_by_id, WeekSheet.supervision_id), Text),
                Entry.client_hash,
                WeekSheet.state,
            )
            .join(WeekSheet, Entry.sheet_id == WeekSheet.id)
            .join(WorkSetting, WeekSheet.setting_id == WorkSetting.id)
            .where(Entry.person_id == person_id)
            .order_by(Entry.id)
        )
        .all()
    )
    names = (
        "id", "day", "minutes", "activity", "client_unit", "delivery", "head_count", "practicum", "setting",
        "supervisor", "client", "state",
    )  # fmt: skip
    return dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))


@dataclass(frozen=True)
class VersionInForce:
    """The signed version of a week that is being amended: its sealed record, and where it belongs."""

    record: str
    setting_id: int
    supervision_id: int
    practicum: bool


def list_versions_in_force(session: Session, person_id: int) -> list[VersionInForce]:
    """The signed versions of those weeks of a log whose entries have been opened for amendment."""
    rows = session.execute(
        select(
            SignOff.record,
            WeekSheet.setting_id,
            func.coalesce(WeekSheet.supervised_by_id, SignOff.supervision_id),
            WorkSetting.practicum,
        )
        .join(WeekSheet.in_force)
        .join(WeekSheet.setting)
        .where(WeekSheet.person_id == person_id, WeekSheet.state != WeekState.SIGNED)
        .order_by(WeekSheet.id)
    )
    return [VersionInForce(*row) for row in rows]


def find_log_assessment(session: Session, goal_id: int) -> LogAssessment | None:
    """What was last stored about a goal's log, or None."""
    return session.scalar(select(LogAssessment).where(LogAssessment.goal_id == goal_id))


def list_log_assessments(session: Session, goal_ids: Sequence[int]) -> dict[int, LogAssessment]:
    """What was last stored about the logs of these goals, by goal."""
    wanted = select(LogAssessment).where(LogAssessment.goal_id.in_(goal_ids))
    return {row.goal_id: row for row in session.scalars(wanted)}


def find_week_verdict(session: Session, goal_id: int, week_start: date) -> WeekVerdict | None:
    """What was stored about one week, or None."""
    return session.scalar(
        select(WeekVerdict).where(WeekVerdict.goal_id == goal_id, WeekVerdict.week_start == week_start)
    )


def verdict_texts(session: Session, goal_id: int) -> dict[date, str]:
    """What was stored about every week of a goal's log, as its JSON text: enough to see which weeks have changed."""
    rows = session.execute(
        select(WeekVerdict.week_start, cast(WeekVerdict.verdict, Text)).where(WeekVerdict.goal_id == goal_id)
    )
    return {week_start: text for week_start, text in rows}


def list_week_verdicts(session: Session, goal_id: int, week_starts: Sequence[date]) -> list[WeekVerdict]:
    """What was stored about these weeks."""
    if not week_starts:
        return []
    return list(
        session.scalars(
            select(WeekVerdict).where(WeekVerdict.goal_id == goal_id, WeekVerdict.week_start.in_(week_starts))
        )
    )


def list_verdicts_with(
    session: Session, goal_id: int, *, words: str, absent: bool, before: date | None, limit: int
) -> list[WeekVerdict]:
    """Weeks whose verdict has these words in its JSON text (or, with ``absent``, has them not), the latest first."""
    found = cast(WeekVerdict.verdict, Text).contains(words, autoescape=True)
    wanted = select(WeekVerdict).where(WeekVerdict.goal_id == goal_id, ~found if absent else found)
    if before is not None:
        wanted = wanted.where(WeekVerdict.week_start < before)
    return list(session.scalars(wanted.order_by(WeekVerdict.week_start.desc()).limit(limit)))


@dataclass(frozen=True)
class SheetSum:
    """One week of one setting, without its entries."""

    week_start: date
    state: str
    minutes: int


def list_sheet_sums(session: Session, person_id: int, since: date) -> list[SheetSum]:
    """The weeks of a log from ``since`` on, oldest first."""
    rows = session.execute(
        select(WeekSheet.week_start, WeekSheet.state, WeekSheet.minutes)
        .where(WeekSheet.person_id == person_id, WeekSheet.week_start >= since, WeekSheet.minutes > 0)
        .order_by(WeekSheet.week_start)
    )
    return [SheetSum(*row) for row in rows]


def entries_by_id(session: Session, person_id: int, entry_ids: Sequence[int]) -> dict[int, Entry]:
    """These entries of a person with week and setting, by id."""
    wanted = select(Entry).where(Entry.person_id == person_id, Entry.id.in_(entry_ids))
    loaded = session.scalars(wanted.options(joinedload(Entry.sheet).joinedload(WeekSheet.setting)))
    return {entry.id: entry for entry in loaded}
