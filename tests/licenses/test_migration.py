"""Licenses noted before their status had a word keep what was said of them."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import Flask

from ceu.app import create_app
from ceu.db.extension import db
from ceu.settings import ROOT, Settings

PERSON = sa.text(
    "INSERT INTO person (id, email, name, password_hash, time_zone, created_at)"
    " VALUES (1, 'carol@example.org', 'Carol', '', 'UTC', '2026-11-24')"
)
INSERT = sa.text(
    "INSERT INTO license (id, person_id, ce_pack_id, number, issued_on, expires_on, inactive, supervises,"
    " completed_topics, created_at) VALUES (:id, 1, 'us-ca/lmft-ce', :number, '2019-05-01', '2027-08-31', :inactive,"
    " false, '[]', '2026-11-24')"
)


@pytest.fixture
def older_site(site: Flask, tmp_path: Path) -> Flask:
    settings = Settings(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'older.db'}",
        mail_url=f"folder:{tmp_path / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    return create_app(settings, site.extensions["ceu.outside"])


def test_inactive_becomes_a_status_and_back(older_site: Flask) -> None:
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with older_site.app_context():
        command.upgrade(config, "0001")
        with db.engine.begin() as connection:
            connection.execute(PERSON)
            for number, inactive in ((1, True), (2, False)):
                connection.execute(INSERT, {"id": number, "number": str(number), "inactive": inactive})
        command.upgrade(config, "0002")
        with db.engine.begin() as connection:
            kept = connection.execute(
                sa.text("SELECT id, status, facts, policies, birth_month FROM license ORDER BY id")
            ).all()
        command.downgrade(config, "0001")
        with db.engine.begin() as connection:
            back = connection.execute(sa.text("SELECT id, inactive FROM license ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [
        (1, "inactive", "{}", "{}", None),
        (2, "active", "{}", "{}", None),
    ]
    assert [tuple(row) for row in back] == [(1, 1), (2, 0)]
