"""Signed records: who attested to what, when, and in continuation of which record before.

A record's content is everything but its last two fields. `sha256` is the hash of the content's canonical
bytes, `signature` the site's Ed25519 signature (RFC 8032) over the same bytes. `previous` is the `sha256` of
the record before, so that a chain shows what was removed, moved or replaced.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceu.signing.canonical import Json, NotCanonicalError, as_json, canonical, iso
from ceu.signing.keys import KeyRing, VerificationKey, decode_base64

FORMAT = "ceu-record/1"


class Answer(StrEnum):
    """What a check of signed records can answer; a doubt is never a yes."""

    GENUINE = "genuine"
    ALTERED = "altered"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Verification:
    """The answer to a check, and why, as sentences. A genuine record has no findings."""

    answer: Answer
    findings: tuple[str, ...] = ()

    @classmethod
    def together(cls, parts: Iterable["Verification"]) -> "Verification":
        """Several checks as one: altered if one is, genuine only if all are."""
        parts = tuple(parts)
        answers = {part.answer for part in parts}
        for answer in (Answer.ALTERED, Answer.CANNOT_TELL):
            if answer in answers:
                return cls(answer, tuple(finding for part in parts for finding in part.findings))
        return cls(Answer.GENUINE)


@dataclass(frozen=True)
class Signer:
    """Who signed, as known then: account id, printed name, and the license printed beside it ("" if none)."""

    account: str
    name: str
    license: str = ""


@dataclass(frozen=True)
class SignedRecord:
    """One signed statement; `body` is exactly what the signer was shown, `signed_at` an instant as ISO text.

    `kind` names what was signed ("experience_sign_off", "certificate", "withdrawal"), `meaning` is the
    sentence attested to, `identity_check` how the signer was recognized ("password").
    """

    kind: str
    body: Mapping[str, Json]
    signer: Signer
    meaning: str
    identity_check: str
    signed_at: str
    previous: str | None
    key_id: str
    sha256: str
    signature: str

    def content(self) -> bytes:
        """The canonical bytes that are hashed and signed."""
        return _content(self.as_json())

    def as_json(self) -> dict[str, Json]:
        """The record as it is stored and exported, with its format version."""
        return {"format": FORMAT, **vars(self), "signer": {**vars(self.signer)}, "body": {**self.body}}


class RecordError(ValueError):
    """The JSON is not a record of this format; the message says what is wrong with it."""


def seal(
    *,
    kind: str,
    body: Mapping[str, object],
    signer: Signer,
    meaning: str,
    identity_check: str,
    signed_at: datetime,
    previous: str | None,
    private_key: Ed25519PrivateKey,
) -> SignedRecord:
    """Sign a statement in continuation of the record whose `sha256` is `previous` (None begins a chain).

    Raises `NotCanonicalError` when the body holds what has no single spelling, such as a float.
    """
    unsigned = SignedRecord(
        kind=kind,
        body=_object(as_json(body, "body")),
        signer=signer,
        meaning=meaning,
        identity_check=identity_check,
        signed_at=iso(signed_at),
        previous=previous,
        key_id=VerificationKey.of(private_key).key_id,
        sha256="",
        signature="",
    )
    content = unsigned.content()
    signature = base64.b64encode(private_key.sign(content)).decode()
    return record_from_json(
        {**unsigned.as_json(), "sha256": hashlib.sha256(content).hexdigest(), "signature": signature}
    )


def record_from_json(value: object) -> SignedRecord:
    """Read `SignedRecord.as_json` back. Raises `RecordError` for a missing, unknown or mistyped field."""
    record = _object(value)
    if record.get("format") != FORMAT:
        raise RecordError(f"The format is {record.get('format')!r}; this program reads {FORMAT!r}.")
    signer = _object(record.get("signer"))
    _expect_fields(signer, {field.name for field in fields(Signer)}, "signer")
    _expect_fields(record, {"format", *(field.name for field in fields(SignedRecord))}, "record")
    texts = {name: item for name, item in record.items() if name not in {"format", "body", "signer"}}
    for name, item in {**texts, **{f"signer.{name}": item for name, item in signer.items()}}.items():
        if not isinstance(item, str) and not (name == "previous" and item is None):
            raise RecordError(f"The field {name} must be text.")
    return SignedRecord(
        body=_object(record["body"]),
        signer=Signer(**signer),  # type: ignore[arg-type]  # checked above, as are the texts
        **texts,  # type: ignore[arg-type]
    )


def verify(record: SignedRecord, keys: KeyRing) -> Verification:
    """Is this record, on its own, what the site signed? `keys` are the site's, from a source you trust."""
    try:
        content = record.content()
    except NotCanonicalError as error:
        return _altered(f"The record holds what no signed record can hold: {error}")
    if hashlib.sha256(content).hexdigest() != record.sha256:
        return _altered("The content was changed after signing: it does not fit its SHA-256.")
    key = keys.get(record.key_id)
    if key is None:
        finding = f"The signature is by key {record.key_id}, which we do not hold. Ask the site for its keys."
        return Verification(Answer.CANNOT_TELL, (finding,))
    if not key.signed(content, decode_base64(record.signature)):
        return _altered(f"The signature was not made by key {record.key_id} over this content.")
    if key.retired_at is not None and record.signed_at > key.retired_at:
        return _altered(
            f"It is dated {record.signed_at}, but key {record.key_id} was retired {key.retired_at}."
        )
    return Verification(Answer.GENUINE)


