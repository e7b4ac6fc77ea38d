"""Agreements, evaluations and reports with their deadlines: the supervisor's list, the trainee's, and noting one as made."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.experience.models import Supervision
from ceu.licenses.queries import list_goals
from ceu.supervising import agreement_services
from ceu.supervising.agreement_dues import Owed
from ceu.supervising.agreement_forms import SIGNED_BY, DocumentForm
from ceu.supervising.agreement_queries import documented_supervision_for, list_documented
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

agreements = Blueprint("agreements", __name__)

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class DocumentLine:
    """A document owed, whose it is, and how it stands."""

    owed: Owed
    supervision: Supervision
    tone: str


@agreements.get("/supervision/documents")
@requires(Permission.SIGN_EXPERIENCE)
def given() -> Page:
    """What is owed about the supervision one gives."""
    person_id = current_principal().person_id
    supervisions = list_documented(
        db.session(), supervisor_id=person_id, since=now() - agreement_services.ENDED_LATELY
    )
    return render_template(
        "supervising/documents.html",
        lines=_lines(supervisions),
        signed_by=SIGNED_BY,
        is_trainee=False,
        goals={},
    )


@agreements.get("/hours/documents")
@requires(Permission.LOG_EXPERIENCE)
def received() -> Page:
    """What is owed about the supervision one receives."""
    person_id = current_principal().person_id
    supervisions = list_documented(
        db.session(), trainee_id=person_id, since=now() - agreement_services.ENDED_LATELY
    )
    goals = {
        pack.jurisdiction: goal.id
        for goal in list_goals(db.session(), person_id)
        if (pack := outside().packs.get(goal.pack_id))
    }
    return render_template(
        "supervising/documents.html",
        lines=_lines(supervisions),
        signed_by=SIGNED_BY,
        is_trainee=True,
        goals=goals,
    )


def _lines(supervisions: list[Supervision]) -> list[DocumentLine]:
    by_id = {one.id: one for one in supervisions}
    return [
        DocumentLine(document, by_id[document.supervision_id], document.tone(today()))
        for document in agreement_services.owed_by(db.session(), outside().packs, supervisions, today())
    ]


@agreements.route("/documents/<int:supervision_id>/<form_id>/<start>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNT)
@commits
def document(supervision_id: int, form_id: str, start: str) -> Page:
    """Note a document as made: either of the two may."""
    supervision, found = _document(supervision_id, form_id, start)
    form = (
        DocumentForm(done_on=found.done.on, signed_by=found.done.signed_by) if found.done else DocumentForm()
    )
    if form.validate_on_submit():
        try:
            agreement_services.note_document(
                db.session(),
                now(),
                supervision,
                found,
                person_id=current_principal().person_id,
                done_on=form.done_on.data,
                signed_by=form.signed_by.data,
            )
            flash(f"{found.form.title}: noted.", "success")
            return redirect(_list_url(supervision), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "supervising/document.html",
        form=form,
        owed=found,
        supervision=supervision,
        back=_list_url(supervision),
        button=BaseForm(formdata=None),
    )
    return page, form.http_status


@agreements.post("/documents/<int:supervision_id>/<form_id>/<start>/forget")
@requires(Permission.MANAGE_ACCOUNT)
@commits
def forget(supervision_id: int, form_id: str, start: str) -> Page:
    """Take the note back."""
    supervision, found = _document(supervision_id, form_id, start)
    if BaseForm().validate_on_submit():
        agreement_services.forget_document(
            db.session(), now(), supervision, found, current_principal().person_id
        )
        flash(f"{found.form.title}: open again.", "success")
    return redirect(_list_url(supervision), 303)


def _document(supervision_id: int, form_id: str, start: str) -> tuple[Supervision, Owed]:
    supervision = documented_supervision_for(db.session(), current_principal(), supervision_id)
    listed = agreement_services.owed_by(db.session(), outside().packs, [supervision], today())
    found = next((one for one in listed if (one.form_id, one.start) == (form_id, start)), None)
    if found is None:
        raise NotFound
    return supervision, found


def _list_url(supervision: Supervision) -> str:
    is_trainee = supervision.trainee_id == current_principal().person_id
    return url_for("agreements.received" if is_trainee else "agreements.given")
