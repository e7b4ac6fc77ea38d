"""What goals and licenses do when something happens below them."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.domain.events import MembershipChanged
from ceu.licenses.services import take_organization_readings


def follow_organizations(session: Session, event: MembershipChanged, now: datetime, outside: Outside) -> None:
    """Read the rules of a person's goals and licenses as the organizations they belong to do."""
    take_organization_readings(session, event.person_id)
