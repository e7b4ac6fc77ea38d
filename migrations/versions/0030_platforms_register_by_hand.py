"""platforms register by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    with op.batch_alter_table("lti_platform", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_lti_platform_offer_hash"), type_="unique")
        batch_op.drop_column("offer_expires_at")
        batch_op.drop_column("offer_hash")


def downgrade() -> None:
    with op.batch_alter_table("lti_platform", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offer_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_lti_platform_offer_hash"), ["offer_hash"])
