"""sessions and documents that came back with a log, without the account of who wrote them down."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    for table, column in (("given_session", "supervisor_id"), ("document_record", "noted_by_id")):
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column, existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute(
        "DELETE FROM given_attendance WHERE session_id IN (SELECT id FROM given_session WHERE supervisor_id IS NULL)"
    )
    op.execute("DELETE FROM given_session WHERE supervisor_id IS NULL")
    op.execute("DELETE FROM document_record WHERE noted_by_id IS NULL")
    for table, column in (("given_session", "supervisor_id"), ("document_record", "noted_by_id")):
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column, existing_type=sa.Integer(), nullable=False)
