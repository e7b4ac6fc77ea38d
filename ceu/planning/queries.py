"""The courses a plan can be made of."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only

from ceu.catalog.models import Course, CourseVersion
from ceu.learning.models import Enrollment
from ceu.providers.models import Provider


def list_on_offer(session: Session) -> list[CourseVersion]:
    """The version on offer of every course, with what counts of it, its provider and the provider's approvals."""
    wanted = select(CourseVersion).where(CourseVersion.retired_at.is_(None))
    return list(session.scalars(wanted.options(*_what_counts()).order_by(CourseVersion.id)))


def list_under_way(session: Session, person_id: int) -> list[Enrollment]:
    """The courses the person has begun and not completed, the latest first, with their versions as above."""
    wanted = select(Enrollment).where(Enrollment.person_id == person_id, Enrollment.completed_at.is_(None))
    version = joinedload(Enrollment.version)
    return list(
        session.scalars(wanted.options(version.options(*_what_counts())).order_by(Enrollment.id.desc()))
    )


def _what_counts() -> tuple[Any, ...]:
    """Of a version only the columns that a plan and its page need: a catalog has thousands."""
    columns = (
        CourseVersion.course_id, CourseVersion.title, CourseVersion.delivery, CourseVersion.topics,
        CourseVersion.words, CourseVersion.instruction_minutes, CourseVersion.minutes, CourseVersion.credits,
        CourseVersion.retired_at,
    )  # fmt: skip
    course = joinedload(CourseVersion.course).load_only(Course.slug, Course.provider_id)
    provider = course.joinedload(Course.provider).load_only(Provider.legal_name)
    return load_only(*columns), provider.selectinload(Provider.approvals)
