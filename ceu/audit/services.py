"""Writing the audit record, and checking that nothing in it was changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from ceu.audit.models import BEGINNING, AuditEntry
from ceu.audit.queries import find_last_entry, iterate_entries
from ceu.db.base import Base
from ceu.signing.canonical import canonical

# Any number will do, as long as no other part of the program takes an advisory lock with the same one.
_LOCK = 1_667_593_057


def record(
    session: Session, now: datetime, actor_id: int | None, action: str, subject: Base, **detail: object
) -> AuditEntry:
    """Note that the person did `action` ("certificate.revoked") to `subject`, in the transaction that does it.

    `actor_id` is None when the site acts by itself. `detail` must be plain JSON without floats; it holds no secrets
    and no client data, for it is kept for ever. From here to the commit, others who want to note something wait.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = find_last_entry(session)
    identity: tuple[Any, ...] = inspect(subject, raiseerr=True).identity or ()
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        at=now.replace(microsecond=0),
        actor_person_id=actor_id,
        action=action,
        subject_kind=subject.__tablename__,
        subject_id="/".join(map(str, identity)),
        detail=canonical(detail).decode(),
        previous=last.hash if last else BEGINNING,
    )
    entry.hash = entry.computed_hash()
    session.add(entry)
    session.flush()
    return entry


def verify(session: Session) -> list[str]:
    """Check the whole record; one sentence for each entry that is missing or changed, none when all is well.

    What was cut off at the end cannot be seen: keep the hash of the last entry elsewhere to compare.
    """
    findings: list[str] = []
    expected_id, previous = 1, BEGINNING
    for entry in iterate_entries(session):
        if entry.id != expected_id:
            findings.append(
                f"Before entry {entry.id}, {entry.id - expected_id} of the audit record are missing."
            )
        elif entry.previous != previous:
            findings.append(f"Entry {entry.id} does not continue the entry before it.")
        if entry.hash != entry.computed_hash():
            findings.append(f"Entry {entry.id} ({entry.action} at {entry.at:%Y-%m-%d %H:%M}) was changed.")
        expected_id, previous = entry.id + 1, entry.hash
    return findings
