"""Amounts that differ from person to person, or stand in proportion to what else is credited."""

import numpy as np

from ceu.rules.columns import Groups, count_by, kept, numbered
from ceu.rules.ledger import Ints
from ceu.rules.pack import Every, Limit, Requirement
from ceu.rules.periods import Calendar
from ceu.rules.situation import CANNOT_TELL, NEVER, YES, Situation

MINUTES = "minutes"


def amount_of(situation: Situation, rule: Limit | Requirement, larger: bool) -> Ints:
    """The amount for each person: the first of ``instead`` that applies, else the rule's own.

    Where it cannot be told whether one applies, the larger of both is taken, or the smaller. An unknown amount is
    nothing, or more than can ever be reached.
    """
    if rule.value is None or rule.status == "unknown":
        return np.full(len(situation.facts), NEVER if larger else 0)
    chosen = np.full(len(situation.facts), rule.value.amount)
    pick = np.maximum if larger else np.minimum
    for instead in reversed(rule.instead):
        answers = situation.person_answers(instead.when)
        amount = instead.amount.amount
        chosen = np.where(
            answers == YES, amount, np.where(answers == CANNOT_TELL, pick(chosen, amount), chosen)
        )
    return chosen


def base_of(
    situation: Situation, every: Every, minutes: Ints, calendar: Calendar, groups: Groups, doubtful: bool
) -> Ints:
    """What an amount is in proportion to, in each group: minutes of its entries, or periods with any of them."""
    counted = kept(minutes, situation.members(every.of, doubtful))
    if every.amount.unit == MINUTES:
        return groups.sum(counted)
    cells = calendar.cells(every.amount.unit.removesuffix("s"), each_setting=False)  # type: ignore[arg-type]
    chosen = situation.ledger.places(counted > 0)
    group, cell = (situation.ledger.at(column, chosen) for column in (groups.of_entry, cells.of_entry))
    pairs, _ = numbered(group * len(cells) + cell)
    return count_by(pairs // len(cells), groups.count)
