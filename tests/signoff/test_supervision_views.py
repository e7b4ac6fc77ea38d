"""The supervisor's pages: invited, read, returned, signed once with the password, and the record that stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.mail import MemoryMailer
from ceu.adapters.outside import Outside
from ceu.experience.models import SignOff, Supervision, WeekSheet, WorkSetting
from ceu.experience.queries import PAGE
from ceu.experience.services import INVITATION_LIFE, withdraw_week
from ceu.signing.export import verify_file
from ceu.signing.records import Answer
from tests.client import InspectingClient, Page
from tests.experience.builders import (
    MONDAY,
    log,
    make_setting,
    make_supervision,
    sheet_of,
    sign,
    submitted_week,
)
from tests.experience.goals import make_goal
from tests.factories import FROZEN_NOW, PASSWORD, make_person

HUGE = "x" * 60_000
LICENSE = {
    "license_type": "LMFT",
    "license_number": "98765",
    "licensed_on": "2015-05-01",
    "license_expires_on": "2028-03-31",
    "related": "no",
}


@pytest.fixture
def browser(client: InspectingClient, dana: Person) -> InspectingClient:
    """Dana's browser."""
    return client.sign_in(dana)


def mail(outside: Outside) -> list[Any]:
    assert isinstance(outside.mailer, MemoryMailer)
    return outside.mailer.sent


def invite(session: Session, setting: WorkSetting, **facts: Any) -> tuple[Supervision, str]:
    supervision = make_supervision(session, setting, token="link", **facts)
    return supervision, f"/supervision/invitations/link-{setting.id}-0"


def hidden(page: Page, name: str) -> list[str]:
    return [str(one.get("value")) for one in page.tree.iter("input") if one.get("name") == name]


def signatures(session: Session) -> int:
    return session.scalar(select(func.count(SignOff.id))) or 0


# ---- invitations -------------------------------------------------------------------------------------------------


def test_an_invitation_says_who_asks_and_brings_visitors_back(
    client: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    _, path = invite(session, bayview)
    page = client.get(path)
    assert page.h1 == "Supervise Alice Example"
    assert "Bayview Clinic" in page.main
    links = [str(link.get("href")) for link in page.tree.iter("a")]
    assert any(link.startswith("/sign-in?next=") and path in link for link in links)
    assert any(link.startswith("/register?next=") and path in link for link in links)


def test_an_invitation_is_accepted_with_a_license(
    browser: InspectingClient, session: Session, bayview: WorkSetting, dana: Person
) -> None:
    supervision, path = invite(session, bayview)
    assert browser.get(path).status_code == 200
    answer = browser.post(f"{path}/accept", data=LICENSE)
    assert answer.location == "/supervision"
    assert "You now supervise Alice Example at Bayview Clinic" in browser.get(answer.location).main
    session.refresh(supervision)
    assert (supervision.supervisor_id, supervision.license_number) == (dana.id, "98765")
    assert "has been accepted" in browser.get(path).main


def test_whoever_accepts_is_asked_what_the_rules_ask_about_supervisors(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    make_goal(session, outside, alice)
    supervision, path = invite(session, bayview)
    assert "Did the supervisor practice or supervise psychotherapy" in browser.get(path).main
    typed = {**LICENSE, "ca_practiced_recently": "yes", "ca_trained": "no", "ca_restricted_none": "y"}
    assert browser.post(f"{path}/accept", data=typed).location == "/supervision"
    session.refresh(supervision)
    told = {name: answer for name, answer in supervision.facts.items() if answer is not None}
    assert told == {"ca_practiced_recently": True, "ca_trained": False, "ca_restricted": []}


def test_nothing_that_was_answered_is_lost_when_acceptance_is_refused(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    make_goal(session, outside, alice)
    supervision, path = invite(session, bayview)
    page = browser.post(f"{path}/accept", data={**LICENSE, "license_number": "", "ca_trained": "yes"})
    assert page.status_code == 422
    chosen = [
        one.get("value")
        for one in page.tree.iter("input")
        if one.get("name") == "ca_trained" and one.get("checked") is not None
    ]
    assert chosen == ["yes"]
    session.refresh(supervision)
    assert supervision.facts == {}


def test_the_license_named_last_is_filled_in(
    browser: InspectingClient, session: Session, supervision: Supervision, bob: Person
) -> None:
    _, path = invite(session, make_setting(session, bob, "Elsewhere"))
    assert hidden(browser.get(path), "license_number") == ["98765"]
    assert [box for box in browser.get(path).tree.iter("input") if box.get("checked") is not None] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"license_type": "pilot"}, "Choose one of the options offered"),
        ({"license_number": "  "}, "Enter the number of your license"),
        ({"license_number": HUGE}, "at most 40 characters"),
        ({"licensed_on": ""}, "first issued"),
        ({"licensed_on": "soon"}, "not a date"),
        ({"licensed_on": "2026-11-25"}, "still to come"),
        ({"license_expires_on": "2015-05-01"}, "before it was issued"),
        ({"license_expires_on": "2026-11-23"}, "expired on 23 Nov 2026"),
        ({"related": ""}, "Answer yes or no"),
        ({"related": "perhaps"}, "Choose one of the options offered"),
    ],
)
def test_an_acceptance_that_cannot_be_is_refused(
    browser: InspectingClient, session: Session, bayview: WorkSetting, changes: dict[str, str], words: str
) -> None:
    supervision, path = invite(session, bayview)
    page = browser.post(f"{path}/accept", data={**LICENSE, **changes})
    assert page.status_code == 422
    assert words in page.main
    session.refresh(supervision)
    assert supervision.accepted_at is None


