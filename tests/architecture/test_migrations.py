"""One head, up-down-up, and a schema equal to the models."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from ceu.app import create_app
from ceu.catalog.search_models import INDEX
from ceu.db.extension import db
from ceu.settings import ROOT, Settings

MIGRATIONS = ROOT / "migrations"


def _config() -> Config:
    config = Config(MIGRATIONS / "alembic.ini")
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@pytest.fixture
def bare_site(site: Flask, tmp_path: Path) -> Flask:
    """A site whose database is still empty."""
    settings = Settings(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'bare.db'}",
        mail_url=f"folder:{tmp_path / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    return create_app(settings, site.extensions["ceu.outside"])


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """All but the full-text index and what SQLite keeps for it."""
    return kind != "table" or not (name or "").startswith(INDEX)


def test_there_is_one_head_and_it_is_pinned() -> None:
    heads = ScriptDirectory.from_config(_config()).get_heads()
    assert heads == [(MIGRATIONS / "HEAD").read_text().strip()]


def test_numbers_follow_each_other() -> None:
    numbers = sorted(int(path.name[:4]) for path in (MIGRATIONS / "versions").glob("*.py"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_up_down_up(bare_site: Flask) -> None:
    with bare_site.app_context():
        command.upgrade(_config(), "head")
        assert "person" in inspect(db.engine).get_table_names()
        command.downgrade(_config(), "base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        command.upgrade(_config(), "head")


def test_schema_equals_models(site: Flask) -> None:
    with site.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": include_name}
        )
        assert compare_metadata(context, db.metadata) == []
