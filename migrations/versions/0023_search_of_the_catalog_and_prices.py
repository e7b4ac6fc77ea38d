"""search of the catalog, and prices."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    with op.batch_alter_table("course_version") as table:
        table.add_column(sa.Column("price_cents", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("currency", sa.String(length=3), nullable=False, server_default="USD"))
    with op.batch_alter_table("course_version") as table:
        table.alter_column("price_cents", server_default=None)
        table.alter_column("currency", server_default=None)
    op.create_table(
        "course_listing",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("topics", sa.String(length=400), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_listing_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_version.id"], name=op.f("fk_course_listing_version_id_course_version")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_course_listing")),
    )
    with op.batch_alter_table("course_listing") as table:
        table.create_index(op.f("ix_course_listing_course_id"), ["course_id"])
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE course_search USING fts5("
            "title, body, tokenize='porter unicode61 remove_diacritics 2')"
        )
    else:
        op.execute(
            "CREATE TABLE course_search (version_id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,"
            " document TSVECTOR GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') ||"
            " setweight(to_tsvector('english', body), 'C')) STORED)"
        )
        op.execute("CREATE INDEX ix_course_search_document ON course_search USING gin (document)")
    _list(connection)


def _list(connection: sa.Connection) -> None:
    versions = sa.table(
        "course_version",
        *(
            sa.column(name)
            for name in ("id", "course_id", "title", "summary", "level", "delivery", "minutes", "retired_at")
        ),
        sa.column("topics", sa.JSON()),
        sa.column("outline", sa.JSON()),
    )
    on_offer = connection.execute(sa.select(versions).where(versions.c.retired_at.is_(None))).mappings().all()
    key = "rowid" if connection.dialect.name == "sqlite" else "version_id"
    for each in on_offer:
        outline = each["outline"]
        body = [each["summary"], outline["subtitle"]]
        for name, field in (("objectives", "text"), ("lessons", "title"), ("authors", "name")):
            body += [part[field] for part in outline[name]]
        connection.execute(
            sa.text(
                "INSERT INTO course_listing (version_id, course_id, level, delivery, topics, minutes, price_cents)"
                " VALUES (:id, :course_id, :level, :delivery, :topics, :minutes, 0)"
            ),
            {
                **{name: each[name] for name in ("id", "course_id", "level", "delivery", "minutes")},
                "topics": f" {' '.join(each['topics'])} ",
            },
        )
        connection.execute(
            sa.text(f"INSERT INTO course_search ({key}, title, body) VALUES (:id, :title, :body)"),
            {"id": each["id"], "title": each["title"], "body": "\n".join(body)},
        )


def downgrade() -> None:
    op.execute("DROP TABLE course_search")
    op.drop_table("course_listing")
    with op.batch_alter_table("course_version") as table:
        table.drop_column("currency")
        table.drop_column("price_cents")
