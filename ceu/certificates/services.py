"""Issuing, revoking and reissuing certificates."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.adapters.keys import SiteKeys
from ceu.adapters.rulepacks import PackLibrary
from ceu.audit.services import record
from ceu.catalog.offers import course_key
from ceu.catalog.publishing import minutes_before
from ceu.certificates.models import Certificate, Revocation
from ceu.certificates.numbers import new_number
from ceu.certificates.queries import find_chain_head, find_edition, list_editions
from ceu.certificates.snapshot import (
    DUPLICATE_IDENTITY_CHECK,
    IDENTITY_CHECK,
    KIND,
    Award,
    Completion,
    body_of,
    document_in,
    document_of,
    evidence_of,
    legends_of,
    meaning_of,
    reissued,
)
from ceu.domain.certificate import CertificateDocument, LicenseLine
from ceu.domain.dates import local_date
from ceu.domain.errors import DomainError
from ceu.learning.models import Attempt, Attendance, Enrollment
from ceu.learning.queries import find_attendance, find_passed_attempt
from ceu.licenses.models import License
from ceu.licenses.packs import find_pack
from ceu.licenses.queries import find_credit, list_licenses
from ceu.licenses.services import record_credit
from ceu.licenses.words import JURISDICTION_LABELS
from ceu.providers.models import Provider
from ceu.providers.queries import approvals_on
from ceu.signing.records import SignedRecord, Signer, record_from_json, seal

Draw = Callable[[CertificateDocument, SignedRecord], bytes]
"""Makes the PDF of a certificate and its signed record."""

_TRIES = 5


def issue_certificate(
    session: Session, now: datetime, enrollment: Enrollment, *, keys: SiteKeys, packs: PackLibrary, draw: Draw
) -> Certificate:
    """Issue the certificate of a completed enrollment and record its credit; issuing again is the same certificate."""
    if found := find_edition(session, enrollment.id, 1):
        return found
    completion = _completion(session, packs, enrollment)
    edition = _Edition(
        enrollment=enrollment,
        number=1,
        document=document_of(completion, new_number(now.year), local_date(now, completion.time_zone)),
        evidence=evidence_of(completion),
        identity_check=IDENTITY_CHECK,
    )
    certificate = _issue(session, now, edition, keys, draw)
    _record_credit(session, now, enrollment, completion, certificate)
    record(session, now, enrollment.person_id, "certificate.issued", certificate, number=certificate.number)
    return certificate


def revoke_certificate(
    session: Session, now: datetime, certificate: Certificate, revoked_by_id: int, reason: str
) -> Revocation:
    """Withdraw a certificate for a reason that everybody will read; its credit counts no longer. The certificate stays."""
    editions = list_editions(session, certificate.enrollment_id)
    _refuse_unless_current(certificate, editions[-1])
    revocation = Revocation(
        certificate_id=certificate.id, revoked_by_id=revoked_by_id, reason=reason, revoked_at=now
    )
    session.add(revocation)
    for edition in editions:
        if credit := find_credit(session, edition.person_id, edition.number):
            session.delete(credit)
    session.flush()
    session.refresh(certificate, ["revocation"])
    record(
        session,
        now,
        revoked_by_id,
        "certificate.revoked",
        certificate,
        number=certificate.number,
        reason=reason,
    )
    return revocation


def reissue_certificate(
    session: Session,
    now: datetime,
    certificate: Certificate,
    *,
    participant_name: str,
    reissued_by_id: int,
    keys: SiteKeys,
    draw: Draw,
) -> Certificate:
    """Issue the certificate again under a corrected name, as a duplicate that replaces the one before.

    Everything else stays as it was at completion, and so does the credit.
    """
    _refuse_unless_current(certificate, list_editions(session, certificate.enrollment_id)[-1])
    old = record_of(certificate)
    evidence: Any = old.body["evidence"]
    today = local_date(now, evidence["time_zone"])
    edition = _Edition(
        enrollment=session.get_one(Enrollment, certificate.enrollment_id),
        number=certificate.edition + 1,
        document=reissued(document_in(old), new_number(now.year), participant_name, today),
        evidence=evidence,
        identity_check=DUPLICATE_IDENTITY_CHECK,
    )
    new = _issue(session, now, edition, keys, draw)
    record(
        session,
        now,
        reissued_by_id,
        "certificate.reissued",
        new,
        number=new.number,
        replaces=certificate.number,
    )
    return new


def record_of(certificate: Certificate) -> SignedRecord:
    """The signed record of a certificate."""
    return record_from_json(json.loads(certificate.record))


def _refuse_unless_current(certificate: Certificate, latest: Certificate) -> None:
    if certificate.id != latest.id:
        raise DomainError(f"This certificate was replaced by No. {latest.number}. Open that one.")
    if certificate.revocation is not None:
        raise DomainError(
            "This certificate is revoked already, and a revoked certificate is not changed any more."
        )


@dataclass(frozen=True)
class _Edition:
    """One edition of a completion's certificate, before it is sealed."""

    enrollment: Enrollment
    number: int
    document: CertificateDocument
    evidence: Mapping[str, Any]
    identity_check: str


