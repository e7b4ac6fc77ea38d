"""Where a learner stands, and the one next step."""

from typing import Any

import pytest

from ceu.learning.progress import CourseProgress, Step


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({}, Step.READ),
        ({"read": {1}}, Step.READ),
        ({"read": {1, 2}}, Step.TEST),
        ({"read": {1, 2}, "attempts": 2}, Step.TEST),
        ({"read": {1, 2}, "passed": True}, Step.EVALUATE),
        ({"read": {1, 2}, "passed": True, "evaluated": True}, Step.DONE),
    ],
)
def test_the_next_step(facts: dict[str, Any], step: Step) -> None:
    facts["read"] = frozenset(facts.get("read", ()))
    assert CourseProgress(lessons=[1, 2], **facts).next_step is step


def test_the_next_lesson_is_the_first_unread_one() -> None:
    assert CourseProgress([7, 8, 9], frozenset({7, 9})).next_lesson == 2
    assert CourseProgress([7, 8, 9], frozenset({7, 8, 9})).next_lesson == 1
    assert CourseProgress([7, 8, 9], frozenset({7, 9, 999})).read_count == 2
