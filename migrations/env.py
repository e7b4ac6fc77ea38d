"""How Alembic reaches the database: through the site's own engine, so that SQLite behaves as it does there."""

from alembic import context
from flask import current_app

from ceu.db.types import UtcInstant

engine = current_app.extensions["migrate"].db.engine
metadata = current_app.extensions["migrate"].db.metadata


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Spell our column types as what the database stores: a migration must not change when a class does."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcInstant) else False


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
