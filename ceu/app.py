"""The web application: builds the adapters, connects the rooms, decides nothing."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import Flask, g, request, url_for
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from ceu.accounts.queries import find_principal_by_session_key
from ceu.adapters.addresses import WebFetcher
from ceu.adapters.clock import SystemClock
from ceu.adapters.content_store import ContentStore
from ceu.adapters.courses import CourseShelf
from ceu.adapters.documents import WeasyPrinter
from ceu.adapters.files import FolderFiles
from ceu.adapters.keys import SiteKeys, load_or_create_secret
from ceu.adapters.lrs import lrs_from_url
from ceu.adapters.mail import mailer_from_url
from ceu.adapters.outside import Outside
from ceu.adapters.platforms import Platforms
from ceu.adapters.pseudonyms import Pseudonyms
from ceu.adapters.rulecases import CaseLibrary
from ceu.adapters.rulepacks import PackLibrary
from ceu.adapters.tool_keys import ToolKeys
from ceu.db.extension import db, reading, tame_sqlite
from ceu.licenses.packs import last_good_words
from ceu.settings import ROOT, Settings
from ceu.web.access import install_guard
from ceu.web.errors import install_errors
from ceu.web.filters import install_filters
from ceu.web.headers import install_headers
from ceu.web.outside import now, outside as outside_of_site
from ceu.web.principal import find_principal, install_sign_in
from ceu.web.uploads import MemoryRequest
from ceu.wiring import (
    BLUEPRINTS,
    CALLED_FROM_ELSEWHERE,
    HANDLERS,
    account_navigation_for,
    navigation_for,
    places_for,
)


def create_app(settings: Settings | None = None, outside: Outside | None = None) -> Flask:
    """Build the site from its settings; ``outside`` replaces the real adapters in tests."""
    settings = settings or Settings.from_env()
    settings.folder.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "ceu",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.request_class = MemoryRequest
    app.config.update(
        SECRET_KEY=settings.secret_key or load_or_create_secret(settings.folder / "keys" / "session-secret"),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="ceu",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
        MAX_CONTENT_LENGTH=10 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a page left open over lunch must still be able to save
        SITE_URL=settings.site_url,
        OPERATOR_EMAIL=settings.operator_email,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["ceu.outside"] = outside or _real_outside(settings)
    app.extensions["ceu.handlers"] = HANDLERS
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]

    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        tame_sqlite(db.engine)
    _install_reading(app)
    forgery = CSRFProtect(app)
    install_sign_in(app, lambda key: find_principal_by_session_key(db.session(), key, now()))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in CALLED_FROM_ELSEWHERE:
        forgery.exempt(blueprint)
    install_guard(app)
    install_errors(app)
    install_filters(app)
    install_headers(app)
    _install_static_versions(app)
    _install_page_context(app)
    return app


def _engine_options(database_url: str) -> dict[str, object]:
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}}
    return {"pool_pre_ping": True}


def _real_outside(settings: Settings) -> Outside:
    packs = PackLibrary(ROOT / "ceu" / "rulepacks", settings.kept_packs_folder)
    packs.keep()
    clock, fetcher = SystemClock(), WebFetcher()
    return Outside(
        clock=clock,
        mailer=mailer_from_url(settings.mail_url),
        printer=WeasyPrinter(ROOT / "templates" / "documents"),
        keys=SiteKeys(settings.folder / "keys"),
        packs=packs,
        cases=CaseLibrary(settings.cases_folder),
        shelf=CourseShelf(ROOT / "courses"),
        pseudonyms=Pseudonyms(load_or_create_secret(settings.folder / "keys" / "client-secret")),
        fetcher=fetcher,
        files=FolderFiles(settings.folder / "files"),
        content=ContentStore(settings.folder / "packages"),
        lrs=lrs_from_url(settings.site_url, settings.lrs_url),
        platforms=Platforms(fetcher, ToolKeys(settings.folder / "keys" / "lti"), clock),
    )


def _install_reading(app: Flask) -> None:
    """A GET only reads: its transaction waits for no writer."""

    @app.before_request
    def begin() -> None:
        if request.method in {"GET", "HEAD"}:
            g.reading = reading()
            g.reading.__enter__()

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if manager := g.pop("reading", None):
            manager.__exit__(None, None, None)


def _install_static_versions(app: Flask) -> None:
    """Let browsers keep static files for long: a file that changes gets another address."""
    versions: dict[str, str] = {}

    def version_of(filename: str) -> str:
        if filename not in versions:
            versions[filename] = sha256((ROOT / "static" / filename).read_bytes()).hexdigest()[:10]
        return versions[filename]

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = version_of(values["filename"])


def _install_page_context(app: Flask) -> None:
    @app.context_processor
    def page_context() -> dict[str, object]:
        principal = find_principal()
        return {
            "principal": principal,
            "navigation": navigation_for(principal, request.endpoint),
            "places": places_for(principal, request.endpoint),
            "account_navigation": account_navigation_for(principal, request.endpoint),
            "sign_in_url": url_for("accounts.sign_in"),
            "sign_out_url": url_for("accounts.sign_out"),
            "rules_note": lambda pack_id: last_good_words(outside_of_site().packs, pack_id),
            "site_url": app.config["SITE_URL"],
            "operator_email": app.config["OPERATOR_EMAIL"],
        }
