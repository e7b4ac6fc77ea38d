"""Reading what supervisions owe in documents: as many queries for two hundred supervisees as for one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ceu.domain.errors import NotFound
from ceu.domain.principal import Principal
from ceu.experience.document_models import DocumentRecord, DocumentReminder
from ceu.experience.models import Entry, Supervision, WeekSheet
from ceu.supervising.agreement_dues import Done

_WITH_PEOPLE = (
    joinedload(Supervision.trainee),
    joinedload(Supervision.supervisor),
    joinedload(Supervision.setting),
)


def list_documented(
    session: Session,
    *,
    trainee_id: int | None = None,
    supervisor_id: int | None = None,
    since: datetime | None = None,
) -> list[Supervision]:
    """The supervisions accepted and not ended (or ended since an instant) of a trainee, of a supervisor, or of all."""
    wanted = select(Supervision).where(Supervision.accepted_at.is_not(None))
    if since is None:
        wanted = wanted.where(Supervision.ended_at.is_(None))
    else:
        wanted = wanted.where(or_(Supervision.ended_at.is_(None), Supervision.ended_at >= since))
    if trainee_id is not None:
        wanted = wanted.where(Supervision.trainee_id == trainee_id)
    if supervisor_id is not None:
        wanted = wanted.where(Supervision.supervisor_id == supervisor_id)
    return list(session.scalars(wanted.order_by(Supervision.id).options(*_WITH_PEOPLE)))


def documented_supervision_for(session: Session, principal: Principal, supervision_id: int) -> Supervision:
    """A supervision in which the principal is the trainee or the supervisor, or NotFound."""
    wanted = select(Supervision).where(
        Supervision.id == supervision_id,
        Supervision.accepted_at.is_not(None),
        or_(Supervision.trainee_id == principal.person_id, Supervision.supervisor_id == principal.person_id),
    )
    found = session.scalar(wanted.options(*_WITH_PEOPLE))
    if found is None:
        raise NotFound
    return found


def first_days(session: Session, supervision_ids: Iterable[int]) -> dict[int, date]:
    """The first day logged under each of these supervisions, read from its first week alone."""
    first = (
        select(WeekSheet.supervision_id, func.min(WeekSheet.week_start).label("start"))
        .where(WeekSheet.supervision_id.in_(list(supervision_ids)), WeekSheet.minutes > 0)
        .group_by(WeekSheet.supervision_id)
        .subquery()
    )
    rows = session.execute(
        select(WeekSheet.supervision_id, func.min(Entry.day))
        .join(
            first,
            and_(WeekSheet.supervision_id == first.c.supervision_id, WeekSheet.week_start == first.c.start),
        )
        .join(Entry, Entry.sheet_id == WeekSheet.id)
        .group_by(WeekSheet.supervision_id)
    )
    return {supervision_id: day for supervision_id, day in rows if supervision_id is not None}


def documents_of(session: Session, supervision_ids: Iterable[int]) -> dict[tuple[int, str, str], Done]:
    """What was made under these supervisions, by supervision, form and period."""
    wanted = select(DocumentRecord).where(DocumentRecord.supervision_id.in_(list(supervision_ids)))
    return {
        (one.supervision_id, one.form, one.period): Done(one.done_on, one.signed_by, one.id)
        for one in session.scalars(wanted)
    }


def find_document(session: Session, supervision_id: int, form: str, period: str) -> DocumentRecord | None:
    """That a document was made, or None."""
    return session.scalar(
        select(DocumentRecord).where(
            DocumentRecord.supervision_id == supervision_id,
            DocumentRecord.form == form,
            DocumentRecord.period == period,
        )
    )


def reminded_of(session: Session, supervision_ids: Sequence[int]) -> dict[tuple[int, str, str], list[int]]:
    """The terms of which was reminded already, by supervision, form and period."""
    found: dict[tuple[int, str, str], list[int]] = {}
    wanted = select(DocumentReminder).where(DocumentReminder.supervision_id.in_(supervision_ids))
    for one in session.scalars(wanted):
        found.setdefault((one.supervision_id, one.form, one.period), []).append(one.days)
    return found
