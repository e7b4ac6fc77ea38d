"""What a rule of a pack says in plain words: its amount, what follows from it, the conditions it makes. Pure."""

from collections.abc import Iterator
from datetime import date

from ceu.domain.experience import ACTIVITY_LABELS
from ceu.licenses.rule_clauses import Clause, clause_of, subject_text, term_text
from ceu.rules.pack import (
    EVERYTHING,
    Average,
    Consequence,
    Consequences,
    Conversion,
    Cycle,
    Floor,
    Gate,
    Grant,
    Limit,
    Note,
    Pack,
    Requirement,
    Rule,
    Step,
    Supervision,
    Units,
    Version,
)
from ceu.rules.words import (
    conversion_text,
    each_period_text,
    every_text,
    in_words,
    length_text,
    limit_text,
    period_text,
    periods_text,
    quantity_text,
)

UNKNOWN_AMOUNT = "The amount is not known"

_CYCLE_ENDS = {
    "expiration": "on the license’s expiration date",
    "birth_month": "on the last day of the month of birth",
    "anniversary": "on the day before the anniversary of the license’s issue",
}
_CYCLE_YEARS = {
    "odd": " of odd years",
    "even": " of even years",
    "parity_of_issue": " of odd years for a license issued in an odd year, of even years for others",
}
_DISTINCT = {
    "course": "Each course counts once.",
    "setting": "Each setting counts once.",
    "supervisor": "Each supervisor counts once.",
    "client": "Each client counts once.",
    "day": "Each day counts once.",
}


def kind_text(rule: Rule) -> str:
    """What kind of rule it is."""
    match rule:
        case Requirement():
            return "Requirement"
        case Limit():
            return "Limit"
        case Grant():
            return "Grant"
        case Conversion():
            return "Conversion"
        case Note():
            return "Duty" if rule.kind == "duty" else "Note"
        case _:
            return "Condition"


# ---- amounts -----------------------------------------------------------------------------------------------------


def amount_text(pack: Pack, version: Version, rule: Rule) -> str | None:
    """What the rule sets, with its unit; None for a rule without an amount."""
    said = None
    match rule:
        case Limit():
            said = _limit_amount(rule)
        case Requirement():
            said = _requirement_amount(rule)
        case Grant():
            said = _grant_amount(pack, rule)
        case Conversion():
            said = conversion_text(rule)
        case Units():
            said = _units_amount(rule)
        case Note() if rule.caseload:
            said = f"At most {in_words(rule.caseload.at_most)} at a time"
        case Floor() | Step() | Average() if version.supervision:
            said = _contact_amount(version.supervision, rule)
    return said


def _limit_amount(rule: Limit) -> str:
    if rule.once_per:
        return limit_text(rule).capitalize()
    if rule.in_best or rule.only_from:
        return f"Only {limit_text(rule)}"
    if rule.amount is None:
        return UNKNOWN_AMOUNT
    return f"At most {limit_text(rule)}" if rule.amount else "None of it is credited"


def _requirement_amount(rule: Requirement) -> str:
    if rule.confirmed is not None:
        return f"To be confirmed: {rule.noun.rstrip(',')}"
    if rule.any_of:
        return f"{rule.how_many} of {len(rule.any_of)} ways, named below"
    if rule.value is None:
        return UNKNOWN_AMOUNT
    said = f"At least {in_words(rule.value)} {rule.noun}"
    return f"{said} {every_text(rule.for_every)}" if rule.for_every else said


def _grant_amount(pack: Pack, rule: Grant) -> str:
    if rule.add:
        return f"{in_words(rule.add)} without entries"
    said = f"As many hours as this says: {subject_text(pack, str(rule.add_hours_of))}"
    return f"{said}; at most {in_words(rule.at_most)}" if rule.at_most else said


def _units_amount(rule: Units) -> str:
    kinds = [f"{length_text(minutes)} of {_activity_text(name)}" for name, minutes in rule.minutes.items()]
    return f"One unit is {', or '.join(kinds)}"


