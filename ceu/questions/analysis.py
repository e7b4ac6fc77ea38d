"""How the questions of a test work: difficulty, discrimination, what each option attracts, and how reliable the whole is.

Shares and Cronbach's alpha are exact; what needs a square root is a float and decides nothing. The terms and the words for the
sizes of facility and discrimination are those of Moodle's quiz statistics report (docs.moodle.org, "Quiz statistics report").
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, sqrt

FEWEST = 20
"""With fewer answers nothing is said about a question. A convention of this program: no standard names a number."""

GROUP = Fraction(27, 100)
"""The share of the best and of the last that the discrimination index compares (Kelley, Journal of Educational Psychology, 1939)."""

VERY_HARD, VERY_EASY = Fraction(5, 100), Fraction(95, 100)
WEAK = Fraction(20, 100)
"""At or beyond them Moodle's documentation calls a question extremely hard or easy, and below it a discrimination very weak."""


@dataclass(frozen=True)
class Sitting:
    """What one learner earned in one attempt: the fraction of each question's weight, by the question's id."""

    fractions: Mapping[str, Fraction]
    weights: Mapping[str, Fraction]

    @cached_property
    def points(self) -> dict[str, Fraction]:
        """What each question earned."""
        return {name: self.weights[name] * fraction for name, fraction in self.fractions.items()}

    @cached_property
    def _whole(self) -> tuple[Fraction, Fraction]:
        possible = sum((self.weights[name] for name in self.fractions), Fraction(0))
        return sum(self.points.values(), Fraction(0)), possible

    @property
    def share(self) -> Fraction:
        """The share of everything that was asked, so that sittings with different draws compare."""
        earned, possible = self._whole
        return earned / possible if possible else Fraction(0)

    def rest(self, question: str) -> Fraction:
        """The share of everything else that was asked."""
        earned, possible = self._whole
        others = possible - self.weights[question]
        return (earned - self.points[question]) / others if others else Fraction(0)


@dataclass(frozen=True)
class ItemStatistics:
    """One question: how many answered it; then, or None where too few did, the mean fraction earned (``facility``), the best
    group's facility less the last's (``discrimination``), and the correlation with the rest of the test (``correlation``).
    """

    answers: int
    facility: Fraction | None
    discrimination: Fraction | None
    correlation: float | None

    @property
    def flags(self) -> tuple[str, ...]:
        """What an author should look at, in words."""
        found = []
        if self.facility is not None and self.facility <= VERY_HARD:
            found.append("Hardly anybody earns it: check the key and the wording.")
        if self.facility is not None and self.facility >= VERY_EASY:
            found.append("Nearly everybody earns it, so it tells little.")
        if self.correlation is not None and self.correlation < 0:
            found.append("Those who do well otherwise do worse here: check the key.")
        elif (
            self.discrimination is not None
            and self.discrimination < WEAK
            and (self.facility or 0) < VERY_EASY
        ):
            found.append("It hardly tells those who know from those who do not.")
        return tuple(found)


@dataclass(frozen=True)
class TestStatistics:
    """The whole test; ``alpha`` is Cronbach's (KR-20 where every question is right or wrong), None if it cannot be told."""

    sittings: int
    mean: Fraction | None
    deviation: float | None
    alpha: Fraction | None
    error: float | None
    """The standard error of measurement, in the unit of the mean (a share of the whole)."""

    # pytest would take it for a class of tests.
    __test__ = False


def analyze_item(question: str, sittings: Sequence[Sitting]) -> ItemStatistics:
    """How one question works among those who were asked it."""
    asked = [sitting for sitting in sittings if question in sitting.fractions]
    if len(asked) < FEWEST:
        return ItemStatistics(len(asked), None, None, None)
    own = [sitting.fractions[question] for sitting in asked]
    rest = [sitting.rest(question) for sitting in asked]
    return ItemStatistics(len(asked), mean(own), discrimination_index(own, rest), correlation(own, rest))


