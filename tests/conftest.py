"""Fixtures of the whole suite: a site on a migrated database, a savepoint for each test, a client that inspects."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from ceu.accounts.models import Person
from ceu.adapters.addresses import MemoryFetcher
from ceu.adapters.clock import FrozenClock
from ceu.adapters.content_store import ContentStore
from ceu.adapters.courses import CourseShelf
from ceu.adapters.documents import MemoryPrinter
from ceu.adapters.files import MemoryFiles
from ceu.adapters.keys import SiteKeys
from ceu.adapters.lrs import Lrs
from ceu.adapters.mail import MemoryMailer
from ceu.adapters.outside import Outside
from ceu.adapters.platforms import Platforms
from ceu.adapters.pseudonyms import Pseudonyms
from ceu.adapters.rulecases import CaseLibrary
from ceu.adapters.rulepacks import PackLibrary
from ceu.adapters.tool_keys import ToolKeys
from ceu.app import create_app
from ceu.db.extension import db
from ceu.experience.models import Supervision, WorkSetting
from ceu.settings import ROOT, Settings
from tests.client import InspectingClient
from tests.experience.builders import make_setting, make_supervision
from tests.factories import FROZEN_NOW, make_person


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Take the place of pytest-flask's fixture, whose open context keeps one test's user signed in for all clients."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site on a freshly migrated database: SQLite, or what CEU_TEST_DATABASE_URL names."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(
        folder=folder,
        database_url=_database_url(folder),
        mail_url=f"folder:{folder / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    clock, fetcher = FrozenClock(FROZEN_NOW), MemoryFetcher()
    outside = Outside(
        clock=clock,
        mailer=MemoryMailer(),
        printer=MemoryPrinter(),
        keys=SiteKeys(folder / "keys"),
        packs=PackLibrary(ROOT / "ceu" / "rulepacks"),
        cases=CaseLibrary(ROOT / "tests" / "rulepacks"),
        shelf=CourseShelf(ROOT / "courses"),
        pseudonyms=Pseudonyms("a secret for tests, of no use elsewhere"),
        fetcher=fetcher,
        files=MemoryFiles(),
        content=ContentStore(folder / "packages"),
        lrs=Lrs("http://localhost"),
        platforms=Platforms(fetcher, ToolKeys(folder / "keys" / "lti"), clock),
    )
    app = create_app(settings, outside)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = InspectingClient
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def _database_url(folder: Path) -> str:
    url = os.environ.get("CEU_TEST_DATABASE_URL")
    if url is None:
        return f"sqlite:///{folder / 'ceu.db'}"
    return _own_postgresql_database(url, os.environ.get("PYTEST_XDIST_WORKER", "main"))


def _own_postgresql_database(url: str, worker: str) -> str:
    """Make an empty database for this test process beside the one named, and return its URL."""
    import sqlalchemy

    name = f"ceu_test_{worker}"
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return sqlalchemy.make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def own_database(tmp_path: Path) -> Settings:
    """A site on an empty database of its own, SQLite or on the server CEU_TEST_DATABASE_URL names, in which commits are commits."""
    server = os.environ.get("CEU_TEST_DATABASE_URL")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = _own_postgresql_database(server, f"side_{worker}") if server else f"sqlite:///{tmp_path / 'ceu.db'}"
    return Settings(
        folder=tmp_path,
        database_url=url,
        mail_url=f"folder:{tmp_path}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )


@pytest.fixture
def engine(own_database: Settings) -> Iterator[Engine]:
    """The same, migrated."""
    app = create_app(own_database)
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        db.session.remove()
        yield db.engine
        db.engine.dispose()


@pytest.fixture
def connection(site: Flask) -> Iterator[Connection]:
    """One connection in a transaction that is rolled back after the test."""
    with site.app_context():
        engine = db.engine
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def app(site: Flask, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The site, whose commits go into a savepoint of this test's transaction."""
    maker = sessionmaker(bind=connection, join_transaction_mode="create_savepoint")
    registry = scoped_session(maker, scopefunc=lambda: None)
    monkeypatch.setattr(db, "session", registry)
    outside = site.extensions["ceu.outside"]
    outside.mailer.sent.clear()
    outside.clock.set(FROZEN_NOW)
    return site


@pytest.fixture
def session(app: Flask, connection: Connection) -> Iterator[Session]:
    """The test's own session on the same transaction; the client commits it before each request."""
    with Session(
        bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        yield session


@pytest.fixture
def outside(app: Flask) -> Outside:
    """The adapters of the site under test: frozen clock, mail kept in memory, a printer that only notes."""
    found: Outside = app.extensions["ceu.outside"]
    return found


@pytest.fixture
def client(app: Flask, session: Session) -> InspectingClient:
    """A visitor's browser that inspects every page; ``client.sign_in(person)`` makes it a person's."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.session = session
    return client


@pytest.fixture
def statements(connection: Connection) -> Iterator[list[str]]:
    """Every SQL statement sent from now on, for tests that count queries."""
    sent: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


@pytest.fixture
def alice(session: Session) -> Person:
    """Alice logs hours as an associate."""
    return make_person(session, "alice")


@pytest.fixture
def bob(session: Session) -> Person:
    """Bob is a stranger to everything the others own."""
    return make_person(session, "bob")


@pytest.fixture
def carol(session: Session) -> Person:
    """Carol holds a license and earns CE."""
    return make_person(session, "carol")


@pytest.fixture
def dana(session: Session) -> Person:
    """Dana supervises."""
    return make_person(session, "dana")


@pytest.fixture
def bayview(session: Session, alice: Person) -> WorkSetting:
    """Where Alice works."""
    return make_setting(session, alice)


@pytest.fixture
def supervision(session: Session, bayview: WorkSetting, dana: Person) -> Supervision:
    """Dana supervises Alice at Bayview Clinic."""
    return make_supervision(session, bayview, dana)


@pytest.fixture
def browser(client: InspectingClient, alice: Person) -> InspectingClient:
    """Alice's browser."""
    return client.sign_in(alice)
