"""Live events for those who take part: dates, registration, signing in and out, presence checks, and what became of it."""

from datetime import datetime

from flask import Blueprint, Response as FlaskResponse, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts.queries import get_person
from ceu.db.extension import db
from ceu.domain.dates import moment_text
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.words import DELIVERY_LABELS
from ceu.live.forms import AnswerForm, CodeForm
from ceu.live.mail_views import calendar_of, write_to
from ceu.live.models import EventSession, Registration
from ceu.live.presence_services import answer_check, refuse_walk_in, sign_in_or_out, take_up
from ceu.live.queries import (
    PAGE,
    attended_for,
    check_for,
    find_open_check,
    find_registration,
    get_public_event,
    instruction_minutes,
    list_sign_ins,
    list_upcoming,
    list_walk_ins,
    place_in_line,
    registrations_of,
    seatings,
    standings,
)
from ceu.live.services import cancel_registration, register as register_person
from ceu.live.settling import CREDIT_LABELS, CreditBy
from ceu.live.times import DOORS, span_text
from ceu.web.access import public, requires
from ceu.web.forms import BaseForm, id_or_none
from ceu.web.outside import now
from ceu.web.principal import current_principal, find_principal
from ceu.web.transactions import commits

live = Blueprint("live", __name__)

Page = str | Response | tuple[str, int]


@live.app_template_global("span_text")
def _span(begins: datetime, ends: datetime, time_zone: str) -> str:
    return span_text(begins, ends, time_zone)


@live.app_template_filter("moment_at")
def _moment_at(instant: datetime, time_zone: str) -> str:
    return moment_text(instant, time_zone)


@live.get("/events")
@public
def event_list() -> Page:
    """The events to come, the next one first; of one course, when the address names it."""
    course_id = id_or_none(request.args.get("course"))
    events = list_upcoming(db.session(), now(), course_id, _after())
    principal = find_principal()
    shown = events[:PAGE]
    ids = [event.id for event in shown]
    return render_template(
        "live/event_list.html",
        events=shown,
        seatings=seatings(db.session(), shown),
        walk_ins=_walk_ins(),
        mine=registrations_of(db.session(), principal.person_id, ids) if principal else {},
        course_id=course_id,
        following=f"{shown[-1].begins_at}~{shown[-1].id}" if len(events) > PAGE else None,
        deliveries=DELIVERY_LABELS,
    )


def _walk_ins() -> list[Registration]:
    """What was entered at doors for the address of whoever is signed in."""
    principal = find_principal()
    if principal is None:
        return []
    return list_walk_ins(db.session(), get_person(db.session(), principal.person_id).email)


def _after() -> tuple[datetime, int] | None:
    moment, _, number = request.args.get("after", "").partition("~")
    try:
        instant = datetime.fromisoformat(moment)
    except ValueError:
        return None
    key = id_or_none(number)
    return (instant, key) if key is not None and instant.tzinfo is not None else None


@live.get("/events/<int:event_id>")
@public
def event(event_id: int) -> Page:
    """Everything about an event; to those who registered, how they stand, where it is, and what became of it."""
    found = get_public_event(db.session(), event_id)
    principal = find_principal()
    registration = find_registration(db.session(), event_id, principal.person_id) if principal else None
    is_in = registration is not None and registration.state == "registered"
    shows_presence = is_in and found.begins_at is not None and now() >= found.begins_at
    standing = standings(db.session(), found, [registration])[0] if registration and shows_presence else None
    return render_template(
        "live/event.html",
        event=found,
        registration=registration,
        walk_in=next((each for each in _walk_ins() if each.event_id == event_id), None)
        if registration is None
        else None,
        standing=standing,
        line=place_in_line(db.session(), registration)
        if registration and registration.state == "waiting"
        else None,
        seatings=seatings(db.session(), [found])[event_id],
        minutes={each.id: instruction_minutes(each) for each in found.sessions},
        credit_label=CREDIT_LABELS[CreditBy(found.credit)],
        deliveries=DELIVERY_LABELS,
        now=now(),
        doors=DOORS,
        form=BaseForm(),
    )


