"""The pages of imports: choose a file, say what it means, look at every row, import, confirm, undo."""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ceu.adapters.tables import LARGEST_FILE
from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Permission
from ceu.experience.pages import named_activities
from ceu.experience.queries import find_usual_setting, list_settings
from ceu.importing import services
from ceu.importing.columns import ROLE_LABELS
from ceu.importing.forms import (
    CalendarForm,
    ColumnsForm,
    ConfirmForm,
    FileForm,
    columns_form,
    columns_of_draft,
    confirm_form,
    meaning_form,
    outcome_counts,
)
from ceu.importing.kinds import PHRASES
from ceu.importing.models import HoursImport, ImportedRow, ImportKind
from ceu.importing.plan import BECAME_LABELS, OUTCOME_LABELS, Outcome
from ceu.importing.queries import (
    count_entries_of,
    count_waiting_rows,
    find_mapping,
    import_for,
    list_imports,
    list_mappings,
    list_waiting_rows,
    mapping_for,
    waiting_rows_for,
)
from ceu.importing.reading import (
    CALENDAR_SIGNATURE,
    Reading,
    can_tell_time,
    read_calendar_file,
    read_fhir_file,
    read_table_file,
)
from ceu.licenses.queries import list_goals
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

imports = Blueprint("imports", __name__)

Page = str | Response | tuple[str, int]

PREVIEW_ROWS = 100


@imports.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """A file beyond what the site takes in at all is refused before any form is read."""
    flash(
        f"This file is too large; the most is {LARGEST_FILE // 2**20} MB. Export a shorter time, and import the parts one "
        "after another.",
        "error",
    )
    return redirect(request.path, 303)


@imports.get("/hours/imports")
@requires(Permission.LOG_EXPERIENCE)
def import_list() -> Page:
    """What was imported, what waits to be confirmed, and how files are read."""
    person_id = current_principal().person_id
    return render_template(
        "importing/imports.html",
        imports=list_imports(db.session(), person_id),
        mappings=list_mappings(db.session(), person_id),
        waiting=count_waiting_rows(db.session(), person_id),
        button=BaseForm(formdata=None),
    )


# ---- a file ------------------------------------------------------------------------------------------------------


