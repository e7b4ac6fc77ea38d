"""SQLite keeps its promises: honest transactions, foreign keys, readers that wait for nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from ceu.db.base import Base
from ceu.db.extension import reading, tame_sqlite


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'ceu.db'}")
    tame_sqlite(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE number (value INTEGER)"))
        connection.execute(text("INSERT INTO number VALUES (1)"))
    yield engine
    engine.dispose()


def test_it_works_in_write_ahead_mode_with_foreign_keys(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) == 15_000


def test_a_reader_waits_for_no_writer_and_sees_what_was_committed(engine: Engine) -> None:
    with engine.begin() as writer:
        writer.execute(text("UPDATE number SET value = 2"))
        with reading(), engine.connect() as reader:
            assert reader.scalar(text("SELECT value FROM number")) == 1


def test_a_second_writer_waits_and_gives_up(engine: Engine) -> None:
    with engine.begin() as writer, engine.connect() as second:
        writer.execute(text("UPDATE number SET value = 2"))
        driver = second.connection.dbapi_connection
        assert driver is not None
        driver.cursor().execute("PRAGMA busy_timeout=50")
        with pytest.raises(OperationalError, match="locked"):
            second.execute(text("SELECT value FROM number"))


def test_reading_ends_with_its_block(engine: Engine) -> None:
    begun: list[str] = []
    with reading():
        pass
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.set_trace_callback(begun.append)
        connection.execute(text("SELECT value FROM number"))
        driver.set_trace_callback(None)
    assert begun[0] == "BEGIN IMMEDIATE"


def test_a_rollback_takes_everything_back(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("UPDATE number SET value = 2"))
        with connection.begin_nested():
            connection.execute(text("UPDATE number SET value = 3"))
        connection.rollback()
        assert connection.scalar(text("SELECT value FROM number")) == 1


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id))"))
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("INSERT INTO child VALUES (7)"))


def test_every_constraint_has_a_name() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert nameless == []
