"""How a certificate looks on paper: the template, filled and printed."""

from flask import current_app

from ceu.adapters.documents import qr_image
from ceu.domain.certificate import CertificateDocument
from ceu.signing.records import SignedRecord
from ceu.web.outside import outside


def draw(document: CertificateDocument, record: SignedRecord) -> bytes:
    """The certificate as PDF, on one page, with a QR code of the address that checks it."""
    verify_url = f"{current_app.config['SITE_URL']}/verify/{document.number}"
    template = current_app.jinja_env.get_template("documents/certificate/page.html")
    html = template.render(
        certificate=document, record=record, verify_url=verify_url, qr=qr_image(verify_url)
    )
    return outside().printer.pdf(html, "certificate", one_page=True)
