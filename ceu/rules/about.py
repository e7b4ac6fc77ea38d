"""What a requirement is about: what rules take of its hours, which periods count for it, and from when to when it reaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from ceu.rules.assessment import Answer
from ceu.rules.columns import Mask, any_by, kept, sum_by
from ceu.rules.engine import measure_people
from ceu.rules.explain import Explanation
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Pack, Periods, Requirement, Version
from ceu.rules.periods import Cells
from ceu.rules.reading import Reading
from ceu.rules.require import periods_that_qualify
from ceu.rules.situation import NO, Situation


@dataclass(frozen=True)
class PeriodAbout:
    """One period with entries: whether it counts (``met``), and the minutes of the requirement's entries in it."""

    begins: date
    ends: date
    answer: Answer
    credited: int
    undetermined: int
    taken: Mapping[str, int]


@dataclass(frozen=True)
class About:
    """``taken`` are the minutes that each rule took of entries that belong to the requirement, or might; ``untold`` those
    that wait for an answer, by the rule that asks. ``periods`` are newest first, for a requirement that counts periods.
    ``first`` and ``last`` are the days of its first and last credited entry.
    """

    taken: Mapping[str, int]
    untold: Mapping[str, int]
    periods: tuple[PeriodAbout, ...]
    first: date | None
    last: date | None


def about(
    pack: Pack,
    version: Version,
    rule: Requirement,
    ledger: Ledger,
    facts: Facts,
    as_of: date,
    policies: Mapping[str, str],
) -> About:
    """What one requirement makes of one person's ledger, entry by entry and period by period."""
    measured = measure_people(pack, version, ledger, (facts,), as_of, policies=policies)
    explanation, situation = Explanation(pack, measured), measured.situation
    members: Mask = situation.answer(rule.of) != NO
    taken = _taken(explanation, members)
    undetermined = kept(measured.undetermined, members)
    untold: dict[str, int] = {}
    for doubt, _, mask in explanation.doubts:
        minutes = int(kept(undetermined, mask).sum())
        untold[doubt] = max(untold.get(doubt, 0), minutes)
    days = ledger.day[members & (measured.credited > 0)]
    return About(
        taken={each: int(minutes.sum()) for each, minutes in taken.items() if minutes.any()},
        untold={each: minutes for each, minutes in untold.items() if minutes},
        periods=tuple(_periods(explanation, rule, rule.periods, undetermined, taken)) if rule.periods else (),
        first=date.fromordinal(int(days.min())) if len(days) else None,
        last=date.fromordinal(int(days.max())) if len(days) else None,
    )


def _taken(explanation: Explanation, members: Mask) -> dict[str, Ints]:
    """Minutes each rule took, per entry."""
    found: dict[str, Ints] = {}
    for cut in explanation.sure_cuts:
        here = found.setdefault(cut.rule, np.zeros(len(members), dtype=np.int64))
        here[cut.entries] += np.where(members[cut.entries], cut.minutes, 0)
    return found


def _periods(
    explanation: Explanation,
    rule: Requirement,
    periods: Periods,
    undetermined: Ints,
    taken: Mapping[str, Ints],
) -> Iterator[PeriodAbout]:
    situation, measured = explanation.situation, explanation.measured
    cells, sure = _counting(situation, rule, periods, measured.without, doubtful=False)
    perhaps_cells, perhaps = _counting(situation, rule, periods, measured.with_, doubtful=True)
    group, size = cells.period_of_entry, cells.periods
    counts = any_by(cells.period, sure, size)
    might = any_by(group, perhaps[perhaps_cells.of_entry], size)
    credited = sum_by(group, kept(measured.credited, situation.holds(rule.of)), size)
    open_ = sum_by(group, undetermined, size)
    cut = {each: sum_by(group, minutes, size) for each, minutes in taken.items()}
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, group, situation.ledger.day)
    calendar = measured.without.counted.calendar
    for period in np.argsort(-first).tolist():
        begins, ends = calendar.bounds(periods.each, date.fromordinal(int(first[period])))
        answer: Answer = "met" if counts[period] else "cannot_tell" if might[period] else "short"
        in_it = {each: int(minutes[period]) for each, minutes in cut.items() if minutes[period]}
        yield PeriodAbout(begins, ends, answer, int(credited[period]), int(open_[period]), in_it)


def _counting(
    situation: Situation, rule: Requirement, periods: Periods, reading: Reading, *, doubtful: bool
) -> tuple[Cells, Mask]:
    """The cells in which periods are counted, and which of them count, in one reading of the doubtful entries."""
    counted = reading.counted
    source = counted.admitted if rule.counting == "admitted" else counted.credited
    minutes = kept(source, situation.belongs(rule.of, doubtful))
    return periods_that_qualify(situation, periods, minutes, counted, doubtful)
