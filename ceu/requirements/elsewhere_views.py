"""The what-if: what a person's log would be worth under the rules of any other license. A GET stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.experience.assessing import current_assessments
from ceu.licenses.facts import contradictions, questions_of
from ceu.licenses.forms import FactsForm
from ceu.licenses.models import Goal
from ceu.licenses.packs import pack_name, packs_of_kind, taken
from ceu.licenses.queries import facts_of, list_goals
from ceu.licenses.services import choose_goal, record_facts
from ceu.requirements.elsewhere import Beside, WhatIf, beside, beside_goals, every_pack, what_if, with_answers
from ceu.requirements.elsewhere_forms import ElsewhereForm, absorb_contradiction, answers_form, answers_in
from ceu.requirements.elsewhere_queries import whole_log
from ceu.rules.facts import Fact
from ceu.rules.pack import FactDeclaration, Pack
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

elsewhere = Blueprint("elsewhere", __name__)

Page = str | Response | tuple[str, int]


@elsewhere.route("/hours/elsewhere", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def other_license() -> Page:
    """What everything logged would be worth under other rules; POST makes the license a goal, with what was answered."""
    form = ElsewhereForm(request.args).offer(packs_of_kind(outside().packs, "experience"))
    if "pack" not in request.args or not form.validate():
        page = render_template("requirements/other_license.html", form=form, found=None)
        return (page, 422) if form.errors else page
    pack = outside().packs.get(form.pack.data)
    if request.method == "POST":
        return _make_goal(pack)
    session, person_id = db.session(), current_principal().person_id
    log = whole_log(session, person_id)
    asked = _ask(pack, log.facts.person)
    facts = with_answers(log.facts, asked.answers)
    ledger, untold = log.under(pack, today(), {}, facts)
    found = what_if(pack, ledger, facts, today(), untold)
    goals = list_goals(session, person_id)
    page = render_template(
        "requirements/other_license.html",
        form=form,
        name=pack_name(pack),
        found=found,
        asked=asked,
        lines=[_chosen(found), *_beside(goals)],
        goal=next((goal for goal in goals if goal.pack_id == pack.id), None),
        button=BaseForm(formdata=None),
        here=request.full_path,
    )
    return (page, 422) if asked.form.errors else page


@elsewhere.get("/hours/elsewhere/all")
@requires(Permission.LOG_EXPERIENCE)
def every_license() -> Page:
    """Everything logged under the rules of every license of the library, at a glance."""
    session, person_id = db.session(), current_principal().person_id
    log = whole_log(session, person_id)
    packs = packs_of_kind(outside().packs, "experience")
    goals = {goal.pack_id: goal for goal in list_goals(session, person_id)}
    chosen = {pack.id: taken(pack, goals[pack.id].readings) for pack in packs if pack.id in goals}
    return render_template(
        "requirements/every_license.html",
        lines=every_pack(packs, log, today(), chosen),
        goals=goals,
        logged=int(log.ledger.minutes.sum()) + sum(one.minutes for one in log.earlier),
        name_of=pack_name,
    )


@dataclass(frozen=True)
class _Asked:
    """The questions of a pack that the person has not answered for good, and the answers in the address."""

    questions: dict[str, FactDeclaration]
    form: FactsForm
    answers: dict[str, Fact]


def _ask(pack: Pack, known: Mapping[str, Fact]) -> _Asked:
    questions = {key: asked for key, asked in questions_of([pack]).items() if known.get(key) is None}
    form = answers_form(questions, request.args)
    answers = answers_in(form, questions, request.args)
    for contradiction in contradictions(pack, {**known, **answers}, today()) if answers else ():
        absorb_contradiction(form, contradiction)
    return _Asked(questions, form, {} if form.errors else answers)


def _make_goal(pack: Pack) -> Page:
    session, person_id = db.session(), current_principal().person_id
    asked = _ask(pack, facts_of(session, person_id))
    try:
        goal = choose_goal(session, now(), person_id, pack)
        if asked.answers:
            record_facts(session, now(), person_id, asked.answers, [pack])
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for(".other_license", pack=pack.id), 303)
    flash(
        f"You now work toward the {pack_name(pack)}. Your hours stay where they are, in one log.", "success"
    )
    return redirect(url_for("requirements.overview", goal_id=goal.id), 303)


def _chosen(found: WhatIf) -> Beside:
    return beside_goals(pack_name(found.pack), url_for("rules.pack", pack_id=found.pack.id), found)


def _beside(goals: list[Goal]) -> list[Beside]:
    """The person's goals as they stand, for comparison; without those whose rules cannot be read."""
    packs = outside().packs
    standings = current_assessments(db.session(), packs, goals, today())
    return [
        beside(
            pack_name(standing.pack),
            url_for("requirements.overview", goal_id=standing.goal.id),
            url_for("changes.both_texts", goal_id=standing.goal.id),
            standing,
        )
        for standing in standings
        if standing is not None
    ]
