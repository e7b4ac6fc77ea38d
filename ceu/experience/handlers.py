"""What supervised experience does when something happens below it."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.accounts.queries import get_person
from ceu.adapters.outside import Outside
from ceu.domain.dates import local_date
from ceu.domain.events import GoalChanged, LogChanged
from ceu.experience.assessing import reassess


def reassess_log(session: Session, event: GoalChanged | LogChanged, now: datetime, outside: Outside) -> None:
    """Assess a person's log anew when it, a goal, or a fact that the rules ask for, has changed."""
    person = get_person(session, event.person_id)
    reassess(session, outside.packs, person.id, local_date(now, person.time_zone))
