"""A normal day of a trainee, counted in taps and keys; drafts that survive a lost connection; keyboard only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator

from ceu.domain.dates import local_date
from tests.journeys.conftest import Actor

pytestmark = [pytest.mark.journey, pytest.mark.slow]

TODAY = local_date(datetime.now(UTC), "America/Los_Angeles")
YESTERDAY = TODAY - timedelta(days=1)
SECONDS_PER_TAP = 2.0
"""A generous time for one tap on a phone, with the look for it and the answer of the page."""
SECONDS_PER_KEY = 0.3
NORMAL_DAY = 15


@dataclass
class Counted:
    """A person who counts what their hands do."""

    actor: Actor
    taps: int = 0
    keys: int = 0

    @property
    def seconds(self) -> float:
        return self.taps * SECONDS_PER_TAP + self.keys * SECONDS_PER_KEY

    def taps_on(self, target: Locator) -> None:
        self.taps += 1
        target.click()
        self.actor.page.wait_for_load_state()

    def presses(self, text: str) -> None:
        self.keys += len(text)
        self.actor.page.keyboard.type(text)

    def presses_key(self, key: str) -> None:
        self.keys += 1
        self.actor.page.keyboard.press(key)

    def sends(self) -> None:
        """Press Enter in a field, and wait for the answer."""
        self.keys += 1
        with self.actor.page.expect_navigation():
            self.actor.page.keyboard.press("Enter")


def _begins(alice: Actor) -> None:
    alice.registers("Alice Romero", "alice@example.org")
    alice.goes_to("/hours/settings/new")
    alice.fills({"Name": "Bayview Clinic", "First day of work": (TODAY - timedelta(days=60)).isoformat()})
    alice.page.get_by_label("Employee (W-2)").check()
    alice.clicks("Save")


def _logs(alice: Actor, time: str, activity: str = "counseling:individual") -> None:
    alice.page.locator("[name=activity]").select_option(activity)
    alice.fills({"Time": time})
    alice.page.get_by_role("button", name="Log time").click()
    alice.page.wait_for_load_state()


def _makes_favorites(alice: Actor, *, weekday: int | None = None) -> None:
    """Three favorites from yesterday's entries; with a weekday they recur on it."""
    for number, time in enumerate(("50m", "1:15", "1.5")):
        alice.goes_to(f"/hours/day?day={YESTERDAY}")
        _logs(alice, time, "supervision_individual" if number == 2 else "counseling:individual")
        alice.page.get_by_role("link", name="Edit").nth(number).click()
        alice.page.wait_for_load_state()
        alice.clicks("Make it a favorite")
        if weekday is not None:
            alice.page.locator(f"[name=weekdays][value='{weekday}']").check()
            alice.clicks("Save")


def test_a_normal_day_takes_under_15_seconds_of_taps(actor: Callable[..., Actor]) -> None:
    alice = actor(width=375)
    _begins(alice)
    _makes_favorites(alice)
    alice.goes_to("/hours/day")
    hand = Counted(alice)
    for name in ("0:50 Direct counseling", "1:15 Direct counseling", "1:30 Individual supervision"):
        hand.taps_on(alice.page.get_by_role("button", name=name))
    alice.reads("3:35 logged")
    assert hand.taps == 3
    assert hand.seconds < NORMAL_DAY
    hand.taps_on(alice.page.get_by_role("button", name="Undo"))
    alice.looks()
    alice.reads("2:05 logged")


