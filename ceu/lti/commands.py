"""The operator's side of learning platforms: `python -m ceu lti send-grades` and `rotate-keys`."""

from collections.abc import Callable
from typing import Any

import click

from ceu.db.extension import db
from ceu.lti.grade_services import due_grades, note_sent, send_grade
from ceu.web.outside import now, outside


def lti_commands(site: Callable[[], Any]) -> click.Group:
    """The commands ``lti ...`` on the site that ``site`` builds."""

    @click.group("lti")
    def lti() -> None:
        """Learning platforms that open courses here (LTI)."""

    @lti.command("send-grades")
    def send_grades() -> None:
        """Send the grades that are owed; run it every few minutes, by cron. What a platform refuses is sent again later."""
        app, refused = site(), 0
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            owed = due_grades(db.session(), now())
            db.session.commit()
            for grade in owed:
                sent = send_grade(outside().platforms, grade)
                refused += bool(sent.problem)
                note_sent(db.session(), now(), grade, sent)
                db.session.commit()
        click.echo(
            f"{len(owed) - refused} {'grade was' if len(owed) - refused == 1 else 'grades were'} sent, {refused} refused."
        )

    @lti.command("rotate-keys")
    def rotate_keys() -> None:
        """Sign for platforms with the next key, published long since; not more than once a day, while they learn the one after."""
        key_id = site().extensions["ceu.outside"].platforms.keys.rotate()
        click.echo(f"The site now signs for learning platforms with key {key_id}.")

    return lti
