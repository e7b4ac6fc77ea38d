"""The pages of goals and the facts their rules ask for, of licenses and their renewals, and of credit."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.licenses.facts import questions_of
from ceu.licenses.forms import CreditForm, GoalForm, LicenseForm, facts_form, policies_form
from ceu.licenses.models import Credit, License
from ceu.licenses.packs import find_pack, pack_name, packs_of_kind
from ceu.licenses.progress import ce_progress
from ceu.licenses.queries import (
    credit_for,
    facts_of,
    goal_for,
    license_for,
    list_credits,
    list_goals,
    list_licenses,
)
from ceu.licenses.renewal_rows import Renewal, renewal_of
from ceu.licenses.services import (
    add_license as add_license_service,
    change_license,
    choose_goal,
    choose_policies,
    record_credit,
    record_facts,
    remove_credit as remove_credit_service,
)
from ceu.licenses.words import topics_text
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

licenses = Blueprint("licenses", __name__)

Page = str | Response | tuple[str, int]


@licenses.route("/goals", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def goal_list() -> Page:
    """The licenses the person works towards, and those that can be added."""
    goals = list_goals(db.session(), current_principal().person_id)
    known = packs_of_kind(outside().packs, "experience")
    chosen = {goal.pack_id for goal in goals}
    form = GoalForm().offer([pack for pack in known if pack.id not in chosen])
    if form.validate_on_submit():
        pack = outside().packs.get(form.pack.data)
        choose_goal(db.session(), now(), current_principal().person_id, pack)
        flash(
            f"You now work toward the {pack_name(pack)}. Tell us your dates, so that the rules can be applied.",
            "success",
        )
        return redirect(url_for("licenses.facts"), 303)
    shown = [(goal, find_pack(outside().packs, goal.pack_id)) for goal in goals]
    page = render_template("licenses/goal_list.html", goals=shown, form=form, name=pack_name)
    return (page, 422) if form.errors else page


@licenses.route("/goals/<int:goal_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def goal(goal_id: int) -> Page:
    """Where the law is silent: the readings there are, and the one the person takes."""
    found = goal_for(db.session(), current_principal(), goal_id)
    pack = find_pack(outside().packs, found.pack_id)
    if pack is None:
        return render_template("licenses/goal_without_rules.html", goal=found)
    form = policies_form(pack, pack.choices({}) | found.policies)
    if form.validate_on_submit():
        choose_policies(db.session(), now(), found, pack, form.chosen(pack))
        flash("Your choices are saved, and your hours are counted by them.", "success")
        return redirect(url_for("licenses.goal", goal_id=found.id), 303)
    page = render_template("licenses/goal.html", goal=found, pack=pack, name=pack_name(pack), form=form)
    return (page, 422) if form.errors else page


@licenses.route("/goals/dates", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def facts() -> Page:
    """What the rules need to know about the person, asked in the packs' words."""
    person_id = current_principal().person_id
    found = [find_pack(outside().packs, goal.pack_id) for goal in list_goals(db.session(), person_id)]
    packs = [pack for pack in found if pack is not None]
    if not packs:
        return redirect(url_for("licenses.goal_list"))
    questions = questions_of(packs)
    form = facts_form(questions, facts_of(db.session(), person_id))
    if form.validate_on_submit():
        try:
            record_facts(db.session(), now(), person_id, form.facts(questions), packs)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("Your dates are saved, and your hours are counted by them.", "success")
            return redirect(url_for("licenses.facts"), 303)
    page = render_template(
        "licenses/facts.html", form=form, questions=questions, names=[pack_name(pack) for pack in packs]
    )
    return (page, 422) if form.errors else page


@licenses.get("/licenses")
@requires(Permission.MANAGE_LICENSES)
def license_list() -> Page:
    """All licenses on one axis of time, each with what its renewal still needs, and all credit."""
    person_id = current_principal().person_id
    earned = list_credits(db.session(), person_id)
    return render_template(
        "licenses/license_list.html",
        renewals=[_renewal(one, earned) for one in list_licenses(db.session(), person_id)],
        credits=earned,
        today=today(),
        topics_text=topics_text,
        button=BaseForm(formdata=None),
    )


@licenses.route("/licenses/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def add_license() -> Page:
    """A license the person holds."""
    form = _license_form()
    if form.validate_on_submit():
        pack = outside().packs.get(form.ce_pack.data)
        try:
            added = add_license_service(
                db.session(), now(), current_principal().person_id, pack, form.details()
            )
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("The license is in your list.", "success")
            return redirect(url_for("licenses.license_page", license_id=added.id), 303)
    page = render_template("licenses/license_form.html", form=form, license=None)
    return (page, 422) if form.errors else page


@licenses.get("/licenses/<int:license_id>")
@requires(Permission.MANAGE_LICENSES)
def license_page(license_id: int) -> Page:
    """One renewal: what it asks, what is there, what is missing, and what every credit counted for."""
    held = license_for(db.session(), current_principal(), license_id)
    return render_template(
        "licenses/license_page.html",
        renewal=_renewal(held, list_credits(db.session(), held.person_id)),
        today=today(),
        topics_text=topics_text,
    )


@licenses.route("/licenses/<int:license_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def edit_license(license_id: int) -> Page:
    """Correct a license, or enter its new expiration date after a renewal."""
    held = license_for(db.session(), current_principal(), license_id)
    form = _license_form(held)
    if form.validate_on_submit():
        try:
            change_license(db.session(), now(), held, form.details())
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("The license is saved.", "success")
            return redirect(url_for("licenses.license_page", license_id=held.id), 303)
    page = render_template("licenses/license_form.html", form=form, license=held)
    return (page, 422) if form.errors else page


@licenses.route("/licenses/credits/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def add_credit() -> Page:
    """Continuing education earned elsewhere, in the person's own words."""
    form = CreditForm()
    if form.validate_on_submit():
        try:
            record_credit(db.session(), now(), person_id=current_principal().person_id, **form.credit())
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("The credit is recorded. It is marked as self-reported.", "success")
            return redirect(url_for("licenses.license_list"), 303)
    page = render_template("licenses/credit_form.html", form=form)
    return (page, 422) if form.errors else page


@licenses.post("/licenses/credits/<int:credit_id>/remove")
@requires(Permission.MANAGE_LICENSES)
@commits
def remove_credit(credit_id: int) -> Page:
    """Take back a credit that was added by hand."""
    credit = credit_for(db.session(), current_principal(), credit_id)
    try:
        remove_credit_service(db.session(), credit)
    except DomainError as refusal:
        flash(refusal.message, "error")
    else:
        flash(f"“{credit.title}” is removed from your credit.", "success")
    return redirect(url_for("licenses.license_list"), 303)


def _renewal(held: License, earned: list[Credit]) -> Renewal:
    progress = ce_progress(outside().packs, held, earned, today())
    return renewal_of(progress, today(), url_for("licenses.license_page", license_id=held.id))


def _license_form(held: License | None = None) -> LicenseForm:
    form = LicenseForm(obj=held, ce_pack=held.ce_pack_id if held else None)
    form.offer(packs_of_kind(outside().packs, "ce"), held)
    return form
