"""Whether a statement is one that a store may take: xAPI 1.0.3, part two, sections 2 to 4. Pure.

Strict where the standard is: nothing unknown at the known places, nothing of another kind, nothing null but inside extensions.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ceu.adapters.content import IRI
from ceu.domain.errors import DomainError

LARGEST_STATEMENT = 64 * 1024
"""Bytes of one statement as JSON."""

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d(:?\d\d)?)")
_DURATION = re.compile(r"P(?=.)(\d+(\.\d+)?[YMWD])*(T(?=.)(\d+(\.\d+)?[HMS])+)?")
_MAILBOX = re.compile(r"mailto:[^@\s]+@[^@\s]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")

_CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")

Check = Callable[[Any, str], None]


def check_statement(statement: Any) -> None:
    """Raise DomainError, with the place and what is wrong there, for a statement that no store may take."""
    _object(
        statement,
        "statement",
        {
            "id": _uuid,
            "actor": _actor,
            "verb": _verb,
            "object": _about,
            "result": _result,
            "context": _context,
            "timestamp": _instant,
            "stored": _instant,
            "authority": _actor,
            "version": _version,
            "attachments": _attachments,
        },
        needs=("actor", "verb", "object"),
    )
    if statement["object"].get("objectType", "Activity") != "Activity":
        for name in ("revision", "platform"):
            if name in statement.get("context", {}):
                raise _wrong(f"context.{name}", "belongs to statements about activities")


def _wrong(place: str, what: str) -> DomainError:
    return DomainError(f"{place} {what}.")


def _object(value: Any, place: str, known: Mapping[str, Check], needs: Iterable[str] = ()) -> None:
    if not isinstance(value, dict):
        raise _wrong(place, "is no object")
    for name in needs:
        if name not in value:
            raise _wrong(place, f"has no {name}")
    for name, inner in value.items():
        if name not in known:
            raise _wrong(place, f"has {name[:60]!a}, which xAPI does not know")
        known[name](inner, f"{place}.{name}")


def _text(value: Any, place: str) -> None:
    if not isinstance(value, str) or "\0" in value:
        raise _wrong(place, "is no text")


def _matching(pattern: re.Pattern[str], what: str) -> Check:
    def check(value: Any, place: str) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise _wrong(place, f"is no {what}")

    return check


_iri = _matching(IRI, "address (IRI)")
_language = _matching(_LANGUAGE, "language tag")
_duration = _matching(_DURATION, "duration")
_version = _matching(re.compile(r"1\.0(\.\d+)?"), "version 1.0")


def _instant(value: Any, place: str) -> None:
    _matching(_INSTANT, "time with its zone")(value, place)
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise _wrong(place, "is no time that exists") from error
    if re.search(r"-00(:?00)?$", value):
        raise _wrong(place, "has no zone")


def _uuid(value: Any, place: str) -> None:
    try:
        fits = isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        fits = False
    if not fits:
        raise _wrong(place, "is no UUID")


def _flag(value: Any, place: str) -> None:
    if not isinstance(value, bool):
        raise _wrong(place, "is neither true nor false")


def _number(value: Any, place: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(place, "is no number")


def _words(value: Any, place: str) -> None:
    """A language map."""
    if not isinstance(value, dict):
        raise _wrong(place, "is no text in languages")
    for language, text in value.items():
        _language(language, f"{place} {language[:20]!a}")
        _text(text, f"{place}.{language}")


def _extensions(value: Any, place: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(place, "is no object")
    for name in value:
        _iri(name, f"{place} {name[:60]!a}")


def _list_of(check: Check) -> Check:
    def each(value: Any, place: str) -> None:
        if not isinstance(value, list):
            raise _wrong(place, "is no list")
        for number, inner in enumerate(value):
            check(inner, f"{place}[{number}]")

    return each


def _one_of(*values: str) -> Check:
    def check(value: Any, place: str) -> None:
        if value not in values:
            raise _wrong(place, f"is none of {', '.join(values)}")

    return check


def _account(value: Any, place: str) -> None:
    _object(value, place, {"homePage": _iri, "name": _text}, needs=("homePage", "name"))


_IDENTIFIERS: Mapping[str, Check] = {
    "mbox": _matching(_MAILBOX, "mailto address"),
    "mbox_sha1sum": _matching(_SHA1, "SHA-1"),
    "openid": _iri,
    "account": _account,
}


def _actor(value: Any, place: str) -> None:
    is_group = isinstance(value, dict) and value.get("objectType") == "Group"
    known: dict[str, Check] = {"objectType": _one_of("Agent", "Group"), "name": _text, **_IDENTIFIERS}
    if is_group:
        known["member"] = _list_of(_actor)
    _object(value, place, known)
    identified = len(set(value) & set(_IDENTIFIERS))
    if identified > 1 or (identified == 0 and not (is_group and value.get("member"))):
        raise _wrong(place, "must be identified in exactly one way")


def _verb(value: Any, place: str) -> None:
    _object(value, place, {"id": _iri, "display": _words}, needs=("id",))


def _about(value: Any, place: str, *, inner: bool = False) -> None:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
    match kind:
        case "Activity":
            _activity(value, place)
        case "Agent" | "Group":
            _actor(value, place)
        case "StatementRef":
            _reference(value, place)
        case "SubStatement" if not inner:
            _object(
                value,
                place,
                {
                    "objectType": _text,
                    "actor": _actor,
                    "verb": _verb,
                    "object": lambda found, where: _about(found, where, inner=True),
                    "result": _result,
                    "context": _context,
                    "timestamp": _instant,
                    "attachments": _attachments,
                },
                needs=("actor", "verb", "object"),
            )
        case _:
            raise _wrong(f"{place}.objectType", "is none that fits here")


def _reference(value: Any, place: str) -> None:
    _object(value, place, {"objectType": _one_of("StatementRef"), "id": _uuid}, needs=("objectType", "id"))


_parts = _list_of(
    lambda value, place: _object(value, place, {"id": _text, "description": _words}, needs=("id",))
)
_INTERACTIONS = (
    *("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert"),
    *("numeric", "other"),
)


def _activity(value: Any, place: str) -> None:
    _object(
        value,
        place,
        {"objectType": _one_of("Activity"), "id": _iri, "definition": _definition},
        needs=("id",),
    )


def _definition(value: Any, place: str) -> None:
    _object(
        value,
        place,
        {
            "name": _words,
            "description": _words,
            "type": _iri,
            "moreInfo": _iri,
            "extensions": _extensions,
            "interactionType": _one_of(*_INTERACTIONS),
            "correctResponsesPattern": _list_of(_text),
            **dict.fromkeys(("choices", "scale", "source", "target", "steps"), _parts),
        },
    )


def _result(value: Any, place: str) -> None:
    _object(
        value,
        place,
        {
            "score": _score,
            "success": _flag,
            "completion": _flag,
            "response": _text,
            "duration": _duration,
            "extensions": _extensions,
        },
    )


def _score(value: Any, place: str) -> None:
    _object(value, place, dict.fromkeys(("scaled", "raw", "min", "max"), _number))
    if not -1 <= value.get("scaled", 0) <= 1:
        raise _wrong(f"{place}.scaled", "lies from -1 to 1, and this does not")
    ordered = [value[name] for name in ("min", "raw", "max") if name in value]
    if ordered != sorted(ordered) or ("min" in value and value["min"] == value.get("max")):
        raise _wrong(place, "is not between its min and max")


def _context(value: Any, place: str) -> None:
    _object(
        value,
        place,
        {
            "registration": _uuid,
            "instructor": _actor,
            "team": _actor,
            "contextActivities": _context_activities,
            "revision": _text,
            "platform": _text,
            "language": _language,
            "statement": _reference,
            "extensions": _extensions,
        },
    )


def _context_activities(value: Any, place: str) -> None:
    def one_or_more(found: Any, where: str) -> None:
        (_list_of(_activity) if isinstance(found, list) else _activity)(found, where)

    _object(value, place, dict.fromkeys(_CONTEXT_ACTIVITIES, one_or_more))


_attachments = _list_of(
    lambda value, place: _object(
        value,
        place,
        {
            "usageType": _iri,
            "display": _words,
            "description": _words,
            "contentType": _text,
            "length": _number,
            "sha2": _text,
            "fileUrl": _iri,
        },
        needs=("usageType", "display", "contentType", "length", "sha2", "fileUrl"),
    )
)
"""Attached files must lie at an address of their own: this store takes statements, and no files with them."""
