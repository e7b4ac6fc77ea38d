"""Certificates in a browser: the owner's, the provider's, and anyone's who has the number."""

import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.certificates.forms import LARGEST_FILE
from ceu.certificates.models import Certificate, Revocation
from ceu.certificates.queries import PAGE
from ceu.certificates.services import revoke_certificate
from ceu.domain.permissions import Role
from ceu.signing.report import report_file
from tests.catalog.builders import make_provider, make_version
from tests.certificates.builders import make_certificate, reissue
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person


@pytest.fixture
def version(session: Session, alice: Person) -> CourseVersion:
    return make_version(session, make_provider(session, (alice, Role.ADMINISTRATOR)))


@pytest.fixture
def certificate(session: Session, outside: Outside, carol: Person, version: CourseVersion) -> Certificate:
    return make_certificate(session, outside, carol, version)


def send(client: InspectingClient, certificate: Certificate, data: bytes, name: str = "mine.pdf") -> Any:
    """Upload a file to the page that checks a certificate."""
    page = client.post(
        f"/verify/{certificate.number}",
        data={"file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )
    page.request.environ["wsgi.input"].close()  # Werkzeug's test client leaves large bodies open
    return page


# -- the owner


def test_it_works(client: InspectingClient, carol: Person, certificate: Certificate) -> None:
    client.sign_in(carol)
    assert certificate.number in client.get("/certificates").main
    page = client.get(f"/certificates/{certificate.number}")
    for text in ("Carol Example", "Listening", "CAMFT-1", "Be able to hear.", "Miriam Cole, CE Director"):
        assert text in page.main
    answer = client.get(f"/certificates/{certificate.number}/pdf")
    assert (answer.mimetype, answer.data) == ("application/pdf", certificate.pdf)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{certificate.number}.pdf"'


def test_only_the_owner_has_the_page_and_the_pdf(
    client: InspectingClient, session: Session, certificate: Certificate
) -> None:
    paths = [f"/certificates/{certificate.number}", f"/certificates/{certificate.number}/pdf"]
    assert [client.get(path).status_code for path in paths] == [302, 302]
    client.sign_in(make_person(session, "bob"))
    assert [client.get(path).status_code for path in paths] == [404, 404]
    assert certificate.number not in client.get("/certificates").text


def test_lists_page_and_take_few_queries(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, statements: list[str]
) -> None:
    provider = make_provider(session, (alice, Role.CE_DIRECTOR), name="Bay School")
    for number in range(PAGE + 1):
        version = make_version(session, provider, slug=f"course-{number}", title=f"Course {number}!")
        make_certificate(session, outside, alice, version)
    client.sign_in(alice)
    for path in ("/certificates", "/completions"):
        session.expire_all()
        statements.clear()
        first = client.get(path)
        assert len(statements) <= 4
        assert not any("certificate.record" in statement for statement in statements)
        assert "Course 0!" not in first.main
        (older,) = [link.get("href") for link in first.tree.iter("a") if link.get("rel") == "next"]
        assert "Course 0!" in client.get(str(older)).main
        assert client.get(f"{path}?after=99999999999999999999").status_code == 200


def test_an_empty_list_says_what_to_do(
    client: InspectingClient, alice: Person, version: CourseVersion
) -> None:
    client.sign_in(alice)
    assert "You have no certificate yet" in client.get("/certificates").main
    assert "Nobody has completed a course yet" in client.get("/completions").main


# -- anyone


def test_anyone_with_the_number_sees_everything(
    client: InspectingClient, certificate: Certificate, statements: list[str]
) -> None:
    statements.clear()
    page = client.get(f"/verify/{certificate.number}")
    assert len(statements) <= 6
    for text in (
        "Genuine and valid",
        "Carol Example",
        "Listening",
        "10 of 10 right",
        "Law and ethics 1.0 h; Telehealth 0.5 h",
        "Harbor Institute is approved by CAMFT.",
        certificate.sha256,
        certificate.pdf_sha256,
    ):
        assert text in page.main


def test_the_number_is_found_however_it_is_typed(client: InspectingClient, certificate: Certificate) -> None:
    typed = certificate.number.lower().replace("-", "+")
    assert client.get(f"/verify?number={typed}").location == f"/verify/{certificate.number}"
    answer = client.get(f"/verify/{certificate.number.lower()}")
    assert (answer.status_code, answer.location) == (301, f"/verify/{certificate.number}")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("", "Enter the number"), ("7", "not a certificate number"), ("x" * 5_000, "not a certificate number")],
)
def test_what_is_no_number_is_said(client: InspectingClient, number: str, sentence: str) -> None:
    page = client.get(f"/verify?number={number}")
    assert page.status_code == 422
    assert sentence in page.main


