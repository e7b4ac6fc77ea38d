"""content packages."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:

    op.create_table(
        "content_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("standard", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_content_package_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_content_package_uploaded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_package")),
        sa.UniqueConstraint("provider_id", "digest", name=op.f("uq_content_package_provider_id_digest")),
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.add_column(sa.Column("package", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("done_when", sa.String(length=20), nullable=True))


def downgrade() -> None:

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_column("done_when")
        batch_op.drop_column("package")

    op.drop_table("content_package")
