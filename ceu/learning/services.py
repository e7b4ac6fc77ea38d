"""What learners do: enroll, read, take the post-test, evaluate; and completion, which follows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.catalog.models import CourseVersion, Lesson
from ceu.db.events import emit
from ceu.domain.credit import passes
from ceu.domain.errors import DomainError
from ceu.domain.events import CourseCompleted
from ceu.learning.models import Attempt, Enrollment, Evaluation, LessonReading
from ceu.learning.queries import (
    find_enrollment,
    find_evaluation,
    find_passed_attempt,
    list_attempts,
    progress_of,
)
from ceu.learning.testing import lay_out, score


def enroll(session: Session, now: datetime, person_id: int, version: CourseVersion) -> Enrollment:
    """Enroll a person in a version; enrolling again, also at the same moment, is the same enrollment."""
    if found := find_enrollment(session, person_id, version.id):
        return found
    if version.retired_at is not None:
        raise DomainError(
            "A newer version of this course is on offer. Open the course page and take that one."
        )
    enrollment = Enrollment(person_id=person_id, version_id=version.id, enrolled_at=now)
    try:
        with session.begin_nested():
            session.add(enrollment)
    except IntegrityError:
        return session.scalars(
            select(Enrollment).where(Enrollment.person_id == person_id, Enrollment.version_id == version.id)
        ).one()
    return enrollment


def mark_read(session: Session, now: datetime, enrollment: Enrollment, lesson: Lesson) -> None:
    """Note that the learner has read a lesson; the first time counts."""
    known = session.scalar(
        select(LessonReading.id).where(
            LessonReading.enrollment_id == enrollment.id, LessonReading.lesson_id == lesson.id
        )
    )
    if known is not None:
        return
    try:
        with session.begin_nested():
            session.add(LessonReading(enrollment_id=enrollment.id, lesson_id=lesson.id, read_at=now))
    except IntegrityError:
        return  # another tab noted it at the same moment


def start_attempt(session: Session, now: datetime, enrollment: Enrollment) -> Attempt:
    """Begin the post-test, or go on with the attempt that is not yet submitted.

    Raises DomainError when lessons are unread, when the test is passed, or when the course limits its attempts.
    """
    _hold(session, enrollment)
    attempts = list_attempts(session, enrollment.id)
    for attempt in attempts:
        if attempt.submitted_at is None:
            return attempt
    if any(attempt.passed for attempt in attempts):
        raise DomainError("You have passed this test. The evaluation is next.")
    if not progress_of(session, enrollment).all_read:
        raise DomainError("The test opens when every lesson is read. Go on with the first unread lesson.")
    allowed = enrollment.version.outline["attempts"]
    if allowed != "unlimited" and len(attempts) >= allowed:
        raise DomainError(f"All {allowed} attempts that this course allows are used. Write to the provider.")
    number = len(attempts) + 1
    shown = lay_out(enrollment.version.assessment, seed=f"{enrollment.id}/{number}/{now.isoformat()}")
    attempt = Attempt(
        enrollment_id=enrollment.id, number=number, shown=shown, total=len(shown), started_at=now
    )
    attempt.enrollment = enrollment
    session.add(attempt)
    session.flush()
    return attempt


def submit_attempt(session: Session, now: datetime, attempt: Attempt, answers: Mapping[str, str]) -> Attempt:
    """Score an attempt; ``answers`` maps every question's id to the chosen option's id.

    A submitted attempt stays as it is, whatever is sent again.
    """
    _hold(session, attempt.enrollment)
    session.refresh(attempt)
    if attempt.submitted_at is not None:
        return attempt
    _check_answers(attempt, answers)
    version = attempt.enrollment.version
    tally = score(version.assessment, answers).whole
    attempt.answers = dict(answers)
    attempt.correct = tally.correct
    attempt.passed = passes(tally.correct, tally.total, version.pass_mark)
    attempt.submitted_at = now
    session.flush()
    return attempt


def _check_answers(attempt: Attempt, answers: Mapping[str, str]) -> None:
    offered = {item["id"]: {option["id"] for option in item["options"]} for item in attempt.shown}
    open_questions = [item for item in offered if answers.get(item) not in offered[item]]
    if open_questions or answers.keys() - offered:
        raise DomainError(
            f"{len(open_questions)} of {attempt.total} questions are not answered. Answer every one."
        )


def submit_evaluation(
    session: Session,
    now: datetime,
    enrollment: Enrollment,
    *,
    ratings: Mapping[str, int],
    texts: Mapping[str, str] | None = None,
    comment: str = "",
) -> Evaluation:
    """Rate the course, which completes it; the first evaluation counts.

    ``ratings`` (1 to 5) answer every rating item of the evaluation form, ``texts`` may answer the others. Emits CourseCompleted.
    """
    _hold(session, enrollment)
    if found := find_evaluation(session, enrollment.id):
        return found
    if find_passed_attempt(session, enrollment.id) is None:
        raise DomainError("The evaluation opens when the post-test is passed. Take the test first.")
    _check_ratings(enrollment.version.outline["evaluation"], ratings)
    evaluation = Evaluation(
        enrollment_id=enrollment.id,
        ratings=dict(ratings),
        texts={item: text for item, text in (texts or {}).items() if text},
        comment=comment,
        submitted_at=now,
    )
    session.add(evaluation)
    enrollment.completed_at = now
    session.flush()
    emit(session, CourseCompleted(enrollment.id))
    return evaluation


def _check_ratings(items: Sequence[Mapping[str, str]], ratings: Mapping[str, int]) -> None:
    asked = {item["id"] for item in items if item["kind"] == "rating"}
    if ratings.keys() != asked or not all(1 <= rating <= 5 for rating in ratings.values()):
        raise DomainError("Rate every item from 1 to 5.")


def _hold(session: Session, enrollment: Enrollment) -> None:
    """Let nobody else act on this enrollment until the transaction ends."""
    session.refresh(enrollment, ["completed_at"], with_for_update=True)
