"""Facts about a person or a license: what a pack asks, how answers are stored as JSON, and which cannot be true."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceu.licenses.models import License
from ceu.rules.cycle import Held, RenewalCycle
from ceu.rules.facts import Facts
from ceu.rules.language import subjects
from ceu.rules.ledger import Ledger
from ceu.rules.pack import FactDeclaration, Pack
from ceu.rules.situation import Situation

PERSON = "person."
LICENSE_STATUS, SUPERVISES = "person.license_status", "person.supervises"
ALREADY_COMPLETED = "person.already_completed"
CARRIED_OVER = "person.hours_carried_over"
SUPPLIED = frozenset(
    {
        "license_issued_on",
        "license_status",
        "cycle_begins",
        "cycle_ends",
        "cycle_number",
        "cycle_end_year",
        "first_renewal",
        "months_in_cycle",
        "supervises",
        "already_completed",
    }
)
"""What the rules of a renewal need not ask in their own words: it follows from the license itself."""
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Contradiction:
    """An answer that cannot be true, and the sentence that says why and what to do."""

    key: str
    sentence: str


def questions_of(packs: Iterable[Pack], owner: str = PERSON) -> dict[str, FactDeclaration]:
    """What these packs ask about the person ("setting." and "supervisor." too), by the fact's name without its owner."""
    return {
        name.removeprefix(owner): declared
        for pack in packs
        for name, declared in pack.facts.items()
        if name.startswith(owner)
    }


def worded_differently(packs: Iterable[Pack]) -> dict[str, tuple[str, ...]]:
    """The facts that rules ask under one name but not in the same words, each with the packs that ask it.

    One answer serves every pack, so the question must be one, and mean one thing. A pack need not offer every option, but
    calls those it offers by the same words. What follows from the license itself is never asked, and may be worded freely.
    """
    asked: dict[str, list[tuple[str, FactDeclaration]]] = {}
    for pack in packs:
        for name, declared in pack.facts.items():
            if name.removeprefix(PERSON) not in SUPPLIED:
                asked.setdefault(name, []).append((pack.id, declared))
    return {
        name: tuple(pack_id for pack_id, _ in found)
        for name, found in asked.items()
        if not _is_one_question([declared for _, declared in found])
    }


def _is_one_question(declarations: Sequence[FactDeclaration]) -> bool:
    without_options = {repr(declared.model_copy(update={"options": None})) for declared in declarations}
    options = {option for declared in declarations for option in (declared.options or {}).items()}
    return len(without_options) == 1 and len(options) == len(dict(options))


def license_questions(pack: Pack) -> dict[str, FactDeclaration]:
    """What the rules of a renewal ask beyond what follows from the license, by the fact's name without its owner."""
    return {key: asked for key, asked in questions_of([pack]).items() if key not in SUPPLIED}


def held(license_: License) -> Held:
    """The dates of a license from which its renewal cycles follow."""
    return Held(license_.issued_on, license_.expires_on, license_.birth_month)


def license_facts(license_: License, cycle: RenewalCycle | None) -> dict[str, Any]:
    """Everything the rules of a renewal are told in one cycle; without one, only when the license expires."""
    facts = {key: from_json(value) for key, value in license_.facts.items()} | {
        "license_issued_on": license_.issued_on,
        "license_status": license_.status,
        "cycle_ends": license_.expires_on,
        "supervises": license_.supervises,
        "already_completed": tuple(license_.completed_topics),
    }
    if cycle is not None:
        facts |= {
            "cycle_begins": cycle.begins,
            "cycle_ends": cycle.ends,
            "cycle_number": cycle.number,
            "cycle_end_year": cycle.ends.year,
            "first_renewal": cycle.is_first,
            "months_in_cycle": cycle.months,
        }
    return facts


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
    if version is None:
        return
    nothing = Ledger.from_rows([])
    situation = Situation(version, nothing, (Facts(person=facts),), pack.facts, today, pack.choices({}))
    for doubt in situation.contradictions_of_person:
        yield Contradiction(next(subjects(doubt.when)).removeprefix(PERSON), doubt.sentence)
