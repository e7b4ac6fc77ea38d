"""Launches: the whole dance, and everything that must not get through."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person, SignInSession
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.domain.permissions import Role
from ceu.learning.models import Enrollment
from ceu.lti.models import Platform, PlatformUser
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, PASSWORD, make_organization, make_person
from tests.lti.builders import begin, custom, launch, make_platform
from tests.lti.platform import CLIENT_ID, INSTRUCTOR, ISSUER, LTI, Lms, key_named


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session)


@pytest.fixture
def platform(session: Session, version: CourseVersion) -> Platform:
    return make_platform(session, version.course.provider.organization_id)


def newcomer(client: InspectingClient, response: Any, name: str = "Leona Learner") -> Any:
    """Fill in the welcome page as somebody new."""
    assert response.status_code == 303, response.get_data(as_text=True)
    page = client.get(response.location)
    assert page.h1 == "Welcome from Canvas of State University"
    form = {"name": name, "time_zone": "America/Los_Angeles"}
    return client.post(response.location, data=form)


def refusal(response: Any) -> str:
    assert response.status_code == 400, response.headers
    return str(response.main)


# -- the way that works ----------------------------------------------------------------------------------------------


def test_login_sends_the_browser_to_the_platform(client: InspectingClient, platform: Platform) -> None:
    response = begin(client, platform)
    parts = urlsplit(response.location)
    asked = dict(parse_qsl(parts.query))
    assert (parts.netloc, parts.path) == ("lms.example.org", "/auth")
    assert asked["redirect_uri"] == "http://localhost/lti/launch"
    assert (asked["login_hint"], asked["lti_message_hint"]) == ("1", "7")
    cookie = response.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=None" in cookie


def test_login_works_by_get_too(client: InspectingClient, platform: Platform) -> None:
    asked = {"iss": ISSUER, "login_hint": "1", "target_link_uri": "http://localhost/lti/launch"}
    assert client.get(f"/lti/login/{platform.public_id}", query_string=asked).status_code == 302


def test_a_newcomer_is_asked_for_their_legal_name_and_enrolled(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    response = launch(client, platform, lms, **custom(version.course_id))
    went = newcomer(client, response)
    user = session.scalars(select(PlatformUser)).one()
    assert user.person is not None
    assert user.person.name == "Leona Learner"
    assert user.person.email.endswith("@platform.invalid")
    enrollment = session.scalars(select(Enrollment)).one()
    assert (enrollment.person_id, enrollment.version_id) == (user.person_id, version.id)
    assert went.location == f"/learning/{enrollment.id}"
    assert client.get(went.location).h1 == "Listening"


def test_the_second_launch_opens_the_course_at_once(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    newcomer(client, launch(client, platform, lms, **custom(version.course_id)))
    client.post("/sign-out")
    response = launch(client, platform, lms)
    entered = client.get(response.location)
    assert entered.location == f"/learning/{session.scalars(select(Enrollment.id)).one()}"
    assert client.get(entered.location).h1 == "Listening"


def test_a_session_of_a_launch_is_for_courses_only(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    newcomer(client, launch(client, platform, lms, **custom(version.course_id)))
    assert client.get("/learning").status_code == 200
    assert client.get("/certificates").status_code == 200
    page = client.get("/profile")
    assert page.status_code == 403
    assert "your courses and certificates only" in page.main
    assert client.get("/hours").status_code in {403, 404}
    assert client.get("/").location == "/learning"
    assert client.get("/sign-in").status_code == 200


def test_an_administrator_who_comes_by_a_launch_administers_nothing(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, alice: Person
) -> None:
    response = launch(client, platform, lms)
    make_organization(session, (alice, Role.ADMINISTRATOR), name="Hers")
    account = {"email": alice.email, "password": PASSWORD}
    client.post(f"{response.location}/account", data=account)
    client.post("/sign-out")
    client.get(launch(client, platform, lms).location)
    assert client.get("/organizations").status_code == 403


def test_somebody_with_an_account_links_it_by_its_password_and_is_told(
    client: InspectingClient,
    session: Session,
    platform: Platform,
    lms: Lms,
    version: CourseVersion,
    alice: Person,
    outside: Outside,
) -> None:
    response = launch(client, platform, lms, **custom(version.course_id))
    account = {"email": alice.email, "password": PASSWORD}
    went = client.post(f"{response.location}/account", data=account)
    assert went.status_code == 303
    assert session.scalars(select(PlatformUser.person_id)).one() == alice.id
    assert session.scalars(select(Enrollment.person_id)).one() == alice.id
    assert client.get("/profile").status_code == 200
    (mail,) = outside.mailer.sent  # type: ignore[attr-defined]
    assert mail.to == alice.email
    assert "Canvas of State University opens your courses" in mail.subject


def test_an_account_is_never_taken_by_its_address_or_a_wrong_password(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, alice: Person
) -> None:
    response = launch(client, platform, lms, email=alice.email)
    page = client.post(
        f"{response.location}/account", data={"email": alice.email, "password": "a guess at it"}
    )
    assert page.status_code == 422
    assert session.scalars(select(PlatformUser.person_id)).one() is None
    newcomer(client, response, "Mallory")
    assert session.scalars(select(PlatformUser.person_id)).one() != alice.id


def test_a_welcome_belongs_to_the_browser_whose_launch_it_was(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms
) -> None:
    response = launch(client, platform, lms)
    client.delete_cookie("ceu_lti", path="/lti")
    assert client.get(response.location).status_code == 404


def test_a_welcome_works_once(client: InspectingClient, platform: Platform, lms: Lms) -> None:
    response = launch(client, platform, lms)
    newcomer(client, response)
    assert client.get(response.location).status_code == 404
    assert client.post(response.location, data={"name": "Again"}).status_code == 404


def test_a_full_session_of_the_same_person_stays_one(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, alice: Person
) -> None:
    response = launch(client, platform, lms)
    client.post(f"{response.location}/account", data={"email": alice.email, "password": PASSWORD})
    client.get(launch(client, platform, lms).location)
    assert client.get("/profile").status_code == 200


def test_another_organizations_course_is_not_opened(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms
) -> None:
    other = make_version(session, make_provider(session, name="Elsewhere"))
    went = newcomer(client, launch(client, platform, lms, **custom(other.course_id)))
    assert client.get(went.location).h1 == "No course is here yet"
    assert session.scalars(select(Enrollment)).all() == []


# -- what must not get through ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"aud": "another-tool"}, "not meant for this sign-in (aud)"),
        ({"aud": [CLIENT_ID, "another"]}, "made for another tool"),
        ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "made for another tool"),
        ({"azp": "another"}, "made for another tool"),
        ({"iss": "https://evil.example"}, "not meant for this sign-in (iss)"),
        ({"nonce": "another"}, "not meant for this sign-in (nonce)"),
        ({"nonce": None}, "not meant for this sign-in (nonce)"),
        ({"exp": int((FROZEN_NOW - timedelta(minutes=2)).timestamp())}, "too old"),
        ({"exp": None}, "not meant for this sign-in (exp)"),
        ({"iat": None}, "not meant for this sign-in (iat)"),
        ({"iat": int((FROZEN_NOW + timedelta(minutes=5)).timestamp())}, "not meant for this sign-in (iat)"),
        ({"iat": int((FROZEN_NOW - timedelta(hours=1)).timestamp())}, "too old"),
        ({f"{LTI}deployment_id": "deployment-2"}, "deployment-2"),
        ({f"{LTI}deployment_id": None}, "not registered here"),
        ({f"{LTI}version": "1.1"}, "not LTI 1.3"),
        ({f"{LTI}message_type": "LtiSubmissionReviewRequest"}, "kind of message"),
        ({f"{LTI}resource_link": {}}, "which link"),
        ({"sub": None}, "who you are"),
        ({"sub": "x" * 256}, "who you are"),
    ],
)
def test_claims_that_do_not_fit_open_nothing(
    client: InspectingClient,
    session: Session,
    platform: Platform,
    lms: Lms,
    claims: dict[str, Any],
    words: str,
) -> None:
    assert words in refusal(launch(client, platform, lms, **claims))
    assert session.scalars(select(PlatformUser)).all() == []


def encoded(data: bytes) -> str:
    """Base64 as tokens have it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(client: InspectingClient, platform: Platform, lms: Lms, make: Any) -> str:
    """The refusal of a token that ``make`` builds from genuine claims."""
    sent_on = begin(client, platform)
    asked = dict(parse_qsl(urlsplit(sent_on.location).query))
    data = {"state": asked["state"], "id_token": make(lms.claims(asked["nonce"]))}
    return refusal(client.post("/lti/launch", data=data))