@pytest.mark.parametrize("number", ["CEU-2026-0000-0000", "nonsense", "7"])
def test_an_unknown_number_is_not_found(
    client: InspectingClient, certificate: Certificate, number: str
) -> None:
    assert client.get(f"/verify/{number}").status_code == 404
    assert client.get(f"/verify/{number}/record").status_code == 404
    assert client.post(f"/verify/{number}").status_code == 404


def test_the_look_up_page_is_open_to_all(client: InspectingClient) -> None:
    assert client.get("/verify").h1 == "Check a certificate"


def test_a_changed_record_is_called_altered(
    client: InspectingClient, session: Session, certificate: Certificate
) -> None:
    changed = session.scalars(select(Certificate.record)).one().replace("Carol Example", "Karol Example")
    session.execute(update(Certificate).values(record=changed))
    page = client.get(f"/verify/{certificate.number}")
    assert "Altered: do not rely on this certificate" in page.main
    assert "The content was changed after signing" in page.main


def test_a_revocation_is_said_with_its_reason(
    client: InspectingClient, session: Session, certificate: Certificate, carol: Person, alice: Person
) -> None:
    revoke_certificate(session, FROZEN_NOW, certificate, alice.id, "Issued to the wrong <person>.")
    page = client.get(f"/verify/{certificate.number}")
    assert "Revoked: do not rely on this certificate" in page.main
    assert "Issued to the wrong <person>." in page.main
    assert (
        "Issued to the wrong <person>."
        in client.sign_in(carol).get(f"/certificates/{certificate.number}").main
    )


def test_editions_point_to_each_other(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    certificate: Certificate,
    carol: Person,
    alice: Person,
) -> None:
    new = reissue(session, outside, certificate, "Carol Corrected", alice)
    page = client.get(f"/verify/{certificate.number}")
    assert "replaced by a newer edition" in page.main
    assert f"/verify/{new.number}" in page.text
    page = client.get(f"/verify/{new.number}")
    assert "Genuine and valid" in page.main
    assert f"Reissue of No. {certificate.number}" in page.main
    revoke_certificate(session, FROZEN_NOW, new, alice.id, "Mistake.")
    assert f"withdrew No. {new.number}" in client.get(f"/verify/{certificate.number}").main
    assert new.number in client.sign_in(carol).get(f"/certificates/{certificate.number}").main


def test_the_record_file_is_checked_without_the_site(
    client: InspectingClient, outside: Outside, certificate: Certificate
) -> None:
    answer = client.get(f"/verify/{certificate.number}/record")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data)["sha256"] == certificate.sha256
    assert report_file(answer.data, outside.keys.public_keys).exit_code == 0


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (lambda pdf: pdf, "Identical"),
        (lambda pdf: pdf + b"\n", "It differs"),
        (lambda pdf: b"GIF89a", "Not a PDF"),
        (lambda pdf: pdf + b"x" * LARGEST_FILE, "Too large"),
    ],
)
def test_a_file_is_compared_without_an_account(
    client: InspectingClient, certificate: Certificate, change: Any, answer: str
) -> None:
    page = send(client, certificate, change(certificate.pdf))
    assert page.status_code == 200
    assert answer in page.texts("h3")


def test_the_same_file_is_compared_again(client: InspectingClient, certificate: Certificate) -> None:
    for _ in range(2):
        assert "Identical" in send(client, certificate, certificate.pdf).texts("h3")


