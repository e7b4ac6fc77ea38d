"""Issuing, revoking and reissuing: snapshots that do not move, one per completion, in one chain."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.audit.models import AuditEntry
from ceu.catalog.models import CourseVersion
from ceu.certificates.models import Certificate
from ceu.certificates.queries import list_editions
from ceu.certificates.services import record_of, revoke_certificate
from ceu.certificates.snapshot import document_in
from ceu.domain.certificate import LicenseLine
from ceu.domain.errors import DomainError
from ceu.learning.models import Enrollment
from ceu.licenses.models import Credit, License
from ceu.signing.records import Answer, verify, verify_chain
from ceu.signing.report import report_file
from tests.catalog.builders import WORKER, make_provider, make_source, make_version, publish_course
from tests.certificates.builders import issue, make_certificate, reissue
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import make_completed, make_passed

LATER = FROZEN_NOW + timedelta(days=400)


@pytest.fixture
def version(session: Session) -> CourseVersion:
    return make_version(session, make_provider(session, bodies=("CAMFT", "NBCC")))


@pytest.fixture
def certificate(session: Session, outside: Outside, carol: Person, version: CourseVersion) -> Certificate:
    return make_certificate(session, outside, carol, version)


def credits_of(session: Session) -> list[Credit]:
    return list(session.scalars(select(Credit).order_by(Credit.id)))


def test_it_works(session: Session, outside: Outside, certificate: Certificate) -> None:
    document = document_in(record_of(certificate))
    assert document.participant_name == "Carol Example"
    assert (document.hours, document.hours_label) == ("1", "CE hour")
    assert [(credit.body, credit.amount, credit.label) for credit in document.credits] == [
        ("CAMFT", "1", "CE hour"),
        ("NBCC", "1", "CE clock hour"),
    ]
    assert document.approvals[0].statement == "Harbor Institute is approved by CAMFT."
    assert verify(record_of(certificate), outside.keys.public_keys).answer is Answer.GENUINE
    assert certificate.pdf_sha256 == hashlib.sha256(certificate.pdf).hexdigest()


def test_the_record_holds_what_the_certificate_rests_on(certificate: Certificate) -> None:
    evidence: Any = record_of(certificate).body["evidence"]
    assert evidence["post_test"] == {"number": 1, "correct": 10, "total": 10, "pass_mark": 80}
    assert evidence["minutes_by_topic"] == {"law_ethics": 60, "telehealth": 30}
    assert evidence["time_zone"] == "America/Los_Angeles"
    assert evidence["enrollment_id"] == certificate.enrollment_id


def test_the_credit_is_recorded(session: Session, certificate: Certificate) -> None:
    (credit,) = credits_of(session)
    assert credit.certificate_number == certificate.number
    assert (credit.minutes, credit.topics, credit.approval_body) == (60, ["law_ethics"], "CAMFT")
    assert (credit.completed_on, credit.delivery, credit.note) == (
        date(2026, 11, 24),
        "asynchronous_text",
        "",
    )


def test_the_licenses_of_that_day_are_printed(
    session: Session, outside: Outside, carol: Person, version: CourseVersion
) -> None:
    pack = outside.packs.get("us-ca/lmft-ce")
    session.add(
        License(
            person_id=carol.id,
            ce_pack_id=pack.id,
            number="98765",
            issued_on=date(2020, 1, 1),
            expires_on=date(2027, 1, 31),
            created_at=FROZEN_NOW,
        )
    )
    document = document_in(record_of(make_certificate(session, outside, carol, version)))
    assert document.licenses == (LicenseLine(pack.license, "98765", "California"),)


def test_issuing_twice_is_one_certificate(
    session: Session, outside: Outside, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_completed(session, carol, version)
    first = issue(session, outside, enrollment)
    assert issue(session, outside, enrollment, LATER).id == first.id
    assert session.scalar(select(func.count(Certificate.id))) == 1
    assert len(credits_of(session)) == 1


def test_an_unfinished_course_has_no_certificate(
    session: Session, outside: Outside, carol: Person, version: CourseVersion
) -> None:
    with pytest.raises(DomainError, match="not completed yet"):
        issue(session, outside, make_passed(session, carol, version))


def test_later_changes_do_not_reach_the_certificate(
    session: Session, outside: Outside, certificate: Certificate, carol: Person, version: CourseVersion
) -> None:
    before = record_of(certificate)
    carol.name, version.title = "Carol Other", "Another title"
    version.course.provider.legal_name = "Another, Inc."
    version.course.provider.approvals[0].struck_at = LATER
    session.flush()
    session.refresh(certificate)
    assert record_of(certificate) == before
    assert (certificate.participant_name, certificate.title) == ("Carol Example", "Listening")


@pytest.mark.parametrize(
    ("last_day", "bodies", "body"), [(date(2026, 11, 24), ["CAMFT"], "CAMFT"), (date(2026, 11, 23), [], None)]
)
def test_the_approval_counts_through_its_last_day(
    session: Session, outside: Outside, carol: Person, last_day: date, bodies: list[str], body: str | None
) -> None:
    """Vector V9: completion on the last approval day gives credit; on the day after, no statement and no credit."""
    version = make_version(session)
    version.course.provider.approvals[0].valid_to = last_day
    certificate = make_certificate(session, outside, carol, version)
    document = document_in(record_of(certificate))
    assert [line.body for line in document.approvals] == [line.body for line in document.credits] == bodies
    (credit,) = credits_of(session)
    assert credit.approval_body == body
    if body is None:
        ended = "No approval by CAMFT was in force on the completion date; it ended on 23 Nov 2026."
        assert document.legends == (ended, "This certificate carries no credit by an approving body.")
        assert credit.note == " ".join(document.legends)


def test_a_body_that_measures_less_credits_less(session: Session, outside: Outside, carol: Person) -> None:
    provider = make_provider(session, bodies=("NASW", "NBCC"))
    certificate = make_certificate(
        session,
        outside,
        carol,
        make_version(session, provider, minutes=120, words=12_000, questions=15, planners=[WORKER]),
    )
    document = document_in(record_of(certificate))
    assert [(credit.body, credit.amount) for credit in document.credits] == [("NASW", "1"), ("NBCC", "2")]
    (credit,) = credits_of(session)
    assert (credit.approval_body, credit.minutes) == ("NBCC", 120)


def test_a_body_whose_credit_was_dropped_is_not_on_the_certificate(
    session: Session, outside: Outside, carol: Person
) -> None:
    provider = make_provider(session, bodies=("NASW", "NBCC"))
    version = publish_course(session, FROZEN_NOW, provider, make_source(), 60, dropped=["NASW"])
    document = document_in(record_of(make_certificate(session, outside, carol, version)))
    assert [credit.body for credit in document.credits] == ["NBCC"]
    assert [approval.body for approval in document.approvals] == ["NBCC"]
    assert "This course earns no credit by NASW." in document.legends


@pytest.mark.parametrize(
    ("time_zone", "completed_on"),
    [("America/Los_Angeles", date(2026, 11, 24)), ("Pacific/Auckland", date(2026, 11, 25))],
)
def test_the_date_is_that_of_the_person(
    session: Session,
    outside: Outside,
    carol: Person,
    version: CourseVersion,
    time_zone: str,
    completed_on: date,
) -> None:
    carol.time_zone = time_zone
    assert make_certificate(session, outside, carol, version).completed_on == completed_on


def test_all_certificates_are_one_chain(
    session: Session, outside: Outside, certificate: Certificate, version: CourseVersion
) -> None:
    for name in ("alice", "bob"):
        make_certificate(session, outside, make_person(session, name), version)
    rows = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    checked = verify_chain([record_of(row) for row in rows], outside.keys.public_keys, head=rows[-1].sha256)
    assert checked.answer is Answer.GENUINE
    assert [row.previous_sha256 for row in rows] == ["", rows[0].sha256, rows[1].sha256]


def test_issuing_survives_a_lost_race_for_the_place_in_the_chain(
    session: Session, outside: Outside, version: CourseVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another certificate takes the place between our look at the chain and our insert: ours is sealed again behind it."""
    make_certificate(session, outside, make_person(session, "alice"), version)
    first = session.scalars(select(Certificate)).one()
    make_certificate(session, outside, make_person(session, "bob"), version)
    stale = [first.sha256]

    def head(session: Session) -> str | None:
        return (
            stale.pop()
            if stale
            else session.scalars(select(Certificate.sha256).order_by(Certificate.id.desc())).first()
        )

    monkeypatch.setattr("ceu.certificates.services.find_chain_head", head)
    certificate = make_certificate(session, outside, make_person(session, "carol"), version)
    rows = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [row.previous_sha256 for row in rows] == ["", *(row.sha256 for row in rows[:-1])]
    assert rows[-1].id == certificate.id


