"""Speed and scale of the engine: one long log, all packs, and a population, beside other ways of doing it."""

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from subprocess import CalledProcessError

from ceu.adapters.rulepacks import PackLibrary, load_pack
from ceu.rules.engine import assess, choose_version, measure_people
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack
from ceu.settings import ROOT
from tests.bench import logs
from tests.bench.alternatives import Run, go, openfisca
from tests.bench.measure import measure
from tests.bench.people import CALIFORNIA, SIMPLIFIED, california, ledger_of
from tests.bench.population import BLOCK, Table, make

PEOPLE = 100_000
ROWS_A_PERSON = 305
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)


def print_scale() -> None:
    """Measure and print the README's tables of the engine."""
    _print("one person, us-ca/lmft", "CPU ms", _one_person())
    _print("the simplified rule, one person, 104 weeks", "CPU ms", _simplified_for_one())
    with tempfile.TemporaryDirectory() as name:
        table = make(Path(name), PEOPLE)
        _population(table)
        _by_size(table)


def _print(title: str, unit: str, figures: Iterator[tuple[str, float]]) -> None:
    print(f"\n| {title} | {unit} |\n| --- | --- |")
    for name, figure in figures:
        print(f"| {name} | {figure:.1f} |", flush=True)


def _one_person() -> Iterator[tuple[str, float]]:
    pack = load_pack(CALIFORNIA)
    for words, short in (("every week supervised", False), ("a third of the weeks short", True)):
        rows = logs.daily_log(with_short_weeks=short)
        weekly = logs.weekly_totals(rows)
        for what, listed in (
            (f"{len(rows):,} daily entries", rows),
            (f"{len(weekly):,} weekly totals", weekly),
        ):
            ledger = Ledger.from_rows(listed)
            yield f"{what}, {words}, with reasons", _with_reasons(pack, ledger)
    ledger = Ledger.from_rows(logs.daily_log(with_short_weeks=False))
    yield "5,000 daily entries, numbers only", _numbers(pack, ledger)
    decade = Ledger.from_rows(logs.ten_years())
    yield (
        f"{len(decade):,} entries of ten years, with reasons",
        _with_reasons(pack, decade, logs.FACTS_OF_TEN_YEARS),
    )
    yield (
        f"{len(decade):,} entries of ten years, numbers only",
        _numbers(pack, decade, logs.FACTS_OF_TEN_YEARS),
    )
    rows = logs.daily_log(with_short_weeks=False)
    yield "a simplified rule as a plain Python loop over them", measure(lambda: logs.plain_loop(rows)).cpu_ms
    packs = PackLibrary(ROOT / "ceu" / "rulepacks").all()
    yield f"all {len(packs)} packs, numbers only", sum(_numbers(each, ledger, rounds=5) for each in packs)
    yield (
        f"all {len(packs)} packs, with reasons",
        sum(_with_reasons(each, ledger, rounds=3) for each in packs),
    )


def _with_reasons(pack: Pack, ledger: Ledger, facts: Facts = logs.FACTS, rounds: int = 25) -> float:
    return measure(lambda: assess(pack, ledger, facts, logs.AS_OF), rounds=rounds).cpu_ms


def _numbers(pack: Pack, ledger: Ledger, facts: Facts = logs.FACTS, rounds: int = 25) -> float:
    version = choose_version(pack, facts, logs.AS_OF)
    if version is None:
        return 0.0
    return measure(lambda: measure_people(pack, version, ledger, (facts,), logs.AS_OF), rounds=rounds).cpu_ms


def _simplified_for_one() -> Iterator[tuple[str, float]]:
    pack = load_pack(SIMPLIFIED)
    with tempfile.TemporaryDirectory() as name:
        table = make(Path(name), 1)
        ledger = ledger_of(next(table.blocks()))  # of one person: no table
        version, rows = (
            pack.versions[-1],
            [
                {
                    "day": date.fromordinal(day),
                    "minutes": minutes,
                    "activity": ledger.categories["activity"].values[kind],
                }
                for day, minutes, kind in zip(
                    ledger.day.tolist(),
                    ledger.minutes.tolist(),
                    ledger.categories["activity"].codes.tolist(),
                    strict=True,
                )
            ],
        )
        yield (
            "the engine, numbers only",
            measure(lambda: measure_people(pack, version, ledger, (Facts(),), logs.AS_OF)).cpu_ms,
        )
        yield "the engine, with reasons", measure(lambda: assess(pack, ledger, Facts(), logs.AS_OF)).cpu_ms
        yield "a plain Python loop", measure(lambda: logs.plain_loop(rows)).cpu_ms
        run = _openfisca(table, rounds=25)
        if run is not None and run.calculating is not None:
            yield "OpenFisca-Core", run.calculating * 1000


def _population(table: Table) -> None:
    print(
        f"\n| the simplified rule, {table.people:,} people, {table.rows / 1e6:.1f} million rows | CPU s | peak MB |"
    )
    print("| --- | --- | --- |")
    runs = {
        f"the engine, in blocks of {BLOCK} people": go("engine", table),
        "numpy by hand, the whole table": go("numpy", table),
        "numpy by hand, in the same blocks": go("numpy-in-blocks", table),
    }
    with_openfisca = _openfisca(table)
    if with_openfisca is not None:
        runs["OpenFisca-Core, from the same rows"] = with_openfisca
    for name, run in runs.items():
        print(f"| {name} | {run.seconds:.2f} | {run.megabytes:.0f} |", flush=True)
    if with_openfisca is not None and with_openfisca.calculating is not None:
        print(f"| OpenFisca-Core, its weekly arrays ready-made | {with_openfisca.calculating:.2f} | |")
    if len({str(run.found) for run in runs.values()}) != 1:
        raise AssertionError(f"The ways do not agree: { {name: run.found for name, run in runs.items()} }")


def _by_size(table: Table) -> None:
    print("\n| us-ca/lmft, many people, numbers only | rows per second of CPU |\n| --- | --- |")
    pack = load_pack(CALIFORNIA)
    california(pack, table, people=10)
    for size in SIZES:
        begun = time.process_time()
        rows = california(pack, table, people=max(size // ROWS_A_PERSON, 1))
        spent = time.process_time() - begun
        print(f"| about {size:,} rows | {rows / spent:,.0f} |", flush=True)


def _openfisca(table: Table, rounds: int = 1) -> Run | None:
    try:
        return openfisca(table, rounds)
    except (CalledProcessError, OSError) as error:
        print(f"(OpenFisca-Core is left out: {getattr(error, 'stderr', '') or error})")
        return None


if __name__ == "__main__":
    print_scale()
