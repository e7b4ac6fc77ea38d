"""The pages of goals and the facts their rules ask for, of licenses and their renewals, and of credit."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.facts import license_questions, questions_of
from ceu.licenses.forms import (
    CreditForm,
    GoalForm,
    HeldLicenseForm,
    LicenseForm,
    facts_form,
    license_form,
    policies_form,
)
from ceu.licenses.models import Credit, License
from ceu.licenses.packs import find_pack, named_values, pack_name, packs_of_kind, taken
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
    choose_license_policies,
    choose_policies,
    record_credit,
    record_facts,
    remove_credit as remove_credit_service,
)
from ceu.licenses.words import topics_text
from ceu.rules.pack import Pack
from ceu.web.access import requires
from ceu.web.forms import BaseForm, id_or_none
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
    form = policies_form(pack, pack.choices(taken(pack, found.readings)))
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


@licenses.get("/licenses/add")
@requires(Permission.MANAGE_LICENSES)
def add_license() -> Page:
    """Which license the person holds: its rules then say what is to be asked about it."""
    form = HeldLicenseForm(request.args).offer(packs_of_kind(outside().packs, "ce"))
    if "license" in request.args and form.validate():
        return redirect(url_for("licenses.enter_license", pack_id=form.license.data), 303)
    page = render_template("licenses/license_choice.html", form=form)
    return (page, 422) if form.errors else page


@licenses.route("/licenses/add/<path:pack_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def enter_license(pack_id: str) -> Page:
    """A license the person holds, with what the rules of its renewal ask about it."""
    pack = find_pack(outside().packs, pack_id)
    if pack is None or pack.kind != "ce":
        raise NotFound
    form = license_form(pack)
    if form.validate_on_submit():
        person_id = current_principal().person_id
        try:
            added = add_license_service(db.session(), now(), person_id, pack, form.details(pack, None))
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("The license is in your list.", "success")
            return redirect(url_for("licenses.license_page", license_id=added.id), 303)
    return _license_form_page(form, pack, None)


@licenses.get("/licenses/<int:license_id>")
@requires(Permission.MANAGE_LICENSES)
def license_page(license_id: int) -> Page:
    """One renewal: what it asks, what is there, what is missing, and what every credit counted for."""
    held = license_for(db.session(), current_principal(), license_id)
    return render_template(
        "licenses/license_page.html",
        renewal=_renewal(held, list_credits(db.session(), held.person_id), _cycle_asked_for()),
        today=today(),
        topics_text=topics_text,
    )


@licenses.route("/licenses/<int:license_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def edit_license(license_id: int) -> Page:
    """Correct a license, or enter its new expiration date after a renewal."""
    held = license_for(db.session(), current_principal(), license_id)
    pack = find_pack(outside().packs, held.ce_pack_id)
    form = license_form(pack, held)
    if form.validate_on_submit():
        try:
            change_license(db.session(), now(), held, pack, form.details(pack, held))
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            flash("The license is saved.", "success")
            return redirect(url_for("licenses.license_page", license_id=held.id), 303)
    return _license_form_page(form, pack, held)


@licenses.route("/licenses/<int:license_id>/readings", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def license_readings(license_id: int) -> Page:
    """Where the law of a renewal is silent: the readings there are, and the one the person takes."""
    held = license_for(db.session(), current_principal(), license_id)
    pack = find_pack(outside().packs, held.ce_pack_id)
    if pack is None or not pack.policies:
        return redirect(url_for("licenses.license_page", license_id=held.id))
    form = policies_form(pack, pack.choices(taken(pack, held.readings)))
    if form.validate_on_submit():
        choose_license_policies(db.session(), now(), held, pack, form.chosen(pack))
        flash("Your choices are saved, and your credit is counted by them.", "success")
        return redirect(url_for("licenses.license_page", license_id=held.id), 303)
    page = render_template(
        "licenses/license_readings.html", license=held, pack=pack, name=pack_name(pack), form=form
    )
    return (page, 422) if form.errors else page


@licenses.route("/licenses/credits/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_LICENSES)
@commits
def add_credit() -> Page:
    """Continuing education earned elsewhere, in the person's own words."""
    packs = {held.ce_pack_id for held in list_licenses(db.session(), current_principal().person_id)}
    form = CreditForm().offer(
        lambda attribute: frozenset().union(
            *(named_values(outside().packs, pack_id, attribute) for pack_id in packs)
        )
    )
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


def _cycle_asked_for() -> int | None:
    """The number of the renewal cycle in the address, or None for the current one."""
    number = id_or_none(request.args.get("cycle"))
    if number is None and "cycle" in request.args:
        raise NotFound
    return number


def _renewal(held: License, earned: list[Credit], cycle: int | None = None) -> Renewal:
    progress = ce_progress(outside().packs, held, earned, today(), cycle)
    return renewal_of(progress, today(), url_for("licenses.license_page", license_id=held.id))


def _license_form_page(form: LicenseForm, pack: Pack | None, held: License | None) -> Page:
    page = render_template(
        "licenses/license_form.html",
        form=form,
        license=held,
        pack=pack,
        name=pack_name(pack) if pack else "",
        questions=license_questions(pack) if pack else {},
    )
    return (page, 422) if form.errors else page
