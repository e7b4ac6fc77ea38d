"""Registered platforms, and launches as a browser goes through them."""

from typing import Any

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ceu.lti.models import Platform
from ceu.lti.platform_services import add_platform, save_registration
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.lti.platform import CLIENT_ID, DEPLOYMENT, ISSUER, LTI, Lms

ANSWERS: dict[str, Any] = {
    "name": "Canvas of State University",
    "issuer": ISSUER,
    "client_id": CLIENT_ID,
    "deployment_ids": [DEPLOYMENT],
    "login_url": f"{ISSUER}/auth",
    "token_url": f"{ISSUER}/token",
    "jwks_url": f"{ISSUER}/jwks",
}


def make_platform(session: Session, organization_id: int, **changes: Any) -> Platform:
    """A platform with a whole registration."""
    platform = add_platform(session, FROZEN_NOW, organization_id, "Canvas")
    save_registration(session, platform, **{**ANSWERS, **changes})
    return platform


def begin(
    client: InspectingClient, platform: Platform, target: str = "launch", **changes: Any
) -> TestResponse:
    """Let the platform send the browser to begin a launch."""
    asked = {
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "login_hint": "1",
        "lti_message_hint": "7",
        "target_link_uri": f"http://localhost/lti/{target}",
        **changes,
    }
    return client.post(f"/lti/login/{platform.public_id}", data={k: v for k, v in asked.items() if v})


def launch(client: InspectingClient, platform: Platform, lms: Lms, **claims: Any) -> TestResponse:
    """A whole launch, up to the answer to the platform's post."""
    sent_on = begin(client, platform)
    assert sent_on.status_code == 302
    return client.post("/lti/launch", data=lms.token(sent_on.location, **claims))


def custom(course_id: int) -> dict[str, Any]:
    """The claim that names the course a link opens."""
    return {f"{LTI}custom": {"course": str(course_id)}}


def newcomer(client: InspectingClient, response: TestResponse, name: str = "Leona Learner") -> TestResponse:
    """Go on from a first launch as somebody new."""
    return client.post(response.location, data={"name": name, "time_zone": "America/Los_Angeles"})
