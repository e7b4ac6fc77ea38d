"""The ways beside the engine, each in a process of its own: what it used and what it found."""

import json
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ceu.settings import ROOT
from tests.bench.population import Table

REQUIREMENTS = Path(__file__).with_name("openfisca.txt")
SCRIPT = Path(__file__).with_name("openfisca_people.py")
ENVIRONMENT = ROOT / "var" / "bench"


@dataclass(frozen=True)
class Run:
    """CPU seconds in all, those of calculating alone where it was measured, peak memory, and the answers."""

    seconds: float
    megabytes: float
    found: dict[str, int]
    calculating: float | None = None


def go(way: str, table: Table) -> Run:
    """One of the ways of ``tests.bench.people``."""
    return _run([sys.executable, "-m", "tests.bench.people", way, str(table.folder), str(table.people)])


def openfisca(table: Table, rounds: int = 1) -> Run:
    """OpenFisca-Core; raises CalledProcessError with its output where it cannot be installed or fails."""
    python = _openfisca_python()
    return _run([str(python), str(SCRIPT), str(table.folder), str(table.people), str(rounds)])


def _run(command: list[str]) -> Run:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Run(told["seconds"], told["megabytes"], told["found"], told.get("calculating"))


def _openfisca_python() -> Path:
    """The Python of an environment with the pinned OpenFisca-Core, made on first use. It is not part of the program."""
    python, mark = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "made-from"
    wanted = sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not mark.is_file() or mark.read_text() != wanted:
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS]
        for command in ([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], install):
            subprocess.run(command, capture_output=True, text=True, check=True)
        mark.write_text(wanted)
    return python
