"""Supervision given: the supervisor enters a session once; the trainee sees who did, accepts or declines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.adapters.spreadsheets import csv_chunks
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.experience import ACTIVITY_LABELS
from ceu.domain.permissions import Permission
from ceu.experience.forms import day_or_none
from ceu.experience.given_meetings import Standing, kind_of, kind_sentence
from ceu.experience.given_models import GivenAttendance, GivenSession
from ceu.experience.given_queries import (
    attendance_for,
    facts_of_people,
    find_span_given,
    given_session_for,
    goals_of,
    list_answered_no,
    list_entered,
    list_received,
    list_recent_sessions,
    list_signed_supervision,
    list_waiting_received,
)
from ceu.experience.given_record import HEADINGS, KINDS, lines, sums, table_rows
from ceu.experience.queries import list_given_supervisions
from ceu.exporting.board_forms import plus_months
from ceu.licenses.packs import find_pack, taken
from ceu.supervising import given_services
from ceu.supervising.given_forms import DeclineForm, SessionForm, session_form
from ceu.supervising.given_remarks import Remark, Ruled, remarks_on
from ceu.supervising.given_services import Planned
from ceu.web.access import requires
from ceu.web.forms import BaseForm, id_or_none
from ceu.web.mail import send_mail
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

given = Blueprint("given", __name__)

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Preview:
    """What becomes of a session in one supervisee's log, and what their rules say of it."""

    planned: Planned
    remarks: Sequence[Remark]

    @property
    def is_plain(self) -> bool:
        """It goes into the log as it is, and no rule objects."""
        return self.planned.outcome.standing is Standing.LOGGED and not self.remarks


@dataclass(frozen=True)
class Previews:
    """The session as it would be saved: of which kind and why, and what becomes of it for each."""

    kind_sentence: str | None
    each: tuple[Preview, ...]

    @property
    def is_plain(self) -> bool:
        """Nothing needs a look before it is saved."""
        return self.kind_sentence is None and all(one.is_plain for one in self.each)

    @property
    def digest(self) -> str:
        """A digest of everything that is said, by which saving knows that it was read."""
        said = [(one.planned.present.supervision.id, one.planned.outcome, one.remarks) for one in self.each]
        return sha256(repr((self.kind_sentence, said)).encode()).hexdigest()[:16]


# ---- the supervisor ----------------------------------------------------------------------------------------------


@given.route("/supervision/given/new", methods=["GET", "POST"])
@requires(Permission.SIGN_EXPERIENCE)
@commits
def new() -> Page:
    """Enter a session; what the rules say of it is shown before it is saved."""
    session, principal = db.session(), current_principal()
    like = _like()
    day = given_services.next_day(like.day, today()) if like else today()
    form = session_form(list_given_supervisions(session, principal.person_id), like, day)
    previews = None
    if form.validate_on_submit():
        try:
            previews = _previews(form)
            if previews.is_plain or form.seen.data == previews.digest:
                return _saved(form, previews)
        except DomainError as refusal:
            form.absorb(refusal)
    elif like is not None and request.method == "GET":
        try:
            previews = _previews(form)
        except DomainError as refusal:
            form.absorb(refusal)
    form.seen.data = previews.digest if previews else ""
    # What was only looked at is another form when it is sent to be saved.
    form.once.data = form.once.default()
    page = render_template(
        "supervising/given_new.html",
        form=form,
        previews=previews,
        like=like,
        recent=list_recent_sessions(session, principal.person_id),
    )
    return page, form.http_status


def _like() -> GivenSession | None:
    if "like" not in request.args:
        return None
    session_id = id_or_none(request.args["like"])
    if session_id is None:
        raise NotFound
    return given_session_for(db.session(), current_principal(), session_id)


def _previews(form: SessionForm) -> Previews:
    session, meeting, present = db.session(), form.meeting(), form.present()
    planned = given_services.plan_session(session, now(), today(), meeting, present)
    people = {one.supervision.trainee_id for one in present}
    goals, facts = goals_of(session, people), facts_of_people(session, people)
    head_count = len(present) + meeting.others
    each = []
    for one in planned:
        trainee_id = one.present.supervision.trainee_id
        ruled = [
            Ruled(pack, taken(pack, goal.readings))
            for goal in goals.get(trainee_id, ())
            if (pack := find_pack(outside().packs, goal.pack_id)) is not None
        ]
        row = {
            "day": meeting.day,
            "minutes": one.stretch.minutes,
            "delivery": meeting.delivery,
            "head_count": head_count,
        }
        rows = [{**row, "activity": kind} for kind in dict.fromkeys((form.kind.data, kind_of(head_count)))]
        each.append(Preview(one, tuple(remarks_on(rows, ruled, facts.get(trainee_id, {}), today()))))
    return Previews(kind_sentence(form.kind.data, head_count), tuple(each))


def _saved(form: SessionForm, previews: Previews) -> Response:
    principal = current_principal()
    saved = given_services.record_session(
        db.session(), now(), principal.person_id, form.meeting(), [one.planned for one in previews.each]
    )
    for attendance in saved.attendances:
        send_mail(
            attendance.supervision.trainee.email,
            "supervision_entered",
            trainee=attendance.supervision.trainee,
            supervisor=principal.name,
            given=saved,
            attendance=attendance,
            path=url_for("given.received"),
        )
    flash("Entered for everybody who was there.", "success")
    return redirect(url_for("given.one", session_id=saved.id), 303)


# ---- the record --------------------------------------------------------------------------------------------------

