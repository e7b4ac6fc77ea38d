"""`python -m tests.bench.crowd [DATABASE_URL]`: 500 people send the same post-test within one minute, each of them twice.

The server runs as the README says (gunicorn, two processes of four threads); without an address, on SQLite in a fresh folder.
Given the address of a PostgreSQL server's database, a database of its own is made beside it and dropped afterwards.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.services import open_session
from ceu.app import create_app
from ceu.cli import MIGRATIONS
from ceu.db.extension import db
from ceu.learning.models import Attempt
from ceu.learning.services import start_attempt
from ceu.settings import ROOT, Settings
from tests.catalog.builders import make_version
from tests.factories import make_person
from tests.learning.builders import answer_fields, answers, make_reader

PEOPLE, SECONDS = 500, 60
WORKERS, THREADS = 2, 4


@dataclass(frozen=True)
class Sitter:
    """Somebody with a test before them: the cookie, the page, the answers, and what they must earn."""

    cookie: str
    path: str
    fields: dict[str, Any]
    earns: int
    attempt_id: int


def main() -> None:
    """Prepare the people, let them send, count."""
    with tempfile.TemporaryDirectory() as name, _database(sys.argv[1:]) as url:
        os.environ |= {"CEU_FOLDER": name, "CEU_DATABASE_URL": url or f"sqlite:///{Path(name) / 'ceu.db'}"}
        app = create_app(Settings.from_env())
        with app.app_context():
            upgrade(MIGRATIONS)
            with Session(db.engine, expire_on_commit=False) as session:
                sitters = _seat(app, session)
            engine = db.engine
        port = _free_port()
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
                   "--threads", str(THREADS), "--worker-class", "gthread", "--preload", "--log-level", "warning", "wsgi:app"]  # fmt: skip
        server = subprocess.Popen(command, cwd=ROOT)
        try:
            _wait(port)
            _report(_let_them_send(port, sitters), engine.dialect.name)
        finally:
            server.terminate()
            server.wait()
        with Session(engine) as session:
            _count(session, sitters)
        engine.dispose()


def _seat(app: Any, session: Session) -> list[Sitter]:
    version, now = make_version(session), app.extensions["ceu.outside"].clock.now()
    sitters = []
    for number in range(PEOPLE):
        person = make_person(session, f"learner{number}")
        attempt = start_attempt(session, now, make_reader(session, person, version))
        client, key = app.test_client(), open_session(session, person, now, "crowd")
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = key, True
        kept = client.get_cookie("ceu")
        assert kept
        wrong = number % 10
        path = f"/learning/{attempt.enrollment_id}/post-test/{attempt.number}"
        sitters.append(
            Sitter(
                f"ceu={kept.value}",
                path,
                answer_fields(attempt.shown, answers(attempt, wrong)),
                10 - wrong,
                attempt.id,
            )
        )
    session.commit()
    return sitters


def _let_them_send(port: int, sitters: list[Sitter]) -> list[float]:
    begun = time.monotonic()

    def sit(number: int) -> float:
        sitter = sitters[number]
        time.sleep(max(0, begun + number * SECONDS / PEOPLE - time.monotonic()))
        page, cookie = _ask(port, "GET", sitter.path, sitter.cookie)
        form = dict(re.findall(r'name="(csrf_token|once)"[^>]*value="([^"]+)"', page))
        body = urlencode({**sitter.fields, **form}, doseq=True)
        with ThreadPoolExecutor(2) as hands:
            return max(hands.map(lambda _: _timed(port, sitter.path, cookie, body), range(2)))

    with ThreadPoolExecutor(100) as crowd:
        return list(crowd.map(sit, range(len(sitters))))


def _timed(port: int, path: str, cookie: str, body: str) -> float:
    begun = time.perf_counter()
    _ask(port, "POST", path, cookie, body)
    return (time.perf_counter() - begun) * 1000


def _ask(port: int, method: str, path: str, cookie: str, body: str | None = None) -> tuple[str, str]:
    """What the server answers, and the cookie to go on with."""
    headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == (303 if body else 200), (method, path, answer.status)
        return text, (answer.getheader("Set-Cookie") or cookie).split(";")[0]


def _report(times: list[float], database: str) -> None:
    tenths = quantiles(times, n=20)
    print(f"{database}: {len(times)} people in {SECONDS} s, each sending twice at once")
    print(
        f"  the slower answer of the two: median {median(times):.0f} ms, 19 in 20 under {tenths[-1]:.0f} ms, the slowest {max(times):.0f} ms"
    )


def _count(session: Session, sitters: list[Sitter]) -> None:
    sent = session.execute(select(Attempt.id, Attempt.earned).where(Attempt.submitted_at.is_not(None)))
    earned = {attempt_id: points for attempt_id, points in sent}
    lost = sum(sitter.attempt_id not in earned for sitter in sitters)
    wrong = sum(earned.get(sitter.attempt_id, sitter.earns) != sitter.earns for sitter in sitters)
    double = (session.scalar(select(func.count(Attempt.id))) or 0) - len(sitters)
    print(f"  lost {lost}, double {double}, scored wrongly {wrong}")
    assert lost == double == wrong == 0


@contextmanager
def _database(given: list[str]) -> Iterator[str]:
    if not given:
        yield ""
        return
    server, _, _ = given[0].replace("postgresql+psycopg", "postgresql").rpartition("/")
    name = f"crowd_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.replace('postgresql', 'postgresql+psycopg')}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/sign-in")
                connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
