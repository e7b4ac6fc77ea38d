"""Question files of every kind that people upload, told apart by what is in them, and packages of them read as a whole."""

from collections.abc import Callable
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ceu.adapters.archives import Archive, open_archive
from ceu.adapters.questions import qti1, qti2
from ceu.adapters.questions.aiken import read_aiken
from ceu.adapters.questions.gift import read_gift
from ceu.adapters.questions.imported import Collector, Imported, decoded
from ceu.adapters.questions.moodle_xml import read_moodle_xml
from ceu.adapters.tables import refused
from ceu.adapters.xml import Element, children, local, read_xml
from ceu.domain.errors import DomainError

_ITEMS = frozenset({"assessmentItem", "qti-assessment-item"})
_MANIFEST = "imsmanifest.xml"
_CANVAS = "non_cc_assessments/"
"""Where Canvas puts the quizzes with everything it knows; beside them lie poorer copies for other programs."""


def read_questions(data: bytes) -> Imported:
    """The questions of an uploaded file: GIFT, Aiken, Moodle XML, QTI 1.2, 2.1, 2.2 or 3.0, alone or packed as ZIP.

    Raises DomainError with a sentence when it is none of them, damaged, hostile, or holds no question.
    """
    if data.startswith(b"PK"):
        return _package(data)
    start = data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    if start == b"<":
        return _xml(data)
    if data.startswith(b"%PDF") or b"\0\0" in data[:64]:
        raise refused("This is no file of questions. Export them as GIFT, Moodle XML or QTI.")
    return read_aiken(data) if _is_aiken(decoded(data)) else read_gift(data)


def _is_aiken(text: str) -> bool:
    return "{" not in text and any(line.upper().startswith("ANSWER:") for line in text.splitlines())


def _xml(data: bytes) -> Imported:
    root = read_xml(data)
    if local(root) == "quiz":
        return read_moodle_xml(data)
    collector = Collector()
    if not _take(root, collector, "", _nowhere):
        raise refused(
            f"This XML begins with <{local(root)}>, which is no file of questions. Export them as Moodle XML or QTI."
        )
    return collector.done()


def _nowhere(source: str) -> bytes | None:
    """Without a package there is nothing to look for pictures in."""
    return None if urlsplit(source).scheme else b""


def _take(root: Element, collector: Collector, place: str, find: Callable[[str], bytes | None]) -> bool:
    """Take in the questions under a root; False when it is no root of questions."""
    if local(root) in _ITEMS:
        qti2.read_item(root, collector, place or f"line {root.sourceline}", find)
        return True
    if local(root) != "questestinterop":
        return False
    for item in (each for each in root.iter() if local(each) == "item"):
        qti1.read_item(item, collector, f"{place} line {item.sourceline}".strip(), find)
    return True


def _package(data: bytes) -> Imported:
    collector = Collector()
    with open_archive(BytesIO(data)) as archive:
        assessments: set[str] = set()
        for name in _in_order(archive):
            try:
                root = read_xml(archive.read(name))
            except DomainError as error:
                collector.refuse(name, name, error.message)
                continue
            assessment = next((each.get("ident", "") for each in children(root, "assessment")), "")
            if assessment and assessment in assessments:
                continue  # the poorer copy of a quiz that has been read
            assessments.add(assessment)
            _take(root, collector, name, _finder(archive, name))
    return collector.done()


def _in_order(archive: Archive) -> list[str]:
    """The files that may hold questions: as the manifest lists them, Canvas's own first, then what it does not list."""
    listed = _listed(archive) if _MANIFEST in archive else []
    names = [
        name for name in archive.names if name.endswith((".xml", ".qti")) and not name.endswith(_MANIFEST)
    ]
    ordered = dict.fromkeys([name for name in listed if name in names] + names)
    return sorted(ordered, key=lambda name: not name.startswith(_CANVAS))


def _listed(archive: Archive) -> list[str]:
    root = read_xml(archive.read(_MANIFEST))
    hrefs = (each.get("href") or "" for each in root.iter() if local(each) == "file")
    return [unquote(href) for href in hrefs]


def _finder(archive: Archive, name: str) -> Callable[[str], bytes | None]:
    """Finds what a file of the package refers to; never anything outside of it."""

    def find(source: str) -> bytes | None:
        address = urlsplit(source)
        if address.scheme or address.netloc:
            return None
        path = (
            unquote(address.path)
            .replace("$IMS-CC-FILEBASE$", "web_resources")
            .replace("%24IMS-CC-FILEBASE%24", "web_resources")
        )
        for base in (PurePosixPath(name).parent, PurePosixPath()):
            inside = _resolved(base / path)
            if inside in archive:
                return archive.read(inside)
        return b""

    return find


def _resolved(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts = parts[:-1]
        elif part not in {"/", "."}:
            parts.append(part)
    return "/".join(parts)
