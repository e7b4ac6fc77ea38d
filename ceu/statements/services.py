"""Recording statements, and passing them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.adapters.addresses import Fetcher
from ceu.adapters.lrs import Lrs, LrsAway, LrsRefused
from ceu.statements.models import Statement, StatementDelivery
from ceu.statements.queries import list_waiting

BATCH = 50


@dataclass(frozen=True)
class Passed:
    """How many statements were sent and refused, and why sending stopped, if it did."""

    sent: int
    refused: int
    stopped: str | None = None


def record_statement(session: Session, now: datetime, person_id: int, body: dict[str, Any]) -> None:
    """Keep a statement; one that is kept already is that one."""
    known = session.scalar(select(Statement.id).where(Statement.statement_id == body["id"]))
    if known is not None:
        return
    try:
        with session.begin_nested():
            session.add(Statement(statement_id=body["id"], person_id=person_id, body=body, stored_at=now))
    except IntegrityError:
        return  # another request said the same at the same moment


def pass_on(session: Session, now: datetime, lrs: Lrs, fetcher: Fetcher) -> Passed:
    """Send what waits to the other store, in batches, each noted at once; what cannot be sent waits for the next time."""
    sent = refused = 0
    while waiting := list_waiting(session, BATCH):
        try:
            turned_away = _send(session, now, lrs, fetcher, waiting)
        except LrsAway as away:
            return Passed(sent, refused, str(away))
        refused += turned_away
        sent += len(waiting) - turned_away
        session.flush()
    return Passed(sent, refused)


def _send(session: Session, now: datetime, lrs: Lrs, fetcher: Fetcher, waiting: Sequence[Statement]) -> int:
    """Send them together or, where the store refuses one, each alone; return how many it refused."""
    try:
        lrs.send(fetcher, [statement.body for statement in waiting])
    except LrsRefused as refusal:
        if len(waiting) == 1:
            session.add(StatementDelivery(statement_id=waiting[0].id, at=now, refused=str(refusal)))
            return 1
        return sum(_send(session, now, lrs, fetcher, [statement]) for statement in waiting)
    session.add_all(StatementDelivery(statement_id=statement.id, at=now) for statement in waiting)
    return 0
