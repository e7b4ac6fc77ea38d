"""Arithmetic on columns that the stages share: sums by group and what goes beyond a room, in whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceu.rules.ledger import Ints

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Cut:
    """Minutes that one rule takes from some entries; ``entries`` are places in the ledger."""

    rule: str
    entries: Ints
    minutes: Ints


def sum_by(group: Ints, values: Ints, groups: int) -> Ints:
    """The sum of the values in each group, by integer addition."""
    totals = np.zeros(groups, dtype=np.int64)
    np.add.at(totals, group, values)
    return totals


def beyond(group: Ints, minutes: Ints, room: Ints) -> Ints:
    """How many minutes of each entry do not fit when entries are taken in the order given, ``room`` per group."""
    if not len(group):
        return minutes
    by_group = np.argsort(group, kind="stable")
    sorted_group, sorted_minutes = group[by_group], minutes[by_group]
    before = np.cumsum(sorted_minutes) - sorted_minutes
    starts = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
    before -= np.repeat(before[starts], np.diff(np.r_[starts, len(by_group)]))
    excess = np.empty_like(minutes)
    fits = np.minimum(sorted_minutes, np.maximum(room[sorted_group] - before, 0))
    excess[by_group] = sorted_minutes - fits
    return excess


def first_appearance(group: Ints) -> Mask:
    """True where a group appears for the first time."""
    mask = np.zeros(len(group), dtype=np.bool_)
    mask[np.unique(group, return_index=True)[1]] = True
    return mask
