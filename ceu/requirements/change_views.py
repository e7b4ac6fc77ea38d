"""When rules change: both texts of a goal side by side, and the notices that people are sent."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.packs import find_pack, pack_name, taken
from ceu.licenses.queries import goal_for
from ceu.licenses.rule_library import range_text
from ceu.requirements.change_queries import list_notices_about, notice_for
from ceu.requirements.change_rows import both_texts as lay_out, governs_text, pair_of
from ceu.requirements.change_services import earlier_sentence, put_away
from ceu.requirements.elsewhere_queries import whole_log
from ceu.rules.change import effect
from ceu.rules.engine import choose_version
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

changes = Blueprint("changes", __name__)

Page = str | Response


@changes.get("/hours/versions/<int:goal_id>")
@requires(Permission.LOG_EXPERIENCE)
def both_texts(goal_id: int) -> Page:
    """What two texts of a goal's rules make of the same log, and which of them governs."""
    session = db.session()
    goal = goal_for(session, current_principal(), goal_id)
    pack = find_pack(outside().packs, goal.pack_id)
    if pack is None:
        return render_template("requirements/no_rules.html", goal=goal)
    log = whole_log(session, goal.person_id)
    governing = choose_version(pack, log.facts, today())
    page = None
    if len(pack.versions) > 1:
        pair = pair_of(pack, (request.args.get("from"), request.args.get("to")), governing)
        if pair is None:
            raise NotFound
        found = effect(pack, *pair, log.ledger, log.facts, today(), taken(pack, goal.readings))
        page = lay_out(pack, found, governing)
    return render_template(
        "requirements/both_texts.html",
        goal=goal,
        pack=pack,
        name=pack_name(pack),
        page=page,
        earlier=earlier_sentence(log),
        texts=[(version.id, range_text(version)) for version in pack.versions],
        governs=governs_text(pack, log.facts, today()),
        notices=list_notices_about(session, goal),
        button=BaseForm(formdata=None),
    )


@changes.post("/hours/notices/<int:notice_id>")
@requires(Permission.LOG_EXPERIENCE)
@commits
def put_notice_away(notice_id: int) -> Page:
    """The person has read a notice."""
    notice = notice_for(db.session(), current_principal(), notice_id)
    put_away(now(), notice)
    flash("The notice stays with the texts of your goal.", "success")
    return redirect(url_for("dashboard.home"), 303)
