"""A learning record store (LRS) elsewhere, to which xAPI statements are sent: xAPI 1.0.3, part three, section 2.1.2."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from ceu.adapters.addresses import Fetcher, Question
from ceu.domain.errors import DomainError

XAPI_VERSION = "1.0.3"
ALREADY_THERE = 409


class LrsAway(Exception):
    """The store cannot be reached, or lets nobody in: everything waits."""


class LrsRefused(Exception):
    """The store has looked at the statements and does not take them."""


@dataclass(frozen=True)
class Account:
    """Whom a statement is about: the address of the site that knows them, and a name that means nothing elsewhere."""

    home_page: str
    name: str

    def as_agent(self) -> dict[str, Any]:
        """The account as xAPI spells an actor."""
        return {"objectType": "Agent", "account": {"homePage": self.home_page, "name": self.name}}


@dataclass(frozen=True)
class Lrs:
    """Where statements go. ``home_page`` is this site's address, under which its accounts are known; no ``endpoint``, nowhere."""

    home_page: str
    endpoint: str | None = None
    authorization: str = ""

    @property
    def host(self) -> str | None:
        """The name of the machine statements go to, or None."""
        return urlsplit(self.endpoint).hostname if self.endpoint else None

    def account(self, name: str) -> Account:
        """An account of this site by its opaque name."""
        return Account(self.home_page, name)

    def send(self, fetcher: Fetcher, statements: Sequence[Mapping[str, Any]]) -> None:
        """Send statements in one request; those the store has already are no error when sent alone.

        Raises LrsAway when they must wait, LrsRefused with the store's words when one of them is refused.
        """
        question = Question(
            f"{self.endpoint}/statements",
            "POST",
            {
                "Authorization": self.authorization,
                "Content-Type": "application/json",
                "X-Experience-API-Version": XAPI_VERSION,
            },
            json.dumps(statements).encode(),
        )
        try:
            answer = fetcher.ask(question)
        except DomainError as error:
            raise LrsAway(error.message) from error
        if answer.status in {200, 204} or (answer.status == ALREADY_THERE and len(statements) == 1):
            return
        if answer.status in {400, 409, 413}:
            raise LrsRefused(f"{answer.status}: {answer.body[:300].decode(errors='replace')}")
        raise LrsAway(f"It answered {answer.status}.")


def lrs_from_url(site_url: str, url: str | None) -> Lrs:
    """The store behind ``https://user:password@lrs.example.org/xapi``, or none."""
    if url is None:
        return Lrs(site_url)
    parts = urlsplit(url)
    host = parts.hostname or ""
    secret = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return Lrs(
        site_url,
        f"https://{host}{parts.path.rstrip('/')}",
        f"Basic {b64encode(secret.encode()).decode()}",
    )
