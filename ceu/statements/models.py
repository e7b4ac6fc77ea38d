"""The site's own store of xAPI statements, and which of them another store has."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class Statement(Base):
    """One statement, never changed; ``statement_id`` is the UUID it carries, ``registration`` the one it was made in."""

    __tablename__ = "statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    registration: Mapped[str | None] = mapped_column(String(36), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    stored_at: Mapped[datetime] = mapped_column(UtcInstant)


class StatementDelivery(Base):
    """That another store has a statement, or in its own words why it does not take it."""

    __tablename__ = "statement_delivery"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    refused: Mapped[str | None] = mapped_column(Text)
