"""What a person works towards and holds, as read from the database."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Membership, Person
from ceu.domain.errors import NotFound
from ceu.domain.principal import Principal
from ceu.licenses.facts import from_json
from ceu.licenses.models import Credit, Fact, Goal, License, OrganizationReadings


def list_goals(session: Session, person_id: int) -> list[Goal]:
    """The person's goals, oldest first."""
    return list(session.scalars(select(Goal).where(Goal.person_id == person_id).order_by(Goal.id)))


def find_goal(session: Session, person_id: int, pack_id: str) -> Goal | None:
    """The person's goal under this pack, or None."""
    return session.scalar(select(Goal).where(Goal.person_id == person_id, Goal.pack_id == pack_id))


def goal_for(session: Session, principal: Principal, goal_id: int) -> Goal:
    """The principal's goal, or NotFound."""
    goal = session.scalar(select(Goal).where(Goal.id == goal_id, Goal.person_id == principal.person_id))
    if goal is None:
        raise NotFound
    return goal


def find_organization_readings(
    session: Session, organization_id: int, pack_id: str
) -> OrganizationReadings | None:
    """How an organization reads the rules of a pack, or None when by their defaults."""
    return session.scalar(
        select(OrganizationReadings).where(
            OrganizationReadings.organization_id == organization_id, OrganizationReadings.pack_id == pack_id
        )
    )


def readings_of_organization(session: Session, organization_id: int) -> dict[str, dict[str, str]]:
    """The choices of an organization, by pack."""
    rows = session.scalars(
        select(OrganizationReadings).where(OrganizationReadings.organization_id == organization_id)
    )
    return {row.pack_id: row.policies for row in rows}


def readings_of_organizations(session: Session, person_id: int) -> dict[str, dict[str, str]]:
    """The choices of all organizations a person belongs to, by pack; where two differ, that of the one joined first."""
    rows = session.scalars(
        select(OrganizationReadings)
        .join(Membership, Membership.organization_id == OrganizationReadings.organization_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id)
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found[row.pack_id] = {**row.policies, **found.get(row.pack_id, {})}
    return found


def list_member_ids(session: Session, organization_id: int) -> list[int]:
    """Everyone who belongs to an organization."""
    wanted = select(Membership.person_id).where(Membership.organization_id == organization_id)
    return list(session.scalars(wanted.order_by(Membership.person_id)))


def facts_of(session: Session, person_id: int) -> dict[str, Any]:
    """What the person has told, by the fact's name without its owner: dates as date, periods as pairs of dates."""
    rows = session.execute(select(Fact.key, Fact.value).where(Fact.person_id == person_id))
    return {key: from_json(value) for key, value in rows}


def zone_and_facts_of(session: Session, person_id: int) -> tuple[str, dict[str, Any]]:
    """The person's time zone, and what they have told; one statement. Raises NotFound."""
    rows = session.execute(
        select(Person.time_zone, Fact.key, Fact.value)
        .outerjoin(Fact, Fact.person_id == Person.id)
        .where(Person.id == person_id)
    ).all()
    if not rows:
        raise NotFound
    return rows[0].time_zone, {key: from_json(value) for _, key, value in rows if key is not None}


def list_licenses(session: Session, person_id: int) -> list[License]:
    """The person's licenses, the one that expires first before the others."""
    wanted = select(License).where(License.person_id == person_id).order_by(License.expires_on, License.id)
    return list(session.scalars(wanted))


def license_for(session: Session, principal: Principal, license_id: int) -> License:
    """The principal's license, or NotFound."""
    wanted = select(License).where(License.id == license_id, License.person_id == principal.person_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def list_credits(session: Session, person_id: int) -> list[Credit]:
    """All credit of a person, the latest first: some dozens in a career's renewal cycles."""
    wanted = select(Credit).where(Credit.person_id == person_id)
    return list(session.scalars(wanted.order_by(Credit.completed_on.desc(), Credit.id.desc())))


def find_credit(session: Session, person_id: int, certificate_number: str) -> Credit | None:
    """The credit of a certificate, or None."""
    return session.scalar(
        select(Credit).where(Credit.person_id == person_id, Credit.certificate_number == certificate_number)
    )


def find_same_credit(session: Session, person_id: int, title: str, completed_on: date) -> Credit | None:
    """A credit of this title, however it is written, and day; or None."""
    on_that_day = select(Credit).where(Credit.person_id == person_id, Credit.completed_on == completed_on)
    return next(
        (credit for credit in session.scalars(on_that_day) if credit.title.casefold() == title.casefold()),
        None,
    )


def credit_for(session: Session, principal: Principal, credit_id: int) -> Credit:
    """The principal's credit, or NotFound."""
    wanted = select(Credit).where(Credit.id == credit_id, Credit.person_id == principal.person_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found
