"""The request owns the transaction: a view marked @commits is saved once, whole, or not at all.

The mark does four things in order: it claims the form's ``once`` token (a form sent twice acts once), runs the view,
hands the view's events to their handlers, and commits when the answer is a success. Mail leaves after the commit.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, make_response, redirect, request
from werkzeug.wrappers import Response

from ceu.db.events import deliver, discard
from ceu.db.extension import db
from ceu.db.once import FormReceipt, claim, earlier_answer
from ceu.web.mail import forget_mail, post_mail
from ceu.web.outside import now, outside
from ceu.web.principal import find_principal

View = Callable[..., Any]


def commits(view: View | None = None, *, even_on_refusal: bool = False) -> Any:
    """Commit what the view did if it answers below 400; otherwise nothing of it is saved.

    ``even_on_refusal`` is for sign-in and the like, where the failed attempt is itself a record, and where a repeated
    form must be answered afresh.
    """
    if view is None:
        return lambda marked: commits(marked, even_on_refusal=even_on_refusal)

    @wraps(view)
    def committed(*args: Any, **kwargs: Any) -> Response:
        receipt = None
        if not even_on_refusal and (token := request.form.get("once", "")[:64]):
            principal = find_principal()
            person_id = principal.person_id if principal else None
            receipt = claim(db.session(), token, person_id, now())
            if receipt is None:
                return redirect(earlier_answer(db.session(), token, person_id) or request.path, 303)
        try:
            return _finish(make_response(view(*args, **kwargs)), receipt, even_on_refusal)
        except BaseException:
            _undo()
            raise

    committed.commits = True  # type: ignore[attr-defined]
    return committed


def _finish(response: Response, receipt: FormReceipt | None, even_on_refusal: bool) -> Response:
    if response.status_code >= 400 and not even_on_refusal:
        _undo()
        return response
    deliver(db.session(), current_app.extensions["ceu.handlers"], now(), outside())
    if receipt is not None:
        receipt.location = response.headers.get("Location", "")[:500]
    db.session.commit()
    post_mail()
    return response


def _undo() -> None:
    db.session.rollback()
    discard(db.session())
    forget_mail()
