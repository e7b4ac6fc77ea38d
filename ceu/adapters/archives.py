"""ZIP archives that people upload: looked through before anything is unpacked, and unpacked within bounds.

What an archive says of itself is not believed. Names that lead out of a folder, links, encrypted or overlapping files and
sizes beyond all reason are refused with a sentence; what a file really unpacks to is counted while it is read. Reading
takes a block at a time, so memory stays flat, and ``Archive.unpack`` leaves nothing behind when it fails.
"""

import re
import shutil
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile, mkdtemp
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ceu.domain.errors import DomainError

MB = 2**20
BLOCK = 64 * 1024
LONGEST_NAME = 240
"""Characters of a path inside an archive."""

_LOCAL_HEADER = 30  # bytes before a file's name; APPNOTE.TXT 6.3.10, section 4.3.7
_END = struct.Struct("<4s4H2LH")  # the end of the central directory, section 4.3.16
_END_MARK = b"PK\x05\x06"
_LONGEST_COMMENT = 65_535
_ENTRY = 1_024  # bytes the central directory may spend on a file, with its name and extra fields
_NO_RATIO_BELOW = MB  # a small file may well be one letter repeated
_DRIVE = re.compile(r"[A-Za-z]:")
_CANNOT_READ = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    UnicodeDecodeError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    """The most an archive may hold: bytes packed, bytes unpacked in all and per file, files, and bytes out of one byte in."""

    packed: int = 100 * MB
    unpacked: int = 400 * MB
    largest: int = 200 * MB
    files: int = 5_000
    ratio: int = 200


