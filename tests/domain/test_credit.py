"""Credit formulas and rounding, by the vectors of the provider standards."""

import doctest
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from ceu.domain import credit
from ceu.domain.credit import (
    NASW_ROUNDING,
    NBCC_ROUNDING,
    RoundingRule,
    award,
    mergener_minutes,
    nasw_minutes,
    nbcc_minutes,
    passes,
)
from ceu.domain.errors import DomainError


def rule(mode: str, step: int, minimum: int = 0, unit: int = 60) -> RoundingRule:
    return RoundingRule(mode, step, minimum, unit, "assumed", "a test")  # type: ignore[arg-type]


QUARTER_DOWN = rule("down", 15)
HALF_DOWN = rule("down", 30)
WHOLE_DOWN = rule("down", 60)
ILLINOIS = rule("down", 25, minimum=50, unit=50)
IACET = rule("nearest", 60, minimum=30, unit=600)
GERMAN_POINTS = rule("down", 45, unit=45)


def test_it_works() -> None:
    assert award(nbcc_minutes(7_200), NBCC_ROUNDING) == 60


def test_the_examples_in_the_module_are_true() -> None:
    results = doctest.testmod(credit)
    assert results.attempted > 0
    assert results.failed == 0


def test_v1_mergener_matches_the_published_example() -> None:
    minutes = mergener_minutes(3_774, 16, Fraction(5, 2))
    assert minutes == Fraction("61.935894")
    assert award(minutes, rule("down", 1)) == 61


def test_v2_six_thousand_words_are_an_hour_for_nbcc_and_nothing_for_nasw() -> None:
    assert nbcc_minutes(6_000) == 60
    assert nasw_minutes(6_000) == 36
    assert award(nasw_minutes(6_000), NASW_ROUNDING) == 0
    assert award(nasw_minutes(9_999), NASW_ROUNDING) == 0
    assert award(nasw_minutes(10_000), NASW_ROUNDING) == 60


@pytest.mark.parametrize(
    ("minutes", "by", "credit_minutes", "units"),
    [
        (104, QUARTER_DOWN, 90, "3/2"),
        (104, HALF_DOWN, 90, "3/2"),
        (104, ILLINOIS, 100, "2"),
        (104, IACET, 120, "1/5"),
        (104, GERMAN_POINTS, 90, "2"),
        (59, QUARTER_DOWN, 45, "3/4"),
        (59, WHOLE_DOWN, 0, "0"),
        (59, ILLINOIS, 50, "1"),
        (59, IACET, 60, "1/10"),
        (30, IACET, 60, "1/10"),
        (29, IACET, 0, "0"),
    ],
)
def test_v3_to_v5_rounding(minutes: int, by: RoundingRule, credit_minutes: int, units: str) -> None:
    assert award(Fraction(minutes), by) == credit_minutes
    assert by.units(award(Fraction(minutes), by)) == Fraction(units)


@pytest.mark.parametrize(
    ("words", "questions", "difficulty", "minutes"),
    [
        (6_000, 10, 3, "58.086"),
        (10_000, 10, 3, "65.61"),
        (12_000, 10, 3, "69.372"),
        (18_000, 15, 3, "93.168"),
        (30_000, 15, 3, "115.74"),
        (6_000, 10, 1, "30.186"),
        (6_000, 10, 5, "85.986"),
    ],
)
def test_mergener_gives_the_table_of_the_standards(
    words: int, questions: int, difficulty: int, minutes: str
) -> None:
    assert mergener_minutes(words, questions, Fraction(difficulty)) == Fraction(minutes)


@pytest.mark.parametrize(
    ("words", "minutes"), [(10_000, "1.0"), (12_000, "1.0"), (18_000, "1.5"), (30_000, "3.0")]
)
def test_nasw_gives_the_table_of_the_standards(words: int, minutes: str) -> None:
    assert NASW_ROUNDING.units(award(nasw_minutes(words), NASW_ROUNDING)) == Fraction(minutes)


@pytest.mark.parametrize(("correct", "mark", "passed"), [(8, 80, True), (7, 80, False), (7, 75, False)])
def test_v8_the_pass_mark_is_compared_in_whole_numbers(correct: int, mark: int, passed: bool) -> None:
    assert passes(correct, 10, mark) is passed


def test_the_default_of_nbcc_says_that_it_is_assumed() -> None:
    assert NBCC_ROUNDING.status == "assumed"
    assert [award(nbcc_minutes(words), NBCC_ROUNDING) for words in (2_999, 3_000, 8_999, 9_000)] == [
        0,
        30,
        60,
        90,
    ]


def test_up_rounds_up_and_leaves_a_whole_step_alone() -> None:
    assert [award(Fraction(minutes), rule("up", 15)) for minutes in (45, 46)] == [45, 60]


def test_a_text_too_short_for_mergener_is_refused() -> None:
    with pytest.raises(DomainError, match="too short"):
        mergener_minutes(500, 0, Fraction(1))


@pytest.mark.parametrize("difficulty", [Fraction(9, 10), Fraction(51, 10)])
def test_a_difficulty_off_the_scale_is_refused(difficulty: Fraction) -> None:
    with pytest.raises(DomainError, match="between 1 and 5"):
        mergener_minutes(6_000, 10, difficulty)


def test_negative_words_are_refused() -> None:
    with pytest.raises(DomainError, match="cannot be negative"):
        nbcc_minutes(-1)


@pytest.mark.parametrize(("step", "minimum", "unit"), [(0, 0, 60), (15, -1, 60), (15, 0, 0)])
def test_a_rule_without_measure_is_refused(step: int, minimum: int, unit: int) -> None:
    with pytest.raises(DomainError, match="at least 1 minute"):
        rule("down", step, minimum, unit)


@pytest.mark.parametrize(("correct", "asked"), [(1, 0), (11, 10), (-1, 10)])
def test_an_impossible_score_is_refused(correct: int, asked: int) -> None:
    with pytest.raises(DomainError, match="no more are earned"):
        passes(correct, asked, 80)


exact = st.fractions(min_value=0, max_value=6_000, max_denominator=10_000)
steps = st.integers(1, 120)


@given(exact, steps)
def test_down_never_gives_more_and_wastes_less_than_a_step(minutes: Fraction, step: int) -> None:
    given_minutes = award(minutes, rule("down", step))
    assert given_minutes % step == 0
    assert 0 <= minutes - given_minutes < step


@given(exact, steps)
def test_nearest_is_at_most_half_a_step_off_and_lies_between_down_and_up(
    minutes: Fraction, step: int
) -> None:
    nearest = award(minutes, rule("nearest", step))
    assert abs(nearest - minutes) * 2 <= step
    assert award(minutes, rule("down", step)) <= nearest <= award(minutes, rule("up", step))


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_more_words_never_earn_less(fewer: int, more: int) -> None:
    fewer, more = sorted((fewer, more))
    for minutes, by in ((nbcc_minutes, NBCC_ROUNDING), (nasw_minutes, NASW_ROUNDING)):
        assert award(minutes(fewer), by) <= award(minutes(more), by)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 100))
def test_passing_agrees_with_exact_decimals(correct: int, asked: int, mark: int) -> None:
    correct = min(correct, asked)
    assert passes(correct, asked, mark) is (Decimal(correct) >= Decimal(mark) * asked / 100)
