"""Reading attestations, the weeks and evidence of each, and the totals of earlier logs."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ceu.domain.dates import Week
from ceu.domain.errors import NotFound
from ceu.domain.experience import WeekState
from ceu.domain.principal import Principal
from ceu.experience.attest_models import Attestation, AttestedWeek, Backlog, Evidence
from ceu.experience.models import Entry, Supervision, WeekSheet
from ceu.experience.queries import sharing_days_with

_ALL = (
    joinedload(Attestation.setting),
    joinedload(Attestation.backlog).selectinload(Backlog.evidence),
    joinedload(Attestation.sign_off),
    selectinload(Attestation.evidence),
)


def list_attestations(session: Session, person_id: int) -> list[Attestation]:
    """What a person has begun to have attested, the latest first."""
    wanted = select(Attestation).where(Attestation.person_id == person_id).order_by(Attestation.id.desc())
    return list(session.scalars(wanted.limit(100).options(*_ALL)))


def list_given_attestations(session: Session, person_id: int) -> list[Attestation]:
    """What a person has attested on the logs of others, the latest first."""
    wanted = (
        select(Attestation)
        .where(Attestation.attester_id == person_id, Attestation.person_id != person_id)
        .order_by(Attestation.id.desc())
    )
    return list(session.scalars(wanted.limit(100).options(*_ALL)))


def attestation_for(session: Session, principal: Principal, attestation_id: int) -> Attestation:
    """The principal's own, or one that the principal has attested; else NotFound."""
    wanted = select(Attestation).where(
        Attestation.id == attestation_id,
        or_(Attestation.person_id == principal.person_id, Attestation.attester_id == principal.person_id),
    )
    found = session.scalar(wanted.options(*_ALL))
    if found is None:
        raise NotFound
    return found


def find_attestation_of(session: Session, sign_off_id: int) -> Attestation | None:
    """The attestation whose record this is, or None."""
    return session.scalar(select(Attestation).where(Attestation.sign_off_id == sign_off_id))


def get_attestation_by_token(session: Session, token_hash: str) -> Attestation:
    """The attestation that a mailed link leads to, or NotFound."""
    found = session.scalar(select(Attestation).where(Attestation.token_hash == token_hash).options(*_ALL))
    if found is None:
        raise NotFound
    return found


def list_weeks_to_attest(session: Session, setting_id: int, first: date, last: date) -> list[WeekSheet]:
    """The weeks that share a day with a span, in a setting, that nobody has signed or attested, oldest first, with all that is sealed."""
    wanted = (
        select(WeekSheet)
        .where(
            WeekSheet.setting_id == setting_id,
            *sharing_days_with(Week(first, last)),
            WeekSheet.minutes > 0,
            WeekSheet.signed_version.is_(None),
            WeekSheet.state.in_([WeekState.DRAFT, WeekState.RETURNED, WeekState.SUBMITTED]),
        )
        .order_by(WeekSheet.week_start)
    )
    return list(session.scalars(wanted.options(*_WEEK)))


def list_attested_weeks(session: Session, attestation_id: int) -> list[WeekSheet]:
    """The weeks that an attestation in force vouches for, oldest first."""
    wanted = (
        select(WeekSheet)
        .join(AttestedWeek, AttestedWeek.sheet_id == WeekSheet.id)
        .where(AttestedWeek.attestation_id == attestation_id)
        .order_by(WeekSheet.week_start)
    )
    return list(session.scalars(wanted.options(*_WEEK)))


_WEEK = (
    joinedload(WeekSheet.setting),
    joinedload(WeekSheet.supervision).joinedload(Supervision.supervisor),
    joinedload(WeekSheet.supervised_by).joinedload(Supervision.supervisor),
    selectinload(WeekSheet.entries),
)


# ---- earlier logs ------------------------------------------------------------------------------------------------


def list_backlogs(session: Session, person_id: int) -> list[Backlog]:
    """The totals of earlier logs, the earliest first."""
    wanted = select(Backlog).where(Backlog.person_id == person_id)
    return list(
        session.scalars(
            wanted.order_by(Backlog.first_day, Backlog.id).options(
                joinedload(Backlog.setting), selectinload(Backlog.evidence)
            )
        )
    )


def backlog_for(session: Session, principal: Principal, backlog_id: int) -> Backlog:
    """The principal's own, or NotFound."""
    found = session.scalar(
        select(Backlog)
        .where(Backlog.id == backlog_id, Backlog.person_id == principal.person_id)
        .options(joinedload(Backlog.setting), selectinload(Backlog.evidence))
    )
    if found is None:
        raise NotFound
    return found


def find_backlog_within(
    session: Session, setting_id: int, first: date, last: date, but: int | None = None
) -> Backlog | None:
    """An earlier log of a setting that shares a day with this span, or None."""
    wanted = select(Backlog).where(
        Backlog.setting_id == setting_id, Backlog.first_day <= last, Backlog.last_day >= first
    )
    if but is not None:
        wanted = wanted.where(Backlog.id != but)
    return session.scalar(wanted.order_by(Backlog.first_day).limit(1))


def first_day_logged_within(session: Session, setting_id: int, first: date, last: date) -> date | None:
    """The first day of a span on which an entry of the setting lies, or None."""
    return session.scalar(
        select(func.min(Entry.day))
        .join(WeekSheet, Entry.sheet_id == WeekSheet.id)
        .where(WeekSheet.setting_id == setting_id, Entry.day.between(first, last))
    )


def is_asked_about(session: Session, backlog_id: int) -> bool:
    """Whether somebody is asked to sign or attest an earlier log, or has."""
    return (
        session.scalar(
            select(Attestation.id)
            .where(
                Attestation.backlog_id == backlog_id,
                Attestation.ended_at.is_(None),
                Attestation.declined_at.is_(None),
            )
            .limit(1)
        )
        is not None
    )


# ---- evidence ----------------------------------------------------------------------------------------------------


def evidence_of(found: Sequence[Evidence], evidence_id: int) -> Evidence:
    """One of these files, or NotFound."""
    for one in found:
        if one.id == evidence_id:
            return one
    raise NotFound


def list_evidence(session: Session, person_id: int) -> list[Evidence]:
    """All files of a log, in the order in which they came."""
    return list(
        session.scalars(select(Evidence).where(Evidence.person_id == person_id).order_by(Evidence.id))
    )
