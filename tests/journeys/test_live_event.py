"""A webinar from its planning to the certificate: seats, the code on the screen, a report of the meeting, what is confirmed."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from ceu.adapters.clock import FrozenClock
from ceu.db.extension import db
from ceu.demo.cast import ERIN, PASSWORD as DEMO_PASSWORD, Stage
from ceu.providers.models import Provider
from ceu.wiring import HANDLERS
from tests.journeys.conftest import Actor
from tests.live.builders import make_live_version

pytestmark = [pytest.mark.journey, pytest.mark.slow]

ZONE = "America/Los_Angeles"
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"


@pytest.fixture
def clock(running: tuple[str, Flask]) -> FrozenClock:
    """The site's clock, which the journey sets; a live course is published."""
    _, app = running
    clock = FrozenClock(datetime.now(UTC).replace(second=5, microsecond=0))
    app.extensions["ceu.outside"] = dataclasses.replace(app.extensions["ceu.outside"], clock=clock)
    with app.test_request_context():
        Stage(db.session(), app.extensions["ceu.outside"], HANDLERS).publish()
        provider = db.session.scalars(select(Provider)).one()
        make_live_version(db.session(), provider, title="Listening, live", delivery="live_online")
        db.session.commit()
        db.session.remove()
    return clock


def test_from_the_announcement_to_the_certificate(
    actor: Callable[..., Actor], clock: FrozenClock, tmp_path: Path
) -> None:
    tomorrow = (clock.now().astimezone(ZoneInfo(ZONE)) + timedelta(days=1)).date()
    begins = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, tzinfo=ZoneInfo(ZONE))
    erin, carol = actor(), actor(375)

    erin.goes_to("/sign-in")
    erin.fills({"E-mail address": ERIN.email, "Password": DEMO_PASSWORD})
    erin.clicks("Sign in")
    erin.goes_to("/provider/events")
    erin.clicks("Plan an event")
    erin.clicks("Go on to the sessions")  # nothing filled in: told so, nothing saved
    erin.fills({"Place": "Online", "Seats": "20", "Percent of instruction that must be attended": "80"})
    erin.fills({"Why these rules": "The institute's own policy."})
    erin.page.get_by_label("In person", exact=True).uncheck()
    erin.page.get_by_label("Live online", exact=True).check()
    erin.page.get_by_label("Session by session").check()
    erin.clicks("Go on to the sessions")
    erin.fills({"Day": tomorrow.isoformat(), "Begins at": "09:00", "Lasts": "1:30"})
    erin.clicks("Save")
    manage = erin.page.url
    erin.reads("09:00 to 10:30")

    carol.registers("Carol Nguyen", "carol@example.org")
    carol.goes_to("/events")
    carol.clicks("Listening, live")
    carol.reads("At least 80 % of the instruction")
    carol.clicks("Register")
    carol.reads("You are registered")
    address = carol.page.url

    clock.set(begins - timedelta(minutes=3))
    erin.goes_to(manage)
    erin.clicks("Code to show")
    carol.goes_to(address)
    carol.clicks("Sign in or out")
    carol.fills({"Code on the screen": "000000"})
    carol.clicks("Sign in")
    carol.reads("not, or no longer, on the screen")
    _signs(carol, erin, "Sign in")
    carol.reads("You are signed in")

    clock.set(begins + timedelta(minutes=30))
    erin.goes_to(manage)
    erin.page.locator("main table a").first.click()
    session_page = erin.page.url
    erin.fills({"Question": "What did you hear?", "Options": "Waves\nWind"})
    erin.clicks("Open it now")
    carol.goes_to(carol.page.url)
    carol.clicks("Answer now")
    carol.page.get_by_label("Wind").check()
    carol.clicks("I am here")
    clock.set(begins + timedelta(minutes=40))
    erin.goes_to(session_page)
    erin.reads("Waves: 0; Wind: 1")
    erin.clicks("Code to show")
    _signs(carol, erin, "Sign out")
    carol.reads("Counted")

    clock.set(begins + timedelta(minutes=100))
    carol.goes_to(address)
    carol.reads("You were present 40 of 90 minutes; 80 % is needed.")
    report = tmp_path / "zoom.csv"
    day = f"{tomorrow:%m/%d/%Y}"
    report.write_text(
        f"{HEAD}C. Nguyen,carol@example.org,{day} 09:35:00 AM,{day} 10:31:00 AM,56,No\n"
        f"iPad,,{day} 09:35:00 AM,{day} 10:31:00 AM,56,Yes\n"
    )
    erin.goes_to(session_page)
    erin.clicks("Import a report")
    erin.page.get_by_label("Report").set_input_files(report)
    erin.clicks("Read it")
    erin.reads("by e-mail address")
    erin.clicks("Let it count")
    erin.reads("1 row waits for you")
    erin.page.get_by_role("link", name="Decide who is meant in line 3").click()
    erin.looks()
    erin.clicks("Decide")
    erin.reads("nobody who is registered")
    erin.goes_to(session_page)
    erin.reads("You were present 90 of 90 minutes.")
    erin.goes_to(manage)
    erin.clicks("Confirm presence")
    erin.reads("1 person is told what is new")

    carol.goes_to(carol.mailed_link("carol@example.org"))
    carol.clicks("Rate the course")
    for group in carol.page.locator("fieldset").all():
        group.get_by_role("radio").last.check()
    carol.clicks("Send and get my certificate")
    carol.clicks("See the certificate")
    carol.reads("Live online")
    carol.reads("1.5")


def _signs(carol: Actor, erin: Actor, button: str) -> None:
    erin.goes_to(erin.page.url)
    code = erin.page.locator(".screen-code").inner_text()
    carol.fills({"Code on the screen": code})
    carol.clicks(button)
