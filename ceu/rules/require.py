"""Require: how much of each requirement there is, for every person."""

import numpy as np

from ceu.rules.columns import Mask, first_appearance, sum_by
from ceu.rules.ledger import Ints
from ceu.rules.pack import EVERYTHING, Requirement, WeeksWith
from ceu.rules.situation import CANNOT_TELL, YES, Situation
from ceu.rules.supervise import Contact


def have(
    situation: Situation, rule: Requirement, counted: Ints, contact: Contact | None, doubtful: bool
) -> Ints:
    """Minutes, distinct weeks or days of a requirement per person; ``doubtful`` entries belong or do not."""
    people = len(situation.facts)
    enough = CANNOT_TELL if doubtful else YES
    minutes = np.where(situation.answer(rule.of) >= enough, counted, 0)
    person = situation.ledger.person.codes
    if rule.weeks:
        cells = situation.cells
        qualifies = weeks_that_qualify(situation, rule.weeks, minutes, contact, doubtful)
        chosen = np.flatnonzero(qualifies)
        distinct = chosen[first_appearance(cells.person_week[chosen])]
        return sum_by(cells.person[distinct], np.ones(len(distinct), dtype=np.int64), people)
    if rule.span:
        days = _span(person, situation.ledger.day, minutes, people)
        return days // 7 if rule.unit == "weeks" else days
    return sum_by(person, minutes, people)


def weeks_that_qualify(
    situation: Situation, rule: WeeksWith, minutes: Ints, contact: Contact | None, doubtful: bool
) -> Mask:
    """Which cells have minutes credited and enough units of the right kind of supervision.

    "Of the 104 weeks of required supervision, 52 weeks shall be individual supervision, triadic supervision, or a
    combination of both": the week's required hour itself must be of that kind, so half a unit of individual
    supervision beside a unit of group supervision is not enough.
    """
    cells = situation.cells
    credited = sum_by(cells.of_entry, minutes, len(cells)) > 0
    if contact is None:
        return credited
    parts = contact.parts
    if rule.of != EVERYTHING:
        chosen = situation.answer(rule.of) >= (CANNOT_TELL if doubtful else YES)
        parts = sum_by(cells.of_entry, np.where(chosen, contact.parts_of_entry, 0), len(cells))
    return credited & (parts >= rule.units * contact.one)


def _span(person: Ints, day: Ints, minutes: Ints, people: int) -> Ints:
    chosen = minutes > 0
    first = np.full(people, np.iinfo(np.int64).max)
    last = np.full(people, -1, dtype=np.int64)
    np.minimum.at(first, person[chosen], day[chosen])
    np.maximum.at(last, person[chosen], day[chosen])
    return np.where(last < 0, 0, last - first + 1)
