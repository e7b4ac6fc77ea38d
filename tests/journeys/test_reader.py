"""The reader in a real browser: time that is measured and not made up, places that follow, notes that wait for a connection."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from ceu.catalog.queries import list_lessons
from ceu.catalog.services import keep_file
from ceu.db.extension import db
from ceu.learning.reader_models import LessonNote, LessonStay
from ceu.learning.reading import BEAT, IDLE
from ceu.learning.services import enroll
from tests.catalog.builders import make_version
from tests.factories import FROZEN_NOW, PASSWORD, make_person
from tests.journeys.conftest import Actor

pytestmark = pytest.mark.journey

PDF = b"%PDF-1.4\n% A handout of one line.\n"
LESSON = """<h2 id="first">First</h2><p>{words}</p><h2 id="second">Second</h2><p>{words}</p>
<p><a href="/courses/files/{pdf}.pdf">A handout</a></p>
<audio controls preload="none" src="/courses/files/{pdf}.ogg" aria-label="A talk"></audio>
<h2 id="third">Third</h2><p>{words}</p>"""
WORDS = "Listening is work, and it can be learned. " * 120

# What a page reports is noted in the page, and still goes to the site.
NOTES_REPORTS = """window.reports = [];
const send = navigator.sendBeacon.bind(navigator);
navigator.sendBeacon = (address, body) => {
  window.reports.push([Number(body.get("seconds")), body.get("heading")]);
  return send(address, body);
};"""

FOCUSED = """(() => {
  const here = document.activeElement;
  return here === document.body ? "" : here.innerText || here.labels?.[0]?.innerText || "";
})()"""


@pytest.fixture
def enrollment_id(running: tuple[str, Flask]) -> int:
    """Carol is in a course of two lessons that asks for two minutes of reading."""
    _, app = running
    with app.app_context():
        carol = make_person(db.session(), "carol")
        version = make_version(db.session(), minimum_minutes=2)
        kept = keep_file(
            db.session(), app.extensions["ceu.outside"].files, "assets/handout.pdf", BytesIO(PDF)
        )
        for lesson in list_lessons(db.session(), version.id):
            lesson.html = LESSON.format(words=WORDS, pdf=kept.sha256)
        found = enroll(db.session(), FROZEN_NOW, carol.id, version).id
        db.session.commit()
    return found


@pytest.fixture
def reads(actor: Callable[..., Actor], enrollment_id: int) -> Callable[..., Actor]:
    """Carol at her first lesson, on another device each time."""

    def make(width: int = 1280, *, has_clock: bool = False) -> Actor:
        carol = actor(width)
        if has_clock:
            carol.page.clock.install()
        carol.page.add_init_script(NOTES_REPORTS)
        carol.goes_to(f"/sign-in?next=/learning/{enrollment_id}/lessons/1")
        carol.fills({"E-mail address": "carol@example.org", "Password": PASSWORD})
        carol.clicks("Sign in")
        return carol

    return make


def _reported(page: Page) -> list[tuple[int, str]]:
    return [(seconds, heading) for seconds, heading in page.evaluate("window.reports")]


def _turn(page: Page, state: str) -> None:
    """Hide the page behind another tab, or show it again: a headless browser does neither by itself."""
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        state,
    )


def test_only_time_in_which_somebody_reads_is_reported(reads: Callable[..., Actor]) -> None:
    page = reads(has_clock=True).page
    page.clock.run_for(BEAT * 1000)
    ((seconds, heading),) = _reported(page)
    assert (BEAT - 2 <= seconds <= BEAT, heading) == (True, "")
    _turn(page, "hidden")
    page.clock.run_for(10 * BEAT * 1000)
    assert len(_reported(page)) == 1, "a hidden page claims time"
    _turn(page, "visible")
    page.locator("#second").evaluate("heading => heading.scrollIntoView()")
    page.wait_for_timeout(300)  # the window has come to rest
    page.clock.run_for((IDLE + 4 * BEAT) * 1000)
    claimed = sum(seconds for seconds, _ in _reported(page)[1:])
    assert IDLE - BEAT <= claimed <= IDLE + 2, f"a forsaken page claims {claimed} seconds"
    page.keyboard.press("ArrowDown")
    page.clock.run_for(BEAT * 1000)
    assert _reported(page)[-1][1] == "second"
    assert _reported(page)[-1][0] >= BEAT - 2, "coming back is not noticed"


def test_listening_to_a_recording_is_reading_too(reads: Callable[..., Actor]) -> None:
    page = reads(has_clock=True).page
    page.locator("audio").evaluate("audio => Object.defineProperty(audio, 'paused', { value: false })")
    page.clock.run_for(2 * IDLE * 1000)
    claimed = sum(seconds for seconds, _ in _reported(page))
    assert claimed >= 2 * IDLE - 2 * BEAT


def test_another_device_goes_on_where_the_first_stopped(
    reads: Callable[..., Actor], enrollment_id: int, running: tuple[str, Flask]
) -> None:
    first = reads()
    first.page.locator("#second").evaluate("heading => heading.scrollIntoView()")
    first.page.wait_for_timeout(1_500)
    with first.page.expect_request("**/reading"):
        _turn(first.page, "hidden")
    first.page.wait_for_timeout(300)
    second = reads(375)
    second.goes_to(f"/learning/{enrollment_id}")
    second.clicks("Go on where you stopped, in lesson 1")
    expect(second.page.locator("#second")).to_be_in_viewport()
    with running[1].app_context():
        (stay,) = db.session.query(LessonStay).all()
        assert stay.heading == "second"
        assert 1 <= stay.seconds <= 10, "the site's own clock bounds what is believed"


def test_notes_and_time_wait_for_a_connection(
    reads: Callable[..., Actor], running: tuple[str, Flask]
) -> None:
    carol = reads(has_clock=True)
    page = carol.page
    page.context.set_offline(True)
    carol.fills({"Your notes on this lesson": "Ask first, then wait."})
    page.clock.run_for(BEAT * 1000)
    assert _reported(page) == [], "a report was thrown away"
    page.context.set_offline(False)
    page.clock.run_for(BEAT * 1000)
    assert _reported(page)[0][0] >= 2 * BEAT - 3
    page.reload()
    expect(carol.field("Your notes on this lesson")).to_have_value("Ask first, then wait.")
    carol.clicks("Keep my note")
    carol.reads("Your note is kept.")
    with running[1].app_context():
        assert [note.text for note in db.session.query(LessonNote)] == ["Ask first, then wait."]


def test_a_lesson_can_be_read_and_finished_by_keyboard_alone(reads: Callable[..., Actor]) -> None:
    page = reads().page

    def tab_to(what: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if what in focused:
                return
        raise AssertionError(f"{what!r} cannot be reached by Tab")

    tab_to("Skip to content")
    page.keyboard.press("Enter")
    tab_to("Files of this lesson")
    page.keyboard.press("Enter")
    tab_to("A handout (PDF)")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "a-handout.pdf"
    tab_to("Next: Waiting")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting")
    tab_to("Your notes on this lesson")
    page.keyboard.type("By hand.")
    tab_to("Keep my note")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your note is kept.")).to_be_visible()


def test_without_scripts_lessons_are_read_and_notes_kept(
    actor: Callable[..., Actor], running: tuple[str, Flask], enrollment_id: int
) -> None:
    browser = actor().page.context.browser
    assert browser is not None
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{running[0]}/sign-in?next=/learning/{enrollment_id}/lessons/1")
    page.get_by_label("E-mail address").fill("carol@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("and needs JavaScript")).to_be_visible()
    page.get_by_label("Your notes on this lesson").fill("Without a script.")
    page.get_by_role("button", name="Keep my note").click()
    expect(page.get_by_text("Your note is kept.")).to_be_visible()
    page.get_by_role("button", name="Next: Waiting").click()
    page.get_by_role("button", name="Finish the last lesson").click()
    expect(page.get_by_text("2 of 2 read").first).to_be_visible()
    page.context.close()
