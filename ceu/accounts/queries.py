"""Reading people, their sessions and links, and organizations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload

from ceu.accounts.emails import plain_email
from ceu.accounts.models import (
    Membership,
    OneTimeLink,
    Organization,
    OrganizationInvitation,
    PasswordFailure,
    Person,
    SignInSession,
)
from ceu.accounts.tokens import digest
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission, Role
from ceu.domain.principal import Principal


def get_person(session: Session, person_id: int) -> Person:
    """The person with this id; raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def find_person_by_email(session: Session, email: str) -> Person | None:
    """The account of an address, however it is capitalized."""
    return session.scalar(select(Person).where(Person.email == plain_email(email)))


def find_principal_by_session_key(session: Session, key: str, now: datetime) -> Principal | None:
    """Whose session this key opens, with their roles, or None when it has ended; one query."""
    rows = session.execute(
        select(Person, Membership.organization_id, Membership.role, SignInSession.only_courses)
        .join(SignInSession, SignInSession.person_id == Person.id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(
            SignInSession.key_hash == digest(key),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
        )
    ).all()
    return _principal(rows) if rows else None


def _principal(rows: Sequence[Row[Person, int, str, bool]]) -> Principal:
    person, _, _, only_courses = rows[0]
    memberships = () if only_courses else rows
    return Principal(
        person_id=person.id,
        name=person.name,
        email=person.email,
        time_zone=person.time_zone,
        roles={
            organization_id: Role(role)
            for _, organization_id, role, _ in memberships
            if organization_id and role
        },
        only_courses=only_courses,
    )


def list_open_sessions(session: Session, person_id: int, now: datetime) -> Sequence[SignInSession]:
    """The browsers in which the person is signed in, newest first."""
    return session.scalars(
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
        )
        .order_by(SignInSession.id.desc())
    ).all()


def find_link(session: Session, purpose: str, token: str, now: datetime) -> OneTimeLink | None:
    """The link with this token, if it is for this purpose, unused and in time."""
    return session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == digest(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
    )


def count_links_since(session: Session, person_id: int, purpose: str, since: datetime) -> int:
    """How many links for this purpose were made for the person since then."""
    statement = select(func.count()).where(
        OneTimeLink.person_id == person_id, OneTimeLink.purpose == purpose, OneTimeLink.created_at > since
    )
    return session.scalar(statement) or 0


def list_failures(session: Session, bucket: str, since: datetime) -> Sequence[datetime]:
    """When passwords were wrong in this bucket since then."""
    return session.scalars(
        select(PasswordFailure.at).where(PasswordFailure.bucket == bucket, PasswordFailure.at > since)
    ).all()


def list_memberships(session: Session, person_id: int) -> Sequence[Membership]:
    """The organizations a person belongs to, by name, with their role."""
    return session.scalars(
        select(Membership)
        .join(Membership.organization)
        .options(joinedload(Membership.organization))
        .where(Membership.person_id == person_id)
        .order_by(Organization.name, Organization.id)
    ).all()


def list_members(session: Session, organization_id: int) -> Sequence[Membership]:
    """Who belongs to an organization, by name."""
    return session.scalars(
        select(Membership)
        .join(Membership.person)
        .options(joinedload(Membership.person))
        .where(Membership.organization_id == organization_id)
        .order_by(Person.name, Person.id)
    ).all()


def organization_for(session: Session, principal: Principal, organization_id: int) -> Organization:
    """The organization, for its members only; raises NotFound."""
    organization = session.get(Organization, organization_id) if organization_id in principal.roles else None
    if organization is None:
        raise NotFound
    return organization


def managed_organization_for(session: Session, principal: Principal, organization_id: int) -> Organization:
    """The organization, for those who manage its members; raises NotFound."""
    if not principal.may(Permission.MANAGE_MEMBERS, organization_id):
        raise NotFound
    return organization_for(session, principal, organization_id)


def membership_for(session: Session, principal: Principal, membership_id: int) -> Membership:
    """A membership, for those who manage the members of its organization; raises NotFound."""
    membership = session.get(Membership, membership_id)
    if membership is None or not principal.may(Permission.MANAGE_MEMBERS, membership.organization_id):
        raise NotFound
    return membership


def list_invitations(session: Session, organization_id: int) -> Sequence[OrganizationInvitation]:
    """The invitations that wait for an answer, by address."""
    return session.scalars(
        select(OrganizationInvitation)
        .where(OrganizationInvitation.organization_id == organization_id)
        .order_by(OrganizationInvitation.email)
    ).all()


def invitation_for(session: Session, principal: Principal, invitation_id: int) -> OrganizationInvitation:
    """An invitation, for those who manage the members of its organization; raises NotFound."""
    invitation = session.get(OrganizationInvitation, invitation_id)
    if invitation is None or not principal.may(Permission.MANAGE_MEMBERS, invitation.organization_id):
        raise NotFound
    return invitation


def find_invitation(session: Session, token: str, now: datetime) -> OrganizationInvitation | None:
    """The invitation with this token, if it is in time."""
    return session.scalar(
        select(OrganizationInvitation)
        .options(joinedload(OrganizationInvitation.organization))
        .where(OrganizationInvitation.token_hash == digest(token), OrganizationInvitation.expires_at > now)
    )
