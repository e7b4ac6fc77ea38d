"""The audit table: the database refuses to change it."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from ceu.audit.models import BEGINNING, AuditEntry
from tests.audit.test_services import NOW, note


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_a_change(alone: Session, statement: str) -> None:
    note(alone, "account.opened")
    alone.commit()
    with pytest.raises(DBAPIError, match="audit_entry is append-only"):
        alone.execute(text(statement))


def test_the_mapper_cannot_change_an_entry_either(alone: Session) -> None:
    entry = note(alone, "account.opened")
    entry.action = "account.closed"
    with pytest.raises(DBAPIError, match="append-only"):
        alone.flush()


def test_postgresql_refuses_to_empty_the_table(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("TRUNCATE audit_entry"))


def test_the_record_cannot_go_on_in_two_ways(alone: Session) -> None:
    note(alone, "account.opened")
    alone.add(
        AuditEntry(
            id=2,
            at=NOW,
            action="x",
            subject_kind="x",
            subject_id="1",
            detail="{}",
            previous=BEGINNING,
            hash="0",
        )
    )
    with pytest.raises(IntegrityError):
        alone.flush()


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_migrated_database_refuses_a_change_too(session: Session, statement: str) -> None:
    note(session, "account.opened")
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(statement))
