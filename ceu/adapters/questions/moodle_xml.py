"""Moodle XML: the format in which Moodle exchanges questions with everything they hold. Read and written.

Described by Moodle (docs.moodle.org, "Moodle XML format"). Texts come as HTML, Markdown or plain text and are kept as
Markdown; we write Markdown, which Moodle reads. Kinds that a person would have to grade, and those made of pictures to drag
or formulas with random numbers, are listed as not read.
"""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

from lxml import etree

from ceu.adapters.questions.echo import echo_of, heard
from ceu.adapters.questions.imported import (
    Collector,
    Imported,
    from_either,
    from_html,
    from_plain,
    plain_text_of,
    snapped,
)
from ceu.adapters.questions.moodle_words import ORDER_SCORING, element_of
from ceu.adapters.questions.xml import (
    Element,
    build,
    canonical,
    child,
    children,
    comments,
    local,
    read_xml,
    text_at,
    written,
)
from ceu.adapters.tables import refused
from ceu.questions.model import Question

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_PLUGIN_FILE = "@@PLUGINFILE@@/"
_IMAGE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_EMBEDDED = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^}\\])*)\}")
_TILDE = re.compile(r"(?<!\\)~")
_HASH = re.compile(r"(?<!\\)#")
_PERCENT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_UNESCAPED = re.compile(r"\\(.)")
_SLOT = re.compile(r"\[\[(\d+)\]\]")
_GAP_MARK = "\ue000{}\ue001"
_GAP_MARKED = re.compile("\ue000(\\w+)\ue001")

_TEXT_CODES = {
    "SHORTANSWER": False,
    "SA": False,
    "MW": False,
    "SHORTANSWER_C": True,
    "SAC": True,
    "MWC": True,
}
_NUMBER_CODES = frozenset({"NUMERICAL", "NM"})
_CHOICE_CODES = frozenset(
    {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS",
     "MULTICHOICE_HS", "MCHS"}
)  # fmt: skip
_NOT_READ = {
    "essay": "It is an essay, which a person would have to read.",
    "description": "It is a description, and no question.",
    "random": "It stands for a random question. Export the questions themselves.",
}


class _Unreadable(Exception):
    """Why a question cannot be read."""


class _Reader:
    """Reads one ``question`` element: its texts, with the pictures they show."""

    def __init__(self, element: Element, collector: Collector, place: str, name: str) -> None:
        self.element = element
        self._collector, self._place, self._name = collector, place, name
        self.media: dict[str, str] = {}

    def text(self, *path: str, within: Element | None = None) -> str:
        """The Markdown of a text and its format, along a path."""
        found = child(self.element if within is None else within, *path)
        return "" if found is None else self.markdown(found)

    def markdown(self, element: Element) -> str:
        raw = text_at(element, "text")
        kind = element.get("format") or self.element_format()
        return self._with_pictures(_markdown(raw, kind), element)

    def element_format(self) -> str:
        """The format of the question's own text, which others without one share."""
        stem = child(self.element, "questiontext")
        return (stem.get("format") if stem is not None else None) or "html"

    def plain(self, element: Element) -> str:
        raw = text_at(element, "text")
        return (
            " ".join(raw.split()) if (element.get("format") or "plain_text") != "html" else plain_text_of(raw)
        )

    def _with_pictures(self, text: str, element: Element) -> str:
        files = {each.get("name", ""): each for each in children(element, "file")}
        return _IMAGE.sub(lambda match: self._picture(match[1], match[2], files), text)

    def _picture(self, alternative: str, source: str, files: dict[str, Element]) -> str:
        if not source.startswith(_PLUGIN_FILE):
            self.leave_out(f"The picture {source} lies on another site; a link to it stands in its place.")
            return f"[{alternative or 'Picture'}]({source})"
        name = source.removeprefix(_PLUGIN_FILE)
        content = _content(files.get(name) if name in files else files.get(_unquoted(name)))
        if not content.startswith(_PICTURES):
            self.leave_out(f"The picture {name} is missing, damaged, or no PNG, JPEG, GIF or WebP.")
            return alternative
        if not alternative:
            self.leave_out(f"The picture {name} has no words that stand for it. Describe it.")
        kept = self._kept(_unquoted(name), content)
        self.media[kept] = alternative or f"Picture {_unquoted(name)}"
        return f"![{self.media[kept]}]({kept})"

    def _kept(self, name: str, content: bytes) -> str:
        stem, dot, ending = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip(".-").rpartition(".")
        number, kept = 1, f"{stem}{dot}{ending}"
        while self._collector.files.get(kept, content) != content:
            number += 1
            kept = f"{stem}-{number}{dot}{ending}"
        self._collector.files[kept] = content
        return kept

    def leave_out(self, what: str) -> None:
        self._collector.leave_out(self._place, self._name, what)


