"""A whole log as one sealed file: the signed records in their chain, and closing it a record of everything else. Pure.

``{"format": "ceu-export/1", "records": [...], "keys": [...]}`` as ``ceu verify`` reads it. The last record continues the
chain of signatures, so that no signature can be cut off its end and no entry changed without being noticed. Its body::

    {"person": {"name", "email", "time_zone"},
     "settings": [...], "supervisors": [...], "weeks": [...], "entries": [...], "tags": [...], "asides": [...],
     "sessions": [...], "attendances": [...],              # entered by supervisors, and the person's part in each
     "documents": [...],                                   # agreements and evaluations that were noted as made
     "signatures": [...], "goals": [...], "facts": [...],  # signatures: to which week each record belongs
     "earlier_logs": [...], "attestations": [...], "attested_weeks": [...], "evidence": [...],
     "transfers": [...], "transfer_weeks": [...],
     "totals": {"logged", "submitted", "signed",           # minutes; attested ones are not signed ones
                "attested", "earlier_logs"}}

Rows have the names of their columns; ids hold inside the file only.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceu.experience.queries import HoursByState
from ceu.signing.export import EXPORT_FORMAT
from ceu.signing.keys import VerificationKey
from ceu.signing.records import SignedRecord, Signer, seal

LOG_KIND = "experience_log"
GIVEN_KIND = "experience_signatures_given"
SITE = Signer("site", "Ceu")
LOG_MEANING = "This is the whole log as this site kept it at this time, with every record sealed in it."
GIVEN_MEANING = (
    "These are all records that this person had sealed on this site at this time, the sessions of supervision they had entered, "
    "and the documents noted about the supervision they give."
)
IDENTITY_CHECK = "exported for the signed-in owner"

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def log_file(
    person: Mapping[str, str],
    rows: Rows,
    hours: HoursByState,
    record_texts: Sequence[str],
    keys: Iterable[VerificationKey],
    private_key: Ed25519PrivateKey,
    now: datetime,
) -> bytes:
    """The file of a whole log. ``record_texts`` are its sealed records in their order, as stored."""
    closing = seal(
        kind=LOG_KIND,
        body={
            "person": person,
            **rows,
            "totals": {
                "logged": hours.logged,
                "submitted": hours.submitted,
                "signed": hours.signed,
                "attested": hours.attested,
                "earlier_logs": hours.backlog,
            },
        },
        signer=SITE,
        meaning=LOG_MEANING,
        identity_check=IDENTITY_CHECK,
        signed_at=now,
        previous=json.loads(record_texts[-1])["sha256"] if record_texts else None,
        private_key=private_key,
    )
    return _file([*record_texts, _text(closing.as_json())], keys)


def given_file(
    person: Mapping[str, str],
    record_texts: Sequence[str],
    rows: Rows,
    keys: Iterable[VerificationKey],
    private_key: Ed25519PrivateKey,
    now: datetime,
) -> bytes:
    """The file of what a supervisor sealed, links of many chains, so they stand inside a record of their own; ``rows`` are
    what else they wrote down (``queries.given_sessions_and_documents``)."""
    record = seal(
        kind=GIVEN_KIND,
        body={"person": person, "records": [json.loads(text) for text in record_texts], **rows},
        signer=SITE,
        meaning=GIVEN_MEANING,
        identity_check=IDENTITY_CHECK,
        signed_at=now,
        previous=None,
        private_key=private_key,
    )
    return _file([_text(record.as_json())], keys)


def record_file(record: SignedRecord, keys: Iterable[VerificationKey]) -> bytes:
    """One record with the keys that check it."""
    return _file([_text(record.as_json())], keys)


def _file(records: Sequence[str], keys: Iterable[VerificationKey]) -> bytes:
    """One record a line: readable, and nothing that was sealed is spelled anew."""
    lines = ",\n".join(records)
    known = _text([key.as_json() for key in keys])
    return f'{{"format": "{EXPORT_FORMAT}",\n"records": [\n{lines}\n],\n"keys": {known}}}\n'.encode()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
