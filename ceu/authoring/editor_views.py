"""The doors of the editor: parts of a draft, lessons, files and questions. What is saved may be incomplete; nothing is lost."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from ceu.adapters.course_assets import LARGEST_ASSET, MB, captions_of, ending_of, kind_of
from ceu.adapters.courses import ASSESSMENT, COURSE, CourseContent, Fault, check_course, count_words
from ceu.adapters.markdown import render_markdown
from ceu.adapters.questions.gift import write_gift
from ceu.adapters.questions.moodle_xml import write_moodle_xml
from ceu.adapters.questions.packages import read_questions
from ceu.adapters.questions.qti2 import write_qti3
from ceu.adapters.yaml import parse_text, write_yaml
from ceu.authoring.editing import (
    PARTS,
    TEMPLATES,
    difference,
    lesson_entries,
    moved_up,
    new_lesson_file,
    part_of,
    questions_of,
    seen,
    slug_of,
    stem_of,
    with_asset,
    with_lesson,
    with_part,
    with_questions,
    with_rules,
    without_asset,
    without_lesson,
)
from ceu.authoring.forms import PART_FORMS, ChosenQuestionsForm, LessonForm, TextPartForm, UploadForm
from ceu.authoring.models import CourseDraft
from ceu.authoring.pages import PART_LABELS, TEXT_PARTS, for_form, mark, part_of_fault
from ceu.authoring.queries import draft_for
from ceu.authoring.services import Overtaken, Seen, save_draft
from ceu.catalog.forms import ConfirmForm
from ceu.catalog.services import keep_file
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.questions.model import QuestionError, from_json, list_from_json, to_json
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
    """One part of course.yaml as a form; “More rows” only makes room."""
    draft = _draft(draft_id)
    if part not in PART_FORMS:
        raise NotFound
    stands = part_of(draft.course, part)
    form = PART_FORMS[part](data={**for_form(stands), "seen": seen(stands)})
    differs: list[tuple[str, str]] = []
    more = request.form.get("action") == "more"
    if form.validate_on_submit() and not more:
        fields = form.fields_of_part()
        shown = Seen(lambda content: part_of(content.course, part), form.seen.data)
        try:
            _save(draft, lambda content: with_part(content, part, fields), shown)
            flash(f"{PART_LABELS[part]}: saved.", "success")
            return redirect(url_for("editor.part", draft_id=draft.id, part=part), 303)
        except Overtaken as refusal:
            form.absorb(refusal)
            form.seen.data = seen(refusal.stands)
            differs = difference(refusal.stands, fields)
    elif request.method == "GET" and stands:
        mark(form, [fault for fault in _faults(draft.content, part) if fault.file == COURSE])
    for rows in form.row_lists():
        rows.append_entry()
    page = render_template(
        "authoring/part.html", draft=draft, part=part, label=PART_LABELS[part], form=form, differs=differs
    )
    return page, 422 if more or (request.method == "POST" and form.errors) else 200


@editor.route("/drafts/<int:draft_id>/text/<part>", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def text_part(draft_id: int, part: str) -> Page:
    """A part as the YAML of its file."""
    draft = _draft(draft_id)
    if part not in TEXT_PARTS:
        raise NotFound
    stands = _text_part(draft.content, part)
    form = TextPartForm(data={"text": write_yaml(stands) if stands else "", "seen": seen(stands)})
    differs: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            data = parse_text(form.text.data or "")
            _refuse_shape(data, list if part == "recordings" else dict)
            shown = Seen(lambda content: _text_part(content, part), form.seen.data)
            _save(draft, lambda content: _with_text_part(content, part, data), shown)
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
        action=url_for("editor.text_part", draft_id=draft.id, part=part), remove=None, nothing=ConfirmForm(),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _text_part(content: CourseContent, part: str) -> Any:
    if part == "evaluation":
        return part_of(content.course, part)
    return content.assessment.get("rules") if part == "rules" else content.course.get(part)


def _with_text_part(content: CourseContent, part: str, data: Any) -> CourseContent:
    if part == "rules":
        return with_rules(content, data or {})
    fields = (data or {}) if part == "evaluation" else {part: data}
    if strange := [name for name in fields if name not in PARTS[part]]:
        raise DomainError(
            f"“{strange[0]}” does not belong here. Write anonymous_evaluation and evaluation.", field="text"
        )
    return with_part(content, part, fields)


def _refuse_shape(data: object, shape: type) -> None:
    if data is not None and not isinstance(data, shape):
        what = "fields, “name: value”" if shape is dict else "entries, each after a hyphen"
        raise DomainError(f"This is no list of {what}. Write it as the others are written.", field="text")


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
        data={"title": entry.get("title", ""), "markdown": draft.lessons.get(file, ""), "seen": seen(stands)}
    )
    previewing = request.form.get("action") == "preview"
    differs: list[tuple[str, str]] = []
    if form.validate_on_submit() and not previewing:
        text = form.markdown.data or ""
        kept = new_lesson_file(draft.content, form.title.data) if name == "new" else file
        shown = None if name == "new" else Seen(lambda content: _lesson(content, file), form.seen.data)
        try:
            _save(draft, lambda content: with_lesson(content, kept, form.title.data, text), shown)
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
    return [entry.get("title"), content.lessons.get(file)]


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
            kept = keep_file(db.session(), outside().files, name, form.file.data.read())
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


@editor.route("/drafts/<int:draft_id>/questions/<int:number>", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def question(draft_id: int, number: int) -> Page:
    """A question as the YAML that assessment.yaml holds; number 0 begins one of a ``kind``."""
    draft = _draft(draft_id)
    listed = questions_of(draft.content)
    if number > len(listed):
        raise NotFound
    stands = listed[number - 1] if number else None
    shown = stands if number else _new_question(draft.content, request.args.get("kind", "choice"))
    form = TextPartForm(data={"text": write_yaml(shown), "seen": seen(stands)})
    differs: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            data = parse_text(form.text.data or "")
            _refuse_shape(data, dict)
            _save(
                draft,
                partial(_with_question, number=number, data=data),
                Seen(partial(_question, number=number), form.seen.data) if number else None,
            )
            flash("The question is saved.", "success")
            place = number or len(questions_of(draft.content))
            return redirect(url_for("editor.question", draft_id=draft.id, number=place), 303)
        except Overtaken as refusal:
            form.absorb(refusal)
            form.seen.data = seen(refusal.stands)
            differs = difference(refusal.stands, data)
        except DomainError as refusal:
            form.absorb(refusal)
    elif request.method == "GET" and number:
        form.text.errors = [
            str(fault)
            for fault in check_course(draft.content)[1]
            if fault.file == ASSESSMENT and fault.place[:2] == ("questions", number - 1)
        ]
    page = render_template(
        "authoring/text_part.html", draft=draft, title=f"Question {number}" if number else "New question", form=form,
        differs=differs, action=url_for("editor.question", draft_id=draft.id, number=number),
        remove=url_for("editor.remove_question", draft_id=draft.id, number=number) if number else None,
        nothing=ConfirmForm(),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _question(content: CourseContent, number: int) -> Any:
    listed = questions_of(content)
    return listed[number - 1] if number <= len(listed) else None


def _with_question(content: CourseContent, number: int, data: Any) -> CourseContent:
    listed = questions_of(content)
    if number > len(listed) or number == 0:
        return with_questions(content, [*listed, data])
    return with_questions(content, [*listed[: number - 1], data, *listed[number:]])


def _new_question(content: CourseContent, kind: str) -> dict[str, Any]:
    objectives = content.course.get("objectives")
    first = objectives[0] if isinstance(objectives, list) and objectives else {}
    lessons = lesson_entries(content)
    return {
        "id": f"q{len(questions_of(content)) + 1}",
        **({"kind": kind} if kind in TEMPLATES and kind != "choice" else {}),
        "objective": first.get("id", "") if isinstance(first, dict) else "",
        "lesson": stem_of(str(lessons[0].get("file")))[3:] if lessons else "",
        **TEMPLATES.get(kind, TEMPLATES["choice"]),
    }


@editor.post("/drafts/<int:draft_id>/questions/<int:number>/remove")
@requires(Permission.WRITE_COURSES)
@commits
def remove_question(draft_id: int, number: int) -> Response:
    """Take a question out of a draft."""
    draft = _draft(draft_id)
    listed = questions_of(draft.content)
    if not 0 < number <= len(listed):
        raise NotFound
    _save(draft, lambda content: with_questions(content, [*listed[: number - 1], *listed[number:]]))
    return _back(draft)


@editor.route("/drafts/<int:draft_id>/questions/import", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def import_questions(draft_id: int) -> Page:
    """Read a file of questions and show which come in and which do not; then take those that were chosen."""
    draft = _draft(draft_id)
    form, chosen, found = UploadForm(), ChosenQuestionsForm(), None
    objectives = draft.course.get("objectives") or []
    chosen.objective.choices = [
        ("", "None"),
        *((each["id"], each["id"]) for each in objectives if isinstance(each, dict) and each.get("id")),
    ]
    slugs = [stem_of(str(each.get("file")))[3:] for each in lesson_entries(draft.content)]
    chosen.lesson.choices = [("", "None"), *((slug, slug) for slug in slugs)]
    if request.form.get("questions") and chosen.validate_on_submit():
        try:
            count = _take(draft, chosen)
            flash(f"{count} questions came in.", "success")
            return _back(draft)
        except DomainError as refusal:
            chosen.absorb(refusal)
    elif form.validate_on_submit():
        try:
            found = read_questions(form.file.data.read())
            chosen.questions.data = write_yaml([to_json(each) for each in found.questions])
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "authoring/import_questions.html", draft=draft, form=form, chosen=chosen, found=found
    )
    return page, 422 if request.method == "POST" else 200


def _take(draft: CourseDraft, chosen: ChosenQuestionsForm) -> int:
    """Add the chosen questions, each with an id of its own in the draft."""
    try:
        offered = list_from_json(parse_text(chosen.questions.data))
    except QuestionError as error:
        raise DomainError("These questions were changed on the way. Choose the file again.") from error
    taken = {str(each.get("id")) for each in questions_of(draft.content) if isinstance(each, dict)}
    coming = []
    for each in offered:
        if each.id not in (chosen.chosen.data or []):
            continue
        data = to_json(each)
        name = next(
            name for name in (each.id, *(f"{each.id}-{n}" for n in range(2, 10_000))) if name not in taken
        )
        taken.add(name)
        data["id"] = name
        for field in ("objective", "lesson"):
            if not data.get(field) and chosen[field].data:
                data[field] = chosen[field].data
        coming.append(data)
    if not coming:
        raise DomainError("Choose at least one question.", field="chosen")
    _save(draft, lambda content: with_questions(content, [*questions_of(content), *coming]))
    return len(coming)


@editor.get("/drafts/<int:draft_id>/questions.<kind>")
@requires(Permission.WRITE_COURSES)
def export_questions(draft_id: int, kind: str) -> Page:
    """The questions without mistakes as GIFT, Moodle XML or QTI 3.0."""
    draft = _draft(draft_id)
    good = []
    for each in questions_of(draft.content):
        try:
            good.append(from_json(each))
        except QuestionError:
            continue
    if kind == "gift":
        data, media_type, name = write_gift(good)[0].encode(), "text/plain", "gift.txt"
    elif kind == "xml":
        data, media_type, name = write_moodle_xml(good), "application/xml", "moodle.xml"
    elif kind == "zip":
        data, media_type, name = write_qti3(good), "application/zip", "qti.zip"
    else:
        raise NotFound
    return send_file(BytesIO(data), media_type, as_attachment=True, download_name=f"{draft.slug}-{name}")
