"""Whose account a platform opens: said by both sides, and taken back by its owner."""

from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person, SignInSession
from ceu.accounts.services import open_session
from ceu.adapters.outside import Outside
from ceu.domain.permissions import Role
from ceu.lti.models import Platform, PlatformUser, Seat
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, PASSWORD
from tests.lti.builders import custom, launch, make_platform
from tests.lti.platform import Lms


def linked(client: InspectingClient, session: Session, lms: Lms, alice: Person, dana: Person) -> Platform:
    """A platform that opens Alice's account, which she confirmed there by its launch and here by her password."""
    provider = make_provider(session, (dana, Role.ADMINISTRATOR))
    version = make_version(session, provider)
    platform = make_platform(session, provider.organization_id)
    session.commit()
    welcome = launch(client, platform, lms, email=alice.email, **custom(version.course_id))
    client.post(f"{welcome.location}/account", data={"email": alice.email, "password": PASSWORD})
    assert session.scalars(select(PlatformUser.person_id)).one() == alice.id
    return platform


def test_an_address_alone_links_nobody(
    client: InspectingClient, session: Session, lms: Lms, alice: Person, dana: Person
) -> None:
    provider = make_provider(session, (dana, Role.ADMINISTRATOR))
    platform = make_platform(session, provider.organization_id)
    session.commit()
    welcome = launch(client, platform, lms, email=alice.email)
    assert session.scalars(select(PlatformUser.person_id)).one() is None
    wrong = client.post(
        f"{welcome.location}/account", data={"email": alice.email, "password": "not hers at all"}
    )
    assert wrong.status_code == 422
    assert session.scalars(select(PlatformUser.person_id)).one() is None


def test_unlinking_closes_the_way_in_and_the_way_out(
    client: InspectingClient, session: Session, outside: Outside, lms: Lms, alice: Person, dana: Person
) -> None:
    platform = linked(client, session, lms, alice, dana)
    seat = session.scalars(select(Seat)).one()
    seat.score, seat.next_try_at = Fraction(1), FROZEN_NOW
    enrollment = seat.enrollment_id
    open_session(session, alice, FROZEN_NOW, "a launch", only_courses=True)
    session.commit()
    client.sign_in(alice)
    page = client.get("/lti/accounts")
    assert platform.name in page.main
    user = session.scalars(select(PlatformUser)).one()
    assert client.post(f"/lti/accounts/{user.id}/unlink").location == "/lti/accounts"
    assert "No platform opens your account" in client.get("/lti/accounts").main
    session.refresh(user)
    session.refresh(seat)
    assert (user.person_id, seat.enrollment_id, seat.score, seat.next_try_at) == (None, None, None, None)
    still_open = select(SignInSession).where(
        SignInSession.only_courses.is_(True), SignInSession.ended_at.is_(None)
    )
    assert session.scalars(still_open).all() == []
    assert outside.mailer.sent[-1].subject == f"{platform.name} no longer opens your account"  # type: ignore[attr-defined]
    assert client.get(f"/learning/{enrollment}").status_code == 200  # what was learned stays
    assert "/lti/welcome/" in launch(client, platform, lms).location  # and is asked again


def test_nobody_unlinks_another(
    client: InspectingClient, session: Session, lms: Lms, alice: Person, bob: Person, dana: Person
) -> None:
    linked(client, session, lms, alice, dana)
    user = session.scalars(select(PlatformUser)).one()
    assert client.sign_in(bob).post(f"/lti/accounts/{user.id}/unlink").status_code == 404
    session.refresh(user)
    assert user.person_id == alice.id
