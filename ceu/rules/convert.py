"""Normalize: what counts for more or less than the clock, such as 50 minutes that are an hour of instruction."""

from dataclasses import dataclass

import numpy as np

from ceu.rules.columns import Cut
from ceu.rules.ledger import Ints
from ceu.rules.pack import Conversion
from ceu.rules.situation import CANNOT_TELL, YES, Situation


@dataclass(frozen=True)
class Converted:
    """Minutes per entry by the rule's own measure: what was cut from the clock's, and what was granted beyond it."""

    minutes: Ints
    cuts: tuple[Cut, ...]
    granted: Ints


def convert(situation: Situation, admitted: Ints, doubtful: bool) -> Converted:
    """Measure what was admitted; where a conversion cannot be told, the smaller measure holds, or with doubts the larger."""
    minutes, cuts = admitted, []
    undecided = admitted > 0
    for rule in situation.version.conversions:
        answers = situation.answer(rule.of)
        converted = _by(rule, admitted)
        pick = np.maximum if doubtful else np.minimum
        value = np.where(answers == YES, converted, pick(admitted, converted))
        hit = undecided & (answers >= CANNOT_TELL)
        minutes = np.where(hit, value, minutes)
        undecided = undecided & ~hit
        short = np.flatnonzero(hit & (value < admitted))
        if len(short):
            cuts.append(Cut(rule.id, short, (admitted - value)[short]))
    return Converted(minutes, tuple(cuts), np.maximum(minutes - admitted, 0))


def _by(rule: Conversion, minutes: Ints) -> Ints:
    if rule.whole:
        return minutes // rule.minutes * rule.count_as
    return minutes * rule.count_as // rule.minutes
