"""A learner's way through a course: lessons, post-test, evaluation."""

from collections.abc import Callable
from datetime import timedelta
from math import ceil

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.catalog.changes import news_of
from ceu.catalog.queries import get_offer, get_version, list_lessons
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.learning.evaluations import FEWEST, form_items, is_anonymous
from ceu.learning.forms import (
    ConfirmForm,
    TestForm,
    attempt_form,
    evaluation_answers,
    evaluation_form,
    touched_in,
)
from ceu.learning.lesson_files import files_of
from ceu.learning.models import Attempt, Enrollment
from ceu.learning.progress import Step
from ceu.learning.queries import (
    PAGE,
    attempt_for,
    enrollment_for,
    find_last_enrollment,
    find_pre_test,
    get_lesson,
    get_test,
    list_attempts,
    list_enrollments,
    progress_of,
)
from ceu.learning.reader_forms import NoteForm
from ceu.learning.reader_queries import find_note, find_stay, last_stay
from ceu.learning.reading import BEAT, IDLE, time_so_far
from ceu.learning.services import (
    enroll as enroll_person,
    mark_read,
    save_answers,
    start_attempt,
    start_pre_test,
    submit_attempt,
    submit_evaluation,
)
from ceu.learning.testing import chances, gains, review, to_read_again
from ceu.questions.answers import is_complete
from ceu.questions.rules import rules_from_json
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
    attempts = list_attempts(db.session(), enrollment.id) if progress.attempts else []
    rules = rules_from_json(enrollment.version.test_rules)
    return render_template(
        "learning/course.html",
        enrollment=enrollment,
        lessons=lessons,
        progress=progress,
        stay=last_stay(db.session(), enrollment.id) if not progress.evaluated else None,
        time_so_far=time_so_far(progress.seconds, progress.minimum_minutes),
        attempts=attempts,
        chances=chances(attempts, enrollment.version.attempts_allowed, rules, now()),
        rules=rules,
        steps=Step,
        form=ConfirmForm(),
    )


@learning.get("/courses/<int:course_id>/new-since-mine")
@requires(Permission.TAKE_COURSES)
def news(course_id: int) -> Page:
    """What the version on offer changes in the one this person began or took; for others, in the one before."""
    version = get_offer(db.session(), course_id)
    mine = find_last_enrollment(db.session(), current_principal().person_id, course_id)
    if mine is None or mine.version_id == version.id:
        return redirect(url_for("catalog.changes", slug=version.course.slug, course_id=course_id))
    return render_template(
        "catalog/changes.html",
        version=version,
        since=mine.version,
        earlier=[],
        enrollment=mine,
        news=news_of(mine.version.content, version.content, in_full=True),
    )


@learning.get("/learning/<int:enrollment_id>/lessons/<int:position>")
@requires(Permission.TAKE_COURSES)
def lesson(enrollment_id: int, position: int) -> Page:
    """One lesson to read."""
    enrollment = _enrollment(enrollment_id)
    lessons = list_lessons(db.session(), enrollment.version_id)
    shown, progress = get_lesson(lessons, position), progress_of(db.session(), enrollment, lessons)
    stay = find_stay(db.session(), enrollment.id, shown.id)
    note = find_note(db.session(), enrollment.id, shown.id)
    return render_template(
        "learning/lesson.html",
        enrollment=enrollment,
        lessons=lessons,
        lesson=shown,
        progress=progress,
        stay=stay,
        time_so_far=time_so_far(progress.seconds, progress.minimum_minutes),
        files=files_of(shown.html),
        note_form=NoteForm(text=note.text if note else ""),
        beat=BEAT,
        idle=IDLE,
        form=ConfirmForm(),
    )


@learning.post("/learning/<int:enrollment_id>/lessons/<int:position>")
@requires(Permission.TAKE_COURSES)
@commits
def read_lesson(enrollment_id: int, position: int) -> Page:
    """Note a lesson as read, and go on to the next one or, after the last, to the course."""
    enrollment = _enrollment(enrollment_id)
    lessons = list_lessons(db.session(), enrollment.version_id)
    try:
        mark_read(db.session(), now(), enrollment, get_lesson(lessons, position))
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)
    if position < len(lessons):
        return redirect(url_for("learning.lesson", enrollment_id=enrollment_id, position=position + 1), 303)
    return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)


