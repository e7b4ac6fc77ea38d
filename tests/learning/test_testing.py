"""The test of a course: what is shown, when it may be taken, what is scored and looked at, without a database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ceu.learning.testing import CourseTest, Saved, chances, gains, merge, review, to_read_again
from ceu.questions.answers import Answer
from ceu.questions.grading import Tally, best_answer
from ceu.questions.model import list_from_json
from ceu.questions.rules import ReviewRules, TestRules
from tests.catalog.builders import make_source
from tests.questions.samples import ALL

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEST = CourseTest(make_source().questions, TestRules(), 80)
SHOWN = TEST.lay_out("seed")
RIGHT: dict[str, Answer] = {question.id: "right" for question in TEST.questions}


def test_it_works() -> None:
    score = TEST.score(SHOWN, RIGHT)
    assert score.whole == Tally(Fraction(10), Fraction(10))
    assert TEST.passes(score.whole)
    assert TEST.possible(SHOWN) == 10


def test_eighty_percent_of_parts_is_exact() -> None:
    assert TEST.passes(Tally(Fraction(8, 3), Fraction(10, 3)))
    assert not TEST.passes(Tally(Fraction(8, 3) - Fraction(1, 10**9), Fraction(10, 3)))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(RIGHT)), st.sampled_from(["right", "near", "nonsense"])))
def test_objectives_add_up_to_the_whole(answers: dict[str, Answer]) -> None:
    score = TEST.score(SHOWN, answers)
    assert sum(tally.earned for tally in score.objectives.values()) == score.whole.earned
    assert sum(tally.possible for tally in score.objectives.values()) == score.whole.possible
    assert score.whole.earned == sum(option == "right" for option in answers.values())


def test_the_review_teaches_in_the_order_shown() -> None:
    answers: dict[str, Answer] = {**RIGHT, SHOWN[0]["id"]: "off"}
    reviewed = review(TEST, SHOWN, answers, TEST.score(SHOWN, answers), passed=True, is_last=False)
    assert [item.shown["stem"] for item in reviewed] == [item["stem"] for item in SHOWN]
    assert [item.is_right for item in reviewed] == [False] + [True] * 9
    assert reviewed[0].feedback[0].startswith("Because 4")
    assert reviewed[0].right[0].startswith("Choice 1")
    assert list(reviewed[1].right) == []


def test_the_rules_decide_what_may_be_looked_at() -> None:
    assert review(TEST, SHOWN, RIGHT, TEST.score(SHOWN, RIGHT), passed=False, is_last=True) == []
    rules = TestRules(review=ReviewRules(answers="always", right_answers="never", feedback="last"))
    test = CourseTest(TEST.questions, rules, 80)
    wrong: dict[str, Answer] = {name: "off" for name in RIGHT}
    early, last = (
        review(test, SHOWN, wrong, test.score(SHOWN, wrong), passed=False, is_last=is_last)[0]
        for is_last in (False, True)
    )
    assert (early.fraction, list(early.right), list(early.feedback)) == (0, [], [])
    assert early.answer[0].startswith("Choice 4")
    assert (list(last.right), len(last.feedback)) == ([], 1)


def test_every_kind_can_be_reviewed() -> None:
    test = CourseTest(list_from_json(list(ALL)), TestRules(), 80)
    shown = test.lay_out("seed")
    answers = {question.id: best_answer(question) for question in test.questions}
    assert test.score(shown, answers).whole.share == 1
    assert all(
        item.is_right and item.answer
        for item in review(test, shown, answers, test.score(shown, answers), passed=True, is_last=False)
    )
    unanswered = review(test, shown, {}, test.score(shown, {}), passed=True, is_last=False)
    assert all(item.right and not item.answer for item in unanswered)


def test_what_to_read_again_names_objectives_and_lessons_once() -> None:
    answers: dict[str, Answer] = {**RIGHT, "q1": "far", "q7": "far", "q2": "far"}
    assert to_read_again(TEST, SHOWN, TEST.score(SHOWN, answers)) == {
        "wait": ["waiting"],
        "answer": ["hearing"],
    }
    assert to_read_again(TEST, SHOWN, TEST.score(SHOWN, RIGHT)) == {}


def test_gains_stand_beside_each_other() -> None:
    before, after = TEST.score(SHOWN, {"q3": "right"}), TEST.score(SHOWN, RIGHT)
    (gain,) = [gain for gain in gains(before, after) if gain.objective == "hear"]
    assert (gain.before.percent, gain.after.percent) == (33, 100)


@dataclass
class Sent:
    """An attempt as far as chances look at it."""

    submitted_at: datetime | None
    passed: bool | None = False


@pytest.mark.parametrize(
    ("sent", "allowed", "waiting", "left", "opens_in"),
    [(0, None, 60, None, None), (1, 3, 0, 2, None), (3, 3, 0, 0, None), (1, None, 60, None, 60 - 10), (1, None, 10, None, None)],
)  # fmt: skip
def test_chances(
    sent: int, allowed: int | None, waiting: int, left: int | None, opens_in: int | None
) -> None:
    attempts = [Sent(NOON - timedelta(minutes=10 * (sent - number))) for number in range(sent)]
    found = chances(attempts, allowed, TestRules(waiting_time=waiting), NOON)
    assert found.left == left
    assert found.opens_at == (NOON + timedelta(minutes=opens_in) if opens_in else None)


SAVES = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["q1", "q2"]), st.sampled_from(["right", "off", None])),
    max_size=8,
)


@settings(deadline=None)
@given(SAVES, st.randoms(use_true_random=False))
def test_the_later_answer_stands_whatever_arrives_first(saves: Any, chance: Any) -> None:
    """For each question and instant one answer, so that there is a later one."""
    unique = list({(second, question): answer for second, question, answer in saves}.items())

    def after(order: list[Any]) -> dict[str, Answer]:
        saved = Saved({}, {})
        for (second, question), answer in order:
            saved = merge(saved, {question: answer}, NOON + timedelta(seconds=second))
        return dict(saved.answers)

    shuffled = list(unique)
    chance.shuffle(shuffled)
    assert after(shuffled) == after(sorted(unique, key=lambda save: save[0]))
