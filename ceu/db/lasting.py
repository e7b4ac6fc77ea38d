"""Records of a refused attempt, which stay when everything else the attempt did is undone."""

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from ceu.db.base import Base

_KEY = "ceu.lasting"


def add_lasting(session: Session, row: Base) -> None:
    """Save a row also if this transaction is refused: a wrong password must be counted."""
    session.add(row)
    session.flush()
    session.info.setdefault(_KEY, []).append(_copy(row))


def restore_lasting(session: Session) -> None:
    """After a rollback, save again what was to last."""
    session.add_all(session.info.pop(_KEY, ()))
    session.flush()


def forget_lasting(session: Session) -> None:
    """After a commit there is nothing to restore."""
    session.info.pop(_KEY, None)


def _copy(row: Base) -> Base:
    mapper = inspect(type(row))
    keys = [attribute.key for attribute in mapper.column_attrs if not attribute.columns[0].primary_key]
    return type(row)(**{key: getattr(row, key) for key in keys})
