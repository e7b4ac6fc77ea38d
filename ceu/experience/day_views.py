"""The day in taps: what is logged, what is planned, favorites, copies, several rows at once, and undo."""

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.minutes import clock_text
from ceu.domain.permissions import Permission
from ceu.experience import day_services
from ceu.experience.day_forms import CopyDayForm, DayForm, FavoriteForm, SeveralForm
from ceu.experience.day_queries import answered_on, favorite_for, find_undo, list_favorites
from ceu.experience.day_services import RowsRefused
from ceu.experience.forms import day_or_none
from ceu.experience.own_queries import list_recent_tags, tags_of
from ceu.experience.pages import named_activities
from ceu.experience.queries import (
    entry_for,
    find_usual_setting,
    list_entries,
    list_settings,
    list_settings_with_supervisions,
)
from ceu.experience.services import Repeated, log_experience
from ceu.experience.week_queries import find_week_shown
from ceu.licenses.queries import list_goals
from ceu.web.access import requires
from ceu.web.forms import BaseForm
from ceu.web.outside import now, today
from ceu.web.principal import current_principal
from ceu.web.transactions import commits

days = Blueprint("days", __name__)

Page = str | Response | tuple[str, int]


def _shown_day() -> date:
    if "day" not in request.args:
        return today()
    day = day_or_none(request.args["day"])
    if day is None:
        raise NotFound
    return day


def _day_url(day: date) -> str:
    return url_for("days.day", day=day.isoformat())