@pytest.mark.parametrize("data", [{}, {"file": ""}, {"file": "text"}, {"file": (io.BytesIO(b""), "")}])
def test_a_missing_file_is_said(
    client: InspectingClient, certificate: Certificate, data: dict[str, Any]
) -> None:
    page: Any = client.post(f"/verify/{certificate.number}", data=data, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "Choose the PDF file" in page.main


def test_a_far_too_large_file_is_refused(client: InspectingClient, certificate: Certificate) -> None:
    assert send(client, certificate, b"%PDF-" + b"x" * 11 * 1024 * 1024).status_code == 413


# -- the provider


def test_completions_are_for_the_provider(
    client: InspectingClient, session: Session, alice: Person, carol: Person, certificate: Certificate
) -> None:
    assert client.sign_in(carol).get("/completions").status_code == 404
    page = client.sign_in(alice).get("/completions")
    for text in ("Carol Example", "Listening", certificate.number, "24 Nov 2026"):
        assert text in page.main
    bob = make_person(session, "bob")
    make_provider(session, (bob, Role.ADMINISTRATOR), name="Bay School")
    client.sign_in(bob)
    assert certificate.number not in client.get("/completions").text
    for path in ("", "/revoke", "/reissue"):
        url = f"/completions/{certificate.id}{path}"
        data = {"reason": "Mine", "participant_name": "Bob"}
        assert (client.post(url, data=data) if path else client.get(url)).status_code == 404


def test_an_administrator_revokes_once(
    client: InspectingClient, session: Session, alice: Person, certificate: Certificate
) -> None:
    client.sign_in(alice)
    url = f"/completions/{certificate.id}"
    for once in ("a", "a"):
        answer = client.post(f"{url}/revoke", data={"reason": "Wrong person.", "once": once})
        assert answer.location == url
    page = client.get(url)
    assert "Wrong person." in page.main
    assert "Revoke this certificate" not in page.main
    again: Any = client.post(f"{url}/revoke", data={"reason": "Again."})
    assert again.status_code == 422
    (revocation,) = session.scalars(select(Revocation)).all()
    assert (revocation.reason, revocation.revoked_by_id) == ("Wrong person.", alice.id)
    assert "Revoked" in client.get("/completions").main


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_revocation_needs_a_reason_of_fitting_length(
    client: InspectingClient, session: Session, alice: Person, certificate: Certificate, reason: str
) -> None:
    page: Any = client.sign_in(alice).post(f"/completions/{certificate.id}/revoke", data={"reason": reason})
    assert page.status_code == 422
    assert "field-error" in page.text
    assert session.scalars(select(Revocation)).all() == []


def test_an_administrator_corrects_a_name(
    client: InspectingClient, outside: Outside, session: Session, alice: Person, certificate: Certificate
) -> None:
    client.sign_in(alice)
    places = {
        client.post(
            f"/completions/{certificate.id}/reissue",
            data={"participant_name": "Carol Corrected", "once": "a"},
        ).location
        for _ in range(2)
    }
    assert len(places) == 1
    assert "Carol Corrected" in client.get(places.pop()).main
    new = session.scalars(select(Certificate).where(Certificate.edition == 2)).one()
    kind, html = outside.printer.printed[-1]  # type: ignore[attr-defined]
    assert kind == "certificate"
    assert "Duplicate · first issued" in html
    assert f"http://localhost/verify/{new.number}" in html
    assert "was replaced" in client.get(f"/completions/{certificate.id}").main


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_name_that_cannot_be_printed_is_refused(
    client: InspectingClient, session: Session, alice: Person, certificate: Certificate, name: str
) -> None:
    page: Any = client.sign_in(alice).post(
        f"/completions/{certificate.id}/reissue", data={"participant_name": name}
    )
    assert page.status_code == 422
    assert len(session.scalars(select(Certificate)).all()) == 1


def test_the_paper_says_what_the_record_says(
    client: InspectingClient, outside: Outside, session: Session, alice: Person, certificate: Certificate
) -> None:
    client.sign_in(alice).post(
        f"/completions/{certificate.id}/reissue", data={"participant_name": "Carol <b>"}
    )
    _, html = outside.printer.printed[-1]  # type: ignore[attr-defined]
    assert "Carol &lt;b&gt;" in html
    assert re.search(r"Record SHA-256\W+[0-9a-f]{64}", html)
