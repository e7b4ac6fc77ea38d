"""imports of hours."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_import_mapping_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("person_id", "signature", name=op.f("uq_import_mapping_person_id_signature")),
    )
    op.create_table(
        "hours_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("setting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_import_person_id_person")),
        sa.ForeignKeyConstraint(
            ["setting_id"], ["work_setting.id"], name=op.f("fk_hours_import_setting_id_work_setting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_import")),
    )
    op.create_index("ix_hours_import_person_id_id", "hours_import", ["person_id", "id"])
    op.create_table(
        "imported_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("setting_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=30), nullable=False),
        sa.Column("client_unit", sa.String(length=20), nullable=True),
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=True),
        sa.Column("client_hash", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["hours_import.id"], name=op.f("fk_imported_row_import_id_hours_import")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_imported_row_person_id_person")),
        sa.ForeignKeyConstraint(
            ["setting_id"], ["work_setting.id"], name=op.f("fk_imported_row_setting_id_work_setting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
    )
    op.create_index("ix_imported_row_import_id", "imported_row", ["import_id"])
    op.create_index(
        "ix_imported_row_person_id_state_day_id", "imported_row", ["person_id", "state", "day", "id"]
    )
    op.add_column("entry", sa.Column("client_hash", sa.String(length=32), nullable=True))
    # Not in a batch: SQLite would lay the table anew, and take what hangs on its rows for deleted with it.
    op.execute(
        "ALTER TABLE entry ADD COLUMN import_id INTEGER "
        "CONSTRAINT fk_entry_import_id_hours_import REFERENCES hours_import (id)"
    )
    op.create_index("ix_entry_import_id", "entry", ["import_id"])


def downgrade() -> None:
    op.drop_index("ix_entry_import_id", "entry")
    op.drop_column("entry", "import_id")
    op.drop_column("entry", "client_hash")
    op.drop_table("imported_row")
    op.drop_table("hours_import")
    op.drop_table("import_mapping")
