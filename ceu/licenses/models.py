"""What a person works towards and holds: goals, facts the rules ask for, licenses, and CE credit."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class Goal(Base):
    """A license a person works towards, by the rules of one pack.

    ``policies`` holds the person's choices where the law is silent, ``organization_policies`` those of the organizations
    the person belongs to.
    """

    __tablename__ = "goal"
    __table_args__ = (UniqueConstraint("person_id", "pack_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pack_id: Mapped[str] = mapped_column(String(60))
    policies: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    organization_policies: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    @property
    def readings(self) -> dict[str, str]:
        """The choices in force: the person's own before the organization's."""
        return {**self.organization_policies, **self.policies}


class OrganizationReadings(Base):
    """How an organization reads the rules of one pack where the law is silent, for everyone who belongs to it."""

    __tablename__ = "organization_readings"
    __table_args__ = (UniqueConstraint("organization_id", "pack_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    pack_id: Mapped[str] = mapped_column(String(60))
    policies: Mapped[dict[str, str]] = mapped_column(JSON)


class Fact(Base):
    """One fact about a person that rules ask for, such as the degree date; ``value`` is JSON, dates as ISO text."""

    __tablename__ = "fact"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)


class License(Base):
    """A license a person holds; ``ce_pack_id`` names the continuing-education rules of its renewal.

    ``status`` is one of the words of those rules, and ``facts`` holds what else they ask, as ``Fact.value`` does;
    ``birth_month`` (1 to 12) is kept where renewal cycles end with it. ``policies`` holds choices where the law is silent.
    """

    __tablename__ = "license"
    __table_args__ = (UniqueConstraint("person_id", "ce_pack_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ce_pack_id: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(40))
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    birth_month: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(40), default="active")
    supervises: Mapped[bool] = mapped_column(default=False)
    completed_topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    policies: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    organization_policies: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    @property
    def readings(self) -> dict[str, str]:
        """The choices in force: the person's own before the organization's."""
        return {**self.organization_policies, **self.policies}


class Credit(Base):
    """Continuing education a person has earned, exact in minutes, with what a board may ask about it.

    ``certificate_number`` is set for certificates issued here, and makes recording idempotent.
    """

    __tablename__ = "credit"
    __table_args__ = (
        UniqueConstraint("person_id", "certificate_number"),
        Index("ix_credit_person_id_completed_on", "person_id", "completed_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    course_key: Mapped[str] = mapped_column(String(160))
    title: Mapped[str] = mapped_column(String(200))
    provider_name: Mapped[str] = mapped_column(String(160))
    completed_on: Mapped[date]
    minutes: Mapped[int]
    topics: Mapped[list[str]] = mapped_column(JSON)
    delivery: Mapped[str] = mapped_column(String(20))
    approval_body: Mapped[str | None] = mapped_column(String(20))
    certificate_number: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
