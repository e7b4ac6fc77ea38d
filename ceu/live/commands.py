"""The operator's side of live events: `python -m ceu remind-events`, meant to be run every day."""

from collections.abc import Callable
from typing import Any

import click

from ceu.db.extension import db
from ceu.live.mail_views import write_to
from ceu.live.services import note_reminders
from ceu.web.mail import post_mail
from ceu.web.outside import now


def remind_events_command(site: Callable[[], Any]) -> click.Command:
    """The command ``remind-events`` on the site that ``site`` builds."""

    @click.command("remind-events")
    def remind_events() -> None:
        """Remind everybody of events they are registered for that begin soon; each mail goes once."""
        app = site()
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            reminded = note_reminders(db.session(), now())
            for registration in reminded:
                write_to(registration, "event_reminder")
            db.session.commit()
            post_mail()
        click.echo(f"{len(reminded)} {'person was' if len(reminded) == 1 else 'people were'} reminded.")

    return remind_events