@live.post("/events/<int:event_id>/register")
@requires(Permission.TAKE_COURSES)
@commits
def register(event_id: int) -> Page:
    """Take a seat, or a place in line."""
    found = get_public_event(db.session(), event_id)
    before = find_registration(db.session(), event_id, current_principal().person_id)
    state = before.state if before else ""
    try:
        delivery = request.form.get("delivery") or None
        registration = register_person(db.session(), now(), found, current_principal().person_id, delivery)
    except DomainError as refusal:
        flash(refusal.message, "error")
        return _to_event(event_id)
    if registration.state != state:
        is_in = registration.state == "registered"
        write_to(registration, "event_registered" if is_in else "event_waiting", with_calendar=is_in)
    return _to_event(event_id)


@live.post("/events/<int:event_id>/cancel")
@requires(Permission.TAKE_COURSES)
@commits
def cancel(event_id: int) -> Page:
    """Give up a seat or a place in line; whoever waited longest moves up and is told."""
    get_public_event(db.session(), event_id)
    registration = find_registration(db.session(), event_id, current_principal().person_id)
    if registration is None:
        return _to_event(event_id)
    try:
        moved = cancel_registration(db.session(), now(), registration)
    except DomainError as refusal:
        flash(refusal.message, "error")
        return _to_event(event_id)
    for each in moved:
        write_to(each, "event_moved_up")
    flash("You are no longer registered.", "success")
    return _to_event(event_id)


@live.post("/events/<int:event_id>/walk-in")
@requires(Permission.TAKE_COURSES)
@commits
def answer_walk_in(event_id: int) -> Page:
    """Say that it was oneself who was added at the door, or that it was not."""
    found = next((each for each in _walk_ins() if each.event_id == event_id), None)
    if found is None:
        raise NotFound
    person = get_person(db.session(), current_principal().person_id)
    was_me = "yes" in request.form
    try:
        (take_up if was_me else refuse_walk_in)(db.session(), now(), found, person)
    except DomainError as refusal:
        flash(refusal.message, "error")
    else:
        flash("You are registered." if was_me else "Noted. Nobody is credited for it.", "success")
    return _to_event(event_id)


@live.get("/events/<int:event_id>/calendar.ics")
@public
def calendar(event_id: int) -> Page:
    """The event as a calendar file."""
    text = calendar_of(get_public_event(db.session(), event_id))
    return FlaskResponse(
        text,
        mimetype="text/calendar",
        headers={"Content-Disposition": "attachment; filename=event.ics"},
    )


@live.route("/attend/<int:session_id>", methods=["GET", "POST"])
@requires(Permission.TAKE_COURSES)
@commits
def attend(session_id: int) -> Page:
    """A session on a phone: sign in and out with the code on the screen, and see an open presence check."""
    held, registration = attended_for(db.session(), current_principal(), session_id)
    form = (
        CodeForm(formdata=request.form)
        if request.method == "POST"
        else CodeForm(code=request.args.get("code"))
    )
    if request.method == "POST" and form.validate():
        try:
            stay = sign_in_or_out(
                db.session(), now(), held, registration, form.code.data, form.act.data or ""
            )
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash(
                "You are signed out." if stay.ends_at else "You are signed in. Sign out when you leave.",
                "success",
            )
            return redirect(url_for("live.attend", session_id=session_id), 303)
    return _attend_page(held, registration, form), form.http_status


def _attend_page(held: EventSession, registration: Registration, form: CodeForm) -> str:
    stays = list_sign_ins(db.session(), held.id, registration.id)
    is_present = any(stay.ends_at is None for stay in stays)
    form.act.data = "out" if is_present else "in"
    return render_template(
        "live/attend.html",
        held=held,
        stays=stays,
        is_present=is_present,
        is_on=held.begins_at - DOORS <= now() <= held.ends_at + DOORS,
        check=find_open_check(db.session(), held.id, registration.id, now()),
        form=form,
    )


@live.route("/presence-checks/<int:check_id>", methods=["GET", "POST"])
@requires(Permission.TAKE_COURSES)
@commits
def answer(check_id: int) -> Page:
    """Answer a presence check."""
    check, registration = check_for(db.session(), current_principal(), check_id)
    form = AnswerForm()
    form.offer(check)
    if form.validate_on_submit():
        try:
            answer_check(db.session(), now(), check, registration, form.option.data)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("Your answer is noted.", "success")
            return redirect(url_for("live.attend", session_id=check.session_id), 303)
    page = render_template("live/answer.html", check=check, is_open=now() < check.closes_at, form=form)
    return page, form.http_status


def _to_event(event_id: int) -> Response:
    return redirect(url_for("live.event", event_id=event_id), 303)
