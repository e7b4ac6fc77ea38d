"""The package of a lesson: its parts, the page it plays on, and what it tells."""

from flask import Blueprint, Response as Plain, flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.adapters.content import Item, manifest_from_json
from ceu.catalog.models import ContentPackage, Lesson
from ceu.catalog.queries import list_lessons
from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.learning.models import Enrollment
from ceu.learning.queries import enrollment_for, get_lesson, progress_of
from ceu.packages.cmi5 import launch_url
from ceu.packages.cmi5_queries import sitting_of
from ceu.packages.forms import OpenForm, StateForm
from ceu.packages.frame_views import own_address
from ceu.packages.models import PackageLaunch
from ceu.packages.queries import (
    find_attempt,
    find_part,
    launch_for,
    list_parts,
    package_of,
    part_of,
    seconds_by_part,
)
from ceu.packages.services import Superseded, keep_state, open_part
from ceu.packages.serving import SANDBOX
from ceu.packages.told import told_words
from ceu.web.access import requires
from ceu.web.headers import policy
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

packages = Blueprint("packages", __name__)

Page = str | Response | tuple[str | Response, int]

OPENED_AGAIN = (
    "This package has been opened again since, in another window or tab. Open it here to go on here."
)
LOADED_AGAIN = (
    "The page was loaded again, which ends this sitting. Open the part to go on; what it kept is still there."
)


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
        return _to_parts(launch, OPENED_AGAIN)
    if launch.token is not None:
        return _to_parts(launch, LOADED_AGAIN)
    manifest = manifest_from_json(launch.attempt.package.manifest)
    item = part_of(launch)
    part = find_part(db.session(), launch.attempt_id, launch.item)
    page = Plain(
        render_template(
            "packages/play.html",
            launch=launch,
            item=item,
            manifest=manifest,
            source=_source(launch, item),
            sandbox=SANDBOX,
            told=told_words(part.told) if part else None,
            form=StateForm(),
        )
    )
    page.headers["Content-Security-Policy"] = policy(shows=own_address(launch.key))
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


@packages.get("/learning/packages/<int:launch_id>/told")
@requires(Permission.TAKE_COURSES)
def told(launch_id: int) -> Page:
    """What a part that reports by itself has said so far; the answer is for the script of the page around it."""
    launch = launch_for(db.session(), current_principal(), launch_id)
    if launch.ended_at is not None:
        return jsonify(ended=OPENED_AGAIN)
    part = find_part(db.session(), launch.attempt_id, launch.item)
    words = told_words(part.told) if part else "nothing yet"
    return jsonify(told=words, done=launch.attempt.done_at is not None)


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


def _to_parts(launch: PackageLaunch, message: str) -> Response:
    flash(message, "error")
    attempt = launch.attempt
    return redirect(
        url_for("packages.parts", enrollment_id=attempt.enrollment_id, position=attempt.lesson.position), 303
    )


def _source(launch: PackageLaunch, item: Item) -> str:
    """The address of the page a part begins with; a part of a cmi5 package is told there where to report."""
    page = own_address(launch.key) + item.href
    if item.kind != "au":
        return page
    account = outside().lrs.account(outside().pseudonyms.of(launch.attempt.enrollment.person_id, "xapi"))
    return launch_url(
        page,
        endpoint=url_for("xapi.about", _external=True).removesuffix("about"),
        fetch=url_for("xapi.token", key=launch.key, _external=True),
        sitting=sitting_of(db.session(), launch, account),
    )


def _answer(message: str, status: int) -> tuple[Response, int]:
    return jsonify(message=message), status
