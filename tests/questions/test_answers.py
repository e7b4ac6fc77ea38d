"""Which answers fit what was shown, and which are whole."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ceu.questions.answers import is_blank, is_complete, refusal
from ceu.questions.drawing import show
from ceu.questions.model import from_json
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
from tests.questions.test_grading import RIGHT


def shown(data: dict[str, Any]) -> dict[str, Any]:
    return show(from_json(data), "seed")


@pytest.mark.parametrize("data", ALL, ids=lambda data: data["id"])
def test_the_right_answer_fits_and_is_whole(data: dict[str, Any]) -> None:
    assert refusal(shown(data), RIGHT[data["id"]]) is None
    assert is_complete(shown(data), RIGHT[data["id"]])
    assert refusal(shown(data), None) is None
    assert not is_complete(shown(data), None)


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (MATCHING, {"p1": "aswb"}),
        (ORDERING, {"one": "2"}),
        (CLOZE, {"law": "hsc", "who": " "}),
        (SHORT, "  "),
    ],
)
def test_part_of_an_answer_is_not_whole(data: dict[str, Any], answer: Any) -> None:
    assert refusal(shown(data), answer) is None
    assert not is_complete(shown(data), answer)


@pytest.mark.parametrize(
    ("data", "answer", "why"),
    [
        (SINGLE, "z", "Choose from"), (SINGLE, ["a", "b"], "Choose from"), (SEVERAL, "a", "Choose from"),
        (SEVERAL, ["a", "a"], "Choose from"), (TRUE_FALSE, "yes", "Choose from"), (SHORT, ["x"], "few words"),
        (SHORT, "x" * 501, "at most 500"), (NUMERIC, "about six", "not a number"), (NUMERIC, {"x": "1"}, "not a number"),
        (NUMERIC | {"units": [], "unit_needed": False}, "60 min", "without a unit"), (MATCHING, {"p1": "zzz"}, "Choose from"),
        (MATCHING, {"p9": "aswb"}, "Choose from"), (MATCHING, "aswb", "Choose from"), (ORDERING, {"one": "1", "two": "1"}, "same place"), (ORDERING, {"one": "5"}, "Choose from"),
        (ORDERING, "one", "Choose from"), (CLOZE, {"law": "zzz"}, "Choose from"), (CLOZE, {"years": "long"}, "not a number"),
        (CLOZE, ["hsc"], "Choose from"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_with_a_sentence(
    data: dict[str, Any], answer: Any, why: str
) -> None:
    assert why in str(refusal(shown(data), answer))


ANYTHING = st.recursive(
    st.none() | st.text(max_size=8) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@settings(deadline=None)
@given(st.sampled_from(ALL), ANYTHING)
def test_whatever_is_sent_is_refused_or_fits_and_never_breaks(data: dict[str, Any], answer: Any) -> None:
    assert refusal(shown(data), answer) is None or isinstance(refusal(shown(data), answer), str)


def test_blank_means_nothing_anywhere() -> None:
    assert is_blank({"a": "", "b": " "})
    assert not is_blank({"a": "", "b": "x"})
