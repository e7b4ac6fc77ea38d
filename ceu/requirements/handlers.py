"""What is asked of the rules anew when something happens below."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.domain.events import GoalChanged, LogChanged
from ceu.experience.assessing import asked_of, assess_anew
from ceu.requirements.change_services import tell_of_changed_rules


def reassess_log(session: Session, event: GoalChanged | LogChanged, now: datetime, outside: Outside) -> None:
    """Assess a person's log anew when it, a goal, or a fact that the rules ask for, has changed.

    A changed log is also when a person is told that another text of the rules governs it than last time.
    """
    asked = asked_of(session, event.person_id, now)
    if isinstance(event, LogChanged):
        tell_of_changed_rules(session, now, outside.packs, asked)
    assess_anew(session, outside.packs, asked)
