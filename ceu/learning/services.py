"""What learners do: enroll, read, take the post-test, evaluate; and completion, which follows."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.catalog.models import CourseVersion, Lesson
from ceu.db.events import emit
from ceu.domain.dates import moment_text
from ceu.domain.errors import DomainError
from ceu.domain.events import AttemptScored, CourseCompleted, LessonRead
from ceu.learning.evaluations import FEWEST, Answer as Said, check_answers, form_items, is_anonymous
from ceu.learning.models import (
    PRE_TEST,
    AnonymousEvaluation,
    Attempt,
    Attendance,
    Enrollment,
    Evaluation,
    LessonReading,
)
from ceu.learning.progress import CourseProgress
from ceu.learning.queries import (
    find_attendance,
    find_enrollment,
    find_pre_test,
    get_test,
    list_attempts,
    progress_of,
)
from ceu.learning.reading import time_so_far
from ceu.learning.testing import Saved, chances, merge
from ceu.questions.answers import Answer, is_complete, refusal
from ceu.questions.rules import rules_from_json


def enroll(
    session: Session, now: datetime, person_id: int, version: CourseVersion, *, also_retired: bool = False
) -> Enrollment:
    """Enroll a person in a version; enrolling again, also at the same moment, is the same enrollment.

    ``also_retired``: an event keeps the version it was announced with.
    """
    if found := find_enrollment(session, person_id, version.id):
        return found
    if version.retired_at is not None and not also_retired:
        raise DomainError(
            "A newer version of this course is on offer. Open the course page and take that one."
        )
    if version.price_cents:
        raise DomainError("This course has a price, and paying is not possible on this site yet.")
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
    """Note that the learner has read a lesson; the first time counts.

    Raises DomainError while a pre-test must come first, and for a lesson whose package says when it is done.
    """
    check_may_read(session, enrollment)
    if lesson.package:
        raise DomainError(
            "This lesson is done when its package says so. Open the package, and finish it there."
        )
    _note_read(session, now, enrollment, lesson)


def check_may_read(session: Session, enrollment: Enrollment) -> None:
    """Raise DomainError while the pre-test must come before the lessons."""
    rules = rules_from_json(enrollment.version.test_rules)
    if rules.pre_test == "required" and progress_of(session, enrollment).needs_pre_test:
        raise DomainError("This course begins with a pre-test. Take it before the first lesson.")


def mark_package_done(session: Session, now: datetime, enrollment: Enrollment, lesson: Lesson) -> None:
    """Note that the package of a lesson has said what the course asks of it; the first time counts."""
    _note_read(session, now, enrollment, lesson)


def _note_read(session: Session, now: datetime, enrollment: Enrollment, lesson: Lesson) -> None:
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
    emit(session, LessonRead(enrollment.id, lesson.id))


def start_pre_test(session: Session, now: datetime, enrollment: Enrollment) -> Attempt:
    """Begin the pre-test, or go on with it. Raises DomainError when there is none, or when reading has begun."""
    _hold(session, enrollment)
    if found := find_pre_test(session, enrollment.id):
        return found
    if not progress_of(session, enrollment).may_pre_test:
        raise DomainError("A pre-test is taken before the first lesson. Go on with the lessons.")
    return _begin(session, now, enrollment, PRE_TEST)


def start_attempt(session: Session, now: datetime, enrollment: Enrollment) -> Attempt:
    """Begin the post-test, or go on with the attempt that is not yet submitted; one whose time ran out is closed first.

    Raises DomainError when lessons are unread, when the test is passed, when the course limits its attempts, or before the
    waiting time has passed.
    """
    _hold(session, enrollment)
    attempts = list_attempts(session, enrollment.id)
    for attempt in attempts:
        if attempt.submitted_at is None:
            if not attempt.is_over(now):
                return attempt
            _close(session, now, attempt)
    if any(attempt.passed for attempt in attempts):
        raise DomainError("You have passed this test. The evaluation is next.")
    _refuse_closed_test(progress_of(session, enrollment))
    version = enrollment.version
    chance = chances(attempts, version.attempts_allowed, rules_from_json(version.test_rules), now)
    if chance.is_used_up:
        raise DomainError(
            f"All {version.attempts_allowed} attempts that this course allows are used. Write to the provider."
        )
    if chance.opens_at is not None:
        opens_at = moment_text(chance.opens_at, enrollment.person.time_zone)
        raise DomainError(
            f"This course asks you to wait between attempts. You may try again from {opens_at}."
        )
    return _begin(session, now, enrollment, len(attempts) + 1)


def _refuse_closed_test(progress: CourseProgress) -> None:
    if not progress.has_test:
        raise DomainError("This course has no post-test. The evaluation is next.")
    if progress.is_live and not progress.attended:
        raise DomainError("The test opens when the provider has confirmed that you were present.")
    if progress.all_read and progress.needs_time:
        raise DomainError(
            f"This course asks for its time of reading first: {time_so_far(progress.seconds, progress.minimum_minutes)}. "
            "Go on reading; the time is measured while a lesson is open and used."
        )
    if not progress.may_test:
        raise DomainError("The test opens when every lesson is read. Go on with the first unread lesson.")


def _begin(session: Session, now: datetime, enrollment: Enrollment, number: int) -> Attempt:
    test = get_test(enrollment.version)
    seed = f"{enrollment.id}/{number}/{now.isoformat()}"
    shown = test.lay_out(seed)
    limit = test.rules.time_limit if number != PRE_TEST else None
    attempt = Attempt(
        enrollment_id=enrollment.id,
        number=number,
        seed=seed,
        shown=shown,
        answers={},
        answered_at={},
        total=len(shown),
        possible=test.possible(shown),
        started_at=now,
        deadline=now + timedelta(minutes=limit) if limit else None,
    )
    attempt.enrollment = enrollment
    session.add(attempt)
    session.flush()
    return attempt


def save_answers(
    session: Session, now: datetime, attempt: Attempt, given: Mapping[str, Answer | None], given_at: datetime
) -> bool:
    """Keep answers of an attempt under way, by the questions' ids; False when it is submitted or its time has run out.

    ``given_at`` decides which of two answers to a question is the later one, from whatever tab or device; None or a blank takes an
    answer back. Raises DomainError for answers to what was not shown.
    """
    _hold_attempt(session, attempt)
    if attempt.submitted_at is not None or attempt.is_over(now):
        return False
    _check_offered(attempt, given)
    at = min(max(given_at, attempt.started_at), now)
    saved = merge(Saved(attempt.answers, attempt.answered_at), given, at)
    attempt.answers, attempt.answered_at = dict(saved.answers), dict(saved.answered_at)
    session.flush()
    return True


def submit_attempt(
    session: Session, now: datetime, attempt: Attempt, answers: Mapping[str, Answer | None]
) -> Attempt:
    """Score an attempt: ``answers`` by the questions' ids, beside those saved before.

    A submitted attempt stays as it is, whatever is sent again; after the deadline only what was saved before it counts.
    """
    _hold(session, attempt.enrollment)
    if save_answers(session, now, attempt, answers, now):
        _check_whole(attempt)
        _close(session, now, attempt)
    elif attempt.submitted_at is None:
        _close(session, now, attempt)
    return attempt


def close_overdue(session: Session, now: datetime, attempt_id: int) -> bool:
    """Score an attempt whose time has run out, unless somebody has sent it meanwhile; True when it was closed now."""
    attempt = session.get_one(Attempt, attempt_id)
    _hold(session, attempt.enrollment)
    session.refresh(attempt, ["shown", "answers", "submitted_at"])
    if attempt.submitted_at is not None or not attempt.is_over(now):
        return False
    _close(session, now, attempt)
    return True


def _close(session: Session, now: datetime, attempt: Attempt) -> None:
    """Score what is saved."""
    test = get_test(attempt.enrollment.version)
    score = test.score(attempt.shown, attempt.answers)
    attempt.earned = score.whole.earned
    attempt.marks = {question: str(mark.fraction) for question, mark in score.marks.items()}
    attempt.passed = False if attempt.is_pre_test else test.passes(score.whole)
    attempt.submitted_at = now
    session.flush()
    if not attempt.is_pre_test:
        emit(session, AttemptScored(attempt.enrollment_id))


def _check_offered(attempt: Attempt, answers: Mapping[str, Answer | None]) -> None:
    shown = {item["id"]: item for item in attempt.shown}
    for question, answer in answers.items():
        if question not in shown:
            raise DomainError("This question is not part of the test.")
        if why := refusal(shown[question], answer):
            raise DomainError(why)


def _check_whole(attempt: Attempt) -> None:
    rules = rules_from_json(attempt.enrollment.version.test_rules)
    if attempt.is_pre_test or rules.blank_answers == "allowed":
        return
    left = sum(not is_complete(item, attempt.answers.get(item["id"])) for item in attempt.shown)
    if left:
        raise DomainError(f"{left} of {attempt.total} questions are not answered. Answer every one.")


def _hold_attempt(session: Session, attempt: Attempt) -> None:
    """Let nobody else change this attempt until the transaction ends, and see what they changed before."""
    session.refresh(attempt, ["answers", "answered_at", "submitted_at"], with_for_update=True)


def note_attendance(
    session: Session,
    now: datetime,
    enrollment: Enrollment,
    *,
    attended_at: datetime,
    location: str,
    delivery: str,
    minutes: int,
    sessions: Sequence[Mapping[str, Any]],
) -> bool:
    """Note that a learner was present for so many credited minutes, at most those of the version; True when that is new.

    What is noted may change until the course is completed; from then on the certificate rests on it, and it stays.
    """
    _hold(session, enrollment)
    found = find_attendance(session, enrollment.id)
    if enrollment.completed_at is not None and found is not None:
        return False
    attendance = found or Attendance(enrollment_id=enrollment.id)
    before = (attendance.minutes, attendance.sessions)
    attendance.attended_at, attendance.location, attendance.delivery = attended_at, location, delivery
    attendance.minutes = min(minutes, enrollment.version.minutes)
    attendance.sessions = [dict(each) for each in sessions]
    attendance.confirmed_at = now
    session.add(attendance)
    session.flush()
    return before != (attendance.minutes, attendance.sessions)


def take_back_attendance(session: Session, enrollment: Enrollment) -> bool:
    """Take back what was noted; True when there was something. After completion it stays, for a certificate rests on it."""
    _hold(session, enrollment)
    found = find_attendance(session, enrollment.id)
    if found is None or enrollment.completed_at is not None:
        return False
    session.delete(found)
    session.flush()
    return True


def submit_evaluation(
    session: Session, now: datetime, enrollment: Enrollment, answers: Mapping[str, Said]
) -> bool:
    """Rate the course, which completes it; True when that is new, for the first evaluation counts.

    ``answers`` by the items' ids; items of words may be left out. Where the version promises it, they are kept without
    anything that leads to the learner. Emits CourseCompleted.
    """
    _hold(session, enrollment)
    if enrollment.completed_at is not None:
        return False
    progress = progress_of(session, enrollment)
    if progress.is_live and not progress.attended:
        raise DomainError("The evaluation opens when the provider has confirmed that you were present.")
    if not progress.may_evaluate:
        raise DomainError("The evaluation opens when the post-test is passed. Take the test first.")
    version = enrollment.version
    kept = check_answers(form_items(version.outline), answers)
    if is_anonymous(version.outline):
        _keep_without_a_name(session, version, kept)
    else:
        session.add(Evaluation(enrollment_id=enrollment.id, answers=kept, submitted_at=now))
    enrollment.completed_at = now
    session.flush()
    emit(session, CourseCompleted(enrollment.id))
    return True


def _keep_without_a_name(session: Session, version: CourseVersion, answers: Mapping[str, Said]) -> None:
    session.refresh(version, ["retired_at"], with_for_update={"key_share": True})
    session.add(AnonymousEvaluation(key=secrets.token_hex(16), version_id=version.id, answers=dict(answers)))
    session.flush()
    waiting = (AnonymousEvaluation.version_id == version.id, AnonymousEvaluation.is_told.is_(False))
    if session.scalars(select(func.count()).where(*waiting)).one() >= FEWEST:
        session.execute(update(AnonymousEvaluation).where(*waiting).values(is_told=True))


def _hold(session: Session, enrollment: Enrollment) -> None:
    """Let nobody else act on this enrollment until the transaction ends."""
    session.refresh(enrollment, ["completed_at"], with_for_update=True)
