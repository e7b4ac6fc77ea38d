"""Registering learning platforms."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.tokens import new_token
from ceu.adapters.addresses import plain_address
from ceu.adapters.platforms import Platforms
from ceu.domain.errors import DomainError
from ceu.lti.models import Platform, PlatformUser
from ceu.lti.registering import Configuration
from ceu.lti.registration import Registration


def add_platform(session: Session, now: datetime, organization_id: int, name: str) -> Platform:
    """Begin a registration: from now on the platform has addresses to be told of."""
    platform = Platform(
        organization_id=organization_id,
        public_id=new_token(),
        name=name,
        deployment_ids=[],
        created_at=now,
    )
    session.add(platform)
    session.flush()
    return platform


def save_registration(
    session: Session,
    platform: Platform,
    *,
    name: str,
    issuer: str,
    client_id: str,
    deployment_ids: Sequence[str],
    login_url: str,
    token_url: str,
    jwks_url: str,
    token_audience: str = "",
) -> None:
    """Save what the platform says of itself. Raises DomainError on the field that cannot be right.

    With another issuer the users known so far are somebody else's, so it cannot change once somebody is linked.
    """
    addresses = {"issuer": issuer, "login_url": login_url, "token_url": token_url, "jwks_url": jwks_url}
    for field, address in addresses.items():
        _check_address(address, field)
    if platform.issuer not in {"", issuer} and _has_users(session, platform):
        raise DomainError(
            f"People from {platform.issuer} are linked to this platform. Add another platform for another issuer.",
            field="issuer",
        )
    if not deployment_ids:
        raise DomainError("Enter at least one deployment id.", field="deployment_ids")
    if max(map(len, deployment_ids)) > 255 or len(deployment_ids) > 100:
        raise DomainError("Enter at most 100 ids of at most 255 characters.", field="deployment_ids")
    platform.name, platform.issuer, platform.client_id = name, issuer, client_id
    platform.deployment_ids = list(dict.fromkeys(deployment_ids))
    platform.login_url, platform.token_url, platform.jwks_url = login_url, token_url, jwks_url
    platform.token_audience = token_audience
    session.flush()


def take_registration(
    session: Session, platform: Platform, found: Configuration, client_id: str, deployment_ids: Sequence[str]
) -> None:
    """Keep what a platform has registered by itself; nothing is opened before the organization confirms it.

    Raises DomainError when it is registered already.
    """
    session.refresh(platform, ["client_id"], with_for_update=True)
    if platform.client_id:
        raise DomainError("This address has been used to register already. Ask for a new one in Ceu.")
    platform.issuer, platform.client_id = found.issuer, client_id
    platform.deployment_ids = list(deployment_ids)
    platform.login_url, platform.token_url, platform.jwks_url = (
        found.login_url,
        found.token_url,
        found.jwks_url,
    )
    platform.token_audience = found.token_audience
    platform.awaits_confirmation = True
    session.flush()


def answer_registration(session: Session, platform: Platform, *, is_ours: bool) -> None:
    """Confirm what a platform has registered by itself, or forget it; then only a new address begins anew."""
    session.refresh(platform, ["awaits_confirmation"], with_for_update=True)
    if not platform.awaits_confirmation:
        return
    platform.awaits_confirmation = False
    if not is_ours:
        platform.public_id = new_token()
        platform.issuer = platform.client_id = platform.login_url = platform.token_url = ""
        platform.jwks_url = platform.token_audience = ""
        platform.deployment_ids = []
    session.flush()


def _check_address(address: str, field: str) -> None:
    try:
        parts = plain_address(address)
    except DomainError as refusal:
        raise DomainError(refusal.message, field=field) from None
    if not address.startswith("https://") or parts.fragment or not set(parts.netloc).isdisjoint("*;,'\""):
        raise DomainError(
            "This is not an address. Copy the whole of it, beginning with https://.", field=field
        )


def _has_users(session: Session, platform: Platform) -> bool:
    users = select(PlatformUser.id).where(
        PlatformUser.platform_id == platform.id, PlatformUser.person_id.is_not(None)
    )
    return session.scalar(users.limit(1)) is not None


def registration_problem(platforms: Platforms, registration: Registration) -> str | None:
    """What is wrong with the platform's key set as it is now, in a sentence, or None. Asks the platform."""
    try:
        platforms.fresh_keys_at(registration.jwks_url)
    except DomainError as refusal:
        return refusal.message
    return None
