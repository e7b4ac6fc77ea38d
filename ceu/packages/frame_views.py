"""What the frame of an open package asks for: its files, and a place for its last words.

A frame carries no sign-in, so the secret in the address is the key.
"""

import json

from flask import Blueprint, Response as Plain, request, send_file, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.packages.models import PackageLaunch
from ceu.packages.queries import find_part, launch_by_key, part_of, seconds_by_part
from ceu.packages.services import keep_state
from ceu.packages.serving import content_policy, run_time_tags
from ceu.packages.told import LARGEST_STATE, Learner, state_to_begin
from ceu.web.access import public
from ceu.web.outside import now, outside
from ceu.web.transactions import commits

frames = Blueprint("frames", __name__)

SCRIPTS = {
    "scorm12": ("vendor/scorm-again/scorm12.min.js", "js/package-frame.js"),
    "scorm2004": ("vendor/scorm-again/scorm2004.min.js", "js/package-frame.js"),
    "cmi5": ("js/package-frame.js",),
}


@frames.get("/content/<key>/<path:name>")
@public
def content(key: str, name: str) -> Response:
    """A file of an open package."""
    launch = launch_by_key(db.session(), key, now())
    package = launch.attempt.package
    found = outside().content.find(package.digest, name)
    if found is None:
        raise NotFound
    own, site, scripts = own_address(key), request.host_url.rstrip("/"), SCRIPTS[package.standard]
    response: Response
    if found.is_page:
        tags = run_time_tags(
            tuple(url_for("static", filename=file, _external=True) for file in scripts),
            standard=package.standard,
            site=site,
            own=own,
            state=json.dumps({} if package.standard == "cmi5" else _state(launch)),
        )
        response = Plain(found.with_script(tags), mimetype=found.media_type)
        response.headers["Cache-Control"] = "no-store"
    else:
        response = send_file(found.path, mimetype=found.media_type, conditional=True)
        response.headers["Cache-Control"] = "private, max-age=43200"
    allowed = tuple(url_for("static", filename=file, v=None, _external=True) for file in scripts)
    tells = f"{site}/xapi/" if package.standard == "cmi5" else ""
    response.headers["Content-Security-Policy"] = content_policy(own, allowed, tells)
    response.headers["Access-Control-Allow-Origin"] = "*"  # its pages have no origin that could be named
    return response


@frames.post("/content/<key>/")
@public
@commits(once=False)
def last_words(key: str) -> Response:
    """Keep what a page of a package set while it went away, when nothing around it could be told any more."""
    if (request.content_length or 0) > 4 * LARGEST_STATE:
        return Plain(status=413)
    try:
        keep_state(
            db.session(), now(), launch_by_key(db.session(), key, now()), request.get_data(as_text=True)
        )
    except DomainError as refusal:
        return Plain(refusal.message, 422, mimetype="text/plain")
    return Plain(status=204)


def own_address(key: str) -> str:
    """The address before the files of an open package."""
    return url_for("frames.last_words", key=key, _external=True)


def _state(launch: PackageLaunch) -> dict[str, str]:
    attempt = launch.attempt
    part = find_part(db.session(), attempt.id, launch.item)
    person = attempt.enrollment.person
    return state_to_begin(
        attempt.package.standard,
        part_of(launch),
        part.cmi if part else {},
        part.told if part else None,
        Learner(attempt.registration, person.name),
        seconds_by_part(db.session(), attempt.id, but=launch.id).get(launch.item, 0),
    )
