"""A provider's content packages: upload, and what each holds."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ceu.adapters.archives import MB
from ceu.adapters.content import manifest_from_json
from ceu.adapters.content_store import LIMITS
from ceu.catalog.package_forms import PackageForm
from ceu.catalog.package_queries import PAGE, list_packages, package_for
from ceu.catalog.package_services import add_package
from ceu.catalog.queries import publisher_for
from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.providers.models import Provider
from ceu.web.access import requires
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits
from ceu.web.uploads import takes_up_to

content_packages = Blueprint("content_packages", __name__)

Page = str | Response | tuple[str, int]

STANDARDS = {"scorm12": "SCORM 1.2", "scorm2004": "SCORM 2004", "cmi5": "cmi5"}
ASKED = {
    "Passed": "passed",
    "Completed": "completed",
    "CompletedAndPassed": "completed and passed",
    "CompletedOrPassed": "completed or passed",
    "NotApplicable": "nothing",
}
"""In words, what a part of a cmi5 package must say before it counts as done (moveOn)."""


@content_packages.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """A file beyond what the site takes in at all is refused before the form is read."""
    flash(
        f"This file is too large; the most is {LIMITS.packed // MB} MB. Make its videos smaller, or divide it.",
        "error",
    )
    return redirect(request.path, 303)


@content_packages.get("/shelf/<int:provider_id>/packages")
@requires(Permission.PUBLISH_COURSES)
def package_list(provider_id: int) -> Page:
    """The packages of a provider, the latest first, and the form for one more."""
    return _list_page(publisher_for(db.session(), current_principal(), provider_id), PackageForm())


@content_packages.post("/shelf/<int:provider_id>/packages")
@requires(Permission.PUBLISH_COURSES)
@takes_up_to(LIMITS.packed + MB, on_disk=True)
@commits
def upload(provider_id: int) -> Page:
    """Look through a package and keep it, or say why not."""
    provider = publisher_for(db.session(), current_principal(), provider_id)
    form = PackageForm()
    if not form.validate_on_submit():
        return _list_page(provider, form), 422
    try:
        kept = outside().content.put(form.file.data.stream)
    except DomainError as refusal:
        form.absorb(refusal)
        return _list_page(provider, form), 422
    package = add_package(db.session(), now(), provider, kept, current_principal().person_id)
    flash(f"“{package.title}” is uploaded. Its hash goes into course.yaml.", "success")
    return redirect(url_for("content_packages.package", package_id=package.id), 303)


@content_packages.get("/shelf/packages/<int:package_id>")
@requires(Permission.PUBLISH_COURSES)
def package(package_id: int) -> Page:
    """What a package holds, and how a lesson names it."""
    found = package_for(db.session(), current_principal(), package_id)
    return render_template(
        "catalog/package.html",
        package=found,
        manifest=manifest_from_json(found.manifest),
        standards=STANDARDS,
        asked=ASKED,
    )


def _list_page(provider: Provider, form: PackageForm) -> str:
    key = request.args.get("after", type=int)
    after = key if key is not None and 0 < key < 2**31 else None
    found = list_packages(db.session(), provider.id, after)
    return render_template(
        "catalog/packages.html",
        provider=provider,
        packages=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        standards=STANDARDS,
        largest=LIMITS.packed // MB,
        form=form,
    )
