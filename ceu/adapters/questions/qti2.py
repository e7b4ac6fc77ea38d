"""QTI 2.1, 2.2 and 3.0, the format of 1EdTech: items read, whatever the version calls their parts; packages of 3.0 written.

Version 3 spells the names of version 2 with hyphens and ``qti-`` before them; here all are read by the names of version 2.
Of the scoring those ways are read that nearly all items use: everything for the correct response, points mapped to responses,
and conditions on a number. A kind of interaction or scoring that is not read is listed with its name.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from ceu.adapters.questions.echo import echo_of, heard
from ceu.adapters.questions.imported import (
    Collector,
    Pictures,
    Unreadable,
    from_html,
    gap_mark,
    id_of,
    literal,
    marked,
    snapped,
    with_gaps,
)
from ceu.adapters.questions.qti_words import identifier, item_of
from ceu.adapters.xml import Element, build, canonical, comments, escaped, local, read_xml, written
from ceu.questions.model import Question

_BLOCKS = frozenset({"choiceInteraction", "orderInteraction", "matchInteraction", "gapMatchInteraction"})
_INLINES = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
_NOT_READ = {
    "extendedTextInteraction": "It is an essay, which a person would have to read.",
    "uploadInteraction": "It asks for a file, which a person would have to look at.",
    "drawingInteraction": "It asks for a drawing, which a person would have to look at.",
}
_BESIDE = frozenset({"feedbackInline", "feedbackBlock", "rubricBlock", "prompt", "catalogInfo", "stylesheet"})
_OUTCOMES = {
    "right": "right",
    "correct": "right",
    "partly": "partly",
    "partial": "partly",
    "wrong": "wrong",
    "incorrect": "wrong",
}
_MANIFEST_NAMESPACE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def _name(element: Element) -> str:
    """The name of version 2: ``qti-choice-interaction`` is choiceInteraction."""
    name = local(element)
    if not name.startswith("qti-"):
        return name
    first, *rest = name.removeprefix("qti-").split("-")
    return first + "".join(part.capitalize() for part in rest)


def _attribute(element: Element, name: str, otherwise: str = "") -> str:
    """An attribute by its name of version 2; version 3 spells it with hyphens."""
    hyphened = re.sub(r"[A-Z]", lambda match: f"-{match[0].lower()}", name)
    return str(element.get(name) or element.get(hyphened) or otherwise).strip()


def _every(element: Element, *names: str) -> Iterator[Element]:
    return (each for each in element.iter() if _name(each) in names)


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


@dataclass(frozen=True)
class _Response:
    """A declared response: its kind, the correct values, and the points mapped to values, with whether case matters."""

    cardinality: str
    base: str
    correct: tuple[str, ...]
    mapping: dict[str, Fraction]
    case_matters: bool
    otherwise: Fraction


class _Item:
    """One item and what is asked of it again and again."""

    def __init__(self, element: Element, pictures: Pictures) -> None:
        self.element, self.pictures = element, pictures
        body = next(_every(element, "itemBody"), None)
        if body is None:
            raise Unreadable("It has no body.")
        self.body = body
        self.interactions = [each for each in body.iter() if _name(each).endswith("Interaction")]
        self.responses = {
            _attribute(each, "identifier"): _response(each) for each in _every(element, "responseDeclaration")
        }
        processing = next(_every(element, "responseProcessing"), None)
        self.processing = processing
        template = "" if processing is None else _attribute(processing, "template")
        self.is_mapped = "map_response" in template or any(
            True for _ in _every(element, "mapResponse", "mapResponsePoint")
        )

    def response(self, interaction: Element) -> _Response:
        """The response that an interaction sets."""
        name = _attribute(interaction, "responseIdentifier")
        if name not in self.responses:
            raise Unreadable(f"Its response “{name}” is not declared.")
        return self.responses[name]

    def markdown(self, element: Element, gaps: dict[Element, str] | None = None) -> str:
        """What an element shows, without feedback and interactions; ``gaps`` stand where their interactions were."""
        text = from_html(_html(element, gaps or {}))
        return self.pictures.in_text(with_gaps(text))

    def stem(self) -> str:
        """What is asked: the body, and the interaction's own prompt."""
        prompts = [self.markdown(each) for each in _every(self.body, "prompt")]
        return "\n\n".join(filter(None, [self.markdown(self.body), *prompts]))

    def weight(self) -> Fraction | None:
        """The most points the item says it gives."""
        for each in _every(self.element, "outcomeDeclaration"):
            default = next(_every(each, "value"), None)
            if _attribute(each, "identifier") == "MAXSCORE" and default is not None:
                return _exact(_text(default))
            if _attribute(each, "identifier") == "SCORE" and _attribute(each, "normalMaximum"):
                return _exact(_attribute(each, "normalMaximum"))
        return None


