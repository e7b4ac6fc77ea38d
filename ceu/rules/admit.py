"""Admit: who may gain hours, where and under whom. An entry passes every gate, fails one, or cannot be told."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    version = situation.version
    judged: list[tuple[str, Answers]] = [
        (FUTURE, _yes_where(situation.ledger.day <= situation.as_of.toordinal(), NO)),
        (COVERAGE, _yes_where(situation.ledger.day >= version.covers_from.day.toordinal(), CANNOT_TELL)),
    ]
    judged += _through(situation, version.gates)
    judged += _through(situation, version.sessions)
    contradictory = [
        (doubt.id, _yes_where(~situation.holds(doubt.when), CANNOT_TELL)) for doubt in version.doubts
    ]
    answers = np.minimum.reduce([each for _, each in judged])
    for _, each in contradictory:
        # What rests on contradictory facts may not be refused on them either.
        answers = np.where(each == CANNOT_TELL, CANNOT_TELL, answers).astype(np.int8)
    table = np.array([each for _, each in judged])
    refused = np.where(answers == NO, np.argmax(table == NO, axis=0), -1)
    judged += contradictory
    return Verdict(answers, refused, tuple(rule for rule, _ in judged), tuple(each for _, each in judged))


def _through(situation: Situation, gates: Sequence[Gate]) -> list[tuple[str, Answers]]:
    judged = []
    for gate in gates:
        applies = situation.answer(gate.applies)
        if gate.status == "unknown":
            answers = np.where(applies == NO, YES, CANNOT_TELL).astype(np.int8)
        else:
            answers = np.maximum(YES - applies, situation.answer(gate.only_if))
        judged.append((gate.id, answers))
    return judged


def _yes_where(condition: Mask, otherwise: int) -> Answers:
    return np.where(condition, YES, otherwise).astype(np.int8)
