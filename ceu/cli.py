"""The command line: `python -m ceu COMMAND`."""

import base64
import os
import sys
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade

from ceu.adapters.clock import SystemClock
from ceu.adapters.courses import COURSE, CourseError, read_course
from ceu.adapters.packskeleton import write_skeleton
from ceu.adapters.rulecases import CaseLibrary, missing_thresholds
from ceu.adapters.rulepacks import COVERAGE_FILE, PackError, PackLibrary, load_coverage
from ceu.app import create_app
from ceu.catalog.search_services import list_anew
from ceu.db.extension import db
from ceu.demo.cast import CAST, PASSWORD, is_empty, load_demo
from ceu.domain.dates import day_text, local_date
from ceu.learning.commands import close_tests_command
from ceu.licenses.facts import worded_differently
from ceu.live.commands import remind_events_command
from ceu.lti.commands import lti_commands
from ceu.programs.commands import program_commands
from ceu.requirements.change_commands import change_commands
from ceu.settings import ROOT, Settings, SettingsError
from ceu.signing.keys import VerificationKey
from ceu.signing.report import report_file
from ceu.signoff.commands import remind_command, tidy_command
from ceu.statements.commands import send_command
from ceu.web.outside import outside
from ceu.wiring import HANDLERS

MIGRATIONS = str(ROOT / "migrations")
RULEPACKS = ROOT / "ceu" / "rulepacks"


@click.group()
def ceu() -> None:
    """Ceu: courses, supervised hours and license renewals for therapists."""


@ceu.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--demo/--no-demo", default=True, help="Load the demo cast into an empty site.")
def run(host: str, port: int, workers: int, demo: bool) -> None:
    """Bring the database up to date and serve the site."""
    os.environ.setdefault("CEU_SITE_URL", f"http://{host}:{port}")
    settings = Settings.from_env()
    app = create_app(settings)
    with app.test_request_context(base_url=settings.site_url):
        upgrade(MIGRATIONS)
        if demo and is_empty(db.session()):
            click.echo("Loading the demo cast: 18 months of weeks, this takes some seconds ...")
            load_demo(db.session(), outside(), HANDLERS)
            db.session.commit()
    _greet(settings, host, port, demo)
    sys.stdout.flush()
    os.execv(
        sys.executable,
        [sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--workers", str(workers), "--threads", "4",
         "--worker-class", "gthread", "--preload", "--log-level", "warning", "wsgi:app"],
    )  # fmt: skip


def _greet(settings: Settings, host: str, port: int, demo: bool) -> None:
    click.echo(f"Ceu is about to serve on http://{host}:{port}  (Ctrl-C stops it)")
    if settings.mail_url.startswith("folder:"):
        click.echo(
            f"E-mail is written to {settings.mail_url.removeprefix('folder:')} (open the files to click the links)"
        )
    if demo:
        click.echo(f"Sign in with the password “{PASSWORD}” as")
        for member in CAST:
            click.echo(f"  {member.email:28} {member.part}")


@ceu.command()
def migrate() -> None:
    """Bring the database up to date."""
    with _site().app_context():
        upgrade(MIGRATIONS)


@ceu.command()
@click.argument("message")
def migration(message: str) -> None:
    """Write a new migration for what the models say and the database does not have yet, and pin it as the head."""
    numbers = [int(path.name[:4]) for path in Path(MIGRATIONS, "versions").glob("[0-9]*.py")]
    with _site().app_context():
        upgrade(MIGRATIONS)
        config = Config(Path(MIGRATIONS, "alembic.ini"))
        config.set_main_option("script_location", MIGRATIONS)
        number = f"{max(numbers, default=0) + 1:04d}"
        command.revision(config, message, autogenerate=True, rev_id=number)
    Path(MIGRATIONS, "HEAD").write_text(f"{number}\n")


@ceu.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "keys", multiple=True, help="A public key to trust, in base64; without it this site's own."
)
def verify(file: Path, keys: tuple[str, ...]) -> None:
    """Check an exported record, log or certificate without the site: exit 0 genuine, 1 altered, 2 cannot tell."""
    trusted = dict(_public_key(text) for text in keys) or dict(
        _site().extensions["ceu.outside"].keys.public_keys
    )
    report = report_file(file.read_bytes(), trusted)
    for line in report.lines:
        click.echo(line)
    raise SystemExit(report.exit_code)


