"""Learning platforms, their users and links, and what is owed to their grade books."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.accounts.models import Organization, Person
from ceu.catalog.models import Course
from ceu.db.base import Base
from ceu.db.types import Exact, UtcInstant
from ceu.learning.models import Enrollment


class Platform(Base):
    """A learning platform (LMS) that an organization has registered; complete once it has a client id and a deployment.

    A registration that the platform has made by itself ``awaits_confirmation`` by the organization before anything is opened.
    ``public_id`` stands in the address where its launches begin, so that nobody can claim another's issuer and stand in its way.
    """

    __tablename__ = "lti_platform"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    issuer: Mapped[str] = mapped_column(String(500), default="")
    client_id: Mapped[str] = mapped_column(String(255), default="")
    deployment_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    login_url: Mapped[str] = mapped_column(String(500), default="")
    token_url: Mapped[str] = mapped_column(String(500), default="")
    token_audience: Mapped[str] = mapped_column(String(500), default="")
    jwks_url: Mapped[str] = mapped_column(String(500), default="")
    awaits_confirmation: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    organization: Mapped[Organization] = relationship()

    @property
    def is_complete(self) -> bool:
        return bool(self.client_id and self.deployment_ids) and not self.awaits_confirmation


class PlatformUser(Base):
    """A user of a platform (its ``sub``), known by the registration and not by its issuer, which another organization may claim
    too; and the account here that is theirs, once they have said so.
    """

    __tablename__ = "lti_user"
    __table_args__ = (UniqueConstraint("platform_id", "sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"))
    sub: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(120), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    platform: Mapped[Platform] = relationship()
    person: Mapped[Person | None] = relationship()


class ResourceLink(Base):
    """A link in a course of the platform, the course of ours that it opens, and the services that belong to it.

    ``line_item`` is its column in the grade book; where it has none, one may be made at ``line_items_url``.
    """

    __tablename__ = "lti_link"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id", "resource_link_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platform.id"))
    deployment_id: Mapped[str] = mapped_column(String(255))
    resource_link_id: Mapped[str] = mapped_column(String(255))
    context_title: Mapped[str] = mapped_column(String(255), default="")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    line_item: Mapped[str] = mapped_column(Text, default="")
    line_items_url: Mapped[str] = mapped_column(Text, default="")
    memberships_url: Mapped[str] = mapped_column(Text, default="")

    platform: Mapped[Platform] = relationship()
    course: Mapped[Course | None] = relationship()


class Seat(Base):
    """A platform user at a link: what they take there, and the grade that is owed or was sent.

    Only the latest grade matters, so one row is the whole outbox: ``graded_at`` is when the grade last changed and goes with it
    as its timestamp; it is owed while ``sent_at`` is another. ``score`` is the part of the points earned, from 0 to 1.
    ``instructor_until`` is how long a launch as an instructor lets them see the roster.
    """

    __tablename__ = "lti_seat"
    __table_args__ = (UniqueConstraint("link_id", "user_id"), Index("ix_lti_seat_next_try_at", "next_try_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("lti_link.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("lti_user.id"), index=True)
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"), index=True)
    instructor_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    score: Mapped[Fraction | None] = mapped_column(Exact)
    is_completed: Mapped[bool] = mapped_column(default=False)
    graded_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    problem: Mapped[str] = mapped_column(String(500), default="")

    link: Mapped[ResourceLink] = relationship()
    user: Mapped[PlatformUser] = relationship()
    enrollment: Mapped[Enrollment | None] = relationship()


class UsedState(Base):
    """A state, with its nonce, that has brought a launch here and brings no second one; kept until it would have expired."""

    __tablename__ = "lti_used_state"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
