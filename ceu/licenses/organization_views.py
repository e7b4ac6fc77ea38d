"""How an organization reads the rules where the law is silent, for everyone who belongs to it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.accounts.queries import managed_organization_for
from ceu.db.extension import db
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.forms import policies_form
from ceu.licenses.packs import find_pack, in_order_of_places, names_in_full, pack_name, taken
from ceu.licenses.queries import readings_of_organization
from ceu.licenses.services import choose_organization_readings
from ceu.web.access import requires
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

readings = Blueprint("readings", __name__)

Page = str | Response | tuple[str, int]


@readings.get("/organizations/<int:organization_id>/readings")
@requires(Permission.MANAGE_MEMBERS)
def overview(organization_id: int) -> Page:
    """The rules that leave something open, and which of them the organization reads otherwise than by default."""
    found = managed_organization_for(db.session(), current_principal(), organization_id)
    packs = [pack for pack in in_order_of_places(outside().packs.all()) if pack.policies]
    chosen = readings_of_organization(db.session(), found.id)
    return render_template(
        "licenses/organization_readings.html", organization=found, packs=names_in_full(packs), chosen=chosen
    )


@readings.route("/organizations/<int:organization_id>/readings/<path:pack_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_MEMBERS)
@commits
def of_pack(organization_id: int, pack_id: str) -> Page:
    """Choose how the rules of one pack are read."""
    found = managed_organization_for(db.session(), current_principal(), organization_id)
    pack = find_pack(outside().packs, pack_id)
    if pack is None or not pack.policies:
        raise NotFound
    known = readings_of_organization(db.session(), found.id).get(pack.id, {})
    form = policies_form(pack, pack.choices(taken(pack, known)))
    if form.validate_on_submit():
        who = current_principal().person_id
        choose_organization_readings(db.session(), now(), found, pack, who, form.chosen(pack))
        flash(f"{found.name} now reads the rules of the {pack_name(pack)} like this.", "success")
        return redirect(url_for("readings.overview", organization_id=found.id), 303)
    page = render_template(
        "licenses/organization_pack.html", organization=found, pack=pack, name=pack_name(pack), form=form
    )
    return (page, 422) if form.errors else page
