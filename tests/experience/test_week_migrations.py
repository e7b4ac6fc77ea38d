"""Weeks that were logged before weeks had an end, and before two supervisors could share one: nothing of them is lost."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError

from ceu.app import create_app
from ceu.db.extension import db
from ceu.settings import ROOT, Settings

STARTS = [date(2023, 12, 25), date(2024, 2, 26), date(2024, 12, 30), date(2026, 3, 2), date(2026, 10, 26)]
"""Mondays whose weeks cross years, hold a leap day, and the nights in which clocks change."""


def filled(table: sa.Table, **values: object) -> sa.Insert:
    """A row with these values, and something of the right kind in every other column that asks for one."""
    for column in table.columns:
        if column.name in values or column.nullable or column.server_default is not None:
            continue
        kind = column.type
        values[column.name] = (
            False if isinstance(kind, sa.Boolean)
            else 0 if isinstance(kind, sa.Integer)
            else date(2025, 1, 1) if isinstance(kind, sa.Date)
            else sa.func.now() if isinstance(kind, sa.DateTime)
            else {} if isinstance(kind, sa.JSON)
            else ""
        )  # fmt: skip
    return table.insert().values(**values)


def tables(*names: str) -> list[sa.Table]:
    return [sa.Table(name, sa.MetaData(), autoload_with=db.engine, resolve_fks=False) for name in names]


def test_weeks_keep_their_days_and_take_a_second_supervisor(own_database: Settings) -> None:
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    app = create_app(own_database)
    with app.app_context():
        command.upgrade(config, "0030")
        person, setting, supervision, sheet = tables("person", "work_setting", "supervision", "week_sheet")
        with db.engine.begin() as connection:
            connection.execute(filled(person, id=1, email="a@example.org", name="A", time_zone="UTC"))
            connection.execute(filled(setting, id=1, person_id=1, name="Bayview", kind="nonprofit"))
            connection.execute(filled(supervision, id=5, trainee_id=1, setting_id=1, token_hash="x"))
            for number, start in enumerate(STARTS, 1):
                connection.execute(
                    filled(
                        sheet,
                        id=number,
                        person_id=1,
                        setting_id=1,
                        week_start=start,
                        state="signed",
                        minutes=90,
                    )
                )
        command.upgrade(config, "head")
        (sheet,) = tables("week_sheet")
        columns = (sheet.c.week_start, sheet.c.week_end, sheet.c.minutes, sheet.c.apart_for_id)
        with db.engine.connect() as connection:
            rows = connection.execute(sa.select(*columns).order_by(sheet.c.id)).all()
        assert rows == [(start, start + timedelta(days=6), 90, None) for start in STARTS]

        twin = {
            "person_id": 1,
            "setting_id": 1,
            "week_start": STARTS[0],
            "week_end": STARTS[0],
            "state": "draft",
        }
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(filled(sheet, id=50, **twin))
        with db.engine.begin() as connection:
            connection.execute(filled(sheet, id=51, apart_for_id=5, **twin))
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(filled(sheet, id=52, apart_for_id=5, **twin))

        with pytest.raises(RuntimeError, match="second supervisor"):
            command.downgrade(config, "0030")
        with db.engine.begin() as connection:
            connection.execute(sheet.delete().where(sheet.c.apart_for_id.is_not(None)))
        command.downgrade(config, "0030")
        (sheet,) = tables("week_sheet")
        with db.engine.connect() as connection:
            starts = connection.scalars(sa.select(sheet.c.week_start).order_by(sheet.c.id)).all()
        assert starts == STARTS
        db.engine.dispose()
