"""The answer: what counts, what is missing and why, as frozen values that can be stored and read back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np
from pydantic import TypeAdapter

from ceu.rules.ledger import Ints

Answer = Literal["met", "short", "cannot_tell"]
Severity = Literal["lost", "mend", "note", "cannot_tell"]
EntryId = int | str


@dataclass(frozen=True)
class Cut:
    """Minutes of one entry that a rule took."""

    rule: str
    minutes: int
    sentence: str


@dataclass(frozen=True)
class Reason:
    """Why minutes of one entry can neither be credited nor refused."""

    rule: str
    sentence: str


@dataclass(frozen=True)
class Entry:
    """One entry: ``credited + undetermined + sum of cuts == logged + granted``, always.

    ``granted`` is what the rule's own measure adds to the clock's (an hour of instruction of 50 minutes).
    """

    id: EntryId
    logged: int
    credited: int
    undetermined: int
    cuts: tuple[Cut, ...]
    reasons: tuple[Reason, ...]
    granted: int = 0


@dataclass(frozen=True)
class Finding:
    """Something to know about a week, another period or a setting.

    ``lost`` can no longer be put right, ``mend`` still can (``fix`` says how), ``cannot_tell`` waits for a fact.
    """

    rule: str
    severity: Severity
    sentence: str
    entries: tuple[EntryId, ...]
    fix: str | None = None


@dataclass(frozen=True)
class Week:
    """A calendar week in one setting. Supervision is in sixtieths of a unit: an hour of individual supervision is 60.

    ``qualifies`` names the requirements that count this week.
    """

    start: date
    setting: str | None
    logged: int
    credited: int
    undetermined: int
    supervision_have: int
    supervision_need: int
    qualifies: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Result:
    """One requirement (``minimum``) or limit (``maximum``) with its numbers, its words and its law.

    ``have`` is certain; ``have_at_most`` is what there would be if everything that cannot be told counted.
    ``uncounted`` keeps visible what a limit took. ``need`` is None where the amount is unknown. An ``option`` is one of
    several ways to meet its parent, and is not asked for itself.
    """

    id: str
    title: str
    kind: Literal["minimum", "maximum"]
    answer: Answer
    have: int
    have_at_most: int
    need: int | None
    unit: str
    parent: str | None
    applies: bool
    uncounted: int
    sentence: str
    smallest_fix: str | None
    reasons: tuple[str, ...]
    citation: str
    source: tuple[str, ...]
    source_url: str
    quote: str | None
    status: str
    as_of: date
    remark: str | None = None
    option: bool = False

    @property
    def missing(self) -> int:
        """How much is still needed; 0 once met and for limits."""
        return 0 if self.kind == "maximum" or self.need is None else max(self.need - self.have, 0)


@dataclass(frozen=True)
class PolicyInUse:
    """A point the law leaves open and the reading taken here."""

    id: str
    question: str
    option: str
    reading: str
    reason: str
    is_default: bool
    citation: str
    status: str


@dataclass(frozen=True)
class Assessment:
    """What a pack says of one person's ledger on ``as_of``.

    ``good_until`` is the first later day on which the same log and facts would read differently, None if no day would.
    ``version_id`` is None when no version covers the governing date; then nothing can be told. The columns ``ids``,
    ``logged``, ``credited_minutes``, ``undetermined_minutes`` are in the order of the ledger; ``cuts`` and ``reasons``
    are keyed by place in it, for the entries that have any, and so is ``granted``.
    """

    pack_id: str
    version_id: str | None
    as_of: date
    good_until: date | None
    policies: tuple[PolicyInUse, ...]
    requirements: tuple[Result, ...]
    findings: tuple[Finding, ...]
    weeks: tuple[Week, ...] = ()
    ids: tuple[EntryId, ...] = ()
    logged: tuple[int, ...] = ()
    credited_minutes: tuple[int, ...] = ()
    undetermined_minutes: tuple[int, ...] = ()
    cuts: Mapping[int, tuple[Cut, ...]] = field(default_factory=dict)
    reasons: Mapping[int, tuple[Reason, ...]] = field(default_factory=dict)
    granted: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def credited(self) -> Ints:
        """Credited minutes per entry, in the order of the ledger."""
        return np.array(self.credited_minutes, dtype=np.int64)

    @cached_property
    def undetermined(self) -> Ints:
        """Minutes per entry that cannot be told."""
        return np.array(self.undetermined_minutes, dtype=np.int64)

    @cached_property
    def entries(self) -> Mapping[EntryId, Entry]:
        """Every entry by its id."""
        return {entry.id: entry for entry in self._each()}

    @property
    def minimums(self) -> tuple[Result, ...]:
        return tuple(result for result in self.requirements if result.kind == "minimum")

    @property
    def maximums(self) -> tuple[Result, ...]:
        return tuple(result for result in self.requirements if result.kind == "maximum")

    @property
    def answer(self) -> Answer:
        """The whole: met when every requirement is, short when one is short for certain."""
        answers = {result.answer for result in self.minimums if not result.option}
        if "short" in answers:
            return "short"
        return "met" if answers == {"met"} else "cannot_tell"

    def requirement(self, requirement_id: str) -> Result:
        """The requirement or limit of that id; raises KeyError for one this version does not have."""
        for result in self.requirements:
            if result.id == requirement_id:
                return result
        raise KeyError(requirement_id)

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, for storage."""
        stored: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Assessment":
        """The assessment that ``as_json`` stored."""
        return _ADAPTER.validate_python(stored)

    def _each(self) -> Iterator[Entry]:
        for place, entry_id in enumerate(self.ids):
            yield Entry(
                entry_id,
                self.logged[place],
                self.credited_minutes[place],
                self.undetermined_minutes[place],
                self.cuts.get(place, ()),
                self.reasons.get(place, ()),
                self.granted.get(place, 0),
            )


_ADAPTER = TypeAdapter(Assessment)
