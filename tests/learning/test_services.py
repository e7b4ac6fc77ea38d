"""Enrolling, reading, testing, evaluating: each once, each in its order."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.catalog.queries import list_lessons
from ceu.domain.errors import DomainError
from ceu.domain.events import AttemptScored, CourseCompleted, LessonRead
from ceu.learning.models import Attempt, Enrollment, Evaluation, LessonReading
from ceu.learning.progress import Step
from ceu.learning.queries import progress_of
from ceu.learning.services import enroll, mark_read, start_attempt, submit_attempt, submit_evaluation
from tests.catalog.builders import make_source, make_version, publish_course
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import RATINGS, answers, make_enrollment, make_passed, make_reader

LATER = FROZEN_NOW + timedelta(hours=1)


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session)


def test_it_works(session: Session, carol: Person, version: CourseVersion) -> None:
    enrollment = make_passed(session, carol, version)
    assert progress_of(session, enrollment).next_step is Step.EVALUATE
    assert submit_evaluation(session, LATER, enrollment, {**RATINGS, "change": "Listen", "": ""})
    assert session.scalars(select(Evaluation.answers)).one() == {**RATINGS, "change": "Listen"}
    assert enrollment.completed_at == LATER
    assert progress_of(session, enrollment).next_step is Step.DONE
    read = [LessonRead(enrollment.id, lesson.id) for lesson in list_lessons(session, enrollment.version_id)]
    assert session.info["ceu.events"] == [*read, AttemptScored(enrollment.id), CourseCompleted(enrollment.id)]


def test_enrolling_twice_is_one_enrollment(session: Session, carol: Person, version: CourseVersion) -> None:
    first = make_enrollment(session, carol, version)
    assert enroll(session, LATER, carol.id, version).id == first.id
    assert session.scalar(select(func.count(Enrollment.id))) == 1


def test_a_retired_version_takes_nobody_new_and_keeps_its_learners(
    session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_enrollment(session, carol, version)
    publish_course(session, LATER, version.course.provider, make_source(title="Listening again"), 60)
    assert enroll(session, LATER, carol.id, version).id == enrollment.id
    with pytest.raises(DomainError, match="newer version"):
        enroll(session, LATER, make_person(session, "bob").id, version)


def test_reading_a_lesson_twice_is_noted_once(
    session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_enrollment(session, carol, version)
    lesson = list_lessons(session, version.id)[0]
    mark_read(session, FROZEN_NOW, enrollment, lesson)
    mark_read(session, LATER, enrollment, lesson)
    assert session.scalars(select(LessonReading.read_at)).all() == [FROZEN_NOW]


def test_the_test_opens_when_every_lesson_is_read(
    session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_enrollment(session, carol, version)
    first, second = list_lessons(session, version.id)
    mark_read(session, FROZEN_NOW, enrollment, first)
    with pytest.raises(DomainError, match="every lesson is read"):
        start_attempt(session, FROZEN_NOW, enrollment)
    mark_read(session, FROZEN_NOW, enrollment, second)
    assert start_attempt(session, FROZEN_NOW, enrollment).total == 10


def test_an_attempt_that_was_begun_goes_on(session: Session, carol: Person, version: CourseVersion) -> None:
    enrollment = make_reader(session, carol, version)
    first = start_attempt(session, FROZEN_NOW, enrollment)
    again = start_attempt(session, LATER, enrollment)
    assert (again.id, again.started_at, again.shown) == (first.id, FROZEN_NOW, first.shown)


@pytest.mark.parametrize(("wrong", "passed"), [(0, True), (2, True), (3, False), (10, False)])
def test_eight_of_ten_pass_at_eighty_percent(
    session: Session, carol: Person, version: CourseVersion, wrong: int, passed: bool
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    submit_attempt(session, LATER, attempt, answers(attempt, wrong))
    assert (attempt.earned, attempt.possible, attempt.passed) == (10 - wrong, 10, passed)


def test_a_submitted_attempt_stays_as_it_is(session: Session, carol: Person, version: CourseVersion) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    submit_attempt(session, FROZEN_NOW, attempt, answers(attempt, wrong=5))
    submit_attempt(session, LATER, attempt, answers(attempt))
    assert (attempt.earned, attempt.submitted_at) == (5, FROZEN_NOW)


def test_every_question_must_be_answered(session: Session, carol: Person, version: CourseVersion) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    for bad, why in (
        ({}, "10 of 10 questions are not answered. Answer every one."),
        ({**answers(attempt), "q1": "nonsense"}, "Choose from what is offered"),
        ({**answers(attempt), "q99": "right"}, "not part of the test"),
    ):
        with session.begin_nested() as point, pytest.raises(DomainError, match=why):
            submit_attempt(session, FROZEN_NOW, attempt, bad)
        assert not point.is_active
    assert attempt.submitted_at is None


def test_a_failed_test_is_taken_again_in_a_new_order(
    session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_reader(session, carol, version)
    first = start_attempt(session, FROZEN_NOW, enrollment)
    submit_attempt(session, FROZEN_NOW, first, answers(first, wrong=10))
    second = start_attempt(session, LATER, enrollment)
    assert second.number == 2
    assert second.shown != first.shown


def test_a_passed_test_is_not_taken_again(session: Session, carol: Person, version: CourseVersion) -> None:
    with pytest.raises(DomainError, match="evaluation is next"):
        start_attempt(session, LATER, make_passed(session, carol, version))


def test_a_course_may_limit_its_attempts(session: Session, carol: Person) -> None:
    enrollment = make_reader(session, carol, make_version(session, attempts=1))
    attempt = start_attempt(session, FROZEN_NOW, enrollment)
    submit_attempt(session, FROZEN_NOW, attempt, answers(attempt, wrong=10))
    with pytest.raises(DomainError, match="All 1 attempts"):
        start_attempt(session, LATER, enrollment)


def test_the_evaluation_opens_after_the_test(session: Session, carol: Person, version: CourseVersion) -> None:
    enrollment = make_reader(session, carol, version)
    with pytest.raises(DomainError, match="when the post-test is passed"):
        submit_evaluation(session, FROZEN_NOW, enrollment, RATINGS)
    assert enrollment.completed_at is None


@pytest.mark.parametrize(
    "ratings",
    [{}, {**RATINGS, "overall": 6}, {**RATINGS, "overall": 0}, {**RATINGS, "overall": True}, {"overall": 3}],
)
def test_every_item_is_rated_from_one_to_five(
    session: Session, carol: Person, version: CourseVersion, ratings: dict[str, int]
) -> None:
    enrollment = make_passed(session, carol, version)
    with pytest.raises(DomainError, match="from 1 to 5"):
        submit_evaluation(session, FROZEN_NOW, enrollment, ratings)


def test_the_first_evaluation_counts(session: Session, carol: Person, version: CourseVersion) -> None:
    enrollment = make_passed(session, carol, version)
    assert submit_evaluation(session, FROZEN_NOW, enrollment, RATINGS)
    assert not submit_evaluation(session, LATER, enrollment, {**RATINGS, "overall": 1})
    assert (session.scalars(select(Evaluation.answers)).one(), enrollment.completed_at) == (
        RATINGS,
        FROZEN_NOW,
    )


def test_attempts_of_two_learners_do_not_mix(session: Session, carol: Person, version: CourseVersion) -> None:
    make_passed(session, carol, version)
    bob = make_reader(session, make_person(session, "bob"), version)
    assert not progress_of(session, bob).passed
    assert start_attempt(session, FROZEN_NOW, bob).number == 1
    assert session.scalar(select(func.count(Attempt.id))) == 2
