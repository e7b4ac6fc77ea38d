"""Certificates: the owner's pages, and the provider's."""

from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.certificates.document_views import draw
from ceu.certificates.forms import ReissueForm, RevokeForm
from ceu.certificates.models import Certificate
from ceu.certificates.queries import (
    PAGE,
    certificate_for,
    completion_for,
    list_certificates,
    list_completions,
    list_editions,
    list_providers_seen,
)
from ceu.certificates.services import record_of, reissue_certificate, revoke_certificate
from ceu.certificates.snapshot import document_in
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.learning.queries import enrollment_for
from ceu.web.access import requires
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

certificates = Blueprint("certificates", __name__)

Page = str | Response | tuple[str, int]


@certificates.get("/certificates")
@requires(Permission.TAKE_COURSES)
def certificate_list() -> Page:
    """This person's certificates, the latest first."""
    found = list_certificates(db.session(), current_principal().person_id, request.args.get("after", type=int))
    return render_template(
        "certificates/certificate_list.html",
        certificates=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
    )
