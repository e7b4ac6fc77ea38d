"""favorites, plans and the last change."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "favorite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("setting_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=30), nullable=False),
        sa.Column("client_unit", sa.String(length=20), nullable=True),
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("head_count", sa.Integer(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_favorite_person_id_person")),
        sa.ForeignKeyConstraint(
            ["setting_id"], ["work_setting.id"], name=op.f("fk_favorite_setting_id_work_setting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favorite")),
    )
    op.create_index(op.f("ix_favorite_person_id"), "favorite", ["person_id"])
    op.create_table(
        "favorite_day",
        sa.Column("favorite_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["favorite_id"],
            ["favorite.id"],
            name=op.f("fk_favorite_day_favorite_id_favorite"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_favorite_day_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("favorite_id", "day", name=op.f("pk_favorite_day")),
    )
    op.create_index(op.f("ix_favorite_day_entry_id"), "favorite_day", ["entry_id"])
    op.create_table(
        "last_change",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_last_change_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_last_change")),
    )


def downgrade() -> None:
    op.drop_table("last_change")
    op.drop_table("favorite_day")
    op.drop_table("favorite")