def test_a_token_without_a_signature_is_refused(
    client: InspectingClient, platform: Platform, lms: Lms
) -> None:
    def unsigned(claims: dict[str, Any]) -> str:
        parts = ({"alg": "none", "kid": "one"}, claims)
        return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."

    assert "not signed as LTI asks" in forged(client, platform, lms, unsigned)


def test_a_public_key_is_no_shared_secret(client: InspectingClient, platform: Platform, lms: Lms) -> None:
    public = key_named("one").as_pem(private=False)

    def confused(claims: dict[str, Any]) -> str:
        signed = ".".join(
            encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "one"}, claims)
        )
        return f"{signed}.{encoded(hmac.digest(public, signed.encode(), 'sha256'))}"

    assert "not signed as LTI asks" in forged(client, platform, lms, confused)


def test_another_key_under_the_same_id_is_refused(
    client: InspectingClient, platform: Platform, lms: Lms
) -> None:
    def signed(claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key_named("thief"), ["RS256"])

    assert "not genuine" in forged(client, platform, lms, signed)


def test_changed_claims_are_refused(client: InspectingClient, platform: Platform, lms: Lms) -> None:
    def changed(claims: dict[str, Any]) -> str:
        head, _, signature = lms.sign(claims).split(".")
        body = encoded(json.dumps({**claims, "sub": "u-2"}).encode())
        return f"{head}.{body}.{signature}"

    assert "not genuine" in forged(client, platform, lms, changed)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "." * 200_000])
