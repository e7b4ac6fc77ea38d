"""Reading certificates: the owner's, the provider's, and anyone's by its number."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, undefer

from ceu.certificates.models import Certificate
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.providers.models import Provider

PAGE = 50


def certificate_for(session: Session, principal: Principal, number: str) -> Certificate:
    """The principal's own certificate with its record, or NotFound."""
    found = session.scalar(
        select(Certificate)
        .where(Certificate.number == number, Certificate.person_id == principal.person_id)
        .options(undefer(Certificate.record), joinedload(Certificate.revocation))
    )
    if found is None:
        raise NotFound
    return found


def list_certificates(session: Session, person_id: int, after: int | None = None) -> list[Certificate]:
    """One page of a person's certificates, the latest first; one more than PAGE come when there is a next page."""
    wanted = select(Certificate).where(Certificate.person_id == person_id)
    return _page(session, wanted, after)


def list_completions(
    session: Session, provider_ids: Sequence[int], after: int | None = None
) -> list[Certificate]:
    """One page of the certificates of these providers, the latest first."""
    wanted = select(Certificate).where(Certificate.provider_id.in_(provider_ids))
    return _page(session, wanted, after)


def _page(session: Session, wanted: Select[Certificate], after: int | None) -> list[Certificate]:
    if after is not None:
        wanted = wanted.where(Certificate.id < after)
    ordered = wanted.order_by(Certificate.id.desc()).limit(PAGE + 1)
    return list(session.scalars(ordered.options(joinedload(Certificate.revocation))))


def list_editions(session: Session, enrollment_id: int) -> list[Certificate]:
    """Every edition of one completion's certificate, the first one first."""
    return list(
        session.scalars(
            select(Certificate)
            .where(Certificate.enrollment_id == enrollment_id)
            .options(joinedload(Certificate.revocation))
            .order_by(Certificate.edition)
        )
    )


def find_edition(session: Session, enrollment_id: int, edition: int) -> Certificate | None:
    """One edition of a completion's certificate, or None."""
    return session.scalar(
        select(Certificate).where(Certificate.enrollment_id == enrollment_id, Certificate.edition == edition)
    )


@dataclass(frozen=True)
class Published:
    """A certificate as anyone with its number may see it, with all editions of it, the first one first."""

    certificate: Certificate
    editions: Sequence[Certificate]

    @property
    def successor(self) -> Certificate | None:
        """The latest edition, when it is not this one."""
        latest = self.editions[-1]
        return None if latest.id == self.certificate.id else latest


def find_published(session: Session, number: str) -> Published | None:
    """The certificate with this number and its editions, for anyone who has the number; or None."""
    found = session.scalar(
        select(Certificate)
        .where(Certificate.number == number)
        .options(undefer(Certificate.record), joinedload(Certificate.revocation))
    )
    return Published(found, list_editions(session, found.enrollment_id)) if found else None


def list_providers_seen(session: Session, principal: Principal) -> list[Provider]:
    """The providers whose completions this person may see."""
    organizations = principal.organizations_with(Permission.SEE_COMPLETIONS)
    return list(session.scalars(select(Provider).where(Provider.organization_id.in_(organizations))))


def completion_for(
    session: Session, principal: Principal, certificate_id: int, permission: Permission
) -> Certificate:
    """A certificate of a provider for which the principal has this permission, with its record, or NotFound."""
    found = session.scalar(
        select(Certificate)
        .join(Provider, Provider.id == Certificate.provider_id)
        .where(
            Certificate.id == certificate_id,
            Provider.organization_id.in_(principal.organizations_with(permission)),
        )
        .options(undefer(Certificate.record), joinedload(Certificate.revocation))
    )
    if found is None:
        raise NotFound
    return found


def find_chain_head(session: Session) -> str | None:
    """The SHA-256 of the site's latest certificate, or None before the first."""
    return session.scalar(select(Certificate.sha256).order_by(Certificate.id.desc()).limit(1))