def read_moodle_xml(data: bytes) -> Imported:
    """The questions of a Moodle XML file. Raises DomainError when it is none or holds no question."""
    root = read_xml(data)
    if local(root) != "quiz":
        raise refused("This XML holds no Moodle questions: it does not begin with <quiz>.")
    collector, category = Collector(), ""
    for element in children(root, "question"):
        kind = element.get("type", "")
        if kind == "category":
            category = _category(text_at(element, "category", "text"))
            continue
        place, name = f"line {element.sourceline}", text_at(element, "name", "text").strip() or "Question"
        echo = _echo(element)
        try:
            found = (
                {**echo.model_dump(mode="json", exclude_defaults=True), "kind": echo.kind} if echo else None
            )
            collector.add(
                place, name, found or _read(_Reader(element, collector, place, name), kind, category)
            )
        except _Unreadable as error:
            collector.refuse(place, name, str(error))
    return collector.done()


def _echo(element: Element) -> Question | None:
    words = canonical(element).decode()
    said = (
        heard(comment, words, lambda question: canonical(element_of(question)).decode())
        for comment in comments(element)
    )
    return next((question for question in said if question), None)


def _category(path: str) -> str:
    named = [
        part.strip()
        for part in path.split("/")
        if not part.startswith("$") and part.strip() not in {"", "top"}
    ]
    return named[-1] if named else ""


def _markdown(raw: str, kind: str) -> str:
    readers: dict[str, Callable[[str], str]] = {
        "html": from_html,
        "markdown": str.strip,
        "plain_text": from_plain,
        "moodle_auto_format": from_either,
    }
    return readers.get(kind, from_either)(raw)


def _content(file: Element | None) -> bytes:
    try:
        return b"" if file is None else base64.b64decode("".join(file.itertext()))
    except (binascii.Error, ValueError):
        return b""


def _unquoted(name: str) -> str:
    return unquote(name)


def _read(reader: _Reader, kind: str, category: str) -> dict[str, Any]:
    if kind not in _KINDS:
        raise _Unreadable(
            _NOT_READ.get(kind, f"Questions of the kind “{kind}” are not read. Ask it in another way.")
        )
    element = reader.element
    found = {
        "id": text_at(element, "idnumber").strip(),
        "name": text_at(element, "name", "text").strip(),
        "stem": reader.text("questiontext"),
        "weight": _number(text_at(element, "defaultgrade"), "1"),
        "feedback": reader.text("generalfeedback"),
        "outcomes": {
            key: text
            for key, tag in (("right", "correct"), ("partly", "partiallycorrect"), ("wrong", "incorrect"))
            if (text := reader.text(f"{tag}feedback"))
        },
        "tags": [
            tag for each in _all(element, "tags", "tag") if (tag := text_at(each, "text").strip())
        ] or [category] * bool(category),
        **_KINDS[kind](reader),
    }  # fmt: skip
    found["media"] = [
        {"source": source, "alternative": alternative} for source, alternative in reader.media.items()
    ]
    return found


def _all(element: Element, parent: str, name: str) -> Iterator[Element]:
    found = child(element, parent)
    return iter(()) if found is None else children(found, name)


def _number(text: str, otherwise: str) -> str:
    """A decimal as an exact number; what is none stays for the model to refuse by name."""
    stripped = text.strip()
    try:
        return str(Fraction(stripped)) if stripped else otherwise
    except (ValueError, ZeroDivisionError):
        return stripped


def _fraction(element: Element) -> Fraction:
    try:
        return snapped(element.get("fraction") or "0")
    except ValueError:
        raise _Unreadable(f"An answer earns “{element.get('fraction')}”, which is no percentage.") from None


def _is_on(element: Element, name: str, otherwise: bool) -> bool:
    text = text_at(element, name).strip().lower()
    return text in {"1", "true"} if text else otherwise


def _answers(element: Element) -> list[Element]:
    return list(children(element, "answer"))


def _choice(reader: _Reader) -> dict[str, Any]:
    element = reader.element
    single = _is_on(element, "single", True)
    options = []
    for place, answer in enumerate(_answers(element)):
        fraction = _fraction(answer)
        option = {
            "id": _letter(place),
            "text": reader.markdown(answer),
            "feedback": reader.text("feedback", within=answer),
        }
        options.append({**option, **_marked(fraction, single)})
    return {
        "kind": "choice",
        "several": not single,
        "shuffle": _is_on(element, "shuffleanswers", True),
        "options": options,
    }


