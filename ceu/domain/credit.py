"""What a course is worth: each body's formula in exact minutes, and the one rounding at the award.

Exact minutes are kept and rounded once, when credit is awarded; the same text is worth different credit before
different bodies. Sources: NBCC home study, 6,000 words an hour (provider practice, secondary); NASW Continuing
Education Approval Program, 10,000 words an hour, whole or half hours, at least one (verified); Mergener formula as
published by CCCEP and in an AORN example (verified).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from ceu.domain.errors import DomainError

HOUR = 60

LIVE = frozenset({"in_person", "live_online"})
"""Deliveries in which people are present with whoever teaches, at a time that is set."""
NBCC_WORDS_PER_HOUR = 6_000
NASW_WORDS_PER_HOUR = 10_000


def nbcc_minutes(words: int) -> Fraction:
    """Exact minutes of a text by NBCC's home-study measure; the reference list is not among ``words``.

    >>> nbcc_minutes(6_000)
    Fraction(60, 1)
    """
    return Fraction(HOUR * _count("words", words), NBCC_WORDS_PER_HOUR)


def nasw_minutes(words: int) -> Fraction:
    """Exact minutes of a text by NASW's measure."""
    return Fraction(HOUR * _count("words", words), NASW_WORDS_PER_HOUR)


def mergener_minutes(words: int, questions: int, difficulty: Fraction) -> Fraction:
    """Exact minutes by Mergener: 0.9 x (-22.3 + 0.00209 words + 2.78 questions + 15.5 difficulty).

    ``words`` are of content only (no title, authors, references); ``difficulty``, from 1 to 5, is set by a named
    expert. Raises DomainError when the formula gives nothing, as it does for very short texts.

    >>> float(mergener_minutes(3_774, 16, Fraction(5, 2)))
    61.935894
    """
    if not 1 <= difficulty <= 5:
        raise DomainError(
            "The difficulty must be between 1 and 5, set by a named reviewer.", field="difficulty"
        )
    minutes = Fraction(9, 10) * (
        Fraction("-22.3")
        + Fraction("0.00209") * _count("words", words)
        + Fraction("2.78") * _count("questions", questions)
        + Fraction("15.5") * difficulty
    )
    if minutes <= 0:
        raise DomainError(
            "This text is too short for the Mergener formula, which gives no time for it. Measure it by piloting."
        )
    return minutes


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """How one body turns exact minutes into an award.

    Awards are multiples of ``step_minutes``; a half goes up in ``nearest``. Below ``minimum_minutes`` of exact time
    nothing is awarded. One unit of credit (an hour, a CEU) is ``unit_minutes`` long. ``status`` is that of the least
    certain of these values and ``source`` says where they come from.
    """

    mode: Literal["down", "nearest", "up"]
    step_minutes: int
    minimum_minutes: int
    unit_minutes: int
    status: Literal["verified", "secondary", "assumed"]
    source: str

    def __post_init__(self) -> None:
        if self.step_minutes < 1 or self.unit_minutes < 1 or self.minimum_minutes < 0:
            raise DomainError("A step and a unit are at least 1 minute long, a minimum is not negative.")

    def units(self, minutes: int) -> Fraction:
        """An award in the body's unit: 90 minutes are 3/2 hours, or 3/20 of a CEU of 600 minutes."""
        return Fraction(minutes, self.unit_minutes)


NBCC_ROUNDING = RoundingRule(
    mode="down",
    step_minutes=30,
    minimum_minutes=30,
    unit_minutes=HOUR,
    status="assumed",
    source="No NBCC rounding rule was found. Assumed: down to the half hour. The publishing provider may set its own.",
)
NASW_ROUNDING = RoundingRule(
    mode="down",
    step_minutes=30,
    minimum_minutes=HOUR,
    unit_minutes=HOUR,
    status="verified",
    source="NASW Continuing Education Approval Program: whole or half hours, at least 1.0.",
)


def award(minutes: Fraction, rule: RoundingRule) -> int:
    """Minutes of credit for an exact time: rounded by the rule, or 0 below its minimum.

    >>> award(nbcc_minutes(7_200), NBCC_ROUNDING)
    60
    """
    if minutes < rule.minimum_minutes:
        return 0
    steps = Fraction(minutes) / rule.step_minutes
    match rule.mode:
        case "down":
            whole = floor(steps)
        case "up":
            whole = ceil(steps)
        case "nearest":
            whole = floor(steps + Fraction(1, 2))
    return whole * rule.step_minutes


def passes(earned: int | Fraction, possible: int | Fraction, pass_mark: int) -> bool:
    """Whether ``earned`` of ``possible`` points reach the pass mark in percent, compared exactly.

    >>> passes(8, 10, 80), passes(7, 10, 75)
    (True, False)
    """
    if not 0 <= earned <= possible or possible == 0:
        raise DomainError("A test has at least one point to earn and no more are earned than there are.")
    return earned * 100 >= pass_mark * possible


def _count(name: str, value: int) -> int:
    if value < 0:
        raise DomainError(f"The number of {name} cannot be negative.", field=name)
    return value