def _contact_amount(supervision: Supervision, rule: Floor | Step | Average) -> str:
    """How much contact with a supervisor is asked, in which period and where."""
    where = " and setting" if supervision.where == "each_setting" else ""
    period = f"{period_text(supervision.per)}{where}"
    match rule:
        case Floor():
            each = f"each {period}" if supervision.per != "fortnight" else f"every {period}"
            return f"At least {_floor_text(rule)} in {each} with credited hours"
        case Step():
            article = "" if supervision.per == "fortnight" else "a "
            return f"{in_words(rule.extra)} more where over {in_words(rule.over)} are performed in {article}{period}"
        case Average():
            one = "one unit" if supervision.units else "one hour"
            across = "at a setting" if rule.across == "setting" else "anywhere"
            return f"On average {one} for every {_one_per_text(rule)} performed {across}"


def _one_per_text(rule: Average) -> str:
    return "hour" if rule.one_unit_per.amount == 60 else in_words(rule.one_unit_per)


def _floor_text(rule: Floor) -> str:
    """How much a floor asks: "2 meetings of supervision (each of at least 1 hour; in different weeks)"."""
    said = f"{in_words(rule.at_least)} {rule.noun}"
    qualities = []
    if rule.each:
        qualities.append(f"each of at least {in_words(rule.each)}")
    if rule.in_different_weeks:
        qualities.append("in different weeks")
    return f"{said} ({'; '.join(qualities)})" if qualities else said


def _activity_text(name: str) -> str:
    return ACTIVITY_LABELS.get(name, term_text(name)).lower()


def cycle_text(cycle: Cycle) -> str:
    """How long a renewal cycle is and when it ends."""
    if cycle.day:
        day = date.fromisoformat(f"2000-{cycle.day}")
        ends = f"on {day.day} {day:%B}"
    else:
        ends = _CYCLE_ENDS[cycle.ends]
    return f"{in_words(cycle.length)}, ending {ends}{_CYCLE_YEARS.get(cycle.years, '')}"


# ---- what follows ------------------------------------------------------------------------------------------------


def consequences(pack: Pack, version: Version, rule: Rule) -> tuple[tuple[str, str, bool], ...]:
    """What follows from a shortfall under each reading of the law: the reading, what follows, whether it is the default.

    Empty where the law itself says what follows.
    """
    if not isinstance(rule, Consequences) or not rule.policy or not version.supervision:
        return ()
    policy = pack.policies[rule.policy]
    return tuple(
        (text, _what_follows(version.supervision, rule, rule.consequences[option]), option == policy.default)
        for option, text in policy.options.items()
    )


def _what_follows(supervision: Supervision, rule: Rule, consequence: Consequence) -> str:
    """What becomes of the hours when contact is missing."""
    period = period_text(supervision.per)
    here = f"that {period}" if supervision.per != "fortnight" else f"those {period}"
    if supervision.where == "each_setting":
        here += " in that setting"
    match rule, consequence:
        case Average(), "warn":
            return "Where the supervision is less, the hours count, and the page says so."
        case Average(), "cap":
            return "Only the hours that the supervision covers count."
        case Average(), "forfeit":
            return "Where the supervision is less, none of these hours counts."
        case _, "warn":
            return f"Without it, the hours of {here} count, and the page says so."
        case Step(), "cap":
            return f"Without it, only the first {in_words(rule.over)} of {here} count."
        case _:
            such = "no hour" if getattr(rule, "applies", EVERYTHING) == EVERYTHING else "no such hour"
            return f"Without it, {such} of {here} counts."


def says(pack: Pack, version: Version, rule: Rule) -> Iterator[str]:
    """What else the rule says, in whole sentences."""
    match rule:
        case Note():
            yield rule.text
            if rule.caseload and rule.caseload.across == "jurisdiction":
                yield "It is counted over all licenses of the jurisdiction."
        case Gate():
            yield f"What fails it does not count: {rule.lost}"
        case Conversion() if rule.whole:
            yield f"Only whole blocks of {length_text(rule.minutes)} count."
        case Floor() | Step() | Average():
            yield from _contact_says(pack, version, rule)
        case Limit():
            yield from _limit_says(rule)
        case Grant() if rule.status == "unknown":
            yield "While it is not known, nothing is granted."
        case Requirement():
            yield from _requirement_says(version, rule)


