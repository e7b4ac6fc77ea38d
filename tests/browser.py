"""A real browser, a real site on its own folder, and axe: shared by the journeys and the screenshots."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from ceu.app import create_app
from ceu.db.extension import db
from ceu.settings import ROOT, Settings

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text()
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the tests report what matters."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Flask]]:
    """The whole site as a newcomer has it (SQLite, mail in a folder, real keys) on a free port; yields URL and app."""
    settings = Settings(
        folder=folder,
        database_url=f"sqlite:///{folder / 'ceu.db'}",
        mail_url=f"folder:{folder / 'mail'}",
        site_url="http://127.0.0.1",
        secret_key="a secret for the browser tests, of no use elsewhere",
    )
    app = create_app(settings)
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    app.config["SITE_URL"] = url
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url, app
    finally:
        server.shutdown()
        thread.join()
        with app.app_context():
            db.engine.dispose()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


def axe_findings(page: Page) -> list[str]:
    """What axe finds on the open page: one line per rule and element."""
    page.evaluate(AXE + "; 0")
    found: dict[str, Any] = page.evaluate(
        "async () => await axe.run(document, {resultTypes: ['violations']})"
    )
    return [
        f"{violation['id']}: {violation['help']} ({node['html'][:160]})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def mails(folder: Path) -> list[str]:
    """The mails the site has written, oldest first, as text."""
    return [path.read_text() for path in sorted((folder / "mail").glob("*.eml"))]
