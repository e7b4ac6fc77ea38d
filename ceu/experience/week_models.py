"""On which weekday the weeks of a log begin."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base


class LogWeek(Base):
    """The weekday on which the weeks of a person's log begin, as ``date.weekday`` counts; without one, Monday.

    ``is_chosen`` once the person chose it; until then it follows the readings of their goals.
    """

    __tablename__ = "log_week"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    first_weekday: Mapped[int]
    is_chosen: Mapped[bool] = mapped_column(default=False)
