"""Supervision as its supervisor entered it: one session, and for each who was there what became of it in their log."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.domain.experience import ACTIVITY_LABELS, DELIVERY_LABELS
from ceu.experience.checks import span_text
from ceu.experience.given_meetings import Standing
from ceu.experience.models import Entry, Supervision


class GivenSession(Base):
    """A session of supervision, entered once for everybody; ``others`` were there too and have no place on this site.

    ``supervisor_id`` is None where the session came back with a restored log, whose supervisors have no account yet.
    ``activity`` follows from how many were there: one individual, two triadic, more a group.
    """

    __tablename__ = "given_session"
    __table_args__ = (Index("ix_given_session_supervisor_id_day", "supervisor_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    start_minute: Mapped[int | None]
    minutes: Mapped[int]
    activity: Mapped[str] = mapped_column(String(30))
    delivery: Mapped[str] = mapped_column(String(20))
    others: Mapped[int] = mapped_column(default=0)
    head_count: Mapped[int]
    entered_at: Mapped[datetime] = mapped_column(UtcInstant)

    attendances: Mapped[list["GivenAttendance"]] = relationship(
        back_populates="session", order_by="GivenAttendance.id", cascade="all, delete-orphan"
    )

    @property
    def label(self) -> str:
        """The kind of supervision, in words."""
        return ACTIVITY_LABELS[self.activity]

    @property
    def times(self) -> str:
        """From when to when, or nothing when no start was given."""
        return span_text(self.start_minute, self.minutes)

    @property
    def delivery_label(self) -> str:
        """How people met."""
        return DELIVERY_LABELS[self.delivery]


class GivenAttendance(Base):
    """One supervisee in a session: how long, and the entry of their log that it is, if there is one.

    ``reason`` says why it waits for the trainee, or why the trainee declined it.
    """

    __tablename__ = "given_attendance"
    __table_args__ = (UniqueConstraint("session_id", "supervision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("given_session.id", ondelete="CASCADE"))
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"), index=True)
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    session: Mapped[GivenSession] = relationship(back_populates="attendances")
    supervision: Mapped[Supervision] = relationship()
    entry: Mapped[Entry | None] = relationship()

    @property
    def stands(self) -> Standing:
        """Where it stands now: an entry that the trainee took out by hand leaves it removed."""
        state = Standing(self.state)
        return Standing.REMOVED if state.has_entry and self.entry_id is None else state
