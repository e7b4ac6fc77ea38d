"""Error pages: what happened, and what to do; the words stand in the template."""

from flask import Flask, abort, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ceu.domain.errors import NotFound
from ceu.web.principal import find_principal

_LARGEST_ID = 2**31 - 1
_EXPIRED = (
    "This form belongs to a session that has ended: you signed out, perhaps in another tab, or the page is older than "
    "your sign-in. Nothing was acted on."
)

_ONLY_COURSES = "You came here from a learning platform, without a password, and that opens your courses and certificates only."


def install_errors(app: Flask) -> None:
    """Answer every error with a page in plain words and the right status."""

    @app.before_request
    def refuse_garbled() -> None:
        # No text holds NUL and no record has such a number: databases refuse them late, with an error.
        if any("\0" in text for text in (request.path, *request.values.values())):
            abort(400)
        if any(isinstance(part, int) and part > _LARGEST_ID for part in (request.view_args or {}).values()):
            abort(404)

    def page(status: int, message: str | None = None) -> tuple[str, int]:
        return render_template("errors/error.html", status=status, message=message), status

    @app.errorhandler(NotFound)
    def not_found(error: NotFound) -> tuple[str, int]:
        return page(404)

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> tuple[str, int]:
        return page(400, _EXPIRED)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int] | HTTPException:
        status = error.code or 500
        principal = find_principal()
        if status == 403 and principal is not None and principal.only_courses:
            return page(403, _ONLY_COURSES)
        return error if status < 400 else page(status)
