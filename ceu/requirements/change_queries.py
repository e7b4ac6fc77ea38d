"""Notices of changed rules, and whose goals a change concerns."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ceu.domain.errors import NotFound
from ceu.domain.principal import Principal
from ceu.experience.models import LogAssessment
from ceu.licenses.models import Goal
from ceu.requirements.change_models import RuleNotice


def notice_for(session: Session, principal: Principal, notice_id: int) -> RuleNotice:
    """The principal's notice, or NotFound."""
    found = session.scalar(_notices_of(principal.person_id).where(RuleNotice.id == notice_id))
    if found is None:
        raise NotFound
    return found


def find_notice(session: Session, goal: Goal, from_version: str, to_version: str) -> RuleNotice | None:
    """What the person of this goal was told about this change, or None."""
    return session.scalar(
        select(RuleNotice).where(
            RuleNotice.goal_id == goal.id,
            RuleNotice.from_version == from_version,
            RuleNotice.to_version == to_version,
        )
    )


def list_unread_notices(session: Session, person_id: int) -> list[RuleNotice]:
    """What the person was told and has not put away, the latest first."""
    wanted = _notices_of(person_id).where(RuleNotice.read_at.is_(None))
    return list(session.scalars(wanted.order_by(RuleNotice.id.desc())))


def _notices_of(person_id: int) -> Select[RuleNotice]:
    return select(RuleNotice).join(Goal, RuleNotice.goal_id == Goal.id).where(Goal.person_id == person_id)


def list_notices_about(session: Session, goal: Goal) -> list[RuleNotice]:
    """Everything the person was told about the rules of this goal, the latest first."""
    wanted = select(RuleNotice).where(RuleNotice.goal_id == goal.id)
    return list(session.scalars(wanted.order_by(RuleNotice.id.desc())))


def list_goals_under(session: Session, pack_id: str) -> list[Goal]:
    """Everyone's goals under one pack, oldest first."""
    return list(session.scalars(select(Goal).where(Goal.pack_id == pack_id).order_by(Goal.id)))


@dataclass(frozen=True)
class LastReading:
    """A goal, and the version by which its log was last assessed (None where none covered the date)."""

    goal: Goal
    version_id: str | None


def list_last_readings(session: Session) -> list[LastReading]:
    """By which version everyone's logs were last assessed, without reading the assessments."""
    wanted = (
        select(Goal, LogAssessment.version_id)
        .join(LogAssessment, LogAssessment.goal_id == Goal.id)
        .order_by(Goal.id)
    )
    return [LastReading(goal, version) for goal, version in session.execute(wanted)]