def test_the_trainee_cannot_accept(
    client: InspectingClient, session: Session, bayview: WorkSetting, alice: Person
) -> None:
    supervision, path = invite(session, bayview)
    client.sign_in(alice)
    assert "This is your own log" in client.get(path).main
    assert client.post(f"{path}/accept", data=LICENSE).status_code == 422
    session.refresh(supervision)
    assert supervision.accepted_at is None


def test_an_invitation_is_accepted_only_once(
    browser: InspectingClient, session: Session, bayview: WorkSetting, bob: Person, dana: Person
) -> None:
    supervision, path = invite(session, bayview)
    form = {**LICENSE, "once": "a1b2c3"}
    assert browser.post(f"{path}/accept", data=form).location == "/supervision"
    assert browser.post(f"{path}/accept", data=form).location == "/supervision"
    browser.sign_in(bob)
    page = browser.post(f"{path}/accept", data=LICENSE)
    assert page.status_code == 422
    assert "accepted" in page.main
    session.refresh(supervision)
    assert supervision.supervisor_id == dana.id


def test_visitors_cannot_accept_but_may_decline(
    client: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    supervision, path = invite(session, bayview)
    assert client.post(f"{path}/accept", data=LICENSE).location.startswith("/sign-in")
    assert client.post(f"{path}/decline", data={}).location == path
    assert "was declined" in client.get(path).main
    session.refresh(supervision)
    assert (supervision.accepted_at, supervision.declined_at) == (None, FROZEN_NOW)


def test_an_expired_invitation_says_so(
    client: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    _, path = invite(session, bayview, invited_at=FROZEN_NOW - INVITATION_LIFE)
    assert "no longer open" in client.get(path).main


def test_an_accepted_supervision_cannot_be_declined(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    supervision, path = invite(session, bayview)
    browser.post(f"{path}/accept", data=LICENSE)
    browser.post(f"{path}/decline", data={})
    session.refresh(supervision)
    assert supervision.is_active


@pytest.mark.parametrize("token", ["nonsense", "x" * 3000])
def test_an_unknown_link_is_not_found(browser: InspectingClient, token: str) -> None:
    path = f"/supervision/invitations/{token}"
    assert browser.get(path).status_code == 404
    assert browser.post(f"{path}/accept", data=LICENSE).status_code == 404
    assert browser.post(f"{path}/decline", data={}).status_code == 404


# ---- the queue ---------------------------------------------------------------------------------------------------


def test_somebody_without_supervisees_is_told_how_it_begins(browser: InspectingClient) -> None:
    assert "You do not supervise anybody here" in browser.get("/supervision").main


def test_the_queue_shows_what_waits_by_trainee(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
    statements: list[str],
) -> None:
    assert "Nothing waits for you" in browser.get("/supervision").main
    carol = make_person(session, "carol")
    school = make_setting(session, carol, "Oak School")
    make_supervision(session, school, dana)
    for number in range(6):
        submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=number), minutes=90)
        submitted_week(session, outside, school, MONDAY - timedelta(weeks=number))
    log(session, outside, bayview, day=MONDAY + timedelta(days=7))
    statements.clear()
    page = browser.get("/supervision")
    assert len(statements) <= 10
    assert "12 weeks wait for your signature" in page.main
    assert page.texts("h2")[:2] == ["Alice Example", "Carol Example"]
    assert "12 Oct 2026" in page.main
    assert "23 Nov 2026" not in page.main


def test_the_queue_has_pages(
    browser: InspectingClient, session: Session, alice: Person, bayview: WorkSetting, supervision: Supervision
) -> None:
    session.add_all(
        WeekSheet(
            person_id=alice.id,
            setting_id=bayview.id,
            week_start=MONDAY - timedelta(weeks=number),
            supervision_id=supervision.id,
            state="submitted",
            version=1,
            minutes=60,
            totals={},
            submitted_at=FROZEN_NOW,
        )
        for number in range(PAGE + 2)
    )
    session.flush()
    first = browser.get("/supervision")
    assert len(hidden(first, "week")) == PAGE
    after = next(str(link.get("href")) for link in first.tree.iter("a") if link.get("rel") == "next")
    assert len(hidden(browser.get(after), "week")) == 2


@pytest.mark.parametrize("after", ["", "1", "1.2026-11-16", "a.b.c", "1.soon.2", HUGE])
def test_a_page_that_is_none_is_not_found(browser: InspectingClient, after: str) -> None:
    assert browser.get("/supervision", query_string={"after": after}).status_code == 404


# ---- reading, returning, signing ---------------------------------------------------------------------------------


@pytest.fixture
def sheet(session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision) -> WeekSheet:
    """Alice's week of 16 November, which waits for Dana."""
    return submitted_week(session, outside, bayview, start_minute=545, note="Intake")


def test_a_week_is_shown_as_it_will_be_signed(
    browser: InspectingClient, sheet: WeekSheet, statements: list[str]
) -> None:
    statements.clear()
    page = browser.get(f"/supervision/weeks/{sheet.id}")
    assert len(statements) <= 10
    assert page.h1 == "Alice Example, week of 16 Nov 2026"
    for words in (
        "Bayview Clinic",
        "16 Nov 2026 to 22 Nov 2026",
        "Direct counseling, individual Intake",
        "from 9:05",
        "0:50",
        "I attest that",
        "LMFT 98765",
        "first issued 1 May 2015, expires 31 Mar 2028",
    ):
        assert words in page.main


def test_a_week_is_signed_with_the_password(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet
) -> None:
    (shown,) = hidden(browser.get(f"/supervision/weeks/{sheet.id}"), "sha256")
    answer = browser.post(f"/supervision/weeks/{sheet.id}/sign", data={"sha256": shown, "password": PASSWORD})
    (signed,) = session.scalars(select(SignOff))
    assert answer.location == f"/supervision/records/{signed.id}"
    page = browser.get(answer.location)
    assert "Genuine and unaltered" in page.main
    assert signed.sha256 in page.main
    assert "Direct counseling, individual Intake" in page.main
    (message,) = mail(outside)
    assert message.to == "alice@example.org"
    assert "Dana Example has signed a week of your log" in message.subject
    assert browser.get(f"/supervision/weeks/{sheet.id}").location == answer.location


def test_a_double_click_or_a_replay_signs_once(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet
) -> None:
    (shown,) = hidden(browser.get(f"/supervision/weeks/{sheet.id}"), "sha256")
    path = f"/supervision/weeks/{sheet.id}/sign"
    form = {"sha256": shown, "password": PASSWORD, "once": "a1b2c3"}
    first = browser.post(path, data=form)
    assert browser.post(path, data=form).location == first.location
    assert browser.post(path, data={**form, "once": "d4e5f6"}).location == first.location
    assert browser.post(path, data={"sha256": "other", "password": PASSWORD}).location == first.location
    assert signatures(session) == 1
    assert len(mail(outside)) == 1


@pytest.mark.parametrize(
    ("password", "words"),
    [("", "Enter your password"), ("guess", "not the password of your account"), (HUGE, "password")],
)
def test_without_the_password_nothing_is_signed(
    browser: InspectingClient, session: Session, sheet: WeekSheet, password: str, words: str
) -> None:
    (shown,) = hidden(browser.get(f"/supervision/weeks/{sheet.id}"), "sha256")
    page = browser.post(f"/supervision/weeks/{sheet.id}/sign", data={"sha256": shown, "password": password})
    assert page.status_code == 422
    assert words in page.main
    assert signatures(session) == 0


def test_a_week_that_changed_meanwhile_is_shown_anew(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet, supervision: Supervision
) -> None:
    (shown,) = hidden(browser.get(f"/supervision/weeks/{sheet.id}"), "sha256")
    sheet.entries[0].minutes = 55
    session.flush()
    page = browser.post(f"/supervision/weeks/{sheet.id}/sign", data={"sha256": shown, "password": PASSWORD})
    assert page.status_code == 422
    assert "has changed since this page was opened" in page.main
    assert "0:55" in page.main
    (fresh,) = hidden(page, "sha256")
    assert fresh != shown
    browser.post(f"/supervision/weeks/{sheet.id}/sign", data={"sha256": fresh, "password": PASSWORD})
    (signed,) = session.scalars(select(SignOff))
    assert json.loads(signed.record)["body"]["entries"][0]["minutes"] == 55


def test_a_week_withdrawn_meanwhile_leads_back_to_the_queue(
    browser: InspectingClient, session: Session, sheet: WeekSheet
) -> None:
    withdraw_week(session, FROZEN_NOW, sheet)
    path = f"/supervision/weeks/{sheet.id}"
    for ask in (
        lambda: browser.get(path),
        lambda: browser.post(f"{path}/sign", data={"sha256": "x", "password": PASSWORD}),
        lambda: browser.post(f"{path}/return", data={"comment": "Please"}),
        lambda: browser.post("/supervision/sign", data={"week": f"{sheet.id}:x", "password": PASSWORD}),
    ):
        answer = ask()
        assert answer.location == "/supervision"
        assert "it was withdrawn or returned" in browser.get("/supervision").main
    assert signatures(session) == 0


def test_a_lapsed_license_is_said_beside_the_week_and_refused(
    browser: InspectingClient, session: Session, sheet: WeekSheet, supervision: Supervision
) -> None:
    supervision.license_expires_on = MONDAY - timedelta(days=1)
    session.flush()
    page = browser.get(f"/supervision/weeks/{sheet.id}")
    assert "Your license expired on 15 Nov 2026." in page.main
    (shown,) = hidden(page, "sha256")
    page = browser.post(f"/supervision/weeks/{sheet.id}/sign", data={"sha256": shown, "password": PASSWORD})
    assert page.status_code == 422
    assert "after your license expired on 15 Nov 2026" in page.main


def test_a_week_is_returned_with_a_comment(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet
) -> None:
    answer = browser.post(
        f"/supervision/weeks/{sheet.id}/return", data={"comment": "Thursday was 50 minutes."}
    )
    assert answer.location == "/supervision"
    session.refresh(sheet)
    assert (sheet.state, sheet.return_comment) == ("returned", "Thursday was 50 minutes.")
    (message,) = mail(outside)
    assert message.to == "alice@example.org"
    assert "Thursday was 50 minutes." in message.text


@pytest.mark.parametrize("comment", ["", "   \n ", "x" * 2001])
def test_a_return_needs_a_comment_of_reasonable_length(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet, comment: str
) -> None:
    page = browser.post(f"/supervision/weeks/{sheet.id}/return", data={"comment": comment})
    assert page.status_code == 422
    session.refresh(sheet)
    assert sheet.state == "submitted"
    assert mail(outside) == []


def test_a_signed_week_is_not_returned(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet, dana: Person
) -> None:
    (signed,) = sign(session, outside, dana, sheet)
    answer = browser.post(f"/supervision/weeks/{sheet.id}/return", data={"comment": "Too late"})
    assert answer.location == f"/supervision/records/{signed.id}"


# ---- several weeks at one sitting --------------------------------------------------------------------------------


def test_several_weeks_are_read_and_signed_with_one_password(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, sheet: WeekSheet
) -> None:
    other = submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1), minutes=45)
    page = browser.get(f"/supervision/sign?week={sheet.id}&week={other.id}")
    assert page.h1 == "Sign 2 weeks"
    assert "0:50" in page.main
    assert "0:45" in page.main
    answer = browser.post("/supervision/sign", data={"week": hidden(page, "week"), "password": PASSWORD})
    assert answer.location == "/supervision"
    assert "2 weeks signed." in browser.get("/supervision").main
    assert signatures(session) == 2
    (message,) = mail(outside)
    assert "has signed 2 weeks of your log" in message.subject


