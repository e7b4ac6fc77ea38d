"""The request owns the transaction: a view marked @commits is saved once, whole, or not at all.

The mark does four things in order: it claims the form's ``once`` token (a form sent twice acts once), runs the view,
hands the view's events to their handlers, and commits when the answer is a success. Mail leaves after the commit.
A GET through the same view passes by: it saves nothing.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, cast, overload

from flask import current_app, make_response, redirect, request
from werkzeug.wrappers import Response

from ceu.db.events import deliver, discard
from ceu.db.extension import db
from ceu.db.lasting import forget_lasting, restore_lasting
from ceu.db.once import FormReceipt, claim, earlier_answer
from ceu.web.mail import forget_mail, post_mail
from ceu.web.outside import now, outside
from ceu.web.principal import find_principal

View = TypeVar("View", bound=Callable[..., Any])


@overload
def commits(view: View) -> View: ...


@overload
def commits(*, once: bool) -> Callable[[View], View]: ...


def commits(view: View | None = None, *, once: bool = True) -> View | Callable[[View], View]:
    """Commit what the view did if it answers below 400; otherwise save only what is to last (``ceu.db.lasting``).

    ``once=False`` is for sign-in, where a form sent again, perhaps from an old page, must be answered afresh.
    """
    if view is None:
        return partial(_mark, once=once)
    return _mark(view, once=once)


def _mark(view: View, *, once: bool) -> View:
    @wraps(view)
    def committed(*args: Any, **kwargs: Any) -> Any:
        if request.method in {"GET", "HEAD"}:
            return view(*args, **kwargs)
        receipt = None
        if once and (token := request.form.get("once", "")[:64]).isalnum():
            principal = find_principal()
            person_id = principal.person_id if principal else None
            receipt = claim(db.session(), token, person_id, now())
            if receipt is None:
                return redirect(earlier_answer(db.session(), token, person_id) or request.path, 303)
        try:
            return _finish(make_response(view(*args, **kwargs)), receipt)
        except BaseException:
            _undo()
            forget_lasting(db.session())
            raise

    committed.commits = True  # type: ignore[attr-defined]
    return cast(View, committed)


def _finish(response: Response, receipt: FormReceipt | None) -> Response:
    if response.status_code >= 400:
        _undo()
        restore_lasting(db.session())
    else:
        deliver(db.session(), current_app.extensions["ceu.handlers"], now(), outside())
        if receipt is not None:
            receipt.location = response.headers.get("Location", "")[:500]
        forget_lasting(db.session())
    db.session.commit()
    post_mail()
    return response


def _undo() -> None:
    db.session.rollback()
    discard(db.session())
    forget_mail()
