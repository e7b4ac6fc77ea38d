"""The Flask-SQLAlchemy extension, and how SQLite is told to behave.

SQLite's driver opens no transaction before a SELECT, so two writers can lose an update without an error. Here every
transaction that may write begins with BEGIN IMMEDIATE (one writer at a time, the others wait up to ``timeout``),
and a request that only reads says so and begins with plain BEGIN.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event

from ceu.db.base import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)

_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read, and wait for nobody."""
    token = _read_only.set(True)
    try:
        yield
    finally:
        _read_only.reset(token)


def tame_sqlite(engine: Engine) -> None:
    """Give an SQLite engine write-ahead logging, foreign keys and honest transactions; leave others alone."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if _read_only.get() else "BEGIN IMMEDIATE")
