"""What supervised experience does when something happens below it."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.domain.events import GoalChanged, LogChanged
from ceu.experience.assessing import asked_of, assess_anew
from ceu.experience.change_services import tell_of_changed_rules
from ceu.experience.week_services import follow_readings
from ceu.licenses.packs import find_pack, first_weekday
from ceu.licenses.queries import list_goals


def follow_goals(session: Session, event: GoalChanged, now: datetime, outside: Outside) -> None:
    """Begin the weeks of a log where all goals of its person count them from, if the person has not chosen."""
    goals = list_goals(session, event.person_id)
    packs = [(goal, find_pack(outside.packs, goal.pack_id)) for goal in goals]
    weekdays = [first_weekday(pack, goal.readings) for goal, pack in packs if pack is not None]
    follow_readings(session, now, event.person_id, weekdays)


def reassess_log(session: Session, event: GoalChanged | LogChanged, now: datetime, outside: Outside) -> None:
    """Assess a person's log anew when it, a goal, or a fact that the rules ask for, has changed.

    A changed log is also when a person is told that another text of the rules governs it than last time.
    """
    asked = asked_of(session, event.person_id, now)
    if isinstance(event, LogChanged):
        tell_of_changed_rules(session, now, outside.packs, asked)
    assess_anew(session, outside.packs, asked)
