"""Item analysis for authors: how each question of a version works among those who took its post-test. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ceu.learning.testing import CourseTest
from ceu.questions.analysis import (
    FEWEST,
    ItemStatistics,
    OptionCount,
    Sitting,
    TestStatistics,
    analyze_item,
    analyze_test,
    count_options,
)
from ceu.questions.answers import Answer
from ceu.questions.drawing import TRUTHS
from ceu.questions.grading import grade
from ceu.questions.model import KINDS, Choice, Cloze, Matching, Ordering, Question, TrueFalse
from ceu.questions.words import stem_to_read

MOST_WRITTEN = 6
"""So many of the answers people write are listed, the most frequent first."""


@dataclass(frozen=True)
class Record:
    """One submitted attempt: the stored marks and answers by the questions' ids."""

    marks: Mapping[str, str]
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Attracted:
    """An option, a written answer, or a part that was right: how many chose, wrote or had it right."""

    text: str
    is_right: bool
    count: OptionCount


@dataclass(frozen=True)
class ItemReport:
    """One question: how it works, what it attracts, and what its author should look at."""

    question: Question
    statistics: ItemStatistics
    attracted: Sequence[Attracted]

    @property
    def kind(self) -> str:
        return KINDS[self.question.kind]

    @property
    def stem(self) -> str:
        return stem_to_read(self.question.stem)

    @property
    def has_parts(self) -> bool:
        """Whether ``attracted`` are parts that were right, rather than answers."""
        return isinstance(self.question, Matching | Ordering | Cloze)

    @property
    def flags(self) -> tuple[str, ...]:
        """What an author should look at, in sentences."""
        found = list(self.statistics.flags)
        if self.statistics.facility is not None and isinstance(self.question, Choice | TrueFalse):
            wrong = [row for row in self.attracted if not row.is_right]
            if idle := [f"“{row.text}”" for row in wrong if not row.count.chosen]:
                found.append(f"Distracts nobody: {', '.join(idle)}.")
            if better := [f"“{row.text}”" for row in wrong if row.count.best > row.count.last]:
                found.append(
                    f"The best choose {', '.join(better)} more than the last: check whether it is right too."
                )
        return tuple(found)


def report(test: CourseTest, records: Sequence[Record]) -> tuple[TestStatistics, list[ItemReport]]:
    """The whole and each question, in the order of the version."""
    weights = {question.id: question.weight for question in test.questions}
    sittings = [
        Sitting({name: Fraction(mark) for name, mark in record.marks.items()}, weights) for record in records
    ]
    items = [_item(question, records, sittings) for question in test.questions]
    return analyze_test(sittings), items


def _item(question: Question, records: Sequence[Record], sittings: Sequence[Sitting]) -> ItemReport:
    asked = [place for place, sitting in enumerate(sittings) if question.id in sitting.fractions]
    statistics = analyze_item(question.id, sittings)
    if len(asked) < FEWEST:
        return ItemReport(question, statistics, [])
    answers = [records[place].answers.get(question.id) for place in asked]
    labels, chosen = _attracted(question, answers)
    rest = [sittings[place].rest(question.id) for place in asked]
    counts = count_options([name for name, _, _ in labels], chosen, rest)
    rows = [
        Attracted(text, is_right, count) for (_, text, is_right), count in zip(labels, counts, strict=True)
    ]
    return ItemReport(question, statistics, rows)


Label = tuple[str, str, bool]
"""What is counted: its id, its text, and whether it is right."""


def _attracted(question: Question, answers: Sequence[Answer | None]) -> tuple[list[Label], list[list[str]]]:
    """What may be counted, and what of it each answer has."""
    match question:
        case Choice():
            labels = [(option.id, option.text, question.is_right(option)) for option in question.options]
            return labels, [[answer] if isinstance(answer, str) else list(answer or ()) for answer in answers]
        case TrueFalse():
            labels = [(truth, text, (truth == "true") is question.answer) for truth, text in TRUTHS]
            return labels, [[answer] if isinstance(answer, str) else [] for answer in answers]
        case Matching() | Ordering() | Cloze():
            right = [
                [name for name, share in grade(question, answer).parts.items() if share == 1]
                for answer in answers
            ]
            return [(name, text, True) for name, text in _parts(question)], right
        case _:
            written = [" ".join(answer.split()) if isinstance(answer, str) else "" for answer in answers]
            frequent = [text for text, _ in Counter(filter(None, written)).most_common(MOST_WRITTEN)]
            return [(text, text, grade(question, text).is_right) for text in frequent], [
                [text] for text in written
            ]


def _parts(question: Matching | Ordering | Cloze) -> list[tuple[str, str]]:
    match question:
        case Matching():
            return [(prompt.id, prompt.text) for prompt in question.prompts]
        case Ordering():
            return [(item.id, item.text) for item in question.items]
        case Cloze():
            labels = {gap.id: gap.label for gap in question.gaps}
            return [
                (name, labels[name] or f"Blank {place}")
                for place, name in enumerate(question.places, start=1)
            ]
