"""The pages around a signature: amended, asked for by link, signed without an account, withdrawn."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.clock import FrozenClock
from ceu.adapters.mail import MemoryMailer
from ceu.adapters.outside import Outside
from ceu.experience.models import SigningLink, SignOff, Supervision, WeekSheet, WorkSetting, WrongCode
from ceu.experience.services import amend_week, submit_week
from ceu.experience.sign_links import LINK_LIFE, MOST_WRONG_CODES, PROOF_LIFE
from ceu.signing.export import verify_file
from ceu.signing.records import Answer
from tests.client import InspectingClient, Page
from tests.experience.builders import (
    MONDAY,
    log,
    make_setting,
    make_supervision,
    settle,
    sheet_of,
    sign,
    submitted_week,
)
from tests.factories import FROZEN_NOW, PASSWORD, make_person

SIGNER = {
    "printed_name": "Dana Q. Example",
    "license_type": "LMFT",
    "license_number": "98765",
    "licensed_on": "2015-05-01",
    "license_expires_on": "2028-03-31",
    "related": "no",
}


def mail(outside: Outside) -> list[Any]:
    assert isinstance(outside.mailer, MemoryMailer)
    return outside.mailer.sent


def hidden(page: Page, name: str) -> list[str]:
    return [str(one.get("value")) for one in page.tree.iter("input") if one.get("name") == name]


def forms(page: Page) -> list[str]:
    return [str(form.get("action")) for form in page.tree.iter("form")]


def signatures(session: Session) -> int:
    return session.scalar(select(func.count(SignOff.id))) or 0


@pytest.fixture
def invited(session: Session, bayview: WorkSetting) -> Supervision:
    """Dana was invited to Bayview Clinic and has no account."""
    return make_supervision(session, bayview)


@pytest.fixture
def week(session: Session, outside: Outside, bayview: WorkSetting, invited: Supervision) -> WeekSheet:
    """An open week of 50 minutes."""
    log(session, outside, bayview, start_minute=545, note="Intake")
    return sheet_of(session, bayview)


@pytest.fixture
def link(browser: InspectingClient, outside: Outside, invited: Supervision, week: WeekSheet) -> str:
    """The path of the link that Alice has sent to Dana; the browser is then a visitor's."""
    answer = browser.post(f"/hours/supervisions/{invited.id}/signatures", data={"weeks": [str(week.id)]})
    assert answer.status_code == 303
    (message,) = mail(outside)
    mail(outside).clear()
    browser.delete_cookie("ceu")
    found = re.search(r"/sign/\S+", message.text)
    assert found
    return found[0]


def code_of(client: InspectingClient, outside: Outside, link: str) -> str:
    """Ask for the code and read it from the mail."""
    client.post(f"{link}/code", data={})
    found = re.search(r"\d{3} \d{3}", mail(outside)[-1].text)
    assert found
    return found[0]


def prove(client: InspectingClient, outside: Outside, link: str) -> Page:
    """Type the code and say who signs; returns the page with the weeks."""
    answer = client.post(link, data={**SIGNER, "code": code_of(client, outside, link)})
    assert answer.location == f"{link}/weeks"
    page: Page = client.get(answer.location)
    return page


# ---- asking ------------------------------------------------------------------------------------------------------


def test_the_trainee_chooses_weeks_and_the_link_goes_out_without_the_code(
    browser: InspectingClient, session: Session, outside: Outside, invited: Supervision, week: WeekSheet
) -> None:
    path = f"/hours/supervisions/{invited.id}/signatures"
    assert path in [str(one.get("href")) for one in browser.get("/hours/settings").tree.iter("a")]
    assert "16 Nov 2026, 0:50 hours" in browser.get(path).main
    assert browser.post(path, data={"weeks": [str(week.id)], "once": "a1"}).location == path
    assert browser.post(path, data={"weeks": [str(week.id)], "once": "a1"}).location == path
    (message,) = mail(outside)
    assert message.to == "dana@example.org"
    assert "the week of 16 Nov 2026, 0:50 hours" in message.text
    assert not re.search(r"\d{6}|\d{3} \d{3}", message.text.split("/sign/")[0])
    session.refresh(week)
    assert week.state == "submitted"
    page = browser.get(path)
    assert "dana@example.org" in page.main
    assert "Open" in page.main


