"""Periods: days, weeks, months, years; and the cells that supervision is owed in, a period in one setting."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from ceu.rules.calendar import months, months_later, whole_months
from ceu.rules.columns import sum_by
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Period

# date.toordinal(1) is a Monday, so ordinal - 1 counts days from a Monday and ordinal itself from a Sunday.
FIRST_DAY = {"monday": 1, "sunday": 0}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_PERSON = 1 << 24  # wider than any count of days


@dataclass(frozen=True)
class Calendar:
    """Where the periods of a ledger begin.

    ``first_day`` is the weekday of weeks (1 Monday, 0 Sunday). ``experience`` and ``cycle`` hold a day per person: of the
    first admitted entry, and of the beginning of the renewal cycle (0 where there is none).
    """

    ledger: Ledger
    first_day: int
    experience: Ints
    cycle: Ints

    def number(self, period: Period, days: Ints, person: Ints) -> Ints:
        """The number of the period in which each day lies."""
        match period:
            case "day":
                return days
            case "week":
                return (days - self.first_day) // 7
            case "fortnight":
                begun = (self.experience[person] - self.first_day) // 7
                return ((days - self.first_day) // 7 - begun) // 2
            case "year_of_experience":
                return whole_months(self.experience[person], days) // 12
            case "year_of_cycle":
                known = self.cycle[person] > 0
                return np.where(known, whole_months(np.where(known, self.cycle[person], days), days) // 12, 0)
            case _:
                return months(days) // _MONTHS[period]

    def of_entries(self, period: Period) -> Ints:
        """A number per entry, the same for the entries of one person in one period."""
        person = self.ledger.person.codes
        number = self.number(period, self.ledger.day, person)
        return person * _PERSON + number - int(number.min(initial=0))

    def bounds(self, period: Period, day: date) -> tuple[date, date]:
        """The first and the last day of the period around a day, for the first person of the ledger."""
        number = int(self.number(period, np.array([day.toordinal()]), np.zeros(1, dtype=np.int64))[0])
        match period:
            case "day":
                return day, day
            case "week" | "fortnight":
                weeks = 2 if period == "fortnight" else 1
                begun = (int(self.experience[0]) - self.first_day) // 7 if period == "fortnight" else 0
                begins = date.fromordinal((begun + weeks * number) * 7 + self.first_day)
                return begins, begins + timedelta(days=7 * weeks - 1)
            case "year_of_experience" | "year_of_cycle":
                anchor = self.experience if period == "year_of_experience" else self.cycle
                origin, length = date.fromordinal(int(anchor[0]) or day.toordinal()), 12
            case _:
                origin, length = date(1970, 1, 1), _MONTHS[period]
        first, after = (months_later(origin, length * (number + at)) for at in (0, 1))
        return first, after - timedelta(days=1)


@dataclass(frozen=True)
class Cells:
    """The cells of a ledger: ``of_entry`` numbers them, the other columns describe each.

    ``setting`` is a code of the ledger (-1: none given, or wherever), ``period`` numbers the distinct periods of each
    person, and ``period_of_entry`` gives that number per entry.
    """

    of_entry: Ints
    person: Ints
    setting: Ints
    period: Ints

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def period_of_entry(self) -> Ints:
        return self.period[self.of_entry]

    def total(self, values: Ints, *, anywhere: bool) -> Ints:
        """The sum in each cell; what has no setting may, with ``anywhere``, have been in any of its period."""
        sums = sum_by(self.of_entry, values, len(self))
        named = self.setting >= 0
        if not anywhere or named.all() or not named.any():
            return sums
        unnamed = sum_by(self.period, np.where(named, 0, sums), int(self.period.max()) + 1)
        return sums + np.where(named, unnamed[self.period], 0)

    @cached_property
    def members(self) -> list[Ints]:
        """The places of the entries of each cell, in the order of the ledger."""
        order = np.argsort(self.of_entry, kind="stable")
        return np.split(order, np.searchsorted(self.of_entry[order], np.arange(1, len(self))))


def cells_of(calendar: Calendar, period: Period, each_setting: bool) -> Cells:
    """Group the entries by person, period and, if asked, setting."""
    ledger = calendar.ledger
    width = len(ledger.categories["setting"].values) + 1
    setting = ledger.categories["setting"].codes if each_setting else np.full(len(ledger), -1, dtype=np.int64)
    unique, of_entry = np.unique(calendar.of_entries(period) * width + setting + 1, return_inverse=True)
    person_period = unique // width
    return Cells(
        of_entry=of_entry,
        person=person_period // _PERSON,
        setting=unique % width - 1,
        period=np.unique(person_period, return_inverse=True)[1],
    )
