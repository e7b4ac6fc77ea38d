"""The public half of a site's key: what everybody may hold in order to check what the site signed."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ceu.signing.canonical import Json


@dataclass(frozen=True)
class VerificationKey:
    """An Ed25519 public key; after `retired_at` (an instant as ISO text) it signs nothing.

    Raises `ValueError` unless `raw` has the 32 bytes of such a key.
    """

    raw: bytes
    retired_at: str | None = None

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise ValueError(
                f"A public key has 32 bytes, this one {len(self.raw)}: it is damaged or not Ed25519."
            )

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> "VerificationKey":
        """The verification key that belongs to a signing key in use."""
        return cls(key.public_key().public_bytes_raw())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw key, 64 hexadecimal digits: what two people compare by eye or by phone."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def key_id(self) -> str:
        """The first 16 digits of the fingerprint: the name by which records refer to the key."""
        return self.fingerprint[:16]

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Did the private half of this key sign `message`?"""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def as_json(self) -> dict[str, Json]:
        """The key as it is published and exported."""
        return {
            "key_id": self.key_id,
            "algorithm": "Ed25519",
            "public_key": base64.b64encode(self.raw).decode(),
            "retired_at": self.retired_at,
        }

    @classmethod
    def from_json(cls, value: object) -> "VerificationKey":
        """Read `as_json` back. Raises `ValueError` with a sentence when it is not such a key."""
        if not isinstance(value, dict) or value.keys() != {"key_id", "algorithm", "public_key", "retired_at"}:
            raise ValueError("A public key holds key_id, algorithm, public_key and retired_at, nothing else.")
        if value["algorithm"] != "Ed25519":
            raise ValueError(f"The public key is for {value['algorithm']!r}; this program knows 'Ed25519'.")
        text, retired_at = value["public_key"], value["retired_at"]
        raw = decode_base64(text) if isinstance(text, str) else b""
        if not isinstance(retired_at, str | None):
            raise ValueError("The date on which the key was retired must be text or null.")
        key = cls(raw, retired_at)
        if value["key_id"] != key.key_id:
            raise ValueError(f"The public key named {value['key_id']} is really key {key.key_id}.")
        return key


KeyRing: TypeAlias = Mapping[str, VerificationKey]


def decode_base64(text: str) -> bytes:
    """The bytes of base64 text in its one correct spelling, else nothing: no signature has two spellings."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""