@learning.post("/learning/<int:enrollment_id>/pre-test")
@requires(Permission.TAKE_COURSES)
@commits
def start_pre(enrollment_id: int) -> Page:
    """Begin the pre-test, or go on with it."""
    return _start(enrollment_id, start_pre_test)


@learning.post("/learning/<int:enrollment_id>/post-test")
@requires(Permission.TAKE_COURSES)
@commits
def start_post_test(enrollment_id: int) -> Page:
    """Begin an attempt, or go on with the one begun."""
    return _start(enrollment_id, start_attempt)


@learning.get("/learning/<int:enrollment_id>/post-test/<int:number>")
@requires(Permission.TAKE_COURSES)
def post_test(enrollment_id: int, number: int) -> Page:
    """The questions of an attempt on one page, or the list of its pages; of a submitted one, its result."""
    attempt = _attempt(enrollment_id, number)
    if attempt.submitted_at is not None:
        return _to_result(attempt)
    return _test_page(attempt, attempt_form(attempt, all_needed=False))


@learning.post("/learning/<int:enrollment_id>/post-test/<int:number>")
@requires(Permission.TAKE_COURSES)
@commits
def submit_post_test(enrollment_id: int, number: int) -> Page:
    """Score the answers; of an attempt that is submitted already, the result stands."""
    attempt = _attempt(enrollment_id, number)
    if attempt.submitted_at is not None:
        return _to_result(attempt)
    if attempt.is_over(now()):
        return _to_result(submit_attempt(db.session(), now(), attempt, {}))
    rules = rules_from_json(attempt.enrollment.version.test_rules)
    numbers = None if rules.page == "all" else ()
    later = "later" in request.form
    may_be_blank = later or attempt.is_pre_test or rules.blank_answers == "allowed"
    form = attempt_form(attempt, numbers=numbers, all_needed=not may_be_blank)
    if not form.validate_on_submit():
        return _test_page(attempt, form), 422
    if later:
        save_answers(db.session(), now(), attempt, form.given, now())
        flash("Your answers are saved. They wait for you here, on any device.", "success")
        return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)
    try:
        return _to_result(submit_attempt(db.session(), now(), attempt, form.given))
    except DomainError as refusal:
        form.absorb(refusal)
        return _test_page(attempt, form), 422


@learning.post("/learning/<int:enrollment_id>/post-test/<int:number>/answers")
@requires(Permission.TAKE_COURSES)
@commits(once=False)
def autosave(enrollment_id: int, number: int) -> Page:
    """Keep the answers that a page sends in the background, and say how many seconds are left."""
    attempt = _attempt(enrollment_id, number)
    form = attempt_form(attempt, numbers=touched_in(request.form), all_needed=False)
    form.validate()
    given_at = now() - timedelta(milliseconds=form.age_in_milliseconds)
    kept = save_answers(db.session(), now(), attempt, form.given, given_at)
    refused = {str(field.number): field.errors[0] for field in form.questions if field.errors}
    return jsonify(open=kept, left=_seconds_left(attempt), refused=refused)


@learning.get("/learning/<int:enrollment_id>/post-test/<int:number>/questions/<int:place>")
@requires(Permission.TAKE_COURSES)
def question(enrollment_id: int, number: int, place: int) -> Page:
    """One question of an attempt on a page of its own."""
    attempt = _attempt(enrollment_id, number)
    if attempt.submitted_at is not None:
        return _to_result(attempt)
    return _question_page(attempt, place, attempt_form(attempt, numbers=[place], all_needed=False))


@learning.post("/learning/<int:enrollment_id>/post-test/<int:number>/questions/<int:place>")
@requires(Permission.TAKE_COURSES)
@commits
def answer(enrollment_id: int, number: int, place: int) -> Page:
    """Keep the answer to one question, and go on to the next or, after the last, to the list of all."""
    attempt = _attempt(enrollment_id, number)
    form = attempt_form(attempt, numbers=[place], all_needed=False)
    if not form.validate_on_submit():
        return _question_page(attempt, place, form), 422
    taken_back = {field.shown["id"]: field.data for field in form.questions}
    save_answers(db.session(), now(), attempt, taken_back, now())
    following = place - 1 if "previous" in request.form else place + 1
    if attempt.submitted_at is None and not attempt.is_over(now()) and 0 < following <= attempt.total:
        return redirect(
            url_for("learning.question", enrollment_id=enrollment_id, number=number, place=following), 303
        )
    return redirect(url_for("learning.post_test", enrollment_id=enrollment_id, number=number), 303)