def verify_chain(
    records: Sequence[SignedRecord], keys: KeyRing, head: str | None = None, first_number: int = 1
) -> Verification:
    """Are these records, in this order, a whole chain from its first record on, each one genuine?

    Nothing in a chain shows what was cut off its end: give the `sha256` of the last record known as `head`.
    Findings count the records from `first_number`.
    """
    if not records:
        return Verification(Answer.CANNOT_TELL, ("There is no record to check.",))
    parts = [_numbered(number, verify(record, keys)) for number, record in enumerate(records, first_number)]
    links = [*_broken_links(records, first_number)]
    if head is not None and records[-1].sha256 != head:
        links.append(f"The chain does not end with its last known record ({head[:16]}…): its end is missing.")
    if links:
        parts.append(_altered(*links))
    return Verification.together(parts)


def _broken_links(records: Sequence[SignedRecord], first_number: int) -> Iterable[str]:
    """One sentence for each record that does not continue the record it stands behind."""
    place: dict[str, int] = {}
    follower: dict[str | None, int] = {}
    all_hashes = {record.sha256 for record in records}
    expected: str | None = None
    for number, record in enumerate(records, first_number):
        twin, fork = place.setdefault(record.sha256, number), follower.setdefault(record.previous, number)
        if twin != number:
            yield f"Record {number} repeats record {twin}."
        elif fork != number:
            yield f"Records {fork} and {number} both continue the same record: there are two histories."
        elif record.previous == expected:
            pass
        elif record.previous is None:
            yield f"Record {number} begins the chain but stands behind another: the order was changed."
        elif record.previous in all_hashes:
            yield f"Record {number} does not continue the record before it: the order was changed."
        else:
            yield f"Record {number} continues a record ({record.previous[:16]}…) that is missing."
        expected = record.sha256


def _numbered(number: int, part: Verification) -> Verification:
    return Verification(part.answer, tuple(f"Record {number}: {finding}" for finding in part.findings))


def _altered(*findings: str) -> Verification:
    return Verification(Answer.ALTERED, findings)


def _content(record: Mapping[str, Json]) -> bytes:
    return canonical({name: item for name, item in record.items() if name not in {"sha256", "signature"}})


def _object(value: object) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise RecordError("A record, its body and its signer must each be a JSON object.")
    return value


def _expect_fields(value: Mapping[str, Json], names: set[str], place: str) -> None:
    if unknown := sorted(value.keys() - names):
        raise RecordError(f"The {place} has a field that does not belong there: {', '.join(unknown)}.")
    if missing := sorted(names - value.keys()):
        raise RecordError(f"The {place} lacks the field {', '.join(missing)}.")