def _contact_says(pack: Pack, version: Version, rule: Floor | Step | Average) -> Iterator[str]:
    if version.supervision and not rule.policy:
        yield _what_follows(version.supervision, rule, rule.consequence)
    if isinstance(rule, Average) and version.supervision:
        where = "at the setting" if rule.across == "setting" else "of all settings together"
        periods = periods_text(version.supervision.per)
        yield (
            f"The average runs over all {periods} {where} that had what each of them needs."
            if version.supervision.floors
            else f"The average runs over all {periods} {where}."
        )


def _limit_says(rule: Limit) -> Iterator[str]:
    if rule.amount is None and not (rule.once_per or rule.in_best or rule.only_from):
        yield "While it is not known, nothing beyond what is certain is credited."
    if rule.lost:
        yield f"What it takes does not count: {rule.lost}"


def _requirement_says(version: Version, rule: Requirement) -> Iterator[str]:
    if rule.value is None:
        yield "While it is not known, it cannot be told whether the requirement is met."
    if rule.span:
        yield "Measured from the first credited entry to the last."
    if rule.distinct:
        yield _DISTINCT[rule.distinct]
    if rule.periods:
        yield _period_says(version, rule)
    if rule.counting == "admitted":
        yield "An entry counts toward it even where a limit keeps it from being credited otherwise."


def _period_says(version: Version, rule: Requirement) -> str:
    assert rule.periods
    period = period_text(rule.periods.each)
    asked = []
    if rule.periods.minutes:
        asked.append(f"at least {in_words(rule.periods.minutes)} are credited in it")
    if rule.periods.units:
        anywhere = version.supervision is not None and version.supervision.where == "anywhere"
        in_setting = "" if anywhere else " in a setting with credited hours"
        asked.append(
            f"it has {quantity_text(rule.periods.units, 'units')} of supervision{in_setting} in that {period}"
        )
    what = " and ".join(asked) or "something is credited in it"
    return f"{'Two weeks count' if rule.periods.each == 'fortnight' else f'A {period} counts'} when {what}."


# ---- conditions --------------------------------------------------------------------------------------------------

_LABELS = {
    "applies": "Applies to",
    "only_if": "Counts only if",
    "performed": "Performed hours are",
    "of": "What counts toward it",
    "when": "Granted if",
    "confirmed": "Confirmed if",
    "satisfied_if": "Already met if",
}
_LABELS_OF: dict[type[Rule], dict[str, str]] = {
    Limit: {"of": "What it limits"},
    Conversion: {"of": "Applies to"},
    # These speak of the person, not of entries.
    Requirement: {"applies": "Applies if"},
    Note: {"applies": "Applies if"},
}


def conditions(pack: Pack, rule: Rule) -> Iterator[tuple[str, Clause]]:
    """The conditions a rule makes, each with the words before it; what holds for everything is not said."""
    for part, label in (_LABELS | _LABELS_OF.get(type(rule), {})).items():
        condition = getattr(rule, part, None)
        if condition is not None and condition != EVERYTHING:
            yield label, clause_of(pack, condition)
    if isinstance(rule, Requirement) and rule.periods and rule.periods.of != EVERYTHING:
        yield "The units come from", clause_of(pack, rule.periods.of)
    if isinstance(rule, Limit | Requirement) and rule.for_every:
        yield "Measured against", clause_of(pack, rule.for_every.of)
    if isinstance(rule, Note) and rule.caseload and rule.caseload.of != EVERYTHING:
        yield "Who is one of them", clause_of(pack, rule.caseload.of)


def other_amounts(pack: Pack, rule: Rule) -> Iterator[tuple[str, Clause, str, str | None]]:
    """Other amounts for other people: the amount, for whom, the citation, and what else is known."""
    if isinstance(rule, Limit | Requirement):
        most = "At most" if isinstance(rule, Limit) else "At least"
        for instead in rule.instead:
            said = f"{most} {in_words(instead.amount)}"
            if isinstance(rule, Limit) and rule.per:
                said += f" {each_period_text(rule.per)}"
            yield said, clause_of(pack, instead.when), instead.citation, instead.remark
