"""Marks: a number for everything that was said of a period, so that what was said before can be known again.

A mark is a sum of mixed numbers, one for each thing said, so the order in which they are said does not matter.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceu.rules.ledger import Ints

Numbers = NDArray[np.uint64]
# The finalizer of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Marks:
    """So many periods, and the mark of each."""

    def __init__(self, periods: int) -> None:
        self.values: Numbers = np.zeros(periods, dtype=np.uint64)

    def add(self, period: Ints, *said: NDArray[Any] | int) -> None:
        """Add what is said, in so many columns, of the period that each row names."""
        np.add.at(self.values, period, mixed(*said))


def mixed(*said: NDArray[Any] | int) -> Numbers:
    """One number for each row of the columns; a column may be a single number."""
    total: Numbers = np.zeros(1, dtype=np.uint64)
    for column, factor in zip(said, _OF_COLUMN, strict=False):
        numbers = column if isinstance(column, np.ndarray) else np.array([column], dtype=np.uint64)
        total = total + numbers.astype(np.uint64, copy=False) * factor
    for shift, factor in zip(_SHIFTS, (*_FACTORS, np.uint64(1)), strict=True):
        total = (total ^ (total >> shift)) * factor
    return total


def key(*words: str | int) -> int:
    """A number for some words: the same in every process."""
    return int.from_bytes(sha256("\0".join(map(str, words)).encode()).digest()[:8], "big")


def keys(words: Iterable[int | str]) -> Numbers:
    """A number for each of these; whole numbers, where there are no others, stand for themselves."""
    listed = np.array(list(words))
    if listed.dtype == np.int64:
        return listed.astype(np.uint64)
    return np.array([key(str(word)) for word in listed.tolist()], dtype=np.uint64)


_OF_COLUMN = tuple(np.uint64(key("column", place) | 1) for place in range(16))
