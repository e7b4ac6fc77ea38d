"""What supervised experience does when something happens below it."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.accounts.queries import get_person
from ceu.adapters.outside import Outside
from ceu.domain.dates import local_date
from ceu.domain.events import GoalChanged
from ceu.experience.assessing import reassess


def reassess_on_goal_change(session: Session, event: GoalChanged, now: datetime, outside: Outside) -> None:
    """Assess a person's log anew when a goal, or a fact that its rules ask for, has changed."""
    person = get_person(session, event.person_id)
    reassess(session, outside.packs, person.id, local_date(now, person.time_zone))
