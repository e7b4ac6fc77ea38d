"""readings of organizations."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "organization_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.String(length=60), nullable=False),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_readings_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_readings")),
        sa.UniqueConstraint(
            "organization_id", "pack_id", name=op.f("uq_organization_readings_organization_id_pack_id")
        ),
    )
    for table in ("goal", "license"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("organization_policies", sa.JSON(), nullable=False, server_default="{}")
            )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("organization_policies", server_default=None)


def downgrade() -> None:
    for table in ("license", "goal"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("organization_policies")
    op.drop_table("organization_readings")
