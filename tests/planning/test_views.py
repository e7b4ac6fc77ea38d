"""The page of the plan: courses and reasons, wishes in the address, what stays open, and nothing of other people."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.adapters.rulepacks import PackLibrary
from ceu.catalog.models import CourseVersion
from ceu.learning.services import enroll
from ceu.licenses.models import License
from ceu.licenses.services import LicenseDetails, add_license
from ceu.providers.models import Provider
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient, Page
from tests.factories import FROZEN_NOW
from tests.licenses.builders import make_credit, make_license

HUGE = "9" * 60_000


@pytest.fixture
def packs(outside: Outside) -> PackLibrary:
    return outside.packs


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session, bodies=("CAMFT", "NBCC"))


@pytest.fixture
def license_(session: Session, packs: PackLibrary, carol: Person) -> License:
    """Carol's California LMFT; telehealth and HIV are done, 6 of 36 hours credited."""
    make_credit(session, carol)
    return make_license(session, packs, carol, completed_topics=["telehealth", "hiv_aids"])


def make_course(
    session: Session,
    provider: Provider,
    slug: str,
    hours: int,
    *topics: str,
    delivery: str = "asynchronous_text",
) -> CourseVersion:
    """A course of so many hours on these topics, all of it on each."""
    shares = [{"topic": topic, "share": 100} for topic in topics]
    size = {"words": hours * 10_000, "questions": 10 + 5 * hours}
    version = make_version(
        session, provider, hours * 60, slug=slug, title=slug.title(), topics=shares, **size
    )
    version.delivery = delivery
    session.flush()
    return version


@pytest.fixture
def catalog(session: Session, provider: Provider) -> list[CourseVersion]:
    return [
        make_course(session, provider, "law", 6, "law_ethics"),
        make_course(session, provider, "risk", 7, "suicide_risk"),
        make_course(session, provider, "both", 12, "law_ethics", "suicide_risk"),
        make_course(session, provider, "couples", 12, "couples_families"),
        make_course(session, provider, "families", 9, "couples_families"),
    ]


def planned(page: Page) -> list[str]:
    """The titles of the courses of the plan, in their order."""
    tables = [table for table in page.tree.iter("table") if "Courses to take" in "".join(table.itertext())]
    return [str(link.text) for table in tables for row in table.iter("th") for link in row.iter("a")]


def test_the_plan_closes_what_is_missing(
    client: InspectingClient, license_: License, catalog: list[CourseVersion], carol: Person
) -> None:
    """30 hours are missing, 6 of them of law and ethics and 6 of suicide risk: 12 + 12 + 6 close all, 33 would be too many."""
    page = client.sign_in(carol).get("/plan")
    assert page.status_code == 200
    assert sorted(planned(page)) == ["Both", "Couples", "Law"]
    assert "30.0 h in 3 courses close 3 of 3 gaps of 1 license" in page.main
    assert (
        "California LMFT: 12 hours toward Continuing education, then 18 hours missing; 6 hours toward Law and"
        in page.main
    )
    assert "which completes it" in page.main
    assert "What stays open" not in page.main
    assert "no prices yet" in page.main


def test_two_licenses_share_their_courses(
    client: InspectingClient,
    session: Session,
    packs: PackLibrary,
    license_: License,
    catalog: list[CourseVersion],
    carol: Person,
) -> None:
    details = LicenseDetails(number="T 1", issued_on=date(2019, 5, 1), expires_on=date(2027, 5, 31))
    add_license(session, FROZEN_NOW, carol.id, packs.get("us-tx/lmft-ce"), details)
    page = client.sign_in(carol).get("/plan")
    assert "California LMFT:" in page.main
    assert "Texas LMFT:" in page.main
    assert "of 2 licenses" in page.main
    assert "What stays open, and why" in page.main
    assert "No course on offer counts toward it" in page.main


