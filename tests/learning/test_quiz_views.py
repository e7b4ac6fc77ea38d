"""The pages of a test: every kind without script, saved in the background, one question a page, ended by the clock."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.learning.models import Attempt
from ceu.learning.services import save_answers, start_attempt, start_pre_test, submit_attempt
from ceu.questions.rules import ReviewRules, Section, TestRules
from tests.catalog.builders import make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import answer_fields, answers, make_enrollment, make_reader, right_answers
from tests.learning.test_attempts import every_kind


@pytest.fixture
def learner(client: InspectingClient, carol: Person) -> InspectingClient:
    return client.sign_in(carol)


def begin(session: Session, carol: Person, **rules: Any) -> tuple[Attempt, str]:
    source = {name: rules.pop(name) for name in ("more", "attempts") if name in rules}
    version = make_version(session, rules=TestRules(**rules), **source)
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    return attempt, f"/learning/{attempt.enrollment_id}/post-test/1"


def stored(session: Session, attempt: Attempt) -> Attempt:
    session.expire_all()
    return session.get_one(Attempt, attempt.id)


def test_every_kind_is_answered_without_script(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    attempt, url = begin(session, carol, more=every_kind())
    page = learner.get(url)
    for text in (
        "Choose all that are right.",
        "True or false?",
        "Fill in every blank",
        "Give each its place",
    ):
        assert text in page.main
    assert "<strong>identifiers</strong>" in page.text
    answer = learner.post(url, data=answer_fields(attempt.shown, right_answers(attempt)))
    result = learner.get(answer.location)
    assert result.h1 == "Passed"
    assert "18 of 18 right" in result.main
    assert "1. Greet" in result.main


def test_what_a_question_is_worth_is_said(learner: InspectingClient, session: Session, carol: Person) -> None:
    heavy = [{**data, "weight": "5/2"} for data in every_kind() if data["id"] in {"single", "cloze"}]
    _, url = begin(session, carol, more=heavy)
    assert learner.get(url).main.count("Worth 2.5 points.") == 2


def test_an_answer_is_saved_in_the_background(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    attempt, url = begin(session, carol, more=every_kind(), time_limit=30)
    fields = answer_fields(attempt.shown, right_answers(attempt))
    for number, item in enumerate(attempt.shown, start=1):
        own = {
            name: value
            for name, value in fields.items()
            if name == f"question_{number}" or name.startswith(f"question_{number}_")
        }
        answer = learner.post(f"{url}/answers", data=own | {"touched": str(number), "age": "50"})
        assert answer.json == {"open": True, "left": 1800, "refused": {}}, item
    assert len(stored(session, attempt).answers) == 18
    page = learner.get(url)
    checked = [control for control in page.tree.iter("input") if control.get("checked") is not None]
    assert len(checked) == 10 + 1 + 2 + 1
    submitted = learner.post(url, data={"touched": ","})
    assert "18 of 18 right" in learner.get(submitted.location).main


def test_what_cannot_be_an_answer_is_not_saved_and_said(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    attempt, url = begin(session, carol, more=every_kind())
    number = next(place for place, item in enumerate(attempt.shown, start=1) if item["kind"] == "numeric")
    answer = learner.post(f"{url}/answers", data={f"question_{number}": "soon", "touched": str(number)})
    assert answer.json["refused"][str(number)].endswith("Write it as 1,200, 0.5 or 3/4.")
    assert stored(session, attempt).answers == {}
    page = learner.post(url, data={f"question_{number}": "soon"})
    assert page.status_code == 422
    assert 'value="soon"' in page.text


def test_an_old_tab_does_not_undo_what_another_device_saved(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    attempt, url = begin(session, carol)
    save_answers(session, FROZEN_NOW, attempt, answers(attempt), FROZEN_NOW)
    stale = answer_fields(attempt.shown, answers(attempt, wrong=10)) | {"touched": "1"}
    result = learner.get(learner.post(url, data=stale).location)
    assert "9 of 10 right" in result.main


def test_nothing_is_kept_of_a_test_that_is_sent(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    attempt, url = begin(session, carol)
    submit_attempt(session, FROZEN_NOW, attempt, answers(attempt))
    answer = learner.post(f"{url}/answers", data={"question_1": "1", "touched": "1"})
    assert answer.json["open"] is False
    assert stored(session, attempt).answers == answers(attempt)


def test_save_and_go_on_later(learner: InspectingClient, session: Session, carol: Person) -> None:
    attempt, url = begin(session, carol)
    data = answer_fields(attempt.shown, {attempt.shown[0]["id"]: "right"}) | {"later": "yes"}
    answer = learner.post(url, data=data)
    assert "Your answers are saved" in learner.get(answer.location).main
    assert stored(session, attempt).answers == {attempt.shown[0]["id"]: "right"}
    assert attempt.submitted_at is None


def test_one_question_a_page(learner: InspectingClient, session: Session, carol: Person) -> None:
    attempt, url = begin(session, carol, page="one", more=every_kind())
    assert "Question 18" in learner.get(url).main
    place = f"{url}/questions/1"
    fields = answer_fields(attempt.shown, right_answers(attempt))
    for number in range(1, 19):
        assert learner.get(place).h1 == f"Question {number} of 18"
        place = learner.post(place, data=fields).location
    assert place == url
    assert (
        learner.post(f"{url}/questions/2", data=fields | {"previous": "yes"}).location == f"{url}/questions/1"
    )
    assert "Open" not in learner.get(url).main
    assert "18 of 18 right" in learner.get(learner.post(url).location).main


def test_open_questions_are_counted_before_one_by_one_is_sent(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    attempt, url = begin(session, carol, page="one")
    learner.post(f"{url}/questions/3", data=answer_fields(attempt.shown, answers(attempt)))
    page = learner.post(url)
    assert page.status_code == 422
    assert "9 of 10 questions are not answered" in page.main
    for missing in (0, 11, 99):
        assert learner.get(f"{url}/questions/{missing}").status_code == 404


def test_the_clock_is_shown_and_ends_the_test(
    learner: InspectingClient, session: Session, outside: Outside, carol: Person
) -> None:
    attempt, url = begin(session, carol, time_limit=30)
    page = learner.get(url)
    assert "30 min 00 s left" in page.main
    assert "your time ends at 24 Nov 2026, 09:30" in page.main
    save_answers(session, FROZEN_NOW, attempt, {"q1": "right"}, FROZEN_NOW)
    session.flush()
    outside.clock.set(FROZEN_NOW + timedelta(minutes=29, seconds=59.5))  # type: ignore[attr-defined]
    assert "0 min 01 s left" in learner.get(url).main
    outside.clock.set(FROZEN_NOW + timedelta(minutes=31))  # type: ignore[attr-defined]
    page = learner.get(url)
    assert "Your time is up" in page.main
    assert "1 of 10 questions were answered" in page.main
    late = learner.post(url, data=answer_fields(attempt.shown, answers(attempt)))
    result = learner.get(late.location)
    assert "1 of 10 right" in result.main
    assert "Your time ended at 24 Nov 2026, 09:30" in result.main


def test_attempts_and_waiting_are_said(learner: InspectingClient, session: Session, carol: Person) -> None:
    attempt, url = begin(session, carol, attempts=2, waiting_time=60)
    submit_attempt(session, FROZEN_NOW, attempt, answers(attempt, wrong=10))
    course = f"/learning/{attempt.enrollment_id}"
    for page in (learner.get(f"{url}/result"), learner.get(course)):
        assert "24 Nov 2026, 10:00" in page.main
        assert "Take the post-test again" not in page.main
    assert "Attempts left: 1." in learner.get(f"{url}/result").main
    second = start_attempt(session, FROZEN_NOW + timedelta(hours=1), attempt.enrollment)
    submit_attempt(session, FROZEN_NOW + timedelta(hours=1), second, answers(second, wrong=10))
    assert "All 2 attempts that this course allows are used" in learner.get(course).main
    assert "This was the last attempt" in learner.get(f"{course}/post-test/2/result").main


def test_the_rules_of_review_are_kept(learner: InspectingClient, session: Session, carol: Person) -> None:
    review = ReviewRules(answers="always", right_answers="never", feedback="passed")
    attempt, url = begin(session, carol, review=review)
    submit_attempt(session, FROZEN_NOW, attempt, answers(attempt, wrong=3))
    page = learner.get(f"{url}/result")
    assert "Choice 4" in page.main
    assert "Right is" not in page.main
    assert "Because" not in page.main


def test_a_pre_test_and_what_was_gained(learner: InspectingClient, session: Session, carol: Person) -> None:
    version = make_version(session, rules=TestRules(pre_test="required"))
    enrollment = make_enrollment(session, carol, version)
    course = f"/learning/{enrollment.id}"
    refused = learner.post(f"{course}/lessons/1")
    assert "begins with a pre-test" in learner.get(refused.location).main
    test = learner.post(f"{course}/pre-test").location
    assert learner.get(test).h1 == "Pre-test"
    result = learner.get(learner.post(test, data={}).location)
    assert result.h1 == "Before the course"
    assert "0 of 10 right" in result.main
    assert "Because" not in result.main
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    submit_attempt(session, FROZEN_NOW, attempt, answers(attempt))
    page = learner.get(f"{course}/post-test/1/result")
    assert "What you gained" in page.main
    assert "0 % → 100 %" in page.main


def test_sections_are_headed(learner: InspectingClient, session: Session, carol: Person) -> None:
    sections = (Section(title="Hearing", objectives=("hear",)), Section(title="All else"))
    _, url = begin(session, carol, sections=sections)
    assert [
        heading.text
        for heading in learner.get(url).tree.iter("h2")
        if heading.text in {"Hearing", "All else"}
    ] == ["Hearing", "All else"]


def test_the_test_of_another_is_not_found(client: InspectingClient, session: Session, carol: Person) -> None:
    attempt, url = begin(session, carol, page="one")
    stranger = client.sign_in(make_person(session, "bob"))
    assert stranger.get(f"{url}/questions/1").status_code == 404
    for path in (f"{url}/questions/1", f"{url}/answers", f"/learning/{attempt.enrollment_id}/pre-test"):
        assert stranger.post(path, data={"question_1": "1"}).status_code == 404, path


def test_markup_in_answers_stays_text(learner: InspectingClient, session: Session, carol: Person) -> None:
    attempt, url = begin(session, carol, more=every_kind())
    given = right_answers(attempt) | {"short": "<script>alert(1)</script>"}
    answer = learner.post(url, data=answer_fields(attempt.shown, given))
    page = learner.get(answer.location)
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script>" in page.main


def test_saving_takes_few_queries(
    learner: InspectingClient, session: Session, carol: Person, statements: list[str]
) -> None:
    _, url = begin(session, carol)
    session.expire_all()
    statements.clear()
    learner.post(f"{url}/answers", data={"question_1": "1", "touched": "1"})
    assert len(statements) <= 6


def test_a_pre_test_cannot_follow_the_lessons(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    enrollment = make_reader(session, carol, make_version(session, rules=TestRules(pre_test="offered")))
    answer = learner.post(f"/learning/{enrollment.id}/pre-test")
    assert "before the first lesson" in learner.get(answer.location).main
    other = make_enrollment(session, make_person(session, "bob"), enrollment.version)
    assert start_pre_test(session, FROZEN_NOW, other).number == 0
