"""Whole logs, read once, to be held against any rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ceu.experience.assessing import log_of
from ceu.experience.backlog_rules import Total, Untold, beside_totals
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack


@dataclass(frozen=True)
class WholeLog:
    """Everything a person has logged, signed or not, as the engine reads it, and the facts around it.

    ``earlier`` are the totals of earlier logs, which are no entries: each pack measures those that suffice for it.
    """

    ledger: Ledger
    facts: Facts
    earlier: Sequence[Total] = ()

    def under(
        self, pack: Pack, as_of: date, policies: Mapping[str, str], facts: Facts | None = None
    ) -> tuple[Ledger, list[Untold]]:
        """The log as a pack can measure it, and the totals that it cannot tell; by other ``facts`` than those told, if given."""
        return beside_totals(pack, self.ledger, self.earlier, facts or self.facts, as_of, policies)


def whole_log(session: Session, person_id: int) -> WholeLog:
    """The log of a person in four queries, whatever number of packs it is then held against."""
    log = log_of(session, person_id)
    return WholeLog(log.logged, log.facts, log.earlier)


def ledger_of(logs: Mapping[str, WholeLog]) -> Ledger:
    """Several people's logs as one ledger; the keys name the people."""
    first, *others = [log.ledger.of_person(person) for person, log in logs.items()]
    return first.followed_by(*others)
