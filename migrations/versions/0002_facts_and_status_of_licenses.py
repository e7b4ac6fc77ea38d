"""facts and status of licenses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

license_ = sa.table("license", sa.column("status", sa.String), sa.column("inactive", sa.Boolean))


def upgrade() -> None:
    with op.batch_alter_table("license", schema=None) as batch_op:
        batch_op.add_column(sa.Column("birth_month", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("status", sa.String(length=40), nullable=False, server_default="active")
        )
        batch_op.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("policies", sa.JSON(), nullable=False, server_default="{}"))
    op.execute(license_.update().where(license_.c.inactive).values(status="inactive"))
    with op.batch_alter_table("license", schema=None) as batch_op:
        batch_op.drop_column("inactive")
        for added in ("status", "facts", "policies"):
            batch_op.alter_column(added, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("license", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inactive", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(license_.update().where(license_.c.status != "active").values(inactive=True))
    with op.batch_alter_table("license", schema=None) as batch_op:
        batch_op.alter_column("inactive", server_default=None)
        for added in ("policies", "facts", "status", "birth_month"):
            batch_op.drop_column(added)