def test_wishes_stand_in_the_address(
    client: InspectingClient,
    session: Session,
    provider: Provider,
    license_: License,
    catalog: list[CourseVersion],
    carol: Person,
) -> None:
    make_course(session, provider, "live", 30, "law_ethics", "suicide_risk", delivery="live_online")
    client.sign_in(carol)
    assert planned(client.get("/plan?prefer=courses")) == ["Live"]
    assert planned(client.get("/plan?delivery=live")) == ["Live"]
    page = client.get("/plan?delivery=online&prefer=courses")
    assert planned(page) == ["Live"]
    assert "Plan without wishes" in page.main
    both = catalog[2].course_id
    page = client.get(f"/plan?without={both}&without=999999&without=x")
    assert "Both" not in planned(page)
    links = [link.get("href") or "" for link in page.tree.iter("a")]
    assert any(f"without={both}" in link and link.count("without=") == 4 for link in links)
    (check,) = [box for box in page.tree.iter("input") if box.get("name") == "without"]
    assert (check.get("value"), check.get("checked") is not None) == (str(both), True)


@pytest.mark.parametrize("query", ["delivery=boat", "prefer=nothing", f"delivery={HUGE}"])
def test_a_wish_that_is_not_offered_is_refused(
    client: InspectingClient, license_: License, catalog: list[CourseVersion], carol: Person, query: str
) -> None:
    page = client.sign_in(carol).get(f"/plan?{query}")
    assert page.status_code == 422
    assert "Choose one of the options offered." in page.main
    assert planned(page)


def test_what_was_begun_is_finished_though_it_is_offered_no_more(
    client: InspectingClient, session: Session, provider: Provider, license_: License, carol: Person
) -> None:
    begun = make_course(session, provider, "law", 6, "law_ethics")
    enrollment = enroll(session, FROZEN_NOW, carol.id, begun)
    begun.retired_at = FROZEN_NOW
    session.flush()
    client.sign_in(carol)
    page = client.get("/plan")
    assert planned(page) == ["Law"]
    assert f"/learning/{enrollment.id}" in [link.get("href") for link in page.tree.iter("a")]
    page = client.get("/plan?offered=y")
    assert planned(page) == []
    assert "No course that fits your wishes closes anything" in page.main


def test_a_course_that_was_credited_is_not_planned(
    client: InspectingClient, session: Session, license_: License, catalog: list[CourseVersion], carol: Person
) -> None:
    make_credit(
        session,
        carol,
        course_key=f"course/{catalog[2].course_id}",
        title="Both",
        minutes=720,
        topics=["law_ethics"],
    )
    assert "Both" not in planned(client.sign_in(carol).get("/plan"))


def test_no_license_no_course_nothing_missing(
    client: InspectingClient, session: Session, packs: PackLibrary, carol: Person
) -> None:
    client.sign_in(carol)
    assert "Add a license" in client.get("/plan").main
    license_ = make_license(session, packs, carol)
    assert "No course is on offer yet" in client.get("/plan").main
    make_credit(session, carol, minutes=3600, topics=["law_ethics", "suicide_risk", "telehealth", "hiv_aids"])
    assert "Nothing is missing" in client.get("/plan").main
    license_.status = "inactive"
    page = client.get("/plan")
    assert "There is nothing to plan" in page.main
    assert "No continuing education is asked for this renewal" in page.main


def test_an_expired_license_is_left_aside(
    client: InspectingClient, license_: License, catalog: list[CourseVersion], carol: Person
) -> None:
    license_.issued_on, license_.expires_on = date(2020, 5, 1), date(2026, 10, 31)
    page = client.sign_in(carol).get("/plan")
    assert planned(page) == []
    assert "Once it is renewed, enter the new expiration date" in page.main


def test_a_plan_is_made_of_the_persons_own_licenses(
    client: InspectingClient, license_: License, catalog: list[CourseVersion], bob: Person
) -> None:
    assert "No license yet" in client.sign_in(bob).get("/plan").main


def test_it_takes_few_queries(
    client: InspectingClient,
    license_: License,
    catalog: list[CourseVersion],
    carol: Person,
    statements: list[str],
) -> None:
    client.sign_in(carol)
    client.get("/plan")
    statements.clear()
    client.get("/plan")
    assert len(statements) <= 8
