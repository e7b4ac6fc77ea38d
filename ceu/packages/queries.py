"""Reading what learners did in packages, and the doors to it."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from ceu.adapters.content import Item, manifest_from_json
from ceu.catalog.models import ContentPackage, CourseVersion, Lesson
from ceu.catalog.package_queries import find_package
from ceu.domain.errors import NotFound
from ceu.domain.principal import Principal
from ceu.learning.models import Enrollment
from ceu.packages.models import PackageAttempt, PackageLaunch, PackagePart

LAUNCH_LASTS = timedelta(hours=12)
"""So long after it was opened, a package's files can be fetched by their secret address."""


def package_of(session: Session, enrollment: Enrollment, lesson: Lesson) -> ContentPackage:
    """The package that plays in a lesson, with what it holds; raises NotFound for a lesson without one."""
    if lesson.package is None:
        raise NotFound
    found = find_package(session, enrollment.version.course.provider_id, lesson.package)
    if found is None:
        raise NotFound
    return found


def find_attempt(session: Session, enrollment_id: int, lesson_id: int) -> PackageAttempt | None:
    """The attempt of an enrollment at the package of a lesson, or None."""
    return session.scalar(
        select(PackageAttempt).where(
            PackageAttempt.enrollment_id == enrollment_id, PackageAttempt.lesson_id == lesson_id
        )
    )


def list_parts(session: Session, attempt_id: int) -> dict[str, PackagePart]:
    """What the package says of each part that was opened, by the part's id."""
    rows = session.scalars(select(PackagePart).where(PackagePart.attempt_id == attempt_id))
    return {part.item: part for part in rows}


def find_part(session: Session, attempt_id: int, item: str) -> PackagePart | None:
    """The state of one part with everything the package keeps, or None."""
    return session.scalar(
        select(PackagePart)
        .where(PackagePart.attempt_id == attempt_id, PackagePart.item == item)
        .options(undefer(PackagePart.cmi))
    )


def seconds_by_part(session: Session, attempt_id: int, *, but: int | None = None) -> dict[str, int]:
    """The seconds the package reported, by part; without those of the launch ``but``."""
    wanted = (
        select(PackageLaunch.item, func.sum(PackageLaunch.seconds))
        .where(PackageLaunch.attempt_id == attempt_id)
        .group_by(PackageLaunch.item)
    )
    if but is not None:
        wanted = wanted.where(PackageLaunch.id != but)
    return {item: int(seconds) for item, seconds in session.execute(wanted)}


def launch_for(session: Session, principal: Principal, launch_id: int) -> PackageLaunch:
    """A launch of the principal with its attempt, enrollment, lesson and package; raises NotFound."""
    found = session.scalar(
        whole_launch().where(PackageLaunch.id == launch_id, Enrollment.person_id == principal.person_id)
    )
    if found is None:
        raise NotFound
    return found


def whole_launch() -> Select[PackageLaunch]:
    """The question for a launch with its attempt, enrollment, course, lesson and package."""
    return (
        select(PackageLaunch)
        .join(PackageLaunch.attempt)
        .join(PackageAttempt.enrollment)
        .options(
            contains_eager(PackageLaunch.attempt)
            .contains_eager(PackageAttempt.enrollment)
            .joinedload(Enrollment.version)
            .joinedload(CourseVersion.course),
            contains_eager(PackageLaunch.attempt).joinedload(PackageAttempt.lesson),
            contains_eager(PackageLaunch.attempt)
            .joinedload(PackageAttempt.package)
            .undefer(ContentPackage.manifest),
        )
    )


def part_of(launch: PackageLaunch) -> Item:
    """The part that was opened; raises NotFound for one the package does not have."""
    item = manifest_from_json(launch.attempt.package.manifest).part(launch.item)
    if item is None:
        raise NotFound
    return item


def launch_by_key(session: Session, key: str, now: datetime) -> PackageLaunch:
    """The open launch whose files have this key in their addresses; raises NotFound, also when it is over."""
    found = session.scalar(
        select(PackageLaunch)
        .where(
            PackageLaunch.key == key,
            PackageLaunch.ended_at.is_(None),
            PackageLaunch.opened_at > now - LAUNCH_LASTS,
        )
        .options(joinedload(PackageLaunch.attempt).joinedload(PackageAttempt.package))
    )
    if found is None:
        raise NotFound
    return found
