"""Reading the audit record."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.audit.models import AuditEntry


def find_last_entry(session: Session) -> AuditEntry | None:
    """The latest entry, or None while the record is empty."""
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).first()


def iterate_entries(session: Session) -> Iterator[AuditEntry]:
    """All entries in their order, a thousand at a time in memory, as the database holds them now."""
    statement = select(AuditEntry).order_by(AuditEntry.id)
    return iter(session.scalars(statement, execution_options={"yield_per": 1000, "populate_existing": True}))
