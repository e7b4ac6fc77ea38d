"""Many people's ledger laid out as a table: a row for each kind of entry, a column for each day of a person.

Most of what rules ask is asked of a kind of entry, of a person or of a day. In a table such an answer is one cell for the
whole row or column, the sum of a day is the sum of a few rows, and the days of a week stand together; so the same stages
take a fraction of the time. The columns of a table broadcast against each other: what belongs to the kind has a cell per
row, what belongs to the day a cell per column, and minutes have both. Where a person has no entry of a kind on a day,
there is one of no minutes, which counts for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceu.rules.columns import Mask, numbered, starts
from ceu.rules.language import CATEGORIES
from ceu.rules.ledger import UNKNOWN, Category, Ints, Ledger

_ROOM = 2  # a table may have this many cells for every entry
_PERSON = 1 << 22  # wider than any date's ordinal, and more kinds than are ever numbered
_UNASKED: Ints = np.zeros(1, dtype=np.int64)
"""Ranks of entries, which nothing asks where places come in order."""
_UNKNOWN: Ints = np.full(1, UNKNOWN, dtype=np.int64)


@dataclass(frozen=True)
class Table(Ledger):
    """A ledger laid out as a table; places are numbered row after row, and ``place_of_entry`` is that of each entry."""

    place_of_entry: Ints

    def places(self, mask: Mask, among: Mask | None = None) -> Ints:
        """Those places day after day, and kind after kind within a day: in the order of the entries."""
        kinds, days = self.minutes.shape
        if among is not None and among.ndim > 1:
            mask, among = mask & among, None
        chosen = np.arange(days) if among is None else np.flatnonzero(among)
        if mask.shape[-1] == 1:
            those = np.flatnonzero(np.broadcast_to(mask, (kinds, 1)))
            places: Ints = np.add.outer(chosen, those * days).reshape(-1)
        else:
            inside = np.flatnonzero(np.broadcast_to(mask, (kinds, days))[:, chosen].T)
            day = inside // kinds
            places = chosen[day] + (inside - day * kinds) * days
        return places

    def at(self, column: NDArray[Any], places: Ints) -> NDArray[Any]:
        days = self.minutes.shape[1]
        if column.shape == self.minutes.shape:
            cells: NDArray[Any] = column.reshape(-1)[places]
        elif column.ndim > 1:
            cells = column[places // days, 0]
        else:
            cells = np.broadcast_to(column, days)[places - places // days * days]
        return cells

    @property
    def by_day(self) -> bool:
        return True

    def any_of_day(self, mask: Mask) -> Mask:
        days: Mask = np.logical_or.reduce(np.broadcast_to(mask, self.minutes.shape), axis=0)
        return days

    def of_entries(self, column: Ints) -> Ints:
        return self.at(column, self.place_of_entry)

    def entries_at(self, places: Ints) -> Ints:
        entry = np.zeros(self.minutes.size, dtype=np.int64)
        entry[self.place_of_entry] = np.arange(len(self.place_of_entry))
        there: Ints = entry[places]
        return there


def tabulated(columns: Mapping[str, Any]) -> Ledger:
    """A ledger of many people as a table, if it can be one; else as ``Ledger.from_columns`` reads it.

    The columns are arrays of whole numbers of any width, or ``Category``. For a table they must be of several people, come
    by person, day and kind, hold no kind twice on a day, and fill half of it. Entries are known by their places.
    """
    return _table(columns) or Ledger.from_columns(columns)


def _table(columns: Mapping[str, Any]) -> Table | None:
    person, day, minutes = columns["person"].codes, columns["day"], columns["minutes"]
    told_apart, size = _told_apart(columns), len(day)
    lowest = [int(column.min(initial=0)) for column in told_apart.values()]
    widths = [
        int(column.max(initial=0)) - low + 1 for column, low in zip(told_apart.values(), lowest, strict=True)
    ]
    if len(columns["person"].values) < 2 or size < 2 or not 1 < prod(widths) < _PERSON:
        return None
    kind = _together(
        [column - np.int64(low) for column, low in zip(told_apart.values(), lowest, strict=True)], widths
    )
    begins = starts(person) | starts(day)
    first = np.flatnonzero(begins)
    days, kinds = len(first), np.arange(prod(widths))
    if len(kinds) * days > _ROOM * size:
        kinds, kind = numbered(kind)  # most of the kinds that could be are not there
    person, day = (column.take(first).astype(np.int64) for column in (person, day))
    by_day = person * _PERSON + day
    in_order = (begins[1:] | (kind[1:] > kind[:-1])).all() and (by_day[1:] > by_day[:-1]).all()
    if len(kinds) * days > _ROOM * size or len(kinds) < 2 or not in_order or minutes.min() < 0:
        return None
    place: Ints = kind * days
    place += np.cumsum(begins, dtype=np.int64)
    place -= 1
    cells = np.zeros(len(kinds) * days, dtype=np.int64)
    cells[place] = minutes.astype(np.int64, copy=False)
    codes = np.unravel_index(kinds, widths)
    rows = {
        name: (code + low)[:, np.newaxis] for name, code, low in zip(told_apart, codes, lowest, strict=True)
    }
    return Table(
        ids=range(size),
        person=replace(columns["person"], codes=person),
        day=day,
        minutes=cells.reshape(len(kinds), days),
        head_count=rows.get("head_count", columns.get("head_count", _UNKNOWN)[:1]),
        practicum=rows.get("practicum", columns.get("practicum", _UNKNOWN)[:1]),
        categories={name: _category(columns.get(name), rows.get(name)) for name in CATEGORIES},
        rank=_UNASKED,
        place_of_entry=place,
    )


def _together(columns: Sequence[Ints], widths: Sequence[int]) -> Ints:
    """One number for each row of columns; ``numpy.unravel_index`` takes it apart."""
    key, *others = columns
    for column, width in zip(others, widths[1:], strict=True):
        key = key * width + column
    return key


def _told_apart(columns: Mapping[str, Any]) -> dict[str, NDArray[np.integer[Any]]]:
    """The columns by which kinds of entries differ: all that are not kept as the same throughout."""
    found = {name: columns[name].codes for name in CATEGORIES if name in columns}
    found |= {name: columns[name] for name in ("head_count", "practicum") if name in columns}
    return {name: column for name, column in found.items() if column.strides != (0,)}


def _category(column: Category | None, of_kind: Ints | None) -> Category:
    if column is None:
        return Category(_UNKNOWN, ())
    return replace(column, codes=column.codes[:1] if of_kind is None else of_kind)
