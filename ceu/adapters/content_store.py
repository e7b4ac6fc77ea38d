"""Unpacked content packages, kept by the SHA-256 of the uploaded file and never changed afterwards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from ceu.adapters.archives import BLOCK, Limits, open_archive
from ceu.adapters.content import Manifest, read_manifest
from ceu.domain.errors import DomainError

LIMITS = Limits()
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEAD = re.compile(rb"<head(\s[^>]*)?>", re.IGNORECASE)
_OPENING = re.compile(rb"\s*(<!doctype[^>]*>)?\s*(<html(\s[^>]*)?>)?", re.IGNORECASE)

MEDIA_TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "js": "text/javascript",
    "mjs": "text/javascript", "css": "text/css", "json": "application/json", "xml": "application/xml",
    "txt": "text/plain", "vtt": "text/vtt", "srt": "text/plain", "csv": "text/csv", "pdf": "application/pdf",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml",
    "webp": "image/webp", "avif": "image/avif", "ico": "image/x-icon", "bmp": "image/bmp", "mp4": "video/mp4",
    "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4",
    "ogg": "audio/ogg", "oga": "audio/ogg", "wav": "audio/wav", "woff": "font/woff", "woff2": "font/woff2",
    "ttf": "font/ttf", "otf": "font/otf", "wasm": "application/wasm",
}  # fmt: skip
"""By a file's ending; never guessed from its bytes. Everything else is sent as a plain download."""


@dataclass(frozen=True)
class KeptPackage:
    """A package as it is kept: its hash in hexadecimal, what it holds, its files, and the bytes they take unpacked."""

    sha256: str
    manifest: Manifest
    files: int
    size: int


@dataclass(frozen=True)
class ContentFile:
    """A file of a package on the disk, and what to call it when it is sent."""

    path: Path
    media_type: str

    @property
    def is_page(self) -> bool:
        """Whether it is a page in which scripts run and look for their run-time."""
        return self.media_type in {"text/html", "application/xhtml+xml"}

    def with_script(self, tags: str) -> Iterator[bytes]:
        """The page a block at a time, with ``tags`` before every script of its own."""
        with self.path.open("rb") as file:
            beginning = file.read(BLOCK)
            place = _HEAD.search(beginning) or _OPENING.match(beginning)
            cut = place.end() if place else 0
            yield beginning[:cut] + tags.encode() + beginning[cut:]
            while block := file.read(BLOCK):
                yield block


class ContentStore:
    """Packages below one folder: ``ab/abcd…/``, each whole or not there at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: BinaryIO) -> KeptPackage:
        """Look through an uploaded package and unpack it; the same package is kept once.

        Raises DomainError with a sentence when it is refused, and leaves nothing behind.
        """
        stream.seek(0)
        with open_archive(stream, LIMITS) as archive:
            manifest = read_manifest(archive)
            stream.seek(0)
            digest = _digest(stream)
            size = sum(archive.size(name) for name in archive.names)
            folder = self._package(digest)
            if not folder.is_dir():
                try:
                    archive.unpack(folder)
                except OSError as error:
                    if not folder.is_dir():  # another upload of the same package may have been faster
                        raise DomainError(
                            "This package could not be written to the site's disk. Ask who runs the site for room.",
                            field="file",
                        ) from error
        return KeptPackage(digest, manifest, len(archive.names), size)

    def find(self, digest: str, name: str) -> ContentFile | None:
        """A file of a package by its path inside it; None when there is none, or when the path leads elsewhere."""
        if not _DIGEST.fullmatch(digest) or "\0" in name or "\\" in name:
            return None
        folder = self._package(digest).resolve()
        path = (folder / name).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            return None
        return ContentFile(path, MEDIA_TYPES.get(path.suffix[1:].lower(), "application/octet-stream"))

    def _package(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _digest(stream: BinaryIO) -> str:
    hashed = sha256()
    while block := stream.read(BLOCK):
        hashed.update(block)
    return hashed.hexdigest()
