"""A certificate of completion as it was true on the day it was issued: the snapshot that is sealed and printed."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any


@dataclass(frozen=True)
class LicenseLine:
    """One license of the participant, as printed: "LMFT", "98765", "California"."""

    type: str
    number: str
    jurisdiction: str


@dataclass(frozen=True)
class CreditLine:
    """Credit by one body, in its own unit: "NBCC", "3", "clock hours"; `topic` where the body splits by topic."""

    body: str
    amount: str
    label: str
    topic: str = ""


@dataclass(frozen=True)
class ApprovalLine:
    """The provider's approval by one body on the day of completion, with the body's prescribed statement."""

    body: str
    number: str
    valid_from: date | None = None
    valid_until: date | None = None
    statement: str = ""


@dataclass(frozen=True)
class Presenter:
    """An author or presenter and the credentials printed behind the name."""

    name: str
    credentials: str


@dataclass(frozen=True)
class CertificateDocument:
    """Everything a certificate says. Amounts are text, as awarded by the body's own rounding ("1.5", "6").

    California asks for seven of these (16 CCR 1887.11.0): the participant's name and license number, the course
    title, the provider's name and address, the approval agency (`approvals`), the date, the hours, and the
    signature of the provider's designee. `first_issued_on` marks a duplicate; `legends` are prescribed sentences.
    """

    number: str
    participant_name: str
    licenses: tuple[LicenseLine, ...]
    course_title: str
    course_number: str
    course_version: str
    completed_on: date
    issued_on: date
    delivery: str
    location: str
    hours: str
    hours_label: str
    credits: tuple[CreditLine, ...]
    approvals: tuple[ApprovalLine, ...]
    objectives: tuple[str, ...]
    presenters: tuple[Presenter, ...]
    provider_name: str
    provider_address: str
    provider_contact: str
    signatory_name: str
    signatory_title: str
    first_issued_on: date | None = None
    legends: tuple[str, ...] = ()

    def as_body(self) -> dict[str, Any]:
        """The snapshot as plain JSON with ISO dates: the body of the signed record."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> "CertificateDocument":
        """Read `as_body` back, to print a stored certificate again. Raises `TypeError` for fields it does not know."""
        values = dict(body)
        for name, line in _LINES.items():
            values[name] = tuple(line(**_dated(item)) for item in values[name])
        for name in ("objectives", "legends"):
            values[name] = tuple(values[name])
        return cls(**_dated(values))


_LINES = {"licenses": LicenseLine, "credits": CreditLine, "approvals": ApprovalLine, "presenters": Presenter}
_DATES = {
    field.name
    for line in (CertificateDocument, ApprovalLine)
    for field in fields(line)
    if field.type in (date, date | None)
}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in _DATES and value is not None else value
        for name, value in values.items()
    }
