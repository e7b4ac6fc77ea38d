"""The trainee's pages: the week, its entries, the settings and the people who supervise in them."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.dates import Week, day_text, weekday_text
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.minutes import clock_text
from ceu.domain.permissions import Permission
from ceu.experience import services
from ceu.experience.asked import answered, answers_of, setting_questions, supervisor_questions
from ceu.experience.day_queries import find_undo
from ceu.experience.forms import (
    EntryForm,
    InviteForm,
    LogForm,
    SubmitForm,
    SupervisorForm,
    day_or_none,
    setting_form,
)
from ceu.experience.given_meetings import Standing
from ceu.experience.given_queries import list_in_week
from ceu.experience.models import SignOff, Supervision, WeekSheet, WorkSetting
from ceu.experience.own_queries import get_own_words, list_recent_tags, tags_of
from ceu.experience.pages import named_activities, packs_of, readings_of, who_entered
from ceu.experience.queries import (
    entry_for,
    find_usual_setting,
    hours_by_state,
    list_chain,
    list_settings,
    list_settings_with_supervisions,
    list_sheets,
    list_sign_offs_of_sheets,
    list_supervisions,
    list_weeks,
    setting_for,
    sheet_for,
    supervision_for,
)
from ceu.experience.records import read_record
from ceu.experience.sign_models import WeekComment
from ceu.experience.sign_queries import list_comments
from ceu.experience.week_queries import find_week_shown
from ceu.licenses.forms import asking
from ceu.licenses.queries import list_goals
from ceu.signing.export import export_file
from ceu.web.access import requires
from ceu.web.forms import BaseForm, id_or_none
from ceu.web.mail import send_mail
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

experience = Blueprint("experience", __name__)

Page = str | Response | tuple[str, int]


# ---- the week ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SheetCard:
    """One sheet of a week as the page shows it; ``supervisions`` are those under which it can be signed.

    ``is_first`` unless another sheet of its setting stands before it: what the rules say of the week, they say of both.
    ``supervisor`` is named where several supervise in the setting.
    """

    sheet: WeekSheet
    form: SubmitForm
    supervisions: list[Supervision]
    sign_off: SignOff | None
    comments: list[WeekComment]
    is_first: bool
    supervisor: str | None

    @property
    def place(self) -> str:
        """What tells the sheet from the others of the page."""
        return f"{self.sheet.setting.name}, {self.supervisor}" if self.supervisor else self.sheet.setting.name


@experience.route("/hours", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def log() -> Page:
    """The week: what is logged, what of it counts, and a form to log more."""
    principal = current_principal()
    settings, supervisions = list_settings_with_supervisions(db.session(), principal.person_id)
    week = _shown_week()
    form = _log_form(settings, supervisions, week)
    if form.validate_on_submit():
        try:
            entry = services.log_experience(
                db.session(), now(), person_id=principal.person_id, **form.facts()
            )
            flash(f"Logged: {clock_text(entry.minutes)} on {weekday_text(entry.day)}.", "success")
            return redirect(_week_url(week.first, form.setting.data, entry.day), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _week_page(settings, supervisions, week, form)


def _shown_week() -> Week:
    day = day_or_none(request.args["week"]) if "week" in request.args else today()
    if day is None:
        raise NotFound
    return find_week_shown(db.session(), current_principal().person_id, day)


def _week_url(week_start: date, setting: int | None = None, day: date | None = None) -> str:
    """The page of a week; after logging, at the form with the setting and day of the last entry."""
    if day is None:
        return url_for("experience.log", week=week_start.isoformat())
    return url_for(
        "experience.log",
        week=week_start.isoformat(),
        setting=setting,
        day=day.isoformat(),
        _anchor="log-time",
    )


def _just_changed() -> bool:
    """Whether the page follows a change: then it offers to take it back."""
    return not {"setting", "undo"}.isdisjoint(request.args)


def _log_form(settings: list[WorkSetting], supervisions: list[Supervision], week: Week) -> LogForm:
    """The form, with setting and day as they were last time."""
    wanted = day_or_none(request.args.get("day", "")) or today()
    form = LogForm(
        setting=_usual_setting(),
        day=wanted if week.holds(wanted) else week.first,
    )
    form.offer_settings([one for one in settings if one.ended_on is None or one.ended_on >= week.first])
    form.offer_supervisors(supervisions)
    form.offer_week(week)
    return form


def _usual_setting() -> int | None:
    """The setting to begin with; a form that was sent says its own."""
    if request.method == "POST":
        return None
    asked = id_or_none(request.args.get("setting"))
    return asked or find_usual_setting(db.session(), current_principal().person_id)


def _week_page(
    settings: list[WorkSetting],
    supervisions: list[Supervision],
    week: Week,
    form: LogForm,
    refused: tuple[int, SubmitForm] | None = None,
) -> Page:
    principal = current_principal()
    session = db.session()
    sheets = list_sheets(session, principal.person_id, week)
    sign_offs = list_sign_offs_of_sheets(
        session, [sheet.id for sheet in sheets if sheet.signed_at is not None]
    )
    threads = list_comments(session, [sheet.id for sheet in sheets if sheet.returned_at is not None])
    goals = list_goals(session, principal.person_id)
    form.show_first(named_activities(goals))
    form.offer_tags(list_recent_tags(session, principal.person_id))
    # A sheet that is cut otherwise is shown whole.
    shown = Week(
        min([week.first, *(sheet.week_start for sheet in sheets)]),
        max([week.last, *(sheet.week_end for sheet in sheets)]),
    )
    given = list_in_week(session, principal.person_id, shown)
    page = render_template(
        "experience/log.html",
        settings=settings,
        week=week,
        is_past=week.last < today(),
        is_this=week.holds(today()),
        cards=[
            _card(
                sheet,
                supervisions,
                sign_offs.get(sheet.id),
                threads.get(sheet.id, []),
                refused,
                is_first=sheet.setting_id not in {other.setting_id for other in sheets[:place]},
            )
            for place, sheet in enumerate(sheets)
        ],
        total=sum(entry.minutes for sheet in sheets for entry in sheet.entries if week.holds(entry.day)),
        undo=find_undo(session, principal.person_id, now()) if _just_changed() else None,
        tags=tags_of(session, [entry.id for sheet in sheets for entry in sheet.entries]),
        readings=readings_of(goals, shown, today()),
        entered_by=who_entered(given),
        waiting_from_supervisors=sum(one.stands == Standing.WAITING for one in given),
        form=form,
        button=BaseForm(formdata=None),
    )
    return (page, 422) if form.errors or refused else page


def _card(
    sheet: WeekSheet,
    supervisions: list[Supervision],
    sign_off: SignOff | None,
    comments: list[WeekComment],
    refused: tuple[int, SubmitForm] | None,
    *,
    is_first: bool,
) -> SheetCard:
    possible = [one for one in supervisions if services.may_sign(sheet, one)]
    several = sum(one.setting_id == sheet.setting_id and one.is_active for one in supervisions) > 1
    supervised_by = sheet.apart_for_id or sheet.supervised_by_id or sheet.supervision_id
    names = {one.id: one.name for one in supervisions}
    is_refused = refused is not None and refused[0] == sheet.id
    form = refused[1] if refused is not None and is_refused else SubmitForm(formdata=None)
    if not is_refused:
        form.supervision_id.data = sheet.supervision_id
    form.offer(possible)
    form.supervision_id.id = f"supervision-{sheet.id}"
    supervisor = names.get(supervised_by) if supervised_by and (several or sheet.apart_for_id) else None
    return SheetCard(sheet, form, possible, sign_off, comments, is_first, supervisor)


@experience.post("/hours/repeat-last-week")
@requires(Permission.LOG_EXPERIENCE)
@commits
def repeat_week() -> Page:
    """Copy last week's entries into the week shown."""
    week = _shown_week()
    if BaseForm().validate_on_submit():
        repeated = services.repeat_last_week(
            db.session(),
            now(),
            person_id=current_principal().person_id,
            week=week,
        )
        flash(_said(repeated), "success" if repeated.copied else "note")
    return redirect(_week_url(week.first), 303)


