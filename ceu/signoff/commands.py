"""The operator's side of weeks that wait and documents that are owed, `python -m ceu remind`, and of what is needed no longer,
`python -m ceu tidy`; both are meant to be run every day."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

import click

from ceu.db.extension import db
from ceu.db.once import forget_receipts
from ceu.signoff.services import Reminder, note_reminders
from ceu.signoff.tidy_services import sweep_files
from ceu.supervising.agreement_services import DocumentDue, note_document_reminders
from ceu.web.mail import post_mail, send_mail
from ceu.web.outside import now, outside


def remind_command(site: Callable[[], Any]) -> click.Command:
    """The command ``remind`` on the site that ``site`` builds."""

    @click.command("remind")
    def remind() -> None:
        """Remind of weeks that have waited 7, 14 or 30 days, and of agreements and evaluations; each mail goes once."""
        app = site()
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            reminders = note_reminders(db.session(), now())
            _write_mails(reminders)
            documents = note_document_reminders(db.session(), now(), outside().packs)
            _write_document_mails(documents)
            db.session.commit()
            post_mail()
        count = len(reminders)
        click.echo(f"{count} {'week was' if count == 1 else 'weeks were'} reminded of.")
        if documents:
            click.echo(
                f"{len(documents)} {'document was' if len(documents) == 1 else 'documents were'} reminded of."
            )

    return remind


def tidy_command(site: Callable[[], Any]) -> click.Command:
    """The command ``tidy`` on the site that ``site`` builds."""

    @click.command("tidy")
    def tidy() -> None:
        """Take away files that nothing names any more, and forget forms that were sent long ago."""
        app = site()
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            receipts = forget_receipts(db.session(), now())
            files = sweep_files(db.session(), outside().files, now())
            db.session.commit()
        click.echo(
            f"{files} {'file' if files == 1 else 'files'} taken away, {receipts} sent {'form' if receipts == 1 else 'forms'} forgotten."
        )

    return tidy


def _write_mails(reminders: Iterable[Reminder]) -> None:
    """One message to each supervisor about all their weeks, and one to each trainee."""
    for email, group in groupby(sorted(reminders, key=_to_supervisor), _to_supervisor):
        weeks = list(group)
        send_mail(
            email,
            "weeks_wait",
            name=weeks[0].supervision.name,
            reminders=weeks,
        )
    for email, group in groupby(sorted(reminders, key=_to_trainee), _to_trainee):
        weeks = list(group)
        send_mail(
            email,
            "weeks_still_wait",
            name=weeks[0].supervision.trainee.name,
            reminders=[(one, one.supervision.name) for one in weeks],
        )


def _write_document_mails(documents: Sequence[DocumentDue]) -> None:
    """One message to each of the two sides of a supervision about all their documents."""
    for email, group in groupby(sorted(documents, key=_document_to_supervisor), _document_to_supervisor):
        theirs = list(group)
        name = theirs[0].supervision.name
        send_mail(email, "documents_due", name=name, documents=theirs, to_supervisor=True)
    for email, group in groupby(sorted(documents, key=_document_to_trainee), _document_to_trainee):
        theirs = list(group)
        name = theirs[0].supervision.trainee.name
        send_mail(email, "documents_due", name=name, documents=theirs, to_supervisor=False)


def _document_to_supervisor(due: DocumentDue) -> str:
    account = due.supervision.supervisor
    return account.email if account else due.supervision.invited_email


def _document_to_trainee(due: DocumentDue) -> str:
    return due.supervision.trainee.email


def _to_supervisor(reminder: Reminder) -> str:
    return reminder.email


def _to_trainee(reminder: Reminder) -> str:
    return reminder.supervision.trainee.email
