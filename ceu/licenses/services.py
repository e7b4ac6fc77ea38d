"""Changes to what a person works towards and holds: goals, facts, licenses and credit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.audit.services import record
from ceu.db.events import emit
from ceu.domain.errors import DomainError
from ceu.domain.events import GoalChanged, MembershipChanged
from ceu.licenses.facts import contradictions, held, license_facts, to_json
from ceu.licenses.models import Credit, Fact, Goal, License, OrganizationReadings
from ceu.licenses.packs import taken
from ceu.licenses.queries import (
    facts_of,
    find_credit,
    find_goal,
    find_organization_readings,
    find_same_credit,
    list_goals,
    list_licenses,
    list_member_ids,
    readings_of_organizations,
)
from ceu.rules.cycle import current_cycle
from ceu.rules.facts import Fact as FactValue
from ceu.rules.pack import Pack


def choose_goal(session: Session, now: datetime, person_id: int, pack: Pack) -> Goal:
    """Work towards the license of an experience pack; choosing it again is the same goal."""
    if pack.kind != "experience":
        raise DomainError(
            "These are rules for renewing a license. Choose a license to work towards.", field="pack"
        )
    _hold(session, person_id)
    if goal := find_goal(session, person_id, pack.id):
        return goal
    goal = Goal(
        person_id=person_id,
        pack_id=pack.id,
        policies={},
        organization_policies=readings_of_organizations(session, person_id).get(pack.id, {}),
        created_at=now,
    )
    session.add(goal)
    record(session, now, person_id, "goal.chosen", goal, pack=pack.id)
    emit(session, GoalChanged(person_id))
    return goal


def choose_policies(
    session: Session, now: datetime, goal: Goal, pack: Pack, chosen: Mapping[str, str]
) -> None:
    """Take these readings where the law is silent; a reading that the pack does not offer is refused."""
    _hold(session, goal.person_id)
    goal.policies = _other_than(pack.choices(taken(pack, goal.organization_policies)), pack, chosen)
    record(session, now, goal.person_id, "goal.policies_chosen", goal, policies=goal.policies)
    emit(session, GoalChanged(goal.person_id))


def choose_license_policies(
    session: Session, now: datetime, license_: License, pack: Pack, chosen: Mapping[str, str]
) -> None:
    """Take these readings of the rules of a renewal; a reading that the pack does not offer is refused."""
    license_.policies = _other_than(pack.choices(taken(pack, license_.organization_policies)), pack, chosen)
    record(session, now, license_.person_id, "license.policies_chosen", license_, policies=license_.policies)


def choose_organization_readings(
    session: Session,
    now: datetime,
    organization: Organization,
    pack: Pack,
    who: int,
    chosen: Mapping[str, str],
) -> None:
    """Read the rules of a pack like this for everyone who belongs to an organization and does not choose otherwise."""
    row = find_organization_readings(session, organization.id, pack.id)
    if row is None:
        row = OrganizationReadings(organization_id=organization.id, pack_id=pack.id)
        session.add(row)
    row.policies = _other_than(pack.choices({}), pack, chosen)
    session.flush()
    record(session, now, who, "organization.policies_chosen", row, policies=row.policies)
    for person_id in list_member_ids(session, organization.id):
        emit(session, MembershipChanged(person_id))


def take_organization_readings(session: Session, person_id: int) -> None:
    """Keep with a person's goals and licenses how the organizations they belong to read their rules."""
    readings = readings_of_organizations(session, person_id)
    for goal in list_goals(session, person_id):
        if goal.organization_policies != readings.get(goal.pack_id, {}):
            goal.organization_policies = readings.get(goal.pack_id, {})
            emit(session, GoalChanged(person_id))
    for held_license in list_licenses(session, person_id):
        held_license.organization_policies = readings.get(held_license.ce_pack_id, {})


def _other_than(without_choice: Mapping[str, str], pack: Pack, chosen: Mapping[str, str]) -> dict[str, str]:
    try:
        pack.choices(chosen)
    except ValueError as error:
        raise DomainError("That reading is not on offer any more. Look at the choices again.") from error
    return {name: option for name, option in chosen.items() if option != without_choice[name]}


def record_facts(
    session: Session,
    now: datetime,
    person_id: int,
    facts: Mapping[str, FactValue],
    packs: Sequence[Pack] = (),
) -> None:
    """Save what the person tells; None takes an earlier answer back.

    What cannot be true by the words of these packs is refused, on the first field concerned.
    """
    _hold(session, person_id)
    known = {**facts_of(session, person_id), **facts}
    for pack in packs:
        for found in contradictions(pack, known, now.date()):
            raise DomainError(found.sentence, field=found.key)
    rows = {row.key: row for row in session.scalars(select(Fact).where(Fact.person_id == person_id))}
    for key, fact in facts.items():
        row = rows.get(key)
        value = to_json(fact)
        if row is None and value is not None:
            session.add(Fact(person_id=person_id, key=key, value=value, recorded_at=now))
        elif row is not None and value is None:
            session.delete(row)
        elif row is not None and row.value != value:
            row.value, row.recorded_at = value, now
    person = session.get_one(Person, person_id)
    record(
        session, now, person_id, "facts.recorded", person, facts={key: to_json(facts[key]) for key in facts}
    )
    emit(session, GoalChanged(person_id))


