"""Training programs: the cohorts of an organization, and the trainees who share their logs with one."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.accounts.models import Organization, Person
from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.programs.outlook import UNSEEN, Outlook
from ceu.rules.forecast import Range


class Cohort(Base):
    """People who train together in an organization's program, measured by the rules of one pack."""

    __tablename__ = "cohort"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(String(120))
    pack_id: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    organization: Mapped[Organization] = relationship()


class Seat(Base):
    """A place in a cohort: offered by a link, and taken by the person who chooses to share their log, until they stop.

    ``scope`` says what is shared (``Scope``); weeks only from ``weeks_from`` on. A seat that has ended stays as the record
    of a consent; a new one is offered anew. What was foreseen last is kept here, so that no page has to look ahead:
    ``foreseen_on`` is its day, ``log_changed_at`` the first change of log or goals since; ``severity``, then ``slack``,
    order a cohort by who needs help first.
    """

    __tablename__ = "cohort_seat"
    __table_args__ = (
        Index("ix_cohort_seat_cohort_id_severity_slack", "cohort_id", "severity", "slack", "id"),
        Index("ix_cohort_seat_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    email: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    offered_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    planned_on: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    scope: Mapped[str | None] = mapped_column(String(10))
    weeks_from: Mapped[date | None]
    shared_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    foreseen_on: Mapped[date | None]
    log_changed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    early_on: Mapped[date | None]
    likely_on: Mapped[date | None]
    late_on: Mapped[date | None]
    outlook: Mapped[str] = mapped_column(String(12), default=UNSEEN.state)
    reason: Mapped[str] = mapped_column(String(300), default=UNSEEN.reason)
    severity: Mapped[int] = mapped_column(default=UNSEEN.severity)
    slack: Mapped[int] = mapped_column(default=UNSEEN.slack)

    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def is_shared(self) -> bool:
        """Whether the program may look at the log now."""
        return self.shared_at is not None and self.ended_at is None

    @property
    def is_offered(self) -> bool:
        """Whether the offer has neither been taken nor withdrawn or declined."""
        return self.shared_at is None and self.ended_at is None

    @property
    def dates(self) -> Range:
        """By when everything is done in 10, 50 and 90 of 100 futures, as it was foreseen last."""
        return Range(self.early_on, self.likely_on, self.late_on)

    def put_outlook(self, found: Outlook) -> None:
        """Note how the person stands against the planned finish."""
        self.outlook, self.reason = found.state, found.reason
        self.severity, self.slack = found.severity, found.slack
