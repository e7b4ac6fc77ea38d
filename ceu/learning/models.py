"""Enrollments and what learners did in them."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion, Lesson
from ceu.db.base import Base
from ceu.db.types import Exact, UtcInstant


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


class Attendance(Base):
    """A learner was present at a live course, as its provider confirmed: when it ended for them, where and how (``delivery``),
    the whole minutes that are credited, and of each session its title, presenter, times and minutes.
    """

    __tablename__ = "attendance"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), unique=True)
    attended_at: Mapped[datetime] = mapped_column(UtcInstant)
    location: Mapped[str] = mapped_column(String(300))
    delivery: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    confirmed_at: Mapped[datetime] = mapped_column(UtcInstant)


class LessonReading(Base):
    """A learner's statement that they have read a lesson."""

    __tablename__ = "lesson_reading"
    __table_args__ = (UniqueConstraint("enrollment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    read_at: Mapped[datetime] = mapped_column(UtcInstant)

    lesson: Mapped[Lesson] = relationship()


PRE_TEST = 0
"""The number of the attempt that is the pre-test."""


class Attempt(Base):
    """One post-test, or with the number 0 the pre-test: what was shown in which order, what was answered, and its exact score.

    The key stands apart, in the version, so that the score can be found again from ``shown`` and ``answers``. Until it is submitted,
    ``answers`` holds what was saved so far; ``answered_at`` holds when each was given (ISO text, UTC), ``marks`` the fraction of its
    weight that each earned. ``deadline`` is set at the start and by the server's clock.
    """

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("enrollment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(String(100), default="", deferred=True)
    shown: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    answered_at: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, deferred=True)
    marks: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, deferred=True)
    total: Mapped[int]
    earned: Mapped[Fraction | None] = mapped_column(Exact)
    possible: Mapped[Fraction] = mapped_column(Exact)
    passed: Mapped[bool | None]
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    deadline: Mapped[datetime | None] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    enrollment: Mapped[Enrollment] = relationship()

    @property
    def is_pre_test(self) -> bool:
        return self.number == PRE_TEST

    def is_over(self, now: datetime) -> bool:
        """Whether its time has run out; what was answered by then counts."""
        return self.deadline is not None and now >= self.deadline


class Evaluation(Base):
    """A learner's course evaluation, where none was promised to be anonymous: answers by the items' ids."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), unique=True)
    answers: Mapped[dict[str, int | str]] = mapped_column(JSON)
    submitted_at: Mapped[datetime] = mapped_column(UtcInstant)


class AnonymousEvaluation(Base):
    """An evaluation of a version by nobody: no person, no enrollment, no time, for a day on which one learner finished would
    name them. That somebody has sent theirs says their enrollment, which it completes.

    The key is random and, in SQLite, the rows lie in its order, so that neither tells who came first. ``is_told`` becomes true
    for FEWEST of a version at once: a report that grew by one evaluation would show whose it is.
    """

    __tablename__ = "anonymous_evaluation"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    answers: Mapped[dict[str, int | str]] = mapped_column(JSON)
    is_told: Mapped[bool] = mapped_column(default=False)
