"""Admit: who may gain hours, where and under whom. An entry passes every gate, fails one, or cannot be told."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Gate
from ceu.rules.situation import CANNOT_TELL, NO, YES, Answers, Situation, Told, least, spread

FUTURE = "future"
COVERAGE = "coverage"


@dataclass(frozen=True)
class Verdict:
    """What was answered of the entries, and what each rule told of them."""

    ledger: Ledger
    told: Told
    rules: tuple[str, ...]
    told_by: tuple[Told, ...]

    @cached_property
    def answers(self) -> Answers:
        """The answer per entry."""
        return spread(self.told, self.ledger)

    @cached_property
    def by_rule(self) -> tuple[Answers, ...]:
        """Each rule's answers per entry."""
        return tuple(spread(each, self.ledger) for each in self.told_by)

    def refused_by(self, places: Ints) -> Ints:
        """The first rule that refused each of these entries: an index into ``rules``, -1 for none."""
        first = np.full(len(places), -1)
        for index in reversed(range(len(self.rules))):
            told = self.told_by[index]
            first = np.where(self.ledger.at(np.equal(told, NO), places), index, first)
        return first


def admit(situation: Situation) -> Verdict:
    """Pass every entry through the gates of the version and through what makes a session valid."""
    version = situation.version
    judged = {
        FUTURE: situation.on("until", situation.as_of),
        COVERAGE: _read(situation.on("from", version.covers_from.day), no=CANNOT_TELL),
        **{gate.id: _passes(situation, gate) for gate in (*version.gates, *version.sessions)},
    }
    told = least(judged.values())
    for doubt in version.doubts:
        # What rests on contradictory facts may not be refused on them either.
        contradictory = judged[doubt.id] = _read(
            situation.brief(doubt.when), no=YES, cannot_tell=YES, yes=CANNOT_TELL
        )
        if isinstance(contradictory, int):
            told = CANNOT_TELL if contradictory == CANNOT_TELL else told
        else:
            told = np.where(contradictory == CANNOT_TELL, contradictory, told)
    return Verdict(situation.ledger, told, tuple(judged), tuple(judged.values()))


def _passes(situation: Situation, gate: Gate) -> Told:
    applies = situation.brief(gate.applies)
    if gate.status == "unknown":
        return _read(applies, no=YES, yes=CANNOT_TELL)
    return YES - least((applies, YES - situation.brief(gate.only_if)))


def _read(told: Told, *, no: int = NO, cannot_tell: int = CANNOT_TELL, yes: int = YES) -> Told:
    """Answers in the place of others."""
    instead = (no, cannot_tell, yes)
    return instead[told] if isinstance(told, int) else np.array(instead, dtype=np.int8)[told]
