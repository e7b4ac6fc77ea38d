"""The pages of earlier logs: their totals, the scans of their paper, and how they stand."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.experience import WeekState
from ceu.domain.permissions import Permission
from ceu.experience.attest_models import Backlog
from ceu.experience.attest_queries import backlog_for, evidence_of, is_asked_about, list_backlogs
from ceu.experience.queries import list_settings
from ceu.signoff import attest_services, backlog_services
from ceu.signoff.attest_forms import BacklogForm, EvidenceForm, backlog_form
from ceu.signoff.attest_records import total_line
from ceu.signoff.attest_views import keep_evidence, send_evidence
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

backlogs = Blueprint("backlogs", __name__)

Page = str | Response | tuple[str, int]


@backlogs.get("/hours/earlier")
@requires(Permission.LOG_EXPERIENCE)
def overview() -> Page:
    """The totals of earlier logs."""
    return render_template(
        "signoff/backlogs.html", found=list_backlogs(db.session(), current_principal().person_id)
    )


@backlogs.route("/hours/earlier/new", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def add() -> Page:
    """Take over the totals of an earlier log."""
    session, person_id = db.session(), current_principal().person_id
    form = backlog_form()
    form.offer_settings(list_settings(session, person_id))
    if form.validate_on_submit():
        try:
            noted = backlog_services.note_backlog(session, now(), person_id, form.setting.data, form.facts())
            flash("Noted. Attach the scan of the paper, then have it signed or attested.", "success")
            return redirect(url_for("backlogs.one", backlog_id=noted.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _form_page(form, None)


def _form_page(form: BacklogForm, backlog: Backlog | None) -> Page:
    page = render_template(
        "signoff/backlog_form.html",
        form=form,
        backlog=backlog,
        settings=list_settings(db.session(), current_principal().person_id),
    )
    return page, form.http_status


@backlogs.get("/hours/earlier/<int:backlog_id>")
@requires(Permission.LOG_EXPERIENCE)
def one(backlog_id: int) -> Page:
    """One earlier log."""
    return _page(backlog_for(db.session(), current_principal(), backlog_id), EvidenceForm(formdata=None))


def _page(backlog: Backlog, evidence_form: EvidenceForm) -> Page:
    page = render_template(
        "signoff/backlog.html",
        backlog=backlog,
        totals=[total_line(total) for total in backlog.totals],
        is_open=backlog.state == WeekState.DRAFT and not is_asked_about(db.session(), backlog.id),
        evidence_form=evidence_form,
        button=BaseForm(formdata=None),
    )
    return page, evidence_form.http_status


@backlogs.route("/hours/earlier/<int:backlog_id>/edit", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def edit(backlog_id: int) -> Page:
    """Correct the totals."""
    session, principal = db.session(), current_principal()
    backlog = backlog_for(session, principal, backlog_id)
    form = backlog_form(backlog)
    form.offer_settings(list_settings(session, principal.person_id))
    if form.validate_on_submit():
        try:
            backlog_services.change_backlog(session, now(), backlog, form.setting.data, form.facts())
            flash("Changed.", "success")
            return redirect(url_for("backlogs.one", backlog_id=backlog.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _form_page(form, backlog)


@backlogs.post("/hours/earlier/<int:backlog_id>/remove")
@requires(Permission.LOG_EXPERIENCE)
@commits
def remove(backlog_id: int) -> Page:
    """Take the totals out again."""
    backlog = backlog_for(db.session(), current_principal(), backlog_id)
    if BaseForm().validate_on_submit():
        try:
            backlog_services.remove_backlog(db.session(), now(), backlog)
            flash("Removed.", "success")
            return redirect(url_for("backlogs.overview"), 303)
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("backlogs.one", backlog_id=backlog_id), 303)


@backlogs.post("/hours/earlier/<int:backlog_id>/evidence")
@requires(Permission.LOG_EXPERIENCE)
@commits
def add_evidence(backlog_id: int) -> Page:
    """Attach the scan of the paper."""
    backlog = backlog_for(db.session(), current_principal(), backlog_id)
    form = EvidenceForm()
    if form.validate_on_submit() and keep_evidence(backlog, form):
        return redirect(url_for("backlogs.one", backlog_id=backlog.id), 303)
    return _page(backlog, form)


@backlogs.get("/hours/earlier/<int:backlog_id>/evidence/<int:evidence_id>")
@requires(Permission.LOG_EXPERIENCE)
def evidence_file(backlog_id: int, evidence_id: int) -> Page:
    """A scan."""
    backlog = backlog_for(db.session(), current_principal(), backlog_id)
    return send_evidence(evidence_of(backlog.evidence, evidence_id))


@backlogs.post("/hours/earlier/<int:backlog_id>/evidence/<int:evidence_id>/remove")
@requires(Permission.LOG_EXPERIENCE)
@commits
def remove_evidence(backlog_id: int, evidence_id: int) -> Page:
    """Take a scan away again."""
    backlog = backlog_for(db.session(), current_principal(), backlog_id)
    if BaseForm().validate_on_submit():
        try:
            attest_services.remove_evidence(
                db.session(), now(), backlog, evidence_of(backlog.evidence, evidence_id)
            )
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("backlogs.one", backlog_id=backlog.id), 303)