@pytest.mark.parametrize("weeks", [[], ["999"], ["soon"]])
def test_without_a_week_of_ones_own_no_link_goes_out(
    browser: InspectingClient, outside: Outside, invited: Supervision, week: WeekSheet, weeks: list[str]
) -> None:
    page = browser.post(f"/hours/supervisions/{invited.id}/signatures", data={"weeks": weeks})
    assert page.status_code == 422
    assert mail(outside) == []


def test_a_link_is_taken_back(
    browser: InspectingClient, session: Session, alice: Person, link: str, week: WeekSheet
) -> None:
    (stored,) = session.scalars(select(SigningLink))
    browser.sign_in(alice)
    answer = browser.post(f"/hours/signing-links/{stored.id}/revoke", data={})
    assert "Taken back" in browser.get(answer.location).main
    browser.delete_cookie("ceu")
    page = browser.get(link)
    assert page.h1 == "This link no longer works"
    assert "taken back" in page.main
    session.refresh(week)
    assert week.state == "draft"


# ---- signing by link ---------------------------------------------------------------------------------------------


def test_a_week_is_signed_by_link_and_code(
    browser: InspectingClient, session: Session, outside: Outside, link: str, statements: list[str]
) -> None:
    page = browser.get(link)
    assert page.h1 == "Sign for Alice Example"
    assert "Intake" not in page.main
    assert browser.get(f"{link}/weeks").location == link
    page = prove(browser, outside, link)
    assert page.h1 == "Sign 1 week"
    for words in (
        "Direct counseling, individual Intake",
        "from 9:05",
        "Dana Q. Example",
        "LMFT",
        "I attest that",
    ):
        assert words in page.main
    assert page.headers["Cache-Control"] == "no-store"
    mail(outside).clear()
    form = {"week": hidden(page, "week"), "attested": "y", "once": "a1"}
    assert browser.post(f"{link}/weeks", data=form).location == link
    assert browser.post(f"{link}/weeks", data=form).location == link
    assert browser.post(f"{link}/weeks", data={**form, "once": "b2"}).location == link
    assert signatures(session) == 1
    (signed,) = session.scalars(select(SignOff))
    page = browser.get(link)
    assert page.h1 == "Thank you"
    assert signed.sha256 in page.main
    to_trainee, to_signer = mail(outside)
    assert (to_trainee.to, to_signer.to) == ("alice@example.org", "dana@example.org")
    assert "Dana Q. Example has signed a week" in to_trainee.subject
    assert signed.sha256 in to_signer.text


def test_the_trainee_sees_how_identity_was_checked(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, link: str
) -> None:
    page = prove(browser, outside, link)
    browser.post(f"{link}/weeks", data={"week": hidden(page, "week"), "attested": "y"})
    (signed,) = session.scalars(select(SignOff))
    browser.sign_in(alice)
    page = browser.get(f"/supervision/records/{signed.id}")
    assert "e-mailed link and code" in page.texts("dd")
    assert "Genuine and unaltered" in page.main
    answer = browser.get(f"/supervision/records/{signed.id}.json")
    checked = verify_file(answer.get_data(), outside.keys.public_keys)
    assert checked.verification.answer is Answer.GENUINE
    assert browser.get(link).status_code == 404


def test_wrong_codes_end_the_link(
    browser: InspectingClient, session: Session, outside: Outside, link: str
) -> None:
    code = code_of(browser, outside, link)
    wrong = f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06d}"
    for _ in range(MOST_WRONG_CODES):
        page = browser.post(link, data={**SIGNER, "code": wrong})
        assert page.status_code == 422
        assert "not the code we sent last" in page.main
    assert session.scalar(select(func.count(WrongCode.id))) == MOST_WRONG_CODES
    page = browser.post(link, data={**SIGNER, "code": code})
    assert page.status_code == 422
    assert "Too many wrong codes" in page.main
    assert "Too many wrong codes" in browser.get(link).main


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ""}, "Type the six digits"),
        ({"printed_name": ""}, "Enter your name"),
        ({"license_number": ""}, "Enter the number of your license"),
        ({"license_expires_on": "2020-01-01"}, "This license expired"),
        ({"related": ""}, "Answer yes or no"),
        ({"code": "9" * 60_000}, "at most 20 characters"),
    ],
)
def test_a_signer_must_say_who_they_are(
    browser: InspectingClient, session: Session, outside: Outside, link: str, invited: Supervision,
    changes: dict[str, str], words: str,
) -> None:  # fmt: skip
    code = code_of(browser, outside, link)
    page = browser.post(link, data={**SIGNER, "code": code, **changes})
    assert page.status_code == 422
    assert words in page.main
    session.refresh(invited)
    assert invited.license_number is None
    assert browser.get(f"{link}/weeks").location == link


