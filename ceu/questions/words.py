"""Answers and points in words, for pages and for people who read a stored attempt years later."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ceu.questions.answers import Answer
from ceu.questions.drawing import TRUTHS
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
    TextGap,
    TrueFalse,
    cut_at_gaps,
)

MOST_EXACT = 12
"""The largest denominator people read as a fraction; beyond it two decimals say it."""


def number_text(value: Fraction) -> str:
    """A number as people write it: "8", "8.5", "8 2/3", "0.33" (cut, never rounded up) where the fraction is an unusual one.

    >>> [number_text(Fraction(text)) for text in ("8", "17/2", "-26/3", "1/97", "1250")]
    ['8', '8.5', '-8 2/3', '0.01', '1,250']
    """
    sign, size = ("-" if value < 0 else ""), abs(value)
    whole, rest = divmod(size.numerator, size.denominator)
    if not rest:
        return f"{sign}{whole:,}"
    if 100 % size.denominator and size.denominator <= MOST_EXACT:
        return f"{sign}{f'{whole:,} ' if whole else ''}{rest}/{size.denominator}"
    hundredths = f"{rest * 100 // size.denominator:02d}"
    return f"{sign}{whole:,}.{hundredths.rstrip('0') or '0'}"


def said(question: Question, answer: Answer | None) -> list[str]:
    """What was answered, line by line; nothing where nothing was."""
    match question, answer:
        case (Choice(), str() | list()):
            chosen = [answer] if isinstance(answer, str) else answer
            return [option.text for option in question.options if option.id in chosen]
        case TrueFalse(), str():
            return [text for truth, text in TRUTHS if truth == answer]
        case ((Matching() | Ordering() | Cloze()), dict()):
            return _said_parts(question, answer)
        case _, str():
            return [answer]
        case _:
            return []


def _said_parts(question: Matching | Ordering | Cloze, answer: Mapping[str, str]) -> list[str]:
    match question:
        case Matching():
            targets = {target.id: target.text for target in question.targets}
            return [
                f"{prompt.text}: {targets.get(answer[prompt.id], '')}"
                for prompt in question.prompts
                if prompt.id in answer
            ]
        case Ordering():
            placed = [item for item in question.items if item.id in answer]
            return [
                f"{answer[item.id]}. {item.text}"
                for item in sorted(placed, key=lambda item: int(answer[item.id]))
            ]
        case Cloze():
            return [
                f"{label}: {_said_in(gap, answer[gap.id])}"
                for label, gap in _labeled(question)
                if answer.get(gap.id)
            ]


def _said_in(gap: Gap, answer: str) -> str:
    if isinstance(gap, ChoiceGap):
        return next((option.text for option in gap.options if option.id == answer), "")
    return answer


def stem_to_read(stem: str) -> str:
    """A stem whose blanks are numbers, as ``said`` calls them.

    >>> stem_to_read("Ask {{who}} and {{when}}.")
    'Ask (1) and (2).'
    """
    pieces = cut_at_gaps(stem)
    return "".join(f"({(place + 1) // 2})" if place % 2 else piece for place, piece in enumerate(pieces))


def right_answer(question: Question) -> list[str]:
    """A wholly right answer, line by line."""
    match question:
        case TrueFalse():
            return ["True" if question.answer else "False"]
        case Choice() | ShortText() | Numeric():
            return _right_of(question)
        case Matching():
            return said(question, {prompt.id: prompt.match for prompt in question.prompts})
        case Ordering():
            return said(question, {item.id: str(place) for place, item in enumerate(question.items, start=1)})
        case Cloze():
            return [f"{label}: {', '.join(_right_of(gap))}" for label, gap in _labeled(question)]


def _right_of(asked: Choice | ShortText | Numeric | Gap) -> list[str]:
    match asked:
        case Choice() | ChoiceGap():
            return [option.text for option in asked.right_ones]
        case ShortText() | TextGap():
            best = next(answer.pattern for answer in asked.answers if answer.fraction == 1)
            return [best.replace("\\*", "\0").replace("*", "…").replace("\0", "*")]
        case Numeric() | NumericGap():
            best_number = next(answer for answer in asked.answers if answer.fraction == 1)
            unit = f" {asked.units[0].name}" if asked.units else ""
            return [range_text(best_number) + unit]


def range_text(answer: NumericAnswer) -> str:
    """The numbers that an answer accepts."""
    if answer.value is not None:
        within = f" (give or take {number_text(answer.tolerance)})" if answer.tolerance else ""
        return number_text(answer.value) + within
    low = number_text(answer.low) if answer.low is not None else ""
    high = number_text(answer.high) if answer.high is not None else ""
    if low and high:
        return f"from {low} through {high}"
    return f"{low} or more" if low else f"{high} or less" if high else "any number"


def _labeled(question: Cloze) -> Sequence[tuple[str, Gap]]:
    gaps = {gap.id: gap for gap in question.gaps}
    return [
        (gaps[name].label or f"Blank {place}", gaps[name])
        for place, name in enumerate(question.places, start=1)
    ]
