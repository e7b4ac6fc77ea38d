"""packages at play."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:

    op.create_table(
        "package_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("registration", sa.String(length=36), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollment.id"], name=op.f("fk_package_attempt_enrollment_id_enrollment")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_package_attempt_lesson_id_lesson")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["content_package.id"], name=op.f("fk_package_attempt_package_id_content_package")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_attempt")),
        sa.UniqueConstraint(
            "enrollment_id", "lesson_id", name=op.f("uq_package_attempt_enrollment_id_lesson_id")
        ),
        sa.UniqueConstraint("registration", name=op.f("uq_package_attempt_registration")),
    )
    op.create_table(
        "package_launch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=400), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["package_attempt.id"], name=op.f("fk_package_launch_attempt_id_package_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_launch")),
        sa.UniqueConstraint("key", name=op.f("uq_package_launch_key")),
    )
    with op.batch_alter_table("package_launch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_launch_attempt_id"), ["attempt_id"], unique=False)

    op.create_table(
        "package_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=400), nullable=False),
        sa.Column("cmi", sa.JSON(), nullable=False),
        sa.Column("completion", sa.String(length=20), nullable=False),
        sa.Column("success", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["package_attempt.id"], name=op.f("fk_package_part_attempt_id_package_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_part")),
        sa.UniqueConstraint("attempt_id", "item", name=op.f("uq_package_part_attempt_id_item")),
    )


def downgrade() -> None:

    op.drop_table("package_part")
    with op.batch_alter_table("package_launch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_package_launch_attempt_id"))

    op.drop_table("package_launch")
    op.drop_table("package_attempt")
