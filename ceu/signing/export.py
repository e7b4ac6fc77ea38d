"""Signed records as a file that anyone can keep, and the check of such a file without the site.

An export is `{"format": "ceu-export/1", "records": [...], "keys": [...]}`; or a file is just one record.
The keys in a file are a convenience and never trusted: whoever alters a file can also replace its keys.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ceu.signing.canonical import Json
from ceu.signing.keys import KeyRing, VerificationKey
from ceu.signing.records import (
    FORMAT,
    Answer,
    RecordError,
    SignedRecord,
    Verification,
    record_from_json,
    verify,
    verify_chain,
)

EXPORT_FORMAT = "ceu-export/1"


@dataclass(frozen=True)
class CheckedRecord:
    """A record found in a file and the answer for it alone."""

    record: SignedRecord
    verification: Verification


@dataclass(frozen=True)
class CheckedFile:
    """The answer for a whole file, why, and the records in it, chain by chain."""

    verification: Verification
    records: tuple[CheckedRecord, ...] = ()


def export_file(records: Iterable[SignedRecord], keys: Iterable[VerificationKey]) -> bytes:
    """Whole chains of records, each in its order, and the keys that check them, as a readable JSON file."""
    document = {
        "format": EXPORT_FORMAT,
        "records": [record.as_json() for record in records],
        "keys": [key.as_json() for key in keys],
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def verify_file(data: bytes, keys: KeyRing) -> CheckedFile:
    """Check every record of a file and the chains they form; never raises.

    `keys` are the public keys of the site, from a source you trust.
    """
    try:
        document = _read(data)
    except (ValueError, RecursionError) as error:
        return _unreadable(Answer.CANNOT_TELL, f"The file cannot be read as signed records: {error}")
    try:
        if document.get("format") == FORMAT:
            record = record_from_json(document)
            verification = verify(record, keys)
            return CheckedFile(verification, (CheckedRecord(record, verification),))
        if document.get("format") == EXPORT_FORMAT:
            return _check_export(document, keys)
    except RecursionError:
        return _unreadable(Answer.ALTERED, "The file is nested deeper than any record is written.")
    except ValueError as error:
        return _unreadable(Answer.ALTERED, f"The file is not as it was written: {error}")
    return _unreadable(Answer.CANNOT_TELL, f"The format is neither {FORMAT} nor {EXPORT_FORMAT}.")


def chains(records: Iterable[SignedRecord]) -> list[list[SignedRecord]]:
    """The records grouped into chains, in the order given; what lacks its beginning is a chain of its own."""
    records = list(records)
    before = {record.sha256: record.previous for record in records}
    groups: dict[str, list[SignedRecord]] = {}
    for record in records:
        groups.setdefault(_beginning(record.sha256, before), []).append(record)
    return list(groups.values())


def _beginning(sha256: str, before: dict[str, str | None]) -> str:
    seen = {sha256}
    while (previous := before[sha256]) in before and previous not in seen:
        sha256 = str(previous)
        seen.add(sha256)
    return sha256


def _check_export(document: dict[str, Json], keys: KeyRing) -> CheckedFile:
    if document.keys() != {"format", "records", "keys"}:
        raise RecordError("An export holds a format, records and keys, and nothing else.")
    records = [record_from_json(record) for record in _list(document["records"])]
    file_keys = [VerificationKey.from_json(key) for key in _list(document["keys"])]
    parts = [_about_keys(records, keys, file_keys)]
    checked: list[CheckedRecord] = []
    for chain in chains(records) or [[]]:
        parts.append(verify_chain(chain, keys, first_number=len(checked) + 1))
        checked += [CheckedRecord(record, verify(record, keys)) for record in chain]
    return CheckedFile(Verification.together(parts), tuple(checked))


def _about_keys(
    records: Sequence[SignedRecord], keys: KeyRing, file_keys: Iterable[VerificationKey]
) -> Verification:
    """What the keys inside the file add: a contradiction, or the fingerprint to ask the site for."""
    ring = {key.key_id: key for key in file_keys}
    for key_id in sorted(ring.keys() & keys.keys()):
        if ring[key_id].retired_at not in (None, keys[key_id].retired_at):
            finding = f"The file dates the retirement of key {key_id} differently from the site."
            return Verification(Answer.ALTERED, (finding,))
    unknown = {record.key_id for record in records if record.key_id not in keys} & ring.keys()
    findings = tuple(
        f"Key {key_id} is in the file itself, which proves nothing. "
        f"Compare its fingerprint with the one the site publishes: {ring[key_id].fingerprint}"
        for key_id in sorted(unknown)
    )
    return Verification(Answer.CANNOT_TELL if findings else Answer.GENUINE, findings)


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise RecordError("The records and the keys of an export must each be a list.")
    return value


def _unreadable(answer: Answer, finding: str) -> CheckedFile:
    return CheckedFile(Verification(answer, (finding,)))


def _read(data: bytes) -> dict[str, Json]:
    document = json.loads(
        data, object_pairs_hook=_unique, parse_float=_no_fraction, parse_constant=_no_fraction
    )
    if not isinstance(document, dict):
        raise ValueError("it does not hold a JSON object.")
    return document


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    # Readers of JSON differ in which of two values they show: a file could show one and sign the other.
    items = dict(pairs)
    if len(items) != len(pairs):
        raise ValueError("a name occurs twice in one object.")
    return items


def _no_fraction(text: str) -> Json:
    raise ValueError(f"it holds the number {text}; signed records hold whole numbers only.")
