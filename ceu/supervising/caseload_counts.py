"""How many supervisees somebody has now, held against the most that the law of each jurisdiction allows. Pure.

Who is one of them, the packs say by a condition (``ceu.rules.pack.Caseload``); it is asked of each supervision with the
kinds of supervision met lately. What a fact is missing for is counted apart: it may be one, and is never taken for none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceu.licenses.packs import jurisdiction_name, pack_name
from ceu.rules.engine import choose_version
from ceu.rules.facts import Fact, Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Caseload, Note, Pack, Version
from ceu.rules.situation import CANNOT_TELL, YES, Situation


@dataclass(frozen=True)
class Supervisee:
    """A supervision as the rules are asked about it: ``kinds`` are the kinds of supervision met lately in it."""

    trainee_id: int
    name: str
    supervision_id: int
    setting: str
    packs: tuple[Pack, ...]
    kinds: tuple[str, ...]
    person: Mapping[str, Fact]
    setting_facts: Mapping[str, Any]
    supervisor_facts: Mapping[str, Any]


@dataclass(frozen=True)
class Elsewhere:
    """How many supervisees the supervisor has elsewhere under one maximum, as told on a day."""

    people: int
    as_of: date


@dataclass(frozen=True)
class Count:
    """One maximum, and who stands under it: certainly, perhaps (with what is not known), and elsewhere."""

    key: str
    name: str
    title: str
    text: str
    citation: str
    status: str
    most: int
    certain: tuple[Supervisee, ...]
    perhaps: tuple[Supervisee, ...]
    elsewhere: Elsewhere | None = None

    @property
    def have(self) -> int:
        """Those who are certainly under it, here and elsewhere."""
        return len(self.certain) + (self.elsewhere.people if self.elsewhere else 0)

    @property
    def answer(self) -> str:
        """Whether the maximum is kept: met, lost when exceeded for certain, else cannot_tell."""
        if self.have > self.most:
            return "lost"
        if self.elsewhere is None or self.have + len(self.perhaps) > self.most:
            return "cannot_tell"
        return "met"


@dataclass(frozen=True)
class _Maximum:
    key: str
    name: str
    note: Note
    caseload: Caseload


def counts(
    supervisees: Sequence[Supervisee], elsewhere: Mapping[str, Elsewhere], as_of: date
) -> tuple[list[Count], list[str]]:
    """Each maximum that concerns one of these supervisees, and the licenses for which no maximum is known."""
    answers: dict[str, dict[int, tuple[int, Supervisee]]] = {}
    maxima: dict[str, _Maximum] = {}
    unknown: dict[str, None] = {}
    for one in supervisees:
        for pack in one.packs:
            facts = _facts(one)
            version = choose_version(pack, facts, as_of)
            note = next((note for note in version.notes if note.caseload), None) if version else None
            if version is None or note is None or note.caseload is None:
                unknown[pack_name(pack)] = None
                continue
            maximum = _maximum(pack, note, note.caseload)
            maxima.setdefault(maximum.key, maximum)
            answer = _is_one(one, pack, version, note.caseload, facts, as_of)
            of_key = answers.setdefault(maximum.key, {})
            if answer > of_key.get(one.trainee_id, (-1, one))[0]:
                of_key[one.trainee_id] = (answer, one)
    found = [
        Count(
            key,
            maximum.name,
            maximum.note.title,
            maximum.note.text,
            maximum.note.citation,
            maximum.note.status,
            maximum.caseload.at_most.amount,
            _those(answers[key].values(), YES),
            _those(answers[key].values(), CANNOT_TELL),
            elsewhere.get(key),
        )
        for key, maximum in maxima.items()
    ]
    return sorted(found, key=lambda count: count.name), sorted(unknown)


def _maximum(pack: Pack, note: Note, caseload: Caseload) -> _Maximum:
    if caseload.across == "jurisdiction":
        return _Maximum(pack.jurisdiction, jurisdiction_name(pack), note, caseload)
    return _Maximum(pack.id, pack_name(pack), note, caseload)


def maximum_keys(packs: Iterable[Pack]) -> dict[str, str]:
    """Every maximum that these packs know, by key with its name."""
    return {
        maximum.key: maximum.name
        for pack in packs
        for version in pack.versions
        for note in version.notes
        if note.caseload
        for maximum in [_maximum(pack, note, note.caseload)]
    }


def _is_one(
    one: Supervisee, pack: Pack, version: Version, caseload: Caseload, facts: Facts, as_of: date
) -> int:
    """Whether somebody is counted: 2 yes, 1 cannot be told, 0 no; the kinds met lately each have a say."""
    kinds: tuple[str | None, ...] = one.kinds or (None,)
    rows = [
        {
            "id": number,
            "day": as_of,
            "minutes": 60,
            "activity": kind,
            "setting": str(one.setting),
            "supervisor": str(one.supervision_id),
        }
        for number, kind in enumerate(kinds)
    ]
    situation = Situation(version, Ledger.from_rows(rows), (facts,), pack.facts, as_of, pack.choices({}))
    return int(situation.answer(caseload.of).max())


def _facts(one: Supervisee) -> Facts:
    return Facts(
        person=one.person,
        settings={str(one.setting): one.setting_facts},
        supervisors={str(one.supervision_id): one.supervisor_facts},
    )


def _those(answered: Iterable[tuple[int, Supervisee]], answer: int) -> tuple[Supervisee, ...]:
    return tuple(
        sorted((one for said, one in answered if said == answer), key=lambda one: one.name.casefold())
    )
