"""One reading of a log: all stages, with the entries that cannot be told either left out or let in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ceu.rules.admit import Verdict, admit
from ceu.rules.columns import EVERYWHERE, Cut, kept
from ceu.rules.convert import convert
from ceu.rules.ledger import Ints
from ceu.rules.limit import limit
from ceu.rules.pack import Limit
from ceu.rules.require import Counted, Level, levels
from ceu.rules.situation import CANNOT_TELL, NO, YES, Situation, Told
from ceu.rules.supervise import in_doubt, supervise


@dataclass(frozen=True)
class Reading:
    """What one reading credits: per entry the minutes counted and granted, the cuts of what was admitted, and per
    requirement and person how much there is of how much."""

    counted: Counted
    granted: Ints
    cuts: tuple[Cut, ...]
    levels: dict[str, Level]

    @property
    def credited(self) -> Ints:
        return self.counted.credited


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
        if self.without.counted is self.with_.counted:
            return self._of_entries(self.without.credited)
        return self._of_entries(np.minimum(self.without.credited, self.with_.credited))

    @cached_property
    def undetermined(self) -> Ints:
        return self._of_entries(np.maximum(self.without.credited, self.with_.credited)) - self.credited

    @cached_property
    def granted(self) -> Ints:
        """What conversions add to each entry, in the reading that credits it more."""
        fuller_without = self.without.credited > self.with_.credited
        return self._of_entries(np.where(fuller_without, self.without.granted, self.with_.granted))

    def cuts(self) -> tuple[Cut, ...]:
        """What was cut for certain: by gates, and else for each entry the cuts of the reading that credits it more."""
        ledger = self.situation.ledger
        fuller_without = self.without.credited > self.with_.credited
        readings = [(self.without, fuller_without), (self.with_, ~fuller_without)]
        if self.without.cuts is self.with_.cuts:
            readings = [(self.without, EVERYWHERE)]
        chosen = list(_refused(self.situation, self.verdict))
        for reading, mask in readings:
            for cut in reading.cuts:
                mine = ledger.at(mask, cut.entries)
                if mine.any():
                    chosen.append(Cut(cut.rule, ledger.entries_at(cut.entries[mine]), cut.minutes[mine]))
        return tuple(chosen)

    def _of_entries(self, column: Ints) -> Ints:
        return self.situation.ledger.of_entries(column)


def measure(situation: Situation) -> Measured:
    """Admit every entry, then read the log twice (once, where nothing is in doubt)."""
    verdict = admit(situation)
    without = _read(situation, verdict, doubtful=False)
    if _anything_in_doubt(situation, verdict):
        return Measured(situation, verdict, without, _read(situation, verdict, doubtful=True))
    # Nothing is in doubt but to which requirement an entry belongs (a client unit not given).
    hopeful = levels(situation, without.counted, doubtful=True, like=without.levels)
    return Measured(situation, verdict, without, replace(without, levels=hopeful))


def _anything_in_doubt(situation: Situation, verdict: Verdict) -> bool:
    """Whether an entry's admission, its measure, its supervision or its place under a limit cannot be told."""
    version = situation.version
    return bool(
        _any_is(verdict.told, CANNOT_TELL)
        or any(situation.in_doubt(rule.of) for rule in version.conversions)
        or (version.supervision and in_doubt(situation, version.supervision))
        or any(_limit_in_doubt(situation, rule) for rule in version.limits)
    )


def _limit_in_doubt(situation: Situation, rule: Limit) -> bool:
    conditions = [rule.of, rule.for_every.of] if rule.for_every else [rule.of]
    return bool(
        rule.status == "unknown"
        or any(situation.in_doubt(condition) for condition in conditions)
        or any((situation.person_answers(each.when) == CANNOT_TELL).any() for each in rule.instead)
    )


def _read(situation: Situation, verdict: Verdict, doubtful: bool) -> Reading:
    enough = CANNOT_TELL if doubtful else YES
    converted = convert(
        situation, kept(situation.ledger.minutes, np.greater_equal(verdict.told, enough)), doubtful
    )
    admitted, calendar = converted.minutes, situation.calendar(converted.minutes)
    supervised = supervise(situation, admitted, calendar, doubtful)
    credited, limited = limit(situation, supervised.left, calendar, doubtful)
    counted = Counted(admitted, credited, supervised.contact, calendar)
    return Reading(
        counted,
        converted.granted,
        (*converted.cuts, *supervised.cuts, *limited),
        levels(situation, counted, doubtful),
    )


def _any_is(told: Told, answer: int) -> bool:
    return told == answer if isinstance(told, int) else bool((told == answer).any())


def _refused(situation: Situation, verdict: Verdict) -> Iterator[Cut]:
    """One cut per gate that refused entries."""
    if not _any_is(verdict.told, NO):
        return
    ledger = situation.ledger
    refused = ledger.places(np.equal(verdict.told, NO) & (ledger.minutes > 0))
    by = verdict.refused_by(refused)
    for place, rule in enumerate(verdict.rules):
        entries = refused[by == place]
        if len(entries):
            yield Cut(rule, ledger.entries_at(entries), ledger.at(ledger.minutes, entries))
