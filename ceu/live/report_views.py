"""Attendance reports of meeting software: upload, preview of every row, the queue for a person to decide, undo, the file."""

from flask import Blueprint, Response as FlaskResponse, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.adapters.attendance import LARGEST_REPORT
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.live.forms import PlaceForm, ReportForm, RowForm
from ceu.live.models import AttendanceReport, ReportRow
from ceu.live.queries import list_registrations, list_rows, registration_in, report_for, session_for
from ceu.live.report_services import accept_report, decide_row, place_row, undo_report, upload_report
from ceu.live.times import DOORS, next_time
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

reports = Blueprint("reports", __name__)

Page = str | Response | tuple[str, int]

MATCH_LABELS = {
    "email": "by e-mail address",
    "registrant": "by the meeting software’s id",
    "name": "by name",
    "staff": "decided by staff",
    "nobody": "nobody who is registered",
    "": "waits for a decision",
}


@reports.route("/provider/sessions/<int:session_id>/reports/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def upload(session_id: int) -> Page:
    """Hand in a report."""
    held = session_for(db.session(), current_principal(), session_id)
    form = ReportForm()
    if form.validate_on_submit():
        data = form.file.data.read(LARGEST_REPORT + 1)
        try:
            report = upload_report(
                db.session(), now(), current_principal().person_id, held, form.file.data.filename or "", data
            )
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            return _to_report(report.id)
    return render_template("live/report_new.html", held=held, form=form), form.http_status


@reports.get("/provider/reports/<int:report_id>")
@requires(Permission.MANAGE_EVENTS)
def report(report_id: int) -> Page:
    """Every row of a report: when, matched to whom and by what, and what could not be read."""
    found = _report(report_id)
    registrations = list_registrations(db.session(), found.session.event_id)
    rows = list_rows(db.session(), found.id)
    form = RowForm(formdata=None)
    form.offer(registrations)
    return render_template(
        "live/report.html",
        report=found,
        held=found.session,
        read=[row for row in rows if not row.problem],
        unread=[row for row in rows if row.problem],
        waiting=sum(not row.matched_by and not row.problem for row in rows),
        people={each.id: each.name for each in registrations},
        labels=MATCH_LABELS,
        form=form,
        button=BaseForm(formdata=None),
    )


@reports.post("/provider/reports/<int:report_id>/accept")
@requires(Permission.MANAGE_EVENTS)
@commits
def accept(report_id: int) -> Page:
    """Let a report count."""
    found = _report(report_id)
    try:
        accept_report(db.session(), now(), current_principal().person_id, found)
    except DomainError as refusal:
        flash(refusal.message, "error")
    return _to_report(report_id)


@reports.post("/provider/reports/<int:report_id>/undo")
@requires(Permission.MANAGE_EVENTS)
@commits
def undo(report_id: int) -> Page:
    """Let a report no longer count."""
    undo_report(db.session(), now(), current_principal().person_id, _report(report_id))
    return _to_report(report_id)


@reports.route("/provider/reports/<int:report_id>/rows/<int:row_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def row(report_id: int, row_id: int) -> Page:
    """Say who a row is."""
    found = _report(report_id)
    chosen = next((each for each in list_rows(db.session(), found.id) if each.id == row_id), None)
    if chosen is None:
        raise NotFound
    if "place" in request.form:
        return _place(found, chosen)
    form = RowForm(registration=chosen.registration_id or 0)
    form.offer(list_registrations(db.session(), found.session.event_id))
    if form.validate_on_submit():
        who = form.registration.data
        registration = registration_in(db.session(), found.session.event_id, who) if who else None
        try:
            count = decide_row(db.session(), now(), current_principal().person_id, chosen, registration)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash(f"Decided for {count} {'row' if count == 1 else 'rows'} of this name.", "success")
            return _to_report(report_id)
    return _row_page(found, chosen, form, PlaceForm(formdata=None)), form.http_status


def _place(found: AttendanceReport, chosen: ReportRow) -> Page:
    """Say when somebody came of whom the report tells only minutes."""
    form, held = PlaceForm(), found.session
    if form.validate_on_submit():
        begins = next_time(held.begins_at - DOORS, form.begins.data, held.event.time_zone)
        try:
            place_row(db.session(), now(), current_principal().person_id, chosen, begins)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("The minutes count from then.", "success")
            return _to_report(found.id)
    who = RowForm(formdata=None, registration=chosen.registration_id or 0)
    who.offer(list_registrations(db.session(), held.event_id))
    return _row_page(found, chosen, who, form), form.http_status


def _row_page(found: AttendanceReport, chosen: ReportRow, form: RowForm, place_form: PlaceForm) -> str:
    return render_template(
        "live/report_row.html",
        report=found,
        held=found.session,
        row=chosen,
        form=form,
        place_form=place_form,
    )


@reports.get("/provider/reports/<int:report_id>/file")
@requires(Permission.MANAGE_EVENTS)
def file(report_id: int) -> Page:
    """The report as it was uploaded."""
    found = _report(report_id)
    return FlaskResponse(
        found.data,
        mimetype="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename=report-{found.id}.csv"},
    )


def _report(report_id: int) -> AttendanceReport:
    return report_for(db.session(), current_principal(), report_id)


def _to_report(report_id: int) -> Response:
    return redirect(url_for("reports.report", report_id=report_id), 303)
