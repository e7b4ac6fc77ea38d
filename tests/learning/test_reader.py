"""The reader: places, times that cannot be inflated, notes that are nobody else's, and the whole course on one page."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.catalog.queries import list_lessons
from ceu.domain.errors import DomainError
from ceu.learning.models import Enrollment
from ceu.learning.queries import progress_of
from ceu.learning.reader_models import LessonNote, LessonStay
from ceu.learning.reader_queries import seconds_read
from ceu.learning.reader_services import keep_note, report_reading
from ceu.learning.reading import LONGEST, believed, time_so_far
from ceu.learning.services import start_attempt
from tests.catalog.builders import make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import make_enrollment, make_reader


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session, minimum_minutes=2)


@pytest.fixture
def enrollment(session: Session, carol: Person, version: CourseVersion) -> Enrollment:
    return make_enrollment(session, carol, version)


@pytest.fixture
def learner(client: InspectingClient, carol: Person) -> InspectingClient:
    return client.sign_in(carol)


@given(st.lists(st.tuples(st.integers(-1_000_000, 1_000_000), st.integers(0, 300)), max_size=40))
def test_no_reports_add_up_to_more_than_the_time_that_passed(reports: list[tuple[int, int]]) -> None:
    now, last, total = FROZEN_NOW, None, 0
    for claimed, pause in reports:
        now += timedelta(seconds=pause)
        total += believed(claimed, last, now)
        last = now
    assert 0 <= total <= LONGEST + (now - FROZEN_NOW).total_seconds()
    assert total <= LONGEST * len(reports)


def test_what_is_claimed_is_believed_where_it_can_be_true() -> None:
    assert believed(30, FROZEN_NOW - timedelta(seconds=31), FROZEN_NOW) == 30
    assert believed(30, FROZEN_NOW - timedelta(seconds=10), FROZEN_NOW) == 10
    assert believed(30, None, FROZEN_NOW) == 30
    assert believed(3_000, FROZEN_NOW - timedelta(hours=1), FROZEN_NOW) == LONGEST


def test_time_is_said_in_whole_minutes_and_never_too_much() -> None:
    assert time_so_far(12 * 60 + 59, 30) == "12 of 30 minutes so far"
    assert time_so_far(31 * 60, 30) == "30 of 30 minutes so far"


def test_two_lessons_side_by_side_read_no_faster(session: Session, enrollment: Enrollment) -> None:
    first, second = list_lessons(session, enrollment.version_id)
    for step in range(5):
        now = FROZEN_NOW + timedelta(seconds=30 * step)
        report_reading(session, now, enrollment, first, seconds=30, heading="")
        report_reading(session, now, enrollment, second, seconds=30, heading="")
    assert seconds_read(session, enrollment.id) == 30 + 4 * 30


def test_the_test_waits_for_the_time_a_course_asks_for(
    session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_reader(session, carol, version)
    with pytest.raises(DomainError, match="0 of 2 minutes so far"):
        start_attempt(session, FROZEN_NOW, enrollment)
    lesson = list_lessons(session, version.id)[0]
    for step in range(2):
        now = FROZEN_NOW + timedelta(seconds=60 * step)
        report_reading(session, now, enrollment, lesson, seconds=59, heading="")
    assert progress_of(session, enrollment).needs_time
    report_reading(session, now + timedelta(seconds=3), enrollment, lesson, seconds=3, heading="")
    assert not progress_of(session, enrollment).needs_time
    assert start_attempt(session, FROZEN_NOW, enrollment).number == 1


def test_time_alone_reads_nothing(session: Session, enrollment: Enrollment) -> None:
    lesson = list_lessons(session, enrollment.version_id)[0]
    for step in range(9):
        now = FROZEN_NOW + timedelta(seconds=60 * step)
        report_reading(session, now, enrollment, lesson, seconds=60, heading="")
    progress = progress_of(session, enrollment)
    assert not progress.needs_time
    assert progress.read_count == 0
    with pytest.raises(DomainError, match="when every lesson is read"):
        start_attempt(session, FROZEN_NOW, enrollment)


def test_a_page_says_how_long_and_where(
    learner: InspectingClient, session: Session, enrollment: Enrollment, outside: Outside
) -> None:
    lesson = f"/learning/{enrollment.id}/lessons/2"
    assert "0 of 2 minutes so far" in learner.get(lesson).main
    assert learner.post(f"{lesson}/reading", data={"seconds": "60", "heading": "about-waiting"}).json == {
        "kept": True
    }
    page = learner.get(lesson)
    assert "1 of 2 minutes so far" in page.main
    assert [a.get("href") for a in page.tree.iter("a") if a.text == "Go on where you stopped"] == [
        "#about-waiting"
    ]
    course = learner.get(f"/learning/{enrollment.id}")
    assert "Go on where you stopped, in lesson 2" in course.main
    assert session.scalars(select(LessonStay.seconds)).all() == [60]


@pytest.mark.parametrize(
    "data", [{}, {"seconds": "x"}, {"seconds": "9" * 30}, {"seconds": "1", "heading": "h" * 121}]
)
def test_a_garbled_report_is_not_kept(
    learner: InspectingClient, session: Session, enrollment: Enrollment, data: dict[str, str]
) -> None:
    answer = learner.post(f"/learning/{enrollment.id}/lessons/1/reading", data=data)
    assert answer.status_code == 200
    assert not sum(session.scalars(select(LessonStay.seconds)))


def test_a_course_without_a_minimum_says_nothing_of_time(
    learner: InspectingClient, session: Session, carol: Person
) -> None:
    enrollment = make_enrollment(session, carol, make_version(session))
    assert "minutes so far" not in learner.get(f"/learning/{enrollment.id}/lessons/1").main


def test_notes_are_kept_changed_found_exported_and_taken_away(
    learner: InspectingClient, session: Session, enrollment: Enrollment
) -> None:
    lesson = f"/learning/{enrollment.id}/lessons/1"
    assert learner.post(f"{lesson}/note", data={"text": "Ask first."}).location == f"{lesson}#notes"
    learner.post(f"{lesson}/note", data={"text": "Ask first.\nThen 100% wait."})
    assert "Then 100% wait." in learner.get(lesson).text
    assert "Then 100% wait." in learner.get("/learning/notes?search=WAIT+ask").main
    assert "No note holds these words" in learner.get("/learning/notes?search=10_%25").main
    exported = learner.get("/learning/notes/export")
    assert exported.mimetype == "text/markdown"
    assert "## Listening" in exported.text
    assert "### Lesson 1: Hearing" in exported.text
    assert "Ask first.\nThen 100% wait." in exported.text
    learner.post(f"{lesson}/note", data={"text": "  "})
    assert session.scalars(select(LessonNote)).all() == []
    assert "You have no notes yet" in learner.get("/learning/notes").main


def test_a_note_that_is_too_long_is_not_lost(
    learner: InspectingClient, session: Session, enrollment: Enrollment
) -> None:
    page = learner.post(f"/learning/{enrollment.id}/lessons/1/note", data={"text": "w" * 20_001})
    assert page.status_code == 422
    assert "Use at most 20,000 characters" in page.main
    assert "w" * 20_001 in page.text
    assert session.scalars(select(LessonNote)).all() == []


def test_nobody_else_reads_or_writes(
    client: InspectingClient, session: Session, enrollment: Enrollment
) -> None:
    lesson = list_lessons(session, enrollment.version_id)[0]
    keep_note(session, FROZEN_NOW, enrollment, lesson, "A secret thought.")
    client.sign_in(make_person(session, "bob"))
    assert "secret" not in client.get("/learning/notes").text
    assert "secret" not in client.get("/learning/notes/export").text
    assert client.get(f"/learning/{enrollment.id}/whole").status_code == 404
    for what, data in (("note", {"text": "x"}), ("reading", {"seconds": "9", "heading": ""})):
        assert client.post(f"/learning/{enrollment.id}/lessons/1/{what}", data=data).status_code == 404


def test_the_whole_course_stands_on_one_page_with_anchors_of_its_own(
    learner: InspectingClient, session: Session, enrollment: Enrollment
) -> None:
    for lesson in list_lessons(session, enrollment.version_id):
        lesson.html = '<h2 id="same">Same</h2><p><a href="#same">up</a></p>'
    page = learner.get(f"/learning/{enrollment.id}/whole")
    assert page.texts("article") == ["1. Hearing Sameup", "2. Waiting Sameup"]
    assert "#lesson-2-same" in [a.get("href") for a in page.tree.iter("a")]


def test_the_pages_take_few_queries(
    learner: InspectingClient, session: Session, enrollment: Enrollment, statements: list[str]
) -> None:
    for path in (f"/learning/{enrollment.id}/lessons/1", f"/learning/{enrollment.id}"):
        session.expire_all()
        statements.clear()
        learner.get(path)
        assert len(statements) <= 12, path
