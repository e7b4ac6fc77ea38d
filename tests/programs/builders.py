"""Cohorts and seats to test with."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.accounts.tokens import digest
from ceu.programs.models import Cohort, Seat
from tests.factories import FROZEN_NOW


def make_cohort(session: Session, organization: Organization, **facts: Any) -> Cohort:
    """A cohort on its way to the California LMFT."""
    cohort = Cohort(
        **{
            "organization_id": organization.id,
            "name": "Fall 2025",
            "pack_id": "us-ca/lmft",
            "starts_on": date(2025, 9, 1),
            "ends_on": date(2028, 12, 31),
            "created_at": FROZEN_NOW,
            **facts,
        }
    )
    session.add(cohort)
    session.flush()
    return cohort


def make_seat(session: Session, cohort: Cohort, person: Person | None = None, **facts: Any) -> Seat:
    """A seat, taken with totals an hour ago when a person is given, else offered with the token "token"."""
    taken: dict[str, Any] = {}
    if person is not None:
        taken = {"person_id": person.id, "shared_at": FROZEN_NOW - timedelta(hours=1), "scope": "totals"}
    seat = Seat(
        **{
            "cohort_id": cohort.id,
            "email": person.email if person else "new@example.org",
            "token_hash": digest(f"token-{person.id}" if person else "token"),
            "offered_at": FROZEN_NOW - timedelta(days=1),
            "expires_at": FROZEN_NOW + timedelta(days=29),
            "planned_on": cohort.ends_on,
            **taken,
            **facts,
        }
    )
    session.add(seat)
    session.flush()
    return seat
