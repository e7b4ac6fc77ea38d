"""An address that a person typed must not reach into the network the site stands in, nor keep it waiting."""

import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ceu.adapters import addresses
from ceu.adapters.addresses import (
    LARGEST_ANSWER,
    MemoryFetcher,
    Question,
    WebFetcher,
    checked_address,
    is_public,
)
from ceu.domain.errors import DomainError
from tests.tls import self_signed

HOST = "calendar.example.org"


class Shelf(BaseHTTPRequestHandler):
    """Answers from a table: status, headers, body."""

    answers: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {}

    def do_GET(self) -> None:
        status, headers, body = self.answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.send_header("X-Kind", self.headers["Content-Type"])
        self.end_headers()
        self.wfile.write(b"got " + body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of HOST, signed by itself, with its key."""
    return self_signed(tmp_path_factory.mktemp("tls") / "site.pem", HOST)


@pytest.fixture
def web(certificate: Path) -> Iterator[WebFetcher]:
    """A fetcher whose internet is one server on this machine."""
    server = HTTPServer(("127.0.0.1", 0), Shelf)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(certificate)
    server.socket = inside.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield WebFetcher(
        resolve=lambda host, port: ["127.0.0.1"],
        may_ask=lambda address: address == "127.0.0.1",
        context=ssl.create_default_context(cafile=str(certificate)),
        port=server.server_port,
    )
    server.shutdown()
    thread.join()
    server.server_close()


def refusal(fetcher: Any, address: str) -> str:
    with pytest.raises(DomainError) as caught:
        fetcher.fetch(address)
    assert caught.value.field == "address"
    return caught.value.message


def test_it_fetches(web: WebFetcher) -> None:
    Shelf.answers = {"/a.ics?key=1": (200, {}, b"BEGIN:VCALENDAR")}
    assert web.fetch(f"https://{HOST}/a.ics?key=1") == b"BEGIN:VCALENDAR"
    assert web.fetch(f"webcal://{HOST}/a.ics?key=1") == b"BEGIN:VCALENDAR"


def test_it_follows_a_redirect_that_may_be_followed(web: WebFetcher) -> None:
    Shelf.answers = {"/old": (302, {"Location": "/new"}, b""), "/new": (200, {}, b"here")}
    assert web.fetch(f"https://{HOST}/old") == b"here"


@pytest.mark.parametrize(
    ("location", "words"),
    [("http://calendar.example.org/", "must begin with https"), ("https://u:p@x.example/", "user name"),
     ("/circle", "without end"), ("", "without end")],
)  # fmt: skip
def test_it_follows_no_other_redirect(web: WebFetcher, location: str, words: str) -> None:
    Shelf.answers = dict.fromkeys(("/circle",), (302, {"Location": location}, b""))
    assert words in refusal(web, f"https://{HOST}/circle")


def test_a_redirect_into_the_network_is_not_followed(web: WebFetcher) -> None:
    Shelf.answers = {"/": (302, {"Location": "https://intranet.example/"}, b"")}
    names = {HOST: "127.0.0.1", "intranet.example": "10.0.0.7"}
    careful = WebFetcher(lambda host, port: [names[host]], web.may_ask, web.context, web.port)
    assert "not on the public internet" in refusal(careful, f"https://{HOST}/")


def test_a_refusal_a_wrong_certificate_and_nobody(web: WebFetcher) -> None:
    Shelf.answers = {"/": (404, {}, b"")}
    assert "status 404" in refusal(web, f"https://{HOST}/")
    assert "valid certificate" in refusal(web, "https://other.example/")

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    assert "Nobody answered" in refusal(WebFetcher(resolve=unknown), f"https://{HOST}/")


def test_an_answer_without_end(web: WebFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "LARGEST_ANSWER", 100_000)
    Shelf.answers = {"/": (200, {}, b"x" * 200_000)}
    assert "more than" in refusal(web, f"https://{HOST}/")


def test_an_answer_that_takes_too_long(web: WebFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter((0, 1, 99))
    monkeypatch.setattr(addresses, "monotonic", lambda: next(ticks))
    Shelf.answers = {"/": (200, {}, b"x" * 200_000)}
    assert "more than 10 seconds" in refusal(web, f"https://{HOST}/")


def test_redirects_share_the_time(web: WebFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter((0, 1, 99))
    monkeypatch.setattr(addresses, "monotonic", lambda: next(ticks))
    Shelf.answers = {"/": (302, {"Location": "/"}, b"")}
    assert "more than 10 seconds" in refusal(web, f"https://{HOST}/")


def test_one_private_address_among_several_is_enough_to_refuse() -> None:
    fetcher = WebFetcher(resolve=lambda host, port: ["93.184.216.34", "192.168.0.1"])
    assert "not on the public internet" in refusal(fetcher, f"https://{HOST}/")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
     "2001:0:4136:e378::", "ff02::1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["", "calendar", "http://example.org/a.ics", "ftp://example.org/", "file:///etc/passwd", "https://",
     "https://me:secret@example.org/", "https://example.org:8080/", "https://example.org:x/", "https://[::1",
     "https://example.org/ö", "https://example.org/a b", "https://example.org/\r\nHost: x"],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(DomainError):
        checked_address(address)


def test_the_fake_looks_at_addresses_as_the_real_one_does() -> None:
    fake = MemoryFetcher({f"https://{HOST}/a.ics": b"BEGIN:VCALENDAR"})
    assert fake.fetch(f"https://{HOST}/a.ics") == b"BEGIN:VCALENDAR"
    assert "any more" in refusal(fake, f"https://{HOST}/b.ics")
    assert "https://" in refusal(fake, f"http://{HOST}/a.ics")
    assert LARGEST_ANSWER == 8 * 1024 * 1024


def test_another_site_is_asked_with_method_headers_and_body(web: WebFetcher) -> None:
    question = Question(f"https://{HOST}/scores", "POST", {"Content-Type": "text/x"}, b"80")
    answer = web.ask(question)
    assert (answer.status, answer.headers["x-kind"], answer.body) == (202, "text/x", b"got 80")


def test_asking_follows_no_redirect(web: WebFetcher) -> None:
    Shelf.answers = {"/old": (302, {"Location": "/new"}, b"")}
    answer = web.ask(Question(f"https://{HOST}/old"))
    assert (answer.status, answer.headers["location"]) == (302, "/new")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://lms.example.org/", "must begin with https://"),
        ("https://lms.example.org:8443/", "neither a user name nor a port"),
        ("https://10.0.0.1/", "not on the public internet"),
    ],
)
def test_asking_refuses_what_fetching_refuses_without_a_word_of_calendars(address: str, words: str) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        WebFetcher().ask(Question(address))
    assert "calendar" not in caught.value.message
    assert "iCal" not in caught.value.message
