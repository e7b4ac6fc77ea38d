"""learning platforms."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "lti_used_state",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_lti_used_state")),
    )
    with op.batch_alter_table("lti_used_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_used_state_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "lti_platform",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("deployment_ids", sa.JSON(), nullable=False),
        sa.Column("login_url", sa.String(length=500), nullable=False),
        sa.Column("token_url", sa.String(length=500), nullable=False),
        sa.Column("token_audience", sa.String(length=500), nullable=False),
        sa.Column("jwks_url", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_hash", sa.String(length=64), nullable=True),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_lti_platform_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platform")),
        sa.UniqueConstraint("offer_hash", name=op.f("uq_lti_platform_offer_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lti_platform_public_id")),
    )
    with op.batch_alter_table("lti_platform", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lti_platform_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "lti_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("sub", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lti_user_person_id_person")),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_user_platform_id_lti_platform")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_user")),
        sa.UniqueConstraint("platform_id", "sub", name=op.f("uq_lti_user_platform_id_sub")),
    )
    with op.batch_alter_table("lti_user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_user_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lti_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.String(length=255), nullable=False),
        sa.Column("resource_link_id", sa.String(length=255), nullable=False),
        sa.Column("context_title", sa.String(length=255), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("line_item", sa.Text(), nullable=False),
        sa.Column("memberships_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_lti_link_course_id_course")),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_link_platform_id_lti_platform")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_link")),
        sa.UniqueConstraint(
            "platform_id",
            "deployment_id",
            "resource_link_id",
            name=op.f("uq_lti_link_platform_id_deployment_id_resource_link_id"),
        ),
    )
    op.create_table(
        "lti_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=True),
        sa.Column("instructor_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("is_completed", sa.Boolean(), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollment.id"], name=op.f("fk_lti_seat_enrollment_id_enrollment")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["lti_link.id"], name=op.f("fk_lti_seat_link_id_lti_link")),
        sa.ForeignKeyConstraint(["user_id"], ["lti_user.id"], name=op.f("fk_lti_seat_user_id_lti_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_seat")),
        sa.UniqueConstraint("link_id", "user_id", name=op.f("uq_lti_seat_link_id_user_id")),
    )
    with op.batch_alter_table("lti_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lti_seat_enrollment_id"), ["enrollment_id"], unique=False)
        batch_op.create_index("ix_lti_seat_next_try_at", ["next_try_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_lti_seat_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("only_courses", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_column("only_courses")

    with op.batch_alter_table("lti_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lti_seat_user_id"))
        batch_op.drop_index("ix_lti_seat_next_try_at")
        batch_op.drop_index(batch_op.f("ix_lti_seat_enrollment_id"))

    op.drop_table("lti_seat")
    op.drop_table("lti_link")
    with op.batch_alter_table("lti_user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lti_user_person_id"))

    op.drop_table("lti_user")
    with op.batch_alter_table("lti_platform", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lti_platform_organization_id"))

    op.drop_table("lti_platform")
    with op.batch_alter_table("lti_used_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lti_used_state_expires_at"))

    op.drop_table("lti_used_state")
