"""Reading enrollments and what was done in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from ceu.catalog.models import Course, CourseVersion, Lesson
from ceu.catalog.queries import list_lessons, publisher_for
from ceu.domain.credit import LIVE
from ceu.domain.errors import NotFound
from ceu.domain.principal import Principal
from ceu.learning.analysis import Record
from ceu.learning.evaluations import Sheet, Told, form_items, told
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
from ceu.learning.reader_queries import seconds_read
from ceu.learning.testing import CourseTest, course_test
from ceu.questions.rules import rules_from_json

PAGE = 30

MOST_SITTINGS = 1_000
"""So many attempts, the latest, are analyzed."""


def enrollment_for(session: Session, principal: Principal, enrollment_id: int) -> Enrollment:
    """The principal's enrollment with its version, course and provider, or NotFound."""
    found = session.scalar(
        select(Enrollment)
        .where(Enrollment.id == enrollment_id, Enrollment.person_id == principal.person_id)
        .options(joinedload(Enrollment.version).joinedload(CourseVersion.course).joinedload(Course.provider))
    )
    if found is None:
        raise NotFound
    return found


def find_enrollment(session: Session, person_id: int, version_id: int) -> Enrollment | None:
    """The person's enrollment in a version, or None."""
    return session.scalar(
        select(Enrollment).where(Enrollment.person_id == person_id, Enrollment.version_id == version_id)
    )


