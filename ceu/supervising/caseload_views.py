"""The supervisor's supervisees: what is urgent about each, and how many there may be."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.experience.queries import PAGE
from ceu.supervising import caseload_services
from ceu.supervising.caseload_forms import ElsewhereForm
from ceu.web.access import requires
from ceu.web.forms import id_or_none
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

caseload = Blueprint("caseload", __name__)

Page = str | Response | tuple[str, int]


@caseload.get("/supervision/supervisees")
@requires(Permission.SIGN_EXPERIENCE)
def supervisees() -> Page:
    """Everybody one supervises, the most urgent first."""
    listed = caseload_services.risks_of(db.session(), outside().packs, current_principal().person_id, today())
    begin = 0
    if "after" in request.args:
        after = id_or_none(request.args["after"])
        begin = 1 + next((place for place, one in enumerate(listed) if one.supervision_id == after), -1)
        if begin == 0:
            raise NotFound
    page = listed[begin : begin + PAGE]
    return render_template(
        "supervising/supervisees.html",
        rows=page,
        after=page[-1].supervision_id if begin + PAGE < len(listed) else None,
        is_first=begin == 0,
        count=len(listed),
        at_risk=sum(bool(one.risks) for one in listed),
    )


@caseload.route("/supervision/caseload", methods=["GET", "POST"])
@requires(Permission.SIGN_EXPERIENCE)
@commits
def overview() -> Page:
    """How many one supervises, against the most that the law allows."""
    session, person_id = db.session(), current_principal().person_id
    counted, unknown = caseload_services.caseload_of(session, outside().packs, person_id, today())
    form = ElsewhereForm(since=today())
    form.offer({count.key: count.name for count in counted})
    if form.validate_on_submit():
        try:
            caseload_services.note_elsewhere(
                session,
                now(),
                outside().packs,
                person_id,
                maximum=form.maximum.data,
                people=form.people.data or 0,
                since=form.since.data,
                today=today(),
            )
            flash("Noted.", "success")
            return redirect(url_for("caseload.overview"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("supervising/caseload.html", counts=counted, unknown=unknown, form=form)
    return page, form.http_status