def _said(repeated: services.Repeated) -> str:
    copied = {0: "Nothing was copied.", 1: "1 entry copied."}.get(
        repeated.copied, f"{repeated.copied} entries copied."
    )
    if not repeated.copied and not repeated.left_out:
        return "Nothing was copied: the week before has no entries."
    return " ".join([copied, *(["Left out:"] if repeated.left_out else []), *repeated.left_out])


@experience.get("/hours/weeks")
@requires(Permission.LOG_EXPERIENCE)
def weeks() -> Page:
    """All weeks with their sums and where each stands."""
    before = request.args.get("before")
    key = day_or_none(before) if before else None
    if before and key is None:
        raise NotFound
    person_id = current_principal().person_id
    page, more = list_weeks(db.session(), person_id, key)
    return render_template(
        "experience/weeks.html",
        weeks=page,
        hours=hours_by_state(db.session(), person_id),
        older=page[-1][0].week_start if more else None,
        is_first=key is None,
    )


@experience.post("/hours/weeks/<int:sheet_id>/submit")
@requires(Permission.LOG_EXPERIENCE)
@commits
def submit_week(sheet_id: int) -> Page:
    """Ask for the signature on a week."""
    principal = current_principal()
    sheet = sheet_for(db.session(), principal, sheet_id)
    form = SubmitForm()
    if form.validate_on_submit():
        try:
            supervision = services.submit_week(db.session(), now(), sheet, form.supervision_id.data)
        except DomainError as refusal:
            if refusal.field is None:
                flash(refusal.message, "error")
                return redirect(_week_url(sheet.week_start), 303)
            form.absorb(refusal)
        else:
            _tell_supervisor(supervision, sheet)
            flash(f"Submitted. {supervision.name} has been sent a message.", "success")
            return redirect(_week_url(sheet.week_start), 303)
    settings, supervisions = list_settings_with_supervisions(db.session(), principal.person_id)
    log_form = LogForm(formdata=None, day=sheet.week_start)
    log_form.offer_settings(settings)
    log_form.offer_supervisors(supervisions)
    log_form.offer_week(sheet.week)
    return _week_page(settings, supervisions, sheet.week, log_form, (sheet.id, form))


