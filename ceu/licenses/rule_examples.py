"""The cases that prove a pack, as examples to read: a short log, what is known, and what the rules say of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceu.adapters.rulecases import EVERYWHERE, Expected, Line, RuleCase
from ceu.domain.dates import day_text
from ceu.domain.minutes import clock_text, parse_minutes
from ceu.licenses.rule_clauses import subject_text, value_text
from ceu.rules.engine import choose_version
from ceu.rules.facts import NOT_YET
from ceu.rules.pack import Pack, Requirement, Rule, Version
from ceu.rules.words import quantity_text

_ANSWERS = {"met": "met", "short": "not met", "cannot_tell": "cannot be told"}
_SEVERITIES = {
    "lost": "lost",
    "mend": "can still be mended",
    "note": "remarked on",
    "cannot_tell": "cannot tell",
}
_EVERYWHERE_TITLES = {
    "version": "Which version governs",
    "coverage": "The first day that can be measured",
}
_EVERYWHERE_PLACES = {"version": "which-law", "coverage": "covers-from"}


@dataclass(frozen=True)
class Example:
    """One case: what is known, what is logged, and what the rules say of it."""

    name: str
    why: str | None
    as_of: str
    known: tuple[tuple[str, str], ...]
    readings: tuple[str, ...]
    log: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass(frozen=True)
class ExampleGroup:
    """The examples that try one rule; ``rule_id`` is its place on the page, None for worked examples of the whole."""

    anchor: str
    title: str
    rule_id: str | None
    examples: tuple[Example, ...]


def example_groups(pack: Pack, version: Version, cases: Iterable[RuleCase]) -> tuple[ExampleGroup, ...]:
    """The cases that a version governs: worked examples first, then rule by rule in the order of the pack.

    Cases that try which version governs are shown with every version.
    """
    found: dict[str | None, list[Example]] = {}
    for case in cases:
        if case.threshold == "version" or choose_version(pack, case.facts, case.as_of) is version:
            found.setdefault(case.threshold, []).append(_example(pack, version, case))
    order: list[str | None] = [None, *EVERYWHERE, *version.by_id]
    return tuple(_group(version, threshold, found[threshold]) for threshold in order if threshold in found)


def _group(version: Version, threshold: str | None, examples: list[Example]) -> ExampleGroup:
    if threshold is None:
        return ExampleGroup("examples-worked", "Worked examples", None, tuple(examples))
    title = _EVERYWHERE_TITLES.get(threshold) or version.by_id[threshold].title
    place = _EVERYWHERE_PLACES.get(threshold, threshold)
    return ExampleGroup(f"examples-{threshold}", title, place, tuple(examples))


def _example(pack: Pack, version: Version, case: RuleCase) -> Example:
    return Example(
        name=f"{case.name[:1].upper()}{case.name[1:]}",
        why=case.why,
        as_of=day_text(case.as_of),
        known=tuple(_known(pack, case)),
        readings=tuple(pack.policies[name].options[option] for name, option in case.policies.items()),
        log=tuple(_line_text(pack, case, line) for line in case.lines),
        expected=tuple(_expected(version, case)),
    )


# ---- what is known -----------------------------------------------------------------------------------------------


def _known(pack: Pack, case: RuleCase) -> Iterator[tuple[str, str]]:
    """The facts of the rules' own choosing that the case does not share with the others of its file."""
    for name, value in case.own_facts.get("person", {}).items():
        yield _fact(pack, f"person.{name}", value)
    for owner, of_owner in (("setting", "settings"), ("supervisor", "supervisors")):
        for who, facts in case.own_facts.get(of_owner, {}).items():
            for name, value in facts.items():
                label, said = _fact(pack, f"{owner}.{name}", value)
                yield f"{label} ({_name_of(case, of_owner, who)})", said


def _fact(pack: Pack, subject: str, value: Any) -> tuple[str, str]:
    label = subject_text(pack, subject)
    return f"{label[:1].upper()}{label[1:]}", _value_text(pack, subject, value)


def _value_text(pack: Pack, subject: str, value: Any) -> str:
    match value:
        case None:
            said = "not known"
        case date():
            said = day_text(value)
        case tuple() if not value:
            said = "none"
        case tuple():
            joined = " to " if isinstance(value[0], date | None) else ", "
            said = joined.join(_value_text(pack, subject, each) for each in value)
        case str() if value == NOT_YET:
            said = "not yet"
        case _:
            said = value_text(pack, subject, value)
    return said


