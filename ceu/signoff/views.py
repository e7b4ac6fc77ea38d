"""Amending a signed week, asking for signatures by an e-mailed link, and the pages behind such a link."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session as cookie, url_for
from werkzeug.wrappers import Response

from ceu.accounts.tokens import digest as token_digest
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.experience import services
from ceu.experience.forms import ReturnForm, license_values
from ceu.experience.models import SigningLink, WeekSheet
from ceu.experience.queries import sheet_for, supervision_for
from ceu.experience.records import read_record
from ceu.experience.sign_links import (
    MOST_WEEKS,
    PROOF_LIFE,
    WORDS,
    LinkState,
    is_proof,
    proof_text,
    until_text,
)
from ceu.experience.sign_queries import (
    find_signing_link,
    list_behind_link,
    list_links,
    list_signed_by_link,
    list_to_sign_by_link,
    signing_link_for,
    state_of_link,
)
from ceu.signoff import services as sign_services
from ceu.signoff.forms import AmendForm, AnswerForm, AskForm, SignByLinkForm, SignerForm
from ceu.signoff.pages import chosen_weeks, shown_weeks
from ceu.signoff.supervision_views import tell_returned, tell_signed
from ceu.web.access import public, requires
from ceu.web.forms import BaseForm, id_or_none
from ceu.web.mail import send_mail
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal, find_principal
from ceu.web.transactions import commits

signatures = Blueprint("signatures", __name__)

Page = str | Response | tuple[str, int]

_PROOF = "signing_proof"


@signatures.after_request
def keep_no_copy(response: Response) -> Response:
    """What stands behind a link is for its reader alone: nothing on the way keeps a copy."""
    response.headers["Cache-Control"] = "no-store"
    return response


# ---- amending ----------------------------------------------------------------------------------------------------


@signatures.route("/hours/weeks/<int:sheet_id>/amend", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def amend(sheet_id: int) -> Page:
    """Open a signed week for correction."""
    sheet = sheet_for(db.session(), current_principal(), sheet_id)
    form = AmendForm()
    if form.validate_on_submit():
        try:
            services.amend_week(db.session(), now(), sheet, form.reason.data, form.kept_because.data or "")
            flash(
                "Correct the entries, then submit the week again. Until then the signed version counts.",
                "success",
            )
            return redirect(_week_url(sheet), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("signoff/amend.html", sheet=sheet, form=form, back=_week_url(sheet))
    return page, form.http_status


@signatures.post("/hours/weeks/<int:sheet_id>/drop-amendment")
@requires(Permission.LOG_EXPERIENCE)
@commits
def drop_amendment(sheet_id: int) -> Page:
    """Give an amendment up."""
    sheet = sheet_for(db.session(), current_principal(), sheet_id)
    if BaseForm().validate_on_submit():
        try:
            services.drop_amendment(db.session(), now(), sheet)
            flash("The week is again as it was signed.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(_week_url(sheet), 303)


@signatures.post("/hours/weeks/<int:sheet_id>/answer")
@requires(Permission.LOG_EXPERIENCE)
@commits
def answer(sheet_id: int) -> Page:
    """Answer the comment with which a week came back."""
    sheet = sheet_for(db.session(), current_principal(), sheet_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            sign_services.answer_comment(
                db.session(), now(), sheet, form.text.data, form.kept_because.data or ""
            )
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            _tell_answered(sheet, form.text.data)
            flash("Your answer stands with the week, and your supervisor has been sent it.", "success")
            return redirect(_week_url(sheet), 303)
    page = render_template("signoff/answer.html", sheet=sheet, form=form, back=_week_url(sheet))
    return page, form.http_status


def _tell_answered(sheet: WeekSheet, text: str) -> None:
    supervision = sheet.supervision
    if supervision is not None:
        send_mail(
            supervision.supervisor.email if supervision.supervisor else supervision.invited_email,
            "week_answered",
            name=supervision.name,
            trainee=current_principal().name,
            sheet=sheet,
            text=text,
        )


def _week_url(sheet: WeekSheet) -> str:
    return url_for("experience.log", week=sheet.week_start.isoformat())


# ---- asking by link ----------------------------------------------------------------------------------------------


@signatures.route("/hours/supervisions/<int:supervision_id>/signatures", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def ask(supervision_id: int) -> Page:
    """Choose weeks and send a link with which they are signed."""
    session, principal = db.session(), current_principal()
    supervision = supervision_for(session, principal, supervision_id)
    sheets = list_to_sign_by_link(session, supervision, MOST_WEEKS)
    form = AskForm(weeks=[id_or_none(request.args.get("week"))])
    form.offer(sheets)
    if form.validate_on_submit():
        try:
            chosen = [sheet for sheet in sheets if sheet.id in form.weeks.data]
            link, token = sign_services.ask_for_signatures(session, now(), supervision, chosen)
            send_mail(
                link.email,
                "signing_link",
                link=link,
                trainee=principal.name,
                setting=supervision.setting,
                sheets=chosen,
                path=url_for("signatures.by_link", token=token),
                good_until=until_text(link.expires_at),
            )
            flash(f"The link is on its way to {link.email}.", "success")
            return redirect(url_for("signatures.ask", supervision_id=supervision.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "signoff/ask.html",
        supervision=supervision,
        name=supervision.name,
        sheets=sheets,
        form=form,
        links=[(link, state_of_link(session, link, now())) for link in list_links(session, supervision.id)],
        button=BaseForm(formdata=None),
    )
    return page, form.http_status


@signatures.post("/hours/signing-links/<int:link_id>/revoke")
@requires(Permission.LOG_EXPERIENCE)
@commits
def revoke(link_id: int) -> Page:
    """Take a link back."""
    link = signing_link_for(db.session(), current_principal(), link_id)
    if BaseForm().validate_on_submit():
        try:
            sign_services.revoke_link(db.session(), now(), link)
            flash("The link no longer works, and its weeks are open again.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("signatures.ask", supervision_id=link.supervision_id), 303)


# ---- behind the link ---------------------------------------------------------------------------------------------


def _link(token: str) -> SigningLink:
    found = find_signing_link(db.session(), token_digest(token))
    principal = find_principal()
    if found is None or (principal is not None and principal.person_id == found.supervision.trainee_id):
        raise NotFound
    return found


def _closed_page(link: SigningLink, state: LinkState) -> Page:
    return render_template(
        "signoff/link_closed.html",
        link=link,
        sentence=WORDS[state],
        records=[read_record(one.record) for one in list_signed_by_link(db.session(), link.id)]
        if state is LinkState.USED
        else [],
    )


@signatures.route("/sign/<token>", methods=["GET", "POST"])
@public
@commits
def by_link(token: str) -> Page:
    """Who asks for which weeks; the code, the license and the name of the person who signs."""
    session, link = db.session(), _link(token)
    state = state_of_link(session, link, now())
    if state is not LinkState.OPEN and request.method == "GET":
        return _closed_page(link, state)
    form = SignerForm(printed_name=link.printed_name, **license_values(link.supervision))
    is_proved = is_proof(cookie.get(_PROOF), link.id, now())
    if is_proved:
        del form.code
    if form.validate_on_submit():
        try:
            if not is_proved:
                sign_services.check_code(session, now(), link, token, form.code.data)
            sign_services.name_signer(
                session,
                now(),
                link,
                printed_name=form.printed_name.data,
                license_facts=form.license(),
                related=form.related.data == "yes",
            )
            cookie[_PROOF] = proof_text(link.id, now() + PROOF_LIFE)
            return redirect(url_for("signatures.weeks_by_link", token=token), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "signoff/by_link.html",
        token=token,
        link=link,
        weeks=list_behind_link(session, link.id),
        form=form,
        button=BaseForm(formdata=None),
    )
    return page, form.http_status


@signatures.post("/sign/<token>/code")
@public
@commits
def code_by_link(token: str) -> Page:
    """Send the code to the address to which the link was sent."""
    link = _link(token)
    if BaseForm().validate_on_submit():
        try:
            code = sign_services.send_code(db.session(), now(), link, token)
            send_mail(link.email, "signing_code", code=f"{code[:3]} {code[3:]}", name=link.printed_name)
            flash(
                "The code is on its way to the address where you got the link. It works for half an hour.",
                "success",
            )
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("signatures.by_link", token=token), 303)


@signatures.route("/sign/<token>/weeks", methods=["GET", "POST"])
@public
@commits
def weeks_by_link(token: str) -> Page:
    """The weeks exactly as they will be signed; sign them."""
    link = _link(token)
    if away := _not_proved(link, token):
        return away
    form = SignByLinkForm()
    if form.validate_on_submit():
        try:
            _sign(link, chosen_weeks(request.form.getlist("week")[:MOST_WEEKS]))
            cookie.pop(_PROOF)
            return redirect(url_for("signatures.by_link", token=token), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _weeks_page(link, token, form, ReturnForm(formdata=None), None)


def _not_proved(link: SigningLink, token: str) -> Response | None:
    """The way back for a link that no longer works, or a browser that has not shown the code lately."""
    state = state_of_link(db.session(), link, now())
    if state is LinkState.OPEN and is_proof(cookie.get(_PROOF), link.id, now()):
        return None
    return redirect(url_for("signatures.by_link", token=token), 303)


def _weeks_page(
    link: SigningLink, token: str, form: SignByLinkForm, return_form: ReturnForm, returning: int | None
) -> Page:
    weeks = list_behind_link(db.session(), link.id)
    page = render_template(
        "signoff/by_link_weeks.html",
        token=token,
        link=link,
        weeks=shown_weeks(weeks, today(), link.printed_name),
        form=form,
        return_forms={
            sheet.id: _numbered(return_form if sheet.id == returning else ReturnForm(formdata=None), sheet.id)
            for sheet in weeks
        },
    )
    return page, 422 if form.errors or return_form.errors else 200


def _numbered(form: ReturnForm, sheet_id: int) -> ReturnForm:
    """The form with an id of its own, for a page that has several."""
    form.comment.id = f"comment-{sheet_id}"
    form.kept_because.id = f"kept_because-{sheet_id}"
    return form


def _sign(link: SigningLink, shown: dict[int, str]) -> None:
    """Sign, and tell both sides."""
    session, at = db.session(), now()
    sheets = list_behind_link(session, link.id)
    signed = sign_services.sign_by_link(session, at, outside().keys, link, list(shown.items()))
    trainee = link.supervision.trainee
    tell_signed(trainee, link.printed_name, sheets)
    _send_receipt(link, at, [read_record(one.record) for one in signed])


def _send_receipt(link: SigningLink, at: datetime, records: list[Any]) -> None:
    send_mail(
        link.email,
        "signing_receipt",
        name=link.printed_name,
        trainee=link.supervision.trainee.name,
        records=records,
        at=at,
    )


@signatures.post("/sign/<token>/weeks/<int:sheet_id>/return")
@public
@commits
def return_by_link(token: str, sheet_id: int) -> Page:
    """Give a week back with a comment."""
    link = _link(token)
    if away := _not_proved(link, token):
        return away
    sheet = next((one for one in list_behind_link(db.session(), link.id) if one.id == sheet_id), None)
    form = ReturnForm()
    if sheet is None:
        flash("This week no longer waits for you: it was withdrawn or returned.", "error")
    elif form.validate_on_submit():
        try:
            services.return_for_correction(
                db.session(), now(), sheet, form.comment.data, form.kept_because.data or ""
            )
            tell_returned(link.supervision.trainee, link.printed_name, sheet)
            flash(f"Returned to {link.supervision.trainee.name} with your comment.", "success")
        except DomainError as refusal:
            form.absorb(refusal)
    if form.errors:
        return _weeks_page(link, token, SignByLinkForm(formdata=None), form, sheet_id)
    return redirect(url_for("signatures.weeks_by_link", token=token), 303)
