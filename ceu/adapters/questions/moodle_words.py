"""A question in the words of Moodle XML."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import lcm
from typing import Any

from ceu.adapters.questions.imported import decimal
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
    Ordering,
    Question,
    ShortText,
    TrueFalse,
)

ORDER_SCORING = {
    "position": "ABSOLUTE_POSITION",
    "next": "RELATIVE_NEXT_EXCLUDE_LAST",
    "longest": "LONGEST_ORDERED_SUBSET",
    "all": "ALL_OR_NOTHING",
}
"""How Moodle calls the ways to score an order."""

_TYPES = {
    "choice": "multichoice",
    "true_false": "truefalse",
    "short_text": "shortanswer",
    "numeric": "numerical",
    "matching": "matching",
    "ordering": "ordering",
    "cloze": "multianswer",
}


def element_of(question: Question) -> Element:
    """The ``question`` element in Moodle's own words."""
    stem = _embedded_stem(question) if isinstance(question, Cloze) else question.stem
    return build(
        "question",
        "",
        build("name", "", build("text", question.name or question.id)),
        _said("questiontext", stem),
        _said("generalfeedback", question.feedback),
        build("defaultgrade", decimal(question.weight)),
        build("idnumber", question.id),
        *_OWN[question.kind](question),
        *(
            _said(f"{tag}feedback", text)
            for tag, text in (
                ("correct", question.outcomes.right),
                ("partiallycorrect", question.outcomes.partly),
                ("incorrect", question.outcomes.wrong),
            )
            if text
        ),
        build("tags", "", *(build("tag", "", build("text", tag)) for tag in question.tags))
        if question.tags
        else None,
        type=_TYPES[question.kind],
    )


def _said(name: str, text: str) -> Element:
    return build(name, "", build("text", text), format="markdown")


def _answer(fraction: Fraction, text: str, feedback: str, *more: Element) -> Element:
    inside = [build("text", text), *more, _said("feedback", feedback)]
    return build("answer", "", *inside, fraction=decimal(fraction * 100, 5), format="markdown")


def _choice(question: Choice) -> Iterator[Element]:
    yield build("single", str(not question.several).lower())
    yield build("shuffleanswers", str(question.shuffle).lower())
    for option in question.options:
        yield _answer(question.fraction_of(option), option.text, option.feedback)


def _true_false(question: TrueFalse) -> Iterator[Element]:
    for truth, feedback in ((True, question.if_true), (False, question.if_false)):
        yield _answer(Fraction(truth == question.answer), str(truth).lower(), feedback)


def _short_text(question: ShortText) -> Iterator[Element]:
    yield build("usecase", str(int(question.case_matters)))
    for text in question.answers:
        yield _answer(text.fraction, text.pattern, text.feedback)


def _numeric(question: Numeric) -> Iterator[Element]:
    for number in question.answers:
        value, tolerance = _value_of(number)
        yield _answer(number.fraction, value, number.feedback, build("tolerance", tolerance))
    if question.units:
        units = (
            build("unit", "", build("multiplier", decimal(1 / unit.factor)), build("unit_name", unit.name))
            for unit in question.units
        )
        yield build("units", "", *units)
        yield build("unitgradingtype", "2" if question.unit_needed else "0")
        yield build("unitpenalty", decimal(question.unit_penalty))


def _value_of(number: NumericAnswer) -> tuple[str, str]:
    """A range becomes its middle, give or take its half."""
    if number.value is not None:
        return decimal(number.value), decimal(number.tolerance)
    if number.low is not None and number.high is not None:
        return decimal((number.low + number.high) / 2), decimal((number.high - number.low) / 2)
    return "*", "0"


def _matching(question: Matching) -> Iterator[Element]:
    yield build("shuffleanswers", str(question.shuffle).lower())
    texts = {target.id: target.text for target in question.targets}
    used = {prompt.match for prompt in question.prompts}
    pairs = [(prompt.text, texts[prompt.match]) for prompt in question.prompts]
    pairs += [("", text) for key, text in texts.items() if key not in used]
    for prompt, text in pairs:
        yield build(
            "subquestion",
            "",
            build("text", prompt),
            build("answer", "", build("text", text)),
            format="markdown",
        )


def _ordering(question: Ordering) -> Iterator[Element]:
    yield build("gradingtype", ORDER_SCORING[question.scoring])
    for place, item in enumerate(question.items, 1):
        yield build("answer", "", build("text", item.text), fraction=str(place), format="markdown")


_OWN: dict[str, Callable[[Any], Iterator[Element]]] = {
    "choice": _choice,
    "true_false": _true_false,
    "short_text": _short_text,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": lambda _: iter(()),
}
"""What each kind has beside its texts."""


def _embedded_stem(question: Cloze) -> str:
    gaps = {gap.id: gap for gap in question.gaps}
    scale = lcm(*(gap.weight.denominator for gap in question.gaps))
    return "".join(
        _code(gaps[piece], scale) if place % 2 else piece for place, piece in enumerate(question.pieces)
    )


def _code(gap: Gap, scale: int) -> str:
    weight = int(gap.weight * scale)
    if isinstance(gap, ChoiceGap):
        code = "MULTICHOICE_S" if gap.shuffle else "MULTICHOICE"
        answers = [(gap.fraction_of(option), option.text, option.feedback) for option in gap.options]
    elif isinstance(gap, NumericGap):
        code = "NUMERICAL"
        answers = [
            (number.fraction, ":".join(_value_of(number)).removesuffix(":0"), number.feedback)
            for number in gap.answers
        ]
    else:
        code = "SHORTANSWER_C" if gap.case_matters else "SHORTANSWER"
        answers = [(text.fraction, text.pattern, text.feedback) for text in gap.answers]
    parts = (
        f"{_share(fraction)}{_code_text(said)}{_code_feedback(feedback)}"
        for fraction, said, feedback in answers
    )
    return f"{{{weight}:{code}:{'~'.join(parts)}}}"


def _share(fraction: Fraction) -> str:
    return {Fraction(1): "=", Fraction(0): ""}.get(fraction, f"%{decimal(fraction * 100, 5)}%")


def _code_text(text: str) -> str:
    return re.sub(r"([\\}~#\"/])", r"\\\1", " ".join(text.split()))


def _code_feedback(feedback: str) -> str:
    return f"#{_code_text(feedback)}" if feedback else ""
