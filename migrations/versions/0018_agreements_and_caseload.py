"""agreements and caseload."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "supervisees_elsewhere",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["person.id"], name=op.f("fk_supervisees_elsewhere_supervisor_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisees_elsewhere")),
    )
    with op.batch_alter_table("supervisees_elsewhere", schema=None) as batch_op:
        batch_op.create_index(
            "ix_supervisees_elsewhere_supervisor_id_since", ["supervisor_id", "since"], unique=False
        )

    op.create_table(
        "document_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supervision_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["person.id"], name=op.f("fk_document_record_noted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["supervision_id"], ["supervision.id"], name=op.f("fk_document_record_supervision_id_supervision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_record")),
        sa.UniqueConstraint(
            "supervision_id", "form", "period", name=op.f("uq_document_record_supervision_id_form_period")
        ),
    )
    op.create_table(
        "document_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supervision_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervision_id"],
            ["supervision.id"],
            name=op.f("fk_document_reminder_supervision_id_supervision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_reminder")),
        sa.UniqueConstraint(
            "supervision_id",
            "form",
            "period",
            "days",
            name=op.f("uq_document_reminder_supervision_id_form_period_days"),
        ),
    )


def downgrade() -> None:
    op.drop_table("document_reminder")
    op.drop_table("document_record")
    with op.batch_alter_table("supervisees_elsewhere", schema=None) as batch_op:
        batch_op.drop_index("ix_supervisees_elsewhere_supervisor_id_since")

    op.drop_table("supervisees_elsewhere")
