"""What learners do in content packages, as the packages tell it."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID, uuid5

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.catalog.models import ContentPackage, Lesson
from ceu.db.base import Base
from ceu.db.types import Exact, UtcInstant
from ceu.learning.models import Enrollment
from ceu.packages.told import Told


class PackageAttempt(Base):
    """A learner in the package of a lesson. ``registration`` (a UUID) names it to the package; ``done_at`` is when it was done."""

    __tablename__ = "package_attempt"
    __table_args__ = (UniqueConstraint("enrollment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    package_id: Mapped[int] = mapped_column(ForeignKey("content_package.id"))
    registration: Mapped[str] = mapped_column(String(36), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    enrollment: Mapped[Enrollment] = relationship()
    lesson: Mapped[Lesson] = relationship()
    package: Mapped[ContentPackage] = relationship()


class PackagePart(Base):
    """The last state of one part of an attempt: ``cmi`` is what the package keeps, the rest what was read from it."""

    __tablename__ = "package_part"
    __table_args__ = (UniqueConstraint("attempt_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("package_attempt.id"))
    item: Mapped[str] = mapped_column(String(400))
    cmi: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    completion: Mapped[str] = mapped_column(String(20))
    success: Mapped[str] = mapped_column(String(20))
    score: Mapped[Fraction | None] = mapped_column(Exact)
    progress: Mapped[Fraction | None] = mapped_column(Exact)
    location: Mapped[str] = mapped_column(Text)
    suspended: Mapped[bool]
    saved_at: Mapped[datetime] = mapped_column(UtcInstant)

    @property
    def told(self) -> Told:
        """What the package says of this part."""
        return Told(
            self.completion,
            self.success,
            self.score,
            self.progress,
            self.location,
            suspended=self.suspended,
        )


class PackageLaunch(Base):
    """One opening of a part: its secret ``key`` is in the addresses of the package's files until ``ended_at``.

    ``seconds`` are those the package reports of this sitting. Opening the package again ends it, so that one window saves at a time.

    A part of a cmi5 package is opened in a ``mode`` and gets a token once, kept as its digest; ``said`` are the verbs of this
    session. ``heard_at`` is when the package last said something, before its end if it said that too.
    """

    __tablename__ = "package_launch"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("package_attempt.id"), index=True)
    item: Mapped[str] = mapped_column(String(400))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    seconds: Mapped[int] = mapped_column(default=0)
    mode: Mapped[str | None] = mapped_column(String(10))
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    said: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    heard_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    attempt: Mapped[PackageAttempt] = relationship()

    @property
    def session_id(self) -> str:
        """What cmi5 calls this opening, without giving its key away."""
        return str(uuid5(UUID(self.attempt.registration), str(self.id)))

    @property
    def verbs(self) -> dict[str, datetime]:
        """The cmi5 verbs that the part has said in this session, each with the time it gave."""
        return {verb: datetime.fromisoformat(at) for verb, at in self.said.items()}


class PackageDocument(Base):
    """A document that a cmi5 package keeps by xAPI: ``resource`` is ``state``, ``activity`` or ``agent`` (profile).

    ``activity`` is what it is about, empty for an agent's; ``name`` its stateId or profileId. Every document belongs to one
    learner's attempt: no package can leave one learner's data where another learner's browser, or another package, reads it.
    """

    __tablename__ = "package_document"
    __table_args__ = (UniqueConstraint("attempt_id", "resource", "activity", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("package_attempt.id"))
    resource: Mapped[str] = mapped_column(String(10))
    activity: Mapped[str] = mapped_column(String(600))
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)
