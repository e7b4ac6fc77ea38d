"""E-mail addresses in one spelling, so that an address has one account."""

from email_validator import EmailNotValidError, validate_email

from ceu.domain.errors import DomainError

NOWHERE = "platform.invalid"
"""The domain of accounts without an address; RFC 6761 keeps .invalid from ever being one, and nobody can type it here."""


def normalize_email(text: str) -> str:
    """The address in lower case, an international domain in its ASCII form; raises DomainError on ``email``.

    Only the syntax is checked: whether a mailbox exists, the confirmation link finds out.

    >>> normalize_email(" Alice.Example@EXAMPLE.org ")
    'alice.example@example.org'
    """
    try:
        address = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise DomainError(
            "This is not an e-mail address. Type it like name@example.org.", field="email"
        ) from None
    return str(address.ascii_email).lower()


def plain_email(text: str) -> str:
    """The address as ``normalize_email`` spells it, or what was typed where no account can have it."""
    try:
        return normalize_email(text)
    except DomainError:
        return text.strip().lower()
