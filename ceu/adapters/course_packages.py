"""Courses as ZIP files: the folder of a course, packed. What goes out comes in again as the same content."""

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ceu.adapters.archives import Archive, open_archive
from ceu.adapters.courses import COURSE, CourseContent, CourseError, Files, read_content, write_content
from ceu.domain.errors import DomainError

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same content is the same bytes, whenever it is packed."""


class _Within:
    """The files of an archive below the folder in which its course lies."""

    def __init__(self, archive: Archive) -> None:
        homes = sorted((name.removesuffix(COURSE) for name in archive.names if _is_course(name)), key=len)
        if not homes:
            raise DomainError(
                f"There is no {COURSE} in this ZIP file. Pack the whole folder of one course.", field="file"
            )
        self._archive, self._home = archive, homes[0]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(
            name.removeprefix(self._home) for name in self._archive.names if name.startswith(self._home)
        )

    def read(self, name: str) -> bytes:
        return self._archive.read(self._home + name)

    def open(self, name: str) -> BinaryIO:
        return self._archive.open(self._home + name)


def _is_course(name: str) -> bool:
    return name == COURSE or name.endswith(f"/{COURSE}")


Keep = Callable[[str, BinaryIO], object]
"""Keeps a file of a course, by its name and content."""


def read_package(stream: BinaryIO, keep: Keep) -> CourseContent:
    """The content of a packed course folder, each of its files kept. It may have mistakes, as a draft may.

    Raises DomainError with a sentence on ``file`` for an archive that is refused or files that cannot be read at all.
    """
    with open_archive(stream) as archive:
        return take_in(_Within(archive), keep)


def take_in(files: Files, keep: Keep) -> CourseContent:
    """The content of a course folder, each of its files kept. Raises DomainError on ``file`` for what cannot be read at all."""
    try:
        content, _ = read_content(files)
    except CourseError as error:
        raise DomainError(" ".join(str(problem) for problem in error.problems[:10]), field="file") from error
    for name in content.assets:
        with files.open(name) as stream:
            keep(name, stream)
    return content


def write_package(content: CourseContent, folder: str, opened: Callable[[str], BinaryIO | None]) -> BinaryIO:
    """The folder of a course as a ZIP file, itself a nameless file on the disk; ``opened`` gives an asset by its SHA-256.

    Raises DomainError when a file is no longer kept, so that nothing goes out incomplete.
    """
    stream = TemporaryFile("w+b")  # noqa: SIM115 - whoever asked closes it
    try:
        with ZipFile(stream, "w") as archive:
            for name, text in write_content(content).items():
                _add(archive, f"{folder}/{name}", BytesIO(text.encode()))
            for name, digest in content.assets.items():
                found = opened(digest)
                if found is None:
                    raise DomainError(
                        f"The file “{Path(name).name}” is no longer kept. Upload it again.", field="file"
                    )
                with found:
                    _add(archive, f"{folder}/{name}", found)
    except BaseException:
        stream.close()
        raise
    stream.seek(0)
    return stream


def pack(files: Files) -> BytesIO:
    """A folder of files as a ZIP file; the same files are the same bytes."""
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name in files.names:
            with files.open(name) as content:
                _add(archive, name, content)
    stream.seek(0)
    return stream


def _add(archive: ZipFile, name: str, content: BinaryIO) -> None:
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with archive.open(info, "w") as member:
        shutil.copyfileobj(content, member)
