"""What each supervisee's rules say to a session before it is saved: whether so many may be in it, and what it is. Pure.

Only rules about the session itself are asked here (how many, how long, how they met). Whether the hour counts in the end
rests on the whole week and log, and stands on the week's page once it is logged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceu.domain.experience import ACTIVITY_LABELS, Activity
from ceu.licenses.packs import pack_name
from ceu.rules.engine import choose_version
from ceu.rules.facts import Fact, Facts
from ceu.rules.language import Condition, Named, parts_of, subjects
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack, Version
from ceu.rules.situation import NO, YES, Situation

_OF_THE_SESSION = frozenset({"head_count", "minutes", "delivery", "activity"})
_KINDS = {
    "individual_supervision": Activity.SUPERVISION_INDIVIDUAL,
    "group_supervision": Activity.SUPERVISION_GROUP,
}
"""Definitions by which packs say which sessions they take for individual and which for group supervision."""


@dataclass(frozen=True)
class Remark:
    """A sentence of one license's rules about a session, with its law."""

    severity: str
    sentence: str
    citation: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Ruled:
    """The rules a supervisee works towards a license by, and the readings chosen."""

    pack: Pack
    readings: Mapping[str, str]


def remarks_on(
    rows: Sequence[Mapping[str, Any]], ruled: Sequence[Ruled], facts: Mapping[str, Fact], as_of: date
) -> list[Remark]:
    """What the rules say of a session told in one or two ways: as it was meant, and as it is logged (the last).

    Only of the way in which it is logged they say that it does not count.
    """
    found: list[Remark] = []
    for one in ruled:
        person = Facts(person=facts)
        version = choose_version(one.pack, person, as_of)
        if version is None:
            continue
        for place, row in enumerate(rows):
            situation = Situation(
                version,
                Ledger.from_rows([{"id": 0, **row}]),
                (person,),
                one.pack.facts,
                as_of,
                one.pack.choices(one.readings),
            )
            is_logged_so = place == len(rows) - 1
            found += _refusals(one.pack, situation, "lost" if is_logged_so else "note")
            if is_logged_so:
                found += _taken_for(one.pack, situation, row["activity"])
    return list(dict.fromkeys(found))


def _refusals(pack: Pack, situation: Situation, severity: str) -> Iterator[Remark]:
    """The rules about the session that it breaks for certain; where the facts of it contradict each other, only that."""
    version = situation.version
    doubts = [
        doubt
        for doubt in version.doubts
        if situation.answer(doubt.when)[0] == YES and _is_about(doubt.when, version)
    ]
    for doubt in doubts:
        yield Remark(severity, f"{pack_name(pack)}: {doubt.sentence}", _law_of_units(version))
    for rule in () if doubts else (*version.gates, *version.sessions):
        is_broken = situation.answer(rule.applies)[0] == YES and situation.answer(rule.only_if)[0] == NO
        if is_broken and _is_about(rule.only_if, version):
            yield Remark(severity, f"{pack_name(pack)}: {rule.lost}", rule.citation)


def _taken_for(pack: Pack, situation: Situation, activity: str) -> Iterator[Remark]:
    """That a pack takes the session for another kind than its number says."""
    version = situation.version
    for name, kind in _KINDS.items():
        if kind != activity and name in version.definitions and situation.answer(Named(name))[0] == YES:
            sentence = f"{pack_name(pack)}: it is taken for {ACTIVITY_LABELS[kind].lower()}."
            yield Remark("note", sentence, _law_of_units(version))


def _law_of_units(version: Version) -> str:
    units = version.supervision.units if version.supervision else None
    return units.citation if units else ""


def _is_about(condition: Condition, version: Version) -> bool:
    """Whether a condition asks about the session itself, perhaps beside something else."""
    waiting = [condition]
    while waiting:
        asked = waiting.pop()
        if not _OF_THE_SESSION.isdisjoint(subjects(asked)):
            return True
        named = (version.definitions.get(part.name) for part in parts_of(asked) if isinstance(part, Named))
        waiting += [definition for definition in named if definition is not None]
    return False
