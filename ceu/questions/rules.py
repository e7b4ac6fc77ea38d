"""How a test is given: what is drawn, how long it lasts, what negative marks do, and what may be looked at afterwards."""

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ceu.questions.model import Choice, Mistake, Question, TrueFalse

When = Literal["always", "passed", "last", "never"]
"""After every attempt; after a pass; after a pass or the last attempt allowed; never."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, str_strip_whitespace=True)


class Section(_Part):
    """A part of the test, and the pool it draws from: questions of one of these objectives and with one of these tags.

    Without objectives or tags any question fits; a question belongs to the first section it fits. ``draw`` is how many are asked,
    all without it.
    """

    title: str = ""
    objectives: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    draw: int | None = Field(default=None, ge=1)

    def fits(self, question: Question) -> bool:
        """Whether the question may be drawn here."""
        by_objective = not self.objectives or question.objective in self.objectives
        return by_objective and (not self.tags or not set(self.tags).isdisjoint(question.tags))


class ReviewRules(_Part):
    """When a learner may look at their own answers, at the right ones, and at what the answers teach."""

    answers: When = "passed"
    right_answers: When = "passed"
    feedback: When = "passed"


class TestRules(_Part):
    """The rules of one test, beside its pass mark and its number of attempts.

    ``time_limit`` and ``waiting_time`` (between a failed attempt and the next) are minutes. ``negative_marks`` of a question end at
    ``zero``, or ``carry`` into the others, the whole never below zero. ``blank_answers`` may be ``refused`` while time is left.
    """

    sections: tuple[Section, ...] = ()
    shuffle: bool = True
    page: Literal["all", "one"] = "all"
    time_limit: int | None = Field(default=None, ge=1, le=24 * 60)
    waiting_time: int = Field(default=0, ge=0, le=365 * 24 * 60)
    negative_marks: Literal["zero", "carry"] = "zero"
    blank_answers: Literal["refused", "allowed"] = "refused"
    pre_test: Literal["none", "offered", "required"] = "none"
    review: ReviewRules = ReviewRules()

    # pytest would take it for a class of tests.
    __test__ = False

    def pools(self, questions: Sequence[Question]) -> list[tuple[Section, list[Question]]]:
        """Each section with the questions it draws from; one section of everything where none is named."""
        pools: list[tuple[Section, list[Question]]] = [
            (section, []) for section in self.sections or (Section(),)
        ]
        for question in questions:
            home = next((pool for section, pool in pools if section.fits(question)), None)
            if home is not None:
                home.append(question)
        return pools

    def asked(self, questions: Sequence[Question]) -> int:
        """How many questions one attempt asks."""
        return sum(section.draw or len(pool) for section, pool in self.pools(questions))

    def always_asked(self, questions: Sequence[Question]) -> set[str]:
        """The objectives that every attempt tests, whatever is drawn: fewer others than the draw are in the pool."""
        sure = set()
        for section, pool in self.pools(questions):
            for objective in {question.objective for question in pool if question.objective}:
                others = sum(question.objective != objective for question in pool)
                if others < (section.draw or len(pool)):
                    sure.add(objective)
        return sure

    def most_asked(self, questions: Sequence[Question], ids: set[str]) -> int:
        """The most questions among ``ids`` that one attempt can ask."""
        return sum(
            min(section.draw or len(pool), sum(question.id in ids for question in pool))
            for section, pool in self.pools(questions)
        )

    def faults(self, questions: Sequence[Question]) -> Iterator[Mistake]:
        """What stands against these rules for these questions."""
        pools = self.pools(questions)
        homes = {question.id for _, pool in pools for question in pool}
        for position, (section, pool) in enumerate(pools):
            if (section.draw or 1) > len(pool):
                yield Mistake(
                    ("sections", position),
                    f"Section {position + 1} draws {section.draw or 'all'} of {len(pool)} questions.",
                    "Draw fewer, or write more questions that fit it and no section before it.",
                )
        least = (sorted(question.weight for question in pool)[: section.draw] for section, pool in pools)
        if not any(weight for weights in least for weight in weights):
            yield Mistake(
                (), "An attempt can ask questions without any weight.", "Give each of them more than 0."
            )
        for question in questions:
            if question.id not in homes:
                yield Mistake(
                    ("sections",),
                    f"The question '{question.id}' fits no section, so it is never asked.",
                    "Add a section for it, last one without objectives and tags for all the rest.",
                )


def true_false_ids(questions: Sequence[Question]) -> set[str]:
    """The questions that ask for true or false, also as a choice of two options."""
    return {
        question.id
        for question in questions
        if isinstance(question, TrueFalse)
        or (isinstance(question, Choice) and not question.several and len(question.options) == 2)
    }


def may_see(when: When, *, passed: bool, is_last: bool) -> bool:
    """Whether it may be looked at after an attempt that passed or not and was the last allowed or not.

    >>> may_see("last", passed=False, is_last=True), may_see("passed", passed=False, is_last=True)
    (True, False)
    """
    return when == "always" or (when != "never" and passed) or (when == "last" and is_last)


def rules_from_json(data: object) -> TestRules:
    """The rules that plain data describe; raises pydantic's ValidationError for data that a version cannot hold."""
    return TestRules.model_validate_json(json.dumps(data))
