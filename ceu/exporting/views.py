"""Taking a log away: JSON, CSV, XLSX and PDF, the page that checks them without the site, and the check of a print."""

import base64
import json
from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ceu.accounts.models import Person
from ceu.accounts.queries import get_person
from ceu.adapters.documents import qr_image
from ceu.adapters.spreadsheets import Cell, csv_chunks, xlsx
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.experience.assessing import all_verdicts, current_assessments
from ceu.experience.attest_queries import list_backlogs
from ceu.experience.queries import hours_by_state, list_given_supervisions, list_sign_offs_of_sheets
from ceu.experience.verdicts import labels_of, read_week
from ceu.exporting.bundle import bundle, evidence_files, unbundle
from ceu.exporting.log import Rows, given_file, log_file, record_file
from ceu.exporting.printing import log_document, printed_weeks, totals_of
from ceu.exporting.queries import (
    count_given,
    given_sessions_and_documents,
    list_given_record_texts,
    list_log_lines,
    list_record_texts,
    list_sheets_to_print,
    list_years,
    log_rows,
)
from ceu.exporting.restore import read_log_file
from ceu.exporting.restore_forms import RestoreForm
from ceu.exporting.restore_services import restore_log
from ceu.exporting.seals import Printed, Sealed, seal_document, seal_in
from ceu.exporting.tables import GIVEN_HEADINGS, earlier_rows, given_rows, headings, rows
from ceu.licenses.queries import list_goals
from ceu.signing.records import Answer, verify
from ceu.web.access import public, requires
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits
from ceu.web.uploads import takes_up_to

exports = Blueprint("exports", __name__)

Page = str | Response | tuple[str, int]

JSON, CSV, PDF, ZIP = "application/json", "text/csv", "application/pdf", "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_LOG = 100 * 1024 * 1024
"""Bytes of a whole log that can be brought back: some twenty years of sessions with their records and evidence."""
EARLIEST_YEAR, LATEST_YEAR = 1950, 2200


@exports.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """A file beyond what this door takes in is refused before any form is read."""
    flash(f"This file is too large; the most is {LARGEST_LOG // 2**20} MB. Was it exported here?", "error")
    return redirect(url_for("exports.restore"), 303)


@exports.get("/hours/export")
@requires(Permission.LOG_EXPERIENCE)
def overview() -> Page:
    """What can be taken away, and how it can be checked."""
    session, person_id = db.session(), current_principal().person_id
    return render_template(
        "exporting/export.html",
        hours=hours_by_state(session, person_id),
        years=list_years(session, person_id),
        given=count_given(session, person_id),
        supervises=bool(list_given_supervisions(session, person_id)),
    )


@exports.get("/hours/export/log.json")
@requires(Permission.LOG_EXPERIENCE)
def log_as_json() -> Page:
    """The whole log with every sealed record, as a file that `ceu verify` and the checking page read."""
    person = _person()
    return _file(_whole_log(person, log_rows(db.session(), person.id)), JSON, f"log-{today()}.json")


@exports.get("/hours/export/log.zip")
@requires(Permission.LOG_EXPERIENCE)
def log_as_zip() -> Page:
    """The whole log with every sealed record, and beside it the files that were attached as evidence."""
    person = _person()
    rows = log_rows(db.session(), person.id)
    files = evidence_files(rows["evidence"], outside().files.get)
    return _file(bundle(_whole_log(person, rows), files), ZIP, f"log-{today()}.zip")


def _whole_log(person: Person, rows: Rows) -> bytes:
    session, keys = db.session(), outside().keys
    return log_file(
        _who(person),
        rows,
        hours_by_state(session, person.id),
        list_record_texts(session, person.id),
        keys.public_keys.values(),
        keys.signing_key,
        now(),
    )


@exports.get("/hours/export/log.csv")
@requires(Permission.LOG_EXPERIENCE)
def log_as_csv() -> Page:
    """One row an entry, for any spreadsheet."""
    heads, lines = _table()
    return _file(csv_chunks(heads, lines), CSV, f"log-{today()}.csv")


@exports.get("/hours/export/log.xlsx")
@requires(Permission.LOG_EXPERIENCE)
def log_as_xlsx() -> Page:
    """One row an entry, as a workbook."""
    heads, lines = _table()
    return _file(xlsx("Log", heads, lines), XLSX, f"log-{today()}.xlsx")


