"""What every reader of question files shares: collecting questions and refusals, ids, and texts turned into Markdown.

A question comes in, or it is listed with its place and the reason; nothing is passed over in silence.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

from markdownify import MarkdownConverter

from ceu.adapters.tables import refused
from ceu.questions.model import Question, QuestionError, from_json

LARGEST_TEXT_FILE = 8 * 1024 * 1024
MOST_QUESTIONS = 5_000
LONGEST_NAME = 80

_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~{}])")
_LINE_START = re.compile(r"^(\s{0,3})([#+=-]|\d{1,9}[.)])", re.MULTILINE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-zA-Z#][a-zA-Z0-9]*;")
_CONTROL = dict.fromkeys(code for code in range(32) if chr(code) not in "\n\t")
GAP_MARK = re.compile("\ue000([A-Za-z0-9_.-]+)\ue001")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9]+")
_IMAGE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_SNAPPED = Fraction(1, 10_000)
_DENOMINATORS = 20


@dataclass(frozen=True)
class Remark:
    """Something to be told about a question of a file: where it stands, what it is called there, and what is said."""

    place: str
    name: str
    text: str


@dataclass(frozen=True)
class Imported:
    """What a file held: questions, those that could not come in, what came in without a part of it, and its pictures."""

    questions: tuple[Question, ...]
    unread: tuple[Remark, ...]
    left_out: tuple[Remark, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


class Unreadable(Exception):
    """Why a question of a file cannot be read, as a sentence."""


@dataclass
class Collector:
    """Gathers the questions of one file, with an id for each."""

    questions: list[Question] = field(default_factory=list)
    unread: list[Remark] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    def add(self, place: str, name: str, data: Mapping[str, Any]) -> None:
        """Take in the question that plain data describe, or list every reason why it is none.

        Its id is the one it has, unless another question has it already; else one made of its name.
        """
        if len(self.questions) + len(self.unread) >= MOST_QUESTIONS:
            raise refused(f"This file has more than {MOST_QUESTIONS:,} questions. Divide it.")
        given = {**data, "id": self._new_id(str(data.get("id") or name))}
        try:
            question = from_json(given)
        except QuestionError as error:
            self.refuse(place, name, " ".join(map(str, error.mistakes)))
            return
        self.ids.add(question.id)
        self.questions.append(question)

    def refuse(self, place: str, name: str, reason: str) -> None:
        """List a question that does not come in."""
        self.unread.append(Remark(place, shortened(name), reason))

    def leave_out(self, place: str, name: str, what: str) -> None:
        """List what a question loses."""
        self.left_out.append(Remark(place, shortened(name), what))

    def done(self) -> Imported:
        """Everything gathered. Raises DomainError when there was nothing at all."""
        if not self.questions and not self.unread:
            raise refused("No question was found in this file.")
        return Imported(tuple(self.questions), tuple(self.unread), tuple(self.left_out), self.files)

    def _new_id(self, wanted: str) -> str:
        plain = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode()
        if _ID.fullmatch(wanted) and wanted not in self.ids:
            return wanted
        stem = _NOT_IN_ID.sub("-", plain).strip("-").lower()[:60].strip("-") or "question"
        number = 1
        while (candidate := stem if number == 1 else f"{stem}-{number}") in self.ids:
            number += 1
        return candidate


class Pictures:
    """The pictures that the texts of one question show: those that come along, and what stands in place of the others.

    ``find`` gives the content of a picture by the address the text has for it; None when it lies on another site.
    """

    def __init__(
        self, collector: Collector, place: str, name: str, find: Callable[[str], bytes | None]
    ) -> None:
        self._collector, self._place, self._name, self._find = collector, place, name, find
        self._alternatives: dict[str, str] = {}

    @property
    def media(self) -> list[dict[str, str]]:
        """What the question keeps of them."""
        return [
            {"source": source, "alternative": alternative}
            for source, alternative in self._alternatives.items()
            if alternative
        ]

    def in_text(self, text: str) -> str:
        """The Markdown with the pictures that come along, by the names under which they are kept."""
        return _IMAGE.sub(lambda match: self._picture(match[1], match[2]), text)

    def leave_out(self, what: str) -> None:
        """List what the question loses."""
        self._collector.leave_out(self._place, self._name, what)

    def _picture(self, alternative: str, source: str) -> str:
        content = self._find(source)
        name = unquote(source).rpartition("/")[2]
        if content is None:
            self.leave_out(f"The picture {source} lies on another site; a link to it stands in its place.")
            return f"[{alternative or 'Picture'}]({source})"
        if not content.startswith(_PICTURES):
            self.leave_out(f"The picture {name} is missing, damaged, or no PNG, JPEG, GIF or WebP.")
            return alternative
        if not alternative:
            self.leave_out(f"The picture {name} has no words that stand for it. Describe it.")
        kept = self._kept(name, content)
        self._alternatives[kept] = alternative
        return f"![{alternative}]({kept})"

    def _kept(self, name: str, content: bytes) -> str:
        stem, dot, ending = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip(".-").rpartition(".")
        number, kept = 1, f"{stem}{dot}{ending}"
        while self._collector.files.get(kept, content) != content:
            number += 1
            kept = f"{stem}-{number}{dot}{ending}"
        self._collector.files[kept] = content
        return kept


def gap_mark(name: str) -> str:
    """What stands in a text for a gap while the text is turned into Markdown."""
    return f"\ue000{name}\ue001"


def with_gaps(marked_text: str) -> str:
    """Markdown with its gap marks as a cloze spells them: ``{{name}}``."""
    return GAP_MARK.sub(lambda match: f"{{{{{match[1]}}}}}", marked_text)


def id_of(key: str, place: int) -> str:
    """An option's own id where it fits, else one of its place."""
    return key if _ID.fullmatch(key) else f"o{place + 1}"


