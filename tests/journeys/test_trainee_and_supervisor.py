"""Alice logs weeks, Dana returns one and signs the others, and Alice sees what counts and why."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ceu.domain.dates import day_text, local_date, week_of
from tests.journeys.conftest import PASSWORD, Actor

pytestmark = [pytest.mark.journey, pytest.mark.slow]

TODAY = local_date(datetime.now(UTC), "America/Los_Angeles")
FIRST = week_of(TODAY).first - timedelta(weeks=4)
REGISTERED = FIRST + timedelta(days=7)
"""The registration begins with the second week: the first week's hours come before it."""


def test_from_registration_to_signed_hours(actor: Callable[..., Actor], tmp_path: Path) -> None:
    alice, dana = actor(), actor()
    alice.registers("Alice Romero", "alice@example.org")
    _chooses_california(alice)
    _adds_a_setting_and_invites(alice)
    _accepts(dana)
    _logs_four_weeks(alice)
    _corrects_what_cannot_be(alice)
    for week in range(4):
        alice.goes_to(f"/hours?week={FIRST + timedelta(weeks=week)}")
        alice.clicks("Submit to Dana")
    _returns_one_and_signs_the_others(dana)
    _sees_what_counts(alice)
    _takes_the_record_away(alice, tmp_path)


def _chooses_california(alice: Actor) -> None:
    alice.goes_to("/goals")
    alice.page.get_by_label("License").select_option(label="California LMFT")
    alice.clicks("Choose this goal")
    for key, day in (
        ("graduate_units_completed_on", FIRST - timedelta(days=700)),
        ("degree_awarded_on", FIRST - timedelta(days=200)),
        ("registration_applied_on", FIRST - timedelta(days=30)),
        ("registered_on", REGISTERED),
        ("registration_expires_on", REGISTERED + timedelta(days=365)),
    ):
        alice.page.locator(f"[name={key}]").fill(day.isoformat())
    alice.clicks("Save your dates")
    alice.reads("Your dates are saved")


def _adds_a_setting_and_invites(alice: Actor) -> None:
    alice.goes_to("/hours")
    alice.clicks("Add a setting")
    alice.fills({"Name": "Bayview Clinic", "First day of work": FIRST.isoformat()})
    alice.page.get_by_label("Employee (W-2)").check()
    alice.page.get_by_label("Yes").check()
    alice.fills(
        {
            'Which date is on the "Request for Live Scan Service" form you completed for this workplace?': (
                FIRST - timedelta(days=3)
            ).isoformat()
        }
    )
    alice.clicks("Save")
    alice.fills({"Name": "Dana Whitfield", "E-mail": "alice@example.org"})
    alice.clicks("Send the invitation")
    alice.reads("your own address")
    alice.fills({"E-mail": "dana@example.org"})
    alice.clicks("Send the invitation")


def _accepts(dana: Actor) -> None:
    invitation = dana.mailed_link("dana@example.org")
    dana.goes_to(invitation)
    dana.clicks("Make an account")
    dana.fills({"Legal name": "Dana Whitfield", "E-mail address": "dana@example.org", "Password": PASSWORD})
    dana.clicks("Create account")
    dana.goes_to(dana.mailed_link("dana@example.org"))
    dana.fills({"Password": PASSWORD})
    dana.clicks("Confirm and sign in")
    dana.goes_to(invitation)
    dana.fills(
        {
            "License number": "61042",
            "First issued": (TODAY - timedelta(days=3000)).isoformat(),
            "Expires": (TODAY + timedelta(days=300)).isoformat(),
        }
    )
    dana.page.locator("[name=related][value=no]").check()
    for key in ("ca_practiced_recently", "ca_trained", "ca_video_suits"):
        dana.page.locator(f"[name={key}][value=yes]").check()
    dana.page.locator("[name=ca_restricted_none]").check()
    dana.looks()
    dana.clicks("Accept and supervise")


def _logs(alice: Actor, day: date, activity: str, time: str, group_size: str = "") -> None:
    page = alice.page
    page.locator(f"[name=day][value='{day}']").check()
    page.locator("[name=activity]").select_option(activity)
    alice.fills({"Time": time, "Group size": group_size})
    page.get_by_role("button", name="Log time").click()
    page.wait_for_load_state()


def _logs_four_weeks(alice: Actor) -> None:
    """Week 1 before the registration; 2 in order; 3 with too little supervision; 4 with more than 40 hours."""
    for week in range(4):
        monday = FIRST + timedelta(weeks=week)
        alice.goes_to(f"/hours?week={monday}")
        _logs(alice, monday, "counseling:individual", "4:00")
        _logs(alice, monday + timedelta(days=1), "counseling:couple", "4:00")
        _logs(alice, monday + timedelta(days=2), "counseling:family", "240m")
        _logs(alice, monday + timedelta(days=2), "supervision_individual", "1:00")
        if week != 2:
            _logs(alice, monday + timedelta(days=3), "supervision_group", "2", group_size="5")
        if week == 3:
            for day in range(4):
                _logs(alice, monday + timedelta(days=day), "notes", "8:00")
    alice.looks()


def _corrects_what_cannot_be(alice: Actor) -> None:
    monday = FIRST + timedelta(weeks=3)
    alice.goes_to(f"/hours?week={monday}")
    _logs(alice, monday, "notes", "15:00")
    alice.looks()
    alice.reads("A day has 24")
    assert alice.field("Time").input_value() == "15:00"


def _returns_one_and_signs_the_others(dana: Actor) -> None:
    dana.goes_to("/supervision")
    dana.reads("4 weeks wait for your signature")
    dana.clicks(day_text(FIRST))
    dana.reads("registration")
    dana.page.locator("textarea").fill("These hours lie before your registration.")
    dana.clicks("Return the week")
    dana.goes_to("/supervision")
    for box in dana.page.get_by_role("checkbox").all():
        box.check()
    dana.clicks("Read and sign the selected weeks")
    dana.reads("40 hours")
    dana.reads("more than 10")
    dana.fills({"Your password": "not my password at all"})
    dana.clicks("Sign 3 weeks")
    dana.reads("password")
    dana.fills({"Your password": PASSWORD})
    dana.clicks("Sign 3 weeks")
    dana.goes_to("/supervision")
    dana.reads("0 weeks wait")


def _sees_what_counts(alice: Actor) -> None:
    alice.goes_to("/hours/requirements")
    # Logged 15 + 15 + 13 + 47; signed without the first week; week 3 is forfeited, week 4 cut to 40 hours.
    alice.reads("55:00 of 3,000 hours count")
    figures = " ".join(alice.page.locator("dl.figures").first.inner_text().split())
    assert "Logged 90:00" in figures
    assert "Signed 75:00" in figures
    assert "Countable 55:00" in figures
    alice.goes_to(f"/hours?week={FIRST}")
    alice.reads("These hours lie before your registration.")
    alice.page.get_by_role("link", name="why").first.click()
    alice.page.wait_for_load_state()
    alice.looks()
    alice.reads("4980.43")


def _takes_the_record_away(alice: Actor, folder: Path) -> None:
    alice.goes_to(f"/hours?week={FIRST + timedelta(weeks=1)}")
    alice.clicks("Signed record")
    with alice.page.expect_download() as download:
        alice.page.get_by_role("link", name="Download").click()
    download.value.save_as(folder / "week.json")
    exported = json.loads((folder / "week.json").read_text())
    assert exported["format"] == "ceu-export/1"
    assert exported["records"][0]["body"]["entries"]