def read_item(
    element: Element, collector: Collector, place: str, find: Callable[[str], bytes | None]
) -> None:
    """Take in one item, or list why not."""
    name = _attribute(element, "title") or _attribute(element, "identifier") or "Question"
    if echo := _echo(element):
        collector.add(place, name, {**echo.model_dump(mode="json", exclude_defaults=True), "kind": echo.kind})
        _keep_pictures(echo, collector, find)
        return
    try:
        item = _Item(element, Pictures(collector, place, name, find))
        found = _read(item)
    except Unreadable as error:
        collector.refuse(place, name, str(error))
        return
    weight = item.weight()
    data = {
        "id": _attribute(element, "identifier"),
        "name": _attribute(element, "title"),
        "weight": "1" if weight is None else str(weight),
        **_feedback(item),
        **found,
        "media": item.pictures.media,
    }
    collector.add(place, name, data)


def _echo(element: Element) -> Question | None:
    words = canonical(element).decode()
    said = (
        heard(comment, words, lambda question: canonical(item_of(question)).decode())
        for comment in comments(element)
    )
    return next((question for question in said if question), None)


def _keep_pictures(question: Question, collector: Collector, find: Callable[[str], bytes | None]) -> None:
    for media in question.media:
        if content := find(f"../{media.source}") or find(media.source):
            collector.files[media.source] = content


def _read(item: _Item) -> dict[str, Any]:
    if any(True for _ in _every(item.element, "templateDeclaration")):
        raise Unreadable("It is made of random parts (a template). Make a question of each case.")
    names = [_name(each) for each in item.interactions]
    for name in names:
        if name not in _BLOCKS | _INLINES:
            reason = f"It asks in a way that is not read ({name}). Ask it in another way."
            raise Unreadable(_NOT_READ.get(name, reason))
    if not names:
        raise Unreadable("It asks nothing.")
    if len(names) == 1 and names[0] in _BLOCKS:
        return _KINDS[names[0]](item, item.interactions[0])
    if set(names) & _BLOCKS:
        raise Unreadable("It asks several questions at once. Make a question of each.")
    if names == ["textEntryInteraction"] and _stands_last(item):
        return {"stem": item.stem(), **_typed(item, item.interactions[0], "")}
    return _cloze(item)


def _stands_last(item: _Item) -> bool:
    """Whether nothing is said after the only blank, so that the text is a question and no sentence with a gap."""
    gap = item.interactions[0]
    marked = item.markdown(item.body, {gap: "end"})
    return marked.endswith("{{end}}")


def _feedback(item: _Item) -> dict[str, Any]:
    """What is said after the answer: always, or by how it went. What depends on anything else is left out by name."""
    general, outcomes = "", {}
    chosen = {_attribute(each, "identifier") for each in _every(item.body, "simpleChoice")}
    for each in _every(item.element, "modalFeedback"):
        name = _attribute(each, "identifier")
        if name.casefold() == "general":
            general = item.markdown(each)
        elif name.casefold() in _OUTCOMES:
            outcomes[_OUTCOMES[name.casefold()]] = item.markdown(each)
        elif name not in chosen:
            item.pictures.leave_out(f"The feedback “{name}” depends on something that is not read.")
    return {"feedback": general, "outcomes": {key: text for key, text in outcomes.items() if text}}


def _said_about(item: _Item, option: Element) -> str:
    """The feedback of an option: inside it, or shown when it was chosen."""
    key = _attribute(option, "identifier")
    inside = [
        each
        for each in _every(option, "feedbackInline", "feedbackBlock")
        if _attribute(each, "identifier") == key
    ]
    beside = [each for each in _every(item.element, "modalFeedback") if _attribute(each, "identifier") == key]
    return next((text for each in [*inside, *beside] if (text := item.markdown(each))), "")


