"""Hours outlive their supervisor: handed to another, vouched for with evidence, and taken over as totals of an earlier log."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from ceu.adapters.outside import Outside
from ceu.db.extension import db
from ceu.domain.dates import week_of as calendar_week
from ceu.experience.services import log_experience, submit_week
from ceu.licenses.services import choose_goal
from tests.experience.builders import make_setting, make_supervision, sheet_of as week_of
from tests.factories import PASSWORD, make_person
from tests.journeys.conftest import Actor

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def prepare(app: Flask) -> None:
    """Alice has three unsigned weeks under Dana, who has left; Erin supervises her there now."""
    outside: Outside = app.extensions["ceu.outside"]
    with app.test_request_context():
        session, now = db.session(), outside.clock.now()
        alice, dana, erin, _ = (make_person(session, name) for name in ("alice", "dana", "erin", "frank"))
        setting = make_setting(session, alice)
        make_supervision(session, setting, dana)
        choose_goal(session, now, alice.id, outside.packs.get("us-ca/lmft"))
        for back in (1, 2, 3):
            start = calendar_week(now.date()).first - timedelta(weeks=back)
            log_experience(
                session, now, person_id=alice.id, setting_id=setting.id, day=start, minutes=50, activity="counseling",
                client_unit="individual",
            )  # fmt: skip
            submit_week(session, now, week_of(session, setting, start))
        make_supervision(session, setting, erin, license_number="11111")
        session.commit()


def signed_in(actor: Callable[..., Actor], width: int, name: str) -> Actor:
    one = actor(width)
    one.page.emulate_media(color_scheme="dark" if width < 500 else "light")
    one.goes_to("/sign-in")
    one.fills({"E-mail address": f"{name}@example.org", "Password": PASSWORD})
    one.clicks("Sign in")
    return one


@pytest.mark.parametrize("width", [1280, 375])
def test_hours_outlive_their_supervisor(
    actor: Callable[..., Actor], running: tuple[str, Flask], tmp_path: Path, width: int
) -> None:
    prepare(running[1])
    alice, erin = signed_in(actor, width, "alice"), signed_in(actor, width, "erin")

    # The latest week goes to Erin.
    alice.goes_to("/hours/settings")
    alice.clicks("Hand weeks over from Dana")
    for box in alice.page.locator("input[name=weeks]").all()[:2]:
        box.uncheck()
    alice.fills({"Why the supervisor who saw this work cannot sign": "Moved abroad."})
    alice.clicks("Ask to take them over")
    alice.reads("has been asked")
    erin.goes_to("/supervision")
    erin.clicks("Read and answer")
    erin.reads("You did not see this work")
    erin.page.get_by_role("button", name="Take these weeks over").focus()
    with erin.page.expect_navigation():
        erin.page.keyboard.press("Enter")
    erin.looks()
    erin.page.locator("th a").first.click()
    erin.page.wait_for_load_state()
    erin.looks()
    erin.reads("I did not supervise them myself")
    erin.fills({"Your password": PASSWORD})
    erin.clicks("Sign this week")
    erin.reads("Genuine and unaltered")
    erin.reads("Handed over")

    # For the two others, somebody vouches on the strength of a scan.
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7\n% a scan\n%%EOF\n")
    alice.goes_to("/hours/attestations")
    alice.clicks("Begin an attestation")
    first = alice.page.evaluate("() => new Date(Date.now() - 28 * 86400000).toISOString().slice(0, 10)")
    last = alice.page.evaluate("() => new Date(Date.now() - 7 * 86400000).toISOString().slice(0, 10)")
    alice.fills(
        {
            "From the week of": first,
            "Through the week of": last,
            "What happened": "Cannot be reached since spring.",
        }
    )
    alice.page.get_by_label("The supervisor cannot be found").check()
    alice.page.get_by_label("Director of the setting").check()
    alice.fills({"Name": "Frank Example", "E-mail": "frank@example.org"})
    alice.clicks("Go on to the evidence")
    alice.page.get_by_label("File").set_input_files(scan)
    alice.fills({"What it is": "Weekly logs"})
    alice.clicks("Attach")
    alice.reads("Weekly logs")
    alice.clicks("Ask Frank Example")
    alice.reads("The link is on its way")
    frank = actor(width)
    link = alice.mailed_link("frank@example.org")
    frank.goes_to(link)
    frank.reads("Read, then attest or decline")
    frank = signed_in(actor, width, "frank")
    frank.goes_to(link)
    frank.reads("Cannot be reached since spring.")
    frank.fills({"Your password": PASSWORD})
    frank.clicks("I attest this")
    frank.reads("Attested is not signed")
    alice.goes_to("/hours/weeks")
    alice.reads("Attested")
    alice.goes_to("/hours/requirements")
    alice.reads("Attested hours are vouched for by somebody else")
    alice.goes_to("/hours/attestations")
    alice.page.locator("th a").first.click()
    alice.page.wait_for_load_state()
    alice.looks()
    alice.clicks("End this attestation")

    # What was on paper comes as totals.
    alice.goes_to("/hours/earlier/new")
    alice.fills(
        {
            "From": "2025-04-01",
            "Through": "2025-09-30",
            "Where the totals come from": "Paper logs",
            "Who supervised": "Pat Gray",
            "Counseling: individual": "500:00",
        }
    )
    alice.clicks("Save")
    alice.reads("Totals, not sessions")
    alice.page.get_by_label("File").set_input_files(scan)
    alice.fills({"What it is": "The paper"})
    alice.clicks("Attach")
    alice.clicks("Have it signed or attested")
    alice.goes_to("/hours/earlier")
    alice.reads("500:00")
    alice.goes_to("/hours/requirements")
    alice.reads("is known in total only")
    alice.goes_to("/hours/export")
    with alice.page.expect_download() as download:
        alice.page.get_by_role("link", name="With the evidence: ZIP").click()
    assert download.value.suggested_filename.endswith(".zip")
