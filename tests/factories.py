"""The cast of the tests and the records they own: Alice logs, Dana signs, Carol learns, Bob is a stranger."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from ceu.accounts.models import Membership, Organization, Person
from ceu.domain.permissions import Role

FROZEN_NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""A Tuesday morning in California; the week began on Monday, 23 November 2026."""

PASSWORD = "correct horse battery staple"
# Argon2id of PASSWORD at the weakest parameters, made once: hashing in every test would be most of its time.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$Y2V1LXRlc3RzLXNhbHQuLg$iXynb1i4yEIu2Z2gSWflwbsB2Ayd7ykyQDdEAIpVUCc"
)


def make_person(session: Session, name: str = "alice", *, confirmed: bool = True) -> Person:
    """A confirmed account named after one of the cast, with PASSWORD."""
    person = Person(
        email=f"{name}@example.org",
        name=f"{name.title()} Example",
        password_hash=PASSWORD_HASH,
        time_zone="America/Los_Angeles",
        created_at=FROZEN_NOW,
        confirmed_at=FROZEN_NOW if confirmed else None,
    )
    session.add(person)
    session.flush()
    return person


def make_organization(
    session: Session, *members: tuple[Person, Role], name: str = "Harbor Institute"
) -> Organization:
    """An organization with these members."""
    organization = Organization(name=name, created_at=FROZEN_NOW)
    session.add(organization)
    session.flush()
    session.add_all(
        Membership(organization_id=organization.id, person_id=person.id, role=role)
        for person, role in members
    )
    session.flush()
    return organization