def find_last_enrollment(session: Session, person_id: int, course_id: int) -> Enrollment | None:
    """The person's enrollment in the latest version of a course that they began, with what its folder held; or None."""
    return session.scalar(
        select(Enrollment)
        .join(Enrollment.version)
        .where(Enrollment.person_id == person_id, CourseVersion.course_id == course_id)
        .options(contains_eager(Enrollment.version).undefer(CourseVersion.content))
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def list_enrollments(session: Session, person_id: int, after: int | None = None) -> list[Enrollment]:
    """One page of the person's courses, the latest first; one more than PAGE come when there is a next page."""
    wanted = select(Enrollment).where(Enrollment.person_id == person_id)
    if after is not None:
        wanted = wanted.where(Enrollment.id < after)
    return list(
        session.scalars(
            wanted.options(joinedload(Enrollment.version)).order_by(Enrollment.id.desc()).limit(PAGE + 1)
        )
    )


def get_lesson(lessons: Sequence[Lesson], position: int) -> Lesson:
    """The lesson at this position, from 1; raises NotFound."""
    for lesson in lessons:
        if lesson.position == position:
            return lesson
    raise NotFound


def progress_of(
    session: Session, enrollment: Enrollment, lessons: Sequence[Lesson] | None = None
) -> CourseProgress:
    """How far an enrollment is, in two queries (three without the lessons); a live course takes one more."""
    if lessons is None:
        lessons = list_lessons(session, enrollment.version_id)
    read = session.scalars(
        select(LessonReading.lesson_id).where(LessonReading.enrollment_id == enrollment.id)
    )
    attempts = session.execute(
        select(Attempt.number, Attempt.submitted_at, Attempt.passed).where(
            Attempt.enrollment_id == enrollment.id
        )
    ).all()
    post_tests = [(submitted_at, passed) for number, submitted_at, passed in attempts if number != PRE_TEST]
    is_live = enrollment.version.delivery in LIVE
    minimum = enrollment.version.minimum_minutes
    return CourseProgress(
        lessons=[lesson.id for lesson in lessons],
        read=frozenset(read),
        attempts=sum(submitted_at is not None for submitted_at, _ in post_tests),
        seconds=seconds_read(session, enrollment.id) if minimum else 0,
        minimum_minutes=minimum,
        has_open_attempt=any(submitted_at is None for submitted_at, _ in post_tests),
        passed=any(passed for _, passed in post_tests),
        evaluated=enrollment.completed_at is not None,
        pre_test=rules_from_json(enrollment.version.test_rules).pre_test,
        pre_tested=any(submitted_at for number, submitted_at, _ in attempts if number == PRE_TEST),
        is_live=is_live,
        attended=is_live and find_attendance(session, enrollment.id) is not None,
        has_test=not is_live or bool(enrollment.version.assessment),
    )


def attempt_for(session: Session, principal: Principal, enrollment_id: int, number: int) -> Attempt:
    """An attempt of the principal with its enrollment and version, or NotFound."""
    found = session.scalar(
        select(Attempt)
        .join(Attempt.enrollment)
        .join(Enrollment.version)
        .where(
            Attempt.enrollment_id == enrollment_id,
            Attempt.number == number,
            Enrollment.person_id == principal.person_id,
        )
        .options(
            undefer(Attempt.shown),
            undefer(Attempt.answers),
            undefer(Attempt.answered_at),
            contains_eager(Attempt.enrollment).contains_eager(Enrollment.version),
        )
    )
    if found is None:
        raise NotFound
    return found


def list_attempts(session: Session, enrollment_id: int) -> list[Attempt]:
    """The post-tests of an enrollment, the first one first, without what they showed."""
    return list(
        session.scalars(
            select(Attempt)
            .where(Attempt.enrollment_id == enrollment_id, Attempt.number != PRE_TEST)
            .order_by(Attempt.number)
        )
    )


def list_overdue(session: Session, now: datetime) -> list[int]:
    """The ids of attempts that nobody has sent and whose time has run out, the earliest first."""
    return list(
        session.scalars(
            select(Attempt.id)
            .where(Attempt.submitted_at.is_(None), Attempt.deadline <= now)
            .order_by(Attempt.deadline, Attempt.id)
        )
    )


def find_pre_test(session: Session, enrollment_id: int) -> Attempt | None:
    """The pre-test of an enrollment with what it showed and what was answered, or None."""
    return session.scalar(
        select(Attempt)
        .where(Attempt.enrollment_id == enrollment_id, Attempt.number == PRE_TEST)
        .options(undefer(Attempt.shown), undefer(Attempt.answers))
    )


def get_test(version: CourseVersion) -> CourseTest:
    """The test of a version, from the JSON it keeps."""
    return course_test(version.assessment, version.test_rules, version.pass_mark)


def find_passed_attempt(session: Session, enrollment_id: int) -> Attempt | None:
    """The attempt that passed, or None; the first, should there be several."""
    return session.scalar(
        select(Attempt)
        .where(Attempt.enrollment_id == enrollment_id, Attempt.passed.is_(True), Attempt.number != PRE_TEST)
        .order_by(Attempt.number)
        .limit(1)
    )


def find_attendance(session: Session, enrollment_id: int) -> Attendance | None:
    """The confirmed presence of an enrollment in a live course, or None."""
    return session.scalar(select(Attendance).where(Attendance.enrollment_id == enrollment_id))


def version_for_author(session: Session, principal: Principal, version_id: int) -> CourseVersion:
    """A version with its course and provider, for those who may publish for the provider; otherwise NotFound."""
    found = session.scalar(
        select(CourseVersion)
        .where(CourseVersion.id == version_id)
        .options(joinedload(CourseVersion.course).joinedload(Course.provider))
    )
    if found is None:
        raise NotFound
    publisher_for(session, principal, found.course.provider_id)
    return found


def list_records(session: Session, version_id: int) -> list[Record]:
    """Everybody's first post-test of a version: later ones are taken by those who have seen the questions."""
    rows = session.execute(
        select(Attempt.marks, Attempt.answers)
        .join(Attempt.enrollment)
        .where(Enrollment.version_id == version_id, Attempt.number == 1, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.id.desc())
        .limit(MOST_SITTINGS)
    )
    return [Record(marks, answers) for marks, answers in rows]


def versions_for_author(session: Session, principal: Principal, course_id: int) -> list[CourseVersion]:
    """All versions of a course with their outlines, the first one first, for those who may publish for its provider; otherwise
    NotFound.
    """
    found = session.scalars(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .options(
            undefer(CourseVersion.outline),
            joinedload(CourseVersion.course).joinedload(Course.provider),
        )
        .order_by(CourseVersion.number)
    ).all()
    if not found:
        raise NotFound
    publisher_for(session, principal, found[0].course.provider_id)
    return list(found)


def list_told(session: Session, versions: Sequence[CourseVersion]) -> list[Told]:
    """What the evaluations of these versions may tell, each for itself, without who said it; in two queries."""
    sent: dict[int, int] = {version.id: 0 for version in versions}
    sheets: dict[int, list[Sheet]] = {version.id: [] for version in versions}
    named = session.execute(
        select(Enrollment.version_id, Evaluation.answers)
        .join(Enrollment, Enrollment.id == Evaluation.enrollment_id)
        .where(Enrollment.version_id.in_(sent))
    )
    for version_id, answers in named:
        sent[version_id] += 1
        sheets[version_id].append(answers)
    anonymous = session.execute(
        select(
            AnonymousEvaluation.version_id, AnonymousEvaluation.is_told, AnonymousEvaluation.answers
        ).where(AnonymousEvaluation.version_id.in_(sent))
    )
    for version_id, is_told, answers in anonymous:
        sent[version_id] += 1
        if is_told:
            sheets[version_id].append(answers)
    return [
        told(version.number, form_items(version.outline), sent[version.id], sheets[version.id])
        for version in versions
    ]
