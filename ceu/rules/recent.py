"""The recent weeks of a log, taken out of the calendar: what an imagined future is drawn from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from ceu.rules.language import CATEGORIES
from ceu.rules.ledger import UNKNOWN, Category, Ledger

Row = dict[str, Any]
Week = list[Row]
WEEK = 7


@dataclass(frozen=True)
class RecentWeeks:
    """Whole weeks in a row, weeks off included; ``day`` of a row is its place in the week, 0 to 6."""

    first: date
    weeks: tuple[Week, ...]

    def __len__(self) -> int:
        return len(self.weeks)

    @property
    def last(self) -> date:
        """The last day of the last week."""
        return date.fromordinal(self.first.toordinal() + WEEK * len(self) - 1)

    @property
    def empty(self) -> int:
        """How many of them have nothing logged."""
        return sum(not week for week in self.weeks)


def week_of(day: date, first_day: int) -> int:
    """The first day (as an ordinal) of the week a day lies in; ``first_day`` is 1 for Monday, 0 for Sunday."""
    return (day.toordinal() - first_day) // WEEK * WEEK + first_day


def recent_weeks(ledger: Ledger, as_of: date, first_day: int, most: int) -> RecentWeeks:
    """The last whole weeks before the week of ``as_of``, at most so many and none before the first entry."""
    end = week_of(as_of, first_day)
    past = ledger.day[ledger.day < end]
    earliest = week_of(date.fromordinal(int(past.min())), first_day) if len(past) else end
    first = max(end - WEEK * most, earliest)
    weeks: list[Week] = [[] for _ in range((end - first) // WEEK)]
    for place in np.flatnonzero((ledger.day >= first) & (ledger.day < end)).tolist():
        week, day = divmod(int(ledger.day[place]) - first, WEEK)
        weeks[week].append(_row(ledger, place) | {"day": day})
    return RecentWeeks(date.fromordinal(first), tuple(weeks))


def minutes_a_week(weeks: Sequence[Week], activities: Iterable[str] | None = None) -> int:
    """Minutes logged in a week on average, weeks off included: of these activities, or of all."""
    wanted = None if activities is None else frozenset(activities)
    minutes = [
        row["minutes"] for week in weeks for row in week if wanted is None or row["activity"] in wanted
    ]
    return int(sum(minutes)) // max(len(weeks), 1)


def ledger_of(people: Sequence[Iterable[tuple[int, Row]]]) -> Ledger:
    """A ledger of one person per sequence: rows, each with the ordinal of the first day of its week."""
    listed = [(person, start, row) for person, rows in enumerate(people) for start, row in rows]
    columns: dict[str, Sequence[Any]] = {
        name: [row.get(name) for _, _, row in listed]
        for name in ("id", "minutes", "head_count", "practicum", *CATEGORIES)
    }
    columns["day"] = [start + row["day"] for _, start, row in listed]
    persons = np.array([person for person, _, _ in listed], dtype=np.int64)
    return replace(Ledger.from_columns(columns), person=Category(persons, tuple(range(len(people)))))


def _row(ledger: Ledger, place: int) -> Row:
    row: Row = {"id": ledger.ids[place], "minutes": int(ledger.minutes[place])}
    for name, column in (("head_count", ledger.head_count), ("practicum", ledger.practicum)):
        row[name] = None if column[place] == UNKNOWN else int(column[place])
    for name, category in ledger.categories.items():
        code = int(category.codes[place])
        row[name] = None if code == UNKNOWN else category.values[code]
    return row
