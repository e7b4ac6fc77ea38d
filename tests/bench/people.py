"""A whole population by the engine, and by hand with numpy.

``python -m tests.bench.people WAY FOLDER PEOPLE`` goes one of the ways in a process of its own and prints as JSON what it
used and what it found. Every way reads the same table and must find the same.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from ceu.adapters.rulepacks import load_pack
from ceu.rules.engine import measure_people
from ceu.rules.facts import Facts
from ceu.rules.ledger import Category, Ledger
from ceu.rules.pack import Pack
from ceu.rules.table import tabulated
from ceu.settings import ROOT
from tests.bench import logs
from tests.bench.population import FIRST_MONDAY, KINDS, WEEKS, Columns, Table

SIMPLIFIED = Path(__file__).with_name("simplified.yaml")
CALIFORNIA = ROOT / "ceu" / "rulepacks" / "us-ca" / "lmft.yaml"
MEASURES = ("met", "total", "direct", "weeks")
TOTAL, DIRECT, NONCLINICAL, WEEKLY, ABOVE = (60 * hours for hours in (3_000, 1_750, 1_250, 40, 10))
Found = dict[str, int]


def by_engine(table: Table) -> Found:
    """The engine with the simplified pack, in blocks of people, of whom nothing needs to be known."""
    pack, found = load_pack(SIMPLIFIED), np.zeros(len(MEASURES), dtype=np.int64)
    for block in table.blocks():
        ledger = ledger_of(block)
        facts = [Facts()] * len(ledger.person.values)
        levels = measure_people(pack, pack.versions[-1], ledger, facts, logs.AS_OF).without.levels
        met = np.logical_and.reduce([level.have >= level.need for level in levels.values()])
        found += [met.sum(), *(levels[name].have.sum() for name in MEASURES[1:])]
    return dict(zip(MEASURES, found.tolist(), strict=True))


def ledger_of(block: Columns, **constant: str) -> Ledger:
    """A ledger of the columns of a block, with more columns that are the same for every entry."""
    size, people = len(block["person"]), int(block["person"][-1]) + 1
    same = {name: Category(np.broadcast_to(np.int64(0), size), (value,)) for name, value in constant.items()}
    return tabulated(
        {
            "person": Category(block["person"], tuple(range(people))),
            "day": block["week"] * np.int32(7) + np.int32(FIRST_MONDAY.toordinal()),
            "minutes": block["minutes"],
            "activity": Category(block["kind"], KINDS),
            **same,
        }
    )


def by_numpy_in_blocks(table: Table) -> Found:
    """By hand, in blocks of people."""
    return _by_hand(table.blocks())


def by_numpy(table: Table) -> Found:
    """By hand, the whole table at once."""
    return _by_hand(table.blocks(table.people))


def _by_hand(blocks: Iterable[Columns]) -> Found:
    found = np.zeros(len(MEASURES), dtype=np.int64)
    for block in blocks:
        people = int(block["person"][-1]) + 1
        key = (block["person"].astype(np.int64) * WEEKS + block["week"]) * len(KINDS) + block["kind"]
        sums = np.zeros(people * WEEKS * len(KINDS), dtype=np.int64)
        np.add.at(sums, key, block["minutes"].astype(np.int64))
        direct, notes, supervision = sums.reshape(people, WEEKS, len(KINDS)).transpose(2, 0, 1)
        counts = supervision >= np.where(direct > ABOVE, 120, 60)
        direct = np.where(counts, np.minimum(direct, WEEKLY), 0)
        other = np.where(counts, np.minimum(notes + supervision, WEEKLY - direct), 0)
        hours, weeks = direct.sum(axis=1), counts.sum(axis=1)
        total = hours + np.minimum(other.sum(axis=1), NONCLINICAL)
        met = (total >= TOTAL) & (hours >= DIRECT) & (weeks >= WEEKS)
        found += [each.sum() for each in (met, total, hours, weeks)]
    return dict(zip(MEASURES, found.tolist(), strict=True))


def california(pack: Pack, table: Table, people: int) -> int:
    """Measure so many people by the California LMFT rules; how many rows that were."""
    rows = 0
    for block in table.blocks(limit=people):
        rows += _measure_californians(pack, block)
    return rows


def _measure_californians(pack: Pack, block: Columns) -> int:
    ledger = ledger_of(block, client_unit="couple", setting="clinic", supervisor="olga", delivery="in_person")
    facts = [logs.FACTS] * len(ledger.person.values)
    measure_people(pack, pack.versions[-1], ledger, facts, logs.AS_OF)
    return len(ledger)


WAYS: dict[str, Callable[[Table], Found]] = {
    "engine": by_engine,
    "numpy": by_numpy,
    "numpy-in-blocks": by_numpy_in_blocks,
}


def peak_megabytes() -> float:
    """The most memory this process has held. (``ru_maxrss`` would begin with what its parent held.)"""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    way, folder, size = sys.argv[1:]
    begun = time.process_time()
    answer = WAYS[way](Table(Path(folder), int(size)))
    used = {"seconds": time.process_time() - begun, "found": answer}
    print(json.dumps(used | {"megabytes": peak_megabytes()}))
