"""Registration, sign-in and passwords."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ceu.accounts.models import Person, SignInSession
from ceu.accounts.tokens import digest, new_token

SESSION_LIFE = timedelta(days=14)


def open_session(session: Session, person: Person, now: datetime, user_agent: str) -> str:
    """Sign a browser in as this person for 14 days and return the key it must show."""
    key = new_token()
    session.add(
        SignInSession(
            key_hash=digest(key),
            person_id=person.id,
            user_agent=user_agent[:200],
            created_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    session.flush()
    return key
