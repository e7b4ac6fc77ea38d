"""Mailers: one contract for file, server and memory."""

import email
import email.policy
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.clock import FrozenClock
from ceu.adapters.mail import (
    Encryption,
    FolderMailer,
    Mailer,
    MailError,
    MemoryMailer,
    Message,
    SmtpMailer,
    mailer_from_url,
)

CLOCK = FrozenClock(datetime(2027, 3, 31, 17, 5, 9, tzinfo=UTC))
TEXT = "Dear Dana,\n\n.a line that begins with a dot\nZoë asks for your signature — 13½ hours.\n"
MESSAGE = Message("dana@example.org", "Zoë Ruiz asks for your signature", TEXT)


class _Conversation(socketserver.StreamRequestHandler):
    """The server's half of RFC 5321, as little as a client needs."""

    server: "_MailServer"

    def handle(self) -> None:
        self._say("220 mail.example.org")
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "RCPT":
                recipients.append(rest[4:-1].removeprefix("<"))
            answer = {
                "EHLO": "250-mail.example.org\r\n250 AUTH PLAIN",
                "AUTH": "235 welcome",
                "DATA": "354 go on",
                "QUIT": "221 bye",
            }
            if verb.upper() == "AUTH":
                self.server.logins.append(rest)
            if verb.upper() == "RCPT" and recipients[-1].startswith("nobody"):
                self._say("550 no such mailbox")
                continue
            self._say(answer.get(verb.upper(), "250 good"))
            if verb.upper() == "DATA":
                self.server.received.append((recipients, b"".join(self._data())))
                self._say("250 taken")

    def _data(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) != b".\r\n":
            yield line.removeprefix(b".")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[tuple[list[str], bytes]] = []
        self.logins: list[str] = []

    def mailer(self, **options: Any) -> SmtpMailer:
        host, port = self.server_address[:2]
        values = {"sender": "Ceu <ceu@example.org>", "encryption": Encryption.NONE, "clock": CLOCK} | options
        return SmtpMailer(str(host), port, **values)


@pytest.fixture
def server() -> Iterator[_MailServer]:
    with _MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


Box = tuple[Mailer, Callable[[], list[tuple[str, str, str]]]]


def _parsed(data: bytes) -> tuple[str, str, str]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message["From"] == "Ceu <ceu@example.org>"
    assert message["Date"] == "Wed, 31 Mar 2027 17:05:09 +0000"
    assert message["Message-ID"].endswith("@example.org>")
    return message["To"], message["Subject"], message.get_content().replace("\r\n", "\n")


@pytest.fixture(params=["memory", "folder", "smtp"])
def box(request: pytest.FixtureRequest, tmp_path: Path, server: _MailServer) -> Box:
    """A mailer, and what arrived: recipient, subject, text."""
    memory = MemoryMailer()
    boxes: dict[str, Box] = {
        "memory": (memory, lambda: [(mail.to, mail.subject, mail.text) for mail in memory.sent]),
        "folder": (
            FolderMailer(tmp_path / "mail", CLOCK, "Ceu <ceu@example.org>"),
            lambda: [_parsed(path.read_bytes()) for path in sorted((tmp_path / "mail").iterdir())],
        ),
        "smtp": (server.mailer(), lambda: [_parsed(data) for _, data in server.received]),
    }
    return boxes[request.param]


def test_what_is_sent_arrives(box: Box) -> None:
    mailer, arrived = box
    mailer.send(MESSAGE)
    assert arrived() == [("dana@example.org", "Zoë Ruiz asks for your signature", TEXT)]


def test_two_alike_arrive_both(box: Box) -> None:
    mailer, arrived = box
    mailer.send(MESSAGE)
    mailer.send(MESSAGE)
    assert len(arrived()) == 2


