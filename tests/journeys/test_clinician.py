"""Carol earns an hour of CE: from the registration to the verified certificate and what is still missing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import undefer

from ceu.adapters.courses import CourseShelf
from ceu.catalog.models import CourseVersion
from ceu.cli import ceu
from ceu.db.extension import db
from ceu.demo.cast import Stage
from ceu.learning.models import Attempt
from ceu.learning.queries import get_test
from ceu.questions.grading import best_answer
from ceu.questions.model import Choice
from ceu.settings import ROOT
from ceu.wiring import HANDLERS
from tests.journeys.conftest import Actor
from tests.learning.builders import answer_fields

pytestmark = [pytest.mark.journey, pytest.mark.slow]

SLUG = "telehealth-law-and-ethics-california"


@pytest.fixture
def published(running: tuple[str, Flask]) -> CourseVersion:
    """Harbor Institute has published the course."""
    _, app = running
    with app.test_request_context():
        Stage(db.session(), app.extensions["ceu.outside"], HANDLERS).publish()
        db.session.commit()
        version = db.session.scalars(
            select(CourseVersion).where(CourseVersion.delivery == "asynchronous_text")
        ).one()
        db.session.expunge(version)
        db.session.remove()
    return version


def test_from_license_to_certificate(
    actor: Callable[..., Actor], running: tuple[str, Flask], published: CourseVersion, tmp_path: Path
) -> None:
    today = datetime.now(UTC).date()
    carol = actor()
    carol.registers("Carol Nguyen", "carol@example.org")

    carol.goes_to("/licenses")
    carol.clicks("Add a license")
    carol.page.get_by_label("License").select_option(label="California LMFT")
    carol.clicks("Continue")
    carol.fills(
        {
            "License number": "84210",
            "Issued on": (today - timedelta(days=2000)).isoformat(),
            "Expires on": (today + timedelta(days=200)).isoformat(),
        }
    )
    carol.clicks("Save this license")
    carol.reads("0.0 of 36 h")

    carol.goes_to("/courses")
    carol.clicks(published.title)
    carol.reads("LMFT")  # what it counts for, before enrolling
    carol.reads("Law and ethics")
    carol.clicks("Take this course")

    _reads_every_lesson(carol)
    _fails_then_passes(carol, running[1])
    _rates_everything(carol)
    carol.reads("Certificate")

    carol.goes_to("/licenses")
    carol.clicks("Open this license")
    carol.reads("1.0 of 36 h")
    carol.reads("1.0 of 6 h")
    carol.reads(published.title)
    _checks_the_certificate(actor(375), carol, running[1], tmp_path)


def _reads_every_lesson(carol: Actor) -> None:
    carol.clicks("Start reading")
    for _ in CourseShelf(ROOT / "courses").get(SLUG).lessons[1:]:
        carol.clicks("Next: ")
    carol.clicks("Finish the last lesson")


def _answers(carol: Actor, app: Flask, *, right: bool) -> None:
    """Answer everything shown: all right, or every plain choice wrong."""
    with app.test_request_context():
        attempt = db.session.scalars(
            select(Attempt).order_by(Attempt.id.desc()).limit(1).options(undefer(Attempt.shown))
        ).one()
        asked = {
            question.id: question for question in get_test(attempt.enrollment.version).asked(attempt.shown)
        }
        given = {name: best_answer(question) for name, question in asked.items()}
        if not right:
            for name, question in asked.items():
                if isinstance(question, Choice) and not question.several:
                    given[name] = next(option.id for option in question.options if not option.correct)
        fields = answer_fields(attempt.shown, given)
        db.session.remove()
    for name, values in fields.items():
        control = carol.page.locator(f'main [name="{name}"]')
        if control.first.evaluate("control => control.tagName") == "SELECT":
            control.select_option(values[0])
        else:
            for value in values:
                carol.page.locator(f'main [name="{name}"][value="{value}"]').check()


def _fails_then_passes(carol: Actor, app: Flask) -> None:
    carol.clicks("Take the post-test")
    carol.clicks("Send my answers")  # nothing answered: told so, nothing recorded
    carol.reads("answer")
    _answers(carol, app, right=False)
    carol.clicks("Send my answers")
    carol.clicks("Take the post-test again")
    _answers(carol, app, right=True)
    carol.clicks("Send my answers")
    carol.reads("100")


def _rates_everything(carol: Actor) -> None:
    carol.clicks("Rate the course")
    for group in carol.page.locator("fieldset").all():
        radios = group.get_by_role("radio")
        if radios.count():
            radios.last.check()
    carol.clicks("Send and get my certificate")


def _checks_the_certificate(employer: Actor, carol: Actor, app: Flask, folder: Path) -> None:
    """Someone with the PDF in hand, on a phone and without an account, sees the whole record and compares the file."""
    carol.goes_to("/certificates")
    carol.page.locator("main table a").first.click()
    carol.page.wait_for_load_state()
    with carol.page.expect_download() as download:
        carol.page.get_by_role("link", name="Download the PDF").click()
    pdf = folder / "certificate.pdf"
    download.value.save_as(pdf)
    assert pdf.read_bytes().startswith(b"%PDF")
    number = carol.page.url.rsplit("/", 1)[-1]

    employer.goes_to(f"/verify/{number}")
    employer.reads("Carol Nguyen")
    employer.page.get_by_label("The PDF you were given").set_input_files(pdf)
    employer.clicks("Compare")
    employer.reads("same")
    pdf.write_bytes(pdf.read_bytes() + b" ")
    employer.page.get_by_label("The PDF you were given").set_input_files(pdf)
    employer.clicks("Compare")
    employer.reads("differ")

    employer.goes_to(f"/verify/{number}")
    with employer.page.expect_download() as download:
        employer.page.get_by_role("link", name="Download the signed record").click()
    record = folder / "record.json"
    download.value.save_as(record)
    _verify_by_command(app, record)


def _verify_by_command(app: Flask, record: Path) -> None:
    keys = app.extensions["ceu.outside"].keys.public_keys
    options = [part for key in keys.values() for part in ("--key", key.as_json()["public_key"])]
    assert CliRunner().invoke(ceu, ["verify", str(record), *options]).exit_code == 0
    altered = json.loads(record.read_text())
    text = json.dumps(altered).replace("Carol Nguyen", "Mallory Nguyen")
    record.write_text(text)
    assert CliRunner().invoke(ceu, ["verify", str(record), *options]).exit_code == 1
