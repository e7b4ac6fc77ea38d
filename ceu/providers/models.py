"""CE providers and their dated, numbered approvals."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class Provider(Base):
    """The part of an organization that publishes courses, as certificates print it."""

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    legal_name: Mapped[str] = mapped_column(String(160))
    address: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    designee_name: Mapped[str] = mapped_column(String(120))
    designee_title: Mapped[str] = mapped_column(String(120))

    approvals: Mapped[list["ProviderApproval"]] = relationship(
        back_populates="provider", order_by="ProviderApproval.valid_from"
    )


class ProviderApproval(Base):
    """An approval by an accrediting body, valid from and through the dates it names.

    A row is never deleted, because certificates were printed from it; one that was entered wrongly is struck out.
    """

    __tablename__ = "provider_approval"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates"),
        Index(
            "uq_provider_approval_standing",
            "provider_id",
            "body",
            "number",
            "valid_from",
            unique=True,
            sqlite_where=text("struck_at IS NULL"),
            postgresql_where=text("struck_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    body: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    statement: Mapped[str] = mapped_column(Text)
    struck_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    provider: Mapped[Provider] = relationship(back_populates="approvals")
