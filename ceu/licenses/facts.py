"""Facts about a person: what a pack asks, how answers are stored as JSON, and which of them cannot be true."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceu.rules.facts import Facts
from ceu.rules.language import Condition, subjects
from ceu.rules.ledger import Ledger
from ceu.rules.pack import FactDeclaration, Pack, Version
from ceu.rules.situation import YES, Situation

PERSON = "person."
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Contradiction:
    """An answer that cannot be true, and the sentence that says why and what to do."""

    key: str
    sentence: str


def questions_of(packs: Iterable[Pack]) -> dict[str, FactDeclaration]:
    """What these packs ask about the person, by the fact's name without its owner."""
    return {
        name.removeprefix(PERSON): declared
        for pack in packs
        for name, declared in pack.facts.items()
        if name.startswith(PERSON)
    }


def to_json(fact: Any) -> Any:
    """A fact as JSON: dates as ISO text, periods as pairs, an open end as null.

    >>> to_json(((date(2024, 8, 26), None),))
    [['2024-08-26', None]]
    """
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, tuple | list):
        return [to_json(part) for part in fact]
    return fact


def from_json(value: Any) -> Any:
    """The fact that ``to_json`` spelled.

    >>> from_json([["2024-08-26", None]])
    ((datetime.date(2024, 8, 26), None),)
    """
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, list):
        return tuple(from_json(part) for part in value)
    return value


def contradictions(pack: Pack, facts: Mapping[str, Any], today: date) -> Iterator[Contradiction]:
    """Everything in these answers that cannot be true: what is said to have come but lies ahead, and the pack's doubts.

    What is merely odd stays; the rules then answer "cannot tell".
    """
    for key, question in questions_of([pack]).items():
        answer = facts.get(key)
        if question.not_yet and isinstance(answer, date) and answer > today:
            yield Contradiction(key, "This date lies ahead. Say “not yet” until it has come.")
    version = pack.version_on(today)
    for doubt in version.doubts if version else ():
        asked = tuple(subjects(doubt.when))
        about_person = all(subject.startswith(PERSON) for subject in asked)
        if version and about_person and _holds(pack, version, doubt.when, facts, today):
            yield Contradiction(asked[0].removeprefix(PERSON), doubt.sentence)


def _holds(pack: Pack, version: Version, condition: Condition, facts: Mapping[str, Any], today: date) -> bool:
    nothing = Ledger.from_rows([])
    situation = Situation(version, nothing, (Facts(person=facts),), pack.facts, today, pack.choices({}))
    return bool(situation.person_answers(condition)[0] == YES)
