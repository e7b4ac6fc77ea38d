"""A learner's way through a course in a browser: the straight way, the ways back, and the ways that are closed."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.certificates.models import Certificate
from ceu.learning.models import Attempt, Enrollment, Evaluation
from ceu.learning.queries import PAGE
from ceu.learning.services import start_attempt
from tests.catalog.builders import make_provider, make_source, make_version, publish_course
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import (
    RATINGS,
    answer_fields,
    answers,
    make_completed,
    make_enrollment,
    make_passed,
    make_reader,
)

EVALUATION = {f"item_{number}": "4" for number in range(1, 6)} | {"item_6": "Listen.", "item_7": "Thanks."}


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session)


@pytest.fixture
def learner(client: InspectingClient, carol: Person) -> InspectingClient:
    return client.sign_in(carol)


def form_data(attempt: Attempt, wrong: int = 0) -> dict[str, Any]:
    """The fields of the post-test's page with everything answered."""
    return answer_fields(attempt.shown, answers(attempt, wrong))


def test_it_works(
    learner: InspectingClient, session: Session, outside: Outside, carol: Person, version: CourseVersion
) -> None:
    """From the course page to the certificate, by following where each answer leads."""
    course = learner.post(f"/courses/versions/{version.id}/enroll").location
    page = learner.get(course)
    assert "Begin with lesson 1 of 2: Hearing" in page.main
    assert "Start reading" in page.main

    first = f"{course}/lessons/1"
    page = learner.get(first)
    assert "<h2>About hearing</h2>" in page.text
    second = learner.post(first).location
    assert second == f"{course}/lessons/2"
    assert "Finish the last lesson" in learner.get(second).main
    assert learner.post(second).location == course
    assert "Take the post-test" in learner.get(course).main

    test = learner.post(f"{course}/post-test").location
    attempt = session.scalars(select(Attempt)).one()
    page = learner.get(test)
    assert len(list(page.tree.iter("fieldset"))) == 10
    result = learner.post(test, data=form_data(attempt, wrong=1)).location
    page = learner.get(result)
    assert page.h1 == "Passed"
    for text in ("9 of 10 right", "Right is: Choice 1", "Because 4 of"):
        assert text in page.main

    assert "Rate the course" in learner.get(course).main
    assert learner.get(f"{course}/evaluation").status_code == 200
    assert learner.post(f"{course}/evaluation", data=EVALUATION).location == course
    assert "See the certificate" in learner.get(course).main
    certificate = session.scalars(select(Certificate)).one()
    assert learner.get(f"{course}/certificate").location == f"/certificates/{certificate.number}"
    (evaluation,) = session.scalars(select(Evaluation)).all()
    assert evaluation.answers == dict.fromkeys(RATINGS, 4) | {"change": "Listen.", "": "Thanks."}

    (mail,) = outside.mailer.sent  # type: ignore[attr-defined]
    assert mail.to == carol.email
    assert f"http://localhost/verify/{certificate.number}" in mail.text
    assert certificate.number in mail.text


def test_nobody_enrolls_without_an_account(
    client: InspectingClient, session: Session, version: CourseVersion
) -> None:
    answer = client.post(f"/courses/versions/{version.id}/enroll")
    assert "/sign-in" in answer.location
    assert session.scalar(select(func.count(Enrollment.id))) == 0


def test_a_double_click_enrolls_once(
    learner: InspectingClient, session: Session, version: CourseVersion
) -> None:
    places = {
        learner.post(f"/courses/versions/{version.id}/enroll", data={"once": once}).location
        for once in ("a", "a", "b")
    }
    assert len(places) == 1
    assert session.scalar(select(func.count(Enrollment.id))) == 1


def test_a_replaced_version_sends_to_the_new_one(
    learner: InspectingClient, session: Session, version: CourseVersion
) -> None:
    publish_course(session, FROZEN_NOW, version.course.provider, make_source(title="Listening again"), 60)
    answer = learner.post(f"/courses/versions/{version.id}/enroll")
    assert answer.location == f"/courses/listening-{version.course_id}"
    assert "newer version" in learner.get(answer.location).main


