"""The cast of a training program: Erin directs it at Harbor Institute, Alice trains, Dana supervises."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.adapters.outside import Outside
from ceu.domain.permissions import Role
from ceu.licenses.models import Goal
from ceu.programs.models import Cohort, Seat
from tests.client import InspectingClient
from tests.experience.goals import make_goal
from tests.factories import make_organization, make_person
from tests.programs.builders import make_cohort, make_seat


@pytest.fixture
def erin(session: Session) -> Person:
    """Erin directs the program."""
    return make_person(session, "erin")


@pytest.fixture
def harbor(session: Session, erin: Person) -> Organization:
    """The institute that runs it."""
    return make_organization(session, (erin, Role.PROGRAM_DIRECTOR))


@pytest.fixture
def cohort(session: Session, harbor: Organization) -> Cohort:
    """Its cohort, to be done by the end of 2028."""
    return make_cohort(session, harbor)


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    """Alice's goal."""
    return make_goal(session, outside, alice)


@pytest.fixture
def seat(session: Session, cohort: Cohort, alice: Person) -> Seat:
    """Alice shares totals, requirements and weeks since the beginning of 2026."""
    return make_seat(session, cohort, alice, scope="weeks", weeks_from=date(2026, 1, 1))


@pytest.fixture
def browser(client: InspectingClient, erin: Person) -> InspectingClient:
    """Erin's browser."""
    return client.sign_in(erin)
