"""Certificates of completion: immutable snapshots, their files, and revocations as rows of their own."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base
from ceu.db.types import UtcInstant


class Certificate(Base):
    """A signed record of what was true at completion; one per enrollment and edition, so issuing twice is one.

    ``record`` is the truth; the columns beside it repeat what lists show. ``previous_sha256`` is unique and "" only
    once, so that all certificates of a site are one chain.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "edition"),
        Index("ix_certificate_person_id_id", "person_id", "id"),
        Index("ix_certificate_provider_id_id", "provider_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    edition: Mapped[int] = mapped_column(default=1)
    participant_name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    completed_on: Mapped[date]
    minutes: Mapped[int]
    record: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    previous_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcInstant)

    revocation: Mapped["Revocation | None"] = relationship(back_populates="certificate")


class Revocation(Base):
    """A certificate was withdrawn: by whom, when and why. The certificate itself stays."""

    __tablename__ = "revocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), unique=True)
    revoked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500))
    revoked_at: Mapped[datetime] = mapped_column(UtcInstant)

    certificate: Mapped[Certificate] = relationship(back_populates="revocation")
