"""The page on which a person says on which weekday their weeks begin."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.experience.week_forms import WEEKDAYS, FirstWeekdayForm
from ceu.experience.week_queries import find_first_weekday
from ceu.experience.week_services import choose_first_weekday
from ceu.licenses.packs import find_pack, first_weekday, pack_name
from ceu.licenses.queries import list_goals
from ceu.web.access import requires
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

week_starts = Blueprint("week_starts", __name__)

Page = str | Response | tuple[str, int]


@week_starts.route("/hours/week-start", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def choose() -> Page:
    """Choose Monday or Sunday, beside what each goal counts by."""
    session, person_id = db.session(), current_principal().person_id
    chosen = find_first_weekday(session, person_id)
    form = FirstWeekdayForm(first_weekday=chosen)
    if form.validate_on_submit():
        try:
            choose_first_weekday(session, now(), person_id, form.first_weekday.data)
            flash(f"Your weeks begin on {WEEKDAYS[form.first_weekday.data]}.", "success")
            return redirect(url_for("week_starts.choose"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    packs = [(goal, find_pack(outside().packs, goal.pack_id)) for goal in list_goals(session, person_id)]
    otherwise = [
        (goal, pack_name(pack), WEEKDAYS[weekday])
        for goal, pack in packs
        if pack is not None and (weekday := first_weekday(pack, goal.readings)) != chosen
    ]
    page = render_template("experience/week_start.html", form=form, otherwise=otherwise)
    return page, form.http_status
