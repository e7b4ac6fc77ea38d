"""A platform registers by itself: at the address an organization gave it, in its own name, and opens nothing before it is confirmed."""

from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Role
from ceu.lti.models import Platform
from ceu.lti.platform_services import add_platform, answer_registration
from ceu.lti.registering import TOOL, Addresses, answer_of, configuration_of, registration_of_tool
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_organization
from tests.lti.builders import begin, launch
from tests.lti.platform import CLIENT_ID, DEPLOYMENT, ISSUER, LINE, REGISTRATION_TOKEN, SCORE, Lms

CONFIGURATION = f"{ISSUER}/openid-configuration"
SAID: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
    "registration_endpoint": f"{ISSUER}/registrations",
    "scopes_supported": [SCORE, LINE],
}


@pytest.fixture
def organization(session: Session, alice: Person) -> Organization:
    return make_organization(session, (alice, Role.ADMINISTRATOR))


@pytest.fixture
def platform(session: Session, organization: Organization) -> Platform:
    found = add_platform(session, FROZEN_NOW, organization.id, "Canvas")
    session.commit()
    return found


def address(platform: Platform, token: str = REGISTRATION_TOKEN, at: str = CONFIGURATION) -> str:
    return f"/lti/register/{platform.public_id}?{urlencode({'openid_configuration': at, 'registration_token': token})}"


def agree(client: InspectingClient, platform: Platform, **changes: str) -> Any:
    sent = {"openid_configuration": CONFIGURATION, "registration_token": REGISTRATION_TOKEN, **changes}
    return client.post(f"/lti/register/{platform.public_id}", data=sent)


def test_from_the_address_to_the_first_launch(
    client: InspectingClient, session: Session, lms: Lms, alice: Person, platform: Platform
) -> None:
    client.sign_in(alice)
    manage = f"/platforms/{platform.id}"
    assert f"http://localhost/lti/register/{platform.public_id}" in client.get(manage).texts("code")
    page = client.get(address(platform))
    assert page.h1 == "Register Ceu with lms.example.org"
    assert f"frame-ancestors {ISSUER}" in page.headers["Content-Security-Policy"]
    assert lms.registered == []  # looking registers nothing
    page = agree(client, platform)
    assert "One step is left" in page.main
    assert f"frame-ancestors {ISSUER}" in page.headers["Content-Security-Policy"]
    [asked] = lms.registered
    assert asked["initiate_login_uri"] == f"http://localhost/lti/login/{platform.public_id}"

    session.refresh(platform)
    assert (platform.client_id, platform.deployment_ids, platform.is_complete) == (
        CLIENT_ID,
        [DEPLOYMENT],
        False,
    )
    assert begin(client, platform).status_code == 404
    assert "Is this your platform?" in client.get(manage).main
    client.post(f"{manage}/answer", data={"ours": "1"})
    session.refresh(platform)
    assert platform.is_complete
    assert "/lti/welcome/" in launch(client, platform, lms).location


def test_it_works_once(client: InspectingClient, lms: Lms, platform: Platform) -> None:
    assert agree(client, platform).status_code == 200
    assert client.get(address(platform)).status_code == 404
    assert agree(client, platform).status_code == 404
    assert len(lms.registered) == 1


def test_what_is_not_ours_is_forgotten_with_its_address(
    client: InspectingClient, session: Session, lms: Lms, alice: Person, platform: Platform
) -> None:
    before = platform.public_id
    agree(client, platform)
    client.sign_in(alice).post(f"/platforms/{platform.id}/answer", data={"forget": "1"})
    session.refresh(platform)
    assert (platform.client_id, platform.issuer, platform.deployment_ids) == ("", "", [])
    assert platform.public_id != before
    answer_registration(session, platform, is_ours=True)  # an old page changes nothing
    assert not platform.is_complete


def test_a_platform_may_name_its_deployment_later(
    client: InspectingClient, session: Session, lms: Lms, alice: Person, platform: Platform
) -> None:
    lms.deploys = False
    agree(client, platform)
    client.sign_in(alice).post(f"/platforms/{platform.id}/answer", data={"ours": "1"})
    assert "The deployment id is missing" in client.get(f"/platforms/{platform.id}").main
    session.refresh(platform)
    assert not platform.is_complete


@pytest.mark.parametrize(
    ("configuration", "sent", "why"),
    [
        ({"issuer": "https://other.example.org"}, {}, "which is another site"),
        ({"registration_endpoint": "http://lms.example.org/"}, {}, "begin with https://"),
        ({"jwks_uri": 7}, {}, "does not say its “jwks_uri”"),
        ({}, {"registration_token": "stolen"}, "the token is not mine"),
        ({}, {"registration_token": "two\nlines"}, "cannot be one"),
        ({}, {"openid_configuration": "https://lms.example.org/nothing"}, "status 404"),
        ({}, {"openid_configuration": "https://127.0.0.1.example/x"}, ""),
        ({}, {"openid_configuration": "http://lms.example.org/"}, "https://"),
        ({}, {"openid_configuration": ""}, "https://"),
    ],
)
def test_what_cannot_be_registered(
    client: InspectingClient,
    session: Session,
    lms: Lms,
    platform: Platform,
    configuration: dict[str, Any],
    sent: dict[str, str],
    why: str,
) -> None:
    lms.configuration = configuration
    page = agree(client, platform, **sent)
    assert page.status_code == 400
    assert why in page.main
    session.refresh(platform)
    assert platform.client_id == ""


def test_strangers_confirm_nothing(
    client: InspectingClient, session: Session, lms: Lms, carol: Person, platform: Platform
) -> None:
    agree(client, platform)
    assert (
        client.sign_in(carol).post(f"/platforms/{platform.id}/answer", data={"ours": "1"}).status_code == 404
    )
    assert client.get("/lti/register/unknown").status_code == 404


def test_only_what_the_platform_offers_is_asked_for() -> None:
    found = configuration_of(SAID, CONFIGURATION)
    ours = Addresses("Ceu", "https://ceu.example/launch", "https://ceu.example/login", "https://ceu.example/keys", "https://ceu.example/dl")  # fmt: skip
    asked = registration_of_tool(ours, found)
    assert asked["scope"].split() == [SCORE, LINE]
    assert asked[TOOL]["domain"] == "ceu.example"


@pytest.mark.parametrize("name", sorted(set(SAID) - {"scopes_supported"}))
@pytest.mark.parametrize(
    "value", [None, "", 7, "x" * 501, "ftp://lms.example.org", "https://lms.example.org:8443/"]
)
def test_a_configuration_that_is_not_whole(name: str, value: object) -> None:
    with pytest.raises(DomainError):
        configuration_of({**SAID, name: value}, CONFIGURATION)


@pytest.mark.parametrize("said", [{}, {"client_id": ""}, {"client_id": 7}, {"client_id": "x" * 256}])
def test_an_answer_without_a_client_id(said: dict[str, Any]) -> None:
    with pytest.raises(DomainError, match="no client id"):
        answer_of(said)
