"""Reading what assessments are made from and what they said: the log as columns, stored assessments and verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session, defer, joinedload

from ceu.db.base import Base
from ceu.domain.experience import WeekState
from ceu.experience.models import Entry, LogAssessment, SignOff, WeekSheet, WeekVerdict, WorkSetting
from ceu.licenses.models import Goal
from ceu.rules.columns import Mask
from ceu.rules.ledger import Ledger
from ceu.rules.packed import EntryLine, PackedWeeks, pack_week

_AT_ONCE = 500
"""Weeks in one statement, so that no database meets its limit of parameters."""


@dataclass(frozen=True)
class ReadLog:
    """Everything a person has logged as a ledger, by day and id, and for each entry whether its week is signed.

    Settings and supervisors (who supervised, whoever is asked to sign) are the ids of ``WorkSetting`` and ``Supervision`` as
    text; clients are hashes, where known. ``of_signed`` is a digest of what stands in signed weeks, ``amended`` says whether
    a signed week is being amended, and ``packed`` are the weeks that had to be read entry by entry, by id.
    """

    ledger: Ledger
    signed: Mask
    of_signed: str
    amended: bool
    packed: Mapping[int, bytes]


def read_log(session: Session, person_id: int, practicum: Mapping[int, bool]) -> ReadLog:
    """A person's log; one query for its weeks, and one for those that are not packed. ``practicum`` is by setting."""
    # By the connection: hundreds of rows need nothing of what the session does for each.
    weeks = (
        session.connection()
        .execute(
            select(
                WeekSheet.id,
                WeekSheet.setting_id,
                func.coalesce(WeekSheet.supervised_by_id, WeekSheet.supervision_id),
                WeekSheet.state,
                WeekSheet.signed_version,
                WeekSheet.minutes,
                WeekSheet.packed,
            )
            .where(WeekSheet.person_id == person_id)
            .order_by(WeekSheet.week_start, WeekSheet.id)
        )
        .all()
    )
    ids, settings, supervisors, states, versions, minutes, packed = (
        zip(*weeks, strict=True) if weeks else [()] * 7
    )
    read = PackedWeeks(packed)
    stale = read.stale(minutes)
    fresh: dict[int, bytes] = {}
    if stale:
        lines = entry_lines(session, [ids[place] for place in stale])
        fresh = {ids[place]: pack_week(lines.get(ids[place], [])) for place in stale}
        read = PackedWeeks([fresh.get(week_id, one) for week_id, one in zip(ids, packed, strict=True)])
    is_signed = [state == WeekState.SIGNED for state in states]
    ledger, signed = read.ledger(
        settings=list(map(str, settings)),
        supervisors=[None if one is None else str(one) for one in supervisors],
        practicum=[practicum[setting] for setting in settings],
        signed=is_signed,
    )
    in_force = [place for place, state in enumerate(states) if state == WeekState.SIGNED]
    of_weeks = repr([(ids[place], settings[place], supervisors[place]) for place in in_force]).encode()
    of_signed = sha256(of_weeks + b"".join(map(read.packed.__getitem__, in_force)))
    amended = any(
        version is not None and not is_in_force
        for version, is_in_force in zip(versions, is_signed, strict=True)
    )
    return ReadLog(ledger, signed, of_signed.hexdigest(), amended, fresh)


def keep_packed(session: Session, packed: Mapping[int, bytes]) -> None:
    """Keep weeks as they were packed just now."""
    if packed:
        weeks = [{"week": week_id, "bytes": one} for week_id, one in packed.items()]
        table = _table(WeekSheet)
        session.connection().execute(
            update(table).where(table.c.id == bindparam("week")).values(packed=bindparam("bytes")), weeks
        )


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def entry_lines(session: Session, sheet_ids: Sequence[int]) -> dict[int, list[EntryLine]]:
    """The entries of these weeks as the rules read them, by week."""
    wanted = select(
        Entry.sheet_id,
        Entry.id,
        Entry.day,
        Entry.minutes,
        Entry.activity,
        Entry.client_unit,
        Entry.delivery,
        Entry.head_count,
        Entry.client_hash,
    ).order_by(Entry.id)
    found: dict[int, list[EntryLine]] = {}
    for first in range(0, len(sheet_ids), _AT_ONCE):
        part = sheet_ids[first : first + _AT_ONCE]
        for row in session.connection().execute(wanted.where(Entry.sheet_id.in_(part))):
            found.setdefault(row[0], []).append(EntryLine(*row[1:]))
    return found


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