def _name_of(case: RuleCase, owners: str, key: str) -> str:
    facts: Mapping[str, Mapping[str, Any]] = getattr(case.facts, owners)
    return str(facts.get(key, {}).get("name") or key)


# ---- what is logged ----------------------------------------------------------------------------------------------


def _line_text(pack: Pack, case: RuleCase, line: Line) -> str:
    """One line of a log: "28:00 Direct counseling on 2 Oct 2023 (individual), 99 times, every 7 days"."""
    activity = value_text(pack, "activity", line.entry["activity"])
    said = f"{clock_text(line.entry['minutes'])} {activity} on {day_text(line.entry['day'])}"
    details = [_detail(pack, case, name, value) for name, value in line.own.items() if name != "day"]
    if details:
        said += f" ({'; '.join(details)})"
    if line.times > 1:
        how_often = f", every {line.every} days" if line.every else " that day"
        said += f", {line.times} times{how_often}"
    return said


def _detail(pack: Pack, case: RuleCase, name: str, value: Any) -> str:
    match name, value:
        case "setting" | "supervisor", str():
            said = f"{name} {_name_of(case, f'{name}s', value)}"
        case "head_count", int():
            said = "1 person received it" if value == 1 else f"{value} people received it"
        case "practicum", bool():
            said = "in the practicum" if value else "not in the practicum"
        case "title", str():
            said = f"“{value}”"
        case _, None:
            said = f"{name.replace('_', ' ')} not given"
        case "client_unit" | "delivery", _:
            said = _value_text(pack, name, value).lower()
        case _:
            said = f"{name.replace('_', ' ')}: {_value_text(pack, name, value)}"
    return said


# ---- what the rules say ------------------------------------------------------------------------------------------


def _expected(version: Version, case: RuleCase) -> Iterator[str]:
    expect = case.expect
    for rule_id in dict.fromkeys((*expect.have, *expect.maximums, *expect.answers, *expect.uncounted)):
        yield _of_rule(version, case, rule_id)
    yield from _of_entries(version, expect)
    for rule_id, fix in expect.fix.items():
        yield f"What would mend “{_title(version, rule_id)}”: {fix or 'nothing is needed.'}"
    for fix in expect.findings or ():
        yield f"What is said of the week: {fix or 'nothing mends it.'}"
    if expect.severity:
        yield f"The week: {_SEVERITIES[expect.severity]}."
    if expect.good_until:
        yield f"Holds until {day_text(expect.good_until)}."


def _of_entries(version: Version, expect: Expected) -> Iterator[str]:
    if expect.credited is not None:
        yield f"Credited, line by line: {', '.join(map(_clock, expect.credited)) or 'nothing'}."
    for rule_id, amount in (expect.cut or {}).items():
        yield f"“{_title(version, rule_id)}” takes {_clock(amount)}."
    if expect.cut == {}:
        yield "No rule takes anything."
    if expect.undetermined is not None:
        yield f"{_clock(expect.undetermined)} cannot be told."


def _of_rule(version: Version, case: RuleCase, rule_id: str) -> str:
    expect, rule = case.expect, version.by_id.get(rule_id)
    said = []
    if rule_id in expect.have:
        said.append(_amount(rule, expect.have[rule_id]))
    if rule_id in expect.maximums:
        said.append(f"{_clock(expect.maximums[rule_id])} under it")
    if rule_id in expect.uncounted:
        said.append(f"{_clock(expect.uncounted[rule_id])} beyond it")
    if rule_id in expect.answers:
        said.append(_ANSWERS[expect.answers[rule_id]])
    return f"“{_title(version, rule_id)}”: {', '.join(said)}."


def _title(version: Version, rule_id: str) -> str:
    rule = version.by_id.get(rule_id)
    return rule.title if rule else rule_id


def _amount(rule: Rule | None, amount: str | int) -> str:
    unit = rule.unit if isinstance(rule, Requirement) else None
    if isinstance(amount, int) and unit not in {None, "minutes"}:
        return quantity_text(amount, str(unit))
    return _clock(amount)


def _clock(amount: str | int) -> str:
    """Minutes as hours and minutes, however the case writes them."""
    return clock_text(amount if isinstance(amount, int) else parse_minutes(amount))
