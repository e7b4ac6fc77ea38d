"""What the pages of the rule library show: packs turned into rows and words, and versions compared. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ceu.domain.dates import day_text
from ceu.domain.experience import ACTIVITY_LABELS
from ceu.licenses.rule_clauses import Clause, clause_of, subject_text, term_text, value_text
from ceu.licenses.words import JURISDICTION_LABELS
from ceu.rules.pack import (
    EVERYTHING,
    Average,
    Cited,
    FactDeclaration,
    Floor,
    Gate,
    Limit,
    Note,
    Pack,
    Policy,
    Requirement,
    Rule,
    Source,
    Step,
    Units,
    Version,
)
from ceu.rules.words import STATUS_LABELS, in_words, limit_text, quantity_text

KIND_LABELS = {"experience": "Supervised experience", "ce": "Continuing education"}

_OWNERS = {
    "person": "About the person",
    "setting": "About each setting",
    "supervisor": "About each supervisor",
}
_ENTRIES = "About each entry"
_FACT_TYPES = {
    "date": "A date",
    "periods": "Periods, from one date to another",
    "yes_no": "Yes or no",
    "number": "A number",
    "word": "One of these",
    "words": "Any of these",
}


# ---- the library -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PackRow:
    """One pack in the list. ``counts`` are its cited values by status, in the order of STATUS_LABELS."""

    pack_id: str
    license: str
    board: str
    version: str
    counts: tuple[int, ...]
    as_of: str


@dataclass(frozen=True)
class Shelf:
    """The packs of one jurisdiction, by kind."""

    jurisdiction: str
    kinds: tuple[tuple[str, tuple[PackRow, ...]], ...]


def shelves(packs: Iterable[Pack], today: date) -> tuple[Shelf, ...]:
    """Every pack by jurisdiction and kind, as the library lists them."""
    found: dict[str, dict[str, list[PackRow]]] = {}
    for pack in sorted(packs, key=lambda pack: (jurisdiction_text(pack), pack.license, pack.id)):
        kinds = found.setdefault(jurisdiction_text(pack), {})
        kinds.setdefault(pack.kind, []).append(_pack_row(pack, today))
    return tuple(
        Shelf(
            name, tuple((label, tuple(kinds[kind])) for kind, label in KIND_LABELS.items() if kind in kinds)
        )
        for name, kinds in found.items()
    )


def jurisdiction_text(pack: Pack) -> str:
    """The jurisdiction's name."""
    return JURISDICTION_LABELS.get(pack.jurisdiction, pack.jurisdiction)


def shown_version(pack: Pack, wanted: str | None, today: date) -> Version | None:
    """The version asked for, or None where there is none; unasked, the one in force, else the last."""
    if wanted is not None:
        return next((version for version in pack.versions if version.id == wanted), None)
    return pack.version_on(today) or pack.versions[-1]


def range_text(version: Version) -> str:
    """When a version is in force: "from 1 Jan 2026", "1 Jan 2020 to 31 Dec 2025"."""
    if version.ends is None:
        return f"from {day_text(version.begins)}"
    return f"{day_text(version.begins)} to {day_text(version.ends)}"


def cited_values(pack: Pack, version: Version) -> Iterator[Cited]:
    """Everything a version says on somebody's authority: its rules, its first day, and the points left open."""
    yield version.covers_from
    yield from version.rules()
    yield from pack.policies.values()


def counts(pack: Pack, version: Version) -> tuple[int, ...]:
    """How many values are of each status, in the order of STATUS_LABELS."""
    found = Counter(cited.status for cited in cited_values(pack, version))
    return tuple(found[status] for status in STATUS_LABELS)  # type: ignore[index]


def as_of_text(pack: Pack, version: Version) -> str:
    """The age of the texts in which the values were read."""
    days = [cited.as_of for cited in cited_values(pack, version)]
    first, last = day_text(min(days)), day_text(max(days))
    return first if first == last else f"{first} to {last}"


def _pack_row(pack: Pack, today: date) -> PackRow:
    version = pack.version_on(today)
    counted = version or pack.versions[-1]
    said = (
        f"{version.id}, {range_text(version)}"
        if version
        else f"none today; {counted.id}, {range_text(counted)}"
    )
    return PackRow(pack.id, pack.license, pack.board, said, counts(pack, counted), as_of_text(pack, counted))


