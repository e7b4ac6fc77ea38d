"""Licenses and credit to test with."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.rulepacks import PackLibrary
from ceu.licenses.models import Credit, License
from ceu.licenses.services import LicenseDetails, add_license, record_credit
from tests.factories import FROZEN_NOW

CE_PACK = "us-ca/lmft-ce"
HARBOR_PACK = "us-xx/harbor-ce"
DETAILS: dict[str, Any] = {
    "number": "LMFT 12345",
    "issued_on": date(2019, 5, 1),
    "expires_on": date(2027, 8, 31),
}
CREDIT: dict[str, Any] = {
    "kind": "course",
    "course_key": "harbor: couples",
    "title": "Treating couples after an affair",
    "provider_name": "Harbor Institute",
    "completed_on": date(2026, 5, 1),
    "minutes": 360,
    "topics": ["couples_families"],
    "delivery": "in_person",
    "approval_body": "CAMFT",
    "certificate_number": None,
}


def make_license(session: Session, packs: PackLibrary, person: Person, **changes: Any) -> License:
    """A California LMFT issued in 2019, whose cycle runs from 1 September 2025 through 31 August 2027."""
    details = LicenseDetails(**{**DETAILS, **changes})
    return add_license(session, FROZEN_NOW, person.id, packs.get(CE_PACK), details)


def make_credit(session: Session, person: Person, **changes: Any) -> Credit:
    """Six hours of a CAMFT-approved course on couples, in Carol's present cycle."""
    return record_credit(session, FROZEN_NOW, person_id=person.id, **{**CREDIT, **changes})


def make_shelf(folder: Path, change: Callable[[str], str] = lambda text: text) -> PackLibrary:
    """A library whose only pack is that of the Harbor Board, which asks everything a renewal can ask."""
    text = Path(__file__).with_name("harbor-ce.yaml").read_text()
    (folder / "us-xx").mkdir(exist_ok=True)
    (folder / "us-xx" / "harbor-ce.yaml").write_text(change(text))
    return PackLibrary(folder)
