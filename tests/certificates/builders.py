"""Certificates as they are issued, with a stand-in for paper."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.models import CourseVersion
from ceu.certificates.models import Certificate
from ceu.certificates.services import issue_certificate, reissue_certificate
from ceu.domain.certificate import CertificateDocument
from ceu.learning.models import Enrollment
from ceu.signing.records import SignedRecord
from tests.factories import FROZEN_NOW
from tests.learning.builders import make_completed


def draw(document: CertificateDocument, record: SignedRecord) -> bytes:
    """Paper that says only which certificate it is."""
    return f"%PDF-1.7 {document.number} {record.sha256}".encode()


def issue(
    session: Session, outside: Outside, enrollment: Enrollment, now: datetime = FROZEN_NOW
) -> Certificate:
    """The certificate of a completed enrollment."""
    return issue_certificate(session, now, enrollment, keys=outside.keys, packs=outside.packs, draw=draw)


def make_certificate(
    session: Session, outside: Outside, person: Person, version: CourseVersion, now: datetime = FROZEN_NOW
) -> Certificate:
    """The certificate of someone who has completed the course."""
    return issue(session, outside, make_completed(session, person, version, now), now)


def reissue(
    session: Session, outside: Outside, certificate: Certificate, name: str, by: Person
) -> Certificate:
    """The next edition, under another name."""
    return reissue_certificate(
        session,
        FROZEN_NOW,
        certificate,
        participant_name=name,
        reissued_by_id=by.id,
        keys=outside.keys,
        draw=draw,
    )