def test_files_have_readable_names(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path, CLOCK)
    mailer.send(MESSAGE)
    mailer.send(MESSAGE)
    mailer.send(Message("/etc/x@example.org", "../../ /", "text"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2027-03-31 17.05.09 dana@example.org zoe-ruiz-asks-for-your-signature 2.eml",
        "2027-03-31 17.05.09 dana@example.org zoe-ruiz-asks-for-your-signature.eml",
        "2027-03-31 17.05.09 etc-x@example.org .eml",
    ]


@pytest.mark.parametrize(
    "subject", ["Hello\nBcc: all@example.org", "Hello\r\n\r\nbody", "a\x00b", "a\u2028b", "a\x85b"]
)
def test_a_subject_cannot_smuggle_a_header(subject: str) -> None:
    with pytest.raises(ValueError, match="line break or control character"):
        Message("dana@example.org", subject, "text")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dana",
        "dana@",
        "a@example.org, b@example.org",
        "Dana <dana@example.org>",
        "a@b@c",
        "a@b\nBcc: c@d",
        "a b@c",
    ],
)
def test_a_message_goes_to_one_address(address: str) -> None:
    with pytest.raises(ValueError, match=r"is not one e-mail address|line break"):
        Message(address, "Hello", "text")


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_accepted_stays_one_header(subject: str, text: str) -> None:
    try:
        message = Message("dana@example.org", subject, text)
    except ValueError:
        return
    with TemporaryDirectory() as folder:
        FolderMailer(Path(folder), CLOCK).send(message)
        data = next(Path(folder).iterdir()).read_bytes()
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    written = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    assert set(parsed.keys()) == written | {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    assert len(parsed.keys()) == len(set(parsed.keys()))


def test_a_server_is_told_who_we_are(server: _MailServer) -> None:
    server.mailer(user="ceu", password="geheim").send(MESSAGE)
    assert server.logins == ["PLAIN AGNldQBnZWhlaW0="]
    assert server.received[0][0] == ["dana@example.org"]


def test_a_refusal_is_told(server: _MailServer) -> None:
    with pytest.raises(
        MailError, match=r"did not take the message to nobody@example\.org: .*no such mailbox"
    ):
        server.mailer().send(Message("nobody@example.org", "Hello", "text"))


def test_no_message_goes_unprotected_where_protection_is_asked(server: _MailServer) -> None:
    with pytest.raises(MailError, match="STARTTLS"):
        server.mailer(encryption=Encryption.STARTTLS).send(MESSAGE)
    assert server.received == []


def test_a_server_that_is_away_is_told() -> None:
    with socket.socket() as reserved:  # bound but not listening: nobody answers there
        reserved.bind(("127.0.0.1", 0))
        mailer = SmtpMailer("127.0.0.1", reserved.getsockname()[1], "ceu@example.org")
        with pytest.raises(MailError, match="refused"):
            mailer.send(MESSAGE)


def test_a_password_is_not_printed() -> None:
    assert "geheim" not in repr(SmtpMailer("mail.example.org", 587, "ceu@example.org", "ceu", "geheim"))


def test_addresses_of_mailers(tmp_path: Path) -> None:
    assert isinstance(mailer_from_url(f"folder:{tmp_path}"), FolderMailer)
    smtp = mailer_from_url("smtp://ceu%40example.org:p%2Fw@mail.example.org?from=ceu@example.org")
    assert isinstance(smtp, SmtpMailer)
    assert (smtp.host, smtp.port, smtp.user, smtp.password) == (
        "mail.example.org",
        587,
        "ceu@example.org",
        "p/w",
    )
    assert (smtp.sender, smtp.encryption) == ("ceu@example.org", Encryption.STARTTLS)
    smtps = mailer_from_url("smtps://mail.example.org?from=Ceu+<ceu@example.org>")
    assert isinstance(smtps, SmtpMailer)
    assert (smtps.port, smtps.sender, smtps.encryption) == (465, "Ceu <ceu@example.org>", Encryption.TLS)
    local = mailer_from_url("smtp://127.0.0.1:25?from=ceu@example.org&encryption=none")
    assert isinstance(local, SmtpMailer)
    assert (local.port, local.user, local.encryption) == (25, None, Encryption.NONE)


@pytest.mark.parametrize(
    "url",
    ["", "smtp:", "http://mail.example.org", "smtp://mail.example.org", "smtp://h?from=a@b&encryption=rot13"],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"The mail address|rot13"):
        mailer_from_url(url)
