"""What an attempt shows: drawn by section, in an order of its seed, and without the key."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ceu.questions.drawing import draw, show, shuffled
from ceu.questions.model import Question, from_json, list_from_json
from ceu.questions.rules import Section, TestRules, may_see
from tests.questions.samples import ALL, SINGLE

QUESTIONS: tuple[Question, ...] = list_from_json(
    [
        SINGLE
        | {
            "id": f"q{number}",
            "objective": ("hear", "wait")[number % 2],
            "tags": ["case"] if number < 3 else ["law"],
        }
        for number in range(10)
    ]
)
RULES = TestRules(
    sections=(
        Section(title="Cases", tags=("case",)),
        Section(objectives=("hear",), draw=2),
        Section(title="Rest", draw=1),
    )
)
KEY = (
    "correct",
    "fraction",
    "feedback",
    "pattern",
    "value",
    "match",
    "factor",
    "answers",
    "objective",
    "lesson",
    "tags",
)


def keys(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {key for value in data.values() for key in keys(value)}
    return {key for value in data for key in keys(value)} if isinstance(data, list) else set()


@pytest.mark.parametrize("data", ALL, ids=lambda data: data["id"])
def test_nothing_shown_gives_the_key_away(data: dict[str, Any]) -> None:
    shown = show(from_json(data), "seed")
    assert json.loads(json.dumps(shown)) == shown
    assert not keys(shown) & set(KEY)


def test_an_order_is_the_same_for_ever() -> None:
    """Pinned: a change here would make old seeds show something else."""
    assert [question.id for question in shuffled(QUESTIONS[:5], "2026")] == ["q4", "q1", "q2", "q3", "q0"]


def test_sections_draw_what_they_say() -> None:
    shown = draw(QUESTIONS, RULES, "seed")
    assert [item.get("section", "") for item in shown] == ["Cases"] * 3 + [""] * 2 + ["Rest"]
    assert {item["id"] for item in shown[:3]} == {"q0", "q1", "q2"}
    assert {int(item["id"][1:]) % 2 for item in shown[3:5]} == {0}
    assert RULES.asked(QUESTIONS) == 6


@settings(deadline=None)
@given(st.text(max_size=10), st.booleans())
def test_every_draw_asks_as_many_and_each_once(seed: str, shuffle: bool) -> None:
    rules = RULES.model_copy(update={"shuffle": shuffle})
    ids = [item["id"] for item in draw(QUESTIONS, rules, seed)]
    assert len(set(ids)) == len(ids) == 6
    assert ids == [item["id"] for item in draw(QUESTIONS, rules, seed)]
    if not shuffle:
        assert ids[:3] == ["q0", "q1", "q2"]
        assert ids[3] < ids[4]


def test_seeds_differ() -> None:
    assert len({json.dumps(draw(QUESTIONS, TestRules(), str(seed))) for seed in range(20)}) == 20


def test_which_objectives_are_always_asked() -> None:
    assert RULES.always_asked(QUESTIONS) == {"hear", "wait"}
    assert TestRules(sections=(Section(draw=5),)).always_asked(QUESTIONS) == set()
    assert TestRules(sections=(Section(draw=6),)).always_asked(QUESTIONS) == {"hear", "wait"}
    assert TestRules(sections=(Section(draw=3),)).most_asked(QUESTIONS, {"q1", "q2"}) == 2


def test_rules_that_do_not_fit_the_questions_are_named() -> None:
    rules = TestRules(sections=(Section(tags=("case",), draw=4), Section(tags=("nothing",))))
    whats = [fault.what for fault in rules.faults(QUESTIONS)]
    assert whats[:2] == ["Section 1 draws 4 of 3 questions.", "Section 2 draws all of 0 questions."]
    assert len(whats) == 2 + 7
    assert list(RULES.faults(QUESTIONS)) == []
    weightless = [question.model_copy(update={"weight": Fraction(0)}) for question in QUESTIONS[:5]]
    (fault,) = TestRules(sections=(Section(draw=5),)).faults([*weightless, *QUESTIONS[5:]])
    assert fault.what == "An attempt can ask questions without any weight."
    assert not list(TestRules(sections=(Section(draw=6),)).faults([*weightless, *QUESTIONS[5:]]))


@pytest.mark.parametrize(
    ("when", "seen"),
    [("always", (1, 1, 1, 1)), ("passed", (0, 0, 1, 1)), ("last", (0, 1, 1, 1)), ("never", (0, 0, 0, 0))],
)
def test_what_may_be_seen_when(when: Any, seen: tuple[int, ...]) -> None:
    states = [(passed, is_last) for passed in (False, True) for is_last in (False, True)]
    assert tuple(may_see(when, passed=passed, is_last=is_last) for passed, is_last in states) == seen
