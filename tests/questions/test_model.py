"""Questions as data: every kind is read and written without loss, and every mistake is named with its place and remedy."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.questions.model import (
    KINDS,
    Cloze,
    QuestionError,
    cut_at_gaps,
    exact,
    from_json,
    list_from_json,
    to_json,
)
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


@pytest.mark.parametrize("data", ALL, ids=lambda data: data["id"])
def test_every_kind_survives_being_written_and_read(data: dict[str, Any]) -> None:
    question = from_json(data)
    written = json.loads(json.dumps(to_json(question)))
    assert from_json(written) == question
    assert written.keys() == data.keys() | {"kind"}, (
        "what says nothing is left out, what says something is kept"
    )


def test_the_samples_have_every_kind() -> None:
    assert {question.kind for question in list_from_json(list(ALL))} == set(KINDS)


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6))
def test_fractions_are_exact_in_json(value: Fraction) -> None:
    assert exact(str(value)) == value


@pytest.mark.parametrize(
    ("raw", "value"), [(1, 1), ("2/3", Fraction(2, 3)), (0.1, Fraction(1, 10)), ("-0.25", Fraction(-1, 4))]
)
def test_numbers_mean_what_they_say(raw: object, value: Fraction) -> None:
    assert exact(raw) == value


@pytest.mark.parametrize("raw", ["", "x", "1/0", "1e400", True, None, float("nan"), [1], "1" * 40])
def test_what_is_no_number_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match=r"Write it as 2, 0\.25 or 2/3"):
        exact(raw)


def with_(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**data, **changes}


def gap(**changes: Any) -> dict[str, Any]:
    years, law, who = CLOZE["gaps"]
    return with_(CLOZE, gaps=[years, {**law, **changes}, who])


OPTION = {"id": "a", "text": "Ask"}


@pytest.mark.parametrize(
    ("data", "mistake"),
    [
        ([], "'question' has an entry without a kind."),
        (with_(SINGLE, kind="essay"), "There is no kind 'essay' here."),
        (with_(SINGLE, stem=""), "stem: 'stem' has a value that does not fit"),
        (with_(SINGLE, id="a b"), "id: 'id' has a value that does not fit"),
        (with_(SINGLE, points=3), "points: 'points' is not a field here."),
        (with_(SINGLE, weight="heavy"), "weight: 'weight': “heavy” is not a number."),
        (with_(SINGLE, weight=-1), "weight: the weight is -1."),
        (with_(SINGLE, options=[OPTION]), "options: 'options' has 1 entries. Write at least 2."),
        (with_(SINGLE, options=[OPTION, {"id": "b"}]), "options.2.text: 'text' is missing."),
        (with_(SINGLE, options=[OPTION, {"id": "b", "text": "No"}]), "0 options are correct."),
        (with_(SINGLE, options=[*SINGLE["options"], OPTION]), "options.5: two options have the id 'a'."),
        (with_(SINGLE, options=[*SINGLE["options"], {"id": "e", "text": "No", "fraction": -2}]), "options.5.fraction"),
        (with_(SINGLE, options=[*SINGLE["options"], {"id": "e", "text": "No", "fraction": -1, "correct": True}]), "earns nothing"),
        (with_(SEVERAL, options=SEVERAL["options"][2:]), "the right options earn 0 together."),
        (with_(SEVERAL, options=[*SEVERAL["options"], {"id": "f", "text": "Fax", "fraction": 0.5}]), "earn 3/2 together."),
        (with_(TRUE_FALSE, answer="yes"), "answer: 'answer' has a value that does not fit"),
        (with_(SHORT, answers=[]), "answers: 'answers' has 0 entries."),
        (with_(SHORT, answers=[{"pattern": "x", "fraction": "1/2"}]), "answers: no answer earns the whole weight."),
        (with_(SHORT, answers=[{"pattern": "x"}, {"pattern": "x"}]), "answers.2: two answers have the pattern 'x'."),
        (with_(NUMERIC, answers=[{"value": 1, "low": 0}]), "answers.1: an answer has a value and a range."),
        (with_(NUMERIC, answers=[{"low": 2, "high": 1}]), "answers.1: nothing lies from 2 through 1."),
        (with_(NUMERIC, answers=[{"value": 1, "tolerance": -1}]), "answers.1.tolerance"),
        (with_(NUMERIC, answers=[{"low": 1, "tolerance": 1}]), "answers.1.tolerance"),
        (with_(NUMERIC, units=[]), "a unit is needed and none is known."),
        (with_(NUMERIC, units=[{"name": "h", "factor": 0}]), "units.1.factor"),
        (with_(NUMERIC, unit_penalty=2), "unit_penalty: a missing unit costs 2."),
        (with_(MATCHING, targets=MATCHING["targets"][1:]), "prompts.1.match: there is no target 'aswb'."),
        (with_(ORDERING, items=[*ORDERING["items"], {"id": "five", "text": "Greet"}]), "items.5: two items have the text 'Greet'."),
        (with_(CLOZE, stem="{{years}} {{law}} {{who}} {{why}}"), "stem: the stem has {{why}} and there is no such gap."),
        (with_(CLOZE, stem="{{years}} {{law}} {{who}} {{who}}"), "stem: the stem has {{who}} 2 times."),
        (with_(CLOZE, stem="{{years}} {{law}}"), "gaps.3: the gap 'who' is not in the stem."),
        (gap(several=True), "gaps.2.several: the gap 'law' takes several options."),
        (gap(weight=-1), "gaps.2.weight: the gap 'law' weighs -1."),
        (gap(options=[OPTION, {"id": "a", "text": "x", "correct": True}]), "gaps.2.options.2: gap 'law': two options have the id"),
        (with_(CLOZE, gaps=[each | {"weight": 0} for each in CLOZE["gaps"]]), "gaps: no gap has a weight."),
        (with_(SINGLE, media=[{"source": "assets/room.png"}]), "media.1: 'assets/room.png' has no words that stand for it."),
    ],
)  # fmt: skip
def test_a_mistake_is_named(data: object, mistake: str) -> None:
    with pytest.raises(QuestionError) as caught:
        from_json(data)
    assert mistake in str(caught.value)
    assert all(found.remedy for found in caught.value.mistakes)


def test_a_list_names_the_place_of_each_mistake() -> None:
    with pytest.raises(QuestionError) as caught:
        list_from_json([SINGLE, SINGLE, with_(TRUE_FALSE, weight=-1)])
    assert [mistake.place for mistake in caught.value.mistakes] == [(1,), (2, "weight")]


def test_of_several_a_wrong_option_costs_its_share() -> None:
    question: Any = from_json(SEVERAL)
    assert [question.fraction_of(option) for option in question.options] == [Fraction(1, 2)] * 2 + [
        Fraction(-1, 3)
    ] * 3


def test_a_cloze_is_cut_at_its_gaps() -> None:
    question = from_json(CLOZE)
    assert isinstance(question, Cloze)
    assert question.places == ["years", "law", "who"]
    assert cut_at_gaps("<p>{{ a }}</p>") == ["<p>", "a", "</p>"]
