"""A question in the words of QTI 3.0 (1EdTech, "QTI v3 Assessment, Section and Item Information Model")."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from lxml import etree

from ceu.adapters.markdown import render_markdown
from ceu.adapters.questions.imported import GAP_MARK, decimal, gap_mark
from ceu.adapters.xml import Element, build
from ceu.questions.model import (
    Choice,
    ChoiceGap,
    Cloze,
    Gap,
    Matching,
    Numeric,
    NumericAnswer,
    NumericGap,
    Option,
    Ordering,
    Question,
    ShortText,
    TextAnswer,
    TextGap,
    TrueFalse,
)

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0p1_v1p0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_RESPONSE, _SCORE, _FEEDBACK, _CHOSEN = "RESPONSE", "SCORE", "FEEDBACK", "CHOSEN"


def item_of(question: Question) -> Element:
    """The ``qti-assessment-item`` of a question."""
    body = _BODIES[question.kind](question)
    item = build(
        "qti-assessment-item",
        "",
        *body.declarations,
        *_outcomes(question, body),
        build("qti-item-body", "", *body.content),
        build("qti-response-processing", "", *body.scoring, *_said_after(question, body)),
        *_modal_feedback(question),
        identifier=identifier(question.id),
        title=question.name or question.id,
        adaptive="false",
        time__dependent="false",
    )
    item.set("xmlns", NAMESPACE)
    item.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {_SCHEMA}")
    return etree.fromstring(etree.tostring(item))


def identifier(name: str) -> str:
    """A name as QTI spells identifiers, which begin with a letter."""
    return name if name[:1].isalpha() else f"i-{name}"


class _Body:
    """What a kind of question puts into its item; ``right`` is the condition under which everything is right."""

    def __init__(
        self,
        declarations: list[Element],
        content: list[Element],
        scoring: list[Element],
        right: Element | None = None,
        chosen: str = "",
    ) -> None:
        self.declarations, self.content, self.scoring = declarations, content, scoring
        self.right, self.chosen = right, chosen


def _named(name: str, *inside: Element, **attributes: str) -> Element:
    return build(f"qti-{name}", "", *inside, **attributes)


def _value(text: str) -> Element:
    return build("qti-value", text)


def _html(markdown: str, name: str = "div", gaps: dict[str, Element] | None = None) -> Element:
    """An element with what the Markdown shows; marked gaps become their interactions."""
    html = render_markdown(markdown)
    if gaps:
        html = GAP_MARK.sub(lambda match: etree.tostring(gaps[match[1]]).decode(), html)
    return etree.fromstring(f"<{name}>{html}</{name}>")


def _declaration(
    name: str,
    cardinality: str,
    base: str,
    correct: list[str],
    mapping: list[tuple[str, Fraction, bool]] | None = None,
) -> Element:
    entries = [
        _named(
            "map-entry",
            map__key=key,
            mapped__value=decimal(points),
            **({} if case else {"case__sensitive": "false"}),
        )
        for key, points, case in mapping or []
    ]
    return _named(
        "response-declaration",
        *([_named("correct-response", *map(_value, correct))] if correct else []),
        *([_named("mapping", *entries, default__value="0")] if entries else []),
        identifier=name,
        cardinality=cardinality,
        base__type=base,
    )


def _outcomes(question: Question, body: _Body) -> Iterator[Element]:
    for name, value in ((_SCORE, "0"), ("MAXSCORE", decimal(question.weight))):
        default = _named("default-value", _value(value))
        yield _named(
            "outcome-declaration", default, identifier=name, cardinality="single", base__type="float"
        )
    for name, cardinality in ((_FEEDBACK, "multiple"), (_CHOSEN, body.chosen)):
        if cardinality:
            yield _named(
                "outcome-declaration", identifier=name, cardinality=cardinality, base__type="identifier"
            )


def _variable(name: str) -> Element:
    return _named("variable", identifier=name)


def _float(value: Fraction) -> Element:
    return build("qti-base-value", decimal(value), base__type="float")


def _set(name: str, *value: Element) -> Element:
    return _named("set-outcome-value", *value, identifier=name)


def _when(condition: Element, *then: Element, otherwise: list[Element] | None = None) -> Element:
    branches = [_named("response-if", condition, *then)]
    if otherwise:
        branches.append(_named("response-else", *otherwise))
    return _named("response-condition", *branches)


def _matches(name: str = _RESPONSE) -> Element:
    return _named("match", _variable(name), _named("correct", identifier=name))


def _map(name: str = _RESPONSE) -> Element:
    return _named("map-response", identifier=name)


def _all_or_nothing(weight: Fraction) -> list[Element]:
    return [_when(_matches(), _set(_SCORE, _float(weight)))]


def _said_after(question: Question, body: _Body) -> Iterator[Element]:
    """Which feedback is shown: by what was chosen, always, and by how it went."""
    if body.chosen:
        yield _set(_CHOSEN, _variable(_RESPONSE))

    def shown(*names: str) -> Element:
        values = (build("qti-base-value", name, base__type="identifier") for name in names)
        return _set(_FEEDBACK, _named("multiple", *values))

    partly = _named("gt", _variable(_SCORE), _float(Fraction(0)))
    branches = [
        _named(
            "response-if",
            body.right if body.right is not None else _full(question.weight),
            shown("general", "right"),
        ),
        _named("response-else-if", partly, shown("general", "partly")),
        _named("response-else", shown("general", "wrong")),
    ]
    yield _named("response-condition", *branches)


def _full(weight: Fraction) -> Element:
    return _named("gte", _variable(_SCORE), _float(weight))


def _modal_feedback(question: Question) -> Iterator[Element]:
    said = {
        "general": question.feedback,
        "right": question.outcomes.right,
        "partly": question.outcomes.partly,
        "wrong": question.outcomes.wrong,
    }
    for name, text in said.items():
        if text:
            yield _named(
                "modal-feedback",
                _named("content-body", _html(text)),
                outcome__identifier=_FEEDBACK,
                identifier=name,
                show__hide="show",
            )


def _simple_choice(option: Option) -> Element:
    text = _html(option.text)
    if option.feedback:
        said = _html(option.feedback)
        text.append(
            _named(
                "feedback-block",
                said,
                outcome__identifier=_CHOSEN,
                identifier=identifier(option.id),
                show__hide="show",
            )
        )
    return _named("simple-choice", text, identifier=identifier(option.id))


def _choice(question: Choice) -> _Body:
    right = [identifier(option.id) for option in question.right_ones]
    shares = {option.id: question.fraction_of(option) for option in question.options}
    partial = question.scoring == "each" and (
        question.several or any(share not in {0, 1} for share in shares.values())
    )
    mapping = [(identifier(key), share * question.weight, True) for key, share in shares.items() if share]
    cardinality = "multiple" if question.several else "single"
    interaction = _named(
        "choice-interaction",
        *map(_simple_choice, question.options),
        response__identifier=_RESPONSE,
        shuffle=str(question.shuffle).lower(),
        max__choices="0" if question.several else "1",
    )
    return _Body(
        [_declaration(_RESPONSE, cardinality, "identifier", right, mapping if partial else None)],
        [_html(question.stem), interaction],
        [_set(_SCORE, _map())] if partial else _all_or_nothing(question.weight),
        _matches(),
        cardinality,
    )


def _true_false(question: TrueFalse) -> _Body:
    options = [
        Option(id="true", text="True", feedback=question.if_true),
        Option(id="false", text="False", feedback=question.if_false),
    ]
    interaction = _named(
        "choice-interaction",
        *map(_simple_choice, options),
        response__identifier=_RESPONSE,
        shuffle="false",
        max__choices="1",
    )
    declaration = _declaration(_RESPONSE, "single", "identifier", [str(question.answer).lower()])
    return _Body(
        [declaration],
        [_html(question.stem), interaction],
        _all_or_nothing(question.weight),
        _matches(),
        "single",
    )


def _entries(
    answers: tuple[TextAnswer, ...], weight: Fraction, case_matters: bool
) -> list[tuple[str, Fraction, bool]]:
    return [(answer.pattern, answer.fraction * weight, case_matters) for answer in answers]


def _typed(stem: str) -> list[Element]:
    return [_html(stem), build("p", "", _named("text-entry-interaction", response__identifier=_RESPONSE))]


def _short_text(question: ShortText) -> _Body:
    best = max(question.answers, key=lambda answer: answer.fraction)
    mapping = _entries(question.answers, question.weight, question.case_matters)
    declaration = _declaration(_RESPONSE, "single", "string", [best.pattern], mapping)
    return _Body([declaration], _typed(question.stem), [_set(_SCORE, _map())])


def _numeric(question: Numeric) -> _Body:
    declaration = _declaration(_RESPONSE, "single", "float", _correct_number(question.answers))
    return _Body(
        [declaration], _typed(question.stem), [_numbers(_RESPONSE, question.answers, question.weight)]
    )


def _correct_number(answers: tuple[NumericAnswer, ...]) -> list[str]:
    return [decimal(answer.value) for answer in answers if answer.fraction == 1 and answer.value is not None][
        :1
    ]


def _numbers(
    name: str, answers: tuple[NumericAnswer, ...], weight: Fraction, outcome: str = _SCORE
) -> Element:
    """The first answer that fits says how many points there are."""
    branches = [
        _named(
            f"response-{'else-' if place else ''}if",
            _fits(name, answer),
            _set(outcome, _float(answer.fraction * weight)),
        )
        for place, answer in enumerate(answers)
    ]
    return _named("response-condition", *branches)


def _fits(name: str, answer: NumericAnswer) -> Element:
    if answer.value is not None:
        tolerance = decimal(answer.tolerance)
        return _named(
            "equal",
            _variable(name),
            _float(answer.value),
            tolerance__mode="absolute",
            tolerance=f"{tolerance} {tolerance}",
        )
    ends = [
        _named(sign, _variable(name), _float(end))
        for sign, end in (("gte", answer.low), ("lte", answer.high))
        if end is not None
    ]
    return _named("and", *ends) if ends else _named("not", _named("is-null", _variable(name)))


def _matching(question: Matching) -> _Body:
    pairs = [f"{identifier(prompt.id)} {identifier(prompt.match)}" for prompt in question.prompts]
    share = question.weight / len(pairs)
    mapping = [(pair, share, True) for pair in pairs] if question.scoring == "each" else None

    def associable(key: str, text: str, most: int) -> Element:
        return _named(
            "simple-associable-choice", _html(text), identifier=identifier(key), match__max=str(most)
        )

    interaction = _named(
        "match-interaction",
        _named("simple-match-set", *(associable(each.id, each.text, 1) for each in question.prompts)),
        _named("simple-match-set", *(associable(each.id, each.text, 0) for each in question.targets)),
        response__identifier=_RESPONSE,
        shuffle=str(question.shuffle).lower(),
        max__associations="0",
    )
    return _Body(
        [_declaration(_RESPONSE, "multiple", "directedPair", pairs, mapping)],
        [_html(question.stem), interaction],
        [_set(_SCORE, _map())] if mapping else _all_or_nothing(question.weight),
        _matches(),
    )


def _ordering(question: Ordering) -> _Body:
    items = (
        _named("simple-choice", _html(item.text), identifier=identifier(item.id)) for item in question.items
    )
    interaction = _named("order-interaction", *items, response__identifier=_RESPONSE, shuffle="true")
    order = [identifier(item.id) for item in question.items]
    return _Body(
        [_declaration(_RESPONSE, "ordered", "identifier", order)],
        [_html(question.stem), interaction],
        _all_or_nothing(question.weight),
        _matches(),
    )


def _cloze(question: Cloze) -> _Body:
    total = sum((gap.weight for gap in question.gaps), Fraction(0))
    shares = {gap.id: question.weight * gap.weight / total for gap in question.gaps}
    marked = "".join(gap_mark(piece) if place % 2 else piece for place, piece in enumerate(question.pieces))
    interactions = {gap.id: _gap_interaction(gap) for gap in question.gaps}
    scoring = [
        _numbers(identifier(gap.id), gap.answers, shares[gap.id], f"SCORE_{gap.id}")
        for gap in question.gaps
        if isinstance(gap, NumericGap)
    ]
    earned = (
        _variable(f"SCORE_{gap.id}") if isinstance(gap, NumericGap) else _map(identifier(gap.id))
        for gap in question.gaps
    )
    return _Body(
        [*(_gap_declaration(gap, shares[gap.id]) for gap in question.gaps), *_gap_outcomes(question)],
        [_html(marked, gaps=interactions)],
        [*scoring, _set(_SCORE, _named("sum", *earned))],
    )


def _gap_outcomes(question: Cloze) -> Iterator[Element]:
    for gap in question.gaps:
        if isinstance(gap, NumericGap):
            yield _named(
                "outcome-declaration",
                _named("default-value", _value("0")),
                identifier=f"SCORE_{gap.id}",
                cardinality="single",
                base__type="float",
            )


def _gap_interaction(gap: Gap) -> Element:
    if not isinstance(gap, ChoiceGap):
        return _named("text-entry-interaction", response__identifier=identifier(gap.id))
    options = (
        build(
            "qti-inline-choice",
            "".join(_html(option.text).itertext()).strip(),
            identifier=identifier(option.id),
        )
        for option in gap.options
    )
    return _named(
        "inline-choice-interaction",
        *options,
        response__identifier=identifier(gap.id),
        shuffle=str(gap.shuffle).lower(),
    )


def _gap_declaration(gap: Gap, share: Fraction) -> Element:
    name = identifier(gap.id)
    if isinstance(gap, NumericGap):
        return _declaration(name, "single", "float", _correct_number(gap.answers))
    if isinstance(gap, TextGap):
        best = max(gap.answers, key=lambda answer: answer.fraction)
        return _declaration(
            name, "single", "string", [best.pattern], _entries(gap.answers, share, gap.case_matters)
        )
    mapping = [
        (identifier(option.id), gap.fraction_of(option) * share, True)
        for option in gap.options
        if gap.fraction_of(option)
    ]
    return _declaration(name, "single", "identifier", [identifier(gap.right.id)], mapping)


_BODIES: dict[str, Callable[[Any], _Body]] = {
    "choice": _choice,
    "true_false": _true_false,
    "short_text": _short_text,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
}
