"""Learners at each point of their way through a course."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.catalog.queries import list_lessons
from ceu.learning.models import Attempt, Enrollment
from ceu.learning.queries import get_test
from ceu.learning.services import enroll, mark_read, start_attempt, submit_attempt, submit_evaluation
from ceu.questions.answers import Answer
from ceu.questions.drawing import Shown
from ceu.questions.fields import values_of
from ceu.questions.grading import best_answer
from tests.factories import FROZEN_NOW

RATINGS = {
    "objective-hear": 5,
    "objective-wait": 4,
    "objective-answer": 4,
    "presenter-1-taught": 5,
    "overall": 5,
}


def make_enrollment(session: Session, person: Person, version: CourseVersion) -> Enrollment:
    """Someone who has just enrolled."""
    return enroll(session, FROZEN_NOW, person.id, version)


def make_reader(session: Session, person: Person, version: CourseVersion) -> Enrollment:
    """Someone who has read every lesson."""
    enrollment = make_enrollment(session, person, version)
    for lesson in list_lessons(session, version.id):
        mark_read(session, FROZEN_NOW, enrollment, lesson)
    return enrollment


def make_passed(session: Session, person: Person, version: CourseVersion) -> Enrollment:
    """Someone who has passed the post-test."""
    enrollment = make_reader(session, person, version)
    attempt = start_attempt(session, FROZEN_NOW, enrollment)
    submit_attempt(session, FROZEN_NOW, attempt, answers(attempt))
    return enrollment


def make_completed(
    session: Session, person: Person, version: CourseVersion, now: datetime = FROZEN_NOW
) -> Enrollment:
    """Someone who has completed the course; the certificate is not issued yet."""
    enrollment = make_passed(session, person, version)
    submit_evaluation(session, now, enrollment, RATINGS)
    return enrollment


def answers(attempt: Attempt, wrong: int = 0) -> dict[str, Answer | None]:
    """Answers to everything shown, the first ``wrong`` of them wrong; plain questions only."""
    return {item["id"]: "off" if place < wrong else "right" for place, item in enumerate(attempt.shown)}


def right_answers(attempt: Attempt) -> dict[str, Answer | None]:
    """The right answers to everything shown, of whatever kind."""
    asked = get_test(attempt.enrollment.version).asked(attempt.shown)
    return {question.id: best_answer(question) for question in asked}


def answer_fields(shown: Sequence[Shown], given: Mapping[str, Answer | None]) -> dict[str, Any]:
    """The fields of a test's page that give these answers."""
    return {
        f"question_{number}{'_' if part else ''}{part}": values
        for number, item in enumerate(shown, start=1)
        for part, values in values_of(item, given.get(item["id"])).items()
        if values
    }
