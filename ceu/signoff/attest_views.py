"""The pages of attestations: begun and given evidence by the trainee, read and sealed or declined by who is asked."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts.queries import get_person
from ceu.accounts.tokens import digest as token_digest
from ceu.adapters.files import ENDINGS
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.experience.attest_models import Attestation, Backlog, Evidence
from ceu.experience.attest_queries import (
    attestation_for,
    backlog_for,
    evidence_of,
    find_attestation_of,
    get_attestation_by_token,
    list_attestations,
    list_given_attestations,
)
from ceu.experience.queries import list_chain, list_settings, sign_off_for
from ceu.experience.records import read_record
from ceu.signing.records import verify_chain
from ceu.signoff import attest_services
from ceu.signoff.attest_forms import AttestationForm, AttestForm, EndForm, EvidenceForm
from ceu.signoff.attest_records import OWN, RELATIONS, STANDING
from ceu.signoff.transfer_forms import DeclineForm
from ceu.web.access import public, requires
from ceu.web.forms import BaseForm, id_or_none
from ceu.web.mail import send_mail
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal, find_principal
from ceu.web.transactions import commits

attestations = Blueprint("attestations", __name__)

Page = str | Response | tuple[str, int]


@attestations.after_request
def keep_no_copy(response: Response) -> Response:
    """What stands behind a mailed link is for its reader alone: nothing on the way keeps a copy."""
    response.headers["Cache-Control"] = "no-store"
    return response


# ---- as the trainee ----------------------------------------------------------------------------------------------


@attestations.get("/hours/attestations")
@requires(Permission.LOG_EXPERIENCE)
def overview() -> Page:
    """What is, was or may be attested."""
    return render_template(
        "signoff/attestations.html",
        found=list_attestations(db.session(), current_principal().person_id),
        given=list_given_attestations(db.session(), current_principal().person_id),
        relations=RELATIONS,
        standing=STANDING,
    )


@attestations.route("/hours/attestations/new", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def begin() -> Page:
    """Say which hours, why their supervisor does not sign, and who vouches for them."""
    session, principal = db.session(), current_principal()
    backlog_id = id_or_none(request.args.get("backlog"))
    backlog = backlog_for(session, principal, backlog_id) if backlog_id else None
    form = AttestationForm(
        why="earlier_log" if backlog else None, name=backlog.supervisor_name if backlog else ""
    )
    form.offer_settings(list_settings(session, principal.person_id))
    form.offer_for(backlog)
    if form.validate_on_submit():
        try:
            begun = attest_services.begin_attestation(
                session,
                now(),
                principal.person_id,
                form.asked(backlog),
                setting_id=backlog.setting_id if backlog else form.setting.data,
                backlog=backlog,
            )
            return redirect(url_for("attestations.attestation", attestation_id=begun.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "signoff/attestation_new.html",
        form=form,
        backlog=backlog,
        settings=list_settings(session, principal.person_id),
    )
    return page, form.http_status


@attestations.get("/hours/attestations/<int:attestation_id>")
@requires(Permission.LOG_EXPERIENCE)
def attestation(attestation_id: int) -> Page:
    """One attestation: what is sealed, the evidence, and how it stands."""
    return _own_page(_mine(attestation_id))


def _mine(attestation_id: int) -> Attestation:
    found = attestation_for(db.session(), current_principal(), attestation_id)
    if found.person_id != current_principal().person_id:
        raise NotFound
    return found


def _own_page(
    found: Attestation, evidence_form: EvidenceForm | None = None, attest_form: AttestForm | None = None
) -> Page:
    _, body, sha256 = attest_services.shown_span(db.session(), found)
    evidence_form = evidence_form or EvidenceForm(formdata=None)
    attest_form = attest_form or AttestForm.of(found)
    attest_form.sha256.data = sha256
    page = render_template(
        "signoff/attestation.html",
        found=found,
        body=body,
        evidence_form=evidence_form,
        attest_form=attest_form,
        is_own_statement=found.relation == OWN,
        button=BaseForm(formdata=None),
    )
    return (page, 422) if evidence_form.errors or attest_form.errors else page


@attestations.post("/hours/attestations/<int:attestation_id>/evidence")
@requires(Permission.LOG_EXPERIENCE)
@commits
def add_evidence(attestation_id: int) -> Page:
    """Attach a file."""
    found = _mine(attestation_id)
    form = EvidenceForm()
    if form.validate_on_submit() and keep_evidence(found, form):
        return redirect(url_for("attestations.attestation", attestation_id=found.id), 303)
    return _own_page(found, evidence_form=form)


def keep_evidence(about: Attestation | Backlog, form: EvidenceForm) -> bool:
    """Keep the file of a form beside an attestation or an earlier log; False when it was refused, as the form then says."""
    try:
        kept = outside().files.put(form.data_of_file())
        attest_services.add_evidence(
            db.session(), now(), about, kept, form.title.data, form.kept_because.data or ""
        )
    except DomainError as refusal:
        form.absorb(refusal)
        return False
    flash("Attached.", "success")
    return True


@attestations.post("/hours/attestations/<int:attestation_id>/evidence/<int:evidence_id>/remove")
@requires(Permission.LOG_EXPERIENCE)
@commits
def remove_evidence(attestation_id: int, evidence_id: int) -> Page:
    """Take a file away again."""
    found = _mine(attestation_id)
    if BaseForm().validate_on_submit():
        try:
            attest_services.remove_evidence(
                db.session(), now(), found, evidence_of(found.evidence, evidence_id)
            )
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("attestations.attestation", attestation_id=found.id), 303)


@attestations.get("/hours/attestations/<int:attestation_id>/evidence/<int:evidence_id>")
@requires(Permission.LOG_EXPERIENCE)
def evidence_file(attestation_id: int, evidence_id: int) -> Page:
    """A file, for the trainee and for whoever attested on its strength."""
    return send_evidence(
        evidence_of(_files(attestation_for(db.session(), current_principal(), attestation_id)), evidence_id)
    )


def _files(found: Attestation) -> list[Evidence]:
    return [*found.evidence, *(found.backlog.evidence if found.backlog else ())]


def send_evidence(evidence: Evidence) -> Response:
    """A file as a download that no browser opens as a page; NotFound when its bytes are not here or are damaged."""
    data = outside().files.get(evidence.sha256)
    if data is None:
        raise NotFound
    response = current_app.response_class(data, mimetype=evidence.media_type)
    name = f"evidence-{evidence.sha256[:12]}.{ENDINGS[evidence.media_type]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@attestations.post("/hours/attestations/<int:attestation_id>/ask")
@requires(Permission.LOG_EXPERIENCE)
@commits
def ask(attestation_id: int) -> Page:
    """Send the link."""
    found = _mine(attestation_id)
    if BaseForm().validate_on_submit():
        try:
            token = attest_services.ask_to_attest(db.session(), now(), found)
            send_mail(
                found.email,
                "attestation_asked",
                found=found,
                trainee=current_principal().name,
                path=url_for("attestations.asked", token=token),
            )
            flash(f"The link is on its way to {found.email}.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("attestations.attestation", attestation_id=found.id), 303)


@attestations.post("/hours/attestations/<int:attestation_id>/state")
@requires(Permission.LOG_EXPERIENCE)
@commits
def state(attestation_id: int) -> Page:
    """Seal one's own sworn statement."""
    found = _mine(attestation_id)
    form = AttestForm.of(found)
    if form.validate_on_submit():
        try:
            sealed = attest_services.attest(
                db.session(),
                now(),
                outside().keys,
                found,
                attester_id=current_principal().person_id,
                password=form.password.data,
                shown=form.sha256.data or "",
            )
            return redirect(url_for("attestations.record", sign_off_id=sealed.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _own_page(found, attest_form=form)


@attestations.post("/hours/attestations/<int:attestation_id>/take-back")
@requires(Permission.LOG_EXPERIENCE)
@commits
def take_back(attestation_id: int) -> Page:
    """Ask no longer."""
    found = _mine(attestation_id)
    if BaseForm().validate_on_submit():
        try:
            attest_services.take_back(db.session(), now(), found)
            flash("Taken back.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("attestations.overview"), 303)


# ---- as who is asked ---------------------------------------------------------------------------------------------


def _asked(token: str) -> Attestation:
    found = get_attestation_by_token(db.session(), token_digest(token))
    if found.stands == "ended":
        raise NotFound
    return found


@attestations.get("/attest/<token>")
@public
def asked(token: str) -> Page:
    """Who asks for what, and on the strength of which evidence; seal it or decline."""
    return _asked_page(token, _asked(token), None, DeclineForm(formdata=None))


def _asked_page(token: str, found: Attestation, form: AttestForm | None, decline_form: DeclineForm) -> Page:
    principal = find_principal()
    _, body, sha256 = attest_services.shown_span(db.session(), found)
    form = form or AttestForm.of(found)
    form.sha256.data = sha256
    page = render_template(
        "signoff/attest.html",
        token=token,
        found=found,
        body=body,
        trainee=get_person(db.session(), found.person_id),
        is_own=principal is not None and principal.person_id == found.person_id,
        here=url_for("attestations.asked", token=token),
        form=form,
        decline_form=decline_form,
    )
    return (page, 422) if form.errors or decline_form.errors else page


@attestations.get("/attest/<token>/evidence/<int:evidence_id>")
@requires(Permission.SIGN_EXPERIENCE)
def asked_evidence(token: str, evidence_id: int) -> Page:
    """A file, for a signed-in person who holds the link."""
    return send_evidence(evidence_of(_files(_asked(token)), evidence_id))


@attestations.post("/attest/<token>")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def seal(token: str) -> Page:
    """Seal what was shown."""
    found = _asked(token)
    form = AttestForm.of(found)
    if form.validate_on_submit():
        try:
            sealed = attest_services.attest(
                db.session(),
                now(),
                outside().keys,
                found,
                attester_id=current_principal().person_id,
                password=form.password.data,
                shown=form.sha256.data or "",
                **form.license(),
            )
            trainee = get_person(db.session(), found.person_id)
            send_mail(trainee.email, "attestation_answered", found=found, trainee=trainee.name)
            return redirect(url_for("attestations.record", sign_off_id=sealed.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _asked_page(token, found, form, DeclineForm(formdata=None))


@attestations.post("/attest/<token>/decline")
@public
@commits
def decline(token: str) -> Page:
    """Say no, and why."""
    found = _asked(token)
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            attest_services.decline_to_attest(
                db.session(), now(), found, form.answer.data, form.kept_because.data or ""
            )
            trainee = get_person(db.session(), found.person_id)
            send_mail(trainee.email, "attestation_answered", found=found, trainee=trainee.name)
            return redirect(url_for("attestations.asked", token=token), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _asked_page(token, found, AttestForm(formdata=None), form)


# ---- the sealed record -------------------------------------------------------------------------------------------


@attestations.get("/attestations/records/<int:sign_off_id>")
@requires(Permission.SIGN_EXPERIENCE)
def record(sign_off_id: int) -> Page:
    """A sealed record of a span, whether it is still as it was sealed, and whether it is in force."""
    session, principal = db.session(), current_principal()
    signed = sign_off_for(session, principal, sign_off_id)
    if signed.sheet_id is not None:
        raise NotFound
    chain = [read_record(one.record) for one in list_chain(session, signed.person_id, until=signed.id)]
    body: Any = chain[-1].body
    return render_template(
        "signoff/attest_record.html",
        signed=signed,
        record=chain[-1],
        body=body,
        position=len(chain),
        verification=verify_chain(chain, outside().keys.public_keys, head=signed.sha256),
        found=find_attestation_of(session, signed.id),
        is_own=signed.person_id == principal.person_id,
    )


@attestations.route("/hours/attestations/<int:attestation_id>/end", methods=["GET", "POST"])
@requires(Permission.SIGN_EXPERIENCE)
@commits
def end(attestation_id: int) -> Page:
    """End an attestation, as whoever gave it or as the trainee."""
    found = attestation_for(db.session(), current_principal(), attestation_id)
    if found.stands != "attested":
        raise NotFound
    form = EndForm()
    if form.validate_on_submit():
        try:
            ended = attest_services.end_attestation(
                db.session(),
                now(),
                outside().keys,
                found,
                person_id=current_principal().person_id,
                reason=form.reason.data,
                password=form.password.data,
                kept_because=form.kept_because.data or "",
            )
            trainee = get_person(db.session(), found.person_id)
            send_mail(trainee.email, "attestation_answered", found=found, trainee=trainee.name)
            return redirect(url_for("attestations.record", sign_off_id=ended.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("signoff/attest_end.html", found=found, form=form)
    return page, form.http_status
