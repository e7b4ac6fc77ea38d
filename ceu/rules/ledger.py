"""The ledger: dated quantities with attributes, kept as one numpy column per attribute."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
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
        cells = tuple(cells)
        values = dict.fromkeys(cells)
        values.pop(None, None)
        if not values:
            return cls.unknown(len(cells))
        number: dict[Hashable, int] = {value: place for place, value in enumerate(values)} | {None: UNKNOWN}
        codes = np.fromiter(map(number.__getitem__, cells), dtype=np.int64, count=len(cells))
        return cls(codes, tuple(values))

    @classmethod
    def unknown(cls, size: int) -> "Category":
        """A column in which nothing was given; it takes no room."""
        return cls(_constant(UNKNOWN, size), ())

    def only(self, places: Ints) -> "Category":
        """The cells at these places, with the words that stand in them."""
        codes = self.codes[places]
        used = np.flatnonzero(np.bincount(codes + 1, minlength=len(self.values) + 1)[1:])
        renumbered = np.full(len(self.values) + 1, UNKNOWN, dtype=np.int64)
        renumbered[used] = np.arange(len(used))
        return Category(renumbered[codes], tuple(self.values[code] for code in used.tolist()))


@dataclass(frozen=True)
class Ledger:
    """Entries of one or many people as columns of equal length.

    ``day`` holds proleptic ordinals (``date.toordinal``), ``minutes`` whole minutes, ``head_count`` the people who
    received supervision (-1 unknown), ``practicum`` 1, 0 or -1 (unknown). ``rank`` orders the entries by id: the last
    tie-break, so that the order in which rows arrive never decides anything.
    """

    ids: Sequence[Any]
    person: Category
    day: Ints
    minutes: Ints
    head_count: Ints
    practicum: Ints
    categories: Mapping[str, Category]
    rank: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, mask: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> Ints:
        """The places where a mask holds, in their order; only ``among`` these entries, where given."""
        if among is None:
            return np.flatnonzero(np.broadcast_to(mask, self.minutes.shape))
        inside = np.flatnonzero(among)
        chosen: Ints = inside[self.at(mask, inside)]
        return chosen

    def at(self, column: NDArray[Any], places: Ints) -> NDArray[Any]:
        """What stands in a column at these places."""
        if column.shape != self.minutes.shape:
            column = np.broadcast_to(column, self.minutes.shape)
        cells: NDArray[Any] = column[places]
        return cells

    @cached_property
    def by_day(self) -> bool:
        """Whether places ascend by day, and on a day by id, for each person."""
        same = self.day[1:] == self.day[:-1]
        later = (self.day[1:] > self.day[:-1]) | (same & (self.rank[1:] > self.rank[:-1]))
        return bool(later.all())

    def any_of_day(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where a mask holds, as long as the columns of persons and days."""
        return mask

    def of_entries(self, column: NDArray[Any]) -> NDArray[Any]:
        """What stands in a column for each entry."""
        return column

    def entries_at(self, places: Ints) -> Ints:
        """Which entries stand at these places."""
        return places

    @cached_property
    def span(self) -> tuple[int, int]:
        """The first and the last day, where there are any."""
        return int(self.day.min()), int(self.day.max())

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> "Ledger":
        """Build a ledger from mappings; ``id``, ``day`` and ``minutes`` are required, a missing key is unknown.

        Raises ValueError when an id, a day or the minutes are missing.
        """
        listed = list(rows)
        keys = ("id", "person", "day", "minutes", "head_count", "practicum", *CATEGORIES)
        return cls.from_columns({key: [row.get(key) for row in listed] for key in keys})

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> "Ledger":
        """Build a ledger from columns of equal length, keyed like the rows of ``from_rows``; the fast way in.

        A column is a sequence of values, or what a ledger keeps of it: an array of numbers, or a ``Category``. ``day``
        may hold dates or ordinals; a missing column is unknown throughout, and entries without ids are known by their
        places.
        """
        size = _length(columns["day"])
        if any(_length(column) != size for column in columns.values()):
            raise ValueError(
                "The columns of a ledger differ in length. Give every column one value per entry."
            )
        ids = columns.get("id", range(size))
        _refuse_missing(ids, "id")
        return cls(
            ids=ids
            if isinstance(ids, range)
            else tuple(ids.tolist() if isinstance(ids, np.ndarray) else ids),
            person=_persons(columns.get("person"), size),
            day=_days(columns["day"]),
            minutes=_minutes(columns["minutes"]),
            head_count=_numbers(columns.get("head_count"), size),
            practicum=_numbers(columns.get("practicum"), size),
            categories={name: _category(name, columns.get(name), size) for name in CATEGORIES},
            rank=_rank(ids),
        )

    @classmethod
    def of_nothing(cls, people: int, day: date) -> "Ledger":
        """An entry of no minutes on one day for each of so many people."""
        return cls.from_columns(
            {
                "day": _constant(day.toordinal(), people),
                "minutes": _constant(0, people),
                "person": Category(np.arange(people), tuple(range(people))),
            }
        )

    def only(self, places: Sequence[int] | Ints) -> "Ledger":
        """The ledger of the entries at these places, in that order."""
        chosen = np.asarray(places, dtype=np.int64)
        return Ledger(
            ids=tuple(map(self.ids.__getitem__, chosen.tolist())),
            person=self.person.only(chosen),
            day=self.day[chosen],
            minutes=self.minutes[chosen],
            head_count=self.head_count[chosen],
            practicum=self.practicum[chosen],
            categories={name: column.only(chosen) for name, column in self.categories.items()},
            rank=self.rank[chosen],
        )

    def with_row(self, row: Mapping[str, Any]) -> "Ledger":
        """The same ledger with one more entry at its end, of the same person unless the row names another."""
        person = row.get("person", self.person.values[0] if self.person.values else None)
        return self.followed_by(Ledger.from_rows([{**row, "person": person}]))

    def followed_by(self, *others: "Ledger") -> "Ledger":
        """The entries of several ledgers, one after the other; no id stands in two of them."""
        parts = (self, *others)
        ids = tuple(one for part in parts for one in part.ids)
        return Ledger(
            ids=ids,
            person=_joined([part.person for part in parts]),
            day=np.concatenate([part.day for part in parts]),
            minutes=np.concatenate([part.minutes for part in parts]),
            head_count=np.concatenate([part.head_count for part in parts]),
            practicum=np.concatenate([part.practicum for part in parts]),
            categories={name: _joined([part.categories[name] for part in parts]) for name in CATEGORIES},
            rank=_rank(ids),
        )

    def of_person(self, person: Hashable) -> "Ledger":
        """The same entries, as those of this person alone."""
        return replace(self, person=Category(_constant(0, len(self)), (person,) if len(self) else ()))


