"""How a log stands under a pack in a few numbers and no words, for tables of many packs or many people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from ceu.rules.assessment import Answer
from ceu.rules.engine import choose_version, measure_people
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack, Requirement, Version
from ceu.rules.reading import Measured
from ceu.rules.situation import CANNOT_TELL, NO, YES, Answers

ANSWERS: Mapping[int, Answer] = {YES: "met", CANNOT_TELL: "cannot_tell", NO: "short"}


@dataclass(frozen=True)
class Glance:
    """What a pack says of one log: minutes credited and undetermined, and how many of the requirements that are asked of
    the person are met, short, or cannot be told. ``version`` is the one that governs."""

    version: Version
    credited: int
    undetermined: int
    met: int
    short: int
    cannot_tell: int

    @property
    def asked(self) -> int:
        """How many requirements are asked."""
        return self.met + self.short + self.cannot_tell


def glance(
    pack: Pack, ledger: Ledger, facts: Facts, as_of: date, policies: Mapping[str, str]
) -> Glance | None:
    """One person's log under one pack; None where no version covers the governing date."""
    version = choose_version(pack, facts, as_of)
    if version is None:
        return None
    measured = measure_people(pack, version, ledger, (facts,), as_of, policies=policies)
    answers = answers_of(measured)
    found = [
        int(answers[rule.id][0])
        for rule in version.requirements
        if rule.id not in version.options and measured.situation.person_answers(rule.applies)[0] != NO
    ]
    return Glance(
        version,
        int(measured.credited.sum()),
        int(measured.undetermined.sum()),
        *(found.count(answer) for answer in (YES, NO, CANNOT_TELL)),
    )


def answers_of(measured: Measured) -> dict[str, Answers]:
    """Per requirement and person: met (2), cannot tell (1) or short (0), as ``assess`` says it of one."""
    return {rule.id: _answers(measured, rule) for rule in measured.situation.version.requirements}


def _answers(measured: Measured, rule: Requirement) -> Answers:
    situation = measured.situation
    applies = situation.person_answers(rule.applies)
    spared = applies == NO
    open_ = applies == CANNOT_TELL
    if rule.satisfied_if is not None:
        satisfied = situation.person_answers(rule.satisfied_if)
        spared |= satisfied == YES
        open_ |= satisfied == CANNOT_TELL
    levels = [reading.levels[rule.id] for reading in (measured.without, measured.with_)]
    met = [level.have >= level.need for level in levels]
    if rule.confirmed is None and (rule.value is None or rule.status == "unknown"):
        sure, open_ = np.zeros_like(spared), np.ones_like(spared)
    else:
        sure, open_ = met[0] & met[1], open_ | met[0] | met[1]
    return np.where(spared | sure, YES, np.where(open_, CANNOT_TELL, NO)).astype(np.int8)
