"""A learner's way through a course: lessons, post-test, evaluation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.catalog.queries import get_version, list_lessons
from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.learning.forms import ConfirmForm, answers_of, evaluation_form, post_test_form, ratings_of, texts_of
from ceu.learning.models import Attempt, Enrollment
from ceu.learning.progress import Step
from ceu.learning.queries import (
    PAGE,
    attempt_for,
    enrollment_for,
    find_evaluation,
    get_lesson,
    list_attempts,
    list_enrollments,
    progress_of,
)
from ceu.learning.services import (
    enroll as enroll_person,
    mark_read,
    start_attempt,
    submit_attempt,
    submit_evaluation,
)
from ceu.learning.testing import review, score, to_read_again
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

learning = Blueprint("learning", __name__)

Page = str | Response | tuple[str, int]


@learning.get("/learning")
@requires(Permission.TAKE_COURSES)
def enrollment_list() -> Page:
    """The courses of this person, the latest first."""
    after = _after()
    enrollments = list_enrollments(db.session(), current_principal().person_id, after)
    return render_template(
        "learning/enrollment_list.html",
        enrollments=enrollments[:PAGE],
        following=enrollments[PAGE - 1].id if len(enrollments) > PAGE else None,
    )


@learning.post("/courses/versions/<int:version_id>/enroll")
@requires(Permission.TAKE_COURSES)
@commits
def enroll(version_id: int) -> Page:
    """Enroll in a version of a course, and go there; also for someone who is enrolled already."""
    version = get_version(db.session(), version_id)
    try:
        enrollment = enroll_person(db.session(), now(), current_principal().person_id, version)
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(
            url_for("catalog.course_page", slug=version.course.slug, course_id=version.course_id), 303
        )
    return redirect(url_for("learning.course", enrollment_id=enrollment.id), 303)


@learning.get("/learning/<int:enrollment_id>")
@requires(Permission.TAKE_COURSES)
def course(enrollment_id: int) -> Page:
    """A course a person takes: how far they are, and what comes next."""
    enrollment = _enrollment(enrollment_id)
    lessons = list_lessons(db.session(), enrollment.version_id)
    progress = progress_of(db.session(), enrollment, lessons)
    return render_template(
        "learning/course.html",
        enrollment=enrollment,
        lessons=lessons,
        progress=progress,
        attempts=list_attempts(db.session(), enrollment.id) if progress.attempts else [],
        steps=Step,
        form=ConfirmForm(),
    )


@learning.get("/learning/<int:enrollment_id>/lessons/<int:position>")
@requires(Permission.TAKE_COURSES)
def lesson(enrollment_id: int, position: int) -> Page:
    """One lesson to read."""
    enrollment = _enrollment(enrollment_id)
    lessons = list_lessons(db.session(), enrollment.version_id)
    return render_template(
        "learning/lesson.html",
        enrollment=enrollment,
        lessons=lessons,
        lesson=get_lesson(lessons, position),
        progress=progress_of(db.session(), enrollment, lessons),
        form=ConfirmForm(),
    )


@learning.post("/learning/<int:enrollment_id>/lessons/<int:position>")
@requires(Permission.TAKE_COURSES)
@commits
def read_lesson(enrollment_id: int, position: int) -> Page:
    """Note a lesson as read, and go on to the next one or, after the last, to the course."""
    enrollment = _enrollment(enrollment_id)
    lessons = list_lessons(db.session(), enrollment.version_id)
    mark_read(db.session(), now(), enrollment, get_lesson(lessons, position))
    if position < len(lessons):
        return redirect(url_for("learning.lesson", enrollment_id=enrollment_id, position=position + 1), 303)
    return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)


@learning.post("/learning/<int:enrollment_id>/post-test")
@requires(Permission.TAKE_COURSES)
@commits
def start_post_test(enrollment_id: int) -> Page:
    """Begin an attempt, or go on with the one begun."""
    try:
        attempt = start_attempt(db.session(), now(), _enrollment(enrollment_id))
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)
    return redirect(url_for("learning.post_test", enrollment_id=enrollment_id, number=attempt.number), 303)


@learning.get("/learning/<int:enrollment_id>/post-test/<int:number>")
@requires(Permission.TAKE_COURSES)
def post_test(enrollment_id: int, number: int) -> Page:
    """The questions of an attempt on one page; of a submitted one, its result."""
    attempt = _attempt(enrollment_id, number)
    if attempt.submitted_at is not None:
        return _to_result(attempt)
    return _post_test_page(attempt, post_test_form(attempt.shown))


@learning.post("/learning/<int:enrollment_id>/post-test/<int:number>")
@requires(Permission.TAKE_COURSES)
@commits
def submit_post_test(enrollment_id: int, number: int) -> Page:
    """Score the answers; of an attempt that is submitted already, the result stands."""
    attempt = _attempt(enrollment_id, number)
    if attempt.submitted_at is not None:
        return _to_result(attempt)
    form = post_test_form(attempt.shown)
    if not form.validate_on_submit():
        return _post_test_page(attempt, form), 422
    return _to_result(submit_attempt(db.session(), now(), attempt, answers_of(form, attempt.shown)))


@learning.get("/learning/<int:enrollment_id>/post-test/<int:number>/result")
@requires(Permission.TAKE_COURSES)
def result(enrollment_id: int, number: int) -> Page:
    """The score of an attempt; after a pass what each answer teaches, after a fail what to read again."""
    attempt = _attempt(enrollment_id, number)
    if attempt.submitted_at is None:
        return redirect(url_for("learning.post_test", enrollment_id=enrollment_id, number=number))
    version = attempt.enrollment.version
    return render_template(
        "learning/result.html",
        attempt=attempt,
        version=version,
        objectives={objective["id"]: objective["text"] for objective in version.outline["objectives"]},
        score=score(version.assessment, attempt.answers),
        reviewed=review(version.assessment, attempt.shown, attempt.answers) if attempt.passed else [],
        again={} if attempt.passed else to_read_again(version.assessment, attempt.answers),
        lessons={lesson.slug: lesson for lesson in list_lessons(db.session(), version.id)},
        form=ConfirmForm(),
    )


@learning.get("/learning/<int:enrollment_id>/evaluation")
@requires(Permission.TAKE_COURSES)
def evaluation(enrollment_id: int) -> Page:
    """The evaluation form; once it is sent, the course."""
    enrollment = _enrollment(enrollment_id)
    if find_evaluation(db.session(), enrollment.id) or not progress_of(db.session(), enrollment).passed:
        return redirect(url_for("learning.course", enrollment_id=enrollment_id))
    return _evaluation_page(enrollment, evaluation_form(enrollment.version.outline["evaluation"]))


@learning.post("/learning/<int:enrollment_id>/evaluation")
@requires(Permission.TAKE_COURSES)
@commits
def send_evaluation(enrollment_id: int) -> Page:
    """Take the evaluation, which completes the course."""
    enrollment = _enrollment(enrollment_id)
    items = enrollment.version.outline["evaluation"]
    form = evaluation_form(items)
    if not form.validate_on_submit():
        return _evaluation_page(enrollment, form), 422
    try:
        submit_evaluation(
            db.session(),
            now(),
            enrollment,
            ratings=ratings_of(form, items),
            texts=texts_of(form, items),
            comment=(form["comment"].data or "").strip(),
        )
    except DomainError as refusal:
        form.absorb(refusal)
        return _evaluation_page(enrollment, form), 422
    return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)


def _enrollment(enrollment_id: int) -> Enrollment:
    return enrollment_for(db.session(), current_principal(), enrollment_id)


def _attempt(enrollment_id: int, number: int) -> Attempt:
    return attempt_for(db.session(), current_principal(), enrollment_id, number)


def _to_result(attempt: Attempt) -> Response:
    return redirect(
        url_for("learning.result", enrollment_id=attempt.enrollment_id, number=attempt.number), 303
    )


def _post_test_page(attempt: Attempt, form: BaseForm) -> str:
    return render_template(
        "learning/post_test.html", attempt=attempt, version=attempt.enrollment.version, form=form
    )


def _evaluation_page(enrollment: Enrollment, form: BaseForm) -> str:
    return render_template("learning/evaluation.html", enrollment=enrollment, form=form)


def _after() -> int | None:
    key = request.args.get("after", type=int)
    return key if key is not None and 0 < key < 2**31 else None
