"""The forms of the boards of a person's goals: which there are, by when, and each as a sealed PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from ceu.accounts.queries import get_person
from ceu.db.extension import db
from ceu.domain.dates import local_date
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.experience.assessing import current_assessment
from ceu.experience.forms import day_or_none
from ceu.experience.records import read_record
from ceu.exporting.board_form_catalog import BoardForm, forms_for
from ceu.exporting.board_forms import (
    NOT_THE_BOARDS,
    REGISTERED,
    Period,
    about,
    due_on,
    fact_day,
    form_document,
    next_due,
    periods,
    signed_times,
)
from ceu.exporting.queries import (
    SupervisionToReport,
    list_records_in_force,
    list_supervisions_to_report,
    signed_days,
)
from ceu.exporting.views import print_document
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack, pack_name
from ceu.licenses.queries import facts_of, goal_for, list_goals
from ceu.rules.pack import Pack
from ceu.web.access import requires
from ceu.web.outside import outside, today
from ceu.web.principal import current_principal

forms = Blueprint("forms", __name__)

Page = str | Response | tuple[str, int]

WHOLE = "whole"


@dataclass(frozen=True)
class DueLine:
    """A form that is owed for one supervision: for which days, and by when, where a day can be told."""

    supervisor: str
    setting: str
    period: Period
    due: date | None
    url_start: str
    supervision_id: int


@forms.get("/hours/forms")
@requires(Permission.LOG_EXPERIENCE)
def form_list() -> Page:
    """The forms of every goal's board with their deadlines."""
    session, person_id = db.session(), current_principal().person_id
    supervisions, facts = list_supervisions_to_report(session, person_id), facts_of(session, person_id)
    goals = [
        (
            goal,
            pack_name(pack),
            [
                (
                    form,
                    form.number(pack.license),
                    list(_next(form, _begin(pack, facts, supervisions), supervisions)),
                )
                for form in forms_for(pack.jurisdiction, pack.license)
            ],
        )
        for goal in list_goals(session, person_id)
        if (pack := find_pack(outside().packs, goal.pack_id)) is not None
    ]
    return render_template("exporting/board_forms.html", goals=goals, supervisions=supervisions)


@forms.get("/hours/forms/<int:goal_id>/<key>")
@requires(Permission.LOG_EXPERIENCE)
def form_page(goal_id: int, key: str) -> Page:
    """One form: what it asks, and a PDF of it for each supervision and period."""
    session, person_id = db.session(), current_principal().person_id
    _, pack, form = _form_for(goal_id, key)
    supervisions = list_supervisions_to_report(session, person_id)
    begin = day_or_none(request.args.get("from", "")) or _begin(
        pack, facts_of(session, person_id), supervisions
    )
    days = signed_days(session, person_id)
    lines = [
        _line(form, one, period)
        for one in supervisions
        for period in periods(form, days.get(one.supervision.id, ()), begin or today())
    ]
    return render_template(
        "exporting/board_form.html",
        goal_id=goal_id,
        form=form,
        number=form.number(pack.license),
        license=pack_name(pack),
        lines=lines,
        begin=begin,
        is_periodic=form.span != "whole",
        remark=NOT_THE_BOARDS,
    )


@forms.get("/hours/forms/<int:goal_id>/<key>/<int:supervision_id>/<start>.pdf")
@requires(Permission.LOG_EXPERIENCE)
def form_as_pdf(goal_id: int, key: str, supervision_id: int, start: str) -> Page:
    """A form filled in from the signed hours under one supervision, from a day on or whole."""
    session, person_id = db.session(), current_principal().person_id
    goal, pack, form = _form_for(goal_id, key)
    found = next(
        (
            one
            for one in list_supervisions_to_report(session, person_id)
            if one.supervision.id == supervision_id
        ),
        None,
    )
    standing = current_assessment(session, outside().packs, goal, today())
    if found is None or standing is None:
        raise NotFound
    person = get_person(session, person_id)
    printed, parts = form_document(
        form,
        pack.license,
        about(person.name, person.email, pack, facts_of(session, person_id), found.supervision, found.began),
        signed_times(map(read_record, list_records_in_force(session, person_id, supervision_id))),
        _period(form, start),
        standing,
    )
    return print_document(
        "form",
        printed,
        f"{form.jurisdiction.lower()}-{form.key}-{start}.pdf",
        form=form,
        number=form.number(pack.license),
        license=pack_name(pack),
        parts=parts,
        remark=NOT_THE_BOARDS,
    )


def _form_for(goal_id: int, key: str) -> tuple[Goal, Pack, BoardForm]:
    goal = goal_for(db.session(), current_principal(), goal_id)
    pack = find_pack(outside().packs, goal.pack_id)
    known = forms_for(pack.jurisdiction, pack.license) if pack else []
    form = next((form for form in known if form.key == key), None)
    if pack is None or form is None:
        raise NotFound
    return goal, pack, form


def _begin(pack: Pack, facts: dict[str, Any], supervisions: Sequence[SupervisionToReport]) -> date | None:
    """From when periods are counted: the registration, else the first day logged with any supervisor."""
    began = [one.began for one in supervisions if one.began is not None]
    return fact_day(pack, facts, REGISTERED) or min(began, default=None)


def _next(
    form: BoardForm, begin: date | None, supervisions: Sequence[SupervisionToReport]
) -> Iterator[tuple[str, date]]:
    """Supervisor and day of what is due next."""
    for one in supervisions:
        due = next_due(form, begin, one.began, _ended(one), today())
        if due is not None and (one.supervision.is_active or due >= today()):
            yield one.supervision.name, due


def _line(form: BoardForm, one: SupervisionToReport, period: Period) -> DueLine:
    return DueLine(
        supervisor=one.supervision.name,
        setting=one.supervision.setting.name,
        period=period,
        due=due_on(form.due, one.began, _ended(one), period),
        url_start=WHOLE if period.first is None else period.first.isoformat(),
        supervision_id=one.supervision.id,
    )


def _ended(one: SupervisionToReport) -> date | None:
    ended = one.supervision.ended_at
    return None if ended is None else local_date(ended, current_principal().time_zone)


def _period(form: BoardForm, start: str) -> Period:
    """The period of a form that begins on this day; NotFound when the form has no such period."""
    if form.span == "whole":
        if start != WHOLE:
            raise NotFound
        return Period()
    first = day_or_none(start)
    if first is None or not 1950 <= first.year <= 2200:
        raise NotFound
    return Period.of(form.span, first)
