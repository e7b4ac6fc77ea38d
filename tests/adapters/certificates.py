"""Certificates that the tests of printing share: an ordinary one, and one with more of everything than is likely."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ceu.adapters.documents import qr_image
from ceu.domain.certificate import ApprovalLine, CertificateDocument, CreditLine, LicenseLine, Presenter
from ceu.signing.records import Signer
from tests.signing.builders import make_record

TEMPLATES = Path(__file__).parents[2] / "templates"


def make_certificate(**changes: Any) -> CertificateDocument:
    """Alice's certificate for six hours of law and ethics."""
    values: dict[str, Any] = {
        "number": "CEU-2027-000142",
        "participant_name": "Alice Romero",
        "licenses": (LicenseLine("LMFT", "98765", "California"),),
        "course_title": "Law and Ethics for California Therapists",
        "course_number": "LE-6",
        "course_version": "2027.1",
        "completed_on": date(2027, 3, 29),
        "issued_on": date(2027, 3, 29),
        "delivery": "Self-paced, online (asynchronous)",
        "location": "Online",
        "hours": "6",
        "hours_label": "CE hours",
        "credits": (
            CreditLine("California BBS", "6", "contact hours", "Law and ethics"),
            CreditLine("NBCC", "6", "clock hours"),
        ),
        "approvals": (
            ApprovalLine("CAMFT", "CEPA Provider No. 1000123", date(2026, 1, 1), date(2027, 12, 31)),
            ApprovalLine(
                "NBCC",
                "ACEP No. 7654",
                date(2025, 7, 1),
                date(2028, 6, 30),
                "Bayview Training Institute has been approved by NBCC as an Approved Continuing Education Provider, "
                "ACEP No. 7654. Programs that do not qualify for NBCC credit are clearly identified. Bayview Training "
                "Institute is solely responsible for all aspects of the programs.",
            ),
        ),
        "objectives": (
            "Name the four exceptions to confidentiality in California law and when each one applies.",
            "Tell a mandated report from a permitted disclosure in three case examples.",
            "Describe what telehealth consent must contain under 16 CCR 1815.5.",
            "Apply a decision model to a dual relationship in a small community.",
        ),
        "presenters": (Presenter("Dana Reyes", "PhD, LMFT 43210"),),
        "provider_name": "Bayview Training Institute",
        "provider_address": "1200 Harbor Street, Suite 4, Oakland, CA 94607",
        "provider_contact": "(510) 555-0142 · ce@bayview.example",
        "signatory_name": "Miriam Cole",
        "signatory_title": "CE Director",
        "legends": ("Keep this certificate for at least two years after the renewal it is used for.",),
    }
    return CertificateDocument(**values | changes)


def make_overfull_certificate() -> CertificateDocument:
    """Long names, seven licenses, eight bodies with their statements, twelve objectives."""
    ordinary = make_certificate()
    approval = ordinary.approvals[1]
    return make_certificate(
        participant_name="María de los Ángeles Nguyễn-Wojciechowska y Fernández de Córdoba-Þorvaldsdóttir",
        licenses=tuple(
            LicenseLine("LPCC", f"{number}23456", "Commonwealth of Massachusetts") for number in range(7)
        ),
        course_title="Culturally Responsive, Trauma-Informed Assessment and Treatment of Substance Use, Intimate Partner "
        "Violence and Suicidality in Couples, Families and Children: An Integrative Introduction, Part II",
        credits=tuple(
            CreditLine(
                f"Board of Behavioral Sciences {number}",
                "13.5",
                "contact hours",
                "Substance use and dependency",
            )
            for number in range(8)
        ),
        approvals=(approval,) * 5,
        objectives=(*ordinary.objectives,) * 3,
        presenters=(
            Presenter("Dr. Wilhelmina Featherstonehaugh-Cholmondeley", "PhD, LCSW-R, LMFT, CST, BC-DMT"),
        )
        * 4,
        provider_name="The Greater San Francisco Bay Area Institute for Psychotherapy and Family Studies, Incorporated",
        first_issued_on=date(2026, 12, 24),
    )


def certificate_html(certificate: CertificateDocument) -> str:
    """The page as the site would give it to the printer."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    record = make_record(
        certificate.as_body(),
        kind="certificate",
        signer=Signer("3", certificate.signatory_name),
        signed_at=datetime(2027, 3, 29, 18, 2, 11, tzinfo=UTC),
    )
    verify_url = f"https://ceu.example.org/verify/{certificate.number}"
    return environment.get_template("documents/certificate/page.html").render(
        certificate=certificate, record=record, verify_url=verify_url, qr=qr_image(verify_url)
    )
