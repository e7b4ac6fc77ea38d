"""Registering: seats, the waiting list, moving up, canceling; planning events."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.domain.errors import DomainError
from ceu.live.models import Event
from ceu.live.queries import Seating, get_event, list_upcoming, place_in_line, seatings
from ceu.live.services import (
    Plan,
    SessionPlan,
    cancel_event,
    cancel_registration,
    cancel_session,
    change_delivery,
    change_event,
    note_reminders,
    plan_event,
    register,
    set_session,
)
from ceu.live.settling import CreditBy
from tests.catalog.builders import make_source, make_version, publish_course
from tests.factories import FROZEN_NOW, make_person
from tests.live.builders import NINE, at, make_event, make_live_version, make_registration, plan


def test_it_works(session: Session, alice: Person) -> None:
    event = make_event(session, seats=2)
    registration = register(session, FROZEN_NOW, event, alice.id)
    assert (registration.state, registration.registered_at) == ("registered", FROZEN_NOW)
    assert registration.enrollment.version_id == event.version_id
    assert register(session, at(0), event, alice.id) is registration
    assert (event.begins_at, event.ends_at) == (NINE, at(90))


def test_who_comes_after_the_last_seat_waits_and_moves_up_in_turn(
    session: Session, alice: Person, bob: Person, carol: Person, dana: Person
) -> None:
    event = make_event(session, seats=1)
    first, *others = [make_registration(session, event, person) for person in (alice, bob, carol, dana)]
    assert [each.state for each in others] == ["waiting"] * 3
    assert [place_in_line(session, each) for each in others] == [1, 2, 3]
    assert cancel_registration(session, FROZEN_NOW, others[1]) == []
    assert cancel_registration(session, FROZEN_NOW, first) == [others[0]]
    assert others[0].state == "registered"
    assert place_in_line(session, others[2]) == 1
    again = register(session, FROZEN_NOW + timedelta(hours=1), event, carol.id)
    assert (again.id, again.state, place_in_line(session, again)) == (others[1].id, "waiting", 2)
    moved = change_event(session, FROZEN_NOW, alice.id, event, plan(seats=3))
    assert [each.person_id for each in moved] == [dana.id, carol.id]
    assert seatings(session, [event])[event.id] == [Seating("in_person", 3, 3, 0)]


def test_seats_are_not_taken_away_from_those_who_have_them(
    session: Session, alice: Person, bob: Person
) -> None:
    event = make_event(session, seats=2)
    for person in (alice, bob):
        make_registration(session, event, person)
    with pytest.raises(DomainError, match="2 people are registered already"):
        change_event(session, FROZEN_NOW, alice.id, event, plan(seats=1))


@pytest.mark.parametrize(
    ("changes", "now", "why"),
    [
        ({"registration_opens_at": at(-61)}, at(-62), "not opened yet"),
        ({"registration_closes_at": at(-60)}, at(-60), "has closed"),
        ({}, at(90), "is over"),
    ],
)
def test_registration_is_open_when_the_event_says_so(
    session: Session, alice: Person, changes: dict[str, object], now: object, why: str
) -> None:
    event = make_event(session, **changes)
    with pytest.raises(DomainError, match=why):
        register(session, now, event, alice.id)  # type: ignore[arg-type]
    assert register(session, at(-60.5), event, alice.id).state == "registered"


def test_a_canceled_event_takes_nobody_and_tells_everybody(
    session: Session, alice: Person, bob: Person
) -> None:
    event = make_event(session, seats=1)
    told = [make_registration(session, event, person) for person in (alice, bob)]
    assert cancel_event(session, FROZEN_NOW, alice.id, event, "Illness") == told
    assert cancel_event(session, FROZEN_NOW, alice.id, event, "Illness") == []
    with pytest.raises(DomainError, match="is canceled"):
        register(session, FROZEN_NOW, event, make_person(session, "eve").id)
    assert list_upcoming(session, FROZEN_NOW) == []
    assert cancel_registration(session, FROZEN_NOW, told[0]) == []


def test_nobody_leaves_and_nothing_is_canceled_after_the_beginning(session: Session, alice: Person) -> None:
    event = make_event(session)
    registration = make_registration(session, event, alice)
    with pytest.raises(DomainError, match="has begun"):
        cancel_registration(session, at(0), registration)
    with pytest.raises(DomainError, match="has begun"):
        cancel_event(session, at(0), alice.id, event, "Late")


def test_an_event_keeps_the_version_it_was_announced_with(session: Session, alice: Person) -> None:
    version = make_live_version(session)
    event = make_event(session, version)
    source = make_source(
        delivery="in_person", instruction_minutes=90, lessons=[], questions=0, words=0, title="Again"
    )
    publish_course(session, FROZEN_NOW, version.course.provider, source, 90)
    assert version.retired_at is not None
    assert register(session, FROZEN_NOW, event, alice.id).enrollment.version_id == version.id


def test_only_live_courses_are_held(session: Session, alice: Person) -> None:
    with pytest.raises(DomainError, match="not given live"):
        plan_event(session, FROZEN_NOW, alice.id, make_version(session), plan())


def test_sessions_at_one_time_are_refused_where_only_the_whole_counts(
    session: Session, alice: Person
) -> None:
    event = make_event(session, spans=[(0, 60)], credit=CreditBy.WHOLE)
    overlapping = SessionPlan("Two", "", "", at(30), at(90), ())
    with pytest.raises(DomainError, match="at the same time"):
        set_session(session, FROZEN_NOW, alice.id, event, overlapping, None)
    set_session(session, FROZEN_NOW, alice.id, event, replace(overlapping, begins_at=at(60)), None)
    parallel = make_event(session, event.version, spans=[(0, 60), (30, 90)])
    with pytest.raises(DomainError, match="at the same time"):
        change_event(session, FROZEN_NOW, alice.id, parallel, plan(credit=CreditBy.WHOLE))


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1])
def test_a_session_lasts_some_time_and_not_forever(session: Session, alice: Person, minutes: int) -> None:
    event = make_event(session)
    with pytest.raises(DomainError, match="at most 24 hours"):
        set_session(
            session, FROZEN_NOW, alice.id, event, SessionPlan("X", "", "", at(0), at(minutes), ()), None
        )


def test_everybody_with_a_seat_is_reminded_once(session: Session, alice: Person, bob: Person) -> None:
    event = make_event(session, seats=1)
    registration = make_registration(session, event, alice)
    make_registration(session, event, bob)
    assert note_reminders(session, at(-37 * 60)) == []
    assert note_reminders(session, at(-36 * 60)) == [registration]
    assert note_reminders(session, at(-30 * 60)) == []


def test_events_are_listed_in_their_order_page_by_page(session: Session) -> None:
    version = make_live_version(session)
    made: list[Event] = [make_event(session, version, spans=[(60 * n, 60 * n + 30)]) for n in (2, 0, 1, 1)]
    order = [made[1].id, made[2].id, made[3].id, made[0].id]
    assert [each.id for each in list_upcoming(session, FROZEN_NOW)] == order
    third = get_event(session, order[2])
    assert third.begins_at is not None
    assert [
        each.id for each in list_upcoming(session, FROZEN_NOW, after=(third.begins_at, third.id))
    ] == order[3:]
    assert list_upcoming(session, FROZEN_NOW, course_id=version.course_id + 1) == []
    assert [each.id for each in list_upcoming(session, at(100))] == [made[0].id]


def make_hybrid(session: Session) -> Event:
    return make_event(session, deliveries=["in_person", "live_online"], seats=1, online_seats=2)


def test_a_room_and_the_web_have_seats_and_a_line_of_their_own(
    session: Session, alice: Person, bob: Person, carol: Person, dana: Person
) -> None:
    event = make_hybrid(session)
    first = register(session, FROZEN_NOW, event, alice.id)
    waits = register(session, FROZEN_NOW, event, bob.id, "in_person")
    online = [register(session, FROZEN_NOW, event, person.id, "live_online") for person in (carol, dana)]
    eve = register(session, FROZEN_NOW, event, make_person(session, "eve").id, "live_online")
    assert [each.state for each in (first, waits, *online, eve)] == [
        "registered", "waiting", "registered", "registered", "waiting"
    ]  # fmt: skip
    assert seatings(session, [event])[event.id] == [
        Seating("in_person", 1, 1, 1),
        Seating("live_online", 2, 2, 1),
    ]
    assert place_in_line(session, eve) == 1
    assert cancel_registration(session, FROZEN_NOW, first) == [waits]
    assert change_event(session, FROZEN_NOW, alice.id, event, hybrid_plan(online_seats=None)) == [eve]


def hybrid_plan(**changes: object) -> Plan:
    return plan(deliveries=["in_person", "live_online"], seats=1, **changes)


def test_a_way_in_which_somebody_takes_part_stays(session: Session, alice: Person) -> None:
    event = make_hybrid(session)
    register(session, FROZEN_NOW, event, alice.id, "live_online")
    with pytest.raises(DomainError, match="would be gone"):
        change_event(session, FROZEN_NOW, alice.id, event, plan())
    with pytest.raises(DomainError, match="that way"):
        change_delivery(session, FROZEN_NOW, alice.id, make_registration(session, make_event(session), alice), "live_online")  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"deliveries": []}, "how people take part"), ({"online_seats": 3}, "held in one way")],
)
def test_a_plan_says_how_people_take_part(
    session: Session, alice: Person, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(DomainError, match=why):
        plan_event(session, FROZEN_NOW, alice.id, make_live_version(session), plan(**changes))


def test_one_session_is_called_off_and_the_rest_is_held(session: Session, alice: Person, bob: Person) -> None:
    event = make_event(session, spans=[(0, 60), (120, 180)], seats=1)
    told = [make_registration(session, event, person) for person in (alice, bob)]
    first, second = event.sessions
    assert cancel_session(session, FROZEN_NOW, alice.id, first, "The room is flooded") == told
    assert cancel_session(session, FROZEN_NOW, alice.id, first, "Again") == []
    assert (event.sessions, event.every_session) == ([second], [first, second])
    assert (event.begins_at, event.ends_at) == (at(120), at(180))
    with pytest.raises(DomainError, match="only session"):
        cancel_session(session, FROZEN_NOW, alice.id, second, "Also")


def test_a_session_that_has_begun_is_not_called_off(session: Session, alice: Person) -> None:
    event = make_event(session, spans=[(0, 60), (120, 180)])
    with pytest.raises(DomainError, match="has begun"):
        cancel_session(session, at(0), alice.id, event.sessions[0], "Late")
