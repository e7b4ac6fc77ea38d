"""A made-up population for measuring: so many people, so many weeks, as one long table on disk.

The table is sorted by person and week, as a database would give it. Its columns are files of plain numbers, so that every
contender can read as much of it at a time as suits it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

KINDS = ("counseling", "notes", "supervision_individual")
COLUMNS = {"person": np.int32, "week": np.int16, "kind": np.int8, "minutes": np.int16}
FIRST_MONDAY = date(2022, 1, 3)
WEEKS = 104
BLOCK = 800
"""People judged at a time: their columns stay in the processor's cache."""
_READ_AT_ONCE = 4_000
"""People read at a time, a whole number of blocks."""
_MADE_AT_ONCE = 500

Columns = dict[str, NDArray[np.integer]]


@dataclass(frozen=True)
class Table:
    """The files of a population, and how many people and rows there are."""

    folder: Path
    people: int

    @property
    def rows(self) -> int:
        return (self.folder / "kind").stat().st_size

    def column(self, name: str, first: int = 0, count: int = -1) -> NDArray[np.integer]:
        """A column, or the part of it from a row on."""
        kind = np.dtype(COLUMNS[name])
        return np.fromfile(self.folder / name, dtype=kind, count=count, offset=first * kind.itemsize)

    def blocks(self, people: int = BLOCK, limit: int | None = None) -> Iterator[Columns]:
        """The table in blocks of so many people, who are numbered anew in each; of all of them, or the first few."""
        ends = np.r_[0, np.cumsum(np.load(self.folder / "rows_of_person.npy"))]
        everyone = self.people if limit is None else limit
        together = max(people, _READ_AT_ONCE // people * people)
        for begin in range(0, everyone, together):
            bounds = ends[begin : min(begin + together, everyone) + 1]
            read = {name: self.column(name, int(bounds[0]), int(bounds[-1] - bounds[0])) for name in COLUMNS}
            bounds = (bounds - bounds[0]).tolist()
            for first, last in pairwise([*range(0, len(bounds) - 1, people), len(bounds) - 1]):
                block = {name: column[bounds[first] : bounds[last]] for name, column in read.items()}
                block["person"] = block["person"] - np.int32(begin + first)
                yield block


def make(folder: Path, people: int, seed: int = 20261124) -> Table:
    """Make the population and write it."""
    generator, counts = np.random.default_rng(seed), []
    files = {name: (folder / name).open("wb") for name in COLUMNS}
    for first in range(0, people, _MADE_AT_ONCE):
        size = min(_MADE_AT_ONCE, people - first)
        minutes = _weeks(generator, size)
        person, week, kind = np.nonzero(minutes)
        cells = {"person": person + first, "week": week, "kind": kind, "minutes": minutes[minutes > 0]}
        for name, column in cells.items():
            column.astype(COLUMNS[name]).tofile(files[name])
        counts.append(np.bincount(person, minlength=size))
    for file in files.values():
        file.close()
    np.save(folder / "rows_of_person.npy", np.concatenate(counts))
    return Table(folder, people)


def _weeks(generator: np.random.Generator, people: int) -> NDArray[np.int16]:
    """Minutes by person, week and kind. Half the people miss nothing; the others take weeks off or lack supervision."""
    size = (people, WEEKS)
    misses = generator.random(size) < generator.choice([0.0, 0.06], (people, 1))
    usual = generator.integers(20, 120, (people, 1))  # quarters of an hour of counseling in a usual week
    counseling = 15 * np.clip(usual + generator.integers(-8, 9, size), 1, None)
    notes = 15 * generator.integers(0, 61, size)
    supervision = 60 * np.where(counseling > 600, 2, 1)
    supervision -= 60 * (misses & (generator.random(size) < 0.5))
    minutes = np.stack((counseling, notes, supervision), axis=2)
    minutes[misses & (generator.random(size) < 0.5)] = 0
    return minutes.astype(np.int16)
