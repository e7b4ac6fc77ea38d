"""attestations earlier logs and evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "backlog",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("setting_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("supervisor_name", sa.String(length=120), nullable=False),
        sa.Column("license_type", sa.String(length=20), nullable=True),
        sa.Column("license_number", sa.String(length=40), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("paper_signed_by", sa.String(length=120), nullable=False),
        sa.Column("paper_signed_on", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_backlog_person_id_person")),
        sa.ForeignKeyConstraint(
            ["setting_id"], ["work_setting.id"], name=op.f("fk_backlog_setting_id_work_setting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backlog")),
    )
    with op.batch_alter_table("backlog", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_backlog_person_id"), ["person_id"], unique=False)

    op.create_table(
        "attestation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("setting_id", sa.Integer(), nullable=False),
        sa.Column("backlog_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("why_text", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("license_type", sa.String(length=20), nullable=True),
        sa.Column("license_number", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("attester_id", sa.Integer(), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sign_off_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attester_id"], ["person.id"], name=op.f("fk_attestation_attester_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["backlog_id"], ["backlog.id"], name=op.f("fk_attestation_backlog_id_backlog")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attestation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["setting_id"], ["work_setting.id"], name=op.f("fk_attestation_setting_id_work_setting")
        ),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_attestation_sign_off_id_sign_off")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_attestation_token_hash")),
    )
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_attestation_attester_id"), ["attester_id"], unique=False)
        batch_op.create_index(op.f("ix_attestation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "attested_week",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("attestation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attestation_id"], ["attestation.id"], name=op.f("fk_attested_week_attestation_id_attestation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attested_week_person_id_person")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["week_sheet.id"], name=op.f("fk_attested_week_sheet_id_week_sheet")
        ),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_attested_week")),
    )
    with op.batch_alter_table("attested_week", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_attested_week_attestation_id"), ["attestation_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("attestation_id", sa.Integer(), nullable=True),
        sa.Column("backlog_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attestation_id"], ["attestation.id"], name=op.f("fk_evidence_attestation_id_attestation")
        ),
        sa.ForeignKeyConstraint(["backlog_id"], ["backlog.id"], name=op.f("fk_evidence_backlog_id_backlog")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_evidence_attestation_id"), ["attestation_id"], unique=False)
        batch_op.create_index(op.f("ix_evidence_backlog_id"), ["backlog_id"], unique=False)
        batch_op.create_index(op.f("ix_evidence_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.alter_column("sheet_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("sheet_version", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("supervision_id", existing_type=sa.INTEGER(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.alter_column("supervision_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("sheet_version", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("sheet_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_evidence_person_id"))
        batch_op.drop_index(op.f("ix_evidence_backlog_id"))
        batch_op.drop_index(op.f("ix_evidence_attestation_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("attested_week", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_attested_week_attestation_id"))

    op.drop_table("attested_week")
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_attestation_person_id"))
        batch_op.drop_index(op.f("ix_attestation_attester_id"))

    op.drop_table("attestation")
    with op.batch_alter_table("backlog", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_backlog_person_id"))

    op.drop_table("backlog")