def _letter(place: int) -> str:
    return chr(ord("a") + place) if place < 26 else f"o{place + 1}"


def _marked(fraction: Fraction, single: bool) -> dict[str, Any]:
    if single and fraction in {0, 1}:
        return {"correct": bool(fraction)}
    return {"correct": fraction > 0, "fraction": str(fraction)}


def _true_false(reader: _Reader) -> dict[str, Any]:
    found: dict[bool, tuple[Fraction, str]] = {}
    for answer in _answers(reader.element):
        truth = text_at(answer, "text").strip().lower() == "true"
        found[truth] = _fraction(answer), reader.text("feedback", within=answer)
    if set(found) != {True, False}:
        raise _Unreadable("It does not have the two answers “true” and “false”.")
    return {
        "kind": "true_false",
        "answer": found[True][0] > found[False][0],
        "if_true": found[True][1],
        "if_false": found[False][1],
    }


def _short_text(reader: _Reader) -> dict[str, Any]:
    answers = [
        {
            "pattern": reader.plain(answer),
            "fraction": str(_fraction(answer)),
            "feedback": reader.text("feedback", within=answer),
        }
        for answer in _answers(reader.element)
    ]
    return {
        "kind": "short_text",
        "answers": answers,
        "case_matters": _is_on(reader.element, "usecase", False),
    }


def _numeric(reader: _Reader) -> dict[str, Any]:
    answers = []
    for answer in _answers(reader.element):
        text = text_at(answer, "text").strip()
        value = (
            {} if text == "*" else {"value": text, "tolerance": _number(text_at(answer, "tolerance"), "0")}
        )
        answers.append(
            {**value, "fraction": str(_fraction(answer)), "feedback": reader.text("feedback", within=answer)}
        )
    units = [
        {"name": text_at(unit, "unit_name").strip(), "factor": _factor(text_at(unit, "multiplier"))}
        for unit in _all(reader.element, "units", "unit")
    ]
    needed = text_at(reader.element, "unitgradingtype").strip() not in {"", "0"}
    penalty = _number(text_at(reader.element, "unitpenalty"), "1")
    return {
        "kind": "numeric",
        "answers": answers,
        "units": units,
        "unit_needed": needed and bool(units),
        **({"unit_penalty": penalty} if needed and units else {}),
    }


def _factor(multiplier: str) -> str:
    """Moodle says how many of the unit make one of the first; we say how many of the first one of the unit is."""
    try:
        return str(1 / Fraction(multiplier.strip() or "1"))
    except (ValueError, ZeroDivisionError):
        raise _Unreadable(f"A unit has the multiplier “{multiplier.strip()}”, which is no number.") from None


def _matching(reader: _Reader) -> dict[str, Any]:
    prompts: list[dict[str, str]] = []
    targets: dict[str, str] = {}
    for place, each in enumerate(children(reader.element, "subquestion"), 1):
        answer = child(each, "answer")
        text = "" if answer is None else from_plain(text_at(answer, "text"))
        match = targets.setdefault(text, f"t{len(targets) + 1}")
        if prompt := reader.markdown(each):
            prompts.append({"id": f"p{place}", "text": prompt, "match": match})
    return {
        "kind": "matching",
        "shuffle": _is_on(reader.element, "shuffleanswers", True),
        "prompts": prompts,
        "targets": [{"id": key, "text": text} for text, key in targets.items()],
    }


def _ordering(reader: _Reader) -> dict[str, Any]:
    answers = sorted(_answers(reader.element), key=lambda each: Fraction(each.get("fraction") or "0"))
    scoring = {name: key for key, name in ORDER_SCORING.items()}
    asked = text_at(reader.element, "gradingtype").strip() or "ABSOLUTE_POSITION"
    if asked not in scoring:
        reader.leave_out(f"It was scored by “{asked}”; here each item at its right place counts.")
    return {
        "kind": "ordering",
        "scoring": scoring.get(asked, "position"),
        "items": [
            {"id": _letter(place), "text": reader.markdown(answer)} for place, answer in enumerate(answers)
        ],
    }


