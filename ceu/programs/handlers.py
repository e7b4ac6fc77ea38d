"""What training programs do when something happens below them."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.domain.events import GoalChanged, LogChanged
from ceu.programs.services import age_forecasts


def note_changed_log(
    session: Session, event: GoalChanged | LogChanged, now: datetime, outside: Outside
) -> None:
    """Mark what was foreseen from a log as older than it."""
    age_forecasts(session, event.person_id, now)
