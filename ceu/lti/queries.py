"""Reading platforms, their users, links and grades."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from ceu.accounts.models import Organization
from ceu.catalog.models import Course, CourseVersion, Lesson
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.learning.models import PRE_TEST, Attempt, Enrollment, LessonReading
from ceu.lti.models import Platform, PlatformUser, ResourceLink, Seat
from ceu.lti.registration import Registration
from ceu.providers.models import Provider

MOST_COURSES = 200
"""So many courses are offered to choose from."""

MOST_SEATS = 2_000
MOST_AT_ONCE = 500
"""So many grades are sent by one run."""


def organization_for_platforms(session: Session, principal: Principal, organization_id: int) -> Organization:
    """The organization, for those who register its platforms; raises NotFound."""
    may = principal.may(Permission.MANAGE_PLATFORMS, organization_id)
    organization = session.get(Organization, organization_id) if may else None
    if organization is None:
        raise NotFound
    return organization


def list_platforms(session: Session, organization_id: int) -> Sequence[Platform]:
    """The platforms of an organization, by name."""
    return session.scalars(
        select(Platform)
        .where(Platform.organization_id == organization_id)
        .order_by(Platform.name, Platform.id)
    ).all()


def platform_for(session: Session, principal: Principal, platform_id: int) -> Platform:
    """The platform with its organization, for those who register them; raises NotFound."""
    found = session.scalar(
        select(Platform).where(Platform.id == platform_id).options(joinedload(Platform.organization))
    )
    if found is None or not principal.may(Permission.MANAGE_PLATFORMS, found.organization_id):
        raise NotFound
    return found


def list_linked_users(session: Session, person_id: int) -> Sequence[PlatformUser]:
    """The users of platforms that open this person's account, with their platform, the first one linked first."""
    return session.scalars(
        select(PlatformUser)
        .where(PlatformUser.person_id == person_id)
        .options(joinedload(PlatformUser.platform).joinedload(Platform.organization))
        .order_by(PlatformUser.linked_at, PlatformUser.id)
    ).all()


def linked_user_for(session: Session, principal: Principal, user_id: int) -> PlatformUser:
    """A platform's user that opens the principal's account; raises NotFound."""
    found = session.get(PlatformUser, user_id)
    if found is None or found.person_id != principal.person_id:
        raise NotFound
    return found


def find_platform(session: Session, public_id: str) -> Platform | None:
    """The platform whose launches begin at this address, with its organization."""
    return session.scalar(
        select(Platform).where(Platform.public_id == public_id).options(joinedload(Platform.organization))
    )


def registration_of(platform: Platform) -> Registration:
    """The platform's registration as plain values."""
    return Registration(
        id=platform.id,
        organization_id=platform.organization_id,
        public_id=platform.public_id,
        name=platform.name,
        issuer=platform.issuer,
        client_id=platform.client_id,
        deployment_ids=tuple(platform.deployment_ids),
        login_url=platform.login_url,
        token_url=platform.token_url,
        token_audience=platform.token_audience,
        jwks_url=platform.jwks_url,
    )


def list_unsent(session: Session, platform_id: int) -> Sequence[Seat]:
    """Grades of a platform that were refused at least once and are still owed, the oldest first."""
    return session.scalars(
        select(Seat)
        .join(Seat.link)
        .where(ResourceLink.platform_id == platform_id, Seat.next_try_at.is_not(None), Seat.tries > 0)
        .options(joinedload(Seat.user), contains_eager(Seat.link))
        .order_by(Seat.graded_at)
        .limit(20)
    ).all()


def find_seat_of(session: Session, principal: Principal, seat_id: int) -> Seat:
    """The principal's own place at a link, with the link and its platform; raises NotFound."""
    found = session.scalar(
        select(Seat)
        .join(Seat.user)
        .where(Seat.id == seat_id, PlatformUser.person_id == principal.person_id)
        .options(joinedload(Seat.link).joinedload(ResourceLink.platform))
    )
    if found is None:
        raise NotFound
    return found


def instructor_seat_for(session: Session, principal: Principal, seat_id: int, now: datetime) -> Seat:
    """The principal's place at a link, while the platform's word that they are an instructor there holds; else NotFound."""
    seat = find_seat_of(session, principal, seat_id)
    if seat.instructor_until is None or seat.instructor_until <= now:
        raise NotFound
    return seat


def list_seats(session: Session, link_id: int) -> Sequence[Seat]:
    """Everybody who ever opened a link, with their enrollment."""
    return session.scalars(
        select(Seat)
        .where(Seat.link_id == link_id)
        .options(joinedload(Seat.user), joinedload(Seat.enrollment))
        .order_by(Seat.id)
        .limit(MOST_SEATS)
    ).all()