def list_log_assessments(session: Session, goal_ids: Sequence[int]) -> dict[int, LogAssessment]:
    """What was last stored about the logs of these goals, by goal."""
    wanted = select(LogAssessment).where(LogAssessment.goal_id.in_(goal_ids))
    return {row.goal_id: row for row in session.scalars(wanted)}


def list_goals_assessed(session: Session, person_id: int) -> list[tuple[Goal, LogAssessment | None]]:
    """A person's goals, oldest first, each with what was last stored about its log, without the long documents in it."""
    rows = session.execute(
        select(Goal, LogAssessment)
        .outerjoin(LogAssessment, LogAssessment.goal_id == Goal.id)
        .where(Goal.person_id == person_id)
        .order_by(Goal.id)
        .options(defer(LogAssessment.signed), defer(LogAssessment.logged))
    )
    return [(goal, stored) for goal, stored in rows]


def find_week_verdict(session: Session, goal_id: int, week_start: date) -> WeekVerdict | None:
    """What was stored about one week, or None."""
    return session.scalar(
        select(WeekVerdict).where(WeekVerdict.goal_id == goal_id, WeekVerdict.week_start == week_start)
    )


def list_verdict_starts(session: Session, goal_id: int) -> list[date]:
    """The first days of the weeks about which something is stored."""
    return list(session.scalars(select(WeekVerdict.week_start).where(WeekVerdict.goal_id == goal_id)))


def list_week_verdicts(session: Session, goal_id: int) -> list[Row[date, dict[str, Any]]]:
    """What was stored about every week: its first day, and the verdict."""
    wanted = select(WeekVerdict.week_start, WeekVerdict.verdict).where(WeekVerdict.goal_id == goal_id)
    return list(session.execute(wanted))


@dataclass(frozen=True)
class StoredVerdict:
    """What the rules say about a week, and whether a row about it ``exists``."""

    week_start: date
    credited_minutes: int
    lost_minutes: int
    verdict: dict[str, Any]
    exists: bool


def write_verdicts(
    session: Session, goal_id: int, verdicts: Sequence[StoredVerdict], gone: Sequence[date]
) -> None:
    """Write what is said now about these weeks, and forget what was said about those that are gone."""
    table, connection = _table(WeekVerdict), session.connection()
    rows = [(one.exists, {"goal": goal_id, "start": one.week_start, "credited": one.credited_minutes,
                          "lost": one.lost_minutes, "said": one.verdict}) for one in verdicts]  # fmt: skip
    values = {
        "credited_minutes": bindparam("credited", type_=table.c.credited_minutes.type),
        "lost_minutes": bindparam("lost", type_=table.c.lost_minutes.type),
        "verdict": bindparam("said", type_=table.c.verdict.type),
    }
    here = (table.c.goal_id == bindparam("goal"), table.c.week_start == bindparam("start"))
    if changed := [row for exists, row in rows if exists]:
        connection.execute(update(table).where(*here).values(**values), changed)
    if added := [row for exists, row in rows if not exists]:
        keys = {"goal_id": bindparam("goal"), "week_start": bindparam("start", type_=table.c.week_start.type)}
        connection.execute(insert(table).values(**keys, **values), added)
    if gone:
        weeks = [{"goal": goal_id, "start": start} for start in gone]
        connection.execute(delete(table).where(*here), weeks)


def list_verdicts_on(
    session: Session, goal_id: int, starts: Sequence[date]
) -> list[Row[date, dict[str, Any]]]:
    """What was stored about these weeks: their first days, and the verdicts."""
    if not starts:
        return []
    wanted = select(WeekVerdict.week_start, WeekVerdict.verdict)
    return list(
        session.execute(wanted.where(WeekVerdict.goal_id == goal_id, WeekVerdict.week_start.in_(starts)))
    )


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
    if not entry_ids:
        return {}
    wanted = select(Entry).where(Entry.person_id == person_id, Entry.id.in_(entry_ids))
    loaded = session.scalars(wanted.options(joinedload(Entry.sheet).joinedload(WeekSheet.setting)))
    return {entry.id: entry for entry in loaded}
