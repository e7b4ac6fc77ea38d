"""signing links, amendments and withdrawals."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

sheet = sa.table(
    "week_sheet",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("version", sa.Integer),
    sa.column("minutes", sa.Integer),
    sa.column("supervision_id", sa.Integer),
    sa.column("signed_version", sa.Integer),
    sa.column("signed_minutes", sa.Integer),
)
sign_off = sa.table(
    "sign_off",
    sa.column("sheet_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("signer_id", sa.Integer),
    sa.column("supervision_id", sa.Integer),
)


def upgrade() -> None:
    op.create_table(
        "signing_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supervision_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("printed_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervision_id"], ["supervision.id"], name=op.f("fk_signing_link_supervision_id_supervision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signing_link_token_hash")),
    )
    op.create_index(op.f("ix_signing_link_supervision_id"), "signing_link", ["supervision_id"])
    op.create_table(
        "wrong_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["signing_link.id"], name=op.f("fk_wrong_code_link_id_signing_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
    )
    op.create_index(op.f("ix_wrong_code_link_id"), "wrong_code", ["link_id"])
    with op.batch_alter_table("week_sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("signed_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("amendment_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("signing_link_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_week_sheet_signing_link_id_signing_link"), "signing_link", ["signing_link_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_week_sheet_signing_link_id"), ["signing_link_id"])
    op.execute(
        sheet.update()
        .where(sheet.c.state == "signed")
        .values(signed_version=sheet.c.version, signed_minutes=sheet.c.minutes)
    )
    with op.batch_alter_table("week_sheet", schema=None) as batch_op:
        batch_op.alter_column("signed_minutes", server_default=None)
        batch_op.alter_column("amendment_reason", server_default=None)
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=40), nullable=False, server_default="experience_sign_off")
        )
        batch_op.add_column(sa.Column("supervision_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("signer_email", sa.String(length=254), nullable=True))
    op.execute(
        sign_off.update().values(
            supervision_id=sa.select(sheet.c.supervision_id)
            .where(sheet.c.id == sign_off.c.sheet_id)
            .scalar_subquery()
        )
    )
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)
        batch_op.alter_column("supervision_id", nullable=False)
        batch_op.alter_column("signer_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_sign_off_supervision_id_supervision"), "supervision", ["supervision_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_sign_off_signer_email"), ["signer_email"])
        batch_op.drop_constraint(op.f("uq_sign_off_sheet_id_sheet_version"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_sign_off_sheet_id_sheet_version_kind"), ["sheet_id", "sheet_version", "kind"]
        )


def downgrade() -> None:
    """Refused by the database where records exist that the older shape cannot hold: they are kept for life."""
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_sign_off_sheet_id_sheet_version_kind"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_sign_off_sheet_id_sheet_version"), ["sheet_id", "sheet_version"]
        )
        batch_op.drop_index(op.f("ix_sign_off_signer_email"))
        batch_op.drop_constraint(op.f("fk_sign_off_supervision_id_supervision"), type_="foreignkey")
        batch_op.alter_column("signer_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("signer_email")
        batch_op.drop_column("supervision_id")
        batch_op.drop_column("kind")
    with op.batch_alter_table("week_sheet", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_week_sheet_signing_link_id"))
        batch_op.drop_constraint(op.f("fk_week_sheet_signing_link_id_signing_link"), type_="foreignkey")
        batch_op.drop_column("signing_link_id")
        batch_op.drop_column("amendment_reason")
        batch_op.drop_column("signed_minutes")
        batch_op.drop_column("signed_version")
    op.drop_table("wrong_code")
    op.drop_table("signing_link")