@exports.get("/hours/export/log-<int:year>.pdf")
@requires(Permission.LOG_EXPERIENCE)
def log_as_pdf(year: int) -> Page:
    """A year of the log to print: the weeks that begin in it."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise NotFound
    session, person = db.session(), _person()
    sheets = list_sheets_to_print(session, person.id, date(year, 1, 1), date(year, 12, 31))
    weeks = printed_weeks(sheets, list_sign_offs_of_sheets(session, [sheet.id for sheet in sheets]))
    printed = log_document(person.name, year, weeks)
    return print_document("log", printed, f"log-{year}.pdf", weeks=weeks, totals=totals_of(weeks))


@exports.route("/hours/export/restore", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@takes_up_to(LARGEST_LOG)
@commits
def restore() -> Page:
    """Put one's own exported log back into an account without one."""
    form = RestoreForm()
    if form.validate_on_submit():
        try:
            log, evidence_in = unbundle(form.file.data.read())
            file = read_log_file(log, outside().keys.public_keys)
            evidence = evidence_in(file.rows.get("evidence", ()))
            entries = restore_log(db.session(), now(), _person(), file)
            for data in evidence:
                outside().files.put(data)
        except DomainError as refusal:
            form.absorb(refusal)
        else:
            said = f"Your log is back: {entries:,} entries, {len(file.records):,} signatures."
            flash(
                said if entries else "Your log is already all that is in this file. Nothing was changed.",
                "success",
            )
            return redirect(url_for("experience.weeks"), 303)
    page = render_template("exporting/restore.html", form=form)
    return (page, 422) if form.errors else page


@exports.get("/hours/export/given.json")
@requires(Permission.SIGN_EXPERIENCE)
def given_as_json() -> Page:
    """Every record this person had sealed on the logs of others, and what else they wrote down as a supervisor."""
    person, keys = _person(), outside().keys
    texts = list_given_record_texts(db.session(), person.id)
    told = given_sessions_and_documents(db.session(), person.id)
    data = given_file(_who(person), texts, told, keys.public_keys.values(), keys.signing_key, now())
    return _file(data, JSON, f"signed-{today()}.json")


@exports.get("/hours/export/given.csv")
@requires(Permission.SIGN_EXPERIENCE)
def given_as_csv() -> Page:
    """The entries of all weeks this person signed."""
    return _file(csv_chunks(GIVEN_HEADINGS, given_rows(_given())), CSV, f"signed-{today()}.csv")


@exports.get("/hours/export/given.xlsx")
@requires(Permission.SIGN_EXPERIENCE)
def given_as_xlsx() -> Page:
    """The entries of all weeks this person signed, as a workbook."""
    return _file(xlsx("Signed", GIVEN_HEADINGS, given_rows(_given())), XLSX, f"signed-{today()}.xlsx")


@exports.get("/check/checker.html")
@public
def checker() -> Page:
    """The page that checks exports without the site and without network, with this site's public keys in it."""
    keys = [key.as_json() for key in outside().keys.public_keys.values()]
    page = render_template("documents/checker/page.html", keys=keys, site=current_app.config["SITE_URL"])
    return _file(page.encode(), "application/octet-stream", "check-signed-records.html")


@exports.get("/check/<token>")
@public
def check_print(token: str) -> Page:
    """Whether this site printed a document, and with which figures."""
    record = seal_in(token)
    if record is None:
        raise NotFound
    return render_template(
        "exporting/check.html",
        record=record,
        body=record.body,
        check=verify(record, outside().keys.public_keys),
        answers=Answer,
        token=token,
    )


@exports.get("/check/<token>/record.json")
@public
def seal_record(token: str) -> Page:
    """The seal as a signed record that `ceu verify` checks without the site."""
    record = seal_in(token)
    if record is None:
        raise NotFound
    return _file(record_file(record, outside().keys.public_keys.values()), JSON, "seal.json")


def print_document(kind: str, printed: Printed, name: str, **context: object) -> Response:
    """A document as PDF under this name, sealed, with its record attached and the address that checks it."""
    keys = outside().keys
    sealed = seal_document(printed, keys.signing_key, now())
    check_url = current_app.config["SITE_URL"] + url_for("exports.check_print", token=sealed.token)
    html = render_template(
        f"documents/{kind}/page.html",
        printed=printed,
        sealed=sealed,
        check_url=check_url,
        qr=qr_image(check_url),
        attachment=_attachment(sealed),
        **context,
    )
    return _file(outside().printer.pdf(html, kind), PDF, name)


def _attachment(sealed: Sealed) -> str:
    data = record_file(sealed.content, outside().keys.public_keys.values())
    return f"data:application/json;base64,{base64.b64encode(data).decode()}"


def _table() -> tuple[list[str], Iterable[list[Cell]]]:
    """The headings, and the rows: the entries with what the rules of every goal say of them, and totals of earlier logs."""
    session, person_id = db.session(), current_principal().person_id
    found = current_assessments(session, outside().packs, list_goals(session, person_id), today())
    standings = [standing for standing in found if standing is not None]
    readings = [
        read_week(
            standing.goal.id,
            label,
            all_verdicts(session, standing),
        )
        for standing, label in zip(standings, labels_of([one.pack for one in standings]), strict=True)
    ]
    entries = rows(list_log_lines(session, person_id), readings)
    return headings(readings), chain(entries, earlier_rows(list_backlogs(session, person_id), len(readings)))


def _given() -> list[dict[str, Any]]:
    return [json.loads(text) for text in list_given_record_texts(db.session(), current_principal().person_id)]


def _person() -> Person:
    return get_person(db.session(), current_principal().person_id)


def _who(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "time_zone": person.time_zone}


def _file(data: bytes | Iterable[bytes], mimetype: str, name: str) -> Response:
    response = current_app.response_class(data, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
