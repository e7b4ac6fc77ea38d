"""Enrollments and what learners did in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion, Lesson
from ceu.db.base import Base
from ceu.db.types import UtcInstant


class Enrollment(Base):
    """A learner in a course version; they finish the version they began."""

    __tablename__ = "enrollment"
    __table_args__ = (UniqueConstraint("person_id", "version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    enrolled_at: Mapped[datetime] = mapped_column(UtcInstant)
    completed_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    person: Mapped[Person] = relationship()
    version: Mapped[CourseVersion] = relationship()


class LessonReading(Base):
    """A learner's statement that they have read a lesson."""

    __tablename__ = "lesson_reading"
    __table_args__ = (UniqueConstraint("enrollment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    read_at: Mapped[datetime] = mapped_column(UtcInstant)

    lesson: Mapped[Lesson] = relationship()


class Attempt(Base):
    """One post-test: what was shown in which order, what was answered, and the score as two integers."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("enrollment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    number: Mapped[int]
    shown: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, deferred=True)
    correct: Mapped[int | None]
    total: Mapped[int]
    passed: Mapped[bool | None]
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    enrollment: Mapped[Enrollment] = relationship()


class Evaluation(Base):
    """A learner's course evaluation: ratings from 1 to 5 and words by the item's id, and a free comment."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), unique=True)
    ratings: Mapped[dict[str, int]] = mapped_column(JSON)
    texts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    comment: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime] = mapped_column(UtcInstant)
