"""The front page, the home page of each part a person plays, and the living page of components."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ceu.dashboard.forms import sample_forms
from ceu.dashboard.queries import home_of
from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.web.access import public, requires
from ceu.web.outside import today
from ceu.web.principal import current_principal, find_principal

dashboard = Blueprint("dashboard", __name__)


@dashboard.get("/")
@public
def front() -> str | Response:
    """What Ceu is, for visitors; people who are signed in go home."""
    if find_principal() is not None:
        return redirect(url_for("dashboard.home"))
    return render_template("dashboard/front.html")


@dashboard.get("/home")
@requires(Permission.MANAGE_ACCOUNT)
def home() -> str:
    """What waits for this person, in each part they play."""
    page = home_of(db.session(), current_principal())
    return render_template("dashboard/home.html", page=page)


@dashboard.get("/styleguide")
@public
def styleguide() -> str:
    """Every component in use."""
    forms = {theme: sample_forms(theme) for theme in ("light", "dark")}
    return render_template("styleguide/page.html", forms=forms, today=today())