def _tell_supervisor(supervision: Supervision, sheet: WeekSheet) -> None:
    if supervision.supervisor is not None:
        send_mail(
            supervision.supervisor.email,
            "week_submitted",
            supervisor=supervision.supervisor,
            trainee=current_principal().name,
            sheet=sheet,
            path=url_for("supervision.week", sheet_id=sheet.id),
        )


@experience.post("/hours/weeks/<int:sheet_id>/withdraw")
@requires(Permission.LOG_EXPERIENCE)
@commits
def withdraw_week(sheet_id: int) -> Page:
    """Take a week back before it is signed."""
    sheet = sheet_for(db.session(), current_principal(), sheet_id)
    if BaseForm().validate_on_submit():
        try:
            services.withdraw_week(db.session(), now(), sheet)
            flash("Withdrawn. You can change this week and submit it again.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(_week_url(sheet.week_start), 303)


@experience.get("/hours/signed-log.json")
@requires(Permission.LOG_EXPERIENCE)
def signed_log() -> Page:
    """All signed records of this log as one file that `ceu verify` checks without the site."""
    chain = list_chain(db.session(), current_principal().person_id)
    data = export_file((read_record(one.record) for one in chain), outside().keys.public_keys.values())
    answer = make_response(data)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = "attachment; filename=signed-log.json"
    return answer


# ---- entries -----------------------------------------------------------------------------------------------------


@experience.route("/hours/entries/<int:entry_id>", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def edit_entry(entry_id: int) -> Page:
    """Correct an entry of a week that is still open."""
    principal = current_principal()
    entry = entry_for(db.session(), principal, entry_id)
    if not entry.sheet.is_open:
        flash(services.locked_sentence(entry.sheet), "error")
        return redirect(_week_url(entry.sheet.week_start), 303)
    form = EntryForm.of(entry, get_own_words(db.session(), entry.id))
    settings, supervisions = list_settings_with_supervisions(db.session(), principal.person_id)
    form.offer_settings(settings)
    form.offer_supervisors(supervisions, entry.under_id)
    if form.validate_on_submit():
        try:
            services.change_entry(db.session(), now(), entry, seen=form.seen.data, **form.facts())
            flash("Changed.", "success")
            return redirect(_week_url(entry.sheet.week_start), 303)
        except DomainError as refusal:
            form.absorb(refusal)
            form.seen.data = entry.fingerprint
    form.show_first(named_activities(list_goals(db.session(), principal.person_id)))
    form.offer_tags(list_recent_tags(db.session(), principal.person_id))
    page = render_template(
        "experience/entry.html",
        form=form,
        entry=entry,
        button=BaseForm(formdata=None),
        back=_week_url(entry.sheet.week_start),
    )
    return (page, 422) if form.errors else page


@experience.post("/hours/entries/<int:entry_id>/remove")
@requires(Permission.LOG_EXPERIENCE)
@commits
def remove_entry(entry_id: int) -> Page:
    """Take an entry out of a week that is still open."""
    entry = entry_for(db.session(), current_principal(), entry_id)
    week_start = entry.sheet.week_start
    if BaseForm().validate_on_submit():
        try:
            services.remove_entry(db.session(), now(), entry)
            flash("Removed.", "success")
            return redirect(url_for("experience.log", week=week_start.isoformat(), undo="yes"), 303)
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(_week_url(week_start), 303)


# ---- settings and supervisors ------------------------------------------------------------------------------------


@experience.get("/hours/settings")
@requires(Permission.LOG_EXPERIENCE)
def setting_list() -> Page:
    """Where this person works, and who supervises there."""
    return _setting_page(None)


def _setting_page(refusal: DomainError | None) -> Page:
    person_id = current_principal().person_id
    supervisions, settings = (
        list_supervisions(db.session(), person_id),
        list_settings(db.session(), person_id),
    )
    packs = packs_of(person_id)
    page = render_template(
        "experience/settings.html",
        settings=settings,
        supervisions=supervisions,
        asked_about_supervisors=bool(supervisor_questions(packs)),
        setting_answers=[
            (setting.id, list(answered(setting_questions(packs), setting.facts))) for setting in settings
        ],
        open_invitations={one.id for one in supervisions if services.is_open_invitation(one, now())},
        refusal=refusal,
        button=BaseForm(formdata=None),
    )
    return (page, 422) if refusal else page


@experience.route("/hours/settings/new", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def add_setting() -> Page:
    """Note a new place of work."""
    questions = setting_questions(packs_of(current_principal().person_id))
    form = setting_form(questions)
    if form.validate_on_submit():
        try:
            setting = services.add_setting(
                db.session(),
                now(),
                person_id=current_principal().person_id,
                facts=form.setting(),
                answers=form.answers(questions),
            )
            flash(f"{setting.name} is noted. Who supervises you there?", "success")
            return redirect(url_for("experience.invite_supervisor", setting_id=setting.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("experience/setting.html", form=form, setting=None, questions=questions)
    return (page, 422) if form.errors else page


@experience.route("/hours/settings/<int:setting_id>", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def edit_setting(setting_id: int) -> Page:
    """Correct what the rules ask about a setting."""
    setting = setting_for(db.session(), current_principal(), setting_id)
    questions = setting_questions(packs_of(setting.person_id))
    form = setting_form(questions, setting)
    if form.validate_on_submit():
        try:
            services.change_setting(db.session(), now(), setting, form.setting(), form.answers(questions))
            flash("Saved.", "success")
            return redirect(url_for("experience.setting_list"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("experience/setting.html", form=form, setting=setting, questions=questions)
    return (page, 422) if form.errors else page


@experience.route("/hours/settings/<int:setting_id>/supervisors/new", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def invite_supervisor(setting_id: int) -> Page:
    """Ask somebody to supervise in a setting."""
    setting = setting_for(db.session(), current_principal(), setting_id)
    form = InviteForm()
    if form.validate_on_submit():
        try:
            supervision, token = services.invite_supervisor(
                db.session(), now(), setting, form.name.data, form.email.data
            )
            _send_invitation(supervision, setting, token)
            flash(f"The invitation is on its way to {supervision.invited_email}.", "success")
            return redirect(url_for("experience.setting_list"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("experience/invite.html", form=form, setting=setting)
    return (page, 422) if form.errors else page


def _send_invitation(supervision: Supervision, setting: WorkSetting, token: str) -> None:
    send_mail(
        supervision.invited_email,
        "supervisor_invitation",
        supervision=supervision,
        setting=setting,
        trainee=current_principal().name,
        path=url_for("supervision.invitation", token=token),
        good_until=day_text((supervision.invited_at + services.INVITATION_LIFE).date()),
    )


@experience.post("/hours/supervisions/<int:supervision_id>/resend")
@requires(Permission.LOG_EXPERIENCE)
@commits
def resend_invitation(supervision_id: int) -> Page:
    """Send an unanswered invitation again, with a new link."""
    supervision = supervision_for(db.session(), current_principal(), supervision_id)
    if BaseForm().validate_on_submit():
        try:
            token = services.resend_invitation(db.session(), now(), supervision)
        except DomainError as refusal:
            return _setting_page(refusal)
        _send_invitation(supervision, supervision.setting, token)
        flash(f"A new invitation is on its way to {supervision.invited_email}.", "success")
    return redirect(url_for("experience.setting_list"), 303)


@experience.post("/hours/supervisions/<int:supervision_id>/end")
@requires(Permission.LOG_EXPERIENCE)
@commits
def end_supervision(supervision_id: int) -> Page:
    """End a supervision, or take an invitation back."""
    supervision = supervision_for(db.session(), current_principal(), supervision_id)
    if BaseForm().validate_on_submit():
        try:
            services.end_supervision(db.session(), now(), supervision)
        except DomainError as refusal:
            return _setting_page(refusal)
        flash(f"{supervision.name} no longer supervises you there.", "success")
    return redirect(url_for("experience.setting_list"), 303)


@experience.route("/hours/supervisors/<int:supervision_id>", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def about_supervisor(supervision_id: int) -> Page:
    """Answer what the rules ask about a supervisor."""
    given = supervision_for(db.session(), current_principal(), supervision_id)
    questions = supervisor_questions(packs_of(given.trainee_id))
    form = asking(SupervisorForm, questions, answers_of(given.facts), {})
    if form.validate_on_submit():
        try:
            services.answer_about_supervisor(
                db.session(), now(), given, current_principal().person_id, form.answers(questions)
            )
            flash("Saved.", "success")
            return redirect(url_for("experience.setting_list"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("experience/supervisor.html", form=form, given=given, questions=questions)
    return (page, 422) if form.errors else page
