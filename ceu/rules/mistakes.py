"""What is wrong with a pack that its models cannot see: names that lead nowhere, ids given twice, overlapping versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ceu.rules.language import OWNERS, Condition, When, names, parts_of, subjects
from ceu.rules.pack import (
    EVERYTHING,
    Cited,
    Consequences,
    Grant,
    Pack,
    Place,
    Requirement,
    Rule,
    Step,
    Version,
)


@dataclass(frozen=True)
class Mistake:
    """A place in a pack that refers to something that is not there."""

    place: Place
    what: str
    remedy: str


def mistakes(pack: Pack) -> Iterator[Mistake]:
    """Everything in a pack that refers to a name the pack does not have, or gives a name twice."""
    for place, cited in _cited(pack):
        for source in cited.source:
            if source not in pack.sources:
                yield Mistake(
                    (*place, "source"),
                    f"The source “{source}” is not in the list of sources.",
                    f"Add it under sources, or use one of {', '.join(pack.sources)}.",
                )
    yield from _gaps(pack)
    for index, version in enumerate(pack.versions):
        yield from _in_version(pack, version, ("versions", index))
        ended = pack.versions[index - 1].ends if index else date.min
        if ended is None or ended >= version.begins:
            yield Mistake(
                ("versions", index, "begins"),
                "This version begins before the one above it ends.",
                "List versions oldest first and end each on the day before the next begins.",
            )


def _gaps(pack: Pack) -> Iterator[Mistake]:
    for index, gap in enumerate(pack.gaps):
        held = [v for v in pack.versions if v.begins <= gap.ends and (v.ends is None or gap.begins <= v.ends)]
        if held or gap.ends < gap.begins:
            yield Mistake(
                ("gaps", index, "begins"),
                "This gap is no time between two versions.",
                "Begin it on the day after a version ends and end it on the day before the next begins.",
            )


def _cited(pack: Pack) -> Iterator[tuple[Place, Cited]]:
    for name, policy in pack.policies.items():
        yield ("policies", name), policy
    if pack.cycle:
        yield ("cycle",), pack.cycle
    for index, gap in enumerate(pack.gaps):
        yield ("gaps", index), gap
    for index, version in enumerate(pack.versions):
        yield ("versions", index, "covers_from"), version.covers_from
        for place, rule in version.places:
            yield ("versions", index, *place), rule


def _in_version(pack: Pack, version: Version, at: Place) -> Iterator[Mistake]:
    seen: set[str] = set()
    for place, rule in version.places:
        if rule.id in seen:
            yield Mistake(
                (*at, *place, "id"),
                f"The id “{rule.id}” is used twice.",
                "Every rule of a version needs an id of its own.",
            )
        seen.add(rule.id)
    for place, rule in version.places:
        yield from _references(pack, version, rule, seen, (*at, *place))
        if isinstance(rule, Consequences) and rule.policy:
            yield from _policy(pack, rule.policy, (*at, *place))
            yield from _consequences(pack, rule, rule.policy, (*at, *place))
    for part in ("order_policy", "week_start_policy"):
        if policy := getattr(version, part):
            yield from _policy(pack, policy, (*at, part))
    for place, condition in version.conditions:
        yield from _condition(pack, version, condition, (*at, *place))


def _references(pack: Pack, version: Version, rule: Rule, seen: set[str], at: Place) -> Iterator[Mistake]:
    """Rules that name other rules."""
    requirements = {requirement.id for requirement in version.requirements}
    listed = ", ".join(requirement.id for requirement in version.requirements)
    parent = getattr(rule, "inside", None)
    if parent and parent not in seen:
        yield Mistake(
            (*at, "inside"),
            f"There is no rule “{parent}” to be inside of.",
            f"Use the id of a requirement: {listed}.",
        )
    if isinstance(rule, Requirement) and rule.confirmed is not None:
        yield from _confirmed(pack, rule.confirmed, at)
    named = {"to": rule.to} if isinstance(rule, Grant) else {}
    if isinstance(rule, Requirement):
        named = {"any_of": rule.any_of}
    for part, ids in named.items():
        for unknown in sorted(set(ids) - requirements):
            yield Mistake(
                (*at, part),
                f"There is no requirement “{unknown}”.",
                f"Use the id of a requirement: {listed}.",
            )
    floors = [each.id for each in version.supervision.floors] if version.supervision else []
    if isinstance(rule, Step) and rule.floor not in (*floors, *([None] if floors else [])):
        yield Mistake(
            (*at, "floor"),
            f"There is no floor “{rule.floor}” to add to." if rule.floor else "There is no floor to add to.",
            f"Use one of {', '.join(floors)}." if floors else "Write floors before steps.",
        )


def _confirmed(pack: Pack, condition: Condition, at: Place) -> Iterator[Mistake]:
    """A day that has not come is later than every other, and must not confirm that something was done."""
    comparisons = [part for part in parts_of(condition) if isinstance(part, When)]
    bounded = {part.subject for part in comparisons if part.order in ("before", "until")}
    for subject in dict.fromkeys(part.subject for part in comparisons):
        if subject not in bounded and subject in pack.facts and pack.facts[subject].not_yet:
            yield Mistake(
                (*at, "confirmed"),
                f"“{subject}” may not have come yet, and would then confirm this by lying ahead.",
                "Add until: as_of to the comparison, or declare the fact without not_yet.",
            )


def _policy(pack: Pack, policy: str, place: Place) -> Iterator[Mistake]:
    if policy not in pack.policies:
        yield Mistake(
            place,
            f"There is no policy “{policy}”.",
            f"Add it under policies, or use one of {', '.join(pack.policies)}.",
        )


def _consequences(pack: Pack, rule: Consequences, policy: str, place: Place) -> Iterator[Mistake]:
    options = set(pack.policies[policy].options) if policy in pack.policies else set(rule.consequences)
    if options != set(rule.consequences):
        yield Mistake(
            (*place, "consequences"),
            "The consequences do not match the options of the policy.",
            f"Write one consequence for each of {', '.join(sorted(options))}.",
        )


def _condition(pack: Pack, version: Version, condition: Condition, place: Place) -> Iterator[Mistake]:
    for name in names(condition):
        if name not in version.definitions and name != EVERYTHING.name:
            yield Mistake(
                place,
                f"There is no definition “{name}”.",
                f"Add it under definitions, or use one of {', '.join(version.definitions)}.",
            )
    for subject in subjects(condition):
        owner, dot, name = subject.partition(".")
        known = pack.policies if owner == "policy" else pack.facts
        key = name if owner == "policy" else subject
        if dot and owner in OWNERS and key not in known:
            yield Mistake(
                place,
                f"“{subject}” is not declared.",
                f"Declare it under {'policies' if owner == 'policy' else 'facts'} with the words people see.",
            )
