"""Secrets that travel in cookies and links; the database keeps only their digests."""

import hashlib
import secrets


def new_token() -> str:
    """A secret nobody can guess: 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """The SHA-256 of a secret, as hex, under which it is found again."""
    return hashlib.sha256(secret.encode()).hexdigest()
