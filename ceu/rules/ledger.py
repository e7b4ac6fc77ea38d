"""The ledger: dated quantities with attributes, kept as one numpy column per attribute."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceu.rules.language import CATEGORIES

Ints = NDArray[np.int64]
UNKNOWN = -1


@dataclass(frozen=True)
class Category:
    """A column of words: an index into ``values`` per entry, or -1 where nothing was given."""

    codes: Ints
    values: tuple[Any, ...]

    @classmethod
    def of(cls, cells: Iterable[Hashable]) -> "Category":
        """Number the words in the order in which they first appear."""
        index: dict[Hashable, int] = {None: UNKNOWN}
        codes = [index.setdefault(cell, len(index) - 1) for cell in cells]
        return cls(np.array(codes, dtype=np.int64), tuple(index)[1:])

    @classmethod
    def unknown(cls, size: int) -> "Category":
        """A column in which nothing was given."""
        return cls(np.full(size, UNKNOWN, dtype=np.int64), ())

    def only(self, places: Ints) -> "Category":
        """The cells at these places, with the words that stand in them."""
        codes = self.codes[places]
        used, renumbered = np.unique(codes[codes != UNKNOWN], return_inverse=True)
        chosen = np.full(len(codes), UNKNOWN, dtype=np.int64)
        chosen[codes != UNKNOWN] = renumbered
        return Category(chosen, tuple(self.values[code] for code in used.tolist()))


@dataclass(frozen=True)
class Ledger:
    """Entries of one or many people as columns of equal length.

    ``day`` holds proleptic ordinals (``date.toordinal``), ``minutes`` whole minutes, ``head_count`` the people who
    received supervision (-1 unknown), ``practicum`` 1, 0 or -1 (unknown). ``rank`` orders the entries by id: the last
    tie-break, so that the order in which rows arrive never decides anything.
    """

    ids: tuple[Any, ...]
    person: Category
    day: Ints
    minutes: Ints
    head_count: Ints
    practicum: Ints
    categories: Mapping[str, Category]
    rank: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> "Ledger":
        """Build a ledger from mappings; ``id``, ``day`` and ``minutes`` are required, a missing key is unknown.

        Raises ValueError when an id, a day or the minutes are missing.
        """
        listed = list(rows)
        keys = ("id", "person", "day", "minutes", "head_count", "practicum", *CATEGORIES)
        return cls.from_columns({key: [row.get(key) for row in listed] for key in keys})

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]]) -> "Ledger":
        """Build a ledger from sequences of equal length, keyed like the rows of ``from_rows``; the fast way in.

        ``day`` may hold dates or ordinals; a missing column is unknown throughout.
        """
        ids = tuple(columns["id"])
        _refuse_missing(ids, "id")
        size = len(ids)
        nothing = [None] * size
        if any(len(column) != size for column in columns.values()):
            raise ValueError(
                "The columns of a ledger differ in length. Give every column one value per entry."
            )
        cells = {name: columns[name] for name in CATEGORIES if name in columns}
        if "topic" in cells:
            cells["topic"] = [tuple(topic) if isinstance(topic, list) else topic for topic in cells["topic"]]
        return cls(
            ids=ids,
            person=Category.of("" if person is None else person for person in columns.get("person", nothing)),
            day=_days(columns["day"]),
            minutes=_minutes(columns["minutes"]),
            head_count=_numbers(columns.get("head_count", nothing)),
            practicum=_numbers(columns.get("practicum", nothing)),
            categories={
                name: Category.of(cells[name]) if name in cells else Category.unknown(size)
                for name in CATEGORIES
            },
            rank=_rank(ids),
        )

    def only(self, places: Sequence[int]) -> "Ledger":
        """The ledger of the entries at these places, in that order."""
        chosen = np.array(places, dtype=np.int64)
        ids = tuple(self.ids[place] for place in places)
        return Ledger(
            ids=ids,
            person=self.person.only(chosen),
            day=self.day[chosen],
            minutes=self.minutes[chosen],
            head_count=self.head_count[chosen],
            practicum=self.practicum[chosen],
            categories={name: column.only(chosen) for name, column in self.categories.items()},
            rank=_rank(ids),
        )

    def with_row(self, row: Mapping[str, Any]) -> "Ledger":
        """The same ledger with one more entry at its end, of the same person unless the row names another."""
        person = row.get("person", self.person.values[0] if self.person.values else None)
        added = Ledger.from_rows([{**row, "person": person}])
        ids = (*self.ids, *added.ids)
        return Ledger(
            ids=ids,
            person=_append(self.person, added.person),
            day=np.concatenate((self.day, added.day)),
            minutes=np.concatenate((self.minutes, added.minutes)),
            head_count=np.concatenate((self.head_count, added.head_count)),
            practicum=np.concatenate((self.practicum, added.practicum)),
            categories={
                name: _append(mine, added.categories[name]) for name, mine in self.categories.items()
            },
            rank=_rank(ids),
        )


def _append(mine: Category, other: Category) -> Category:
    values = tuple(dict.fromkeys((*mine.values, *other.values)))
    place = np.array([*(values.index(value) for value in other.values), UNKNOWN], dtype=np.int64)
    return Category(np.concatenate((mine.codes, place[other.codes])), values)


def _days(column: Sequence[date | int] | Ints) -> Ints:
    if isinstance(column, np.ndarray):
        return column.astype(np.int64)
    _refuse_missing(column, "day")
    return np.array([day if isinstance(day, int) else day.toordinal() for day in column], dtype=np.int64)


def _minutes(column: Sequence[int]) -> Ints:
    _refuse_missing(column, "minutes")
    minutes = np.array(column, dtype=np.int64)
    if (minutes < 0).any():
        raise ValueError("An entry cannot have negative minutes. Correct or remove it.")
    return minutes


def _numbers(column: Sequence[int | bool | None]) -> Ints:
    return np.array([UNKNOWN if value is None else value for value in column], dtype=np.int64)


def _refuse_missing(column: Sequence[Any], name: str) -> None:
    if any(value is None for value in column):
        raise ValueError(f"An entry has no {name}. Every entry needs an id, a day and its minutes.")


def _rank(ids: tuple[Any, ...]) -> Ints:
    order = sorted(range(len(ids)), key=lambda index: str(ids[index]))
    rank = np.empty(len(ids), dtype=np.int64)
    rank[order] = np.arange(len(ids))
    return rank
