"""Noting that an agreement, an evaluation or a report was made; which reminders are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from ceu.adapters.rulepacks import PackLibrary
from ceu.audit.services import record
from ceu.domain.dates import day_text, local_date
from ceu.domain.errors import DomainError
from ceu.experience.document_models import DocumentRecord, DocumentReminder
from ceu.experience.given_queries import facts_of_people, goals_of
from ceu.experience.models import Supervision
from ceu.experience.services import open_log
from ceu.licenses.packs import find_pack
from ceu.supervising.agreement_dues import Owed, Supervised, due_term, owed
from ceu.supervising.agreement_queries import (
    documents_of,
    find_document,
    first_days,
    list_documented,
    reminded_of,
)

ENDED_LATELY = timedelta(days=90)
"""What is owed at the end of a supervision is asked for during so long."""


def owed_by(
    session: Session, packs: PackLibrary, supervisions: Sequence[Supervision], today: date
) -> list[Owed]:
    """What these supervisions owe in documents around now."""
    ids = [one.id for one in supervisions]
    people = {one.trainee_id for one in supervisions}
    began, goals, facts = (
        first_days(session, ids),
        goals_of(session, people),
        facts_of_people(session, people),
    )
    supervised = [
        Supervised(
            one.id,
            began.get(one.id) or _accepted(one),
            local_date(one.ended_at, one.trainee.time_zone) if one.ended_at else None,
            [
                pack
                for goal in goals.get(one.trainee_id, ())
                if (pack := find_pack(packs, goal.pack_id)) is not None
            ],
            facts.get(one.trainee_id, {}),
        )
        for one in supervisions
    ]
    return owed(supervised, documents_of(session, ids), today)


def _accepted(supervision: Supervision) -> date:
    assert supervision.accepted_at is not None
    return local_date(supervision.accepted_at, supervision.trainee.time_zone)


def note_document(
    session: Session,
    now: datetime,
    supervision: Supervision,
    document: Owed,
    *,
    person_id: int,
    done_on: date,
    signed_by: str,
) -> None:
    """Note that a document was made, or correct what was noted."""
    today = open_log(session, supervision.trainee_id, now)
    if done_on > today:
        raise DomainError(
            f"{day_text(done_on)} is still to come. Note the document once it is signed.", field="done_on"
        )
    found = find_document(session, supervision.id, document.form_id, document.start)
    if found is None:
        found = DocumentRecord(supervision_id=supervision.id, form=document.form_id, period=document.start)
        session.add(found)
    found.done_on, found.signed_by, found.noted_by_id, found.noted_at = done_on, signed_by, person_id, now
    session.flush()
    record(session, now, person_id, "document.noted", found, done_on=done_on.isoformat())


def forget_document(
    session: Session, now: datetime, supervision: Supervision, document: Owed, person_id: int
) -> None:
    """Take the note back that a document was made."""
    open_log(session, supervision.trainee_id, now)
    found = find_document(session, supervision.id, document.form_id, document.start)
    if found is not None:
        record(session, now, person_id, "document.forgotten", found)
        session.delete(found)
        session.flush()


@dataclass(frozen=True)
class DocumentDue:
    """A document to remind of, and the supervision it is about."""

    supervision: Supervision
    document: Owed
    days: int


def note_document_reminders(session: Session, now: datetime, packs: PackLibrary) -> list[DocumentDue]:
    """Note which reminders of documents are due, so that each goes out once; returns them for the mails."""
    supervisions = list_documented(session, since=now - ENDED_LATELY)
    by_id = {one.id: one for one in supervisions}
    sent = reminded_of(session, list(by_id))
    due = []
    for document in owed_by(session, packs, supervisions, now.date()):
        term = None if document.done else due_term(document.due, now.date(), sent.get(document.key, ()))
        if term is not None:
            supervision_id, form, period = document.key
            session.add(
                DocumentReminder(
                    supervision_id=supervision_id, form=form, period=period, days=term, sent_at=now
                )
            )
            due.append(DocumentDue(by_id[supervision_id], document, term))
    session.flush()
    return due
