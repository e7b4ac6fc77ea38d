"""Grades on their way back: owed when something is scored, sent until the platform takes them, the latest only."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.adapters.platforms import Platforms
from ceu.catalog.models import CourseVersion
from ceu.db.events import Handlers, deliver
from ceu.learning.models import Enrollment
from ceu.learning.services import start_attempt, submit_attempt, submit_evaluation
from ceu.lti.commands import lti_commands
from ceu.lti.grade_services import due_grades, note_sent, send_grade
from ceu.lti.grading import points, score_message, scores_address, wait_after
from ceu.lti.models import Platform, Seat
from ceu.wiring import HANDLERS
from tests.catalog.builders import make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.learning.builders import RATINGS, answers
from tests.lti.builders import custom, launch, make_platform, newcomer
from tests.lti.platform import AGS, ISSUER, LINE, SCORE, Lms

LATER = FROZEN_NOW + timedelta(hours=1)


GRADING: Handlers = {
    kind: tuple(each for each in handlers if each.__module__.startswith("ceu.lti."))
    for kind, handlers in HANDLERS.items()
}
"""What this room does about what happens in courses; other rooms' hearing is tested there."""


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session)


@pytest.fixture
def platform(session: Session, version: CourseVersion) -> Platform:
    return make_platform(session, version.course.provider.organization_id)


