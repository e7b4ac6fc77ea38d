"""E-mail: one plain-text message to one person, sent by SMTP, kept as a file, or kept in memory."""

import re
import smtplib
import ssl
import unicodedata
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from ceu.adapters.clock import Clock, SystemClock

DEFAULT_SENDER = "Ceu <ceu@localhost>"
TIMEOUT_SECONDS = 20


class MailError(Exception):
    """The message was not accepted for delivery; the text says by whom and why."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message: its name, media type ("text/calendar") and text."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True)
class Message:
    """One message: an address, a subject of one line, plain text, and files that go with it.

    Raises `ValueError` for an address or subject that could smuggle in another header or recipient.
    """

    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        for name, value in (("address", self.to), ("subject", self.subject)):
            if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
                raise ValueError(
                    f"The {name} {value!r} holds a line break or control character; it is one line."
                )
        try:
            is_one = Address(addr_spec=self.to).addr_spec == self.to
        except (HeaderParseError, ValueError, IndexError):  # the parser's ways to say no; IndexError for ""
            is_one = False
        if not is_one or "@" not in self.to:
            raise ValueError(f"{self.to!r} is not one e-mail address.")


class Mailer(Protocol):
    """Sends messages. `send` raises `MailError` when a message is not accepted."""

    def send(self, message: Message) -> None: ...


class MemoryMailer:
    """Keeps the messages in `sent`, for tests."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        self.sent.append(message)


class FolderMailer:
    """Writes each message as an `.eml` file named after its time, recipient and subject."""

    def __init__(self, folder: Path, clock: Clock, sender: str = DEFAULT_SENDER) -> None:
        self._folder, self._clock, self._sender = folder, clock, sender

    def send(self, message: Message) -> None:
        """Write the file, beside others of the same second if need be."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{self._clock.now():%Y-%m-%d %H.%M.%S} {_slug(message.to, '@.')} {_slug(message.subject)}"
        data = _email(message, self._sender, self._clock).as_bytes()
        number = 1
        while True:
            path = self._folder / (f"{name}.eml" if number == 1 else f"{name} {number}.eml")
            try:
                with path.open("xb") as file:
                    file.write(data)
                return
            except FileExistsError:
                number += 1


class Encryption(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True)
class SmtpMailer:
    """Hands each message to a mail server over a connection of its own."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    encryption: Encryption = Encryption.STARTTLS
    clock: Clock = field(default_factory=SystemClock)

    def send(self, message: Message) -> None:
        """Send, or raise `MailError` with the server's reason."""
        try:
            with self._connection() as server:
                if self.encryption is Encryption.STARTTLS:
                    server.starttls(context=ssl.create_default_context())
                if self.user is not None:
                    server.login(self.user, self.password or "")
                server.send_message(_email(message, self.sender, self.clock))
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(
                f"The mail server {self.host}:{self.port} did not take the message to {message.to}: {error}"
            ) from error

    def _connection(self) -> smtplib.SMTP:
        if self.encryption is Encryption.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)


def mailer_from_url(url: str) -> Mailer:
    """The mailer an address describes.

    `folder:/path` keeps files; `smtp://user:password@host:587?from=ceu@example.org` uses STARTTLS (or, with
    `&encryption=none`, nothing), `smtps://…` TLS from the first byte. Raises `ValueError` for anything else.
    """
    if url.startswith("folder:"):
        return FolderMailer(Path(url.removeprefix("folder:")), SystemClock())
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError(
            "The mail address must be folder:/path, smtp://host?from=you@host or smtps://host?from=…."
        )
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if "from" not in options:
        raise ValueError("The mail address lacks the sender. Add ?from=ceu@example.org at its end.")
    is_tls = parts.scheme == "smtps"
    return SmtpMailer(
        host=parts.hostname,
        port=parts.port or (465 if is_tls else 587),
        sender=options["from"],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        encryption=Encryption.TLS if is_tls else Encryption(options.get("encryption", Encryption.STARTTLS)),
    )


def _email(message: Message, sender: str, clock: Clock) -> EmailMessage:
    email = EmailMessage()
    email["From"] = sender
    email["To"] = Address(addr_spec=message.to)
    email["Subject"] = message.subject
    email["Date"] = format_datetime(clock.now())
    email["Message-ID"] = make_msgid(domain=email["From"].addresses[0].domain)
    email["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notices in answer, please
    email.set_content(message.text)
    for each in message.attachments:
        _, _, kind = each.media_type.partition("/")
        email.add_attachment(each.text, subtype=kind, filename=each.name)
    return email


def _slug(text: str, also: str = "") -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(rf"[^a-z0-9{re.escape(also)}]+", "-", plain).strip("-.")[:60]