def test_garbage_is_refused_with_a_sentence(
    client: InspectingClient, platform: Platform, lms: Lms, token: str
) -> None:
    assert "Your learning platform sent" in forged(client, platform, lms, lambda claims: token)


def test_a_launch_works_once(client: InspectingClient, platform: Platform, lms: Lms) -> None:
    posted = lms.token(begin(client, platform).location)
    assert client.post("/lti/launch", data=posted).status_code == 303
    assert "used already" in refusal(client.post("/lti/launch", data=posted))


def test_a_fresh_token_does_not_revive_a_used_state(
    client: InspectingClient, platform: Platform, lms: Lms
) -> None:
    address = begin(client, platform).location
    client.post("/lti/launch", data=lms.token(address))
    assert "used already" in refusal(client.post("/lti/launch", data=lms.token(address, sub="u-2")))


def test_a_state_lasts_ten_minutes(
    client: InspectingClient, platform: Platform, lms: Lms, outside: Outside
) -> None:
    address = begin(client, platform).location
    outside.clock.set(FROZEN_NOW + timedelta(minutes=10))  # type: ignore[attr-defined]
    assert "too old" in refusal(client.post("/lti/launch", data=lms.token(address)))


def test_a_state_that_was_not_made_here_is_refused(
    client: InspectingClient, platform: Platform, lms: Lms
) -> None:
    posted = lms.token(begin(client, platform).location)
    assert "did not begin here" in refusal(client.post("/lti/launch", data={**posted, "state": "made-up"}))
    assert "did not begin here" in refusal(client.post("/lti/launch", data={}))


def test_nobody_finishes_a_sign_in_that_another_browser_began(
    client: InspectingClient, platform: Platform, lms: Lms
) -> None:
    posted = lms.token(begin(client, platform).location)
    client.delete_cookie("ceu_lti", path="/lti")
    assert "did not keep the cookie" in refusal(client.post("/lti/launch", data=posted))
    begin(client, platform)
    assert "did not keep the cookie" in refusal(client.post("/lti/launch", data=posted))


def test_two_tabs_launch_side_by_side(client: InspectingClient, platform: Platform, lms: Lms) -> None:
    first, second = begin(client, platform).location, begin(client, platform).location
    assert client.post("/lti/launch", data=lms.token(second)).status_code == 303
    assert client.post("/lti/launch", data=lms.token(first)).status_code == 303


