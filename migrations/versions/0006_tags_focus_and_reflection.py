"""tags, focus and reflection of entries."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "entry_tag",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_tag_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entry_tag_person_id_person")),
        sa.PrimaryKeyConstraint("entry_id", "name", name=op.f("pk_entry_tag")),
    )
    op.create_index("ix_entry_tag_person_id_name", "entry_tag", ["person_id", "name"])
    op.create_table(
        "entry_aside",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("focus", sa.String(length=40), nullable=True),
        sa.Column("reflection", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_aside_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entry_aside_person_id_person")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_aside")),
    )
    op.create_index("ix_entry_aside_person_id_focus", "entry_aside", ["person_id", "focus"])


def downgrade() -> None:
    op.drop_table("entry_aside")
    op.drop_table("entry_tag")
