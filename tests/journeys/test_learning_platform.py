"""A learning platform of another site shows ours in a frame: the course opens in a window, courses are chosen within."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from ceu.adapters.platforms import Platforms
from ceu.db.extension import db
from tests.browser import ARGUMENTS, CHROMIUM
from tests.catalog.builders import make_version
from tests.journeys.conftest import Actor
from tests.lti.builders import make_platform
from tests.lti.platform import HOST, ISSUER, LTI, Lms, running_lms
from tests.tls import self_signed

pytestmark = [pytest.mark.journey, pytest.mark.slow]


STRANGER = "evil.example.net"


@dataclass
class Campus:
    """The platform, and a person at a browser that finds it."""

    lms: Lms
    person: Actor


@pytest.fixture
def campus(running: tuple[str, Flask], browser: Browser, tmp_path: Path) -> Iterator[Campus]:
    """A platform that has the site registered, with a course to be linked; at the end nothing that axe found may be left."""
    url, app = running
    with running_lms(self_signed(tmp_path / "lms.pem", HOST)) as (lms, fetcher):
        outside = app.extensions["ceu.outside"]
        keys = outside.platforms.keys
        app.extensions["ceu.outside"] = replace(outside, platforms=Platforms(fetcher, keys, outside.clock))
        with app.app_context():
            version = make_version(db.session())
            platform = make_platform(db.session(), version.course.provider.organization_id)
            lms.tool_login = f"{url}/lti/login/{platform.public_id}"
            lms.launching = {f"{LTI}custom": {"course": str(version.course_id)}}
            db.session.commit()
            db.session.remove()
        lms.tool_keys = keys.published
        found = ",".join(f"MAP {host} 127.0.0.1:{fetcher.port}" for host in (HOST, STRANGER))
        there = browser.browser_type.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, f"--host-resolver-rules={found}"]
        )
        page = there.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800}).new_page()
        person = Actor(page, url, tmp_path)
        yield Campus(lms, person)
        there.close()
        assert person.problems == []


def test_a_course_opens_out_of_a_frame(campus: Campus) -> None:
    learner = campus.person
    learner.page.goto(f"{ISSUER}/course")
    frame = learner.page.frame_locator("iframe")
    frame.get_by_text("The course opens in a window of its own").wait_for()
    with learner.page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new window").click()
    window = replace(learner, page=opened.value)
    window.page.wait_for_url("**/lti/welcome/**")
    window.looks()
    window.fills({"Legal name": "Leona Learner"})
    window.clicks("Go to the course")
    window.reads("Begin with lesson 1 of 2")
    assert window.page.get_by_role("navigation", name="Main").inner_text().split() == ["Courses"]
    window.page.close()

    learner.page.goto(f"{ISSUER}/course")
    with learner.page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new window").click()
    again = replace(learner, page=opened.value)
    again.page.wait_for_url("**/learning/*")
    again.reads("Begin with lesson 1 of 2")


def test_an_instructor_chooses_courses_within_the_frame(campus: Campus) -> None:
    teacher = campus.person
    campus.lms.launching = {**campus.lms.deep_linking(), "target": "deep-linking"}
    teacher.page.goto(f"{ISSUER}/course")
    frame = teacher.page.frame_locator("iframe")
    frame.get_by_role("checkbox", name="Listening").check()
    frame.get_by_role("button", name="Add to my course").click()
    frame.get_by_text("The platform has it.").wait_for()
    assert len(campus.lms.choices) == 1


def test_no_other_site_frames_even_the_first_page(campus: Campus) -> None:
    page = campus.person.page
    page.goto(f"https://{STRANGER}/course")
    page.wait_for_load_state("networkidle")
    frame = next(frame for frame in page.frames if frame.name == "tool")
    assert "Open in a new window" not in frame.content()
