"""What is said of what happens in courses."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.adapters.lrs import Account
from ceu.adapters.outside import Outside
from ceu.catalog.models import Lesson
from ceu.domain.events import (
    AttemptScored,
    CourseCompleted,
    LessonRead,
    PackageAbandoned,
    PackageOpened,
    PackageSatisfied,
    PackageTold,
)
from ceu.learning.models import PRE_TEST, Attempt, Enrollment
from ceu.packages.cmi5 import launched_context, part_number, session_context, time_between
from ceu.packages.cmi5_queries import manifest_of, package_path, sitting_of
from ceu.packages.models import PackageAttempt, PackageLaunch, PackagePart
from ceu.statements.building import UNKNOWN, Activity, Outcome, statement_of
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
    enrollment = launch.attempt.enrollment
    context = None
    if launch.mode is not None:
        sitting = sitting_of(session, launch, _account(outside, enrollment))
        page = f"{outside.lrs.home_page}{package_path(launch.attempt)}/{sitting.item.href}"
        context = launched_context(sitting, page)
    _say(
        session,
        now,
        outside,
        enrollment,
        "launched",
        activity,
        about,
        registration=UUID(launch.attempt.registration),
        context=context,
    )


def say_package_abandoned(session: Session, event: PackageAbandoned, now: datetime, outside: Outside) -> None:
    """A part of a cmi5 package was left before it said that it had ended; nothing more is taken from it."""
    launch = session.get_one(PackageLaunch, event.launch_id)
    _say(
        session,
        now,
        outside,
        launch.attempt.enrollment,
        "abandoned",
        _part(launch.attempt, launch.item),
        f"launches/{launch.id}",
        Outcome(duration=time_between(launch.opened_at, launch.heard_at or launch.opened_at)),
        registration=UUID(launch.attempt.registration),
        context=session_context(launch.session_id, launch.item),
    )


def say_package_satisfied(session: Session, event: PackageSatisfied, now: datetime, outside: Outside) -> None:
    """The parts of blocks of a cmi5 package, or of all of it, have met what the package asks; said once of each."""
    attempt = session.get_one(PackageAttempt, event.attempt_id)
    launch = session.get(PackageLaunch, event.launch_id) if event.launch_id is not None else None
    registration = UUID(attempt.registration)
    session_id = launch.session_id if launch else str(uuid5(registration, "enrolled"))
    manifest = manifest_of(attempt)
    for block in event.blocks:
        _say(
            session,
            now,
            outside,
            attempt.enrollment,
            "satisfied",
            _part(attempt, block)
            if block
            else Activity(package_path(attempt), "whole package", manifest.title),
            f"registrations/{attempt.registration}/{block}",
            registration=registration,
            context=session_context(session_id, block or manifest.id),
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
    context: dict[str, Any] | None = None,
) -> None:
    site = outside.lrs.home_page
    statement = statement_of(
        _account(outside, enrollment),
        verb,
        activity,
        now,
        about=about,
        registration=registration or uuid5(NAMESPACE_URL, f"{site}/enrollments/{enrollment.id}"),
        outcome=outcome,
        context=context,
    )
    record_statement(session, now, enrollment.person_id, statement)


def _course(enrollment: Enrollment) -> Activity:
    version = enrollment.version
    return Activity(f"/courses/{version.course.slug}-{version.course_id}", "course", version.title)


def _part(attempt: PackageAttempt, item_id: str) -> Activity:
    manifest = manifest_of(attempt)
    item = next(item for item in manifest.items if item.id == item_id)
    name = part_number(manifest, item_id) if manifest.standard == "cmi5" else item_id
    kind = "block" if item.kind == "heading" else "module"
    return Activity(f"{package_path(attempt)}/{name}", kind, item.title, _course(attempt.enrollment).path)


def _account(outside: Outside, enrollment: Enrollment) -> Account:
    return outside.lrs.account(outside.pseudonyms.of(enrollment.person_id, "xapi"))
