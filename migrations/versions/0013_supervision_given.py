"""supervision given."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "given_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=30), nullable=False),
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["person.id"], name=op.f("fk_given_session_supervisor_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_session")),
    )
    with op.batch_alter_table("given_session", schema=None) as batch_op:
        batch_op.create_index("ix_given_session_supervisor_id_day", ["supervisor_id", "day"], unique=False)

    op.create_table(
        "given_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("supervision_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_given_attendance_entry_id_entry"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["given_session.id"],
            name=op.f("fk_given_attendance_session_id_given_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supervision_id"],
            ["supervision.id"],
            name=op.f("fk_given_attendance_supervision_id_supervision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_attendance")),
        sa.UniqueConstraint(
            "session_id", "supervision_id", name=op.f("uq_given_attendance_session_id_supervision_id")
        ),
    )
    with op.batch_alter_table("given_attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_given_attendance_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_given_attendance_supervision_id"), ["supervision_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("given_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_given_attendance_supervision_id"))
        batch_op.drop_index(batch_op.f("ix_given_attendance_entry_id"))

    op.drop_table("given_attendance")
    with op.batch_alter_table("given_session", schema=None) as batch_op:
        batch_op.drop_index("ix_given_session_supervisor_id_day")

    op.drop_table("given_session")
