"""Reading signing links, the weeks behind them, and signatures that wait for an account."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ceu.domain.errors import NotFound
from ceu.domain.experience import RecordKind, WeekState
from ceu.domain.principal import Principal
from ceu.experience.models import SigningLink, SignOff, Supervision, WeekSheet, WrongCode
from ceu.experience.sign_links import LinkState, link_state
from ceu.experience.sign_models import WeekComment, WeekReminder


def find_signing_link(session: Session, token_hash: str) -> SigningLink | None:
    """The link with this token, with its supervision, or None."""
    wanted = select(SigningLink).where(SigningLink.token_hash == token_hash)
    return session.scalar(
        wanted.options(
            joinedload(SigningLink.supervision).joinedload(Supervision.trainee),
            joinedload(SigningLink.supervision).joinedload(Supervision.setting),
        )
    )


def signing_link_for(session: Session, principal: Principal, link_id: int) -> SigningLink:
    """A link that the principal has sent, or NotFound."""
    wanted = (
        select(SigningLink)
        .join(SigningLink.supervision)
        .where(SigningLink.id == link_id, Supervision.trainee_id == principal.person_id)
    )
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def state_of_link(session: Session, link: SigningLink, now: datetime) -> LinkState:
    """Whether the link works now, and if not, why."""
    wrong = session.scalar(select(func.count(WrongCode.id)).where(WrongCode.link_id == link.id)) or 0
    return link_state(
        now,
        expires_at=link.expires_at,
        revoked_at=link.revoked_at,
        used_at=link.used_at,
        wrong_codes=wrong,
    )


def list_links(session: Session, supervision_id: int) -> Sequence[SigningLink]:
    """The links sent for a supervision, the latest first."""
    wanted = select(SigningLink).where(SigningLink.supervision_id == supervision_id)
    return session.scalars(wanted.order_by(SigningLink.id.desc()).limit(20)).all()


def count_links_lately(session: Session, supervision_id: int, now: datetime) -> int:
    """How many links were sent for a supervision within a day."""
    return (
        session.scalar(
            select(func.count(SigningLink.id)).where(
                SigningLink.supervision_id == supervision_id, SigningLink.sent_at > now - timedelta(days=1)
            )
        )
        or 0
    )


def list_behind_link(session: Session, link_id: int) -> list[WeekSheet]:
    """The weeks that wait for a signature by this link, oldest first, with all that the page shows."""
    wanted = (
        select(WeekSheet)
        .where(WeekSheet.signing_link_id == link_id, WeekSheet.state == WeekState.SUBMITTED)
        .order_by(WeekSheet.week_start, WeekSheet.id)
        .options(
            joinedload(WeekSheet.setting),
            joinedload(WeekSheet.supervision).joinedload(Supervision.trainee),
            selectinload(WeekSheet.entries),
        )
    )
    return list(session.scalars(wanted))


def list_signed_by_link(session: Session, link_id: int) -> list[SignOff]:
    """The signatures in force on the weeks that were signed by this link, oldest week first."""
    wanted = (
        select(SignOff)
        .join(WeekSheet, WeekSheet.id == SignOff.sheet_id)
        .where(
            WeekSheet.signing_link_id == link_id,
            SignOff.sheet_version == WeekSheet.signed_version,
            SignOff.kind == RecordKind.SIGN_OFF,
        )
        .order_by(WeekSheet.week_start, WeekSheet.id)
    )
    return list(session.scalars(wanted))


def list_to_sign_by_link(session: Session, supervision: Supervision, limit: int) -> list[WeekSheet]:
    """The weeks of the setting for which a signature can be asked under this supervision, oldest first.

    These are open weeks with entries, and weeks that wait under this supervision already, but none that has to be handed over
    first; at most ``limit``.
    """
    wanted = (
        select(WeekSheet)
        .where(
            WeekSheet.setting_id == supervision.setting_id,
            or_(
                WeekSheet.apart_for_id.is_(None),
                WeekSheet.apart_for_id == supervision.id,
                WeekSheet.supervision_id == supervision.id,
            ),
            WeekSheet.minutes > 0,
            or_(
                WeekSheet.state.in_([WeekState.DRAFT, WeekState.RETURNED]),
                (WeekSheet.state == WeekState.SUBMITTED) & (WeekSheet.supervision_id == supervision.id),
            ),
        )
        .order_by(WeekSheet.week_start)
        .options(joinedload(WeekSheet.setting), joinedload(WeekSheet.supervision))
    )
    found = (one for one in session.scalars(wanted) if not one.can_only_be_handed_over_to(supervision))
    return list(islice(found, limit))


def list_unclaimed(session: Session, email: str) -> list[SignOff]:
    """The records sealed by a link sent to this address that no account has taken yet."""
    wanted = select(SignOff).where(SignOff.signer_email == email, SignOff.signer_id.is_(None))
    return list(session.scalars(wanted.order_by(SignOff.id)))


def list_comments(session: Session, sheet_ids: Sequence[int]) -> dict[int, list[WeekComment]]:
    """The threads of these weeks, each from its beginning, by the week's id."""
    threads: dict[int, list[WeekComment]] = {}
    if sheet_ids:
        wanted = select(WeekComment).where(WeekComment.sheet_id.in_(sheet_ids)).order_by(WeekComment.id)
        for comment in session.scalars(wanted):
            threads.setdefault(comment.sheet_id, []).append(comment)
    return threads


def list_returned(session: Session, supervisor_id: int, limit: int) -> list[WeekSheet]:
    """The weeks that this supervisor returned and that have not come again, the latest first."""
    wanted = (
        select(WeekSheet)
        .join(WeekSheet.supervision)
        .where(
            Supervision.supervisor_id == supervisor_id,
            Supervision.ended_at.is_(None),
            WeekSheet.state == WeekState.RETURNED,
        )
        .order_by(WeekSheet.returned_at.desc(), WeekSheet.id.desc())
        .limit(limit)
    )
    return list(
        session.scalars(
            wanted.options(
                joinedload(WeekSheet.setting),
                joinedload(WeekSheet.supervision).joinedload(Supervision.trainee),
            )
        )
    )


def list_waiting_with_reminders(session: Session, before: datetime) -> list[tuple[WeekSheet, list[int]]]:
    """The weeks that have waited since before an instant, by trainee and week, with the terms reminded of already."""
    sheets = session.scalars(
        select(WeekSheet)
        .where(WeekSheet.state == WeekState.SUBMITTED, WeekSheet.submitted_at <= before)
        .order_by(WeekSheet.person_id, WeekSheet.week_start, WeekSheet.id)
        .options(
            joinedload(WeekSheet.setting),
            joinedload(WeekSheet.supervision).joinedload(Supervision.trainee),
            joinedload(WeekSheet.supervision).joinedload(Supervision.supervisor),
        )
    ).all()
    sent: dict[tuple[int, int], list[int]] = {}
    waiting = WeekSheet.state == WeekState.SUBMITTED
    rows = session.execute(
        select(WeekReminder.sheet_id, WeekReminder.version, WeekReminder.days)
        .join(WeekSheet, WeekSheet.id == WeekReminder.sheet_id)
        .where(waiting)
    )
    for sheet_id, version, days in rows:
        sent.setdefault((sheet_id, version), []).append(days)
    return [(sheet, sent.get((sheet.id, sheet.version), [])) for sheet in sheets]
