"""The operator's side of weeks that wait: `python -m ceu remind`, meant to be run every day."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import click

from ceu.db.extension import db
from ceu.experience.services import supervisor_name
from ceu.experience.sign_services import Reminder, note_reminders
from ceu.web.mail import post_mail, send_mail
from ceu.web.outside import now


def remind_command(site: Callable[[], Any]) -> click.Command:
    """The command ``remind`` on the site that ``site`` builds."""

    @click.command("remind")
    def remind() -> None:
        """Remind supervisors of weeks that have waited 7, 14 or 30 days, and tell the trainees; each mail goes once."""
        app = site()
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            reminders = note_reminders(db.session(), now())
            _write_mails(reminders)
            db.session.commit()
            post_mail()
        count = len(reminders)
        click.echo(f"{count} {'week was' if count == 1 else 'weeks were'} reminded of.")

    return remind


def _write_mails(reminders: Iterable[Reminder]) -> None:
    """One message to each supervisor about all their weeks, and one to each trainee."""
    for email, group in groupby(sorted(reminders, key=_to_supervisor), _to_supervisor):
        weeks = list(group)
        send_mail(
            email,
            "weeks_wait",
            name=supervisor_name(weeks[0].supervision),
            reminders=weeks,
        )
    for email, group in groupby(sorted(reminders, key=_to_trainee), _to_trainee):
        weeks = list(group)
        send_mail(
            email,
            "weeks_still_wait",
            name=weeks[0].supervision.trainee.name,
            reminders=[(one, supervisor_name(one.supervision)) for one in weeks],
        )


def _to_supervisor(reminder: Reminder) -> str:
    return reminder.email


def _to_trainee(reminder: Reminder) -> str:
    return reminder.supervision.trainee.email
