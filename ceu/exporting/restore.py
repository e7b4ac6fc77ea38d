"""Reading one's own export back: only a whole, genuine file of a log is taken. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceu.domain.errors import DomainError
from ceu.exporting.log import LOG_KIND
from ceu.exporting.queries import LINKS, LOG_TABLES
from ceu.signing.canonical import canonical
from ceu.signing.export import verify_file
from ceu.signing.keys import KeyRing
from ceu.signing.records import Answer

MOST_FINDINGS = 3
_NOT_OF_THE_LOG = frozenset({"goals", "facts", "week_start"})
"""What a person may have told a new account already."""
_OF_THE_SITE = frozenset({"id", "signer_email"})

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class LogFile:
    """A genuine export: whose it is, its rows, and the sealed records of its signatures as stored, by hash."""

    email: str
    rows: Rows
    records: Mapping[str, str]


def read_log_file(data: bytes, keys: KeyRing) -> LogFile:
    """The log in a file. Raises DomainError with the place of what is altered, or the reason why it cannot be taken."""
    checked = verify_file(data, keys)
    answer, findings = checked.verification.answer, checked.verification.findings
    if answer is Answer.ALTERED:
        raise _refused(
            f"This file was altered after it was sealed, so nothing of it was taken. {_first(findings)}"
        )
    if answer is Answer.CANNOT_TELL:
        raise _refused(f"This file cannot be checked here, so nothing of it was taken. {_first(findings)}")
    *signed, closing = (one.record for one in checked.records)
    if closing.kind != LOG_KIND:
        raise _refused(
            "This file is genuine, but not a whole log. Choose the JSON file of “Everything, with signatures”."
        )
    body: Any = closing.body
    if [record.sha256 for record in signed] != [row["sha256"] for row in body["signatures"]]:
        raise _refused(
            "This file holds other signatures than its log names. Export the log again, and choose that file."
        )
    return LogFile(
        email=body["person"]["email"],
        rows=body,
        records={record.sha256: canonical(record.as_json()).decode() for record in signed},
    )


def is_same_log(one: Rows, other: Rows) -> bool:
    """Whether two logs hold the same, whatever numbers their rows have on a site."""
    return _without_ids(one) == _without_ids(other)


def _without_ids(rows: Rows) -> bytes:
    """The log in one spelling, in which a row is called by its place."""
    tables = [name for name in LOG_TABLES if name not in _NOT_OF_THE_LOG]
    places = {
        name: {row["id"]: place for place, row in enumerate(rows.get(name, ()))}
        for name in set(LINKS.values())
    }
    return canonical(
        [
            [
                {
                    name: places[LINKS[name]].get(value) if name in LINKS else value
                    for name, value in row.items()
                    if name not in _OF_THE_SITE and value is not None
                }
                for row in rows.get(table, ())
            ]
            for table in tables
        ]
    )


def _first(findings: Sequence[str]) -> str:
    more = f" And {len(findings) - MOST_FINDINGS} more." if len(findings) > MOST_FINDINGS else ""
    return " ".join(findings[:MOST_FINDINGS]) + more


def _refused(sentence: str) -> DomainError:
    return DomainError(sentence, field="file")
