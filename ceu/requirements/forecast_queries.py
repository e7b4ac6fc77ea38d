"""A log as a forecast asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ceu.experience.assessing import log_of
from ceu.experience.backlog_rules import Total, beside_totals
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack


@dataclass(frozen=True)
class ReadLog:
    """The signed hours of a person, everything logged, and the facts around them; ``earlier`` are the totals of earlier logs."""

    signed: Ledger
    logged: Ledger
    facts: Facts
    earlier: Sequence[Total]

    def start(self, pack: Pack, as_of: date, policies: Mapping[str, str], *, signed: bool) -> Ledger:
        """Where a forecast starts: the entries, and the totals of earlier logs that can be measured under a pack.

        The pace of the recent weeks is that of the entries alone: totals do not say in which weeks they were worked.
        """
        totals = [total for total in self.earlier if total.is_signed or not signed]
        entries = self.signed if signed else self.logged
        return beside_totals(pack, entries, totals, self.facts, as_of, policies)[0]


def read_log(session: Session, person_id: int) -> ReadLog:
    """The whole log of a person, read once."""
    log = log_of(session, person_id)
    return ReadLog(log.signed, log.logged, log.facts, log.earlier)
