"""Reading people, their sessions and links, and organizations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from ceu.accounts.emails import plain_email
from ceu.accounts.models import Membership, OneTimeLink, Person, SignInSession
from ceu.accounts.tokens import digest
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Role
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
        select(Person, Membership.organization_id, Membership.role)
        .join(SignInSession, SignInSession.person_id == Person.id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(
            SignInSession.key_hash == digest(key),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
        )
    ).all()
    return _principal(rows) if rows else None


def _principal(rows: Sequence[Row[Person, int, str]]) -> Principal:
    person = rows[0][0]
    return Principal(
        person_id=person.id,
        name=person.name,
        email=person.email,
        time_zone=person.time_zone,
        roles={organization_id: Role(role) for _, organization_id, role in rows if organization_id and role},
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
