"""facts of settings and supervisors."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

setting = sa.table(
    "work_setting",
    sa.column("id", sa.Integer),
    sa.column("facts", sa.JSON),
    sa.column("live_scan_required", sa.Boolean),
    sa.column("live_scan_on", sa.Date),
)
LIVE_SCAN = (setting.c.id, setting.c.live_scan_required, setting.c.live_scan_on)


def upgrade() -> None:
    for table in ("work_setting", "supervision"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
    for row in op.get_bind().execute(sa.select(*LIVE_SCAN)).all():
        known = {"live_scan_required": row.live_scan_required}
        known["live_scan_on"] = row.live_scan_on.isoformat() if row.live_scan_on else None
        facts = {name: value for name, value in known.items() if value is not None}
        op.execute(setting.update().where(setting.c.id == row.id).values(facts=facts))
    with op.batch_alter_table("work_setting", schema=None) as batch_op:
        batch_op.drop_column("live_scan_required")
        batch_op.drop_column("live_scan_on")
    for table in ("work_setting", "supervision"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("facts", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("work_setting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("live_scan_required", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("live_scan_on", sa.Date(), nullable=True))
    for row in op.get_bind().execute(sa.select(setting.c.id, setting.c.facts)).all():
        day = row.facts.get("live_scan_on")
        known = {"live_scan_required": row.facts.get("live_scan_required")}
        # What has not come yet is no date.
        known["live_scan_on"] = sa.cast(day, sa.Date) if day and day[:1].isdigit() else None
        op.execute(setting.update().where(setting.c.id == row.id).values(**known))
    for table in ("work_setting", "supervision"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("facts")
