"""A plan in words, on rules that ask everything a renewal can ask: hours, ways to choose from, a confirmation, a fact."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.rulepacks import PackLibrary
from ceu.catalog.models import Course, CourseVersion
from ceu.learning.models import Enrollment
from ceu.licenses.models import License
from ceu.licenses.services import LicenseDetails, add_license
from ceu.planning.planner import Preferences, make_plan
from ceu.planning.rows import PlanPage, page_of
from ceu.providers.models import Provider
from tests.factories import FROZEN_NOW
from tests.licenses.builders import DETAILS, HARBOR_PACK, make_shelf

TODAY = date(2026, 11, 24)


@pytest.fixture
def shelf(tmp_path: Path) -> PackLibrary:
    return make_shelf(tmp_path)


@pytest.fixture
def held(session: Session, shelf: PackLibrary, carol: Person) -> Callable[..., License]:
    """Adds a license born in March, so that the cycle ends on 31 March 2027; its holder provides telehealth."""

    def add(number: int = 1, **facts: Any) -> License:
        details = LicenseDetails(
            **{**DETAILS, "number": f"H {number}", "expires_on": date(2027, 3, 31)},
            birth_month=3,
            facts={"provides_telehealth": True, **facts},
        )
        return add_license(session, FROZEN_NOW, carol.id, shelf.get(HARBOR_PACK), details)

    return add


def course(number: int, minutes: int, *topics: str, **changes: Any) -> CourseVersion:
    provider = Provider(id=1, legal_name="Harbor Institute", approvals=[])
    told = {
        "id": number, "course_id": number, "title": f"Course {number}", "delivery": "in_person", "topics": list(topics),
        "words": 200_000, "minutes": minutes, "course": Course(id=number, slug="c", provider=provider),
    }  # fmt: skip
    return CourseVersion(**{**told, **changes})


def page(
    shelf: PackLibrary, licenses: list[License], *courses: CourseVersion, wishes: Preferences | None = None
) -> PlanPage:
    return page_of(make_plan(shelf, licenses, [], courses, [], wishes or Preferences(), TODAY))


def reasons(shown: PlanPage) -> dict[str, list[str]]:
    return {row.version.title: [text for _, said in row.reasons for text in said] for row in shown.courses}


def test_every_reason_is_said(shelf: PackLibrary, held: Callable[..., License]) -> None:
    """Ten hours by 50-minute hours, two of telehealth, and three of ethics or three courses."""
    shown = page(shelf, [held()], course(1, 400, "telehealth"), course(2, 150, "ethics"), course(3, 500))
    assert reasons(shown) == {
        "Course 1": [
            "8 hours toward Hours in all, then 2 hours missing",
            "2 hours toward Telehealth, which completes it",
            "1 course toward Three different courses, then 2 courses missing",
        ],
        "Course 2": [
            "2 hours toward Hours in all, which completes it",
            "one of the ways of Breadth, which completes it",
            "1 course toward Three different courses, then 1 course missing",
            "3 hours toward Ethics, which completes it",
        ],
    }
    assert (shown.minutes, shown.closed, shown.proven) == (550, 3, True)


def test_what_stays_open_is_explained(shelf: PackLibrary, held: Callable[..., License]) -> None:
    shown = page(shelf, [held(provides_telehealth=None)], course(1, 500, "ethics"))
    rows = {row.title: row for row in shown.gaps}
    exam, telehealth, hours = (rows[title] for title in ("Jurisprudence exam", "Telehealth", "Hours in all"))
    assert (exam.missing, exam.after) == ("not confirmed", "not confirmed")
    assert exam.why == "No course closes this. Record the jurisprudence exam once it is done."
    assert (telehealth.missing, telehealth.state) == ("cannot tell", "cannot_tell")
    assert telehealth.why.endswith("Telehealth: missing is whether you provide telehealth.")
    assert (hours.missing, hours.after, hours.state, hours.why) == ("10 hours", "", "met", "")
    assert hours.sure == "Verified as of 1 Jan 2026."


def test_two_licenses_of_one_kind_are_told_apart_by_their_number(
    shelf: PackLibrary, held: Callable[..., License]
) -> None:
    shown = page(shelf, [held(1), held(2)], course(1, 500, "ethics", "telehealth"))
    assert {row.license.split(" (")[-1] for row in shown.gaps} == {"H 1)", "H 2)"}
    assert len(shown.courses[0].reasons) == 2


@pytest.mark.parametrize(
    ("wishes", "titles"),
    [
        (Preferences(), ["Course 3", "Course 2"]),
        (Preferences(prefer="courses"), ["Course 1"]),
        (Preferences(delivery="live"), ["Course 3", "Course 2"]),
        (Preferences(delivery="online"), ["Course 1"]),
        (Preferences(without=frozenset({2})), ["Course 1"]),
    ],
)
def test_wishes(
    shelf: PackLibrary, held: Callable[..., License], wishes: Preferences, titles: list[str]
) -> None:
    catalog = [
        course(1, 600, "ethics", "telehealth", delivery="asynchronous_text"),
        course(2, 150, "ethics", "telehealth", delivery="in_person"),
        course(3, 350, delivery="in_person"),
    ]
    assert [row.version.title for row in page(shelf, [held()], *catalog, wishes=wishes).courses] == titles


def test_the_version_begun_takes_the_place_of_the_one_on_offer(
    shelf: PackLibrary, held: Callable[..., License]
) -> None:
    old = course(1, 500, "ethics", "telehealth", title="Begun", id=7, retired_at=DETAILS["issued_on"])
    begun = Enrollment(id=1, person_id=1, version=old)
    planned = make_plan(
        shelf, [held()], [], [course(1, 600, "ethics", "telehealth")], [begun], Preferences(), TODAY
    )
    assert [row.version.title for row in page_of(planned).courses] == ["Begun"]
