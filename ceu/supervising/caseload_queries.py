"""Reading a supervisor's whole caseload at once: as many queries for two hundred supervisees as for one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ceu.domain.experience import Activity, WeekState
from ceu.experience.models import Entry, LogAssessment, Supervision, WeekSheet, WeekVerdict, WorkSetting
from ceu.licenses.models import Goal
from ceu.supervising.caseload_models import SuperviseesElsewhere

LATELY = timedelta(days=60)
"""For so long a kind of supervision is remembered: who had none for two months is asked about."""


def list_kinds_lately(session: Session, supervisor_id: int, as_of: date) -> dict[int, list[str]]:
    """The kinds of supervision logged lately under each supervision that this supervisor gives now."""
    kinds = [kind.value for kind in Activity if kind.is_supervision]
    rows = session.execute(
        select(WeekSheet.supervision_id, Entry.activity)
        .join(Entry, Entry.sheet_id == WeekSheet.id)
        .join(Supervision, WeekSheet.supervision_id == Supervision.id)
        .where(
            Supervision.supervisor_id == supervisor_id,
            Supervision.ended_at.is_(None),
            WeekSheet.week_start >= as_of - LATELY,
            Entry.activity.in_(kinds),
        )
        .distinct()
        .order_by(WeekSheet.supervision_id, Entry.activity)
    )
    found: dict[int, list[str]] = {}
    for supervision_id, activity in rows:
        if supervision_id is not None:
            found.setdefault(supervision_id, []).append(activity)
    return found


def list_elsewhere(session: Session, supervisor_id: int, as_of: date) -> list[SuperviseesElsewhere]:
    """What this supervisor told about supervisees elsewhere up to a day, the earliest first."""
    wanted = select(SuperviseesElsewhere).where(
        SuperviseesElsewhere.supervisor_id == supervisor_id, SuperviseesElsewhere.since <= as_of
    )
    return list(session.scalars(wanted.order_by(SuperviseesElsewhere.since, SuperviseesElsewhere.id)))


@dataclass(frozen=True)
class WaitingSum:
    """The weeks of one supervision that wait for the signature: how many, and since when the longest."""

    weeks: int
    since: date


def sums_waiting(session: Session, supervisor_id: int) -> dict[int, WaitingSum]:
    """What waits for this supervisor, by supervision."""
    rows = session.execute(
        select(WeekSheet.supervision_id, func.count(WeekSheet.id), func.min(WeekSheet.submitted_at))
        .join(Supervision, WeekSheet.supervision_id == Supervision.id)
        .where(
            Supervision.supervisor_id == supervisor_id,
            Supervision.ended_at.is_(None),
            WeekSheet.state == WeekState.SUBMITTED,
        )
        .group_by(WeekSheet.supervision_id)
    )
    return {
        supervision_id: WaitingSum(weeks, since.date())
        for supervision_id, weeks, since in rows
        if supervision_id is not None and since is not None
    }


def list_setting_findings(
    session: Session, supervisor_id: int, since: date
) -> list[tuple[int, date, list[dict[str, Any]]]]:
    """What the rules say, by setting, of the lately begun weeks of everybody this supervisor supervises.

    Only what concerns settings is read of each verdict; whose settings these are, the caller knows.
    """
    rows = session.execute(
        select(Goal.person_id, WeekVerdict.week_start, WeekVerdict.verdict["settings"])
        .join(WeekVerdict, WeekVerdict.goal_id == Goal.id)
        .where(Goal.person_id.in_(_supervised_by(supervisor_id)), WeekVerdict.week_start >= since)
        .order_by(Goal.person_id, WeekVerdict.week_start)
    )
    return [(person_id, start, settings or []) for person_id, start, settings in rows]


def list_wider_findings(session: Session, supervisor_id: int) -> list[tuple[int, list[dict[str, Any]]]]:
    """What the rules say of longer periods than a week, for those whose settings this supervisor all supervises.

    Such a sentence may be about any setting of the log: where another supervisor has one, it is not read.
    """
    others = select(WorkSetting.person_id).where(
        WorkSetting.id.not_in(
            select(Supervision.setting_id).where(
                Supervision.supervisor_id == supervisor_id, Supervision.accepted_at.is_not(None)
            )
        ),
        WorkSetting.person_id.in_(_supervised_by(supervisor_id)),
    )
    rows = session.execute(
        select(Goal.person_id, LogAssessment.logged[("assessment", "findings")])
        .join(LogAssessment, LogAssessment.goal_id == Goal.id)
        .where(Goal.person_id.in_(_supervised_by(supervisor_id)), Goal.person_id.not_in(others))
    )
    return [(person_id, findings or []) for person_id, findings in rows]


def list_old_signed_weeks(
    session: Session, supervisor_id: int, before: date
) -> dict[int, list[tuple[date, int]]]:
    """The weeks begun before a day that are signed under each supervision this supervisor gives, with their minutes."""
    rows = session.execute(
        select(WeekSheet.supervision_id, WeekSheet.week_start, WeekSheet.signed_minutes)
        .join(Supervision, WeekSheet.supervision_id == Supervision.id)
        .where(
            Supervision.supervisor_id == supervisor_id,
            Supervision.ended_at.is_(None),
            WeekSheet.signed_version.is_not(None),
            WeekSheet.week_start < before,
        )
        .order_by(WeekSheet.supervision_id, WeekSheet.week_start)
    )
    found: dict[int, list[tuple[date, int]]] = {}
    for supervision_id, start, minutes in rows:
        if supervision_id is not None:
            found.setdefault(supervision_id, []).append((start, minutes))
    return found


def _supervised_by(supervisor_id: int) -> Select[int]:
    return select(Supervision.trainee_id).where(
        Supervision.supervisor_id == supervisor_id,
        Supervision.accepted_at.is_not(None),
        Supervision.ended_at.is_(None),
    )
