"""The program's side: its cohorts, who is on track, one trainee's page, and exports for accreditation."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.adapters.spreadsheets import csv_chunks, workbook
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.experience import ACTIVITY_LABELS
from ceu.domain.permissions import Permission
from ceu.experience.assessing import current_assessment, list_stored_standings
from ceu.licenses.packs import find_pack, pack_name, packs_of_kind
from ceu.licenses.queries import find_goal
from ceu.programs import services
from ceu.programs.cohort_rows import goal_hours, line_of, lines_of, read_only_rows
from ceu.programs.export_queries import list_tallies, settings_by_id, supervisions_by_id
from ceu.programs.export_tables import (
    About,
    Logs,
    Student,
    dictionary_sheet,
    kinds_sheet,
    sites_sheet,
    students_sheet,
)
from ceu.programs.forms import (
    CSV_DICTIONARY,
    CSV_KINDS,
    CSV_SITES,
    CSV_STUDENTS,
    SIGNED,
    XLSX,
    CohortForm,
    ExportForm,
    OfferForm,
    PlanForm,
)
from ceu.programs.models import Cohort, Seat
from ceu.programs.outlook import STATE_LABELS, STATE_MEANINGS, Scope, State
from ceu.programs.queries import (
    Key,
    LogSum,
    cohort_for,
    count_states,
    goals_under,
    has_opened,
    list_all_members,
    list_cohorts,
    list_members,
    list_offers,
    list_organizations,
    list_shared_weeks,
    list_stale_seats,
    log_sums,
    offered_seat_for,
    shared_seat_for,
)
from ceu.requirements.overview import curve
from ceu.requirements.rows import kinds_text
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.mail import send_mail
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

programs = Blueprint("programs", __name__)

Page = str | Response | tuple[str, int]

REFRESHED_AT_ONCE = 10
"""Forecasts made for one click, so that it answers within some seconds; the nightly command makes all."""

_MIMETYPES = {XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


# ---- cohorts -----------------------------------------------------------------------------------------------------


@programs.get("/cohorts")
@requires(Permission.SEE_COHORT)
def cohort_list() -> Page:
    """The cohorts of all organizations the person sees the trainees of."""
    return render_template(
        "programs/cohort_list.html",
        cohorts=list_cohorts(db.session(), current_principal()),
        name=_rules_name,
        states=STATE_LABELS,
    )


@programs.route("/cohorts/add", methods=["GET", "POST"])
@requires(Permission.SEE_COHORT)
@commits
def add_cohort() -> Page:
    """Begin a cohort."""
    organizations = list_organizations(db.session(), current_principal())
    form = CohortForm().offer(organizations, packs_of_kind(outside().packs, "experience"))
    if form.validate_on_submit():
        chosen = int(form.organization.data) if "organization" in form else organizations[0].id
        try:
            cohort = services.add_cohort(db.session(), now(), chosen, form.facts)
            flash(f"{cohort.name} is set up. Now ask its trainees.", "success")
            return redirect(url_for(".offer", cohort_id=cohort.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("programs/cohort_form.html", form=form, cohort=None), form.http_status


@programs.route("/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
@requires(Permission.SEE_COHORT)
@commits
def edit_cohort(cohort_id: int) -> Page:
    """Correct a cohort's name, dates or rules."""
    cohort = cohort_for(db.session(), current_principal(), cohort_id)
    form = CohortForm(obj=cohort).offer([cohort.organization], packs_of_kind(outside().packs, "experience"))
    if form.validate_on_submit():
        try:
            services.change_cohort(db.session(), now(), cohort, form.facts)
            flash(f"{cohort.name} is saved.", "success")
            return redirect(url_for(".cohort", cohort_id=cohort.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("programs/cohort_form.html", form=form, cohort=cohort), form.http_status


@programs.get("/cohorts/<int:cohort_id>")
@requires(Permission.SEE_COHORT)
def cohort(cohort_id: int) -> Page:
    """Who is on track, who needs help first; nothing is computed here but sums."""
    principal, session = current_principal(), db.session()
    found = cohort_for(session, principal, cohort_id)
    seats, more = list_members(session, found.id, _after())
    people = [seat.person_id for seat in seats if seat.person_id is not None]
    goals = goals_under(session, people, found.pack_id)
    standings = list_stored_standings(session, outside().packs, list(goals.values()), today())
    [counts] = count_states(session, [found])
    return render_template(
        "programs/cohort.html",
        cohort=found,
        rules_name=_rules_name(found),
        counts=counts,
        states=[(state, STATE_LABELS[state], STATE_MEANINGS[state]) for state in State],
        lines=lines_of(seats, log_sums(session, people), goals, standings, today()),
        stale=len(list_stale_seats(session, today(), found.id)),
        at_once=REFRESHED_AT_ONCE,
        offers=list_offers(session, found.id),
        now=now(),
        next_key=_key_text(seats[-1]) if more else None,
        is_first=_after() is None,
        nothing=BaseForm(),
    )


@programs.post("/cohorts/<int:cohort_id>/refresh")
@requires(Permission.SEE_COHORT)
@commits
def refresh(cohort_id: int) -> Response:
    """Make the oldest forecasts anew, a few at a time."""
    session = db.session()
    found = cohort_for(session, current_principal(), cohort_id)
    stale = list_stale_seats(session, today(), found.id)
    for seat_id in stale[:REFRESHED_AT_ONCE]:
        services.refresh(
            session, now(), outside().packs, shared_seat_for(session, current_principal(), seat_id)
        )
    left = len(stale) - REFRESHED_AT_ONCE
    flash(
        f"{left} more are left to bring up to date." if left > 0 else "All forecasts are up to date.",
        "success",
    )
    return redirect(url_for(".cohort", cohort_id=found.id), 303)


def _after() -> Key | None:
    """The key of the page: members after this one."""
    text = request.args.get("after")
    if text is None:
        return None
    try:
        severity, slack, number = map(int, text.split("."))
    except ValueError:
        raise NotFound from None
    return severity, slack, number


def _key_text(seat: Seat) -> str:
    return f"{seat.severity}.{seat.slack}.{seat.id}"


def _rules_name(cohort: Cohort) -> str:
    pack = find_pack(outside().packs, cohort.pack_id)
    return pack_name(pack) if pack else cohort.pack_id


# ---- offers ------------------------------------------------------------------------------------------------------


@programs.route("/cohorts/<int:cohort_id>/offer", methods=["GET", "POST"])
@requires(Permission.SEE_COHORT)
@commits
def offer(cohort_id: int) -> Page:
    """Ask trainees to share their logs."""
    principal = current_principal()
    found = cohort_for(db.session(), principal, cohort_id)
    form = OfferForm(planned_on=found.ends_on)
    if form.validate_on_submit():
        try:
            offered = services.offer_seats(db.session(), now(), found, form.addresses, form.planned_on.data)
            for seat, token in offered:
                send_mail(
                    seat.email,
                    "cohort_offer",
                    asker=principal.name,
                    organization=found.organization.name,
                    cohort=found.name,
                    token=token,
                )
            flash(f"{len(offered)} {'person was' if len(offered) == 1 else 'people were'} asked.", "success")
            return redirect(url_for(".cohort", cohort_id=found.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("programs/offer.html", form=form, cohort=found), form.http_status


@programs.post("/cohorts/seats/<int:seat_id>/withdraw")
@requires(Permission.SEE_COHORT)
@commits
def withdraw_offer(seat_id: int) -> Response:
    """Take an offer back."""
    seat = offered_seat_for(db.session(), current_principal(), seat_id)
    services.withdraw_offer(db.session(), now(), seat)
    flash(f"{seat.email} is no longer asked.", "success")
    return redirect(url_for(".cohort", cohort_id=seat.cohort_id), 303)


# ---- one trainee -------------------------------------------------------------------------------------------------


@programs.post("/cohorts/members/<int:seat_id>/look")
@requires(Permission.SEE_COHORT)
@commits
def look(seat_id: int) -> Response:
    """Open a trainee's page; that it was opened, the trainee can read."""
    principal, session = current_principal(), db.session()
    seat = shared_seat_for(session, principal, seat_id)
    services.note_look(session, now(), principal.person_id, seat)
    return redirect(url_for(".member", seat_id=seat.id), 303)


@programs.get("/cohorts/members/<int:seat_id>")
@requires(Permission.SEE_COHORT)
def member(seat_id: int) -> Page:
    """What a trainee shares; until the look has been noted, only the button that notes it."""
    principal, session = current_principal(), db.session()
    seat = shared_seat_for(session, principal, seat_id)
    if not has_opened(session, seat, principal.person_id, now()):
        return render_template("programs/closed.html", seat=seat, nothing=BaseForm())
    assert seat.person_id is not None
    goal = find_goal(session, seat.person_id, seat.cohort.pack_id)
    standing = current_assessment(session, outside().packs, goal, today()) if goal else None
    sums = log_sums(session, [seat.person_id]).get(seat.person_id, LogSum())
    main = goal_hours(standing) if standing else None
    rules_url = url_for("rules.pack", pack_id=seat.cohort.pack_id)
    sheets, more = list_shared_weeks(session, seat, _before())
    return render_template(
        "programs/member.html",
        seat=seat,
        rules_name=_rules_name(seat.cohort),
        rules_url=rules_url,
        line=line_of(seat, sums, standing, today()),
        main=main,
        kinds=kinds_text(main[0] if main else None, standing.signed.credited) if standing else None,
        minimums=read_only_rows(standing, "minimum", rules_url) if standing else [],
        maximums=read_only_rows(standing, "maximum", rules_url) if standing else [],
        curve=curve(standing.signed.weeks, today()) if standing else [],
        sheets=sheets,
        activity_labels=ACTIVITY_LABELS,
        shares_weeks=seat.scope == Scope.WEEKS,
        older_key=f"{sheets[-1].week_start}.{sheets[-1].id}" if more else None,
        is_first=_before() is None,
    )


def _before() -> tuple[date, int] | None:
    text = request.args.get("before")
    if text is None:
        return None
    day, _, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        raise NotFound from None


@programs.route("/cohorts/members/<int:seat_id>/plan", methods=["GET", "POST"])
@requires(Permission.SEE_COHORT)
@commits
def plan(seat_id: int) -> Page:
    """By when a member is to be done."""
    principal, session = current_principal(), db.session()
    seat = shared_seat_for(session, principal, seat_id)
    form = PlanForm(planned_on=seat.planned_on)
    if form.validate_on_submit():
        services.plan_finish(session, now(), outside().packs, seat, form.planned_on.data, principal.person_id)
        flash("The planned finish is saved.", "success")
        return redirect(url_for(".cohort", cohort_id=seat.cohort_id), 303)
    return render_template("programs/plan.html", form=form, seat=seat, nothing=BaseForm()), form.http_status


@programs.post("/cohorts/members/<int:seat_id>/release")
@requires(Permission.SEE_COHORT)
@commits
def release(seat_id: int) -> Response:
    """Let a member go, who has left the program."""
    principal, session = current_principal(), db.session()
    seat = shared_seat_for(session, principal, seat_id)
    assert seat.person is not None
    services.release(session, now(), seat, principal.person_id)
    flash(
        f"{seat.person.name} is no longer in the cohort, and you see nothing of their log any more.",
        "success",
    )
    return redirect(url_for(".cohort", cohort_id=seat.cohort_id), 303)


# ---- exports -----------------------------------------------------------------------------------------------------


@programs.route("/cohorts/<int:cohort_id>/export", methods=["GET", "POST"])
@requires(Permission.SEE_COHORT)
@commits(once=False)
def export(cohort_id: int) -> Page:
    """Take the numbers of a cohort away; every member can read that it was done."""
    principal, session = current_principal(), db.session()
    found = cohort_for(session, principal, cohort_id)
    seats = list_all_members(session, found.id)
    form = ExportForm().over(found.starts_on, today())
    if seats and form.validate_on_submit():
        services.note_export(session, now(), principal.person_id, found, form.span.first, form.span.last)
        return _file(form.file.data, _logs(seats, form), _about(found, form))
    return render_template(
        "programs/export.html", form=form, cohort=found, members=len(seats)
    ), form.http_status


def _logs(seats: list[Seat], form: ExportForm) -> Logs:
    session, people = db.session(), [seat.person_id for seat in seats if seat.person_id is not None]
    return Logs.made_of(
        [Student(seat.id, seat.person.id, seat.person.name) for seat in seats if seat.person is not None],
        list_tallies(session, people, form.span, signed=form.basis.data == SIGNED),
        settings_by_id(session, people),
        supervisions_by_id(session, people),
    )


def _about(cohort: Cohort, form: ExportForm) -> About:
    return About(cohort.name, cohort.organization.name, form.span, form.basis.data == SIGNED, today())


def _file(kind: str, logs: Logs, about: About) -> Response:
    sheets = {
        CSV_STUDENTS: students_sheet(logs),
        CSV_KINDS: kinds_sheet(logs),
        CSV_SITES: sites_sheet(logs),
        CSV_DICTIONARY: dictionary_sheet(about),
    }
    if kind == XLSX:
        data, name = workbook(sheets.values()), f"cohort-{about.made_on}.xlsx"
    else:
        chosen = sheets[kind]
        data, name = b"".join(csv_chunks(chosen.headings, chosen.rows)), f"cohort-{kind}-{about.made_on}.csv"
    answer = Response(data, mimetype=_MIMETYPES.get(kind, "text/csv"))
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