def test_of_several_weeks_all_or_none_are_signed(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, sheet: WeekSheet
) -> None:
    other = submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1))
    shown = hidden(browser.get(f"/supervision/sign?week={sheet.id}&week={other.id}"), "week")
    sheet.entries[0].minutes = 55
    session.flush()
    page = browser.post("/supervision/sign", data={"week": shown, "password": PASSWORD})
    assert page.status_code == 422
    assert "The week of 16 Nov 2026 at Bayview Clinic has changed" in page.main
    assert signatures(session) == 0
    assert "Enter your password" in browser.post("/supervision/sign", data={"week": shown}).main


@pytest.mark.parametrize("query", ["", "week=", "week=soon", "week=" + "9" * 50])
def test_without_a_choice_it_asks_for_one(browser: InspectingClient, query: str) -> None:
    answer = browser.get(f"/supervision/sign?{query}")
    assert answer.location == "/supervision"
    assert "Choose the weeks" in browser.get("/supervision").main


def test_an_unknown_week_among_them_is_not_found(browser: InspectingClient, sheet: WeekSheet) -> None:
    assert browser.get(f"/supervision/sign?week={sheet.id}&week=999").status_code == 404


def test_a_span_of_weeks_of_one_or_of_all_supervisees_is_signed_at_once(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    sheet: WeekSheet,
    statements: list[str],
) -> None:
    carol = make_person(session, "carol")
    school = make_setting(session, carol, "Oak School")
    make_supervision(session, school, sheet.supervision.supervisor if sheet.supervision else None)
    for number in range(1, 4):
        submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=number))
    submitted_week(session, outside, school)
    page = browser.get("/supervision")
    assert hidden(page, "from") == ["2026-10-26"]
    assert hidden(page, "to") == ["2026-11-22"]
    two = {"trainee": str(sheet.person_id), "from": "2026-11-12", "to": "2026-11-18"}
    assert browser.get("/supervision/sign", query_string=two).h1 == "Sign 2 weeks"
    statements.clear()
    page = browser.get("/supervision/sign", query_string={"from": "2026-11-02", "to": "2026-11-30"})
    assert page.h1 == "Sign 4 weeks"
    assert len(statements) <= 12
    browser.post("/supervision/sign", data={"week": hidden(page, "week"), "password": PASSWORD})
    assert signatures(session) == 4
    assert "1 week waits" in browser.get("/supervision").main


