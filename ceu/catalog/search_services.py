"""Keeping what the catalog is searched by, in the transaction that puts a course on offer or takes it off."""

from collections.abc import Iterable

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, undefer

from ceu.catalog.models import CourseVersion
from ceu.catalog.search_models import INDEX, CourseListing

AT_ONCE = 200
_KEYS = {"sqlite": "rowid", "postgresql": "version_id"}


def follow_offer(session: Session, course_id: int) -> None:
    """Let the catalog find the version of a course that is on offer, and none that is not."""
    session.flush()
    listed = list(
        session.scalars(select(CourseListing.version_id).where(CourseListing.course_id == course_id))
    )
    key = _KEYS[session.get_bind().dialect.name]
    for version_id in listed:
        session.execute(text(f"DELETE FROM {INDEX} WHERE {key} = :version"), {"version": version_id})
    session.execute(delete(CourseListing).where(CourseListing.course_id == course_id))
    _list(
        session,
        session.scalars(
            select(CourseVersion)
            .where(CourseVersion.course_id == course_id, CourseVersion.retired_at.is_(None))
            .options(undefer(CourseVersion.outline))
        ),
    )


def list_anew(session: Session) -> int:
    """Make listings and index anew from the versions on offer; their number."""
    session.execute(text(f"DELETE FROM {INDEX}"))
    session.execute(delete(CourseListing))
    on_offer = (
        select(CourseVersion)
        .where(CourseVersion.retired_at.is_(None))
        .options(undefer(CourseVersion.outline))
        .execution_options(yield_per=AT_ONCE)
    )
    return sum(_list(session, part) for part in session.scalars(on_offer).partitions())


def _list(session: Session, versions: Iterable[CourseVersion]) -> int:
    found = list(versions)
    if not found:
        return 0
    session.add_all(
        CourseListing(
            version_id=version.id,
            course_id=version.course_id,
            level=version.level,
            delivery=version.delivery,
            topics=f" {' '.join(version.topics)} ",
            minutes=version.minutes,
            price_cents=version.price_cents,
        )
        for version in found
    )
    session.flush()
    key = _KEYS[session.get_bind().dialect.name]
    session.execute(
        text(f"INSERT INTO {INDEX} ({key}, title, body) VALUES (:version, :title, :body)"),
        [{"version": version.id, "title": version.title, "body": _body(version)} for version in found],
    )
    return len(found)


def _body(version: CourseVersion) -> str:
    """What a course is found by beside its title."""
    outline = version.outline
    parts = [version.summary, outline["subtitle"]]
    for name, field in (("objectives", "text"), ("lessons", "title"), ("authors", "name")):
        parts += [each[field] for each in outline[name]]
    return "\n".join(parts)
