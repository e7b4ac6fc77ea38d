"""Noting what was done, and finding what was tampered with."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from ceu.audit.models import APPEND_ONLY, BEGINNING, AuditEntry
from ceu.audit.queries import find_last_entry, iterate_entries
from ceu.audit.services import record, verify
from ceu.db.base import Base
from ceu.db.once import FormReceipt
from ceu.signing.canonical import NotCanonicalError

NOW = datetime(2027, 3, 31, 17, 5, 9, 250_000, tzinfo=UTC)


def note(session: Session, action: str, **detail: object) -> AuditEntry:
    """An act of person 7 on the form receipt "abc", which stands for any record."""
    return record(session, NOW, 7, action, _subject("abc"), **detail)


def _subject(token: str) -> Base:
    receipt = FormReceipt(token=token, created_at=NOW)
    inspect(receipt).key = inspect(FormReceipt).identity_key_from_primary_key((token,))
    return receipt


def test_it_works(alone: Session) -> None:
    first = note(alone, "certificate.revoked", reason="issued to the wrong person", number="CEU-1")
    second = record(alone, NOW, None, "certificate.issued", _subject("def"))
    assert (first.id, first.previous, first.actor_person_id) == (1, BEGINNING, 7)
    assert (first.subject_kind, first.subject_id) == ("form_receipt", "abc")
    assert json.loads(first.detail) == {"reason": "issued to the wrong person", "number": "CEU-1"}
    assert (second.id, second.previous, second.actor_person_id) == (2, first.hash, None)
    assert find_last_entry(alone) is second
    assert verify(alone) == []


def test_an_empty_record_is_whole(alone: Session) -> None:
    assert verify(alone) == []


def test_the_act_and_its_entry_share_a_fate(alone: Session) -> None:
    note(alone, "account.opened")
    alone.rollback()
    assert list(iterate_entries(alone)) == []


def test_entries_are_the_same_after_a_night_in_the_database(engine: Engine) -> None:
    with Session(engine) as session:
        note(session, "account.opened", name="Zoë")
        session.commit()
    with Session(engine) as session:
        assert verify(session) == []


def test_a_float_is_refused(alone: Session) -> None:
    with pytest.raises(NotCanonicalError, match="hours is the float"):
        note(alone, "week.signed", hours=1.5)


def _tamper(session: Session, statement: str) -> list[str]:
    for number in range(1, 6):
        note(session, "week.signed", number=number)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
    else:
        for trigger in APPEND_ONLY["sqlite"]:
            session.execute(text(f"DROP TRIGGER {trigger.split()[2]}"))
    session.execute(text(statement))
    return verify(session)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2027-03-31 17:05:08'"),
        ("actor_person_id", "8"),
        ("actor_person_id", "NULL"),
        ("action", "'week.returned'"),
        ("subject_kind", "'week'"),
        ("subject_id", "'abd'"),
        ("detail", "'{}'"),
    ],
)
def test_a_changed_entry_is_found(alone: Session, column: str, value: str) -> None:
    (finding,) = _tamper(alone, f"UPDATE audit_entry SET {column} = {value} WHERE id = 3")
    assert finding.startswith("Entry 3 (")
    assert finding.endswith("was changed.")


def test_a_removed_entry_is_found(alone: Session) -> None:
    assert _tamper(alone, "DELETE FROM audit_entry WHERE id IN (2, 3)") == [
        "Before entry 4, 2 of the audit record are missing."
    ]


def test_a_removed_beginning_is_found(alone: Session) -> None:
    assert _tamper(alone, "DELETE FROM audit_entry WHERE id = 1") == [
        "Before entry 2, 1 of the audit record are missing."
    ]


def test_closing_the_gap_does_not_help(alone: Session) -> None:
    findings = _tamper(alone, "DELETE FROM audit_entry WHERE id = 3")
    alone.execute(text("UPDATE audit_entry SET id = id - 1 WHERE id = 4"))
    alone.execute(text("UPDATE audit_entry SET id = id - 1 WHERE id = 5"))
    assert findings == ["Before entry 4, 1 of the audit record are missing."]
    assert verify(alone)[0] == "Entry 3 does not continue the entry before it."


def test_a_changed_hash_breaks_the_chain(alone: Session) -> None:
    findings = _tamper(alone, f"UPDATE audit_entry SET hash = '{BEGINNING}' WHERE id = 3")
    assert len(findings) == 2
    assert findings[1] == "Entry 4 does not continue the entry before it."


def test_many_who_note_at_once_make_one_chain(engine: Engine) -> None:
    def work(number: int) -> None:
        for turn in range(10):
            with Session(engine) as session:
                record(session, NOW, number, "week.signed", _subject(f"{number}"), turn=turn)
                record(session, NOW, number, "week.locked", _subject(f"{number}"), turn=turn)
                session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with Session(engine) as session:
        assert len(list(iterate_entries(session))) == 80
        assert verify(session) == []
