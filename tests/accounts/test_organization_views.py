"""The pages of organizations, their members and invitations."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Membership, Organization, OrganizationInvitation, Person
from ceu.adapters.outside import Outside
from ceu.domain.permissions import Role
from tests.accounts.test_views import link_in
from tests.client import InspectingClient
from tests.factories import make_organization, make_person


def role_of(session: Session, person: Person) -> str | None:
    return session.scalar(select(Membership.role).where(Membership.person_id == person.id))


def id_of(session: Session, person: Person) -> int:
    return session.scalars(select(Membership.id).where(Membership.person_id == person.id)).one()


class TestFounding:
    def test_it_works(self, client: InspectingClient, session: Session) -> None:
        alice = make_person(session)
        client.sign_in(alice)
        assert "You belong to no organization" in client.get("/organizations").main
        assert client.get("/organizations/add").h1 == "Add an organization"
        response = client.post("/organizations/add", data={"name": "Harbor Institute"})
        assert client.get(response.location).h1 == "Harbor Institute"
        assert role_of(session, alice) == Role.ADMINISTRATOR
        assert "Harbor Institute" in client.get("/organizations").texts("a")

    @pytest.mark.parametrize("name", ["", "  ", "x" * 121])
    def test_it_needs_a_name(self, client: InspectingClient, session: Session, name: str) -> None:
        client.sign_in(make_person(session))
        assert client.post("/organizations/add", data={"name": name}).status_code == 422
        assert session.scalars(select(Organization)).all() == []


class TestInviting:
    def test_it_works(self, client: InspectingClient, session: Session, outside: Outside) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        client.sign_in(alice)
        url = f"/organizations/{organization.id}"
        assert client.get(f"{url}/invite").h1 == "Invite a member"
        answers = {"email": "Bob@example.org", "role": "ce_director"}
        assert client.post(f"{url}/invite", data=answers).location == url
        assert "bob@example.org" in client.get(url).main
        assert outside.mailer.sent[-1].subject == "Alice Example invites you to Harbor Institute"

        client.sign_in(bob)
        link = link_in(outside)
        assert client.get(link).h1 == "Join Harbor Institute"
        assert role_of(session, bob) is None
        assert client.post(link).location == url
        assert role_of(session, bob) == Role.CE_DIRECTOR
        assert client.get(link).status_code == 410

    def test_a_visitor_signs_in_first(self, client: InspectingClient) -> None:
        assert client.get("/invitations/token").location == "/sign-in?next=/invitations/token"

    def test_somebody_else_is_refused(
        self, client: InspectingClient, session: Session, outside: Outside
    ) -> None:
        alice, carol = make_person(session), make_person(session, "carol")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        client.sign_in(alice)
        client.post(
            f"/organizations/{organization.id}/invite", data={"email": "bob@example.org", "role": "member"}
        )
        client.get(f"/organizations/{organization.id}")
        client.sign_in(carol)
        page = client.post(link_in(outside))
        assert page.status_code == 422
        assert "sent to another address than carol@example.org" in page.main
        assert "bob@example.org" not in page.main
        assert role_of(session, carol) is None

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            ({"email": "", "role": "member"}, "Enter the address to invite"),
            ({"email": "bob", "role": "member"}, "not an e-mail address"),
            ({"email": "alice@example.org", "role": "member"}, "belongs to Harbor Institute already"),
            ({"email": "bob@example.org", "role": "owner"}, "Choose one of the options offered"),
        ],
    )
    def test_a_wrong_answer_gets_a_sentence(
        self,
        client: InspectingClient,
        session: Session,
        outside: Outside,
        answers: dict[str, str],
        sentence: str,
    ) -> None:
        alice = make_person(session)
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        client.sign_in(alice)
        page = client.post(f"/organizations/{organization.id}/invite", data=answers)
        assert page.status_code == 422
        assert sentence in page.main
        assert outside.mailer.sent == []

    def test_it_can_be_withdrawn(self, client: InspectingClient, session: Session, outside: Outside) -> None:
        alice = make_person(session)
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        client.sign_in(alice)
        client.post(
            f"/organizations/{organization.id}/invite", data={"email": "bob@example.org", "role": "member"}
        )
        invitation = session.scalars(select(OrganizationInvitation)).one()
        client.post(f"/organizations/invitations/{invitation.id}/withdraw")
        assert client.get(link_in(outside)).status_code == 410


class TestMembers:
    def test_a_role_changes(self, client: InspectingClient, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR), (bob, Role.MEMBER))
        client.sign_in(alice)
        url = f"/organizations/members/{id_of(session, bob)}"
        assert client.get(url).h1 == "Bob Example"
        assert client.post(url, data={"role": "ce_director"}).location == f"/organizations/{organization.id}"
        assert role_of(session, bob) == Role.CE_DIRECTOR

    def test_a_member_is_removed_and_sees_nothing_more(
        self, client: InspectingClient, session: Session
    ) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR), (bob, Role.CE_DIRECTOR))
        client.sign_in(alice)
        client.post(f"/organizations/members/{id_of(session, bob)}/remove")
        client.sign_in(bob)
        assert client.get(f"/organizations/{organization.id}").status_code == 404

    def test_the_last_administrator_stays(self, client: InspectingClient, session: Session) -> None:
        alice = make_person(session)
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        client.sign_in(alice)
        url = f"/organizations/members/{id_of(session, alice)}"
        for page in (client.post(url, data={"role": "member"}), client.post(f"{url}/remove")):
            assert page.status_code == 422
            assert "only administrator" in page.main
        left = client.post(f"/organizations/{organization.id}/leave")
        assert "only administrator" in client.get(left.location).main
        assert role_of(session, alice) == Role.ADMINISTRATOR

    def test_a_member_leaves(self, client: InspectingClient, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR), (bob, Role.MEMBER))
        client.sign_in(bob)
        assert client.post(f"/organizations/{organization.id}/leave").location == "/organizations"
        assert role_of(session, bob) is None

    def test_members_see_names_and_administrators_addresses(
        self, client: InspectingClient, session: Session
    ) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR), (bob, Role.MEMBER))
        client.sign_in(bob)
        page = client.get(f"/organizations/{organization.id}")
        assert "Alice Example" in page.main
        assert "alice@example.org" not in page.main
        client.sign_in(alice)
        assert "bob@example.org" in client.get(f"/organizations/{organization.id}").main


@pytest.mark.parametrize("stranger", ["nobody's", "another's", "a member"])
def test_what_is_not_ones_own_does_not_exist(
    client: InspectingClient, session: Session, stranger: str
) -> None:
    alice, bob = make_person(session), make_person(session, "bob")
    organization = make_organization(session, (alice, Role.ADMINISTRATOR))
    if stranger == "another's":
        make_organization(session, (bob, Role.ADMINISTRATOR), name="Hill Institute")
    if stranger == "a member":
        session.add(Membership(organization_id=organization.id, person_id=bob.id, role=Role.MEMBER))
    client.sign_in(alice)
    client.post(
        f"/organizations/{organization.id}/invite", data={"email": "carol@example.org", "role": "member"}
    )
    invitation = session.scalars(select(OrganizationInvitation)).one()
    client.sign_in(bob)
    managing = (
        f"/organizations/{organization.id}/invite",
        f"/organizations/members/{id_of(session, alice)}",
    )
    for path in managing if stranger == "a member" else (*managing, f"/organizations/{organization.id}"):
        assert client.get(path).status_code == 404
    answers = {"email": "bob@example.org", "role": "administrator"}
    for path in (
        *managing,
        f"/organizations/members/{id_of(session, alice)}/remove",
        f"/organizations/invitations/{invitation.id}/withdraw",
    ):
        assert client.post(path, data=answers).status_code == 404
    if stranger != "a member":
        assert client.post(f"/organizations/{organization.id}/leave").status_code == 404
    assert role_of(session, alice) == Role.ADMINISTRATOR
    assert session.scalars(select(OrganizationInvitation)).one().email == "carol@example.org"


def test_the_page_takes_few_queries(
    client: InspectingClient, session: Session, statements: list[str]
) -> None:
    people = [make_person(session, f"person{number}") for number in range(20)]
    organization = make_organization(session, *((person, Role.ADMINISTRATOR) for person in people))
    client.sign_in(people[0])
    statements.clear()
    client.get(f"/organizations/{organization.id}")
    assert len(statements) <= 4
