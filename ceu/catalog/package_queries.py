"""Reading the content packages of a provider."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from ceu.catalog.models import ContentPackage
from ceu.catalog.queries import publisher_for
from ceu.domain.errors import NotFound
from ceu.domain.principal import Principal

PAGE = 30


def list_packages(session: Session, provider_id: int, after: int | None = None) -> list[ContentPackage]:
    """One page of a provider's packages, the latest first; one more than PAGE come when there is a next page."""
    wanted = select(ContentPackage).where(ContentPackage.provider_id == provider_id)
    if after is not None:
        wanted = wanted.where(ContentPackage.id < after)
    return list(session.scalars(wanted.order_by(ContentPackage.id.desc()).limit(PAGE + 1)))


def package_for(session: Session, principal: Principal, package_id: int) -> ContentPackage:
    """A package with what it holds, for those who may publish for its provider; raises NotFound."""
    found = session.get(ContentPackage, package_id, options=[undefer(ContentPackage.manifest)])
    if found is None:
        raise NotFound
    publisher_for(session, principal, found.provider_id)
    return found


def find_package(session: Session, provider_id: int, digest: str) -> ContentPackage | None:
    """A provider's package by its hash, with what it holds, or None."""
    return session.scalar(
        select(ContentPackage)
        .where(ContentPackage.provider_id == provider_id, ContentPackage.digest == digest)
        .options(undefer(ContentPackage.manifest))
    )


def list_digests(session: Session, provider_id: int) -> frozenset[str]:
    """The hashes of a provider's packages."""
    return frozenset(
        session.scalars(select(ContentPackage.digest).where(ContentPackage.provider_id == provider_id))
    )
