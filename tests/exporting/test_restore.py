"""One's own export comes back as the same log with its signatures valid, once; what is altered is refused."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, request
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import current_assessment
from ceu.experience.document_models import DocumentRecord
from ceu.experience.given_models import GivenAttendance, GivenSession
from ceu.experience.models import (
    Entry,
    LogAssessment,
    SignOff,
    Supervision,
    WeekSheet,
    WeekVerdict,
    WorkSetting,
)
from ceu.experience.own_models import EntryAside, EntryTag
from ceu.experience.queries import HoursByState, hours_by_state, list_chain
from ceu.experience.records import read_record
from ceu.exporting.log import log_file
from ceu.exporting.queries import LOG_TABLES, log_rows
from ceu.exporting.restore import is_same_log
from ceu.licenses.models import Fact, Goal
from ceu.licenses.queries import list_goals
from ceu.signing.export import verify_file
from ceu.signing.records import Answer, verify_chain
from tests.client import InspectingClient, Page
from tests.experience.builders import MONDAY, log, sign, submitted_week
from tests.experience.goals import TODAY, make_goal
from tests.factories import FROZEN_NOW, make_person


@pytest.fixture
def exported(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision,
    dana: Person, alice: Person,
) -> bytes:  # fmt: skip
    """The file of a log with a goal, two signed weeks, an open one, a tag and a reflection."""
    make_goal(session, outside, alice)
    for back in (2, 1):
        sign(
            session, outside, dana, submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=back))
        )
    entry = log(session, outside, bayview, minutes=75, start_minute=545, note="quiet")
    session.add(EntryTag(entry_id=entry.id, person_id=alice.id, name="EMDR"))
    session.add(EntryAside(entry_id=entry.id, person_id=alice.id, focus=None, reflection="Slow down."))
    hold_session(session, supervision, entry)
    hold_session(session, supervision, None)
    document = DocumentRecord(
        supervision_id=supervision.id, form="us-ca.supervision-agreement", period="whole", done_on=MONDAY,
        signed_by="both", noted_by_id=dana.id, noted_at=FROZEN_NOW,
    )  # fmt: skip
    session.add(document)
    session.flush()
    data: bytes = browser.get("/hours/export/log.json").get_data()
    return data


def hold_session(session: Session, supervision: Supervision, entry: Entry | None) -> None:
    """Dana entered a session with Alice and one more: it is an entry of the log, or waits for Alice."""
    given = GivenSession(
        supervisor_id=supervision.supervisor_id, day=MONDAY, start_minute=600, minutes=60, activity="supervision_triadic",
        delivery="video", others=1, head_count=2, entered_at=FROZEN_NOW,
    )  # fmt: skip
    given.attendances.append(
        GivenAttendance(
            supervision=supervision,
            minutes=50,
            state="logged" if entry else "waiting",
            entry_id=entry.id if entry else None,
            reason="" if entry else "The week is signed.",
        )
    )
    session.add(given)


def lose_everything(session: Session) -> None:
    """The log is gone, as after a fire; the account is new."""
    for model in (
        WeekVerdict, LogAssessment, SignOff, EntryTag, EntryAside, GivenAttendance, GivenSession, DocumentRecord, Entry, WeekSheet, Supervision, WorkSetting, Goal, Fact,
    ):  # fmt: skip
        session.execute(delete(model))
    session.expire_all()


def restore(browser: InspectingClient, data: bytes) -> Any:
    return browser.post("/hours/export/restore", data={"file": (BytesIO(data), "log.json")})


def said(answer: Any) -> str:
    assert isinstance(answer, Page)
    assert answer.status_code == 422
    return answer.main


def counts(session: Session) -> dict[str, int]:
    return {
        name: session.scalar(select(func.count()).select_from(model)) or 0
        for name, (model, _) in LOG_TABLES.items()
    }


def test_the_log_comes_back_as_it_was(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, exported: bytes
) -> None:
    before, sums = log_rows(session, alice.id), hours_by_state(session, alice.id)
    goal = list_goals(session, alice.id)[0]
    stood = current_assessment(session, outside.packs, goal, TODAY)
    lose_everything(session)
    assert hours_by_state(session, alice.id) == HoursByState()

    assert restore(browser, exported).status_code == 303

    after = log_rows(session, alice.id)
    assert is_same_log(before, after)
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert hours_by_state(session, alice.id) == sums
    stands = current_assessment(session, outside.packs, list_goals(session, alice.id)[0], TODAY)
    assert stood is not None
    assert stands is not None
    assert stands.signed.assessment.requirements == stood.signed.assessment.requirements
    assert stands.logged.as_json() == stood.logged.as_json()


def test_its_signatures_are_valid_and_the_chain_goes_on(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, exported: bytes
) -> None:
    lose_everything(session)
    restore(browser, exported)
    chain = list_chain(session, alice.id)
    records = [read_record(one.record) for one in chain]
    assert verify_chain(records, outside.keys.public_keys).answer is Answer.GENUINE
    assert [one.sha256 for one in chain] == [record.sha256 for record in records]
    assert [one.signer_email for one in chain] == ["dana@example.org"] * 2
    again = browser.get("/hours/export/log.json").get_data()
    assert verify_file(again, outside.keys.public_keys).verification.answer is Answer.GENUINE
    assert json.loads(again)["records"][:-1] == json.loads(exported)["records"][:-1]
    page = browser.get("/hours/weeks")
    assert "2:55" in page.main


def test_a_second_time_nothing_is_doubled(
    browser: InspectingClient, session: Session, exported: bytes
) -> None:
    held = counts(session)
    assert restore(browser, exported).status_code == 303, "into the log it came from"
    assert counts(session) == held
    lose_everything(session)
    for _ in range(2):
        assert restore(browser, exported).status_code == 303
        assert counts(session) == held
    assert "Nothing was changed" in browser.get("/hours/weeks").get_data(as_text=True)


def test_what_a_new_account_has_told_already_stays(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, exported: bytes
) -> None:
    lose_everything(session)
    make_goal(session, outside, alice, degree_awarded_on=MONDAY)
    restore(browser, exported)
    facts = {fact.key: fact.value for fact in session.scalars(select(Fact))}
    assert facts["degree_awarded_on"] == MONDAY.isoformat()
    assert len(list_goals(session, alice.id)) == 1


ALTERATIONS: dict[str, tuple[Any, str]] = {
    "a signed week": (lambda file: file["records"][0]["body"]["entries"][0].update(minutes=51), "Record 1"),
    "an entry": (lambda file: file["records"][-1]["body"]["entries"][0].update(minutes=51), "Record 3"),
    "a record cut out": (lambda file: file["records"].pop(1), "missing"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_what_is_altered_is_refused_with_its_place(
    browser: InspectingClient, session: Session, exported: bytes, name: str
) -> None:
    lose_everything(session)
    change, place = ALTERATIONS[name]
    file = json.loads(exported)
    change(file)
    refusal = said(restore(browser, json.dumps(file).encode()))
    assert "This file was altered after it was sealed" in refusal
    assert place in refusal
    assert set(counts(session).values()) == {0}


@pytest.mark.parametrize("data", [b"", b"{}", b"%PDF-1.7", b"\xff\xfe", b'{"format": "ceu-export/1"'])
def test_what_is_no_export_is_refused(browser: InspectingClient, data: bytes) -> None:
    assert said(restore(browser, data))


def test_only_the_door_of_whole_logs_takes_large_files_and_only_from_the_signed_in(
    app: Flask, browser: InspectingClient, bayview: WorkSetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)
    large = b" " * 1_001
    assert "Choose" not in said(restore(browser, large))
    imported = browser.post("/hours/imports/file", data={"file": (BytesIO(large), "log.csv")})
    assert imported.location == "/hours/imports/file", "it says that the file is too large"
    with app.test_request_context("/hours/export/restore", method="POST"):
        assert request.max_content_length == 1_000, "nobody is signed in"


def test_no_file_is_refused(browser: InspectingClient) -> None:
    assert "Choose the JSON file" in said(browser.post("/hours/export/restore", data={}))
    assert "Choose the JSON file" in said(browser.post("/hours/export/restore", data={"file": "text"}))


def test_the_seal_of_another_site_is_refused(
    browser: InspectingClient, session: Session, exported: bytes, outside: Outside
) -> None:
    key = Ed25519PrivateKey.generate()
    foreign = log_file({"email": "alice@example.org"}, {}, HoursByState(), [], [], key, FROZEN_NOW)
    assert "cannot be checked here" in said(restore(browser, foreign))


def test_signatures_alone_are_no_log(browser: InspectingClient, exported: bytes) -> None:
    signed = browser.get("/hours/signed-log.json").get_data()
    assert "not a whole log" in said(restore(browser, signed))


def test_the_log_of_another_is_refused(
    client: InspectingClient, session: Session, exported: bytes, bob: Person
) -> None:
    refusal = said(restore(client.sign_in(bob), exported))
    assert "This is the log of alice@example.org" in refusal


def test_another_log_is_not_mixed_with_it(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, exported: bytes
) -> None:
    log(session, outside, bayview, day=MONDAY + timedelta(days=1))
    held = counts(session)
    assert "Your log is not empty" in said(restore(browser, exported))
    assert counts(session) == held


def test_signatures_of_another_account_are_not_taken(
    browser: InspectingClient, client: InspectingClient, session: Session, alice: Person, exported: bytes
) -> None:
    alice.email = "formerly.alice@example.org"
    session.flush()
    other = make_person(session, "alice")
    assert "stand in another account" in said(restore(client.sign_in(other), exported))


def test_an_address_may_be_written_in_capitals(
    browser: InspectingClient, session: Session, alice: Person, exported: bytes
) -> None:
    lose_everything(session)
    session.execute(update(Person).where(Person.id == alice.id).values(email="Alice@Example.org"))
    assert restore(browser, exported).status_code == 303


def test_what_supervisors_entered_and_noted_comes_back_beside_the_entries(
    browser: InspectingClient, session: Session, alice: Person, exported: bytes
) -> None:
    lose_everything(session)
    restore(browser, exported)
    first, second = session.scalars(select(GivenAttendance).order_by(GivenAttendance.id))
    assert first.entry is not None
    assert (first.entry.person_id, first.minutes, first.session.head_count) == (alice.id, 50, 2)
    assert (second.entry_id, second.reason) == (None, "The week is signed.")
    assert first.session.supervisor_id is None, "Dana's account knows nothing of it yet"
    document = session.scalars(select(DocumentRecord)).one()
    assert (document.form, document.done_on) == ("us-ca.supervision-agreement", MONDAY)
    assert "The week is signed." in browser.get("/hours/supervision-received").main


def test_a_supervisors_export_holds_what_they_entered_and_noted(
    client: InspectingClient, session: Session, dana: Person, alice: Person, exported: bytes
) -> None:
    body = json.loads(client.sign_in(dana).get("/hours/export/given.json").get_data())["records"][0]["body"]
    assert len(body["records"]) == 2
    assert [
        (
            row["trainee"],
            row["setting"],
            row["day"],
            row["minutes"],
            row["attendance_minutes"],
            row["attendance_state"],
        )
        for row in body["sessions"]
    ] == [
        (alice.name, "Bayview Clinic", MONDAY.isoformat(), 60, 50, state) for state in ("logged", "waiting")
    ]
    (document,) = body["documents"]
    assert (document["trainee"], document["form"]) == (alice.name, "us-ca.supervision-agreement")


def test_a_supervisors_export_holds_nothing_of_another(
    client: InspectingClient, session: Session, bob: Person, exported: bytes
) -> None:
    body = json.loads(client.sign_in(bob).get("/hours/export/given.json").get_data())["records"][0]["body"]
    assert [body["records"], body["sessions"], body["documents"]] == [[], [], []]
