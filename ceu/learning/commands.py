"""The operator's side of tests: `python -m ceu close-tests`, meant to be run every few minutes."""

from collections.abc import Callable
from typing import Any

import click

from ceu.db.events import deliver
from ceu.db.extension import db
from ceu.learning.queries import list_overdue
from ceu.learning.services import close_overdue
from ceu.web.outside import now, outside


def close_tests_command(site: Callable[[], Any]) -> click.Command:
    """The command ``close-tests`` on the site that ``site`` builds."""

    @click.command("close-tests")
    def close_tests() -> None:
        """Score every test whose time has run out without being sent, as it was saved; each is saved by itself."""
        app, closed = site(), 0
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            overdue = list_overdue(db.session(), now())
            db.session.commit()
            for attempt_id in overdue:
                closed += close_overdue(db.session(), now(), attempt_id)
                deliver(db.session(), app.extensions["ceu.handlers"], now(), outside())
                # Learners answer meanwhile: nobody waits for more than one test.
                db.session.commit()
        click.echo(f"{closed} {'test was' if closed == 1 else 'tests were'} closed.")

    return close_tests
