"""Attempts under way: saved answer by answer, ended by the clock, counted, and found again from what is stored."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.queries import list_lessons
from ceu.domain.errors import DomainError
from ceu.learning.commands import close_tests_command
from ceu.learning.models import Attempt, Enrollment
from ceu.learning.progress import Step
from ceu.learning.queries import find_passed_attempt, get_test, list_attempts, progress_of
from ceu.learning.services import (
    close_overdue,
    mark_read,
    save_answers,
    start_attempt,
    start_pre_test,
    submit_attempt,
)
from ceu.questions.grading import Tally
from ceu.questions.rules import Section, TestRules
from tests.catalog.builders import make_version
from tests.factories import FROZEN_NOW
from tests.learning.builders import answers, make_enrollment, make_reader, right_answers
from tests.questions.samples import ALL


def later(**kwargs: float) -> Any:
    return FROZEN_NOW + timedelta(**kwargs)


def reader(session: Session, carol: Person, **rules: Any) -> Enrollment:
    source = {name: rules.pop(name) for name in ("more", "attempts", "questions") if name in rules}
    return make_reader(session, carol, make_version(session, rules=TestRules(**rules), **source))


def every_kind() -> list[dict[str, Any]]:
    return [{**data, "objective": "hear", "lesson": "hearing"} for data in ALL]


def test_every_kind_is_answered_and_scored(session: Session, carol: Person) -> None:
    enrollment = reader(session, carol, more=every_kind())
    attempt = start_attempt(session, FROZEN_NOW, enrollment)
    submit_attempt(session, later(hours=1), attempt, right_answers(attempt))
    assert (attempt.total, attempt.earned, attempt.possible, attempt.passed) == (18, 18, 18, True)
    assert set(attempt.marks.values()) == {"1"}


def test_what_is_stored_gives_the_result_again(session: Session, carol: Person) -> None:
    """From the version and the attempt alone, as years later: what was shown, every mark, the score and the pass."""
    enrollment = reader(
        session, carol, more=every_kind(), negative_marks="carry", sections=(Section(draw=17),)
    )
    for number in range(3):
        attempt = start_attempt(session, later(hours=number), enrollment)
        given = {
            name: answer
            for place, (name, answer) in enumerate(right_answers(attempt).items())
            if place % 4 <= 2 - number
        }
        with session.no_autoflush:
            save_answers(session, later(hours=number), attempt, given, later(hours=number))
        attempt.deadline = later(hours=number, minutes=1)
        submit_attempt(session, later(hours=number, minutes=2), attempt, {})
    session.flush()
    session.expire_all()
    stored = session.scalars(select(Attempt)).all()
    assert len(stored) >= 2
    for attempt in stored:
        test = get_test(attempt.enrollment.version)
        score = test.score(attempt.shown, attempt.answers)
        assert test.lay_out(attempt.seed) == attempt.shown
        assert score.whole == Tally(attempt.earned or Fraction(0), attempt.possible)
        assert {name: str(mark.fraction) for name, mark in score.marks.items()} == attempt.marks
        assert test.passes(score.whole) is attempt.passed


def test_answers_saved_one_by_one_count(session: Session, carol: Person) -> None:
    attempt = start_attempt(session, FROZEN_NOW, reader(session, carol))
    for name, answer in answers(attempt).items():
        assert save_answers(session, later(minutes=1), attempt, {name: answer}, later(minutes=1))
    submit_attempt(session, later(minutes=2), attempt, {})
    assert (attempt.earned, attempt.passed) == (10, True)


def test_of_two_devices_the_later_answer_stands(session: Session, carol: Person) -> None:
    attempt = start_attempt(session, FROZEN_NOW, reader(session, carol))
    save_answers(session, later(minutes=3), attempt, {"q1": "right"}, later(minutes=3))
    save_answers(session, later(minutes=4), attempt, {"q1": "off", "q2": "off"}, later(minutes=2))
    assert attempt.answers == {"q1": "right", "q2": "off"}
    save_answers(session, later(minutes=5), attempt, {"q1": None}, later(minutes=5))
    assert attempt.answers == {"q2": "off"}


def test_an_instant_is_never_after_now_nor_before_the_start(session: Session, carol: Person) -> None:
    attempt = start_attempt(session, FROZEN_NOW, reader(session, carol))
    save_answers(session, later(minutes=1), attempt, {"q1": "off"}, later(days=1))
    save_answers(session, later(minutes=2), attempt, {"q1": "right", "q2": "off"}, later(minutes=2))
    save_answers(session, later(minutes=3), attempt, {"q2": "right"}, later(days=-1))
    assert attempt.answers == {"q1": "right", "q2": "off"}


def test_the_clock_ends_the_test_and_what_was_saved_counts(session: Session, carol: Person) -> None:
    attempt = start_attempt(session, FROZEN_NOW, reader(session, carol, time_limit=30))
    assert attempt.deadline == later(minutes=30)
    save_answers(session, later(minutes=29), attempt, {"q1": "right", "q2": "right"}, later(minutes=29))
    assert not save_answers(session, later(minutes=30), attempt, {"q3": "right"}, later(minutes=29))
    submit_attempt(session, later(minutes=31), attempt, answers(attempt))
    assert (attempt.earned, attempt.passed, attempt.submitted_at) == (2, False, later(minutes=31))
    assert set(attempt.answers) == {"q1", "q2"}


def test_an_attempt_whose_time_ran_out_is_closed_by_the_next(session: Session, carol: Person) -> None:
    enrollment = reader(session, carol, time_limit=30)
    first = start_attempt(session, FROZEN_NOW, enrollment)
    assert start_attempt(session, later(minutes=29), enrollment).id == first.id
    second = start_attempt(session, later(minutes=30), enrollment)
    assert (second.number, first.submitted_at, first.earned) == (2, later(minutes=30), 0)


def test_an_attempt_passed_by_what_was_saved_is_not_taken_again(session: Session, carol: Person) -> None:
    enrollment = reader(session, carol, time_limit=30)
    first = start_attempt(session, FROZEN_NOW, enrollment)
    save_answers(session, later(minutes=1), first, answers(first), later(minutes=1))
    with pytest.raises(DomainError, match="You have passed"):
        start_attempt(session, later(minutes=30), enrollment)
    assert first.passed


def test_waiting_time_says_until_when(session: Session, carol: Person) -> None:
    enrollment = reader(session, carol, waiting_time=24 * 60)
    first = start_attempt(session, FROZEN_NOW, enrollment)
    submit_attempt(session, FROZEN_NOW, first, answers(first, wrong=10))
    with pytest.raises(DomainError, match=r"try again from 25 Nov 2026, 09:00\."):
        start_attempt(session, later(hours=23, minutes=59), enrollment)
    assert start_attempt(session, later(hours=24), enrollment).number == 2


def test_blanks_are_refused_or_allowed_by_the_rules(session: Session, carol: Person) -> None:
    attempt = start_attempt(session, FROZEN_NOW, reader(session, carol, blank_answers="allowed"))
    submit_attempt(session, FROZEN_NOW, attempt, {"q1": "right"})
    assert attempt.earned == 1


def test_negative_marks_may_carry(session: Session, carol: Person) -> None:
    costly = every_kind()[0] | {"weight": 4}
    enrollment = reader(session, carol, more=[costly], negative_marks="carry")
    attempt = start_attempt(session, FROZEN_NOW, enrollment)
    submit_attempt(session, FROZEN_NOW, attempt, right_answers(attempt) | {"single": "d"})
    assert (attempt.earned, attempt.possible, attempt.marks["single"]) == (9, 14, "-1/4")


def test_a_pre_test_comes_before_the_lessons_and_decides_nothing(session: Session, carol: Person) -> None:
    version = make_version(session, rules=TestRules(pre_test="required", time_limit=5))
    enrollment = make_enrollment(session, carol, version)
    assert progress_of(session, enrollment).next_step is Step.PRE_TEST
    lesson = list_lessons(session, version.id)[0]
    with pytest.raises(DomainError, match="begins with a pre-test"):
        mark_read(session, FROZEN_NOW, enrollment, lesson)
    pre = start_pre_test(session, FROZEN_NOW, enrollment)
    assert start_pre_test(session, later(hours=1), enrollment).id == pre.id
    submit_attempt(session, later(hours=1), pre, {"q1": "right"})
    assert (pre.earned, pre.passed, pre.deadline) == (1, False, None)
    assert progress_of(session, enrollment).next_step is Step.READ
    for each in list_lessons(session, version.id):
        mark_read(session, FROZEN_NOW, enrollment, each)
    assert (list_attempts(session, enrollment.id), find_passed_attempt(session, enrollment.id)) == ([], None)
    assert start_attempt(session, later(hours=2), enrollment).number == 1


def test_a_perfect_pre_test_is_no_pass(session: Session, carol: Person) -> None:
    enrollment = make_enrollment(session, carol, make_version(session, rules=TestRules(pre_test="offered")))
    pre = start_pre_test(session, FROZEN_NOW, enrollment)
    submit_attempt(session, FROZEN_NOW, pre, answers(pre))
    assert (pre.earned, pre.passed) == (10, False)
    assert not progress_of(session, enrollment).passed


@pytest.mark.parametrize("rules", [TestRules(), TestRules(pre_test="offered")])
def test_no_pre_test_where_none_is_or_reading_has_begun(
    session: Session, carol: Person, rules: TestRules
) -> None:
    enrollment = make_reader(session, carol, make_version(session, rules=rules))
    with pytest.raises(DomainError, match="before the first lesson"):
        start_pre_test(session, FROZEN_NOW, enrollment)


def test_what_is_left_behind_is_closed_when_its_time_is_out(
    app: Flask, session: Session, outside: Outside, carol: Person
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, reader(session, carol, time_limit=30))
    right = right_answers(attempt)
    save_answers(session, later(minutes=1), attempt, right, later(minutes=1))
    session.commit()
    run, command = CliRunner(), close_tests_command(lambda: app)
    outside.clock.set(later(minutes=29))  # type: ignore[attr-defined]
    assert "0 tests were closed." in run.invoke(command, []).output
    outside.clock.set(later(minutes=30))  # type: ignore[attr-defined]
    assert "1 test was closed." in run.invoke(command, []).output
    assert "0 tests were closed." in run.invoke(command, []).output
    session.refresh(attempt)
    assert (attempt.submitted_at, attempt.passed) == (later(minutes=30), True)
    assert progress_of(session, attempt.enrollment).next_step is Step.EVALUATE


def test_what_was_sent_meanwhile_stands(session: Session, carol: Person) -> None:
    attempt = start_attempt(session, FROZEN_NOW, reader(session, carol, time_limit=30))
    submit_attempt(session, later(minutes=5), attempt, right_answers(attempt))
    assert not close_overdue(session, later(hours=1), attempt.id)
    assert attempt.submitted_at == later(minutes=5)
