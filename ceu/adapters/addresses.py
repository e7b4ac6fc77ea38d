"""Asking an address that a person typed: by HTTPS, on the public internet, small and soon.

The site stands inside a network that the person must not reach through it. So the name is resolved once, every address
behind it must be public, and the connection goes to that very address; each redirect is looked at in the same way.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

from ceu.domain.errors import DomainError

TIMEOUT_SECONDS = 10
LARGEST_ANSWER = 8 * 1024 * 1024
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_PART = 64 * 1024
_CALENDAR = {"Accept": "text/calendar"}
_CARRIERS = tuple(ip_network(name) for name in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 networks whose addresses carry an IPv4 address, which might be a private one."""


@dataclass(frozen=True)
class Question:
    """What is asked of another site."""

    address: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What it answered; the names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetcher(Protocol):
    """Fetches the file at an address, or asks another site, which follows no redirect and returns whatever status came.

    Both raise `DomainError` with a sentence for what cannot or must not be had.
    """

    def fetch(self, address: str) -> bytes: ...

    def ask(self, question: Question) -> Answer: ...


class MemoryFetcher:
    """Knows the files it was given, by address, for tests."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})

    def ask(self, question: Question) -> Answer:
        """The file as an answer, or that nobody answers."""
        plain_address(question.address)
        if question.address not in self.files:
            raise DomainError(NOBODY, field="address")
        return Answer(200, {}, self.files[question.address])

    def fetch(self, address: str) -> bytes:
        """The file, after the same look at the address as the real one takes."""
        checked_address(address)
        if address not in self.files:
            raise Refused("Nothing is at this address any more.", "Copy it from your calendar again.")
        return self.files[address]


NOBODY = "Nobody answered at this address, or not with a valid certificate."


class Refused(DomainError):
    """A refusal of an address: what is wrong with it, and what helps where it is a calendar's."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(f"{what} {advice}".strip(), field="address")
        self.what = what


def plain_address(address: str) -> SplitResult:
    """As `checked_address`, for any other site than a calendar's."""
    try:
        return checked_address(address)
    except Refused as refusal:
        raise DomainError(refusal.what, field="address") from None


def checked_address(address: str) -> SplitResult:
    """The parts of an address that may be asked: HTTPS (or webcal, which means it), no port, no user."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise Refused("This is not an address. Copy the whole of it, beginning with https://.") from None
    if parts.scheme not in {"https", "webcal", "webcals"} or not parts.hostname:
        raise Refused(
            "The address must begin with https://", "so that nobody on the way can read your calendar."
        )
    if parts.username is not None or port not in {None, 443}:
        raise Refused(
            "The address may hold neither a user name nor a port.", "Copy the address in iCal format."
        )
    if not address.isascii() or not address.strip().isprintable() or " " in address.strip():
        raise Refused(
            "The address holds characters that no address has.", "Copy it from your calendar again."
        )
    return parts._replace(scheme="https")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it carries another one inside."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """Every IP address of a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class _Connection(HTTPSConnection):
    """A connection to an address that was looked at, by the certificate of the host that was asked for."""

    def __init__(self, host: str, address: str, port: int, context: ssl.SSLContext, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


@dataclass(frozen=True)
class WebFetcher:
    """Asks the internet."""

    resolve: Callable[[str, int], list[str]] = resolve
    may_ask: Callable[[str], bool] = is_public
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    port: int = 443

    def fetch(self, address: str) -> bytes:
        """The file behind the address, or DomainError."""
        deadline = monotonic() + TIMEOUT_SECONDS
        for _ in range(MOST_REDIRECTS + 1):
            parts = checked_address(address)
            try:
                answer = self._exchange(parts, Question(address, headers=_CALENDAR), deadline)
            except TimeoutError:
                raise _too_slow() from None
            except (OSError, HTTPException, ValueError):
                raise Refused(NOBODY, "Try again later, or export the calendar as a file.") from None
            if answer.status not in REDIRECTS:
                return _file_of(answer)
            address = urljoin(parts.geturl(), answer.headers.get("location", ""))
        raise Refused(
            "This address leads from one place to the next without end.", "Copy it from your calendar again."
        )

    def ask(self, question: Question) -> Answer:
        """What the other site answers, or DomainError."""
        parts = plain_address(question.address)
        try:
            return self._exchange(parts, question, monotonic() + TIMEOUT_SECONDS)
        except Refused as refusal:
            raise DomainError(refusal.what, field="address") from None
        except TimeoutError:
            raise DomainError(_too_slow().what, field="address") from None
        except (OSError, HTTPException, ValueError):
            raise DomainError(NOBODY, field="address") from None

    def _exchange(self, parts: SplitResult, question: Question, deadline: float) -> Answer:
        host = str(parts.hostname)
        addresses = self.resolve(host, self.port)
        if not addresses or not all(map(self.may_ask, addresses)):
            raise Refused(
                "This address is not on the public internet.", "Export the calendar as a file instead."
            )
        seconds = deadline - monotonic()
        if seconds <= 0:
            raise _too_slow()
        connection = _Connection(host, addresses[0], self.port, self.context, seconds)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"User-Agent": "Ceu", **question.headers}
            connection.request(question.method, path, question.body or None, headers)
            with connection.getresponse() as response:
                found = {name.lower(): value for name, value in response.getheaders()}
                body = b"" if response.status in REDIRECTS else _read(response, deadline)
                return Answer(response.status, found, body)
        finally:
            connection.close()


def _file_of(answer: Answer) -> bytes:
    if answer.status != 200:
        raise Refused(
            f"The calendar was refused there (status {answer.status}).",
            "Copy the secret address in iCal format, or export the calendar as a file.",
        )
    return answer.body


def _read(answer: HTTPResponse, deadline: float) -> bytes:
    data = b""
    while part := answer.read1(_PART):
        data += part
        if len(data) > LARGEST_ANSWER:
            raise Refused(
                f"What is there has more than {LARGEST_ANSWER // 2**20} MB.",
                "Export a shorter time as a file.",
            )
        if monotonic() > deadline:
            raise _too_slow()
    return data


def _too_slow() -> Refused:
    return Refused(
        f"The answer took more than {TIMEOUT_SECONDS} seconds.",
        "Try again, or export the calendar as a file.",
    )
