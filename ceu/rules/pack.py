"""What a rule pack holds: the dated, cited rules of one license, as they stand beside the statute.

A pack is data. Its models are frozen, know no file, and are read by ``ceu.adapters.rulepacks``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from ceu.rules.language import Condition, Named, parse_condition

Status = Literal["verified", "secondary", "assumed", "unknown"]
Place = tuple[str | int, ...]
"""Where something stands in a pack: keys and positions, from the top."""
Consequence = Literal["forfeit", "cap", "warn"]
Period = Literal[
    "day", "week", "fortnight", "month", "quarter", "half_year", "year", "year_of_experience", "year_of_cycle",
]  # fmt: skip
"""Stretches of the calendar: days, weeks, months, quarters, half-years and years; pairs of weeks and years of experience are counted
from a person's first entry, years of the cycle from ``person.cycle_begins``."""
EVERYTHING = Named("everything")

_UNITS = "minute|hour|day|week|fortnight|month|quarter|half_year|year|unit|meeting|person|people|course|entry|entries|client|supervisor|setting"
_QUANTITY = re.compile(rf"(\d+(?:\.\d+)?) ({_UNITS})s?")
_PLURALS = {"people": "persons", "person": "persons", "entry": "entries", "entries": "entries"}
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
        return {"amount": int(hours), "unit": _PLURALS.get(match[2], match[2] + "s")}
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


class Conversion(Rule):
    """Entries that count for more or less than the clock: ``minutes`` of them count as ``count_as``.

    ``whole`` lets only whole blocks of ``minutes`` count. Of several conversions an entry falls under, the first is taken.
    """

    of: ConditionField
    minutes: Annotated[int, Field(ge=1)]
    count_as: Annotated[int, Field(ge=0)]
    whole: bool = False


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


class Every(_Frozen):
    """What an amount is in proportion to: so much for every ``amount`` credited of the entries ``of``.

    ``amount`` is minutes, or periods (weeks, months ...) in which something of them is credited.
    """

    amount: QuantityField
    of: ConditionField


class Instead(_Frozen):
    """Another amount for the people to whom ``when`` applies; the first that applies is taken."""

    when: ConditionField
    amount: QuantityField
    citation: Sentence
    remark: str | None = None


class Consequences(_Frozen):
    """What follows from a shortfall: one consequence, or one per option of the policy where the law is silent."""

    consequence: Consequence = "forfeit"
    policy: str | None = None
    consequences: Mapping[str, Consequence] = {}

    def follows(self, choices: Mapping[str, str]) -> Consequence:
        """The consequence under the chosen policies."""
        return self.consequences[choices[self.policy]] if self.policy else self.consequence

    @model_validator(mode="after")
    def _one_or_by_policy(self) -> "Consequences":
        if bool(self.policy) != bool(self.consequences):
            raise ValueError(
                "A policy needs a consequence per option. Write policy and consequences together."
            )
        return self


class Floor(Rule, Consequences):
    """So much supervision in each period (and setting) in which hours are credited; without it the hours are forfeited.

    ``at_least`` is units, meetings (of at least ``each``, in different weeks if ``in_different_weeks``), or minutes of
    the entries ``of``. ``applies`` says which hours need it.
    """

    at_least: QuantityField
    of: ConditionField = EVERYTHING
    applies: ConditionField = EVERYTHING
    each: QuantityField | None = None
    in_different_weeks: bool = False
    noun: Sentence = "of supervision"

    @property
    def value(self) -> Quantity:
        return self.at_least

    @model_validator(mode="after")
    def _is_kept_or_lost(self) -> "Floor":
        if "cap" in (self.consequence, *self.consequences.values()):
            raise ValueError("A floor is kept or the hours are lost. Write forfeit or warn instead of cap.")
        return self


class Step(Rule, Consequences):
    """More of a floor (the first, unless ``floor`` names it) in a period in which more than ``over`` was performed.

    Without it the period is forfeited, or capped at the threshold, or only remarked on.
    """

    applies: ConditionField = EVERYTHING
    performed: ConditionField
    over: QuantityField
    extra: QuantityField
    floor: str | None = None

    @property
    def value(self) -> Quantity:
        return self.over