# ---- one pack ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Law:
    """Where something stands in the law: who said it, how sure that is, and as of which date."""

    citation: str
    status: str
    status_text: str
    as_of: str
    quote: str | None
    remark: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class RuleRow:
    """One rule in words: what it sets, what else it says, the conditions it makes, and its law.

    ``inside`` is the id and title of the rule it belongs to, ``policy`` the name and question of the open point
    that decides what follows from it.
    """

    id: str
    kind: str
    title: str
    amount: str | None
    says: tuple[str, ...]
    conditions: tuple[tuple[str, Clause], ...]
    inside: tuple[str, str] | None
    policy: tuple[str, str] | None
    law: Law


@dataclass(frozen=True)
class Section:
    """Rules that are applied together. ``policies`` are the open points that bear on all of them."""

    anchor: str
    title: str
    intro: str
    rules: tuple[RuleRow, ...]
    conditions: tuple[tuple[str, Clause], ...] = ()
    policies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PolicyRow:
    """A point the law leaves open: the readings, and which one is taken unless told otherwise."""

    name: str
    question: str
    options: tuple[tuple[str, bool], ...]
    reason: str
    law: Law


@dataclass(frozen=True)
class FactRow:
    """Something the rules ask for; ``assumed`` is taken where nothing was given."""

    question: str
    answer: str
    assumed: str | None


@dataclass(frozen=True)
class Change:
    """What became of one rule or term from a version to the next; ``anchor`` is its place in those that have it."""

    what: str
    title: str
    anchor: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class VersionRow:
    """One version: when it is in force, the one before it (None for the first), and how it differs from that."""

    id: str
    range: str
    before: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class PackPage:
    """A version of a pack, ready to be read."""

    sections: tuple[Section, ...]
    terms: tuple[tuple[str, str, Clause], ...]
    doubts: tuple[str, ...]
    policies: tuple[PolicyRow, ...]
    facts: tuple[tuple[str, tuple[FactRow, ...]], ...]
    versions: tuple[VersionRow, ...]
    counts: tuple[tuple[str, str, int], ...]
    as_of: str


@dataclass(frozen=True)
class _ByDigest:
    """A pack as a key of the cache: packs with the same digest say the same."""

    digest: str
    pack: Pack = field(compare=False)


def pack_page(pack: Pack, version: Version) -> PackPage:
    """A version of a pack in words, made once."""
    return _pack_page(_ByDigest(pack.digest, pack), version.id)


@lru_cache(maxsize=64)
def _pack_page(key: _ByDigest, version_id: str) -> PackPage:
    pack = key.pack
    version = next(version for version in pack.versions if version.id == version_id)
    numbers = zip(STATUS_LABELS.items(), counts(pack, version), strict=True)
    return PackPage(
        sections=tuple(section for section in _sections(pack, version) if section.rules),
        terms=tuple(
            (f"term-{name}", term_text(name), clause_of(pack, condition))
            for name, condition in version.definitions.items()
        ),
        doubts=tuple(doubt.sentence for doubt in version.doubts),
        policies=tuple(_policy_row(pack, name, policy) for name, policy in pack.policies.items()),
        facts=tuple(_facts(pack)),
        versions=tuple(_versions(pack)),
        counts=tuple((status, label.capitalize(), number) for (status, label), number in numbers),
        as_of=as_of_text(pack, version),
    )


def _sections(pack: Pack, version: Version) -> Iterator[Section]:
    """The rules in the order in which they are applied."""
    is_ce = pack.kind == "ce"
    supervision = version.supervision
    units: tuple[Rule, ...] = (supervision.units,) if supervision and supervision.units else ()
    contact: tuple[Rule, ...] = (
        (*supervision.floors, *supervision.steps, *supervision.averages) if supervision else ()
    )

    def rows(rules: Iterable[Rule]) -> tuple[RuleRow, ...]:
        return tuple(rule_row(pack, version, rule) for rule in rules)

    yield Section(
        "which-law",
        "Which law, and from when",
        _governed_text(pack),
        (_covers_from_row(pack, version),),
    )
    yield Section(
        "admission",
        "What counts as continuing education" if is_ce else "Who may gain hours, where, and under whom",
        "Every entry is held against each of these. What fails one of them does not count; "
        "where a fact is missing, it cannot be told.",
        rows(version.gates),
    )
    yield Section(
        "sessions",
        "Sessions and units of supervision" if units else "Sessions",
        "What makes a meeting one of supervision, and how much of it makes a unit.",
        rows((*version.sessions, *units)),
    )
    yield Section(
        "supervision",
        "Supervision in each week and setting",
        "Contact with a supervisor that hours must have had.",
        rows(contact),
        (("Needs no supervision", clause_of(pack, supervision.exempt)),) if supervision else (),
        _open_points(pack, version.week_start_policy),
    )
    yield Section(
        "limits",
        "Limits",
        "At most so much is credited. The limits are taken in this order, each on what the ones before left.",
        rows(version.limits),
        policies=_open_points(pack, version.order_policy),
    )
    yield Section("requirements", "Requirements", "At least so much is asked.", rows(version.requirements))
    yield Section(
        "duties-and-notes",
        "Duties and notes",
        "What no entry can show. It is kept here so that nothing of the law is lost.",
        rows(version.notes),
    )


