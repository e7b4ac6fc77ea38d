"""Agreements, evaluations and reports about a supervision: that they were made, by whom, and what was reminded of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class DocumentRecord(Base):
    """A document that was made: ``form`` names it and ``period`` the first day it is about.

    What covers the whole supervision has the period "whole". ``noted_by_id`` is the one of the two who wrote it down;
    None where it came back with a restored log, which does not say.
    """

    __tablename__ = "document_record"
    __table_args__ = (UniqueConstraint("supervision_id", "form", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"))
    form: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(10))
    done_on: Mapped[date]
    signed_by: Mapped[str] = mapped_column(String(200))
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcInstant)


class DocumentReminder(Base):
    """A reminder of a document so many days before it is due (0: it is overdue); each goes out once."""

    __tablename__ = "document_reminder"
    __table_args__ = (UniqueConstraint("supervision_id", "form", "period", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"))
    form: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(10))
    days: Mapped[int]
    sent_at: Mapped[datetime] = mapped_column(UtcInstant)
