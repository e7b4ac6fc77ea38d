"""The cast of the log."""

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.experience.models import Supervision, WorkSetting
from tests.client import InspectingClient
from tests.experience.builders import make_setting, make_supervision


@pytest.fixture
def bayview(session: Session, alice: Person) -> WorkSetting:
    """Where Alice works."""
    return make_setting(session, alice)


@pytest.fixture
def supervision(session: Session, bayview: WorkSetting, dana: Person) -> Supervision:
    """Dana supervises Alice at Bayview Clinic."""
    return make_supervision(session, bayview, dana)


@pytest.fixture
def browser(client: InspectingClient, alice: Person) -> InspectingClient:
    """Alice's browser."""
    return client.sign_in(alice)
