"""Files that are kept: one contract for disk and memory."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.files import ENDINGS, LARGEST_FILE, FileStore, FolderFiles, KeptFile, MemoryFiles, look_at
from ceu.domain.errors import DomainError

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


@pytest.fixture(params=["disk", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return FolderFiles(tmp_path / "files") if request.param == "disk" else MemoryFiles()


@pytest.mark.parametrize(("data", "ending"), [(PDF, "pdf"), (PNG, "png"), (JPEG, "jpg")])
def test_a_file_comes_back_by_its_hash(store: FileStore, data: bytes, ending: str) -> None:
    kept = store.put(data)
    assert kept.sha256 == sha256(data).hexdigest()
    assert ENDINGS[kept.media_type] == ending
    assert kept.size == len(data)
    assert store.get(kept.sha256) == data
    assert store.put(data) == kept, "kept once"


def test_a_large_file_is_taken_and_opened_as_a_stream(store: FileStore) -> None:
    def look(stream: BinaryIO) -> KeptFile:
        data = stream.read()
        return KeptFile(sha256(data).hexdigest(), "video/mp4", len(data))

    data = bytes(200_000)
    for _ in range(2):
        kept = store.take(BytesIO(data), look)
    found = store.open(kept.sha256)
    assert found is not None
    with found:
        found.seek(199_990)
        assert found.read() == bytes(10)
    assert store.get(kept.sha256) == data
    assert [store.open(each) for each in ("0" * 64, "", "../../etc/passwd")] == [None] * 3


def test_a_large_file_that_was_cut_comes_whole_again(tmp_path: Path) -> None:
    store, kept = FolderFiles(tmp_path), look_at(PDF)
    store.take(BytesIO(PDF), lambda _: kept)
    (tmp_path / kept.sha256[:2] / kept.sha256).write_bytes(PDF[:4])
    store.take(BytesIO(PDF), lambda _: kept)
    assert store.get(kept.sha256) == PDF


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63 + "/"])
def test_what_is_not_here_is_none(store: FileStore, digest: str) -> None:
    assert store.get(digest) is None


@pytest.mark.parametrize(
    "data",
    [b"", b"<html><script>alert(1)</script>", b"GIF89a", b"PK\x03\x04", b" %PDF-1.7", b"\x89PNG", b"<svg/>"],
)
def test_other_kinds_are_refused_with_a_sentence(store: FileStore, data: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        store.put(data)
    assert caught.value.field == "file"


def test_the_size_is_limited(store: FileStore) -> None:
    store.put(PDF.ljust(LARGEST_FILE, b" "))
    with pytest.raises(DomainError, match="8 MB"):
        store.put(PDF.ljust(LARGEST_FILE + 1, b" "))


def test_a_damaged_file_is_no_file_until_it_comes_again(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path)
    kept = store.put(PDF)
    path = tmp_path / kept.sha256[:2] / kept.sha256
    path.write_bytes(PDF + b"altered")
    assert store.get(kept.sha256) is None
    store.put(PDF)
    assert store.get(kept.sha256) == PDF
    assert path.stat().st_mode & 0o077 == 0, "for the site's user only"
    assert [one.name for one in path.parent.iterdir()] == [kept.sha256], "nothing half-written stays"


def test_what_nobody_has_put_lately_is_named_and_can_be_removed(store: FileStore) -> None:
    kept = store.put(PDF)
    now = datetime.now(UTC)
    assert store.last_put_before(now - timedelta(minutes=5)) == []
    assert store.last_put_before(now + timedelta(minutes=5)) == [kept.sha256]
    store.remove(kept.sha256)
    assert store.get(kept.sha256) is None
    assert store.last_put_before(now + timedelta(minutes=5)) == []


def test_a_file_that_is_put_again_is_young_again(tmp_path: Path) -> None:
    """Otherwise it could be swept away before the row that names it is saved."""
    store = FolderFiles(tmp_path)
    kept = store.put(PDF)
    os.utime(tmp_path / kept.sha256[:2] / kept.sha256, (0, 0))
    assert store.last_put_before(datetime(2001, 1, 1, tzinfo=UTC)) == [kept.sha256]
    store.put(PDF)
    assert store.last_put_before(datetime(2001, 1, 1, tzinfo=UTC)) == []


@given(st.binary(max_size=64))
def test_only_known_beginnings_are_taken(data: bytes) -> None:
    begins = data.startswith((b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
    if begins:
        assert look_at(data).media_type in ENDINGS
    else:
        with pytest.raises(DomainError):
            look_at(data)
