"""People who come without having registered: added at the door, found in their account, never learned of by typing an address."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Role
from ceu.learning.models import Attendance, Enrollment
from ceu.live.models import Event, Registration
from ceu.live.presence_services import confirm_presence, enter_stay, refuse_walk_in, take_up
from ceu.live.queries import list_walk_ins
from ceu.live.services import add_walk_in
from tests.catalog.builders import make_provider
from tests.client import InspectingClient
from tests.live.builders import at, make_event, make_live_version, make_registration

AFTER = at(24 * 60)


@pytest.fixture
def event(session: Session, dana: Person) -> Event:
    provider = make_provider(session, (dana, Role.CE_DIRECTOR))
    return make_event(session, make_live_version(session, provider), seats=1)


def add(session: Session, event: Event, actor: Person, email: str = "Alice@example.org") -> Registration:
    return add_walk_in(
        session, at(5), actor.id, event, name="Ali at the door", email=email, delivery="in_person"
    )


def attend(session: Session, event: Event, actor: Person, registration: Registration) -> None:
    held = event.sessions[0]
    enter_stay(session, AFTER, actor.id, held, registration, at(0), at(90), "Paper list")


def test_it_works(session: Session, event: Event, dana: Person, alice: Person) -> None:
    added = add(session, event, dana)
    assert (added.name, added.email, added.person_id) == ("Ali at the door", "alice@example.org", None)
    assert session.scalars(select(Enrollment)).all() == []  # nobody is enrolled who has not said yes
    assert list_walk_ins(session, alice.email) == [added]
    take_up(session, at(10), added, alice)
    assert (added.name, added.enrollment and added.enrollment.person_id) == (alice.name, alice.id)
    assert list_walk_ins(session, alice.email) == []


def test_what_was_confirmed_before_reaches_the_course_when_it_is_taken_up(
    session: Session, event: Event, dana: Person, alice: Person
) -> None:
    added = add(session, event, dana)
    attend(session, event, dana, added)
    [confirmed] = confirm_presence(session, AFTER, dana.id, event)
    assert confirmed.earned
    assert session.scalars(select(Attendance)).all() == []
    take_up(session, AFTER, added, alice)
    assert session.scalars(select(Attendance.minutes)).one() == 90


def test_what_is_confirmed_later_reaches_it_too(
    session: Session, event: Event, dana: Person, alice: Person
) -> None:
    added = add(session, event, dana)
    take_up(session, at(10), added, alice)
    attend(session, event, dana, added)
    confirm_presence(session, AFTER, dana.id, event)
    assert session.scalars(select(Attendance.minutes)).one() == 90


@pytest.mark.parametrize("who", ["bob", "unconfirmed"])
def test_nobody_else_takes_it_up(
    session: Session, event: Event, dana: Person, alice: Person, bob: Person, who: str
) -> None:
    added = add(session, event, dana)
    if who == "unconfirmed":
        alice.confirmed_at = None
    with pytest.raises(DomainError, match="not for the address"):
        take_up(session, at(10), added, bob if who == "bob" else alice)


def test_whoever_registered_as_well_asks_the_provider(
    session: Session, event: Event, dana: Person, alice: Person
) -> None:
    added = add(session, event, dana)
    make_registration(session, event, alice)
    with pytest.raises(DomainError, match="yourself as well"):
        take_up(session, at(10), added, alice)


def test_an_address_that_is_registered_is_not_added_again(
    session: Session, event: Event, dana: Person, alice: Person
) -> None:
    make_registration(session, event, alice)
    with pytest.raises(DomainError, match="registered with this address"):
        add(session, event, dana)


def test_who_waits_and_comes_is_let_in(
    session: Session, event: Event, dana: Person, alice: Person, bob: Person
) -> None:
    make_registration(session, event, bob)
    waits = make_registration(session, event, alice)
    assert add(session, event, dana) is waits
    assert (waits.state, waits.name) == ("registered", alice.name)


def test_who_says_no_is_not_added_again(session: Session, event: Event, dana: Person, alice: Person) -> None:
    refuse_walk_in(session, at(10), add(session, event, dana), alice)
    with pytest.raises(DomainError, match="was not them"):
        add(session, event, dana)


@pytest.mark.parametrize(
    ("minute", "email", "delivery", "why"),
    [
        (-61, "a@example.org", "in_person", "at the door"),
        (5, "nobody", "in_person", "not an e-mail address"),
        (5, "a@example.org", "live_online", "that way"),
    ],
)
def test_what_cannot_be_added(
    session: Session, event: Event, dana: Person, minute: int, email: str, delivery: str, why: str
) -> None:
    with pytest.raises(DomainError, match=why):
        add_walk_in(session, at(minute), dana.id, event, name="A", email=email, delivery=delivery)


def test_from_the_door_to_the_account(
    client: InspectingClient, session: Session, outside: Outside, event: Event, dana: Person, alice: Person
) -> None:
    outside.clock.set(at(5))  # type: ignore[attr-defined]
    manage = f"/provider/events/{event.id}"
    client.sign_in(dana)
    form = {"name": "Ali at the door", "email": "alice@example.org"}
    page = client.post(f"{manage}/walk-ins", data={**form, "name": ""})
    assert (page.status_code, "Enter the name they give." in page.main) == (422, True)
    assert client.post(f"{manage}/walk-ins", data=form).location == manage
    page = client.get(manage)
    assert "has not said yet that it was them" in page.main
    assert alice.name not in page.main
    assert alice.name not in client.get(f"{manage}/roster.csv").text
    [mail] = outside.mailer.sent  # type: ignore[attr-defined]
    assert (mail.to, f"/events/{event.id}" in mail.text) == ("alice@example.org", True)

    client.sign_in(alice)
    assert "Say whether it was you" in client.get("/events").main
    address = f"/events/{event.id}"
    assert "added you at the door as “Ali at the door”" in client.get(address).main
    client.post(f"{address}/walk-in", data={"yes": "1"})
    assert "You are registered" in client.get(address).main
    assert client.post(f"{address}/walk-in", data={"yes": "1"}).status_code == 404
    assert alice.name in client.sign_in(dana).get(f"{manage}/roster.csv").text


def test_a_stranger_has_nothing_to_answer(client: InspectingClient, session: Session, event: Event, dana: Person, bob: Person) -> None:  # fmt: skip
    add(session, event, dana)
    session.commit()
    assert client.sign_in(bob).post(f"/events/{event.id}/walk-in", data={"yes": "1"}).status_code == 404