def test_who_began_an_earlier_version_reads_what_is_new_since_then(
    learner: InspectingClient, session: Session, version: CourseVersion
) -> None:
    news = f"/courses/{version.course_id}/new-since-mine"
    assert learner.get(news).status_code == 302
    mine = learner.post(f"/courses/versions/{version.id}/enroll").location
    make_version(session, version.course.provider, summary="Neither yours nor the last.")
    latest = make_version(session, version.course.provider, summary="How to hear well.")
    assert "What is new since then" in learner.get(mine).main
    page = learner.get(news)
    for text in ("You began version 1", "How to hear what is said", "How to hear well."):
        assert text in page.main
    assert "Neither yours" not in page.main
    learner.post(f"/courses/versions/{latest.id}/enroll")
    assert str(learner.get(news).headers["Location"]).endswith("/changes")


def test_everything_of_others_is_not_found(
    client: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_reader(session, carol, version)
    start_attempt(session, FROZEN_NOW, enrollment)
    base = f"/learning/{enrollment.id}"
    stranger = client.sign_in(make_person(session, "bob"))
    for path in ("", "/lessons/1", "/post-test/1", "/post-test/1/result", "/evaluation", "/certificate"):
        assert stranger.get(base + path).status_code == 404, path
    for path in ("/lessons/1", "/post-test", "/post-test/1", "/evaluation"):
        assert stranger.post(base + path, data=EVALUATION).status_code == 404, path


@pytest.mark.parametrize("path", ["/lessons/0", "/lessons/3", "/lessons/99999999999", "/post-test/1"])
def test_what_is_not_there_is_not_found(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion, path: str
) -> None:
    enrollment = make_enrollment(session, carol, version)
    assert learner.get(f"/learning/{enrollment.id}{path}").status_code == 404
    assert learner.post(f"/learning/{enrollment.id}{path}").status_code == 404
    assert learner.post("/courses/versions/999/enroll").status_code == 404


def test_the_test_stays_closed_until_all_is_read(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_enrollment(session, carol, version)
    answer = learner.post(f"/learning/{enrollment.id}/post-test")
    assert "every lesson is read" in learner.get(answer.location).main
    assert session.scalar(select(func.count(Attempt.id))) == 0


def test_the_page_of_a_test_gives_no_key_away(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    page = learner.get(f"/learning/{attempt.enrollment_id}/post-test/1")
    assert "Because" not in page.text
    assert "correct" not in page.text
    values = [radio.get("value") for radio in page.tree.iter("input") if radio.get("type") == "radio"]
    assert values == ["1", "2", "3", "4"] * 10


def test_unanswered_questions_are_named_and_answers_kept(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    data = form_data(attempt)
    del data["question_3"]
    page: Any = learner.post(f"/learning/{attempt.enrollment_id}/post-test/1", data=data)
    assert page.status_code == 422
    (link,) = [a for a in page.tree.iter("a") if "Question 3 is not answered" in "".join(a.itertext())]
    assert link.get("href") == "#question_3"
    assert len([radio for radio in page.tree.iter("input") if radio.get("checked") is not None]) == 9
    assert session.get_one(Attempt, attempt.id).submitted_at is None


@pytest.mark.parametrize("value", ["", "0", "5", "nonsense", "x" * 100_000])
def test_an_answer_that_was_not_offered_is_refused(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion, value: str
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    data = form_data(attempt) | {"question_1": value}
    assert learner.post(f"/learning/{attempt.enrollment_id}/post-test/1", data=data).status_code == 422
    assert session.get_one(Attempt, attempt.id).submitted_at is None


def test_a_sent_test_is_not_scored_again(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    url = f"/learning/{attempt.enrollment_id}/post-test/1"
    first = learner.post(url, data=form_data(attempt, wrong=9) | {"once": "a"})
    for once in ("a", "b"):
        assert learner.post(url, data=form_data(attempt) | {"once": once}).location == first.location
    assert learner.get(url).location == first.location
    assert session.get_one(Attempt, attempt.id).earned == 1


def test_a_failed_test_says_what_to_read_and_not_the_key(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    url = f"/learning/{attempt.enrollment_id}/post-test/1"
    page = learner.get(learner.post(url, data=form_data(attempt, wrong=10)).location)
    assert page.h1 == "Not passed yet"
    for text in ("0 of 10 right", "Be able to hear.", "Lesson 1: Hearing", "Take the post-test again"):
        assert text in page.main
    assert "Because" not in page.text
    assert "Choice" not in page.text
    again = learner.post(f"/learning/{attempt.enrollment_id}/post-test")
    assert again.location == f"/learning/{attempt.enrollment_id}/post-test/2"


def test_a_result_waits_for_the_test(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    attempt = start_attempt(session, FROZEN_NOW, make_reader(session, carol, version))
    url = f"/learning/{attempt.enrollment_id}/post-test/1"
    assert learner.get(f"{url}/result").location == url
    assert "is begun and not yet sent" in learner.get(f"/learning/{attempt.enrollment_id}").main


def test_the_evaluation_waits_for_the_test(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_reader(session, carol, version)
    url = f"/learning/{enrollment.id}/evaluation"
    assert learner.get(url).location == f"/learning/{enrollment.id}"
    page: Any = learner.post(url, data=EVALUATION)
    assert page.status_code == 422
    assert "when the post-test is passed" in page.main
    assert session.scalar(select(func.count(Certificate.id))) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"item_1": ""},
        {"item_2": "6"},
        {"item_3": "nonsense"},
        {"item_6": "x" * 4_001},
        {"item_7": "x" * 4_001},
    ],
)
def test_an_evaluation_that_cannot_be_is_refused_and_kept(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion, change: dict[str, str]
) -> None:
    enrollment = make_passed(session, carol, version)
    page: Any = learner.post(f"/learning/{enrollment.id}/evaluation", data=EVALUATION | change)
    assert page.status_code == 422
    assert "Please look at this again" in page.main
    assert session.scalar(select(func.count(Evaluation.id))) == 0
    assert session.get_one(Enrollment, enrollment.id).completed_at is None


def test_an_evaluation_sent_twice_is_one_and_one_certificate(
    learner: InspectingClient, session: Session, outside: Outside, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_passed(session, carol, version)
    url = f"/learning/{enrollment.id}/evaluation"
    for once in ("a", "a", "b"):
        assert learner.post(url, data=EVALUATION | {"once": once}).location == f"/learning/{enrollment.id}"
    assert session.scalar(select(func.count(Certificate.id))) == 1
    assert len(outside.mailer.sent) == 1  # type: ignore[attr-defined]
    assert learner.get(url).location == f"/learning/{enrollment.id}"


def test_a_course_completed_long_ago_can_still_be_read(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_completed(session, carol, version)
    assert learner.get(f"/learning/{enrollment.id}/lessons/1").status_code == 200
    assert learner.get(f"/learning/{enrollment.id}/post-test/1/result").status_code == 200
    answer = learner.post(f"/learning/{enrollment.id}/post-test")
    assert "You have passed this test" in learner.get(answer.location).main


def test_the_list_of_courses_pages(learner: InspectingClient, session: Session, carol: Person) -> None:
    assert "You take no course yet" in learner.get("/learning").main
    provider = make_provider(session)
    for number in range(PAGE + 1):
        version = make_version(session, provider, slug=f"course-{number}", title=f"Course {number}!")
        make_enrollment(session, carol, version)
    first = learner.get("/learning")
    assert "Course 0!" not in first.main
    (older,) = [link.get("href") for link in first.tree.iter("a") if link.get("rel") == "next"]
    assert "Course 0!" in learner.get(str(older)).main
    assert learner.get("/learning?after=nonsense").status_code == 200


@pytest.mark.parametrize("path", ["", "/lessons/1", "/post-test/1", "/post-test/1/result", "/evaluation"])
def test_pages_take_few_queries_and_leave_big_columns_alone(
    learner: InspectingClient,
    session: Session,
    carol: Person,
    version: CourseVersion,
    statements: list[str],
    path: str,
) -> None:
    enrollment = make_passed(session, carol, version)
    session.expire_all()
    statements.clear()
    assert learner.get(f"/learning/{enrollment.id}{path}").status_code in {200, 303}
    assert len(statements) <= 10
    if path in {"", "/lessons/1"}:
        big = ("course_version.outline", "course_version.assessment", "attempt.shown")
        assert not any(column in statement for statement in statements for column in big)


def test_completing_takes_few_queries(
    learner: InspectingClient, session: Session, carol: Person, version: CourseVersion, statements: list[str]
) -> None:
    """Evaluation, certificate, credit, statements and audit entry in one request; PostgreSQL locks a row besides."""
    enrollment = make_passed(session, carol, version)
    session.expire_all()
    statements.clear()
    assert learner.post(f"/learning/{enrollment.id}/evaluation", data=EVALUATION).status_code == 303
    assert len(statements) <= 37
