"""Two browsers send the same evaluation at the same moment, on a real database: one certificate, one credit, one mail."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from ceu.accounts.services import open_session
from ceu.app import create_app
from ceu.certificates.models import Certificate
from ceu.certificates.services import record_of
from ceu.db.extension import db
from ceu.learning.models import Enrollment, Evaluation
from ceu.licenses.models import Credit
from ceu.settings import ROOT, Settings
from ceu.signing.records import Answer, verify_chain
from tests.catalog.builders import make_version
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import make_passed

EVALUATION = {f"item_{number}": "4" for number in range(1, 6)}
LEARNERS = 4


def _database(folder: Path) -> str:
    url = os.environ.get("CEU_TEST_DATABASE_URL")
    if url is None:
        return f"sqlite:///{folder / 'race.db'}"
    name = f"ceu_race_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return sqlalchemy.make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def real_site(site: Flask, tmp_path: Path) -> Iterator[Flask]:
    """A site whose commits are real."""
    settings = Settings(
        folder=tmp_path,
        database_url=_database(tmp_path),
        mail_url=f"folder:{tmp_path / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    outside = site.extensions["ceu.outside"]
    outside.mailer.sent.clear()
    app = create_app(settings, outside)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        yield app
        db.session.remove()
        db.engine.dispose()


def _learners(count: int) -> list[tuple[int, str]]:
    """So many people who have passed the test of one course: their enrollments, and a browser session for each."""
    session = db.session()
    version = make_version(session)
    learners = []
    for number in range(count):
        person = make_person(session, f"learner-{number}")
        enrollment = make_passed(session, person, version)
        learners.append((enrollment.id, open_session(session, person, FROZEN_NOW, user_agent="tests")))
    session.commit()
    db.session.remove()
    return learners


def _send_at_once(app: Flask, browsers: list[tuple[int, str]]) -> list[int]:
    """Every browser sends its evaluation when all are ready; the statuses of the answers."""
    ready = Barrier(len(browsers))

    def send(browser: tuple[int, str]) -> int:
        enrollment_id, key = browser
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
        ready.wait()
        return client.post(f"/learning/{enrollment_id}/evaluation", data=EVALUATION).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, browsers))


def _count(column: object) -> int:
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def test_the_same_evaluation_twice_is_one_certificate(real_site: Flask) -> None:
    (learner,) = _learners(1)
    assert _send_at_once(real_site, [learner, learner]) == [303, 303]
    assert [_count(model.id) for model in (Evaluation, Certificate, Credit)] == [1, 1, 1]
    assert len(real_site.extensions["ceu.outside"].mailer.sent) == 1


def test_several_learners_at_once_are_one_chain(real_site: Flask) -> None:
    assert _send_at_once(real_site, _learners(LEARNERS)) == [303] * LEARNERS
    rows = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    keys = real_site.extensions["ceu.outside"].keys.public_keys
    assert verify_chain([record_of(row) for row in rows], keys, head=rows[-1].sha256).answer is Answer.GENUINE
    assert len(rows) == _count(Credit.id) == _count(Enrollment.completed_at) == LEARNERS
