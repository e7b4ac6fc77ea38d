"""Reading courses and their versions."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from ceu.catalog.models import Course, CourseFile, CourseVersion, Lesson
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.providers.models import Provider


def get_version(session: Session, version_id: int) -> CourseVersion:
    """The version with its course and provider; raises NotFound."""
    found = session.scalar(
        select(CourseVersion)
        .where(CourseVersion.id == version_id)
        .options(joinedload(CourseVersion.course).joinedload(Course.provider))
    )
    if found is None:
        raise NotFound
    return found


def get_offer(session: Session, course_id: int) -> CourseVersion:
    """The version of a course that is on offer, with its outline, provider and approvals; raises NotFound."""
    found = session.scalar(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id, CourseVersion.retired_at.is_(None))
        .options(
            undefer(CourseVersion.outline),
            joinedload(CourseVersion.course).joinedload(Course.provider).selectinload(Provider.approvals),
        )
    )
    if found is None:
        raise NotFound
    return found


def list_with_content(session: Session, course_id: int) -> list[CourseVersion]:
    """Every version of a course with what its folder held, the latest first."""
    wanted = select(CourseVersion).where(CourseVersion.course_id == course_id)
    return list(
        session.scalars(wanted.options(undefer(CourseVersion.content)).order_by(CourseVersion.number.desc()))
    )


def list_lessons(session: Session, version_id: int) -> list[Lesson]:
    """The lessons of a version in their order, without their text."""
    return list(
        session.scalars(select(Lesson).where(Lesson.version_id == version_id).order_by(Lesson.position))
    )


def list_publishers(session: Session, principal: Principal) -> list[Provider]:
    """The providers for which this person may publish, with their approvals."""
    organizations = principal.organizations_with(Permission.PUBLISH_COURSES)
    return list(
        session.scalars(
            select(Provider)
            .where(Provider.organization_id.in_(organizations))
            .options(selectinload(Provider.approvals))
            .order_by(Provider.id)
        )
    )


def publisher_for(session: Session, principal: Principal, provider_id: int) -> Provider:
    """The provider, if this person may publish for it; otherwise NotFound."""
    for provider in list_publishers(session, principal):
        if provider.id == provider_id:
            return provider
    raise NotFound


def list_current_versions(session: Session, provider_id: int) -> list[CourseVersion]:
    """What a provider has on offer, by title."""
    return list(
        session.scalars(
            select(CourseVersion)
            .join(CourseVersion.course)
            .where(Course.provider_id == provider_id, CourseVersion.retired_at.is_(None))
            .options(joinedload(CourseVersion.course))
            .order_by(CourseVersion.title, CourseVersion.id)
        )
    )


def list_course_files(session: Session, digests: Collection[str]) -> set[str]:
    """Those of these SHA-256 sums that are files of courses."""
    return set(session.scalars(select(CourseFile.sha256).where(CourseFile.sha256.in_(list(digests)))))


def get_course_file(session: Session, digest: str) -> CourseFile:
    """The file of some course that has this SHA-256; raises NotFound, also for kept files that are no course's."""
    found = session.get(CourseFile, digest)
    if found is None:
        raise NotFound
    return found
