"""transfers and snapshots of amended weeks."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_supervision_id", sa.Integer(), nullable=False),
        sa.Column("to_supervision_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_supervision_id"],
            ["supervision.id"],
            name=op.f("fk_transfer_from_supervision_id_supervision"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transfer_person_id_person")),
        sa.ForeignKeyConstraint(
            ["to_supervision_id"], ["supervision.id"], name=op.f("fk_transfer_to_supervision_id_supervision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_transfer_person_id"), ["person_id"], unique=False)
        batch_op.create_index(op.f("ix_transfer_to_supervision_id"), ["to_supervision_id"], unique=False)

    op.create_table(
        "transfer_week",
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transfer_week_person_id_person")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["week_sheet.id"], name=op.f("fk_transfer_week_sheet_id_week_sheet")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_week_transfer_id_transfer")
        ),
        sa.PrimaryKeyConstraint("transfer_id", "sheet_id", name=op.f("pk_transfer_week")),
    )
    with op.batch_alter_table("transfer_week", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_transfer_week_sheet_id"), ["sheet_id"], unique=False)

    with op.batch_alter_table("week_sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("supervised_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("before_amendment", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_foreign_key(
            op.f("fk_week_sheet_supervised_by_id_supervision"), "supervision", ["supervised_by_id"], ["id"]
        )

    with op.batch_alter_table("week_sheet", schema=None) as batch_op:
        batch_op.alter_column("before_amendment", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("week_sheet", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_week_sheet_supervised_by_id_supervision"), type_="foreignkey")
        batch_op.drop_column("before_amendment")
        batch_op.drop_column("supervised_by_id")

    with op.batch_alter_table("transfer_week", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_transfer_week_sheet_id"))

    op.drop_table("transfer_week")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_transfer_to_supervision_id"))
        batch_op.drop_index(op.f("ix_transfer_person_id"))

    op.drop_table("transfer")