@pytest.mark.parametrize(
    "span", ["from=&to=", "from=soon&to=2026-11-30", "from=2026-11-16", "from=2030-01-01&to=2030-02-01"]
)
def test_a_span_without_weeks_asks_for_one(browser: InspectingClient, sheet: WeekSheet, span: str) -> None:
    assert browser.get(f"/supervision/sign?{span}").location == "/supervision"
    assert "Choose the weeks" in browser.get("/supervision").main


def test_a_span_ends_at_what_one_sitting_holds(
    browser: InspectingClient, sheet: WeekSheet, session: Session, outside: Outside, bayview: WorkSetting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1))
    monkeypatch.setattr("ceu.signoff.supervision_views.MOST_AT_ONCE", 1)
    page = browser.get("/supervision/sign?from=2026-11-01&to=2026-11-30")
    assert page.h1 == "Sign 1 week"
    assert "1 more wait in this span" in page.main


# ---- records -----------------------------------------------------------------------------------------------------


def test_a_record_is_downloaded_and_checked_without_the_site(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    sheet: WeekSheet,
    alice: Person,
    dana: Person,
) -> None:
    first, second = sign(
        session, outside, dana, submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1)), sheet
    )
    for person, records in ((dana, 1), (alice, 2)):
        client.sign_in(person)
        answer = client.get(f"/supervision/records/{second.id}.json")
        assert answer.mimetype == "application/json"
        checked = verify_file(answer.get_data(), outside.keys.public_keys)
        assert (checked.verification.answer, len(checked.records)) == (Answer.GENUINE, records)
        assert checked.records[-1].record.sha256 == second.sha256
        page = client.get(f"/supervision/records/{second.id}")
        assert "It is record 2 of this log's chain" in page.main
        assert first.sha256 in page.main


