"""Packages made to harm, of either standard, as the site takes them in: refused in words, with nothing left and memory flat."""

import stat
import struct
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from ceu.adapters.archives import MB
from ceu.adapters.content import LARGEST_MANIFEST
from ceu.adapters.content_store import ContentStore
from ceu.domain.errors import DomainError
from tests.packages.samples import CMI5, PAGE, SCORM_12, zipped

WHOLE = {
    "cmi5": {"cmi5.xml": CMI5, "au/index.html": PAGE, "au/again.html": PAGE},
    "scorm12": {"imsmanifest.xml": SCORM_12, "hear.html": PAGE, "read.html": PAGE},
}
LAUGHS = '<!DOCTYPE c [<!ENTITY l0 "lol">{}]>'.format(
    "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
)
OUTSIDE = '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE c SYSTEM "http://127.0.0.1:9/x.dtd">'


def _with_link(files: dict[str, str]) -> BytesIO:
    stream = zipped(files)
    with ZipFile(stream, "a") as archive:
        info = ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return stream


def _lying(files: dict[str, str]) -> BytesIO:
    """The last file says ten bytes where two megabytes are."""
    data = bytearray(zipped({**files, "liar.bin": bytes(2 * MB)}).getvalue())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<L", 10)
    return BytesIO(data)


def _crowded(files: dict[str, str]) -> BytesIO:
    stream = BytesIO()
    with ZipFile(stream, "w", allowZip64=True) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
        for number in range(10_000):
            archive.writestr(ZipInfo(f"f/{number}"), b"")
    return stream


HOSTILE: dict[str, tuple[Callable[[dict[str, str]], BytesIO], str]] = {
    "a path that leads out": (lambda files: zipped({**files, "../../evil.html": "x"}), "leads out"),
    "an absolute path": (lambda files: zipped({**files, "/etc/cron.d/evil": "x"}), "leads out"),
    "a drive": (lambda files: zipped({**files, "C:/evil.html": "x"}), "leads out"),
    "a backslash": (lambda files: zipped({**files, "..\\evil.html": "x"}), "leads out"),
    "a link": (_with_link, "a link or a device"),
    "a bomb by ratio": (
        lambda files: zipped({**files, "zeros.bin": bytes(50 * MB)}),
        "out of almost nothing",
    ),
    "a size that lies": (_lying, "not as large as it says"),
    "too many entries": (_crowded, "lists more than 5,000 files"),
}


@pytest.mark.parametrize("standard", WHOLE)
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing(kind: str, standard: str, tmp_path: Path) -> None:
    build, sentence = HOSTILE[kind]
    stream = build(WHOLE[standard])
    _refused(stream, sentence, tmp_path)


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("standard", WHOLE)
def test_entities_are_neither_expanded_nor_fetched(doctype: str, standard: str, tmp_path: Path) -> None:
    name, *_ = files = WHOLE[standard]
    text = files[name].partition("?>")[2]
    named = "&l11;" if doctype is LAUGHS else "&x;"
    text = text.replace("Answering, packed", named).replace("Listening, packed", named)
    sentence = (
        "no whole XML" if doctype is LAUGHS else "entities of its own"
    )  # the first, the parser itself cuts short
    _refused(zipped({**files, name: doctype + text}), sentence, tmp_path)


def test_a_document_type_elsewhere_is_not_asked_for(tmp_path: Path) -> None:
    """Sockets are closed in these tests: asking would fail loudly."""
    text = REMOTE + CMI5.partition("?>")[2]
    kept = ContentStore(tmp_path).put(zipped({**WHOLE["cmi5"], "cmi5.xml": text}))
    assert kept.manifest.title == "Answering, packed"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("au/again.html", "../../etc/passwd", "which the package does not hold"),
        ("au/again.html", "/etc/passwd", "a page outside the package"),
        ("au/again.html", "https://evil.example/au.html", "a page outside the package"),
        ("au/again.html", "//evil.example/au.html", "a page outside the package"),
        ("au/again.html", "javascript:alert(1)", "a page outside the package"),
        ("au/again.html", "data:text/html,x", "a page outside the package"),
        ("au/again.html", "au/again.html?endpoint=https://evil.example/", "cmi5 keeps for itself"),
        (
            "https://example.org/answering/au2",
            "https://example.org/answering/au1",
            "no identifier of its own",
        ),
        ("https://example.org/answering/au2", "au2", "is no IRI"),
        ("https://example.org/answering/block", "", "is no IRI"),
        ('id="https://example.org/answering">', 'id="an answer">', "is no IRI"),
        ("</courseStructure>", "<block>" * 400 + "</block>" * 400 + "</courseStructure>", "no whole XML"),
        ("About answering.", Random(1).randbytes(LARGEST_MANIFEST).hex(), "larger than 5 MB"),
        (
            '<au id="https://example.org/answering/au2">',
            '<au id="https://example.org/\n<script>">',
            "no whole XML",
        ),
    ],
)
def test_a_course_structure_that_reaches_out_is_refused(
    old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    assert old in CMI5
    _refused(zipped({**WHOLE["cmi5"], "cmi5.xml": CMI5.replace(old, new)}), sentence, tmp_path)


def test_more_parts_than_cmi5_asks_for_are_read(tmp_path: Path) -> None:
    one = CMI5[CMI5.index('  <au id="https://example.org/answering/au2">') : CMI5.index("</courseStructure>")]
    many = "".join(one.replace("answering/au2", f"answering/more{number}") for number in range(1_200))
    text = CMI5.replace("</courseStructure>", many + "</courseStructure>")
    kept = ContentStore(tmp_path).put(zipped({**WHOLE["cmi5"], "cmi5.xml": text}))
    assert len(kept.manifest.parts) == 1_202


def test_a_window_of_its_own_is_said_not_to_be_given(tmp_path: Path) -> None:
    text = CMI5.replace('launchMethod="AnyWindow"', 'launchMethod="OwnWindow"')
    kept = ContentStore(tmp_path).put(zipped({**WHOLE["cmi5"], "cmi5.xml": text}))
    assert kept.manifest.unheeded == ("A window of its own: it plays in a frame of this site's page.",)


def _refused(stream: BytesIO, sentence: str, folder: Path) -> None:
    stream.seek(0)
    tracemalloc.start()
    try:
        with pytest.raises(DomainError, match=sentence) as caught:
            ContentStore(folder / "packages").put(stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.field == "file"
    assert [path for path in folder.rglob("*") if path.is_file()] == [], "something was left behind"
    assert peak < 3 * MB, f"{peak:,} bytes"
