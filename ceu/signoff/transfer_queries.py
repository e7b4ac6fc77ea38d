"""Reading transfers: what can be handed over, what a supervisor is asked to take over, and what was answered."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ceu.domain.errors import NotFound
from ceu.domain.experience import WeekState
from ceu.domain.principal import Principal
from ceu.experience.models import Supervision, Transfer, TransferWeek, WeekSheet

MOST_WEEKS = 200

_PEOPLE = (
    joinedload(Transfer.from_supervision).joinedload(Supervision.supervisor),
    joinedload(Transfer.from_supervision).joinedload(Supervision.trainee),
    joinedload(Transfer.from_supervision).joinedload(Supervision.setting),
    joinedload(Transfer.to_supervision).joinedload(Supervision.supervisor),
    selectinload(Transfer.weeks).joinedload(WeekSheet.setting),
)


def list_to_hand_over(session: Session, supervision: Supervision) -> list[WeekSheet]:
    """The unsigned weeks with hours under a supervision, oldest first."""
    wanted = (
        select(WeekSheet)
        .where(
            WeekSheet.supervision_id == supervision.id,
            WeekSheet.minutes > 0,
            WeekSheet.state.in_([WeekState.DRAFT, WeekState.RETURNED, WeekState.SUBMITTED]),
        )
        .order_by(WeekSheet.week_start, WeekSheet.id)
        .limit(MOST_WEEKS)
        .options(joinedload(WeekSheet.setting))
    )
    return list(session.scalars(wanted))


def list_transfers_from(session: Session, supervision_id: int) -> list[Transfer]:
    """What was asked about the weeks of a supervision, the latest first."""
    wanted = select(Transfer).where(Transfer.from_supervision_id == supervision_id)
    return list(session.scalars(wanted.order_by(Transfer.id.desc()).limit(20).options(*_PEOPLE)))


def list_transfers_asked_of(session: Session, supervisor_id: int) -> list[Transfer]:
    """What a supervisor is asked to take over and has not answered, the oldest first."""
    wanted = (
        select(Transfer)
        .join(Transfer.to_supervision)
        .where(
            Supervision.supervisor_id == supervisor_id,
            Supervision.ended_at.is_(None),
            Transfer.accepted_at.is_(None),
            Transfer.declined_at.is_(None),
            Transfer.taken_back_at.is_(None),
        )
        .order_by(Transfer.id)
    )
    return list(session.scalars(wanted.options(*_PEOPLE)))


def transfer_for(session: Session, principal: Principal, transfer_id: int) -> Transfer:
    """A transfer that the principal has asked for, or NotFound."""
    return _only(
        session.scalar(
            select(Transfer)
            .where(Transfer.id == transfer_id, Transfer.person_id == principal.person_id)
            .options(*_PEOPLE)
        )
    )


def transfer_asked_of(session: Session, principal: Principal, transfer_id: int) -> Transfer:
    """A transfer that the principal is asked to accept or has answered, or from whom the weeks go; or NotFound."""
    to = select(Supervision.id).where(Supervision.supervisor_id == principal.person_id)
    wanted = select(Transfer).where(
        Transfer.id == transfer_id,
        or_(Transfer.to_supervision_id.in_(to), Transfer.from_supervision_id.in_(to)),
        Transfer.taken_back_at.is_(None),
    )
    return _only(session.scalar(wanted.options(*_PEOPLE)))


def find_promised(session: Session, sheet_ids: Sequence[int]) -> set[int]:
    """Which of these weeks stand in a transfer that waits for its answer."""
    wanted = (
        select(TransferWeek.sheet_id)
        .join(Transfer, Transfer.id == TransferWeek.transfer_id)
        .where(
            TransferWeek.sheet_id.in_(sheet_ids),
            Transfer.accepted_at.is_(None),
            Transfer.declined_at.is_(None),
            Transfer.taken_back_at.is_(None),
        )
    )
    return set(session.scalars(wanted))


def moves_of(session: Session, transfer_id: int) -> dict[int, TransferWeek]:
    """The weeks of a transfer by their id."""
    wanted = select(TransferWeek).where(TransferWeek.transfer_id == transfer_id)
    return {move.sheet_id: move for move in session.scalars(wanted)}


def _only(found: Transfer | None) -> Transfer:
    if found is None:
        raise NotFound
    return found