def test_an_altered_record_is_called_so(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet, dana: Person
) -> None:
    (signed,) = sign(session, outside, dana, sheet)
    signed.record = signed.record.replace('"minutes":50', '"minutes":500')
    session.flush()
    page = browser.get(f"/supervision/records/{signed.id}")
    assert "This record was altered" in page.main
    assert "changed after signing" in page.main


def test_a_removed_record_breaks_the_chain_of_the_next(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    sheet: WeekSheet,
    dana: Person,
) -> None:
    first, second = sign(
        session, outside, dana, submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1)), sheet
    )
    session.delete(first)
    session.flush()
    assert "This record was altered" in browser.get(f"/supervision/records/{second.id}").main


def test_what_was_signed_is_listed(
    browser: InspectingClient, session: Session, outside: Outside, sheet: WeekSheet, dana: Person
) -> None:
    assert "You have not signed anything yet" in browser.get("/supervision/signed").main
    (signed,) = sign(session, outside, dana, sheet)
    page = browser.get("/supervision/signed")
    assert "24 Nov 2026, 09:00Alice Example16 Nov 2026Bayview Clinic0:50" in page.texts("tr")[1]
    assert f"/supervision/records/{signed.id}" in [link.get("href") for link in page.tree.iter("a")]
    assert browser.get("/supervision/signed?before=soon").status_code == 404
    assert "not signed anything" in browser.get(f"/supervision/signed?before={signed.id}").main


