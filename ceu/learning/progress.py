"""How far a learner is in a course, and the one thing to do next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Step(StrEnum):
    """What a learner does next."""

    PRE_TEST = "pre_test"
    READ = "read"
    ATTEND = "attend"
    TEST = "test"
    EVALUATE = "evaluate"
    DONE = "done"


@dataclass(frozen=True)
class CourseProgress:
    """Where a learner stands; ``lessons`` are ids in their order, ``read`` those they have read.

    The lessons of a live course are there to prepare and to look things up: presence decides, not reading.
    ``seconds`` of reading are measured where the course asks for ``minimum_minutes``, otherwise 0.
    """

    lessons: Sequence[int]
    read: frozenset[int]
    attempts: int = 0
    has_open_attempt: bool = False
    passed: bool = False
    evaluated: bool = False
    pre_test: Literal["none", "offered", "required"] = "none"
    pre_tested: bool = False
    is_live: bool = False
    attended: bool = False
    has_test: bool = True
    seconds: int = 0
    minimum_minutes: int = 0

    @property
    def next_step(self) -> Step:
        if self.evaluated:
            return Step.DONE
        if self.is_live and not self.attended:
            return Step.ATTEND
        if self.may_evaluate:
            return Step.EVALUATE
        if self.needs_pre_test and not self.is_live:
            return Step.PRE_TEST
        return Step.TEST if self.may_test or self.has_open_attempt else Step.READ

    @property
    def may_test(self) -> bool:
        """Whether the post-test is open: all is read, long enough where the course asks for it, or the live course was attended."""
        return self.attended if self.is_live else self.all_read and not self.needs_time

    @property
    def needs_time(self) -> bool:
        """Whether the course asks for a time of reading that is not yet measured."""
        return self.seconds < self.minimum_minutes * 60

    @property
    def may_evaluate(self) -> bool:
        """Whether everything before the evaluation is done."""
        return (self.passed or not self.has_test) and (self.attended or not self.is_live)

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
