"""Weeks: every entry lies in one cell, a person's calendar week in one setting."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ceu.rules.ledger import Ints, Ledger

# date.toordinal(1) is a Monday, so ordinal - 1 counts days from a Monday and ordinal itself from a Sunday.
_FIRST_DAY = {"monday": 1, "sunday": 0}


@dataclass(frozen=True)
class Cells:
    """The cells of a ledger: ``of_entry`` numbers them, the other columns describe each.

    ``person`` and ``setting`` are codes of the ledger (setting -1: none given), ``week`` counts weeks, ``person_week``
    numbers the distinct weeks of each person and ``week_of_entry`` gives that number per entry.
    """

    of_entry: Ints
    person: Ints
    setting: Ints
    week: Ints
    person_week: Ints
    first_day: int

    def __len__(self) -> int:
        return len(self.person)

    @property
    def week_of_entry(self) -> Ints:
        return self.person_week[self.of_entry]

    def starts(self, cell: int) -> date:
        """The first day of a cell's week."""
        return date.fromordinal(int(self.week[cell]) * 7 + self.first_day)


def cells_of(ledger: Ledger, week_start: str) -> Cells:
    """Group the entries by person, setting and calendar week, which starts on "monday" or "sunday"."""
    first_day = _FIRST_DAY[week_start]
    week = (ledger.day - first_day) // 7
    setting = ledger.categories["setting"]
    key = (ledger.person.codes << 40) + (week << 20) + setting.codes + 1
    unique, of_entry = np.unique(key, return_inverse=True)
    person_week = unique >> 20
    return Cells(
        of_entry=of_entry,
        person=unique >> 40,
        setting=(unique & ((1 << 20) - 1)) - 1,
        week=person_week & ((1 << 20) - 1),
        person_week=np.unique(person_week, return_inverse=True)[1],
        first_day=first_day,
    )
