"""Choosing courses from within the platform: in its frame, without a cookie, and answered with a signed token."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.catalog.models import CourseVersion
from ceu.lti.models import Platform
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient
from tests.lti.builders import begin, make_platform
from tests.lti.platform import CLIENT_ID, DEPLOYMENT, DL, ISSUER, LEARNER, LTI, Lms


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session)


@pytest.fixture
def platform(session: Session, version: CourseVersion) -> Platform:
    return make_platform(session, version.course.provider.organization_id)


def choose(client: InspectingClient, platform: Platform, lms: Lms, **claims: Any) -> Any:
    """Begin to choose, in a frame whose browser keeps no cookie."""
    address = begin(client, platform, "deep-linking").location
    client.delete_cookie("ceu_lti", path="/lti")
    return client.post("/lti/launch", data=lms.token(address, **{**lms.deep_linking(), **claims}))


def field(page: Any, name: str) -> str:
    return next(
        str(control.get("value")) for control in page.tree.iter("input") if control.get("name") == name
    )


def test_what_is_chosen_goes_back_signed(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    second = make_version(session, version.course.provider, slug="waiting")
    make_version(session, make_provider(session, name="Elsewhere"), slug="other")
    page = choose(client, platform, lms)
    assert page.h1 == "Choose courses"
    assert sum(control.get("type") == "checkbox" for control in page.tree.iter("input")) == 2
    assert "frame-ancestors https://lms.example.org" in page.headers["Content-Security-Policy"]
    data = {"token": field(page, "token"), "courses": [version.course_id, second.course_id]}
    sent = client.post("/lti/deep-linking", data=data)
    assert "form-action 'self' https://lms.example.org;" in sent.headers["Content-Security-Policy"]
    form = next(sent.tree.iter("form"))
    assert form.get("action") == f"{ISSUER}/return"
    lms.answer("POST", "/return", {}, f"JWT={field(sent, 'JWT')}".encode())
    (claims,) = lms.choices
    assert (claims["iss"], claims["aud"]) == (CLIENT_ID, [ISSUER])
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{LTI}version"] == "1.3.0"
    assert claims[f"{LTI}deployment_id"] == DEPLOYMENT
    assert claims[f"{DL}data"] == "csrf-of-the-platform"
    items = claims[f"{DL}content_items"]
    assert [item["custom"]["course"] for item in items] == [str(version.course_id), str(second.course_id)]
    assert items[0]["type"] == "ltiResourceLink"
    assert items[0]["url"] == "http://localhost/lti/launch"
    assert items[0]["lineItem"]["scoreMaximum"] == 100


def test_one_course_where_the_platform_takes_one(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    second = make_version(session, version.course.provider, slug="waiting")
    page = choose(client, platform, lms, **lms.deep_linking(accept_multiple=False, data=None))
    assert page.h1 == "Choose a course"
    data = {"token": field(page, "token"), "courses": [version.course_id, second.course_id]}
    sent = client.post("/lti/deep-linking", data=data)
    lms.answer("POST", "/return", {}, f"JWT={field(sent, 'JWT')}".encode())
    (claims,) = lms.choices
    assert len(claims[f"{DL}content_items"]) == 1
    assert f"{DL}data" not in claims


def test_nothing_or_a_strange_course_is_no_choice(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms
) -> None:
    other = make_version(session, make_provider(session, name="Elsewhere"), slug="other")
    token = field(choose(client, platform, lms), "token")
    page = client.post("/lti/deep-linking", data={"token": token})
    assert page.status_code == 422
    assert "Choose a course." in page.main
    page = client.post("/lti/deep-linking", data={"token": token, "courses": [other.course_id]})
    assert page.status_code == 422
    assert "Choose among the options offered." in page.main


def test_a_made_up_choice_is_refused(client: InspectingClient, platform: Platform) -> None:
    assert client.post("/lti/deep-linking", data={"token": "made-up"}).status_code == 400


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({f"{LTI}roles": [LEARNER]}, "Only instructors choose courses"),
        ({f"{DL}deep_linking_settings": {}}, "where to send"),
        ({f"{DL}deep_linking_settings": {"deep_link_return_url": "http://x.example/"}}, "where to send"),
        (
            {f"{LTI}message_type": "LtiResourceLinkRequest", f"{LTI}resource_link": {"id": "r-1"}},
            "sent another",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    client: InspectingClient, platform: Platform, lms: Lms, claims: dict[str, Any], words: str
) -> None:
    page = choose(client, platform, lms, **claims)
    assert page.status_code == 400
    assert words in page.main
