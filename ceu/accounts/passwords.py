"""Which passwords are good enough, and Argon2id, which keeps them (RFC 9106; parameters by OWASP)."""

from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 12
LONGEST = 200

NO_PASSWORD = "none"
"""In place of a hash: no password is right."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Of a password that nobody has: checking it takes an unknown address as long as a wrong password.
_NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$OcQw73vBMXF+njGKCTj3Gg$zGjvRGA9vWGqJjTmm4LjP50MPsmHSN9Irmwzr6I96fM"
)

_COMMON = (
    "password",
    "passwort",
    "letmein",
    "welcome",
    "iloveyou",
    "sunshine",
    "football",
    "trustno",
    "admin",
)
_ROWS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_STEPS = {step for row in _ROWS for line in (row, row[::-1]) for step in pairwise(line)}


def weakness_of(password: str, *, name: str = "", email: str = "") -> str | None:
    """The sentence that says why this password is too weak and what to do, or None when it is good enough.

    >>> weakness_of("abcabcabcabc")
    'This password repeats itself. Use several words that have nothing to do with each other.'
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; this has {len(password)}. Several words are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters; this is longer."
    folded = password.casefold()
    if any(part in folded for part in _parts(name, email)):
        return "This password holds your name or e-mail address, which others know. Leave it out."
    if folded in (folded + folded)[1:-1] or len(set(folded)) < 5:
        return "This password repeats itself. Use several words that have nothing to do with each other."
    if _is_common(folded):
        return "This password is easy to guess. Use several words that have nothing to do with each other."
    return None


def _parts(name: str, email: str) -> list[str]:
    local, _, domain = email.casefold().partition("@")
    words = [*name.casefold().split(), *local.replace(".", " ").split(), *domain.split(".")]
    return [word for word in words if len(word) >= 4]


def _is_common(folded: str) -> bool:
    rest = folded
    for word in _COMMON:
        rest = rest.replace(word, "")
    steps = sum(step in _STEPS for step in pairwise(folded))
    return len(set(rest)) < 5 or 3 * steps >= 2 * (len(folded) - 1)


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, with its salt and parameters."""
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether this is the password of that hash; without a hash it never is, and takes as long to say."""
    try:
        return _HASHER.verify(password_hash or _NOBODYS_HASH, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)
