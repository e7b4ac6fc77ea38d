"""Reading statements."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ceu.statements.models import Statement, StatementDelivery

PAGE = 500


def list_statements(session: Session, person_id: int) -> list[Statement]:
    """What was recorded of a person, the latest PAGE."""
    return list(
        session.scalars(
            select(Statement)
            .where(Statement.person_id == person_id)
            .order_by(Statement.id.desc())
            .limit(PAGE)
        )
    )


def list_waiting(session: Session, most: int) -> list[Statement]:
    """Statements that no other store has taken or refused, the oldest first."""
    handled = exists().where(StatementDelivery.statement_id == Statement.id)
    return list(session.scalars(select(Statement).where(~handled).order_by(Statement.id).limit(most)))
