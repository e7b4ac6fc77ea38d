"""Rule packs as files: read strictly, checked against themselves, refused with the line and the remedy.

The site keeps the last good text of each beside its own data, and goes on with it while a newer file is refused.
"""

import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ceu.adapters.yaml import Locate, YamlError, read_yaml
from ceu.rules.mistakes import mistakes
from ceu.rules.pack import DateField, Pack

COVERAGE_FILE = "coverage.yaml"

_log = logging.getLogger(__name__)


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


@dataclass(frozen=True)
class LastGood:
    """A pack that is used in its last good text, kept ``since`` (an instant, UTC), because of what is wrong with its file."""

    since: datetime
    error: PackError


class PackLibrary:
    """Every pack under one folder. A broken file is refused by name; the others stay usable.

    ``kept`` is the folder in which a site keeps the last good text of each (see ``keep``): a refused file is replaced by it.
    """

    def __init__(self, root: Path, kept: Path | None = None) -> None:
        self.root = root
        self._kept = kept
        self._packs: dict[str, Pack] = {}
        self._refused: dict[str, PackError] = {}
        self._last_good: dict[str, LastGood] = {}
        for path in sorted(root.glob("*/*.yaml"), key=lambda path: path.with_suffix("")):
            if path.name == COVERAGE_FILE:
                continue
            pack_id = path.relative_to(root).with_suffix("").as_posix()
            try:
                self._packs[pack_id] = _load_named(path, pack_id)
            except PackError as error:
                self._refused[pack_id] = error
                self._take_last_good(pack_id, error)

    def _take_last_good(self, pack_id: str, error: PackError) -> None:
        if self._kept is None:
            return
        path = self._kept / f"{pack_id}.yaml"
        try:
            since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            self._packs[pack_id] = _load_named(path, pack_id)
        except FileNotFoundError:
            return
        except (OSError, PackError) as unusable:
            _log.error("The last good text of the rules %s cannot be used: %s", pack_id, unusable)
            return
        self._last_good[pack_id] = LastGood(since, error)

    def keep(self) -> None:
        """Keep the text of every good file, where it differs from what is kept. What cannot be written is logged."""
        if self._kept is None:
            return
        for pack_id in self._packs.keys() - self._refused.keys():
            kept = self._kept / f"{pack_id}.yaml"
            try:
                text = (self.root / f"{pack_id}.yaml").read_bytes()
                if not kept.exists() or kept.read_bytes() != text:
                    _write_whole(kept, text)
            except OSError as error:
                _log.error(
                    "The last good text of the rules %s cannot be kept in %s (%s). Should its file break, there is none"
                    " to go on with.",
                    pack_id,
                    kept,
                    error.strerror,
                )

    def get(self, pack_id: str) -> Pack:
        """The pack of that id, like "us-ca/lmft", if need be in its last good text.

        Raises its PackError when it is refused and none is kept, KeyError when there is no such file.
        """
        if pack_id not in self._packs and pack_id in self._refused:
            raise self._refused[pack_id]
        return self._packs[pack_id]

    def all(self) -> tuple[Pack, ...]:
        """Every usable pack, by id."""
        return tuple(self._packs.values())

    @property
    def refused(self) -> Mapping[str, PackError]:
        """The files that could not be read, by the id of their pack."""
        return self._refused

    @property
    def last_good(self) -> Mapping[str, LastGood]:
        """The packs that are used in their last good text, by id."""
        return self._last_good

    def coverage(self) -> tuple[CoverageEntry, ...]:
        """What has been verified, from the coverage.yaml of each jurisdiction. Raises PackError."""
        found = [load_coverage(path) for path in sorted(self.root.glob(f"*/{COVERAGE_FILE}"))]
        return tuple(entry for entries in found for entry in entries)


def _load_named(path: Path, pack_id: str) -> Pack:
    pack = load_pack(path)
    if pack.id != pack_id:
        raise PackError(
            path, 1, f"The pack calls itself “{pack.id}”.", f"Write pack: {pack_id}, after its file."
        )
    return pack


def _write_whole(path: Path, text: bytes) -> None:
    """Replace a file at once: whoever reads it meanwhile finds the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


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
