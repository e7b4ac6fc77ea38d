"""Files that people hand in and the site keeps: scans and documents, named by the SHA-256 of their bytes.

What a file is, is read from its first bytes and never from its name. Only kinds that a browser shows without running
anything of theirs are taken, and they are sent as downloads, never inside a page.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from ceu.domain.errors import DomainError

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes of one file; a scan of twenty pages at 150 dots per inch takes about half."""

ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class KeptFile:
    """A file as it is kept: its hash in hexadecimal, its media type, its size in bytes."""

    sha256: str
    media_type: str
    size: int


Look = Callable[[bytes], KeptFile]
"""Says what a file is, or raises DomainError with a sentence when it may not be kept."""
LookThrough = Callable[[BinaryIO], KeptFile]
"""The same of a file too large for memory; it may read the stream as far as it likes."""


class FileStore(Protocol):
    """Keeps files by their content: the same bytes are kept once.

    ``put`` raises DomainError with a sentence for what ``look`` refuses: an empty or too large file, a kind that is not taken.
    ``get`` gives the bytes of a hash, or None when they are not here or are no longer those of the hash. ``take`` and ``open`` do
    the same a block at a time, for files of courses; ``open`` does not read a file through to see whether it is whole.
    ``last_put_before`` names what nobody has put or taken since an instant, and ``remove`` takes a file away for good.
    """

    def put(self, data: bytes, look: Look = ...) -> KeptFile: ...

    def get(self, digest: str) -> bytes | None: ...

    def last_put_before(self, instant: datetime) -> list[str]: ...

    def remove(self, digest: str) -> None: ...

    def take(self, stream: BinaryIO, look: LookThrough) -> KeptFile: ...

    def open(self, digest: str) -> BinaryIO | None: ...


def look_at(data: bytes) -> KeptFile:
    """What a file is, if it may be kept. Raises DomainError with a sentence on ``file`` otherwise."""
    if not data:
        raise DomainError("This file is empty. Choose another.", field="file")
    if len(data) > LARGEST_FILE:
        raise DomainError(
            f"This file is too large: the most is {LARGEST_FILE // 2**20} MB. Scan it at 150 dots per inch, or in parts.",
            field="file",
        )
    kind = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), None)
    if kind is None:
        raise DomainError(
            "This is no PDF, PNG or JPEG, whatever its name says. Save or scan it as one of these.",
            field="file",
        )
    return KeptFile(sha256(data).hexdigest(), kind, len(data))


class MemoryFiles:
    """Keeps files until the process ends, for tests; ``put_at`` are the seconds since 1970 at which each was put."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.put_at: dict[str, float] = {}

    def put(self, data: bytes, look: Look = look_at) -> KeptFile:
        seen = look(data)
        self.kept[seen.sha256], self.put_at[seen.sha256] = data, time.time()
        return seen

    def get(self, digest: str) -> bytes | None:
        return _only_if_whole(self.kept.get(digest), digest)

    def last_put_before(self, instant: datetime) -> list[str]:
        return [digest for digest, at in self.put_at.items() if at < instant.timestamp()]

    def remove(self, digest: str) -> None:
        del self.kept[digest], self.put_at[digest]

    def take(self, stream: BinaryIO, look: LookThrough) -> KeptFile:
        seen = look(stream)
        stream.seek(0)
        self.kept[seen.sha256], self.put_at[seen.sha256] = stream.read(), time.time()
        return seen

    def open(self, digest: str) -> BinaryIO | None:
        return BytesIO(self.kept[digest]) if digest in self.kept else None


class FolderFiles:
    """Keeps files in a folder, readable by the site's user only: ``ab/abcd…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, look: Look = look_at) -> KeptFile:
        seen = look(data)
        if self.get(seen.sha256) is None:
            self._write(seen.sha256, BytesIO(data))
        else:
            os.utime(self._path(seen.sha256))  # put again: see last_put_before
        return seen

    def take(self, stream: BinaryIO, look: LookThrough) -> KeptFile:
        seen = look(stream)
        path = self._path(seen.sha256)
        if not path.is_file() or path.stat().st_size != seen.size:
            stream.seek(0)
            self._write(seen.sha256, stream)
        else:
            os.utime(path)
        return seen

    def _write(self, digest: str, stream: BinaryIO) -> None:
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".coming-")  # mkstemp makes it 0600
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(stream, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)  # whole, or not at all

    def get(self, digest: str) -> bytes | None:
        if not _NAME.fullmatch(digest):
            return None
        path = self._path(digest)
        return _only_if_whole(path.read_bytes() if path.is_file() else None, digest)

    def last_put_before(self, instant: datetime) -> list[str]:
        found = (path for path in self._folder.glob("??/*") if _NAME.fullmatch(path.name))
        return [path.name for path in found if path.stat().st_mtime < instant.timestamp()]

    def remove(self, digest: str) -> None:
        self._path(digest).unlink()

    def open(self, digest: str) -> BinaryIO | None:
        path = self._path(digest)
        return path.open("rb") if _NAME.fullmatch(digest) and path.is_file() else None

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _only_if_whole(data: bytes | None, digest: str) -> bytes | None:
    return data if data is not None and sha256(data).hexdigest() == digest else None