def _hold(session: Session, person_id: int) -> None:
    """Keep other changes of what this person's log is assessed by waiting until the transaction ends."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


@dataclass(frozen=True)
class LicenseDetails:
    """What a person tells about a license.

    ``completed_topics`` are one-time topics proven before. ``facts`` are the rules' own questions; None takes an earlier
    answer back, and answers that are not named stay.
    """

    number: str
    issued_on: date
    expires_on: date
    birth_month: int | None = None
    status: str = "active"
    supervises: bool = False
    completed_topics: Sequence[str] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)


def add_license(
    session: Session, now: datetime, person_id: int, ce_pack: Pack, details: LicenseDetails
) -> License:
    """Note a license the person holds, renewed by the rules of ``ce_pack``."""
    if ce_pack.kind != "ce":
        raise DomainError(
            "These are rules for becoming licensed. Choose the license that you hold.", field="ce_pack"
        )
    license_ = License(
        person_id=person_id,
        ce_pack_id=ce_pack.id,
        facts={},
        policies={},
        organization_policies=readings_of_organizations(session, person_id).get(ce_pack.id, {}),
        created_at=now,
    )
    return _save(session, now, "license.added", license_, ce_pack, details)


def change_license(
    session: Session, now: datetime, license_: License, ce_pack: Pack | None, details: LicenseDetails
) -> License:
    """Correct a license, or note its renewal by its new expiration date; ``ce_pack`` is None when it cannot be read."""
    return _save(session, now, "license.changed", license_, ce_pack, details)


def _save(
    session: Session,
    now: datetime,
    action: str,
    license_: License,
    ce_pack: Pack | None,
    details: LicenseDetails,
) -> License:
    if details.issued_on > now.date():
        raise DomainError(
            "This date lies in the future. Enter the issue date printed on the license.", "issued_on"
        )
    if details.expires_on <= details.issued_on:
        raise DomainError("A license expires after it is issued. Check both dates.", field="expires_on")
    told = _columns(license_, details)
    if ce_pack is not None:
        _refuse_contradictions(License(**told), ce_pack, now.date())
    try:
        with session.begin_nested():
            for name, value in told.items():
                setattr(license_, name, value)
            session.add(license_)
    except IntegrityError as error:
        raise DomainError(
            "This license number is already in your list. Open that license to change it.", field="number"
        ) from error
    record(
        session, now, license_.person_id, action, license_,
        number=details.number, issued_on=details.issued_on.isoformat(), expires_on=details.expires_on.isoformat(),
        status=details.status, facts=license_.facts,
    )  # fmt: skip
    return license_


def _columns(license_: License, details: LicenseDetails) -> dict[str, Any]:
    """What is told about a license as its columns hold it."""
    told = license_.facts | {key: to_json(fact) for key, fact in details.facts.items()}
    return {
        "number": details.number,
        "issued_on": details.issued_on,
        "expires_on": details.expires_on,
        "birth_month": details.birth_month,
        "status": details.status,
        "supervises": details.supervises,
        "completed_topics": sorted(details.completed_topics),
        "facts": {key: value for key, value in told.items() if value is not None},
    }


def _refuse_contradictions(license_: License, pack: Pack, today: date) -> None:
    cycle = current_cycle(pack.cycle, held(license_), today) if pack.cycle else None
    for found in contradictions(pack, license_facts(license_, cycle), today):
        raise DomainError(found.sentence, field=found.key.removeprefix("license_"))


def record_credit(
    session: Session,
    now: datetime,
    *,
    person_id: int,
    kind: str,
    course_key: str,
    title: str,
    provider_name: str,
    completed_on: date,
    minutes: int,
    topics: Sequence[str],
    delivery: str,
    approval_body: str | None,
    certificate_number: str | None,
    note: str = "",
) -> Credit:
    """Record continuing education that was earned.

    Recording the same certificate again returns the credit that is there, also when two do so at once. Without a
    certificate number of this site the credit is the person's own word for it.
    """
    if completed_on > now.date():
        raise DomainError(
            "The completion date lies in the future. Add the credit once it is earned.", "completed_on"
        )
    if certificate_number and (earlier := find_credit(session, person_id, certificate_number)):
        return earlier
    if certificate_number is None and (known := find_same_credit(session, person_id, title, completed_on)):
        raise DomainError(
            f"You have “{known.title}” of that day in your record already. If it was another course, write what tells "
            "them apart in the title.",
            field="title",
        )
    credit = Credit(
        person_id=person_id,
        kind=kind,
        course_key=course_key,
        title=title,
        provider_name=provider_name,
        completed_on=completed_on,
        minutes=minutes,
        topics=list(topics),
        delivery=delivery,
        approval_body=approval_body,
        certificate_number=certificate_number,
        note=note,
        recorded_at=now,
    )
    try:
        with session.begin_nested():
            session.add(credit)
    except IntegrityError:
        won = find_credit(session, person_id, certificate_number) if certificate_number else None
        if won is None:
            raise
        return won
    return credit


def remove_credit(session: Session, credit: Credit) -> None:
    """Take back a credit the person added by hand; one with a certificate of this site stays."""
    if credit.certificate_number is not None:
        raise DomainError("This credit comes from a certificate issued here and stays in your record.")
    session.delete(credit)
    session.flush()
