"""packed weeks and marks."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

assessments = sa.table("log_assessment", sa.column("logged", sa.JSON()), sa.column("version_id", sa.String()))


def upgrade() -> None:
    with op.batch_alter_table("log_assessment") as table:
        table.add_column(sa.Column("version_id", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("basis", sa.String(length=64), nullable=False, server_default=""))
        table.add_column(sa.Column("marks", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("signed_basis", sa.String(length=64), nullable=False, server_default=""))
        table.add_column(sa.Column("signed_until", sa.Date(), nullable=True))
    version_id = assessments.c.logged["assessment"]["version_id"].as_string()
    op.execute(assessments.update().values(version_id=version_id))
    with op.batch_alter_table("log_assessment") as table:
        table.alter_column("basis", server_default=None)
        table.alter_column("signed_basis", server_default=None)
    with op.batch_alter_table("week_sheet") as table:
        table.add_column(sa.Column("packed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("week_sheet") as table:
        table.drop_column("packed")
    with op.batch_alter_table("log_assessment") as table:
        for name in ("signed_until", "signed_basis", "marks", "basis", "version_id"):
            table.drop_column(name)
