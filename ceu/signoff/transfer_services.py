"""Handing weeks to another supervisor, who has not seen the work: asked, accepted or declined, never just moved.

Who supervised stays what it was: the rules ask about that day, and the record says how the weeks came to the signer.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ceu.audit.services import record
from ceu.db.events import emit
from ceu.domain.dates import day_text, local_date
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.events import LogChanged
from ceu.domain.experience import WeekState
from ceu.experience.models import Supervision, Transfer, TransferWeek, WeekSheet
from ceu.experience.own_words import check_free_text
from ceu.experience.services import open_log, week_name
from ceu.signoff.transfer_queries import find_promised, moves_of


def ask_for_transfer(
    session: Session,
    now: datetime,
    *,
    leaving: Supervision,
    taking: Supervision,
    sheets: Sequence[WeekSheet],
    reason: str,
    kept_because: str = "",
) -> Transfer:
    """Ask another supervisor of the same setting to take unsigned weeks over; nothing moves before they accept."""
    open_log(session, leaving.trainee_id, now)
    session.refresh(taking)
    if taking.trainee_id != leaving.trainee_id or taking.setting_id != leaving.setting_id:
        raise NotFound
    if taking.id == leaving.id or not taking.is_active or taking.supervisor is None:
        raise DomainError("Choose somebody who has accepted to supervise you here.", field="taking")
    if not sheets:
        raise DomainError("Choose at least one week.", field="weeks")
    if not reason.strip():
        raise DomainError(f"Write why {leaving.name} cannot sign: it stands in the record.", field="reason")
    check_free_text("reason", reason, kept_because)
    promised = find_promised(session, [sheet.id for sheet in sheets])
    for sheet in sheets:
        session.refresh(sheet)
        if sheet.supervision_id != leaving.id or not _can_move(sheet):
            raise DomainError(
                f"{week_name(sheet)} can no longer be handed over: it was signed or withdrawn meanwhile.",
                field="weeks",
            )
        if sheet.id in promised:
            raise DomainError(
                f"{week_name(sheet)} stands in a transfer that waits for its answer. Take that one back first.",
                field="weeks",
            )
    transfer = Transfer(
        person_id=leaving.trainee_id,
        from_supervision_id=leaving.id,
        to_supervision_id=taking.id,
        reason=reason.strip(),
        asked_at=now.replace(microsecond=0),
        answer="",
    )
    session.add(transfer)
    session.flush()
    session.add_all(
        TransferWeek(transfer_id=transfer.id, sheet_id=sheet.id, person_id=leaving.trainee_id)
        for sheet in sheets
    )
    session.flush()
    record(session, now, leaving.trainee_id, "transfer.asked", transfer, weeks=len(sheets))
    return transfer


def _can_move(sheet: WeekSheet) -> bool:
    return sheet.minutes > 0 and sheet.state != WeekState.SIGNED


def accept_transfer(session: Session, now: datetime, transfer: Transfer) -> int:
    """Take the weeks over: those that are still unsigned wait for the new supervisor from now on; returns how many."""
    taking = transfer.to_supervision
    _open(session, now, transfer)
    if taking.supervisor is None or not taking.is_active:
        raise DomainError("This supervision has ended, so nothing can be taken over under it.")
    today = local_date(now, taking.supervisor.time_zone)
    if taking.license_expires_on is not None and taking.license_expires_on < today:
        raise DomainError(
            f"Your license expired on {day_text(taking.license_expires_on)}. Enter the new date first, then accept."
        )
    moves = moves_of(session, transfer.id)
    moved = 0
    for sheet in transfer.weeks:
        session.refresh(sheet)
        # What was signed, given to somebody else or emptied since is no longer what was asked for.
        if sheet.supervision_id != transfer.from_supervision_id or not _can_move(sheet):
            continue
        if sheet.supervised_by_id is None:
            sheet.supervised_by_id = transfer.from_supervision_id
        if sheet.supervised_by_id == taking.id:
            sheet.supervised_by_id = None
        sheet.supervision_id = taking.id
        sheet.state, sheet.submitted_at, sheet.signing_link_id = WeekState.SUBMITTED, now, None
        moves[sheet.id].moved = True
        moved += 1
        record(
            session,
            now,
            taking.supervisor_id,
            "week.taken_over",
            sheet,
            version=sheet.version,
            transfer=transfer.id,
        )
    if not moved:
        raise DomainError("None of these weeks is open any more: they were signed or withdrawn meanwhile.")
    transfer.accepted_at = now.replace(microsecond=0)
    record(session, now, taking.supervisor_id, "transfer.accepted", transfer, weeks=moved)
    emit(session, LogChanged(transfer.person_id))
    return moved


def decline_transfer(
    session: Session, now: datetime, transfer: Transfer, answer: str, kept_because: str = ""
) -> None:
    """Say no, and why; the weeks stay where they are."""
    _open(session, now, transfer)
    if not answer.strip():
        raise DomainError("Write why you decline: the trainee is sent it.", field="answer")
    check_free_text("answer", answer, kept_because)
    transfer.declined_at, transfer.answer = now, answer.strip()
    record(session, now, transfer.to_supervision.supervisor_id, "transfer.declined", transfer)


def take_transfer_back(session: Session, now: datetime, transfer: Transfer) -> None:
    """Ask no longer."""
    _open(session, now, transfer)
    transfer.taken_back_at = now
    record(session, now, transfer.person_id, "transfer.taken_back", transfer)


def _open(session: Session, now: datetime, transfer: Transfer) -> None:
    open_log(session, transfer.person_id, now)
    session.refresh(transfer, ["accepted_at", "declined_at", "taken_back_at"])
    if transfer.accepted_at is not None:
        raise DomainError("This transfer has been accepted already.")
    if transfer.declined_at is not None:
        raise DomainError("This transfer was declined. Ask again if something has changed.")
    if transfer.taken_back_at is not None:
        raise DomainError("This transfer was taken back.")
