"""Error pages: what happened, and what to do."""

from dataclasses import dataclass

from flask import Flask, abort, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ceu.domain.errors import NotFound


@dataclass(frozen=True)
class Explanation:
    """An error as its page says it."""

    heading: str
    happened: str
    remedy: str


_LARGEST_ID = 2**31 - 1

_EXPLANATIONS = {
    400: Explanation(
        "This request could not be read",
        "Something in what was sent is missing or garbled.",
        "Go back, reload the page and try again.",
    ),
    404: Explanation(
        "Page not found",
        "There is no such page, or it is not yours to see.",
        "Check the address, or start again from the home page.",
    ),
    405: Explanation(
        "This page cannot be used that way",
        "The address was called in a way it does not serve.",
        "Start again from the home page.",
    ),
    413: Explanation(
        "That was too large",
        "What you sent is larger than this page accepts.",
        "Send a smaller file or a shorter text.",
    ),
    429: Explanation(
        "Too many attempts",
        "Someone has tried too often in a short time.",
        "Wait fifteen minutes and try again.",
    ),
    500: Explanation(
        "Something went wrong here",
        "An error on our side stopped this request. Nothing of it was saved.",
        "Try again. If it happens again, tell the person who runs this site when it happened.",
    ),
}
_EXPIRED = Explanation(
    "This page had been open too long",
    "The form could not be checked against your session, so it was not acted on.",
    "Go back, reload the page and send it again.",
)


def install_errors(app: Flask) -> None:
    """Answer every error with a page in plain words and the right status."""

    @app.before_request
    def refuse_garbled() -> None:
        # No text holds NUL and no record has such a number: databases refuse them late, with an error.
        if any("\0" in text for text in (request.path, *request.values.values())):
            abort(400)
        if any(isinstance(part, int) and part > _LARGEST_ID for part in (request.view_args or {}).values()):
            abort(404)

    def page(explanation: Explanation, status: int) -> tuple[str, int]:
        return render_template("errors/error.html", status=status, explanation=explanation), status

    @app.errorhandler(NotFound)
    def not_found(error: NotFound) -> tuple[str, int]:
        return page(_EXPLANATIONS[404], 404)

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> tuple[str, int]:
        return page(_EXPIRED, 400)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int] | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        return page(_EXPLANATIONS.get(status, _EXPLANATIONS[400 if status < 500 else 500]), status)