def test_issuing_survives_a_lost_race_for_the_same_certificate(
    session: Session, outside: Outside, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests complete the same course at once: the second finds nothing, loses the insert, returns the first's."""
    looks = []

    def blind_at_first(session: Session, enrollment_id: int, edition: int) -> Certificate | None:
        looks.append(edition)
        return certificate if len(looks) > 1 else None

    monkeypatch.setattr("ceu.certificates.services.find_edition", blind_at_first)
    enrollment = session.get_one(Enrollment, certificate.enrollment_id)
    assert issue(session, outside, enrollment).id == certificate.id
    assert session.scalar(select(func.count(Certificate.id))) == 1
    assert len(credits_of(session)) == 1


def test_a_record_file_is_checked_without_the_site(outside: Outside, certificate: Certificate) -> None:
    data = json.dumps(record_of(certificate).as_json()).encode()
    assert report_file(data, outside.keys.public_keys).exit_code == 0
    assert report_file(data.replace(b"Carol", b"Karol"), outside.keys.public_keys).exit_code == 1


def test_revoking_keeps_the_certificate_and_takes_the_credit(
    session: Session, outside: Outside, certificate: Certificate, carol: Person
) -> None:
    revocation = revoke_certificate(session, LATER, certificate, carol.id, "Issued by mistake.")
    assert certificate.revocation is revocation
    assert credits_of(session) == []
    assert verify(record_of(certificate), outside.keys.public_keys).answer is Answer.GENUINE
    with pytest.raises(DomainError, match="revoked already"):
        revoke_certificate(session, LATER, certificate, carol.id, "Again.")


def test_a_reissue_corrects_the_name_and_nothing_else(
    session: Session, outside: Outside, certificate: Certificate, carol: Person
) -> None:
    new = reissue(session, outside, certificate, "Carol Corrected", carol)
    old, now = document_in(record_of(certificate)), document_in(record_of(new))
    assert (new.edition, new.enrollment_id) == (2, certificate.enrollment_id)
    assert now.participant_name == "Carol Corrected"
    assert now.first_issued_on == old.issued_on
    assert now.legends == (f"Reissue of No. {certificate.number} dated 24 Nov 2026, which it replaces.",)
    unchanged = {"number", "participant_name", "issued_on", "first_issued_on", "legends"}
    assert {name: value for name, value in now.as_body().items() if name not in unchanged} == {
        name: value for name, value in old.as_body().items() if name not in unchanged
    }
    assert record_of(new).body["evidence"] == record_of(certificate).body["evidence"]
    assert len(credits_of(session)) == 1


def test_only_the_latest_edition_is_reissued_or_revoked(
    session: Session, outside: Outside, certificate: Certificate, carol: Person
) -> None:
    second = reissue(session, outside, certificate, "Carol Two", carol)
    with pytest.raises(DomainError, match=f"replaced by No. {second.number}"):
        reissue(session, outside, certificate, "Carol Three", carol)
    with pytest.raises(DomainError, match=f"replaced by No. {second.number}"):
        revoke_certificate(session, LATER, certificate, carol.id, "Old.")
    third = reissue(session, outside, second, "Carol Three", carol)
    assert document_in(record_of(third)).first_issued_on == date(2026, 11, 24)
    assert [edition.edition for edition in list_editions(session, certificate.enrollment_id)] == [1, 2, 3]
    revoke_certificate(session, LATER, third, carol.id, "Mistake.")
    assert credits_of(session) == []
    with pytest.raises(DomainError, match="revoked already"):
        reissue(session, outside, third, "Carol Four", carol)


def test_everything_is_noted(
    session: Session, outside: Outside, certificate: Certificate, carol: Person
) -> None:
    bob = make_person(session, "bob")
    second = reissue(session, outside, certificate, "Carol Two", bob)
    revoke_certificate(session, LATER, second, bob.id, "Mistake.")
    wanted = select(AuditEntry).where(AuditEntry.subject_kind == "certificate").order_by(AuditEntry.id)
    entries = session.scalars(wanted)
    assert [(entry.action, entry.actor_person_id, entry.subject_id) for entry in entries] == [
        ("certificate.issued", carol.id, str(certificate.id)),
        ("certificate.reissued", bob.id, str(second.id)),
        ("certificate.revoked", bob.id, str(second.id)),
    ]


@pytest.mark.parametrize("column", ["number", "sha256", "previous_sha256", "enrollment_id"])
def test_the_database_refuses_a_second_one(session: Session, certificate: Certificate, column: str) -> None:
    """Each unique constraint by itself: the numbers, the hashes, the place in the chain, the edition."""
    columns = [column.name for column in Certificate.__table__.columns if column.name != "id"]
    other = {name: getattr(certificate, name) for name in columns}
    other |= {"number": "X", "sha256": "x", "previous_sha256": "x", "edition": 9}
    other |= {"edition": 1} if column == "enrollment_id" else {column: getattr(certificate, column)}
    session.add(Certificate(**other))
    with pytest.raises(IntegrityError):
        session.flush()
