"""What an answer earns: an exact fraction of the question's weight, from -1 to 1, and what the answer teaches.

Nothing here rounds. The same question and answer give the same mark for ever, so a stored attempt can be scored again.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from ceu.questions.answers import Answer, is_blank, read_number
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
    Unit,
)

NOTHING, WHOLE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Mark:
    """What one answer earned, what it teaches, and what its prompts, items or gaps earned, by their ids."""

    fraction: Fraction
    feedback: tuple[str, ...] = ()
    parts: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        return self.fraction == WHOLE


def grade(question: Question, answer: Answer | None) -> Mark:
    """The mark of an answer that fits the question; no answer, or one that does not fit, earns nothing."""
    mark = Mark(NOTHING) if is_blank(answer) else _grade(question, answer)
    return Mark(mark.fraction, tuple(_lessons(question, mark)), mark.parts)


def _lessons(question: Question, mark: Mark) -> Iterable[str]:
    outcomes = question.outcomes
    outcome = outcomes.right if mark.is_right else outcomes.partly if mark.fraction > 0 else outcomes.wrong
    return [text for text in dict.fromkeys((*mark.feedback, outcome, question.feedback)) if text]


def _grade(question: Question, answer: Answer | None) -> Mark:  # noqa: PLR0911 - one for each kind
    match question, answer:
        case Choice(), list() | str():
            return _choose(question, [answer] if isinstance(answer, str) else answer)
        case TrueFalse(), str():
            said = {"true": True, "false": False}.get(answer)
            return Mark(Fraction(said == question.answer), (question.if_true if said else question.if_false,))
        case ShortText(), str():
            return _write(question, answer)
        case Numeric(), str():
            return _count(question, answer)
        case Matching(), dict():
            return _match(question, answer)
        case Ordering(), dict():
            return _order(question, answer)
        case Cloze(), dict():
            return _fill(question, answer)
        case _:
            return Mark(NOTHING)


def _choose(asked: Choice | ChoiceGap, chosen: Sequence[str]) -> Mark:
    options = [option for option in asked.options if option.id in chosen]
    if not asked.several and len(options) > 1:
        return Mark(NOTHING)
    feedback = tuple(option.feedback for option in options)
    parts = {option.id: asked.fraction_of(option) for option in options}
    if asked.scoring == "all":
        right = {option.id for option in asked.right_ones}
        return Mark(Fraction(right == {option.id for option in options}), feedback, parts)
    return Mark(max(sum(parts.values(), NOTHING), -WHOLE), feedback, parts)


def _write(asked: ShortText | TextGap, text: str) -> Mark:
    for answer in asked.answers:
        if _fits(_plain(answer.pattern, asked.case_matters), _plain(text, asked.case_matters)):
            return Mark(answer.fraction, (answer.feedback,))
    return Mark(NOTHING)


def _plain(text: str, case_matters: bool) -> str:
    """Text as it is compared: composed, straight quotes, single spaces."""
    text = unicodedata.normalize("NFC", text).translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'})
    folded = " ".join(text.split())
    return folded if case_matters else unicodedata.normalize("NFC", folded.casefold())


def _fits(pattern: str, text: str) -> bool:
    """Whether the pattern covers the text. Piece by piece, so that no pattern takes more than a look per letter and star."""
    first, *rest = _pieces(pattern)
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - len(last) >= at and text.endswith(last)


def _pieces(pattern: str) -> list[str]:
    """The pattern cut at its stars, where ``\\*`` is no star."""
    return [piece.replace("\0", "*") for piece in pattern.replace("\\*", "\0").split("*")]


def _count(asked: Numeric | NumericGap, text: str) -> Mark:
    read = read_number(text)
    if read is None:
        return Mark(NOTHING)
    number, name = read
    unit = _unit(asked.units, name)
    value = number * unit.factor if unit else number
    for answer in asked.answers:
        if _lies_in(answer, value):
            has_unit = bool(name) and unit is not None
            penalty = (
                asked.unit_penalty if asked.unit_needed and not has_unit and answer.fraction > 0 else NOTHING
            )
            return Mark(answer.fraction * (WHOLE - penalty), (answer.feedback,))
    return Mark(NOTHING)


def _unit(units: Sequence[Unit], name: str) -> Unit | None:
    """The unit of that name; capital letters matter only where they tell two units apart."""
    exact = [unit for unit in units if unit.name == name]
    alike = [unit for unit in units if unit.name.casefold() == name.casefold()]
    return exact[0] if exact else alike[0] if len(alike) == 1 else None


def _lies_in(answer: NumericAnswer, value: Fraction) -> bool:
    if answer.value is not None:
        return abs(value - answer.value) <= answer.tolerance
    return (answer.low is None or answer.low <= value) and (answer.high is None or value <= answer.high)


def _match(question: Matching, answer: Mapping[str, str]) -> Mark:
    parts = {prompt.id: Fraction(answer.get(prompt.id) == prompt.match) for prompt in question.prompts}
    feedback = tuple(prompt.feedback for prompt in question.prompts if not parts[prompt.id])
    share = sum(parts.values(), NOTHING) / len(parts)
    return Mark(Fraction(share == 1) if question.scoring == "all" else share, feedback, parts)


def _order(question: Ordering, answer: Mapping[str, str]) -> Mark:
    right = [item.id for item in question.items]
    placed = {item: int(place) - 1 for item, place in answer.items() if item in right and place.isdecimal()}
    if len(set(placed.values())) != len(placed):
        return Mark(NOTHING)
    parts = {item: Fraction(placed.get(item) == place) for place, item in enumerate(right)}
    feedback = tuple(item.feedback for item in question.items if not parts[item.id])
    places = [right.index(item) for item in sorted(placed, key=placed.__getitem__)]
    match question.scoring:
        case "position":
            fraction = sum(parts.values(), NOTHING) / len(right)
        case "next":
            followed = sum(after == before + 1 for before, after in pairwise(places))
            fraction = Fraction(followed, len(right) - 1)
        case "longest":
            run = _longest_run(places)
            fraction = Fraction(run, len(right)) if run > 1 else NOTHING
        case "all":
            fraction = Fraction(all(parts.values()))
    return Mark(fraction, feedback, parts)


def _longest_run(places: Sequence[int]) -> int:
    """The length of the longest rising run, with gaps or not."""
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def _fill(question: Cloze, answer: Mapping[str, str]) -> Mark:
    marks = {gap.id: _fill_gap(gap, answer.get(gap.id, "")) for gap in question.gaps}
    weight = sum((gap.weight for gap in question.gaps), NOTHING)
    earned = sum((gap.weight * marks[gap.id].fraction for gap in question.gaps), NOTHING)
    feedback = tuple(text for mark in marks.values() for text in mark.feedback)
    return Mark(earned / weight, feedback, {name: mark.fraction for name, mark in marks.items()})


def _fill_gap(gap: Gap, answer: str) -> Mark:
    if is_blank(answer) or not isinstance(answer, str):
        return Mark(NOTHING)
    match gap:
        case ChoiceGap():
            return _choose(gap, [answer])
        case TextGap():
            return _write(gap, answer)
        case NumericGap():
            return _count(gap, answer)


@dataclass(frozen=True)
class Tally:
    """So many points earned of so many possible."""

    earned: Fraction
    possible: Fraction

    @property
    def share(self) -> Fraction:
        """From 0 to 1; nothing possible is nothing earned."""
        return self.earned / self.possible if self.possible else NOTHING

    @property
    def percent(self) -> int:
        """Whole percent, cut and never rounded up, so that 100 means everything."""
        return int(self.share * 100)


@dataclass(frozen=True)
class Score:
    """A whole test, each objective of it, and each question's mark, by their ids."""

    whole: Tally
    objectives: Mapping[str, Tally]
    marks: Mapping[str, Mark]


