"""A judgment: what a pack says of a ledger as numbers, and in words as far as they are asked for.

The words of a long log cost many times what its numbers do, and a new entry changes few of them. So a judgment has a
mark for each calendar week: as long as it is the same, what was said of the week before is what would be said now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ceu.rules.assessment import Assessment, Finding, Reason
from ceu.rules.columns import Cut, Mask, numbered
from ceu.rules.findings import Findings
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.marks import Marks, key, keys

Value = TypeVar("Value")


@dataclass(frozen=True)
class Judgment:
    """What a pack says of one person's ledger.

    ``summary`` is the assessment without weeks and entries. ``credited`` and ``undetermined`` are minutes per entry.
    ``silent`` is why nothing can be told, where no version of the pack covers the day.
    """

    summary: Assessment
    ledger: Ledger
    credited: Ints
    undetermined: Ints
    first_day: int
    found: Findings | None = None
    silent: Reason | None = None

    @cached_property
    def _weeks(self) -> tuple[Ints, Ints]:
        day = self.ledger.day
        return numbered(day - (day - self.first_day) % 7)

    @property
    def week_starts(self) -> Ints:
        """The first days of the calendar weeks with entries, ascending."""
        return self._weeks[0]

    @property
    def week_of_entry(self) -> Ints:
        """For each entry the place of its calendar week among ``week_starts``."""
        return self._weeks[1]

    @cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """What rules took for certain."""
        return self.found.explanation.sure_cuts if self.found else ()

    def minutes_in_doubt(self) -> dict[Reason, int]:
        """Minutes that cannot be told for each reason; minutes with two reasons stand under both."""
        if self.found:
            return self.found.explanation.minutes_in_doubt()
        minutes = int(self.undetermined.sum())
        return {self.silent: minutes} if self.silent and minutes else {}

    @cached_property
    def marks(self) -> NDArray[np.uint64]:
        """A number per calendar week: another when anything is that would be said of the week or of its entries.

        Marks of one pack, one choice of policies and the same facts can be compared.
        """
        if self.found:
            return self.found.marks()
        marks, silent = Marks(len(self.week_starts)), self.silent.sentence if self.silent else ""
        marks.add(self.week_of_entry, keys(self.ledger.ids), self.ledger.minutes, key(silent))
        return marks.values

    def why_cut(self, rule: str) -> str:
        """Why a rule takes minutes, with its citation."""
        return self.found.explanation.why_cut(rule) if self.found else ""

    def findings_of_weeks(self) -> Iterator[Finding]:
        """What is to be said of the weeks and settings, the oldest first."""
        for week in self.found.weeks() if self.found else ():
            yield from week.findings

    def assessment(self, weeks: Mask | None = None) -> Assessment:
        """The whole in words; or of these calendar weeks alone, with their entries."""
        told = None if weeks is None else weeks[self.week_of_entry]
        places = np.arange(len(self.ledger)) if told is None else np.flatnonzero(told)
        ids: Sequence[int | str] = self.ledger.ids
        explained = self.found.explanation if self.found else None
        if explained:
            reasons = explained.reasons(told)
        else:
            reasons = {place: (self.silent,) for place in places.tolist() if self.silent}
        return replace(
            self.summary,
            weeks=tuple(self.found.weeks(told)) if self.found else (),
            ids=tuple(ids) if told is None else tuple(map(ids.__getitem__, places.tolist())),
            logged=tuple(self.ledger.minutes[places].tolist()),
            credited_minutes=tuple(self.credited[places].tolist()),
            undetermined_minutes=tuple(self.undetermined[places].tolist()),
            cuts=_moved(explained.cuts(told) if explained else {}, told),
            reasons=_moved(reasons, told),
            granted=_moved(explained.granted(told) if explained else {}, told),
        )


def _moved(of_place: Mapping[int, Value], told: Mask | None) -> Mapping[int, Value]:
    """What is said of places in the ledger, by their places among those that are told."""
    if told is None:
        return of_place
    place = (np.cumsum(told) - 1).tolist()
    return {place[old]: value for old, value in of_place.items()}