def test_only_what_was_seen_is_signed_and_only_when_attested(
    browser: InspectingClient, session: Session, outside: Outside, link: str, week: WeekSheet
) -> None:
    shown = hidden(prove(browser, outside, link), "week")
    page = browser.post(f"{link}/weeks", data={"week": shown})
    assert page.status_code == 422
    assert "Tick this if you attest it" in page.main
    week.entries[0].minutes = 55
    session.flush()
    page = browser.post(f"{link}/weeks", data={"week": shown, "attested": "y"})
    assert page.status_code == 422
    assert "has changed since this page was opened" in page.main
    assert "0:55" in page.main
    assert signatures(session) == 0
    browser.post(f"{link}/weeks", data={"week": hidden(page, "week"), "attested": "y"})
    assert signatures(session) == 1


def test_the_proof_ends_after_an_hour_and_the_link_after_two_weeks(
    browser: InspectingClient, outside: Outside, link: str
) -> None:
    prove(browser, outside, link)
    assert isinstance(outside.clock, FrozenClock)
    outside.clock.set(FROZEN_NOW + PROOF_LIFE)
    assert browser.get(f"{link}/weeks").location == link
    outside.clock.set(FROZEN_NOW + LINK_LIFE)
    assert "too old" in browser.get(link).main
    assert browser.post(f"{link}/code", data={}).location == link
    assert len(mail(outside)) == 1


def test_the_signer_corrects_what_they_typed_without_another_code(
    browser: InspectingClient, session: Session, outside: Outside, link: str
) -> None:
    prove(browser, outside, link)
    page = browser.get(link)
    assert hidden(page, "code") == []
    assert hidden(page, "printed_name") == ["Dana Q. Example"]
    browser.post(link, data={**SIGNER, "printed_name": "Dana Quinn Example"})
    assert "Dana Quinn Example" in browser.get(f"{link}/weeks").main


def test_a_week_is_returned_by_link(
    browser: InspectingClient, session: Session, outside: Outside, link: str, week: WeekSheet
) -> None:
    prove(browser, outside, link)
    mail(outside).clear()
    path = f"{link}/weeks/{week.id}/return"
    assert browser.post(path, data={"comment": " "}).status_code == 422
    assert browser.post(path, data={"comment": "Thursday was 30 minutes."}).location == f"{link}/weeks"
    session.refresh(week)
    assert (week.state, week.return_comment) == ("returned", "Thursday was 30 minutes.")
    (message,) = mail(outside)
    assert message.to == "alice@example.org"
    assert "Nothing waits behind this link" in browser.get(f"{link}/weeks").main
    assert "Nothing waits behind this link" in browser.get(link).main
    browser.post(path, data={"comment": "Again"})
    assert "no longer waits for you" in browser.get(f"{link}/weeks").main
    assert len(mail(outside)) == 1


def test_a_proof_opens_no_other_link(
    browser: InspectingClient, session: Session, outside: Outside, link: str, bob: Person, week: WeekSheet
) -> None:
    prove(browser, outside, link)
    (mine,) = session.scalars(select(SigningLink))
    other = SigningLink(
        supervision_id=mine.supervision_id, email=mine.email, token_hash="1" * 64, sent_at=FROZEN_NOW,
        expires_at=mine.expires_at,
    )  # fmt: skip
    session.add(other)
    session.flush()
    assert (
        browser.post(f"{link}/weeks/{week.id + 1}/return", data={"comment": "x"}).location == f"{link}/weeks"
    )
    for path in ("/sign/nonsense", f"/sign/{'x' * 3000}"):
        assert browser.get(path).status_code == 404
        assert browser.get(f"{path}/weeks").status_code == 404
        assert browser.post(f"{path}/code", data={}).status_code == 404
        assert browser.post(f"{path}/weeks/{week.id}/return", data={"comment": "x"}).status_code == 404


