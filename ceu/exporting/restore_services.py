"""Putting one's own exported log back into an account whose log is empty, with every signature as valid as before."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.tokens import digest, new_token
from ceu.audit.services import record
from ceu.db.events import emit
from ceu.db.types import UtcInstant
from ceu.domain.errors import DomainError
from ceu.domain.events import LogChanged
from ceu.experience.services import open_log
from ceu.exporting.queries import (
    LINKS,
    LOG_TABLES,
    find_foreign_signature,
    log_columns_of,
    log_rows,
)
from ceu.exporting.restore import LogFile, is_same_log

_KEYS = {"goals": "pack_id", "facts": "key"}
"""What a person may have told a new account already; what it holds then stays."""


def restore_log(session: Session, now: datetime, person: Person, file: LogFile) -> int:
    """Take a whole log into the account of the person whose it is; returns how many entries came in.

    0 when the account holds this very log. Raises DomainError when the file is somebody else's, when the account has
    another log, or when the signatures stand in another account.
    """
    if file.email.casefold() != person.email.casefold():
        raise DomainError(
            f"This is the log of {file.email}, and you are signed in as {person.email}. Sign in with that address, or change "
            "yours to it, and choose the file again.",
            field="file",
        )
    open_log(session, person.id, now)
    present = log_rows(session, person.id)
    if any(present[name] for name in ("settings", "supervisors", "weeks", "signatures")):
        if is_same_log(file.rows, present):
            return 0
        raise DomainError(
            "Your log is not empty, and not the one in this file, so nothing was changed. A whole log goes only into an "
            "account without one.",
            field="file",
        )
    if find_foreign_signature(session, person.id, list(file.records)):
        raise DomainError(
            "Signatures of this file stand in another account of this site. Sign in to that account.",
            field="file",
        )
    _put(session, person, file, present)
    entries = len(file.rows["entries"])
    record(session, now, person.id, "log.restored", person, entries=entries, signatures=len(file.records))
    emit(session, LogChanged(person.id))
    return entries


def _put(session: Session, person: Person, file: LogFile, present: Mapping[str, Any]) -> None:
    ids: dict[str, dict[int, int]] = {}
    emails = {row["id"]: row["invited_email"] for row in file.rows["supervisors"]}
    for name, (model, owner) in LOG_TABLES.items():
        known = {row[_KEYS[name]] for row in present[name]} if name in _KEYS else set()
        # A file made before a table came to be does not hold it.
        rows = [row for row in file.rows.get(name, ()) if name not in _KEYS or row[_KEYS[name]] not in known]
        if name == "week_start" and present[name]:
            rows = []
        made = []
        for row in rows:
            values = _values(log_columns_of(model), row, ids)
            if owner is not None:
                values[owner] = person.id
            if name == "supervisors":
                values["token_hash"] = digest(new_token())
            if name == "signatures":
                # Who signed has no account here until they take the record into one.
                values["record"] = file.records[row["sha256"]]
                values["signer_email"] = row["signer_email"] or emails.get(row["supervision_id"])
            made.append(model(**values))
        session.add_all(made)
        session.flush()
        if name in LINKS.values():
            ids[name] = {row["id"]: one.id for row, one in zip(rows, made, strict=True)}  # type: ignore[attr-defined]


def _values(
    columns: Iterable[Column[Any]], row: Mapping[str, Any], ids: Mapping[str, Mapping[int, int]]
) -> dict[str, Any]:
    """The values of a row, with the numbers its neighbors have here; a column the file does not know keeps its default."""
    return {
        column.name: _value(column, row[column.name], ids)
        for column in columns
        if column.name in row and column.name != "id"
    }


def _value(column: Column[Any], value: Any, ids: Mapping[str, Mapping[int, int]]) -> Any:
    if value is None:
        return None
    if column.name in LINKS:
        return ids[LINKS[column.name]][value]
    if isinstance(column.type, UtcInstant):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value