def literal(text: str) -> str:
    """A pattern in which every sign of a text stands for itself."""
    return text.replace("\\", "\\\\").replace("*", "\\*")


def letter(place: int) -> str:
    """The id of an option by its place: a, b, c ..., and after z by number."""
    return chr(ord("a") + place) if place < 26 else f"o{place + 1}"


def marked(fraction: Fraction, *, several: bool) -> dict[str, Any]:
    """What an option earns, as a question's data: all or nothing of a single choice needs no fraction."""
    if not several and fraction in {0, 1}:
        return {"correct": bool(fraction)}
    return {"correct": fraction > 0, "fraction": str(fraction)}


def shortened(text: str) -> str:
    """A text on one line, short enough for a list."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def decoded(data: bytes) -> str:
    """The text of a file by its byte-order mark, else UTF-8, else as Windows wrote it; without control characters.

    Raises DomainError with a sentence when it is no text.
    """
    if not data.strip():
        raise refused("This file is empty. Export it again.")
    if len(data) > LARGEST_TEXT_FILE:
        raise refused(f"This file is larger than {LARGEST_TEXT_FILE // 2**20} MB. Divide it.")
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    raise refused("This file is no text. Choose the file as the other program exported it.")


class _Converter(MarkdownConverter):
    """HTML to Markdown, without what runs or plays by itself."""

    def convert_script(self, _element: object, _text: str, **_: object) -> str:
        return ""

    convert_style = convert_iframe = convert_object = convert_embed = convert_script


_CONVERTER = _Converter(heading_style="atx", bullets="-", escape_misc=True)


def from_html(text: str) -> str:
    """Markdown that says what HTML says; scripts and whatever plays by itself are left out."""
    converted: str = _CONVERTER.convert(text)
    return re.sub(r"\n{3,}", "\n\n", converted.replace("{{", r"\{\{")).strip()


def from_plain(text: str) -> str:
    """Markdown that shows a text exactly, its line breaks too."""
    escaped = _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text.strip()))
    escaped = re.sub(r"(^|\n)(\s*)\\(\d+)([.)])", r"\1\2\3\\\4", escaped)
    return "\n\n".join(
        "\\\n".join(line.strip() for line in part.split("\n")) for part in re.split(r"\n\s*\n", escaped)
    )


def from_either(text: str) -> str:
    """Markdown of a text that may hold HTML tags, as Moodle's own format lets authors write."""
    if _TAG.search(text):
        return from_html(text.replace("\n\n", "<br><br>"))
    return from_plain(text)


def plain_text_of(text: str) -> str:
    """The text of HTML without its tags, for answers that are compared letter by letter."""
    return " ".join(html.unescape(_TAG.sub(lambda tag: tag[0] if tag[0][0] == "&" else " ", text)).split())


def snapped(percent: str) -> Fraction:
    """The fraction that a percentage stands for: 33.33333 is a third.

    Programs write thirds, sixths and sevenths with a few digits; one that is within a ten-thousandth of a fraction with a
    small denominator is that fraction. Raises ValueError for what is no number.
    """
    exact = Fraction(percent.strip()) / 100
    nearest = exact.limit_denominator(_DENOMINATORS)
    return nearest if abs(exact - nearest) <= _SNAPPED else exact


def decimal(number: Fraction, digits: int = 7) -> str:
    """A number in decimals: exact where that takes few digits, else rounded to ``digits``.

    >>> decimal(Fraction(1, 4)), decimal(Fraction(1, 3)), decimal(Fraction(12))
    ('0.25', '0.3333333', '12')
    """
    scaled = round(number * 10**digits)
    sign, scaled = ("-", -scaled) if scaled < 0 else ("", scaled)
    whole, rest = divmod(scaled, 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".")
