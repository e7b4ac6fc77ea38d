"""In a window of its own, after a launch: whose account it is, the course, and for instructors the roster."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts import services as people
from ceu.accounts.queries import find_principal_by_session_key, get_person
from ceu.accounts.tokens import digest
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.lti.forms import AccountForm, CourseForm, NewcomerForm
from ceu.lti.models import Seat
from ceu.lti.public_views import BROWSER, KEY
from ceu.lti.queries import (
    count_lessons,
    count_read,
    find_seat_of,
    get_latest_version,
    get_seat,
    instructor_seat_for,
    list_linked_users,
    list_offers,
    list_seats,
    registration_of,
)
from ceu.lti.roster import rows_of
from ceu.lti.roster_services import members_of
from ceu.lti.services import choose_course, link_account, sit_down, unlink_account, welcome_newcomer
from ceu.web.access import public, requires
from ceu.web.forms import BaseForm
from ceu.web.mail import send_mail
from ceu.web.outside import now, outside
from ceu.web.principal import begin_session, current_principal, find_principal
from ceu.web.sealed import unseal
from ceu.web.transactions import commits

links = Blueprint("links", __name__)

Page = str | Response | tuple[str, int]


@links.get("/lti/enter/<int:seat_id>")
@public
def enter(seat_id: int) -> Page:
    """Begin the session that a launch opened, unless this browser is the person's already, and go on."""
    session, principal = db.session(), find_principal()
    seat = get_seat(session, seat_id)
    if principal is None or principal.person_id != seat.user.person_id:
        key = request.cookies.get(KEY, "")
        principal = find_principal_by_session_key(session, key, now())
        if principal is None or principal.person_id != seat.user.person_id:
            return render_template("lti/refusal.html", why="This launch is over. Open the link again."), 400
        begin_session(principal, key)
    response = _on_from(seat)
    response.delete_cookie(KEY, path="/lti/enter", secure=True, httponly=True, samesite="Lax")
    return response


def _on_from(seat: Seat) -> Response:
    """Where a person goes who has come in: instructors to the roster, learners to their course."""
    if seat.instructor_until is not None or seat.enrollment_id is None:
        return redirect(url_for("links.link", seat_id=seat.id), 303)
    return redirect(url_for("learning.course", enrollment_id=seat.enrollment_id), 303)


@links.route("/lti/welcome/<token>", methods=["GET", "POST"])
@public
@commits
def welcome(token: str) -> Page:
    """Somebody whom the site does not know yet: open an account for them."""
    seat = _newcomer(token)
    form = NewcomerForm(name=seat.user.name)
    if form.validate_on_submit():
        try:
            person = welcome_newcomer(db.session(), now(), seat, form.name.data, form.time_zone.data)
            sit_down(db.session(), now(), seat)
            agent = request.user_agent.string
            key = people.open_session(db.session(), person, now(), agent, only_courses=True)
            _begin(key)
            return _on_from(seat)
        except DomainError as refusal:
            form.absorb(refusal)
    return _welcome_page(token, seat, form, AccountForm(formdata=None)), form.http_status


@links.post("/lti/welcome/<token>/account")
@public
@commits(once=False)
def use_account(token: str) -> Page:
    """Somebody who has an account: link it, for which its password is asked."""
    seat, form = _newcomer(token), AccountForm()
    if form.validate_on_submit():
        try:
            principal, key = people.sign_in(
                db.session(),
                now(),
                email=form.email.data,
                password=form.password.data,
                network_address=request.remote_addr or "",
                user_agent=request.user_agent.string,
            )
            link_account(db.session(), now(), seat, get_person(db.session(), principal.person_id))
            sit_down(db.session(), now(), seat)
            send_mail(
                principal.email,
                "platform_linked",
                name=principal.name,
                platform=seat.link.platform.name,
                user=seat.user.name,
            )
            begin_session(principal, key)
            return _on_from(seat)
        except DomainError as refusal:
            form.absorb(refusal)
    newcomer = NewcomerForm(formdata=None, name=seat.user.name)
    return _welcome_page(token, seat, newcomer, form), form.http_status


def _newcomer(token: str) -> Seat:
    """The seat of a welcome, in the browser whose launch it was; otherwise NotFound."""
    sealed = unseal("lti welcome", token, now())
    if sealed is None or digest(request.cookies.get(BROWSER, "")) != sealed["browser"]:
        raise NotFound
    seat = get_seat(db.session(), sealed["seat"])
    if seat.user.person_id is not None:
        raise NotFound
    return seat


def _begin(key: str) -> None:
    principal = find_principal_by_session_key(db.session(), key, now())
    if principal is None:
        raise RuntimeError("A session that was just opened cannot be found.")
    begin_session(principal, key)


def _welcome_page(token: str, seat: Seat, newcomer: NewcomerForm, account: AccountForm) -> str:
    return render_template(
        "lti/welcome.html",
        token=token,
        platform=seat.link.platform,
        newcomer=newcomer,
        account=account,
    )


@links.get("/lti/accounts")
@requires(Permission.MANAGE_ACCOUNT)
def accounts() -> Page:
    """The learning platforms that open this account."""
    users = list_linked_users(db.session(), current_principal().person_id)
    return render_template("lti/accounts.html", users=users, nothing=BaseForm(formdata=None))


@links.post("/lti/accounts/<int:user_id>/unlink")
@requires(Permission.MANAGE_ACCOUNT)
@commits
def unlink(user_id: int) -> Page:
    """Let a platform no longer open this account."""
    principal = current_principal()
    user = unlink_account(db.session(), now(), principal, user_id)
    send_mail(
        principal.email, "platform_unlinked", name=principal.name, platform=user.platform.name, user=user.name
    )
    flash(f"{user.platform.name} no longer opens your account.", "success")
    return redirect(url_for("links.accounts"), 303)


@links.get("/lti/links/<int:seat_id>")
@requires(Permission.TAKE_COURSES)
def link(seat_id: int) -> Page:
    """For an instructor, the roster of a link and how far everybody is; for others, why no course is there."""
    seat = find_seat_of(db.session(), current_principal(), seat_id)
    if seat.instructor_until is None or seat.instructor_until <= now():
        return render_template("lti/no_course.html", link=seat.link)
    if seat.link.course_id is None:
        return redirect(url_for("links.course", seat_id=seat_id))
    session = db.session()
    seats, read = list_seats(session, seat.link_id), count_read(session, seat.link_id)
    lessons = count_lessons(session, seat.link.course_id)
    members, problem = members_of(outside().platforms, registration_of(seat.link.platform), seat.link)
    return render_template(
        "lti/roster.html",
        seat=seat,
        problem=problem,
        rows=rows_of(members, seats, read, lessons),
        version=get_latest_version(session, seat.link.course_id),
    )


@links.route("/lti/links/<int:seat_id>/course", methods=["GET", "POST"])
@requires(Permission.TAKE_COURSES)
@commits
def course(seat_id: int) -> Page:
    """Let an instructor say which course a link opens."""
    seat = instructor_seat_for(db.session(), current_principal(), seat_id, now())
    registration = registration_of(seat.link.platform)
    form = CourseForm()
    form.offer(list_offers(db.session(), registration.organization_id))
    if form.validate_on_submit():
        try:
            choose_course(db.session(), registration, seat.link, form.course.data)
            flash("The link opens this course from now on.", "success")
            return redirect(url_for("links.link", seat_id=seat_id))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("lti/choose_course.html", form=form, seat=seat), form.http_status
