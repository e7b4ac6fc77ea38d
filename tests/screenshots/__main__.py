"""`make screenshots`: every page of every role at 1280 and 375 px, light and dark, with axe on each.

The pages come from the site's routes: each person follows links until every route they may use has been seen once.
A route that nobody reaches is a failure, so a new page cannot be forgotten.
"""

import html
import sys
import tempfile
from collections import deque
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, url_for
from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from ceu.accounts.models import Organization
from ceu.accounts.organization_services import invite_member
from ceu.accounts.queries import find_person_by_email
from ceu.accounts.services import register, request_password_reset
from ceu.adapters.outside import Outside
from ceu.db.extension import db
from ceu.demo.cast import ALICE, CAROL, CAST, DANA, ERIN, PASSWORD, SAM, TIME_ZONE, load_demo
from ceu.domain.permissions import Role
from ceu.experience.attest_models import Attestation
from ceu.experience.checks import LicenseFacts, SettingFacts
from ceu.experience.models import WeekSheet, WorkSetting
from ceu.experience.queries import list_supervisions
from ceu.experience.services import accept_invitation, add_setting, invite_supervisor
from ceu.experience.sign_queries import list_to_sign_by_link
from ceu.importing.reading import read_table_file
from ceu.importing.services import begin_import
from ceu.learning.models import Attempt
from ceu.programs.models import Cohort
from ceu.programs.queries import list_all_members
from ceu.programs.services import note_look, offer_seats
from ceu.settings import ROOT
from ceu.signoff.attest_services import (
    Asked,
    add_evidence,
    ask_to_attest,
    attest,
    begin_attestation,
    shown_span,
)
from ceu.signoff.backlog_services import Total, Totals, note_backlog
from ceu.signoff.services import ask_for_signatures
from ceu.signoff.transfer_queries import list_to_hand_over
from ceu.signoff.transfer_services import ask_for_transfer
from ceu.wiring import HANDLERS
from tests.browser import axe_findings, chromium, serving
from tests.importing.imports import EXPORT
from tests.screenshots.events import hold_events
from tests.screenshots.packages import open_practice
from tests.screenshots.platforms import open_platforms

OUT = ROOT / "screenshots"
WIDTHS = (1280, 375)
THEMES = ("light", "dark")
VISITOR = "visitor"
PAGE, FILE, REFUSED = "page", "file", "refused"
FOR_PROGRAMS = {"static", "frames", "xapi"}
"""What pages and packages ask for, and nobody opens."""


def main() -> int:
    """Photograph, check, and report; the exit code counts for CI."""
    OUT.mkdir(exist_ok=True)
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (url, app), chromium() as browser:
        with app.test_request_context(base_url=url):
            load_demo(db.session(), app.extensions["ceu.outside"], HANDLERS)
            outside = app.extensions["ceu.outside"]
            mailed = _paths_without_links(db.session(), outside.clock.now())
            mailed += _hours_that_survive(db.session(), outside)
            erin, *people = (
                find_person_by_email(db.session(), one.email) for one in (ERIN, DANA, CAROL, SAM)
            )
            mailed += hold_events(db.session(), outside, erin, people)
            mailed += open_practice(db.session(), outside.clock.now(), people[1])
            mailed += open_platforms(db.session(), outside, people[1])
            db.session.commit()
        seen: set[str] = set()
        files: set[str] = set()
        for role in (VISITOR, *(member.email for member in CAST)):
            pages = _pages_of(browser, app, url, role, mailed, files)
            seen |= set(pages)
            problems += _photograph(browser, url, role, pages)
            print(f"{role}: {len(pages)} pages")
    expected = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.endpoint.partition(".")[0] not in FOR_PROGRAMS
    }
    problems += [
        f"{endpoint}: no page of it was reached by anyone" for endpoint in sorted(expected - seen - files)
    ]
    print("\n".join(problems) or "axe found nothing, and every route was seen.")
    return 1 if problems else 0


