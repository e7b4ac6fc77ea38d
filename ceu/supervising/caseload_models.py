"""Supervisees whom a supervisor has elsewhere, as told on a day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class SuperviseesElsewhere(Base):
    """How many supervisees somebody has elsewhere from a day on, under one maximum; the latest day holds.

    ``maximum`` is its key: a jurisdiction, or a pack where the number holds for one license.
    """

    __tablename__ = "supervisees_elsewhere"
    __table_args__ = (Index("ix_supervisees_elsewhere_supervisor_id_since", "supervisor_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supervisor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    maximum: Mapped[str] = mapped_column(String(60))
    since: Mapped[date]
    people: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(UtcInstant)
