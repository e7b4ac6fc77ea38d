"""Organizations and who belongs to them, in which role."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.emails import normalize_email
from ceu.accounts.models import Membership, Organization, OrganizationInvitation, Person
from ceu.accounts.queries import find_invitation
from ceu.accounts.tokens import digest, new_token
from ceu.db.events import emit
from ceu.domain.errors import DomainError
from ceu.domain.events import MembershipChanged
from ceu.domain.permissions import Role
from ceu.domain.principal import Principal

INVITATION_LIFE = timedelta(days=14)


def create_organization(session: Session, now: datetime, person_id: int, name: str) -> Organization:
    """Found an organization; the person becomes its administrator."""
    organization = Organization(name=name, created_at=now)
    session.add(organization)
    session.flush()
    session.add(Membership(organization_id=organization.id, person_id=person_id, role=Role.ADMINISTRATOR))
    session.flush()
    return organization


def invite_member(
    session: Session, now: datetime, organization: Organization, email: str, role: Role
) -> tuple[OrganizationInvitation, str]:
    """Invite an address; return the invitation and the token of the link to mail. Inviting again renews the link."""
    email = normalize_email(email)
    _refuse_member(session, organization, email)
    token = new_token()
    invitation = session.scalar(
        select(OrganizationInvitation).where(
            OrganizationInvitation.organization_id == organization.id, OrganizationInvitation.email == email
        )
    )
    if invitation is None:
        invitation = OrganizationInvitation(organization_id=organization.id, email=email)
    invitation.role, invitation.token_hash = role, digest(token)
    invitation.invited_at, invitation.expires_at = now, now + INVITATION_LIFE
    try:
        with session.begin_nested():
            session.add(invitation)
    except IntegrityError:
        raise DomainError(f"{email} is being invited by somebody else right now.", field="email") from None
    return invitation, token


def _refuse_member(session: Session, organization: Organization, email: str) -> None:
    member = session.scalar(
        select(Membership.id)
        .join(Membership.person)
        .where(Membership.organization_id == organization.id, Person.email == email)
    )
    if member is not None:
        raise DomainError(f"{email} belongs to {organization.name} already.", field="email")


def withdraw_invitation(session: Session, invitation: OrganizationInvitation) -> None:
    """Make the invitation's link worthless."""
    session.delete(invitation)
    session.flush()


def accept_invitation(session: Session, now: datetime, principal: Principal, token: str) -> Organization:
    """Join the organization with the role offered; only the address that was invited can."""
    invitation = find_invitation(session, token, now)
    if invitation is None:
        raise _dead_invitation()
    if invitation.email != principal.email:
        raise DomainError(
            f"This invitation was sent to another address than {principal.email}. "
            "Sign in with the address it was sent to, or ask to be invited again."
        )
    organization, role = invitation.organization, invitation.role
    used = session.execute(delete(OrganizationInvitation).where(OrganizationInvitation.id == invitation.id))
    if used.rowcount == 0:  # type: ignore[attr-defined]
        raise _dead_invitation()
    if organization.id not in principal.roles:
        session.add(Membership(organization_id=organization.id, person_id=principal.person_id, role=role))
    session.flush()
    emit(session, MembershipChanged(principal.person_id))
    return organization


def _dead_invitation() -> DomainError:
    return DomainError("This invitation no longer works. Ask the organization to invite you again.")


def change_role(session: Session, membership: Membership, role: Role) -> None:
    """Give a member another role; the last administrator keeps theirs."""
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(session, membership)
    membership.role = role
    session.flush()


def remove_member(session: Session, membership: Membership) -> None:
    """End a membership at once; the last administrator stays."""
    _keep_an_administrator(session, membership)
    person_id = membership.person_id
    session.delete(membership)
    session.flush()
    emit(session, MembershipChanged(person_id))


def leave_organization(session: Session, principal: Principal, organization_id: int) -> None:
    """End one's own membership; the last administrator cannot."""
    remove_member(
        session,
        session.scalars(
            select(Membership).where(
                Membership.organization_id == organization_id, Membership.person_id == principal.person_id
            )
        ).one(),
    )


def _keep_an_administrator(session: Session, membership: Membership) -> None:
    # The lock makes two administrators who leave at the same moment wait for each other.
    session.get_one(Organization, membership.organization_id, with_for_update=True)
    others = session.scalar(
        select(Membership.id)
        .where(
            Membership.organization_id == membership.organization_id,
            Membership.role == Role.ADMINISTRATOR,
            Membership.id != membership.id,
        )
        .limit(1)
    )
    if membership.role == Role.ADMINISTRATOR and others is None:
        raise DomainError(
            "This is the organization's only administrator. Make somebody else an administrator first.",
            field="role",
        )
