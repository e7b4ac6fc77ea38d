"""The page of the forecast: when a goal will be reached, what would change that, and what a wished day asks."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.experience.assessing import Standing, current_assessment
from ceu.experience.verdicts import labels_of
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack, pack_name, taken
from ceu.licenses.queries import goal_for, list_goals
from ceu.requirements.forecast_forms import ForecastForm
from ceu.requirements.forecast_queries import read_log
from ceu.requirements.forecast_rows import ForecastPage, page_of, plan_sentences
from ceu.requirements.rows import version_of
from ceu.rules.forecast import NO_CHANGE, forecast, plan_back
from ceu.web.access import requires
from ceu.web.outside import outside, today
from ceu.web.principal import current_principal

forecasts = Blueprint("forecasts", __name__)

Page = str | Response | tuple[str, int]


@forecasts.get("/hours/forecast", defaults={"goal_id": None})
@forecasts.get("/hours/forecast/<int:goal_id>")
@requires(Permission.LOG_EXPERIENCE)
def overview(goal_id: int | None) -> Page:
    """When a goal will be reached at the pace of the recent weeks; every switch stands in the address."""
    principal, session = current_principal(), db.session()
    goals = list_goals(session, principal.person_id)
    if not goals and goal_id is None:
        return render_template("requirements/no_goal.html")
    goal = goals[0] if goal_id is None else goal_for(session, principal, goal_id)
    standing = current_assessment(session, outside().packs, goal, today())
    if standing is None:
        return render_template("requirements/no_rules.html", goal=goal)
    form = ForecastForm(request.args).on(today())
    form.validate()
    shown, plan = _look_ahead(standing, form)
    page = render_template(
        "requirements/forecast.html",
        goal=goal,
        tabs_of_goals=_tabs(goals, goal),
        name=pack_name(standing.pack),
        form=form,
        page=shown,
        plan=plan,
        today=today(),
        is_changed=bool(request.args),
    )
    return page, form.http_status


def _look_ahead(standing: Standing, form: ForecastForm) -> tuple[ForecastPage | None, list[str]]:
    """The forecast and the plan; as nothing were to change while the form holds mistakes."""
    goal, version = standing.goal, version_of(standing)
    if version is None:
        return None, []
    log = read_log(db.session(), goal.person_id)
    is_right = not form.errors
    signed = is_right and form.starts_from_signed
    scenario, policies = form.scenario() if is_right else NO_CHANGE, taken(standing.pack, goal.readings)
    ledger = log.start(standing.pack, today(), policies, signed=signed)
    asked = (standing.pack, ledger, log.facts, today())
    found = forecast(*asked, policies, scenario, pace=log.logged, seed=goal.id)
    if found is None:
        return None, []
    page = page_of(
        found,
        standing.signed if signed else standing.logged,
        version,
        lambda rule_id: url_for("requirements.requirement", goal_id=goal.id, rule_id=rule_id),
        signed=signed,
        renewals=scenario.renewals,
    )
    if not is_right or form.wished.data is None:
        return page, []
    plan = plan_back(*asked, form.wished.data, policies, scenario, pace=log.logged, seed=goal.id)
    return page, plan_sentences(plan, version)


def _tabs(goals: Sequence[Goal], shown: Goal) -> list[dict[str, object]]:
    """The goals beside each other, with the same switches."""
    packs = {goal.id: find_pack(outside().packs, goal.pack_id) for goal in goals}
    known = {goal_id: pack for goal_id, pack in packs.items() if pack}
    labels = dict(zip(known, labels_of(list(known.values())), strict=True))
    switches = f"?{request.query_string.decode()}" if request.args else ""
    return [
        {
            "label": labels.get(goal.id, goal.pack_id),
            "url": url_for("forecasts.overview", goal_id=goal.id) + switches,
            "current": goal.id == shown.id,
            "badge": None,
        }
        for goal in goals
    ]
