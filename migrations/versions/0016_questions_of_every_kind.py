"""questions of every kind."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_attempt = sa.table(
    "attempt",
    sa.column("id", sa.Integer),
    sa.column("enrollment_id", sa.Integer),
    sa.column("shown", sa.JSON),
    sa.column("answers", sa.JSON),
    sa.column("answered_at", sa.JSON),
    sa.column("marks", sa.JSON),
    sa.column("seed", sa.String),
    sa.column("correct", sa.Integer),
    sa.column("total", sa.Integer),
    sa.column("earned", sa.Text),
    sa.column("possible", sa.Text),
)
_version = sa.table(
    "course_version",
    sa.column("id", sa.Integer),
    sa.column("outline", sa.JSON),
    sa.column("assessment", sa.JSON),
    sa.column("attempts_allowed", sa.Integer),
    sa.column("test_rules", sa.JSON),
)
_enrollment = sa.table("enrollment", sa.column("id", sa.Integer), sa.column("version_id", sa.Integer))


def upgrade() -> None:
    with op.batch_alter_table("attempt") as batch:
        batch.add_column(sa.Column("seed", sa.String(length=100), nullable=True))
        batch.add_column(sa.Column("answered_at", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("marks", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("earned", sa.Text(), nullable=True))
        batch.add_column(sa.Column("possible", sa.Text(), nullable=True))
        batch.add_column(sa.Column("deadline", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("course_version") as batch:
        batch.add_column(sa.Column("attempts_allowed", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("test_rules", sa.JSON(), nullable=True))
    connection = op.get_bind()
    rights = _convert_versions(connection)
    _convert_attempts(connection, rights)
    with op.batch_alter_table("attempt") as batch:
        for name, kind in (
            ("seed", sa.String(length=100)),
            ("answered_at", sa.JSON()),
            ("marks", sa.JSON()),
            ("possible", sa.Text()),
        ):
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.drop_column("correct")
    with op.batch_alter_table("course_version") as batch:
        batch.alter_column("test_rules", existing_type=sa.JSON(), nullable=False)


def _convert_versions(connection: sa.Connection) -> dict[int, dict[str, set[str]]]:
    """Every version keeps its number of attempts in a column; the right options of its questions come back, by version."""
    rights = {}
    for row in connection.execute(sa.select(_version.c.id, _version.c.outline, _version.c.assessment)).all():
        allowed = row.outline.get("attempts", "unlimited")
        connection.execute(
            _version.update()
            .where(_version.c.id == row.id)
            .values(attempts_allowed=None if allowed == "unlimited" else allowed, test_rules={})
        )
        rights[row.id] = {
            question["id"]: {option["id"] for option in question["options"] if option["correct"]}
            for question in row.assessment
        }
    return rights


def _convert_attempts(connection: sa.Connection, rights: dict[int, dict[str, set[str]]]) -> None:
    """Every old question is a choice of one; its mark is all or nothing, and the score the number of right answers."""
    found = connection.execute(
        sa.select(_attempt, _enrollment.c.version_id).join_from(
            _attempt, _enrollment, _enrollment.c.id == _attempt.c.enrollment_id
        )
    ).all()
    for row in found:
        right = rights[row.version_id]
        shown: list[dict[str, Any]] = [
            {
                "id": item["id"],
                "kind": "choice",
                "stem": item["stem"],
                "several": False,
                "options": item["options"],
            }
            for item in row.shown
        ]
        answers = row.answers or {}
        is_sent = row.correct is not None
        connection.execute(
            _attempt.update()
            .where(_attempt.c.id == row.id)
            .values(
                shown=shown,
                answered_at={},
                seed="",
                marks={item["id"]: str(int(answers.get(item["id"]) in right[item["id"]])) for item in shown}
                if is_sent
                else {},
                earned=str(row.correct) if is_sent else None,
                possible=str(row.total),
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("attempt") as batch:
        batch.add_column(sa.Column("correct", sa.Integer(), nullable=True))
    # Scores that were whole numbers survive; others are cut, as the old column holds none.
    connection = op.get_bind()
    for row in connection.execute(sa.select(_attempt.c.id, _attempt.c.earned)).all():
        if row.earned is not None:
            whole, _, divisor = row.earned.partition("/")
            connection.execute(
                _attempt.update()
                .where(_attempt.c.id == row.id)
                .values(correct=int(whole) // int(divisor or 1))
            )
    with op.batch_alter_table("attempt") as batch:
        for name in ("deadline", "possible", "earned", "marks", "answered_at", "seed"):
            batch.drop_column(name)
    with op.batch_alter_table("course_version") as batch:
        batch.drop_column("test_rules")
        batch.drop_column("attempts_allowed")
