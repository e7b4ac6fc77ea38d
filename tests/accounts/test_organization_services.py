"""Who belongs to an organization, in which role."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from ceu.accounts import organization_services as members
from ceu.accounts.models import Membership, Organization, Person
from ceu.accounts.queries import (
    find_invitation,
    list_invitations,
    list_members,
    managed_organization_for,
    membership_for,
    organization_for,
)
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Role
from ceu.domain.principal import Principal
from tests.factories import FROZEN_NOW, make_organization, make_person


def principal_of(person: Person, **roles: Role) -> Principal:
    return Principal(
        person.id, person.name, person.email, person.time_zone, {int(k[1:]): v for k, v in roles.items()}
    )


def membership_of(session: Session, organization: Organization, person: Person) -> Membership:
    return next(row for row in list_members(session, organization.id) if row.person_id == person.id)


def test_the_founder_is_administrator(session: Session) -> None:
    alice = make_person(session)
    organization = members.create_organization(session, FROZEN_NOW, alice.id, "Harbor Institute")
    assert membership_of(session, organization, alice).role == Role.ADMINISTRATOR


class TestInvitations:
    def test_it_works(self, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        _, token = members.invite_member(
            session, FROZEN_NOW, organization, "Bob@example.org", Role.CE_DIRECTOR
        )
        joined = members.accept_invitation(session, FROZEN_NOW, principal_of(bob), token)
        assert joined.id == organization.id
        assert membership_of(session, organization, bob).role == Role.CE_DIRECTOR
        assert list_invitations(session, organization.id) == []

    def test_the_link_works_once(self, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        _, token = members.invite_member(session, FROZEN_NOW, organization, bob.email, Role.MEMBER)
        members.accept_invitation(session, FROZEN_NOW, principal_of(bob), token)
        with pytest.raises(DomainError, match="no longer works"):
            members.accept_invitation(session, FROZEN_NOW, principal_of(bob), token)

    def test_somebody_else_cannot_use_it(self, session: Session) -> None:
        alice, carol = make_person(session), make_person(session, "carol")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        _, token = members.invite_member(
            session, FROZEN_NOW, organization, "bob@example.org", Role.ADMINISTRATOR
        )
        with pytest.raises(DomainError, match=r"another address than carol@example\.org"):
            members.accept_invitation(session, FROZEN_NOW, principal_of(carol), token)
        assert len(list_members(session, organization.id)) == 1

    @pytest.mark.parametrize(("days", "works"), [(13, True), (14, False)])
    def test_it_works_for_two_weeks(self, session: Session, days: int, works: bool) -> None:
        organization = make_organization(session)
        _, token = members.invite_member(session, FROZEN_NOW, organization, "bob@example.org", Role.MEMBER)
        assert (find_invitation(session, token, FROZEN_NOW + timedelta(days=days)) is not None) == works

    def test_inviting_again_renews_the_link(self, session: Session) -> None:
        organization = make_organization(session)
        _, old = members.invite_member(session, FROZEN_NOW, organization, "bob@example.org", Role.MEMBER)
        _, new = members.invite_member(session, FROZEN_NOW, organization, "bob@example.org", Role.CE_DIRECTOR)
        assert find_invitation(session, old, FROZEN_NOW) is None
        renewed = find_invitation(session, new, FROZEN_NOW)
        assert renewed is not None
        assert renewed.role == Role.CE_DIRECTOR
        assert len(list_invitations(session, organization.id)) == 1

    def test_a_withdrawn_one_is_worthless(self, session: Session) -> None:
        organization = make_organization(session)
        invitation, token = members.invite_member(
            session, FROZEN_NOW, organization, "bob@example.org", Role.MEMBER
        )
        members.withdraw_invitation(session, invitation)
        assert find_invitation(session, token, FROZEN_NOW) is None

    def test_a_member_is_not_invited_again(self, session: Session) -> None:
        alice = make_person(session)
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        with pytest.raises(DomainError, match="belongs to Harbor Institute already") as refusal:
            members.invite_member(session, FROZEN_NOW, organization, "ALICE@example.org", Role.MEMBER)
        assert refusal.value.field == "email"

    def test_it_needs_an_address(self, session: Session) -> None:
        with pytest.raises(DomainError, match="not an e-mail address"):
            members.invite_member(session, FROZEN_NOW, make_organization(session), "bob", Role.MEMBER)


class TestTheLastAdministrator:
    def test_cannot_be_removed(self, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR), (bob, Role.CE_DIRECTOR))
        with pytest.raises(DomainError, match="only administrator"):
            members.remove_member(session, membership_of(session, organization, alice))

    def test_cannot_leave(self, session: Session) -> None:
        alice = make_person(session)
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        with pytest.raises(DomainError, match="only administrator"):
            members.leave_organization(session, principal_of(alice), organization.id)

    def test_cannot_be_demoted(self, session: Session) -> None:
        alice = make_person(session)
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        with pytest.raises(DomainError, match="only administrator"):
            members.change_role(session, membership_of(session, organization, alice), Role.MEMBER)

    def test_may_go_once_there_is_another(self, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR), (bob, Role.MEMBER))
        members.change_role(session, membership_of(session, organization, bob), Role.ADMINISTRATOR)
        members.leave_organization(session, principal_of(alice), organization.id)
        assert [row.person_id for row in list_members(session, organization.id)] == [bob.id]


class TestDoors:
    def test_members_may_look(self, session: Session) -> None:
        bob = make_person(session, "bob")
        organization = make_organization(session, (bob, Role.MEMBER))
        principal = Principal(bob.id, bob.name, bob.email, bob.time_zone, {organization.id: Role.MEMBER})
        assert organization_for(session, principal, organization.id).id == organization.id
        with pytest.raises(NotFound):
            managed_organization_for(session, principal, organization.id)
        with pytest.raises(NotFound):
            membership_for(session, principal, membership_of(session, organization, bob).id)

    def test_strangers_find_nothing(self, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        organization = make_organization(session, (alice, Role.ADMINISTRATOR))
        other = make_organization(session, (bob, Role.ADMINISTRATOR), name="Hill Institute")
        stranger = Principal(bob.id, bob.name, bob.email, bob.time_zone, {other.id: Role.ADMINISTRATOR})
        for look in (organization_for, managed_organization_for):
            with pytest.raises(NotFound):
                look(session, stranger, organization.id)
        with pytest.raises(NotFound):
            membership_for(session, stranger, membership_of(session, organization, alice).id)