@pytest.fixture
def enrollment(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> Enrollment:
    """A learner who came by a launch and has read everything."""
    newcomer(client, launch(client, platform, lms, **custom(version.course_id)))
    found = session.scalars(select(Enrollment)).one()
    for position in (1, 2):
        client.post(f"/learning/{found.id}/lessons/{position}")
    return found


def take_test(session: Session, enrollment: Enrollment, outside: Outside, wrong: int, now: datetime) -> None:
    attempt = start_attempt(session, now, enrollment)
    submit_attempt(session, now, attempt, answers(attempt, wrong))
    deliver(session, HANDLERS, now, outside)


def complete(session: Session, enrollment: Enrollment, outside: Outside, now: datetime) -> None:
    submit_evaluation(session, now, enrollment, RATINGS)
    deliver(session, GRADING, now, outside)


def send(session: Session, platforms: Platforms, now: datetime) -> list[str]:
    """Send what is due; what went wrong with each."""
    problems = []
    for owed in due_grades(session, now):
        sent = send_grade(platforms, owed)
        problems.append(sent.problem)
        note_sent(session, now, owed, sent)
    return problems


def test_a_scored_test_and_the_completion_reach_the_grade_book(
    session: Session, enrollment: Enrollment, lms: Lms, platforms: Platforms, outside: Outside
) -> None:
    assert due_grades(session, FROZEN_NOW) == []
    take_test(session, enrollment, outside, wrong=5, now=FROZEN_NOW)
    assert send(session, platforms, FROZEN_NOW) == [""]
    assert send(session, platforms, FROZEN_NOW) == []
    take_test(session, enrollment, outside, wrong=1, now=LATER)
    complete(session, enrollment, outside, LATER)
    assert send(session, platforms, LATER) == [""]
    first, second = lms.scores
    assert first == {
        "userId": "u-1",
        "timestamp": "2026-11-24T17:00:00.000+00:00",
        "activityProgress": "InProgress",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 50,
        "scoreMaximum": 100,
    }
    assert (second["scoreGiven"], second["activityProgress"]) == (90, "Completed")
    assert second["timestamp"] > first["timestamp"]
    assert lms.asked.count("POST /token") == 1
    assert "POST /items/7/scores?type=2" in lms.asked


def test_a_worse_attempt_changes_nothing(
    session: Session, enrollment: Enrollment, lms: Lms, platforms: Platforms, outside: Outside
) -> None:
    take_test(session, enrollment, outside, wrong=5, now=FROZEN_NOW)
    send(session, platforms, FROZEN_NOW)
    take_test(session, enrollment, outside, wrong=7, now=LATER)
    assert due_grades(session, LATER) == []


def test_what_the_platform_refuses_is_sent_again_later_and_shown(
    client: InspectingClient,
    session: Session,
    enrollment: Enrollment,
    lms: Lms,
    platforms: Platforms,
    outside: Outside,
) -> None:
    take_test(session, enrollment, outside, wrong=1, now=FROZEN_NOW)
    lms.refuse_scores_with = 503
    (problem,) = send(session, platforms, FROZEN_NOW)
    assert problem == "The platform refused it (status 503): the grade book is closed"
    assert due_grades(session, FROZEN_NOW + timedelta(seconds=59)) == []
    assert len(send(session, platforms, FROZEN_NOW + timedelta(minutes=1))) == 1
    seat = session.scalars(select(Seat)).one()
    assert (seat.tries, seat.problem) == (2, problem)
    lms.refuse_scores_with = 0
    assert send(session, platforms, LATER) == [""]
    assert len(lms.scores) == 1
    assert (seat.tries, seat.next_try_at, seat.problem) == (0, None, "")


def test_a_token_the_platform_forgot_is_asked_for_again(
    session: Session, enrollment: Enrollment, lms: Lms, platforms: Platforms, outside: Outside
) -> None:
    take_test(session, enrollment, outside, wrong=5, now=FROZEN_NOW)
    send(session, platforms, FROZEN_NOW)
    lms.forgotten_tokens = 1
    take_test(session, enrollment, outside, wrong=1, now=LATER)
    assert send(session, platforms, LATER) == [""]
    assert [score["scoreGiven"] for score in lms.scores] == [50, 90]
    assert lms.asked.count("POST /token") == 2


def test_a_grade_book_that_has_a_later_score_is_content(
    session: Session, enrollment: Enrollment, lms: Lms, platforms: Platforms, outside: Outside
) -> None:
    take_test(session, enrollment, outside, wrong=1, now=FROZEN_NOW)
    lms.refuse_scores_with = 409
    assert send(session, platforms, FROZEN_NOW) == [""]
    assert due_grades(session, LATER) == []


def test_a_grade_that_changes_while_it_is_sent_stays_owed(
    session: Session, enrollment: Enrollment, lms: Lms, platforms: Platforms, outside: Outside
) -> None:
    take_test(session, enrollment, outside, wrong=5, now=FROZEN_NOW)
    (owed,) = due_grades(session, FROZEN_NOW)
    take_test(session, enrollment, outside, wrong=1, now=FROZEN_NOW)
    note_sent(session, FROZEN_NOW, owed, send_grade(platforms, owed))
    assert send(session, platforms, FROZEN_NOW) == [""]
    assert [score["scoreGiven"] for score in lms.scores] == [50, 90]
    assert lms.scores[0]["timestamp"] < lms.scores[1]["timestamp"]


@pytest.mark.parametrize(
    "endpoint", [None, {"scope": [], "lineitem": f"{ISSUER}/items/7"}, {"scope": [SCORE]}]
)
def test_without_a_column_nothing_is_owed_until_a_launch_brings_one(
    client: InspectingClient,
    session: Session,
    platform: Platform,
    lms: Lms,
    version: CourseVersion,
    platforms: Platforms,
    outside: Outside,
    endpoint: dict[str, object] | None,
) -> None:
    newcomer(client, launch(client, platform, lms, **custom(version.course_id), **{AGS: endpoint}))
    enrollment = session.scalars(select(Enrollment)).one()
    for position in (1, 2):
        client.post(f"/learning/{enrollment.id}/lessons/{position}")
    take_test(session, enrollment, outside, wrong=1, now=FROZEN_NOW)
    assert due_grades(session, FROZEN_NOW) == []
    session.commit()
    launch(client, platform, lms)
    assert send(session, platforms, FROZEN_NOW) == [""]
    assert lms.scores[0]["scoreGiven"] == 90


def test_the_command_sends_and_counts(
    app: Flask, session: Session, enrollment: Enrollment, lms: Lms, outside: Outside
) -> None:
    take_test(session, enrollment, outside, wrong=1, now=FROZEN_NOW)
    session.commit()
    run = app.test_cli_runner()
    assert "1 grade was sent, 0 refused." in run.invoke(lti_commands(lambda: app), ["send-grades"]).output
    assert "0 grades were sent, 0 refused." in run.invoke(lti_commands(lambda: app), ["send-grades"]).output
    assert len(lms.scores) == 1


@given(st.fractions(0, 1))
def test_points_are_exact_to_four_places(score: Fraction) -> None:
    given_points = points(score)
    assert 0 <= given_points <= 100
    assert abs(Fraction(str(given_points)) - score * 100) <= Fraction(1, 20_000)


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_a_better_score_never_gives_fewer_points(one: Fraction, other: Fraction) -> None:
    assert points(min(one, other)) <= points(max(one, other))


def test_the_timestamp_is_utc_whatever_the_zone() -> None:
    message = score_message("u", Fraction(1), is_completed=True, graded_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert message["timestamp"] == "2026-01-02T00:00:00.000+00:00"


def test_waiting_grows_and_ends_at_half_a_day() -> None:
    waits = [wait_after(tries) for tries in range(1, 40)]
    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=12)


def test_scores_go_below_the_path() -> None:
    assert scores_address("https://a.example/i/7") == "https://a.example/i/7/scores"
    assert scores_address("https://a.example/i/7/?x=1&y=2") == "https://a.example/i/7/scores?x=1&y=2"


def without_column(*scopes: str) -> dict[str, object]:
    """The claim of a link that has no column in the grade book."""
    return {AGS: {"scope": list(scopes), "lineitems": f"{ISSUER}/items"}}


@pytest.mark.parametrize("is_there", [False, True])
def test_a_link_without_a_column_gets_one_once(
    client: InspectingClient,
    session: Session,
    enrollment: Enrollment,
    platform: Platform,
    lms: Lms,
    platforms: Platforms,
    outside: Outside,
    version: CourseVersion,
    is_there: bool,
) -> None:
    if is_there:
        lms.items = [
            {"id": f"{ISSUER}/items/8", "resourceLinkId": "r-1", "label": "Made before", "scoreMaximum": 100}
        ]
    launch(client, platform, lms, **custom(version.course_id), **without_column(SCORE, LINE))
    take_test(session, enrollment, outside, wrong=5, now=FROZEN_NOW)
    assert send(session, platforms, FROZEN_NOW) == [""]
    launch(client, platform, lms, **custom(version.course_id), **without_column(SCORE, LINE))
    take_test(session, enrollment, outside, wrong=1, now=LATER)
    assert send(session, platforms, LATER) == [""]
    assert [item["label"] for item in lms.items] == ["Made before" if is_there else version.title]
    assert lms.asked.count("POST /items") == (not is_there)
    assert [score["scoreGiven"] for score in lms.scores] == [50, 90]


def test_no_column_is_made_without_leave(
    client: InspectingClient,
    session: Session,
    enrollment: Enrollment,
    platform: Platform,
    lms: Lms,
    outside: Outside,
    version: CourseVersion,
) -> None:
    launch(client, platform, lms, **custom(version.course_id), **without_column(SCORE))
    take_test(session, enrollment, outside, wrong=5, now=FROZEN_NOW)
    assert due_grades(session, FROZEN_NOW) == []
