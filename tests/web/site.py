"""A small site with the kit of every view and none of the features, on a file of its own."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask
from jinja2 import DictLoader, StrictUndefined

from ceu.adapters.clock import FrozenClock
from ceu.adapters.mail import MemoryMailer
from ceu.db.base import Base
from ceu.db.extension import db, tame_sqlite
from ceu.domain.permissions import Role
from ceu.domain.principal import Principal
from ceu.web.access import install_guard, public
from ceu.web.errors import install_errors
from ceu.web.headers import install_headers
from ceu.web.principal import install_sign_in
from tests.factories import FROZEN_NOW

TEMPLATES = {
    "errors/error.html": "{{ status }} {{ message or '' }}",
    "email/hello/subject.txt": "Hello\n{{ name }}\n",
    "email/hello/body.txt": "Hello {{ name }}",
}
PEOPLE: Mapping[str, Principal] = {
    "alice": Principal(1, "Alice", "alice@example.org", "America/Los_Angeles", {7: Role.CE_DIRECTOR}),
    "bob": Principal(2, "Bob", "bob@example.org", "America/Los_Angeles"),
}


def build_site(folder: Path, rooms: Blueprint, handlers: Mapping[type, Any] | None = None) -> Flask:
    """The site with these rooms; whoever's cookie says ``_user_id`` "alice" or "bob" is signed in."""
    site = Flask("tests")
    site.config.update(
        SECRET_KEY="a secret for tests",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'kit.db'}",
        WTF_CSRF_ENABLED=False,
    )
    site.jinja_env.undefined = StrictUndefined
    site.jinja_loader = DictLoader(TEMPLATES)
    site.extensions["ceu.outside"] = SimpleNamespace(clock=FrozenClock(FROZEN_NOW), mailer=MemoryMailer())
    site.extensions["ceu.handlers"] = handlers or {}
    db.init_app(site)
    with site.app_context():
        tame_sqlite(db.engine)
        Base.metadata.create_all(db.engine)
    install_sign_in(site, PEOPLE.get)
    site.register_blueprint(rooms)
    site.register_blueprint(_accounts())
    install_guard(site)
    install_errors(site)
    install_headers(site)
    return site


def _accounts() -> Blueprint:
    accounts = Blueprint("accounts", __name__)

    @accounts.get("/sign-in")
    @public
    def sign_in() -> str:
        return "sign in"

    return accounts


def browser(site: Flask, person: str | None = None) -> Any:
    """A client of the site, signed in as this person."""
    client = site.test_client()
    if person is not None:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = person
    return client
