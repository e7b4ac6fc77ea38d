"""Events of the current transaction: services emit them, the unit of work hands them to their handlers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Any, datetime, Any], None]
Handlers = Mapping[type, Sequence[Handler]]

_KEY = "ceu.events"


def emit(session: Session, event: object) -> None:
    """Note that something has happened; its handlers run before the commit, in this transaction."""
    events: list[object] = session.info.setdefault(_KEY, [])
    if event not in events:
        events.append(event)


def deliver(session: Session, handlers: Handlers, now: datetime, outside: Any) -> None:
    """Hand every event to its handlers, also those that handlers emit, until none is left.

    A handler takes the session, the event, the instant and the site's adapters.
    """
    while events := session.info.pop(_KEY, None):
        for event in events:
            for handler in handlers.get(type(event), ()):
                handler(session, event, now, outside)


def discard(session: Session) -> None:
    """Forget the events of a transaction that is rolled back."""
    session.info.pop(_KEY, None)
