"""The operator's side of cohorts: `python -m ceu programs refresh`, meant to be run every night."""

from collections.abc import Callable
from typing import Any

import click

from ceu.db.extension import db
from ceu.programs.queries import get_seat, list_stale_seats
from ceu.programs.services import refresh
from ceu.web.outside import now, outside, today


def program_commands(site: Callable[[], Any]) -> click.Group:
    """The commands ``programs ...`` on the site that ``site`` builds."""

    @click.group("programs")
    def programs() -> None:
        """Training programs and their cohorts."""

    @programs.command("refresh")
    def refresh_forecasts() -> None:
        """Look ahead anew for every trainee whose log or week has changed since; each is saved by itself."""
        app = site()
        with app.test_request_context(base_url=app.config["SITE_URL"]):
            session, packs = db.session(), outside().packs
            stale = list_stale_seats(session, today())
            session.commit()
            for seat_id in stale:
                seat = get_seat(session, seat_id)
                if seat is not None and seat.is_shared:
                    refresh(session, now(), packs, seat)
                # Another writer may come between two trainees: a large site takes minutes.
                session.commit()
        click.echo(f"{len(stale)} {'forecast was' if len(stale) == 1 else 'forecasts were'} made.")

    return programs