def _open_points(pack: Pack, *names: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, pack.policies[name].question) for name in names if name)


def _governed_text(pack: Pack) -> str:
    first, *others = (subject_text(pack, name) for name in pack.governed_by)
    said = f"The version that governs is the one in force on {first}"
    for other in others:
        said += f"; where that day is not known or has not come, on {other}"
    return f"{said}."


def _covers_from_row(pack: Pack, version: Version) -> RuleRow:
    coverage = version.covers_from
    return RuleRow(
        id="covers-from",
        kind="Coverage",
        title="The first day that can be measured",
        amount=f"From {day_text(coverage.day)}",
        says=(coverage.sentence, "What is older cannot be told: it is neither credited nor refused."),
        conditions=(),
        inside=None,
        policy=None,
        law=_law(pack, coverage),
    )


def rule_row(pack: Pack, version: Version, rule: Rule) -> RuleRow:
    """One rule in words."""
    parent = version.rule(getattr(rule, "inside", None) or "")
    policy = getattr(rule, "policy", None)
    return RuleRow(
        id=rule.id,
        kind=_kind(rule),
        title=rule.title,
        amount=_amount(rule),
        says=tuple(_says(rule)),
        conditions=tuple(_conditions(pack, rule)),
        inside=(parent.id, parent.title) if parent else None,
        policy=(policy, pack.policies[policy].question) if policy else None,
        law=_law(pack, rule),
    )


def _law(pack: Pack, cited: Cited) -> Law:
    return Law(
        citation=cited.citation,
        status=cited.status,
        status_text=STATUS_LABELS[cited.status].capitalize(),
        as_of=day_text(cited.as_of),
        quote=cited.quote,
        remark=cited.remark,
        sources=tuple(pack.sources[name] for name in cited.source),
    )


def _kind(rule: Rule) -> str:
    match rule:
        case Requirement():
            return "Requirement"
        case Limit():
            return "Limit"
        case Note():
            return "Duty" if rule.kind == "duty" else "Note"
        case _:
            return "Condition"


def _amount(rule: Rule) -> str | None:
    """What the rule sets, with its unit."""
    match rule:
        case Limit():
            return _limit_amount(rule)
        case Requirement():
            return f"At least {in_words(rule.value)} {rule.noun}" if rule.value else "The amount is not known"
        case Gate() | Note():
            return None
        case _:
            return _contact_amount(rule)


def _limit_amount(rule: Limit) -> str:
    if rule.once_per:
        return limit_text(rule).capitalize()
    if rule.amount is None:
        return "The amount is not known"
    return f"At most {limit_text(rule)}" if rule.amount else "None of it is credited"


def _contact_amount(rule: Rule) -> str | None:
    """How much contact with a supervisor is asked."""
    match rule:
        case Units():
            kinds = [
                f"{quantity_text(minutes, 'minutes')} of {_activity_text(name)}"
                for name, minutes in rule.minutes.items()
            ]
            return f"One unit is {', or '.join(kinds)}"
        case Floor():
            return f"At least {in_words(rule.at_least)} of supervision in each week and setting with credited hours"
        case Step():
            return f"{in_words(rule.extra)} more where over {in_words(rule.over)} are performed in a week and setting"
        case Average():
            return f"On average one unit for every {in_words(rule.one_unit_per)} performed at a setting"
        case _:
            return None


def _activity_text(name: str) -> str:
    return ACTIVITY_LABELS.get(name, term_text(name)).lower()


def _says(rule: Rule) -> Iterator[str]:
    """What else the rule says, in whole sentences."""
    match rule:
        case Note():
            yield rule.text
        case Gate():
            yield f"What fails it does not count: {rule.lost}"
        case Floor():
            yield "Without it, no hour of that week in that setting counts."
        case Average():
            yield "The average runs over the weeks at the setting that had their weekly supervision."
        case Limit():
            if rule.amount is None and not rule.once_per:
                yield "While it is not known, nothing beyond what is certain is credited."
            if rule.lost:
                yield f"What it takes does not count: {rule.lost}"
        case Requirement():
            yield from _requirement_says(rule)


