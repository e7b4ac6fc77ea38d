"""Totals of earlier logs: noted, refused where they would count twice, signed or attested as a span, marked everywhere."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.files import look_at
from ceu.adapters.outside import Outside
from ceu.domain.errors import DomainError
from ceu.experience.attest_models import Attestation, Backlog
from ceu.experience.models import Supervision, WorkSetting
from ceu.experience.queries import hours_by_state, list_chain
from ceu.experience.records import read_record
from ceu.experience.services import change_entry
from ceu.signing.records import Answer, verify_chain
from ceu.signoff.attest_services import (
    Asked,
    add_evidence,
    ask_to_attest,
    attest,
    begin_attestation,
    decline_to_attest,
    end_attestation,
    shown_span,
    take_back,
)
from ceu.signoff.backlog_services import Total, Totals, change_backlog, note_backlog, remove_backlog
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, make_setting, settle
from tests.factories import FROZEN_NOW, PASSWORD, make_person

FIRST, LAST = date(2025, 4, 1), date(2025, 9, 30)
PDF = b"%PDF-1.7\n"


def totals(**facts: Any) -> Totals:
    return Totals(
        **{
            "first_day": FIRST,
            "last_day": LAST,
            "source": "Paper logs",
            "supervisor_name": "Pat Gray",
            "license_type": "LMFT",
            "license_number": "5",
            "totals": [
                Total("counseling", "individual", 30_000),
                Total("supervision_individual", None, 1_500),
            ],
            "paper_signed_by": "Pat Gray",
            "paper_signed_on": date(2025, 10, 2),
            **facts,
        }
    )


def noted(session: Session, bayview: WorkSetting, **facts: Any) -> Backlog:
    return note_backlog(session, FROZEN_NOW, bayview.person_id, bayview.id, totals(**facts))


def asked_about(session: Session, backlog: Backlog, **facts: Any) -> Attestation:
    wanted = {
        "first_day": FIRST, "last_day": LAST, "why": "earlier_log", "why_text": "It was on paper.",
        "relation": "supervisor", "name": "Pat Gray", "email": "erin@example.org", **facts,
    }  # fmt: skip
    return begin_attestation(
        session,
        FROZEN_NOW,
        backlog.person_id,
        Asked(**wanted),
        setting_id=backlog.setting_id,
        backlog=backlog,
    )


def seal(session: Session, outside: Outside, found: Attestation, by: Person) -> Any:
    ask_to_attest(session, FROZEN_NOW, found)
    sealed = attest(
        session, FROZEN_NOW, outside.keys, found, attester_id=by.id, password=PASSWORD,
        shown=shown_span(session, found)[2], license_type="LMFT", license_number="5",
    )  # fmt: skip
    settle(session, outside)
    return sealed


def test_totals_are_logged_and_marked(session: Session, alice: Person, bayview: WorkSetting) -> None:
    backlog = noted(session, bayview)
    hours = hours_by_state(session, alice.id)
    assert (hours.logged, hours.submitted, hours.signed, hours.attested, hours.backlog) == (
        31_500,
        0,
        0,
        0,
        31_500,
    )
    change_backlog(
        session, FROZEN_NOW, backlog, bayview.id, totals(totals=[Total("notes", None, 60)], last_day=FIRST)
    )
    assert (backlog.minutes, backlog.version, backlog.last_day) == (60, 2, FIRST)
    add_evidence(session, FROZEN_NOW, backlog, look_at(PDF), "Scan")
    remove_backlog(session, FROZEN_NOW, backlog)
    assert hours_by_state(session, alice.id).logged == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"last_day": date(2025, 3, 31)}, "last_day"),
        ({"last_day": date(2026, 11, 25)}, "last_day"),
        ({"first_day": date(2025, 3, 2)}, "first_day"),
        ({"source": ""}, "source"),
        ({"source": "client John Smith"}, "source"),
        ({"supervisor_name": ""}, "supervisor_name"),
        ({"license_number": ""}, "license_number"),
        ({"license_type": "wizard"}, "license_type"),
        ({"paper_signed_on": None}, "paper_signed_on"),
        ({"paper_signed_on": date(2026, 11, 25)}, "paper_signed_on"),
        ({"totals": []}, "totals"),
        ({"totals": [Total("counseling", None, 60)]}, "totals"),
        ({"totals": [Total("notes", "individual", 60)]}, "totals"),
        ({"totals": [Total("magic", None, 60)]}, "totals"),
        ({"totals": [Total("notes", None, 0)]}, "totals"),
        ({"totals": [Total("notes", None, 60)] * 2}, "totals"),
        ({"totals": [Total("notes", None, 183 * 1440 + 1)]}, "totals"),
    ],
)
def test_what_cannot_be(session: Session, bayview: WorkSetting, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as caught:
        noted(session, bayview, **facts)
    assert caught.value.field == field


def test_a_span_stays_within_the_work_there(session: Session, bayview: WorkSetting) -> None:
    bayview.ended_on = date(2025, 9, 1)
    with pytest.raises(DomainError, match="ended on"):
        noted(session, bayview)


def test_nothing_counts_twice(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, supervision: Supervision
) -> None:
    entry = log(session, outside, bayview)
    with pytest.raises(DomainError, match="You have logged time at Bayview Clinic on"):
        noted(session, bayview, last_day=MONDAY)
    backlog = noted(session, bayview)
    with pytest.raises(DomainError, match="has days of this span"):
        noted(session, bayview, first_day=LAST, last_day=LAST + timedelta(days=30))
    noted(session, make_setting(session, alice, "Oak School"))
    with pytest.raises(DomainError, match="would count twice") as caught:
        log(session, outside, bayview, day=LAST)
    assert caught.value.field == "day"
    with pytest.raises(DomainError, match="would count twice"):
        change_entry(
            session, FROZEN_NOW, entry, setting_id=bayview.id, day=FIRST, minutes=50, activity="notes"
        )
    log(session, outside, bayview, day=LAST + timedelta(days=1))
    change_backlog(session, FROZEN_NOW, backlog, bayview.id, totals(last_day=LAST - timedelta(days=1)))
    log(session, outside, bayview, day=LAST)


def test_who_supervised_signs_the_span(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    erin = make_person(session, "erin")
    backlog = noted(session, bayview)
    found = asked_about(session, backlog)
    sealed = seal(session, outside, found, erin)
    body: Any = read_record(sealed.record).body
    assert sealed.kind == "experience_backlog_sign_off"
    assert "standing" not in body
    assert body["earlier_log"]["signed_on_paper_by"] == "Pat Gray"
    assert body["totals"]["minutes"] == 31_500
    hours = hours_by_state(session, alice.id)
    assert (hours.submitted, hours.signed, hours.attested, hours.backlog) == (31_500, 31_500, 0, 31_500)
    for refused in (
        lambda: change_backlog(session, FROZEN_NOW, backlog, bayview.id, totals()),
        lambda: remove_backlog(session, FROZEN_NOW, backlog),
    ):
        with pytest.raises(DomainError, match="asked to sign or attest"):
            refused()
    end_attestation(
        session, FROZEN_NOW, outside.keys, found, person_id=erin.id, reason="A mistake.", password=PASSWORD
    )
    assert (backlog.state, backlog.version) == ("draft", 2)
    with pytest.raises(DomainError, match="sealed record speaks"):
        remove_backlog(session, FROZEN_NOW, backlog)
    change_backlog(session, FROZEN_NOW, backlog, bayview.id, totals())
    chain = [read_record(one.record) for one in list_chain(session, alice.id)]
    assert verify_chain(chain, outside.keys.public_keys).answer is Answer.GENUINE


def test_another_attests_the_span_on_evidence(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    erin = make_person(session, "erin")
    backlog = noted(session, bayview)
    found = asked_about(session, backlog, relation="agency")
    with pytest.raises(DomainError, match="Attach the evidence"):
        ask_to_attest(session, FROZEN_NOW, found)
    with pytest.raises(DomainError, match="asked about this earlier log already"):
        asked_about(session, backlog)
    add_evidence(session, FROZEN_NOW, backlog, look_at(PDF), "Scan")
    sealed = seal(session, outside, found, erin)
    assert sealed.kind == "experience_attestation"
    hours = hours_by_state(session, alice.id)
    assert (hours.signed, hours.attested) == (0, 31_500)
    with pytest.raises(DomainError, match="is sealed"):
        add_evidence(session, FROZEN_NOW, backlog, look_at(PDF + b"2"), "Late")


def test_no_answer_opens_it_again(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    backlog = noted(session, bayview)
    found = asked_about(session, backlog)
    ask_to_attest(session, FROZEN_NOW, found)
    assert backlog.state == "submitted"
    decline_to_attest(session, FROZEN_NOW, found, "Too long ago.")
    assert backlog.state == "draft"
    take_back(session, FROZEN_NOW, asked_about(session, backlog))
    remove_backlog(session, FROZEN_NOW, backlog)
    assert session.query(Attestation).count() == 0


# ---- pages -------------------------------------------------------------------------------------------------------


def test_the_pages(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, bob: Person
) -> None:
    assert "No earlier log" in browser.get("/hours/earlier").main
    assert "Hours in all" in browser.get("/hours/earlier/new").main
    form = {
        "setting": bayview.id, "first_day": "2025-04-01", "last_day": "2025-09-30", "source": "Paper logs",
        "supervisor_name": "Pat Gray", "total_counseling_individual": "500:00", "total_supervision_group": "20h",
    }  # fmt: skip
    page = browser.post("/hours/earlier/new", data={**form, "total_notes": "lots"})
    assert page.status_code == 422
    assert "500:00" in page.get_data(as_text=True)
    page = browser.post(
        "/hours/earlier/new", data={**form, "total_counseling_individual": "", "total_supervision_group": ""}
    )
    assert "at least one activity" in page.main
    answer = browser.post("/hours/earlier/new", data=form)
    assert answer.status_code == 303
    path = answer.location
    page = browser.get(path)
    for words in ("Totals, not sessions", "520:00", "Group supervision", "Paper logs"):
        assert words in page.main
    scan = {"file": (BytesIO(PDF), "scan.pdf"), "title": "Scan"}
    assert browser.post(f"{path}/evidence", data=scan).status_code == 303
    assert browser.post(f"{path}/evidence", data={"title": "Scan"}).status_code == 422
    backlog = session.query(Backlog).one()
    evidence = backlog.evidence[0]
    assert browser.get(f"{path}/evidence/{evidence.id}").get_data() == PDF
    assert browser.get(f"{path}/edit").status_code == 200
    assert browser.post(f"{path}/edit", data={**form, "source": ""}).status_code == 422
    assert browser.post(f"{path}/edit", data={**form, "total_supervision_group": "30:00"}).status_code == 303
    assert "530:00" in browser.get("/hours/earlier").main
    assert "520" not in browser.get("/hours/export").main
    page = browser.get(f"/hours/attestations/new?backlog={backlog.id}")
    assert "Supervised this work" in page.main
    answer = browser.post(
        f"/hours/attestations/new?backlog={backlog.id}",
        data={
            "why": "earlier_log",
            "why_text": "Paper.",
            "relation": "supervisor",
            "name": "Pat Gray",
            "email": "pat@example.org",
        },
    )
    assert answer.status_code == 303
    assert "Pat Gray" in browser.get(answer.location).main
    browser.post(f"{path}/remove")
    assert session.query(Backlog).count() == 1, "somebody is asked about it"
    browser.post(f"{answer.location}/take-back")
    browser.post(f"{path}/evidence/{evidence.id}/remove")
    assert "No file is attached yet" in browser.get(path).main
    assert browser.post(f"{path}/remove").location == "/hours/earlier"
    assert browser.get(path).status_code == 404


def test_another_person_finds_nothing(
    client: InspectingClient, session: Session, bayview: WorkSetting, bob: Person
) -> None:
    backlog = noted(session, bayview)
    client.sign_in(bob)
    for path in ("", "/edit"):
        assert client.get(f"/hours/earlier/{backlog.id}{path}").status_code == 404
    assert client.post(f"/hours/earlier/{backlog.id}/remove").status_code == 404
    assert client.get(f"/hours/attestations/new?backlog={backlog.id}").status_code == 404


def test_a_spreadsheet_shows_attested_and_earlier_hours_apart(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    backlog = noted(session, bayview)
    add_evidence(session, FROZEN_NOW, backlog, look_at(PDF), "Scan")
    seal(session, outside, asked_about(session, backlog, relation="agency"), make_person(session, "erin"))
    log(session, outside, bayview)
    table = list(
        csv.DictReader(StringIO(browser.get("/hours/export/log.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert [(row["Minutes"], row["Minutes signed"], row["Minutes attested"]) for row in table] == [
        ("50", "0", "0"),
        ("30000", "0", "30000"),
        ("1500", "0", "1500"),
    ]
    assert table[1]["Note"] == "Total of an earlier log through 30 Sep 2025: Paper logs"
    assert browser.get("/hours/export/log.xlsx").status_code == 200
