"""Weeks signed before versions could be amended stay signed, and their signatures keep whom they were given by."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import Flask

from ceu.app import create_app
from ceu.db.extension import db
from ceu.settings import ROOT, Settings

ROWS = (
    "INSERT INTO person (id, email, name, password_hash, time_zone, created_at)"
    " VALUES (1, 'alice@example.org', 'Alice', '', 'UTC', '2026-11-24'),"
    " (2, 'dana@example.org', 'Dana', '', 'UTC', '2026-11-24')",
    "INSERT INTO work_setting (id, person_id, name, kind, employment, practicum, began_on, facts)"
    " VALUES (1, 1, 'Bayview', 'nonprofit', 'employee', false, '2025-01-01', '{}')",
    "INSERT INTO supervision (id, trainee_id, setting_id, supervisor_id, invited_name, invited_email, token_hash,"
    " invited_at, facts) VALUES (5, 1, 1, 2, 'Dana', 'dana@example.org', 'x', '2026-11-01', '{}')",
    "INSERT INTO week_sheet (id, person_id, setting_id, week_start, supervision_id, state, version, minutes, totals,"
    " return_comment) VALUES (1, 1, 1, '2026-11-09', 5, 'signed', 3, 90, '{}', ''),"
    " (2, 1, 1, '2026-11-16', 5, 'submitted', 2, 60, '{}', '')",
    "INSERT INTO sign_off (id, person_id, sheet_id, sheet_version, signer_id, record, sha256, previous_sha256,"
    " signed_at) VALUES (1, 1, 1, 3, 2, '{}', 'abc', '', '2026-11-24')",
)


def test_what_was_signed_is_in_force(site: Flask, tmp_path: Path) -> None:
    settings = Settings(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'older.db'}",
        mail_url=f"folder:{tmp_path / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with create_app(settings, site.extensions["ceu.outside"]).app_context():
        command.upgrade(config, "0003")
        with db.engine.begin() as connection:
            for row in ROWS:
                connection.execute(sa.text(row))
        command.upgrade(config, "0004")
        with db.engine.begin() as connection:
            weeks = connection.execute(
                sa.text(
                    "SELECT id, signed_version, signed_minutes, amendment_reason FROM week_sheet ORDER BY id"
                )
            ).all()
            signed = connection.execute(sa.text("SELECT kind, supervision_id, signer_id FROM sign_off")).all()
        command.downgrade(config, "0003")
        with db.engine.begin() as connection:
            back = connection.execute(
                sa.text("SELECT sheet_id, sheet_version, signer_id FROM sign_off")
            ).all()
    assert [tuple(row) for row in weeks] == [(1, 3, 90, ""), (2, None, 0, "")]
    assert [tuple(row) for row in signed] == [("experience_sign_off", 5, 2)]
    assert [tuple(row) for row in back] == [(1, 3, 2)]
