"""Arithmetic on columns that the stages share: groups, sums by group and what goes beyond a room, in whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceu.rules.ledger import Ints

Mask = NDArray[np.bool_]
_SPARSE = 4  # keys this many times as far apart as there are keys are sorted, others counted
_FEW = 1_000


@dataclass(frozen=True)
class Cut:
    """Minutes that one rule takes from some entries; ``entries`` are places in the ledger."""

    rule: str
    entries: Ints
    minutes: Ints


def numbered(keys: Ints) -> tuple[Ints, Ints]:
    """The distinct keys in ascending order, and for each key its place among them.

    Keys in order are counted, those that lie close together are marked in a table as wide as their range; only others are
    sorted.
    """
    if not len(keys):
        return keys, keys
    if (keys[1:] >= keys[:-1]).all():
        begins = starts(keys)
        return keys[begins], np.cumsum(begins) - 1
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
    return values if mask.all() else np.where(mask, values, 0)


def sum_by(group: Ints, values: Ints, groups: int) -> Ints:
    """The sum of the values in each group, by integer addition."""
    totals = np.zeros(groups, dtype=np.int64)
    np.add.at(totals, group, values)
    return totals


def count_by(group: Ints, groups: int) -> Ints:
    """How many are in each group."""
    return np.bincount(group, minlength=groups)


def any_by(group: Ints, mask: Mask, groups: int) -> Mask:
    """True for the groups in which the mask holds anywhere."""
    return sum_by(group, mask.astype(np.int64), groups) > 0


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