@days.route("/hours/day", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def day() -> Page:
    """One day: its entries, what is planned, favorites to tap, and a form for anything else."""
    person_id, shown = current_principal().person_id, _shown_day()
    form = DayForm(setting=find_usual_setting(db.session(), person_id))
    settings, supervisions = list_settings_with_supervisions(db.session(), person_id)
    form.offer_settings([one for one in settings if one.ended_on is None or one.ended_on >= shown])
    form.offer_supervisors(supervisions)
    if form.validate_on_submit():
        try:
            log_experience(db.session(), now(), person_id=person_id, **form.facts(shown))
            return redirect(_day_url(shown), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    return _day_page(shown, form, CopyDayForm(formdata=None, source=shown - timedelta(days=7)))


def _day_page(shown: date, form: DayForm, copy_form: CopyDayForm) -> Page:
    session, person_id = db.session(), current_principal().person_id
    entries = list_entries(session, person_id, shown, shown)
    favorites = list_favorites(session, person_id)
    answered = answered_on(session, person_id, shown)
    form.show_first(named_activities(list_goals(session, person_id)))
    form.offer_tags(list_recent_tags(session, person_id))
    page = render_template(
        "experience/day.html",
        shown=shown,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        today=today(),
        week_start=find_week_shown(session, person_id, shown).first,
        entries=entries,
        tags=tags_of(session, [entry.id for entry in entries]),
        total=sum(entry.minutes for entry in entries),
        planned=[one for one in favorites if one.falls_on(shown) and one.id not in answered],
        favorites=favorites,
        undo=find_undo(session, person_id, now()),
        form=form,
        copy_form=copy_form,
        button=BaseForm(formdata=None),
    )
    return (page, 422) if form.errors or copy_form.errors else page


@days.post("/hours/day/confirm")
@requires(Permission.LOG_EXPERIENCE)
@commits
def confirm_day() -> Page:
    """Log everything that is planned for a day."""
    shown = _shown_day()
    if BaseForm().validate_on_submit():
        _say(day_services.confirm_day(db.session(), now(), current_principal().person_id, shown), "confirmed")
    return redirect(_day_url(shown), 303)


@days.post("/hours/day/copy")
@requires(Permission.LOG_EXPERIENCE)
@commits
def copy_day() -> Page:
    """Copy the entries of another day to the day shown."""
    shown, person_id = _shown_day(), current_principal().person_id
    copy_form = CopyDayForm()
    if copy_form.validate_on_submit():
        try:
            _say(
                day_services.copy_day(db.session(), now(), person_id, copy_form.source.data, shown), "copied"
            )
            return redirect(_day_url(shown), 303)
        except DomainError as refusal:
            copy_form.absorb(refusal)
    form = DayForm(formdata=None, setting=find_usual_setting(db.session(), person_id))
    settings, supervisions = list_settings_with_supervisions(db.session(), person_id)
    form.offer_settings(settings)
    form.offer_supervisors(supervisions)
    return _day_page(shown, form, copy_form)


def _say(done: Repeated, verb: str) -> None:
    """Say what came of it; what worked alone is named by the button that undoes it."""
    if not done.copied and not done.left_out:
        flash(f"Nothing was {verb}: that day has no entries.", "note")
    if done.left_out:
        number = "1 entry" if done.copied == 1 else f"{done.copied} entries"
        flash(f"{number} {verb}. Left out: {' '.join(done.left_out)}", "note")


@days.post("/hours/entries/<int:entry_id>/copy")
@requires(Permission.LOG_EXPERIENCE)
@commits
def copy_entry(entry_id: int) -> Page:
    """Copy an entry to today."""
    entry = entry_for(db.session(), current_principal(), entry_id)
    if BaseForm().validate_on_submit():
        _say(day_services.copy_entries(db.session(), now(), entry.person_id, [entry], today()), "copied")
    return redirect(_day_url(today()), 303)


@days.post("/hours/entries/<int:entry_id>/favorite")
@requires(Permission.LOG_EXPERIENCE)
@commits
def add_favorite(entry_id: int) -> Page:
    """Make a favorite of an entry."""
    entry = entry_for(db.session(), current_principal(), entry_id)
    if BaseForm().validate_on_submit():
        try:
            favorite = day_services.add_favorite(db.session(), now(), entry)
            flash("It is a favorite. Does it recur? Then choose its weekdays.", "success")
            return redirect(url_for("days.edit_favorite", favorite_id=favorite.id), 303)
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(_day_url(entry.day), 303)


@days.route("/hours/favorites/<int:favorite_id>", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def edit_favorite(favorite_id: int) -> Page:
    """Correct a favorite, and say when it recurs."""
    session, principal = db.session(), current_principal()
    favorite = favorite_for(session, principal, favorite_id)
    form = FavoriteForm.of(favorite)
    settings, supervisions = list_settings_with_supervisions(session, principal.person_id)
    form.offer_settings(settings)
    form.offer_supervisors(supervisions, favorite.under_id)
    if form.validate_on_submit():
        try:
            day_services.change_favorite(session, now(), favorite, **form.facts(today()), **form.recurrence())
            flash("Saved.", "success")
            return redirect(url_for("days.day"), 303)
        except DomainError as refusal:
            form.absorb(refusal)
    form.show_first(named_activities(list_goals(session, principal.person_id)))
    form.offer_tags(list_recent_tags(session, principal.person_id))
    page = render_template(
        "experience/favorite.html", form=form, favorite=favorite, button=BaseForm(formdata=None)
    )
    return (page, 422) if form.errors else page


@days.post("/hours/favorites/<int:favorite_id>/remove")
@requires(Permission.LOG_EXPERIENCE)
@commits
def remove_favorite(favorite_id: int) -> Page:
    """Forget a favorite."""
    favorite = favorite_for(db.session(), current_principal(), favorite_id)
    if BaseForm().validate_on_submit():
        day_services.remove_favorite(db.session(), now(), favorite)
        flash("Removed. What you logged with it stays.", "success")
    return redirect(url_for("days.day"), 303)


@days.post("/hours/favorites/<int:favorite_id>/log")
@requires(Permission.LOG_EXPERIENCE)
@commits
def log_favorite(favorite_id: int) -> Page:
    """Log a favorite on the day shown; where it was planned, this confirms it."""
    shown = _shown_day()
    favorite = favorite_for(db.session(), current_principal(), favorite_id)
    if BaseForm().validate_on_submit():
        try:
            day_services.log_favorite(db.session(), now(), favorite, shown)
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(_day_url(shown), 303)


@days.post("/hours/favorites/<int:favorite_id>/skip")
@requires(Permission.LOG_EXPERIENCE)
@commits
def skip_plan(favorite_id: int) -> Page:
    """What was planned for the day shown did not take place."""
    shown = _shown_day()
    favorite = favorite_for(db.session(), current_principal(), favorite_id)
    if BaseForm().validate_on_submit():
        day_services.skip_plan(db.session(), now(), favorite, shown)
    return redirect(_day_url(shown), 303)


@days.route("/hours/several", methods=["GET", "POST"])
@requires(Permission.LOG_EXPERIENCE)
@commits
def several() -> Page:
    """Log several entries of a day at once: all of them, or none and a sentence for each that cannot be."""
    session, person_id = db.session(), current_principal().person_id
    form = SeveralForm(day=_shown_day(), setting=find_usual_setting(session, person_id))
    form.offer(list_settings(session, person_id), named_activities(list_goals(session, person_id)))
    if form.validate_on_submit():
        rows = dict(form.filled())
        try:
            added = day_services.log_several(session, now(), person_id, rows)
            flash(f"{len(added)} logged: {clock_text(sum(one.minutes for one in added))}.", "success")
            return redirect(_day_url(form.day.data), 303)
        except RowsRefused as refused:
            form.absorb(refused)
            for number, refusal in refused.refusals.items():
                _put_on_row(form, number, refusal)
    page = render_template("experience/several.html", form=form)
    return (page, 422) if form.errors else page


def _put_on_row(form: SeveralForm, number: int, refusal: DomainError) -> None:
    """A row's sentence on its field, or on its time where the row has no such field."""
    row = form.rows[number].form
    field = getattr(row, refusal.field or "minutes", row.minutes)
    field.errors = [*field.errors, refusal.message]


@days.post("/hours/undo")
@requires(Permission.LOG_EXPERIENCE)
@commits
def undo() -> Page:
    """Take the last change of one's entries back."""
    if BaseForm().validate_on_submit():
        try:
            said = day_services.undo(db.session(), now(), current_principal().person_id)
            flash(f"Undone: {said}.", "success")
        except DomainError as refusal:
            flash(refusal.message, "error")
    return redirect(url_for("days.day"), 303)
