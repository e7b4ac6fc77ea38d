"""Which row of an attendance report is which registered person. Pure.

Matched by e-mail, then by the registrant's id, then by name; a name that two people share, or that nobody has, waits for a
person to decide.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_POSTNOMINALS = re.compile(r",\s*(?:[A-Z][A-Za-z]*\.?[A-Z][A-Za-z.-]*)(?=,|$)")
_NOT_LETTERS = re.compile(r"[^\w]+")


class By(StrEnum):
    """What a match rests on."""

    EMAIL = "email"
    REGISTRANT = "registrant"
    NAME = "name"


@dataclass(frozen=True)
class Registered:
    """Somebody who is expected: an id, their name, the addresses they are known by, and the registrant id, if any."""

    id: int
    name: str
    emails: frozenset[str]
    registrant: str = ""


@dataclass(frozen=True)
class Row:
    """Whom a row of a report speaks of, as the report spells it."""

    name: str
    email: str = ""
    registrant: str = ""


@dataclass(frozen=True)
class Match:
    """A registered person's id, and what it rests on; None where nobody, or more than one, fits."""

    id: int | None
    by: By | None = None


NOBODY = Match(None)


def match_rows(rows: Sequence[Row], people: Iterable[Registered]) -> list[Match]:
    """The match of each row, in their order.

    An address that belongs to somebody decides alone, whatever the name says; addresses are compared without case.
    """
    everyone = list(people)
    emails = _unique((email.casefold(), each.id) for each in everyone for email in each.emails)
    registrants = _unique((each.registrant, each.id) for each in everyone if each.registrant)
    names = _unique((plain_name(each.name), each.id) for each in everyone)
    return [_match(row, emails, registrants, names) for row in rows]


def plain_name(name: str) -> str:
    """A name as it is compared: without case, accents, titles after it, remarks in brackets, and the order of its words.

    >>> plain_name("Núñez, Dr. María (she/her)") == plain_name("maria nunez dr, LMFT")
    True
    """
    bare = _POSTNOMINALS.sub("", _IN_BRACKETS.sub(" ", name))
    decomposed = unicodedata.normalize("NFKD", bare)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(sorted(_NOT_LETTERS.sub(" ", letters).casefold().split()))


def _match(
    row: Row, emails: Mapping[str, int], registrants: Mapping[str, int], names: Mapping[str, int]
) -> Match:
    for by, key, known in (
        (By.EMAIL, row.email.casefold(), emails),
        (By.REGISTRANT, row.registrant, registrants),
        (By.NAME, plain_name(row.name), names),
    ):
        if key and key in known:
            return Match(known[key], by)
    return NOBODY


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What belongs to one person only."""
    found: dict[str, set[int]] = {}
    for key, person in pairs:
        found.setdefault(key, set()).add(person)
    return {key: next(iter(people)) for key, people in found.items() if len(people) == 1}
