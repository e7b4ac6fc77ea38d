"""The operator's side of a change of rules: whom it affects by how much, and telling each of them once.

Numbers of people and no names: what each person sees is theirs alone.
"""

from collections.abc import Callable, Iterable
from typing import Any

import click

from ceu.db.extension import db
from ceu.domain.dates import local_date
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack
from ceu.requirements.change_queries import list_last_readings
from ceu.requirements.change_rows import reach_lines
from ceu.requirements.change_services import goals_moved, notify, people_reached, reach_of
from ceu.rules.pack import Pack, Version
from ceu.web.mail import post_mail
from ceu.web.outside import now, outside

Move = tuple[Goal, Version, Version]


def change_commands(site: Callable[[], Any]) -> tuple[click.Command, click.Command]:
    """The commands ``effect`` and ``notify`` on the site that ``site`` builds."""

    @click.command("effect")
    @click.argument("pack_id")
    @click.argument("from_version")
    @click.argument("to_version")
    def show_effect(pack_id: str, from_version: str, to_version: str) -> None:
        """Whom it affects, and by how much, that a version of a pack takes the place of another."""
        with _inside(site()):
            pack, before, after = _versions(pack_id, from_version, to_version)
            reach = reach_of(db.session(), pack, before, after, local_date(now(), "UTC"))
            for line in reach_lines(pack, before, after, reach.people, reach.effects):
                click.echo(line)

    @click.command("notify")
    @click.argument("pack_id", required=False)
    @click.argument("from_version", required=False)
    @click.argument("to_version", required=False)
    def tell(pack_id: str | None, from_version: str | None, to_version: str | None) -> None:
        """Tell everyone affected, by a notice and by mail, once: of one change, or of every change since their last visit.

        Without a pack, those are told whom another version governs than the one by which their log was last read: run it
        after an update of the packs, and every day for versions that begin on their day.
        """
        with _inside(site()):
            if pack_id is None:
                told = _tell(_moved())
            elif from_version is None or to_version is None:
                raise click.UsageError("Name the pack and both of its versions, or nothing at all.")
            else:
                told = _tell(_reached(*_versions(pack_id, from_version, to_version)))
        click.echo(
            f"{told} {'person was' if told == 1 else 'people were'} told. Whoever had been told was not told again."
        )

    return show_effect, tell


def _inside(app: Any) -> Any:
    return app.test_request_context(base_url=app.config["SITE_URL"])


def _versions(pack_id: str, *wanted: str) -> tuple[Pack, Version, Version]:
    pack = find_pack(outside().packs, pack_id)
    if pack is None:
        raise click.ClickException(
            f"There is no usable pack “{pack_id}”. See “python -m ceu rulepacks check”."
        )
    versions = {version.id: version for version in pack.versions}
    for each in wanted:
        if each not in versions:
            raise click.ClickException(f"{pack_id} has no version “{each}”. It has {', '.join(versions)}.")
    before, after = (versions[each] for each in wanted)
    return pack, before, after


def _moved() -> list[Move]:
    readings = list_last_readings(db.session())
    return list(goals_moved(db.session(), outside().packs, readings, local_date(now(), "UTC")))


def _reached(pack: Pack, before: Version, after: Version) -> list[Move]:
    reached = people_reached(db.session(), pack, after, local_date(now(), "UTC"))
    return [(goal, before, after) for goal in reached]


def _tell(moves: Iterable[Move]) -> int:
    """Each person is saved and mailed before the next, so that a command that is stopped can be run again."""
    told = 0
    for goal, before, after in moves:
        if notify(db.session(), now(), outside().packs.get(goal.pack_id), goal, before, after):
            told += 1
        db.session.commit()
        post_mail()
    return told
