"""Certificate numbers: CEU-2026-7K3M-Q9TZ, not to be guessed, and hard to misread."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""

_NUMBER = re.compile(rf"(?:CEU)?(\d{{4}})([{ALPHABET}]{{4}})([{ALPHABET}]{{4}})")
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_number(year: int) -> str:
    """A fresh number: 40 random bits behind the year."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"CEU-{year:04d}-{code[:4]}-{code[4:]}"


def read_number(typed: str) -> str | None:
    """The number someone typed, in its one spelling; None when it cannot be one.

    Case, blanks and dashes do not matter, and letters that look like digits are read as the digits.

    >>> read_number("ceu 2026 7k3m q9tz"), read_number("2026-OK3M-Q9TZ"), read_number("7")
    ('CEU-2026-7K3M-Q9TZ', 'CEU-2026-0K3M-Q9TZ', None)
    """
    plain = re.sub(r"[^A-Z0-9]", "", typed.upper())
    match = _NUMBER.fullmatch(plain.translate(_MISREAD))
    return f"CEU-{match[1]}-{match[2]}-{match[3]}" if match else None