# ---- the license -------------------------------------------------------------------------------------------------


def test_a_renewed_license_is_entered(
    browser: InspectingClient, session: Session, supervision: Supervision
) -> None:
    path = f"/supervision/supervisees/{supervision.id}/license"
    assert browser.get(path).h1 == "Your license"
    answer = browser.post(path, data={**LICENSE, "license_expires_on": "2030-03-31"})
    assert answer.location == "/supervision"
    assert "expires 31 Mar 2030" in browser.get("/supervision").main
    page = browser.post(path, data={**LICENSE, "license_expires_on": "2020-03-31"})
    assert page.status_code == 422
    assert "This license expired on 31 Mar 2020" in page.main


# ---- doors -------------------------------------------------------------------------------------------------------


def test_nobody_else_reads_returns_or_signs(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    sheet: WeekSheet,
    supervision: Supervision,
    alice: Person,
    bob: Person,
    dana: Person,
) -> None:
    """Bob supervises too, at another place; Alice cannot sign her own week."""
    make_supervision(session, make_setting(session, alice, "Oak School"), bob)
    week = f"/supervision/weeks/{sheet.id}"
    for person in (alice, bob):
        client.sign_in(person)
        assert client.get(week).status_code == 404
        assert client.get(f"/supervision/sign?week={sheet.id}").status_code == 404
        assert client.get(f"/supervision/supervisees/{supervision.id}/license").status_code == 404
        for path, form in (
            (f"{week}/sign", {"sha256": "x", "password": PASSWORD}),
            (f"{week}/return", {"comment": "Please"}),
            ("/supervision/sign", {"week": f"{sheet.id}:x", "password": PASSWORD}),
            (f"/supervision/supervisees/{supervision.id}/license", LICENSE),
        ):
            assert client.post(path, data=form).status_code == 404
    (signed,) = sign(session, outside, dana, sheet)
    client.sign_in(bob)
    assert client.get(f"/supervision/records/{signed.id}").status_code == 404
    assert client.get(f"/supervision/records/{signed.id}.json").status_code == 404


def test_a_week_waits_for_its_own_supervisor_only(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    sheet: WeekSheet,
    bob: Person,
) -> None:
    """Two people supervise in one setting; the week was handed to Dana."""
    make_supervision(session, bayview, bob)
    client.sign_in(bob)
    assert "Nothing waits for you" in client.get("/supervision").main
    assert client.get(f"/supervision/weeks/{sheet.id}").status_code == 404


def test_drafts_are_not_shown_to_the_supervisor(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    log(session, outside, bayview)
    assert browser.get(f"/supervision/weeks/{sheet_of(session, bayview).id}").status_code == 404


def test_after_the_end_of_a_supervision_nothing_is_signed(
    browser: InspectingClient, session: Session, sheet: WeekSheet, supervision: Supervision
) -> None:
    supervision.ended_at = FROZEN_NOW
    session.flush()
    assert browser.get(f"/supervision/weeks/{sheet.id}").status_code == 404
    form = {"sha256": "x", "password": PASSWORD}
    assert browser.post(f"/supervision/weeks/{sheet.id}/sign", data=form).status_code == 404


def test_visitors_are_asked_to_sign_in(client: InspectingClient, sheet: WeekSheet) -> None:
    for path in (
        "/supervision",
        f"/supervision/weeks/{sheet.id}",
        "/supervision/sign",
        "/supervision/signed",
    ):
        assert client.get(path).location.startswith("/sign-in?next=")


def test_of_many_supervisees_only_some_stand_below_the_queue(
    browser: InspectingClient, session: Session, supervision: Supervision, dana: Person
) -> None:
    for number in range(12):
        person = make_person(session, f"person{number}")
        make_supervision(session, make_setting(session, person), dana, token=f"{number}")
    page = browser.get("/supervision")
    assert page.get_data(as_text=True).count("Renewed?") == 10
    assert "All 13" in page.main
