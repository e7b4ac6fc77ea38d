"""What supervised experience does when something happens below it."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.domain.events import GoalChanged
from ceu.experience.week_services import follow_readings
from ceu.licenses.packs import find_pack, first_weekday
from ceu.licenses.queries import list_goals


def follow_goals(session: Session, event: GoalChanged, now: datetime, outside: Outside) -> None:
    """Begin the weeks of a log where all goals of its person count them from, if the person has not chosen."""
    goals = list_goals(session, event.person_id)
    packs = [(goal, find_pack(outside.packs, goal.pack_id)) for goal in goals]
    weekdays = [first_weekday(pack, goal.readings) for goal, pack in packs if pack is not None]
    follow_readings(session, now, event.person_id, weekdays)
