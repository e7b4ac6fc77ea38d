"""Live events for those who hold them: planning, the code on the screen, who is there, and confirming it."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urljoin

from flask import (
    Blueprint,
    Response as FlaskResponse,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from ceu.adapters.documents import qr_image
from ceu.adapters.spreadsheets import csv_chunks, xlsx
from ceu.authoring.services import begin_draft
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.words import DELIVERY_LABELS
from ceu.live.codes import code_of, seconds_left, step_of
from ceu.live.forms import (
    CancelForm,
    CheckForm,
    DecideForm,
    DeliveryForm,
    EventForm,
    PersonForm,
    RecordingForm,
    SessionForm,
    StayForm,
    WalkInForm,
)
from ceu.live.mail_views import write_of_presence, write_to
from ceu.live.models import Event, EventSession, Registration
from ceu.live.presence_services import (
    confirm_presence,
    decide_presence,
    enter_stay,
    open_check,
    strike_stay,
)
from ceu.live.queries import (
    PAGE,
    count_answers,
    count_present,
    count_queue,
    event_for,
    instruction_minutes,
    licenses_of,
    list_checks,
    list_live_versions,
    list_managed_events,
    list_registrations,
    list_reports,
    list_sign_ins,
    registration_in,
    seatings,
    session_for,
    sign_in_for,
    standings,
    taught,
)
from ceu.live.recording import home_study
from ceu.live.roster import HEADINGS, roster_rows
from ceu.live.services import (
    add_walk_in,
    cancel_event,
    cancel_session,
    change_delivery,
    change_event,
    plan_event,
    set_session,
)
from ceu.live.settling import CREDIT_LABELS, CreditBy, check_times
from ceu.live.times import DOORS
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

events = Blueprint("events", __name__)

Page = str | Response | tuple[str, int]


@events.get("/provider/events")
@requires(Permission.MANAGE_EVENTS)
def event_list() -> Page:
    """The events of this person's providers, the latest made first."""
    key = request.args.get("after", type=int)
    found = list_managed_events(db.session(), current_principal(), key if key and 0 < key < 2**31 else None)
    return render_template(
        "live/managed_list.html",
        events=found[:PAGE],
        seatings=seatings(db.session(), found[:PAGE]),
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        has_courses=bool(list_live_versions(db.session(), current_principal())),
    )


