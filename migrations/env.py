"""How Alembic reaches the database: through the site's own engine, so that SQLite behaves as it does there."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from ceu.catalog.search_models import INDEX
from ceu.db.types import Exact, UtcInstant

engine = current_app.extensions["migrate"].db.engine
metadata = current_app.extensions["migrate"].db.metadata


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Spell our column types as what the database stores: a migration must not change when a class does."""
    if isinstance(item, Exact):
        return "sa.Text()"
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcInstant) else False


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """Leave the full-text index out, with the tables that SQLite keeps for it: models cannot say it."""
    return kind != "table" or not (name or "").startswith(INDEX)


def heed_references(connection: Connection, heed: bool) -> None:
    """Let SQLite rebuild a table that others refer to, which it refuses while it heeds references; then check them all."""
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={'ON' if heed else 'OFF'}")
    if heed and (broken := driver.execute("PRAGMA foreign_key_check").fetchall()):
        raise RuntimeError(f"Rows refer to what is not there (table, row, table meant): {broken[:5]}")


with engine.connect() as connection:
    heed_references(connection, False)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
        include_name=include_name,
        transaction_per_migration=True,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        heed_references(connection, True)
