"""What is said about a week between trainee and supervisor, and which reminders went out for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class WeekComment(Base):
    """One remark in the thread of a week; ``author_id`` is None for a supervisor without an account."""

    __tablename__ = "week_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcInstant)


class WeekReminder(Base):
    """A reminder about a version of a week that has waited so many days: each goes out once."""

    __tablename__ = "week_reminder"
    __table_args__ = (UniqueConstraint("sheet_id", "version", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"))
    version: Mapped[int]
    days: Mapped[int]
    sent_at: Mapped[datetime] = mapped_column(UtcInstant)
