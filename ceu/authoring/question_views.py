"""The doors of the test: questions one by one, from a file and as a file, and the whole test as a learner meets it."""

from functools import partial
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from ceu.adapters.archives import MB
from ceu.adapters.course_assets import kind_of as kind_of_file, picture_ending
from ceu.adapters.courses import ASSESSMENT, CourseContent, check_course
from ceu.adapters.questions.gift import write_gift
from ceu.adapters.questions.imported import LARGEST_TEXT_FILE, Imported
from ceu.adapters.questions.moodle_xml import write_moodle_xml
from ceu.adapters.questions.packages import read_questions
from ceu.adapters.questions.qti2 import write_qti3
from ceu.adapters.yaml import parse_text, write_yaml
from ceu.authoring.editing import (
    difference,
    lesson_entries,
    new_question,
    question_at,
    question_up,
    questions_of,
    seen,
    stem_of,
    with_pictures,
    with_question,
    with_questions,
    without_question,
)
from ceu.authoring.forms import ChosenQuestionsForm, TextPartForm, UploadForm, arranged, mark
from ceu.authoring.models import CourseDraft
from ceu.authoring.queries import draft_for
from ceu.authoring.question_forms import QUESTION_FORMS
from ceu.authoring.question_pages import Asked, asked_test, preview_of
from ceu.authoring.question_rows import as_typed, fits, kind_of, to_form
from ceu.authoring.services import Overtaken, Seen, save_draft
from ceu.catalog.forms import ConfirmForm
from ceu.catalog.queries import list_course_files
from ceu.catalog.services import keep_file
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.questions.model import KINDS, QuestionError, from_json, list_from_json, to_json
from ceu.web.access import requires
from ceu.web.outside import now, outside
from ceu.web.principal import current_principal
from ceu.web.transactions import commits
from ceu.web.uploads import takes_up_to

test_editor = Blueprint("test_editor", __name__)

Page = str | Response | tuple[str, int]

LARGEST_IMPORT = 4 * LARGEST_TEXT_FILE
"""Bytes of a package of questions, with its pictures."""


def _draft(draft_id: int, permission: Permission = Permission.WRITE_COURSES) -> CourseDraft:
    return draft_for(db.session(), current_principal(), draft_id, permission)


def _save(draft: CourseDraft, change: Any, shown: Seen | None = None) -> None:
    save_draft(db.session(), now(), draft, current_principal().person_id, change, shown)


def _names(content: CourseContent) -> tuple[list[str], list[str]]:
    """The names of objectives and lessons."""
    objectives = content.course.get("objectives")
    listed = objectives if isinstance(objectives, list) else []
    return (
        [str(each["id"]) for each in listed if isinstance(each, dict) and each.get("id")],
        [stem_of(str(each.get("file")))[3:] for each in lesson_entries(content)],
    )


def _faults(content: CourseContent, number: int) -> list[Any]:
    """What stands against one question, with the places inside it."""
    place = ("questions", number - 1)
    return [each for each in check_course(content)[1] if each.file == ASSESSMENT and each.place[:2] == place]


