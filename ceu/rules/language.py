"""The small language in which a pack says which entries, people, settings and supervisors it speaks of.

A condition is written as YAML and read as one of the dataclasses below:

* ``trainee``                                    a definition of the pack, by its name
* ``{activity: counseling}``                     the attribute has this value (or one of a list)
* ``{head_count: {at_most: 8}}``                 a number within bounds (``at_least``, ``at_most``, both inclusive)
* ``{person.cycle_number: {divided_by: 3, leaves: 0}}``  a number by its remainder: every third renewal
* ``{day: {before: person.degree_awarded_on}}``  a date against another: ``before``, ``until``, ``from``, ``after``
* ``{day: {within: person.practicum_enrollments}}``  a date inside one of several periods
* ``{course: {known: true}}``                    yes where the attribute was given, else "cannot tell"
* ``{all: [...]}``, ``{any: [...]}``, ``{not: ...}``

Several attributes in one mapping must all hold. An attribute is a column of the ledger, a fact
(``person.x``, ``setting.x``, ``supervisor.x``) or a policy (``policy.x``). Whatever rests on an unknown attribute is
neither true nor false: the third answer is "cannot tell".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

CATEGORIES = (
    "activity", "client_unit", "setting", "supervisor", "delivery", "topic", "approval", "credit_kind", "course", "client",
)  # fmt: skip
NUMBERS = ("minutes", "head_count")
FLAGS = ("practicum",)
COLUMNS = (*CATEGORIES, *NUMBERS, *FLAGS, "day")
OWNERS = ("person", "setting", "supervisor", "policy")

_DURATION = re.compile(r"(\d+) (days?|weeks?|months?|years?)")
_DATE_ORDERS = ("before", "until", "from", "after")


@dataclass(frozen=True)
class Named:
    """A definition of the pack."""

    name: str


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Any_:  # noqa: N801 (typing.Any has the plain name)
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Condition"


@dataclass(frozen=True)
class Is:
    """The attribute is one of the values; an attribute with several values has one of them."""

    subject: str
    values: tuple[str | bool | int, ...]


@dataclass(frozen=True)
class Bounds:
    """The number lies between the bounds, both included; None is no bound."""

    subject: str
    at_least: int | None
    at_most: int | None


@dataclass(frozen=True)
class Remainder:
    """The number divided by ``divided_by`` leaves ``leaves``: every third, every odd ..."""

    subject: str
    divided_by: int
    leaves: int


@dataclass(frozen=True)
class Known:
    """The attribute was given; where it was not, nothing can be told."""

    subject: str


@dataclass(frozen=True)
class Duration:
    """A stretch of the calendar."""

    amount: int
    unit: str  # days | weeks | months | years


@dataclass(frozen=True)
class Anchor:
    """A date to compare with: a fact, ``as_of`` or a literal day, moved along the calendar.

    ``otherwise`` is taken where ``of`` has not happened or is not known. ``end_of_month`` is applied before ``shift``.
    """

    of: str | date
    otherwise: str | None = None
    end_of_month: bool = False
    shift: Duration | None = None
    backward: bool = False


@dataclass(frozen=True)
class When:
    """A date stands in an order to an anchor: before (<), until (<=), from (>=), after (>)."""

    subject: str
    order: str
    anchor: Anchor


@dataclass(frozen=True)
class Within:
    """A date lies in one of the periods of a fact.

    A lapse of fewer than ``lapse_under`` days belongs to them when a period precedes it and another period, or the
    date ``followed_by``, follows it.
    """

    subject: str
    periods: str
    lapse_under: int = 0
    followed_by: str | None = None


Condition = Named | All | Any_ | Not | Is | Bounds | Remainder | Known | When | Within


def parse_condition(raw: object) -> Condition:
    """Read a condition as it stands in a pack; raises ValueError with what is wrong and what to write."""
    if isinstance(raw, str):
        return Named(raw)
    if not isinstance(raw, Mapping) or not raw:
        raise ValueError(
            f"“{raw}” is not a condition. Write a definition's name or a mapping like {{activity: counseling}}."
        )
    parts = tuple(_part(str(key), value) for key, value in raw.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _part(key: str, value: object) -> Condition:
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise ValueError(f"“{key}” needs a list of conditions. Write {key}: [first, second].")
        parts = tuple(parse_condition(item) for item in value)
        return All(parts) if key == "all" else Any_(parts)
    if key == "not":
        return Not(parse_condition(value))
    _check_subject(key)
    if isinstance(value, Mapping):
        return _comparison(key, value)
    values = tuple(value) if isinstance(value, list) else (value,)
    if not values or any(not isinstance(item, str | bool | int) for item in values):
        raise ValueError(f"“{key}: {value}” names no value. Write {key}: value, or {key}: [value, value].")
    return Is(key, values)


def _check_subject(subject: str) -> None:
    owner, _, name = subject.partition(".")
    if subject in COLUMNS or (owner in OWNERS and name):
        return
    raise ValueError(
        f"“{subject}” is no attribute. Use one of {', '.join(COLUMNS)}, or person.x, setting.x, supervisor.x, policy.x."
    )


def _comparison(subject: str, raw: Mapping[Any, Any]) -> Condition:
    if "within" in raw:
        _only(subject, raw, ("within", "lapse_under", "followed_by"))
        lapse = _duration(raw["lapse_under"]) if "lapse_under" in raw else Duration(0, "days")
        if lapse.unit != "days":
            raise ValueError(
                f"“lapse_under: {raw['lapse_under']}” must be in days. Write lapse_under: 90 days."
            )
        return Within(subject, str(raw["within"]), lapse.amount, raw.get("followed_by"))
    if "known" in raw:
        _only(subject, raw, ("known",))
        if raw["known"] is not True:
            raise ValueError(f"“known” can only be true. Write {subject}: {{known: true}}.")
        return Known(subject)
    if any(order in raw for order in _DATE_ORDERS):
        _only(subject, raw, _DATE_ORDERS)
        parts = tuple(When(subject, order, _anchor(raw[order])) for order in _DATE_ORDERS if order in raw)
        return parts[0] if len(parts) == 1 else All(parts)
    if "divided_by" in raw:
        return _remainder(subject, raw)
    _only(subject, raw, ("at_least", "at_most"))
    bounds = {name: raw.get(name) for name in ("at_least", "at_most")}
    if any(not (bound is None or type(bound) is int) for bound in bounds.values()):
        raise ValueError(f"The bounds of “{subject}” must be whole numbers. Write {subject}: {{at_most: 8}}.")
    return Bounds(subject, bounds["at_least"], bounds["at_most"])


def _remainder(subject: str, raw: Mapping[Any, Any]) -> Remainder:
    _only(subject, raw, ("divided_by", "leaves"))
    by, leaves = raw["divided_by"], raw.get("leaves")
    if type(by) is not int or type(leaves) is not int or not 0 <= leaves < by:
        raise ValueError(
            f"“{subject}” is divided by a whole number and leaves a smaller one. Write {subject}: {{divided_by: 3, leaves: 0}}."
        )
    return Remainder(subject, by, leaves)


def _only(subject: str, raw: Mapping[Any, Any], allowed: tuple[str, ...]) -> None:
    if unknown := [str(key) for key in raw if key not in allowed]:
        raise ValueError(f"“{unknown[0]}” is not known in “{subject}”. Use {', '.join(allowed)}.")


def _anchor(raw: object) -> Anchor:
    if isinstance(raw, str):
        return Anchor(_point(raw))
    if not isinstance(raw, Mapping) or "of" not in raw:
        raise ValueError(
            f"“{raw}” is no date to compare with. Write a fact, as_of, 2026-01-31 or {{of: fact, plus: 6 years}}."
        )
    _only("a date", raw, ("of", "otherwise", "end_of_month", "plus", "minus"))
    if "plus" in raw and "minus" in raw:
        raise ValueError("A date moves one way. Keep either “plus” or “minus”.")
    shift = raw.get("plus", raw.get("minus"))
    return Anchor(
        of=_point(str(raw["of"])),
        otherwise=raw.get("otherwise"),
        end_of_month=raw.get("end_of_month") is True,
        shift=None if shift is None else _duration(shift),
        backward="minus" in raw,
    )


def _point(text: str) -> str | date:
    if not text[:1].isdigit():
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is not a date. Write it as 2026-01-31.") from error


def _duration(raw: object) -> Duration:
    match = _DURATION.fullmatch(str(raw))
    if not match:
        raise ValueError(f"“{raw}” is no length of time. Write it like 90 days, 104 weeks or 6 years.")
    return Duration(int(match[1]), match[2].rstrip("s") + "s")


def children(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside a condition."""
    match condition:
        case All(parts) | Any_(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()


def parts_of(condition: Condition) -> Iterator[Condition]:
    """A condition and everything inside it, definitions not followed."""
    yield condition
    for child in children(condition):
        yield from parts_of(child)


def subjects(condition: Condition) -> Iterator[str]:
    """Every attribute a condition asks about, definitions not followed."""
    for child in children(condition):
        yield from subjects(child)
    match condition:
        case Is(subject) | Bounds(subject) | Remainder(subject) | Known(subject):
            yield subject
        case When(subject, _, anchor):
            yield subject
            if isinstance(anchor.of, str):
                yield anchor.of
            if anchor.otherwise:
                yield anchor.otherwise
        case Within(subject, periods, _, followed_by):
            yield subject
            yield periods
            if followed_by:
                yield followed_by


def names(condition: Condition) -> Iterator[str]:
    """Every definition a condition uses by name."""
    if isinstance(condition, Named):
        yield condition.name
    for child in children(condition):
        yield from names(child)
