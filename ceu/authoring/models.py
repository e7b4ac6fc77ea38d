"""Drafts of courses, and the reviews they went through."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.accounts.models import Person
from ceu.adapters.courses import CourseContent
from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.providers.models import Provider


class DraftState(StrEnum):
    """Where a draft stands; ``published`` until somebody changes it again."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


class CourseDraft(Base):
    """A course that is being written: exactly what its folder would hold, which may be incomplete.

    ``author_ids`` are all who ever changed it; none of them may review it. ``revision`` counts the saves.
    """

    __tablename__ = "course_draft"
    __table_args__ = (UniqueConstraint("provider_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200), default="")
    course: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    lessons: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    assessment: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    assets: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    state: Mapped[str] = mapped_column(String(20), default=DraftState.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    author_ids: Mapped[list[int]] = mapped_column(JSON)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcInstant)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    provider: Mapped[Provider] = relationship()
    saved_by: Mapped[Person] = relationship()

    @property
    def content(self) -> CourseContent:
        """The draft as a folder of files would hold it."""
        return CourseContent(self.course, self.lessons, self.assessment, self.assets)


class CourseReview(Base):
    """What a second person said of one state of a draft, which ``revision`` and ``digest`` name; never changed.

    ``answers`` are a yes or no and a remark for each item of the checklist; ``difficulty`` is Mergener's, as exact text.
    """

    __tablename__ = "course_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    qualification: Mapped[str] = mapped_column(Text)
    disclosure: Mapped[str] = mapped_column(Text)
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    difficulty: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(Text, default="")
    approved: Mapped[bool]
    reviewed_at: Mapped[datetime] = mapped_column(UtcInstant)

    draft: Mapped[CourseDraft] = relationship()
    reviewer: Mapped[Person] = relationship()
