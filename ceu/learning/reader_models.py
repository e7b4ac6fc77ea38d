"""What the reader remembers: where a learner stopped, how long they read, and what they noted for themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.catalog.models import Lesson
from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.learning.models import Enrollment


class LessonStay(Base):
    """A learner in a lesson: ``seconds`` in which its page was seen and used, and where they stopped.

    ``heading`` is the id of the heading above that place, empty at the beginning. It is written by a script's reports only:
    without one nothing is claimed.
    """

    __tablename__ = "lesson_stay"
    __table_args__ = (UniqueConstraint("enrollment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    seconds: Mapped[int] = mapped_column(default=0)
    heading: Mapped[str] = mapped_column(String(120), default="")
    reported_at: Mapped[datetime] = mapped_column(UtcInstant)

    lesson: Mapped[Lesson] = relationship()


class LessonNote(Base):
    """A learner's private note on a lesson; nobody else's page shows it."""

    __tablename__ = "lesson_note"
    __table_args__ = (UniqueConstraint("enrollment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)

    enrollment: Mapped[Enrollment] = relationship()
    lesson: Mapped[Lesson] = relationship()
