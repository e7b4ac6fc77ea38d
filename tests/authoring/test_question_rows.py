"""Questions become the rows of a form and come back as the same question, whatever they say, finished or not."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.authoring.question_rows import as_typed, fits, from_form, kind_of, number_read, number_shown, to_form
from ceu.questions.model import from_json, to_json
from tests.questions.samples import ALL, CLOZE, MATCHING, SINGLE

WITH_EVERYTHING: dict[str, Any] = {
    **SINGLE,
    "name": "For us",
    "weight": 2,
    "tags": ["law", "hard"],
    "feedback": "Always.",
    "outcomes": {"right": "Yes.", "wrong": "No."},
    "shuffle": False,
    "media": [{"source": "assets/a.png", "alternative": "A"}],
}


@pytest.mark.parametrize(
    "data", [*ALL, WITH_EVERYTHING, {"id": "x"}, {}], ids=lambda each: each.get("id", "none")
)
def test_what_the_form_shows_comes_back(data: dict[str, Any]) -> None:
    assert fits(data)
    shown = to_form(data)
    assert as_typed(kind_of(data), shown, to_form(data), data) == data
    again = from_form(kind_of(data), {**shown, "stem": "Otherwise?"}, data)
    if data.get("stem"):
        assert from_json({**again, "stem": data["stem"]}) == from_json(data)
        assert again["stem"] == "Otherwise?"


@pytest.mark.parametrize("data", ALL, ids=lambda each: each["id"])
def test_a_form_reads_what_a_checked_question_says(data: dict[str, Any]) -> None:
    """Also as a version keeps it."""
    kept = to_json(from_json(data))
    assert from_json(from_form(kind_of(kept), to_form(kept), kept)) == from_json(data)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "What?",
        {"kind": "essay"},
        {**SINGLE, "colour": "green"},
        {**SINGLE, "options": "a, b"},
        {**SINGLE, "options": ["a"]},
        {**SINGLE, "options": [{"id": "a", "text": ["A"]}]},
        {**SINGLE, "stem": {"text": "x"}},
        {**SINGLE, "tags": "law"},
        {**SINGLE, "tags": ["law, hard"]},
        {**SINGLE, "gaps": []},
        {**SINGLE, "outcomes": ["x"]},
        {**CLOZE, "gaps": [{"id": "a"}]},
        {**CLOZE, "gaps": [{"id": "a", "kind": "choice", "answers": []}]},
    ],
)
def test_what_no_form_can_show_is_left_to_its_text(data: object) -> None:
    assert not fits(data)


def test_new_rows_get_names_and_blank_ones_are_left_out() -> None:
    row = {"id": "", "text": "", "correct": False, "fraction": "", "feedback": ""}
    shown = to_form(SINGLE)
    shown["options"] = [shown["options"][1], {**row, "text": "New"}, row, {**row, "feedback": "Why?"}]
    options = from_form("choice", shown, SINGLE)["options"]
    assert [(each["id"], each.get("text", "")) for each in options] == [
        ("b", "Guess"),
        ("a", "New"),
        ("c", ""),
    ]


def test_matches_keep_their_names_and_serve_several_prompts() -> None:
    shown = to_form(MATCHING)
    first = shown["prompts"][0]
    shown["prompts"] = [
        first,
        {**first, "id": "", "text": "Another"},
        {**first, "id": "", "text": "Third", "match": "New"},
    ]
    shown["others"] = "Nothing\n\nNew"
    found = from_form("matching", shown, MATCHING)
    targets = {each["text"]: each["id"] for each in found["targets"]}
    assert list(targets) == [first["match"], "New", "Nothing"]
    assert targets[first["match"]] == MATCHING["prompts"][0]["match"]
    assert [each["match"] for each in found["prompts"]] == [targets[first["match"]]] * 2 + [targets["New"]]
    assert len({each["id"] for each in found["prompts"]}) == len(found["prompts"])


def test_what_a_blank_has_beside_its_form_stays_while_its_kind_does() -> None:
    gap = {"id": "a", "kind": "short_text", "answers": [{"pattern": "x"}], "case_matters": True}
    data = {"kind": "cloze", "id": "c", "stem": "{{a}}", "gaps": [gap]}
    shown = to_form(data)
    shown["gaps"][0]["id"] = "b"
    assert from_form("cloze", shown, data)["gaps"] == [{**gap, "id": "b"}]
    shown["gaps"][0]["kind"] = "numeric"
    shown["gaps"][0]["answers"][0]["text"] = "3..5"
    assert from_form("cloze", shown, data)["gaps"] == [
        {"id": "b", "kind": "numeric", "answers": [{"low": 3, "high": 5}]}
    ]


numbers = st.integers(0, 10**6) | st.fractions(-100, 100).map(str)


@given(st.one_of(
    st.fixed_dictionaries({"value": numbers}),
    st.fixed_dictionaries({}, optional={"low": numbers, "high": numbers}),
))  # fmt: skip
def test_every_number_and_range_is_spelled_and_read(row: dict[str, Any]) -> None:
    read = number_read(number_shown(row))
    assert {name: str(value) for name, value in read.items()} == {
        name: str(value) for name, value in row.items()
    }
