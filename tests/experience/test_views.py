"""The trainee's pages: log, correct, repeat, submit; whatever is typed, a sentence answers and nothing half is saved."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.mail import MemoryMailer
from ceu.adapters.outside import Outside
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.queries import WEEKS_PER_PAGE
from ceu.experience.services import return_for_correction, submit_week
from ceu.signing.export import verify_file
from ceu.signing.records import Answer
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
from tests.factories import FROZEN_NOW

WEEK = f"/hours?week={MONDAY}"
HUGE = "x" * 60_000


def typed(place: WorkSetting, **changes: Any) -> dict[str, Any]:
    """What Alice types: 50 minutes of individual counseling on Monday the 16th."""
    return {
        "day": MONDAY.isoformat(),
        "setting": place.id,
        "activity": "counseling:individual",
        "minutes": "50m",
        "delivery": "in_person",
        **changes,
    }


def entries(session: Session) -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.id)))


def mail(outside: Outside) -> list[Any]:
    assert isinstance(outside.mailer, MemoryMailer)
    return outside.mailer.sent


# ---- the week ----------------------------------------------------------------------------------------------------


def test_without_settings_it_says_where_to_begin(browser: InspectingClient) -> None:
    page = browser.get("/hours")
    assert page.h1 == "Week of 23 Nov 2026"
    assert "Where do you work?" in page.main


def test_it_shows_the_current_week(browser: InspectingClient, bayview: WorkSetting) -> None:
    page = browser.get("/hours")
    assert page.h1 == "Week of 23 Nov 2026"
    assert "Nothing logged in this week" in page.main
    assert "Choose your license" in page.main


def test_it_shows_any_other_week(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    log(session, outside, bayview, minutes=75, start_minute=600, note="Intake")
    page = browser.get("/hours?week=2026-11-19")
    assert page.h1 == "Week of 16 Nov 2026"
    assert "Direct counseling, individual 10:00 to 11:15 · Intake" in page.main
    assert "Draft" in page.main


@pytest.mark.parametrize("week", ["", "soon", "2026-13-40", "0001-01-01", "9999-12-31", HUGE])
def test_a_week_that_is_none_is_not_found(browser: InspectingClient, bayview: WorkSetting, week: str) -> None:
    assert browser.get("/hours", query_string={"week": week}).status_code == 404


def test_time_is_logged_and_the_form_remembers_setting_and_day(
    browser: InspectingClient, session: Session, alice: Person, bayview: WorkSetting
) -> None:
    make_setting(session, alice, "Oak School", began_on=date(2026, 1, 1))
    tuesday = MONDAY + timedelta(days=1)
    answer = browser.post(WEEK, data=typed(bayview, day=tuesday.isoformat(), minutes="1:15", start="09:30"))
    assert answer.status_code == 303
    assert answer.location == f"/hours?week={MONDAY}&setting={bayview.id}&day={tuesday}#log-time"
    (entry,) = entries(session)
    assert (entry.day, entry.minutes, entry.start_minute, entry.client_unit) == (
        tuesday,
        75,
        570,
        "individual",
    )
    page = browser.get(answer.location)
    assert "Logged: 1:15 on Tue 17." in page.main
    chosen = [
        option.get("value") for option in page.tree.iter("option") if option.get("selected") is not None
    ]
    assert str(bayview.id) in chosen
    ticked = [box.get("value") for box in page.tree.iter("input") if box.get("checked") is not None]
    assert ticked == [tuesday.isoformat()]


@pytest.mark.parametrize(
    ("minutes", "expected"), [("50m", 50), ("1:15", 75), ("1.25", 75), ("1h 5m", 65), (" 2 ", 120)]
)
def test_time_is_typed_as_people_type_it(
    browser: InspectingClient, session: Session, bayview: WorkSetting, minutes: str, expected: int
) -> None:
    browser.post(WEEK, data=typed(bayview, minutes=minutes))
    assert [entry.minutes for entry in entries(session)] == [expected]


def test_group_supervision_is_logged_with_its_number(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    browser.post(WEEK, data=typed(bayview, activity="supervision_group", minutes="2:00", head_count="6"))
    assert [(entry.activity, entry.head_count) for entry in entries(session)] == [("supervision_group", 6)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"minutes": ""}, "Enter how long it took"),
        ({"minutes": "0"}, "at least one minute"),
        ({"minutes": "soon"}, "is not a time"),
        ({"minutes": "50"}, "If you meant minutes, write 50m"),
        ({"minutes": "9999"}, "too long for one entry"),
        ({"minutes": HUGE}, "is not a time"),
        ({"minutes": "1.333"}, "not a whole number of minutes"),
        ({"start": "25:00"}, "is not a time of day"),
        ({"start": "23:30"}, "after midnight"),
        ({"day": "2026-11-30"}, "Choose one of the options offered"),
        ({"day": "soon"}, "Choose one of the options offered"),
        ({"day": ""}, "Choose the day"),
        ({"setting": ""}, "Choose one of the options offered"),
        ({"setting": "999999"}, "Choose one of the options offered"),
        ({"setting": "9" * 40}, "Choose one of the options offered"),
        ({"activity": "counseling"}, "Choose one of the options offered"),
        ({"activity": ""}, "Choose one of the options offered"),
        ({"delivery": "pigeon"}, "Choose one of the options offered"),
        ({"activity": "supervision_group"}, "how many of you"),
        ({"activity": "supervision_group", "head_count": "2"}, "Choose triadic supervision"),
        ({"activity": "supervision_group", "head_count": "many"}, "not a whole number"),
        ({"activity": "supervision_group", "head_count": "9" * 30}, "too large"),
        ({"note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence_and_kept(
    browser: InspectingClient, session: Session, bayview: WorkSetting, changes: dict[str, str], words: str
) -> None:
    page = browser.post(WEEK, data=typed(bayview, **{"note": "Keep me", **changes}))
    assert page.status_code == 422
    assert words in page.main
    assert entries(session) == []
    assert session.scalar(select(func.count(WeekSheet.id))) == 0
    values = [control.get("value") for control in page.tree.iter("input")]
    for name in ("minutes", "start", "note"):
        if changes.get(name) and name in {"minutes", "note"}:
            assert changes[name] in values or " ".join(changes[name].split()) in values


def test_an_empty_form_is_answered_with_sentences(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    page = browser.post(WEEK, data={})
    assert page.status_code == 422
    assert "Enter how long it took" in page.main


def test_future_days_are_refused(browser: InspectingClient, session: Session, bayview: WorkSetting) -> None:
    page = browser.post("/hours", data=typed(bayview, day="2026-11-25"))
    assert page.status_code == 422
    assert "25 Nov 2026 is still to come" in page.main


def test_another_persons_setting_cannot_be_chosen(
    browser: InspectingClient, session: Session, bayview: WorkSetting, bob: Person
) -> None:
    theirs = make_setting(session, bob, "Elsewhere")
    page = browser.post(WEEK, data=typed(theirs))
    assert page.status_code == 422
    assert "Elsewhere" not in page.main
    assert entries(session) == []


def test_a_form_sent_twice_logs_once(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    form = typed(bayview, once="a1b2c3")
    first, second = browser.post(WEEK, data=form), browser.post(WEEK, data=form)
    assert first.location == second.location
    assert len(entries(session)) == 1


def test_a_corrected_form_is_accepted_after_a_refusal(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    assert browser.post(WEEK, data=typed(bayview, once="a1b2c3", minutes="")).status_code == 422
    assert browser.post(WEEK, data=typed(bayview, once="a1b2c3")).status_code == 303
    assert len(entries(session)) == 1


def test_a_note_is_shown_as_text(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    log(session, outside, bayview, note="<b>bold</b>")
    assert "<b>bold</b>" in browser.get(WEEK).main


def test_last_week_is_repeated(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    log(session, outside, bayview)
    log(session, outside, bayview, day=MONDAY + timedelta(days=4))
    answer = browser.post("/hours/repeat-last-week?week=2026-11-23", data={})
    page = browser.get(answer.location)
    assert "1 entry copied. Left out: 27 Nov 2026 is still to come." in page.main
    browser.post("/hours/repeat-last-week?week=2026-11-23", data={})
    assert len(entries(session)) == 3


def test_with_nothing_to_repeat_it_says_so(browser: InspectingClient, bayview: WorkSetting) -> None:
    answer = browser.post("/hours/repeat-last-week", data={})
    assert "the week before has no entries" in browser.get(answer.location).main


def test_the_page_of_a_long_log_reads_only_its_week(
    browser: InspectingClient,
    session: Session,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    statements: list[str],
) -> None:
    for number in range(100):
        start = MONDAY - timedelta(weeks=number)
        sheet = WeekSheet(
            person_id=alice.id,
            setting_id=bayview.id,
            week_start=start,
            state="draft",
            version=1,
            minutes=2500,
            totals={},
            supervision_id=supervision.id,
        )
        session.add(sheet)
        session.flush()
        session.add_all(
            Entry(
                person_id=alice.id,
                sheet_id=sheet.id,
                day=start + timedelta(days=day % 7),
                minutes=50,
                activity="counseling",
                client_unit="couple",
                delivery="video",
                logged_at=FROZEN_NOW,
            )
            for day in range(50)
        )
    session.commit()
    statements.clear()
    page = browser.get(WEEK)
    assert len(statements) <= 11
    assert page.main.count("Direct counseling, couple") == 50
    statements.clear()
    browser.get("/hours/weeks")
    assert len(statements) <= 11


# ---- entries -----------------------------------------------------------------------------------------------------


def test_an_entry_is_corrected(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview, start_minute=600)
    page = browser.get(f"/hours/entries/{entry.id}")
    assert page.h1 == "Edit entry"
    values = {control.get("name"): control.get("value") for control in page.tree.iter("input")}
    assert (values["day"], values["minutes"], values["start"]) == ("2026-11-16", "0:50", "10:00")
    answer = browser.post(
        f"/hours/entries/{entry.id}", data=typed(bayview, day="2026-11-23", activity="supervision_triadic")
    )
    assert answer.location == "/hours?week=2026-11-23"
    (entry,) = entries(session)
    assert (entry.day, entry.activity, entry.client_unit, entry.head_count) == (
        date(2026, 11, 23),
        "supervision_triadic",
        None,
        2,
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": ""}, "Enter the day"),
        ({"day": "2026-02-30"}, "not a date"),
        ({"day": "0001-01-01"}, "cannot be right"),
        ({"day": "2026-11-25"}, "still to come"),
        ({"day": "2025-03-02"}, "began on 3 Mar 2025"),
        ({"minutes": "25:00"}, "too long"),
    ],
)
def test_a_wrong_correction_changes_nothing(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    changes: dict[str, str],
    words: str,
) -> None:
    entry = log(session, outside, bayview)
    page = browser.post(f"/hours/entries/{entry.id}", data=typed(bayview, **changes))
    assert page.status_code == 422
    assert words in page.main
    assert (entries(session)[0].day, sheet_of(session, bayview).minutes) == (MONDAY, 50)


def test_an_entry_is_removed(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview)
    assert browser.post(f"/hours/entries/{entry.id}/remove", data={}).location == f"{WEEK}&undo=yes"
    assert "removed. Undo" in browser.get(f"{WEEK}&undo=yes").main
    assert entries(session) == []


def test_an_entry_of_a_locked_week_can_only_be_read(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    entry = submitted_week(session, outside, bayview).entries[0]
    path = f"/hours/entries/{entry.id}"
    for ask in (
        lambda: browser.get(path),
        lambda: browser.post(path, data=typed(bayview)),
        lambda: browser.post(f"{path}/remove", data={}),
    ):
        answer = ask()
        assert answer.location == WEEK
        assert "Withdraw it first" in browser.get(answer.location).main
    assert len(entries(session)) == 1
    page = browser.post(WEEK, data=typed(bayview, minutes="10m"))
    assert page.status_code == 422
    assert "Withdraw it first" in page.main


# ---- submitting --------------------------------------------------------------------------------------------------


def test_a_week_is_submitted_and_withdrawn(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    log(session, outside, bayview, minutes=90)
    sheet = sheet_of(session, bayview)
    assert "Submit to Dana Example" in browser.get(WEEK).main
    answer = browser.post(f"/hours/weeks/{sheet.id}/submit", data={})
    assert answer.location == WEEK
    assert "Waiting for Dana Example" in browser.get(WEEK).main
    (message,) = mail(outside)
    assert (message.to, message.subject) == (
        "dana@example.org",
        "A week of Alice Example waits for your signature",
    )
    assert f"http://localhost/supervision/weeks/{sheet.id}" in message.text
    assert "1:30 hours" in message.text
    browser.post(f"/hours/weeks/{sheet.id}/withdraw", data={})
    assert "Submit to Dana Example" in browser.get(WEEK).main


def test_with_two_supervisors_one_must_be_chosen(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    bob: Person,
) -> None:
    second = make_supervision(session, bayview, bob)
    log(session, outside, bayview)
    sheet = sheet_of(session, bayview)
    page = browser.post(f"/hours/weeks/{sheet.id}/submit", data={"supervision_id": ""})
    assert page.status_code == 422
    assert "Choose who signs this week" in page.main
    assert browser.post(f"/hours/weeks/{sheet.id}/submit", data={"supervision_id": "999"}).status_code == 404
    browser.post(f"/hours/weeks/{sheet.id}/submit", data={"supervision_id": second.id})
    assert "Waiting for Bob Example" in browser.get(WEEK).main


def test_an_unsupervised_or_empty_week_is_not_submitted(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    dana: Person,
) -> None:
    entry = log(session, outside, bayview)
    sheet = sheet_of(session, bayview)
    page = browser.get(browser.post(f"/hours/weeks/{sheet.id}/submit", data={}).location)
    assert "Nobody has accepted yet to supervise you at Bayview Clinic" in page.main
    make_supervision(session, bayview, dana)
    browser.post(f"/hours/entries/{entry.id}/remove", data={})
    page = browser.get(browser.post(f"/hours/weeks/{sheet.id}/submit", data={}).location)
    assert "nothing in this week yet" in page.main
    assert mail(outside) == []


def test_a_returned_week_shows_the_comment(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    sheet = submitted_week(session, outside, bayview)
    return_for_correction(session, FROZEN_NOW, sheet, "Thursday was 50 minutes.")
    page = browser.get(WEEK)
    assert "Returned" in page.main
    assert "Thursday was 50 minutes." in page.main
    assert "Submit to Dana Example" in page.main


def test_a_signed_week_leads_to_its_record_and_stays(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
) -> None:
    sheet = submitted_week(session, outside, bayview)
    (signed,) = sign(session, outside, dana, sheet)
    page = browser.get(WEEK)
    assert f"/supervision/records/{signed.id}" in [link.get("href") for link in page.tree.iter("a")]
    for verb in ("withdraw", "submit"):
        answer = browser.post(f"/hours/weeks/{sheet.id}/{verb}", data={})
        assert "A signed week cannot be changed" in browser.get(answer.location).main
    session.refresh(sheet)
    assert sheet.state == "signed"


def test_the_signed_log_can_be_downloaded_and_checked(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
) -> None:
    weeks = [
        submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=number)) for number in range(3)
    ]
    sign(session, outside, dana, *weeks)
    answer = browser.get("/hours/signed-log.json")
    assert answer.mimetype == "application/json"
    checked = verify_file(answer.get_data(), outside.keys.public_keys)
    assert (checked.verification.answer, len(checked.records)) == (Answer.GENUINE, 3)


# ---- weeks -------------------------------------------------------------------------------------------------------


def test_weeks_are_listed_by_page_with_their_sums(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    school = make_setting(session, alice, "Oak School")
    for number in range(WEEKS_PER_PAGE + 2):
        log(session, outside, bayview, day=MONDAY - timedelta(weeks=number), minutes=60)
    log(session, outside, school, minutes=30)
    submit_week(session, FROZEN_NOW, sheet_of(session, bayview))
    first = browser.get("/hours/weeks")
    rows = first.texts("tr")[1:]
    assert len(rows) == WEEKS_PER_PAGE
    assert rows[0] == "16 Nov 2026 1:30 Bayview Clinic 1:00 Waiting for Dana Example Oak School 0:30 Draft"
    assert "Logged28:30 Submitted1:00 Signed0:00" in first.main
    older = next(link.get("href") for link in first.tree.iter("a") if link.get("rel") == "next")
    second = browser.get(older)
    assert len(second.texts("tr")) == 3
    assert "rel" not in str([link.attrib for link in second.tree.iter("a") if link.get("rel") == "next"])


def test_without_weeks_it_says_so(browser: InspectingClient) -> None:
    assert "No weeks yet" in browser.get("/hours/weeks").main


@pytest.mark.parametrize("before", ["soon", "0001-01-01", HUGE])
def test_a_page_that_is_none_is_not_found(browser: InspectingClient, before: str) -> None:
    assert browser.get("/hours/weeks", query_string={"before": before}).status_code == 404


# ---- settings and supervisors ------------------------------------------------------------------------------------

PLACE = {
    "name": "Bayview  Clinic ",
    "kind": "nonprofit",
    "employment": "employee",
    "began_on": "2025-03-03",
    "ended_on": "",
    "practicum": "y",
}


def test_a_setting_is_added_and_a_supervisor_is_asked_for(
    browser: InspectingClient, session: Session
) -> None:
    answer = browser.post("/hours/settings/new", data=PLACE)
    (setting,) = session.scalars(select(WorkSetting))
    assert answer.location == f"/hours/settings/{setting.id}/supervisors/new"
    assert (setting.name, setting.practicum) == ("Bayview Clinic", True)
    assert "Bayview Clinic is noted" in browser.get(answer.location).main
    assert "Bayview Clinic" in browser.get("/hours/settings").main


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "  "}, "Enter the name of the place"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"kind": "casino"}, "Choose one of the options offered"),
        ({"employment": ""}, "Choose how you work there"),
        ({"employment": "friend"}, "Choose one of the options offered"),
        ({"began_on": ""}, "Enter your first day"),
        ({"began_on": "yesterday"}, "not a date"),
        ({"ended_on": "2025-03-02"}, "before the first"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    browser: InspectingClient, session: Session, changes: dict[str, str], words: str
) -> None:
    page = browser.post("/hours/settings/new", data={**PLACE, **changes})
    assert page.status_code == 422
    assert words in page.main
    assert session.scalar(select(func.count(WorkSetting.id))) == 0


def test_a_setting_is_corrected(browser: InspectingClient, session: Session, bayview: WorkSetting) -> None:
    assert browser.get(f"/hours/settings/{bayview.id}").h1 == "Edit setting"
    answer = browser.post(f"/hours/settings/{bayview.id}", data={**PLACE, "employment": "volunteer"})
    assert answer.location == "/hours/settings"
    session.refresh(bayview)
    assert bayview.employment == "volunteer"
    assert browser.post(f"/hours/settings/{bayview.id}", data={}).status_code == 422


def test_a_supervisor_is_invited_again_and_the_invitation_taken_back(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    path = f"/hours/settings/{bayview.id}/supervisors/new"
    browser.post(path, data={"name": "Dana Diaz", "email": "Dana@Example.org"})
    (message,) = mail(outside)
    assert message.to == "dana@example.org"
    assert "Alice Example asks you to supervise at Bayview Clinic" in message.subject
    assert "http://localhost/supervision/invitations/" in message.text
    assert "Invited 24 Nov 2026" in browser.get("/hours/settings").main
    (supervision,) = session.scalars(select(Supervision))
    browser.post(f"/hours/supervisions/{supervision.id}/resend", data={})
    assert len(mail(outside)) == 2
    assert mail(outside)[1].text != message.text
    browser.post(f"/hours/supervisions/{supervision.id}/end", data={})
    assert "Taken back" in browser.get("/hours/settings").main
    page = browser.post(f"/hours/supervisions/{supervision.id}/resend", data={})
    assert page.status_code == 422
    assert "has been answered or taken back" in page.main
    assert len(mail(outside)) == 2


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "email": "dana@example.org"}, "Enter your supervisor's name"),
        ({"name": "Dana", "email": ""}, "Enter the address"),
        ({"name": "Dana", "email": "dana"}, "not an e-mail address"),
        ({"name": "Me", "email": "ALICE@example.org"}, "your own address"),
        (
            {"name": "Dana\r\nBcc: eve@example.org", "email": "a@b\r\nBcc: eve@example.org"},
            "not an e-mail address",
        ),
        ({"name": HUGE, "email": HUGE}, "at most 120 characters"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    browser: InspectingClient, outside: Outside, bayview: WorkSetting, form: dict[str, str], words: str
) -> None:
    page = browser.post(f"/hours/settings/{bayview.id}/supervisors/new", data=form)
    assert page.status_code == 422
    assert words in page.main
    assert mail(outside) == []


def test_a_supervision_with_waiting_weeks_does_not_end(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    submitted_week(session, outside, bayview)
    page = browser.post(f"/hours/supervisions/{supervision.id}/end", data={})
    assert page.status_code == 422
    assert "Weeks still wait for Dana Example's signature" in page.main
    assert "Supervises you" in page.main


# ---- doors -------------------------------------------------------------------------------------------------------


def test_nobody_reaches_another_persons_log(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    bob: Person,
    dana: Person,
) -> None:
    sheet = submitted_week(session, outside, bayview)
    entry = sheet.entries[0]
    for person in (bob, dana):
        client.sign_in(person)
        for path in (
            f"/hours/entries/{entry.id}",
            f"/hours/settings/{bayview.id}",
            f"/hours/settings/{bayview.id}/supervisors/new",
        ):
            assert client.get(path).status_code == 404
            assert client.post(path, data=typed(bayview)).status_code == 404
        for path in (
            f"/hours/entries/{entry.id}/remove",
            f"/hours/weeks/{sheet.id}/submit",
            f"/hours/weeks/{sheet.id}/withdraw",
            f"/hours/supervisions/{supervision.id}/resend",
            f"/hours/supervisions/{supervision.id}/end",
        ):
            assert client.post(path, data={}).status_code == 404
        assert "Bayview" not in client.get(WEEK).main
        assert "Bayview" not in client.get("/hours/weeks").main
        assert "Bayview" not in client.get("/hours/settings").main
    session.refresh(sheet)
    assert (sheet.state, len(sheet.entries)) == ("submitted", 1)


def test_visitors_are_asked_to_sign_in(client: InspectingClient, bayview: WorkSetting) -> None:
    for path in ("/hours", "/hours/weeks", "/hours/settings", "/hours/signed-log.json"):
        assert client.get(path).location.startswith("/sign-in?next=")
    assert client.post(WEEK, data=typed(bayview)).status_code == 302


def test_what_was_changed_meanwhile_is_not_written_over(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview)
    shown = {
        "seen": entry.fingerprint,
        "day": MONDAY.isoformat(),
        "setting": str(bayview.id),
        "delivery": "video",
    }
    form = {**shown, "activity": "counseling:individual"}
    assert browser.post(f"/hours/entries/{entry.id}", data={**form, "minutes": "2:00"}).status_code == 303
    refused = browser.post(f"/hours/entries/{entry.id}", data={**form, "minutes": "5:00"})
    assert refused.status_code == 422
    assert "changed meanwhile" in refused.main
    session.refresh(entry)
    assert entry.minutes == 120
    seen = next(field.get("value") for field in refused.tree.iter("input") if field.get("name") == "seen")
    again = browser.post(f"/hours/entries/{entry.id}", data={**form, "seen": seen, "minutes": "5:00"})
    assert again.status_code == 303
