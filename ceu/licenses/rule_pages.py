"""What the page of a rule pack shows: a version turned into rows and words, and versions compared. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ceu.domain.dates import day_text
from ceu.licenses.rule_clauses import Clause, clause_of, subject_text, term_text, value_text
from ceu.licenses.rule_library import as_of_text, counts, range_text
from ceu.licenses.rule_words import (
    amount_text,
    conditions,
    consequences,
    cycle_text,
    kind_text,
    other_amounts,
    says,
)
from ceu.rules.pack import (
    Cited,
    Cycle,
    FactDeclaration,
    Grant,
    Pack,
    Policy,
    Requirement,
    Rule,
    Source,
    Step,
    Supervision,
    Version,
)
from ceu.rules.words import STATUS_LABELS, period_text

Link = tuple[str, str]
"""A place on the page and the words that lead to it."""

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


# ---- rows --------------------------------------------------------------------------------------------------------


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
class OtherAmount:
    """Another amount for the people of whom ``when`` holds."""

    amount: str
    when: Clause
    citation: str
    remark: str | None


@dataclass(frozen=True)
class Outcome:
    """What follows from a shortfall when the law is read in one way."""

    reading: str
    follows: str
    is_default: bool


@dataclass(frozen=True)
class RuleRow:
    """One rule in words: what it sets, what else it says, the conditions it makes, and its law.

    ``links`` lead to the rules it belongs to, raises or counts toward; ``options`` are the ways to meet it; ``policy``
    is the open point that decides what follows from it, and ``outcomes`` what follows under each reading.
    """

    id: str
    kind: str
    title: str
    amount: str | None
    law: Law
    says: tuple[str, ...] = ()
    conditions: tuple[tuple[str, Clause], ...] = ()
    others: tuple[OtherAmount, ...] = ()
    links: tuple[tuple[str, tuple[Link, ...]], ...] = ()
    policy: Link | None = None
    outcomes: tuple[Outcome, ...] = ()
    options: tuple["RuleRow", ...] = ()


@dataclass(frozen=True)
class Section:
    """Rules that are applied together. ``policies`` are the open points that bear on all of them."""

    anchor: str
    title: str
    intro: str
    rules: tuple[RuleRow, ...]
    conditions: tuple[tuple[str, Clause], ...] = ()
    policies: tuple[Link, ...] = ()


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


# ---- one pack ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _ByDigest:
    """A pack as a key of the cache: packs with the same digest say the same."""

    digest: str
    pack: Pack = field(compare=False)


def pack_page(pack: Pack, version: Version) -> PackPage:
    """A version of a pack in words, made once."""
    return _pack_page(_ByDigest(pack.digest, pack), version.id)


@lru_cache(maxsize=128)
def _pack_page(key: _ByDigest, version_id: str) -> PackPage:
    pack = key.pack
    version = next(version for version in pack.versions if version.id == version_id)
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
        counts=tuple((one.status, one.label.capitalize(), one.number) for one in counts(pack, version)),
        as_of=as_of_text(pack, version),
    )


def rows_of(page: PackPage) -> Iterator[RuleRow]:
    """Every rule of a page in the order in which it stands there, options after what they are options of."""
    for section in page.sections:
        for row in section.rules:
            yield from _with_options(row)


def _with_options(row: RuleRow) -> Iterator[RuleRow]:
    yield row
    for option in row.options:
        yield from _with_options(option)


def _sections(pack: Pack, version: Version) -> Iterator[Section]:
    """The rules in the order in which they are applied."""
    is_ce = pack.kind == "ce"
    supervision = version.supervision

    def rows(rules: Iterable[Rule]) -> tuple[RuleRow, ...]:
        return tuple(rule_row(pack, version, rule) for rule in rules)

    yield Section(
        "which-law",
        "Which law, and from when",
        _governed_text(pack),
        (_covers_from_row(pack, version),),
    )
    yield Section(
        "renewal-cycle",
        "The renewal cycle",
        "The stretch of time in which the credit for one renewal is earned.",
        (_cycle_row(pack, pack.cycle),) if pack.cycle else (),
    )
    yield Section(
        "section-admission",
        "What counts as continuing education" if is_ce else "Who may gain hours, where, and under whom",
        "Every entry is held against each of these. What fails one of them does not count; "
        "where a fact is missing, it cannot be told.",
        rows(version.gates),
    )
    units: tuple[Rule, ...] = (supervision.units,) if supervision and supervision.units else ()
    yield Section(
        "section-sessions",
        "Sessions, and what their time is worth",
        "What makes a session valid, and how its minutes are measured.",
        rows((*version.sessions, *version.conversions, *units)),
    )
    if supervision:
        yield _supervision_section(pack, version, supervision)
    yield Section(
        "section-limits",
        "Limits",
        "At most so much is credited. The limits are taken in this order, each on what the ones before left.",
        rows(version.limits),
        policies=_open_points(pack, version.order_policy),
    )
    yield Section(
        "section-grants",
        "Hours credited without entries",
        "Given to those to whom it applies, on top of what they log.",
        rows(version.grants),
    )
    yield Section(
        "section-requirements", "Requirements", "At least so much is asked.", _requirement_rows(pack, version)
    )
    yield Section(
        "duties-and-notes",
        "Duties and notes",
        "What no entry can show. It is kept here so that nothing of the law is lost.",
        rows(version.notes),
    )


def _supervision_section(pack: Pack, version: Version, supervision: Supervision) -> Section:
    contact: tuple[Rule, ...] = (*supervision.floors, *supervision.steps, *supervision.averages)
    period = period_text(supervision.per)
    every = "every" if supervision.per == "fortnight" else "each"
    where = " and setting" if supervision.where == "each_setting" else ""
    return Section(
        "section-supervision",
        f"Supervision in {every} {period}{where}",
        "Contact with a supervisor that hours must have had.",
        tuple(rule_row(pack, version, rule) for rule in contact),
        (("Needs no supervision", clause_of(pack, supervision.exempt)),),
        _open_points(pack, version.week_start_policy),
    )


def _requirement_rows(pack: Pack, version: Version) -> tuple[RuleRow, ...]:
    """Requirements in the order of the pack; options stand under the first that names them."""
    by_id = {rule.id: rule for rule in version.requirements}
    placed: set[str] = set()

    def row(rule: Requirement) -> RuleRow:
        placed.add(rule.id)
        below = [by_id[option] for option in rule.any_of if option not in placed]
        return rule_row(pack, version, rule, options=tuple(row(option) for option in below))

    return tuple(row(rule) for rule in version.requirements if rule.id not in version.options)


def _open_points(pack: Pack, *names: str | None) -> tuple[Link, ...]:
    return tuple((f"policy-{name}", pack.policies[name].question) for name in names if name)


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
        law=_law(pack, coverage),
    )


def _cycle_row(pack: Pack, cycle: Cycle) -> RuleRow:
    return RuleRow(
        id="cycle-length",
        kind="Cycle",
        title="How long a cycle is, and when it ends",
        amount=cycle_text(cycle),
        law=_law(pack, cycle),
    )


def rule_row(pack: Pack, version: Version, rule: Rule, options: tuple[RuleRow, ...] = ()) -> RuleRow:
    """One rule in words."""
    policy = getattr(rule, "policy", None)
    return RuleRow(
        id=rule.id,
        kind=kind_text(rule),
        title=rule.title,
        amount=amount_text(pack, version, rule),
        law=_law(pack, rule),
        says=tuple(says(pack, version, rule)),
        conditions=tuple(conditions(pack, rule)),
        others=tuple(OtherAmount(*other) for other in other_amounts(pack, rule)),
        links=tuple(_links(version, rule)),
        policy=_open_points(pack, policy)[0] if policy else None,
        outcomes=tuple(Outcome(*outcome) for outcome in consequences(pack, version, rule)),
        options=options,
    )


def _links(version: Version, rule: Rule) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """The rules that a rule names, each with its place on the page."""

    def to(*ids: str) -> tuple[Link, ...]:
        return tuple((each, version.by_id[each].title) for each in ids)

    if parent := getattr(rule, "inside", None):
        yield "Belongs to", to(parent)
    if isinstance(rule, Step) and version.supervision:
        yield "Raises", to(rule.floor or version.supervision.floors[0].id)
    if isinstance(rule, Grant):
        yield "Counts toward", to(*rule.to)
    if isinstance(rule, Requirement) and rule.any_of:
        yield "Met by", to(*rule.any_of)
    if parents := [each.id for each in version.requirements if rule.id in each.any_of]:
        yield "One of the ways to meet", to(*parents)


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
    yield from _whole_changes(pack, before, after)
    yield from _term_changes(before, after)


def _whole_changes(pack: Pack, before: Version, after: Version) -> Iterator[Change]:
    """What a version says beside its rules: which hours need no supervision, and which answers cannot all be true."""
    old, new = before.supervision, after.supervision
    if old and new and clause_of(pack, old.exempt) != clause_of(pack, new.exempt):
        yield Change("Changed", "the hours that need no supervision", "section-supervision")
    if [doubt.sentence for doubt in before.doubts] != [doubt.sentence for doubt in after.doubts]:
        yield Change("Changed", "the answers that cannot all be true", "what-is-asked")


def _differences(old: RuleRow, new: RuleRow) -> Iterator[str]:
    if old.amount != new.amount:
        yield f"Before: {old.amount or 'no amount'}. Now: {new.amount or 'no amount'}."
    if (old.conditions, old.links) != (new.conditions, new.links):
        yield "To what it applies, or what it asks for, has changed."
    if old.others != new.others:
        yield f"Other amounts for some: before {_others_text(old)}; now {_others_text(new)}."
    if (old.policy, old.outcomes) != (new.policy, new.outcomes):
        yield "What follows when it is missing has changed."
    if (old.title, old.says) != (new.title, new.says):
        yield "Its wording has changed."
    if old.law.citation != new.law.citation:
        yield f"Cited before as {old.law.citation}, now as {new.law.citation}."
    if old.law.status != new.law.status:
        yield f"How sure it is: before {old.law.status_text.lower()}, now {new.law.status_text.lower()}."


def _others_text(row: RuleRow) -> str:
    return ", ".join(other.amount.lower() for other in row.others) or "none"


def _term_changes(before: Version, after: Version) -> Iterator[Change]:
    for name, condition in after.definitions.items():
        if name not in before.definitions:
            yield Change("Added", f"the term “{term_text(name)}”", f"term-{name}")
        elif before.definitions[name] != condition:
            yield Change("Changed", f"the term “{term_text(name)}”", f"term-{name}")
    for name in before.definitions:
        if name not in after.definitions:
            yield Change("Removed", f"the term “{term_text(name)}”", f"term-{name}")