def _paths_without_links(session: Session, now: datetime) -> list[str]:
    """Pages that only a mail or a form leads to; the links of mails are made by the services that make them."""
    _, confirm = register(
        session,
        now,
        email="new@example.org",
        name="New Person",
        password=PASSWORD,
        time_zone="America/Los_Angeles",
    )
    asked = request_password_reset(session, now, CAST[0].email)
    setting = session.scalars(select(WorkSetting).order_by(WorkSetting.id)).first()
    organization = session.scalars(select(Organization)).first()
    assert asked
    assert setting
    assert organization
    invited, supervise = invite_supervisor(session, now, setting, "Robin Hale", "robin@example.org")
    _, sign = ask_for_signatures(session, now, invited, list_to_sign_by_link(session, invited, limit=2))
    _, join = invite_member(session, now, organization, "carol@example.org", Role.MEMBER)
    cohort = session.scalars(select(Cohort)).first()
    director = find_person_by_email(session, ERIN.email)
    assert cohort
    assert director
    [(_, share)] = offer_seats(session, now, cohort, ["noor@example.org"], cohort.ends_on)
    seats = list_all_members(session, cohort.id)
    note_look(session, now, director.id, seats[0])
    reading = read_table_file(
        EXPORT.encode(), pseudonym=str.lower, time_zone=TIME_ZONE, roles_for=lambda signature: None
    )
    draft = begin_import(session, now, person_id=setting.person_id, setting_id=setting.id, reading=reading)
    attempts = session.scalars(select(Attempt)).all()
    waiting = session.scalars(select(WeekSheet.id).where(WeekSheet.state == "submitted")).all()
    return [
        url_for("accounts.check_mail", _external=False),
        url_for("programs.member", seat_id=seats[0].id, _external=False),
        url_for("sharing.answer_offer", token=share, _external=False),
        url_for("imports.columns", import_id=draft.id, _external=False),
        url_for("imports.meaning", import_id=draft.id, _external=False),
        url_for("imports.to_confirm", _external=False),
        url_for("accounts.resend_confirmation", _external=False),
        url_for("licenses.enter_license", pack_id="us-tx/lpc-ce", _external=False),
        *(
            url_for("learning.post_test", enrollment_id=one.enrollment_id, number=one.number, _external=False)
            for one in attempts
        ),
        *(
            url_for(
                "learning.question",
                enrollment_id=one.enrollment_id,
                number=one.number,
                place=1,
                _external=False,
            )
            for one in attempts
        ),
        *(
            url_for("learning.evaluation", enrollment_id=one.enrollment_id, _external=False)
            for one in attempts
        ),
        *(url_for("supervision.sign_many", week=sheet_id, _external=False) for sheet_id in waiting),
        url_for("accounts.confirm_email", token=confirm, _external=False),
        url_for("accounts.reset_password", token=asked[1], _external=False),
        url_for("supervision.invitation", token=supervise, _external=False),
        url_for("signatures.by_link", token=sign, _external=False),
        url_for("signatures.weeks_by_link", token=sign, _external=False),
        url_for("accounts.accept_invitation", token=join, _external=False),
    ]


def _hours_that_survive(session: Session, outside: Outside) -> list[str]:
    """A transfer, an attestation that is asked for and one that is sealed, and an earlier log, on the hours of the cast."""
    now = outside.clock.now()
    alice, *supervisors = (find_person_by_email(session, one.email) for one in (ALICE, DANA, SAM))
    assert alice
    leaving = next(
        one
        for one in list_supervisions(session, alice.id)
        if one.is_active and list_to_hand_over(session, one)
    )
    other = next(one for one in supervisors if one and one.id != leaving.supervisor_id)
    taking, _ = invite_supervisor(session, now, leaving.setting, other.name, other.email)
    license_ = LicenseFacts("LCSW", "20871", date(2016, 4, 1), now.date() + timedelta(days=400))
    accept_invitation(session, now, taking, supervisor=other, license_facts=license_, related=False)
    weeks = list_to_hand_over(session, leaving)
    ask_for_transfer(session, now, leaving=leaving, taking=taking, sheets=weeks[-1:], reason="Retired.")
    scan = outside.files.put(b"%PDF-1.7\n% a scan\n%%EOF\n")

    def begun(relation: str) -> Attestation:
        asked = Asked(
            weeks[0].week_start,
            weeks[0].week_start,
            "refuses",
            "Does not answer.",
            relation,
            DANA.name,
            DANA.email,
        )
        found = begin_attestation(session, now, alice.id, asked, setting_id=leaving.setting_id)
        add_evidence(session, now, found, scan, "Weekly logs")
        return found

    token = ask_to_attest(session, now, begun("colleague"))
    own = begun("own")
    shown = shown_span(session, own)[2]
    attest(session, now, outside.keys, own, attester_id=alice.id, password=PASSWORD, shown=shown)
    place = SettingFacts("Harbor House", "nonprofit", "employee", date(2021, 1, 4), date(2021, 12, 31))
    earlier = add_setting(session, now, person_id=alice.id, facts=place)
    totals = Totals(
        date(2021, 2, 1), date(2021, 11, 30), "Paper logs", "Pat Gray", None, "",
        [Total("counseling", "individual", 24_000), Total("supervision_individual", None, 2_400)],
    )  # fmt: skip
    backlog = note_backlog(session, now, alice.id, earlier.id, totals)
    add_evidence(session, now, backlog, scan, "The paper")
    return [url_for("attestations.asked", token=token, _external=False)]


