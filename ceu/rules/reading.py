"""One reading of a log: all stages, with the entries that cannot be told either left out or let in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceu.rules.admit import Verdict, admit
from ceu.rules.columns import Cut
from ceu.rules.ledger import Ints
from ceu.rules.limit import limit
from ceu.rules.require import have
from ceu.rules.situation import CANNOT_TELL, NO, YES, Situation
from ceu.rules.supervise import Contact, supervise
from ceu.rules.weeks import Cells, cells_of


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
    cells: Cells
    verdict: Verdict
    without: Reading
    with_: Reading

    @property
    def credited(self) -> Ints:
        return np.minimum(self.without.credited, self.with_.credited)

    @property
    def undetermined(self) -> Ints:
        return np.abs(self.with_.credited - self.without.credited)

    def cuts(self) -> tuple[Cut, ...]:
        """What was cut for certain: for each entry the cuts of the reading that credits it more."""
        if self.without is self.with_:
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
    cells = cells_of(situation)
    order = credit_order(situation)
    without = _read(situation, cells, verdict, order, doubtful=False)
    certain = not (verdict.answers == CANNOT_TELL).any() and not _has_unknown_amounts(situation)
    with_ = without if certain else _read(situation, cells, verdict, order, doubtful=True)
    if certain:
        with_ = _reread_requirements(situation, cells, without)
    return Measured(situation, cells, verdict, without, with_)


def credit_order(situation: Situation) -> Ints:
    """Places of the entries in the order in which limits take them: by the policy's classes, then day, then id."""
    version, ledger = situation.version, situation.ledger
    names: Sequence[str] = ()
    if version.order_policy:
        names = version.order[situation.choices[version.order_policy]]
    rank = np.full(len(ledger), len(names), dtype=np.int64)
    for place in reversed(range(len(names))):
        rank[situation.holds(version.definitions[names[place]])] = place
    return np.lexsort((ledger.rank, ledger.day, rank))


def _has_unknown_amounts(situation: Situation) -> bool:
    return any(rule.status == "unknown" for rule in situation.version.limits)


def _reread_requirements(situation: Situation, cells: Cells, reading: Reading) -> Reading:
    """The same reading where an entry may still belong to a requirement or not (a client unit not given)."""
    again = _require(situation, cells, reading.admitted, reading.credited, reading.contact, doubtful=True)
    return reading if _equal(again, reading.have) else Reading(
        reading.admitted, reading.credited, reading.cuts, reading.contact, again
    )  # fmt: skip


def _equal(one: dict[str, Ints], other: dict[str, Ints]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


def _read(situation: Situation, cells: Cells, verdict: Verdict, order: Ints, doubtful: bool) -> Reading:
    enough = CANNOT_TELL if doubtful else YES
    admitted = np.where(verdict.answers >= enough, situation.ledger.minutes, 0)
    supervised = supervise(situation, cells, admitted, order)
    credited, limited = limit(situation, cells, supervised.left, order, doubtful)
    cuts = (*_refused(situation, verdict), *supervised.cuts, *limited)
    measured = _require(situation, cells, admitted, credited, supervised.contact, doubtful)
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
    situation: Situation, cells: Cells, admitted: Ints, credited: Ints, contact: Contact | None, doubtful: bool
) -> dict[str, Ints]:
    return {
        rule.id: have(
            situation, cells, rule, admitted if rule.counting == "admitted" else credited, contact, doubtful
        )
        for rule in situation.version.requirements
    }
