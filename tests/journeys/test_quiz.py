"""A test in a browser: answers are saved as they are given, survive a reload, a lost connection and a change of device, and the
clock ends it; by keyboard alone.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ceu.accounts.models import Person
from ceu.accounts.passwords import hash_password
from ceu.db.extension import db
from ceu.learning.models import Attempt
from ceu.learning.services import start_attempt
from ceu.questions.rules import TestRules
from tests.catalog.builders import make_version
from tests.factories import PASSWORD, make_person
from tests.journeys.conftest import Actor
from tests.learning.builders import make_reader
from tests.learning.test_attempts import every_kind

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def path(running: tuple[str, Flask]) -> str:
    """Carol has begun a test of every kind that lasts half an hour."""
    _, app = running
    with app.test_request_context():
        person: Person = make_person(db.session(), "carol")
        person.password_hash = hash_password(PASSWORD)
        version = make_version(db.session(), more=every_kind(), rules=TestRules(time_limit=30, shuffle=False))
        now = app.extensions["ceu.outside"].clock.now()
        attempt = start_attempt(db.session(), now, make_reader(db.session(), person, version))
        path = f"/learning/{attempt.enrollment_id}/post-test/1"
        db.session.commit()
        db.session.remove()
    return path


def signs_in(carol: Actor, path: str) -> None:
    carol.goes_to(f"/sign-in?next={path}")
    carol.fills({"E-mail address": "carol@example.org", "Password": PASSWORD})
    carol.clicks("Sign in")
    carol.goes_to(path)


def is_told(carol: Actor, words: str) -> None:
    carol.page.locator("[data-saved]", has_text=words).wait_for(timeout=15_000)


def test_answers_are_safe(actor: Callable[..., Actor], running: tuple[str, Flask], path: str) -> None:
    carol, phone = actor(), actor(375)
    signs_in(carol, path)
    carol.reads("min")

    first = carol.page.locator("input[type=radio]").first
    first.focus()
    carol.page.keyboard.press("Space")
    is_told(carol, "Saved.")
    carol.page.reload()
    assert carol.page.locator("input[type=radio]:checked").count() == 1

    signs_in(phone, path)
    assert phone.page.locator("input[type=radio]:checked").count() == 1

    carol.page.context.set_offline(True)
    carol.page.get_by_label("Your answer to question 14").fill("BBS")
    is_told(carol, "kept in this browser")
    carol.page.context.set_offline(False)
    is_told(carol, "Saved.")
    phone.goes_to(path)
    assert phone.page.get_by_label("Your answer to question 14").input_value() == "BBS"

    carol.page.get_by_label("Your answer to question 15").fill("an hour")
    is_told(carol, "This is not a number")


def test_the_clock_ends_the_test(actor: Callable[..., Actor], running: tuple[str, Flask], path: str) -> None:
    _, app = running
    carol = actor()
    signs_in(carol, path)
    carol.page.locator("input[type=radio]").first.check()
    is_told(carol, "Saved.")
    with app.test_request_context():
        attempt = db.session.scalars(select(Attempt)).one()
        attempt.deadline = app.extensions["ceu.outside"].clock.now() + timedelta(seconds=3)
        db.session.commit()
        db.session.remove()
    carol.page.reload()
    carol.page.get_by_role("heading", name="Your time is up").wait_for(timeout=15_000)
    carol.reads("1 of 18 questions were answered")
    carol.clicks("See my result")
    carol.reads("Your time ended at")
