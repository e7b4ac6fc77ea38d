"""Public keys: their names, and that a damaged one is noticed."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceu.signing.keys import VerificationKey, decode_base64
from tests.signing.builders import SITE_KEY


def test_it_works() -> None:
    # RFC 8032, section 7.1, test 2
    private = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    key = VerificationKey.of(private)
    assert key.raw.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert key.signed(b"\x72", private.sign(b"\x72"))
    assert not key.signed(b"\x73", private.sign(b"\x72"))
    assert key.key_id == key.fingerprint[:16]


def test_a_key_survives_export() -> None:
    retired = VerificationKey(SITE_KEY.raw, "2027-04-01T00:00:00Z")
    assert VerificationKey.from_json(retired.as_json()) == retired


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"algorithm": "RSA"}, "for 'RSA'"),
        ({"public_key": "AAAA"}, "32 bytes"),
        ({"public_key": 5}, "32 bytes"),
        ({"retired_at": 5}, "must be text or null"),
        ({"key_id": "0" * 16}, "is really key"),
        ({"note": "trust me"}, "nothing else"),
    ],
)
def test_it_refuses_a_damaged_key(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        VerificationKey.from_json(SITE_KEY.as_json() | change)


@pytest.mark.parametrize("text", ["AB==", "AA=", "A A==", "AA==\n", "é"])
def test_base64_has_one_spelling(text: str) -> None:
    assert decode_base64("AA==") == b"\0"
    assert decode_base64(text) == b""
