"""A database with nothing but the audit record, made without migrations: SQLite, or the server the suite runs on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from ceu.audit.models import AuditEntry
from ceu.db.base import Base
from ceu.db.extension import tame_sqlite

SCHEMA = "audit_alone"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = os.environ.get("CEU_TEST_DATABASE_URL")
    if url is None:
        engine = create_engine(f"sqlite:///{tmp_path / 'audit.db'}", connect_args={"timeout": 15})
        tame_sqlite(engine)
    else:
        engine = create_engine(url, connect_args={"options": f"-csearch_path={SCHEMA}"})
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    Base.metadata.create_all(engine, tables=[AuditEntry.__table__])  # type: ignore[list-item]
    yield engine
    engine.dispose()


@pytest.fixture
def alone(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
