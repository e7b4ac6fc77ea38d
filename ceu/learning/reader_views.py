"""The reader beside its lessons: reports of place and time, private notes, and the whole course on one page."""

import re

from flask import Blueprint, Response as Plain, flash, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ceu.catalog.models import Lesson
from ceu.catalog.queries import list_lessons
from ceu.db.extension import db
from ceu.domain.dates import day_text, local_date
from ceu.domain.permissions import Permission
from ceu.learning.models import Enrollment
from ceu.learning.queries import enrollment_for, get_lesson
from ceu.learning.reader_forms import NoteForm, NoteSearchForm, ReportForm
from ceu.learning.reader_queries import PAGE, list_notes, list_whole_lessons
from ceu.learning.reader_services import keep_note, report_reading
from ceu.web.access import requires
from ceu.web.outside import now
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

reader = Blueprint("reader", __name__)

Page = str | Response | tuple[str, int]

_ANCHORS = re.compile(r'(\bid="|href="#)')


@reader.post("/learning/<int:enrollment_id>/lessons/<int:position>/reading")
@requires(Permission.TAKE_COURSES)
@commits(once=False)
def report(enrollment_id: int, position: int) -> Page:
    """Take what a page in use reports in the background: seconds since its last report, and the heading it shows."""
    enrollment, lesson = _place(enrollment_id, position)
    form = ReportForm()
    if not form.validate_on_submit():
        return jsonify(kept=False)
    report_reading(
        db.session(),
        now(),
        enrollment,
        lesson,
        seconds=form.seconds.data or 0,
        heading=form.heading.data or "",
    )
    return jsonify(kept=True)


@reader.post("/learning/<int:enrollment_id>/lessons/<int:position>/note")
@requires(Permission.TAKE_COURSES)
@commits
def note(enrollment_id: int, position: int) -> Page:
    """Keep the note on a lesson."""
    enrollment, lesson = _place(enrollment_id, position)
    form = NoteForm()
    if not form.validate_on_submit():
        return render_template(
            "learning/note.html", enrollment=enrollment, lesson=lesson, note_form=form
        ), 422
    keep_note(db.session(), now(), enrollment, lesson, form.text.data or "")
    flash("Your note is kept." if form.text.data else "The note is taken away.", "success")
    address = url_for("learning.lesson", enrollment_id=enrollment_id, position=position)
    return redirect(f"{address}#notes", 303)


@reader.get("/learning/notes")
@requires(Permission.TAKE_COURSES)
def notes() -> Page:
    """All notes of this person, searched by the address."""
    form = NoteSearchForm(request.args)
    key = request.args.get("after", type=int)
    found = (
        list_notes(
            db.session(),
            current_principal().person_id,
            form.search.data or "",
            key if key and 0 < key < 2**31 else None,
        )
        if form.validate()
        else []
    )
    return render_template(
        "learning/notes.html",
        form=form,
        notes=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
    ), form.http_status


@reader.get("/learning/notes/export")
@requires(Permission.TAKE_COURSES)
def export_notes() -> Plain:
    """All notes of this person as one Markdown file."""
    principal = current_principal()
    lines = ["# Notes on my courses"]
    course = None
    for each in list_notes(db.session(), principal.person_id, limit=None):
        if each.enrollment_id != course:
            course = each.enrollment_id
            lines.append(f"## {each.enrollment.version.title}")
        day = day_text(local_date(each.updated_at, principal.time_zone))
        lines += [f"### Lesson {each.lesson.position}: {each.lesson.title} ({day})", each.text]
    return Plain(
        "\n\n".join(lines) + "\n",
        mimetype="text/markdown",
        headers={"Content-Disposition": 'attachment; filename="notes.md"'},
    )


@reader.get("/learning/<int:enrollment_id>/whole")
@requires(Permission.TAKE_COURSES)
def whole(enrollment_id: int) -> Page:
    """All lessons on one page, to print or to save for reading without a connection."""
    enrollment = enrollment_for(db.session(), current_principal(), enrollment_id)
    lessons = list_whole_lessons(db.session(), enrollment.version_id)
    return render_template(
        "learning/whole.html",
        enrollment=enrollment,
        lessons=[(lesson, _apart(lesson)) for lesson in lessons],
    )


def _apart(lesson: Lesson) -> Markup:
    """The text of a lesson with anchors of its own, so that those of several lessons do not meet on one page."""
    return Markup(_ANCHORS.sub(rf"\g<1>lesson-{lesson.position}-", lesson.html))


def _place(enrollment_id: int, position: int) -> tuple[Enrollment, Lesson]:
    enrollment = enrollment_for(db.session(), current_principal(), enrollment_id)
    return enrollment, get_lesson(list_lessons(db.session(), enrollment.version_id), position)
