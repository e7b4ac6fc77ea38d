"""reasons to keep words that look like a client's identifier."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("entry_aside", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kept_because", sa.String(length=200), nullable=False, server_default="")
        )
    with op.batch_alter_table("entry_aside", schema=None) as batch_op:
        batch_op.alter_column("kept_because", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("entry_aside", schema=None) as batch_op:
        batch_op.drop_column("kept_because")
