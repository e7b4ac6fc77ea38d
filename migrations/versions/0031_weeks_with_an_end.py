"""weeks with an end, and where the weeks of a log begin."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

sheets = sa.table("week_sheet", sa.column("week_start", sa.Date()), sa.column("week_end", sa.Date()))


def upgrade() -> None:
    op.create_table(
        "log_week",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_weekday", sa.Integer(), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_log_week_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_log_week")),
    )
    with op.batch_alter_table("week_sheet") as table:
        table.add_column(sa.Column("week_end", sa.Date(), nullable=True))
    # The databases have no common function that adds days.
    starts = op.get_bind().scalars(sa.select(sheets.c.week_start).distinct()).all()
    for start in starts:
        end = start + timedelta(days=6)
        op.execute(sheets.update().where(sheets.c.week_start == start).values(week_end=end))
    with op.batch_alter_table("week_sheet") as table:
        table.alter_column("week_end", nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("week_sheet") as table:
        table.drop_column("week_end")
    op.drop_table("log_week")
