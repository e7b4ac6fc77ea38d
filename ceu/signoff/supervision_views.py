"""The supervisor's pages: invitations, the queue, a week as it will be signed, and the signed records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts.models import Person
from ceu.accounts.queries import get_person
from ceu.accounts.tokens import digest as token_digest
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.experience import WeekState
from ceu.domain.permissions import Permission
from ceu.experience import services
from ceu.experience.asked import Questions, answers_of, supervisor_questions
from ceu.experience.forms import (
    AcceptForm,
    LicenseForm,
    ReturnForm,
    SignForm,
    SignManyForm,
    day_or_none,
    license_values,
)
from ceu.experience.models import SignOff, Supervision, WeekSheet
from ceu.experience.pages import packs_of
from ceu.experience.queries import (
    PAGE,
    NoLongerWaiting,
    count_waiting,
    find_in_force,
    find_latest_license,
    find_supervision_by_token,
    find_twin,
    find_waiting_span,
    list_chain,
    list_given_sign_offs,
    list_given_supervisions,
    list_verdicts,
    list_waiting,
    list_waiting_between,
    sheet_to_sign_for,
    sheets_to_sign_for,
    sign_off_for,
    sign_off_given_by,
    supervision_given_by,
)
from ceu.experience.records import read_record
from ceu.experience.sign_models import WeekComment
from ceu.experience.sign_queries import list_comments, list_returned, list_unclaimed
from ceu.experience.verdicts import Finding, read_week
from ceu.licenses.forms import asking
from ceu.signing.export import export_file
from ceu.signing.records import verify_chain
from ceu.signoff import services as sign_services
from ceu.signoff.forms import WithdrawForm
from ceu.signoff.pages import chosen_weeks, shown_week, shown_weeks
from ceu.signoff.transfer_queries import list_transfers_asked_of
from ceu.web.access import public, requires
from ceu.web.forms import BaseForm, id_or_none
from ceu.web.mail import send_mail
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal, find_principal
from ceu.web.transactions import commits

supervision = Blueprint("supervision", __name__)

Page = str | Response | tuple[str, int]

FEW = 10
"""Supervisees listed below the queue; all of them have a page of their own."""
MOST_AT_ONCE = 200
"""Weeks signed at one sitting: four years of one supervisee, or a month of fifty."""


@supervision.errorhandler(NoLongerWaiting)
def no_longer_waiting(refusal: NoLongerWaiting) -> Response:
    """A week that the trainee took back meanwhile: say so beside those that still wait."""
    flash(refusal.message, "error")
    return redirect(url_for("supervision.queue"), 303)


# ---- invitations -------------------------------------------------------------------------------------------------


@supervision.get("/supervision/invitations/<token>")
@public
def invitation(token: str) -> Page:
    """Who asks for supervision, and where; accept or decline."""
    invited = _invited(token)
    return _invitation_page(token, invited, _accept_form(invited))


def _invited(token: str) -> Supervision:
    found = find_supervision_by_token(db.session(), token_digest(token))
    if found is None:
        raise NotFound
    return found


def _questions_about(invited: Supervision) -> Questions:
    """What the rules of the trainee's goals ask about whoever accepts."""
    return supervisor_questions(packs_of(invited.trainee_id))


def _accept_form(invited: Supervision) -> AcceptForm:
    """The form, filled with the license this supervisor named last."""
    principal = find_principal()
    known = find_latest_license(db.session(), principal.person_id) if principal else None
    values = license_values(known) if known is not None else {}
    return asking(AcceptForm, _questions_about(invited), answers_of(invited.facts), values)


def _invitation_page(token: str, invited: Supervision, form: AcceptForm) -> Page:
    principal = find_principal()
    page = render_template(
        "signoff/invitation.html",
        token=token,
        invited=invited,
        is_open=services.is_open_invitation(invited, now()),
        is_own=principal is not None and principal.person_id == invited.trainee_id,
        here=url_for("supervision.invitation", token=token),
        form=form,
        questions=_questions_about(invited),
        button=BaseForm(formdata=None),
    )
    return (page, 422) if form.errors else page


