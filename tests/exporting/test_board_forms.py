"""The forms of boards: every question of the catalog can be answered or stays open, and the hours are those signed."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.documents import MemoryPrinter
from ceu.adapters.outside import Outside
from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.dates import MONDAY as ON_MONDAY
from ceu.domain.minutes import clock_text, parse_minutes
from ceu.experience.assessing import current_assessment, reassess
from ceu.experience.models import Supervision, WorkSetting
from ceu.experience.queries import hours_by_state
from ceu.exporting.board_form_catalog import FORMS, BoardForm, Due, forms_for
from ceu.exporting.board_forms import (
    Period,
    SignedTime,
    about,
    due_on,
    fact_day,
    form_document,
    next_due,
    periods,
    plus_months,
    sums,
)
from ceu.licenses.models import Goal
from ceu.licenses.packs import packs_of_kind
from ceu.licenses.services import choose_goal, record_facts
from ceu.settings import ROOT
from tests.client import InspectingClient
from tests.experience.builders import (
    MONDAY,
    log,
    make_setting,
    make_supervision,
    sheet_of,
    sign,
    submitted_week,
)
from tests.experience.goals import TODAY, make_goal
from tests.exporting.test_pdf import real_printer, run
from tests.factories import FROZEN_NOW

__all__ = ["real_printer"]

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")


def identity(form: BoardForm) -> str:
    return f"{form.jurisdiction}-{'-'.join(form.licenses)}-{form.key}"


def time(day: date, minutes: int = 60, activity: str = "counseling", **facts: Any) -> SignedTime:
    return SignedTime(
        **{
            "day": day, "minutes": minutes, "activity": activity, "client_unit": None, "delivery": "in_person",
            "signed_on": "2026-11-24", **facts,
        }
    )  # fmt: skip


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    return make_goal(session, outside, alice)


@pytest.fixture
def signed(
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
    goal: Goal,
) -> None:
    """Two signed weeks of one family session, one of them with an hour of supervision; and an open week."""
    for back in (2, 1):
        start = MONDAY - timedelta(weeks=back)
        if back == 1:
            log(
                session, outside, bayview, day=start, minutes=60, activity="supervision_individual",
                client_unit=None, head_count=1,
            )  # fmt: skip
        sign(session, outside, dana, submitted_week(session, outside, bayview, start, client_unit="family"))
    log(session, outside, bayview, minutes=75)
    reassess(session, outside.packs, goal.person_id, TODAY)


def oregon(session: Session, outside: Outside, person: Person) -> Goal:
    goal = choose_goal(session, FROZEN_NOW, person.id, outside.packs.get("us-or/lpc"))
    record_facts(session, FROZEN_NOW, person.id, {"or_associate_registered_on": date(2026, 4, 15)})
    return goal


# ---- the catalog -------------------------------------------------------------------------------------------------


def test_the_states_asked_for_are_there() -> None:
    wanted = {
        "US-CA": {
            "weekly-log",
            "experience-verification",
            "supervision-agreement",
            "oversight-agreement",
            "supervisor-self-assessment",
        },
        "US-NC": {"supervision-contract", "quarterly-report", "final-report"},
        "US-OH": {"supervision-log", "supervision-evaluation"},
        "US-TX": {"supervision-log", "experience-verification", "supervision-agreement"},
        "US-NY": {"experience-record", "experience-verification", "supervision-plan"},
        "US-FL": {"experience-verification", "supervision-agreement"},
        "US-WA": {"supervision-declaration", "experience-verification"},
        "US-OR": {"six-month-report", "supervision-agreement"},
        "US-VA": {"quarterly-evaluation", "experience-verification", "supervision-agreement"},
    }
    found: dict[str, set[str]] = {}
    for form in FORMS:
        found.setdefault(form.jurisdiction, set()).add(form.key)
    assert found == wanted


def test_every_license_of_these_states_has_forms_with_addresses_of_their_own() -> None:
    states = {form.jurisdiction for form in FORMS}
    for pack in packs_of_kind(PACKS, "experience"):
        keys = [form.key for form in forms_for(pack.jurisdiction, pack.license)]
        assert len(keys) == len(set(keys))
        assert bool(keys) is (pack.jurisdiction in states), pack.id


@pytest.mark.parametrize("form", FORMS, ids=identity)
def test_every_value_a_form_names_is_known(form: BoardForm) -> None:
    known = {*sums([], ON_MONDAY), "period"} | set(
        about("A", "a@example.org", PACKS.get("us-ca/lmft"), {}, made(), None)
    )
    lines = [line for part in form.parts for line in part.lines]
    columns = [line for part in form.parts if part.table for line in part.table.columns]
    assert {line.value for line in lines if line.value} <= known
    assert {line.value for line in columns} <= set(sums([], ON_MONDAY))
    assert form.hands
    assert form.deadline
    assert form.citation
    assert {license_ for license_, _ in form.numbers} <= set(form.licenses)


def made() -> Supervision:
    return Supervision(
        invited_name="Dana Example",
        setting=WorkSetting(name="Bayview", kind="nonprofit", employment="employee"),
    )


@pytest.mark.parametrize("pack", packs_of_kind(PACKS, "experience"), ids=lambda pack: str(pack.id))
def test_a_registration_is_found_once_or_not_at_all(pack: Any) -> None:
    names = {name.removeprefix("person."): date(2026, 1, 1) for name in pack.facts}
    assert fact_day(pack, names, ("no_such_fact",)) is None
    assert fact_day(pack, {}, ("registered_on",)) is None


# ---- days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 7, 15), 6, date(2027, 1, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_where_the_calendar_does(day: date, months: int, expected: date) -> None:
    assert plus_months(day, months) == expected


def report() -> BoardForm:
    return next(form for form in FORMS if form.key == "six-month-report")


def test_periods_follow_each_other_and_empty_ones_are_left_out() -> None:
    days = [date(2025, 1, 2), date(2026, 7, 14), date(2026, 7, 15)]
    assert periods(report(), days, date(2025, 1, 1)) == [
        Period(date(2026, 7, 1), date(2026, 12, 31)),
        Period(date(2025, 1, 1), date(2025, 6, 30)),
    ]
    assert periods(report(), [], date(2025, 1, 1)) == []


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due("period_ends", months=1), date(2026, 7, 31)),
        (Due("period_ends"), date(2026, 6, 30)),
        (Due("supervision_begins", days=60), date(2026, 3, 3)),
        (Due("supervision_ends", days=30), None),
        (None, None),
    ],
)
def test_deadlines_are_counted_from_what_is_known(due: Due | None, expected: date | None) -> None:
    period = Period(date(2026, 1, 1), date(2026, 6, 30))
    assert due_on(due, date(2026, 1, 2), None, period) == expected


def test_the_next_deadline_is_the_first_that_can_be_kept() -> None:
    begin = date(2026, 1, 1)
    for today, expected in (
        (date(2026, 6, 30), date(2026, 7, 31)),
        (date(2026, 7, 31), date(2026, 7, 31)),
        (date(2026, 8, 1), date(2027, 1, 31)),
    ):
        assert next_due(report(), begin, begin, None, today) == expected
    assert next_due(report(), begin, begin, date(2026, 3, 1), date(2026, 8, 1)) is None
    assert next_due(report(), begin, None, None, date(2026, 8, 1)) is None


# ---- hours -------------------------------------------------------------------------------------------------------


def test_the_hours_under_every_name_add_up() -> None:
    day = date(2026, 3, 2)
    values = sums(
        [
            time(day, 50, client_unit="individual"),
            time(day, 45, client_unit="couple", delivery="video"),
            time(day, 40, client_unit="child"),
            time(day, 90, client_unit="group"),
            time(day, 30, "clinical_assessment", client_unit="individual"),
            time(day, 60, "supervision_individual"),
            time(day, 61, "supervision_triadic"),
            time(day + timedelta(days=7), 120, "supervision_group"),
            time(day + timedelta(days=7), 25, "notes"),
        ],
        ON_MONDAY,
    )
    minutes = {name: parse_minutes(text) for name, text in values.items() if ":" in text}
    assert minutes["hours.direct"] == 255
    assert minutes["hours.direct_individual"] == 80
    assert minutes["hours.direct_couples_families"] == 45
    assert minutes["hours.direct_relational"] == 85
    assert minutes["hours.direct_group"] == 90
    assert minutes["hours.direct_remote"] == 45
    assert minutes["hours.supervision_small"] == 121
    assert minutes["hours.supervision"] == 241
    assert minutes["hours.other"] == 25
    assert minutes["hours.total"] == 521
    assert minutes["hours.per_week"] == 260
    assert (values["hours.weeks"], values["meetings"]) == ("2", "3")


def html_of(browser: InspectingClient, outside: Outside, path: str) -> str:
    printer = outside.printer
    assert isinstance(printer, MemoryPrinter)
    assert browser.get(path).status_code == 200
    return " ".join(printer.printed[-1][1].split())


def answered(html: str, label: str) -> str:
    """What stands beside a question; nothing for a line to write on."""
    row = html.split(f'<th scope="row">{label}</th>', 1)[1].split("</tr>", 1)[0]
    return row.split(">", 1)[1].split("<", 1)[0]


@pytest.mark.usefixtures("signed")
def test_the_verification_says_what_was_signed_and_leaves_open_what_is_not_known(
    browser: InspectingClient, outside: Outside, goal: Goal, supervision: Supervision, session: Session
) -> None:
    path = f"/hours/forms/{goal.id}/experience-verification/{supervision.id}/whole.pdf"
    html = html_of(browser, outside, path)
    assert "in the shape of the board’s 37A-301" in html
    assert "This is not the board’s own paper." in html
    assert answered(html, "Name") == "Alice Example"
    assert answered(html, "License number") == "98765"
    assert answered(html, "Registered on") == "1 Jul 2024"
    assert answered(html, "Direct counseling: couples, families and children") == "1:40"
    assert answered(html, "Individual supervision") == "1:00"
    assert answered(html, "Experience from") == "2 Nov 2026"
    assert answered(html, "Weeks with experience") == "2"
    for unknown in ("Telephone", "File number at the board", "Address of the setting"):
        assert answered(html, unknown) == ""
    signed = hours_by_state(session, goal.person_id).signed
    assert answered(html, "Hours in all") == clock_text(signed) == "2:40"


@pytest.mark.usefixtures("signed")
def test_its_requirements_are_those_of_the_requirement_pages(
    session: Session, outside: Outside, goal: Goal, supervision: Supervision, browser: InspectingClient
) -> None:
    standing = current_assessment(session, outside.packs, goal, TODAY)
    assert standing is not None
    form = next(form for form in forms_for("US-CA", "LMFT") if form.key == "experience-verification")
    known = about("Alice", "", standing.pack, {}, supervision, None)
    _, parts = form_document(form, "LMFT", known, [], Period(), standing)
    rows = parts[-1].rows
    total = next(one for one in standing.signed.assessment.minimums if one.unit == "minutes" and one.applies)
    assert (total.title, clock_text(total.have)) == rows[0][:2]
    page = browser.get(f"/hours/requirements/{goal.id}").main
    assert f"{rows[0][1]} of 3,000 hours count" in page


@pytest.mark.usefixtures("signed")
def test_two_supervisors_share_what_is_signed(
    session: Session, outside: Outside, alice: Person, carol: Person, goal: Goal, supervision: Supervision,
    browser: InspectingClient,
) -> None:  # fmt: skip
    harbor = make_setting(session, alice, "Harbor")
    other = make_supervision(session, harbor, carol)
    sign(session, outside, carol, submitted_week(session, outside, harbor, minutes=35, start_minute=1200))
    amounts = [
        parse_minutes(
            answered(
                html_of(
                    browser, outside, f"/hours/forms/{goal.id}/experience-verification/{one.id}/whole.pdf"
                ),
                "Hours in all",
            )
        )
        for one in (supervision, other)
    ]
    assert amounts == [160, 35]
    assert sum(amounts) == hours_by_state(session, alice.id).signed


@pytest.mark.usefixtures("signed")
def test_the_weekly_log_has_a_row_for_each_signed_week_and_a_sum(
    browser: InspectingClient, outside: Outside, goal: Goal, supervision: Supervision
) -> None:
    html = html_of(browser, outside, f"/hours/forms/{goal.id}/weekly-log/{supervision.id}/2026-07-01.pdf")
    assert '<th scope="row">2 Nov 2026</th><td>0:00</td><td>0:50</td>' in html
    assert '<th scope="row">9 Nov 2026</th><td>0:00</td><td>0:50</td><td>0:00</td><td>1:00</td>' in html
    assert '<th scope="row">16 Nov 2026</th>' not in html
    assert '<th scope="row">In all</th><td>0:00</td><td>1:40</td><td>0:00</td><td>1:00</td>' in html
    before = html_of(browser, outside, f"/hours/forms/{goal.id}/weekly-log/{supervision.id}/2025-07-01.pdf")
    assert "No signed hours in this period." in before


@pytest.mark.usefixtures("signed")
def test_oregons_report_is_by_month(
    browser: InspectingClient, outside: Outside, session: Session, alice: Person, supervision: Supervision
) -> None:
    goal = oregon(session, outside, alice)
    page = browser.get(f"/hours/forms/{goal.id}/six-month-report")
    assert "15 Oct 2026 to 14 Apr 2027" in page.main
    assert "31 May 2027" in page.main
    again = browser.get(f"/hours/forms/{goal.id}/six-month-report?from=2026-06-01")
    assert "1 Jun 2026 to 30 Nov 2026" in again.main
    assert "31 Dec 2026" in again.main
    html = html_of(
        browser, outside, f"/hours/forms/{goal.id}/six-month-report/{supervision.id}/2026-10-15.pdf"
    )
    assert (
        '<th scope="row">November 2026</th><td>1:40</td><td>1:40</td><td>1:00</td><td>0:00</td><td>1</td>'
        in html
    )
    assert answered(html, "Period") == "15 Oct 2026 to 14 Apr 2027"


# ---- pages -------------------------------------------------------------------------------------------------------


def test_without_a_goal_the_page_says_how_to_begin(browser: InspectingClient) -> None:
    assert "Choose a goal" in browser.get("/hours/forms").main


@pytest.mark.usefixtures("signed")
def test_the_list_names_forms_numbers_and_deadlines(browser: InspectingClient) -> None:
    page = browser.get("/hours/forms")
    for said in ("Weekly log", "37A-525", "37A-301", "37M-300", "Within 60 days", "1 Jan 2027"):
        assert said in page.main


def test_a_board_without_forms_says_so(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get("us-az/lpc"))
    assert "No forms of this board are known here yet" in browser.get("/hours/forms").main


@pytest.mark.usefixtures("signed")
def test_the_pages_cost_few_queries(
    browser: InspectingClient, goal: Goal, supervision: Supervision, statements: list[str]
) -> None:
    for path, most in (
        ("/hours/forms", 7),
        (f"/hours/forms/{goal.id}/weekly-log", 8),
        (f"/hours/forms/{goal.id}/weekly-log/{supervision.id}/2026-07-01.pdf", 10),
    ):
        statements.clear()
        assert browser.get(path).status_code == 200
        assert len(statements) <= most, path


@pytest.mark.usefixtures("signed")
def test_what_does_not_exist_is_not_found(
    browser: InspectingClient, goal: Goal, supervision: Supervision
) -> None:
    base = f"/hours/forms/{goal.id}"
    for path in (
        f"{base}/no-such-form",
        "/hours/forms/999999/weekly-log",
        f"{base}/weekly-log/{supervision.id}/whole.pdf",
        f"{base}/weekly-log/{supervision.id}/yesterday.pdf",
        f"{base}/weekly-log/{supervision.id}/9999-12-31.pdf",
        f"{base}/weekly-log/999999/2026-07-01.pdf",
        f"{base}/experience-verification/{supervision.id}/2026-07-01.pdf",
    ):
        assert browser.get(path).status_code == 404, path


@pytest.mark.usefixtures("signed")
def test_nobody_prints_anothers_form(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    bob: Person,
    goal: Goal,
    supervision: Supervision,
) -> None:
    browser = client.sign_in(bob)
    assert browser.get(f"/hours/forms/{goal.id}/weekly-log").status_code == 404
    own = make_goal(session, outside, bob)
    path = f"/hours/forms/{own.id}/experience-verification/{supervision.id}/whole.pdf"
    assert browser.get(path).status_code == 404


@pytest.mark.usefixtures("signed")
def test_a_withdrawn_signature_is_not_printed(
    browser: InspectingClient, outside: Outside, session: Session, goal: Goal, supervision: Supervision,
    bayview: WorkSetting,
) -> None:  # fmt: skip
    sheet_of(session, bayview, MONDAY - timedelta(weeks=2)).signed_version = None
    session.flush()
    path = f"/hours/forms/{goal.id}/experience-verification/{supervision.id}/whole.pdf"
    assert answered(html_of(browser, outside, path), "Hours in all") == "1:50"


# ---- real PDFs ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("signed", "real_printer")
@pytest.mark.parametrize(
    "pack_id",
    [
        "us-ca/lmft",
        "us-tx/lpc",
        "us-ny/lcsw",
        "us-fl/lmhc",
        "us-wa/lmhc",
        "us-or/lpc",
        "us-va/lpc",
        "us-nc/lcmhc",
        "us-oh/lpcc",
    ],
)
def test_every_form_is_a_sound_pdf(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, supervision: Supervision,
    goal: Goal, pack_id: str, tmp_path: Path,
) -> None:  # fmt: skip
    if pack_id != goal.pack_id:
        goal = choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get(pack_id))
    pack = outside.packs.get(pack_id)
    for form in forms_for(pack.jurisdiction, pack.license):
        start = "whole" if form.span == "whole" else "2026-09-01"
        answer = browser.get(f"/hours/forms/{goal.id}/{form.key}/{supervision.id}/{start}.pdf")
        path = tmp_path / f"{form.key}.pdf"
        path.write_bytes(answer.get_data())
        assert "No syntax or stream encoding errors found" in run("qpdf", "--check", path)
        text = " ".join(run("pdftotext", "-raw", path, "-").split())
        for said in (
            form.title,
            form.board,
            "not the board’s own paper",
            "Alice Example",
            "Page 1 of",
            "/check/",
        ):
            assert said in text, (form.key, said)
        for hand in form.hands:
            assert hand.who in text
