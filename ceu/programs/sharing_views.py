"""The trainee's side: which programs see the log, how much of it, who looked, and taking it back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts.queries import get_person
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.packs import find_pack, pack_name
from ceu.licenses.queries import find_goal
from ceu.programs import services
from ceu.programs.forms import SharingForm
from ceu.programs.models import Seat
from ceu.programs.outlook import SCOPE_LABELS, Scope
from ceu.programs.queries import find_offer, list_looks, list_own_seats, own_seat_for
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

sharing = Blueprint("sharing", __name__)

Page = str | Response | tuple[str, int]


@sharing.get("/hours/sharing")
@requires(Permission.LOG_EXPERIENCE)
def overview() -> Page:
    """Which programs see the log, and which once did."""
    seats = list_own_seats(db.session(), current_principal().person_id)
    return render_template("programs/sharing.html", seats=seats, scopes=SCOPE_LABELS)


@sharing.route("/hours/sharing/offers/<token>", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def answer_offer(token: str) -> Page:
    """Choose what to share with a program that has asked."""
    session, person_id = db.session(), current_principal().person_id
    seat = find_offer(session, token, now())
    if seat is None:
        return render_template("programs/dead_offer.html"), 410
    form = SharingForm(weeks_from=seat.cohort.starts_on)
    if form.validate_on_submit():
        try:
            person = get_person(session, person_id)
            scope = Scope(form.scope.data)
            services.share_log(session, now(), outside().packs, seat, person, scope, form.weeks_from.data)
            flash(f"{seat.cohort.organization.name} sees this from now on, until you stop it.", "success")
            return redirect(url_for(".seat", seat_id=seat.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "programs/answer_offer.html",
        form=form,
        seat=seat,
        token=token,
        rules_name=_rules_name(seat),
        has_goal=find_goal(session, person_id, seat.cohort.pack_id) is not None,
        nothing=BaseForm(),
    )
    return page, form.http_status


@sharing.post("/hours/sharing/offers/<token>/decline")
@requires(Permission.LOG_EXPERIENCE)
@commits
def decline_offer(token: str) -> Page:
    """Say no."""
    seat = find_offer(db.session(), token, now())
    if seat is None:
        return render_template("programs/dead_offer.html"), 410
    services.decline_offer(db.session(), now(), seat)
    flash("You share nothing, and the link no longer works.", "success")
    return redirect(url_for(".overview"), 303)


@sharing.route("/hours/sharing/<int:seat_id>", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def seat(seat_id: int) -> Page:
    """What one program sees, and who looked; share more or less."""
    session = db.session()
    found = own_seat_for(session, current_principal(), seat_id)
    form = SharingForm(scope=found.scope, weeks_from=found.weeks_from or found.cohort.starts_on)
    if form.validate_on_submit():
        try:
            services.change_scope(session, now(), found, Scope(form.scope.data), form.weeks_from.data)
            flash("Saved. It holds from this moment on.", "success")
            return redirect(url_for(".seat", seat_id=found.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    looks, more = list_looks(session, found, _before())
    page = render_template(
        "programs/seat.html",
        form=form,
        seat=found,
        rules_name=_rules_name(found),
        has_goal=find_goal(session, current_principal().person_id, found.cohort.pack_id) is not None,
        looks=looks,
        older=looks[-1].id if more else None,
        is_first=_before() is None,
        nothing=BaseForm(),
    )
    return page, form.http_status


@sharing.post("/hours/sharing/<int:seat_id>/stop")
@requires(Permission.LOG_EXPERIENCE)
@commits
def stop(seat_id: int) -> Response:
    """Take the log back, at once."""
    found = own_seat_for(db.session(), current_principal(), seat_id)
    services.stop_sharing(db.session(), now(), found)
    flash(f"{found.cohort.organization.name} sees nothing of your log any more.", "success")
    return redirect(url_for(".overview"), 303)


def _before() -> int | None:
    text = request.args.get("before")
    if text is not None and not (text.isdecimal() and len(text) < 19):
        raise NotFound
    return None if text is None else int(text)


def _rules_name(seat: Seat) -> str:
    pack = find_pack(outside().packs, seat.cohort.pack_id)
    return pack_name(pack) if pack else seat.cohort.pack_id