class Average(Rule, Consequences):
    """One unit for every ``one_unit_per`` performed, averaged over the periods that had their floors.

    The average is taken ``across`` each setting or everything. What it does not cover is cut, or everything of the kind
    is forfeited, or it is only remarked on. ``of`` says which supervision counts.
    """

    applies: ConditionField = EVERYTHING
    performed: ConditionField
    one_unit_per: QuantityField
    of: ConditionField = EVERYTHING
    across: Literal["setting", "everything"] = "setting"

    @property
    def value(self) -> Quantity:
        return self.one_unit_per


class Supervision(_Frozen):
    """Contact with a supervisor that hours must have had in the same period, in each setting or wherever.

    Hours that are ``exempt`` need none. ``units`` says what makes a unit; without it floors speak of hours or meetings.
    """

    per: Period = "week"
    where: Literal["each_setting", "anywhere"] = "each_setting"
    exempt: ConditionField
    units: Units | None = None
    floors: tuple[Floor, ...] = ()
    steps: tuple[Step, ...] = ()
    averages: tuple[Average, ...] = ()


class Limit(Rule):
    """At most so much is credited, in all or in one scope; the excess stays visible.

    The scope is each ``per`` period, any run of days, months or years (``in_any``), or once per attribute. ``in_best``
    credits only the run of that length that holds the most, ``only_from`` what came from so many supervisors, settings or
    courses, those with the most. ``for_every`` makes the amount a proportion of what is credited of other entries (of
    these too, where they fall under it). ``at_most`` is None where the amount is unknown (then nothing above is
    certain), and for ``once_per``, ``in_best`` and ``only_from``.
    """

    of: ConditionField
    at_most: QuantityField | None = None
    instead: tuple[Instead, ...] = ()
    for_every: Every | None = None
    per: Period | None = None
    in_any: QuantityField | None = None
    in_best: QuantityField | None = None
    once_per: Literal["course", "setting", "supervisor"] | None = None
    only_from: QuantityField | None = None
    inside: str | None = None
    lost: str | None = None

    @property
    def value(self) -> Quantity | None:
        return self.at_most

    @model_validator(mode="after")
    def _has_one_amount_and_one_scope(self) -> "Limit":
        without_amount = self.once_per or self.in_best or self.only_from
        scopes = (self.per, self.in_any, self.in_best, self.once_per, self.only_from)
        if sum(scope is not None for scope in scopes) > 1:
            raise ValueError(
                "A limit has one scope. Keep one of per, in_any, in_best, once_per and only_from."
            )
        if self.only_from and self.only_from.unit not in ("supervisors", "settings", "courses"):
            raise ValueError("“only_from” counts what entries come from. Write only_from: 6 supervisors.")
        if self.at_most is None and not without_amount and self.status != "unknown":
            raise ValueError("A limit needs an amount. Write at_most: 40 hours, or status: unknown.")
        if self.for_every and (self.in_any or self.in_best or self.instead):
            raise ValueError(
                "A limit in proportion is taken in all or per period. Keep for_every or the other."
            )
        return self


class Grant(Rule):
    """Hours credited without entries, to the people to whom ``when`` applies (an accredited degree, hours carried over).

    ``add`` is so much; ``add_hours_of`` names a number fact of the person that holds whole hours, at most ``at_most``.
    ``to`` lists the requirements it counts toward.
    """

    when: ConditionField
    add: QuantityField | None = None
    add_hours_of: str | None = None
    at_most: QuantityField | None = None
    to: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def value(self) -> Quantity | None:
        return self.add or self.at_most

    def worth(self, hours: int) -> int:
        """Minutes for so many whole hours of ``add_hours_of``: never more than the most."""
        return hours * 60 if self.at_most is None else min(hours * 60, self.at_most.amount)

    @model_validator(mode="after")
    def _has_one_amount(self) -> "Grant":
        if (self.add is None) is (self.add_hours_of is None):
            raise ValueError("A grant has one amount. Write add: 500 hours, or add_hours_of: person.x.")
        return self


