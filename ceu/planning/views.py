"""The page of the plan: the fewest hours of courses that close what all licenses of a person lack."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.licenses.queries import list_credits, list_licenses
from ceu.licenses.renewal_rows import renewal_of
from ceu.licenses.words import DELIVERY_LABELS
from ceu.planning.forms import PlanForm
from ceu.planning.planner import make_plan
from ceu.planning.queries import list_on_offer, list_under_way
from ceu.planning.rows import page_of
from ceu.web.access import requires
from ceu.web.outside import outside, today
from ceu.web.principal import current_principal

planning = Blueprint("planning", __name__)

Page = str | Response | tuple[str, int]


@planning.get("/plan")
@requires(Permission.MANAGE_LICENSES)
def overview() -> Page:
    """Which courses to take for all licenses together, why each, and what stays open; wishes stand in the address."""
    person_id = current_principal().person_id
    licenses = list_licenses(db.session(), person_id)
    if not licenses:
        return render_template("planning/no_license.html")
    on_offer = list_on_offer(db.session())
    under_way = list_under_way(db.session(), person_id)
    courses = {version.course_id: version for version in (*on_offer, *(one.version for one in under_way))}
    form = PlanForm(request.args)
    form.validate()
    form.offer(courses)
    planned = make_plan(
        outside().packs,
        licenses,
        list_credits(db.session(), person_id),
        on_offer,
        under_way,
        form.preferences(),
        today(),
    )
    page = render_template(
        "planning/plan.html",
        page=page_of(planned),
        form=form,
        number=len(planned.progresses),
        left_aside=[
            renewal_of(one, today(), url_for("licenses.license_page", license_id=one.license.id))
            for one in planned.left_aside
        ],
        has_courses=bool(courses),
        under_way={one.version.course_id: one.id for one in under_way},
        without_too=_without_too,
        deliveries=DELIVERY_LABELS,
        is_narrowed=bool(request.args),
    )
    return page, form.http_status


def _without_too(course_id: int) -> str:
    """The address of the same plan without one more course."""
    wishes = [(name, value) for name, value in request.args.items(multi=True) if name != "once"]
    return f"{url_for('planning.overview')}?{urlencode([*wishes, ('without', course_id)])}"
