"""`make bench`: what pages, saving and the engine cost, beside a bare floor and other ways measured in the same run.

It prints the tables of the README's section on performance as they stand there, in one run.
"""

import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.passwords import hash_password
from ceu.accounts.services import open_session
from ceu.adapters.documents import DocumentPrinter, MemoryPrinter
from ceu.adapters.outside import Outside
from ceu.app import create_app
from ceu.catalog.models import CourseVersion
from ceu.certificates.document_views import draw
from ceu.certificates.models import Certificate
from ceu.certificates.services import record_of
from ceu.certificates.snapshot import document_in
from ceu.db.events import deliver, discard
from ceu.db.extension import db
from ceu.demo.cast import TIME_ZONE, Stage
from ceu.demo.events import hold_workshops
from ceu.domain.credit import LIVE
from ceu.domain.dates import week_of
from ceu.experience import assessing
from ceu.experience.assessing import reassess
from ceu.experience.models import Entry, WeekSheet, WorkSetting
from ceu.experience.records import digest
from ceu.experience.services import Shown, body_of, sign_off
from ceu.learning.evaluations import form_items
from ceu.learning.models import Attempt
from ceu.learning.queries import get_test
from ceu.licenses.models import Goal, License
from ceu.licenses.services import LicenseDetails, add_license, choose_goal, record_facts
from ceu.live.models import Event
from ceu.questions.grading import best_answer
from ceu.rules.judgment import Judgment
from ceu.settings import ROOT, Settings
from ceu.wiring import HANDLERS
from tests.bench.catalog import print_catalog
from tests.bench.measure import Figure, floor, measure
from tests.bench.scale import print_scale
from tests.bench.supervisor import print_supervisor
from tests.experience.builders import make_setting, make_supervision
from tests.experience.goals import make_goal, make_weeks
from tests.factories import PASSWORD
from tests.learning.builders import answer_fields, make_reader

SMALL, LARGE, DECADE = 10, 5_000, 20_000
ENTRIES_A_WEEK = {SMALL: 10, LARGE: 20, DECADE: 38}
MORE_GOALS = ("us-ca/lpcc", "us-tx/lpc")
WAITING = {SMALL: 1, LARGE: 50, DECADE: 200}


@dataclass(frozen=True)
class Log:
    """A trainee with so many entries, and the records that pages are about."""

    person: Person
    goal: Goal
    setting: WorkSetting
    sheet: WeekSheet
    entry: Entry


class Switch:
    """A printer that can be silenced, so that a way can be measured without its PDF."""

    def __init__(self, printer: DocumentPrinter) -> None:
        self.real, self.silent = printer, MemoryPrinter()
        self.on = True

    def pdf(self, html: str, kind: str, *, one_page: bool = False) -> bytes:
        """Print, or only note what would have been printed."""
        return (self.real if self.on else self.silent).pdf(html, kind, one_page=one_page)