def score(
    questions: Sequence[Question], answers: Mapping[str, Answer], negative_marks: str = "zero"
) -> Score:
    """Score the answers to these questions, by the questions' ids; what is not answered earns nothing.

    With ``zero`` no question earns less than nothing; with ``carry`` the whole and each objective do not.
    """
    marks = {question.id: grade(question, answers.get(question.id)) for question in questions}
    earned = {
        question.id: question.weight
        * (
            max(marks[question.id].fraction, NOTHING)
            if negative_marks == "zero"
            else marks[question.id].fraction
        )
        for question in questions
    }
    objectives: dict[str, list[Question]] = {}
    for question in questions:
        if question.objective:
            objectives.setdefault(question.objective, []).append(question)
    return Score(
        _tally(questions, earned),
        {objective: _tally(asked, earned) for objective, asked in objectives.items()},
        marks,
    )


def _tally(questions: Iterable[Question], earned: Mapping[str, Fraction]) -> Tally:
    questions = tuple(questions)
    points = sum((earned[question.id] for question in questions), NOTHING)
    return Tally(max(points, NOTHING), sum((question.weight for question in questions), NOTHING))


def best_answer(question: Question) -> Answer:
    """An answer that earns the whole weight."""
    match question:
        case Choice():
            return [option.id for option in question.right_ones] if question.several else question.right.id
        case TrueFalse():
            return "true" if question.answer else "false"
        case Matching():
            return {prompt.id: prompt.match for prompt in question.prompts}
        case Ordering():
            return {item.id: str(place) for place, item in enumerate(question.items, start=1)}
        case Cloze():
            return {
                gap.id: gap.right.id if isinstance(gap, ChoiceGap) else _best_written(gap)
                for gap in question.gaps
            }
        case _:
            return _best_written(question)


def _best_written(asked: ShortText | TextGap | Numeric | NumericGap) -> str:
    if isinstance(asked, ShortText | TextGap):
        pattern = next(answer.pattern for answer in asked.answers if answer.fraction == WHOLE)
        return "".join(_pieces(pattern)) or "anything"
    best = next(answer for answer in asked.answers if answer.fraction == WHOLE)
    value = next((bound for bound in (best.value, best.low, best.high) if bound is not None), NOTHING)
    unit = f" {asked.units[0].name}" if asked.units else ""
    factor = asked.units[0].factor if asked.units else WHOLE
    return f"{value / factor}{unit}"
