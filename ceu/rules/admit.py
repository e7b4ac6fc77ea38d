"""Admit: who may gain hours, where and under whom. An entry passes every gate, fails one, or cannot be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from ceu.rules.columns import Mask
from ceu.rules.ledger import Ints
from ceu.rules.pack import Gate
from ceu.rules.situation import CANNOT_TELL, NO, YES, Answers, Situation

FUTURE = "future"
COVERAGE = "coverage"


@dataclass(frozen=True)
class Verdict:
    """The answer per entry, the rule that refused it (an index into ``rules``, -1 for none), and each rule's answers."""

    answers: Answers
    refused_by: Ints
    rules: tuple[str, ...]
    by_rule: tuple[Answers, ...]


def admit(situation: Situation) -> Verdict:
    """Pass every entry through the gates of the version and through what makes a session valid."""
    version, day = situation.version, situation.ledger.day
    judged = [
        (FUTURE, _yes_where(day <= situation.as_of.toordinal(), NO)),
        (COVERAGE, _yes_where(day >= version.covers_from.day.toordinal(), CANNOT_TELL)),
        *((gate.id, _passes(situation, gate)) for gate in (*version.gates, *version.sessions)),
    ]
    contradictory = [
        (doubt.id, _yes_where(situation.brief(doubt.when) != YES, CANNOT_TELL)) for doubt in version.doubts
    ]
    answers = reduce(np.minimum, (each for _, each in judged))
    for _, each in contradictory:
        # What rests on contradictory facts may not be refused on them either.
        if (each == CANNOT_TELL).any():
            answers = np.where(each == CANNOT_TELL, each, answers)
    refused = _first_to_refuse(answers, [each for _, each in judged])
    judged += contradictory
    by_rule = tuple(np.broadcast_to(each, len(answers)) for _, each in judged)
    return Verdict(answers, refused, tuple(rule for rule, _ in judged), by_rule)


def _passes(situation: Situation, gate: Gate) -> Answers:
    applies = situation.brief(gate.applies)
    if gate.status == "unknown":
        return _yes_where(applies == NO, CANNOT_TELL)
    return np.maximum(YES - applies, situation.brief(gate.only_if))


def _first_to_refuse(answers: Answers, judged: Sequence[Answers]) -> Ints:
    no = answers == NO
    if not no.any():
        return np.broadcast_to(np.int64(-1), len(answers))
    refused = np.full(len(answers), -1)
    for index in reversed(range(len(judged))):
        refused[no & (judged[index] == NO)] = index
    return refused


def _yes_where(condition: Mask, otherwise: int) -> Answers:
    return np.where(condition, np.int8(YES), np.int8(otherwise))
