"""The course list, a course's page, and the provider's shelf."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from ceu.adapters.course_assets import ENDINGS
from ceu.adapters.courses import CourseError, CourseSource
from ceu.catalog.accepted import accepted_for
from ceu.catalog.bodies import body_of
from ceu.catalog.forms import LEVELS, ConfirmForm, PublishForm, SearchForm
from ceu.catalog.offers import offer_of
from ceu.catalog.package_queries import list_digests
from ceu.catalog.publishing import (
    gates,
    gates_before,
    mergener_range,
    package_gates,
    proposed_minutes,
    worth,
)
from ceu.catalog.queries import (
    get_course_file,
    get_offer,
    list_current_versions,
    list_publishers,
    publisher_for,
)
from ceu.catalog.search_queries import Wanted, excerpts_of, find_courses, get_versions, key_from
from ceu.catalog.services import publish_course
from ceu.db.extension import db
from ceu.domain.credit import LIVE
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.progress import what_would_count
from ceu.licenses.queries import list_credits, list_licenses
from ceu.licenses.words import DELIVERY_LABELS, TOPIC_LABELS
from ceu.providers.models import Provider
from ceu.providers.queries import approvals_on
from ceu.web.access import public, requires
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal, find_principal
from ceu.web.transactions import commits

catalog = Blueprint("catalog", __name__)

PAGE = 20
PAGES_LOOKED_THROUGH = 3
"""So many pages are asked about at once for those courses that a person's licenses accept; then the page offers to look on."""

Page = str | Response | tuple[str, int]


@catalog.get("/courses")
@public
def course_list() -> Page:
    """The courses on offer, searched and narrowed by the address."""
    form = SearchForm(request.args)
    principal = find_principal()
    licenses = list_licenses(db.session(), principal.person_id) if principal else []
    is_valid = form.validate()
    wanted = form.wanted if is_valid else Wanted()
    only_accepted = bool(form.accepted.data and licenses)
    looked_at = PAGES_LOOKED_THROUGH * PAGE if only_accepted else PAGE
    keys = (
        find_courses(db.session(), wanted, key_from(request.args.get("after")), looked_at + 1)
        if is_valid
        else []
    )
    versions = get_versions(db.session(), keys[:looked_at])
    accepted = accepted_for(outside().packs, licenses, versions, today())
    rows = [
        (key, version, names)
        for key, version, names in zip(keys, versions, accepted, strict=False)
        if names or not only_accepted
    ]
    shown = rows[:PAGE]
    following = shown[-1][0] if len(rows) > PAGE else keys[looked_at - 1] if len(keys) > looked_at else None
    return render_template(
        "catalog/course_list.html",
        form=form,
        rows=shown,
        excerpts=excerpts_of(db.session(), wanted, [key.version_id for key, *_ in shown]),
        following=following,
        is_full=len(shown) == PAGE,
        looked_at=looked_at if only_accepted else None,
        narrowed=bool(form.address),
        has_licenses=bool(licenses),
        levels=LEVELS,
        deliveries=DELIVERY_LABELS,
        topics=TOPIC_LABELS,
    ), form.http_status


@catalog.get("/courses/<slug>-<int:course_id>")
@public
def course_page(slug: str, course_id: int) -> Page:
    """Everything about a course before enrolling, and what it would count for with each of the reader's licenses."""
    version = get_offer(db.session(), course_id)
    if slug != version.course.slug:
        return redirect(url_for("catalog.course_page", slug=version.course.slug, course_id=course_id), 301)
    approvals = approvals_on(version.course.provider, today())
    principal = find_principal()
    offers, licenses = [], []
    if principal:
        licenses = list_licenses(db.session(), principal.person_id)
        credits_ = list_credits(db.session(), principal.person_id)
        offers = what_would_count(outside().packs, licenses, credits_, offer_of(version, approvals), today())
    return render_template(
        "catalog/course_page.html",
        version=version,
        outline=version.outline,
        approvals=approvals,
        offers=offers,
        has_licenses=bool(licenses),
        levels=LEVELS,
        topics=TOPIC_LABELS,
        deliveries=DELIVERY_LABELS,
        live_deliveries=LIVE,
        form=ConfirmForm(),
    )


