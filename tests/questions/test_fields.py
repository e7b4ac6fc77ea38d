"""Answers travel through a plain form and back unchanged, and in words."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.questions.answers import refusal
from ceu.questions.drawing import show
from ceu.questions.fields import answer_from, names, values_of
from ceu.questions.model import NumericAnswer, from_json
from ceu.questions.words import number_text, range_text, right_answer, said
from tests.questions.samples import ALL, CLOZE, MATCHING, ORDERING, SEVERAL, SINGLE, TRUE_FALSE
from tests.questions.test_grading import RIGHT


@pytest.mark.parametrize("data", ALL, ids=lambda data: data["id"])
def test_the_right_answer_through_the_form(data: dict[str, Any]) -> None:
    shown = show(from_json(data), "seed")
    values = values_of(shown, RIGHT[data["id"]])
    assert list(values) == names(shown)
    answer: Any = answer_from(shown, values)
    wanted = RIGHT[data["id"]]
    assert (
        (sorted(answer), sorted(wanted)) == (sorted(wanted), sorted(answer))
        if data is SEVERAL
        else answer == wanted
    )
    assert answer_from(shown, values_of(shown, None)) is None


@given(st.dictionaries(st.sampled_from(["one", "two", "three", "four"]), st.sampled_from("1234")))
def test_part_of_an_order_through_the_form(answer: dict[str, str]) -> None:
    shown = show(from_json(ORDERING), "seed")
    assert answer_from(shown, values_of(shown, answer)) == (answer or None)


@pytest.mark.parametrize("value", ["0", "6", "-1", "x", "99999", "²"])
@pytest.mark.parametrize("data", [SINGLE, SEVERAL, MATCHING, ORDERING], ids=lambda data: data["id"])
def test_a_place_that_is_not_on_the_page_is_refused(data: dict[str, Any], value: str) -> None:
    shown = show(from_json(data), "seed")
    answer = answer_from(shown, {name: [value] for name in names(shown)[:1]})
    assert refusal(shown, answer) == "Choose from what is offered."


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (SINGLE, ["Ask"]), (SEVERAL, ["Name", "Telephone number"]), (TRUE_FALSE, ["True"]),
        (MATCHING, ["ACE: ASWB", "ACEP: NBCC", "CEPA: CAMFT"]),
        (ORDERING, ["1. Greet", "2. Ask where the client is", "3. Check the emergency contact", "4. Begin"]),
        (CLOZE, ["Blank 1: 7", "Blank 2: HSC 123149", "Blank 3: the minor"]),
    ],
)  # fmt: skip
def test_answers_in_words(data: dict[str, Any], lines: list[str]) -> None:
    question = from_json(data)
    assert right_answer(question) == lines
    assert said(question, RIGHT[data["id"]]) == lines
    assert said(question, None) == []


def test_ranges_in_words() -> None:
    assert [
        range_text(NumericAnswer(**{name: Fraction(value) for name, value in given.items()}))
        for given in (
            {"value": 7},
            {"value": 7, "tolerance": 1},
            {"low": 1},
            {"high": 2},
            {"low": 1, "high": 2},
            {},
        )
    ] == ["7", "7 (give or take 1)", "1 or more", "2 or less", "from 1 through 2", "any number"]


@given(st.fractions(min_value=0, max_value=10**6))
def test_a_number_in_words_is_never_more_than_it_is(value: Fraction) -> None:
    text = number_text(value).replace(",", "")
    assert sum(Fraction(part) for part in text.split()) <= value
