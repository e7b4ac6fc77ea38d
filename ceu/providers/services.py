"""The profile of a provider, and its approvals."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from ceu.accounts.emails import normalize_email
from ceu.domain.dates import day_text
from ceu.domain.errors import DomainError
from ceu.providers.models import Provider, ProviderApproval
from ceu.providers.queries import provider_of_organization
from ceu.providers.standing import find_overlap


def save_provider(
    session: Session,
    organization_id: int,
    *,
    legal_name: str,
    address: str,
    phone: str,
    email: str,
    designee_name: str,
    designee_title: str,
) -> Provider:
    """Set up or change an organization's profile; certificates issued from now on print it."""
    provider = provider_of_organization(session, organization_id)
    if provider is None:
        provider = Provider(organization_id=organization_id)
        session.add(provider)
    provider.legal_name, provider.address, provider.phone = legal_name, address, phone
    provider.email = normalize_email(email)
    provider.designee_name, provider.designee_title = designee_name, designee_title
    session.flush()
    return provider


def add_approval(
    session: Session,
    provider: Provider,
    *,
    body: str,
    number: str,
    valid_from: date,
    valid_to: date,
    statement: str,
) -> ProviderApproval:
    """Record an approval, valid from and through its dates; two of one body may not share a day."""
    session.get_one(Provider, provider.id, with_for_update=True)
    if valid_to < valid_from:
        raise DomainError(
            f"The approval ends before it begins on {day_text(valid_from)}. Check both dates.",
            field="valid_to",
        )
    if (other := find_overlap(provider.approvals, body, valid_from, valid_to)) is not None:
        raise DomainError(
            f"An approval of this body, number {other.number}, is valid from {day_text(other.valid_from)} through "
            f"{day_text(other.valid_to)} already. Choose dates outside it, or correct that one.",
            field="valid_from",
        )
    approval = ProviderApproval(
        body=body, number=number, valid_from=valid_from, valid_to=valid_to, statement=statement
    )
    provider.approvals.append(approval)
    session.flush()
    return approval


def correct_approval(
    session: Session,
    now: datetime,
    approval: ProviderApproval,
    *,
    body: str,
    number: str,
    valid_from: date,
    valid_to: date,
    statement: str,
) -> ProviderApproval:
    """Strike an approval that was entered wrongly and record it as it should be; issued certificates keep what they say."""
    strike_approval(session, now, approval)
    return add_approval(
        session,
        approval.provider,
        body=body,
        number=number,
        valid_from=valid_from,
        valid_to=valid_to,
        statement=statement,
    )


def strike_approval(session: Session, now: datetime, approval: ProviderApproval) -> None:
    """Strike an approval out: it stays to be seen, and counts no more."""
    session.refresh(approval, with_for_update=True)
    if approval.struck_at is not None:
        raise DomainError("This approval was struck out already. Correct the one that replaced it.")
    approval.struck_at = now
    session.flush()
