"""A catalog of ten thousand courses: `python -m tests.bench.catalog`, and a part of `make bench`."""

import gc
import random
import tempfile
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.services import open_session
from ceu.app import create_app
from ceu.catalog.models import Course, CourseVersion
from ceu.catalog.search_queries import Wanted, find_courses
from ceu.catalog.search_services import list_anew
from ceu.db.extension import db
from ceu.providers.models import Provider
from ceu.settings import ROOT, Settings
from tests.bench.measure import Figure, measure
from tests.catalog.builders import make_provider, make_version
from tests.licenses.builders import make_license

COURSES = 10_000
PAGES = (
    ("page: all courses", "/courses"),
    ("page: one word", "/courses?search=therapy"),
    ("page: one word, accepted for a license", "/courses?search=therapy&accepted=y"),
    ("page: nothing found", "/courses?search=nowhere+therapy"),
)
_VOCABULARY = 4_000
_TOPICS = ("ethics", "law_ethics", "telehealth", "suicide_risk", "supervision", "boundaries")
_DELIVERIES = ("asynchronous_text", "asynchronous_video")


def print_catalog(app: Flask) -> None:
    """Print what the catalog costs somebody with a license; half of its courses hold the word that is looked for."""
    outside = app.extensions["ceu.outside"]
    now = outside.clock.now()
    with Session(db.engine, expire_on_commit=False) as session:
        person = Person(
            email="reader@bench.example", name="Reader", password_hash="", time_zone="UTC", created_at=now, confirmed_at=now
        )  # fmt: skip
        session.add(person)
        session.flush()
        make_license(session, outside.packs, person)
        fill(session)
        key = open_session(session, person, now, "bench")
        session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = key, True
    print(
        f"\n| a catalog of {COURSES:,} courses, half of which hold the word looked for | CPU ms | queries |\n| --- | --- | --- |"
    )
    searches = (Wanted("therapy"), Wanted("therapy", topic="ethics", minutes=(0, 60)))
    with Session(db.engine) as session:
        for name, wanted in zip(
            ("found by one word", "found by a word, topic and hours"), searches, strict=True
        ):
            _print(name, measure(lambda wanted=wanted: find_courses(session, wanted, None, 21), db.engine))
    for name, path in PAGES:
        assert client.get(path).status_code == 200
        _print(name, measure(lambda path=path: client.get(path), db.engine))


def _print(name: str, figure: Figure) -> None:
    print(f"| {name} | {figure.cpu_ms:.1f} | {figure.queries} |")


def fill(session: Session) -> None:
    """Put ten thousand courses of twenty providers on offer."""
    lot = random.Random(5)
    words = [
        f"{lot.choice('bcdfghklmnprstvw')}{lot.choice('aeiou')}{lot.choice('lmnrst')}{n}"
        for n in range(_VOCABULARY)
    ]
    providers: list[Provider] = [
        make_provider(session, bodies=("CAMFT", "NBCC")[: 1 + n % 2], name=f"Institute {n}")
        for n in range(20)
    ]
    like = make_version(session, providers[0])
    columns = {
        each.name: getattr(like, each.name)
        for each in CourseVersion.__table__.columns
        if each.name not in {"id", "course_id"}
    }
    first = like.course_id + 1
    now = like.published_at
    session.execute(
        insert(Course),
        [
            {"id": first + n, "provider_id": providers[n % 20].id, "slug": f"course-{n}", "created_at": now}
            for n in range(COURSES)
        ],
    )
    session.execute(
        insert(CourseVersion),
        [
            columns
            | {
                "course_id": first + n,
                "title": " ".join(lot.choices(words, k=6)).capitalize(),
                "summary": " ".join(lot.choices(words, k=60)) + (" therapy" if n % 2 else ""),
                "topics": [lot.choice(_TOPICS)],
                "delivery": lot.choice(_DELIVERIES),
                "minutes": lot.choice((60, 90, 120, 180, 360)),
                "digest": f"{n:064}",
            }
            for n in range(COURSES)
        ],
    )
    list_anew(session)
    session.execute(text("ANALYZE"))


def main() -> None:
    """Measure on an empty site of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(
            Settings(
                folder=folder,
                database_url=f"sqlite:///{folder / 'ceu.db'}",
                mail_url=f"folder:{folder / 'mail'}",
                site_url="http://localhost",
                secret_key="a secret for measuring, of no use elsewhere",
            )
        )
        with app.test_request_context():
            upgrade(str(ROOT / "migrations"))
            gc.collect()
            gc.freeze()  # as wsgi.py does
            print_catalog(app)


if __name__ == "__main__":
    main()
