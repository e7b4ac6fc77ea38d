"""registrations that platforms make by themselves, and columns made in their grade books."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    with op.batch_alter_table("lti_platform") as table:
        table.add_column(
            sa.Column("awaits_confirmation", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("lti_platform") as table:
        table.alter_column("awaits_confirmation", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("lti_link") as table:
        table.add_column(sa.Column("line_items_url", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("lti_link") as table:
        table.alter_column("line_items_url", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("lti_link") as table:
        table.drop_column("line_items_url")
    with op.batch_alter_table("lti_platform") as table:
        table.drop_column("awaits_confirmation")