def test_a_planned_day_takes_one_tap(actor: Callable[..., Actor]) -> None:
    alice = actor(width=375)
    _begins(alice)
    _makes_favorites(alice, weekday=TODAY.weekday())
    alice.goes_to("/hours/day")
    alice.reads("0:00 logged, 3 planned")
    hand = Counted(alice)
    hand.taps_on(alice.page.get_by_role("button", name="Confirm all 3"))
    alice.looks()
    alice.reads("3:35 logged")
    assert (hand.taps, hand.keys) == (1, 0)
    assert alice.page.evaluate("document.documentElement.scrollWidth") <= 375
    hand.taps_on(alice.page.get_by_role("navigation", name="Days").get_by_role("link").first)
    alice.reads("3:35 logged")
    bar = alice.page.get_by_role("navigation", name="Days").bounding_box()
    below = alice.page.get_by_role("navigation", name="Main").bounding_box()
    assert bar is not None
    assert below is not None
    assert 400 < bar["y"] < bar["y"] + bar["height"] <= below["y"], (
        "the bar of days is within a thumb's reach"
    )


def test_an_entry_is_logged_from_the_keyboard_alone(actor: Callable[..., Actor]) -> None:
    alice = actor()
    _begins(alice)
    alice.goes_to("/hours/day")
    hand = Counted(alice)
    alice.page.locator("[name=activity]").focus()
    hand.presses("Progress")
    hand.presses_key("Tab")
    hand.presses("50m")
    hand.sends()
    alice.reads("0:50 logged")
    alice.reads("Progress or process notes")
    assert hand.seconds < NORMAL_DAY


def test_several_entries_at_once(actor: Callable[..., Actor]) -> None:
    alice = actor(width=375)
    _begins(alice)
    alice.goes_to("/hours/several")
    alice.page.locator("[name=rows-0-minutes]").fill("50m")
    alice.page.locator("[name=rows-1-minutes]").fill("20:00")
    alice.clicks("Log all")
    alice.reads("too long for one entry")
    assert alice.page.locator("[name=rows-0-minutes]").input_value() == "50m"
    alice.page.locator("[name=rows-1-minutes]").fill("1:00")
    alice.clicks("Log all")
    alice.reads("2 logged: 1:50")


def test_what_was_typed_survives_a_lost_connection(actor: Callable[..., Actor]) -> None:
    alice = actor(width=375)
    _begins(alice)
    page = alice.page
    alice.goes_to("/hours/day")
    alice.fills({"Time": "1:15", "Note": "Intake"})
    page.context.set_offline(True)
    page.get_by_role("button", name="Log time").click()
    alice.reads("You are offline")
    page.context.set_offline(False)
    context = page.context
    page.close()
    alice.page = page = context.new_page()
    alice.goes_to("/hours/day")
    alice.reads("Filled in again")
    assert alice.field("Time").input_value() == "1:15"
    page.get_by_role("button", name="Log time").click()
    page.wait_for_load_state()
    alice.reads("1:15 logged")
    alice.goes_to("/hours/day")
    assert page.locator("[data-draft]").count() == 0
    assert alice.field("Time").input_value() == ""


def test_a_draft_is_forgotten_on_request_and_at_sign_out(actor: Callable[..., Actor]) -> None:
    alice = actor()
    _begins(alice)
    alice.goes_to("/hours/day")
    alice.fills({"Note": "Half a thought"})
    alice.goes_to("/hours/day")
    alice.reads("Filled in again")
    alice.page.get_by_role("button", name="Forget it").click()
    alice.page.wait_for_load_state()
    assert alice.field("Note").input_value() == ""
    alice.fills({"Note": "Another thought"})
    alice.page.locator("summary", has_text="Alice Romero").click()
    alice.page.get_by_role("button", name="Sign out").click()
    alice.page.wait_for_load_state()
    assert alice.page.evaluate("Object.keys(localStorage).length") == 0


def test_a_refused_form_keeps_its_draft(actor: Callable[..., Actor]) -> None:
    alice = actor()
    _begins(alice)
    alice.goes_to("/hours/day")
    alice.fills({"Time": "50m", "Note": "Call with Mr. Jones"})
    alice.clicks("Log time")
    alice.reads("“Jones” looks like a person’s name")
    alice.goes_to("/hours/day")
    alice.reads("Filled in again")
    assert alice.field("Note").input_value() == "Call with Mr. Jones"
