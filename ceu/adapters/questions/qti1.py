"""QTI 1.2, the format in which Canvas and older programs export quizzes: read.

IMS Question and Test Interoperability 1.2: an ``item`` has a ``presentation`` with one response, or one for each blank or
prompt, and a ``resprocessing`` whose conditions set or add to SCORE. What Canvas calls the question stands in its metadata.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ceu.adapters.questions.imported import (
    Collector,
    Pictures,
    Unreadable,
    from_html,
    from_plain,
    gap_mark,
    id_of,
    literal,
    marked,
    plain_text_of,
    snapped,
    with_gaps,
)
from ceu.adapters.xml import Element, child, children, escaped, local, text_at

_NOT_READ = {
    "essay_question": "It is an essay, which a person would have to read.",
    "file_upload_question": "It asks for a file, which a person would have to look at.",
    "text_only_question": "It is a text without a question.",
    "calculated_question": "It is made of formulas with random numbers.",
}
_BLANKS = frozenset({"fill_in_multiple_blanks_question", "multiple_dropdowns_question"})
_BLANK = re.compile(r"\[([^\[\]]+)\]")
_GENERAL, _RIGHT, _WRONG = "general_fb", "correct_fb", "general_incorrect_fb"


@dataclass(frozen=True)
class _Condition:
    """A condition of the scoring: what must be answered, what must not be, the ends of a range, and what follows.

    ``right`` and ``wrong`` pair a response with a value. ``points`` is what it sets or adds to SCORE, None for nothing.
    """

    right: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]
    low: str | None
    high: str | None
    points: Fraction | None
    feedback: tuple[str, ...]


class _Item:
    """One item and what is asked of it again and again."""

    def __init__(self, element: Element, pictures: Pictures) -> None:
        self.element, self.pictures = element, pictures
        self.kind = _metadata(element, "question_type")
        self.responses = [
            each
            for each in element.iter()
            if local(each) in {"response_lid", "response_str", "response_num", "response_grp"}
        ]
        self.conditions = [_condition(each) for each in element.iter() if local(each) == "respcondition"]
        self.most = _most(element)
        self.feedback = {
            each.get("ident", ""): self.texts(each)
            for each in element.iter()
            if local(each) == "itemfeedback"
        }

    def texts(self, element: Element) -> str:
        """The Markdown of all materials in an element."""
        found = [_material(each) for each in element.iter() if local(each) == "mattext"]
        return self.pictures.in_text("\n\n".join(filter(None, found)))

    def stem_material(self) -> tuple[str, bool]:
        """The text above the responses, and whether it is HTML."""
        presentation = child(self.element, "presentation")
        found = [] if presentation is None else list(_outside_responses(presentation))
        is_html = any(each.get("texttype") == "text/html" for each in found)
        return "\n\n".join(_raw(each, is_html) for each in found), is_html

    def stem(self) -> str:
        """The Markdown of the text above the responses."""
        text, is_html = self.stem_material()
        return self.pictures.in_text(from_html(text) if is_html else from_plain(text))

    def said_about(self, response: str, value: str) -> str:
        """The feedback of one answer, which is not that of the whole."""
        whole = {_GENERAL, _RIGHT, _WRONG}
        found = [
            self.feedback.get(name, "")
            for condition in self.conditions
            if condition.right == ((response, value),) and not condition.wrong
            for name in condition.feedback
            if name not in whole
        ]
        return next(filter(None, found), "")

    def share(self, points: Fraction) -> Fraction:
        """What part of everything so many points are."""
        return snapped(str(float(points / self.most * 100))) if self.most else Fraction(0)


def read_item(
    element: Element, collector: Collector, place: str, find: Callable[[str], bytes | None]
) -> None:
    """Take in one ``item``, or list why not."""
    name = element.get("title") or element.get("ident") or "Question"
    item = _Item(element, Pictures(collector, place, name, find))
    try:
        found = _read(item)
    except Unreadable as error:
        collector.refuse(place, name, str(error))
        return
    outcomes = {"right": item.feedback.get(_RIGHT, ""), "wrong": item.feedback.get(_WRONG, "")}
    collector.add(
        place,
        name,
        {
            "id": element.get("ident", ""),
            "name": element.get("title", ""),
            "weight": _points(_metadata(element, "points_possible")),
            "feedback": item.feedback.get(_GENERAL, ""),
            "outcomes": {key: text for key, text in outcomes.items() if text},
            **found,
            "media": item.pictures.media,
        },
    )


def _read(item: _Item) -> dict[str, Any]:
    kinds = [local(each) for each in item.responses]
    if item.kind in _NOT_READ or not kinds:
        raise Unreadable(_NOT_READ.get(item.kind, _NOT_READ["text_only_question"]))
    if "response_grp" in kinds:
        raise Unreadable("It asks to group things, which is not read. Ask it in another way.")
    if item.kind in _BLANKS:
        return _cloze(item)
    if item.kind == "matching_question" or (len(kinds) > 1 and set(kinds) == {"response_lid"}):
        return _matching(item)
    if len(kinds) > 1:
        raise Unreadable("It asks several questions at once. Make a question of each.")
    return _choice(item, item.responses[0]) if kinds == ["response_lid"] else _typed(item, item.responses[0])


def _typed(item: _Item, response: Element) -> dict[str, Any]:
    if not _is_graded(item):
        raise Unreadable(_NOT_READ["essay_question"])
    is_number = item.kind == "numerical_question" or local(response) == "response_num"
    return _numeric(item, response) if is_number else _short_text(item, response)


def _is_graded(item: _Item) -> bool:
    return any(condition.points and (condition.right or condition.low) for condition in item.conditions)


def _labels(response: Element) -> Iterator[Element]:
    return (each for each in response.iter() if local(each) == "response_label")


def _options(item: _Item, response: Element) -> list[tuple[str, str]]:
    return [(label.get("ident", ""), item.texts(label)) for label in _labels(response)]


def _choice(item: _Item, response: Element) -> dict[str, Any]:
    name = response.get("ident", "")
    options = _options(item, response)
    several = (response.get("rcardinality") or "Single").casefold() == "multiple"
    if response.get("rcardinality", "").casefold() == "ordered":
        return _ordering(item, options)
    earned = _earned(item, name, several)
    texts = [text.casefold() for _, text in options]
    if not several and sorted(texts) == ["false", "true"]:
        return _true_false(item, name, options, earned)
    together = several and not any("fraction" in each for each in earned.values())
    nothing = {"correct": False} if together else marked(Fraction(0), several=several)
    found = [
        {
            "id": id_of(key, place),
            "text": text,
            "feedback": item.said_about(name, key),
            **earned.get(key, nothing),
        }
        for place, (key, text) in enumerate(options)
    ]
    return {
        "kind": "choice",
        "stem": item.stem(),
        "several": several,
        "options": found,
        "scoring": "all" if together else "each",
    }


def _earned(item: _Item, response: str, several: bool) -> dict[str, dict[str, Any]]:
    """What each option earns: of several, those that one condition asks for together are right without a fraction."""
    found: dict[str, dict[str, Any]] = {}
    for condition in item.conditions:
        if not condition.points:
            continue
        values = [value for name, value in condition.right if name == response]
        if several and (len(values) > 1 or condition.wrong) and condition.points > 0:
            return {value: {"correct": True} for value in values}
        for value in values:
            found[value] = marked(item.share(condition.points), several=several)
    return found


def _true_false(
    item: _Item, response: str, options: list[tuple[str, str]], earned: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    keys = {text.casefold() == "true": key for key, text in options}
    right = [truth for truth, key in keys.items() if earned.get(key, {}).get("correct")]
    if len(right) != 1:
        raise Unreadable("It does not say whether true or false is right.")
    return {
        "kind": "true_false",
        "stem": item.stem(),
        "answer": right[0],
        "if_true": item.said_about(response, keys[True]),
        "if_false": item.said_about(response, keys[False]),
    }


def _ordering(item: _Item, options: list[tuple[str, str]]) -> dict[str, Any]:
    orders = [condition.right for condition in item.conditions if condition.points and condition.right]
    texts = dict(options)
    if not orders or sorted(value for _, value in orders[0]) != sorted(texts):
        raise Unreadable("It does not say which order is right.")
    items = [{"id": id_of(value, place), "text": texts[value]} for place, (_, value) in enumerate(orders[0])]
    return {"kind": "ordering", "stem": item.stem(), "items": items, "scoring": "all"}


def _short_text(item: _Item, response: Element) -> dict[str, Any]:
    name = response.get("ident", "")
    answers: dict[str, dict[str, str]] = {}
    for condition in item.conditions:
        for who, value in condition.right if condition.points else ():
            if who == name:
                pattern = literal(value)
                answers[pattern.casefold()] = {
                    "pattern": pattern,
                    "fraction": str(item.share(condition.points or Fraction(0))),
                    "feedback": item.said_about(name, value),
                }
    return {"kind": "short_text", "stem": item.stem(), "answers": list(answers.values())}


def _numeric(item: _Item, response: Element) -> dict[str, Any]:
    name = response.get("ident", "")
    answers = []
    for condition in item.conditions:
        if not condition.points:
            continue
        values = [value for who, value in condition.right if who == name]
        fraction = {"fraction": str(item.share(condition.points))}
        if condition.low is not None and condition.high is not None:
            said = item.said_about(name, values[0]) if values else ""
            answers.append({"low": condition.low, "high": condition.high, "feedback": said, **fraction})
        elif values:
            answers += [
                {"value": value, "feedback": item.said_about(name, value), **fraction} for value in values
            ]
    return {"kind": "numeric", "stem": item.stem(), "answers": answers}


def _matching(item: _Item) -> dict[str, Any]:
    prompts: list[dict[str, str]] = []
    targets: dict[str, str] = {}
    keys: dict[tuple[str, str], str] = {}
    right = {
        who: value for condition in item.conditions if condition.points for who, value in condition.right
    }
    for place, response in enumerate(item.responses, 1):
        for key, text in _options(item, response):
            keys[response.get("ident", ""), key] = targets.setdefault(text, f"t{len(targets) + 1}")
        who = response.get("ident", "")
        match = keys.get((who, right.get(who, "")))
        if match is None:
            raise Unreadable(f"It does not say what “{_own_text(item, response)}” is matched with.")
        prompts.append({"id": f"p{place}", "text": _own_text(item, response), "match": match})
    return {
        "kind": "matching",
        "stem": item.stem(),
        "prompts": prompts,
        "targets": [{"id": key, "text": text} for text, key in targets.items()],
    }


def _own_text(item: _Item, response: Element) -> str:
    material = child(response, "material")
    return "" if material is None else item.texts(material)


def _cloze(item: _Item) -> dict[str, Any]:
    """Blanks ``[name]`` in the text, each with the response ``response_name``."""
    responses = {str(each.get("ident", "")).removeprefix("response_"): each for each in item.responses}
    gaps: list[dict[str, Any]] = []

    def take(match: re.Match[str]) -> str:
        response = responses.pop(match[1], None)
        if response is None:
            return match[0]
        gaps.append({"id": f"g{len(gaps) + 1}", **_gap(item, response)})
        return gap_mark(gaps[-1]["id"])

    text, is_html = item.stem_material()
    stem = _BLANK.sub(take, text)
    if responses:
        raise Unreadable(f"Its blank “{next(iter(responses))}” is not in its text.")
    markdown = item.pictures.in_text(from_html(stem) if is_html else from_plain(stem))
    return {
        "kind": "cloze",
        "stem": with_gaps(markdown),
        "gaps": gaps,
    }


def _gap(item: _Item, response: Element) -> dict[str, Any]:
    name = response.get("ident", "")
    right = {
        value
        for condition in item.conditions
        if condition.points
        for who, value in condition.right
        if who == name
    }
    options = [(label.get("ident", ""), _plain_label(label)) for label in _labels(response)]
    if item.kind == "multiple_dropdowns_question":
        return {
            "kind": "choice",
            "options": [
                {
                    "id": id_of(key, place),
                    "text": from_plain(text),
                    "correct": key in right,
                    "feedback": item.said_about(name, key),
                }
                for place, (key, text) in enumerate(options)
            ],
        }
    patterns = dict.fromkeys(literal(text) for key, text in options if key in right)
    unique = {pattern.casefold(): pattern for pattern in patterns}
    return {"kind": "short_text", "answers": [{"pattern": pattern} for pattern in unique.values()]}


def _plain_label(label: Element) -> str:
    return " ".join(
        plain_text_of("".join(each.itertext())) for each in label.iter() if local(each) == "mattext"
    )


def _metadata(element: Element, name: str) -> str:
    for each in element.iter():
        if local(each) == "qtimetadatafield" and text_at(each, "fieldlabel").strip() == name:
            return text_at(each, "fieldentry").strip()
    return ""


def _points(text: str) -> str:
    try:
        return str(Fraction(text or "1"))
    except (ValueError, ZeroDivisionError):
        return text


def _most(element: Element) -> Fraction:
    """The most points of the scoring: what it says, or all that its conditions give together."""
    said = [each.get("maxvalue") for each in element.iter() if local(each) == "decvar"]
    try:
        return Fraction(next(filter(None, said), "100"))
    except (ValueError, ZeroDivisionError):
        return Fraction(100)


def _condition(element: Element) -> _Condition:
    right: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    low = high = None
    for each in element.iter():
        name, text = local(each), "".join(each.itertext()).strip() if local(each) else ""
        if name == "varequal":
            (wrong if _is_negated(each, element) else right).append((each.get("respident", ""), text))
        elif name in {"vargte", "vargt"}:
            low = text
        elif name in {"varlte", "varlt"}:
            high = text
    points = [
        _amount(each) for each in children(element, "setvar") if (each.get("varname") or "SCORE") == "SCORE"
    ]
    feedback = tuple(each.get("linkrefid", "") for each in children(element, "displayfeedback"))
    return _Condition(tuple(right), tuple(wrong), low, high, points[0] if points else None, feedback)


def _is_negated(element: Element, within: Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not within:
        if local(parent) == "not":
            return True
        parent = parent.getparent()
    return False


def _amount(element: Element) -> Fraction:
    try:
        amount = Fraction((element.text or "0").strip())
    except (ValueError, ZeroDivisionError):
        raise Unreadable(f"Its scoring sets “{element.text}”, which is no number.") from None
    return -amount if (element.get("action") or "Set").casefold() == "subtract" else amount


def _outside_responses(element: Element) -> Iterator[Element]:
    for each in element:
        if local(each) == "mattext":
            yield each
        elif local(each) and not local(each).startswith("response_"):
            yield from _outside_responses(each)


def _raw(element: Element, as_html: bool) -> str:
    text = "".join(element.itertext())
    if not as_html or element.get("texttype") == "text/html":
        return text
    return escaped(text)


def _material(element: Element) -> str:
    text = "".join(element.itertext())
    return from_html(text) if element.get("texttype") == "text/html" else from_plain(text)