STANDING_LABELS = {
    "signed": "Signed",
    "logged": "In the log, not signed yet",
    "linked": "In the log, not signed yet",
    "waiting": "Waits for the trainee",
    "declined": "Declined",
    "removed": "Taken out by the trainee",
    "from_signed": "From a week you signed",
}


@given.get("/supervision/given")
@requires(Permission.SIGN_EXPERIENCE)
def month() -> Page:
    """A month of supervision given, by supervisee and kind, beside what the signed weeks say."""
    session, person_id = db.session(), current_principal().person_id
    first = _shown_month()
    following = plus_months(first, 1)
    last = following - timedelta(days=1)
    found = lines(
        list_entered(session, person_id, first, last),
        list_signed_supervision(session, person_id, first, last),
    )
    span = find_span_given(session, person_id)
    return render_template(
        "supervising/given_month.html",
        month_name=f"{first:%B %Y}",
        before=plus_months(first, -1) if span and span[0] < first else None,
        after=following if span and span[1] > last else None,
        lines=found,
        sums=sums(found),
        kinds=[(kind.value, ACTIVITY_LABELS[kind]) for kind in KINDS],
        standing_labels=STANDING_LABELS,
        is_empty=span is None,
        refused=list_answered_no(session, person_id, now() - timedelta(days=60)),
    )


def _shown_month() -> date:
    if "month" not in request.args:
        return today().replace(day=1)
    first = day_or_none(f"{request.args['month']}-01")
    if first is None:
        raise NotFound
    return first


@given.get("/supervision/given.csv")
@requires(Permission.SIGN_EXPERIENCE)
def as_csv() -> Page:
    """All supervision given, as a file."""
    session, person_id = db.session(), current_principal().person_id
    first, last = find_span_given(session, person_id) or (today(), today())
    found = lines(
        list_entered(session, person_id, first, last),
        list_signed_supervision(session, person_id, first, last),
    )
    answer = Response(csv_chunks(HEADINGS, table_rows(found, STANDING_LABELS)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=supervision-given-{today()}.csv"
    return answer


@given.get("/supervision/given/<int:session_id>")
@requires(Permission.SIGN_EXPERIENCE)
def one(session_id: int) -> Page:
    """A session, and where it stands in each log."""
    found = given_session_for(db.session(), current_principal(), session_id)
    return render_template("supervising/given_one.html", given=found, button=BaseForm(formdata=None))


@given.post("/supervision/given/<int:session_id>/undo")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def undo(session_id: int) -> Page:
    """Take a session back, out of all logs."""
    found = given_session_for(db.session(), current_principal(), session_id)
    if BaseForm().validate_on_submit():
        try:
            given_services.undo_session(db.session(), now(), found)
        except DomainError as refusal:
            flash(refusal.message, "error")
        else:
            flash("The session is taken back, and out of the logs it had gone into.", "success")
            return redirect(url_for("given.new"), 303)
    return redirect(url_for("given.one", session_id=session_id), 303)


# ---- the trainee -------------------------------------------------------------------------------------------------


@given.get("/hours/supervision-received")
@requires(Permission.LOG_EXPERIENCE)
def received() -> Page:
    """What supervisors entered into one's log, and what waits for an answer."""
    return _received_page(None, None)


def _received_page(refused: int | None, form: DeclineForm | None) -> Page:
    before = request.args.get("before")
    key = id_or_none(before) if before else None
    if before and key is None:
        raise NotFound
    person_id = current_principal().person_id
    rows, more = list_received(db.session(), person_id, key)
    waiting = list_waiting_received(db.session(), person_id)
    shown = {one.id: one for one in [*waiting, *rows]}
    page = render_template(
        "supervising/given_received.html",
        waiting=waiting,
        rows=[one for one in rows if one.stands != Standing.WAITING],
        older=rows[-1].id if more else None,
        is_first=key is None,
        forms={
            one_id: _numbered(form if one_id == refused and form else DeclineForm(formdata=None), one_id)
            for one_id in shown
        },
        button=BaseForm(formdata=None),
    )
    return page, form.http_status if form else 200


def _numbered(form: DeclineForm, attendance_id: int) -> DeclineForm:
    """The form with an id of its own, for a page that has several."""
    form.reason.id = f"reason-{attendance_id}"
    return form


@given.post("/hours/supervision-received/<int:attendance_id>/accept")
@requires(Permission.LOG_EXPERIENCE)
@commits
def accept(attendance_id: int) -> Page:
    """Take what a supervisor entered into one's log."""
    attendance = attendance_for(db.session(), current_principal(), attendance_id)
    if BaseForm().validate_on_submit():
        try:
            given_services.accept_session(db.session(), now(), attendance)
            flash("It is in your log now.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("given.received"), 303)


@given.post("/hours/supervision-received/<int:attendance_id>/decline")
@requires(Permission.LOG_EXPERIENCE)
@commits
def decline(attendance_id: int) -> Page:
    """Say that a session was not so; the supervisor is told."""
    attendance = attendance_for(db.session(), current_principal(), attendance_id)
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            given_services.decline_session(db.session(), now(), attendance, form.reason.data)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            _tell_declined(attendance)
            flash("Declined. Your supervisor is told, with your reason.", "success")
            return redirect(url_for("given.received"), 303)
    return _received_page(attendance_id, form)


def _tell_declined(attendance: GivenAttendance) -> None:
    supervisor = attendance.supervision.supervisor
    if supervisor is not None:
        send_mail(
            supervisor.email,
            "supervision_declined",
            supervisor=supervisor,
            trainee=current_principal().name,
            given=attendance.session,
            attendance=attendance,
            path=url_for("given.one", session_id=attendance.session_id),
        )