def _issue(session: Session, now: datetime, edition: _Edition, keys: SiteKeys, draw: Draw) -> Certificate:
    """Seal and keep one edition in continuation of the site's chain of certificates.

    When another certificate took the place in the chain at the same moment, this one is sealed again behind it;
    when the very same edition was issued at the same moment, that one is returned.
    """
    for _ in range(_TRIES):
        certificate = _sealed(edition, now, find_chain_head(session), keys, draw)
        try:
            with session.begin_nested():
                session.add(certificate)
        except IntegrityError:
            if found := find_edition(session, edition.enrollment.id, edition.number):
                return found
        else:
            return certificate
    raise DomainError("Many certificates are being issued at this moment. Try again in a minute.")


def _sealed(
    edition: _Edition, now: datetime, previous: str | None, keys: SiteKeys, draw: Draw
) -> Certificate:
    document, provider = edition.document, edition.enrollment.version.course.provider
    signed = seal(
        kind=KIND,
        body=body_of(document, edition.evidence, edition.number),
        signer=Signer(f"provider/{provider.id}", document.signatory_name, document.signatory_title),
        meaning=meaning_of(edition.evidence),
        identity_check=edition.identity_check,
        signed_at=now,
        previous=previous,
        private_key=keys.signing_key,
    )
    pdf = draw(document, signed)
    return Certificate(
        number=document.number,
        person_id=edition.enrollment.person_id,
        provider_id=provider.id,
        enrollment_id=edition.enrollment.id,
        edition=edition.number,
        participant_name=document.participant_name,
        title=document.course_title,
        completed_on=document.completed_on,
        minutes=edition.evidence["minutes"],
        record=json.dumps(signed.as_json(), ensure_ascii=False),
        sha256=signed.sha256,
        previous_sha256=signed.previous or "",
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=now,
    )


def _completion(session: Session, packs: PackLibrary, enrollment: Enrollment) -> Completion:
    attempt = find_passed_attempt(session, enrollment.id)
    attendance = find_attendance(session, enrollment.id)
    if enrollment.completed_at is None or (attempt is None and attendance is None):
        raise DomainError("The course is not completed yet, so there is nothing to certify.")
    person, version = enrollment.person, enrollment.version
    provider = version.course.provider
    completed_on = local_date(enrollment.completed_at, person.time_zone)
    return Completion(
        enrollment_id=enrollment.id,
        completed_on=completed_on,
        time_zone=person.time_zone,
        participant_name=person.name,
        licenses=[_license_line(packs, license_) for license_ in list_licenses(session, person.id)],
        course_number=f"{provider.id}-{version.course_id}",
        version_id=version.id,
        version_number=version.number,
        digest=version.digest,
        title=version.title,
        delivery=attendance.delivery if attendance else version.delivery,
        minutes=attendance.minutes if attendance else version.minutes,
        outline=version.outline,
        attempt=_attempt(attempt, version.pass_mark) if attempt else {},
        attendance=_attendance(attendance) if attendance else {},
        provider={
            "legal_name": provider.legal_name,
            "address": provider.address,
            "phone": provider.phone,
            "email": provider.email,
            "designee_name": provider.designee_name,
            "designee_title": provider.designee_title,
        },
        awards=_awards(enrollment, completed_on, attendance),
        lapsed=_lapsed(provider, completed_on),
    )


