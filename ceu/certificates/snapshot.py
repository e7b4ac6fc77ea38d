"""What a certificate says: taken once from what was true at completion, and from then on only read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ceu.domain.certificate import (
    ApprovalLine,
    CertificateDocument,
    CreditLine,
    LicenseLine,
    Presenter,
)
from ceu.domain.credit import HOUR
from ceu.domain.dates import day_text
from ceu.domain.minutes import hours_text
from ceu.licenses.words import DELIVERY_LABELS
from ceu.signing.records import SignedRecord

KIND = "certificate"
MEANING = "This person completed this course, passed its post-test and evaluated it, as stated here."
MEANING_LIVE = "This person was present at this course and evaluated it, as stated here."
MEANING_LIVE_TESTED = (
    "This person was present at this course, passed its post-test and evaluated it, as stated here."
)
IDENTITY_CHECK = "issued by the site when the course was completed"
DUPLICATE_IDENTITY_CHECK = "reissued by the provider's administrator, signed in with a password"

CREDIT_LABELS = {"NBCC": "CE clock hours", "ASWB": "CE credit hours"}
"""How a body calls its unit (sources: ce-provider standards, section 1); others award "CE hours"."""


@dataclass(frozen=True)
class Award:
    """What one body credits, by its approval of the provider on the day of completion; whole minutes."""

    body: str
    number: str
    valid_from: date
    valid_to: date
    statement: str
    minutes: int


@dataclass(frozen=True)
class Completion:
    """A completed course with everything around it that a certificate states, as it was on that day."""

    enrollment_id: int
    completed_on: date
    time_zone: str
    participant_name: str
    licenses: Sequence[LicenseLine]
    course_number: str
    version_id: int
    version_number: int
    digest: str
    title: str
    delivery: str
    minutes: int
    outline: Mapping[str, Any]
    attempt: Mapping[str, int | str]
    attendance: Mapping[str, Any]
    provider: Mapping[str, str]
    awards: Sequence[Award]
    lapsed: Sequence[tuple[str, date]]


def document_of(completion: Completion, number: str, issued_on: date) -> CertificateDocument:
    """The certificate as it is printed."""
    outline, provider = completion.outline, completion.provider
    return CertificateDocument(
        number=number,
        participant_name=completion.participant_name,
        licenses=tuple(completion.licenses),
        course_title=completion.title,
        course_number=completion.course_number,
        course_version=f"{completion.version_number} ({outline['version']})",
        completed_on=completion.completed_on,
        issued_on=issued_on,
        delivery=DELIVERY_LABELS[completion.delivery],
        location=completion.attendance.get("location", "Online"),
        hours=amount_text(completion.minutes),
        hours_label=_label("CE hours", completion.minutes),
        credits=tuple(
            CreditLine(
                award.body,
                amount_text(award.minutes),
                _label(CREDIT_LABELS.get(award.body, "CE hours"), award.minutes),
            )
            for award in completion.awards
            if award.minutes
        ),
        approvals=tuple(
            ApprovalLine(award.body, award.number, award.valid_from, award.valid_to, award.statement)
            for award in completion.awards
            if award.minutes
        ),
        objectives=tuple(objective["text"] for objective in outline["objectives"]),
        presenters=tuple(Presenter(author["name"], author["credentials"]) for author in outline["authors"]),
        provider_name=provider["legal_name"],
        provider_address=provider["address"],
        provider_contact=f"{provider['phone']} · {provider['email']}",
        signatory_name=provider["designee_name"],
        signatory_title=provider["designee_title"],
        legends=tuple(legends_of(completion)),
    )


def evidence_of(completion: Completion) -> dict[str, Any]:
    """What is sealed beside the printed text, so that the certificate can be traced to what it rests on."""
    topics = completion.outline["topics"]
    return {
        "enrollment_id": completion.enrollment_id,
        "course_version_id": completion.version_id,
        "course_digest": completion.digest,
        "minutes": completion.minutes,
        "minutes_by_body": {award.body: award.minutes for award in completion.awards},
        "minutes_by_topic": {item["topic"]: completion.minutes * item["share"] // 100 for item in topics},
        "post_test": dict(completion.attempt),
        **({"attendance": dict(completion.attendance)} if completion.attendance else {}),
        "time_zone": completion.time_zone,
    }


def meaning_of(evidence: Mapping[str, Any]) -> str:
    """What the signature on a certificate says, by what it rests on."""
    if "attendance" not in evidence:
        return MEANING
    return MEANING_LIVE_TESTED if evidence["post_test"] else MEANING_LIVE


def legends_of(completion: Completion) -> list[str]:
    """What must be said about approvals that were not in force, and bodies that give no credit for this course."""
    sentences = [
        f"No approval by {body} was in force on the completion date; it ended on {day_text(ended)}."
        for body, ended in completion.lapsed
    ]
    sentences += [
        f"This course earns no credit by {award.body}." for award in completion.awards if not award.minutes
    ]
    if not any(award.minutes for award in completion.awards):
        sentences.append("This certificate carries no credit by an approving body.")
    return sentences


def reissued(
    document: CertificateDocument, number: str, participant_name: str, issued_on: date
) -> CertificateDocument:
    """The same certificate under another number and name, marked as a duplicate of the first."""
    replaced = f"Reissue of No. {document.number} dated {day_text(document.issued_on)}, which it replaces."
    return replace(
        document,
        number=number,
        participant_name=participant_name,
        issued_on=issued_on,
        first_issued_on=document.first_issued_on or document.issued_on,
        legends=(*(legend for legend in document.legends if not legend.startswith("Reissue of")), replaced),
    )


def body_of(document: CertificateDocument, evidence: Mapping[str, Any], edition: int) -> dict[str, Any]:
    """What is signed: the printed certificate, its edition, and what it rests on."""
    return {"certificate": document.as_body(), "edition": edition, "evidence": dict(evidence)}


def document_in(record: SignedRecord) -> CertificateDocument:
    """The certificate inside a signed record."""
    content: Any = record.body["certificate"]
    return CertificateDocument.from_body(content)


def _label(plural: str, minutes: int) -> str:
    return plural.removesuffix("s") if minutes == HOUR else plural


def amount_text(minutes: int) -> str:
    """Hours as certificates print them: 90 -> "1.5", 120 -> "2"."""
    return hours_text(minutes).removesuffix(".0")
