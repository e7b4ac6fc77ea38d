"""The floor plan as data, and the imports of every module as they are."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ceu.settings import ROOT

FLOORS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("app", "demo"),
    ("wiring",),
    ("dashboard",),
    ("programs",),
    ("statements",),
    ("signoff",),
    ("supervising",),
    ("exporting", "importing"),
    ("requirements",),
    ("certificates", "experience", "live", "lti", "packages", "planning"),
    ("authoring", "learning"),
    ("catalog",),
    ("providers",),
    ("licenses",),
    ("accounts",),
    ("web", "audit"),
    ("db", "adapters"),
    ("rules", "signing", "deidentify", "questions"),
    ("domain",),
    ("settings",),
)
"""From the roof to the ground. A room may import rooms on lower floors and itself, never a neighbor."""

FEATURES = frozenset(
    {
        "dashboard",
        "certificates",
        "experience",
        "requirements",
        "importing",
        "exporting",
        "supervising",
        "signoff",
        "live",
        "lti",
        "packages",
        "statements",
        "planning",
        "programs",
        "learning",
        "catalog",
        "providers",
        "licenses",
        "accounts",
        "authoring",
    }
)

STOREYS = ("views", "forms", "services", "queries", "models")
"""The order of files inside a feature; ``supervision_views`` counts as ``views``."""

WALLS: dict[str, frozenset[str]] = {
    "flask": frozenset({"web", "views", "forms", "app", "cli", "wiring"}),
    "flask_login": frozenset({"web"}),
    "flask_wtf": frozenset({"web", "app"}),
    "wtforms": frozenset({"web", "forms"}),
    "flask_migrate": frozenset({"app", "cli"}),
    "flask_sqlalchemy": frozenset({"db"}),
    "sqlalchemy": frozenset(
        {"db", "audit", "models", "queries", "services", "handlers", "demo", "experience.assessing"}
    ),
    "yaml": frozenset({"adapters"}),
    "pydantic": frozenset({"adapters", "rules", "questions"}),
    "smtplib": frozenset({"adapters"}),
    "weasyprint": frozenset({"adapters"}),
    "pikepdf": frozenset({"adapters"}),
    "joserfc": frozenset({"adapters", "lti.tokens"}),
    "itsdangerous": frozenset({"web"}),
    "socket": frozenset({"adapters"}),
    "urllib.request": frozenset({"adapters"}),
    "os": frozenset({"adapters", "settings", "cli"}),
    "pathlib": frozenset({"adapters", "settings", "cli", "app"}),
    "scipy": frozenset({"rules.program"}),
    "numpy": frozenset({"rules", "experience.assessing", "licenses.progress"}),
}
"""Which rooms (or kinds of file) may use a library."""


@dataclass(frozen=True)
class Import:
    """One import: where it stands, and what it brings."""

    module: str
    target: str
    line: int
    inside_function: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the program: dotted name without the leading ``ceu.``, and its file."""
    for path in sorted((ROOT / "ceu").rglob("*.py")):
        parts = path.relative_to(ROOT / "ceu").with_suffix("").parts
        yield ".".join(parts), path


def imports() -> list[Import]:
    """Every import statement of the program."""
    return [found for name, path in modules() for found in _imports_of(name, ast.parse(path.read_text()))]


def _imports_of(module: str, tree: ast.Module) -> Iterator[Import]:
    inner = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            targets = [node.module or ""]
        else:
            continue
        for target in targets:
            yield Import(module, target, node.lineno, node in inner)


def room_of(module: str) -> str:
    """The room a module of the program lies in."""
    return module.removeprefix("ceu.").split(".")[0]


def storey_of(module: str) -> str:
    """The kind of file inside its feature: views, forms, services, queries, models, or its own name."""
    name = module.rsplit(".", maxsplit=1)[-1]
    return next((storey for storey in STOREYS if name.endswith(f"_{storey}")), name)


def floor_of(room: str) -> int:
    """The number of a room's floor, 0 under the roof."""
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)