class Bench:
    """A site with a small and a large log, a clinician, and a published course."""

    def __init__(self, app: Flask) -> None:
        # A session of its own: an open application context would keep one client's user for all of them.
        self.app, self.engine, self.numbers = app, db.engine, count(1)
        self.session = Session(self.engine, expire_on_commit=False)
        self.outside: Outside = app.extensions["ceu.outside"]
        self.now = self.outside.clock.now()
        self.today = self.now.date()
        Stage(self.session, self.outside, HANDLERS).publish()
        self.dana, self.carol = self._person("dana"), self._person("carol")
        self.logs = {
            size: self._log(name, size) for name, size in (("sam", SMALL), ("lara", LARGE), ("deb", DECADE))
        }
        self.license = self._license(self.carol)
        self.version = self.session.scalars(
            select(CourseVersion).where(CourseVersion.delivery == "asynchronous_text")
        ).one()
        self.session.commit()
        self.course_path = f"/courses/{self.version.course.slug}-{self.version.course_id}"
        self.lessons, self.test = len(self.version.lessons), get_test(self.version)
        self.evaluation = form_items(self.version.outline)
        self.event_path = self._event()
        self.session.commit()
        self.session.expunge_all()  # so that looking at a record begins no transaction

    def _person(self, name: str) -> Person:
        person = Person(
            email=f"{name}@example.org",
            name=f"{name.title()} Example",
            password_hash=hash_password(PASSWORD),
            time_zone="UTC",
            created_at=self.now,
            confirmed_at=self.now,
        )
        self.session.add(person)
        self.session.flush()
        return person

    def _event(self) -> str:
        """The demo's workshops: the page of the next one."""
        version = self.session.scalars(select(CourseVersion).where(CourseVersion.delivery.in_(LIVE))).one()
        hold_workshops(
            self.session,
            self.now,
            version,
            self.dana,
            in_room=[self.dana],
            online=[self.carol],
            time_zone=TIME_ZONE,
        )
        event = self.session.scalars(select(Event).where(Event.begins_at > self.now)).one()
        return f"/events/{event.id}"

    def _license(self, person: Person) -> License:
        details = LicenseDetails("84210", self.today - timedelta(days=2000), self.today + timedelta(days=200))
        return add_license(
            self.session, self.now, person.id, self.outside.packs.get("us-ca/lmft-ce"), details
        )

    def _log(self, name: str, entries: int) -> Log:
        person = self._person(name)
        last = week_of(self.today).first - timedelta(weeks=1)
        per_week = ENTRIES_A_WEEK[entries]
        weeks = entries // per_week
        begins = last - timedelta(weeks=weeks)
        setting = make_setting(
            self.session,
            person,
            began_on=begins,
            facts={"live_scan_required": True, "live_scan_on": begins.isoformat()},
        )
        supervision = make_supervision(
            self.session,
            setting,
            self.dana,
            licensed_on=begins - timedelta(days=1500),
            license_expires_on=self.today + timedelta(days=300),
        )
        goal = make_goal(
            self.session,
            self.outside,
            person,
            graduate_units_completed_on=begins - timedelta(days=900),
            degree_awarded_on=begins - timedelta(days=60),
            registration_applied_on=begins - timedelta(days=50),
            registered_on=begins - timedelta(days=10),
            registration_expires_on=self.today + timedelta(days=100),
        )
        sheets = make_weeks(self.session, setting, supervision, last, weeks, entries=per_week)
        for sheet in sheets[: WAITING[entries]]:
            sheet.state, sheet.submitted_at = "submitted", self.now
            sheet.signed_version, sheet.signed_minutes = None, 0
        self.session.flush()
        reassess(self.session, self.outside.packs, person.id, self.today)
        entry = self.session.scalars(select(Entry).where(Entry.sheet_id == sheets[0].id)).first()
        assert entry
        return Log(person, goal, setting, sheets[0], entry)

    def client(self, person: Person | None = None) -> FlaskClient:
        """A browser, signed in as this person."""
        client = self.app.test_client()
        if person is not None:
            key = open_session(self.session, person, self.now, "bench")
            self.session.commit()
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = key, True
        return client

    def page(self, client: FlaskClient, path: str) -> Figure:
        """What one GET costs."""

        def get() -> None:
            response = client.get(path)
            assert response.status_code == 200, f"{path} answered {response.status_code}"

        return measure(get, self.engine)

    # -- what is measured --------------------------------------------------------------------------------------------

    def pages(self) -> list[tuple[str, Figure]]:
        """The pages that do not depend on the length of a log."""
        visitor, carol, dana = self.client(), self.client(self.carol), self.client(self.dana)
        return [
            ("sign-in page", self.page(visitor, "/sign-in")),
            ("course list", self.page(visitor, "/courses")),
            ("course page, with what it counts for", self.page(carol, self.course_path)),
            ("event, with its two ways to take part", self.page(carol, self.event_path)),
            ("clinician's home", self.page(carol, "/home")),
            ("license and its renewal", self.page(carol, f"/licenses/{self.license.id}")),
            (
                f"supervisor's queue, {sum(WAITING.values())} weeks waiting",
                self.page(dana, "/supervision"),
            ),
            ("week as it will be signed", self.page(dana, f"/supervision/weeks/{self.logs[LARGE].sheet.id}")),
        ]

    def pages_of_logs(self) -> list[tuple[str, *tuple[Figure, ...]]]:
        """The trainee's pages, with a small and with a large log."""

        def each(path: Callable[[Log], str]) -> tuple[Figure, ...]:
            return tuple(self.page(self.client(log.person), path(log)) for log in self.logs.values())

        return [
            ("trainee's home", *each(lambda log: "/home")),
            ("week of entries", *each(lambda log: f"/hours?week={log.sheet.week_start}")),
            ("list of weeks", *each(lambda log: "/hours/weeks")),
            ("all requirements", *each(lambda log: f"/hours/requirements/{log.goal.id}")),
            ("one requirement", *each(lambda log: f"/hours/requirements/{log.goal.id}/hours.total")),
            (
                "one of weeks, with those that do not count",
                *each(lambda log: f"/hours/requirements/{log.goal.id}/weeks.supervised"),
            ),
            ("why an entry counts", *each(lambda log: f"/hours/entries/{log.entry.id}/why")),
            ("settings and supervisors", *each(lambda log: "/hours/settings")),
            ("a day", *each(lambda log: f"/hours/day?day={log.sheet.week_start}")),
            ("several days at once", *each(lambda log: "/hours/several")),
            ("tags and reflections", *each(lambda log: "/hours/tags")),
            ("files and forms", *each(lambda log: "/hours/export")),
            ("imports", *each(lambda log: "/hours/imports")),
            ("forms of boards", *each(lambda log: "/hours/forms")),
            ("earlier logs", *each(lambda log: "/hours/earlier")),
            ("supervision received", *each(lambda log: "/hours/supervision-received")),
            ("forecast", *each(lambda log: "/hours/forecast")),
            ("what it is worth elsewhere", *each(lambda log: "/hours/elsewhere?pack=us-tx/lpc")),
            ("what it is worth everywhere", *each(lambda log: "/hours/elsewhere/all")),
        ]

    def saving(self) -> list[tuple[str, *tuple[Figure, ...]]]:
        """Logging an entry: the request with its checks, its assessment and its commit."""

        return [("saving an entry, with its assessment", *map(self._save, self.logs.values()))]

    def _save(self, log: Log) -> Figure:
        client = self.client(log.person)

        def post() -> None:
            form = {
                "day": self.today.isoformat(),
                "setting": log.setting.id,
                "activity": "notes",
                "minutes": "1m",
                "delivery": "in_person",
                "note": f"entry {next(self.numbers)}",
            }
            response = client.post(f"/hours?week={week_of(self.today).first}", data=form)
            assert response.status_code == 303, response.get_data(as_text=True)

        return measure(post, self.engine, rounds=8)

    def three_goals(self) -> list[tuple[str, Figure]]:
        """The longest log again, once it is judged for two more licenses."""
        log = self.logs[DECADE]
        for pack in MORE_GOALS:
            choose_goal(self.session, self.now, log.person.id, self.outside.packs.get(pack))
        discard(self.session)
        reassess(self.session, self.outside.packs, log.person.id, self.today)
        self.session.commit()
        client = self.client(log.person)
        return [
            ("trainee's home", self.page(client, "/home")),
            ("week of entries", self.page(client, f"/hours?week={log.sheet.week_start}")),
            ("all requirements", self.page(client, f"/hours/requirements/{log.goal.id}")),
            ("why an entry counts", self.page(client, f"/hours/entries/{log.entry.id}/why")),
            ("what it is worth elsewhere", self.page(client, "/hours/elsewhere?pack=us-wa/licsw")),
            ("saving an entry, with its assessment", self._save(log)),
        ]

    def assessments(self) -> list[tuple[str, *tuple[Figure, ...]]]:
        """Reading the whole log, the engine's numbers, and comparing with what is stored; nothing has changed."""

        def assess(log: Log) -> Figure:
            return measure(
                lambda: reassess(self.session, self.outside.packs, log.person.id, self.today),
                self.engine,
                rounds=8,
            )

        found = [("assessing a log again", *map(assess, self.logs.values()))]
        self.session.rollback()
        return found

    def engine_alone(self) -> Figure:
        """One run of the engine over the large log, with all reasons; reading and storing left out."""
        asked: list[tuple[Any, ...]] = []
        real = assessing.judge

        def note(*arguments: Any) -> Judgment:
            asked.append(arguments)
            return real(*arguments)

        assessing.judge = note
        assessing.reassess(self.session, self.outside.packs, self.logs[LARGE].person.id, self.today)
        assessing.judge = real
        self.session.rollback()
        return measure(lambda: real(*asked[-1]))

    def sign_offs(self) -> float:
        """CPU seconds of signing two hundred weeks of the longest log with one password, its assessment included."""
        wanted = select(WeekSheet).where(
            WeekSheet.person_id == self.logs[DECADE].person.id, WeekSheet.state == "submitted"
        )
        shown = [Shown(sheet, digest(body_of(sheet))) for sheet in self.session.scalars(wanted)]
        assert len(shown) == WAITING[DECADE]
        begun = time.process_time()
        sign_off(
            self.session, self.now, self.outside.keys, signer_id=self.dana.id, shown=shown, password=PASSWORD
        )
        deliver(self.session, HANDLERS, self.now, self.outside)
        self.session.commit()
        return time.process_time() - begun

    def another_fact(self) -> Figure:
        """A fact of the longest log's person is told otherwise, so that every week is judged and worded anew."""
        log, day = self.logs[DECADE], iter(range(1, 1000))

        def tell() -> None:
            degree = {"degree_awarded_on": log.setting.began_on - timedelta(days=60 + next(day))}
            record_facts(self.session, self.now, log.person.id, degree)
            deliver(self.session, HANDLERS, self.now, self.outside)
            self.session.commit()

        return measure(tell, self.engine, rounds=5)

    def course(self, printer: Switch) -> tuple[float, Figure]:
        """CPU ms from enrolling to the certificate without its PDF; and what the PDF costs when warm."""
        self.session.commit()
        printer.on = False
        self._take_the_course(self._person("wanda"))
        printer.on = True
        self._take_the_course(self.dana)
        printer.on = False
        spent = self._take_the_course(self.carol)
        printer.on = True
        certificate = self.session.scalars(select(Certificate)).first()
        assert certificate
        record = record_of(certificate)
        self.session.rollback()
        with self.app.test_request_context():
            return spent, measure(lambda: draw(document_in(record), record))

    def attempt(self) -> float:
        """Median CPU ms of one attempt: begin, see the page, save ten answers one by one, send, see what they teach."""
        return median(self._attempt(self._person(f"taker{number}")) for number in range(6))

    def _attempt(self, person: Person) -> float:
        reader = make_reader(self.session, person, self.session.get_one(CourseVersion, self.version.id))
        client = self.client(person)
        begun = time.process_time()
        test = client.post(f"/learning/{reader.id}/post-test").headers["Location"]
        client.get(test)
        spent = time.process_time() - begun
        fields = self._right_answers()
        self.session.rollback()
        begun = time.process_time()
        for number in range(1, 11):
            one = {name: value for name, value in fields.items() if name == f"question_{number}"}
            saved = client.post(f"{test}/answers", data=one | {"touched": str(number)})
            assert saved.status_code == 200
        client.post(test, data=fields)
        result = client.get(f"{test}/result")
        spent += time.process_time() - begun
        assert result.status_code == 200
        assert "Passed" in result.text
        return spent * 1000

    def _take_the_course(self, person: Person) -> float:
        client, version = self.client(person), self.version
        begun = time.process_time()
        place = client.post(f"/courses/versions/{version.id}/enroll").headers["Location"]
        for position in range(1, self.lessons + 1):
            client.get(f"{place}/lessons/{position}")
            client.post(f"{place}/lessons/{position}")
        test = client.post(f"{place}/post-test").headers["Location"]
        client.get(test)
        spent = time.process_time() - begun
        answers, ratings = self._right_answers(), self._ratings()
        self.session.rollback()
        begun = time.process_time()
        passed = client.post(test, data=answers)
        done = client.post(f"{place}/evaluation", data=ratings)
        spent += time.process_time() - begun
        assert (passed.status_code, done.status_code) == (303, 303)
        return spent * 1000

    def _right_answers(self) -> dict[str, Any]:
        self.session.rollback()
        shown = self.session.scalars(select(Attempt.shown).order_by(Attempt.id.desc())).first()
        assert shown
        right = {question.id: best_answer(question) for question in self.test.questions}
        return answer_fields(shown, right)

    def _ratings(self) -> dict[str, str]:
        items = enumerate(self.evaluation, start=1)
        return {f"item_{number}": str(item.offered[0]) for number, item in items if item.offered}


