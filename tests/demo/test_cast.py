"""The demo cast: whole, believable, and true to what the pages promise."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from ceu.accounts.models import Person
from ceu.adapters.content import manifest_from_json
from ceu.adapters.course_packages import pack
from ceu.adapters.courses import FolderOfFiles
from ceu.adapters.outside import Outside
from ceu.audit.services import verify as verify_audit
from ceu.catalog.models import ContentPackage
from ceu.certificates.models import Certificate
from ceu.demo.cast import ALICE, CAST, DANA, FELLOWS, MAYA, PRACTICE, THEO, Stage, is_empty, load_demo
from ceu.demo.weeks import WEEKS, planned_weeks
from ceu.experience.models import LogAssessment, SignOff, WeekSheet
from ceu.experience.queries import hours_by_state
from ceu.licenses.models import Goal
from ceu.live.models import Event
from ceu.live.queries import count_queue, standings
from ceu.programs.models import Seat
from ceu.programs.outlook import State
from ceu.signing.records import Answer, record_from_json, verify_chain
from ceu.wiring import HANDLERS

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 1), date(2026, 11, 22)])
def test_the_plan_has_no_overlaps_and_no_future(today: date) -> None:
    weeks = list(planned_weeks(today))
    assert len(weeks) == WEEKS
    entries = sorted((entry.day, entry.start, entry.minutes) for week in weeks for entry in week)
    assert entries[-1][0] <= today
    for (day, start, minutes), (next_day, next_start, _) in pairwise(entries):
        assert day < next_day or start + minutes <= next_start


@pytest.mark.slow
def test_the_cast_lives(app: Flask, session: Session, outside: Outside) -> None:
    assert is_empty(session)
    with app.test_request_context():
        load_demo(session, outside, HANDLERS)
    people = {person.email: person for person in session.scalars(select(Person))}
    assert set(people) == {member.email for member in (*CAST, *FELLOWS)}
    alice = people[ALICE.email]

    states = {state for (state,) in session.execute(select(WeekSheet.state).distinct())}
    assert states == {"draft", "submitted", "returned", "signed"}
    hours = hours_by_state(session, alice.id)
    assert hours.logged > hours.submitted > hours.signed > 1_000 * 60

    assessment = session.scalars(
        select(LogAssessment).join(Goal, Goal.id == LogAssessment.goal_id).where(Goal.person_id == alice.id)
    ).one()
    assert 0 < assessment.signed["credited"] < hours.signed
    assert assessment.logged["undetermined"] == 0

    rows = session.scalars(select(SignOff).where(SignOff.person_id == alice.id).order_by(SignOff.id))
    chain = [record_from_json(json.loads(row.record)) for row in rows]
    assert verify_chain(chain, outside.keys.public_keys).answer is Answer.GENUINE
    assert verify_audit(session) == []

    held, coming = session.scalars(select(Event).order_by(Event.begins_at))
    assert held.ends_at and coming.begins_at  # noqa: PT018
    assert held.ends_at < outside.clock.now() < coming.begins_at
    assert list(count_queue(session, [each.id for each in held.sessions]).values()) == [1]
    credited = {each.registration.name: each.credited for each in standings(session, held)}
    assert credited == {"Alice Romero": 120, "Dana Whitfield": 120, "Sam Okafor": 120, "Carol Nguyen": 60}

    certificate = session.scalars(select(Certificate)).one()
    assert certificate.person_id == people[DANA.email].id
    assert certificate.completed_on < TODAY - timedelta(days=5)

    seats = {seat.email: seat for seat in session.scalars(select(Seat))}
    assert seats[ALICE.email].outlook in (State.AT_RISK, State.ON_TRACK)
    assert seats[MAYA.email].outlook == State.BEHIND
    assert seats[THEO.email].outlook == State.CANNOT_TELL
    assert seats["noor@example.org"].is_offered


@pytest.mark.slow
def test_the_practice_of_the_demo_is_a_package_that_plays(
    app: Flask, session: Session, outside: Outside
) -> None:
    with app.test_request_context():
        stage = Stage(session, outside, HANDLERS)
        stage.publish()
        version = stage.publish_practice()
    (*others, last) = version.lessons
    assert version.number == 2
    assert {lesson.package for lesson in others} == {None}
    (package,) = session.scalars(select(ContentPackage).options(undefer(ContentPackage.manifest)))
    assert (last.package, last.done_when, package.standard) == (package.digest, "passed", "scorm12")
    (part,) = manifest_from_json(package.manifest).parts
    assert part.mastery == "80"
    again = outside.content.put(pack(FolderOfFiles(PRACTICE / "package")))
    assert again.sha256 == package.digest, "the same files are not the same package"
