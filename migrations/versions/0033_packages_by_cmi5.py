"""packages by cmi5."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "package_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(length=10), nullable=False),
        sa.Column("activity", sa.String(length=600), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["package_attempt.id"],
            name=op.f("fk_package_document_attempt_id_package_attempt"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_document")),
        sa.UniqueConstraint(
            "attempt_id",
            "resource",
            "activity",
            "name",
            name=op.f("uq_package_document_attempt_id_resource_activity_name"),
        ),
    )
    with op.batch_alter_table("package_launch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("token", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("said", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_package_launch_token"), ["token"])

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("registration", sa.String(length=36), nullable=True))
        batch_op.create_index(batch_op.f("ix_statement_registration"), ["registration"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_registration"))
        batch_op.drop_column("registration")

    with op.batch_alter_table("package_launch", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_package_launch_token"), type_="unique")
        batch_op.drop_column("heard_at")
        batch_op.drop_column("said")
        batch_op.drop_column("token")
        batch_op.drop_column("mode")

    op.drop_table("package_document")
