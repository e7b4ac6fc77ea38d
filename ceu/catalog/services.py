"""Publishing courses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.adapters.course_assets import look_at_asset
from ceu.adapters.courses import DONE_UNLESS_SAID, CourseSource, content_of, with_addresses
from ceu.adapters.files import FileStore, KeptFile
from ceu.audit.services import record
from ceu.catalog.bodies import body_of
from ceu.catalog.models import Course, CourseFile, CourseVersion, Lesson
from ceu.catalog.package_queries import list_digests
from ceu.catalog.publishing import credits_of, gates, gates_before, package_gates, worth_before
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
    review: Mapping[str, Any],
    dropped: Collection[str] = (),
    published_by_id: int | None = None,
) -> CourseVersion:
    """Put a course on offer as an unchangeable version, worth ``minutes`` of credit, none of it by the ``dropped`` bodies.

    The same content is one version however often it is published; changed content is the next version, and learners
    keep the one they began. ``review`` is what is kept of the review by a second person; nothing is published without. Raises DomainError with everything that
    stands against publishing.
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
        closed = closed_gates(source, minutes, bodies, dropped, list_digests(session, provider.id))
        if closed:
            raise DomainError(" ".join(closed), field="minutes")
        credits_ = credits_of(source, minutes, bodies, dropped)
        decided = Decision(minutes, tuple(bodies), credits_, tuple(dropped), review)
        version = _version(session, now, course, source, decided)
        record(
            session, now, published_by_id, "course.published", version,
            digest=version.digest, minutes=minutes, dropped=sorted(dropped),
        )  # fmt: skip
    for other in session.scalars(select(CourseVersion).where(CourseVersion.course_id == course.id)):
        other.retired_at = None if other is version else other.retired_at or now
    follow_offer(session, course.id)
    return version


def closed_gates(
    source: CourseSource,
    minutes: int,
    bodies: Sequence[str],
    dropped: Collection[str],
    packages: Collection[str],
) -> list[str]:
    """Why the course may not be published so: sentences, the body's name before those that are a body's.

    ``packages`` are the hashes of the provider's content packages.
    """
    asked = (*gates(source, minutes, bodies, dropped), *package_gates(source, packages))
    closed = [gate.reason for gate in asked if not gate.open]
    for body in bodies:
        if body not in dropped:
            closed += [
                f"{body}: {gate.reason}"
                for gate in gates_before(body_of(body), source, minutes)
                if not gate.open
            ]
    return closed


def retire_course(session: Session, now: datetime, version: CourseVersion, *, retired_by_id: int) -> None:
    """Take a course off the list; who has begun it finishes it. Raises DomainError when it is off it already."""
    session.refresh(version, with_for_update=True)
    if version.retired_at is not None:
        raise DomainError("This version is no longer on offer. Look at the course's latest one.")
    version.retired_at = now
    record(session, now, retired_by_id, "course.retired", version, number=version.number)
    follow_offer(session, version.course_id)


def keep_file(session: Session, store: FileStore, name: str, stream: BinaryIO) -> KeptFile:
    """Keep a file of a course and let its address be asked for. Raises DomainError on ``file`` when it is refused."""
    kept = store.take(stream, partial(look_at_asset, name))
    if session.get(CourseFile, kept.sha256) is None:
        session.add(CourseFile(sha256=kept.sha256, media_type=kept.media_type, size=kept.size))
        session.flush()
    return kept


@dataclass(frozen=True)
class Decision:
    """How much credit a version is published with, by which body (``held``: those that approve the provider), on which review."""

    minutes: int
    held: tuple[str, ...]
    credits: Mapping[str, int]
    dropped: tuple[str, ...]
    review: Mapping[str, Any]


def _course(session: Session, now: datetime, provider: Provider, slug: str) -> Course:
    course = session.scalar(select(Course).where(Course.provider_id == provider.id, Course.slug == slug))
    if course is None:
        course = Course(provider_id=provider.id, slug=slug, created_at=now)
        session.add(course)
        session.flush()
    return course


def _version(
    session: Session, now: datetime, course: Course, source: CourseSource, decided: Decision
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
        minutes=decided.minutes,
        credits=dict(decided.credits),
        price_cents=outline.price.cents if outline.price else 0,
        currency=outline.price.currency if outline.price else "USD",
        minimum_minutes=outline.minimum_minutes,
        pass_mark=outline.pass_mark,
        attempts_allowed=None if outline.attempts == "unlimited" else outline.attempts,
        test_rules=source.rules.model_dump(mode="json", exclude_defaults=True),
        outline=_outline(source, decided),
        assessment=[with_addresses(to_json(question), source.assets) for question in source.questions],
        content=asdict(content_of(source)),
        digest=source.digest,
        published_at=now,
        lessons=_lessons(source),
    )
    session.add(version)
    session.flush()
    return version


def _lessons(source: CourseSource) -> list[Lesson]:
    pages = source.lesson_html(content_of(source).address)
    return [
        Lesson(
            position=position,
            slug=lesson.slug,
            title=lesson.title,
            words=lesson.words,
            html=html,
            package=entry.package,
            done_when=(entry.done_when or DONE_UNLESS_SAID) if entry.package else None,
        )
        for position, (lesson, entry, html) in enumerate(
            zip(source.lessons, source.outline.lessons, pages, strict=True), start=1
        )
    ]


def _outline(source: CourseSource, decided: Decision) -> dict[str, Any]:
    """The outline as published: with the whole evaluation form, how the hours were computed, and the review."""
    timed = source.outline.instruction_minutes
    return {
        **source.outline.model_dump(mode="json"),
        "evaluation": [item.model_dump(mode="json") for item in source.evaluation],
        "hours": [
            {**measured.as_json(awarded), "dropped": code in decided.dropped}
            for code, awarded in sorted(decided.credits.items())
            if (measured := worth_before(body_of(code), source.words, source.seconds, timed)).minutes
            is not None
            or code in decided.held
        ],
        "reviewed": dict(decided.review),
    }