@learning.get("/learning/<int:enrollment_id>/post-test/<int:number>/result")
@requires(Permission.TAKE_COURSES)
def result(enrollment_id: int, number: int) -> Page:
    """The score of an attempt, as much as may be looked at, and what to read again."""
    attempt = _attempt(enrollment_id, number)
    if attempt.submitted_at is None:
        return redirect(url_for("learning.post_test", enrollment_id=enrollment_id, number=number))
    version = attempt.enrollment.version
    test = get_test(version)
    attempts = list_attempts(db.session(), enrollment_id)
    chance = chances(attempts, version.attempts_allowed, test.rules, now())
    score = test.score(attempt.shown, attempt.answers)
    before = find_pre_test(db.session(), enrollment_id) if test.rules.pre_test != "none" else None
    return render_template(
        "learning/result.html",
        attempt=attempt,
        version=version,
        has_passed=any(each.passed for each in attempts),
        chances=chance,
        objectives={objective["id"]: objective["text"] for objective in version.outline["objectives"]},
        score=score,
        gains=gains(test.score(before.shown, before.answers), score)
        if before and before.submitted_at and not attempt.is_pre_test
        else [],
        reviewed=[]
        if attempt.is_pre_test
        else review(
            test,
            attempt.shown,
            attempt.answers,
            score,
            passed=bool(attempt.passed),
            is_last=chance.is_used_up,
        ),
        again={} if attempt.passed else to_read_again(test, attempt.shown, score),
        lessons={lesson.slug: lesson for lesson in list_lessons(db.session(), version.id)},
        form=ConfirmForm(),
    )


@learning.get("/learning/<int:enrollment_id>/evaluation")
@requires(Permission.TAKE_COURSES)
def evaluation(enrollment_id: int) -> Page:
    """The evaluation form; once it is sent, the course."""
    enrollment = _enrollment(enrollment_id)
    if enrollment.completed_at or not progress_of(db.session(), enrollment).may_evaluate:
        return redirect(url_for("learning.course", enrollment_id=enrollment_id))
    return _evaluation_page(enrollment, evaluation_form(form_items(enrollment.version.outline)))


@learning.post("/learning/<int:enrollment_id>/evaluation")
@requires(Permission.TAKE_COURSES)
@commits
def send_evaluation(enrollment_id: int) -> Page:
    """Take the evaluation, which completes the course."""
    enrollment = _enrollment(enrollment_id)
    items = form_items(enrollment.version.outline)
    form = evaluation_form(items)
    if not form.validate_on_submit():
        return _evaluation_page(enrollment, form), 422
    try:
        submit_evaluation(db.session(), now(), enrollment, evaluation_answers(form, items))
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


def _start(enrollment_id: int, begin: Callable[..., Attempt]) -> Response:
    try:
        attempt = begin(db.session(), now(), _enrollment(enrollment_id))
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("learning.course", enrollment_id=enrollment_id), 303)
    return redirect(url_for("learning.post_test", enrollment_id=enrollment_id, number=attempt.number), 303)


def _test_page(attempt: Attempt, form: TestForm) -> str:
    version = attempt.enrollment.version
    return render_template(
        "learning/post_test.html",
        attempt=attempt,
        version=version,
        rules=rules_from_json(version.test_rules),
        left=_seconds_left(attempt),
        answered=[is_complete(item, attempt.answers.get(item["id"])) for item in attempt.shown],
        form=form,
    )


def _question_page(attempt: Attempt, place: int, form: TestForm) -> str:
    if not form.questions:
        raise NotFound
    return render_template(
        "learning/question.html",
        attempt=attempt,
        version=attempt.enrollment.version,
        place=place,
        left=_seconds_left(attempt),
        form=form,
    )


def _seconds_left(attempt: Attempt) -> int | None:
    """Until the deadline by the server's clock, 0 only when it has come; None without one."""
    return None if attempt.deadline is None else max(0, ceil((attempt.deadline - now()).total_seconds()))


def _evaluation_page(enrollment: Enrollment, form: BaseForm) -> str:
    return render_template(
        "learning/evaluation.html",
        enrollment=enrollment,
        form=form,
        anonymous=is_anonymous(enrollment.version.outline),
        fewest=FEWEST,
    )


def _after() -> int | None:
    key = request.args.get("after", type=int)
    return key if key is not None and 0 < key < 2**31 else None
