"""The simplified rule of ``simplified.yaml`` in OpenFisca-Core, for the same population.

Run by the bench in an environment of its own, and imported by nothing: ``python openfisca_people.py FOLDER PEOPLE ROUNDS``.
"""

import json
import re
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

FIRST_MONDAY, WEEKS = "2022-01-03", 104
KINDS = ("counseling", "notes", "supervision")
BLOCK = 500
WEEK = periods.DateUnit.WEEK
Person = entities.SingleEntity("person", "people", "A person", "")


# OpenFisca names variables by their classes, and wants every attribute in each.


class counseling(variables.Variable):  # noqa: N801
    value_type, entity, definition_period, label = int, Person, WEEK, "counseling"


class notes(variables.Variable):  # noqa: N801
    value_type, entity, definition_period, label = int, Person, WEEK, "notes"


class supervision(variables.Variable):  # noqa: N801
    value_type, entity, definition_period, label = int, Person, WEEK, "supervision"


class counts(variables.Variable):  # noqa: N801
    value_type, entity, definition_period, label = bool, Person, WEEK, "counts"

    def formula(person, period):  # noqa: N805
        needed = np.where(person("counseling", period) > 600, 120, 60)
        return person("supervision", period) >= needed


class direct(variables.Variable):  # noqa: N801
    value_type, entity, definition_period, label = int, Person, WEEK, "direct"

    def formula(person, period):  # noqa: N805
        return np.where(person("counts", period), np.minimum(person("counseling", period), 2400), 0)


class nonclinical(variables.Variable):  # noqa: N801
    value_type, entity, definition_period, label = int, Person, WEEK, "nonclinical"

    def formula(person, period):  # noqa: N805
        other = person("notes", period) + person("supervision", period)
        return np.where(person("counts", period), np.minimum(other, 2400 - person("direct", period)), 0)


def main(folder: Path, people: int, rounds: int) -> dict[str, object]:
    """Read the table once; then set it as inputs and calculate, so many times. The median is told."""
    begun = time.process_time()
    table = _read(folder, people)
    reading = time.process_time() - begun
    system = taxbenefitsystems.TaxBenefitSystem([Person])
    system.add_variables(counseling, notes, supervision, counts, direct, nonclinical)
    times, found = [], {}
    for _ in range(rounds):
        begun = time.process_time()
        found = _calculate(system, table, people)
        times.append(time.process_time() - begun)
    return {
        "reading": reading,
        "seconds": reading + median(times),
        "calculating": median(times),
        "found": found,
    }


def _calculate(system: taxbenefitsystems.TaxBenefitSystem, table: np.ndarray, people: int) -> dict[str, int]:
    simulation = simulations.SimulationBuilder().build_default_simulation(system, count=people)
    weeks = [periods.period(f"week:{FIRST_MONDAY}").offset(week, "week") for week in range(WEEKS)]
    for kind, minutes in zip(KINDS, table, strict=True):
        for week, column in zip(weeks, minutes, strict=True):
            simulation.set_input(kind, week, column)
    hours, other, supervised = (np.zeros(people, dtype=np.int64) for _ in range(3))
    for week in weeks:
        hours += simulation.calculate("direct", week)
        other += simulation.calculate("nonclinical", week)
        supervised += simulation.calculate("counts", week)
    total = hours + np.minimum(other, 75_000)
    met = (total >= 180_000) & (hours >= 105_000) & (supervised >= WEEKS)
    sums = (int(each.sum()) for each in (met, total, hours, supervised))
    return dict(zip(("met", "total", "direct", "weeks"), sums, strict=True))


def _read(folder: Path, people: int) -> np.ndarray:
    """Minutes by kind, week and person, from the long table in blocks."""
    minutes = np.zeros((len(KINDS), WEEKS, people), dtype=np.int32)
    kinds = {"person": np.int32, "week": np.int16, "kind": np.int8, "minutes": np.int16}
    ends = np.cumsum(np.load(folder / "rows_of_person.npy"))
    for first in range(0, people, BLOCK):
        begins, end = int(ends[first - 1]) if first else 0, int(ends[min(first + BLOCK, people) - 1])
        block = {
            name: np.fromfile(
                folder / name, dtype=kind, count=end - begins, offset=begins * np.dtype(kind).itemsize
            )
            for name, kind in kinds.items()
        }
        minutes[block["kind"], block["week"], block["person"]] = block["minutes"]
    return minutes


def peak_megabytes() -> float:
    """The most memory this process has held. (``ru_maxrss`` would begin with what its parent held.)"""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    answer = main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(answer | {"megabytes": peak_megabytes()}))
