"""A log as a forecast asks for it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ceu.experience.assessing import log_of
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger


@dataclass(frozen=True)
class ReadLog:
    """The signed hours of a person, everything logged, and the facts around them."""

    signed: Ledger
    logged: Ledger
    facts: Facts


def read_log(session: Session, person_id: int) -> ReadLog:
    """The whole log of a person, read once."""
    log = log_of(session, person_id)
    return ReadLog(log.signed, log.logged, log.facts)
