"""Who was there: codes, presence checks, what staff enter and decide, and confirming it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.audit.models import AuditEntry
from ceu.domain.errors import DomainError, TooManyAttempts
from ceu.learning.models import Attendance
from ceu.learning.progress import Step
from ceu.learning.queries import progress_of
from ceu.learning.services import submit_evaluation
from ceu.live.models import Event, Registration, SignIn
from ceu.live.presence_services import (
    WRONG_CODES,
    answer_check,
    confirm_presence,
    decide_presence,
    enter_stay,
    open_check,
    sign_in_or_out,
    strike_stay,
)
from ceu.live.queries import find_open_check, standings
from ceu.live.settling import CreditBy
from tests.learning.builders import RATINGS
from tests.live.builders import at, code_at, make_event, make_live_version, make_registration

AFTER = at(24 * 60)


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def registration(session: Session, event: Event, alice: Person) -> Registration:
    return make_registration(session, event, alice)


def sign(session: Session, registration: Registration, minute: float, act: str) -> SignIn:
    held = registration.event.sessions[0]
    return sign_in_or_out(session, at(minute), held, registration, code_at(held, at(minute)), act)


def measured(session: Session, registration: Registration) -> int:
    return standings(session, registration.event, [registration])[0].outcomes[0].presence.present


def test_signing_in_and_out_makes_stays(session: Session, registration: Registration) -> None:
    sign(session, registration, -5, "in")
    assert measured(session, registration) == 0  # not signed out yet
    sign(session, registration, 40, "out")
    assert measured(session, registration) == 40
    sign(session, registration, 59, "in")
    sign(session, registration, 95, "out")
    [outcome] = standings(session, registration.event, [registration])[0].outcomes
    assert outcome.sentences == ["You were present 71 of 90 minutes; 80 % is needed."]


def test_a_code_is_taken_while_it_is_shown_and_once(session: Session, registration: Registration) -> None:
    held = registration.event.sessions[0]
    code = code_at(held, at(1))
    with pytest.raises(DomainError, match="no longer, on the screen") as refused:
        sign_in_or_out(session, at(3), held, registration, code, "in")
    assert refused.value.field == "code"
    sign_in_or_out(session, at(1), held, registration, code, "in")
    with pytest.raises(DomainError, match="used this code already"):
        sign_in_or_out(session, at(1) + timedelta(seconds=20), held, registration, code, "out")
    with pytest.raises(DomainError, match="signed in already"):
        sign(session, registration, 5, "in")
    sign(session, registration, 5, "out")
    with pytest.raises(DomainError, match="not signed in"):
        sign(session, registration, 6, "out")


@pytest.mark.parametrize("minute", [-61, 151])
def test_nobody_signs_in_while_the_doors_are_closed(
    session: Session, registration: Registration, minute: float
) -> None:
    with pytest.raises(DomainError, match="not on now"):
        sign(session, registration, minute, "in")


def test_codes_cannot_be_tried_one_after_the_other(session: Session, registration: Registration) -> None:
    held = registration.event.sessions[0]
    for _ in range(WRONG_CODES):
        with pytest.raises(DomainError, match="on the screen"):
            sign_in_or_out(session, at(0), held, registration, "abcdef", "in")
    with pytest.raises(TooManyAttempts):
        sign(session, registration, 1, "in")
    sign(session, registration, 11, "in")


def test_staff_enter_and_strike_stays_with_a_reason_in_the_audit_record(
    session: Session, registration: Registration, dana: Person
) -> None:
    held = registration.event.sessions[0]
    sign(session, registration, 5, "in")  # and forgot to sign out
    stay = enter_stay(session, AFTER, dana.id, held, registration, at(0), at(90), "Phone was empty")
    assert measured(session, registration) == 90
    strike_stay(session, AFTER, dana.id, stay)
    strike_stay(session, AFTER, dana.id, stay)
    assert measured(session, registration) == 0
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.actor_person_id == dana.id)).all()
    assert actions == ["attendance.entered", "attendance.struck"]


@pytest.mark.parametrize(
    ("begins", "ends", "now"), [(-61, 90, 200), (10, 10, 200), (50, 10, 200), (0, 151, 200), (0, 60, 59)]
)
def test_stays_by_hand_lie_in_the_session_and_in_the_past(
    session: Session, registration: Registration, dana: Person, begins: int, ends: int, now: int
) -> None:
    held = registration.event.sessions[0]
    with pytest.raises(DomainError):
        enter_stay(session, at(now), dana.id, held, registration, at(begins), at(ends), "Because")


def test_presence_checks_are_answered_in_time_and_once(
    session: Session, alice: Person, bob: Person, dana: Person
) -> None:
    event = make_event(session, percent=None, checks_percent=75)
    held = event.sessions[0]
    one, other = (make_registration(session, event, person) for person in (alice, bob))
    check = open_check(session, at(10), dana.id, held, minutes=3, question="Which?", options=["This", "That"])
    assert find_open_check(session, held.id, one.id, at(12)) is check
    with pytest.raises(DomainError, match="Choose one"):
        answer_check(session, at(11), check, one, None)
    first = answer_check(session, at(11), check, one, 1)
    assert answer_check(session, at(30), check, one, 0) is first
    assert first.option == 1
    assert find_open_check(session, held.id, one.id, at(12)) is None
    with pytest.raises(DomainError, match="has closed"):
        answer_check(session, at(13), check, other, 0)
    with pytest.raises(DomainError, match="open already"):
        open_check(session, at(12), dana.id, held, minutes=3)
    found = {each.registration.id: each.outcomes[0] for each in standings(session, event)}
    assert found[one.id].presence.is_met
    assert found[other.id].presence.unmet == ("You answered 0 of 1 presence checks; 75 % is needed.",)


def test_checks_are_held_while_the_session_is_on(session: Session, event: Event, dana: Person) -> None:
    held = event.sessions[0]
    for now, minutes, question, options in (
        (at(-1), 3, "", []),
        (at(90), 3, "", []),
        (at(5), 0, "", []),
        (at(5), 61, "", []),
        (at(5), 3, "Which?", ["One"]),
        (at(5), 3, "", ["One", "Two"]),
    ):
        with pytest.raises(DomainError):
            open_check(session, now, dana.id, held, minutes=minutes, question=question, options=options)


def test_the_latest_decision_counts_up_to_the_minutes_of_instruction(
    session: Session, registration: Registration, dana: Person
) -> None:
    held = registration.event.sessions[0]
    with pytest.raises(DomainError, match="90 minutes of instruction"):
        decide_presence(session, AFTER, dana.id, held, registration, 91, "More")
    decide_presence(session, AFTER, dana.id, held, registration, 0, "Left")
    decide_presence(session, AFTER, dana.id, held, registration, 60, "Was in the hall")
    [standing] = standings(session, registration.event)
    assert standing.credited == 60


def test_confirming_opens_the_way_to_the_certificate_and_tells_what_is_new(
    session: Session, alice: Person, bob: Person, dana: Person
) -> None:
    event = make_event(session)
    there, away = (make_registration(session, event, person) for person in (alice, bob))
    enter_stay(session, AFTER, dana.id, event.sessions[0], there, at(0), at(85), "List on paper")
    assert progress_of(session, there.enrollment).next_step is Step.ATTEND
    with pytest.raises(DomainError, match="confirmed that you were present"):
        submit_evaluation(session, AFTER, there.enrollment, RATINGS)
    with pytest.raises(DomainError, match="not over"):
        confirm_presence(session, at(89), dana.id, event)
    confirmed = confirm_presence(session, AFTER, dana.id, event)
    assert {each.standing.registration.id: each.earned for each in confirmed} == {
        there.id: True,
        away.id: False,
    }
    assert progress_of(session, there.enrollment).next_step is Step.EVALUATE
    assert progress_of(session, away.enrollment).next_step is Step.ATTEND
    assert confirm_presence(session, AFTER, dana.id, event) == []
    attendance = session.scalars(select(Attendance)).one()
    assert (attendance.minutes, attendance.location, attendance.attended_at) == (
        90,
        "Pier Hall, Oakland",
        at(90),
    )
    assert attendance.sessions[0]["present"] == 85
    submit_evaluation(session, AFTER, there.enrollment, RATINGS)
    assert progress_of(session, there.enrollment).next_step is Step.DONE
    # What a certificate rests on stays, whatever is corrected later.
    decide_presence(session, AFTER, dana.id, event.sessions[0], there, 0, "Was another")
    [again] = confirm_presence(session, AFTER, dana.id, event)
    assert not again.earned
    assert session.scalars(select(Attendance.minutes)).one() == 90


def test_a_correction_takes_the_way_back_before_completion(
    session: Session, registration: Registration, dana: Person
) -> None:
    held = registration.event.sessions[0]
    stay = enter_stay(session, AFTER, dana.id, held, registration, at(0), at(90), "Paper")
    confirm_presence(session, AFTER, dana.id, registration.event)
    strike_stay(session, AFTER, dana.id, stay)
    confirm_presence(session, AFTER, dana.id, registration.event)
    assert session.scalars(select(Attendance)).all() == []
    assert progress_of(session, registration.enrollment).next_step is Step.ATTEND


def test_a_conference_credits_what_was_attended_and_never_more_than_the_course(
    session: Session, alice: Person, dana: Person
) -> None:
    version = make_live_version(session, minutes=120)
    event = make_event(session, version, spans=[(0, 60), (30, 90), (120, 210)], credit=CreditBy.SESSION)
    registration = make_registration(session, event, alice)
    for held in event.sessions:
        enter_stay(session, AFTER, dana.id, held, registration, held.begins_at, held.ends_at, "Paper")
    [standing] = standings(session, event)
    assert [each.credited for each in standing.outcomes] == [60, 0, 90]
    confirm_presence(session, AFTER, dana.id, event)
    attendance = session.scalars(select(Attendance)).one()
    assert attendance.minutes == 120
    assert [each["credited"] for each in attendance.sessions] == [60, 90]


def test_five_queries_tell_what_became_of_everybody(
    session: Session, event: Event, alice: Person, bob: Person, statements: list[str]
) -> None:
    for person in (alice, bob):
        make_registration(session, event, person)
    event.sessions  # noqa: B018
    statements.clear()
    assert len(standings(session, event)) == 2
    assert len(statements) == 5
