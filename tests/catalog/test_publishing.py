"""What a course is worth, and the gates before publishing, at their edges."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.catalog.publishing import (
    exact_text,
    gates,
    mergener_range,
    minutes_before,
    proposed_minutes,
    questions_needed,
    worth,
)
from tests.catalog.builders import make_source


def closed(minutes: int = 60, bodies: tuple[str, ...] = ("NBCC",), **source: Any) -> list[str]:
    return [gate.title for gate in gates(make_source(**source), minutes, bodies) if not gate.open]


def test_it_works() -> None:
    assert closed() == []


@pytest.mark.parametrize(
    ("minutes", "needed"),
    [(30, 10), (60, 10), (61, 15), (90, 15), (120, 15), (150, 20), (180, 20), (360, 35)],
)
def test_questions_follow_the_hours(minutes: int, needed: int) -> None:
    """NASW: 1 h = 10; 1.5 = 15; 2 = 15; 2.5 = 20; 3 = 20; 6 = 35."""
    assert questions_needed(minutes) == needed


def test_two_and_a_half_hours_with_nineteen_questions_are_refused() -> None:
    assert closed(150, words=30_000, questions=19) == ["Questions"]
    assert closed(150, words=30_000, questions=20) == []


def test_one_true_or_false_question_in_ten_is_allowed_and_two_are_not() -> None:
    assert closed(true_false=1) == []
    assert closed(true_false=2) == ["True or false"]


def test_a_pass_mark_below_the_strictest_is_refused() -> None:
    assert closed(pass_mark=80) == []
    assert closed(pass_mark=79) == ["Pass mark"]


def test_nothing_is_published_without_an_approval() -> None:
    assert closed(bodies=()) == ["Approval"]


@pytest.mark.parametrize("minutes", [0, -30, 67])
def test_credit_is_no_more_than_the_text_measures(minutes: int) -> None:
    assert "Credit" in closed(minutes, questions=20)


def test_credit_up_to_the_exact_measure_is_allowed() -> None:
    assert closed(66, questions=20) == []


def test_an_objective_without_a_question_is_refused() -> None:
    objectives = [{"id": name, "text": name} for name in ("hear", "wait", "answer", "sing")]
    assert closed(objectives=objectives) == ["Objectives"]


@pytest.mark.parametrize(("year", "gates"), [(2016, []), (2015, ["References"])])
def test_research_is_at_most_ten_years_old(year: int, gates: list[str]) -> None:
    study = {"id": "study", "kind": "research", "authors": "B.", "year": year, "title": "T", "source": "S"}
    assert closed(references=[study]) == gates


def test_a_lesson_with_an_image_is_refused() -> None:
    source = make_source()
    first, *others = source.lessons
    pictured = replace(source, lessons=(replace(first, markdown="![An ear](assets/ear.png)"), *others))
    assert [gate.title for gate in gates(pictured, 60, ["NBCC"]) if not gate.open] == ["Images"]


def test_each_gate_says_why() -> None:
    for gate in (
        *gates(make_source(), 60, ["NBCC"]),
        *gates(make_source(questions=4, pass_mark=50), 600, []),
    ):
        assert gate.reason.endswith(".")


def test_the_same_text_is_worth_different_credit_before_different_bodies() -> None:
    """Vector V2: 6,000 words are 1.000 by NBCC, and 0.6, below the minimum, by NASW."""
    found = {item.measure.body: (item.exact, item.minutes) for item in worth(6_000)}
    assert found == {"NBCC": (Fraction(60), 60), "NASW": (Fraction(36), 0)}


def test_the_credit_proposed_is_the_best_of_the_approving_bodies() -> None:
    assert proposed_minutes(12_000, ["NASW"]) == 60
    assert proposed_minutes(12_000, ["NASW", "NBCC"]) == 120
    assert proposed_minutes(12_000, ["CAMFT"]) == 120
    assert proposed_minutes(12_000, []) == 120


def test_a_body_never_credits_more_than_its_own_measure() -> None:
    assert minutes_before(12_000, 120, "NASW") == 60
    assert minutes_before(12_000, 30, "NASW") == 30
    assert minutes_before(12_000, 120, "CAMFT") == 120


def test_mergener_says_nothing_of_short_texts() -> None:
    assert mergener_range(500, 0) is None
    assert mergener_range(6_000, 10) == ("30.18", "85.98")


@given(st.fractions(min_value=0, max_value=100_000))
def test_exact_minutes_are_cut_and_never_rounded_up(minutes: Fraction) -> None:
    shown = Fraction(exact_text(minutes))
    assert shown <= minutes < shown + Fraction(1, 100)
