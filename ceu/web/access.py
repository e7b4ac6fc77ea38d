"""Every view declares who may call it; one guard enforces the declarations.

A view without a declaration stops the site from starting, so that access cannot be forgotten.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from ceu.domain.permissions import Permission
from ceu.web.principal import find_principal

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"


def public(view: View) -> View:
    """Anyone may call this view."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Only a signed-in person with this permission may call this view."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def access_of(app: Flask, endpoint: str) -> Permission | str | None:
    """What the view behind an endpoint declares: a permission, PUBLIC, or None."""
    return getattr(app.view_functions[endpoint], "access", None)


def install_guard(app: Flask) -> None:
    """Check the declarations of all routes now, and every request against them."""
    public(app.view_functions["static"])
    undeclared = sorted(name for name in app.view_functions if access_of(app, name) is None)
    if undeclared:
        raise RuntimeError(f"Views without @public or @requires(...): {', '.join(undeclared)}.")

    @app.before_request
    def guard() -> Response | None:
        if request.endpoint is None:
            return None
        access = access_of(current_app, request.endpoint)
        if access == PUBLIC:
            return None
        principal = find_principal()
        if principal is None:
            return redirect(url_for("accounts.sign_in", next=_here() if request.method == "GET" else None))
        if not principal.may(Permission(str(access))):
            abort(403 if principal.only_courses else 404)
        return None


def _here() -> str:
    return request.script_root + request.full_path.rstrip("?")


def local_path(target: str | None) -> str | None:
    """The target if it is a path on this site, else None, so that no link can send a person elsewhere."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"} or not target.isprintable():
        return None
    return target
