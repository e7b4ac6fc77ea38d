"""How totals of an earlier log become input of the rules: measured where totals suffice, else said to be untold. Pure.

A total has no days. It is measured as one entry on the last day of its span, when no rule looks at less than the whole (a
period, a run of days, a single session) and the rules say the same of it on the first day as on the last. Everything else
is left out of the ledger and counted as undetermined, with the rule that cannot be answered: never credited by guess, and
never cut by one either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ceu.domain.dates import day_text
from ceu.rules.assessment import Assessment, Result
from ceu.rules.engine import assess, choose_version
from ceu.rules.facts import Facts
from ceu.rules.language import Bounds, Remainder, parts_of
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack, Requirement, Rule, Version
from ceu.rules.situation import Situation

FIRST_ID = -1_000_000
"""The id of the first total in a ledger, counting down; entries have positive ids, signed versions small negative ones."""

_WEEK = 7


@dataclass(frozen=True)
class Total:
    """Minutes of one activity in one setting from a day through another; ``is_signed`` by who supervised."""

    first: date
    last: date
    minutes: int
    activity: str
    client_unit: str | None
    setting: str
    supervisor: str
    practicum: bool
    is_signed: bool


@dataclass(frozen=True)
class Untold:
    """A total that cannot be measured: the rule that cannot be answered, and the sentence that says so."""

    total: Total
    rule: str
    sentence: str


def is_total(entry_id: int | str) -> bool:
    """Whether a row of a ledger is a total and no entry."""
    return isinstance(entry_id, int) and entry_id <= FIRST_ID


def sort_totals(
    pack: Pack, totals: Sequence[Total], facts: Facts, as_of: date, policies: Mapping[str, str]
) -> tuple[list[Total], list[Untold]]:
    """Which totals can be measured as they are, and which cannot be told, and why."""
    version = choose_version(pack, facts, as_of)
    if not totals or version is None:
        return list(totals), []
    rule = finest_rule(version, pack.choices(policies))
    if rule is not None:
        return [], [Untold(total, rule.id, _by_rule(total, rule)) for total in totals]
    ends = [assess(pack, ledger_of(totals, on=on), facts, as_of, policies) for on in ("first", "last")]
    measured, untold = [], []
    for place, total in enumerate(totals):
        outcomes = [(one.credited_minutes[place], one.undetermined_minutes[place]) for one in ends]
        if outcomes[0] == outcomes[1]:
            measured.append(total)
        else:
            untold.append(Untold(total, *_by_day(version, ends, place, total)))
    return measured, untold


def beside_totals(
    pack: Pack,
    ledger: Ledger,
    totals: Sequence[Total],
    facts: Facts,
    as_of: date,
    policies: Mapping[str, str],
) -> tuple[Ledger, list[Untold]]:
    """A ledger with the totals that can be measured under a pack, and those that cannot be told."""
    measured, untold = sort_totals(pack, totals, facts, as_of, policies)
    return with_totals(ledger, measured), untold


def finest_rule(version: Version, choices: Mapping[str, str]) -> Rule | None:
    """A rule that looks at less than a whole log: at a period, a run of days or a single session; None if there is none."""
    return next(_looking_closer(version, choices), None)


def _looking_closer(version: Version, choices: Mapping[str, str]) -> Iterator[Rule]:
    if version.supervision is not None:
        yield from (rule for rule in version.supervision.floors if rule.follows(choices) != "warn")
        yield from (rule for rule in version.supervision.steps if rule.follows(choices) != "warn")
    yield from version.sessions
    yield from (rule for rule in version.conversions if rule.whole)
    yield from (
        limit for limit in version.limits if limit.per or limit.in_any or limit.in_best or limit.once_per
    )
    for place, condition in version.conditions:
        if any(
            isinstance(part, Bounds | Remainder) and part.subject == "minutes" for part in parts_of(condition)
        ):
            yield next(
                (rule for at, rule in version.places if place[: len(at)] == at), version.requirements[0]
            )


def _by_rule(total: Total, rule: Rule) -> str:
    return f"“{rule.title}” looks at less than a whole span; {_span(total)} is known in total only, so this cannot be told."


def _by_day(version: Version, ends: Sequence[Assessment], place: int, total: Total) -> tuple[str, str]:
    """The rule by which the two ends of a span differ."""
    cuts = [cut.rule for one in reversed(ends) for cut in one.cuts.get(place, ())]
    reasons = [reason.rule for one in reversed(ends) for reason in one.reasons.get(place, ())]
    rule_id = next(iter(cuts + reasons), "")
    rule = version.by_id.get(rule_id)
    named = f"“{rule.title}”" if rule is not None else "The rules"
    return rule_id, (
        f"{named} reads differently on the first and on the last day of {_span(total)}, and totals do not say on which days "
        "the hours fell."
    )


def _span(total: Total) -> str:
    return f"the earlier log from {day_text(total.first)} through {day_text(total.last)}"


def ledger_of(totals: Sequence[Total], *, on: str = "last") -> Ledger:
    """Totals as rows of a ledger, each on its last (or first) day."""
    return Ledger.from_rows(_rows(totals, on))


def with_totals(ledger: Ledger, totals: Sequence[Total]) -> Ledger:
    """A ledger with these totals at its end."""
    for row in _rows(totals, "last"):
        ledger = ledger.with_row(row)
    return ledger


def _rows(totals: Sequence[Total], on: str) -> list[dict[str, Any]]:
    named = ("minutes", "activity", "client_unit", "setting", "supervisor", "practicum")
    return [
        {"id": FIRST_ID - number, "day": getattr(total, on), **{name: getattr(total, name) for name in named}}
        for number, total in enumerate(totals)
    ]


def told_apart(
    assessment: Assessment, pack: Pack, untold: Sequence[Untold], facts: Facts, policies: Mapping[str, str]
) -> Assessment:
    """The assessment when so much is not told: no requirement that these hours could meet is called short."""
    version = next((one for one in pack.versions if one.id == assessment.version_id), None)
    if version is None or not untold:
        return assessment
    totals = [one.total for one in untold]
    situation = Situation(
        version, ledger_of(totals), (facts,), pack.facts, assessment.as_of, pack.choices(policies)
    )
    return replace(
        assessment,
        requirements=tuple(
            _told(result, version.by_id.get(result.id), untold, situation)
            for result in assessment.requirements
        ),
    )


def _told(result: Result, rule: Rule | None, untold: Sequence[Untold], situation: Situation) -> Result:
    if not isinstance(rule, Requirement) or rule.confirmed is not None or rule.any_of:
        return result
    belongs = situation.belongs(rule.of, True).tolist()
    of_it = [one for one, may in zip(untold, belongs, strict=True) if may]
    if not of_it or result.answer == "met":
        return result
    more = _at_most(result, of_it)
    at_most = result.have_at_most + more if more is not None else max(result.have_at_most, result.need or 0)
    could_meet = result.need is not None and at_most >= result.need
    return replace(
        result,
        have_at_most=at_most,
        answer="cannot_tell" if could_meet else result.answer,
        reasons=(*result.reasons, *dict.fromkeys(one.sentence for one in of_it)),
    )


def _at_most(result: Result, untold: Sequence[Untold]) -> int | None:
    """How much these totals could add at most, in the requirement's own measure; None when that cannot be told either."""
    if result.unit == "minutes":
        return sum(one.total.minutes for one in untold)
    if result.unit == "weeks":
        spans = {(one.total.first, one.total.last) for one in untold}
        return sum((last - first).days // _WEEK + 2 for first, last in spans)
    return None