def _choice(item: _Item, interaction: Element) -> dict[str, Any]:
    response = item.response(interaction)
    options = list(_every(interaction, "simpleChoice"))
    several = response.cardinality == "multiple"
    earned = _earned(item, response, [_attribute(each, "identifier") for each in options])
    texts = [item.markdown(each) for each in options]
    said = [_said_about(item, each) for each in options]
    if not several and sorted(text.casefold() for text in texts) == ["false", "true"]:
        return _true_false(item, texts, said, [share == 1 for share in earned])
    together = several and not item.is_mapped
    found = [
        {
            "id": id_of(_attribute(option, "identifier"), place),
            "text": text,
            "feedback": feedback,
            **({"correct": share > 0} if together else marked(share, several=several)),
        }
        for place, (option, text, feedback, share) in enumerate(
            zip(options, texts, said, earned, strict=True)
        )
    ]
    return {
        "kind": "choice",
        "stem": item.stem(),
        "several": several,
        "shuffle": _attribute(interaction, "shuffle") == "true",
        "scoring": "all" if together else "each",
        "options": found,
    }


def _earned(item: _Item, response: _Response, keys: Sequence[str]) -> list[Fraction]:
    """The part of everything that each value earns."""
    if not item.is_mapped or not response.mapping:
        return [Fraction(key in response.correct) for key in keys]
    points = [response.mapping.get(key, response.otherwise) for key in keys]
    gains = [each for each in points if each > 0]
    most = sum(gains) if response.cardinality == "multiple" else max(gains, default=Fraction(0))
    if not most:
        raise Unreadable("No answer earns anything.")
    return [snapped(str(float(each / most * 100))) for each in points]


def _true_false(item: _Item, texts: list[str], said: list[str], right: list[bool]) -> dict[str, Any]:
    truth = {text.casefold() == "true": place for place, text in enumerate(texts)}
    if right.count(True) != 1:
        raise Unreadable("It does not say whether true or false is right.")
    return {
        "kind": "true_false",
        "stem": item.stem(),
        "answer": right[truth[True]],
        "if_true": said[truth[True]],
        "if_false": said[truth[False]],
    }


def _ordering(item: _Item, interaction: Element) -> dict[str, Any]:
    response = item.response(interaction)
    texts = {
        _attribute(each, "identifier"): item.markdown(each) for each in _every(interaction, "simpleChoice")
    }
    if sorted(response.correct) != sorted(texts):
        raise Unreadable("It does not say which order of all its parts is right.")
    items = [{"id": id_of(key, place), "text": texts[key]} for place, key in enumerate(response.correct)]
    return {"kind": "ordering", "stem": item.stem(), "items": items, "scoring": "all"}


def _matching(item: _Item, interaction: Element) -> dict[str, Any]:
    response = item.response(interaction)
    sets = [
        {
            _attribute(each, "identifier"): item.markdown(each)
            for each in _every(part, "simpleAssociableChoice")
        }
        for part in _every(interaction, "simpleMatchSet")
    ]
    prompts, targets, matched = _prompts_and_targets(sets, _pairs(response))
    ids = {key: f"t{place}" for place, key in enumerate(targets, 1)}
    return {
        "kind": "matching",
        "stem": item.stem(),
        "shuffle": _attribute(interaction, "shuffle") == "true",
        "scoring": "each" if item.is_mapped else "all",
        "prompts": [
            {"id": f"p{place}", "text": text, "match": ids.get(matched[key], "")}
            for place, (key, text) in enumerate(prompts.items(), 1)
        ],
        "targets": [{"id": ids[key], "text": text} for key, text in targets.items()],
    }


def _pairs(response: _Response) -> list[list[str]]:
    given = response.correct or [key for key, points in response.mapping.items() if points > 0]
    return [pair.split() for pair in given]


