"""Live events: when and where a live course is held, who comes, and everything that tells who was present."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.learning.models import Enrollment


class Event(Base):
    """One holding of a live course version. ``begins_at`` and ``ends_at`` are those of its sessions, None before the first.

    ``deliveries`` are the ways in which one may take part, ``in_person`` and ``live_online`` at once where it is held in both;
    ``online_seats`` are then those online beside the ``seats`` in the room. No limit is None. ``sessions`` are those that are held,
    ``every_session`` the canceled ones too. The presence policy stands in ``percent`` to ``checks_per_hour`` (see
    ``ceu.live.presence.Policy``), ``credit`` says what of an event may be credited, ``policy_reason`` on what it rests.
    ``key`` makes the rotating codes; ``uid`` and ``sequence`` name the event in calendars and say nothing of anybody.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    time_zone: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(500), default="")
    deliveries: Mapped[list[str]] = mapped_column(JSON)
    seats: Mapped[int | None]
    online_seats: Mapped[int | None]
    registration_opens_at: Mapped[datetime] = mapped_column(UtcInstant)
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    begins_at: Mapped[datetime | None] = mapped_column(UtcInstant, index=True)
    ends_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    percent: Mapped[int | None]
    longest_gap: Mapped[int | None]
    hour_gap: Mapped[int | None]
    checks_percent: Mapped[int | None]
    checks_per_hour: Mapped[int | None]
    credit: Mapped[str] = mapped_column(String(20))
    policy_reason: Mapped[str] = mapped_column(String(500))
    key: Mapped[str] = mapped_column(String(64), deferred=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    canceled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")

    version: Mapped[CourseVersion] = relationship()
    sessions: Mapped[list["EventSession"]] = relationship(
        primaryjoin="and_(Event.id == EventSession.event_id, EventSession.canceled_at.is_(None))",
        order_by="(EventSession.begins_at, EventSession.id)",
        viewonly=True,
    )
    every_session: Mapped[list["EventSession"]] = relationship(
        back_populates="event", order_by="EventSession.id"
    )

    def seats_of(self, delivery: str) -> int | None:
        """How many may take part in this way, None without a limit."""
        return self.online_seats if self.is_hybrid and delivery == "live_online" else self.seats

    @property
    def is_hybrid(self) -> bool:
        """Whether it is held in a room and online at once."""
        return len(self.deliveries) > 1


class EventSession(Base):
    """A stretch of an event that is taught as one piece; ``breaks`` are pairs of instants (ISO text, UTC) without credit."""

    __tablename__ = "event_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    presenter: Mapped[str] = mapped_column(String(200), default="")
    room: Mapped[str] = mapped_column(String(200), default="")
    begins_at: Mapped[datetime] = mapped_column(UtcInstant)
    ends_at: Mapped[datetime] = mapped_column(UtcInstant)
    breaks: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    canceled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")

    event: Mapped[Event] = relationship(back_populates="every_session")


class Registration(Base):
    """A person who wants to come: registered with a seat, waiting for one (the earliest ``queued_at`` first), or canceled.

    ``delivery`` is how they take part. Who came without having registered is added by staff under the ``walk_in_name`` and
    ``walk_in_email`` they gave at the door; person and enrollment are None until the owner of that address says that it
    was them, so that staff learn nothing of an account by typing an address.

    ``last_step`` is the latest step of a rotating code they used, so that none is used twice. ``confirmed_minutes`` is what
    was last confirmed to them, None before.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("event_id", "walk_in_email"),
        Index("ix_registration_event_id_state", "event_id", "state", "queued_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"), index=True)
    delivery: Mapped[str] = mapped_column(String(20))
    walk_in_name: Mapped[str] = mapped_column(String(120), default="")
    walk_in_email: Mapped[str | None] = mapped_column(String(254), index=True)
    state: Mapped[str] = mapped_column(String(12))
    queued_at: Mapped[datetime] = mapped_column(UtcInstant)
    registered_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    canceled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    last_step: Mapped[int] = mapped_column(default=0)
    confirmed_minutes: Mapped[int | None]

    event: Mapped[Event] = relationship()
    person: Mapped[Person | None] = relationship()
    enrollment: Mapped[Enrollment | None] = relationship()

    @property
    def name(self) -> str:
        """The name of their account, or the one they gave at the door."""
        return self.person.name if self.person else self.walk_in_name

    @property
    def email(self) -> str:
        """The address of their account, or the one they gave at the door."""
        return self.person.email if self.person else self.walk_in_email or ""


class SignIn(Base):
    """A stay of a person at a session: signed in and out with a code, or entered by staff with a reason.

    It counts when it has an end and is not struck.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_session_id_registration_id", "session_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    begins_at: Mapped[datetime] = mapped_column(UtcInstant)
    ends_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    struck_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class RefusedCode(Base):
    """A code that was refused, so that nobody can try them all."""

    __tablename__ = "refused_code"
    __table_args__ = (Index("ix_refused_code_registration_id_at", "registration_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant)


class AttendanceReport(Base):
    """A report of meeting software as it was uploaded, kept as evidence; it counts once accepted and until undone."""

    __tablename__ = "attendance_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcInstant)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    undone_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    session: Mapped[EventSession] = relationship()


class ReportRow(Base):
    """A line of a report: whom it names, when they came and went, and whom staff or the matching say it is.

    ``problem`` says why a line could not be read. ``matched_by`` is email, registrant, name, staff, or nobody when staff
    decided that it is none of the registered; empty while it waits for a person.
    """

    __tablename__ = "report_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("attendance_report.id"), index=True)
    line: Mapped[int]
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    begins_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ends_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    minutes: Mapped[int | None]
    problem: Mapped[str] = mapped_column(String(300), default="")
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    matched_by: Mapped[str] = mapped_column(String(12), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    report: Mapped[AttendanceReport] = relationship()


class PresenceCheck(Base):
    """A moment in a session at which people say that they are there, maybe by answering a question with these options."""

    __tablename__ = "presence_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id"), index=True)
    question: Mapped[str] = mapped_column(String(300), default="")
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    closes_at: Mapped[datetime] = mapped_column(UtcInstant)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class CheckAnswer(Base):
    """That a person answered a presence check, and which option they chose (from 0; None without a question)."""

    __tablename__ = "check_answer"
    __table_args__ = (UniqueConstraint("check_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("presence_check.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    option: Mapped[int | None]
    answered_at: Mapped[datetime] = mapped_column(UtcInstant)


class PresenceOverride(Base):
    """Staff decide what a person is credited for a session, whatever was measured, and say why. The latest one counts."""

    __tablename__ = "presence_override"
    __table_args__ = (
        Index("ix_presence_override_session_id_registration_id", "session_id", "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcInstant)
