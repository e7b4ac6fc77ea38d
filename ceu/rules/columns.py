"""Arithmetic on columns that the stages share: groups, sums by group and what goes beyond a room, in whole numbers."""

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceu.rules.ledger import Ints

Mask = NDArray[np.bool_]
_SPARSE = 4  # keys this many times as far apart as there are keys are sorted, others counted
_FEW = 1_000


EVERYWHERE: Mask = np.ones(1, dtype=np.bool_)
"""A mask that holds for every entry, in one cell."""


@dataclass(frozen=True)
class Cut:
    """Minutes that one rule takes from some entries; ``entries`` are places in the ledger."""

    rule: str
    entries: Ints
    minutes: Ints


@dataclass(frozen=True)
class Groups:
    """Which of ``count`` groups each entry is in.

    In a table (``ceu.rules.table``) the groups may be those of its days: then all kinds of a day are in the same.
    """

    of_entry: Ints
    count: int

    def sum(self, values: Ints, where: Mask = EVERYWHERE) -> Ints:
        """The sum in each group of the values where the mask holds."""
        if values.ndim > self.of_entry.ndim and where.shape[-1] == 1:
            kinds = np.flatnonzero(np.broadcast_to(where, (len(values), 1)))
            values = self._sum_of_rows([values[kind] for kind in kinds.tolist()])
        else:
            values = kept(values, where)
            if values.ndim > self.of_entry.ndim:
                values = self._sum_of_rows(list(values))
        values = self._long(values)
        if self._begins is not None:
            return values if len(values) == self.count else np.add.reduceat(values, self._begins)
        totals = np.zeros(self.count, dtype=np.int64)
        np.add.at(totals, self.of_entry, values)
        return totals

    def any(self, mask: Mask) -> Mask:
        """True for the groups in which the mask holds anywhere."""
        if mask.ndim > self.of_entry.ndim:
            mask = np.logical_or.reduce(mask, axis=0)
        mask = self._long(mask)
        if self._begins is not None:
            return mask if len(mask) == self.count else np.logical_or.reduceat(mask, self._begins)
        found = np.zeros(self.count, dtype=np.bool_)
        found[self.of_entry[mask]] = True
        return found

    def spread(self, of_group: NDArray[Any]) -> NDArray[Any]:
        """For each entry what stands for its group."""
        each_alone = self._begins is not None and len(self._begins) == len(self.of_entry)
        return of_group if each_alone else of_group[self.of_entry]

    def _sum_of_rows(self, rows: list[Ints]) -> Ints:
        return reduce(np.add, rows) if rows else np.zeros(1, dtype=np.int64)

    def _long(self, values: NDArray[Any]) -> NDArray[Any]:
        """As long as the column of groups."""
        shape = self.of_entry.shape
        return values if values.shape == shape else np.broadcast_to(values, shape)

    @cached_property
    def _begins(self) -> Ints | None:
        """Where each group begins; None if they do not stand one after the other, or some are empty."""
        group, each = self.of_entry, np.arange(self.count)
        if group.ndim > 1 or len(group) < self.count:
            return None
        if len(group) == self.count:
            return each if (group == each).all() else None
        if not (group[1:] >= group[:-1]).all():
            return None
        begins: Ints = np.searchsorted(group, each)
        return begins if (group.take(begins, mode="clip") == each).all() else None


def numbered(keys: Ints) -> tuple[Ints, Ints]:
    """The distinct keys in ascending order, and for each key its place among them.

    Keys in order are counted, those that lie close together are marked in a table as wide as their range; only others are
    sorted.
    """
    if not keys.size:
        return keys, keys
    if keys.ndim > 1:
        distinct, places = numbered(keys.reshape(-1))
        return distinct, places.reshape(keys.shape)
    if (keys[1:] >= keys[:-1]).all():
        begins = starts(keys)
        return (keys, np.arange(len(keys))) if begins.all() else (keys[begins], np.cumsum(begins) - 1)
    lowest = int(keys.min())
    width = int(keys.max()) - lowest + 1
    if width > _SPARSE * len(keys) + _FEW:
        distinct, places = np.unique(keys, return_inverse=True)
        return distinct, places
    offset = keys - lowest
    seen = np.zeros(width, dtype=np.bool_)
    seen[offset] = True
    distinct = np.flatnonzero(seen)
    if len(distinct) == width:
        return distinct + lowest, offset
    table = np.empty(width, dtype=np.int64)
    table[distinct] = np.arange(len(distinct))
    return distinct + lowest, table[offset]


def kept(values: Ints, mask: Mask) -> Ints:
    """The values where the mask holds, nothing elsewhere."""
    return values if mask.all() else values * mask


def both(one: Mask, other: Mask) -> Mask:
    """Where both masks hold. The shorter one costs nothing where it holds everywhere."""
    shorter, longer = (one, other) if one.size < other.size else (other, one)
    return longer if 0 < shorter.size < longer.size and shorter.all() else one & other


def sum_by(group: Ints, values: Ints, groups: int) -> Ints:
    """The sum of the values in each group, by integer addition."""
    return Groups(group, groups).sum(values)


def count_by(group: Ints, groups: int) -> Ints:
    """How many are in each group."""
    return np.bincount(group, minlength=groups)


def any_by(group: Ints, mask: Mask, groups: int) -> Mask:
    """True for the groups in which the mask holds anywhere."""
    return Groups(group, groups).any(mask)


def starts(group: Ints) -> Mask:
    """True where another group begins than stood before."""
    begins = np.ones(len(group), dtype=np.bool_)
    begins[1:] = group[1:] != group[:-1]
    return begins


def beyond(group: Ints, minutes: Ints, room: Ints) -> Ints:
    """How many minutes of each entry do not fit when entries are taken in the order given, ``room`` per group.

    The entries of a group stand together.
    """
    first = np.flatnonzero(starts(group))
    before = np.cumsum(minutes) - minutes
    before -= np.repeat(before[first], np.diff(np.r_[first, len(group)]))
    return minutes - np.minimum(minutes, np.maximum(room[group] - before, 0))