class Archive:
    """An archive that has been looked through. ``names`` are the paths of its files, as written, folders left out."""

    def __init__(self, file: ZipFile, entries: Sequence[ZipInfo]) -> None:
        self._file = file
        self._entries = {entry.filename: entry for entry in entries}
        self.names = tuple(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """How many bytes a file says it unpacks to; ``read`` and ``unpack`` hold it to that."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """The content of one file. Raises KeyError for a name that is not there, DomainError for a damaged one."""
        return b"".join(self._blocks(self._entries[name]))

    def open(self, name: str) -> BinaryIO:
        """The content of one file as a nameless file on the disk, for those too large for memory. Raises as ``read``."""
        file = TemporaryFile("w+b")  # noqa: SIM115 - whoever asked closes it
        try:
            for block in self._blocks(self._entries[name]):
                file.write(block)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def unpack(self, folder: Path) -> None:
        """Write all files into a folder that does not exist yet; it appears whole, or not at all."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        scaffold = Path(mkdtemp(prefix=".unpacking-", dir=folder.parent))
        try:
            for name, entry in self._entries.items():
                target = scaffold / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    for block in self._blocks(entry):
                        file.write(block)
            scaffold.chmod(0o755)
            scaffold.rename(folder)
        except BaseException:
            shutil.rmtree(scaffold, ignore_errors=True)
            raise

    def _blocks(self, entry: ZipInfo) -> Iterator[bytes]:
        count = 0
        try:
            with self._file.open(entry) as stream:
                while block := stream.read(BLOCK):
                    count += len(block)
                    yield block
        except _CANNOT_READ as error:
            raise _damaged(entry.filename) from error
        if count != entry.file_size:
            raise _damaged(entry.filename)


@contextmanager
def open_archive(stream: BinaryIO, limits: Limits = Limits()) -> Iterator[Archive]:
    """Look through an uploaded ZIP archive and open it. Raises DomainError with a sentence when it is refused."""
    _check_directory(stream, limits)
    try:
        file = ZipFile(stream)
    except _CANNOT_READ as error:
        raise _refused(
            "This ZIP file is damaged: its list of files cannot be read. Pack it again."
        ) from error
    with file:
        entries = [entry for entry in file.infolist() if not entry.is_dir()]
        _check(file, entries, limits)
        yield Archive(file, entries)


def _refused(sentence: str) -> DomainError:
    return DomainError(sentence, field="file")


def _damaged(name: str) -> DomainError:
    return _refused(f"“{name}” in this ZIP file is damaged or is not as large as it says. Pack it again.")


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Refuse by the end of the file alone what would be dear even to list."""
    size = stream.seek(0, 2)
    if size > limits.packed:
        raise _refused(
            f"This file has {size / MB:.0f} MB; the most is {limits.packed // MB} MB. "
            "Make its videos and pictures smaller, or divide it."
        )
    stream.seek(max(0, size - _END.size - _LONGEST_COMMENT))
    tail = stream.read()
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) - place < _END.size:
        raise _refused("This is no ZIP file, or its end is missing. Choose the package as it was exported.")
    _, _, _, _, files, length, start, _ = _END.unpack_from(tail, place)
    if files > limits.files or length > limits.files * _ENTRY or start == 2**32 - 1:
        raise _refused(f"This ZIP file lists more than {limits.files:,} files. Divide it.")


def _check(file: ZipFile, entries: Sequence[ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.files:
        raise _refused(f"This ZIP file lists more than {limits.files:,} files. Divide it.")
    if not entries:
        raise _refused("This ZIP file is empty. Pack it again.")
    for entry in file.infolist():
        _check_name(entry)
        _check_kind(entry)
    _check_sizes(entries, limits)
    _check_places(file, entries)
    _check_collisions(entries)


def _check_name(entry: ZipInfo) -> None:
    name = entry.orig_filename
    parts = name.removesuffix("/").split("/")
    leads_out = "\\" in name or _DRIVE.match(name) or any(part in {"", ".", ".."} for part in parts)
    if leads_out or any(unicodedata.category(character) == "Cc" for character in name):
        raise _refused(
            f"This ZIP file holds a file named {name!a}, which leads out of its folder. "
            "Pack the folder again with relative names and forward slashes."
        )
    if len(name) > LONGEST_NAME or any(len(part.encode()) > 255 for part in parts):
        raise _refused(f"The name “{name[:40]}…” in this ZIP file is too long. Shorten it, and pack again.")


def _check_kind(entry: ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise _refused(f"“{entry.filename}” in this ZIP file is a link or a device. Pack the file itself.")
    if entry.flag_bits & 1:
        raise _refused("This ZIP file is encrypted. Pack it again without a password.")
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise _refused(
            f"“{entry.filename}” is packed in an unusual way. Pack the folder as an ordinary ZIP file."
        )


def _check_sizes(entries: Sequence[ZipInfo], limits: Limits) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked:
        raise _refused(
            f"This ZIP file unpacks to {total / MB:,.0f} MB; the most is {limits.unpacked // MB} MB. Divide it."
        )
    for entry in entries:
        if entry.file_size > limits.largest:
            raise _refused(
                f"“{entry.filename}” has {entry.file_size / MB:,.0f} MB; the most is {limits.largest // MB} MB. "
                "Make it smaller."
            )
        if entry.file_size > max(_NO_RATIO_BELOW, limits.ratio * entry.compress_size):
            raise _refused(
                f"“{entry.filename}” would unpack to {entry.file_size / MB:,.0f} MB out of almost nothing, as no real "
                "file does. Look at where this package comes from."
            )


def _check_places(file: ZipFile, entries: Sequence[ZipInfo]) -> None:
    """Files that share bytes are how a small archive becomes a huge one."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset + _LOCAL_HEADER + entry.compress_size for entry in ordered]
    begins = [*(entry.header_offset for entry in ordered[1:]), file.start_dir]
    if any(end > begin for end, begin in zip(ends, begins, strict=True)):
        raise _refused("Files in this ZIP file lie over one another. Pack the folder again.")


def _check_collisions(entries: Sequence[ZipInfo]) -> None:
    """Two names that one disk tells apart and another does not, or a file where another file needs a folder."""
    folded = sorted(unicodedata.normalize("NFC", entry.filename).casefold() for entry in entries)
    for name, following in pairwise(folded):
        if name == following:
            raise _refused(f"This ZIP file holds “{name}” twice. Pack the folder again.")
    names = set(folded)
    for name in folded:
        if any(str(parent) in names for parent in PurePosixPath(name).parents):
            raise _refused(f"“{name}” lies in this ZIP file under a name that is a file too. Pack it again.")
