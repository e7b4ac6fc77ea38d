"""The cast of licenses: Carol holds one and earns credit, Alice works towards one, Bob is a stranger."""

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.adapters.rulepacks import PackLibrary
from ceu.licenses.models import License
from tests.licenses.builders import make_license


@pytest.fixture
def packs(outside: Outside) -> PackLibrary:
    return outside.packs


@pytest.fixture
def license_(session: Session, packs: PackLibrary, carol: Person) -> License:
    """Carol's license, in the middle of a later renewal cycle."""
    return make_license(session, packs, carol)