def count_read(session: Session, link_id: int) -> dict[int, int]:
    """How many lessons everybody at a link has read, by enrollment."""
    rows = session.execute(
        select(LessonReading.enrollment_id, func.count())
        .join(Seat, Seat.enrollment_id == LessonReading.enrollment_id)
        .where(Seat.link_id == link_id)
        .group_by(LessonReading.enrollment_id, Seat.id)
    )
    return {enrollment_id: count for enrollment_id, count in rows}


def list_offers(session: Session, organization_id: int) -> Sequence[CourseVersion]:
    """What an organization's provider has on offer, by title."""
    return session.scalars(
        select(CourseVersion)
        .join(CourseVersion.course)
        .join(Course.provider)
        .where(Provider.organization_id == organization_id, CourseVersion.retired_at.is_(None))
        .order_by(CourseVersion.title, CourseVersion.id)
        .limit(MOST_COURSES)
    ).all()


def find_course_of(session: Session, organization_id: int, course_id: int) -> Course | None:
    """A course, if it is of this organization's provider."""
    return session.scalar(
        select(Course)
        .join(Course.provider)
        .where(Course.id == course_id, Provider.organization_id == organization_id)
    )


def find_latest_enrollment(session: Session, person_id: int, course_id: int) -> Enrollment | None:
    """The person's enrollment in the latest version of a course that they began, or None."""
    return session.scalar(
        select(Enrollment)
        .join(Enrollment.version)
        .where(Enrollment.person_id == person_id, CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def find_offer(session: Session, course_id: int) -> CourseVersion | None:
    """The version of a course that is on offer, or None."""
    return session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course_id, CourseVersion.retired_at.is_(None))
    )


def list_graded_seats(session: Session, enrollment_id: int) -> Sequence[Seat]:
    """The places at links whose grade follows from this enrollment."""
    return session.scalars(
        select(Seat).where(Seat.enrollment_id == enrollment_id).options(joinedload(Seat.link))
    ).all()


def best_score(session: Session, enrollment_id: int) -> Fraction | None:
    """The largest part of the points that a scored post-test earned, from 0 to 1; None before the first."""
    rows = session.execute(
        select(Attempt.earned, Attempt.possible).where(
            Attempt.enrollment_id == enrollment_id,
            Attempt.number != PRE_TEST,
            Attempt.submitted_at.is_not(None),
        )
    )
    return max(
        (earned / possible for earned, possible in rows if earned is not None and possible), default=None
    )


def list_due_grades(session: Session, now: datetime) -> Sequence[Seat]:
    """Grades that are to be sent now, the longest waiting first, with everything that sending takes."""
    return session.scalars(
        select(Seat)
        .join(Seat.link)
        .where(Seat.next_try_at <= now)
        .options(joinedload(Seat.user), contains_eager(Seat.link).joinedload(ResourceLink.platform))
        .order_by(Seat.next_try_at, Seat.id)
        .limit(MOST_AT_ONCE)
    ).all()


def find_user(session: Session, platform_id: int, sub: str) -> PlatformUser | None:
    """The platform's user with this ``sub``, or None."""
    return session.scalar(
        select(PlatformUser).where(PlatformUser.platform_id == platform_id, PlatformUser.sub == sub)
    )


def find_link(
    session: Session, platform_id: int, deployment_id: str, resource_link_id: str
) -> ResourceLink | None:
    """The platform's link with this id in this deployment, or None."""
    return session.scalar(
        select(ResourceLink).where(
            ResourceLink.platform_id == platform_id,
            ResourceLink.deployment_id == deployment_id,
            ResourceLink.resource_link_id == resource_link_id,
        )
    )


def find_seat(session: Session, link_id: int, user_id: int) -> Seat | None:
    """The user's place at a link, or None."""
    return session.scalar(select(Seat).where(Seat.link_id == link_id, Seat.user_id == user_id))


def get_seat(session: Session, seat_id: int) -> Seat:
    """A place at a link with its user, link and platform; raises NotFound."""
    found = session.scalar(
        select(Seat)
        .where(Seat.id == seat_id)
        .options(joinedload(Seat.user), joinedload(Seat.link).joinedload(ResourceLink.platform))
    )
    if found is None:
        raise NotFound
    return found


def find_registration(session: Session, platform_id: int) -> Registration | None:
    """The registration of a platform that is complete, or None."""
    platform = session.get(Platform, platform_id)
    return registration_of(platform) if platform is not None and platform.is_complete else None


def get_latest_version(session: Session, course_id: int) -> CourseVersion:
    """The latest version of a course, on offer or not, with the course."""
    return session.scalars(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .options(joinedload(CourseVersion.course))
        .order_by(CourseVersion.number.desc())
        .limit(1)
    ).one()


def count_lessons(session: Session, course_id: int) -> dict[int, int]:
    """How many lessons each version of a course has."""
    rows = session.execute(
        select(Lesson.version_id, func.count())
        .join(Lesson.version)
        .where(CourseVersion.course_id == course_id)
        .group_by(Lesson.version_id)
    )
    return {version_id: count for version_id, count in rows}
