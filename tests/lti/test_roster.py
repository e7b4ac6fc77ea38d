"""The roster of an instructor: every page of it, beside what learners did here, and no other's."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.lti.models import Platform, ResourceLink
from ceu.lti.roster import members_in, next_page
from tests.catalog.builders import make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.lti.builders import custom, launch, make_platform, newcomer
from tests.lti.platform import INSTRUCTOR, LEARNER, NRPS, Lms


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session)


@pytest.fixture
def platform(session: Session, version: CourseVersion) -> Platform:
    return make_platform(session, version.course.provider.organization_id)


def member(sub: str, name: str, role: str = LEARNER, **more: Any) -> dict[str, Any]:
    return {"user_id": sub, "name": name, "roles": [role], "status": "Active", **more}


def teach(client: InspectingClient, platform: Platform, lms: Lms, **claims: Any) -> str:
    """Come as an instructor; the address of the roster."""
    response = launch(client, platform, lms, sub="t-1", role=INSTRUCTOR, name="Ina Instructor", **claims)
    if "/lti/welcome/" in response.location:
        return str(newcomer(client, response, "Ina Instructor").location)
    return str(client.get(response.location).location)


def test_the_roster_has_every_page_and_what_everybody_did(
    client: InspectingClient, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    went = newcomer(client, launch(client, platform, lms, **custom(version.course_id)))
    client.post(f"{went.location}/lessons/1")
    client.post("/sign-out")
    lms.members = [
        member("t-1", "Ina Instructor", INSTRUCTOR),
        member("u-1", "Lee Learner"),
        member("u-3", "", given_name="Nova", family_name="Newly"),
        member("u-4", "Gone", status="Inactive"),
        member("u-5", "Ada Absent"),
    ]
    page = client.get(teach(client, platform, lms))
    assert page.h1 == "Listening"
    assert page.texts("th")[4:] == ["Ada Absent", "Lee Learner", "Nova Newly"]
    assert "1 of 2" in page.main
    assert page.main.count("Not opened yet") == 2
    assert [asked for asked in lms.asked if asked.startswith("GET /members")] == [
        "GET /members?c=1&limit=200",
        "GET /members?page=1",
        "GET /members?page=2",
    ]


@pytest.mark.parametrize(
    ("service", "words"),
    [
        (None, "does not let Ceu read the roster"),
        ({"context_memberships_url": "https://lms.example.org/nowhere"}, "could not be read"),
    ],
)
def test_without_a_roster_those_who_came_are_listed_and_it_says_so(
    client: InspectingClient,
    platform: Platform,
    lms: Lms,
    version: CourseVersion,
    service: dict[str, str] | None,
    words: str,
) -> None:
    newcomer(client, launch(client, platform, lms, **custom(version.course_id)))
    client.post("/sign-out")
    page = client.get(teach(client, platform, lms, **{NRPS: service}))
    assert words in page.main
    assert "Lee Learner" in page.main
    assert "Ina" not in " ".join(page.texts("th"))


def test_an_instructor_chooses_the_course_of_a_link_that_has_none(
    client: InspectingClient, session: Session, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    roster = teach(client, platform, lms)
    page = client.get(client.get(roster).location)
    assert page.h1 == "Which course shall this link open?"
    refused = client.post(f"{roster}/course", data={"course": 999})
    assert refused.status_code == 422
    client.post(f"{roster}/course", data={"course": version.course_id})
    assert session.scalars(select(ResourceLink.course_id)).one() == version.course_id
    assert client.get(roster).h1 == "Listening"


def test_learners_and_strangers_see_no_roster(
    client: InspectingClient,
    platform: Platform,
    lms: Lms,
    version: CourseVersion,
    bob: Person,
    outside: Outside,
) -> None:
    roster = teach(client, platform, lms, **custom(version.course_id))
    outside.clock.set(FROZEN_NOW + timedelta(hours=12))  # type: ignore[attr-defined]
    assert client.get(roster).h1 == "No course is here yet"
    assert client.post(f"{roster}/course", data={"course": version.course_id}).status_code == 404
    outside.clock.set(FROZEN_NOW)  # type: ignore[attr-defined]
    assert client.get(roster).h1 == "Listening"
    client.sign_in(bob)
    assert client.get(roster).status_code == 404
    assert client.post(f"{roster}/course", data={"course": version.course_id}).status_code == 404


def test_whoever_is_no_longer_an_instructor_loses_the_roster(
    client: InspectingClient, platform: Platform, lms: Lms, version: CourseVersion
) -> None:
    roster = teach(client, platform, lms, **custom(version.course_id))
    launch(client, platform, lms, sub="t-1", role=LEARNER)
    assert client.get(roster).h1 == "No course is here yet"


def test_the_roster_takes_as_many_queries_for_many_as_for_few(
    client: InspectingClient, platform: Platform, lms: Lms, version: CourseVersion, statements: list[str]
) -> None:
    counts = []
    for number in range(1, 4):
        newcomer(client, launch(client, platform, lms, sub=f"u-{number}", **custom(version.course_id)))
        client.post("/sign-out")
        roster = teach(client, platform, lms)
        client.get(roster)
        statements.clear()
        client.get(roster)
        counts.append(len(statements))
        client.post("/sign-out")
    assert counts[0] == counts[-1] <= 10


@pytest.mark.parametrize(
    ("header", "following"),
    [
        ("", None),
        ('<https://lms.example.org/m?p=2>; rel="next"', "https://lms.example.org/m?p=2"),
        ("<https://lms.example.org/m?p=2>;rel=next", "https://lms.example.org/m?p=2"),
        ('</m?p=0>; rel="first", </m?p=2,3>; title="x"; rel="next last"', "https://lms.example.org/m?p=2,3"),
        ('</m?p=0>; rel="prev"', None),
        ('<https://evil.example/m>; rel="next"', None),
        ('<http://lms.example.org/m>; rel="next"', None),
    ],
)
def test_the_next_page_is_on_the_same_site(header: str, following: str | None) -> None:
    assert next_page("https://lms.example.org/m", header) == following


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["user_id", "roles", "status", "name", "x"]), inner)
        ),
    )
)
def test_whatever_a_platform_lists_is_read_or_left_out(listed: Any) -> None:
    for found in members_in({"members": listed}):
        assert isinstance(found.sub, str)
        assert isinstance(found.name, str)
