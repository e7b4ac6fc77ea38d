"""`python -m tests.bench.checkin [DATABASE_URL]`: 500 people sign in to one session within one minute, each pressing twice.

Served as in ``tests.bench.crowd``. Everybody opens the phone's page with the code of that moment, as the QR code does.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.services import open_session
from ceu.app import create_app
from ceu.cli import MIGRATIONS
from ceu.db.extension import db
from ceu.live.codes import code_of
from ceu.live.models import EventSession, SignIn
from ceu.live.queries import standings
from ceu.live.services import SessionPlan, plan_event, register, set_session
from ceu.settings import ROOT, Settings
from tests.bench.crowd import PEOPLE, SECONDS, THREADS, WORKERS, _database, _free_port, _wait
from tests.factories import make_person
from tests.live.builders import make_live_version, plan


@dataclass(frozen=True)
class Door:
    """What everybody comes to: the session's id and the key of its codes, and a cookie for each person."""

    session_id: int
    event_id: int
    key: str
    cookies: list[str]


def main() -> None:
    """Register the people, let them sign in, count."""
    with tempfile.TemporaryDirectory() as name, _database(sys.argv[1:]) as url:
        os.environ |= {"CEU_FOLDER": name, "CEU_DATABASE_URL": url or f"sqlite:///{Path(name) / 'ceu.db'}"}
        app = create_app(Settings.from_env())
        with app.app_context():
            upgrade(MIGRATIONS)
            with Session(db.engine, expire_on_commit=False) as session:
                door = _open(app, session)
            engine = db.engine
        port = _free_port()
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
                   "--threads", str(THREADS), "--worker-class", "gthread", "--preload", "--log-level", "warning", "wsgi:app"]  # fmt: skip
        server = subprocess.Popen(command, cwd=ROOT)
        try:
            _wait(port)
            times = _let_them_in(port, door)
        finally:
            server.terminate()
            server.wait()
        print(
            f"{engine.dialect.name}: {len(times)} people sign in within {SECONDS} s, each pressing twice at once"
        )
        slow = quantiles(times, n=20)[-1]
        print(
            f"  the slower answer: median {median(times):.0f} ms, 19 in 20 under {slow:.0f} ms, the slowest {max(times):.0f} ms"
        )
        with Session(engine) as session:
            _count(session, door)
        engine.dispose()


def _open(app: Any, session: Session) -> Door:
    now = app.extensions["ceu.outside"].clock.now()
    staff = make_person(session, "staff")
    event = plan_event(session, now, staff.id, make_live_version(session), plan(registration_opens_at=now))
    span = SessionPlan("Plenary", "", "", now - timedelta(minutes=1), now + timedelta(minutes=89), ())
    held = set_session(session, now, staff.id, event, span, None)
    session.refresh(event, ["sessions", "key"])
    cookies = []
    for number in range(PEOPLE):
        person = make_person(session, f"guest{number}")
        register(session, now, event, person.id)
        client, key = app.test_client(), open_session(session, person, now, "checkin")
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = key, True
        kept = client.get_cookie("ceu")
        assert kept
        cookies.append(f"ceu={kept.value}")
    session.commit()
    return Door(held.id, event.id, event.key, cookies)


def _let_them_in(port: int, door: Door) -> list[float]:
    begun = time.monotonic()

    def come(number: int) -> float:
        time.sleep(max(0, begun + number * SECONDS / PEOPLE - time.monotonic()))
        code = code_of(door.key, door.session_id, int(time.time()) // 30)
        status, page, cookie = _ask(
            port, "GET", f"/attend/{door.session_id}?code={code}", door.cookies[number]
        )
        assert status == 200, status
        form = dict(re.findall(r'name="(csrf_token|once|act)"[^>]*value="([^"]+)"', page))
        body = urlencode({**form, "code": code})
        with ThreadPoolExecutor(2) as hands:
            return max(
                hands.map(lambda _: _press(port, f"/attend/{door.session_id}", cookie, body), range(2))
            )

    with ThreadPoolExecutor(100) as crowd:
        return list(crowd.map(come, range(len(door.cookies))))


def _press(port: int, path: str, cookie: str, body: str) -> float:
    begun = time.perf_counter()
    status, _, _ = _ask(port, "POST", path, cookie, body)
    assert status == 303, status
    return (time.perf_counter() - begun) * 1000


def _ask(port: int, method: str, path: str, cookie: str, body: str | None = None) -> tuple[int, str, str]:
    headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, text, (answer.getheader("Set-Cookie") or cookie).split(";")[0]


def _count(session: Session, door: Door) -> None:
    people = session.scalar(select(func.count(func.distinct(SignIn.registration_id)))) or 0
    rows = session.scalar(select(func.count(SignIn.id))) or 0
    print(f"  lost {len(door.cookies) - people}, double {rows - people}")
    held = session.get_one(EventSession, door.session_id)
    begun = time.process_time()
    assert len(standings(session, held.event)) == people
    print(f"  what became of {people} people: {(time.process_time() - begun) * 1000:.0f} ms CPU")
    assert people == rows == len(door.cookies)


if __name__ == "__main__":
    main()
