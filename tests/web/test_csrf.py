"""Forms are protected against forgery; here the protection is on, as in production."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization
from tests.client import InspectingClient, Page
from tests.factories import PASSWORD, make_person


@pytest.fixture(autouse=True)
def protection(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def hidden(page: Page, name: str) -> str:
    return next(field.get("value") or "" for field in page.tree.iter("input") if field.get("name") == name)


def test_a_form_carries_what_it_needs(client: InspectingClient, session: Session) -> None:
    client.sign_in(make_person(session))
    page = client.get("/organizations/add")
    answers = {"name": "Harbor", "csrf_token": hidden(page, "csrf_token"), "once": hidden(page, "once")}
    assert client.post("/organizations/add", data=answers).status_code == 302
    assert session.scalar(select(func.count()).select_from(Organization)) == 1


@pytest.mark.parametrize("token", [None, "", "guessed"])
def test_without_the_right_token_nothing_happens(
    client: InspectingClient, session: Session, token: str | None
) -> None:
    client.sign_in(make_person(session))
    answers = {"name": "Harbor"} if token is None else {"name": "Harbor", "csrf_token": token}
    page = client.post("/organizations/add", data=answers)
    assert page.status_code == 400
    assert "a session that has ended" in page.main
    assert session.scalar(select(func.count()).select_from(Organization)) == 0


def test_a_token_of_another_browser_is_worthless(
    client: InspectingClient, session: Session, app: Flask
) -> None:
    other = app.test_client()
    assert isinstance(other, InspectingClient)
    other.session = session
    token = hidden(other.get("/sign-in"), "csrf_token")
    client.sign_in(make_person(session))
    assert client.post("/organizations/add", data={"name": "Harbor", "csrf_token": token}).status_code == 400


def test_signing_in_and_out_by_the_buttons_of_the_pages(client: InspectingClient, session: Session) -> None:
    make_person(session)
    token = hidden(client.get("/sign-in"), "csrf_token")
    answers = {"email": "alice@example.org", "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=answers).location == "/home"
    page = client.get("/profile")
    assert client.post("/sign-out", data={"csrf_token": hidden(page, "csrf_token")}).location == "/sign-in"
    assert client.get("/profile").location == "/sign-in?next=/profile"
