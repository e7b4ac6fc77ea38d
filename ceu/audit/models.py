"""The audit record: who did what to which record. Rows are only ever added, and each holds the hash of the one before.

`APPEND_ONLY` is the DDL by which the database itself refuses changes, by dialect: `create_all` runs it, and so must the
migration that makes the table.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import DDL, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.signing.canonical import canonical

BEGINNING = "0" * 64
"""What the first entry has for the hash of the entry before."""


class AuditEntry(Base):
    """One act: its place in the record (1, 2, 3 ...), when (whole seconds), who, what, on which record, with what detail.

    No foreign keys: the record outlives the persons and things it speaks of. `detail` is canonical JSON. `previous` is
    unique, so that the record cannot go on in two ways.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    actor_person_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(60))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))

    def computed_hash(self) -> str:
        """SHA-256 over the canonical JSON of all other columns."""
        content = {
            "id": self.id,
            "at": self.at,
            "actor_person_id": self.actor_person_id,
            "action": self.action,
            "subject_kind": self.subject_kind,
            "subject_id": self.subject_id,
            "detail": self.detail,
            "previous": self.previous,
        }
        return hashlib.sha256(canonical(content)).hexdigest()


APPEND_ONLY: Mapping[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
        f"BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_change_of_audit_entry() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_entry()",
    ),
}

for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(AuditEntry.__table__, "after_create", _ddl.execute_if(dialect=_dialect))
