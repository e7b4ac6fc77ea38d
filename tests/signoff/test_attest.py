"""Hours that nobody who supervised can sign: vouched for with evidence, sealed, and never counted as signed."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.tokens import digest as token_digest
from ceu.adapters.files import look_at
from ceu.adapters.outside import Outside
from ceu.domain.errors import DomainError, NotFound
from ceu.experience.assessing import current_assessment
from ceu.experience.assessment_queries import read_log
from ceu.experience.attest_models import Attestation, AttestedWeek, Evidence
from ceu.experience.attest_queries import find_attestation_of
from ceu.experience.models import SignOff, Supervision, WeekSheet, WorkSetting
from ceu.experience.queries import hours_by_state, list_chain
from ceu.experience.records import read_record
from ceu.experience.services import change_entry, withdraw_week
from ceu.exporting.queries import LOG_TABLES, log_rows
from ceu.exporting.restore import is_same_log
from ceu.signing.export import export_file, verify_file
from ceu.signing.records import Answer
from ceu.signing.report import report_file
from ceu.signoff.attest_services import (
    Asked,
    add_evidence,
    ask_to_attest,
    attest,
    begin_attestation,
    decline_to_attest,
    end_attestation,
    remove_evidence,
    shown_span,
    take_back,
)
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, settle, sheet_of, sign, submitted_week
from tests.experience.goals import TODAY, make_goal
from tests.factories import FROZEN_NOW, PASSWORD, make_person

PDF = b"%PDF-1.7\n% a scan\n%%EOF\n"
EARLIER = MONDAY - timedelta(weeks=1)


@pytest.fixture
def erin(session: Session) -> Person:
    """The director of the clinic."""
    return make_person(session, "erin")


@pytest.fixture
def weeks(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> list[WeekSheet]:
    """Three weeks under Dana: one she signed, one that waits for her, one that was never handed in."""
    signed = submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=2))
    sign(session, outside, dana, signed)
    waiting = submitted_week(session, outside, bayview, EARLIER)
    log(session, outside, bayview, minutes=70)
    return [signed, waiting, sheet_of(session, bayview)]


def asked(**facts: Any) -> Asked:
    return Asked(
        **{
            "first_day": MONDAY - timedelta(weeks=2),
            "last_day": MONDAY,
            "why": "died",
            "why_text": "Died in March.",
            "relation": "director",
            "name": "Erin Example",
            "email": "erin@example.org",
            "license_type": "LCSW",
            "license_number": "4711",
            **facts,
        }
    )


def begun(
    session: Session, alice: Person, bayview: WorkSetting, *, evidence: bool = True, **facts: Any
) -> Attestation:
    found = begin_attestation(session, FROZEN_NOW, alice.id, asked(**facts), setting_id=bayview.id)
    if evidence:
        add_evidence(session, FROZEN_NOW, found, look_at(PDF), "Weekly logs")
    return found


def seal(session: Session, outside: Outside, found: Attestation, by: Person, **facts: Any) -> SignOff:
    if found.asked_at is None and found.relation != "own":
        ask_to_attest(session, FROZEN_NOW, found)
    sealed = attest(
        session, FROZEN_NOW, outside.keys, found,
        **{
            "attester_id": by.id, "password": PASSWORD, "shown": shown_span(session, found)[2],
            "license_type": "LCSW", "license_number": "4711", **facts,
        },
    )  # fmt: skip
    settle(session, outside)
    return sealed


# ---- the record and the totals -----------------------------------------------------------------------------------


def test_attested_is_not_signed_anywhere(
    session: Session,
    outside: Outside,
    alice: Person,
    erin: Person,
    bayview: WorkSetting,
    weeks: list[WeekSheet],
) -> None:
    goal = make_goal(session, outside, alice)
    settle(session, outside)
    before = current_assessment(session, outside.packs, goal, TODAY)
    seal(session, outside, begun(session, alice, bayview), erin)
    hours = hours_by_state(session, alice.id)
    assert (hours.logged, hours.submitted, hours.signed, hours.attested) == (170, 50, 50, 120)
    assert [sheet.state for sheet in weeks] == ["signed", "attested", "attested"]
    assert sorted(read_log(session, alice.id, {bayview.id: False}).signed.tolist()) == [False, False, True]
    after = current_assessment(session, outside.packs, goal, TODAY)
    assert before is not None
    assert after is not None
    assert after.signed.as_json() == before.signed.as_json(), "the signed run of the rules does not see them"
    assert after.logged.minutes == 170


def test_the_record_holds_everything_and_stands_in_the_chain(
    session: Session,
    outside: Outside,
    alice: Person,
    erin: Person,
    bayview: WorkSetting,
    weeks: list[WeekSheet],
) -> None:
    sealed = seal(session, outside, begun(session, alice, bayview), erin)
    record = read_record(sealed.record)
    body: Any = record.body
    assert record.kind == "experience_attestation"
    assert record.previous == list_chain(session, alice.id)[0].sha256
    assert record.signer.name == "Erin Example"
    assert record.signer.license == "LCSW 4711"
    assert body["evidence"] == [
        {
            "title": "Weekly logs",
            "media_type": "application/pdf",
            "bytes": len(PDF),
            "sha256": look_at(PDF).sha256,
        }
    ]
    assert body["supervised_by"] == [{"name": "Dana Example", "license": "LMFT 98765"}]
    assert body["why_not_signed"]["reason"] == "The supervisor has died"
    assert [week["totals"]["minutes"] for week in body["weeks"]] == [50, 70]
    assert body["totals"]["minutes"] == 120
    assert "not a supervisor’s signature" in body["standing"]
    chain = [read_record(one.record) for one in list_chain(session, alice.id)]
    data = export_file(chain, outside.keys.public_keys.values())
    assert verify_file(data, outside.keys.public_keys).verification.answer is Answer.GENUINE
    assert "Experience attestation" in "\n".join(report_file(data, outside.keys.public_keys).lines)
    altered = data.replace(look_at(PDF).sha256.encode(), b"0" * 64)
    assert verify_file(altered, outside.keys.public_keys).verification.answer is Answer.ALTERED


def test_attested_weeks_are_locked_and_leave_the_queue(
    session: Session,
    outside: Outside,
    alice: Person,
    erin: Person,
    bayview: WorkSetting,
    weeks: list[WeekSheet],
) -> None:
    seal(session, outside, begun(session, alice, bayview), erin)
    with pytest.raises(DomainError, match="has been attested"):
        log(session, outside, bayview, start_minute=900)
    (entry,) = weeks[2].entries
    with pytest.raises(DomainError, match="has been attested"):
        change_entry(
            session, FROZEN_NOW, entry, setting_id=bayview.id, day=MONDAY, minutes=1, activity="notes"
        )
    withdraw_week(session, FROZEN_NOW, weeks[1])
    assert weeks[1].state == "attested"
    with pytest.raises(DomainError, match="no longer waits"):
        sign(session, outside, session.get_one(Person, weeks[1].supervision.supervisor_id), weeks[1])  # type: ignore[union-attr]


def test_what_changed_since_it_was_shown_is_not_sealed(
    session: Session,
    outside: Outside,
    alice: Person,
    erin: Person,
    bayview: WorkSetting,
    weeks: list[WeekSheet],
) -> None:
    found = begun(session, alice, bayview)
    shown = shown_span(session, found)[2]
    log(session, outside, bayview, start_minute=900)
    with pytest.raises(DomainError, match="changed since"):
        seal(session, outside, found, erin, shown=shown)
    add_evidence(session, FROZEN_NOW, found, look_at(PDF + b"2"), "A letter")
    with pytest.raises(DomainError, match="changed since"):
        seal(session, outside, found, erin, shown=shown)
    sealed = seal(session, outside, found, erin)
    assert seal(session, outside, found, erin) is sealed, "twice changes nothing"
    with pytest.raises(DomainError, match="is sealed"):
        add_evidence(session, FROZEN_NOW, found, look_at(PDF + b"3"), "Later")
    with pytest.raises(DomainError, match="is sealed"):
        remove_evidence(session, FROZEN_NOW, found, found.evidence[0])


def test_it_ends_with_a_record_and_the_weeks_are_open_again(
    session: Session, outside: Outside, alice: Person, erin: Person, bob: Person, bayview: WorkSetting,
    weeks: list[WeekSheet], dana: Person,
) -> None:  # fmt: skip
    found = begun(session, alice, bayview)
    sealed = seal(session, outside, found, erin)
    wanted: Any = {"reason": "Dana was found.", "password": PASSWORD}
    with pytest.raises(NotFound):
        end_attestation(session, FROZEN_NOW, outside.keys, found, person_id=bob.id, **wanted)
    ended = end_attestation(session, FROZEN_NOW, outside.keys, found, person_id=alice.id, **wanted)
    body: Any = read_record(ended.record).body
    assert body["withdraws"]["sha256"] == sealed.sha256
    assert [sheet.state for sheet in weeks] == ["signed", "draft", "draft"]
    assert hours_by_state(session, alice.id).attested == 0
    with pytest.raises(DomainError, match="not in force"):
        end_attestation(session, FROZEN_NOW, outside.keys, found, person_id=alice.id, **wanted)
    chain = [read_record(one.record) for one in list_chain(session, alice.id)]
    lines = report_file(export_file(chain, []), outside.keys.public_keys).lines
    assert any("It was withdrawn by record 3" in line for line in lines)
    found = begun(session, alice, bayview, relation="own")
    seal(session, outside, found, alice)
    assert read_record(found.sign_off.record).meaning.startswith("I declare under penalty")  # type: ignore[union-attr]
    assert find_attestation_of(session, found.sign_off_id or 0) is found


def test_who_may_seal_and_on_what(
    session: Session, outside: Outside, alice: Person, erin: Person, bob: Person, bayview: WorkSetting,
    weeks: list[WeekSheet],
) -> None:  # fmt: skip
    bare = begun(session, alice, bayview, evidence=False)
    with pytest.raises(DomainError, match="Attach the evidence"):
        ask_to_attest(session, FROZEN_NOW, bare)
    found = begun(session, alice, bayview)
    with pytest.raises(NotFound):
        attest(session, FROZEN_NOW, outside.keys, found, attester_id=erin.id, password=PASSWORD, shown="")
    with pytest.raises(DomainError, match="another address"):
        seal(session, outside, found, bob)
    with pytest.raises(DomainError, match="your own hours"):
        seal(session, outside, found, alice)
    with pytest.raises(DomainError, match="password"):
        seal(session, outside, found, erin, password="wrong")
    with pytest.raises(DomainError, match="or neither"):
        seal(session, outside, found, erin, license_number="")
    own = begun(session, alice, bayview, relation="own", email="", name="")
    assert (own.name, own.email) == ("Alice Example", "alice@example.org")
    with pytest.raises(DomainError, match="yourself"):
        ask_to_attest(session, FROZEN_NOW, own)
    with pytest.raises(NotFound):
        seal(session, outside, own, erin)


def test_what_cannot_be_begun(
    session: Session, alice: Person, bayview: WorkSetting, weeks: list[WeekSheet]
) -> None:
    for facts, field in (
        ({"relation": "supervisor"}, "relation"),
        ({"relation": "friend"}, "relation"),
        ({"why": "lazy"}, "why"),
        ({"why_text": "client John Smith"}, "why_text"),
        ({"last_day": MONDAY - timedelta(weeks=3)}, "last_day"),
        ({"first_day": MONDAY - timedelta(weeks=2), "last_day": MONDAY - timedelta(weeks=2)}, "first_day"),
        ({"email": "Alice@example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"name": ""}, "name"),
        ({"license_number": ""}, "license_number"),
    ):
        with pytest.raises(DomainError) as caught:
            begun(session, alice, bayview, **facts)
        assert caught.value.field == field, facts


def test_declined_and_taken_back(
    session: Session,
    alice: Person,
    erin: Person,
    bayview: WorkSetting,
    outside: Outside,
    weeks: list[WeekSheet],
) -> None:
    found = begun(session, alice, bayview)
    ask_to_attest(session, FROZEN_NOW, found)
    with pytest.raises(DomainError, match="Write why"):
        decline_to_attest(session, FROZEN_NOW, found, " ")
    decline_to_attest(session, FROZEN_NOW, found, "I know nothing of it.")
    with pytest.raises(DomainError, match="was declined"):
        seal(session, outside, found, erin, shown="")
    other = begun(session, alice, bayview)
    take_back(session, FROZEN_NOW, other)
    with pytest.raises(DomainError, match="taken back"):
        ask_to_attest(session, FROZEN_NOW, other)


# ---- pages -------------------------------------------------------------------------------------------------------


def token_in(outside: Outside) -> str:
    sent: list[Any] = outside.mailer.sent  # type: ignore[attr-defined]
    return (
        next(message.text for message in reversed(sent) if "/attest/" in message.text)
        .split("/attest/")[1]
        .split()[0]
    )


def test_from_the_first_page_to_the_record(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, erin: Person, bob: Person,
    bayview: WorkSetting, weeks: list[WeekSheet],
) -> None:  # fmt: skip
    client.sign_in(alice)
    assert "Nothing is attested" in client.get("/hours/attestations").main
    form = {
        "setting": bayview.id, "first_day": "2026-11-02", "last_day": "2026-11-16", "why": "died",
        "why_text": "Died in March.", "relation": "director", "name": "Erin Example", "email": "erin@example.org",
    }  # fmt: skip
    assert client.get("/hours/attestations/new").status_code == 200
    assert client.post("/hours/attestations/new", data={**form, "why_text": ""}).status_code == 422
    answer = client.post("/hours/attestations/new", data=form)
    assert answer.status_code == 303
    path = answer.location
    assert "No file is attached yet" in client.get(path).main
    client.post(f"{path}/ask")
    assert "Attach the evidence first" in client.get(path).get_data(as_text=True)
    for data, name, wrong in ((b"<script>", "scan.pdf", "no PDF"), (b"", "scan.pdf", "file")):
        page = client.post(f"{path}/evidence", data={"file": (BytesIO(data), name), "title": "Logs"})
        assert page.status_code == 422
        assert wrong in page.main
    assert client.post(f"{path}/evidence", data={"file": "text", "title": "Logs"}).status_code == 422
    assert (
        client.post(f"{path}/evidence", data={"file": (BytesIO(PDF), "a.html"), "title": "Logs"}).status_code
        == 303
    )
    (evidence,) = session.query(Evidence).all()
    file = client.get(f"{path}/evidence/{evidence.id}")
    assert file.get_data() == PDF
    assert file.mimetype == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert client.post(f"{path}/ask").status_code == 303
    link = f"/attest/{token_in(outside)}"
    assert "These are your own hours" in client.get(link).main

    visitor = client.application.test_client()
    visitor.session = session  # type: ignore[attr-defined]
    page = visitor.get(link)
    assert "Read, then attest or decline" in page.main  # type: ignore[attr-defined]
    assert "Died in March" not in page.main, "nothing is shown before somebody signs in"  # type: ignore[attr-defined]
    assert visitor.get(f"{link}/evidence/{evidence.id}").status_code == 302

    client.sign_in(bob)
    assert client.get(f"{path}/evidence/{evidence.id}").status_code == 404
    assert client.get(path).status_code == 404
    client.sign_in(erin)
    page = client.get(link)
    assert "Died in March." in page.main
    assert client.get(f"{link}/evidence/{evidence.id}").get_data() == PDF
    shown = next(one.get("value") for one in page.tree.iter("input") if one.get("name") == "sha256")
    assert client.post(link, data={"sha256": shown, "password": "no"}).status_code == 422
    answer = client.post(
        link, data={"sha256": shown, "password": PASSWORD, "license_type": "LCSW", "license_number": "4711"}
    )
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "Genuine and unaltered" in page.main
    assert "Attested is not signed" in page.main
    assert client.get("/supervision/records/" + answer.location.rsplit("/", 1)[1]).location == answer.location
    assert (
        client.get("/supervision/records/" + answer.location.rsplit("/", 1)[1] + ".json").status_code == 200
    )
    assert "What you attested for others" in client.get("/hours/attestations").main
    assert client.get(f"{path}/evidence/{evidence.id}").get_data() == PDF
    client.sign_in(alice)
    assert "Attested" in client.get("/hours/weeks").main
    assert "Attested" in client.get(f"/hours?week={MONDAY}").main
    assert client.get(answer.location).status_code == 200
    make_goal(session, outside, alice)
    settle(session, outside)
    assert "Attested hours are" in client.get("/hours/requirements").main
    assert client.get(f"{path}/end").status_code == 200
    assert client.post(f"{path}/end", data={"reason": "Found.", "password": PASSWORD}).status_code == 303
    assert client.get(f"{path}/end").status_code == 404
    assert client.get(link).status_code == 404


def test_declining_own_statements_and_removing_files(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, erin: Person, bayview: WorkSetting,
    weeks: list[WeekSheet],
) -> None:  # fmt: skip
    found = begun(session, alice, bayview)
    token = ask_to_attest(session, FROZEN_NOW, found)
    assert found.token_hash == token_digest(token)
    client.sign_in(erin)
    assert client.post(f"/attest/{token}/decline", data={"answer": ""}).status_code == 422
    assert client.post(f"/attest/{token}/decline", data={"answer": "No."}).status_code == 303
    assert "Declined" in client.get(f"/attest/{token}").main
    client.sign_in(alice)
    own = begun(session, alice, bayview, relation="own")
    path = f"/hours/attestations/{own.id}"
    page = client.get(path)
    assert "Make the statement" in page.main
    assert client.post(f"{path}/state", data={"password": ""}).status_code == 422
    shown = next(one.get("value") for one in page.tree.iter("input") if one.get("name") == "sha256")
    client.post(f"{path}/evidence/{own.evidence[0].id}/remove")
    assert session.get_one(Attestation, own.id).evidence == []
    assert (
        "Attach the evidence"
        in client.post(f"{path}/state", data={"password": PASSWORD, "sha256": shown}).main
    )
    add_evidence(session, FROZEN_NOW, session.get_one(Attestation, own.id), look_at(PDF), "Logs")
    page = client.get(path)
    shown = next(one.get("value") for one in page.tree.iter("input") if one.get("name") == "sha256")
    answer = client.post(f"{path}/state", data={"password": PASSWORD, "sha256": shown})
    assert "own sworn statement" in client.get(answer.location).main
    assert client.post(f"{path}/take-back").status_code == 303
    assert session.get_one(Attestation, own.id).stands == "attested"


# ---- leaving and coming back -------------------------------------------------------------------------------------


@pytest.fixture
def exported(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, erin: Person, bayview: WorkSetting,
    weeks: list[WeekSheet],
) -> bytes:  # fmt: skip
    outside.files.put(PDF)
    seal(session, outside, begun(session, alice, bayview), erin)
    data: bytes = client.sign_in(alice).get("/hours/export/log.zip").get_data()
    return data


def lose_everything(session: Session, outside: Outside) -> None:
    for model, _ in reversed(LOG_TABLES.values()):
        session.execute(delete(model))
    outside.files.kept.clear()  # type: ignore[attr-defined]
    session.expire_all()


def test_the_bundle_brings_records_and_evidence_back(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, erin: Person, exported: bytes
) -> None:
    with ZipFile(BytesIO(exported)) as archive:
        assert archive.namelist() == ["log.json", f"evidence/{look_at(PDF).sha256}.pdf"]
        assert json.loads(archive.read("log.json"))["records"][-1]["body"]["totals"]["attested"] == 120
    before, hours = log_rows(session, alice.id), hours_by_state(session, alice.id)
    lose_everything(session, outside)
    for _ in range(2):
        answer = client.post("/hours/export/restore", data={"file": (BytesIO(exported), "log.zip")})
        assert answer.status_code == 303
    assert is_same_log(before, log_rows(session, alice.id))
    assert hours_by_state(session, alice.id) == hours
    assert outside.files.get(look_at(PDF).sha256) == PDF
    (found,) = session.query(Attestation).all()
    assert "Genuine and unaltered" in client.get(f"/attestations/records/{found.sign_off_id}").main
    assert session.query(AttestedWeek).count() == 2
    assert list_chain(session, alice.id)[-1].signer_email == "erin@example.org"


def test_altered_evidence_is_refused(
    client: InspectingClient, session: Session, outside: Outside, exported: bytes
) -> None:
    lose_everything(session, outside)
    altered = exported.replace(b"% a scan", b"% a fake")
    page = client.post("/hours/export/restore", data={"file": (BytesIO(altered), "log.zip")})
    assert page.status_code == 422
    assert session.query(WeekSheet).count() == 0


@pytest.mark.parametrize("data", [b"PK", b"PK\x05\x06" + bytes(18)])
def test_a_zip_without_a_log_is_refused(client: InspectingClient, alice: Person, data: bytes) -> None:
    page = client.sign_in(alice).post("/hours/export/restore", data={"file": (BytesIO(data), "log.zip")})
    assert page.status_code == 422
