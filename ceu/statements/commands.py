"""The operator's side of statements: `python -m ceu send-statements`, by cron."""

from collections.abc import Callable
from typing import Any

import click

from ceu.db.extension import db
from ceu.statements.services import pass_on
from ceu.web.outside import now, outside


def send_command(site: Callable[[], Any]) -> click.Command:
    """The command ``send-statements`` on the site that ``site`` builds."""

    @click.command("send-statements")
    def send_statements() -> None:
        """Send the xAPI statements that wait to the learning record store of CEU_LRS_URL; what cannot be sent waits."""
        app = site()
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            if outside().lrs.endpoint is None:
                raise click.ClickException(
                    "CEU_LRS_URL is not set, so statements stay in this site's own store. "
                    "Set it to https://user:password@lrs.example.org/xapi to send them."
                )
            passed = pass_on(db.session(), now(), outside().lrs, outside().fetcher)
            db.session.commit()
        click.echo(f"{passed.sent} sent, {passed.refused} refused.")
        if passed.stopped:
            raise click.ClickException(
                f"The store cannot be reached: {passed.stopped} The rest waits for the next time."
            )

    return send_statements