def _prompts_and_targets(
    sets: list[dict[str, str]], pairs: list[list[str]]
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Which of the two sets holds the prompts, each with one match; and the matches."""
    if len(sets) != 2 or any(len(pair) != 2 for pair in pairs):
        raise Unreadable("It does not say what is matched with what.")
    first, second = ({one: other for one, other in pairs}, {other: one for one, other in pairs})
    for prompts, targets, matched in ((sets[0], sets[1], first), (sets[1], sets[0], second)):
        if len(matched) == len(pairs) and matched.keys() == prompts.keys():
            return prompts, targets, matched
    raise Unreadable(
        "Something in it is matched with several things, or with nothing. Make a question of each."
    )


def _gap_match(item: _Item, interaction: Element) -> dict[str, Any]:
    """Texts dragged into gaps: each gap is a choice among all of them."""
    response = item.response(interaction)
    texts = {_attribute(each, "identifier"): item.markdown(each) for each in _every(interaction, "gapText")}
    right = {gap: text for text, gap in (pair.split() for pair in response.correct if len(pair.split()) == 2)}
    places = {each: f"g{number}" for number, each in enumerate(_every(interaction, "gap"), 1)}
    if not texts or any(_attribute(gap, "identifier") not in right for gap in places):
        raise Unreadable("It does not say which text belongs into each gap, or drags pictures.")
    gaps = [
        {
            "id": name,
            "kind": "choice",
            "options": [
                {
                    "id": id_of(key, place),
                    "text": text,
                    "correct": key == right[_attribute(gap, "identifier")],
                }
                for place, (key, text) in enumerate(texts.items())
            ],
        }
        for gap, name in places.items()
    ]
    _tell_of_parts(item)
    return {"kind": "cloze", "stem": _joined(item, places), "gaps": gaps}


def _cloze(item: _Item) -> dict[str, Any]:
    places = {each: f"g{number}" for number, each in enumerate(item.interactions, 1)}
    gaps = [
        {
            "id": name,
            **(_typed(item, each, name) if _name(each) == "textEntryInteraction" else _chosen(item, each)),
        }
        for each, name in places.items()
    ]
    if len(gaps) > 1:
        _tell_of_parts(item)
    return {"kind": "cloze", "stem": _joined(item, places), "gaps": gaps}


def _tell_of_parts(item: _Item) -> None:
    if not item.is_mapped:
        item.pictures.leave_out("It gave everything or nothing; here each blank counts by itself.")


def _joined(item: _Item, places: dict[Element, str]) -> str:
    prompts = [item.markdown(each) for each in _every(item.body, "prompt")]
    return "\n\n".join(filter(None, [*prompts, item.markdown(item.body, places)]))


def _chosen(item: _Item, interaction: Element) -> dict[str, Any]:
    response = item.response(interaction)
    options = list(_every(interaction, "inlineChoice"))
    earned = _earned(item, response, [_attribute(each, "identifier") for each in options])
    return {
        "kind": "choice",
        "shuffle": _attribute(interaction, "shuffle") == "true",
        "options": [
            {
                "id": id_of(_attribute(each, "identifier"), place),
                "text": item.markdown(each),
                **marked(share, several=False),
            }
            for place, (each, share) in enumerate(zip(options, earned, strict=True))
        ],
    }


def _typed(item: _Item, interaction: Element, gap: str) -> dict[str, Any]:
    response = item.response(interaction)
    if response.base in {"integer", "float"}:
        return {
            "kind": "numeric",
            "answers": _numbers(item, _attribute(interaction, "responseIdentifier"), response),
        }
    values = list(response.mapping) if item.is_mapped and response.mapping else list(response.correct)
    if not values:
        raise Unreadable(_NOT_READ["extendedTextInteraction"])
    earned = _earned(item, response, values)
    unique: dict[str, tuple[str, Fraction]] = {}
    for value, share in zip(values, earned, strict=True):
        key = value if response.case_matters else value.casefold()
        if share or len(values) == 1:
            unique.setdefault(key, (value, share))
    return {
        "kind": "short_text",
        "case_matters": response.case_matters,
        "answers": [{"pattern": literal(value), "fraction": str(share)} for value, share in unique.values()],
    }


def _numbers(item: _Item, name: str, response: _Response) -> list[dict[str, str]]:
    """The conditions on a number, in their order; else its correct value."""
    found: list[tuple[dict[str, str], Fraction]] = []
    branches = [] if item.processing is None else _every(item.processing, "responseIf", "responseElseIf")
    for branch in branches:
        points = next((_text(each) for each in _points(branch)), "")
        test = next((each for each in branch if local(each)), None)
        if points and test is not None and _mentions(test, name):
            found.append((_tested(test, response), _exact(points) or Fraction(0)))
    most = max((points for _, points in found), default=Fraction(0))
    if most <= 0:
        values = [value for value in response.correct if value]
        if not values:
            raise Unreadable("It does not say which number is right.")
        return [{"value": value} for value in values[:1]]
    return [
        {**test, "fraction": str(snapped(str(float(points / most * 100))))}
        for test, points in found
        if points
    ]


def _points(branch: Element) -> Iterator[Element]:
    for each in _every(branch, "setOutcomeValue"):
        if _attribute(each, "identifier").startswith("SCORE"):
            yield from _every(each, "baseValue")


def _mentions(test: Element, name: str) -> bool:
    return any(_attribute(each, "identifier") == name for each in _every(test, "variable"))


def _tested(test: Element, response: _Response) -> dict[str, str]:
    equal = next(_every(test, "equal", "match"), None)
    if equal is not None:
        value = next((_text(each) for each in _every(equal, "baseValue")), next(iter(response.correct), ""))
        mode, tolerance = (
            _attribute(equal, "toleranceMode", "exact"),
            _attribute(equal, "tolerance", "0").split(),
        )
        if mode == "relative":
            share = (_exact(tolerance[0]) or Fraction(0)) / 100 * abs(_exact(value) or Fraction(0))
            return {"value": value, "tolerance": str(share)}
        return {"value": value, "tolerance": tolerance[0] if mode == "absolute" else "0"}
    ends = {}
    for key, names in (("low", ("gte", "gt")), ("high", ("lte", "lt"))):
        for each in _every(test, *names):
            ends[key] = next((_text(value) for value in _every(each, "baseValue")), "")
    return ends


def _response(element: Element) -> _Response:
    correct = next(_every(element, "correctResponse"), None)
    mapping = next(_every(element, "mapping"), None)
    entries = [] if mapping is None else list(_every(mapping, "mapEntry"))
    return _Response(
        cardinality=_attribute(element, "cardinality", "single"),
        base=_attribute(element, "baseType", "identifier"),
        correct=() if correct is None else tuple(_text(each) for each in _every(correct, "value")),
        mapping={
            _attribute(each, "mapKey"): _exact(_attribute(each, "mappedValue")) or Fraction(0)
            for each in entries
        },
        case_matters=any(_attribute(each, "caseSensitive", "true") != "false" for each in entries)
        or not entries,
        otherwise=Fraction(0)
        if mapping is None
        else _exact(_attribute(mapping, "defaultValue")) or Fraction(0),
    )


def _exact(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _html(element: Element, gaps: dict[Element, str]) -> str:
    parts = [escaped(element.text)]
    for part in element:
        name = _name(part)
        if part in gaps:
            parts.append(gap_mark(gaps[part]))
        elif name in _INTERACTIONS_WITH_TEXT:
            parts.append(_html(part, gaps) if gaps else "")
        elif name and name not in _BESIDE and not name.endswith("Interaction") and name not in _NOT_SHOWN:
            attributes = "".join(
                f' {etree.QName(key).localname}="{escaped(value, quoted=True)}"'
                for key, value in part.items()
            )
            parts.append(f"<{local(part)}{attributes}>{_html(part, gaps)}</{local(part)}>")
        parts.append(escaped(part.tail))
    return "".join(parts)


_INTERACTIONS_WITH_TEXT = frozenset({"gapMatchInteraction"})
_NOT_SHOWN = frozenset({"gapText", "gapImg", "script", "style"})


_KINDS: dict[str, Callable[[_Item, Element], dict[str, Any]]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _ordering,
    "matchInteraction": _matching,
    "gapMatchInteraction": _gap_match,
}


def write_qti3(questions: Sequence[Question], files: dict[str, bytes] | None = None) -> bytes:
    """A QTI 3.0 package: a manifest, one item per question, and the pictures they show (by their source)."""
    items = {f"items/{number:04d}.xml": _file(question) for number, question in enumerate(questions, 1)}
    pictures = {name: content for name, content in (files or {}).items()}
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in {
            "imsmanifest.xml": _manifest(questions, items, pictures),
            **items,
            **pictures,
        }.items():
            archive.writestr(ZipInfo(name, _EPOCH), content, ZIP_DEFLATED)
    return stream.getvalue()


def _file(question: Question) -> bytes:
    item = item_of(question)
    alone = Collector()
    read_item(read_xml(etree.tostring(item)), alone, "", lambda _: b"")
    if alone.questions != [question]:
        item.insert(0, etree.Comment(f" {echo_of(question)} "))
    data: bytes = etree.tostring(item, xml_declaration=True, encoding="UTF-8")
    return data


def _manifest(questions: Sequence[Question], items: dict[str, bytes], pictures: dict[str, bytes]) -> bytes:
    resources = [
        build(
            "resource",
            "",
            build("file", href=name),
            identifier=f"item-{number}",
            type="imsqti_item_xmlv3p0",
            href=name,
        )
        for number, name in enumerate(items, 1)
    ]
    resources += [
        build(
            "resource",
            "",
            build("file", href=name),
            identifier=f"file-{number}",
            type="webcontent",
            href=name,
        )
        for number, name in enumerate(pictures, 1)
    ]
    metadata = build("metadata", "", build("schema", "QTI Package"), build("schemaversion", "3.0.1"))
    root = build(
        "manifest",
        "",
        metadata,
        build("organizations"),
        build("resources", "", *resources),
        identifier=identifier(questions[0].id if questions else "empty"),
    )
    root.set("xmlns", _MANIFEST_NAMESPACE)
    return written(etree.fromstring(etree.tostring(root)))
