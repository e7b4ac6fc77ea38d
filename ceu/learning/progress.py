"""How far a learner is in a course, and the one thing to do next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Step(StrEnum):
    """What a learner does next."""

    PRE_TEST = "pre_test"
    READ = "read"
    TEST = "test"
    EVALUATE = "evaluate"
    DONE = "done"


@dataclass(frozen=True)
class CourseProgress:
    """Where a learner stands; ``lessons`` are ids in their order, ``read`` those they have read."""

    lessons: Sequence[int]
    read: frozenset[int]
    attempts: int = 0
    has_open_attempt: bool = False
    passed: bool = False
    evaluated: bool = False
    pre_test: Literal["none", "offered", "required"] = "none"
    pre_tested: bool = False

    @property
    def next_step(self) -> Step:
        if self.evaluated:
            return Step.DONE
        if self.passed:
            return Step.EVALUATE
        if self.needs_pre_test:
            return Step.PRE_TEST
        return Step.TEST if self.all_read or self.has_open_attempt else Step.READ

    @property
    def needs_pre_test(self) -> bool:
        """Whether the lessons wait for the pre-test."""
        return self.pre_test == "required" and not self.pre_tested

    @property
    def may_pre_test(self) -> bool:
        """Whether the pre-test may still be taken: before the first lesson is read."""
        return self.pre_test != "none" and not self.pre_tested and not self.read

    @property
    def all_read(self) -> bool:
        return self.read.issuperset(self.lessons)

    @property
    def read_count(self) -> int:
        return sum(lesson in self.read for lesson in self.lessons)

    @property
    def next_lesson(self) -> int:
        """The position, from 1, of the first unread lesson; the first lesson when all are read."""
        for position, lesson in enumerate(self.lessons, start=1):
            if lesson not in self.read:
                return position
        return 1