@test_editor.route("/drafts/<int:draft_id>/questions/<int:number>", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def question(draft_id: int, number: int) -> Page:
    """A question as a form of its kind, beside what a learner sees of it; the number 0 begins one of a ``kind``."""
    draft = _draft(draft_id)
    kind = request.args.get("kind", "choice")
    stands = question_at(draft.content, number) if number else new_question(draft.content, kind)
    if stands is None or (not number and kind not in KINDS):
        raise NotFound
    if not fits(stands):
        return redirect(url_for("test_editor.question_text", draft_id=draft_id, number=number))
    kind, action = kind_of(stands), request.form.get("action", "")
    form_class, shown = QUESTION_FORMS[kind], {**to_form(stands), "seen": seen(stands)}
    sent = arranged(request.form, action) if request.method == "POST" else None
    form = form_class(sent, shown)
    form.offer(*_names(draft.content))
    data = (
        as_typed(kind, form.as_file(), form_class(None, shown).as_file(), stands)
        if sent is not None
        else stands
    )
    differs: list[tuple[str, str]] = []
    if not action and form.validate_on_submit():
        try:
            _save(
                draft,
                partial(with_question, number=number, data=data),
                Seen(partial(question_at, number=number), form.seen.data) if number else None,
            )
            flash("The question is saved.", "success")
            place = number or len(questions_of(draft.content))
            return redirect(url_for("test_editor.question", draft_id=draft.id, number=place), 303)
        except Overtaken as refusal:
            form.absorb(refusal)
            form.seen.data = seen(refusal.stands)
            differs = difference(refusal.stands, data)
    elif request.method == "GET" and number:
        faults = _faults(draft.content, number)
        mark(form, [(fault.place[2:], str(fault)) for fault in faults])
    if action == "more":
        for rows in form.row_lists():
            rows.append_entry()
    page = render_template(
        "authoring/question.html", draft=draft, number=number, kind=kind, kinds=KINDS, form=form, differs=differs,
        total=len(questions_of(draft.content)), preview=preview_of(data, draft.content), stands=seen(stands),
        nothing=ConfirmForm(),
    )  # fmt: skip
    return page, 422 if action or (request.method == "POST" and form.errors) else 200


@test_editor.route("/drafts/<int:draft_id>/questions/<int:number>/text", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@commits
def question_text(draft_id: int, number: int) -> Page:
    """A question as the YAML that assessment.yaml holds."""
    draft = _draft(draft_id)
    stands = question_at(draft.content, number)
    if stands is None:
        raise NotFound
    form = TextPartForm(data={"text": write_yaml(stands), "seen": seen(stands)})
    differs: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            data = form.fields_typed()
            _save(
                draft,
                partial(with_question, number=number, data=data),
                Seen(partial(question_at, number=number), form.seen.data),
            )
            flash("The question is saved.", "success")
            return redirect(url_for("test_editor.question_text", draft_id=draft.id, number=number), 303)
        except Overtaken as refusal:
            form.absorb(refusal)
            form.seen.data = seen(refusal.stands)
            differs = difference(refusal.stands, data)
        except DomainError as refusal:
            form.absorb(refusal)
    elif request.method == "GET":
        form.text.errors = [str(fault) for fault in _faults(draft.content, number)]
    page = render_template(
        "authoring/text_part.html", draft=draft, title=f"Question {number}", form=form, differs=differs,
        action=url_for("test_editor.question_text", draft_id=draft.id, number=number),
        as_form=url_for("test_editor.question", draft_id=draft.id, number=number) if fits(stands) else None,
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@test_editor.post("/drafts/<int:draft_id>/questions/<int:number>/<action>")
@requires(Permission.WRITE_COURSES)
@commits
def arrange_question(draft_id: int, number: int, action: str) -> Response:
    """Move a question one place up, or remove it, if it still stands where ``seen`` was shown."""
    draft = _draft(draft_id)
    change = {"up": question_up, "remove": without_question}.get(action)
    if change is None or question_at(draft.content, number) is None:
        raise NotFound
    shown = Seen(partial(question_at, number=number), request.args.get("seen", ""))
    try:
        _save(draft, partial(change, number=number), shown)
    except Overtaken:
        flash("This question was changed or moved meanwhile. Look at it again, then arrange it.", "error")
    return redirect(url_for("authoring.draft", draft_id=draft.id, _anchor="questions"), 303)


@test_editor.route("/drafts/<int:draft_id>/test", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
@commits
def try_test(draft_id: int) -> Page:
    """The test as one attempt would draw it, to be answered and looked at; nothing of it is stored."""
    draft = _draft(draft_id, Permission.SEE_DRAFTS)
    source, faults = check_course(draft.content)
    seed = (request.values.get("seed") or uuid4().hex)[:64]
    test: Asked | None = asked_test(source, draft.content, seed, request.form) if source else None
    return render_template(
        "authoring/try_test.html", draft=draft, test=test, seed=seed, total=len(faults), form=ConfirmForm(),
        answered=request.method == "POST", another=uuid4().hex,
    )  # fmt: skip


@test_editor.route("/drafts/<int:draft_id>/questions/import", methods=["GET", "POST"])
@requires(Permission.WRITE_COURSES)
@takes_up_to(LARGEST_IMPORT + MB)
@commits
def import_questions(draft_id: int) -> Page:
    """Read a file of questions, show which come in and which do not, with their pictures; then take those that were chosen."""
    draft = _draft(draft_id)
    form, chosen, found = UploadForm(), ChosenQuestionsForm(), None
    kept: dict[str, str] = {}
    refused: list[str] = []
    objectives, lessons = _names(draft.content)
    chosen.objective.choices = [("", "None"), *((name, name) for name in objectives)]
    chosen.lesson.choices = [("", "None"), *((name, name) for name in lessons)]
    if request.form.get("questions"):
        if chosen.validate_on_submit():
            try:
                count = _take(draft, chosen)
                flash(f"{count} questions came in. What is still to mend in them is listed below.", "success")
                return redirect(url_for("authoring.draft", draft_id=draft.id), 303)
            except DomainError as refusal:
                chosen.absorb(refusal)
    elif form.validate_on_submit():
        try:
            found = read_questions(form.file.data.read())
            chosen.questions.data = write_yaml([to_json(each) for each in found.questions])
            kept, refused = _kept(found)
            chosen.pictures.data = write_yaml(kept)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "authoring/import_questions.html",
        draft=draft,
        form=form,
        chosen=chosen,
        found=found,
        pictures=len(kept),
        refused=refused,
    )
    return page, 422 if request.method == "POST" and not found else 200


def _kept(found: Imported) -> tuple[dict[str, str], list[str]]:
    """Keep the pictures of a file, so that they are there when its questions are taken.

    Their SHA-256 sums, with their endings, by their names; and why some are not kept.
    """
    kept: dict[str, str] = {}
    refused: list[str] = []
    for name, data in found.files.items():
        ending = picture_ending(data)
        try:
            kept[name] = (
                f"{keep_file(db.session(), outside().files, f'{name}.{ending}', BytesIO(data)).sha256}.{ending}"
            )
        except DomainError as refusal:
            refused.append(refusal.message)
    return kept, refused


def _take(draft: CourseDraft, chosen: ChosenQuestionsForm) -> int:
    """Add the chosen questions with their pictures, each with a name of its own in the draft."""
    try:
        offered = list_from_json(parse_text(chosen.questions.data))
    except QuestionError as error:
        raise DomainError("These questions were changed on the way. Choose the file again.") from error
    pictures = parse_text(chosen.pictures.data or "") or {}
    digests = (
        [str(each).partition(".")[0] for each in pictures.values()] if isinstance(pictures, dict) else []
    )
    known = list_course_files(db.session(), digests)
    kept = {name: each for name, each in pictures.items() if each.partition(".")[0] in known} if known else {}
    taken = {str(each.get("id")) for each in questions_of(draft.content) if isinstance(each, dict)}
    coming = []
    for each in offered:
        if each.id not in (chosen.chosen.data or []):
            continue
        data = {**to_json(each), "media": []}  # the texts show them
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

    def add(content: CourseContent) -> CourseContent:
        with_them, questions = with_pictures(content, coming, kept)
        return with_questions(with_them, [*questions_of(with_them), *questions])

    _save(draft, add)
    return len(coming)


@test_editor.get("/drafts/<int:draft_id>/questions.<kind>")
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
        data, media_type, name = write_qti3(good, _pictures(draft)), "application/zip", "qti.zip"
    else:
        raise NotFound
    return send_file(BytesIO(data), media_type, as_attachment=True, download_name=f"{draft.slug}-{name}")


def _pictures(draft: CourseDraft) -> dict[str, bytes]:
    """The pictures of a draft that are still kept, by their names."""
    found = {
        name: outside().files.get(digest)
        for name, digest in draft.assets.items()
        if kind_of_file(name) == "image"
    }
    return {name: data for name, data in found.items() if data is not None}