@events.route("/provider/events/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def new() -> Page:
    """Plan an event."""
    versions = list_live_versions(db.session(), current_principal())
    form = EventForm(
        time_zone=current_principal().time_zone,
        opens_on=today(),
        credit=CreditBy.SESSION.value,
        percent=None,
        deliveries=[version.delivery for version in versions[:1]],
    )
    form.offer(versions)
    if form.validate_on_submit():
        version = next((each for each in versions if each.id == form.version.data), None)
        if version is None:
            raise NotFound
        try:
            event = plan_event(db.session(), now(), current_principal().person_id, version, form.plan())
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            return redirect(url_for("events.new_session", event_id=event.id), 303)
    return render_template("live/event_form.html", form=form, event=None), form.http_status


@events.route("/provider/events/<int:event_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def edit(event_id: int) -> Page:
    """Change an event; those who move up to a seat that was added are told."""
    event = _event(event_id)
    form = EventForm(data=EventForm.values_of(event))
    form.fix(event.version)
    if form.validate_on_submit():
        try:
            moved = change_event(db.session(), now(), current_principal().person_id, event, form.plan())
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            for each in moved:
                write_to(each, "event_moved_up")
            return _to_event(event_id)
    return render_template("live/event_form.html", form=form, event=event), form.http_status


@events.get("/provider/events/<int:event_id>")
@requires(Permission.MANAGE_EVENTS)
def event(event_id: int) -> Page:
    """An event: its sessions, who comes and who waits, and how far presence is told."""
    return _event_page(_event(event_id))


def _event_page(
    found: Event, cancel_form: CancelForm | None = None, walk_in_form: WalkInForm | None = None
) -> str:
    ids = [each.id for each in found.sessions]
    if walk_in_form is None:
        walk_in_form = WalkInForm(formdata=None)
        walk_in_form.offer(found)
    return render_template(
        "live/managed_event.html",
        event=found,
        standings=standings(db.session(), found),
        waiting=list_registrations(db.session(), found.id, "waiting"),
        minutes={each.id: instruction_minutes(each) for each in found.sessions},
        queue=sum(count_queue(db.session(), ids).values()),
        credit_label=CREDIT_LABELS[CreditBy(found.credit)],
        now=now(),
        seatings=seatings(db.session(), [found])[found.id],
        deliveries=DELIVERY_LABELS,
        doors=DOORS,
        form=BaseForm(formdata=None),
        cancel_form=cancel_form or CancelForm(formdata=None),
        walk_in_form=walk_in_form,
    )


@events.post("/provider/events/<int:event_id>/walk-ins")
@requires(Permission.MANAGE_EVENTS)
@commits
def walk_in(event_id: int) -> Page:
    """Add somebody at the door, and write to the address they gave."""
    event, form = _event(event_id), WalkInForm()
    form.offer(event)
    if form.validate_on_submit():
        actor = current_principal().person_id
        try:
            added = add_walk_in(
                db.session(), now(), actor, event,
                name=form.name.data, email=form.email.data, delivery=form.delivery.data,
            )  # fmt: skip
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            if added.person_id is None:
                write_to(added, "walk_in_added", with_calendar=False)
            flash(f"{added.name} is on the list.", "success")
            return _to_event(event_id)
    return _event_page(event, walk_in_form=form), form.http_status


@events.post("/provider/events/<int:event_id>/cancel")
@requires(Permission.MANAGE_EVENTS)
@commits
def cancel(event_id: int) -> Page:
    """Call an event off, and tell everybody."""
    event, form = _event(event_id), CancelForm()
    if form.validate_on_submit():
        try:
            told = cancel_event(db.session(), now(), current_principal().person_id, event, form.reason.data)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            for each in told:
                write_to(each, "event_canceled")
            return _to_event(event_id)
    return _event_page(event, form), form.http_status


@events.post("/provider/events/<int:event_id>/confirm")
@requires(Permission.MANAGE_EVENTS)
@commits
def confirm(event_id: int) -> Page:
    """Confirm to everybody what became of their presence."""
    event = _event(event_id)
    try:
        confirmed = confirm_presence(db.session(), now(), current_principal().person_id, event)
    except DomainError as refusal:
        flash(refusal.message, "error")
        return _to_event(event_id)
    write_of_presence(confirmed, event)
    count = len(confirmed)
    flash(f"Confirmed. {count} {'person is' if count == 1 else 'people are'} told what is new.", "success")
    return _to_event(event_id)


@events.get("/provider/events/<int:event_id>/roster.<any(csv, xlsx):kind>")
@requires(Permission.MANAGE_EVENTS)
def roster(event_id: int, kind: str) -> Page:
    """Who was registered and present, with license numbers."""
    event = _event(event_id)
    found = standings(db.session(), event)
    licenses = licenses_of(db.session(), filter(None, (each.registration.person_id for each in found)))
    rows = roster_rows(event, found, licenses, outside().packs)
    disposition = {"Content-Disposition": f"attachment; filename=roster-{event.id}.{kind}"}
    if kind == "csv":
        return FlaskResponse(b"".join(csv_chunks(HEADINGS, rows)), mimetype="text/csv", headers=disposition)
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FlaskResponse(xlsx("Roster", HEADINGS, rows), mimetype=mimetype, headers=disposition)


@events.route("/provider/events/<int:event_id>/home-study", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def recording(event_id: int) -> Page:
    """Begin a draft of the course's home-study version, made of the event's recording."""
    event = _event(event_id)
    taught_minutes = sum(map(instruction_minutes, event.sessions))
    form = RecordingForm(length=taught_minutes)
    if not form.validate_on_submit():
        return render_template("live/recording.html", event=event, form=form), form.http_status
    version = event.version
    content = home_study(
        version.outline,
        version.test_rules,
        version.assessment,
        seconds=(form.length.data or 0) * 60,
        sessions=[", ".join(filter(None, (each.title, each.presenter))) for each in event.sessions],
    )
    provider, author = version.course.provider, current_principal().person_id
    try:
        draft = begin_draft(db.session(), now(), provider, author, version.title, content)
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return render_template("live/recording.html", event=event, form=form), 422
    flash(
        "The draft is begun. Add the recording and its captions; the draft names what is missing.", "success"
    )
    return redirect(url_for("authoring.draft", draft_id=draft.id), 303)


@events.route("/provider/events/<int:event_id>/sessions/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def new_session(event_id: int) -> Page:
    """Add a session."""
    event = _event(event_id)
    return _session_form(event, None, SessionForm(title=event.version.title))


@events.route("/provider/sessions/<int:session_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def edit_session(session_id: int) -> Page:
    """Change a session; the registered are told when its time or room is another."""
    held = _session(session_id)
    return _session_form(held.event, held, SessionForm(data=SessionForm.values_of(held)))


def _session_form(event: Event, held: EventSession | None, form: SessionForm) -> Page:
    if form.validate_on_submit():
        before = held and (held.begins_at, held.ends_at, held.room)
        try:
            plan = form.plan(event.time_zone)
            saved = set_session(db.session(), now(), current_principal().person_id, event, plan, held)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            if held is None or before != (saved.begins_at, saved.ends_at, saved.room):
                for each in list_registrations(db.session(), event.id):
                    write_to(each, "event_changed")
            return _to_event(event.id)
    return render_template("live/session_form.html", form=form, event=event, held=held), form.http_status


@events.route("/provider/sessions/<int:session_id>/cancel", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
@commits
def cancel_one(session_id: int) -> Page:
    """Call one session off, and tell everybody."""
    held, form = _session(session_id), CancelForm()
    if form.validate_on_submit():
        try:
            told = cancel_session(db.session(), now(), current_principal().person_id, held, form.reason.data)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            for each in told:
                write_to(each, "session_canceled", canceled=held)
            flash(f"“{held.title}” is canceled, and everybody is told.", "success")
            return _to_event(held.event_id)
    return render_template("live/session_cancel.html", held=held, form=form), form.http_status


# ---- a session while it is on ------------------------------------------------------------------------------------


@events.get("/provider/sessions/<int:session_id>/screen")
@requires(Permission.MANAGE_EVENTS)
def screen(session_id: int) -> Page:
    """The code to show in the room or on the shared screen: digits, and a QR code that opens the phone's page with them."""
    held = _session(session_id)
    moment = now()
    code = code_of(held.event.key, held.id, step_of(moment))
    address = urljoin(current_app.config["SITE_URL"], url_for("live.attend", session_id=held.id, code=code))
    return render_template(
        "live/screen.html",
        held=held,
        code=code,
        qr=qr_image(address),
        address=urljoin(current_app.config["SITE_URL"], url_for("live.attend", session_id=held.id)),
        seconds=seconds_left(moment),
        is_on=held.begins_at - DOORS <= moment <= held.ends_at + DOORS,
        present=count_present(db.session(), held.id),
        check=_open_check(held, moment),
    )


def _open_check(held: EventSession, moment: datetime) -> object | None:
    checks = list_checks(db.session(), [held.id]).get(held.id, [])
    return next((check for check in checks if check.opened_at <= moment < check.closes_at), None)


@events.get("/provider/sessions/<int:session_id>")
@requires(Permission.MANAGE_EVENTS)
def session(session_id: int) -> Page:
    """A session: who was there how long, presence checks, reports, and what staff enter by hand."""
    return _session_page(_session(session_id))


@events.post("/provider/sessions/<int:session_id>/checks")
@requires(Permission.MANAGE_EVENTS)
@commits
def check(session_id: int) -> Page:
    """Open a presence check."""
    held, form = _session(session_id), CheckForm()

    def act() -> None:
        open_check(
            db.session(),
            now(),
            current_principal().person_id,
            held,
            minutes=form.minutes.data or 0,
            question=form.question.data or "",
            options=form.option_list(),
        )

    return _acted(held, form, act, check_form=form)


@events.post("/provider/sessions/<int:session_id>/stays")
@requires(Permission.MANAGE_EVENTS)
@commits
def stay(session_id: int) -> Page:
    """Enter by hand that somebody was there."""
    held, form = _session(session_id), StayForm()
    form.offer(list_registrations(db.session(), held.event_id))

    def act() -> None:
        begins, ends = form.span(held, held.begins_at - DOORS)
        who = _registration(held, form)
        enter_stay(
            db.session(), now(), current_principal().person_id, held, who, begins, ends, form.reason.data
        )

    return _acted(held, form, act, stay_form=form)


@events.post("/provider/sessions/<int:session_id>/decisions")
@requires(Permission.MANAGE_EVENTS)
@commits
def decide(session_id: int) -> Page:
    """Decide what somebody is credited, whatever was measured."""
    held, form = _session(session_id), DecideForm()
    form.offer(list_registrations(db.session(), held.event_id))

    def act() -> None:
        who = _registration(held, form)
        actor = current_principal().person_id
        decide_presence(db.session(), now(), actor, held, who, form.minutes.data or 0, form.reason.data)

    return _acted(held, form, act, decide_form=form)


@events.get("/provider/sessions/<int:session_id>/participants/<int:registration_id>")
@requires(Permission.MANAGE_EVENTS)
def participant(session_id: int, registration_id: int) -> Page:
    """One person's stays at a session, each of which may be struck."""
    held = _session(session_id)
    registration = registration_in(db.session(), held.event_id, registration_id)
    outcomes = standings(db.session(), held.event, [registration])[0].outcomes
    return render_template(
        "live/participant.html",
        held=held,
        registration=registration,
        stays=list_sign_ins(db.session(), held.id, registration.id),
        outcome=next(each for each in outcomes if each.session_id == held.id),
        form=BaseForm(formdata=None),
        delivery_form=DeliveryForm(formdata=None, delivery=registration.delivery),
    )


@events.post("/provider/sessions/<int:session_id>/participants/<int:registration_id>/delivery")
@requires(Permission.MANAGE_EVENTS)
@commits
def delivery(session_id: int, registration_id: int) -> Page:
    """Note how somebody really took part."""
    held, form = _session(session_id), DeliveryForm()
    registration = registration_in(db.session(), held.event_id, registration_id)
    if form.validate_on_submit():
        actor = current_principal().person_id
        change_delivery(db.session(), now(), actor, registration, form.delivery.data)
        flash("Saved. Confirm presence again if it was confirmed before.", "success")
    return redirect(
        url_for("events.participant", session_id=session_id, registration_id=registration_id), 303
    )


@events.post("/provider/sessions/<int:session_id>/stays/<int:sign_in_id>/strike")
@requires(Permission.MANAGE_EVENTS)
@commits
def strike(session_id: int, sign_in_id: int) -> Page:
    """Let a stay no longer count."""
    held = _session(session_id)
    found = sign_in_for(db.session(), held.id, sign_in_id)
    strike_stay(db.session(), now(), current_principal().person_id, found)
    return redirect(
        url_for("events.participant", session_id=session_id, registration_id=found.registration_id), 303
    )


def _acted(held: EventSession, form: BaseForm, act: Callable[[], None], **shown: BaseForm) -> Page:
    """Do what a form on the session's page asks, or show the page again with what is wrong."""
    if form.validate_on_submit():
        try:
            act()
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("Saved.", "success")
            return redirect(url_for("events.session", session_id=held.id), 303)
    return _session_page(held, **shown), form.http_status


def _session_page(held: EventSession, **shown: BaseForm) -> str:
    found = standings(db.session(), held.event)
    registrations = [each.registration for each in found]
    checks = list_checks(db.session(), [held.id]).get(held.id, [])
    stay_form = shown.get("stay_form") or StayForm(formdata=None, registration=None)
    decide_form = shown.get("decide_form") or DecideForm(formdata=None)
    for form in (stay_form, decide_form):
        if isinstance(form, PersonForm):
            form.offer(registrations)
    per_hour = held.event.checks_per_hour
    return render_template(
        "live/session.html",
        held=held,
        rows=[
            (each.registration, next(one for one in each.outcomes if one.session_id == held.id))
            for each in found
        ],
        minutes=instruction_minutes(held),
        checks=checks,
        answers=count_answers(db.session(), checks) if checks else {},
        proposed=check_times(held.event.key, held.id, taught(held), per_hour) if per_hour else [],
        reports=list_reports(db.session(), [held.id]),
        queue=count_queue(db.session(), [held.id]),
        present=count_present(db.session(), held.id),
        now=now(),
        check_form=shown.get("check_form") or CheckForm(formdata=None),
        stay_form=stay_form,
        decide_form=decide_form,
    )


def _registration(held: EventSession, form: PersonForm) -> Registration:
    return registration_in(db.session(), held.event_id, form.registration.data)


def _event(event_id: int) -> Event:
    return event_for(db.session(), current_principal(), event_id)


def _session(session_id: int) -> EventSession:
    return session_for(db.session(), current_principal(), session_id)


def _to_event(event_id: int) -> Response:
    return redirect(url_for("events.event", event_id=event_id), 303)
