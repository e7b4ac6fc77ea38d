"""Certificates: the owner's pages, the provider's, and the public check of any certificate by its number."""

import json

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts.queries import get_person
from ceu.certificates.checking import FileAnswer, check, compare_file
from ceu.certificates.document_views import draw
from ceu.certificates.forms import LARGEST_FILE, FileForm, LookUpForm, ReissueForm, RevokeForm
from ceu.certificates.models import Certificate
from ceu.certificates.numbers import read_number
from ceu.certificates.queries import (
    PAGE,
    Published,
    certificate_for,
    completion_for,
    find_edition,
    find_published,
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
from ceu.licenses.words import TOPIC_LABELS
from ceu.web.access import public, requires
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

certificates = Blueprint("certificates", __name__)

Page = str | Response | tuple[str, int]

PDF, JSON = "application/pdf", "application/json"


@certificates.get("/certificates")
@requires(Permission.TAKE_COURSES)
def certificate_list() -> Page:
    """This person's certificates, the latest first."""
    found = list_certificates(db.session(), current_principal().person_id, _after())
    return render_template(
        "certificates/certificate_list.html",
        certificates=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
    )


@certificates.get("/certificates/<number>")
@requires(Permission.TAKE_COURSES)
def certificate(number: str) -> Page:
    """One of this person's certificates, as it was issued."""
    found = certificate_for(db.session(), current_principal(), number)
    return render_template(
        "certificates/certificate.html",
        certificate=found,
        document=document_in(record_of(found)),
        successor=_successor(found),
    )


@certificates.get("/certificates/<number>/pdf")
@requires(Permission.TAKE_COURSES)
def download(number: str) -> Page:
    """The PDF of one of this person's certificates, the very bytes that were issued."""
    found = certificate_for(db.session(), current_principal(), number)
    return _file(found.pdf, PDF, f"{found.number}.pdf")


@certificates.get("/learning/<int:enrollment_id>/certificate")
@requires(Permission.TAKE_COURSES)
def of_enrollment(enrollment_id: int) -> Page:
    """From a completed course to its certificate: the latest edition."""
    enrollment = enrollment_for(db.session(), current_principal(), enrollment_id)
    editions = list_editions(db.session(), enrollment.id)
    if not editions:
        return redirect(url_for("learning.course", enrollment_id=enrollment_id))
    return redirect(url_for("certificates.certificate", number=editions[-1].number))


@certificates.get("/verify")
@certificates.get("/verify/<number>")
@public
def verify(number: str | None = None) -> Page:
    """Everything a certificate says, whether it is genuine, and whether it still stands; or the form that asks for it."""
    if number is None:
        return _look_up()
    published = _published(number)
    if published.certificate.number != number:
        return redirect(url_for("certificates.verify", number=published.certificate.number), 301)
    return _verify_page(published, FileForm(), None)


@certificates.post("/verify/<number>")
@public
@commits(once=False)  # the same file sent again is compared again
def compare(number: str) -> Page:
    """Say whether a file is the PDF that was issued; the file is not kept."""
    published, form = _published(number), FileForm()
    if not form.validate_on_submit():
        return _verify_page(published, form, None), 422
    data = form.file.data.read(LARGEST_FILE + 1)
    return _verify_page(published, form, compare_file(data, published.certificate.pdf_sha256, LARGEST_FILE))


@certificates.get("/verify/<number>/record")
@public
def download_record(number: str) -> Page:
    """The signed record as a file that `ceu verify` checks without this site."""
    found = _published(number).certificate
    text = json.dumps(record_of(found).as_json(), indent=2, ensure_ascii=False) + "\n"
    return _file(text.encode(), JSON, f"{found.number}.json")


@certificates.get("/completions")
@requires(Permission.SEE_COMPLETIONS)
def completion_list() -> Page:
    """Who completed what with the providers of this person, the latest first."""
    providers = list_providers_seen(db.session(), current_principal())
    found = list_completions(db.session(), [provider.id for provider in providers], _after())
    return render_template(
        "certificates/completion_list.html",
        completions=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        providers={provider.id: provider for provider in providers},
    )


@certificates.get("/completions/<int:certificate_id>")
@requires(Permission.MANAGE_PROVIDER)
def completion(certificate_id: int) -> Page:
    """A certificate of the provider, to be revoked or reissued."""
    found = _managed(certificate_id)
    return _completion_page(
        found, RevokeForm(), ReissueForm(participant_name=get_person(db.session(), found.person_id).name)
    )


@certificates.post("/completions/<int:certificate_id>/revoke")
@requires(Permission.MANAGE_PROVIDER)
@commits
def revoke(certificate_id: int) -> Page:
    """Withdraw a certificate."""
    found, form = _managed(certificate_id), RevokeForm()
    if form.validate_on_submit():
        try:
            revoke_certificate(
                db.session(), now(), found, current_principal().person_id, form.reason.data.strip()
            )
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash(
                f"Certificate {found.number} is revoked. Everyone who checks it reads so from now on.",
                "success",
            )
            return redirect(url_for("certificates.completion", certificate_id=certificate_id), 303)
    return _completion_page(
        found, form, ReissueForm(formdata=None, participant_name=found.participant_name)
    ), 422


@certificates.post("/completions/<int:certificate_id>/reissue")
@requires(Permission.MANAGE_PROVIDER)
@commits
def reissue(certificate_id: int) -> Page:
    """Issue a certificate again under a corrected name."""
    found, form = _managed(certificate_id), ReissueForm()
    if form.validate_on_submit():
        try:
            new = reissue_certificate(
                db.session(),
                now(),
                found,
                participant_name=form.participant_name.data,
                reissued_by_id=current_principal().person_id,
                keys=outside().keys,
                draw=draw,
            )
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash(f"Certificate {new.number} replaces {found.number}.", "success")
            return redirect(url_for("certificates.completion", certificate_id=new.id), 303)
    return _completion_page(found, RevokeForm(formdata=None), form), 422


def _look_up() -> Page:
    form = LookUpForm(request.args)
    if "number" in request.args and form.validate():
        return redirect(url_for("certificates.verify", number=read_number(form.number.data)))
    return render_template("certificates/look_up.html", form=form), form.http_status


def _after() -> int | None:
    key = request.args.get("after", type=int)
    return key if key is not None and 0 < key < 2**31 else None


def _published(number: str) -> Published:
    spelled = read_number(number)
    published = find_published(db.session(), spelled) if spelled else None
    if published is None:
        raise NotFound
    return published


def _managed(certificate_id: int) -> Certificate:
    return completion_for(db.session(), current_principal(), certificate_id, Permission.MANAGE_PROVIDER)


def _successor(found: Certificate) -> Certificate | None:
    return find_edition(db.session(), found.enrollment_id, found.edition + 1)


def _verify_page(published: Published, form: FileForm, answer: FileAnswer | None) -> str:
    found = published.certificate
    record = record_of(found)
    checked = check(
        record,
        found.number,
        outside().keys.public_keys,
        is_revoked=published.editions[-1].revocation is not None,
        is_superseded=published.successor is not None,
    )
    return render_template(
        "certificates/verify.html",
        certificate=found,
        published=published,
        record=record,
        check=checked,
        document=document_in(record),
        evidence=record.body["evidence"],
        topics=TOPIC_LABELS,
        form=form,
        answer=answer,
        largest=LARGEST_FILE // (1024 * 1024),
    )


def _completion_page(found: Certificate, revoke_form: RevokeForm, reissue_form: ReissueForm) -> str:
    return render_template(
        "certificates/completion.html",
        certificate=found,
        document=document_in(record_of(found)),
        successor=_successor(found),
        revoke_form=revoke_form,
        reissue_form=reissue_form,
    )


def _file(data: bytes, mimetype: str, name: str) -> Response:
    response = make_response(data)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
