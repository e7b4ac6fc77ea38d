"""Finding courses: the index follows what is on offer, pages by key, and marks what was looked for."""

from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.accepted import accepted_for
from ceu.catalog.search_models import CourseListing
from ceu.catalog.search_queries import Key, Wanted, excerpts_of, find_courses, get_versions, key_from
from ceu.catalog.search_services import list_anew
from ceu.catalog.views import PAGE, PAGES_LOOKED_THROUGH
from ceu.providers.models import Provider
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.licenses.builders import make_license


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session)


def titles(session: Session, search: str) -> list[str]:
    keys = find_courses(session, Wanted(search), None, PAGE)
    return [version.title for version in get_versions(session, keys)]


def test_a_word_in_the_title_says_more_than_one_in_the_summary(session: Session, provider: Provider) -> None:
    make_version(session, provider, slug="a", title="Grief in families")
    make_version(session, provider, slug="b", title="Families", summary="Sorrow, and what grief is.")
    assert titles(session, "grief") == ["Grief in families", "Families"]


def test_words_are_found_in_their_other_forms_and_without_accents(
    session: Session, provider: Provider
) -> None:
    make_version(session, provider, slug="a", title="Supervising trainees")
    assert titles(session, "supervised trainee") == ["Supervising trainees"]


def test_what_is_replaced_is_not_found_and_its_successor_is(session: Session, provider: Provider) -> None:
    make_version(session, provider, title="Old grief")
    make_version(session, provider, title="New sorrow")
    assert titles(session, "grief") == []
    assert titles(session, "sorrow") == ["New sorrow"]
    make_version(session, provider, title="Old grief")
    assert titles(session, "grief") == ["Old grief"]
    assert session.scalar(select(func.count()).select_from(CourseListing)) == 1


def test_pages_hold_every_course_once(session: Session, provider: Provider) -> None:
    made = {make_version(session, provider, slug=f"c-{n}", title=f"Grief {n % 3}").id for n in range(7)}
    for search in ("", "grief"):
        found: list[Key] = []
        while page := find_courses(session, Wanted(search), found[-1] if found else None, 3):
            found += page
        assert [key.version_id for key in found] == [key.version_id for key in sorted(found, reverse=True)]
        assert {key.version_id for key in found} == made
        assert len(found) == len(made)


def test_an_excerpt_marks_the_words(session: Session, provider: Provider) -> None:
    version = make_version(session, provider, summary='How to hear "what" is said & meant.')
    pieces = excerpts_of(session, Wanted("hears"), [version.id])[version.id]
    assert ("hear", True) in pieces
    assert (
        "".join(words for words, _ in pieces)
        .replace("How to ", "")
        .startswith('hear "what" is said & meant.')
    )
    assert excerpts_of(session, Wanted(""), [version.id]) == {}


def test_the_page_shows_marks_and_escapes_the_rest(
    client: InspectingClient, session: Session, provider: Provider
) -> None:
    make_version(session, provider, summary='How to hear "what" is said & meant.')
    page = client.get("/courses?search=hear")
    assert page.texts("mark")[0] == "hear"
    assert 'hear "what" is said & meant.' in page.main


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=60) | st.text("\"*^:(){}-+ORNEAR \\'%", max_size=30))
def test_nothing_typed_breaks_the_search(app: Flask, session: Session, typed: str) -> None:
    text = typed.replace("\0", "").encode("utf-8", "ignore").decode()
    find_courses(session, Wanted(text), Key(5, 5), 3)
    excerpts_of(session, Wanted(text), [1])


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "1-2-3", "٣-٤", "9" * 16 + "-1", None])
def test_a_garbled_key_is_none(text: str | None) -> None:
    assert key_from(text) is None


def test_a_key_finds_its_way_through_an_address() -> None:
    assert key_from(str(Key(12, 7))) == Key(12, 7)


def test_the_index_can_be_made_anew(session: Session, provider: Provider) -> None:
    make_version(session, provider, title="Old")
    make_version(session, provider, title="Grief")
    make_version(session, provider, slug="other", title="Sorrow")
    assert list_anew(session) == 2
    assert titles(session, "grief") == ["Grief"]
    assert titles(session, "old") == []


def test_a_license_accepts_a_course_of_an_approved_provider_only(
    session: Session, outside: Outside, alice: Person
) -> None:
    license_ = make_license(session, outside.packs, alice)
    good = make_version(session, make_provider(session, bodies=("CAMFT",)))
    late = date(2031, 1, 1)
    assert accepted_for(outside.packs, [license_], [good], FROZEN_NOW.date()) == [("California LMFT",)]
    assert accepted_for(outside.packs, [license_], [good], late) == [()]
    assert accepted_for(outside.packs, [], [good], FROZEN_NOW.date()) == [()]


def test_only_what_a_license_accepts(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, statements: list[str]
) -> None:
    make_license(session, outside.packs, alice)
    make_version(session, make_provider(session, bodies=("CAMFT",)), title="Accepted here")
    make_version(session, make_provider(session, bodies=("Nobody",), name="Elsewhere"), title="Not here")
    client.sign_in(alice)
    everything = client.get("/courses")
    assert "Accepted for California LMFT" in everything.main
    assert "Not accepted for your licenses" in everything.main
    session.expire_all()
    statements.clear()
    page = client.get("/courses?accepted=y")
    assert len(statements) < 12
    assert "Accepted here" in page.main
    assert "Not here" not in page.main


def test_looking_for_accepted_courses_goes_on_where_it_stopped(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ceu.catalog.views.PAGE", 1)
    make_license(session, outside.packs, alice)
    make_version(session, make_provider(session, bodies=("CAMFT",)), title="Accepted here")
    other = make_provider(session, bodies=("Nobody",), name="Elsewhere")
    for number in range(PAGES_LOOKED_THROUGH):
        make_version(session, other, slug=f"c-{number}")
    page = client.sign_in(alice).get("/courses?accepted=y")
    assert "None of the first 3 courses is accepted" in page.main
    (further,) = [link.get("href") for link in page.tree.iter("a") if link.get("rel") == "next"]
    assert "Accepted here" in client.get(str(further)).main


def test_a_price_is_shown_and_nobody_enrolls(
    client: InspectingClient, session: Session, provider: Provider, alice: Person
) -> None:
    version = make_version(session, provider, price={"cents": 4950, "currency": "USD"})
    page = client.sign_in(alice).get(f"/courses/{version.course.slug}-{version.course_id}")
    assert "USD 49.50" in page.main
    assert "paying is not possible on this site yet" in page.main
    assert "Take this course" not in page.main
    answer = client.post(f"/courses/versions/{version.id}/enroll", follow_redirects=True)
    assert "This course has a price" in answer.text
    assert "USD 49.50" in client.get("/courses?price=paid").main
    assert "USD" not in client.get("/courses?price=free").main
