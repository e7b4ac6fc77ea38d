"""The keys with which the site signs as a tool of learning platforms (LTI): RSA, since platforms take nothing else.

The folder holds `current.pem`, which signs; `next.pem`, which will; and, after the first rotation, `previous.pem`. All three are
published, so that a platform which keeps a copy of the public keys knows a key long before it signs. Running processes
read the files anew each time: a rotation needs no restart.
"""

from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from ceu.adapters.keys import KeyFileError, create_file, replace_file

ALGORITHM = "RS256"

_CURRENT, _NEXT, _PREVIOUS = "current.pem", "next.pem", "previous.pem"


class ToolKeys:
    """Signs for platforms, and publishes what they check it by; the first use of a folder makes its keys."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sign(self, claims: dict[str, Any]) -> str:
        """A signed token with these claims."""
        key = self._key(_CURRENT)
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, claims, key, [ALGORITHM])

    def published(self) -> dict[str, Any]:
        """The public keys as a JSON Web Key Set (RFC 7517): the one that signs first."""
        names = [_CURRENT, _NEXT]
        if (self._folder / _PREVIOUS).exists():
            names.append(_PREVIOUS)
        keys = {str(key.kid): key for key in map(self._key, names)}
        return dict(KeySet(list(keys.values())).as_dict(private=False))

    def rotate(self) -> str:
        """Sign with the next key from now on, and return its id; a crash in between leaves a key that signs."""
        coming = self._key(_NEXT)
        replace_file(self._folder / _PREVIOUS, self._pem(self._key(_CURRENT)))
        replace_file(self._folder / _CURRENT, self._pem(coming))
        replace_file(self._folder / _NEXT, self._pem(RSAKey.generate_key(2048)))
        return str(coming.kid)

    def _key(self, name: str) -> RSAKey:
        path = self._folder / name
        if name != _PREVIOUS and not path.exists():
            create_file(path, self._pem(RSAKey.generate_key(2048)))
        try:
            pem = path.read_bytes()
            kid = RSAKey.import_key(pem).thumbprint()
            return RSAKey.import_key(pem, {"use": "sig", "alg": ALGORITHM, "kid": kid})
        except (OSError, ValueError, JoseError) as error:
            raise KeyFileError(
                f"The key {path} cannot be read: {error}. Restore it from a backup, or delete it; platforms then take up to a "
                "day to know the new one."
            ) from error

    @staticmethod
    def _pem(key: RSAKey) -> bytes:
        return key.as_pem(private=True)
