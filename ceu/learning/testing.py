"""A test of a course: what an attempt shows, when one may begin, and what its answers score. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

from ceu.domain.credit import passes
from ceu.questions.answers import Answer, is_blank
from ceu.questions.drawing import Shown, draw
from ceu.questions.grading import Score, Tally, score
from ceu.questions.model import Question, list_from_json
from ceu.questions.rules import ReviewRules, TestRules, When, may_see, rules_from_json
from ceu.questions.words import right_answer, said, stem_to_read

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class CourseTest:
    """The questions of a version and the rules by which they are asked."""

    questions: tuple[Question, ...]
    rules: TestRules
    pass_mark: int

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def lay_out(self, seed: str) -> list[Shown]:
        """What one attempt shows, without the key."""
        return draw(self.questions, self.rules, seed)

    def asked(self, shown: Sequence[Shown]) -> list[Question]:
        """The questions that were shown, in that order."""
        return [self._by_id[item["id"]] for item in shown]

    def possible(self, shown: Sequence[Shown]) -> Fraction:
        """The points that what was shown can earn."""
        return sum((question.weight for question in self.asked(shown)), Fraction(0))

    def score(self, shown: Sequence[Shown], answers: Answers) -> Score:
        """The score of the answers to what was shown."""
        return score(self.asked(shown), answers, self.rules.negative_marks)

    def passes(self, tally: Tally) -> bool:
        """Whether the points reach the pass mark."""
        return passes(tally.earned, tally.possible, self.pass_mark)


def course_test(assessment: object, rules: Mapping[str, Any], pass_mark: int) -> CourseTest:
    """The test that a version keeps as JSON."""
    return CourseTest(list_from_json(assessment), rules_from_json(rules), pass_mark)


class Taken(Protocol):
    """What must be known of an attempt to say whether another may begin."""

    @property
    def passed(self) -> bool | None: ...

    @property
    def submitted_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Chances:
    """How often and when the post-test may still be taken; ``left`` is None without a limit."""

    left: int | None
    opens_at: datetime | None = None

    @property
    def is_used_up(self) -> bool:
        return self.left == 0


def chances(attempts: Sequence[Taken], allowed: int | None, rules: TestRules, now: datetime) -> Chances:
    """What is left after these post-tests, the last one last."""
    left = None if allowed is None else max(0, allowed - len(attempts))
    sent = [attempt.submitted_at for attempt in attempts if attempt.submitted_at is not None]
    opens_at = max(sent) + timedelta(minutes=rules.waiting_time) if sent and rules.waiting_time else None
    return Chances(left, opens_at if opens_at and opens_at > now else None)


@dataclass(frozen=True)
class Reviewed:
    """One question afterwards, as far as it may be looked at; what may not is empty."""

    shown: Shown
    fraction: Fraction | None
    weight: Fraction
    answer: Sequence[str]
    right: Sequence[str]
    feedback: Sequence[str]

    @property
    def stem(self) -> str:
        return stem_to_read(self.shown["stem"])

    @property
    def is_right(self) -> bool:
        return self.fraction == 1

    @property
    def earned(self) -> Fraction:
        return (self.fraction or Fraction(0)) * self.weight


def review(
    test: CourseTest, shown: Sequence[Shown], answers: Answers, score: Score, *, passed: bool, is_last: bool
) -> list[Reviewed]:
    """What may be looked at of each question, in the order shown; nothing at all where the rules allow nothing."""
    rules: ReviewRules = test.rules.review
    see_answers, see_right, see_feedback = (
        _may(when, passed, is_last) for when in (rules.answers, rules.right_answers, rules.feedback)
    )
    if not (see_answers or see_right or see_feedback):
        return []
    marks = score.marks
    return [
        Reviewed(
            item,
            marks[question.id].fraction if see_answers else None,
            question.weight,
            said(question, answers.get(question.id)) if see_answers else (),
            right_answer(question) if see_right and not marks[question.id].is_right else (),
            marks[question.id].feedback if see_feedback else (),
        )
        for item, question in zip(shown, test.asked(shown), strict=True)
    ]


def _may(when: When, passed: bool, is_last: bool) -> bool:
    return may_see(when, passed=passed, is_last=is_last)


def to_read_again(test: CourseTest, shown: Sequence[Shown], score: Score) -> dict[str, list[str]]:
    """The objectives that were not wholly met, each with the lessons to read again (slugs)."""
    again: dict[str, list[str]] = {}
    for question in test.asked(shown):
        if not score.marks[question.id].is_right and question.objective and question.lesson:
            lessons = again.setdefault(question.objective, [])
            if question.lesson not in lessons:
                lessons.append(question.lesson)
    return again


@dataclass(frozen=True)
class Gain:
    """One objective before and after the course."""

    objective: str
    before: Tally
    after: Tally


def gains(before: Score, after: Score) -> list[Gain]:
    """What was gained from the pre-test to the post-test, for each objective that both tested."""
    return [
        Gain(objective, before.objectives[objective], tally)
        for objective, tally in after.objectives.items()
        if objective in before.objectives
    ]


@dataclass(frozen=True)
class Saved:
    """What an attempt holds before it is sent: answers, and when each was given (ISO text), by the questions' ids."""

    answers: Mapping[str, Answer]
    answered_at: Mapping[str, str]


def merge(saved: Saved, given: Mapping[str, Answer | None], at: datetime) -> Saved:
    """Take answers given at one instant; of two to a question the later one stands, and a blank takes an answer back."""
    answers, instants = dict(saved.answers), dict(saved.answered_at)
    for question, answer in given.items():
        if question in instants and datetime.fromisoformat(instants[question]) > at:
            continue
        if answer is None or is_blank(answer):
            answers.pop(question, None)
        else:
            answers[question] = answer
        instants[question] = at.isoformat()
    return Saved(answers, instants)
