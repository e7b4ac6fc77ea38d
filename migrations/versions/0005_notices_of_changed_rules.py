"""notices of changed rules."""

import sqlalchemy as sa
from alembic import op

import ceu.db.types

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "rule_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("from_version", sa.String(length=40), nullable=False),
        sa.Column("to_version", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("created_at", ceu.db.types.UtcInstant(timezone=True), nullable=False),
        sa.Column("read_at", ceu.db.types.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_rule_notice_goal_id_goal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_notice")),
        sa.UniqueConstraint(
            "goal_id",
            "from_version",
            "to_version",
            name=op.f("uq_rule_notice_goal_id_from_version_to_version"),
        ),
    )


def downgrade() -> None:
    op.drop_table("rule_notice")
