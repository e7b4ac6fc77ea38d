"""Fetching a file from an address that a person typed: by HTTPS, from the public internet, small and soon.

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

_PART = 64 * 1024
_CARRIERS = tuple(ip_network(name) for name in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 networks whose addresses carry an IPv4 address, which might be a private one."""


class Fetcher(Protocol):
    """Fetches the file at an address. Raises `DomainError` with a sentence for what cannot or must not be had."""

    def fetch(self, address: str) -> bytes: ...


class MemoryFetcher:
    """Knows the files it was given, by address, for tests."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})

    def fetch(self, address: str) -> bytes:
        """The file, after the same look at the address as the real one takes."""
        checked_address(address)
        if address not in self.files:
            raise refused("Nothing is at this address any more. Copy it from your calendar again.")
        return self.files[address]


def refused(sentence: str) -> DomainError:
    """A refusal of an address."""
    return DomainError(sentence, field="address")


def checked_address(address: str) -> SplitResult:
    """The parts of an address that may be asked: HTTPS (or webcal, which means it), no port, no user."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise refused("This is not an address. Copy the whole of it, beginning with https://.") from None
    if parts.scheme not in {"https", "webcal", "webcals"} or not parts.hostname:
        raise refused(
            "The address must begin with https:// so that nobody on the way can read your calendar."
        )
    if parts.username is not None or port not in {None, 443}:
        raise refused("The address may hold neither a user name nor a port. Copy the address in iCal format.")
    if not address.isascii() or not address.strip().isprintable() or " " in address.strip():
        raise refused("The address holds characters that no address has. Copy it from your calendar again.")
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
                answer = self._ask(parts, deadline)
            except TimeoutError:
                raise _too_slow() from None
            except (OSError, HTTPException, ValueError):
                raise refused(
                    "Nobody answered at this address, or not with a valid certificate. Try again later, or export the "
                    "calendar as a file."
                ) from None
            if isinstance(answer, bytes):
                return answer
            address = urljoin(parts.geturl(), answer)
        raise refused(
            "This address leads from one place to the next without end. Copy it from your calendar again."
        )

    def _ask(self, parts: SplitResult, deadline: float) -> bytes | str:
        """The file, or where to go on."""
        host = str(parts.hostname)
        addresses = self.resolve(host, self.port)
        if not addresses or not all(map(self.may_ask, addresses)):
            raise refused(
                "This address is not on the public internet. Export the calendar as a file instead."
            )
        seconds = deadline - monotonic()
        if seconds <= 0:
            raise _too_slow()
        connection = _Connection(host, addresses[0], self.port, self.context, seconds)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"Accept": "text/calendar", "User-Agent": "Ceu"})
            with connection.getresponse() as answer:
                return _answered(answer, deadline)
        finally:
            connection.close()


def _answered(answer: HTTPResponse, deadline: float) -> bytes | str:
    if answer.status in {301, 302, 303, 307, 308}:
        return answer.headers.get("Location", "")
    if answer.status != 200:
        raise refused(
            f"The calendar was refused there (status {answer.status}). Copy the secret address in iCal format, or "
            "export the calendar as a file."
        )
    return _read(answer, deadline)


def _read(answer: HTTPResponse, deadline: float) -> bytes:
    data = b""
    while part := answer.read1(_PART):
        data += part
        if len(data) > LARGEST_ANSWER:
            raise refused(
                f"What is there has more than {LARGEST_ANSWER // 2**20} MB. Export a shorter time as a file."
            )
        if monotonic() > deadline:
            raise _too_slow()
    return data


def _too_slow() -> DomainError:
    return refused(
        f"The answer took more than {TIMEOUT_SECONDS} seconds. Try again, or export the calendar as a file."
    )
