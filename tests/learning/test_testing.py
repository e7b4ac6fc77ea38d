"""The post-test: what is shown, and what it scores, without a database."""

from typing import Any

from hypothesis import given, strategies as st

from ceu.learning.testing import Tally, lay_out, review, score, to_read_again
from tests.catalog.builders import make_source

QUESTIONS: list[dict[str, Any]] = [question.model_dump(mode="json") for question in make_source().questions]
RIGHT = {question["id"]: "right" for question in QUESTIONS}


def test_it_works() -> None:
    assert score(QUESTIONS, RIGHT).whole == Tally(10, 10)


def test_wrong_and_missing_answers_are_not_right() -> None:
    answers = {**RIGHT, "q1": "far"}
    del answers["q2"]
    found = score(QUESTIONS, answers)
    assert found.whole == Tally(8, 10)
    assert found.objectives == {"hear": Tally(3, 3), "wait": Tally(3, 4), "answer": Tally(2, 3)}


@given(st.dictionaries(st.sampled_from(sorted(RIGHT)), st.sampled_from(["right", "near", "nonsense"])))
def test_objectives_add_up_to_the_whole(answers: dict[str, str]) -> None:
    found = score(QUESTIONS, answers)
    assert sum(tally.correct for tally in found.objectives.values()) == found.whole.correct
    assert sum(tally.total for tally in found.objectives.values()) == found.whole.total
    assert found.whole.correct == sum(option == "right" for option in answers.values())


@given(st.text())
def test_an_attempt_shows_everything_once_and_never_the_key(seed: str) -> None:
    shown = lay_out(QUESTIONS, seed)
    assert sorted(item["id"] for item in shown) == sorted(RIGHT)
    for item in shown:
        question = next(question for question in QUESTIONS if question["id"] == item["id"])
        assert sorted(option["id"] for option in item["options"]) == sorted(
            o["id"] for o in question["options"]
        )
        assert all(option.keys() == {"id", "text"} for option in item["options"])
    assert shown == lay_out(QUESTIONS, seed)


def test_attempts_differ_in_order() -> None:
    orders = {tuple(item["id"] for item in lay_out(QUESTIONS, f"{number}")) for number in range(10)}
    assert len(orders) > 1


def test_the_review_teaches_in_the_order_shown() -> None:
    shown = lay_out(QUESTIONS, "1")
    reviewed = review(QUESTIONS, shown, {**RIGHT, shown[0]["id"]: "off"})
    assert [item.stem for item in reviewed] == [item["stem"] for item in shown]
    assert [item.is_right for item in reviewed] == [False] + [True] * 9
    assert reviewed[0].feedback.startswith("Because 4")
    assert reviewed[0].right.startswith("Choice 1")


def test_what_to_read_again_names_objectives_and_lessons_once() -> None:
    answers = {**RIGHT, "q1": "far", "q7": "far", "q2": "far"}
    assert to_read_again(QUESTIONS, answers) == {"wait": ["waiting"], "answer": ["hearing"]}
    assert to_read_again(QUESTIONS, RIGHT) == {}
