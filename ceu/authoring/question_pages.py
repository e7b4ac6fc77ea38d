"""What pages of authors show of questions: each as a learner meets it, and a whole test that can be tried. Nothing is stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ceu.adapters.courses import CourseContent, CourseSource, with_addresses
from ceu.questions.answers import Answer
from ceu.questions.drawing import Shown, draw, show
from ceu.questions.fields import answer_from, names, values_of
from ceu.questions.grading import Mark, Tally, score
from ceu.questions.model import (
    Choice,
    ChoiceGap,
    Cloze,
    Gap,
    Matching,
    Numeric,
    NumericGap,
    Ordering,
    Question,
    QuestionError,
    ShortText,
    TextGap,
    TrueFalse,
    from_json,
    list_from_json,
    to_json,
)
from ceu.questions.words import number_text, range_text, right_answer, said, stem_to_read


class Sent(Protocol):
    """The fields of a form that was sent."""

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class ShownQuestion:
    """A question as ``components/questions.html`` draws it, with what was answered."""

    shown: Shown
    number: int
    answer: Answer | None = None
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"question_{self.number}"

    def key(self, part: str) -> str:
        """The name of the control of one part."""
        return f"{self.id}_{part}" if part else self.id

    @property
    def points(self) -> str:
        """What it is worth, in words, where that is not one point."""
        return (
            f"Worth {number_text(Fraction(self.shown['points']))} points." if "points" in self.shown else ""
        )

    @property
    def values(self) -> dict[str, list[str]]:
        return values_of(self.shown, self.answer)


@dataclass(frozen=True)
class Preview:
    """A question as a learner meets it, the right answer and what answers teach; or why it is none yet."""

    field: ShownQuestion | None
    stem: str = ""
    right: Sequence[str] = ()
    taught: Sequence[tuple[str, str]] = ()
    mistakes: Sequence[str] = ()


def preview_of(data: object, content: CourseContent) -> Preview:
    """What a learner meets of a question that may not be finished."""
    try:
        question = from_json(with_addresses(data, content.assets))
    except QuestionError as error:
        return Preview(None, mistakes=[str(mistake) for mistake in error.mistakes])
    return Preview(
        ShownQuestion(show(question, "preview"), 1),
        stem_to_read(question.stem),
        right_answer(question),
        list(_taught(question)),
    )


def _taught(question: Question) -> Iterator[tuple[str, str]]:
    """To which answer something is said, and what."""
    if isinstance(question, Cloze):
        told = [
            (f"{gap.label or gap.id}: {answer}", text) for gap in question.gaps for answer, text in _told(gap)
        ]
    else:
        told = list(_told(question))
    told += [
        ("Right", question.outcomes.right),
        ("Partly right", question.outcomes.partly),
        ("Wrong", question.outcomes.wrong),
        ("Always", question.feedback),
    ]
    return ((answer, text) for answer, text in told if text)


def _told(asked: Question | Gap) -> Iterator[tuple[str, str]]:
    match asked:
        case TrueFalse():
            yield from (("True", asked.if_true), ("False", asked.if_false))
        case Choice() | ChoiceGap():
            yield from ((option.text, option.feedback) for option in asked.options)
        case ShortText() | TextGap():
            yield from ((answer.pattern, answer.feedback) for answer in asked.answers)
        case Numeric() | NumericGap():
            yield from ((range_text(answer), answer.feedback) for answer in asked.answers)
        case Matching():
            yield from ((f"{prompt.text}, matched otherwise", prompt.feedback) for prompt in asked.prompts)
        case Ordering():
            yield from ((f"{item.text}, put elsewhere", item.feedback) for item in asked.items)
        case Cloze():
            return


@dataclass(frozen=True)
class Answered:
    """A question that was answered: what was said, what would be right, and its mark."""

    stem: str
    answer: Sequence[str]
    right: Sequence[str]
    mark: Mark


@dataclass(frozen=True)
class Asked:
    """A test as one attempt draws it; once it was answered, with its points and each question's mark."""

    questions: Sequence[ShownQuestion]
    tally: Tally
    answered: Sequence[Answered]


def asked_test(source: CourseSource, content: CourseContent, seed: str, sent: Sent) -> Asked:
    """The test of a course as an attempt with this seed draws it, with the answers that were sent."""
    questions = list_from_json([with_addresses(to_json(each), content.assets) for each in source.questions])
    by_id = {question.id: question for question in questions}
    drawn = [
        ShownQuestion(shown, number)
        for number, shown in enumerate(draw(questions, source.rules, seed), start=1)
    ]
    given: Mapping[str, Answer] = {
        field.shown["id"]: answer
        for field in drawn
        if (
            answer := answer_from(
                field.shown, {part: sent.getlist(field.key(part)) for part in names(field.shown)}
            )
        )
    }
    asked = [by_id[field.shown["id"]] for field in drawn]
    found = score(asked, given, source.rules.negative_marks)
    return Asked(
        [ShownQuestion(field.shown, field.number, given.get(field.shown["id"])) for field in drawn],
        found.whole,
        [
            Answered(
                stem_to_read(each.stem),
                said(each, given.get(each.id)),
                right_answer(each),
                found.marks[each.id],
            )
            for each in asked
        ],
    )
