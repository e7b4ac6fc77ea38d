"""a sheet of its own for what a second supervisor of a setting and week supervised."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

_OLD = ["person_id", "week_start", "setting_id"]
_NEW = [*_OLD, "apart_for_id"]


def upgrade() -> None:
    with op.batch_alter_table("week_sheet") as table:
        table.add_column(sa.Column("apart_for_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_week_sheet_apart_for_id_supervision"), "supervision", ["apart_for_id"], ["id"]
        )
        table.drop_constraint(op.f("uq_week_sheet_person_id_week_start_setting_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_week_sheet_person_id_week_start_setting_id_apart_for_id"), _NEW
        )
    op.create_index(
        "ix_week_sheet_one_for_all",
        "week_sheet",
        _OLD,
        unique=True,
        sqlite_where=sa.text("apart_for_id IS NULL"),
        postgresql_where=sa.text("apart_for_id IS NULL"),
    )
    with op.batch_alter_table("favorite") as table:
        table.add_column(sa.Column("under_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_favorite_under_id_supervision"), "supervision", ["under_id"], ["id"]
        )


def downgrade() -> None:
    apart = sa.table("week_sheet", sa.column("apart_for_id", sa.Integer())).c.apart_for_id
    if op.get_bind().scalar(sa.select(sa.func.count(apart))):
        raise RuntimeError(
            "Some weeks have sheets for a second supervisor, who may have signed them: they cannot go back into one."
        )
    with op.batch_alter_table("favorite") as table:
        table.drop_constraint(op.f("fk_favorite_under_id_supervision"), type_="foreignkey")
        table.drop_column("under_id")
    op.drop_index("ix_week_sheet_one_for_all", "week_sheet")
    with op.batch_alter_table("week_sheet") as table:
        table.drop_constraint(
            op.f("uq_week_sheet_person_id_week_start_setting_id_apart_for_id"), type_="unique"
        )
        table.create_unique_constraint(op.f("uq_week_sheet_person_id_week_start_setting_id"), _OLD)
        table.drop_constraint(op.f("fk_week_sheet_apart_for_id_supervision"), type_="foreignkey")
        table.drop_column("apart_for_id")
