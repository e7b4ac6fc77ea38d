"""Courses, their immutable published versions and lessons."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.providers.models import Provider


class Course(Base):
    """A course of a provider; what learners take is one of its versions."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("provider_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    slug: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    provider: Mapped[Provider] = relationship()


class CourseVersion(Base):
    """What was published, unchangeable: ``outline`` holds objectives, authors, references and the computing of hours,
    ``assessment`` the questions of the post-test with their key, ``test_rules`` how it is given; ``attempts_allowed`` is None for
    no limit. ``minutes`` is the credit awarded, ``credits`` what each body credits of it (empty in versions from before it was
    decided when publishing); ``instruction_minutes`` are those by the clock where the delivery is timed, otherwise None;
    ``price_cents`` is the price in hundredths of ``currency``, 0 for a free course; ``minimum_minutes`` of measured reading
    come before the post-test, where a body demands it; ``content`` is what the course's folder held,
    ``digest`` the SHA-256 of the source.
    """

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"), UniqueConstraint("course_id", "digest"))

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(String(20))
    delivery: Mapped[str] = mapped_column(String(20))
    topics: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[int]
    instruction_minutes: Mapped[int | None]
    minutes: Mapped[int]
    price_cents: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    credits: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    minimum_minutes: Mapped[int] = mapped_column(default=0)
    pass_mark: Mapped[int]
    attempts_allowed: Mapped[int | None]
    test_rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outline: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    assessment: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcInstant)
    retired_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    course: Mapped[Course] = relationship()
    lessons: Mapped[list["Lesson"]] = relationship(back_populates="version", order_by="Lesson.position")


class ContentPackage(Base):
    """A SCORM or cmi5 package a provider has uploaded: ``digest`` is its SHA-256, ``manifest`` what it says it holds.

    Its files lie unpacked on the disk by that hash and never change; lessons of versions name it.
    """

    __tablename__ = "content_package"
    __table_args__ = (UniqueConstraint("provider_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    title: Mapped[str] = mapped_column(String(300))
    standard: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    files: Mapped[int]
    size: Mapped[int]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcInstant)


class Lesson(Base):
    """One lesson of a version, rendered once when it was published.

    ``package`` is the SHA-256 of the content package that plays beneath its text, if one does, ``done_when`` what that package
    must say before the lesson is done.
    """

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    words: Mapped[int]
    html: Mapped[str] = mapped_column(Text, deferred=True)
    package: Mapped[str | None] = mapped_column(String(64))
    done_when: Mapped[str | None] = mapped_column(String(20))

    version: Mapped[CourseVersion] = relationship(back_populates="lessons")


class CourseFile(Base):
    """A kept file that some course uses, so that its address may be asked for; its name is the SHA-256 of its bytes."""

    __tablename__ = "course_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
