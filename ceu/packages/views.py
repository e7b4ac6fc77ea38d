"""The package of a lesson: its parts, the page it plays on, what it tells, and its files."""

import json

from flask import (
    Blueprint,
    Response as FlaskResponse,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response

from ceu.adapters.content import Item, manifest_from_json
from ceu.catalog.models import ContentPackage, Lesson
from ceu.catalog.queries import list_lessons
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.learning.models import Enrollment
from ceu.learning.queries import enrollment_for, get_lesson, progress_of
from ceu.packages.forms import OpenForm, StateForm
from ceu.packages.models import PackageLaunch
from ceu.packages.queries import (
    find_attempt,
    find_part,
    launch_by_key,
    launch_for,
    list_parts,
    package_of,
    seconds_by_part,
)
from ceu.packages.services import Superseded, keep_state, open_part
from ceu.packages.serving import SANDBOX, content_policy, run_time_tags
from ceu.packages.told import Learner, state_to_begin, told_words
from ceu.web.access import public, requires
from ceu.web.headers import policy
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

packages = Blueprint("packages", __name__)

Page = str | Response | tuple[str | Response, int]

LIBRARIES = {
    "scorm12": "vendor/scorm-again/scorm12.min.js",
    "scorm2004": "vendor/scorm-again/scorm2004.min.js",
}
FRAME_SCRIPT = "js/package-frame.js"


@packages.get("/learning/<int:enrollment_id>/lessons/<int:position>/package")
@requires(Permission.TAKE_COURSES)
def parts(enrollment_id: int, position: int) -> Page:
    """The table of contents of a lesson's package, and what it says of each part."""
    return _parts_page(*_place(enrollment_id, position))


@packages.post("/learning/<int:enrollment_id>/lessons/<int:position>/package")
@requires(Permission.TAKE_COURSES)
@commits
def open_package(enrollment_id: int, position: int) -> Page:
    """Open a part, which ends whatever window had the package open before."""
    enrollment, lesson, package = _place(enrollment_id, position)
    form = OpenForm()
    if not form.validate_on_submit():
        return _parts_page(enrollment, lesson, package), 422
    try:
        launch = open_part(db.session(), now(), enrollment, lesson, package, form.item.data or "")
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)
    return redirect(url_for("packages.play", launch_id=launch.id), 303)


@packages.get("/learning/packages/<int:launch_id>")
@requires(Permission.TAKE_COURSES)
def play(launch_id: int) -> Page:
    """The page around an open package; of one that was opened again since, its parts."""
    launch = launch_for(db.session(), current_principal(), launch_id)
    if launch.ended_at is not None:
        return _to_parts(launch)
    manifest = manifest_from_json(launch.attempt.package.manifest)
    item = _item(launch)
    part = find_part(db.session(), launch.attempt_id, launch.item)
    page = FlaskResponse(
        render_template(
            "packages/play.html",
            launch=launch,
            item=item,
            manifest=manifest,
            source=_own_address(launch.key) + item.href,
            sandbox=SANDBOX,
            told=told_words(part.told) if part else None,
            form=StateForm(),
        )
    )
    page.headers["Content-Security-Policy"] = policy(shows=_own_address(launch.key))
    return page


@packages.post("/learning/packages/<int:launch_id>")
@requires(Permission.TAKE_COURSES)
@commits(once=False)
def save(launch_id: int) -> Page:
    """Keep what the package says; the answer is for the script of the page around it."""
    launch = launch_for(db.session(), current_principal(), launch_id)
    form = StateForm()
    if not form.validate_on_submit():
        return _answer(" ".join(form.state.errors), 422)
    try:
        part = keep_state(db.session(), now(), launch, form.state.data or "")
    except Superseded as refusal:
        return _answer(refusal.message, 409)
    except DomainError as refusal:
        return _answer(refusal.message, 422)
    return jsonify(told=told_words(part.told), done=launch.attempt.done_at is not None)


@packages.get("/content/<key>/<path:name>")
@public
def content(key: str, name: str) -> Page:
    """A file of an open package. Its frame carries no sign-in, so the secret in the address is the key."""
    launch = launch_by_key(db.session(), key, now())
    package = launch.attempt.package
    found = outside().content.find(package.digest, name)
    if found is None:
        raise NotFound
    site = request.host_url.rstrip("/")
    library = LIBRARIES.get(package.standard)
    scripts = tuple(
        url_for("static", filename=file, v=None, _external=True) for file in (library, FRAME_SCRIPT) if file
    )
    response: Response
    if found.is_page and library:
        tags = run_time_tags(
            url_for("static", filename=library, _external=True),
            url_for("static", filename=FRAME_SCRIPT, _external=True),
            standard=package.standard,
            site=site,
            state=json.dumps(_state(launch)),
        )
        response = FlaskResponse(found.with_script(tags), mimetype=found.media_type)
        response.headers["Cache-Control"] = "no-store"
    else:
        response = send_file(found.path, mimetype=found.media_type, conditional=True)
        response.headers["Cache-Control"] = "private, max-age=43200"
    response.headers["Content-Security-Policy"] = content_policy(_own_address(key), site, scripts)
    response.headers["Access-Control-Allow-Origin"] = "*"  # its pages have no origin that could be named
    return response


def _state(launch: PackageLaunch) -> dict[str, str]:
    attempt = launch.attempt
    part = find_part(db.session(), attempt.id, launch.item)
    person = attempt.enrollment.person
    return state_to_begin(
        attempt.package.standard,
        _item(launch),
        part.cmi if part else {},
        part.told if part else None,
        Learner(attempt.registration, person.name),
        seconds_by_part(db.session(), attempt.id, but=launch.id).get(launch.item, 0),
    )


def _place(enrollment_id: int, position: int) -> tuple[Enrollment, Lesson, ContentPackage]:
    enrollment = enrollment_for(db.session(), current_principal(), enrollment_id)
    lesson = get_lesson(list_lessons(db.session(), enrollment.version_id), position)
    return enrollment, lesson, package_of(db.session(), enrollment, lesson)


def _parts_page(enrollment: Enrollment, lesson: Lesson, package: ContentPackage) -> str:
    attempt = find_attempt(db.session(), enrollment.id, lesson.id)
    found = list_parts(db.session(), attempt.id) if attempt else {}
    return render_template(
        "packages/parts.html",
        enrollment=enrollment,
        lesson=lesson,
        manifest=manifest_from_json(package.manifest),
        attempt=attempt,
        told={item: told_words(part.told) for item, part in found.items()},
        completed={item for item, part in found.items() if part.told.completed or part.told.passed},
        seconds=seconds_by_part(db.session(), attempt.id) if attempt else {},
        is_done=lesson.id in progress_of(db.session(), enrollment, [lesson]).read,
        form=OpenForm(),
    )


def _to_parts(launch: PackageLaunch) -> Response:
    flash(
        "This package has been opened again since, in another window or tab. Open it here to go on here.",
        "error",
    )
    attempt = launch.attempt
    return redirect(
        url_for("packages.parts", enrollment_id=attempt.enrollment_id, position=attempt.lesson.position), 303
    )


def _item(launch: PackageLaunch) -> Item:
    item = manifest_from_json(launch.attempt.package.manifest).part(launch.item)
    if item is None:
        raise NotFound
    return item


def _own_address(key: str) -> str:
    return url_for("packages.content", key=key, name="", _external=True)


def _answer(message: str, status: int) -> tuple[Response, int]:
    return jsonify(message=message), status
