"""The front page, everyone's home page, and the living page of components."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.dashboard.forms import sample_forms, sample_test
from ceu.dashboard.queries import home_of
from ceu.db.extension import db
from ceu.domain.minutes import log_hours_text
from ceu.domain.permissions import Permission
from ceu.experience.assessing import Standing
from ceu.licenses.packs import pack_name
from ceu.licenses.renewal_rows import renewal_of
from ceu.requirements.now import boxes
from ceu.requirements.rows import Row, kinds_text, main_requirement, rows
from ceu.requirements.views import addresses_of
from ceu.web.access import public, requires
from ceu.web.outside import now, outside, today
from ceu.web.principal import current_principal, find_principal

dashboard = Blueprint("dashboard", __name__)


@dashboard.get("/")
@public
def front() -> str | Response:
    """What Ceu is, for visitors; people who are signed in go home."""
    if principal := find_principal():
        return redirect(url_for("learning.enrollment_list" if principal.only_courses else "dashboard.home"))
    return render_template("dashboard/front.html")


@dashboard.get("/home")
@requires(Permission.MANAGE_ACCOUNT)
def home() -> str:
    """What waits for this person, in each part they play."""
    page = home_of(db.session(), outside().packs, current_principal(), today())
    renewals = [
        renewal_of(one, today(), url_for("licenses.license_page", license_id=one.license.id))
        for one in page.renewals
    ]
    return render_template(
        "dashboard/home.html",
        page=page,
        renewals=renewals,
        today=today(),
        name_of=pack_name,
        main_requirement=main_requirement,
        kinds_text=kinds_text,
        log_hours_text=log_hours_text,
        boxes=[
            boxes(one.standing, one.this_week, today(), addresses_of(one.standing.goal))
            for one in page.training
        ],
        missing=[_missing(one.standing) for one in page.training],
    )


def _missing(standing: Standing) -> list[Row]:
    """What the board still asks for, as far as it is not met."""
    minimums = rows(standing, "minimum", addresses_of(standing.goal))
    main = main_requirement(standing.signed)
    asked = [row for top in minimums for row in (top.children if main and top.id == main.id else (top,))]
    return list(_unmet(asked))


def _unmet(asked: Iterable[Row]) -> Iterator[Row]:
    """These rows without such as are met, at every depth."""
    for row in asked:
        if row.state != "met":
            yield replace(row, children=tuple(_unmet(row.children)))


@dashboard.get("/styleguide")
@public
def styleguide() -> str:
    """Every component in use."""
    themes = ("light", "dark")
    return render_template(
        "styleguide/page.html",
        forms={theme: sample_forms(theme) for theme in themes},
        tests={theme: sample_test(theme) for theme in themes},
        today=today(),
        now=now(),
    )