def test_records_are_taken_into_the_account_made_later(
    browser: InspectingClient, session: Session, outside: Outside, link: str, bob: Person
) -> None:
    page = prove(browser, outside, link)
    browser.post(f"{link}/weeks", data={"week": hidden(page, "week"), "attested": "y"})
    browser.sign_in(bob)
    assert "before you had an account" not in browser.get("/supervision/signed").main
    browser.post("/supervision/signed/claim", data={})
    browser.sign_in(make_person(session, "dana"))
    assert "1 record was signed by a link sent to your address" in browser.get("/supervision/signed").main
    browser.post("/supervision/signed/claim", data={})
    page = browser.get("/supervision/signed")
    assert "1 record is now in your account" in page.main
    assert "In force" in page.texts("tr")[1]


# ---- amending ----------------------------------------------------------------------------------------------------


@pytest.fixture
def signed(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> SignOff:
    """Dana's signature on 50 minutes."""
    return sign(session, outside, dana, submitted_week(session, outside, bayview, start_minute=600))[0]


def amended(session: Session, outside: Outside, setting: WorkSetting) -> WeekSheet:
    sheet = sheet_of(session, setting)
    amend_week(session, FROZEN_NOW, sheet, "It was a longer session.")
    log(session, outside, setting, minutes=10, start_minute=650, note="Rest")
    submit_week(session, FROZEN_NOW, sheet)
    settle(session, outside)
    return sheet


def test_a_signed_week_is_amended_and_the_log_says_which_version_is_in_force(
    browser: InspectingClient, session: Session, bayview: WorkSetting, signed: SignOff
) -> None:
    sheet = sheet_of(session, bayview)
    week = f"/hours?week={MONDAY.isoformat()}"
    path = f"/hours/weeks/{sheet.id}/amend"
    assert path in [str(one.get("href")) for one in browser.get(week).tree.iter("a")]
    assert browser.get(path).h1 == "Amend the week of 16 Nov 2026"
    assert browser.post(path, data={"reason": " "}).status_code == 422
    assert browser.post(path, data={"reason": "Longer"}).location == week
    page = browser.get(week)
    assert "Version 1 with 0:50 hours stays in force" in page.main
    assert "version 1, signed, in force with 0:50" in browser.get("/hours/weeks").main
    assert browser.post(path, data={"reason": "Again"}).status_code == 422
    assert browser.post(f"/hours/weeks/{sheet.id}/drop-amendment", data={}).location == week
    page = browser.get(week)
    assert "again as it was signed" in page.main
    assert "stays in force" not in page.main


def test_the_signer_sees_what_changed(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    signed: SignOff,
    dana: Person,
) -> None:
    sheet = amended(session, outside, bayview)
    browser.sign_in(dana)
    page = browser.get(f"/supervision/weeks/{sheet.id}")
    assert "What changed since version 1 was signed" in page.main
    assert "Reason given: It was a longer session." in page.main
    said = page.texts("dd")
    assert "New: Direct counseling, individual · 0:10 from 10:50 · In person · Rest" in said
    assert "Was: 0:50. Now: 1:00" in said
    (shown,) = hidden(page, "sha256")
    answer = browser.post(f"/supervision/weeks/{sheet.id}/sign", data={"sha256": shown, "password": PASSWORD})
    page = browser.get(answer.location)
    assert "version 1: It was a longer session." in page.main
    page = browser.get(f"/supervision/records/{signed.id}")
    assert "A later version is in force" in page.main
    assert "Genuine and unaltered" in page.main
    rows = browser.get("/supervision/signed").texts("tr")
    assert "In force" in rows[1]
    assert rows[2].endswith("0:50No longer in force")


# ---- withdrawing -------------------------------------------------------------------------------------------------


def test_a_signature_is_withdrawn_once_and_both_keep_the_records(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    alice: Person,
    signed: SignOff,
    dana: Person,
) -> None:
    browser.sign_in(dana)
    path = f"/supervision/records/{signed.id}/withdraw"
    assert path in [
        str(one.get("href")) for one in browser.get(f"/supervision/records/{signed.id}").tree.iter("a")
    ]
    assert browser.get(path).h1 == "Withdraw your signature"
    for form, words in (
        ({"reason": "", "password": PASSWORD}, "Write why"),
        ({"reason": "Leave", "password": "guess"}, "not the password"),
    ):
        page = browser.post(path, data=form)
        assert page.status_code == 422
        assert words in page.main
    form = {"reason": "I was on leave.", "password": PASSWORD}
    answer = browser.post(path, data=form)
    assert browser.post(path, data=form).location == answer.location
    assert signatures(session) == 2
    (message,) = mail(outside)
    assert message.to == "alice@example.org"
    assert "I was on leave." in message.text
    for person in (dana, alice):
        browser.sign_in(person)
        page = browser.get(answer.location)
        assert page.h1 == "Withdrawal, week of 16 Nov 2026"
        assert "Genuine and unaltered" in page.main
        assert "I was on leave." in page.main
        page = browser.get(f"/supervision/records/{signed.id}")
        assert "This signature was withdrawn" in page.main
        checked = verify_file(browser.get(f"{answer.location}.json").get_data(), outside.keys.public_keys)
        assert checked.verification.answer is Answer.GENUINE
    page = browser.get(f"/hours?week={MONDAY.isoformat()}")
    assert "Returned for correction" in page.main
    assert "I was on leave." in page.main


# ---- the thread of a week ----------------------------------------------------------------------------------------


def test_a_returned_week_is_answered_and_both_see_the_thread(
    client: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision,
    alice: Person, dana: Person,
) -> None:  # fmt: skip
    sheet = submitted_week(session, outside, bayview)
    week, path = f"/hours?week={MONDAY.isoformat()}", f"/hours/weeks/{sheet.id}/answer"
    client.sign_in(alice)
    assert "has no comment to answer" in client.post(path, data={"text": "Too early"}).main
    client.sign_in(dana)
    client.post(f"/supervision/weeks/{sheet.id}/return", data={"comment": "Was Thursday 50 minutes?"})
    client.sign_in(alice)
    assert path in forms(client.get(week))
    mail(outside).clear()
    assert "Write your answer." in client.post(path, data={"text": "  "}).main
    page = client.post(path, data={"text": "It was client John Smith."})
    assert page.status_code == 422
    assert "It was client John Smith." in page.main
    assert "looks like a person’s name" in page.main
    assert not mail(outside)
    client.post(path, data={"text": "Yes, as booked.", "once": "a1"})
    client.post(path, data={"text": "Yes, as booked.", "once": "a1"})
    (message,) = mail(outside)
    assert message.to == "dana@example.org"
    assert "Yes, as booked." in message.text
    assert client.get(week).main.count("Yes, as booked.") == 1
    client.sign_in(dana)
    page = client.get("/supervision")
    assert "Returned by you" in page.main
    assert "Was Thursday 50 minutes?" in page.main
    assert "Yes, as booked." in page.main
    submit_week(session, FROZEN_NOW, sheet)
    assert "Yes, as booked." in client.get(f"/supervision/weeks/{sheet.id}").main
    sign(session, outside, dana, sheet)
    client.sign_in(alice)
    assert "is signed. Amend it" in client.post(path, data={"text": "Thanks"}).main
    page = client.get(week)
    assert path not in forms(page)
    client.sign_in(make_person(session, "erin"))
    assert client.post(path, data={"text": "x"}).status_code == 404


# ---- doors -------------------------------------------------------------------------------------------------------


def test_others_and_visitors_find_nothing(
    client: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, signed: SignOff,
    supervision: Supervision, alice: Person, bob: Person, dana: Person,
) -> None:  # fmt: skip
    make_supervision(session, make_setting(session, bob, "Elsewhere"), dana)
    link = SigningLink(
        supervision_id=supervision.id, email="dana@example.org", token_hash="2" * 64, sent_at=FROZEN_NOW,
        expires_at=FROZEN_NOW + timedelta(days=1),
    )  # fmt: skip
    session.add(link)
    session.flush()
    sheet = sheet_of(session, bayview)
    pages = {
        f"/hours/weeks/{sheet.id}/amend": (bob, dana),
        f"/hours/supervisions/{supervision.id}/signatures": (bob, dana),
        f"/supervision/records/{signed.id}/withdraw": (bob, alice),
    }
    for path, people in pages.items():
        assert client.get(path).location.startswith("/sign-in")
        for person in people:
            client.sign_in(person)
            assert client.get(path).status_code == 404
            assert client.post(path, data={"reason": "x", "password": PASSWORD}).status_code == 404
        client.delete_cookie("ceu")
    for path in (f"/hours/weeks/{sheet.id}/drop-amendment", f"/hours/signing-links/{link.id}/revoke"):
        client.sign_in(bob)
        assert client.post(path, data={}).status_code == 404
    session.refresh(link)
    assert link.revoked_at is None
