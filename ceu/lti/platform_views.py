"""An organization's learning platforms: what to type there, what to type here, and whether it works."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.lti.forms import PlatformForm, RegistrationForm
from ceu.lti.platform_services import (
    add_platform,
    answer_registration,
    registration_problem,
    save_registration,
)
from ceu.lti.queries import (
    list_platforms,
    list_unsent,
    organization_for_platforms,
    platform_for,
    registration_of,
)
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

platforms = Blueprint("platforms", __name__)

Page = str | Response | tuple[str, int]


@platforms.get("/organizations/<int:organization_id>/platforms")
@requires(Permission.MANAGE_PLATFORMS)
def overview(organization_id: int) -> Page:
    """The learning platforms of an organization."""
    organization = organization_for_platforms(db.session(), current_principal(), organization_id)
    return render_template(
        "lti/platform_list.html",
        organization=organization,
        platforms=list_platforms(db.session(), organization.id),
    )


@platforms.route("/organizations/<int:organization_id>/platforms/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORMS)
@commits
def add(organization_id: int) -> Page:
    """Begin the registration of a platform."""
    organization = organization_for_platforms(db.session(), current_principal(), organization_id)
    form = PlatformForm()
    if form.validate_on_submit():
        platform = add_platform(db.session(), now(), organization.id, form.name.data)
        return redirect(url_for("platforms.platform", platform_id=platform.id))
    return render_template("lti/add_platform.html", form=form, organization=organization), form.http_status


@platforms.get("/platforms/<int:platform_id>")
@requires(Permission.MANAGE_PLATFORMS)
def platform(platform_id: int) -> Page:
    """A platform: what to type there, and what is known of it."""
    found = platform_for(db.session(), current_principal(), platform_id)
    return render_template(
        "lti/platform.html",
        platform=found,
        unsent=list_unsent(db.session(), found.id),
        nothing=BaseForm(),
    )


@platforms.route("/platforms/<int:platform_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORMS)
@commits
def edit(platform_id: int) -> Page:
    """What the platform says of itself."""
    found = platform_for(db.session(), current_principal(), platform_id)
    form = RegistrationForm(
        data={**asdict(registration_of(found)), "deployment_ids": "\n".join(found.deployment_ids)}
    )
    if form.validate_on_submit():
        try:
            save_registration(db.session(), found, **form.answers)
            flash("The registration is saved. Test it, then open a link from the platform.", "success")
            return redirect(url_for("platforms.platform", platform_id=found.id))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("lti/edit_platform.html", form=form, platform_id=platform_id), form.http_status


@platforms.post("/platforms/<int:platform_id>/answer")
@requires(Permission.MANAGE_PLATFORMS)
@commits
def answer(platform_id: int) -> Page:
    """Confirm what a platform has registered by itself, or forget it."""
    found = platform_for(db.session(), current_principal(), platform_id)
    is_ours = "ours" in request.form
    answer_registration(db.session(), found, is_ours=is_ours)
    flash(
        "The registration is confirmed."
        if is_ours
        else "Forgotten. The address for registering is a new one.",
        "success",
    )
    return redirect(url_for("platforms.platform", platform_id=found.id), 303)


@platforms.post("/platforms/<int:platform_id>/test")
@requires(Permission.MANAGE_PLATFORMS)
@commits(once=False)
def test(platform_id: int) -> Page:
    """Ask the platform for its keys, as every launch does, and say what is wrong."""
    found = platform_for(db.session(), current_principal(), platform_id)
    registration = registration_of(found)
    db.session.rollback()  # a platform may take seconds to answer, and others want to write
    if problem := registration_problem(outside().platforms, registration):
        flash(f"Launches will fail. {problem} (asked: {registration.jwks_url})", "error")
    else:
        flash(
            "The platform’s keys are there and can be read. Only a launch can show that the ids are right.",
            "success",
        )
    return redirect(url_for("platforms.platform", platform_id=platform_id), 303)
