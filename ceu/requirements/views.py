"""The pages of requirements: where a log stands, one rule with its law, and why an entry does or does not count."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import NotFound
from ceu.domain.experience import ACTIVITY_LABELS, WeekState
from ceu.domain.permissions import Permission
from ceu.experience.assessing import (
    PAGE,
    Standing,
    current_assessment,
    current_assessments,
    list_stored_standings,
    list_verdicts_about,
    verdict_of_week,
)
from ceu.experience.assessment_queries import entries_by_id, list_sheet_sums
from ceu.experience.queries import entry_for, hours_by_state
from ceu.experience.verdicts import labels_of
from ceu.experience.week_queries import find_first_weekday
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack, pack_name, taken
from ceu.licenses.queries import goal_for, list_goals
from ceu.requirements.detail import (
    Behind,
    behind,
    concerned,
    explain_entry,
    rule_page,
    weeks_of_rule,
)
from ceu.requirements.elsewhere_queries import whole_log
from ceu.requirements.overview import first_week_shown, overview_of
from ceu.requirements.rows import Addresses, goal_state, version_of
from ceu.rules.about import about
from ceu.rules.pack import Requirement, Rule
from ceu.web.access import requires
from ceu.web.outside import outside, today
from ceu.web.principal import current_principal

requirements = Blueprint("requirements", __name__)

Page = str | Response

BADGES = {
    WeekState.DRAFT: "draft",
    WeekState.SUBMITTED: "waiting",
    WeekState.RETURNED: "returned",
    WeekState.SIGNED: "signed",
    WeekState.ATTESTED: "attested",
}


@requirements.get("/hours/requirements", defaults={"goal_id": None})
@requirements.get("/hours/requirements/<int:goal_id>")
@requires(Permission.LOG_EXPERIENCE)
def overview(goal_id: int | None) -> Page:
    """Where the log stands under one goal: what counts, what is asked, what to do this week."""
    principal, session = current_principal(), db.session()
    goals = list_goals(session, principal.person_id)
    if not goals and goal_id is None:
        return render_template("requirements/no_goal.html")
    goal = goals[0] if goal_id is None else goal_for(session, principal, goal_id)
    standing = current_assessment(session, outside().packs, goal, today())
    if standing is None:
        return render_template("requirements/no_rules.html", goal=goal)
    weekday = find_first_weekday(session, principal.person_id)
    page = overview_of(
        standing,
        list_sheet_sums(session, principal.person_id, first_week_shown(today(), weekday)),
        verdict_of_week(session, standing, today()),
        today(),
        addresses_of(goal),
        weekday,
    )
    return render_template(
        "requirements/overview.html",
        goal=goal,
        tabs_of_goals=_tabs(goals, standing),
        name=pack_name(standing.pack),
        page=page,
        hours=hours_by_state(session, principal.person_id),
        week_url=url_for("experience.log"),
    )


@requirements.get("/hours/requirements/<int:goal_id>/<rule_id>")
@requires(Permission.LOG_EXPERIENCE)
def requirement(goal_id: int, rule_id: str) -> Page:
    """One rule: what it says of this log, its law, and the weeks in which it took hours or was not met."""
    principal, session = current_principal(), db.session()
    goal = goal_for(session, principal, goal_id)
    standing = current_assessment(session, outside().packs, goal, today())
    if standing is None:
        return render_template("requirements/no_rules.html", goal=goal)
    where = addresses_of(goal)
    page = rule_page(standing, rule_id, where)
    if page is None:
        raise NotFound
    found = list_verdicts_about(session, standing, rule_id, failed=page.lists_failed_weeks, before=_before())
    shown = found[:PAGE]
    entry_ids = [entry_id for _, verdict in shown for entry_id in concerned(page, verdict)]
    return render_template(
        "requirements/requirement.html",
        goal=goal,
        name=pack_name(standing.pack),
        page=page,
        behind=_behind(standing, page.rule),
        weeks=weeks_of_rule(page, shown, entries_by_id(session, principal.person_id, entry_ids), where),
        older_url=_older_url(goal, rule_id, shown[-1][0]) if len(found) > PAGE else None,
        newest_url=url_for(".requirement", goal_id=goal.id, rule_id=rule_id) if _before() else None,
    )


@requirements.get("/hours/entries/<int:entry_id>/why")
@requires(Permission.LOG_EXPERIENCE)
def entry_explanation(entry_id: int) -> Page:
    """Why an entry does or does not count: every minute, the rule that took it, and what would mend it."""
    principal, session = current_principal(), db.session()
    entry = entry_for(session, principal, entry_id)
    explained = []
    goals = list_goals(session, principal.person_id)
    for standing in current_assessments(session, outside().packs, goals, today()):
        if standing is not None:
            verdict = verdict_of_week(session, standing, entry.day)
            explained.append(
                explain_entry(standing, entry, verdict, pack_name(standing.pack), addresses_of(standing.goal))
            )
    return render_template(
        "requirements/entry_explanation.html",
        entry=entry,
        activity=ACTIVITY_LABELS[entry.activity],
        sheet_badge=BADGES[WeekState(entry.sheet.state)],
        explained=explained,
        week_url=url_for("experience.log", week=entry.day.isoformat()),
    )


def _behind(standing: Standing, rule: Rule) -> Behind | None:
    """What stands behind the number of a requirement that a log can show."""
    version = version_of(standing)
    if version is None or not isinstance(rule, Requirement) or rule.confirmed or rule.any_of:
        return None
    goal = standing.goal
    log = whole_log(db.session(), goal.person_id)
    policies = taken(standing.pack, goal.readings)
    found = about(standing.pack, version, rule, log.ledger, log.facts, today(), policies)
    return behind(found, rule, version, addresses_of(goal))


def addresses_of(goal: Goal) -> Addresses:
    """Where the rules, weeks and entries of a goal's log have their pages."""
    return Addresses(
        rule=lambda rule_id: url_for("requirements.requirement", goal_id=goal.id, rule_id=rule_id),
        week=lambda start: url_for("experience.log", week=start.isoformat()),
        entry=lambda entry_id: url_for("requirements.entry_explanation", entry_id=entry_id),
        fact=lambda key: url_for("licenses.facts", _anchor=key),
    )


def _tabs(goals: Sequence[Goal], shown: Standing) -> list[dict[str, object]]:
    """The goals beside each other, each with how far it is met."""
    packs = {goal.id: find_pack(outside().packs, goal.pack_id) for goal in goals}
    known = {goal_id: pack for goal_id, pack in packs.items() if pack}
    labels = dict(zip(known, labels_of(list(known.values())), strict=True))
    others = [goal for goal in goals if goal.id != shown.goal.id]
    standings = list_stored_standings(db.session(), outside().packs, others, today()) if others else {}
    standings[shown.goal.id] = shown
    return [
        {
            "label": labels.get(goal.id, goal.pack_id),
            "url": url_for("requirements.overview", goal_id=goal.id),
            "current": goal.id == shown.goal.id,
            "badge": None,
            "state": goal_state(standings[goal.id]) if goal.id in standings else None,
        }
        for goal in goals
    ]


def _before() -> date | None:
    """The key of the page: only weeks that start before this day."""
    text = request.args.get("before")
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def _older_url(goal: Goal, rule_id: str, last: date) -> str:
    return url_for(".requirement", goal_id=goal.id, rule_id=rule_id, before=last.isoformat())
