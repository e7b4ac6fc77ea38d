"""The pages of a transfer: the trainee asks, the new supervisor reads what is asked of them and answers."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.accounts.queries import get_person
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.experience.models import Supervision, Transfer
from ceu.experience.queries import list_supervisions, supervision_for
from ceu.signoff import transfer_services
from ceu.signoff.transfer_forms import DeclineForm, TransferForm
from ceu.signoff.transfer_queries import (
    list_to_hand_over,
    list_transfers_from,
    transfer_asked_of,
    transfer_for,
)
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.mail import send_mail
from ceu.web.outside import now
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

transfers = Blueprint("transfers", __name__)

Page = str | Response | tuple[str, int]


# ---- as the trainee ----------------------------------------------------------------------------------------------


@transfers.route("/hours/supervisions/<int:supervision_id>/transfer", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def ask(supervision_id: int) -> Page:
    """Choose unsigned weeks and who is to take them over."""
    session, principal = db.session(), current_principal()
    leaving = supervision_for(session, principal, supervision_id)
    sheets = list_to_hand_over(session, leaving)
    others = [one for one in list_supervisions(session, principal.person_id) if _can_take(one, leaving)]
    form = TransferForm(weeks=[sheet.id for sheet in sheets])
    form.offer(sheets, others)
    if form.validate_on_submit():
        try:
            transfer = transfer_services.ask_for_transfer(
                session,
                now(),
                leaving=leaving,
                taking=next(one for one in others if one.id == form.taking.data),
                sheets=[sheet for sheet in sheets if sheet.id in form.weeks.data],
                reason=form.reason.data,
                kept_because=form.kept_because.data or "",
            )
            _tell_asked(transfer)
            flash(
                f"{transfer.to_supervision.name} has been asked. The weeks move once they accept.", "success"
            )
            return redirect(url_for("transfers.ask", supervision_id=leaving.id), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "signoff/transfer_ask.html",
        leaving=leaving,
        sheets=sheets,
        others=others,
        form=form,
        earlier=list_transfers_from(session, leaving.id),
        button=BaseForm(formdata=None),
    )
    return page, form.http_status


def _can_take(one: Supervision, leaving: Supervision) -> bool:
    return one.setting_id == leaving.setting_id and one.id != leaving.id and one.is_active


def _tell_asked(transfer: Transfer) -> None:
    """Tell the new supervisor what is asked, and the old one that their weeks are to go."""
    for supervision, message in (
        (transfer.to_supervision, "transfer_asked"),
        (transfer.from_supervision, "transfer_from_you"),
    ):
        send_mail(
            _address(supervision),
            message,
            name=supervision.name,
            trainee=current_principal().name,
            transfer=transfer,
            path=url_for("transfers.asked", transfer_id=transfer.id),
        )


def _address(supervision: Supervision) -> str:
    return supervision.supervisor.email if supervision.supervisor else supervision.invited_email


@transfers.post("/hours/transfers/<int:transfer_id>/take-back")
@requires(Permission.LOG_EXPERIENCE)
@commits
def take_back(transfer_id: int) -> Page:
    """Ask no longer."""
    transfer = transfer_for(db.session(), current_principal(), transfer_id)
    if BaseForm().validate_on_submit():
        try:
            transfer_services.take_transfer_back(db.session(), now(), transfer)
            flash("Taken back. The weeks are where they were.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("transfers.ask", supervision_id=transfer.from_supervision_id), 303)


# ---- as the new supervisor ---------------------------------------------------------------------------------------


@transfers.get("/supervision/transfers/<int:transfer_id>")
@requires(Permission.SIGN_EXPERIENCE)
def asked(transfer_id: int) -> Page:
    """What is asked: whose weeks, who supervised them, and what a signature on them says."""
    return _asked_page(
        transfer_asked_of(db.session(), current_principal(), transfer_id), DeclineForm(formdata=None)
    )


def _asked_page(transfer: Transfer, form: DeclineForm) -> Page:
    page = render_template(
        "signoff/transfer_asked.html",
        transfer=transfer,
        is_mine=transfer.to_supervision.supervisor_id == current_principal().person_id,
        form=form,
        button=BaseForm(formdata=None),
    )
    return page, form.http_status


@transfers.post("/supervision/transfers/<int:transfer_id>/accept")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def accept(transfer_id: int) -> Page:
    """Take the weeks over."""
    transfer = _to_me(transfer_id)
    if BaseForm().validate_on_submit():
        try:
            moved = transfer_services.accept_transfer(db.session(), now(), transfer)
        except DomainError as refusal:
            flash(refusal.message, "error")
            return redirect(url_for("transfers.asked", transfer_id=transfer.id), 303)
        _tell_answered(transfer, "transfer_accepted")
        flash(f"{moved} {'week waits' if moved == 1 else 'weeks wait'} for your signature now.", "success")
    return redirect(url_for("supervision.queue"), 303)


@transfers.post("/supervision/transfers/<int:transfer_id>/decline")
@requires(Permission.SIGN_EXPERIENCE)
@commits
def decline(transfer_id: int) -> Page:
    """Say no, and why."""
    transfer = _to_me(transfer_id)
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            transfer_services.decline_transfer(
                db.session(), now(), transfer, form.answer.data, form.kept_because.data or ""
            )
            _tell_answered(transfer, "transfer_declined")
            flash(f"Declined. {transfer.to_supervision.trainee.name} has been told why.", "success")
            return redirect(url_for("supervision.queue"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _asked_page(transfer, form)


def _to_me(transfer_id: int) -> Transfer:
    """A transfer to the signed-in supervisor; who gives the weeks away reads it only."""
    transfer = transfer_asked_of(db.session(), current_principal(), transfer_id)
    if transfer.to_supervision.supervisor_id != current_principal().person_id:
        raise NotFound
    return transfer


def _tell_answered(transfer: Transfer, message: str) -> None:
    """Tell the trainee and the supervisor from whom the weeks go."""
    trainee = get_person(db.session(), transfer.person_id)
    for email, name in (
        (trainee.email, trainee.name),
        (_address(transfer.from_supervision), transfer.from_supervision.name),
    ):
        send_mail(email, message, name=name, trainee=trainee.name, transfer=transfer)
