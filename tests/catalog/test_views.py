"""The course list, course pages and the shelf, as visitors, learners, publishers and strangers see them."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.catalog.services import keep_file
from ceu.catalog.views import PAGE
from ceu.domain.permissions import Role
from ceu.licenses.models import License
from ceu.providers.models import Provider
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_organization, make_person


@pytest.fixture
def provider(session: Session, alice: Person) -> Provider:
    return make_provider(session, (alice, Role.CE_DIRECTOR), bodies=("CAMFT", "NBCC"))


def address(version: CourseVersion) -> str:
    return f"/courses/{version.course.slug}-{version.course_id}"


def test_the_list_shows_what_is_on_offer(client: InspectingClient, session: Session) -> None:
    make_version(session)
    page = client.get("/courses")
    assert page.h1 == "Courses"
    assert "Listening" in page.main
    assert "1.0 h" in page.main


def test_an_empty_list_says_so(client: InspectingClient) -> None:
    assert "No course is on offer yet" in client.get("/courses").main


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=hear+said", True),
        ("search=LISTEN", True),
        ("search=hear+unsaid", False),
        ("search=answering", True),
        ("search=%22hear", True),
        ("search=said%22+OR+unsaid", False),
        ("search=c%2B%2B", False),
        ("search=hear*", True),
        ("search=title%3Alistening", False),
        ("search=writer+listening", True),
        ("hours=3", False),
        ("hours=1", True),
        ("delivery=asynchronous_text", True),
        ("delivery=in_person", False),
        ("price=free", True),
        ("price=paid", False),
        ("search=%25", False),
        ("search=_", False),
        ("level=introductory", True),
        ("level=advanced", False),
        ("topic=law_ethics", True),
        ("topic=ethics", False),
        ("topic=telehealth", False),
    ],
)
def test_search_level_and_topic_narrow_the_list(
    client: InspectingClient, session: Session, query: str, found: bool
) -> None:
    make_version(session)
    page = client.get(f"/courses?{query}")
    assert page.status_code == 200
    assert ("See the course" in page.main) is found
    assert ("No course fits this search" in page.main) is not found


@pytest.mark.parametrize(
    "query",
    [
        "level=nonsense",
        "topic=nonsense",
        "hours=nonsense",
        "delivery=nonsense",
        "price=nonsense",
        "search=" + "x" * 300,
    ],
)
def test_a_garbled_search_says_what_is_wrong(client: InspectingClient, session: Session, query: str) -> None:
    make_version(session)
    page = client.get(f"/courses?{query}")
    assert page.status_code == 422
    assert "field-error" in page.text


@pytest.mark.parametrize("after", ["nonsense", "-1", "99999999999999999999"])
def test_a_garbled_page_key_begins_at_the_beginning(
    client: InspectingClient, session: Session, after: str
) -> None:
    make_version(session)
    assert "Listening" in client.get(f"/courses?after={after}").main


def test_the_list_pages(
    client: InspectingClient, session: Session, provider: Provider, statements: list[str]
) -> None:
    for number in range(PAGE + 1):
        make_version(session, provider, slug=f"course-{number}", title=f"Course {number}")
    session.expire_all()
    statements.clear()
    first = client.get("/courses")
    assert len(statements) <= 3
    assert f"Course {PAGE}" in first.main
    (older,) = [link.get("href") for link in first.tree.iter("a") if link.get("rel") == "next"]
    assert "Course 0" in client.get(str(older)).main


def test_a_replaced_version_is_not_listed(
    client: InspectingClient, session: Session, provider: Provider
) -> None:
    make_version(session, provider, title="Old title")
    make_version(session, provider, title="New title")
    page = client.get("/courses")
    assert "New title" in page.main
    assert "Old title" not in page.main


def test_a_visitor_reads_everything_about_a_course(client: InspectingClient, session: Session) -> None:
    page = client.get(address(make_version(session)))
    for text in (
        "Be able to hear.",
        "A. Writer, LMFT 1",
        "Disclosure: None.",
        "Introductory level, for Therapists",
        "1.0 h of credit",
        "66.00",
        "Harbor Institute is approved by CAMFT.",
        "State (1953). A law. Code",
        "then add a license",
    ):
        assert text in page.main
    assert "Take this course" not in page.main


def test_a_learner_reads_what_it_counts_for(
    client: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    version = make_version(session)
    client.sign_in(alice)
    assert "Add your license" in client.get(address(version)).main
    pack = outside.packs.get("us-ca/lmft-ce")
    session.add(
        License(
            person_id=alice.id,
            ce_pack_id=pack.id,
            number="98765",
            issued_on=date(2020, 2, 1),
            expires_on=date(2027, 1, 31),
            created_at=FROZEN_NOW,
        )
    )
    page = client.get(address(version))
    assert "98765" in page.main
    assert "1.0 hour" in page.main


def test_everybody_reads_what_is_new_in_a_version(
    client: InspectingClient, session: Session, provider: Provider
) -> None:
    first = make_version(session, provider)
    assert "What is new" not in client.get(address(first)).main
    make_version(session, provider, summary="How to hear.")
    third = make_version(session, provider, summary="How to hear well.", pass_mark=90)
    assert f"{address(third)}/changes" in client.get(address(third)).text
    page = client.get(f"{address(third)}/changes")
    for text in ("against version 2", "How to hear well.", "Pass mark", "Before:80", "Now:90"):
        assert text in page.main
    assert "what is not." in client.get(f"{address(third)}/changes?since=1").main
    for wrong in ("since=3", "since=9", "since=x"):
        answer = client.get(f"{address(third)}/changes?{wrong}")
        assert answer.status_code == (200 if wrong == "since=x" else 404)


def test_a_course_page_takes_few_queries(
    client: InspectingClient, session: Session, alice: Person, statements: list[str]
) -> None:
    version = make_version(session)
    client.sign_in(alice)
    url = address(version)
    session.expire_all()
    statements.clear()
    client.get(url)
    assert len(statements) <= 10
    assert not any("assessment" in statement or "lesson.html" in statement for statement in statements)


def test_another_spelling_of_the_address_leads_to_the_one(client: InspectingClient, session: Session) -> None:
    version = make_version(session)
    answer = client.get(f"/courses/other-{version.course_id}")
    assert (answer.status_code, answer.location) == (301, address(version))


@pytest.mark.parametrize("path", ["/courses/listening-999", "/courses/listening", "/shelf/999/packages"])
def test_what_is_not_there_is_not_found(
    client: InspectingClient, alice: Person, provider: Provider, path: str
) -> None:
    assert client.sign_in(alice).get(path).status_code == 404


def test_the_shelf_is_for_publishers(client: InspectingClient, session: Session, provider: Provider) -> None:
    assert client.get("/shelf").status_code == 302
    stranger = client.sign_in(make_person(session, "bob"))
    assert stranger.get("/shelf").status_code == 404


def test_another_publisher_finds_nothing_of_this_provider(
    client: InspectingClient, session: Session, provider: Provider
) -> None:
    bob = make_person(session, "bob")
    make_provider(session, (bob, Role.ADMINISTRATOR), name="Bay School")
    client.sign_in(bob)
    assert "Harbor" not in client.get("/shelf").main


def test_what_is_published_is_listed_with_how_learners_fare(
    client: InspectingClient, session: Session, alice: Person, provider: Provider, statements: list[str]
) -> None:
    old = make_version(session, provider, title="Old title")
    new = make_version(session, provider, title="New title")
    client.sign_in(alice)
    session.expire_all()
    statements.clear()
    page = client.get("/shelf")
    assert len(statements) <= 6
    assert "New title" in page.main
    assert "Old title" not in page.main
    assert "CAMFT CAMFT-1" in page.main
    links = {link.get("href") for link in page.tree.iter("a")}
    assert {
        address(new),
        f"/shelf/versions/{new.id}/questions",
        f"/shelf/versions/{new.id}/evaluations",
    } <= links
    assert f"/shelf/versions/{old.id}/questions" not in links


def test_a_publisher_without_a_profile_is_told_to_set_it_up(
    client: InspectingClient, session: Session, alice: Person
) -> None:
    make_organization(session, (alice, Role.ADMINISTRATOR))
    assert "no provider profile yet" in client.sign_in(alice).get("/shelf").main


def test_files_of_courses_are_sent_to_people_with_an_account_and_no_others(
    client: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    data = b"\x89PNG\r\n\x1a\n0123456789"
    kept = keep_file(session, outside.files, "assets/a.png", BytesIO(data))
    evidence = outside.files.put(data + b"evidence")
    assert client.get(f"/courses/files/{kept.sha256}.png").status_code == 302
    answer = client.sign_in(alice).get(f"/courses/files/{kept.sha256}.png")
    assert (answer.data, answer.mimetype) == (data, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    part = client.get(f"/courses/files/{kept.sha256}.png", headers={"Range": "bytes=8-11"})
    assert (part.status_code, part.data) == (206, b"0123")
    for name in (f"{kept.sha256}.jpg", f"{evidence.sha256}.png", f"{'0' * 64}.png", "..png"):
        assert client.get(f"/courses/files/{name}").status_code == 404