def _cloze(reader: _Reader) -> dict[str, Any]:
    gaps: list[dict[str, Any]] = []

    def take(match: re.Match[str]) -> str:
        gaps.append({"id": f"g{len(gaps) + 1}", "weight": match[1] or "1", **_embedded(match[2], match[3])})
        return _GAP_MARK.format(gaps[-1]["id"])

    stem = child(reader.element, "questiontext")
    if stem is None:
        raise _Unreadable("It has no text.")
    marked = _EMBEDDED.sub(take, text_at(stem, "text"))
    kind = stem.get("format") or "html"
    return {"kind": "cloze", "stem": _placed(_markdown(marked, kind)), "gaps": gaps}


def _placed(marked: str) -> str:
    return _GAP_MARKED.sub(lambda match: f"{{{{{match[1]}}}}}", marked)


def _embedded(code: str, text: str) -> dict[str, Any]:
    """An answer embedded in a text: ``=right#Yes~%50%half~wrong``."""
    if code not in _CHOICE_CODES and code not in _NUMBER_CODES and code not in _TEXT_CODES:
        raise _Unreadable(f"It has a blank of the kind {code}, in which several options are chosen or more.")
    answers = []
    for part in filter(str.strip, _TILDE.split(html.unescape(text))):
        stripped = part.strip()
        percent = _PERCENT.match(stripped)
        fraction = snapped(percent[1]) if percent else Fraction(stripped.startswith("="))
        rest = stripped[percent.end() :] if percent else stripped.removeprefix("=")
        said, *feedback = _HASH.split(rest, maxsplit=1)
        answers.append((fraction, _shown(said), from_plain(_shown("".join(feedback)))))
    if code in _CHOICE_CODES:
        options = [
            {"id": _letter(place), "text": from_plain(said), "feedback": feedback, **_marked(fraction, True)}
            for place, (fraction, said, feedback) in enumerate(answers)
        ]
        return {"kind": "choice", "options": options, "shuffle": code.endswith("S")}
    if code in _NUMBER_CODES:
        numbers = [
            {**_number_of(said), "fraction": str(fraction), "feedback": feedback}
            for fraction, said, feedback in answers
        ]
        return {"kind": "numeric", "answers": numbers}
    texts = [
        {"pattern": said, "fraction": str(fraction), "feedback": feedback}
        for fraction, said, feedback in answers
    ]
    return {"kind": "short_text", "answers": texts, "case_matters": _TEXT_CODES[code]}


def _shown(text: str) -> str:
    return _UNESCAPED.sub(r"\1", plain_text_of(text)).strip()


def _number_of(text: str) -> dict[str, str]:
    value, _, tolerance = text.partition(":")
    return {} if text == "*" else {"value": value.strip(), "tolerance": tolerance.strip() or "0"}


def _gap_select(reader: _Reader) -> dict[str, Any]:
    """Blanks ``[[n]]`` filled with the n-th word, chosen among those of its group."""
    words = [
        (text_at(each, "text").strip(), text_at(each, "group").strip())
        for each in children(reader.element, "selectoption", "dragbox")
    ]
    gaps: list[dict[str, Any]] = []

    def take(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        if not 0 <= place < len(words):
            raise _Unreadable(f"Its blank [[{match[1]}]] has no word.")
        text, group = words[place]
        offered = dict.fromkeys(each for each, its_group in words if its_group == group)
        options = [
            {"id": _letter(number), "text": from_plain(each), "correct": each == text}
            for number, each in enumerate(offered)
        ]
        gaps.append({"id": f"g{len(gaps) + 1}", "kind": "choice", "options": options})
        return _GAP_MARK.format(gaps[-1]["id"])

    stem = child(reader.element, "questiontext")
    if stem is None:
        raise _Unreadable("It has no text.")
    marked = _SLOT.sub(take, text_at(stem, "text"))
    return {"kind": "cloze", "stem": _placed(_markdown(marked, stem.get("format") or "html")), "gaps": gaps}


_KINDS: dict[str, Callable[[_Reader], dict[str, Any]]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short_text,
    "numerical": _numeric,
    "match": _matching,
    "matching": _matching,
    "ordering": _ordering,
    "multianswer": _cloze,
    "cloze": _cloze,
    "gapselect": _gap_select,
    "ddwtos": _gap_select,
}


def write_moodle_xml(questions: Sequence[Question]) -> bytes:
    """A Moodle XML file of the questions."""
    root = build("quiz")
    for question in questions:
        element = element_of(question)
        root.append(element)
        if _alone(element) != question:
            element.insert(0, etree.Comment(f" {echo_of(question)} "))
    return written(root)


def _alone(element: Element) -> Question | None:
    """What an import would make of the element without a comment."""
    found = read_moodle_xml(etree.tostring(build("quiz", "", element.__copy__()))).questions
    return found[0] if found else None
