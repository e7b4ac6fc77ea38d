"""Reading statements."""

from collections.abc import Generator, Iterator
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ceu.statements.models import Statement, StatementDelivery

PAGE = 50


def list_statements(session: Session, person_id: int, after: int | None = None) -> list[Statement]:
    """What was recorded of a person, the latest first; one more than PAGE come when there is a next page."""
    wanted = select(Statement).where(Statement.person_id == person_id)
    if after is not None:
        wanted = wanted.where(Statement.id < after)
    return list(session.scalars(wanted.order_by(Statement.id.desc()).limit(PAGE + 1)))


def each_statement(session: Session, person_id: int) -> Iterator[Statement]:
    """All that was recorded of a person, the oldest first, a few at a time."""
    wanted = select(Statement).where(Statement.person_id == person_id).order_by(Statement.id)
    return iter(session.scalars(wanted.execution_options(yield_per=200)))


def find_statement(session: Session, statement_id: str) -> Statement | None:
    """The statement of this id, or None."""
    return session.scalar(select(Statement).where(Statement.statement_id == statement_id.lower()))


def count_of_registration(session: Session, registration: str) -> int:
    """How many statements were made in a registration."""
    wanted = select(func.count()).where(Statement.registration == registration)
    return session.scalar(wanted) or 0


def each_of_registration(
    session: Session,
    registration: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    ascending: bool = False,
    after: int | None = None,
) -> Generator[Statement, None, None]:
    """What was said in a registration, by when it was stored, the latest first; ``after`` is the id of the last one seen."""
    wanted = select(Statement).where(Statement.registration == registration)
    if since is not None:
        wanted = wanted.where(Statement.stored_at > since)
    if until is not None:
        wanted = wanted.where(Statement.stored_at <= until)
    if after is not None:
        wanted = wanted.where(Statement.id > after if ascending else Statement.id < after)
    order = Statement.id if ascending else Statement.id.desc()
    with session.scalars(wanted.order_by(order).execution_options(yield_per=200)) as rows:
        yield from rows  # who has read enough ends the question at the server too


def list_waiting(session: Session, most: int) -> list[Statement]:
    """Statements that no other store has taken or refused, the oldest first."""
    handled = exists().where(StatementDelivery.statement_id == Statement.id)
    return list(session.scalars(select(Statement).where(~handled).order_by(Statement.id).limit(most)))
