"""The seal on a printed document: a small signed record, short enough to be the address its QR code leads to. Pure.

The record names the document, its figures and the SHA-256 of the full record of everything printed, which the PDF
carries as an attachment. Nothing of it is kept on the site: who has the paper has the proof.
"""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceu.exporting.log import IDENTITY_CHECK, SITE
from ceu.signing.canonical import NotCanonicalError, canonical
from ceu.signing.records import FORMAT, SignedRecord, record_from_json, seal

SEAL_KIND = "printed_document"
SEAL_MEANING = "This site printed this document with these figures from its records."
CONTENT_MEANING = "This is everything this document says, as this site printed it from its records."

VERSION = b"\x01"
"""Of the token's spelling and of every text above: a change of either needs another."""
LONGEST_TOKEN = 2000
LONGEST_SEAL = 4000
_SIGNATURE_LENGTH = 64


@dataclass(frozen=True)
class Printed:
    """What is printed: the kind of record, its title, whose it is, its span, a few figures, and all its content."""

    kind: str
    title: str
    person: str
    first: date | None
    last: date | None
    figures: tuple[tuple[str, str], ...]
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Sealed:
    """The record of everything printed, and the small record in the QR code, which names it."""

    content: SignedRecord
    seal: SignedRecord

    @property
    def token(self) -> str:
        """The seal as part of an address."""
        return token_of(self.seal)


def seal_document(printed: Printed, private_key: Ed25519PrivateKey, now: datetime) -> Sealed:
    """Sign a document as the site that prints it."""
    span = {"start": printed.first, "end": printed.last}
    content = seal(
        kind=printed.kind,
        body={"title": printed.title, "person": printed.person, "period": span, **printed.content},
        signer=SITE,
        meaning=CONTENT_MEANING,
        identity_check=IDENTITY_CHECK,
        signed_at=now,
        previous=None,
        private_key=private_key,
    )
    body = {
        "title": printed.title,
        "person": printed.person,
        "period": span,
        "figures": [list(figure) for figure in printed.figures],
        "record_sha256": content.sha256,
    }
    small = seal(
        kind=SEAL_KIND,
        body=body,
        signer=SITE,
        meaning=SEAL_MEANING,
        identity_check=IDENTITY_CHECK,
        signed_at=now,
        previous=None,
        private_key=private_key,
    )
    return Sealed(content, small)


def token_of(record: SignedRecord) -> str:
    """A seal without what every seal says alike, as text for an address."""
    body: Any = record.body
    short = [
        body["title"],
        body["person"],
        body["period"]["start"],
        body["period"]["end"],
        body["figures"],
        base64.b64encode(bytes.fromhex(body["record_sha256"])).decode(),
        record.signed_at,
        record.key_id,
    ]
    packed = VERSION + base64.b64decode(record.signature) + zlib.compress(canonical(short), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def seal_in(token: str) -> SignedRecord | None:
    """The seal that a token spells, genuine or not; None when it spells none."""
    try:
        return _seal_in(token)
    except (ValueError, TypeError, zlib.error, binascii.Error, RecursionError, NotCanonicalError):
        return None


def _seal_in(token: str) -> SignedRecord:
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise ValueError("No seal is so long.")
    packed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    if packed[:1] != VERSION:
        raise ValueError("The seal has another version.")
    signature, rest = packed[1 : 1 + _SIGNATURE_LENGTH], packed[1 + _SIGNATURE_LENGTH :]
    title, person, start, end, figures, sha256, signed_at, key_id = json.loads(
        zlib.decompressobj().decompress(rest, LONGEST_SEAL)
    )
    record = {
        "format": FORMAT,
        "kind": SEAL_KIND,
        "body": {
            "title": str(title),
            "person": str(person),
            "period": {"start": start, "end": end},
            "figures": [[str(name), str(value)] for name, value in figures],
            "record_sha256": base64.b64decode(sha256).hex(),
        },
        "signer": {"account": SITE.account, "name": SITE.name, "license": SITE.license},
        "meaning": SEAL_MEANING,
        "identity_check": IDENTITY_CHECK,
        "signed_at": signed_at,
        "previous": None,
        "key_id": key_id,
        "sha256": "",
        "signature": base64.b64encode(signature).decode(),
    }
    unsigned = record_from_json(record)
    for day in (start, end):
        if day is not None:
            date.fromisoformat(day)
    return record_from_json({**record, "sha256": sha256_of(unsigned)})


def sha256_of(record: SignedRecord) -> str:
    """The hash a record's content has."""
    return hashlib.sha256(record.content()).hexdigest()
