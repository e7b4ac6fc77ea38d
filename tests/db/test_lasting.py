"""Records of a refused attempt outlive the rollback, once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import PasswordFailure
from ceu.db.lasting import add_lasting, forget_lasting, restore_lasting
from tests.factories import FROZEN_NOW


def buckets(session: Session) -> list[str]:
    return sorted(session.scalars(select(PasswordFailure.bucket)))


def test_they_are_there_at_once_and_after_the_rollback(session: Session) -> None:
    for bucket in ("a", "b"):
        add_lasting(session, PasswordFailure(bucket=bucket, at=FROZEN_NOW))
    assert buckets(session) == ["a", "b"]
    session.rollback()
    assert buckets(session) == []
    restore_lasting(session)
    assert buckets(session) == ["a", "b"]
    restore_lasting(session)
    assert buckets(session) == ["a", "b"]


def test_after_a_commit_there_is_nothing_to_restore(session: Session) -> None:
    add_lasting(session, PasswordFailure(bucket="a", at=FROZEN_NOW))
    session.commit()
    forget_lasting(session)
    restore_lasting(session)
    assert buckets(session) == ["a"]
