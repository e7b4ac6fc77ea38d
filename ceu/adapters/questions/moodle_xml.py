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
    Pictures,
    Unreadable,
    from_either,
    from_html,
    from_plain,
    gap_mark,
    letter,
    marked,
    plain_text_of,
    snapped,
    with_gaps,
)
from ceu.adapters.questions.moodle_words import ORDER_SCORING, element_of
from ceu.adapters.tables import refused
from ceu.adapters.xml import (
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
from ceu.questions.model import Question

_PLUGIN_FILE = "@@PLUGINFILE@@/"
_EMBEDDED = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^}\\])*)\}")
_TILDE = re.compile(r"(?<!\\)~")
_HASH = re.compile(r"(?<!\\)#")
_PERCENT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_UNESCAPED = re.compile(r"\\(.)")
_SLOT = re.compile(r"\[\[(\d+)\]\]")

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


class _Reader:
    """Reads the texts of one ``question`` element, with the pictures they show."""

    def __init__(self, element: Element, collector: Collector, place: str, name: str) -> None:
        self.element = element
        self.pictures = Pictures(collector, place, name, self._find)
        self._files: dict[str, Element] = {}

    def text(self, *path: str, within: Element | None = None) -> str:
        """The Markdown of the text along a path."""
        found = child(self.element if within is None else within, *path)
        return "" if found is None else self.markdown(found)

    def markdown(self, element: Element) -> str:
        """The Markdown of an element's text, which is in the question's own format unless it names another."""
        return self._shown(element, text_at(element, "text"))

    def with_gaps(self, pattern: re.Pattern[str], gap: Callable[[re.Match[str]], str]) -> str:
        """The Markdown of the question's text, in which each match became a gap; ``gap`` gives its id."""
        stem = child(self.element, "questiontext")
        if stem is None:
            raise Unreadable("It has no text.")
        marked = pattern.sub(lambda match: gap_mark(gap(match)), text_at(stem, "text"))
        return with_gaps(self._shown(stem, marked))

    def _shown(self, element: Element, raw: str) -> str:
        self._files = {file.get("name", ""): file for file in children(element, "file")}
        return self.pictures.in_text(_markdown(raw, element.get("format") or self._format()))

    def plain(self, element: Element) -> str:
        """The text of an answer that is compared letter by letter."""
        raw = text_at(element, "text")
        return plain_text_of(raw) if element.get("format") == "html" else " ".join(raw.split())

    def _format(self) -> str:
        stem = child(self.element, "questiontext")
        return (None if stem is None else stem.get("format")) or "html"

    def _find(self, source: str) -> bytes | None:
        if not source.startswith(_PLUGIN_FILE):
            return None
        name = source.removeprefix(_PLUGIN_FILE)
        return _content(self._files.get(name, self._files.get(unquote(name))))


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
        except Unreadable as error:
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


def _read(reader: _Reader, kind: str, category: str) -> dict[str, Any]:
    if kind not in _KINDS:
        raise Unreadable(
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
    found["media"] = reader.pictures.media
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
        raise Unreadable(f"An answer earns “{element.get('fraction')}”, which is no percentage.") from None


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
            "id": letter(place),
            "text": reader.markdown(answer),
            "feedback": reader.text("feedback", within=answer),
        }
        options.append({**option, **marked(fraction, several=not single)})
    return {
        "kind": "choice",
        "several": not single,
        "shuffle": _is_on(element, "shuffleanswers", True),
        "options": options,
    }


def _true_false(reader: _Reader) -> dict[str, Any]:
    found: dict[bool, tuple[Fraction, str]] = {}
    for answer in _answers(reader.element):
        truth = text_at(answer, "text").strip().lower() == "true"
        found[truth] = _fraction(answer), reader.text("feedback", within=answer)
    if set(found) != {True, False}:
        raise Unreadable("It does not have the two answers “true” and “false”.")
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
        raise Unreadable(f"A unit has the multiplier “{multiplier.strip()}”, which is no number.") from None


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
        reader.pictures.leave_out(f"It was scored by “{asked}”; here each item at its right place counts.")
    return {
        "kind": "ordering",
        "scoring": scoring.get(asked, "position"),
        "items": [
            {"id": letter(place), "text": reader.markdown(answer)} for place, answer in enumerate(answers)
        ],
    }


def _cloze(reader: _Reader) -> dict[str, Any]:
    gaps: list[dict[str, Any]] = []

    def take(match: re.Match[str]) -> str:
        gaps.append({"id": f"g{len(gaps) + 1}", "weight": match[1] or "1", **_embedded(match[2], match[3])})
        return str(gaps[-1]["id"])

    return {"kind": "cloze", "stem": reader.with_gaps(_EMBEDDED, take), "gaps": gaps}


def _embedded(code: str, text: str) -> dict[str, Any]:
    """An answer embedded in a text: ``=right#Yes~%50%half~wrong``."""
    if code not in _CHOICE_CODES and code not in _NUMBER_CODES and code not in _TEXT_CODES:
        raise Unreadable(f"It has a blank of the kind {code}, in which several options are chosen or more.")
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
            {
                "id": letter(place),
                "text": from_plain(said),
                "feedback": feedback,
                **marked(fraction, several=False),
            }
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
            raise Unreadable(f"Its blank [[{match[1]}]] has no word.")
        text, group = words[place]
        offered = dict.fromkeys(each for each, its_group in words if its_group == group)
        options = [
            {"id": letter(number), "text": from_plain(each), "correct": each == text}
            for number, each in enumerate(offered)
        ]
        gaps.append({"id": f"g{len(gaps) + 1}", "kind": "choice", "options": options})
        return str(gaps[-1]["id"])

    return {"kind": "cloze", "stem": reader.with_gaps(_SLOT, take), "gaps": gaps}


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
