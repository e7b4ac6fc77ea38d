"""Rule packs as files: read strictly, checked against themselves, refused with the line and the remedy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ceu.adapters.yaml import Locate, YamlError, read_yaml
from ceu.rules.mistakes import mistakes
from ceu.rules.pack import DateField, Pack

COVERAGE_FILE = "coverage.yaml"


class PackError(Exception):
    """A pack that cannot be used: the file, the line, what is wrong and how to mend it; ``all`` holds every one."""

    def __init__(
        self, file: Path, line: int, what: str, remedy: str, more: tuple["PackError", ...] = ()
    ) -> None:
        super().__init__(f"{file}, line {line}: {what} {remedy}")
        self.file = file
        self.line = line
        self.what = what
        self.remedy = remedy
        self.all: tuple[PackError, ...] = (self, *more)


class CoverageEntry(BaseModel):
    """What of a pack has been verified, when, and what is open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pack: str
    state: Literal["encoded", "partly", "planned"]
    verified_on: DateField
    verified: tuple[str, ...]
    open: tuple[str, ...]


class _Coverage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    coverage: Annotated[tuple[CoverageEntry, ...], Field(min_length=1)]


def load_pack(path: Path) -> Pack:
    """Read one pack. Raises PackError for the first mistake by line, with all of them in ``PackError.all``."""
    try:
        data, locate = read_yaml(path)
    except YamlError as error:
        raise PackError(error.file, error.line, error.what, error.remedy) from error
    if not isinstance(data, dict):
        raise PackError(path, 1, "A pack is a mapping of keys.", "Begin it with “pack: us-ca/lmft”.")
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        raise mistakes_in(path, locate, error) from error
    found = [
        PackError(path, locate(mistake.place), mistake.what, mistake.remedy) for mistake in mistakes(pack)
    ]
    if found:
        raise _first(found)
    return pack


def load_coverage(path: Path) -> tuple[CoverageEntry, ...]:
    """Read the register of what has been verified. Raises PackError."""
    try:
        data, locate = read_yaml(path)
    except YamlError as error:
        raise PackError(error.file, error.line, error.what, error.remedy) from error
    try:
        return _Coverage.model_validate(data).coverage
    except ValidationError as error:
        raise mistakes_in(path, locate, error) from error


class PackLibrary:
    """Every pack under one folder. A broken file is refused by name; the others stay usable."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._packs: dict[str, Pack] = {}
        self._refused: dict[str, PackError] = {}
        for path in sorted(root.glob("*/*.yaml"), key=lambda path: path.with_suffix("")):
            if path.name == COVERAGE_FILE:
                continue
            pack_id = path.relative_to(root).with_suffix("").as_posix()
            try:
                pack = load_pack(path)
                if pack.id != pack_id:
                    raise PackError(
                        path,
                        1,
                        f"The pack calls itself “{pack.id}”.",
                        f"Write pack: {pack_id}, after its file.",
                    )
                self._packs[pack_id] = pack
            except PackError as error:
                self._refused[pack_id] = error

    def get(self, pack_id: str) -> Pack:
        """The pack of that id, like "us-ca/lmft". Raises its PackError when refused, KeyError when there is none."""
        if pack_id in self._refused:
            raise self._refused[pack_id]
        return self._packs[pack_id]

    def all(self) -> tuple[Pack, ...]:
        """Every usable pack, by id."""
        return tuple(self._packs.values())

    @property
    def refused(self) -> Mapping[str, PackError]:
        """The packs that could not be read, by id."""
        return self._refused

    def coverage(self) -> tuple[CoverageEntry, ...]:
        """What has been verified, from the coverage.yaml of each jurisdiction. Raises PackError."""
        found = [load_coverage(path) for path in sorted(self.root.glob(f"*/{COVERAGE_FILE}"))]
        return tuple(entry for entries in found for entry in entries)


def _first(errors: list[PackError]) -> PackError:
    first, *others = sorted(errors, key=lambda error: error.line)
    return PackError(first.file, first.line, first.what, first.remedy, tuple(others))


def mistakes_in(path: Path, locate: Locate, error: ValidationError) -> PackError:
    """What pydantic found wrong in a file, as the first mistake by line, with all of them in ``PackError.all``."""
    found = []
    each_error = error.errors()
    for each in each_error:
        place = each["loc"]
        inner = any(other["loc"][: len(place)] == place and other is not each for other in each_error)
        if each["type"] == "too_short" and inner:
            continue  # only because an item inside it is refused
        what, remedy = _sentences(each["type"], str(place[-1]) if place else "this file", each["msg"])
        found.append(PackError(path, locate(place), what, remedy))
    return _first(found)


def _sentences(kind: str, key: str, message: str) -> tuple[str, str]:
    match kind:
        case "missing":
            return f"“{key}” is missing.", f"Add {key}."
        case "extra_forbidden":
            return f"“{key}” is not a key of this part.", "Remove it, or correct its spelling."
        case "too_short":
            return f"“{key}” is empty.", "Write at least one."
        case "value_error":
            what, dot, remedy = message.removeprefix("Value error, ").partition(". ")
            return what + ("." if dot else ""), remedy
        case _:
            return f"“{key}”: {message}.", "Correct the value."
