"""The code on the organizer's screen that changes every half minute. Pure; the clock is an argument.

Six digits cut from an HMAC-SHA256 of the session and the step, as RFC 4226 cuts them. The code of the step before is
taken too: typing takes a moment. A code is one for the whole room; who used it once cannot use it again.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

STEP = timedelta(seconds=30)
STEPS_TAKEN = 2
DIGITS = 6


def step_of(now: datetime) -> int:
    """The number of the half minute an aware instant lies in."""
    return int(now.timestamp()) // int(STEP.total_seconds())


def seconds_left(now: datetime) -> int:
    """How long the code of this instant is still shown, at least one second."""
    whole = int(STEP.total_seconds())
    return whole - int(now.timestamp()) % whole


def code_of(key: str, session_id: int, step: int) -> str:
    """The six digits of a session in a step."""
    digest = hmac.new(bytes.fromhex(key), f"{session_id}/{step}".encode(), sha256).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def find_step(key: str, session_id: int, code: str, now: datetime) -> int | None:
    """The step whose code this is, the present one or the one before; None for any other code."""
    present = step_of(now)
    for step in range(present, present - STEPS_TAKEN, -1):
        if hmac.compare_digest(code_of(key, session_id, step).encode(), code.encode()):
            return step
    return None