class Periods(_Frozen):
    """Which periods count: those with something credited (or ``minutes`` of it), and ``units`` of the supervision ``of``
    in a setting in which something is credited then."""

    each: Period = "week"
    minutes: QuantityField | None = None
    units: int = 0
    of: ConditionField = EVERYTHING


class Requirement(Rule):
    """At least so much. What is measured is one of

    * minutes of the entries ``of`` (unless said otherwise),
    * ``periods``: distinct weeks, months ... that count,
    * ``span``: days, weeks, whole months or years from the first credited entry to the last,
    * ``distinct``: different courses, settings, supervisors, clients or days of entries credited, or the entries (sessions),
    * ``confirmed``: a condition of the person, with no amount: a document, an examination, an attestation,
    * ``any_of``: how many of other requirements are met, which are then options and not asked for one by one.

    ``counting`` is ``admitted`` where the entries need not be credited otherwise (a one-time topic may have been
    learned outside the cycle). ``for_every`` makes the amount a proportion; ``instead`` gives other people other amounts.
    ``noun`` completes "3.5 more hours of ...".
    """

    at_least: QuantityField | None = None
    instead: tuple[Instead, ...] = ()
    for_every: Every | None = None
    of: ConditionField = EVERYTHING
    counting: Literal["credited", "admitted"] = "credited"
    periods: Periods | None = None
    span: bool = False
    distinct: Literal["course", "setting", "supervisor", "client", "day", "entry"] | None = None
    confirmed: ConditionField | None = None
    any_of: tuple[str, ...] = ()
    how_many: int = 1
    inside: str | None = None
    applies: ConditionField = EVERYTHING
    satisfied_if: ConditionField | None = None
    noun: Sentence

    @property
    def value(self) -> Quantity | None:
        if self.confirmed is not None:
            return Quantity(amount=1, unit="confirmations")
        if self.any_of:
            return Quantity(amount=self.how_many, unit="options")
        return self.at_least

    @model_validator(mode="after")
    def _has_one_measure_and_an_amount(self) -> "Requirement":
        measures = (self.periods, self.span or None, self.distinct, self.confirmed, self.any_of or None)
        if sum(measure is not None for measure in measures) > 1:
            raise ValueError(
                "A requirement measures one thing. Keep one of periods, span, distinct, confirmed and any_of."
            )
        if self.value is None and self.status != "unknown":
            raise ValueError("A requirement needs an amount. Write at_least: 1750 hours, or status: unknown.")
        return self


class Caseload(_Frozen):
    """At most so many people may one supervisor have at a time; ``of`` says by which supervision somebody is one of them.

    The number holds across everybody on the way to this license, or to any license of the jurisdiction.
    """

    at_most: QuantityField
    of: ConditionField = EVERYTHING
    across: Literal["license", "jurisdiction"] = "license"

    @model_validator(mode="after")
    def _counts_people(self) -> "Caseload":
        if self.at_most.unit != "persons":
            raise ValueError("A caseload is a number of people. Write at_most: 6 people.")
        return self


class Note(Rule):
    """A duty or a piece of the law that no entry can show: kept so that nothing is silently lost.

    A duty of supervisors to have at most so many supervisees has a ``caseload``: their own page counts it.
    """

    kind: Literal["duty", "note"]
    text: Sentence
    applies: ConditionField = EVERYTHING
    caseload: Caseload | None = None


class Coverage(Cited):
    """The day from which a version can measure entries; what is older cannot be told."""

    day: DateField
    sentence: Sentence


