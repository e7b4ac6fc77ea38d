"""Weeks handed to another supervisor: asked, accepted, declined; who supervised stays known to rules and record."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.errors import DomainError, NotFound
from ceu.experience.models import Supervision, Transfer, WeekSheet, WorkSetting
from ceu.experience.queries import count_waiting
from ceu.experience.records import ATTESTATION, TAKEN_OVER_ATTESTATION, read_record
from ceu.experience.services import amend_week, body_of, drop_amendment, end_supervision, submit_week
from ceu.exporting.queries import list_log_lines, list_records_in_force, log_rows, signed_days
from ceu.signoff.transfer_services import (
    accept_transfer,
    ask_for_transfer,
    decline_transfer,
    take_transfer_back,
)
from tests.client import InspectingClient
from tests.experience.builders import (
    MONDAY,
    column_of,
    log,
    make_setting,
    make_supervision,
    sheet_of,
    sign,
    submitted_week,
)
from tests.factories import FROZEN_NOW, make_person


@pytest.fixture
def erin(session: Session) -> Person:
    return make_person(session, "erin")


@pytest.fixture
def taking(session: Session, bayview: WorkSetting, erin: Person, waiting: WeekSheet) -> Supervision:
    """Erin supervises Alice at Bayview since Dana left."""
    return make_supervision(session, bayview, erin, license_number="11111")


@pytest.fixture
def waiting(session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision) -> WeekSheet:
    """A week that Dana supervised and has not signed."""
    return submitted_week(session, outside, bayview)


def ask(
    session: Session, leaving: Supervision, taking: Supervision, *sheets: WeekSheet, **facts: Any
) -> Transfer:
    return ask_for_transfer(
        session,
        FROZEN_NOW,
        **{"leaving": leaving, "taking": taking, "sheets": sheets, "reason": "Moved abroad.", **facts},
    )


def test_nothing_moves_before_it_is_accepted(
    session: Session,
    supervision: Supervision,
    waiting: WeekSheet,
    taking: Supervision,
    erin: Person,
    dana: Person,
) -> None:
    transfer = ask(session, supervision, taking, waiting)
    assert (count_waiting(session, dana.id), count_waiting(session, erin.id)) == (1, 0)
    assert accept_transfer(session, FROZEN_NOW, transfer) == 1
    assert (count_waiting(session, dana.id), count_waiting(session, erin.id)) == (0, 1)
    with pytest.raises(DomainError, match="accepted already"):
        accept_transfer(session, FROZEN_NOW, transfer)
    end_supervision(session, FROZEN_NOW, supervision)
    assert supervision.ended_at == FROZEN_NOW


def test_the_record_and_the_rules_say_who_supervised(
    session: Session, outside: Outside, alice: Person, erin: Person, supervision: Supervision, taking: Supervision,
    waiting: WeekSheet,
) -> None:  # fmt: skip
    accept_transfer(session, FROZEN_NOW, ask(session, supervision, taking, waiting))
    assert column_of(session, alice.id, "supervisor") == [str(supervision.id)]
    (signed,) = sign(session, outside, erin, waiting)
    record = read_record(signed.record)
    body: Any = record.body
    assert body["supervisor"]["name"] == "Erin Example"
    assert body["supervised_by"]["name"] == "Dana Example"
    assert body["supervised_by"]["license"]["number"] == "98765"
    assert body["transfers"] == [
        {
            "from": "Dana Example",
            "to": "Erin Example",
            "reason": "Moved abroad.",
            "asked_at": "2026-11-24T17:00:00Z",
            "accepted_at": "2026-11-24T17:00:00Z",
        }
    ]
    assert record.meaning == body["attestation"] == TAKEN_OVER_ATTESTATION
    assert record.signer.license.startswith("LMFT 11111")
    assert column_of(session, alice.id, "supervisor") == [str(supervision.id)]
    assert [line.supervisor for line in list_log_lines(session, alice.id)] == ["Dana Example"]
    assert list_records_in_force(session, alice.id, taking.id) == [], "no form says that Erin supervised"
    assert signed_days(session, alice.id) == {}


def test_a_second_transfer_keeps_the_first(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, taking: Supervision,
    waiting: WeekSheet,
) -> None:  # fmt: skip
    third = make_supervision(session, bayview, make_person(session, "fay"))
    accept_transfer(session, FROZEN_NOW, ask(session, supervision, taking, waiting))
    accept_transfer(session, FROZEN_NOW, ask(session, taking, third, waiting, reason="Ill."))
    body = body_of(waiting)
    assert body["supervised_by"]["name"] == "Dana Example"
    assert [(one["from"], one["to"]) for one in body["transfers"]] == [
        ("Dana Example", "Erin Example"),
        ("Erin Example", "Fay Example"),
    ]
    accept_transfer(session, FROZEN_NOW, ask(session, third, supervision, waiting, reason="Back again."))
    assert "supervised_by" not in body_of(waiting)
    assert body_of(waiting)["attestation"] == ATTESTATION


def test_drafts_are_handed_in_and_what_was_signed_meanwhile_stays(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, taking: Supervision,
    dana: Person, waiting: WeekSheet,
) -> None:  # fmt: skip
    earlier = MONDAY - timedelta(weeks=1)
    log(session, outside, bayview, day=earlier)
    draft = sheet_of(session, bayview, earlier)
    draft.supervision = supervision
    transfer = ask(session, supervision, taking, draft, waiting)
    sign(session, outside, dana, waiting)
    assert accept_transfer(session, FROZEN_NOW, transfer) == 1
    assert (draft.state, draft.supervision_id) == ("submitted", taking.id)
    assert (waiting.state, waiting.supervision_id, waiting.supervised_by_id) == (
        "signed",
        supervision.id,
        None,
    )


def test_a_declined_transfer_says_why(
    session: Session, supervision: Supervision, taking: Supervision, waiting: WeekSheet
) -> None:
    transfer = ask(session, supervision, taking, waiting)
    with pytest.raises(DomainError, match="Write why"):
        decline_transfer(session, FROZEN_NOW, transfer, " ")
    with pytest.raises(DomainError, match="looks like"):
        decline_transfer(session, FROZEN_NOW, transfer, "I know client John Smith")
    decline_transfer(session, FROZEN_NOW, transfer, "I was not there.")
    assert (waiting.supervision_id, transfer.stands) == (supervision.id, "declined")
    with pytest.raises(DomainError, match="was declined"):
        accept_transfer(session, FROZEN_NOW, transfer)


def test_a_transfer_is_taken_back(
    session: Session, supervision: Supervision, taking: Supervision, waiting: WeekSheet
) -> None:
    transfer = ask(session, supervision, taking, waiting)
    with pytest.raises(DomainError, match="waits for its answer"):
        ask(session, supervision, taking, waiting)
    take_transfer_back(session, FROZEN_NOW, transfer)
    with pytest.raises(DomainError, match="was taken back"):
        accept_transfer(session, FROZEN_NOW, transfer)
    assert ask(session, supervision, taking, waiting).is_unanswered


def test_what_cannot_be_handed_over(
    session: Session, outside: Outside, alice: Person, dana: Person, supervision: Supervision, taking: Supervision,
    waiting: WeekSheet, erin: Person,
) -> None:  # fmt: skip
    elsewhere = make_supervision(session, make_setting(session, alice, "Oak School"), erin)
    with pytest.raises(NotFound):
        ask(session, supervision, elsewhere, waiting)
    with pytest.raises(DomainError, match="somebody who has accepted"):
        ask(session, supervision, supervision, waiting)
    with pytest.raises(DomainError, match="at least one week"):
        ask(session, supervision, taking)
    with pytest.raises(DomainError, match="cannot sign"):
        ask(session, supervision, taking, waiting, reason=" ")
    sign(session, outside, dana, waiting)
    with pytest.raises(DomainError, match="no longer be handed over"):
        ask(session, supervision, taking, waiting)


def test_who_takes_over_holds_a_license_that_day(
    session: Session, outside: Outside, erin: Person, supervision: Supervision, taking: Supervision,
    waiting: WeekSheet,
) -> None:  # fmt: skip
    taking.licensed_on = date(2026, 11, 20)  # after the days worked: Erin did not supervise them
    transfer = ask(session, supervision, taking, waiting)
    taking.license_expires_on = date(2026, 11, 22)
    session.flush()
    with pytest.raises(DomainError, match="license expired"):
        accept_transfer(session, FROZEN_NOW, transfer)
    taking.license_expires_on = date(2026, 11, 24)
    accept_transfer(session, FROZEN_NOW, transfer)
    taking.license_expires_on = date(2026, 11, 22)
    session.flush()
    with pytest.raises(DomainError, match="in force"):
        sign(session, outside, erin, waiting)


def test_an_amendment_of_a_week_taken_over_is_given_up(
    session: Session, outside: Outside, alice: Person, erin: Person, supervision: Supervision, taking: Supervision,
    waiting: WeekSheet,
) -> None:  # fmt: skip
    accept_transfer(session, FROZEN_NOW, ask(session, supervision, taking, waiting))
    sign(session, outside, erin, waiting)
    amend_week(session, FROZEN_NOW, waiting, "Longer")
    submit_week(session, FROZEN_NOW, waiting, supervision.id)
    assert waiting.supervised_by_id is None, "Dana signs as who supervised"
    waiting.state = "draft"
    drop_amendment(session, FROZEN_NOW, waiting)
    assert waiting.supervision_id == taking.id
    assert body_of(waiting)["supervised_by"]["name"] == "Dana Example"


# ---- pages -------------------------------------------------------------------------------------------------------


def mail_to(outside: Outside, address: str) -> list[str]:
    sent: list[Any] = outside.mailer.sent  # type: ignore[attr-defined]
    return [message.text for message in sent if message.to == address]


def test_asking_reading_and_accepting(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, dana: Person, erin: Person,
    supervision: Supervision, taking: Supervision, waiting: WeekSheet,
) -> None:  # fmt: skip
    client.sign_in(alice)
    path = f"/hours/supervisions/{supervision.id}/transfer"
    assert path in client.get("/hours/settings").get_data(as_text=True)
    assert "Which weeks, and to whom?" in client.get(path).main
    page = client.post(path, data={"weeks": waiting.id, "taking": taking.id, "reason": "client John Smith"})
    assert page.status_code == 422
    assert "Why the words may stay" in page.main
    answer = client.post(path, data={"weeks": waiting.id, "taking": taking.id, "reason": "Died in March."})
    assert answer.status_code == 303
    assert "Waiting" in client.get(path).main
    assert "Died in March." in mail_to(outside, dana.email)[0]
    assert "accept or decline" in mail_to(outside, erin.email)[0]

    client.sign_in(erin)
    queue = client.get("/supervision").main
    assert "You are asked to take weeks over" in queue
    transfer = session.query(Transfer).one()
    asked = f"/supervision/transfers/{transfer.id}"
    page = client.get(asked)
    for words in ("You did not see this work", "LMFT 98765", "Died in March.", "that stays Dana Example"):
        assert words in page.main
    assert client.get(f"/supervision/weeks/{waiting.id}").status_code == 404
    assert client.post(f"{asked}/accept").status_code == 303
    assert "Accepted" in client.get(asked).main
    page = client.get(f"/supervision/weeks/{waiting.id}")
    assert "Supervised by" in page.main
    assert "I did not supervise them myself" in page.main
    assert "has accepted" in mail_to(outside, alice.email)[0]
    assert "has accepted" in mail_to(outside, dana.email)[-1]
    client.sign_in(dana)
    assert "Accepted" in client.get(asked).main
    assert client.post(f"{asked}/accept").status_code == 404


def test_declining_and_taking_back(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, erin: Person, bob: Person,
    supervision: Supervision, taking: Supervision, waiting: WeekSheet,
) -> None:  # fmt: skip
    transfer = ask(session, supervision, taking, waiting)
    asked = f"/supervision/transfers/{transfer.id}"
    client.sign_in(bob)
    assert client.get(asked).status_code == 404
    assert client.post(f"/hours/transfers/{transfer.id}/take-back").status_code == 404
    client.sign_in(erin)
    assert client.post(f"{asked}/decline", data={"answer": ""}).status_code == 422
    assert client.post(f"{asked}/decline", data={"answer": "Not mine."}).status_code == 303
    assert "Not mine." in mail_to(outside, alice.email)[0]
    client.post(f"{asked}/accept")
    assert waiting.supervision_id == supervision.id
    again = ask(session, supervision, taking, waiting)
    client.sign_in(alice)
    client.post(f"/hours/transfers/{again.id}/take-back")
    assert session.get_one(Transfer, again.id).stands == "taken_back"
    client.post(f"/hours/transfers/{again.id}/take-back")
    assert "was taken back" in client.get(f"/hours/supervisions/{supervision.id}/transfer").get_data(
        as_text=True
    )


def test_an_export_takes_transfers_along(
    session: Session, alice: Person, supervision: Supervision, taking: Supervision, waiting: WeekSheet
) -> None:
    accept_transfer(session, FROZEN_NOW, ask(session, supervision, taking, waiting))
    rows = log_rows(session, alice.id)
    assert rows["transfers"][0]["to_supervision_id"] == taking.id
    assert rows["transfer_weeks"][0]["moved"] is True
    assert rows["weeks"][0]["supervised_by_id"] == supervision.id
