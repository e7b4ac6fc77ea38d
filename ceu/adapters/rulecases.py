"""The cases that prove rule packs: short logs with what the rules must say of them, read strictly from YAML.

A file belongs to one pack and lies beside the others of its folder: ``us-ca/lmft.yaml``, ``us-ca/lmft-examples.yaml``.
What all its cases share (facts, attributes of entries) stands at the top; a case says what differs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ceu.adapters.rulepacks import PackError, mistakes_in
from ceu.adapters.yaml import YamlError, read_yaml
from ceu.domain.minutes import parse_minutes
from ceu.rules.facts import Facts
from ceu.rules.language import COLUMNS
from ceu.rules.pack import DateField, Note, Pack

ATTRIBUTES = frozenset(COLUMNS) - {"activity", "minutes", "course"} | {"title", "times", "every"}
"""What a line of a log may say beside its activity; ``title`` is the course, for ``course: 6:00`` is an activity."""

EVERYWHERE = ("version", "coverage")
"""Thresholds that every pack has: the first day of its version, and the first day that can be measured."""

CASES_PER_THRESHOLD = 2


def _plain(value: Any) -> Any:
    """Dates are text in the files, and lists become tuples; everything else stays."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)
    if isinstance(value, str) and value[:1].isdigit() and value.count("-") == 2:
        return date.fromisoformat(value)
    return value


Plain = Annotated[dict[str, Any], BeforeValidator(_plain)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_Strict):
    """What the rules must say: amounts as ``12:30`` or whole numbers, by rule.

    ``credited`` are the entries in order, ``fix`` the smallest thing that would mend a requirement, ``findings`` the
    remedies of the weeks.
    """

    credited: tuple[str | int, ...] | None = None
    have: Mapping[str, str | int] = {}
    maximums: Mapping[str, str | int] = {}
    uncounted: Mapping[str, str | int] = {}
    cut: Mapping[str, str | int] | None = None
    answers: Mapping[str, str] = {}
    undetermined: str | int | None = None
    fix: Mapping[str, str | None] = {}
    findings: tuple[str | None, ...] | None = None
    severity: str | None = None
    good_until: Annotated[date | None, BeforeValidator(_plain)] = None

    @model_validator(mode="after")
    def _expects_something(self) -> "Expected":
        if not self.model_fields_set:
            raise ValueError("The case expects nothing. Write what the rules must say, like answers.")
        return self


class _Case(_Strict):
    name: Annotated[str, Field(min_length=1)]
    why: str | None = None
    threshold: str | None = None
    facts: Plain = {}
    policies: Mapping[str, str] = {}
    as_of: DateField | None = None
    log: tuple[Plain, ...]
    expect: Expected

    @model_validator(mode="after")
    def _names_one_activity(self) -> "_Case":
        for line in self.log:
            activities = set(line) - ATTRIBUTES
            if len(activities) != 1:
                raise ValueError(
                    f"A line of the log names {len(activities)} activities. Write one, like counseling: 1:00."
                )
            parse_minutes(str(line[activities.pop()]))
        return self


class _File(_Strict):
    pack: str
    as_of: DateField
    facts: Plain
    entry: Plain
    cases: Annotated[tuple[_Case, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _dates_every_entry(self) -> "_File":
        for case in self.cases:
            if not all("day" in self.entry | line for line in case.log):
                raise ValueError(f"An entry of “{case.name}” has no day. Write one, like day: 2026-03-02.")
        return self


@dataclass(frozen=True)
class Line:
    """One line of a log: an entry as the ledger reads it, or ``times`` of them, one every ``every`` days."""

    entry: Mapping[str, Any]
    own: Mapping[str, Any]
    times: int
    every: int


@dataclass(frozen=True)
class RuleCase:
    """One case with everything it shares filled in; ``own_facts`` are those it does not share with its file."""

    pack_id: str
    file: str
    name: str
    why: str | None
    threshold: str | None
    facts: Facts
    own_facts: Mapping[str, Mapping[str, Any]]
    policies: Mapping[str, str]
    as_of: date
    lines: tuple[Line, ...]
    expect: Expected

    def rows(self) -> Iterator[dict[str, Any]]:
        """The entries of its log, numbered from 1."""
        number = 0
        for line in self.lines:
            for repetition in range(line.times):
                number += 1
                later = timedelta(days=line.every * repetition)
                yield dict(line.entry) | {"id": number, "day": line.entry["day"] + later}


class CaseLibrary:
    """The cases of every pack under one folder, read when they are first asked for; a folder that is not there has none."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[str, tuple[RuleCase, ...]] = {}

    def of(self, pack_id: str) -> tuple[RuleCase, ...]:
        """The cases of a pack in the order of its files. Raises PackError for a file that cannot be read."""
        if pack_id not in self._read:
            # A file of another pack may begin with the same name: lmft-ce.yaml.
            files = sorted(self.root.glob(f"{pack_id}*.yaml"), key=lambda path: path.with_suffix(""))
            self._read[pack_id] = tuple(
                case for path in files for case in load_cases(path) if case.pack_id == pack_id
            )
        return self._read[pack_id]

    def files(self) -> tuple[Path, ...]:
        """Every file of cases."""
        return tuple(sorted(self.root.glob("*/*.yaml")))


def load_cases(path: Path) -> tuple[RuleCase, ...]:
    """Read one file of cases. Raises PackError for the first mistake by line, with all of them in ``PackError.all``."""
    try:
        data, locate = read_yaml(path)
    except YamlError as error:
        raise PackError(error.file, error.line, error.what, error.remedy) from error
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise mistakes_in(path, locate, error) from error
    return tuple(_case(path, file, case) for case in file.cases)


def missing_thresholds(pack: Pack, cases: Iterable[RuleCase]) -> tuple[str, ...]:
    """The rules of a pack that are not tried on both sides of their value."""
    tried = [case.threshold for case in cases]
    return tuple(rule for rule in thresholds(pack) if tried.count(rule) < CASES_PER_THRESHOLD)


def thresholds(pack: Pack) -> tuple[str, ...]:
    """Everything in a pack that cases must try: each of its rules, but for notes, and its first days."""
    rules = (rule for version in pack.versions for rule in version.rules() if not isinstance(rule, Note))
    return tuple(dict.fromkeys((*EVERYWHERE, *(rule.id for rule in rules))))


def _case(path: Path, file: _File, case: _Case) -> RuleCase:
    facts = _merged(file.facts, case.facts)
    return RuleCase(
        pack_id=file.pack,
        file=path.name,
        name=case.name,
        why=case.why,
        threshold=case.threshold,
        facts=Facts(**facts),
        own_facts=case.facts,
        policies=case.policies,
        as_of=case.as_of or file.as_of,
        lines=tuple(_line(file.entry, line) for line in case.log),
        expect=case.expect,
    )


def _line(shared: Mapping[str, Any], line: Mapping[str, Any]) -> Line:
    (activity,) = set(line) - ATTRIBUTES
    entry = _merged(shared, line)
    entry["activity"], entry["minutes"] = activity, parse_minutes(str(entry.pop(activity)))
    if "title" in entry:
        entry["course"] = entry.pop("title")
    times, every = entry.pop("times", 1), entry.pop("every", "0 days")
    own = {name: value for name, value in line.items() if name not in {activity, "times", "every"}}
    return Line(entry, own, times, int(str(every).split()[0]))


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        result[key] = _merged(result.get(key) or {}, value) if isinstance(value, dict) else value
    return result