def test_a_login_of_another_issuer_or_client_is_refused(client: InspectingClient, platform: Platform) -> None:
    assert "another issuer" in refusal(begin(client, platform, iss="https://other.example"))
    assert "another client id" in refusal(begin(client, platform, client_id="other"))
    assert "login_hint" in refusal(begin(client, platform, login_hint=""))
    assert client.get("/lti/login/unknown").status_code == 404


def test_another_organization_with_the_same_issuer_has_users_of_its_own(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, alice: Person
) -> None:
    client.post(
        f"{launch(client, platform, lms).location}/account", data={"email": alice.email, "password": PASSWORD}
    )
    mallory = make_organization(session, (make_person(session, "mallory"), Role.ADMINISTRATOR), name="M")
    theirs = make_platform(session, mallory.id)
    client.post("/sign-out")
    assert "/lti/welcome/" in launch(client, theirs, lms).location
    assert len(session.scalars(select(PlatformUser)).all()) == 2


def test_the_platform_may_say_that_nobody_is_signed_in(client: InspectingClient, platform: Platform) -> None:
    state = dict(parse_qsl(urlsplit(begin(client, platform).location).query))["state"]
    page = client.post("/lti/launch", data={"state": state, "error": "login_required"})
    assert "did not confirm who you are" in refusal(page)


# -- keys of the platform --------------------------------------------------------------------------------------------


def test_keys_are_asked_for_once(client: InspectingClient, platform: Platform, lms: Lms) -> None:
    for _ in range(3):
        assert launch(client, platform, lms).status_code == 303
    assert lms.asked == ["GET /jwks"]


def test_a_rotated_key_is_found_but_not_more_than_once_a_minute(
    client: InspectingClient, platform: Platform, lms: Lms, outside: Outside
) -> None:
    launch(client, platform, lms)
    lms.signing = key_named("two")
    lms.published = [key_named("two"), key_named("one")]
    assert "does not publish" in refusal(launch(client, platform, lms))
    outside.clock.set(FROZEN_NOW + timedelta(minutes=1))  # type: ignore[attr-defined]
    assert launch(client, platform, lms).status_code == 303
    lms.signing = key_named("thief")
    for _ in range(5):
        assert "does not publish" in refusal(launch(client, platform, lms))
    assert lms.asked == ["GET /jwks"] * 2


def test_a_withdrawn_key_is_believed_for_a_quarter_of_an_hour(
    client: InspectingClient, platform: Platform, lms: Lms, outside: Outside
) -> None:
    launch(client, platform, lms)
    lms.published = [key_named("two")]
    outside.clock.set(FROZEN_NOW + timedelta(minutes=15))  # type: ignore[attr-defined]
    assert "does not publish" in refusal(launch(client, platform, lms))


# -- frames ----------------------------------------------------------------------------------------------------------


def in_frame(client: InspectingClient, platform: Platform, target: str) -> Any:
    asked = {"iss": ISSUER, "login_hint": "1", "target_link_uri": f"http://localhost/lti/{target}"}
    return client.post(f"/lti/login/{platform.public_id}", data=asked, headers={"Sec-Fetch-Dest": "iframe"})


def test_in_a_frame_a_window_is_offered(client: InspectingClient, platform: Platform) -> None:
    page = in_frame(client, platform, "launch")
    assert page.status_code == 200
    (link,) = [a for a in page.tree.iter("a") if a.get("target") == "_blank"]
    assert client.get(link.get("href")).status_code == 302


def test_only_the_platforms_own_site_may_frame_only_the_first_page(
    client: InspectingClient, platform: Platform, lms: Lms
) -> None:
    assert (
        "frame-ancestors https://lms.example.org"
        in in_frame(client, platform, "launch").headers["Content-Security-Policy"]
    )
    welcome = client.get(launch(client, platform, lms).location)
    assert "frame-ancestors 'none'" in welcome.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/lti/login/unknown").headers["Content-Security-Policy"]


def test_an_instructor_is_not_enrolled(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    newcomer(client, launch(client, platform, lms, role=INSTRUCTOR, **custom(version.course_id)), "Ina")
    assert session.scalars(select(Enrollment)).all() == []
    assert session.scalars(select(SignInSession.only_courses)).all() == [True]
