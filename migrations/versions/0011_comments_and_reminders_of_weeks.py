"""comments and reminders of weeks."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "week_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["week_sheet.id"], name=op.f("fk_week_comment_sheet_id_week_sheet")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_week_comment_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week_comment")),
    )
    op.create_index(op.f("ix_week_comment_sheet_id"), "week_comment", ["sheet_id"])
    op.create_table(
        "week_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["week_sheet.id"], name=op.f("fk_week_reminder_sheet_id_week_sheet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week_reminder")),
        sa.UniqueConstraint(
            "sheet_id", "version", "days", name=op.f("uq_week_reminder_sheet_id_version_days")
        ),
    )


def downgrade() -> None:
    op.drop_table("week_reminder")
    op.drop_table("week_comment")
