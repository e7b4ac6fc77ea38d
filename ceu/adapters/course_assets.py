"""Files of a course beside its text: pictures, video with captions, audio and PDF, told by their first bytes and their ending.

A name and what it holds must agree. SVG is a program to a browser, so only drawings without scripts, links and styles from
elsewhere are taken. ``address`` is where a page finds a kept file; the name of the file is the SHA-256 of its bytes.
"""

import re
from hashlib import sha256
from pathlib import PurePosixPath
from typing import BinaryIO

from lxml import etree

from ceu.adapters.files import KeptFile
from ceu.domain.errors import DomainError

MB = 2**20
LARGEST_ASSET = 60 * MB

ENDINGS: dict[str, str] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "vtt": "text/vtt",
    "pdf": "application/pdf",
}
"""The endings of a course's files, and the media type of each."""

ASSET_NAME = re.compile(r"assets/[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.[a-z0-9]{2,4}")
"""A file lies in assets/ itself; its name is letters, digits, hyphens and underscores."""

_LIMITS = {
    "image": 5 * MB,
    "video": LARGEST_ASSET,
    "audio": LARGEST_ASSET,
    "text": MB,
    "application": 20 * MB,
}
_BEGINNINGS = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"(?s)RIFF.{4}WEBP"),
    "image/svg+xml": re.compile(rb"(?s).{0,4096}?<svg"),
    "video/mp4": re.compile(rb"(?s).{4}ftyp"),
    "video/webm": re.compile(rb"\x1aE\xdf\xa3"),
    "audio/mpeg": re.compile(rb"ID3|\xff[\xe0-\xff]"),
    "audio/mp4": re.compile(rb"(?s).{4}ftyp"),
    "audio/ogg": re.compile(rb"OggS"),
    "text/vtt": re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t][^\n]*)?(?:\r?\n|\Z)"),
    "application/pdf": re.compile(rb"%PDF-"),
}
_READ_WHOLE = frozenset({"image/svg+xml", "text/vtt"})
"""What is looked through to its end; its limits are small."""
_BLOCK = 64 * 1024
_ENOUGH = 8 * 1024
"""Bytes that show what any other file is."""
_CUE = re.compile(rb"\d\d:\d\d\.\d\d\d[ \t]+-->[ \t]+(?:\d\d+:)?\d\d:\d\d\.\d\d\d")
_SVG_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "use",
        "symbol",
        "marker",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "filter",
        "feGaussianBlur",
        "feOffset",
        "feMerge",
        "feMergeNode",
        "feFlood",
        "feComposite",
        "feBlend",
        "feColorMatrix",
        "metadata",
    ]
)


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters and without its dot."""
    return PurePosixPath(name).suffix[1:].lower()


def picture_ending(data: bytes) -> str:
    """The ending of a picture by its first bytes; empty for anything else."""
    kind = next(
        (kind for kind, begins in _BEGINNINGS.items() if kind.startswith("image/") and begins.match(data)), ""
    )
    return next((ending for ending, media_type in ENDINGS.items() if media_type == kind), "")


def kind_of(name: str) -> str:
    """What a file is for by its name: image, video, audio, captions, document, or nothing that a course may hold."""
    media_type = ENDINGS.get(ending_of(name), "")
    return {"text/vtt": "captions", "application/pdf": "document"}.get(
        media_type, media_type.partition("/")[0]
    )


def captions_of(name: str) -> str:
    """Where the captions of a video lie: beside it, under its name, with the ending ``vtt``."""
    return str(PurePosixPath(name).with_suffix(".vtt"))


def address(digest: str, name: str) -> str:
    """Where a page of this site finds a kept file of a course."""
    return f"/courses/files/{digest}.{ending_of(name)}"


def look_at_asset(name: str, stream: BinaryIO) -> KeptFile:
    """What a course's file is, if it may be kept; memory stays flat, however large it is.

    Raises DomainError with a sentence on ``file`` otherwise.
    """
    media_type = ENDINGS.get(ending_of(name))
    if media_type is None:
        raise _refused(
            f"“{name}” has an ending that courses do not take. Use one of {', '.join(sorted(ENDINGS))}."
        )
    size = stream.seek(0, 2)
    if not size:
        raise _refused(f"“{name}” is empty. Choose another file.")
    limit = _LIMITS[media_type.partition("/")[0]]
    if size > limit:
        raise _refused(f"“{name}” has {size / MB:.0f} MB; the most is {limit // MB} MB. Make it smaller.")
    stream.seek(0)
    data = stream.read() if media_type in _READ_WHOLE else stream.read(_ENOUGH)
    if not _BEGINNINGS[media_type].match(data):
        raise _refused(
            f"“{name}” does not hold what its ending says. Save or export it again as {media_type}."
        )
    if media_type == "image/svg+xml":
        _refuse_hostile_drawing(name, data)
    if media_type == "text/vtt" and not _CUE.search(data):
        raise _refused(
            f"“{name}” has no line with times, such as 00:01.000 --> 00:04.000. Write the captions."
        )
    stream.seek(0)
    digest = sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return KeptFile(digest.hexdigest(), media_type, size)


def _refuse_hostile_drawing(name: str, data: bytes) -> None:
    """Refuse a drawing with anything but shapes and text: scripts, events, links, styles, pictures from elsewhere, entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(f"“{name}” is no whole SVG: it stops making sense in line {error.lineno}.") from error
    document = root.getroottree()
    found = next((what for element in document.iter() for what in _hostile(element)), None)
    if document.docinfo.internalDTD is not None:
        found = "a document type of its own"
    if document.getroot().getprevious() is not None and any(
        isinstance(each, etree._ProcessingInstruction) for each in root.itersiblings(preceding=True)
    ):
        found = found or "an instruction to the browser"
    if found:
        raise _refused(f"“{name}” holds {found}, which could act in the reader's browser. Export it as PNG.")


def _hostile(element: etree._Element) -> list[str]:
    if not isinstance(element.tag, str):
        return [] if isinstance(element, etree._Comment) else ["an instruction to the browser"]
    space, tag = etree.QName(element).namespace, etree.QName(element).localname
    if space not in {None, "http://www.w3.org/2000/svg"}:
        return [] if _is_inside_metadata(element) else [f"<{tag}>"]
    if tag not in _SVG_ELEMENTS:
        return [f"<{tag}>"]
    hostile = []
    for key, value in element.attrib.items():
        attribute = etree.QName(key).localname.lower()
        if attribute.startswith("on"):
            hostile.append(f"“{attribute}”")
        if attribute in {"href", "src"} and not value.strip().startswith("#"):
            hostile.append("a link")
        if "url(" in value.lower() and "url(#" not in value.lower().replace("'", "").replace('"', ""):
            hostile.append("a link")
        if "\\" in value or "@import" in value.lower():
            hostile.append("a style from elsewhere")
    return hostile


def _is_inside_metadata(element: etree._Element) -> bool:
    """Drawing programs keep notes of their own in <metadata>; nothing of it is shown or run."""
    return any(
        isinstance(above.tag, str) and etree.QName(above).localname == "metadata"
        for above in element.iterancestors()
    )


def _refused(sentence: str) -> DomainError:
    return DomainError(sentence, field="file")
