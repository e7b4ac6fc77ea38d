"""Reading providers and their approvals."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ceu.accounts.models import Organization
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.providers.models import Provider, ProviderApproval
from ceu.providers.standing import is_in_force


def provider_of_organization(session: Session, organization_id: int) -> Provider | None:
    """The provider profile of an organization, once it has one."""
    return session.scalar(
        select(Provider)
        .options(selectinload(Provider.approvals))
        .where(Provider.organization_id == organization_id)
    )


def provider_for(session: Session, principal: Principal, provider_id: int) -> Provider:
    """The provider, for those who manage it; raises NotFound."""
    provider = session.get(Provider, provider_id)
    if provider is None or not principal.may(Permission.MANAGE_PROVIDER, provider.organization_id):
        raise NotFound
    return provider


def approval_for(session: Session, principal: Principal, approval_id: int) -> ProviderApproval:
    """An approval, for those who manage its provider; raises NotFound."""
    approval = session.get(ProviderApproval, approval_id)
    if approval is None or not principal.may(Permission.MANAGE_PROVIDER, approval.provider.organization_id):
        raise NotFound
    return approval


def organization_to_provide_for(session: Session, principal: Principal, organization_id: int) -> Organization:
    """The organization, for those who manage its provider profile; raises NotFound."""
    may = principal.may(Permission.MANAGE_PROVIDER, organization_id)
    organization = session.get(Organization, organization_id) if may else None
    if organization is None:
        raise NotFound
    return organization


def list_managed(session: Session, principal: Principal) -> Sequence[tuple[Organization, Provider | None]]:
    """The organizations whose provider profile the person manages, by name, each with its profile if it has one."""
    rows = session.execute(
        select(Organization, Provider)
        .outerjoin(Provider, Provider.organization_id == Organization.id)
        .options(selectinload(Provider.approvals))
        .where(Organization.id.in_(principal.organizations_with(Permission.MANAGE_PROVIDER)))
        .order_by(Organization.name, Organization.id)
    )
    return [(organization, provider) for organization, provider in rows]


def approvals_on(provider: Provider, day: date) -> list[ProviderApproval]:
    """The approvals in force on a day, the earliest first; certificates of that day print them."""
    return [approval for approval in provider.approvals if is_in_force(approval, day)]
