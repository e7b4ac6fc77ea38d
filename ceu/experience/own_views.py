"""What people keep for themselves: hours by tag and focus, and the tags and reflection of an entry."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Permission
from ceu.domain.practice import FOCUS_LABELS, FOCUS_SOURCE
from ceu.experience.forms import OwnWordsForm
from ceu.experience.own_queries import (
    get_own_words,
    list_marked,
    list_recent_tags,
    sums_by_focus,
    sums_by_tag,
    tags_of,
    years_logged,
)
from ceu.experience.own_services import keep_own_words
from ceu.experience.queries import entry_for
from ceu.web.access import requires
from ceu.web.forms import id_or_none
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

own = Blueprint("own", __name__)

Page = str | Response | tuple[str, int]


@own.get("/hours/tags")
@requires(Permission.LOG_EXPERIENCE)
def hours_by_tag() -> Page:
    """Sums by tag and by practice focus, and the entries of one of them; of a year or of all."""
    session, person_id = db.session(), current_principal().person_id
    years = years_logged(session, person_id)
    year = id_or_none(request.args.get("year"))
    if year is not None and year not in years:
        raise NotFound
    first, last = (date(year, 1, 1), date(year, 12, 31)) if year else (date.min, date.max)
    tag, focus = request.args.get("tag"), request.args.get("focus")
    entries, more = (
        list_marked(
            session,
            person_id,
            first,
            last,
            tag=tag,
            focus=focus,
            before=id_or_none(request.args.get("before")),
        )
        if tag or focus
        else ([], False)
    )
    return render_template(
        "experience/tags.html",
        years=years,
        year=year,
        tags=sums_by_tag(session, person_id, first, last),
        focuses=sums_by_focus(session, person_id, first, last),
        focus_labels=FOCUS_LABELS,
        chosen=tag or FOCUS_LABELS.get(focus or "", focus),
        wanted={"tag": tag, "focus": focus, "year": year},
        entries=entries,
        tags_of_entries=tags_of(session, [entry.id for entry in entries]),
        older=entries[-1].id if more else None,
    )


@own.route("/hours/entries/<int:entry_id>/own-words", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def edit_own_words(entry_id: int) -> Page:
    """Tags, focus and reflection of an entry: they may change when its week is signed, for they are no part of it."""
    session, principal = db.session(), current_principal()
    entry = entry_for(session, principal, entry_id)
    form = OwnWordsForm.of(get_own_words(session, entry.id))
    back = url_for("experience.log", week=entry.sheet.week_start.isoformat())
    if form.validate_on_submit():
        try:
            keep_own_words(session, entry, form.own())
            flash("Saved.", "success")
            return redirect(back, 303)
        except DomainError as refusal:
            form.absorb(refusal)
    form.offer_tags(list_recent_tags(session, principal.person_id))
    page = render_template(
        "experience/own_words.html", form=form, entry=entry, back=back, source=FOCUS_SOURCE
    )
    return (page, 422) if form.errors else page
