"""One reading of a log: all stages, with the entries that cannot be told either left out or let in."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ceu.rules.admit import Verdict, admit
from ceu.rules.columns import Cut
from ceu.rules.ledger import Ints
from ceu.rules.limit import limit
from ceu.rules.require import have
from ceu.rules.situation import CANNOT_TELL, NO, YES, Situation
from ceu.rules.supervise import Contact, supervise


@dataclass(frozen=True)
class Reading:
    """What one reading credits: per entry the minutes admitted and credited, the cuts, and per requirement and person
    how much there is."""

    admitted: Ints
    credited: Ints
    cuts: tuple[Cut, ...]
    contact: Contact | None
    have: dict[str, Ints]


@dataclass(frozen=True)
class Measured:
    """Both readings of a log. ``without`` leaves doubtful entries out, ``with_`` lets them in.

    Minutes that count in both readings are credited; minutes that count in one only cannot be told.
    """

    situation: Situation
    verdict: Verdict
    without: Reading
    with_: Reading

    @cached_property
    def credited(self) -> Ints:
        return np.minimum(self.without.credited, self.with_.credited)

    @cached_property
    def undetermined(self) -> Ints:
        return np.maximum(self.without.credited, self.with_.credited) - self.credited

    def cuts(self) -> tuple[Cut, ...]:
        """What was cut for certain: for each entry the cuts of the reading that credits it more."""
        if self.without.cuts is self.with_.cuts:
            return self.without.cuts
        fuller_without = self.without.credited > self.with_.credited
        chosen = []
        for reading, mask in ((self.without, fuller_without), (self.with_, ~fuller_without)):
            for cut in reading.cuts:
                mine = mask[cut.entries]
                if mine.any():
                    chosen.append(Cut(cut.rule, cut.entries[mine], cut.minutes[mine]))
        return tuple(chosen)


def measure(situation: Situation) -> Measured:
    """Admit every entry, then read the log twice (once, where nothing is in doubt)."""
    verdict = admit(situation)
    without = _read(situation, verdict, doubtful=False)
    if _anything_in_doubt(situation, verdict):
        return Measured(situation, verdict, without, _read(situation, verdict, doubtful=True))
    # Nothing is in doubt but to which requirement an entry belongs (a client unit not given).
    have = _require(situation, without.admitted, without.credited, without.contact, doubtful=True)
    return Measured(situation, verdict, without, replace(without, have=have))


def _anything_in_doubt(situation: Situation, verdict: Verdict) -> bool:
    """Whether an entry's admission, its setting or its place under a limit cannot be told."""
    supervision = situation.version.supervision
    nowhere = situation.ledger.categories["setting"].codes < 0
    return bool(
        (verdict.answers == CANNOT_TELL).any()
        or (supervision is not None and (nowhere & ~situation.holds(supervision.exempt)).any())
        or any(
            rule.status == "unknown" or (situation.answer(rule.of) == CANNOT_TELL).any()
            for rule in situation.version.limits
        )
    )


def _read(situation: Situation, verdict: Verdict, doubtful: bool) -> Reading:
    enough = CANNOT_TELL if doubtful else YES
    admitted = np.where(verdict.answers >= enough, situation.ledger.minutes, 0)
    supervised = supervise(situation, admitted, doubtful)
    credited, limited = limit(situation, supervised.left, doubtful)
    cuts = (*_refused(situation, verdict), *supervised.cuts, *limited)
    measured = _require(situation, admitted, credited, supervised.contact, doubtful)
    return Reading(admitted, credited, cuts, supervised.contact, measured)


def _refused(situation: Situation, verdict: Verdict) -> list[Cut]:
    """One cut per gate that refused entries."""
    refused = np.flatnonzero((verdict.answers == NO) & (situation.ledger.minutes > 0))
    by = verdict.refused_by[refused]
    cuts = []
    for rule in np.unique(by).tolist():
        entries = refused[by == rule]
        cuts.append(Cut(verdict.rules[rule], entries, situation.ledger.minutes[entries]))
    return cuts


def _require(
    situation: Situation, admitted: Ints, credited: Ints, contact: Contact | None, doubtful: bool
) -> dict[str, Ints]:
    return {
        rule.id: have(
            situation, rule, admitted if rule.counting == "admitted" else credited, contact, doubtful
        )
        for rule in situation.version.requirements
    }
