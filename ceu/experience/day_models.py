"""What makes a day's log a matter of taps: favorites, planned days, and the last change."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.domain.experience import DELIVERY_LABELS
from ceu.experience.checks import activity_text, span_text
from ceu.experience.models import WorkSetting

UNDO_LIFE = timedelta(minutes=10)
"""How long the last change can be taken back."""


class Favorite(Base):
    """A stretch of work that a person logs again and again.

    ``weekdays`` holds the digits of those on which it recurs, Monday 0, from ``first_day`` through ``last_day`` (open where
    None); without any it is only a favorite. What recurs is planned: it counts nowhere until it is confirmed.
    """

    __tablename__ = "favorite"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    setting_id: Mapped[int] = mapped_column(ForeignKey("work_setting.id"))
    minutes: Mapped[int]
    activity: Mapped[str] = mapped_column(String(30))
    client_unit: Mapped[str | None] = mapped_column(String(20))
    delivery: Mapped[str] = mapped_column(String(20))
    start_minute: Mapped[int | None]
    head_count: Mapped[int | None]
    under_id: Mapped[int | None] = mapped_column(ForeignKey("supervision.id"))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    weekdays: Mapped[str] = mapped_column(String(7), default="")
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]

    setting: Mapped[WorkSetting] = relationship()

    @property
    def label(self) -> str:
        """What is done, in the field's words."""
        return activity_text(self.activity, self.client_unit)

    @property
    def times(self) -> str:
        """From when to when, or nothing when no start was given."""
        return span_text(self.start_minute, self.minutes)

    @property
    def delivery_label(self) -> str:
        """How people meet."""
        return DELIVERY_LABELS[self.delivery]

    def falls_on(self, day: date) -> bool:
        """Whether it is planned for this day."""
        return (
            str(day.weekday()) in self.weekdays
            and (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
        )


class FavoriteDay(Base):
    """A planned day that was answered: confirmed by the entry, or without one, did not take place.

    Removing the entry takes the answer back.
    """

    __tablename__ = "favorite_day"

    favorite_id: Mapped[int] = mapped_column(ForeignKey("favorite.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)


class LastChange(Base):
    """The last change of a person's entries, and how to take it back: see ``undo_services``."""

    __tablename__ = "last_change"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    said: Mapped[str] = mapped_column(String(200))
    added: Mapped[list[list[Any]]] = mapped_column(JSON)
    removed: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
