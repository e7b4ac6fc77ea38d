"""events held in a room and online at once, canceled sessions, and people added at the door."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

versions = sa.table("course_version", sa.column("id", sa.Integer()), sa.column("delivery", sa.String()))
events = sa.table(
    "event",
    sa.column("id", sa.Integer()),
    sa.column("version_id", sa.Integer()),
    sa.column("deliveries", sa.JSON()),
)
registrations = sa.table(
    "registration",
    sa.column("event_id", sa.Integer()),
    sa.column("delivery", sa.String()),
    sa.column("person_id", sa.Integer()),
)
enrollments = sa.table("enrollment", sa.column("id", sa.Integer()), sa.column("version_id", sa.Integer()))
attendances = sa.table(
    "attendance", sa.column("enrollment_id", sa.Integer()), sa.column("delivery", sa.String())
)


def upgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("deliveries", sa.JSON(), nullable=True))
        table.add_column(sa.Column("online_seats", sa.Integer(), nullable=True))
    with op.batch_alter_table("event_session") as table:
        table.add_column(sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("cancel_reason", sa.String(length=300), nullable=False, server_default=""))
    with op.batch_alter_table("registration") as table:
        table.add_column(sa.Column("delivery", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("walk_in_name", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("walk_in_email", sa.String(length=254), nullable=True))
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        table.alter_column("enrollment_id", existing_type=sa.Integer(), nullable=True)
        table.create_unique_constraint(
            op.f("uq_registration_event_id_walk_in_email"), ["event_id", "walk_in_email"]
        )
    op.create_index(op.f("ix_registration_walk_in_email"), "registration", ["walk_in_email"])
    with op.batch_alter_table("attendance") as table:
        table.add_column(sa.Column("delivery", sa.String(length=20), nullable=True))
    # Until now an event was held in the one way of its course.
    connection = op.get_bind()
    held = connection.execute(
        sa.select(events.c.id, versions.c.delivery).join(versions, versions.c.id == events.c.version_id)
    ).all()
    for event_id, delivery in held:
        op.execute(events.update().where(events.c.id == event_id).values(deliveries=[delivery]))
        op.execute(
            registrations.update().where(registrations.c.event_id == event_id).values(delivery=delivery)
        )
    taken = sa.select(versions.c.delivery).join(enrollments, enrollments.c.version_id == versions.c.id)
    op.execute(
        attendances.update().values(
            delivery=taken.where(enrollments.c.id == attendances.c.enrollment_id).scalar_subquery()
        )
    )
    with op.batch_alter_table("event") as table:
        table.alter_column("deliveries", existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("event_session") as table:
        table.alter_column("cancel_reason", existing_type=sa.String(length=300), server_default=None)
    with op.batch_alter_table("registration") as table:
        table.alter_column("delivery", existing_type=sa.String(length=20), nullable=False)
        table.alter_column("walk_in_name", existing_type=sa.String(length=120), server_default=None)
    with op.batch_alter_table("attendance") as table:
        table.alter_column("delivery", existing_type=sa.String(length=20), nullable=False)


def downgrade() -> None:
    """People who were added at the door and have no account stay out, with all that tells of their presence."""
    connection = op.get_bind()
    alone = (
        sa.select(sa.column("id"))
        .select_from(sa.table("registration"))
        .where(sa.column("person_id").is_(None))
    )
    ids = list(connection.scalars(alone))
    for name in ("sign_in", "refused_code", "check_answer", "presence_override"):
        told = sa.table(name, sa.column("registration_id"))
        op.execute(told.delete().where(told.c.registration_id.in_(ids)))
    rows = sa.table("report_row", sa.column("registration_id"), sa.column("matched_by"))
    op.execute(
        rows.update().where(rows.c.registration_id.in_(ids)).values(registration_id=None, matched_by="")
    )
    op.execute(registrations.delete().where(registrations.c.person_id.is_(None)))
    with op.batch_alter_table("attendance") as table:
        table.drop_column("delivery")
    op.drop_index(op.f("ix_registration_walk_in_email"), "registration")
    with op.batch_alter_table("registration") as table:
        table.drop_constraint(op.f("uq_registration_event_id_walk_in_email"), type_="unique")
        table.drop_column("walk_in_email")
        table.drop_column("walk_in_name")
        table.drop_column("delivery")
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
        table.alter_column("enrollment_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("event_session") as table:
        table.drop_column("cancel_reason")
        table.drop_column("canceled_at")
    with op.batch_alter_table("event") as table:
        table.drop_column("online_seats")
        table.drop_column("deliveries")
