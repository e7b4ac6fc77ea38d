"""The doors of authoring: drafts, their way through review to publishing, and what changed."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, BinaryIO

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.adapters.archives import BLOCK, MB, Limits
from ceu.adapters.course_packages import Keep, read_package, take_in, write_package
from ceu.adapters.courses import CourseContent, CourseSource, check_course
from ceu.authoring.checklist import CHECKLIST
from ceu.authoring.editing import lesson_entries
from ceu.authoring.forms import (
    ImportCourseForm,
    KindForm,
    NewDraftForm,
    PublishDraftForm,
    ReplaceForm,
    ReviewForm,
)
from ceu.authoring.models import CourseDraft, DraftState
from ceu.authoring.pages import PART_LABELS, faults_by_part, question_lines
from ceu.authoring.queries import draft_for, find_latest_version, list_drafts, list_reviews, list_writing_for
from ceu.authoring.question_pages import preview_of
from ceu.authoring.services import (
    Opinion,
    begin_draft,
    publish_draft,
    replace_draft,
    review_draft,
    submit_draft,
)
from ceu.catalog.bodies import body_of
from ceu.catalog.changes import changes_between
from ceu.catalog.forms import LEVELS, ConfirmForm
from ceu.catalog.package_queries import list_digests
from ceu.catalog.publishing import (
    gates,
    gates_before,
    mergener_table,
    package_gates,
    proposed_minutes,
    worth_before,
)
from ceu.catalog.services import keep_file, retire_course
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.providers.queries import approvals_on
from ceu.questions.model import KINDS, to_json
from ceu.web.access import requires
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits
from ceu.web.uploads import takes_up_to

authoring = Blueprint("authoring", __name__)

Page = str | Response | tuple[str, int]

STATES = {
    DraftState.DRAFT: ("draft", "Draft"),
    DraftState.IN_REVIEW: ("waiting", "Waits for review"),
    DraftState.RETURNED: ("returned", "Returned"),
    DraftState.APPROVED: ("met", "Approved"),
    DraftState.PUBLISHED: ("active", "Published"),
}


@authoring.get("/drafts")
@requires(Permission.SEE_DRAFTS)
def draft_list() -> Page:
    """The drafts a person works on, and the ways to begin one."""
    return _list_page(NewDraftForm(), ImportCourseForm())


@authoring.post("/drafts")
@requires(Permission.WRITE_COURSES)
@commits
def new_draft() -> Page:
    """Begin an empty draft."""
    form = NewDraftForm()
    providers = list_writing_for(db.session(), current_principal())
    form.offer(providers)
    if not form.validate_on_submit():
        return _list_page(form, ImportCourseForm()), 422
    provider = next(each for each in providers if each.id == form.provider_id.data)
    try:
        draft = begin_draft(db.session(), now(), provider, current_principal().person_id, form.title.data)
    except DomainError as refusal:
        form.absorb(refusal)
        return _list_page(form, ImportCourseForm()), 422
    return redirect(url_for("authoring.draft", draft_id=draft.id), 303)


@authoring.post("/drafts/import")
@requires(Permission.WRITE_COURSES)
@takes_up_to(Limits().packed + MB, on_disk=True)
@commits
def import_draft() -> Page:
    """Begin a draft with a packed course folder."""
    form = ImportCourseForm()
    providers = list_writing_for(db.session(), current_principal())
    form.offer(providers)
    if not form.validate_on_submit():
        return _list_page(NewDraftForm(), form), 422
    provider = next(each for each in providers if each.id == form.for_provider.data)
    try:
        content = read_package(form.file.data.stream, _keep())
        draft = begin_draft(db.session(), now(), provider, current_principal().person_id, "", content)
    except DomainError as refusal:
        form.absorb(DomainError(refusal.message, "file"))
        return _list_page(NewDraftForm(), form), 422
    return redirect(url_for("authoring.draft", draft_id=draft.id), 303)


@authoring.post("/drafts/from-shelf/<int:provider_id>/<slug>")
@requires(Permission.WRITE_COURSES)
@commits
def draft_from_shelf(provider_id: int, slug: str) -> Page:
    """Begin a draft with a course folder of this site."""
    found = [each for each in list_writing_for(db.session(), current_principal()) if each.id == provider_id]
    if not found:
        raise NotFound
    files = outside().shelf.files(slug)
    try:
        content = take_in(files, _keep())
        draft = begin_draft(db.session(), now(), found[0], current_principal().person_id, "", content)
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("authoring.draft_list"), 303)
    return redirect(url_for("authoring.draft", draft_id=draft.id), 303)


@authoring.route("/drafts/<int:draft_id>/folder", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@takes_up_to(Limits().packed + MB, on_disk=True)
@commits
def folder(draft_id: int) -> Page:
    """Put a packed folder, or the site's own of the same name, in the place of everything in a draft."""
    found = draft_for(db.session(), current_principal(), draft_id, Permission.WRITE_COURSES)
    form = ReplaceForm(data={"revision": str(found.revision)})
    from_shelf = request.form.get("action") == "shelf"
    if form.validate_on_submit():
        try:
            if from_shelf:
                content = take_in(outside().shelf.files(found.slug), _keep())
            elif form.file.data:
                content = read_package(form.file.data.stream, _keep())
            else:
                raise DomainError("Choose a file.", field="file")
            replace_draft(db.session(), now(), found, current_principal().person_id, content, form.shown)
            flash("The draft holds what the folder holds.", "success")
            return redirect(url_for("authoring.draft", draft_id=draft_id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
            form.revision.data = str(found.revision)
    page = render_template(
        "authoring/folder.html", draft=found, form=form, on_shelf=found.slug in outside().shelf.list()
    )
    return page, form.http_status


def _keep() -> Keep:
    return partial(keep_file, db.session(), outside().files)


def _list_page(form: NewDraftForm, import_form: ImportCourseForm) -> str:
    principal = current_principal()
    providers = list_writing_for(db.session(), principal)
    form.offer(providers)
    import_form.offer(providers)
    return render_template(
        "authoring/draft_list.html",
        drafts=list_drafts(db.session(), principal),
        states=STATES,
        form=form,
        import_form=import_form,
        providers=providers,
        shelf=outside().shelf.list() if providers else (),
        nothing=ConfirmForm(),
    )


@authoring.get("/drafts/<int:draft_id>")
@requires(Permission.SEE_DRAFTS)
def draft(draft_id: int) -> Page:
    """A draft: where it stands, what is to mend, its parts, what it would be worth, and what was said of it."""
    return _draft_page(draft_for(db.session(), current_principal(), draft_id), PublishDraftForm(), fresh=True)


def _draft_page(found: CourseDraft, form: PublishDraftForm, *, fresh: bool = False) -> str:
    principal, content = current_principal(), found.content
    source, faults = check_course(content)
    bodies = [approval.body for approval in approvals_on(found.provider, today())]
    latest = find_latest_version(db.session(), found)
    form.dropped.choices = [(body, body) for body in bodies]
    if fresh and source:
        form.minutes.data = proposed_minutes(
            source.words, bodies, source.seconds, source.outline.instruction_minutes
        )
    minutes, dropped = form.minutes.data or 0, form.dropped.data or []
    return render_template(
        "authoring/draft.html",
        draft=found,
        state=STATES[DraftState(found.state)],
        lessons=lesson_entries(content),
        questions=question_lines(content, faults),
        assets=content.assets,
        parts=PART_LABELS,
        faults=faults_by_part(faults),
        total=len(faults),
        source=source,
        **_worth(source, bodies),
        gates=(
            *gates(source, minutes, bodies, dropped),
            *package_gates(source, list_digests(db.session(), found.provider_id)),
        )
        if source
        else (),
        by_body=[
            (body, gates_before(body_of(body), source, minutes)) for body in bodies if body not in dropped
        ]
        if source
        else [],
        reviews=list_reviews(db.session(), found.id),
        checklist=CHECKLIST,
        latest=latest,
        changed=bool(latest and source and latest.digest != source.digest),
        form=form,
        kinds=KindForm(),
        nothing=ConfirmForm(),
        may_write=principal.may(Permission.WRITE_COURSES, found.provider.organization_id),
        may_publish=principal.may(Permission.PUBLISH_COURSES, found.provider.organization_id),
        may_review=principal.may(Permission.REVIEW_COURSES, found.provider.organization_id)
        and principal.person_id not in found.author_ids,
    )


def _worth(source: CourseSource | None, bodies: Sequence[str]) -> dict[str, Any]:
    """How much a course is worth before each body, as ``authoring/worth.html`` shows it."""
    if source is None:
        return {"worth": [], "mergener": []}
    timed = source.outline.instruction_minutes
    return {
        "worth": [worth_before(body_of(body), source.words, source.seconds, timed) for body in bodies],
        "mergener": mergener_table(source.words, source.rules.asked(source.questions))
        if timed is None
        else [],
    }


@authoring.get("/drafts/<int:draft_id>/folder.zip")
@requires(Permission.SEE_DRAFTS)
def download(draft_id: int) -> Page:
    """The draft as a course folder."""
    found = draft_for(db.session(), current_principal(), draft_id)
    try:
        data = write_package(found.content, found.slug, outside().files.open)
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("authoring.draft", draft_id=draft_id), 303)
    response = Response(_blocks(data), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.slug}.zip")
    return response


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """A file block by block, closed at its end."""
    with stream:
        while block := stream.read(BLOCK):
            yield block


@authoring.post("/drafts/<int:draft_id>/submit")
@requires(Permission.WRITE_COURSES)
@commits
def submit(draft_id: int) -> Response:
    """Hand a draft in for review."""
    found = draft_for(db.session(), current_principal(), draft_id, Permission.WRITE_COURSES)
    try:
        submit_draft(db.session(), now(), found, current_principal().person_id)
        flash("The draft waits for a reviewer who did not write it.", "success")
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(url_for("authoring.draft", draft_id=draft_id), 303)


@authoring.route("/drafts/<int:draft_id>/review", methods=["GET", "POST"])
@requires(Permission.REVIEW_COURSES)
@commits
def review(draft_id: int) -> Page:
    """Read a draft as a learner would, with its key, and approve or return it."""
    found = draft_for(db.session(), current_principal(), draft_id, Permission.REVIEW_COURSES)
    form = ReviewForm(data={"revision": str(found.revision)})
    if form.validate_on_submit():
        opinion = Opinion(
            qualification=form.qualification.data,
            disclosure=form.disclosure.data,
            answers=form.answers,
            difficulty=Fraction(form.difficulty.data),
            comment=form.comment.data or "",
            approved=form.verdict.data == "approve",
        )
        revision = int(form.revision.data) if form.revision.data.isdecimal() else 0
        try:
            review_draft(db.session(), now(), found, current_principal().person_id, revision, opinion)
            flash(
                "The course is approved." if opinion.approved else "The draft went back to its authors.",
                "success",
            )
            return redirect(url_for("authoring.draft", draft_id=draft_id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    source, _ = check_course(found.content)
    page = render_template(
        "authoring/review.html",
        draft=found,
        form=form,
        source=source,
        pages=source.lesson_html(found.content.address) if source else [],
        questions=[(each, preview_of(to_json(each), found.content)) for each in source.questions]
        if source
        else [],
        kinds=KINDS,
        levels=LEVELS,
        checklist=CHECKLIST,
        waits=found.state == DraftState.IN_REVIEW,
        wrote=current_principal().person_id in found.author_ids,
        **_worth(source, [approval.body for approval in approvals_on(found.provider, today())]),
    )
    return page, form.http_status


@authoring.post("/drafts/<int:draft_id>/publish")
@requires(Permission.PUBLISH_COURSES)
@commits
def publish(draft_id: int) -> Page:
    """Publish an approved draft; ``check`` only looks at the gates for other hours or bodies."""
    found = draft_for(db.session(), current_principal(), draft_id, Permission.PUBLISH_COURSES)
    form = PublishDraftForm()
    form.dropped.choices = [(each.body, each.body) for each in approvals_on(found.provider, today())]
    if not form.validate_on_submit():
        return _draft_page(found, form), 422
    if request.form.get("action") == "check":
        return _draft_page(found, form), 422
    try:
        version = publish_draft(
            db.session(),
            now(),
            found,
            current_principal().person_id,
            form.minutes.data or 0,
            form.dropped.data or [],
        )
    except DomainError as refusal:
        form.absorb(refusal)
        return _draft_page(found, form), 422
    flash(f"“{version.title}” is on offer as version {version.number}.", "success")
    return redirect(url_for("catalog.course_page", slug=found.slug, course_id=version.course_id), 303)


@authoring.post("/drafts/<int:draft_id>/retire")
@requires(Permission.PUBLISH_COURSES)
@commits
def retire(draft_id: int) -> Response:
    """Take the course off the list."""
    found = draft_for(db.session(), current_principal(), draft_id, Permission.PUBLISH_COURSES)
    version = find_latest_version(db.session(), found)
    if version is None:
        raise NotFound
    try:
        retire_course(db.session(), now(), version, retired_by_id=current_principal().person_id)
        flash("The course is off the list. Those who have begun it can finish it.", "success")
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(url_for("authoring.draft", draft_id=draft_id), 303)


@authoring.get("/drafts/<int:draft_id>/changes")
@requires(Permission.SEE_DRAFTS)
def changes(draft_id: int) -> Page:
    """What the draft changes in the latest published version."""
    found = draft_for(db.session(), current_principal(), draft_id)
    latest = find_latest_version(db.session(), found)
    if latest is None or latest.content is None:
        raise NotFound
    return render_template(
        "authoring/changes.html",
        draft=found,
        latest=latest,
        changes=changes_between(CourseContent(**latest.content), found.content),
    )
