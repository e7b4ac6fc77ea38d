"""E-mail that a view sends: written now, posted after the commit, so that no mail speaks of what was not saved."""

from typing import Any

from flask import current_app, g, render_template

from ceu.adapters.mail import Attachment, MailError, Message
from ceu.web.outside import outside


def send_mail(to: str, message: str, *, attached: tuple[Attachment, ...] = (), **context: Any) -> None:
    """Render ``templates/email/<message>/subject.txt`` and ``body.txt`` and post them when the request is saved.

    Accounts without an address of their own (``.invalid``, RFC 6761) are written nothing.
    """
    if to.endswith(".invalid"):
        return
    subject = " ".join(render_template(f"email/{message}/subject.txt", **context).split())
    text = render_template(f"email/{message}/body.txt", **context)
    _waiting().append(Message(to, subject, text, attached))


def post_mail() -> None:
    """Hand the waiting messages to the mailer; what it refuses is logged, for the work is saved already."""
    while waiting := _waiting():
        try:
            outside().mailer.send(waiting.pop(0))
        except MailError:
            current_app.logger.exception("A message was not sent.")


def forget_mail() -> None:
    """Drop what a request that failed had written."""
    _waiting().clear()


def _waiting() -> list[Message]:
    if "waiting_mail" not in g:
        g.waiting_mail = []
    messages: list[Message] = g.waiting_mail
    return messages