def _requirement_says(rule: Requirement) -> Iterator[str]:
    if rule.at_least is None:
        yield "While it is not known, it cannot be told whether the requirement is met."
    if rule.span:
        yield "Measured from the first credited entry to the last."
    if rule.periods and rule.periods.units:
        yield (
            f"A week counts when it has {quantity_text(rule.periods.units, 'units')} of supervision in a setting "
            "with credited hours in that week."
        )
    if rule.counting == "admitted":
        yield "An entry counts toward it even where a limit keeps it from being credited otherwise."


def _conditions(pack: Pack, rule: Rule) -> Iterator[tuple[str, Clause]]:
    """The conditions a rule makes, each with the words before it; what holds for everything is not said."""
    of = "What it limits" if isinstance(rule, Limit) else "What counts toward it"
    labels = {
        "applies": "Applies to" if not isinstance(rule, Requirement) else "Applies if",
        "only_if": "Counts only if",
        "performed": "Performed hours are",
        "of": of,
        "satisfied_if": "Already met if",
    }
    for part, label in labels.items():
        condition = getattr(rule, part, None)
        if condition is not None and condition != EVERYTHING:
            yield label, clause_of(pack, condition)
    if isinstance(rule, Requirement) and rule.periods and rule.periods.of != EVERYTHING:
        yield "The units come from", clause_of(pack, rule.periods.of)


def _policy_row(pack: Pack, name: str, policy: Policy) -> PolicyRow:
    options = tuple((text, option == policy.default) for option, text in policy.options.items())
    return PolicyRow(name, policy.question, options, policy.reason, _law(pack, policy))


def _facts(pack: Pack) -> Iterator[tuple[str, tuple[FactRow, ...]]]:
    groups: dict[str, list[FactRow]] = {}
    for name, fact in pack.facts.items():
        group = _OWNERS.get(name.partition(".")[0], _ENTRIES)
        assumed = None if fact.assume is None else value_text(pack, name, fact.assume)
        groups.setdefault(group, []).append(FactRow(fact.question, _answer_text(fact), assumed))
    for group, found in groups.items():
        yield group, tuple(found)


def _answer_text(fact: FactDeclaration) -> str:
    said = _FACT_TYPES[fact.type]
    if fact.options:
        said += f": {'; '.join(fact.options.values())}"
    return f"{said}, or “not yet”." if fact.not_yet else f"{said}."


# ---- versions ----------------------------------------------------------------------------------------------------


def _versions(pack: Pack) -> Iterator[VersionRow]:
    before: Version | None = None
    for version in pack.versions:
        changes = tuple(changes_between(pack, before, version)) if before else ()
        yield VersionRow(version.id, range_text(version), before.id if before else None, changes)
        before = version


def changes_between(pack: Pack, before: Version, after: Version) -> Iterator[Change]:
    """Every rule and term that a version adds, removes or changes."""
    old = {rule.id: rule_row(pack, before, rule) for rule in before.rules()}
    new = {rule.id: rule_row(pack, after, rule) for rule in after.rules()}
    old["covers-from"], new["covers-from"] = _covers_from_row(pack, before), _covers_from_row(pack, after)
    for rule_id, row in new.items():
        if rule_id not in old:
            yield Change("Added", row.title, rule_id, (f"{row.amount}.",) if row.amount else ())
        elif sentences := tuple(_differences(old[rule_id], row)):
            yield Change("Changed", row.title, rule_id, sentences)
    for rule_id, row in old.items():
        if rule_id not in new:
            yield Change("Removed", row.title, rule_id, (f"It said: {row.amount}.",) if row.amount else ())
    yield from _term_changes(before, after)


def _differences(old: RuleRow, new: RuleRow) -> Iterator[str]:
    if old.amount != new.amount:
        yield f"Before: {old.amount or 'no amount'}. Now: {new.amount or 'no amount'}."
    if (old.conditions, old.inside) != (new.conditions, new.inside):
        yield "To what it applies, or what it asks for, has changed."
    if (old.title, old.says, old.policy) != (new.title, new.says, new.policy):
        yield "Its wording has changed."
    if old.law.citation != new.law.citation:
        yield f"Cited before as {old.law.citation}, now as {new.law.citation}."
    if old.law.status != new.law.status:
        yield f"How sure it is: before {old.law.status_text.lower()}, now {new.law.status_text.lower()}."


def _term_changes(before: Version, after: Version) -> Iterator[Change]:
    for name, condition in after.definitions.items():
        if name not in before.definitions:
            yield Change("Added", f"the term “{term_text(name)}”", f"term-{name}")
        elif before.definitions[name] != condition:
            yield Change("Changed", f"the term “{term_text(name)}”", f"term-{name}")
    for name in before.definitions:
        if name not in after.definitions:
            yield Change("Removed", f"the term “{term_text(name)}”", f"term-{name}")
