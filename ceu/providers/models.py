"""CE providers and their dated, numbered approvals."""

from datetime import date

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base


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
    """An approval by an accrediting body, valid from and through the dates it names."""

    __tablename__ = "provider_approval"
    __table_args__ = (UniqueConstraint("provider_id", "body", "number", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    body: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    statement: Mapped[str] = mapped_column(Text)

    provider: Mapped[Provider] = relationship(back_populates="approvals")
