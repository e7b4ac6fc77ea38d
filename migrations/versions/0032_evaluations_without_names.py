"""evaluations of every kind of item, and some without names.

What was sent before was not promised to be anonymous, and stays with its enrollment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

evaluations = sa.table(
    "evaluation",
    sa.column("id", sa.Integer()),
    sa.column("answers", sa.JSON()),
    sa.column("ratings", sa.JSON()),
    sa.column("texts", sa.JSON()),
    sa.column("comment", sa.Text()),
)
COMMENT = ""


def upgrade() -> None:
    op.create_table(
        "anonymous_evaluation",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_anonymous_evaluation_version_id_course_version"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_anonymous_evaluation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_anonymous_evaluation_version_id"), "anonymous_evaluation", ["version_id"])
    with op.batch_alter_table("evaluation") as table:
        table.add_column(sa.Column("answers", sa.JSON(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(evaluations)).all():
        answers = {**row.ratings, **row.texts, **({COMMENT: row.comment} if row.comment else {})}
        op.execute(evaluations.update().where(evaluations.c.id == row.id).values(answers=answers))
    with op.batch_alter_table("evaluation") as table:
        table.alter_column("answers", nullable=False)
        table.drop_column("ratings")
        table.drop_column("texts")
        table.drop_column("comment")


def downgrade() -> None:
    """What the old table cannot hold is lost: evaluations without names, and answers that are neither ratings nor words."""
    with op.batch_alter_table("evaluation") as table:
        table.add_column(sa.Column("ratings", sa.JSON(), nullable=True))
        table.add_column(sa.Column("texts", sa.JSON(), nullable=True))
        table.add_column(sa.Column("comment", sa.Text(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(evaluations)).all():
        ratings = {item: given for item, given in row.answers.items() if isinstance(given, int)}
        texts = {
            item: given for item, given in row.answers.items() if isinstance(given, str) and item != COMMENT
        }
        op.execute(
            evaluations.update()
            .where(evaluations.c.id == row.id)
            .values(ratings=ratings, texts=texts, comment=row.answers.get(COMMENT, ""))
        )
    with op.batch_alter_table("evaluation") as table:
        table.alter_column("ratings", nullable=False)
        table.alter_column("texts", nullable=False)
        table.alter_column("comment", nullable=False)
        table.drop_column("answers")
    op.drop_table("anonymous_evaluation")
