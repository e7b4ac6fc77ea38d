"""Normalize: what counts for more or less than the clock, such as 50 minutes that are an hour of instruction."""

from dataclasses import dataclass

import numpy as np

from ceu.rules.columns import Cut
from ceu.rules.ledger import Ints
from ceu.rules.pack import Conversion
from ceu.rules.situation import Situation


@dataclass(frozen=True)
class Converted:
    """Minutes per entry by the rule's own measure: what was cut from the clock's, and what was granted beyond it."""

    minutes: Ints
    cuts: tuple[Cut, ...]
    granted: Ints


def convert(situation: Situation, admitted: Ints, doubtful: bool) -> Converted:
    """Measure what was admitted by the first conversion it falls under.

    Where that cannot be told, the smallest measure that may hold is taken, or with doubts the largest.
    """
    rules, ledger = situation.version.conversions, situation.ledger
    if not rules:
        return Converted(admitted, (), np.broadcast_to(np.int64(0), admitted.shape))
    minutes, by = admitted, np.full(admitted.shape, len(rules))
    for place, rule in reversed(tuple(enumerate(rules))):
        converted = _by(rule, admitted)
        better = converted > minutes if doubtful else converted < minutes
        sure, perhaps = (situation.members(rule.of, doubtful=each) for each in (False, True))
        taken = sure | (perhaps & better)
        minutes, by = np.where(taken, converted, minutes), np.where(taken, place, by)
    short = minutes < admitted
    cuts = [
        Cut(rule.id, places, ledger.at(admitted - minutes, places))
        for place, rule in enumerate(rules)
        if len(places := ledger.places(short & (by == place)))
    ]
    return Converted(minutes, tuple(cuts), np.maximum(minutes - admitted, 0))


def _by(rule: Conversion, minutes: Ints) -> Ints:
    if rule.whole:
        return minutes // rule.minutes * rule.count_as
    return minutes * rule.count_as // rule.minutes
