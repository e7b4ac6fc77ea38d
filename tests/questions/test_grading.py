"""What answers earn: exact, the same for ever, and never more than the weight."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ceu.questions.answers import read_number
from ceu.questions.grading import Tally, grade, score
from ceu.questions.model import from_json, list_from_json
from tests.questions.samples import (
    ALL,
    CLOZE,
    MATCHING,
    NUMERIC,
    ORDERING,
    SEVERAL,
    SHORT,
    SINGLE,
    TRUE_FALSE,
)


def placed(*items: str) -> dict[str, str]:
    """The answer that puts items in this order."""
    return {item: str(place) for place, item in enumerate(items, start=1)}


RIGHT: dict[str, Any] = {
    "single": "a",
    "several": ["b", "a"],
    "tf": "true",
    "short": "BBS",
    "number": "1 h",
    "match": {"p1": "aswb", "p2": "nbcc", "p3": "camft"},
    "order": placed("one", "two", "three", "four"),
    "cloze": {"years": "7", "law": "hsc", "who": "the minor"},
}


@pytest.mark.parametrize("data", ALL, ids=lambda data: data["id"])
def test_the_right_answer_earns_everything_and_none_earns_nothing(data: dict[str, Any]) -> None:
    question = from_json(data)
    assert grade(question, RIGHT[question.id]).is_right
    for nothing in (None, "", [], {}):
        assert grade(question, nothing).fraction == 0


@pytest.mark.parametrize(
    ("data", "answer", "fraction", "feedback"),
    [
        (SINGLE, "b", 0, ("Never.",)),
        (SINGLE, "c", Fraction(1, 3), ("Only half.",)),
        (SINGLE, "d", Fraction(-1, 4), ("No.",)),
        (SINGLE, ["a", "b"], 0, ()),
        (SINGLE, "z", 0, ()),
        (SEVERAL, ["a"], Fraction(1, 2), ()),
        (SEVERAL, ["a", "b", "c"], Fraction(2, 3), ()),
        (SEVERAL, ["c", "d"], Fraction(-2, 3), ()),
        (SEVERAL, ["a", "b", "c", "d", "e"], 0, ()),
        (SEVERAL | {"scoring": "all"}, ["a", "b", "c"], 0, ()),
        (SEVERAL | {"scoring": "all"}, ["b", "a"], 1, ()),
        (TRUE_FALSE, "false", 0, ("It may be, if it is documented.",)),
        (TRUE_FALSE, "maybe", 0, ("It may be, if it is documented.",)),
        (SHORT, "  board of  BEHAVIORAL sciences ", 1, ("Right.",)),
        (SHORT, "the board of psychology", Fraction(1, 2), ("Which board?",)),
        (SHORT, "BBSs", 0, ()),
        (SHORT | {"case_matters": True}, "bbs", 0, ()),
        (NUMERIC, "60 min", 1, ()),
        (NUMERIC, "60", Fraction(9, 10), ()),
        (NUMERIC, "60 parsecs", Fraction(9, 10), ()),
        (NUMERIC, "0.9 H", Fraction(1, 2), ("A clinical hour.",)),
        (NUMERIC, "60.0001 min", 0, ("Neither.",)),
        (NUMERIC, "an hour", 0, ()),
        (MATCHING, {"p1": "nbcc", "p2": "nbcc"}, Fraction(1, 3), ("ASWB.",)),
        (MATCHING | {"scoring": "all"}, {"p1": "aswb", "p2": "nbcc"}, 0, ()),
        (ORDERING, placed("two", "one", "three", "four"), Fraction(1, 2), ()),
        (ORDERING, placed("four", "one", "two", "three"), 0, ()),
        (ORDERING, {"one": "1", "two": "1"}, 0, ()),
        (ORDERING, {"one": "1", "four": "4"}, Fraction(1, 2), ()),
        (ORDERING | {"scoring": "next"}, placed("four", "one", "two", "three"), Fraction(2, 3), ()),
        (ORDERING | {"scoring": "longest"}, placed("four", "one", "two", "three"), Fraction(3, 4), ()),
        (ORDERING | {"scoring": "longest"}, placed("four", "three", "two", "one"), 0, ()),
        (ORDERING | {"scoring": "all"}, placed("four", "one", "two", "three"), 0, ()),
        (CLOZE, {"years": "7"}, Fraction(1, 2), ()),
        (CLOZE, {"law": "hsc", "who": "The minor"}, Fraction(1, 2), ()),
        (CLOZE, {"law": "bpc"}, 0, ()),
    ],
)  # fmt: skip
def test_partial_credit(
    data: dict[str, Any], answer: Any, fraction: Fraction, feedback: tuple[str, ...]
) -> None:
    mark = grade(from_json(data), answer)
    assert (mark.fraction, mark.feedback) == (fraction, feedback)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "abbbc", True), ("a*c", "ac", True), ("a*c", "ab", False), ("*", "anything", True), ("a*a", "a", False),
        (r"2\*3", "2*3", True), (r"2\*3", "2443", False), ("*b*", "abc", True), ("a*b*c", "acb", False), ("It’s", "it's", True),
        ("caf\u00e9", "CAFE\u0301", True),
    ],
)  # fmt: skip
def test_patterns(pattern: str, text: str, fits: bool) -> None:
    question = from_json({**SHORT, "answers": [{"pattern": pattern}]})
    assert grade(question, text).is_right is fits


def test_a_pattern_of_many_stars_is_no_burden() -> None:
    question = from_json({**SHORT, "answers": [{"pattern": "*a" * 200 + "b"}]})
    assert grade(question, "a" * 500).fraction == 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", (12, "")), ("1,200.5 mg", (Fraction(2401, 2), "mg")), ("\u2212.5", (Fraction(-1, 2), "")), ("3/4", (Fraction(3, 4), "")),
        ("$5", (5, "$")), ("90 %", (90, "%")), ("5e3", (5000, "")), ("7 m²", (7, "m²")), ("12,5", None), ("1/0", None), ("", None),
        ("mg", None), ("5 apples 6", None), ("1e999999", None), ("--1", None),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(text: str, number: tuple[Fraction, str] | None) -> None:
    assert read_number(text) == number


def test_feedback_ends_with_the_outcome_and_the_general_word() -> None:
    question = from_json(
        {
            **SINGLE,
            "feedback": "Always.",
            "outcomes": {"right": "Well done.", "partly": "Close.", "wrong": "No."},
        }
    )
    assert grade(question, "a").feedback == ("Yes.", "Well done.", "Always.")
    assert grade(question, "c").feedback == ("Only half.", "Close.", "Always.")
    assert grade(question, None).feedback == ("No.", "Always.")


def test_weights_objectives_and_negative_marks() -> None:
    questions = list_from_json(
        [SINGLE | {"weight": "3/2"}, TRUE_FALSE | {"objective": "wait"}, SEVERAL | {"objective": "wait"}]
    )
    answers: Mapping[str, Any] = {"single": "d", "tf": "true", "several": ["c"]}
    floored = score(questions, answers)
    assert floored.whole == Tally(Fraction(1), Fraction(7, 2))
    assert floored.objectives == {
        "hear": Tally(Fraction(0), Fraction(3, 2)),
        "wait": Tally(Fraction(1), Fraction(2)),
    }
    carried = score(questions, answers, "carry")
    assert carried.whole.earned == 1 - Fraction(3, 8) - Fraction(1, 3)
    assert carried.objectives["hear"].earned == 0
    assert score(questions, {"single": "d"}, "carry").whole.earned == 0


def test_percent_is_never_rounded_up() -> None:
    assert Tally(Fraction(199), Fraction(200)).percent == 99
    assert Tally(Fraction(0), Fraction(0)).percent == 0


JUNK = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.lists(st.sampled_from(["a", "b", "one", "two", "z"]), max_size=5),
    st.dictionaries(
        st.sampled_from(["p1", "p2", "years", "law", "who", "z"]), st.text(max_size=5), max_size=4
    ),
)


@settings(deadline=None)
@given(st.sampled_from(ALL), JUNK)
def test_whatever_is_answered_earns_between_minus_one_and_one(data: dict[str, Any], answer: Any) -> None:
    mark = grade(from_json(data), answer)
    assert -1 <= mark.fraction <= 1
    assert isinstance(mark.fraction, Fraction)
    assert mark == grade(from_json(data), answer)


@settings(deadline=None)
@given(st.permutations(["one", "two", "three", "four"]))
def test_only_the_right_order_is_right(order: list[str]) -> None:
    for scoring in ("position", "next", "longest", "all"):
        question = from_json({**ORDERING, "scoring": scoring})
        assert grade(question, placed(*order)).is_right is (order == ["one", "two", "three", "four"])
