"""Whether a certificate is genuine, and whether a file is the one that was issued; in words. Pure."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from ceu.signing.keys import KeyRing
from ceu.signing.records import Answer, SignedRecord, Verification, verify


class Standing(StrEnum):
    """What a certificate is worth now."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    ALTERED = "altered"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Check:
    """The live check of a record, and what follows for the certificate."""

    standing: Standing
    verification: Verification


def check(
    record: SignedRecord, number: str, keys: KeyRing, *, is_revoked: bool, is_superseded: bool
) -> Check:
    """Check signature and content now; a record that is not what was signed is worth nothing, revoked or not."""
    verification = verify(record, keys)
    certificate = record.body["certificate"]
    if not isinstance(certificate, dict) or certificate.get("number") != number:
        finding = "The record kept under this number is another certificate's."
        verification = Verification(Answer.ALTERED, (*verification.findings, finding))
    return Check(_standing(verification.answer, is_revoked, is_superseded), verification)


def _standing(answer: Answer, is_revoked: bool, is_superseded: bool) -> Standing:
    if answer is Answer.ALTERED:
        return Standing.ALTERED
    if is_revoked:
        return Standing.REVOKED
    if answer is Answer.CANNOT_TELL:
        return Standing.CANNOT_TELL
    return Standing.SUPERSEDED if is_superseded else Standing.VALID


class FileAnswer(StrEnum):
    """What comparing a file with the one that was issued can say."""

    IDENTICAL = "identical"
    DIFFERS = "differs"
    NOT_A_PDF = "not_a_pdf"
    TOO_LARGE = "too_large"


def compare_file(data: bytes, issued_sha256: str, largest: int) -> FileAnswer:
    """Is this file, byte for byte, the PDF that was issued? Nothing larger than ``largest`` bytes is looked at."""
    if len(data) > largest:
        return FileAnswer.TOO_LARGE
    if hashlib.sha256(data).hexdigest() == issued_sha256:
        return FileAnswer.IDENTICAL
    return FileAnswer.DIFFERS if data.startswith(b"%PDF-") else FileAnswer.NOT_A_PDF
