"""One spelling for one content: canonical JSON by RFC 8785, so that equal records have equal bytes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias

import rfc8785

from ceu.domain.dates import instant_text

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

LARGEST_INTEGER = 2**53 - 1  # RFC 8785, section 3.2.2.3: beyond it readers of JSON disagree about the number


class NotCanonicalError(ValueError):
    """A value has no single spelling in JSON; the message names its place and what to write instead."""


def iso(value: date | datetime) -> str:
    """ISO 8601 text of a date (`2027-03-31`) or of an aware instant, in UTC (`2027-03-31T17:05:00Z`)."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.utcoffset() is None:
        raise NotCanonicalError(f"The time {value} has no time zone, so it names no instant. Add one.")
    return instant_text(value)


def as_json(value: object, place: str = "record") -> Json:
    """`value` as plain JSON, where dates and instants become text and tuples lists.

    Raises `NotCanonicalError` for what has no single spelling: floats (NaN included), naive datetimes, integers
    beyond 53 bits, keys that are not text, text that is not Unicode, and every type JSON does not have.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, place)
    if isinstance(value, int):
        return _integer(value, place)
    if isinstance(value, date):
        return _date(value, place)
    if isinstance(value, Mapping):
        return {_key(key, place): as_json(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item, f"{place}[{number}]") for number, item in enumerate(value)]
    if isinstance(value, float):
        raise NotCanonicalError(f"{place} is the float {value}. Write whole minutes or cents, or text.")
    raise NotCanonicalError(
        f"{place} is a {type(value).__name__}, which JSON does not have. Write it as text."
    )


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of `as_json(value)`: what is hashed and signed."""
    return rfc8785.dumps(as_json(value))


def _text(value: str, place: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotCanonicalError(f"{place} holds half a character (a lone surrogate). Remove it.") from None
    return str(value)


def _integer(value: int, place: str) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise NotCanonicalError(f"{place} is {value}, too large for some readers of JSON. Write it as text.")
    return int(value)


def _date(value: date, place: str) -> str:
    try:
        return iso(value)
    except NotCanonicalError as error:
        raise NotCanonicalError(f"{place}: {error}") from None


def _key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise NotCanonicalError(f"{place} has the key {key!r}, which is not text. JSON keys are text.")
    return _text(key, f"a key of {place}")
