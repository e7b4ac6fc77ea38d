"""Publishing courses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.adapters.courses import DONE_UNLESS_SAID, CourseSource
from ceu.audit.services import record
from ceu.catalog.models import Course, CourseVersion, Lesson
from ceu.catalog.package_queries import list_digests
from ceu.catalog.publishing import gates, minutes_before, package_gates, worth
from ceu.catalog.search_services import follow_offer
from ceu.domain.dates import local_date
from ceu.domain.errors import DomainError
from ceu.providers.models import Provider
from ceu.providers.queries import approvals_on
from ceu.questions.model import to_json

WHOLE = 100
"""Only a topic that the whole course is about is credited: part of a course must not count as all of it."""


def publish_course(
    session: Session,
    now: datetime,
    provider: Provider,
    source: CourseSource,
    minutes: int,
    *,
    published_by_id: int | None = None,
) -> CourseVersion:
    """Put a course on offer as an unchangeable version, worth ``minutes`` of credit.

    The same content is one version however often it is published; changed content is the next version, and learners
    keep the one they began. Raises DomainError with everything that stands against publishing.
    """
    session.refresh(provider, with_for_update=True)
    course = _course(session, now, provider, source.slug)
    version = session.scalar(
        select(CourseVersion).where(
            CourseVersion.course_id == course.id, CourseVersion.digest == source.digest
        )
    )
    if version is None:
        bodies = [approval.body for approval in approvals_on(provider, local_date(now, "UTC"))]
        asked = (*gates(source, minutes, bodies), *package_gates(source, list_digests(session, provider.id)))
        closed = [gate.reason for gate in asked if not gate.open]
        if closed:
            raise DomainError(" ".join(closed), field="minutes")
        version = _version(session, now, course, source, minutes)
        record(
            session, now, published_by_id, "course.published", version, digest=version.digest, minutes=minutes
        )
    for other in session.scalars(select(CourseVersion).where(CourseVersion.course_id == course.id)):
        other.retired_at = None if other is version else other.retired_at or now
    follow_offer(session, course.id)
    return version


def _course(session: Session, now: datetime, provider: Provider, slug: str) -> Course:
    course = session.scalar(select(Course).where(Course.provider_id == provider.id, Course.slug == slug))
    if course is None:
        course = Course(provider_id=provider.id, slug=slug, created_at=now)
        session.add(course)
        session.flush()
    return course


def _version(
    session: Session, now: datetime, course: Course, source: CourseSource, minutes: int
) -> CourseVersion:
    latest = session.scalar(
        select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)
    )
    outline = source.outline
    version = CourseVersion(
        course_id=course.id,
        number=(latest or 0) + 1,
        title=outline.title,
        summary=outline.summary,
        level=outline.level,
        delivery=outline.delivery,
        topics=[str(share.topic) for share in outline.topics if share.share == WHOLE],
        words=source.words,
        instruction_minutes=outline.instruction_minutes,
        minutes=minutes,
        price_cents=outline.price.cents if outline.price else 0,
        currency=outline.price.currency if outline.price else "USD",
        pass_mark=outline.pass_mark,
        attempts_allowed=None if outline.attempts == "unlimited" else outline.attempts,
        test_rules=source.rules.model_dump(mode="json", exclude_defaults=True),
        outline=_outline(source, minutes),
        assessment=[to_json(question) for question in source.questions],
        digest=source.digest,
        published_at=now,
        lessons=_lessons(source),
    )
    session.add(version)
    session.flush()
    return version


def _lessons(source: CourseSource) -> list[Lesson]:
    return [
        Lesson(
            position=position,
            slug=lesson.slug,
            title=lesson.title,
            words=lesson.words,
            html=lesson.html,
            package=entry.package,
            done_when=(entry.done_when or DONE_UNLESS_SAID) if entry.package else None,
        )
        for position, (lesson, entry) in enumerate(
            zip(source.lessons, source.outline.lessons, strict=True), start=1
        )
    ]


def _outline(source: CourseSource, minutes: int) -> dict[str, Any]:
    """The outline as published: with the whole evaluation form, and how the hours were computed."""
    timed = source.outline.instruction_minutes
    measured: Sequence[dict[str, Any]] = [
        {**item.as_json(), "awarded": minutes_before(source.words, minutes, item.measure.body, timed)}
        for item in worth(source.words, timed)
    ]
    return {
        **source.outline.model_dump(mode="json"),
        "evaluation": [item.model_dump(mode="json") for item in source.evaluation],
        "hours": measured,
    }
