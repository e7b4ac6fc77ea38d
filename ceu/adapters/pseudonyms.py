"""Pseudonyms of clients: hashes that tell two clients of one log apart, and nothing else."""

import hmac
from hashlib import sha256

LENGTH = 32


class Pseudonyms:
    """Makes hashes with the site's own secret; without it nobody can try numbers or names until one fits."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def of(self, person_id: int, client: str) -> str:
        """The hash of a client's number in one person's log: another person's log has another for the same number."""
        spelled = f"{person_id}:{client.strip().casefold()}"
        return hmac.digest(self._secret, spelled.encode(), sha256).hex()[:LENGTH]
