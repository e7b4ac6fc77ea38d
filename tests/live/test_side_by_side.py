"""What people do at the same moment, each on a connection of their own: seats are never sold twice, no sign-in is lost."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.domain.errors import DomainError
from ceu.live.models import CheckAnswer, Event, EventSession, PresenceCheck, Registration, SignIn
from ceu.live.presence_services import answer_check, open_check, sign_in_or_out
from ceu.live.queries import find_registration
from ceu.live.services import cancel_registration, register
from tests.factories import FROZEN_NOW, make_person
from tests.live.builders import at, code_at, make_event

PEOPLE = 24


def all_at_once(engine: Engine, people: list[int], act: Callable[[Session, int], object]) -> None:
    """Let everybody do something, eight at a time, each in a transaction of their own."""

    def one(person_id: int) -> None:
        with Session(engine) as session:
            act(session, person_id)
            session.commit()

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(one, people))


def crowd_of(session: Session) -> list[int]:
    people = [make_person(session, f"person{number}").id for number in range(PEOPLE)]
    session.commit()
    return people


def states(session: Session) -> Counter[str]:
    return Counter(session.scalars(select(Registration.state)))


def test_seats_are_never_oversold_and_the_line_moves_up(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        event_id = make_event(session, seats=10).id
        people = crowd_of(session)

    def registers(session: Session, person_id: int) -> None:
        register(session, FROZEN_NOW, session.get_one(Event, event_id), person_id)

    all_at_once(engine, people + people, registers)  # everybody twice: two tabs
    with Session(engine) as session:
        assert states(session) == {"registered": 10, "waiting": PEOPLE - 10}

    def cancels_or_not(session: Session, person_id: int) -> None:
        registration = find_registration(session, event_id, person_id)
        assert registration is not None
        if registration.state == "registered" and person_id % 2:
            cancel_registration(session, FROZEN_NOW, registration)

    all_at_once(engine, people, cancels_or_not)
    with Session(engine) as session:
        found = states(session)
        assert found["registered"] == 10
        assert found["waiting"] + found["canceled"] == PEOPLE - 10


def test_no_sign_in_and_no_answer_is_lost_or_double(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        event = make_event(session)
        held_id, code = event.sessions[0].id, code_at(event.sessions[0], at(0))
        people = crowd_of(session)
        for person_id in people:
            register(session, FROZEN_NOW, event, person_id)
        staff = session.scalars(select(Person.id)).first() or 0
        check_id = open_check(session, at(0), staff, event.sessions[0], minutes=5).id
        session.commit()

    def comes(session: Session, person_id: int) -> None:
        held = session.get_one(EventSession, held_id)
        registration = find_registration(session, held.event_id, person_id)
        assert registration is not None
        answer_check(session, at(1), session.get_one(PresenceCheck, check_id), registration, None)
        with suppress(DomainError):  # the second tab: signed in already
            sign_in_or_out(session, at(0), held, registration, code, "in")

    all_at_once(engine, people + people, comes)
    with Session(engine) as session:
        per_person = session.execute(
            select(SignIn.registration_id, func.count()).group_by(SignIn.registration_id)
        ).all()
        assert [count for _, count in per_person] == [1] * PEOPLE
        assert session.scalar(select(func.count(CheckAnswer.id))) == PEOPLE
