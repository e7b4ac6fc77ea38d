"""What is said of what happens in courses."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.adapters.content import manifest_from_json
from ceu.adapters.outside import Outside
from ceu.catalog.models import Lesson
from ceu.domain.events import AttemptScored, CourseCompleted, LessonRead, PackageOpened, PackageTold
from ceu.learning.models import PRE_TEST, Attempt, Enrollment
from ceu.packages.models import PackageAttempt, PackageLaunch, PackagePart
from ceu.statements.building import UNKNOWN, Activity, Actor, Outcome, statement_of
from ceu.statements.services import record_statement


def say_lesson_read(session: Session, event: LessonRead, now: datetime, outside: Outside) -> None:
    """A lesson was read, or its package done."""
    enrollment = session.get_one(Enrollment, event.enrollment_id)
    lesson = session.get_one(Lesson, event.lesson_id)
    course = _course(enrollment)
    activity = Activity(f"{course.path}/lessons/{lesson.position}", "lesson", lesson.title, course.path)
    about = f"enrollments/{enrollment.id}/lessons/{lesson.id}"
    _say(session, now, outside, enrollment, "completed", activity, about, Outcome(completion=True))


def say_attempt_scored(session: Session, event: AttemptScored, now: datetime, outside: Outside) -> None:
    """The latest post-test of an enrollment was scored."""
    attempt = session.scalars(
        select(Attempt)
        .where(
            Attempt.enrollment_id == event.enrollment_id,
            Attempt.number != PRE_TEST,
            Attempt.submitted_at.is_not(None),
        )
        .order_by(Attempt.number.desc())
        .limit(1)
    ).one()
    enrollment = session.get_one(Enrollment, event.enrollment_id)
    course = _course(enrollment)
    outcome = Outcome(
        score=attempt.earned / attempt.possible if attempt.earned is not None and attempt.possible else None,
        success=bool(attempt.passed),
        completion=True,
    )
    activity = Activity(f"{course.path}/post-test", "assessment", f"Post-test: {course.name}", course.path)
    verb = "passed" if attempt.passed else "failed"
    _say(session, now, outside, enrollment, verb, activity, f"attempts/{attempt.id}", outcome)


def say_course_completed(session: Session, event: CourseCompleted, now: datetime, outside: Outside) -> None:
    """Everything a course asks was done."""
    enrollment = session.get_one(Enrollment, event.enrollment_id)
    about = f"enrollments/{enrollment.id}"
    _say(session, now, outside, enrollment, "completed", _course(enrollment), about, Outcome(completion=True))


def say_package_opened(session: Session, event: PackageOpened, now: datetime, outside: Outside) -> None:
    """A part of a package was opened."""
    launch = session.get_one(PackageLaunch, event.launch_id)
    activity = _part(launch.attempt, launch.item)
    about = f"launches/{launch.id}"
    registration = UUID(launch.attempt.registration)
    _say(
        session,
        now,
        outside,
        launch.attempt.enrollment,
        "launched",
        activity,
        about,
        registration=registration,
    )


def say_package_told(session: Session, event: PackageTold, now: datetime, outside: Outside) -> None:
    """A part of a package says something that it did not say before: passed, failed or completed."""
    part = session.get_one(PackagePart, event.part_id)
    attempt = session.get_one(PackageAttempt, part.attempt_id)
    told, registration = part.told, UUID(attempt.registration)
    activity, about = _part(attempt, part.item), f"parts/{part.id}"
    if told.success in {"passed", "failed"} and told.success != event.success:
        outcome = Outcome(told.score, told.passed)
        _say(
            session,
            now,
            outside,
            attempt.enrollment,
            told.success,
            activity,
            about,
            outcome,
            registration=registration,
        )
    if told.completed and event.completion != "completed":
        outcome = Outcome(completion=True)
        _say(
            session,
            now,
            outside,
            attempt.enrollment,
            "completed",
            activity,
            about,
            outcome,
            registration=registration,
        )


def _say(
    session: Session,
    now: datetime,
    outside: Outside,
    enrollment: Enrollment,
    verb: str,
    activity: Activity,
    about: str,
    outcome: Outcome = UNKNOWN,
    *,
    registration: UUID | None = None,
) -> None:
    site = outside.lrs.home_page
    statement = statement_of(
        Actor(site, outside.pseudonyms.of(enrollment.person_id, "xapi")),
        verb,
        activity,
        now,
        about=about,
        registration=registration or uuid5(NAMESPACE_URL, f"{site}/enrollments/{enrollment.id}"),
        outcome=outcome,
    )
    record_statement(session, now, enrollment.person_id, statement)


def _course(enrollment: Enrollment) -> Activity:
    version = enrollment.version
    return Activity(f"/courses/{version.course.slug}-{version.course_id}", "course", version.title)


def _part(attempt: PackageAttempt, item_id: str) -> Activity:
    course = _course(attempt.enrollment)
    item = manifest_from_json(attempt.package.manifest).part(item_id)
    path = f"{course.path}/packages/{attempt.package.digest}/{item_id}"
    return Activity(path, "module", item.title if item else attempt.package.title, course.path)
