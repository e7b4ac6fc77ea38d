"""`python -m tests.bench.plans`: what a plan for three licenses costs with a catalog of 10,000 courses."""

import random
import tempfile
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ceu.accounts.services import open_session
from ceu.adapters.outside import Outside
from ceu.app import create_app
from ceu.catalog.models import Course, CourseVersion
from ceu.db.extension import db
from ceu.demo.cast import Stage
from ceu.licenses.models import License
from ceu.licenses.queries import list_credits, list_licenses
from ceu.licenses.services import LicenseDetails, add_license
from ceu.planning.planner import Preferences, make_plan
from ceu.planning.queries import list_on_offer
from ceu.providers.models import ProviderApproval
from ceu.settings import ROOT, Settings
from ceu.wiring import HANDLERS
from tests.bench.measure import Figure, measure
from tests.factories import make_person

COURSES = 10_000
PROVIDERS = 40
PACKS = ("us-ca/lmft-ce", "us-tx/lmft-ce", "us-fl/lmft-ce")
TOPICS = (
    "boundaries", "couples_families", "cultural_diversity", "domestic_violence", "ethics", "hiv_aids", "human_trafficking",
    "law_ethics", "medical_errors", "suicide_risk", "supervision", "telehealth", "implicit_bias", "core_counseling",
)  # fmt: skip
DELIVERIES = ("in_person", "live_online", "asynchronous_text", "asynchronous_video")
BODIES = ("APA", "ASWB", "CAMFT", "NBCC", "NAADAC", "AAMFT")
MINUTES = (60, 90, 120, 180, 240, 360)


class Bench:
    """A site with a large catalog, and a person with three licenses and no credit."""

    def __init__(self, app: Flask) -> None:
        self.app, self.engine = app, db.engine
        self.session = Session(self.engine, expire_on_commit=False)
        self.outside: Outside = app.extensions["ceu.outside"]
        self.now = self.outside.clock.now()
        self.today = self.now.date()
        Stage(self.session, self.outside, HANDLERS).publish()
        self.person = make_person(self.session, "carol")
        for number, pack in enumerate(PACKS):
            issued, expires = self.today - timedelta(days=2000), self.today + timedelta(days=200 + number)
            details = LicenseDetails(str(number), issued, expires)
            add_license(self.session, self.now, self.person.id, self.outside.packs.get(pack), details)
        self._fill(random.Random(1))
        self.session.commit()

    def _fill(self, draw: random.Random) -> None:
        """Courses of all lengths, topics and ways, of providers with one to three approvals."""
        model = self.session.scalars(
            select(CourseVersion).where(CourseVersion.delivery == "asynchronous_text")
        ).one()
        self.session.add_all(
            ProviderApproval(
                provider_id=model.course.provider_id, body=body, number=body, statement="",
                valid_from=self.today - timedelta(days=400), valid_to=self.today + timedelta(days=400),
            )
            for body in draw.sample([body for body in BODIES if body not in ("CAMFT", "NBCC")], 1)
        )  # fmt: skip
        courses = [
            {"provider_id": model.course.provider_id, "slug": f"course-{number}", "created_at": self.now}
            for number in range(COURSES)
        ]
        ids = self.session.scalars(
            insert(Course).returning(Course.id, sort_by_parameter_order=True), courses
        ).all()
        self.session.execute(
            insert(CourseVersion),
            [
                {
                    "course_id": course, "number": 1, "title": f"Course {course}", "summary": "About " + "it " * 80,
                    "level": "introductory", "delivery": draw.choice(DELIVERIES),
                    "topics": draw.sample(TOPICS, draw.choice((0, 1, 1, 2, 3))), "words": 100_000,
                    "minutes": draw.choice(MINUTES), "pass_mark": 80, "outline": {}, "assessment": [], "digest": "0" * 64,
                    "published_at": self.now,
                }
                for course in ids
            ],
        )  # fmt: skip

    def planning(self) -> Figure:
        """The plan alone: rules, solver and the engine's check, without reading the catalog."""
        licenses: list[License] = list_licenses(self.session, self.person.id)
        credits_ = list_credits(self.session, self.person.id)
        courses = list_on_offer(self.session)
        packs = self.outside.packs
        return measure(
            lambda: make_plan(packs, licenses, credits_, courses, [], Preferences(), self.today), rounds=5
        )

    def page(self) -> Figure:
        """The whole page."""
        client = self.app.test_client()
        key = open_session(self.session, self.person, self.now, "bench")
        self.session.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = key, True

        def get() -> None:
            response = client.get("/plan")
            assert response.status_code == 200
            assert "closes" in (text := response.get_data(as_text=True)) or "close" in text

        return measure(get, self.engine, rounds=5)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            folder=Path(folder),
            database_url=f"sqlite:///{folder}/ceu.db",
            mail_url=f"folder:{folder}/mail",
            site_url="http://localhost",
            secret_key="a secret for measuring, of no use elsewhere",
        )
        app = create_app(settings)
        with app.test_request_context():
            upgrade(str(ROOT / "migrations"))
            bench = Bench(app)
        planning, page = bench.planning(), bench.page()
        print(f"plan for {len(PACKS)} licenses from {COURSES:,} courses: {planning.cpu_ms:.0f} ms CPU")
        print(f"page of that plan: {page.cpu_ms:.0f} ms CPU, {page.queries} queries")


if __name__ == "__main__":
    main()
