"""The site's secrets as files: the Ed25519 key that signs records, and the key of the session cookies.

The folder holds `site-key.pem` (the key in use, readable by its owner only) and, for every key the site ever
had, `<key id>.json` with its public half. A damaged or lost key is never replaced in silence: records signed by
the old one would stop being checkable, and nobody would know why.
"""

import json
import os
import secrets
import tempfile
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ceu.signing.canonical import iso
from ceu.signing.keys import KeyRing, VerificationKey

SECRET_LENGTH = 64


class KeyFileError(Exception):
    """A key file is damaged, lost or unreadable; the message says what to do."""


class SiteKeys:
    """The signing key of one site and its public keys, old and new; the first use of a folder makes the key.

    Several processes may start on one empty folder at once: they end up with the same key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.signing_key = self._load_or_create()
        self._publish(VerificationKey.of(self.signing_key))

    @property
    def public_keys(self) -> KeyRing:
        """Every key the site ever signed with, by key id; those no longer in use say since when."""
        current = VerificationKey.of(self.signing_key)
        keys = {key.key_id: key for key in self._published()}
        return keys | {current.key_id: current}

    def replace(self, now: datetime) -> None:
        """Sign with a new key from now on; the old one is kept for checking what it signed until now.

        Other processes of the site go on with the old key: stop them before, start them after.
        """
        old, new = VerificationKey.of(self.signing_key), Ed25519PrivateKey.generate()
        # In this order a crash in between leaves the old key in use, and `public_keys` says so.
        self._publish(VerificationKey.of(new))
        replace_file(self._folder / f"{old.key_id}.json", _public_text(VerificationKey(old.raw, iso(now))))
        replace_file(self._key_file, _pem(new))
        self.signing_key = new

    @property
    def _key_file(self) -> Path:
        return self._folder / "site-key.pem"

    def _load_or_create(self) -> Ed25519PrivateKey:
        known = [
            key.key_id for key in self._published()
        ]  # before the look at the key: another process may make it
        if known and not self._key_file.exists():
            raise KeyFileError(
                f"The site's signing key {self._key_file} is missing, but the site has signed with "
                f"{', '.join(known)}. Restore the file from a backup. Only if it is lost for good, move the .json "
                f"files beside it away; a new key is then made, and what the old one signed cannot be checked here."
            )
        create_file(self._key_file, _pem(Ed25519PrivateKey.generate()))
        try:
            key = load_pem_private_key(self._key_file.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise KeyFileError(
                f"The site's signing key {self._key_file} cannot be read: {error}. Restore it from a backup and make "
                f"sure that the user who runs Ceu may read it. No new key was made."
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFileError(f"{self._key_file} holds a key of another kind. Ceu signs with Ed25519 keys.")
        return key

    def _published(self) -> list[VerificationKey]:
        return [self._read_public(path) for path in sorted(self._folder.glob("*.json"))]

    def _read_public(self, path: Path) -> VerificationKey:
        try:
            return VerificationKey.from_json(json.loads(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise KeyFileError(
                f"The public key {path} is damaged: {error} Restore it from a backup."
            ) from error

    def _publish(self, key: VerificationKey) -> None:
        create_file(self._folder / f"{key.key_id}.json", _public_text(key))


def load_or_create_secret(path: Path) -> str:
    """The secret that signs session cookies: 64 hexadecimal digits, made on first use and then kept."""
    create_file(path, secrets.token_hex(SECRET_LENGTH // 2).encode())
    try:
        secret = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"The session secret {path} cannot be read ({error}). Check its owner.") from error
    if len(secret) < SECRET_LENGTH:
        raise KeyFileError(
            f"The session secret {path} is damaged. Delete the file; everybody must sign in again."
        )
    return secret


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_text(key: VerificationKey) -> bytes:
    return json.dumps(key.as_json(), indent=2).encode() + b"\n"


def create_file(path: Path, data: bytes) -> None:
    """Write a new file, whole or not at all; where the file exists already, leave it as it is."""
    if path.exists():
        return
    temporary = _write_temporary(path, data)
    try:
        os.link(temporary, path)  # unlike a rename, a link never replaces what another process has just made
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file, whole or not at all."""
    _write_temporary(path, data).replace(path)


def _write_temporary(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
