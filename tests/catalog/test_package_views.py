"""A provider's packages: who may upload them, what is refused, and how a course names them."""

from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import ContentPackage
from ceu.catalog.queries import list_lessons
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Role
from tests.catalog.builders import make_provider, make_source, publish_course
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.packages.samples import cmi5, scorm_12, zipped


def _upload(client: InspectingClient, provider_id: int, stream: object, name: str = "package.zip") -> object:
    return client.post(f"/shelf/{provider_id}/packages", data={"file": (stream, name)})


def test_a_package_is_uploaded_and_shows_what_it_holds(
    client: InspectingClient, session: Session, carol: Person
) -> None:
    provider = make_provider(session, (carol, Role.CE_DIRECTOR))
    client.sign_in(carol)
    answer = _upload(client, provider.id, scorm_12())
    page = client.get(answer.location)  # type: ignore[attr-defined]
    package = session.scalars(select(ContentPackage)).one()
    assert (page.h1, package.standard, package.files) == ("Listening, packed", "scorm12", 4)
    assert f"package: {package.digest}" in page.main
    assert "Its prerequisites: every part can be opened" in page.main
    assert "Chapter oneHeading" in page.main.replace(" Heading", "Heading")
    assert "Listening, packed" in client.get(f"/shelf/{provider.id}/packages").main


def test_the_same_package_again_is_the_one_that_is_there(
    client: InspectingClient, session: Session, carol: Person
) -> None:
    provider = make_provider(session, (carol, Role.CE_DIRECTOR))
    client.sign_in(carol)
    first_bytes = scorm_12().getvalue()
    first = _upload(client, provider.id, BytesIO(first_bytes))
    session.expire_all()
    package = session.scalars(select(ContentPackage)).one()
    stream = BytesIO(first_bytes)
    again = _upload(client, provider.id, stream)
    assert first.location == again.location == f"/shelf/packages/{package.id}"  # type: ignore[attr-defined]
    assert session.scalars(select(ContentPackage.id)).all() == [package.id]


def test_what_is_no_package_is_refused_on_its_field(
    client: InspectingClient, session: Session, carol: Person
) -> None:
    provider = make_provider(session, (carol, Role.CE_DIRECTOR))
    client.sign_in(carol)
    page = _upload(client, provider.id, zipped({"a.html": "x"}))
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert "neither imsmanifest.xml nor cmi5.xml" in page.main  # type: ignore[attr-defined]
    empty = client.post(f"/shelf/{provider.id}/packages", data={})
    assert "Choose the package" in empty.main
    assert session.scalars(select(ContentPackage)).all() == []


def test_strangers_see_and_upload_nothing(
    client: InspectingClient, session: Session, carol: Person, bob: Person
) -> None:
    provider = make_provider(session, (carol, Role.CE_DIRECTOR))
    client.sign_in(carol)
    _upload(client, provider.id, scorm_12())
    package_id = session.scalars(select(ContentPackage.id)).one()
    other = make_provider(session, (bob, Role.CE_DIRECTOR))
    client.sign_in(bob)
    assert client.get(f"/shelf/{other.id}/packages").status_code == 200
    assert client.get(f"/shelf/{provider.id}/packages").status_code == 404
    assert client.get(f"/shelf/packages/{package_id}").status_code == 404
    assert _upload(client, provider.id, scorm_12()).status_code == 404  # type: ignore[attr-defined]


def test_a_lesson_keeps_its_package_and_needs_it_uploaded(
    session: Session, carol: Person, outside: Outside, client: InspectingClient
) -> None:
    provider = make_provider(session, (carol, Role.CE_DIRECTOR))
    digest = outside.content.put(scorm_12()).sha256
    lessons = [
        {"title": "Hearing", "file": "lessons/01-hearing.md", "package": digest, "done_when": "passed"},
        {"title": "Waiting", "file": "lessons/02-waiting.md"},
    ]
    source = make_source(lessons=lessons)
    with pytest.raises(DomainError, match="package of “Hearing” is not among this provider's"):
        publish_course(session, FROZEN_NOW, provider, source, 60)
    client.sign_in(carol)
    _upload(client, provider.id, scorm_12())
    version = publish_course(session, FROZEN_NOW, provider, source, 60)
    assert [(lesson.package, lesson.done_when) for lesson in list_lessons(session, version.id)] == [
        (digest, "passed"),
        (None, None),
    ]


def test_a_course_without_packages_is_written_as_before() -> None:
    """Its digest, and so its published version, stays what it was."""
    (first, _) = make_source().outline.model_dump(mode="json")["lessons"]
    assert first.keys() == {"title", "file"}


def test_a_cmi5_package_says_what_it_asks(session: Session, carol: Person, client: InspectingClient) -> None:
    provider = make_provider(session, (carol, Role.CE_DIRECTOR))
    client.sign_in(carol)
    page = client.get(_upload(client, provider.id, cmi5()).location)
    assert "Answer wellPart0.8completed and passedau/index.html?start=1" in page.main
    assert "Answer againPartnonenothingau/again.html" in page.main
