"""Registering a platform: by an administrator of the organization, with every mistake said on its field."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.domain.permissions import Role
from ceu.lti.models import Platform
from tests.client import InspectingClient
from tests.factories import make_organization
from tests.lti.builders import ANSWERS, make_platform
from tests.lti.platform import Lms

TYPED: dict[str, Any] = {**ANSWERS, "deployment_ids": "deployment-1\r\n\r\n deployment-2 "}


@pytest.fixture
def organization(session: Session, alice: Person, carol: Person) -> Organization:
    return make_organization(session, (alice, Role.ADMINISTRATOR), (carol, Role.CE_DIRECTOR))


@pytest.fixture
def alices(client: InspectingClient, alice: Person) -> InspectingClient:
    return client.sign_in(alice)


def test_a_platform_is_registered_in_two_steps(
    alices: InspectingClient, session: Session, organization: Organization
) -> None:
    page = alices.get(f"/organizations/{organization.id}/platforms")
    assert "No platform is registered yet" in page.main
    added = alices.post(f"/organizations/{organization.id}/platforms/add", data={"name": "Canvas"})
    platform = session.scalars(select(Platform)).one()
    page = alices.get(added.location)
    for address in (
        "/lti/launch",
        f"/lti/login/{platform.public_id}",
        "/lti/jwks.json",
        "/lti/deep-linking",
    ):
        assert f"http://localhost{address}" in page.texts("code")
    alices.post(f"/platforms/{platform.id}/edit", data=TYPED)
    session.refresh(platform)
    assert platform.deployment_ids == ["deployment-1", "deployment-2"]
    assert platform.is_complete
    page = alices.get(f"/platforms/{platform.id}/edit")
    assert page.texts("textarea") == ["deployment-1 deployment-2"]
    assert ANSWERS["jwks_url"] in [control.get("value") for control in page.tree.iter("input")]
    assert "Complete" in alices.get(f"/organizations/{organization.id}/platforms").main


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("issuer", "http://lms.example.org", "must begin with https://"),
        ("login_url", "lms.example.org/auth", "must begin with https://"),
        ("token_url", "https://user:secret@lms.example.org/", "neither a user name nor a port"),
        ("jwks_url", "webcal://lms.example.org/jwks", "beginning with https://"),
        ("login_url", "https://a.example;script-src/", "This is not an address"),
        ("jwks_url", "", "Enter the address"),
        ("client_id", " ", "Enter the client id"),
        ("deployment_ids", "\n", "at least one deployment id"),
        ("deployment_ids", "x" * 256, "at most 255 characters"),
    ],
)
def test_what_cannot_be_right_is_refused_and_kept(
    alices: InspectingClient, session: Session, organization: Organization, field: str, value: str, words: str
) -> None:
    platform = make_platform(session, organization.id)
    page = alices.post(f"/platforms/{platform.id}/edit", data={**TYPED, "name": "Kept", field: value})
    assert page.status_code == 422
    assert words in page.main
    names = [control.get("value") for control in page.tree.iter("input")]
    assert "Kept" in names
    session.refresh(platform)
    assert platform.name == ANSWERS["name"]


def test_others_find_nothing(
    client: InspectingClient, session: Session, organization: Organization, bob: Person, carol: Person
) -> None:
    platform = make_platform(session, organization.id)
    make_organization(session, (bob, Role.ADMINISTRATOR), name="Elsewhere")
    for person in (bob, carol):
        client.sign_in(person)
        for path in (f"/organizations/{organization.id}/platforms", f"/platforms/{platform.id}"):
            assert client.get(path).status_code == 404
        assert client.post(f"/platforms/{platform.id}/edit", data=TYPED).status_code == 404
        assert client.post(f"/platforms/{platform.id}/test").status_code == 404


def test_the_test_finds_the_keys(
    alices: InspectingClient, session: Session, organization: Organization, lms: Lms
) -> None:
    platform = make_platform(session, organization.id)
    alices.post(f"/platforms/{platform.id}/test")
    assert "keys are there" in alices.get(f"/platforms/{platform.id}").main


@pytest.mark.parametrize(
    ("jwks_url", "words"),
    [
        ("https://lms.example.org/nowhere", "refused (status 404)"),
        ("https://lms.example.org/course", "not JSON"),
        ("https://other.example/jwks", "not on the public internet"),
    ],
)
def test_the_test_says_what_is_wrong(
    alices: InspectingClient,
    session: Session,
    organization: Organization,
    lms: Lms,
    jwks_url: str,
    words: str,
) -> None:
    platform = make_platform(session, organization.id, jwks_url=jwks_url)
    alices.post(f"/platforms/{platform.id}/test")
    page = alices.get(f"/platforms/{platform.id}").main
    assert "Launches will fail." in page
    assert words in page


def test_an_empty_key_set_is_told_apart(
    alices: InspectingClient, session: Session, organization: Organization, lms: Lms
) -> None:
    lms.published = []
    platform = make_platform(session, organization.id)
    alices.post(f"/platforms/{platform.id}/test")
    assert "holds no RSA key" in alices.get(f"/platforms/{platform.id}").main
