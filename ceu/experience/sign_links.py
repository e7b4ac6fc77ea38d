"""Signing by an e-mailed link: when a link still works, and its six-digit code.

The code is mailed to the supervisor when they open the link and ask for it, and lives for half an hour. The trainee never
sees it: of all people the trainee has most to gain from a signature, and a link that is forwarded signs nothing.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from ceu.accounts.tokens import digest
from ceu.domain.dates import day_text
from ceu.domain.errors import DomainError

IDENTITY_CHECK = "e-mailed link and code"
LINK_LIFE = timedelta(days=14)
CODE_LIFE = timedelta(minutes=30)
PROOF_LIFE = timedelta(hours=1)
"""How long a browser that has shown the code may read and sign."""

MOST_WRONG_CODES = 5
MOST_CODES = 5
MOST_LINKS_PER_DAY = 10
MOST_WEEKS = 120


class LinkState(StrEnum):
    """Whether a link works, and if not, why."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    LOCKED = "locked"


WORDS: dict[LinkState, str] = {
    LinkState.USED: "This link has been used: the weeks are signed. A link signs once.",
    LinkState.REVOKED: "This link was taken back. Ask for a new one if you still want to sign.",
    LinkState.EXPIRED: "This link is too old. Ask for a new one.",
    LinkState.LOCKED: "Too many wrong codes were typed, so this link no longer works. Ask for a new one.",
}


def link_state(
    now: datetime,
    *,
    expires_at: datetime,
    revoked_at: datetime | None,
    used_at: datetime | None,
    wrong_codes: int,
) -> LinkState:
    """Where a link stands at an instant."""
    if used_at is not None:
        return LinkState.USED
    if revoked_at is not None:
        return LinkState.REVOKED
    if now >= expires_at:
        return LinkState.EXPIRED
    return LinkState.LOCKED if wrong_codes >= MOST_WRONG_CODES else LinkState.OPEN


def refuse_unless_open(state: LinkState) -> None:
    """Raise DomainError, saying why the link does not work and what to do."""
    if state is not LinkState.OPEN:
        raise DomainError(WORDS[state])


def new_code() -> str:
    """Six digits nobody can guess in a few tries."""
    return f"{secrets.randbelow(1_000_000):06d}"


def code_digest(token: str, code: str) -> str:
    """Under which a code is kept: bound to its link's token, which the database does not know."""
    return digest(f"{token}:{code}")


def is_code(token: str, typed: str, code_hash: str | None) -> bool:
    """Whether this is the code sent last; blanks within it do not matter."""
    found = code_digest(token, "".join(typed.split()))
    return code_hash is not None and secrets.compare_digest(found, code_hash)


def check_code_age(now: datetime, sent_at: datetime | None) -> None:
    """Refuse before a code was sent, or when the last one is too old."""
    if sent_at is None:
        raise DomainError("Ask for the code first: we send it to your address.", field="code")
    if now >= sent_at + CODE_LIFE:
        raise DomainError("This code is older than half an hour. Ask for a new one.", field="code")


def refuse_more_codes(codes_sent: int) -> None:
    """Refuse to fill a mailbox."""
    if codes_sent >= MOST_CODES:
        raise DomainError(
            f"We have sent {MOST_CODES} codes for this link. If none arrived, ask for a new link to another address."
        )


def refuse_more_links(sent_today: int) -> None:
    """Refuse to fill a mailbox."""
    if sent_today >= MOST_LINKS_PER_DAY:
        raise DomainError(
            f"{MOST_LINKS_PER_DAY} links were sent to this supervisor within a day. Try again tomorrow."
        )


def proof_text(link_id: int, until: datetime) -> str:
    """What a browser keeps that has shown the right code."""
    return f"{link_id} {until.isoformat()}"


def is_proof(text: object, link_id: int, now: datetime) -> bool:
    """Whether a browser has lately shown the code of this link."""
    number, _, until = str(text or "").partition(" ")
    return number == str(link_id) and now < datetime.fromisoformat(until)


def until_text(expires_at: datetime) -> str:
    """The last day of a link."""
    return day_text(expires_at.date())
