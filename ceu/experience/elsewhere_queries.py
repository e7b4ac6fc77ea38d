"""Whole logs, read once, to be held against any rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from ceu.experience.assessing import log_of
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger


@dataclass(frozen=True)
class WholeLog:
    """Everything a person has logged, signed or not, as columns, and the facts around it."""

    columns: Mapping[str, Sequence[Any]]
    facts: Facts

    @cached_property
    def ledger(self) -> Ledger:
        """The log as the engine reads it."""
        return Ledger.from_columns(self.columns)


def whole_log(session: Session, person_id: int) -> WholeLog:
    """The log of a person in four queries, whatever number of packs it is then held against."""
    log = log_of(session, person_id)
    return WholeLog(log.columns, log.facts)


def ledger_of(logs: Mapping[str, WholeLog]) -> Ledger:
    """Several people's logs as one ledger; the keys name the people."""
    names = next(iter(logs.values())).columns if logs else ("id", "day", "minutes")
    columns = {name: [cell for log in logs.values() for cell in log.columns[name]] for name in names}
    columns["person"] = [person for person, log in logs.items() for _ in log.columns["id"]]
    return Ledger.from_columns(columns)
