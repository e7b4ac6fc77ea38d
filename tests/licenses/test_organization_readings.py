"""An organization chooses how the rules are read for everyone who belongs to it; a person may choose otherwise."""

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Membership, Organization, Person
from ceu.accounts.organization_services import create_organization, remove_member
from ceu.adapters.outside import Outside
from ceu.db.events import deliver
from ceu.licenses.models import Goal
from ceu.licenses.services import choose_goal, choose_organization_readings, choose_policies
from ceu.wiring import HANDLERS
from tests.client import InspectingClient, text_of
from tests.factories import FROZEN_NOW

STRICT = {"second_unit_shortfall": "cap10"}


@pytest.fixture
def program(session: Session, bob: Person, alice: Person) -> Organization:
    """Bob's training program, to which Alice belongs."""
    founded = create_organization(session, FROZEN_NOW, bob.id, "Bay Training Program")
    session.add(Membership(organization_id=founded.id, person_id=alice.id, role="member"))
    session.flush()
    return founded


@pytest.fixture
def goal(session: Session, alice: Person, outside: Outside) -> Goal:
    """Alice works toward the California LMFT."""
    return choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get("us-ca/lmft"))


def read_by(session: Session, outside: Outside, program: Organization, who: Person, **chosen: str) -> None:
    pack = outside.packs.get("us-ca/lmft")
    choose_organization_readings(session, FROZEN_NOW, program, pack, who.id, {**pack.choices({}), **chosen})
    deliver(session, HANDLERS, FROZEN_NOW, outside)


def test_members_read_as_their_organization_does(
    session: Session, outside: Outside, program: Organization, goal: Goal, bob: Person
) -> None:
    read_by(session, outside, program, bob, **STRICT)
    assert goal.readings == STRICT
    read_by(session, outside, program, bob)
    assert goal.readings == {}


def test_a_new_goal_begins_with_the_organizations_readings(
    session: Session, outside: Outside, program: Organization, alice: Person, bob: Person
) -> None:
    read_by(session, outside, program, bob, **STRICT)
    later = choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get("us-ca/lmft"))
    assert later.readings == STRICT


def test_a_person_may_choose_otherwise_even_the_default(
    session: Session, outside: Outside, program: Organization, goal: Goal, bob: Person
) -> None:
    read_by(session, outside, program, bob, **STRICT)
    pack = outside.packs.get("us-ca/lmft")
    choose_policies(session, FROZEN_NOW, goal, pack, pack.choices({}))
    assert goal.readings == {"second_unit_shortfall": "strict"}


def test_who_leaves_reads_by_the_defaults_again(
    session: Session, outside: Outside, program: Organization, goal: Goal, alice: Person, bob: Person
) -> None:
    read_by(session, outside, program, bob, **STRICT)
    membership = session.query(Membership).filter_by(person_id=alice.id).one()
    remove_member(session, membership)
    deliver(session, HANDLERS, FROZEN_NOW, outside)
    assert goal.readings == {}


def test_an_administrator_chooses_on_the_page(
    client: InspectingClient,
    session: Session,
    program: Organization,
    goal: Goal,
    bob: Person,
    outside: Outside,
) -> None:
    browser = client.sign_in(bob)
    overview = browser.get(f"/organizations/{program.id}/readings")
    assert "California LMFT" in overview.main
    address = f"/organizations/{program.id}/readings/us-ca/lmft"
    assert "Bay Training Program" in browser.get(address).main
    pack = outside.packs.get("us-ca/lmft")
    answer = browser.post(address, data={**pack.choices({}), **STRICT})
    assert answer.location == f"/organizations/{program.id}/readings"
    session.refresh(goal)
    assert goal.readings == STRICT


def test_others_may_not(
    client: InspectingClient, program: Organization, alice: Person, carol: Person
) -> None:
    for person in (alice, carol):
        assert client.sign_in(person).get(f"/organizations/{program.id}/readings").status_code in (403, 404)


def test_rules_without_open_points_have_nothing_to_choose(
    client: InspectingClient, program: Organization, bob: Person
) -> None:
    browser = client.sign_in(bob)
    for pack_id in ("us/counseling-compact-ce", "xx/nothing"):
        assert browser.get(f"/organizations/{program.id}/readings/{pack_id}").status_code == 404


def test_rules_of_one_name_are_told_apart_in_the_list(
    client: InspectingClient, program: Organization, bob: Person
) -> None:
    page = client.sign_in(bob).get(f"/organizations/{program.id}/readings")
    names = [text_of(cell) for cell in page.tree.iter("th") if cell.get("scope") == "row"]
    assert len(names) == len(set(names))
    assert any(name.startswith("Ontario RP: ") for name in names)


def test_a_member_is_told_that_the_reading_is_the_organizations(
    client: InspectingClient, session: Session, outside: Outside, program: Organization, goal: Goal, alice: Person, bob: Person
) -> None:  # fmt: skip
    read_by(session, outside, program, bob, **STRICT)
    page = client.sign_in(alice).get(f"/hours/requirements/{goal.id}").main
    assert "As your organization reads it." in page
    assert "Your choice." not in page
