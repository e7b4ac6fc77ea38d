"""Receipts of submitted forms."""

from datetime import timedelta

from sqlalchemy.orm import Session

from ceu.db.once import RECEIPT_LIFE, claim, earlier_answer, forget_receipts
from tests.factories import FROZEN_NOW


def test_the_first_claim_wins(session: Session) -> None:
    receipt = claim(session, "abc", 1, FROZEN_NOW)
    assert receipt is not None
    receipt.location = "/organizations/1"
    session.commit()
    session.expunge_all()
    assert claim(session, "abc", 1, FROZEN_NOW) is None
    assert earlier_answer(session, "abc", 1) == "/organizations/1"


def test_the_answer_is_for_whoever_sent_the_form(session: Session) -> None:
    claim(session, "abc", 1, FROZEN_NOW)
    assert earlier_answer(session, "abc", 2) is None
    assert earlier_answer(session, "abc", None) is None


def test_an_unknown_token_has_no_answer(session: Session) -> None:
    assert earlier_answer(session, "never", 1) is None


def test_old_receipts_are_forgotten_and_others_are_kept(session: Session) -> None:
    claim(session, "old", 1, FROZEN_NOW - RECEIPT_LIFE - timedelta(seconds=1))
    claim(session, "young", 1, FROZEN_NOW - RECEIPT_LIFE)
    assert forget_receipts(session, FROZEN_NOW) == 1
    session.expire_all()
    assert earlier_answer(session, "old", 1) is None
    assert earlier_answer(session, "young", 1) == ""
    assert forget_receipts(session, FROZEN_NOW) == 0
