"""The pages of a supervisor of two hundred: `python -m tests.bench.supervisor`, and a part of `make bench`."""

import gc
import tempfile
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.services import open_session
from ceu.app import create_app
from ceu.db.extension import db
from ceu.domain.dates import week_of
from ceu.experience.assessing import reassess
from ceu.settings import ROOT, Settings
from tests.bench.measure import Figure, measure
from tests.experience.builders import make_setting, make_supervision
from tests.experience.goals import make_goal, make_weeks

SUPERVISEES = 200
WEEKS = 3
PAGES = (
    ("supervisor's queue", "/supervision"),
    ("supervisees, the most urgent first", "/supervision/supervisees"),
    ("caseload against its maximum", "/supervision/caseload"),
    ("agreements and evaluations", "/supervision/documents"),
    ("supervision given in a month", "/supervision/given"),
    ("a session to enter", "/supervision/given/new"),
)


def measure_supervisor(app: Flask) -> list[tuple[str, Figure]]:
    """What the pages cost somebody with two hundred supervisees, each with three weeks that wait."""
    engine, outside = db.engine, app.extensions["ceu.outside"]
    now = outside.clock.now()
    with Session(engine, expire_on_commit=False) as session:
        supervisor = _person(session, "supervisor-of-many", now)
        last = week_of(now.date()).first - timedelta(weeks=1)
        for number in range(SUPERVISEES):
            person = _person(session, f"supervisee-{number}", now)
            setting = make_setting(session, person, began_on=last - timedelta(weeks=WEEKS))
            supervision = make_supervision(session, setting, supervisor, token=f"{number}")
            make_goal(session, outside, person)
            for sheet in make_weeks(
                session, setting, supervision, last, WEEKS, state="submitted", supervised=bool(number % 3)
            ):
                sheet.submitted_at = now - timedelta(days=number % 40)
            reassess(session, outside.packs, person.id, now.date())
        key = open_session(session, supervisor, now, "bench")
        session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = key, True

    def page(path: str) -> Figure:
        def get() -> None:
            response = client.get(path)
            assert response.status_code == 200, f"{path} answered {response.status_code}"

        return measure(get, engine)

    return [(name, page(path)) for name, path in PAGES]


def _person(session: Session, name: str, now: object) -> Person:
    person = Person(
        email=f"{name}@example.org",
        name=name.replace("-", " ").title(),
        password_hash="",
        time_zone="UTC",
        created_at=now,
        confirmed_at=now,
    )
    session.add(person)
    session.flush()
    return person


def print_supervisor(app: Flask) -> None:
    """Print the figures as the README's table."""
    print(
        f"\n| with {SUPERVISEES} supervisees, three weeks of each waiting | CPU ms | queries |\n| --- | --- | --- |"
    )
    for name, figure in measure_supervisor(app):
        print(f"| {name} | {figure.cpu_ms:.1f} | {figure.queries} |")


def main() -> None:
    """Measure on a site of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(
            folder=folder,
            database_url=f"sqlite:///{folder / 'ceu.db'}",
            mail_url=f"folder:{folder / 'mail'}",
            site_url="http://localhost",
            secret_key="a secret for measuring, of no use elsewhere",
        )
        app = create_app(settings)
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
            gc.collect()
            gc.freeze()
        with app.app_context():
            engine_ready = db.engine
            assert engine_ready
            print_supervisor(app)


if __name__ == "__main__":
    main()
