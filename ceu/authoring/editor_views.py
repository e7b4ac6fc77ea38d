"""The doors of the editor: parts of a draft, lessons and files. What is saved may be incomplete; nothing is lost."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.adapters.course_assets import LARGEST_ASSET, MB, captions_of, ending_of, kind_of
from ceu.adapters.courses import CourseContent, Fault, check_course, count_words
from ceu.adapters.markdown import render_markdown
from ceu.adapters.yaml import write_yaml
from ceu.authoring.editing import (
    PARTS,
    changed,
    difference,
    lesson_entries,
    moved_up,
    new_lesson_file,
    part_of,
    seen,
    slug_of,
    stem_of,
    with_asset,
    with_lesson,
    with_part,
    without_asset,
    without_lesson,
)
from ceu.authoring.forms import PART_FORMS, LessonForm, TextPartForm, UploadForm, arranged, mark
from ceu.authoring.models import CourseDraft
from ceu.authoring.pages import PART_LABELS, for_form, part_of_fault
from ceu.authoring.queries import draft_for
from ceu.authoring.services import Overtaken, Seen, save_draft
from ceu.catalog.forms import ConfirmForm
from ceu.catalog.package_queries import list_packages
from ceu.catalog.services import keep_file
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.web.access import requires
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits
from ceu.web.uploads import takes_up_to

editor = Blueprint("editor", __name__)

Page = str | Response | tuple[str, int]


def _draft(draft_id: int) -> CourseDraft:
    return draft_for(db.session(), current_principal(), draft_id, Permission.WRITE_COURSES)


def _save(
    draft: CourseDraft, change: Callable[[CourseContent], CourseContent], shown: Seen | None = None
) -> None:
    save_draft(db.session(), now(), draft, current_principal().person_id, change, shown)


def _faults(content: CourseContent, part: str) -> list[Fault]:
    return [fault for fault in check_course(content)[1] if part_of_fault(fault) == part]


def _back(draft: CourseDraft) -> Response:
    return redirect(url_for("authoring.draft", draft_id=draft.id), 303)


@editor.route("/drafts/<int:draft_id>/parts/<part>", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def part(draft_id: int, part: str) -> Page:
    """One part of a draft as a form; more rows, moved and removed ones are saved with the rest."""
    draft = _draft(draft_id)
    if part not in PART_FORMS:
        raise NotFound
    stands = part_of(draft.content, part)
    shown = {**for_form(stands), "seen": seen(stands)}
    action = request.form.get("action", "")
    sent = arranged(request.form, action) if request.method == "POST" else None
    form = PART_FORMS[part](sent, shown)
    differs: list[tuple[str, str]] = []
    if not action and form.validate_on_submit():
        fields = changed(stands, PART_FORMS[part](None, shown).typed(), form.typed())
        try:
            _save(
                draft,
                lambda content: with_part(content, part, fields),
                Seen(lambda content: part_of(content, part), form.seen.data),
            )
            flash(f"{PART_LABELS[part]}: saved.", "success")
            return redirect(url_for("editor.part", draft_id=draft.id, part=part), 303)
        except Overtaken as refusal:
            form.absorb(refusal)
            form.seen.data = seen(refusal.stands)
            differs = difference(refusal.stands, {**refusal.stands, **fields})
    elif request.method == "GET" and stands:
        mark(
            form,
            [
                (fault.place[1:] if part == "rules" else fault.place, str(fault))
                for fault in _faults(draft.content, part)
            ],
        )
    for rows in form.row_lists():
        rows.append_entry()
    page = render_template(
        "authoring/part.html", draft=draft, part=part, label=PART_LABELS[part], form=form, differs=differs
    )
    return page, 422 if action or (request.method == "POST" and form.errors) else 200


@editor.route("/drafts/<int:draft_id>/text/<part>", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def text_part(draft_id: int, part: str) -> Page:
    """A part as the YAML of its file."""
    draft = _draft(draft_id)
    if part not in PARTS:
        raise NotFound
    stands = part_of(draft.content, part)
    form = TextPartForm(data={"text": write_yaml(stands) if stands else "", "seen": seen(stands)})
    differs: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            data = form.fields_typed()
            if strange := sorted(set(data) - set(PARTS[part])):
                raise DomainError(f"“{strange[0]}” does not belong here. Correct or remove it.", field="text")
            _save(
                draft,
                lambda content: with_part(content, part, {**dict.fromkeys(PARTS[part]), **data}),
                Seen(lambda content: part_of(content, part), form.seen.data),
            )
            flash(f"{PART_LABELS[part]}: saved.", "success")
            return redirect(url_for("editor.text_part", draft_id=draft.id, part=part), 303)
        except Overtaken as refusal:
            form.absorb(refusal)
            form.seen.data = seen(refusal.stands)
            differs = difference(refusal.stands, data)
        except DomainError as refusal:
            form.absorb(refusal)
    elif request.method == "GET":
        form.text.errors = [str(fault) for fault in _faults(draft.content, part)]
    page = render_template(
        "authoring/text_part.html", draft=draft, title=PART_LABELS[part], form=form, differs=differs,
        action=url_for("editor.text_part", draft_id=draft.id, part=part),
        as_form=url_for("editor.part", draft_id=draft.id, part=part),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@editor.route("/drafts/<int:draft_id>/lessons/<name>", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def lesson(draft_id: int, name: str) -> Page:
    """A lesson's title and Markdown, with its preview; ``new`` begins one."""
    draft = _draft(draft_id)
    file = f"lessons/{name}.md"
    entry = next((each for each in lesson_entries(draft.content) if each.get("file") == file), {})
    if name != "new" and not entry and file not in draft.lessons:
        raise NotFound
    stands = _lesson(draft.content, file)
    form = LessonForm(
        data={
            **{name: str(entry.get(name) or "") for name in ("title", "package", "done_when")},
            "markdown": draft.lessons.get(file, ""),
            "seen": seen(stands),
        }
    )
    form.offer([(each.digest, each.title) for each in list_packages(db.session(), draft.provider_id)])
    previewing = request.form.get("action") == "preview"
    differs: list[tuple[str, str]] = []
    if form.validate_on_submit() and not previewing:
        text = form.markdown.data or ""
        kept = new_lesson_file(draft.content, form.title.data) if name == "new" else file
        shown = None if name == "new" else Seen(lambda content: _lesson(content, file), form.seen.data)
        try:
            _save(
                draft,
                lambda content: with_lesson(content, kept, form.title.data, text, form.more_typed()),
                shown,
            )
            flash(f"“{form.title.data}” is saved.", "success")
            return redirect(url_for("editor.lesson", draft_id=draft.id, name=stem_of(kept)), 303)
        except Overtaken as refusal:
            form.absorb(refusal)
            form.seen.data = seen(refusal.stands)
            differs = difference(refusal.stands[1] or "", text)
    elif request.method == "GET" and name != "new":
        form.markdown.errors = [f"Line {fault.line}: {fault}" for fault in _faults(draft.content, file)]
    page = render_template(
        "authoring/lesson.html", draft=draft, name=name, form=form, differs=differs,
        preview=render_markdown(form.markdown.data or "", draft.content.address),
        words=count_words(form.markdown.data or ""), nothing=ConfirmForm(),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _lesson(content: CourseContent, file: str) -> list[Any]:
    entry = next((each for each in lesson_entries(content) if each.get("file") == file), {})
    return [entry.get("title"), content.lessons.get(file), entry.get("package"), entry.get("done_when")]


@editor.post("/drafts/<int:draft_id>/lessons/<name>/<action>")
@requires(Permission.WRITE_COURSES)
@commits
def arrange_lesson(draft_id: int, name: str, action: str) -> Response:
    """Move a lesson one place up, or remove it."""
    draft = _draft(draft_id)
    change = {"up": moved_up, "remove": without_lesson}.get(action)
    if change is None:
        raise NotFound
    _save(draft, lambda content: change(content, f"lessons/{name}.md"))
    return _back(draft)


@editor.route("/drafts/<int:draft_id>/files", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@takes_up_to(LARGEST_ASSET + MB, on_disk=True)
@commits
def files(draft_id: int) -> Page:
    """The files of a draft, with how a lesson shows each, and one more."""
    draft = _draft(draft_id)
    form = UploadForm()
    if form.validate_on_submit():
        original = form.file.data.filename.replace("\\", "/")
        name = f"assets/{slug_of(stem_of(original)) or 'file'}.{ending_of(original)}"
        try:
            kept = keep_file(db.session(), outside().files, name, form.file.data.stream)
            _save(draft, lambda content: with_asset(content, name, kept.sha256))
            flash(f"{name} is in the draft.", "success")
            return redirect(url_for("editor.files", draft_id=draft.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "authoring/files.html", draft=draft, form=form, nothing=ConfirmForm(), address=draft.content.address,
        files=[(name, kind_of(name), captions_of(name) in draft.assets) for name in sorted(draft.assets)],
    )  # fmt: skip
    return page, form.http_status


@editor.post("/drafts/<int:draft_id>/files/<name>/remove")
@requires(Permission.WRITE_COURSES)
@commits
def remove_file(draft_id: int, name: str) -> Response:
    """Take a file out of a draft."""
    draft = _draft(draft_id)
    try:
        _save(draft, lambda content: without_asset(content, f"assets/{name}"))
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(url_for("editor.files", draft_id=draft.id), 303)
