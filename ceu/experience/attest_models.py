"""Hours of a span that somebody else than their supervisor vouches for, totals of earlier logs, and the evidence for both."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.domain.dates import day_text
from ceu.experience.models import SignOff, WeekSheet, WorkSetting


class Backlog(Base):
    """The totals of an earlier log in one setting, from a day through another; never entries of this log.

    ``totals`` are ``{"activity", "client_unit", "minutes"}``, each pair once. ``paper_signed_by`` and ``_on`` say whose
    signature the paper bears, if any: a paper's signature is not one of this site.
    """

    __tablename__ = "backlog"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    setting_id: Mapped[int] = mapped_column(ForeignKey("work_setting.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    supervisor_name: Mapped[str] = mapped_column(String(120))
    license_type: Mapped[str | None] = mapped_column(String(20))
    license_number: Mapped[str] = mapped_column(String(40), default="")
    totals: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    minutes: Mapped[int]
    paper_signed_by: Mapped[str] = mapped_column(String(120), default="")
    paper_signed_on: Mapped[date | None]
    noted_at: Mapped[datetime] = mapped_column(UtcInstant)
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)

    setting: Mapped[WorkSetting] = relationship()
    evidence: Mapped[list["Evidence"]] = relationship(order_by="Evidence.id", viewonly=True)
    attestations: Mapped[list["Attestation"]] = relationship(viewonly=True)

    @property
    def sentence(self) -> str:
        """Why nothing is logged on a day inside it."""
        return (
            f"From {day_text(self.first_day)} through {day_text(self.last_day)} you took over the totals of an earlier log for "
            f"{self.setting.name}: an entry inside it would count twice. Correct the span of the earlier log first."
        )


class Attestation(Base):
    """What somebody is asked to vouch for: weeks, or an earlier log; and the sealed record, once they have.

    ``relation`` is a key of ``attest_records.RELATIONS``. Who supervised an earlier log signs it; everybody else attests.
    """

    __tablename__ = "attestation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    setting_id: Mapped[int] = mapped_column(ForeignKey("work_setting.id"))
    backlog_id: Mapped[int | None] = mapped_column(ForeignKey("backlog.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    why: Mapped[str] = mapped_column(String(20))
    why_text: Mapped[str] = mapped_column(Text)
    relation: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    license_type: Mapped[str | None] = mapped_column(String(20))
    license_number: Mapped[str] = mapped_column(String(40), default="")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    begun_at: Mapped[datetime] = mapped_column(UtcInstant)
    asked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    declined_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    answer: Mapped[str] = mapped_column(Text, default="")
    attester_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    attested_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    sign_off_id: Mapped[int | None] = mapped_column(ForeignKey("sign_off.id"))

    setting: Mapped[WorkSetting] = relationship()
    backlog: Mapped[Backlog | None] = relationship()
    sign_off: Mapped[SignOff | None] = relationship()
    evidence: Mapped[list["Evidence"]] = relationship(order_by="Evidence.id", viewonly=True)

    @property
    def stands(self) -> str:
        """Where it stands, in a word."""
        if self.ended_at is not None:
            return "ended"
        if self.attested_at is not None:
            return "attested"
        if self.declined_at is not None:
            return "declined"
        return "draft" if self.asked_at is None else "waiting"

    @property
    def is_open(self) -> bool:
        """It is not sealed yet, and may be."""
        return self.stands in {"draft", "waiting"}


class AttestedWeek(Base):
    """A week that an attestation in force vouches for."""

    __tablename__ = "attested_week"

    sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"), primary_key=True)
    attestation_id: Mapped[int] = mapped_column(ForeignKey("attestation.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    sheet: Mapped[WeekSheet] = relationship()


class Evidence(Base):
    """A file beside an attestation or an earlier log; its bytes are with the site's files under their hash."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    attestation_id: Mapped[int | None] = mapped_column(ForeignKey("attestation.id"), index=True)
    backlog_id: Mapped[int | None] = mapped_column(ForeignKey("backlog.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcInstant)
