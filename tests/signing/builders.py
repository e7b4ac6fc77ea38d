"""Keys and records that the tests of signing share."""

from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceu.signing.keys import VerificationKey
from ceu.signing.records import SignedRecord, Signer, seal

SITE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
SITE_KEY = VerificationKey.of(SITE)
RING = {SITE_KEY.key_id: SITE_KEY}
MORNING = datetime(2027, 3, 29, 17, 5, tzinfo=UTC)
WEEK = {"week": "2027-03-22", "setting": "Bayview Clinic", "minutes": {"counseling": 810, "notes": 90}}


def make_record(
    body: dict[str, Any] = WEEK, previous: SignedRecord | None = None, **changes: Any
) -> SignedRecord:
    """A week of hours signed by Dana, in continuation of `previous`."""
    values: dict[str, Any] = {
        "kind": "experience_sign_off",
        "body": body,
        "signer": Signer("7", "Dana Reyes", "LMFT 98765, California, active until 2028-05-31"),
        "meaning": "I attest that I supervised this week and that these hours are correct.",
        "identity_check": "password",
        "signed_at": MORNING,
        "previous": previous.sha256 if previous else None,
        "private_key": SITE,
    }
    return seal(**values | changes)


def make_chain(length: int) -> list[SignedRecord]:
    """Weeks 1 to `length`, each signed in continuation of the one before."""
    records: list[SignedRecord] = []
    for week in range(1, length + 1):
        records.append(make_record({"week": week}, records[-1] if records else None))
    return records