@catalog.get("/courses/files/<name>")
@requires(Permission.TAKE_COURSES)
def course_file(name: str) -> Response:
    """A file that a lesson shows; its name is that of its bytes. A drawing opened by itself runs nothing."""
    digest, _, ending = name.partition(".")
    kept = get_course_file(db.session(), digest)
    data = outside().files.get(digest)
    if data is None or ENDINGS.get(ending) != kept.media_type:
        raise NotFound
    response = send_file(
        BytesIO(data), mimetype=kept.media_type, conditional=True, etag=digest,
        as_attachment=kept.media_type == "application/pdf", download_name=f"{digest[:12]}.{ending}",
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@catalog.get("/shelf")
@requires(Permission.PUBLISH_COURSES)
def shelf() -> Page:
    """The course folders of this site, and what of them is published, for each provider of this person."""
    sources, errors = _read_shelf()
    providers = list_publishers(db.session(), current_principal())
    return render_template(
        "catalog/shelf.html",
        sources=sources,
        errors=errors,
        providers=[
            (provider, approvals_on(provider, today()), list_current_versions(db.session(), provider.id))
            for provider in providers
        ],
    )


@catalog.get("/shelf/<int:provider_id>/<slug>")
@requires(Permission.PUBLISH_COURSES)
def shelf_course(provider_id: int, slug: str) -> Page:
    """A course folder before it is published: its hours, how they were computed, and what still stands in the way."""
    provider = publisher_for(db.session(), current_principal(), provider_id)
    source = _source(slug)
    bodies = [approval.body for approval in approvals_on(provider, today())]
    timed = source.outline.instruction_minutes
    form = PublishForm(minutes=proposed_minutes(source.words, bodies, source.seconds, timed))
    return _shelf_page(provider, source, form)


@catalog.post("/shelf/<int:provider_id>/<slug>")
@requires(Permission.PUBLISH_COURSES)
@commits
def publish(provider_id: int, slug: str) -> Page:
    """Publish a course folder; the same content again is the version that stands."""
    provider = publisher_for(db.session(), current_principal(), provider_id)
    source, form = _source(slug), PublishForm()
    if not form.validate_on_submit():
        return _shelf_page(provider, source, form), 422
    try:
        version = publish_course(
            db.session(),
            now(),
            provider,
            source,
            form.minutes.data or 0,
            published_by_id=current_principal().person_id,
        )
    except DomainError as refusal:
        form.absorb(refusal)
        return _shelf_page(provider, source, form), 422
    flash(f"“{version.title}” is on offer as version {version.number}.", "success")
    return redirect(url_for("catalog.course_page", slug=slug, course_id=version.course_id), 303)


def _read_shelf() -> tuple[list[CourseSource], list[tuple[str, CourseError]]]:
    sources, errors = [], []
    for slug in outside().shelf.list():
        try:
            sources.append(outside().shelf.get(slug))
        except CourseError as error:
            errors.append((slug, error))
    return sources, errors


def _source(slug: str) -> CourseSource:
    try:
        return outside().shelf.get(slug)
    except CourseError as error:
        raise NotFound from error  # the shelf shows what is wrong with it


def _shelf_page(provider: Provider, source: CourseSource, form: PublishForm) -> str:
    approvals = approvals_on(provider, today())
    minutes = form.minutes.data or 0
    return render_template(
        "catalog/shelf_course.html",
        provider=provider,
        source=source,
        form=form,
        approvals=approvals,
        worth=worth(source.words, source.seconds, source.outline.instruction_minutes),
        mergener=None
        if source.outline.instruction_minutes
        else mergener_range(source.words, len(source.questions)),
        gates=(
            *gates(source, minutes, [approval.body for approval in approvals]),
            *package_gates(source, list_digests(db.session(), provider.id)),
        ),
        by_body=[
            (approval.body, gates_before(body_of(approval.body), source, minutes)) for approval in approvals
        ],
        current=list_current_versions(db.session(), provider.id).get(source.slug),
    )