def _public_key(text: str) -> tuple[str, VerificationKey]:
    try:
        key = VerificationKey(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a 32-byte Ed25519 key in base64.") from error
    return key.key_id, key


@ceu.command("replace-key")
def replace_key() -> None:
    """Sign with a new site key from now on; the old one stays known for what it signed. Stop the site first."""
    site = _site().extensions["ceu.outside"]
    site.keys.replace(site.clock.now())
    click.echo(f"The site now signs with key {VerificationKey.of(site.keys.signing_key).key_id}.")


@ceu.group()
def rulepacks() -> None:
    """The rules of jurisdictions."""


@rulepacks.command()
@click.argument("pack_id")
def new(pack_id: str) -> None:
    """Begin a pack (us-nv/lpc, or us-nv/lpc-ce for renewals): rules, cases and register, with nothing known yet."""
    cases = Settings.from_env().cases_folder
    try:
        written = write_skeleton(RULEPACKS, cases, pack_id, local_date(SystemClock().now(), "UTC"))
    except PackError as error:
        raise click.ClickException(str(error)) from error
    for path in written:
        click.echo(f"written  {path}")
    click.echo("Read the law beside it, put its numbers in, and try it with “python -m ceu rulepacks check”.")


@rulepacks.command()
def check() -> None:
    """Read every rule pack, case and register strictly; say file, line, what is wrong and how to mend it."""
    settings = Settings.from_env()
    library, cases = PackLibrary(RULEPACKS, settings.kept_packs_folder), CaseLibrary(settings.cases_folder)
    refused = [each for error in library.refused.values() for each in error.all]
    entries, unread = _register()
    refused += unread
    for pack_id, found in library.last_good.items():
        click.echo(
            f"older    {pack_id}: the site goes on with the last good text, kept since {day_text(found.since.date())}."
        )
    for pack in [pack for pack in library.all() if pack.id not in library.refused]:
        click.echo(f"good     {pack.id}: {pack.title}")
        if pack.id not in entries:
            click.echo(f"unlisted {pack.id}: no coverage.yaml names it. Add an entry beside the pack.")
        try:
            untried = missing_thresholds(pack, cases.of(pack.id)) if cases.root.is_dir() else ()
        except PackError as error:
            refused += error.all
        else:
            if untried:
                click.echo(
                    f"untried  {pack.id}: {', '.join(untried)}. Write two cases for each, on both sides of its value."
                )
    for fact, asking in worded_differently(library.all()).items():
        click.echo(
            f"worded   {fact}: asked in different words by {', '.join(asking)}. Use the same words where it means the"
            " same, and another name where it does not."
        )
    for mistake in refused:
        click.echo(f"refused  {mistake}")
    raise SystemExit(1 if refused else 0)


@ceu.group()
def courses() -> None:
    """Course folders."""


@courses.command("reindex")
def reindex_courses() -> None:
    """Make what the catalog is searched by anew from the courses on offer; publishing keeps it, so this is for repairs."""
    with _site().app_context():
        number = list_anew(db.session())
        db.session.commit()
    click.echo(f"{number} {'course' if number == 1 else 'courses'} can be found.")


@courses.command("check")
@click.argument(
    "folder",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT / "courses",
)
def check_courses(folder: Path) -> None:
    """Read a course folder, or every one below a folder: file, line, what is wrong, what to do. Exit 1 with mistakes."""
    folder = folder.resolve()
    found = (
        [folder]
        if (folder / COURSE).is_file()
        else sorted(path.parent for path in folder.glob(f"*/{COURSE}"))
    )
    if not found:
        raise click.ClickException(f"There is no {COURSE} in {folder} or in a folder below it.")
    mistakes = 0
    for each in found:
        try:
            source = read_course(each)
        except CourseError as error:
            mistakes += len(error.problems)
            for problem in error.problems:
                click.echo(f"refused  {problem}")
        else:
            click.echo(f"good     {source.slug}: {source.words:,} words, {len(source.questions)} questions")
    raise SystemExit(1 if mistakes else 0)


def _register() -> tuple[set[str], list[PackError]]:
    """The packs in the registers of coverage, and what is wrong with those that cannot be read."""
    entries: set[str] = set()
    mistakes: list[PackError] = []
    for path in sorted(RULEPACKS.glob(f"*/{COVERAGE_FILE}")):
        try:
            entries |= {entry.pack for entry in load_coverage(path)}
        except PackError as error:
            mistakes += error.all
    return entries, mistakes


def _site() -> Flask:
    return create_app(Settings.from_env())


def _migrated_site() -> Flask:
    """The site, when its database has every migration; else a sentence instead of the database's error."""
    site = _site()
    with site.app_context(), db.engine.connect() as connection:
        stands = MigrationContext.configure(connection).get_current_revision()
    if stands != Path(MIGRATIONS, "HEAD").read_text().strip():
        raise click.ClickException(
            f"The database is not up to date: it stands at {stands or 'nothing'}. "
            "Run “python -m ceu migrate” first (or “python -m ceu run”, which does it), then this again."
        )
    return site


ceu.add_command(remind_command(_migrated_site))
ceu.add_command(tidy_command(_migrated_site))
ceu.add_command(send_command(_migrated_site))
ceu.add_command(remind_events_command(_migrated_site))
ceu.add_command(close_tests_command(_migrated_site))
ceu.add_command(program_commands(_migrated_site))
ceu.add_command(lti_commands(_migrated_site))
for each_command in change_commands(_migrated_site):
    rulepacks.add_command(each_command)


def main() -> None:
    """Run the command line; a wrong setting is said in one sentence."""
    try:
        ceu()
    except SettingsError as error:
        raise SystemExit(str(error)) from error
