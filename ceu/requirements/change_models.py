"""What people are told when the rules of their goal change."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class RuleNotice(Base):
    """The person of a goal is told once that one text of its rules has taken the place of another.

    ``sentences`` say what changes for them, in the numbers of the day it was written, with the law.
    """

    __tablename__ = "rule_notice"
    __table_args__ = (UniqueConstraint("goal_id", "from_version", "to_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"))
    from_version: Mapped[str] = mapped_column(String(40))
    to_version: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    sentences: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    read_at: Mapped[datetime | None] = mapped_column(UtcInstant)