def _joined(columns: Sequence[Category]) -> Category:
    values = tuple(dict.fromkeys(value for column in columns for value in column.values))
    number = {value: place for place, value in enumerate(values)}
    places = [np.array([*map(number.__getitem__, column.values), UNKNOWN]) for column in columns]
    return Category(
        np.concatenate([place[column.codes] for place, column in zip(places, columns, strict=True)]), values
    )


def _length(column: Sized | Category) -> int:
    return len(column.codes if isinstance(column, Category) else column)


def _constant(value: int, size: int) -> Ints:
    """A column of one value throughout, kept once."""
    return np.broadcast_to(np.int64(value), size)


def _wide(column: Category) -> Category:
    """Codes that may be multiplied."""
    return replace(column, codes=column.codes.astype(np.int64, copy=False))


def _persons(column: Iterable[Hashable] | Category | None, size: int) -> Category:
    if isinstance(column, Category):
        return _wide(column)
    if column is None:
        return Category(_constant(0, size), ("",) if size else ())
    return Category.of("" if person is None else person for person in column)


def _category(name: str, column: Iterable[Any] | Category | None, size: int) -> Category:
    if isinstance(column, Category):
        return _wide(column)
    if column is None:
        return Category.unknown(size)
    if name == "topic":
        return Category.of(tuple(topic) if isinstance(topic, list) else topic for topic in column)
    return Category.of(column)


def _days(column: Sequence[date | int] | Ints) -> Ints:
    if isinstance(column, np.ndarray):
        return column.astype(np.int64, copy=False)
    different = set(column)
    _refuse_missing(different, "day")
    ordinals = {day: day if isinstance(day, int) else day.toordinal() for day in different}
    return np.fromiter(map(ordinals.__getitem__, column), dtype=np.int64, count=len(column))


def _minutes(column: Sequence[int] | Ints) -> Ints:
    _refuse_missing(column, "minutes")
    minutes = np.asarray(column, dtype=np.int64)
    if (minutes < 0).any():
        raise ValueError("An entry cannot have negative minutes. Correct or remove it.")
    return minutes


def _numbers(column: Sequence[int | bool | None] | Ints | None, size: int) -> Ints:
    if column is None:
        return _constant(UNKNOWN, size)
    if isinstance(column, np.ndarray):
        return column.astype(np.int64, copy=False)
    numbers = {value: UNKNOWN if value is None else int(value) for value in set(column)}
    return np.fromiter(map(numbers.__getitem__, column), dtype=np.int64, count=len(column))


def _refuse_missing(column: Collection[Any] | Ints, name: str) -> None:
    if not isinstance(column, np.ndarray | range) and None in column:
        raise ValueError(f"An entry has no {name}. Every entry needs an id, a day and its minutes.")


def _rank(ids: Sequence[Any] | Ints) -> Ints:
    if isinstance(ids, range):
        return np.arange(len(ids))
    numbers = np.array(ids) if len(ids) and type(ids[0]) in {int, np.int64} else None
    rank = np.empty(len(ids), dtype=np.int64)
    if numbers is not None and numbers.dtype == np.int64 and (numbers > 0).all():
        rank[_by_digits(numbers)] = np.arange(len(ids))
        return rank
    words = [str(each) for each in ids]
    rank[sorted(range(len(ids)), key=words.__getitem__)] = np.arange(len(ids))
    return rank


def _by_digits(numbers: Ints) -> Ints:
    """The places of positive numbers in the order of their digits, as words are ordered: 1, 10, 2."""
    powers = 10 ** np.arange(1, 19)
    length = np.searchsorted(powers, numbers, side="right")
    longest = int(length.max())
    if longest >= len(powers) - 1:
        return np.argsort(numbers.astype(str), kind="stable")
    filled = numbers * np.append(1, powers)[longest - length]
    return np.lexsort((length, filled))
