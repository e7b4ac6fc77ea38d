"""Periods: days, weeks, months, years; and the cells that supervision is owed in, a period in one setting."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from ceu.rules.calendar import months, months_later, whole_months
from ceu.rules.columns import Groups, Mask, numbered
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Period

# date.toordinal(1) is a Monday, so ordinal - 1 counts days from a Monday and ordinal itself from a Sunday.
FIRST_DAY = {"monday": 1, "sunday": 0}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_FROM_EXPERIENCE = ("fortnight", "year_of_experience")
_NEVER = 1 << 40


@dataclass(frozen=True)
class Calendar:
    """Where the periods of a ledger begin.

    ``first_day`` is the weekday of weeks (1 Monday, 0 Sunday). ``admitted`` are the minutes admitted of each entry, by
    which experience begins. ``cycle`` is the day on which each person's renewal cycle begins (0 where there is none).
    Calendars of one ledger share the ``cells`` that do not depend on what is admitted.
    """

    ledger: Ledger
    first_day: int
    admitted: Ints
    cycle: Ints
    shared: dict[tuple[Period, bool], "Cells"]

    @cached_property
    def experience(self) -> Ints:
        """The day of each person's first admitted entry."""
        chosen = self.ledger.any_of_day(self.admitted > 0)
        first = np.full(len(self.cycle), _NEVER)
        np.minimum.at(first, self.ledger.person.codes[chosen], self.ledger.day[chosen])
        return np.where(first == _NEVER, 1, first)

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
        return self._of_entries(period)[0]

    def _of_entries(self, period: Period) -> tuple[Ints, int]:
        """That number, and how many numbers each person takes."""
        person, day = self.ledger.person.codes, self.ledger.day
        if period in _MONTHS:
            days, of_entry = numbered(day)
            number = self.number(period, days, person)[of_entry]
        else:
            number = self.number(period, day, person)
        first = int(number.min(initial=_NEVER))
        width = int(number.max(initial=first)) - first + 1
        return person * width + (number - first), width

    def cells(self, period: Period, each_setting: bool) -> "Cells":
        """The entries grouped by person, period and, if asked, setting."""
        if period in _FROM_EXPERIENCE:
            return self._cells(period, each_setting)
        if (period, each_setting) not in self.shared:
            self.shared[period, each_setting] = self._cells(period, each_setting)
        return self.shared[period, each_setting]

    def _cells(self, period: Period, each_setting: bool) -> "Cells":
        if not each_setting:
            keys, width = self._of_entries(period)
            distinct, of_entry = numbered(keys)
            count = len(distinct)
            return Cells(of_entry, distinct // width, np.full(count, -1), np.arange(count))
        wherever = self.cells(period, each_setting=False)
        setting = self.ledger.categories["setting"]
        width = len(setting.values) + 1
        distinct, of_entry = numbered(wherever.of_entry * width + setting.codes + 1)
        period_of_cell = distinct // width
        return Cells(of_entry, wherever.person[period_of_cell], distinct % width - 1, period_of_cell)

    def bounds(self, period: Period, day: date) -> tuple[date, date]:
        """The first and the last day of the period around a day, for the first person of the ledger."""
        if period in ("day", "week"):
            length = 1 if period == "day" else 7
            begins = day - timedelta(days=(day.toordinal() - self.first_day) % length)
            return begins, begins + timedelta(days=length - 1)
        number = int(self.number(period, np.array([day.toordinal()]), np.zeros(1, dtype=np.int64))[0])
        match period:
            case "fortnight":
                begun = (int(self.experience[0]) - self.first_day) // 7
                begins = date.fromordinal((begun + 2 * number) * 7 + self.first_day)
                return begins, begins + timedelta(days=13)
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
    def periods(self) -> int:
        """How many distinct periods of people there are."""
        return int(self.period.max(initial=-1)) + 1

    @cached_property
    def groups(self) -> Groups:
        """The entries, grouped by cells."""
        return Groups(self.of_entry, len(self))

    @cached_property
    def by_period(self) -> Groups:
        """The cells, grouped by periods of people."""
        return Groups(self.period, self.periods)

    @cached_property
    def person_of_period(self) -> Ints:
        """Whose each period is."""
        if len(self) == self.periods:
            return self.person
        person = np.zeros(self.periods, dtype=np.int64)
        person[self.period] = self.person
        return person

    @cached_property
    def period_of_entry(self) -> Ints:
        return self.period[self.of_entry]

    def total(self, values: Ints, where: Mask, *, anywhere: bool) -> Ints:
        """The sum in each cell of the values where the mask holds.

        What has no setting may, with ``anywhere``, have been in any of its period.
        """
        sums = self.groups.sum(values, where)
        named = self.setting >= 0
        if not anywhere or named.all() or not named.any():
            return sums
        unnamed = self.by_period.sum(np.where(named, 0, sums))
        return sums + np.where(named, unnamed[self.period], 0)