def _attempt(attempt: Attempt, pass_mark: int) -> dict[str, int | str]:
    return {
        "number": attempt.number,
        "correct": _points(attempt.earned or Fraction(0)),
        "total": _points(attempt.possible),
        "pass_mark": pass_mark,
    }


def _attendance(attendance: Attendance) -> dict[str, Any]:
    return {
        "attended_at": attendance.attended_at.isoformat(),
        "location": attendance.location,
        "minutes": attendance.minutes,
        "sessions": attendance.sessions,
    }


def _points(points: Fraction) -> int | str:
    """Points as a record keeps them: a whole number, or a fraction as exact text."""
    return points.numerator if points.denominator == 1 else str(points)


def _license_line(packs: PackLibrary, license_: License) -> LicenseLine:
    pack = find_pack(packs, license_.ce_pack_id)
    if pack is None:
        return LicenseLine("License", license_.number, license_.ce_pack_id)
    return LicenseLine(
        pack.license, license_.number, JURISDICTION_LABELS.get(pack.jurisdiction, pack.jurisdiction)
    )


def _awards(enrollment: Enrollment, completed_on: date, attendance: Attendance | None) -> list[Award]:
    """What each body credits; of a live course only those whose approval was in force on the day it was held, too.

    FL 64B4-6.004: an event held before the provider number was issued earns no credit, even if approved later.
    """
    version, provider = enrollment.version, enrollment.version.course.provider
    held_on = local_date(attendance.attended_at, enrollment.person.time_zone) if attendance else completed_on
    minutes = attendance.minutes if attendance else version.minutes
    timed = attendance.minutes if attendance else version.instruction_minutes
    held = {approval.body for approval in approvals_on(provider, held_on)}
    return [
        Award(
            body=approval.body,
            number=approval.number,
            valid_from=approval.valid_from,
            valid_to=approval.valid_to,
            statement=approval.statement,
            minutes=minutes_before(version.words, minutes, approval.body, timed, version.credits),
        )
        for approval in approvals_on(provider, completed_on)
        if approval.body in held
    ]


def _lapsed(provider: Provider, completed_on: date) -> list[tuple[str, date]]:
    """Bodies whose approval had ended by then and was not renewed, with the last day of it."""
    in_force = {approval.body for approval in approvals_on(provider, completed_on)}
    ended: dict[str, date] = {}
    for approval in provider.approvals:
        if approval.body not in in_force and approval.struck_at is None and approval.valid_to < completed_on:
            ended[approval.body] = max(approval.valid_to, ended.get(approval.body, approval.valid_to))
    return sorted(ended.items())


def _record_credit(
    session: Session, now: datetime, enrollment: Enrollment, completion: Completion, certificate: Certificate
) -> None:
    awarding = [award for award in completion.awards if award.minutes]
    best = max(awarding, key=lambda award: award.minutes, default=None)
    record_credit(
        session,
        now.astimezone(ZoneInfo(completion.time_zone)),  # east of UTC, today there is tomorrow here
        person_id=enrollment.person_id,
        kind="course",
        course_key=course_key(enrollment.version.course_id),
        title=completion.title,
        provider_name=completion.provider["legal_name"],
        completed_on=completion.completed_on,
        minutes=best.minutes if best else completion.minutes,
        topics=enrollment.version.topics,
        delivery=completion.delivery,
        approval_body=best.body if best else None,
        certificate_number=certificate.number,
        note=" ".join(legends_of(completion)),
    )
