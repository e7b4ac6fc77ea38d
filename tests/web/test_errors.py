"""Errors are answered with a page in plain words, on the whole site."""

import pytest
from sqlalchemy.orm import Session

from tests.client import InspectingClient
from tests.factories import make_person


def test_what_is_not_there(client: InspectingClient, session: Session) -> None:
    for visitor in (client, client.sign_in(make_person(session))):
        page = visitor.get("/nowhere")
        assert page.status_code == 404
        assert page.h1 == "We cannot find that page"


def test_a_wrong_method(client: InspectingClient) -> None:
    page = client.get("/sign-out")
    assert page.status_code == 405
    assert page.h1 == "That cannot be done here"


@pytest.mark.parametrize("answers", [{"email": "a\0@example.org"}, {"name": "\0"}, {"once": "\0"}])
def test_text_no_database_can_hold(client: InspectingClient, answers: dict[str, str]) -> None:
    assert client.post("/register", data=answers).status_code == 400
    assert client.get("/sign-in", query_string=answers).status_code == 400
    assert client.get("/confirm-email/%00").status_code == 400


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_a_number_no_record_has(client: InspectingClient, session: Session, number: int) -> None:
    client.sign_in(make_person(session))
    assert client.get(f"/organizations/{number}").status_code == 404


def test_too_much(client: InspectingClient) -> None:
    page = client.post("/register", data={"name": "x" * (11 * 1024 * 1024)})
    assert page.status_code == 413
    assert page.h1 == "That file is too large"
