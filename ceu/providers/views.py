"""The doors of providers: the profile and its approvals."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.licenses.words import APPROVAL_BODY_LABELS
from ceu.providers.forms import ApprovalForm, NewApprovalForm, ProviderForm
from ceu.providers.models import Provider, ProviderApproval
from ceu.providers.queries import (
    approval_for,
    list_managed,
    organization_to_provide_for,
    provider_for,
    provider_of_organization,
)
from ceu.providers.services import (
    add_approval as add,
    correct_approval as correct,
    save_provider,
    strike_approval,
)
from ceu.providers.standing import Standing, standing_on
from ceu.web.access import requires
from ceu.web.forms import BaseForm, id_or_none
from ceu.web.outside import now, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

providers = Blueprint("providers", __name__)

Answer = str | Response | tuple[str, int]


@providers.get("/provider")
@requires(Permission.MANAGE_PROVIDER)
def overview() -> str:
    """The provider profiles a person manages, and where their approvals stand."""
    managed = [
        (organization, provider, _by_standing(provider, today()) if provider else [])
        for organization, provider in list_managed(db.session(), current_principal())
    ]
    return render_template(
        "providers/overview.html", managed=managed, bodies=APPROVAL_BODY_LABELS, Standing=Standing
    )


def _by_standing(provider: Provider, day: date) -> list[tuple[Standing, ProviderApproval]]:
    """The approvals with their standing: what needs care first, what is struck out last."""
    order = list(Standing)
    standings = [(standing_on(approval, day), approval) for approval in provider.approvals]
    return sorted(standings, key=lambda pair: (order.index(pair[0]), pair[1].valid_to))


@providers.route("/provider/<int:organization_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_PROVIDER)
@commits
def edit(organization_id: int) -> Answer:
    """The profile of an organization's provider."""
    organization = organization_to_provide_for(db.session(), current_principal(), organization_id)
    form = ProviderForm(obj=provider_of_organization(db.session(), organization.id))
    if form.validate_on_submit():
        try:
            save_provider(db.session(), organization.id, **form.answers)
            flash("The provider profile is saved.", "success")
            return redirect(url_for("providers.overview"))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("providers/edit.html", form=form, organization=organization), form.http_status


@providers.route("/provider/approvals/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_PROVIDER)
@commits
def add_approval() -> Answer:
    """Record a further approval of one of the person's providers."""
    managed = [provider for _, provider in list_managed(db.session(), current_principal()) if provider]
    if not managed:
        flash("Set up the provider profile first; approvals belong to it.", "note")
        return redirect(url_for("providers.overview"))
    form = NewApprovalForm(provider_id=id_or_none(request.args.get("provider")))
    form.offer(managed)
    if form.validate_on_submit():
        try:
            provider = provider_for(db.session(), current_principal(), form.provider_id.data)
            approval = add(db.session(), provider, **form.answers)
            flash(f"The approval by {approval.body} is recorded.", "success")
            return redirect(url_for("providers.overview"))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("providers/add_approval.html", form=form), form.http_status


@providers.route("/provider/approvals/<int:approval_id>/correct", methods=["GET", "POST"])
@requires(Permission.MANAGE_PROVIDER)
@commits
def correct_approval(approval_id: int) -> Answer:
    """Strike an approval and record it as it should be."""
    approval = approval_for(db.session(), current_principal(), approval_id)
    form = ApprovalForm(obj=approval)
    if form.validate_on_submit():
        try:
            correct(db.session(), now(), approval, **form.answers)
            flash("The approval is corrected.", "success")
            return redirect(url_for("providers.overview"))
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "providers/correct_approval.html", form=form, approval_id=approval_id, nothing=BaseForm()
    )
    return page, form.http_status


@providers.post("/provider/approvals/<int:approval_id>/strike")
@requires(Permission.MANAGE_PROVIDER)
@commits
def strike(approval_id: int) -> Response:
    """Strike an approval that never was one."""
    approval = approval_for(db.session(), current_principal(), approval_id)
    try:
        strike_approval(db.session(), now(), approval)
        flash(f"The approval by {approval.body} is struck out.", "success")
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(url_for("providers.overview"))