def analyze_test(sittings: Sequence[Sitting]) -> TestStatistics:
    """How the whole works; reliability only where everybody was asked the same questions."""
    if len(sittings) < FEWEST:
        return TestStatistics(len(sittings), None, None, None, None)
    totals = [sitting.share for sitting in sittings]
    deviation = sqrt(variance(totals))
    same = len({frozenset(sitting.fractions) for sitting in sittings}) == 1
    rows = [[sitting.points[name] for name in sorted(sitting.points)] for sitting in sittings]
    alpha = cronbach_alpha(rows) if same else None
    error = deviation * sqrt(1 - alpha) if alpha is not None and alpha <= 1 else None
    return TestStatistics(len(sittings), mean(totals), deviation, alpha, error)


def mean(values: Sequence[Fraction]) -> Fraction:
    """The exact mean."""
    return sum(values, Fraction(0)) / len(values)


def variance(values: Sequence[Fraction]) -> Fraction:
    """The exact variance of all there are (divided by their number)."""
    middle = mean(values)
    return sum(((value - middle) ** 2 for value in values), Fraction(0)) / len(values)


def discrimination_index(own: Sequence[Fraction], by: Sequence[Fraction]) -> Fraction:
    """The facility among the best 27 percent by ``by`` less that among the last 27 percent; ties at the border go to both
    groups in equal parts, so that the order of the records does not matter.
    """
    size = max(1, ceil(GROUP * len(own)))
    return _top(own, by, size) - _top(own, [-value for value in by], size)


def _top(own: Sequence[Fraction], by: Sequence[Fraction], size: int) -> Fraction:
    border = sorted(by, reverse=True)[size - 1]
    above = [value for value, key in zip(own, by, strict=True) if key > border]
    at = [value for value, key in zip(own, by, strict=True) if key == border]
    return (sum(above, Fraction(0)) + mean(at) * (size - len(above))) / size


def correlation(own: Sequence[Fraction], other: Sequence[Fraction]) -> float | None:
    """Pearson's correlation; None where one of them never varies. With the rest of the test it is the corrected
    point-biserial correlation.
    """
    spread = variance(own) * variance(other)
    if not spread:
        return None
    own_mean, other_mean = mean(own), mean(other)
    together = sum(((a - own_mean) * (b - other_mean) for a, b in zip(own, other, strict=True)), Fraction(0))
    return float(together / len(own)) / sqrt(spread)


def cronbach_alpha(rows: Sequence[Sequence[Fraction]]) -> Fraction | None:
    """Cronbach's alpha of points, one row a person and one column a question; of zeros and ones it is KR-20.

    None with a single question, or where all have the same total.
    """
    questions = len(rows[0])
    whole = variance([sum(row, Fraction(0)) for row in rows])
    if questions < 2 or not whole:
        return None
    parts = sum((variance(column) for column in zip(*rows, strict=True)), Fraction(0))
    return Fraction(questions, questions - 1) * (1 - parts / whole)


@dataclass(frozen=True)
class OptionCount:
    """How many chose one option, in all and among the best and the last of them."""

    option: str
    chosen: int
    best: int
    last: int


def count_options(
    options: Sequence[str], chosen: Sequence[Sequence[str]], by: Sequence[Fraction]
) -> tuple[OptionCount, ...]:
    """What each option attracts; ``chosen`` and ``by`` (the rest of the test) go person by person."""
    size = max(1, ceil(GROUP * len(chosen))) if chosen else 0
    ranked = sorted(range(len(chosen)), key=lambda person: (by[person], person))
    last, best = ranked[:size], ranked[len(ranked) - size :]
    in_all, among_best, among_last = (
        Counter(option for person in people for option in chosen[person])
        for people in (range(len(chosen)), best, last)
    )
    return tuple(
        OptionCount(option, in_all[option], among_best[option], among_last[option]) for option in options
    )
