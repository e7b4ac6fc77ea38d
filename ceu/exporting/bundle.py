"""A log with its evidence as one ZIP file: ``log.json``, the sealed export, and ``evidence/<SHA-256>.<ending>``."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ceu.adapters.archives import Archive, open_archive
from ceu.adapters.files import ENDINGS
from ceu.domain.errors import DomainError

LOG = "log.json"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP file can say: the record inside says when


def bundle(log: bytes, files: Iterable[tuple[str, bytes]]) -> bytes:
    """The ZIP file of an export and its evidence, by hash and ending; what is compressed already is not compressed again."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, data in ((LOG, log), *files):
            archive.writestr(ZipInfo(name, _WHEN), data)
    return packed.getvalue()


def file_name(row: Mapping[str, Any]) -> str:
    """Under which name the file of a row of evidence stands in the ZIP file."""
    return f"evidence/{row['sha256']}.{ENDINGS[row['media_type']]}"


def evidence_files(
    rows: Iterable[Mapping[str, Any]], get: Callable[[str], bytes | None]
) -> Iterator[tuple[str, bytes]]:
    """The files of these rows that are kept here, each once."""
    seen: set[str] = set()
    for row in rows:
        data = None if row["sha256"] in seen else get(row["sha256"])
        if data is not None:
            seen.add(row["sha256"])
            yield file_name(row), data


def unbundle(data: bytes) -> tuple[bytes, Callable[[Sequence[Mapping[str, Any]]], list[bytes]]]:
    """The export in a file that may be a ZIP file, and what gives the evidence of its rows as far as it lies beside it.

    Raises DomainError with a sentence for a ZIP file that is no such bundle, or whose evidence was altered.
    """
    if not data.startswith(b"PK"):
        return data, lambda rows: []
    with open_archive(BytesIO(data)) as archive:
        if LOG not in archive:
            raise DomainError(
                f"This ZIP file holds no {LOG}. Choose the one of “Everything, with signatures and evidence”.",
                field="file",
            )
        log = archive.read(LOG)

    def files(rows: Sequence[Mapping[str, Any]]) -> list[bytes]:
        with open_archive(BytesIO(data)) as opened:
            return [_checked(opened, row) for row in rows if file_name(row) in opened]

    return log, files


def _checked(archive: Archive, row: Mapping[str, Any]) -> bytes:
    data = archive.read(file_name(row))
    if sha256(data).hexdigest() != row["sha256"]:
        raise DomainError(
            f"The evidence “{row['title']}” was altered after it was sealed, so nothing of this file was taken.",
            field="file",
        )
    return data
