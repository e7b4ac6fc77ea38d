"""What a rule pack holds: the dated, cited rules of one license, as they stand beside the statute.

A pack is data. Its models are frozen, know no file, and are read by ``ceu.adapters.rulepacks``.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from ceu.rules.language import OWNERS, Condition, Named, names, parse_condition, subjects

Status = Literal["verified", "secondary", "assumed", "unknown"]
Consequence = Literal["forfeit", "cap"]
EVERYTHING = Named("everything")

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?) (minute|hour|day|week|month|year|unit|person|people)s?")
_MINUTES_IN = {"minute": 1, "hour": 60}


def _condition(raw: object) -> Condition:
    return raw if isinstance(raw, Condition) else parse_condition(raw)


def _date(raw: object) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise ValueError(f"“{raw}” is not a date. Write it as 2026-01-31.") from error


def _quantity(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    match = _QUANTITY.fullmatch(raw)
    if not match:
        raise ValueError(
            f"“{raw}” is no quantity. Write a number and its unit, like 1750 hours or 104 weeks."
        )
    hours, _, fraction = match[1].partition(".")
    if match[2] not in _MINUTES_IN:
        if fraction:
            raise ValueError(f"“{raw}” must be a whole number. Use a smaller unit.")
        return {"amount": int(hours), "unit": match[2].replace("people", "person") + "s"}
    scale = 10 ** len(fraction)
    minutes, rest = divmod(int(hours + fraction) * _MINUTES_IN[match[2]], scale)
    if rest:
        raise ValueError(f"“{raw}” is not a whole number of minutes. Write it in minutes.")
    return {"amount": minutes, "unit": "minutes"}


class _Frozen(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )


class Quantity(_Frozen):
    """A whole number of minutes (hours are read as minutes), weeks, days, units ...; in a pack: ``1750 hours``."""

    amount: int
    unit: str


ConditionField = Annotated[Condition, PlainValidator(_condition)]
DateField = Annotated[date, BeforeValidator(_date)]
QuantityField = Annotated[Quantity, BeforeValidator(_quantity)]
Sentence = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.]*$")]


class Cited(_Frozen):
    """Something the law says: where, who read it, how sure that is, and as of which date."""

    citation: Sentence
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    status: Status
    as_of: DateField
    quote: str | None = None
    remark: str | None = None


class Rule(Cited):
    """A cited rule with a name of its own."""

    id: Id
    title: Sentence

    @property
    def value(self) -> Quantity | None:
        """The amount the rule sets, if it sets one."""
        return None

    @property
    def amount(self) -> int | None:
        return self.value.amount if self.value else None

    @property
    def unit(self) -> str | None:
        return self.value.unit if self.value else None


class Source(_Frozen):
    """Where a rule was read; ``as_of`` is the age of that copy, None when it bears no date."""

    title: Sentence
    url: Sentence
    as_of: DateField | None = None
    primary: bool = False


class FactDeclaration(_Frozen):
    """A fact or an attribute of entries that the pack asks for, in the words people see.

    ``not_yet`` says that the date may be known not to have come; ``assume`` is taken where nothing was given.
    """

    type: Literal["date", "periods", "yes_no", "number", "word", "words"]
    label: Sentence
    question: Sentence
    not_yet: bool = False
    assume: str | int | bool | None = None
    options: Mapping[str, str] | None = None


class Policy(Cited):
    """A point the law leaves open: the readings there are, the one taken unless told otherwise, and why."""

    question: Sentence
    options: Annotated[Mapping[str, str], Field(min_length=2)]
    default: str
    reason: Sentence

    @model_validator(mode="after")
    def _default_is_an_option(self) -> "Policy":
        if self.default not in self.options:
            raise ValueError(
                f"The default “{self.default}” is no option. Use one of {', '.join(self.options)}."
            )
        return self


class Gate(Rule):
    """Entries to which it applies are admitted only if its condition holds. ``lost`` says why the others are not."""

    applies: ConditionField = EVERYTHING
    only_if: ConditionField
    lost: Sentence


class Doubt(_Frozen):
    """Facts that cannot all be true: nothing is told about the entries they concern until they are put right."""

    id: Id
    when: ConditionField
    sentence: Sentence


class Units(Rule):
    """How many minutes of each kind of meeting make one unit of supervision."""

    minutes: Annotated[Mapping[str, int], Field(min_length=1)]

    @model_validator(mode="after")
    def _positive(self) -> "Units":
        if min(self.minutes.values()) < 1:
            raise ValueError(
                "A unit is at least one minute long. Write the minutes of one unit per activity."
            )
        return self


class Floor(Rule):
    """So many units in each week and setting in which hours are credited; without them the week is forfeited there."""

    at_least: QuantityField

    @property
    def value(self) -> Quantity:
        return self.at_least


class _Shortfall(Rule):
    applies: ConditionField
    performed: ConditionField
    policy: str
    consequences: Mapping[str, Consequence]


class Step(_Shortfall):
    """Extra units in a week and setting in which more than ``over`` was performed.

    The policy chooses the consequence of a missing unit: the week is forfeited, or capped at the threshold.
    """

    over: QuantityField
    extra: QuantityField

    @property
    def value(self) -> Quantity:
        return self.over


class Average(_Shortfall):
    """One unit for every ``one_unit_per`` performed, averaged per setting over the weeks that had their floor.

    The policy chooses the consequence: everything of the kind is forfeited, or capped at what the units cover.
    """

    one_unit_per: QuantityField

    @property
    def value(self) -> Quantity:
        return self.one_unit_per


class Supervision(_Frozen):
    """Contact with a supervisor that hours must have had, per calendar week and setting."""

    exempt: ConditionField
    units: Units
    floor: Floor
    steps: tuple[Step, ...] = ()
    averages: tuple[Average, ...] = ()


class Limit(Rule):
    """At most so much is credited: in all, per calendar week (``per``), in any run of days, or once per attribute.

    ``at_most`` is None where the amount is unknown (then nothing above is certain), and for ``once_per``.
    """

    of: ConditionField
    at_most: QuantityField | None = None
    per: Literal["week"] | None = None
    in_any: QuantityField | None = None
    once_per: Literal["course", "setting"] | None = None
    inside: str | None = None
    lost: str | None = None

    @property
    def value(self) -> Quantity | None:
        return self.at_most

    @model_validator(mode="after")
    def _has_one_amount_and_one_scope(self) -> "Limit":
        if sum(scope is not None for scope in (self.per, self.in_any, self.once_per)) > 1:
            raise ValueError("A limit has one scope. Keep one of per, in_any and once_per.")
        if self.at_most is None and self.once_per is None and self.status != "unknown":
            raise ValueError("A limit needs an amount. Write at_most: 40 hours, or status: unknown.")
        return self


class WeeksWith(_Frozen):
    """Which weeks count: so many units of supervision, from the entries of ``of`` only, in a setting credited then."""

    units: int
    of: ConditionField = EVERYTHING


class Requirement(Rule):
    """At least so much: minutes of entries, distinct weeks, or days from the first credited entry to the last.

    ``counting`` is ``admitted`` where the entries need not be credited otherwise (a one-time topic may have been
    learned outside the cycle). ``noun`` completes "3.5 more hours of ...".
    """

    at_least: QuantityField | None = None
    of: ConditionField = EVERYTHING
    counting: Literal["credited", "admitted"] = "credited"
    weeks: WeeksWith | None = None
    span: bool = False
    inside: str | None = None
    applies: ConditionField = EVERYTHING
    satisfied_if: ConditionField | None = None
    noun: Sentence

    @property
    def value(self) -> Quantity | None:
        return self.at_least

    @model_validator(mode="after")
    def _has_an_amount(self) -> "Requirement":
        if self.at_least is None and self.status != "unknown":
            raise ValueError("A requirement needs an amount. Write at_least: 1750 hours, or status: unknown.")
        return self


class Note(Rule):
    """A duty or a piece of the law that no entry can show: kept so that nothing is silently lost."""

    kind: Literal["duty", "note"]
    text: Sentence
    applies: ConditionField = EVERYTHING


class Coverage(Cited):
    """The day from which a version can measure entries; what is older cannot be told."""

    day: DateField
    sentence: Sentence


class Version(_Frozen):
    """The rules in force while the governing date lies from ``begins`` to ``ends``."""

    id: Sentence
    begins: DateField
    ends: DateField | None = None
    covers_from: Coverage
    definitions: Mapping[str, ConditionField]
    order: Mapping[str, tuple[str, ...]] = {}
    order_policy: str | None = None
    week_start_policy: str | None = None
    gates: tuple[Gate, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    sessions: tuple[Gate, ...] = ()
    supervision: Supervision | None = None
    limits: tuple[Limit, ...] = ()
    requirements: tuple[Requirement, ...]
    notes: tuple[Note, ...] = ()

    def rules(self) -> Iterator[Rule]:
        """Every cited rule, in the order in which the pack gives them."""
        yield from self.gates
        yield from self.sessions
        if self.supervision:
            yield self.supervision.units
            yield self.supervision.floor
            yield from self.supervision.steps
            yield from self.supervision.averages
        yield from self.limits
        yield from self.requirements
        yield from self.notes

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, or None for the engine's own reasons (a day to come, no version)."""
        return next((rule for rule in self.rules() if rule.id == rule_id), None)


