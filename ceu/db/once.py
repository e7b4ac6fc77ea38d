"""Receipts of submitted forms, so that a form sent twice acts once."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from ceu.db.base import Base
from ceu.db.types import UtcInstant

RECEIPT_LIFE = timedelta(days=90)
"""How long a form is known to have been sent; far longer than anybody stays signed in on the page that holds it."""


class FormReceipt(Base):
    """One form that was acted on: its token, who sent it, and where the answer sent them."""

    __tablename__ = "form_receipt"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int | None]
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)


def claim(session: Session, token: str, person_id: int | None, now: datetime) -> FormReceipt | None:
    """Claim the token for this submission, or return None when an earlier submission has it.

    A second submission that arrives while the first is at work waits here for the first one's commit.
    """
    receipt = FormReceipt(token=token, person_id=person_id, created_at=now)
    session.add(receipt)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return None
    return receipt


def earlier_answer(session: Session, token: str, person_id: int | None) -> str | None:
    """Where the first submission of this form sent this person, or None if the form was another person's."""
    receipt = session.get(FormReceipt, token)
    return receipt.location if receipt is not None and receipt.person_id == person_id else None


def forget_receipts(session: Session, now: datetime) -> int:
    """Forget forms that were sent so long ago that nobody sends them again; returns how many."""
    old = delete(FormReceipt).where(FormReceipt.created_at < now - RECEIPT_LIFE)
    return cast("CursorResult[Any]", session.execute(old)).rowcount
