"""One spelling for one content: canonical JSON by RFC 8785, so that equal records have equal bytes."""

from collections.abc import Mapping
from datetime import date, datetime
from json import JSONEncoder
from typing import TypeAlias

import rfc8785

from ceu.domain.dates import instant_text

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
Place: TypeAlias = "str | tuple[Place, Place]"
"""Where a value stands; put into words only where something is wrong with it."""

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


def as_json(value: object, place: Place = "record") -> Json:
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
        return {_key(key, place): as_json(item, (place, f".{key}")) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item, (place, f"[{number}]")) for number, item in enumerate(value)]
    if isinstance(value, float):
        raise NotCanonicalError(
            f"{_named(place)} is the float {value}. Write whole minutes or cents, or text."
        )
    raise NotCanonicalError(
        f"{_named(place)} is a {type(value).__name__}, which JSON does not have. Write it as text."
    )


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of `as_json(value)`: what is hashed and signed."""
    plain = as_json(value)
    text = _spell(plain)
    # Python's own encoder spells text and whole numbers as the RFC does, many times as fast, and sorts keys by code points:
    # the RFC's order, which is of UTF-16, is another only for letters beyond U+FFFF.
    return text.encode() if max(text) <= "\uffff" else rfc8785.dumps(plain)


_spell = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _named(place: Place) -> str:
    return place if isinstance(place, str) else "".join(map(_named, place))


def _text(value: str, place: Place) -> str:
    try:
        value.isascii() or value.encode()
    except UnicodeEncodeError:
        raise NotCanonicalError(
            f"{_named(place)} holds half a character (a lone surrogate). Remove it."
        ) from None
    return str(value)


def _integer(value: int, place: Place) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise NotCanonicalError(
            f"{_named(place)} is {value}, too large for some readers of JSON. Write it as text."
        )
    return int(value)


def _date(value: date, place: Place) -> str:
    try:
        return iso(value)
    except NotCanonicalError as error:
        raise NotCanonicalError(f"{_named(place)}: {error}") from None


def _key(key: object, place: Place) -> str:
    if not isinstance(key, str):
        raise NotCanonicalError(
            f"{_named(place)} has the key {key!r}, which is not text. JSON keys are text."
        )
    return _text(key, ("a key of ", place))