class Gap(Cited):
    """A time between the versions held: which text was in force then and was not read, and what that leaves unknown."""

    begins: DateField
    ends: DateField
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
    conversions: tuple[Conversion, ...] = ()
    supervision: Supervision | None = None
    limits: tuple[Limit, ...] = ()
    grants: tuple[Grant, ...] = ()
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    notes: tuple[Note, ...] = ()

    @cached_property
    def places(self) -> tuple[tuple[Place, Rule], ...]:
        """Every cited rule in the order in which the pack gives them, with its place in the version."""
        return tuple(self._places())

    @cached_property
    def conditions(self) -> tuple[tuple[Place, Condition], ...]:
        """Every condition with its place in the version."""
        return tuple(self._conditions())

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """Every cited rule by its id, in the order in which the pack gives them."""
        return {rule.id: rule for _, rule in self.places}

    def _conditions(self) -> Iterator[tuple[Place, Condition]]:
        for name, condition in self.definitions.items():
            yield ("definitions", name), condition
        for index, doubt in enumerate(self.doubts):
            yield ("doubts", index, "when"), doubt.when
        if self.supervision:
            yield ("supervision", "exempt"), self.supervision.exempt
        for place, rule in self.places:
            for part, condition in _conditions_of(rule):
                yield (*place, *part), condition

    def _places(self) -> Iterator[tuple[Place, Rule]]:
        parts: list[tuple[tuple[str, ...], Sequence[Rule]]] = [
            (("gates",), self.gates), (("sessions",), self.sessions), (("conversions",), self.conversions),
        ]  # fmt: skip
        if supervision := self.supervision:
            if supervision.units:
                yield ("supervision", "units"), supervision.units
            parts += [
                (("supervision", "floors"), supervision.floors),
                (("supervision", "steps"), supervision.steps),
                (("supervision", "averages"), supervision.averages),
            ]
        parts += [
            (("limits",), self.limits), (("grants",), self.grants),
            (("requirements",), self.requirements), (("notes",), self.notes),
        ]  # fmt: skip
        for place, rules in parts:
            for index, rule in enumerate(rules):
                yield (*place, index), rule

    def rules(self) -> Iterator[Rule]:
        """Every cited rule, in the order in which the pack gives them."""
        for _, rule in self.places:
            yield rule

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, or None for the engine's own reasons (a day to come, no version)."""
        return self.by_id.get(rule_id)

    @cached_property
    def options(self) -> frozenset[str]:
        """The requirements that are options of another, and not asked for themselves."""
        return frozenset(option for rule in self.requirements for option in rule.any_of)


def _conditions_of(rule: Rule) -> Iterator[tuple[Place, Condition]]:
    for part in ("applies", "only_if", "performed", "of", "when", "satisfied_if", "confirmed"):
        value: Condition | None = getattr(rule, part, None)
        if value is not None:
            yield (part,), value
    if isinstance(rule, Limit | Requirement):
        for index, instead in enumerate(rule.instead):
            yield ("instead", index, "when"), instead.when
        if rule.for_every:
            yield ("for_every", "of"), rule.for_every.of
    if isinstance(rule, Requirement) and rule.periods:
        yield ("periods", "of"), rule.periods.of
    if isinstance(rule, Note) and rule.caseload:
        yield ("caseload", "of"), rule.caseload.of


class Cycle(Cited):
    """How long a renewal cycle is and on which days cycles end.

    ``ends`` is the license's own expiration date; the end of the birth month; the day before the anniversary of issue;
    or a ``day`` of the year (written ``03-31``). ``years`` keeps only odd or even years, or those of the parity of the
    year of issue.
    """

    length: QuantityField
    ends: Literal["expiration", "birth_month", "anniversary", "day"] = "expiration"
    day: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] | None = None
    years: Literal["every", "odd", "even", "parity_of_issue"] = "every"

    @model_validator(mode="after")
    def _names_its_day(self) -> "Cycle":
        if (self.ends == "day") != (self.day is not None):
            raise ValueError(
                "A cycle that ends on a day of the year names it. Write ends: day and day: 03-31."
            )
        if self.day is not None:
            _date(f"2024-{self.day}")
        return self


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
    cycle: Cycle | None = None
    gaps: tuple[Gap, ...] = ()
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the representation, which names every value: packs with the same digest say the same."""
        return sha256(repr(self).encode()).hexdigest()

    def version_on(self, day: date) -> Version | None:
        """The version in force on the governing date, or None in a gap."""
        return next((v for v in self.versions if v.begins <= day and (v.ends is None or day <= v.ends)), None)

    def gap_on(self, day: date) -> Gap | None:
        """What the pack says of a day on which none of its versions was in force, if it says anything."""
        return next((gap for gap in self.gaps if gap.begins <= day <= gap.ends), None)

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
