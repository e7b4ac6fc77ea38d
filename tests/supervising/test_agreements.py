"""Agreements and evaluations on their pages, and reminded of."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.document_models import DocumentRecord
from ceu.experience.models import Supervision, WorkSetting
from ceu.licenses.models import Goal
from ceu.supervising.agreement_queries import list_documented
from ceu.supervising.agreement_services import note_document_reminders, owed_by
from tests.client import InspectingClient
from tests.experience.builders import log, make_setting, make_supervision
from tests.experience.goals import TODAY, make_goal
from tests.factories import FROZEN_NOW, make_person

AGREEMENT = "us-ca.supervision-agreement"


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    return make_goal(session, outside, alice)


@pytest.fixture
def begun(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> Supervision:
    """Alice's first day under Dana was October 1: the agreement is due on November 30."""
    log(session, outside, bayview, day=date(2026, 10, 1))
    return supervision


def url(supervision: Supervision) -> str:
    return f"/documents/{supervision.id}/{AGREEMENT}/whole"


def test_both_see_it_due_and_either_notes_it(
    client: InspectingClient, session: Session, begun: Supervision, alice: Person, dana: Person
) -> None:
    client.sign_in(dana)
    page = client.get("/supervision/documents")
    assert "30 Nov 2026" in page.main
    assert "Due soon" in page.main
    client.post(url(begun), data={"done_on": "2026-11-20", "signed_by": "both"})
    client.delete_cookie("ceu")
    client.sign_in(alice)
    page = client.get("/hours/documents")
    assert "Made 20 Nov 2026" in page.main
    assert "Both of us" in page.main
    assert "/hours/forms/" in page.get_data(as_text=True)
    client.post(url(begun), data={"done_on": "2026-11-21", "signed_by": "trainee"})
    (noted,) = session.scalars(select(DocumentRecord)).all()
    session.refresh(noted)
    assert (noted.done_on, noted.signed_by, noted.noted_by_id) == (date(2026, 11, 21), "trainee", alice.id)
    client.post(f"{url(begun)}/forget", data={})
    assert session.scalars(select(DocumentRecord)).all() == []


def test_a_day_to_come_is_refused_on_its_field(
    browser: InspectingClient, session: Session, begun: Supervision
) -> None:
    page = browser.post(url(begun), data={"done_on": "2026-12-01", "signed_by": "both"})
    assert page.status_code == 422
    assert "still to come" in page.main
    assert browser.post(url(begun), data={"done_on": "2026-11-01", "signed_by": "me"}).status_code == 422


def test_nobody_elses_document(client: InspectingClient, begun: Supervision, bob: Person) -> None:
    browser = client.sign_in(bob)
    assert browser.get(url(begun)).status_code == 404
    assert browser.post(f"{url(begun)}/forget", data={}).status_code == 404
    assert browser.get(f"/documents/{begun.id}/us-ca.nothing/whole").status_code == 404


def test_the_list_costs_as_many_queries_for_many(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    begun: Supervision,
    dana: Person,
    statements: list[str],
) -> None:
    client.sign_in(dana)

    def cost() -> int:
        statements.clear()
        client.get("/supervision/documents")
        return len(statements)

    cost()
    few = cost()
    for name in ("zoe", "yan"):
        person = make_person(session, name)
        make_goal(session, outside, person)
        make_supervision(session, make_setting(session, person), dana, token=name)
    assert cost() == few


def test_a_document_is_reminded_of_once_for_both(
    session: Session, outside: Outside, begun: Supervision
) -> None:
    (due,) = note_document_reminders(session, FROZEN_NOW, outside.packs)
    assert (due.document.form_id, due.days) == (AGREEMENT, 14)
    assert note_document_reminders(session, FROZEN_NOW, outside.packs) == []


def test_without_hours_it_counts_from_the_acceptance(
    session: Session, outside: Outside, goal: Goal, supervision: Supervision, dana: Person
) -> None:
    (due,) = owed_by(session, outside.packs, list_documented(session, supervisor_id=dana.id), TODAY)
    assert supervision.accepted_at is not None
    assert (due.due - supervision.accepted_at.date()).days == 60
