"""What grade books are owed when something has happened below."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.domain.events import AttemptScored, CourseCompleted
from ceu.lti.services import grade_enrollment


def owe_grade(
    session: Session, event: AttemptScored | CourseCompleted, now: datetime, outside: Outside
) -> None:
    """Note the new grade wherever the course was opened from a learning platform."""
    grade_enrollment(session, now, event.enrollment_id)
