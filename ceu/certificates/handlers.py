"""What certificates do when something has happened below."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.domain.events import CourseCompleted


def issue_on_completion(session: Session, event: CourseCompleted, now: datetime, outside: Outside) -> None:
    """Issue the certificate of the enrollment that was completed."""
