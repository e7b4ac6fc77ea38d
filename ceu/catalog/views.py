"""The course list, a course's page, and what a provider has published."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from ceu.adapters.course_assets import ENDINGS
from ceu.catalog.accepted import accepted_for
from ceu.catalog.changes import news_of
from ceu.catalog.forms import LEVELS, ConfirmForm, SearchForm
from ceu.catalog.offers import offer_of
from ceu.catalog.queries import (
    get_course_file,
    get_offer,
    list_current_versions,
    list_publishers,
    list_with_content,
)
from ceu.catalog.search_queries import Wanted, excerpts_of, find_courses, get_versions, key_from
from ceu.catalog.standards import EVERY_COURSE, bodies_known, duties_of
from ceu.db.extension import db
from ceu.domain.credit import LIVE
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.licenses.progress import what_would_count
from ceu.licenses.queries import list_credits, list_licenses
from ceu.licenses.words import DELIVERY_LABELS, TOPIC_LABELS
from ceu.providers.queries import approvals_on
from ceu.web.access import public, requires
from ceu.web.outside import outside, today
from ceu.web.principal import current_principal, find_principal

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


@catalog.get("/courses/standards")
@public
def standards() -> Page:
    """What each accrediting body asks of a course, and how it is seen to."""
    return render_template(
        "catalog/standards.html",
        every=EVERY_COURSE,
        bodies=[(code, duties_of(code)) for code in bodies_known()],
    )


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


@catalog.get("/courses/<slug>-<int:course_id>/changes")
@public
def changes(slug: str, course_id: int) -> Page:
    """What the version on offer changes in an earlier one, which ``since`` names; without it, in the one before."""
    version = get_offer(db.session(), course_id)
    found = {each.number: each for each in list_with_content(db.session(), course_id)}
    earlier = [number for number in found if number < version.number]
    since = found.get(request.args.get("since", max(earlier, default=0), type=int))
    if slug != version.course.slug or since is None or since.number not in earlier:
        raise NotFound
    return render_template(
        "catalog/changes.html",
        version=version,
        since=since,
        earlier=earlier,
        enrollment=None,
        news=news_of(since.content, version.content, in_full=False),
    )


@catalog.get("/courses/files/<name>")
@requires(Permission.TAKE_COURSES)
def course_file(name: str) -> Response:
    """A file that a lesson shows; its name is that of its bytes. A drawing opened by itself runs nothing."""
    digest, _, ending = name.partition(".")
    kept = get_course_file(db.session(), digest)
    stream = outside().files.open(digest)
    if stream is None or ENDINGS.get(ending) != kept.media_type:
        raise NotFound
    response = Response(wrap_file(request.environ, stream), mimetype=kept.media_type, direct_passthrough=True)
    response.content_length = kept.size
    if kept.media_type == "application/pdf":
        response.headers["Content-Disposition"] = "attachment"  # the page that links to it knows its name
    response.set_etag(digest)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=kept.size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@catalog.get("/shelf")
@requires(Permission.PUBLISH_COURSES)
def shelf() -> Page:
    """What each provider of this person has on offer, its approvals, and how learners fare with each course."""
    providers = list_publishers(db.session(), current_principal())
    return render_template(
        "catalog/shelf.html",
        providers=[
            (provider, approvals_on(provider, today()), list_current_versions(db.session(), provider.id))
            for provider in providers
        ],
    )
