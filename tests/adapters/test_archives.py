"""Archives that people upload, kind and hostile."""

import stat
import struct
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.archives import MB, Limits, open_archive
from ceu.domain.errors import DomainError

SMALL = Limits(packed=10 * MB, unpacked=4 * MB, largest=3 * MB, files=50, ratio=200)


def packed(files: dict[str, bytes], compression: int = ZIP_DEFLATED) -> BytesIO:
    stream = BytesIO()
    with ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream


def contents(stream: BytesIO, limits: Limits = SMALL) -> list[bytes]:
    with open_archive(stream, limits) as archive:
        return [archive.read(name) for name in archive.names]


def refusal(stream: BytesIO, limits: Limits = SMALL) -> str:
    with pytest.raises(DomainError) as caught:
        contents(stream, limits)
    assert caught.value.field == "file"
    return caught.value.message


def test_what_was_packed_is_read_and_unpacked(tmp_path: Path) -> None:
    files = {"imsmanifest.xml": b"<manifest/>", "pages/one.html": b"<p>One</p>", "pages/größe.txt": b""}
    with open_archive(packed(files)) as archive:
        assert archive.names == tuple(files)
        assert {name: archive.read(name) for name in archive.names} == files
        assert archive.size("pages/one.html") == 10
        assert "pages/one.html" in archive
        assert "pages" not in archive
        with pytest.raises(KeyError):
            archive.read("missing")
        archive.unpack(tmp_path / "new" / "package")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["package"]
    assert (tmp_path / "new/package/pages/größe.txt").read_bytes() == b""
    assert (tmp_path / "new/package/pages/one.html").read_bytes() == b"<p>One</p>"


def test_folders_may_be_listed() -> None:
    stream = packed({"a/": b"", "a/b.txt": b"b"})
    with open_archive(stream) as archive:
        assert archive.names == ("a/b.txt",)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "a/../../evil.txt",
        "/etc/passwd",
        "C:/evil.txt",
        "c:evil.txt",
        "..\\evil.txt",
        "a\\b.txt",
        "\\\\server\\share\\evil.txt",
        "a//b.txt",
        "./a.txt",
        "a/./b.txt",
        "..",
        "evil\n.txt",
        "../folder/",
    ],
)
def test_names_that_lead_out(name: str, tmp_path: Path) -> None:
    assert "leads out of its folder" in refusal(packed({"good.txt": b"", name: b"x"}))


def test_a_name_with_a_null_byte() -> None:
    data = packed({"page.htmlX.txt": b"x"}).getvalue().replace(b"page.htmlX.txt", b"page.html\0.txt")
    assert "leads out of its folder" in refusal(BytesIO(data))


def test_a_name_in_no_encoding() -> None:
    data = packed({"grö.txt": b"x"}).getvalue().replace("ö".encode(), b"\xff\xfe")
    assert "damaged" in refusal(BytesIO(data))


@pytest.mark.parametrize("name", ["x" * 241, f"{'ü' * 130}.txt"])
def test_names_too_long_for_a_disk(name: str) -> None:
    assert "too long" in refusal(packed({name: b""}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices(kind: int) -> None:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        info = ZipInfo("link")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "is a link or a device" in refusal(stream)


def test_an_encrypted_file() -> None:
    data = bytearray(packed({"a.txt": b"x"}).getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refusal(BytesIO(data))


def test_an_unusual_packing() -> None:
    assert "unusual way" in refusal(packed({"a.txt": b"x"}, ZIP_BZIP2))


def test_a_bomb_by_ratio() -> None:
    assert "out of almost nothing" in refusal(packed({"a.txt": b"\0" * (2 * MB)}))


def test_too_much_in_one_file_and_in_all() -> None:
    noise = bytes(range(256)) * (4 * 1024)
    one = {"a.bin": noise * 3 + b"x"}
    assert "“a.bin” has 3 MB; the most is 3 MB" in refusal(packed(one, ZIP_STORED))
    many = {f"{number}.bin": noise for number in range(5)}
    assert "unpacks to 5 MB; the most is 4 MB" in refusal(packed(many, ZIP_STORED))


def test_a_file_larger_than_an_upload_may_be() -> None:
    assert "the most is 1 MB" in refusal(packed({"a": bytes(2 * MB)}, ZIP_STORED), Limits(packed=MB))


def test_a_size_that_lies(tmp_path: Path) -> None:
    """The archive says ten bytes where two megabytes are: no more than ten are ever unpacked, and nothing stays."""
    stream = packed({"good.txt": b"good", "liar.txt": b"\0" * (2 * MB)})
    data = bytearray(stream.getvalue())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<L", 10)
    assert "is damaged or is not as large as it says" in refusal(BytesIO(data))
    with open_archive(BytesIO(data), SMALL) as archive, pytest.raises(DomainError):
        archive.unpack(tmp_path / "package")
    assert list(tmp_path.iterdir()) == []


def test_files_that_lie_over_one_another() -> None:
    """Two names in the directory for the same bytes, as in a bomb without recursion."""
    data = packed({"a.txt": b"the very same bytes"}, ZIP_STORED).getvalue()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), start, 0)
    twice = data[:start] + entry + entry.replace(b"a.txt", b"b.txt") + tail
    assert "lie over one another" in refusal(BytesIO(twice))


def test_seventy_thousand_files_are_refused_before_they_are_listed() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w", allowZip64=True) as archive:
        for number in range(70_000):
            archive.writestr(str(number), b"")
    tracemalloc.start()
    message = refusal(stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "more than 50 files" in message
    assert peak < MB


def test_a_count_that_lies() -> None:
    data = bytearray(packed({f"{number}.txt": b"" for number in range(60)}).getvalue())
    place = data.rindex(b"PK\x05\x06")
    data[place + 8 : place + 12] = struct.pack("<2H", 1, 1)
    assert "more than 50 files" in refusal(BytesIO(data))


@pytest.mark.parametrize("names", [("A.txt", "a.txt"), ("é.txt", "e\u0301.txt")])
def test_names_that_a_disk_may_take_for_one(names: tuple[str, str]) -> None:
    assert "twice" in refusal(packed(dict.fromkeys(names, b"")))


def test_a_file_where_a_folder_is_needed() -> None:
    assert "is a file too" in refusal(packed({"a": b"", "a/b.txt": b""}))


def test_nothing_to_read() -> None:
    assert "is empty" in refusal(packed({}))
    assert "is no ZIP file" in refusal(BytesIO(b"hello"))
    assert "is no ZIP file" in refusal(BytesIO(b""))


@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(0, 400), flips=st.lists(st.tuples(st.integers(0, 399), st.integers(1, 255)), max_size=4)
)
def test_a_damaged_archive_is_read_truly_or_refused(cut: int, flips: list[tuple[int, int]]) -> None:
    files = {"one.txt": b"one " * 30, "two/three.txt": bytes(range(90))}
    data = bytearray(packed(files).getvalue())
    for place, value in flips:
        data[place % len(data)] ^= value
    try:
        read = contents(BytesIO(bytes(data[: len(data) - cut])))
    except DomainError:
        return
    assert all(content in files.values() for content in read)


def test_memory_stays_flat_while_unpacking(tmp_path: Path) -> None:
    noise = bytes(range(256)) * (4 * 1024)
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as file, file.open("large.bin", "w") as large:
        for _ in range(32):
            large.write(noise)
    with path.open("rb") as stream, open_archive(stream) as archive:
        tracemalloc.start()
        archive.unpack(tmp_path / "package")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (tmp_path / "package/large.bin").stat().st_size == 32 * MB
    assert peak < 2 * MB