@supervision.post("/supervision/invitations/<token>/accept")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def accept_invitation(token: str) -> Page:
    """Take over the supervision."""
    invited = _invited(token)
    form = _accept_form(invited)
    if form.validate_on_submit():
        try:
            services.accept_invitation(
                db.session(),
                now(),
                invited,
                supervisor=get_person(db.session(), current_principal().person_id),
                license_facts=form.license(),
                related=form.related.data == "yes",
                answers=form.answers(_questions_about(invited)),
            )
            flash(
                f"You now supervise {invited.trainee.name} at {invited.setting.name}. Weeks to sign come here.",
                "success",
            )
            return redirect(url_for("supervision.queue"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _invitation_page(token, invited, form)


@supervision.post("/supervision/invitations/<token>/decline")
@public
@commits
def decline_invitation(token: str) -> Page:
    """Say no."""
    invited = _invited(token)
    if BaseForm().validate_on_submit():
        try:
            services.decline_invitation(db.session(), now(), invited)
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("supervision.invitation", token=token), 303)


# ---- the queue ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A week in the queue, with the findings that ask for a look."""

    sheet: WeekSheet
    findings: tuple[Finding, ...]


@supervision.get("/supervision")
@requires(Permission.SIGN_EXPERIENCE)
def queue() -> Page:
    """The weeks that wait for this supervisor, by trainee."""
    session, person_id = db.session(), current_principal().person_id
    sheets, more = list_waiting(session, person_id, _queue_key(request.args.get("after")))
    return render_template(
        "signoff/queue.html",
        waiting=_with_findings(sheets),
        count=count_waiting(session, person_id),
        span=find_waiting_span(session, person_id),
        after=_spell_key(sheets[-1]) if more else None,
        supervisions=list_given_supervisions(session, person_id),
        few=FEW,
        returned=_with_threads(list_returned(session, person_id, PAGE)),
        transfers=list_transfers_asked_of(session, person_id),
    )


def _with_threads(sheets: Sequence[WeekSheet]) -> list[tuple[WeekSheet, list[WeekComment]]]:
    threads = list_comments(db.session(), [sheet.id for sheet in sheets])
    return [(sheet, threads.get(sheet.id, [])) for sheet in sheets]


def _spell_key(sheet: WeekSheet) -> str:
    return f"{sheet.person_id}.{sheet.week_start.isoformat()}.{sheet.id}"


def _queue_key(text: str | None) -> tuple[int, date, int] | None:
    if text is None:
        return None
    person, _, rest = text.partition(".")
    day, _, sheet = rest.partition(".")
    key = (id_or_none(person), day_or_none(day), id_or_none(sheet))
    if key[0] is None or key[1] is None or key[2] is None:
        raise NotFound
    return key[0], key[1], key[2]


def _with_findings(sheets: Sequence[WeekSheet]) -> list[Waiting]:
    if not sheets:
        return []
    starts = [sheet.week_start for sheet in sheets]
    stored = list_verdicts(
        db.session(),
        sorted({sheet.person_id for sheet in sheets}),
        min(starts) - timedelta(days=6),
        max(starts) + timedelta(days=6),
    )
    found = []
    for sheet in sheets:
        first, last = sheet.week_start - timedelta(days=6), sheet.week_end
        of_week = [
            verdict.verdict
            for person_id, verdict in stored
            if person_id == sheet.person_id and first <= verdict.week_start <= last
        ]
        said = read_week(0, "", of_week).findings_of(sheet.setting_id)
        found.append(Waiting(sheet, tuple(dict.fromkeys(said))))
    return found


# ---- reading, returning and signing ------------------------------------------------------------------------------


@supervision.get("/supervision/weeks/<int:sheet_id>")
@requires(Permission.SIGN_EXPERIENCE)
def week(sheet_id: int) -> Page:
    """A week exactly as it will be signed."""
    sheet = sheet_to_sign_for(db.session(), current_principal(), sheet_id)
    if sheet.state == WeekState.SIGNED:
        return redirect(_record_url(sheet))
    return _sheet_page(sheet, SignForm(), ReturnForm())


def _record_url(sheet: WeekSheet) -> str:
    if sheet.in_force is None:
        raise NotFound
    return url_for("supervision.record", sign_off_id=sheet.in_force.id)


def _sheet_page(sheet: WeekSheet, sign_form: SignForm, return_form: ReturnForm) -> Page:
    shown = shown_week(sheet, today())
    sign_form.sha256.data = shown.sha256
    page = render_template("signoff/week.html", shown=shown, sign_form=sign_form, return_form=return_form)
    return (page, 422) if sign_form.errors or return_form.errors else page


@supervision.post("/supervision/weeks/<int:sheet_id>/return")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def return_week(sheet_id: int) -> Page:
    """Give a week back with a comment."""
    sheet = sheet_to_sign_for(db.session(), current_principal(), sheet_id)
    if sheet.state == WeekState.SIGNED:
        return redirect(_record_url(sheet), 303)
    form = ReturnForm()
    if form.validate_on_submit():
        try:
            services.return_for_correction(
                db.session(), now(), sheet, form.comment.data, form.kept_because.data or ""
            )
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            trainee = get_person(db.session(), sheet.person_id)
            tell_returned(trainee, current_principal().name, sheet)
            flash(f"Returned to {trainee.name} with your comment.", "success")
            return redirect(url_for("supervision.queue"), 303)
    return _sheet_page(sheet, SignForm(formdata=None), form)


@supervision.post("/supervision/weeks/<int:sheet_id>/sign")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def sign_week(sheet_id: int) -> Page:
    """Sign a week as it was shown."""
    sheet = sheet_to_sign_for(db.session(), current_principal(), sheet_id)
    form = SignForm()
    if form.validate_on_submit():
        try:
            (signed,) = _sign([services.Shown(sheet, form.sha256.data or "")], form.password.data)
            return redirect(url_for("supervision.record", sign_off_id=signed.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    if sheet.state == WeekState.SIGNED:
        return redirect(_record_url(sheet), 303)
    return _sheet_page(sheet, form, ReturnForm(formdata=None))


def _sign(shown: Sequence[services.Shown], password: str) -> list[SignOff]:
    """Sign, and tell the trainees; a week signed before is told no second time."""
    signed = services.sign_off(
        db.session(),
        now(),
        outside().keys,
        signer_id=current_principal().person_id,
        shown=shown,
        password=password,
    )
    fresh = [one.sheet for one in signed if one.is_new]
    for person_id in sorted({sheet.person_id for sheet in fresh}):
        sheets = [sheet for sheet in fresh if sheet.person_id == person_id]
        tell_signed(get_person(db.session(), person_id), current_principal().name, sheets)
    return [one.sign_off for one in signed]


def tell_signed(trainee: Person, supervisor: str, sheets: Sequence[WeekSheet]) -> None:
    """Tell the trainee that weeks are signed."""
    send_mail(
        trainee.email,
        "week_signed",
        supervisor=supervisor,
        trainee=trainee,
        sheets=sheets,
        path=url_for("experience.weeks"),
    )


def tell_returned(trainee: Person, supervisor: str, sheet: WeekSheet) -> None:
    """Tell the trainee that a week came back, and why."""
    send_mail(
        trainee.email,
        "week_returned",
        supervisor=supervisor,
        trainee=trainee,
        sheet=sheet,
        path=_log_url(sheet),
    )


def _log_url(sheet: WeekSheet) -> str:
    return url_for("experience.log", week=sheet.week_start.isoformat())


@supervision.route("/supervision/sign", methods=["GET", "POST"])
@requires(Permission.SIGN_EXPERIENCE)
@commits
def sign_many() -> Page:
    """Several weeks in full, chosen one by one or as a span, signed with one password."""
    chosen = _span() if "from" in request.args else chosen_weeks(request.values.getlist("week"))
    form = SignManyForm()
    if not chosen:
        flash("Choose the weeks you want to sign.", "error")
        return redirect(url_for("supervision.queue"), 303)
    sheets = sheets_to_sign_for(db.session(), current_principal(), list(chosen)[:MOST_AT_ONCE])
    if form.validate_on_submit():
        try:
            signed = _sign([services.Shown(sheet, chosen[sheet.id]) for sheet in sheets], form.password.data)
            flash(f"{len(signed)} {'week' if len(signed) == 1 else 'weeks'} signed.", "success")
            return redirect(url_for("supervision.queue"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    waiting = [sheet for sheet in sheets if sheet.state == WeekState.SUBMITTED]
    page = render_template(
        "signoff/sign_many.html",
        weeks=shown_weeks(waiting, today()),
        left_out=len(chosen) - len(sheets),
        form=form,
    )
    return page, form.http_status


def _span() -> dict[int, str]:
    """The weeks that wait in a span of days, of one supervisee or of all."""
    first, last = day_or_none(request.args["from"]), day_or_none(request.args.get("to"))
    if first is None or last is None:
        return {}
    trainee_id = id_or_none(request.args.get("trainee"))
    found = list_waiting_between(db.session(), current_principal().person_id, first, last, trainee_id)
    return dict.fromkeys(found, "")


# ---- signed records ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GivenRecord:
    """A record that a supervisor has sealed, as it was then; ``is_in_force`` says whether the week still rests on it."""

    signed: SignOff
    body: Mapping[str, Any]
    is_in_force: bool


@supervision.get("/supervision/signed")
@requires(Permission.SIGN_EXPERIENCE)
def signed_list() -> Page:
    """What this supervisor has signed, the latest first."""
    principal = current_principal()
    before = request.args.get("before")
    key = id_or_none(before) if before else None
    if before and key is None:
        raise NotFound
    rows, more = list_given_sign_offs(db.session(), principal.person_id, key)
    return render_template(
        "signoff/signed.html",
        rows=[
            GivenRecord(signed, read_record(signed.record).body, signed.sheet_version == version_in_force)
            for signed, version_in_force in rows
        ],
        older=rows[-1][0].id if more else None,
        is_first=key is None,
        unclaimed=len(list_unclaimed(db.session(), principal.email)),
        button=BaseForm(formdata=None),
    )


@supervision.post("/supervision/signed/claim")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def claim() -> Page:
    """Take what was signed by links to one's address into the account."""
    if BaseForm().validate_on_submit():
        person = get_person(db.session(), current_principal().person_id)
        count = sign_services.claim_signatures(db.session(), now(), person)
        flash(f"{count} {'record is' if count == 1 else 'records are'} now in your account.", "success")
    return redirect(url_for("supervision.signed_list"), 303)


@supervision.get("/supervision/records/<int:sign_off_id>")
@requires(Permission.SIGN_EXPERIENCE)
def record(sign_off_id: int) -> Page:
    """A signed record, whether it is still as it was signed, and whether the week still rests on it."""
    session, principal = db.session(), current_principal()
    signed = sign_off_for(session, principal, sign_off_id)
    if signed.sheet_id is None:
        return redirect(url_for("attestations.record", sign_off_id=signed.id))
    chain = [read_record(one.record) for one in list_chain(session, signed.person_id, until=signed.id)]
    shown = chain[-1]
    in_force = find_in_force(session, signed.sheet_id)
    return render_template(
        "signoff/record.html",
        signed=signed,
        record=shown,
        body=shown.body,
        signed_at=datetime.fromisoformat(shown.signed_at),
        position=len(chain),
        verification=verify_chain(chain, outside().keys.public_keys, head=signed.sha256),
        is_own=signed.person_id == principal.person_id,
        is_mine=signed.signer_id == principal.person_id,
        in_force=in_force,
        twin=find_twin(session, signed),
    )


@supervision.route("/supervision/records/<int:sign_off_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.SIGN_EXPERIENCE)
@commits
def withdraw(sign_off_id: int) -> Page:
    """Withdraw a signature that one gave."""
    session, principal = db.session(), current_principal()
    signed = sign_off_given_by(session, principal, sign_off_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            withdrawal, is_new = sign_services.withdraw_signature(
                session,
                now(),
                outside().keys,
                signer_id=principal.person_id,
                signed=signed,
                reason=form.reason.data,
                password=form.password.data,
                kept_because=form.kept_because.data or "",
            )
            if is_new:
                _tell_withdrawn(signed, form.reason.data)
            return redirect(url_for("supervision.record", sign_off_id=withdrawal.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    body = read_record(signed.record).body
    page = render_template("signoff/withdraw.html", signed=signed, body=body, form=form)
    return page, form.http_status


def _tell_withdrawn(signed: SignOff, reason: str) -> None:
    trainee = get_person(db.session(), signed.person_id)
    body = read_record(signed.record).body
    send_mail(
        trainee.email,
        "signature_withdrawn",
        supervisor=current_principal().name,
        trainee=trainee,
        body=body,
        reason=reason,
        path=url_for("experience.log", week=body["week"]["start"]),  # type: ignore[index,call-overload]
    )


@supervision.get("/supervision/records/<int:sign_off_id>.json")
@requires(Permission.SIGN_EXPERIENCE)
def download_record(sign_off_id: int) -> Page:
    """The record as a file that `ceu verify` reads.

    The trainee gets the log's signatures up to this one, so that the chain can be checked; a supervisor gets this
    record alone, because the ones before it may be about other settings.
    """
    principal = current_principal()
    signed = sign_off_for(db.session(), principal, sign_off_id)
    if signed.person_id == principal.person_id:
        chain = list_chain(db.session(), signed.person_id, until=signed.id)
        data = export_file((read_record(one.record) for one in chain), outside().keys.public_keys.values())
    else:
        data = signed.record.encode()
    answer = make_response(data)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f"attachment; filename=record-{signed.sha256[:16]}.json"
    return answer


# ---- the supervisor's own license --------------------------------------------------------------------------------


@supervision.route("/supervision/supervisees/<int:supervision_id>/license", methods=["GET", "POST"])
@requires(Permission.SIGN_EXPERIENCE)
@commits
def edit_license(supervision_id: int) -> Page:
    """Enter a renewed license for weeks still to be signed."""
    given = supervision_given_by(db.session(), current_principal(), supervision_id)
    questions = supervisor_questions(packs_of(given.trainee_id))
    form = asking(LicenseForm, questions, answers_of(given.facts), license_values(given))
    if form.validate_on_submit():
        try:
            services.change_license(db.session(), now(), given, form.license())
            services.answer_about_supervisor(
                db.session(), now(), given, current_principal().person_id, form.answers(questions)
            )
            flash("Saved. Weeks you sign from now on show this license.", "success")
            return redirect(url_for("supervision.queue"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("signoff/license.html", given=given, form=form, questions=questions)
    return (page, 422) if form.errors else page
