"""Whole logs, read once, to be held against any rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ceu.experience.assessing import log_of
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger


@dataclass(frozen=True)
class WholeLog:
    """Everything a person has logged, signed or not, as the engine reads it, and the facts around it."""

    ledger: Ledger
    facts: Facts


def whole_log(session: Session, person_id: int) -> WholeLog:
    """The log of a person in four queries, whatever number of packs it is then held against."""
    log = log_of(session, person_id)
    return WholeLog(log.logged, log.facts)


def ledger_of(logs: Mapping[str, WholeLog]) -> Ledger:
    """Several people's logs as one ledger; the keys name the people."""
    first, *others = [log.ledger.of_person(person) for person, log in logs.items()]
    return first.followed_by(*others)