def _sign_in(page: Page, url: str, role: str) -> None:
    if role == VISITOR:
        return
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail address").fill(role)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home")


def _pages_of(
    browser: Browser, app: Flask, url: str, role: str, mailed: list[str], files: set[str]
) -> dict[str, str]:
    """One path per route this person can reach by following links, theirs by mail included.

    Routes that answer with a file, or with a redirect to another page, are added to ``files``.
    """
    context = browser.new_context()
    page = context.new_page()
    _sign_in(page, url, role)
    adapter = app.url_map.bind("127.0.0.1")
    found: dict[str, str] = {}
    queue = deque(["/", "/home", "/styleguide", "/sign-in", *mailed])
    queued = set(queue)
    while queue:
        path = queue.popleft()
        try:
            endpoint, _ = adapter.match(urlsplit(path).path, method="GET")
        except HTTPException:
            continue
        if endpoint in found or endpoint in files or endpoint == "static":
            continue
        answer = _visit(page, url + path)
        if answer != PAGE:
            files |= {endpoint} if answer == FILE else set()
            continue
        arrived = urlsplit(page.url)
        asked = endpoint
        endpoint, _ = adapter.match(arrived.path, method="GET")
        if endpoint not in {asked, "accounts.sign_in"}:
            files.add(asked)
        found.setdefault(endpoint, arrived.path + (f"?{arrived.query}" if arrived.query else ""))
        for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            parts = urlsplit(href)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if href.startswith(url) and target not in queued:
                queued.add(target)
                queue.append(target)
    context.close()
    return found


def _visit(page: Page, address: str) -> str:
    """Open an address: PAGE, FILE for a download, or REFUSED."""
    try:
        response = page.goto(address)
    except Error as download:
        if "Download is starting" not in str(download):
            raise
        return FILE
    return PAGE if response is not None and response.status == 200 else REFUSED


def _photograph(browser: Browser, url: str, role: str, pages: dict[str, str]) -> list[str]:
    folder = OUT / role.partition("@")[0]
    folder.mkdir(exist_ok=True)
    problems = []
    for theme in THEMES:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=theme, device_scale_factor=1
            )
            page = context.new_page()
            page.on("console", partial(_note_error, problems, role))
            _sign_in(page, url, role)
            for endpoint, path in sorted(pages.items()):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(url + path)
                # A window as tall as the page, so that what sticks to its edges is where a reader sees it.
                page.set_viewport_size(
                    {"width": width, "height": page.evaluate("document.body.scrollHeight")}
                )
                page.screenshot(path=str(folder / f"{endpoint}-{width}-{theme}.png"))
                problems += [f"{role} {path} {width} {theme}: {line}" for line in axe_findings(page)]
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    problems.append(f"{role} {path} {width}: the page is wider than the window")
            context.close()
    _contact_sheet(browser, role, folder, pages)
    return problems


def _note_error(problems: list[str], role: str, message: ConsoleMessage) -> None:
    if message.type == "error":
        problems.append(f"{role} console: {message.text}")


def _contact_sheet(browser: Browser, role: str, folder: Path, pages: dict[str, str]) -> None:
    figures = "".join(
        f"<h2>{html.escape(endpoint)} <small>{html.escape(path)}</small></h2><div>"
        + "".join(
            f'<img src="{folder.name}/{endpoint}-{width}-{theme}.png" width="{width // 3}">'
            for theme in THEMES
            for width in WIDTHS
        )
        + "</div>"
        for endpoint, path in sorted(pages.items())
    )
    sheet = OUT / f"{folder.name}.html"
    sheet.write_text(
        "<!doctype html><meta charset=utf-8><style>body{font:14px sans-serif;background:#999}"
        "div{display:flex;gap:8px;align-items:start}</style>"
        f"<h1>{html.escape(role)}</h1>{figures}"
    )
    page = browser.new_page(viewport={"width": 1180, "height": 800})
    page.goto(sheet.as_uri())
    page.screenshot(path=str(OUT / f"{folder.name}.png"), full_page=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
