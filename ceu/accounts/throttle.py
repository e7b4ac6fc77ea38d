"""How many wrong passwords are too many, and when one may try again."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from ceu.domain.errors import TooManyAttempts

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_NETWORK = 30


def account_bucket(email: str) -> str:
    """Under which failures for an e-mail address are counted, whether or not it has an account."""
    return _bucket("account", email)


def network_bucket(network_address: str) -> str:
    """Under which failures from an address on the network are counted: an IPv6 customer has a whole /64."""
    try:
        address = ip_address(network_address)
    except ValueError:
        return _bucket("network", network_address)
    prefix = 64 if address.version == 6 else 32
    return _bucket("network", str(ip_network((address, prefix), strict=False)))


def _bucket(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


def free_again(failures: Sequence[datetime], limit: int, now: datetime) -> datetime | None:
    """When the next attempt is allowed, or None for at once; ``failures`` in any order."""
    recent = sorted(at for at in failures if at > now - WINDOW)
    return recent[-limit] + WINDOW if len(recent) >= limit else None


def refuse_if_too_many(failures: Sequence[datetime], limit: int, now: datetime) -> None:
    """Raise TooManyAttempts, saying when to try again, once the limit is reached."""
    until = free_again(failures, limit, now)
    if until is not None:
        minutes = -(-(until - now) // timedelta(minutes=1))
        wait = f"in {minutes} minutes" if minutes > 1 else "in a minute"
        raise TooManyAttempts(
            f"There were too many wrong passwords, so this is closed for a while. Try again {wait}.",
            field="password",
        )