def main() -> None:
    """Measure everything and print it as the README's tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = floor(folder)
        app, printer = _site(folder)
        with app.test_request_context():
            upgrade(str(ROOT / "migrations"))
            bench = Bench(app)
        gc.collect()
        gc.freeze()  # as wsgi.py does
        _print(bare, bench, printer)
        for print_part in (print_supervisor, print_catalog):
            with app.app_context():  # one for each, as a context keeps the user of the first request
                print_part(app)
    print_scale()


def _site(folder: Path) -> tuple[Flask, Switch]:
    settings = Settings(
        folder=folder,
        database_url=f"sqlite:///{folder / 'ceu.db'}",
        mail_url=f"folder:{folder / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for measuring, of no use elsewhere",
    )
    outside = create_app(settings).extensions["ceu.outside"]
    printer = Switch(outside.printer)
    app = create_app(settings, replace(outside, printer=printer))
    app.config["WTF_CSRF_ENABLED"] = False
    return app, printer


def _print(bare: Figure, bench: Bench, printer: Switch) -> None:
    print("| page | CPU ms | queries |\n| --- | --- | --- |")
    print(
        f"| the floor: bare Flask + Flask-SQLAlchemy, 30 rows from SQLite | {bare.cpu_ms:.1f} | {bare.queries} |"
    )
    for name, figure in bench.pages():
        print(f"| {name} | {figure.cpu_ms:.1f} | {figure.queries} |")
    print("\n| with entries in the log |" + "".join(f" {size:,}: CPU ms | queries |" for size in bench.logs))
    print("| --- |" + " --- | --- |" * len(bench.logs))
    for name, *figures in [*bench.pages_of_logs(), *bench.assessments(), *bench.saving()]:
        print(f"| {name} |" + "".join(f" {one.cpu_ms:.1f} | {one.queries} |" for one in figures))
    print(f"\n| {DECADE:,} entries, three goals | CPU ms | queries |\n| --- | --- | --- |")
    for name, figure in bench.three_goals():
        print(f"| {name} | {figure.cpu_ms:.1f} | {figure.queries} |")
    spent, drawing = bench.course(printer)
    print("\n| what | figure |\n| --- | --- |")
    print(f"| course start to certificate, without the PDF | {spent:.0f} ms CPU |")
    print(f"| one test: begin, ten answers saved one by one, send, review | {bench.attempt():.0f} ms CPU |")
    print(f"| certificate PDF, warm | {drawing.cpu_ms:.0f} ms CPU |")
    engine = bench.engine_alone()
    print(
        f"| assessments of {LARGE:,} entries, the engine alone | {1000 / engine.cpu_ms:.0f} per second of CPU |"
    )
    anew = bench.another_fact()
    print(f"| a fact told otherwise: {DECADE:,} entries judged and worded anew | {anew.cpu_ms:.0f} ms CPU |")
    print(
        f"| {WAITING[DECADE]} weeks signed at one sitting, of {DECADE:,} entries | {bench.sign_offs():.2f} s CPU |"
    )


if __name__ == "__main__":
    main()