class Pack(_Frozen):
    """The rules of one license, experience before it or continuing education after it, in dated versions."""

    id: Annotated[str, Field(alias="pack")]
    kind: Literal["experience", "ce"]
    jurisdiction: Sentence
    board: Sentence
    license: Sentence
    title: Sentence
    governed_by: Annotated[tuple[str, ...], Field(min_length=1)]
    sources: Mapping[str, Source]
    facts: Mapping[str, FactDeclaration]
    policies: Mapping[str, Policy]
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the representation, which names every value: packs with the same digest say the same."""
        return sha256(repr(self).encode()).hexdigest()

    def version_on(self, day: date) -> Version | None:
        """The version in force on the governing date, or None in a gap."""
        return next((v for v in self.versions if v.begins <= day and (v.ends is None or day <= v.ends)), None)

    def choices(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """The option of every policy: the one chosen, else the default. Raises ValueError for what is no option."""
        for name, option in chosen.items():
            if name not in self.policies:
                raise ValueError(
                    f"“{name}” is no policy of {self.id}. Use one of {', '.join(self.policies)}."
                )
            if option not in self.policies[name].options:
                options = ", ".join(self.policies[name].options)
                raise ValueError(f"“{option}” is no option of the policy {name}. Use one of {options}.")
        return {name: chosen.get(name, policy.default) for name, policy in self.policies.items()}


class Mistake(_Frozen):
    """A place in a pack that refers to something that is not there."""

    place: tuple[str | int, ...]
    what: str
    remedy: str


def mistakes(pack: Pack) -> Iterator[Mistake]:
    """Everything in a pack that refers to a name the pack does not have, or gives a name twice."""
    for place, cited in _cited(pack):
        for source in cited.source:
            if source not in pack.sources:
                yield Mistake(
                    place=(*place, "source"),
                    what=f"The source “{source}” is not in the list of sources.",
                    remedy=f"Add it under sources, or use one of {', '.join(pack.sources)}.",
                )
    for index, version in enumerate(pack.versions):
        yield from _version_mistakes(pack, version, ("versions", index))
        ended = pack.versions[index - 1].ends if index else date.min
        if ended is None or ended >= version.begins:
            yield Mistake(
                place=("versions", index, "begins"),
                what="This version begins before the one above it ends.",
                remedy="List versions oldest first and end each on the day before the next begins.",
            )


def _cited(pack: Pack) -> Iterator[tuple[tuple[str | int, ...], Cited]]:
    for name, policy in pack.policies.items():
        yield ("policies", name), policy
    for index, version in enumerate(pack.versions):
        yield ("versions", index, "covers_from"), version.covers_from
        for place, rule in _places(version):
            yield ("versions", index, *place), rule


def _places(version: Version) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    for part in ("gates", "sessions", "limits", "requirements", "notes"):
        for index, rule in enumerate(getattr(version, part)):
            yield (part, index), rule
    if supervision := version.supervision:
        yield ("supervision", "units"), supervision.units
        yield ("supervision", "floor"), supervision.floor
        for part in ("steps", "averages"):
            for index, rule in enumerate(getattr(supervision, part)):
                yield ("supervision", part, index), rule


def _version_mistakes(pack: Pack, version: Version, at: tuple[str | int, ...]) -> Iterator[Mistake]:
    seen: dict[str, tuple[str | int, ...]] = {}
    for place, rule in _places(version):
        if rule.id in seen:
            yield Mistake(
                place=(*at, *place, "id"),
                what=f"The id “{rule.id}” is used twice.",
                remedy="Every rule of a version needs an id of its own.",
            )
        seen[rule.id] = place
    for place, rule in _places(version):
        parent = getattr(rule, "inside", None)
        if parent and parent not in seen:
            yield Mistake(
                place=(*at, *place, "inside"),
                what=f"There is no rule “{parent}” to be inside of.",
                remedy=f"Use the id of a requirement: {', '.join(r.id for r in version.requirements)}.",
            )
        policy = getattr(rule, "policy", None)
        if policy:
            yield from _policy_mistakes(pack, policy, (*at, *place))
    for part in ("order_policy", "week_start_policy"):
        if policy := getattr(version, part):
            yield from _policy_mistakes(pack, policy, (*at, part))
    for place, condition in conditions(version):
        yield from _condition_mistakes(pack, version, condition, (*at, *place))


def _policy_mistakes(pack: Pack, policy: str, place: tuple[str | int, ...]) -> Iterator[Mistake]:
    if policy not in pack.policies:
        yield Mistake(
            place=place,
            what=f"There is no policy “{policy}”.",
            remedy=f"Add it under policies, or use one of {', '.join(pack.policies)}.",
        )


def conditions(version: Version) -> Iterator[tuple[tuple[str | int, ...], Condition]]:
    """Every condition of a version with its place in it."""
    for name, condition in version.definitions.items():
        yield ("definitions", name), condition
    for index, doubt in enumerate(version.doubts):
        yield ("doubts", index, "when"), doubt.when
    if version.supervision:
        yield ("supervision", "exempt"), version.supervision.exempt
    for place, rule in _places(version):
        for part in ("applies", "only_if", "performed", "of", "satisfied_if"):
            value: Any = getattr(rule, part, None)
            if value is not None:
                yield (*place, part), value
        if isinstance(rule, Requirement) and rule.weeks:
            yield (*place, "weeks", "of"), rule.weeks.of


def _condition_mistakes(
    pack: Pack, version: Version, condition: Condition, place: tuple[str | int, ...]
) -> Iterator[Mistake]:
    for name in names(condition):
        if name not in version.definitions and name != EVERYTHING.name:
            yield Mistake(
                place=place,
                what=f"There is no definition “{name}”.",
                remedy=f"Add it under definitions, or use one of {', '.join(version.definitions)}.",
            )
    for subject in subjects(condition):
        owner, dot, name = subject.partition(".")
        if not dot:
            continue
        known = pack.policies if owner == "policy" else pack.facts
        key = name if owner == "policy" else subject
        if owner in OWNERS and key not in known:
            yield Mistake(
                place=place,
                what=f"“{subject}” is not declared.",
                remedy=f"Declare it under {'policies' if owner == 'policy' else 'facts'} with the words people see.",
            )
