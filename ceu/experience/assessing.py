"""What the rules of a person's goals say about their log, kept beside it."""

from datetime import date

from sqlalchemy.orm import Session

from ceu.adapters.rulepacks import PackLibrary


def reassess(session: Session, packs: PackLibrary, person_id: int, as_of: date) -> None:
    """Bring the stored assessments of a person's log up to date after it has changed."""
