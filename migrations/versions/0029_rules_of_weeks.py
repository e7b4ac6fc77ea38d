"""rules of weeks: marks say of which rules a week speaks."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

assessments = sa.table("log_assessment", sa.column("marks", sa.LargeBinary()))


def upgrade() -> None:
    with op.batch_alter_table("log_assessment") as table:
        table.add_column(sa.Column("said", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("log_assessment") as table:
        table.alter_column("said", server_default=None)
    # Marks of the shape before: logs are assessed anew, as after any change of what is stored.
    op.execute(assessments.update().values(marks=None))


def downgrade() -> None:
    op.execute(assessments.update().values(marks=None))
    with op.batch_alter_table("log_assessment") as table:
        table.drop_column("said")