@imports.route("/hours/imports/file", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits(once=False)
def import_file() -> Page:
    """Choose a table or a FHIR bundle."""
    form = FileForm(setting=_usual_setting())
    form.offer_settings(list_settings(db.session(), current_principal().person_id))
    if form.validate_on_submit():
        try:
            return _begin(form.setting.data, _read_file(_uploaded(form)))
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("importing/file.html", form=form)
    return (page, 422) if form.errors else page


@imports.route("/hours/imports/calendar", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits(once=False)
def import_calendar() -> Page:
    """Choose a calendar, as a file or by its address."""
    principal = current_principal()
    known = find_mapping(db.session(), principal.person_id, CALENDAR_SIGNATURE)
    phrases = known.reading["phrases"] if known else PHRASES
    form = CalendarForm(
        setting=_usual_setting(), first=today() - timedelta(days=30), last=today(), phrases="\n".join(phrases)
    )
    form.offer_settings(list_settings(db.session(), principal.person_id))
    if form.validate_on_submit():
        try:
            reading = read_calendar_file(
                _calendar_data(form),
                phrases=form.phrase_list(),
                first=form.first.data,
                last=form.last.data,
                time_zone=principal.time_zone,
            )
            return _begin(form.setting.data, reading)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template("importing/calendar.html", form=form)
    return (page, 422) if form.errors else page


def _usual_setting() -> int | None:
    return find_usual_setting(db.session(), current_principal().person_id)


def _let_others_write() -> None:
    """Reading a file or a calendar far away takes seconds, in which no lock on the database may be held.

    So nothing has been written before, and a form that is sent twice makes the same draft again.
    """
    db.session.rollback()


def _uploaded(form: FileForm | CalendarForm | ColumnsForm) -> bytes:
    return bytes(form.file.data.read(LARGEST_FILE + 1))


def _calendar_data(form: CalendarForm) -> bytes:
    if form.file.data:
        return _uploaded(form)
    if not form.address.data:
        raise DomainError("Choose a file, or enter the address of your calendar.", field="file")
    _let_others_write()
    return outside().fetcher.fetch(form.address.data)


def _read_file(data: bytes, roles: Mapping[str, str] | None = None) -> Reading:
    """Read a table or FHIR; ``roles`` are what the person says of a table's columns, or what they said last time."""
    principal = current_principal()
    pseudonym = partial(outside().pseudonyms.of, principal.person_id)
    _let_others_write()
    if data.removeprefix(BOM_UTF8).lstrip()[:1] == b"{":
        return read_fhir_file(data, pseudonym=pseudonym, time_zone=principal.time_zone)
    if data.lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        raise DomainError("This is a calendar. Import it with “Import a calendar”.", field="file")

    def roles_for(signature: str) -> Mapping[str, str] | None:
        known = find_mapping(db.session(), principal.person_id, signature) if roles is None else None
        return known.reading if known else roles

    return read_table_file(data, pseudonym=pseudonym, time_zone=principal.time_zone, roles_for=roles_for)


def _begin(setting_id: int, reading: Reading) -> Page:
    session, person_id = db.session(), current_principal().person_id
    known = find_mapping(session, person_id, reading.signature)
    is_known = known is not None and bool(known.choices)
    draft = services.begin_import(session, now(), person_id=person_id, setting_id=setting_id, reading=reading)
    page = (
        "imports.columns"
        if not reading.is_complete
        else "imports.one_import"
        if is_known
        else "imports.meaning"
    )
    return redirect(url_for(page, import_id=draft.id), 303)


# ---- what it means -----------------------------------------------------------------------------------------------


@imports.route("/hours/imports/<int:import_id>/columns", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits(once=False)
def columns(import_id: int) -> Page:
    """Say what the columns of a table tell; the file is read once more, since what was left out was not kept."""
    draft = import_for(db.session(), current_principal(), import_id)
    if not draft.is_draft or draft.kind != ImportKind.TABLE:
        return redirect(url_for("imports.one_import", import_id=draft.id), 303)
    of_draft, setting_id = columns_of_draft(draft), draft.setting_id
    form = columns_form(of_draft)
    if form.validate_on_submit():
        try:
            reading = _read_file(_uploaded(form), form.roles(of_draft))
            if not reading.is_complete:
                raise DomainError("Say which column tells the day, and which the length or the end.")
            return _begin(setting_id, reading)
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "importing/columns.html",
        form=form,
        draft=draft,
        fields=form.role_fields(of_draft),
        can_tell_time=can_tell_time({column.role for column in of_draft}),
    )
    return (page, 422) if form.errors else page


@imports.route("/hours/imports/<int:import_id>/meaning", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def meaning(import_id: int) -> Page:
    """Say what the texts of a file mean."""
    principal = current_principal()
    draft = import_for(db.session(), principal, import_id)
    if not draft.is_draft:
        return redirect(url_for("imports.one_import", import_id=draft.id), 303)
    form = meaning_form(draft, named_activities(list_goals(db.session(), principal.person_id)))
    form.offer_settings(list_settings(db.session(), principal.person_id))
    if form.validate_on_submit():
        services.say_what_it_means(
            db.session(), now(), draft, setting_id=form.setting.data, choices=form.meanings(draft)
        )
        return redirect(url_for("imports.one_import", import_id=draft.id), 303)
    page = render_template(
        "importing/meaning.html",
        form=form,
        draft=draft,
        columns=columns_of_draft(draft),
        roles=ROLE_LABELS,
    )
    return (page, 422) if form.errors else page


# ---- one import --------------------------------------------------------------------------------------------------


@imports.get("/hours/imports/<int:import_id>")
@requires(Permission.LOG_EXPERIENCE)
def one_import(import_id: int) -> Page:
    """What would become of every row of a draft; or what became of an import, and how to undo it."""
    found = import_for(db.session(), current_principal(), import_id)
    if found.is_draft:
        return _preview_page(found)
    return render_template(
        "importing/done.html",
        done=found,
        counts=outcome_counts(found.counts, BECAME_LABELS),
        entries=count_entries_of(db.session(), found.id),
        button=BaseForm(formdata=None),
    )


def _preview_page(draft: HoursImport) -> Page:
    decisions = services.preview(db.session(), now(), draft)
    counts = Counter(str(decision.outcome) for decision in decisions)
    shown = request.args.get("show", "")
    chosen = [one for one in decisions if one.outcome == shown] if shown in OUTCOME_LABELS else decisions
    text = request.args.get("page", "1")
    pages = max(1, -(-len(chosen) // PREVIEW_ROWS))
    number = min(int(text), pages) if text.isdecimal() and len(text) < 6 and int(text) else 1
    return render_template(
        "importing/preview.html",
        draft=draft,
        counts=outcome_counts(counts, OUTCOME_LABELS),
        labels=OUTCOME_LABELS,
        total=len(decisions),
        shown=shown if shown in OUTCOME_LABELS else "",
        decisions=chosen[(number - 1) * PREVIEW_ROWS : number * PREVIEW_ROWS],
        number=number,
        pages=pages,
        entries=counts[Outcome.ENTRY],
        questions=counts[Outcome.CONFIRM],
        button=BaseForm(formdata=None),
    )


@imports.post("/hours/imports/<int:import_id>/run")
@requires(Permission.LOG_EXPERIENCE)
@commits
def run(import_id: int) -> Page:
    """Put a draft into the log."""
    draft = import_for(db.session(), current_principal(), import_id)
    if BaseForm().validate_on_submit():
        try:
            services.run_import(db.session(), now(), draft)
            flash(_said(draft.counts), "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("imports.one_import", import_id=draft.id), 303)


def _said(counts: Mapping[str, int]) -> str:
    entries, questions = counts.get(Outcome.ENTRY, 0), counts.get(Outcome.CONFIRM, 0)
    waiting = f" {_rows(questions)} for you to confirm." if questions else ""
    return f"{entries:,} {'entry is' if entries == 1 else 'entries are'} in your log.{waiting}"


def _rows(number: int) -> str:
    return "1 row waits" if number == 1 else f"{number:,} rows wait"


@imports.post("/hours/imports/<int:import_id>/discard")
@requires(Permission.LOG_EXPERIENCE)
@commits
def discard(import_id: int) -> Page:
    """Forget a draft."""
    draft = import_for(db.session(), current_principal(), import_id)
    if BaseForm().validate_on_submit():
        try:
            services.discard_import(db.session(), draft)
            flash("Discarded. Nothing of the file is kept.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("imports.import_list"), 303)


@imports.post("/hours/imports/<int:import_id>/undo")
@requires(Permission.LOG_EXPERIENCE)
@commits
def undo(import_id: int) -> Page:
    """Take a whole import out of the log."""
    done = import_for(db.session(), current_principal(), import_id)
    if BaseForm().validate_on_submit():
        try:
            entries = services.undo_import(db.session(), now(), done)
            flash(
                f"Undone. {entries:,} {'entry was' if entries == 1 else 'entries were'} taken out.", "success"
            )
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("imports.one_import", import_id=done.id), 303)


@imports.post("/hours/imports/mappings/<int:mapping_id>/forget")
@requires(Permission.LOG_EXPERIENCE)
@commits
def forget(mapping_id: int) -> Page:
    """Forget how files of a shape are read."""
    mapping = mapping_for(db.session(), current_principal(), mapping_id)
    if BaseForm().validate_on_submit():
        services.forget_mapping(db.session(), mapping)
        flash("Forgotten. The next file like this is looked at afresh.", "success")
    return redirect(url_for("imports.import_list"), 303)


# ---- rows that wait ----------------------------------------------------------------------------------------------


@imports.route("/hours/imports/to-confirm", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def to_confirm() -> Page:
    """Rows that may not have taken place, or do not say what was done: confirm or dismiss them."""
    principal = current_principal()
    rows = _rows_in_question()
    form = confirm_form(
        rows,
        named_activities(list_goals(db.session(), principal.person_id)),
        ticked=request.args.get("tick") == "all",
    )
    if form.validate_on_submit():
        ticked = set(form.ticked())
        chosen = [row for row in rows if row.id in ticked]
        if not chosen:
            form.absorb(DomainError("Tick the rows you mean."))
        elif request.form.get("action") == "dismiss":
            flash(f"{services.dismiss_rows(db.session(), now(), chosen):,} dismissed.", "success")
            return redirect(url_for("imports.to_confirm"), 303)
        else:
            return _confirm(form, chosen)
    page = render_template(
        "importing/to_confirm.html",
        form=form,
        rows=rows,
        waiting=count_waiting_rows(db.session(), principal.person_id),
    )
    return (page, 422) if form.errors else page


def _rows_in_question() -> list[ImportedRow]:
    """The rows a page shows; when it comes back, the same ones as far as they still wait."""
    if request.method == "GET":
        return list_waiting_rows(db.session(), current_principal().person_id)
    ids = [int(text) for text in request.form.getlist("shown")[:200] if text.isdecimal() and len(text) < 10]
    return waiting_rows_for(db.session(), current_principal(), ids)


def _confirm(form: ConfirmForm, chosen: list[ImportedRow]) -> Page:
    answers = {row.id: form.answer(row) for row in chosen}
    confirmed = services.confirm_rows(db.session(), now(), chosen, answers)
    if confirmed.entries:
        flash(f"{confirmed.entries:,} confirmed and in your log.", "success")
    for row in chosen:
        if refusal := confirmed.refused.get(row.id):
            flash(f"{services.row_name(row)} stays: {refusal.message}", "error")
    return redirect(url_for("imports.to_confirm"), 303)
