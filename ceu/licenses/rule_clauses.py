"""The conditions of a pack in words, as a tree of short sentences that a reader can hold beside the statute."""

from dataclasses import dataclass
from datetime import date

from ceu.domain.dates import day_text
from ceu.domain.experience import ACTIVITY_LABELS, CLIENT_UNIT_LABELS, DELIVERY_LABELS
from ceu.licenses.words import (
    APPROVAL_BODY_LABELS,
    CREDIT_KIND_LABELS,
    DELIVERY_LABELS as COURSE_DELIVERY_LABELS,
    TOPIC_LABELS,
)
from ceu.rules.language import (
    All,
    Anchor,
    Any_,
    Bounds,
    Condition,
    Is,
    Known,
    Named,
    Not,
    Remainder,
    When,
    Within,
)
from ceu.rules.pack import EVERYTHING, Pack
from ceu.rules.words import COLUMN_LABELS, quantity_text

_SUBJECTS = {
    **COLUMN_LABELS,
    "day": "the day",
    "minutes": "how long it lasted",
    "as_of": "the day on which the rules are applied",
}
_VALUES: dict[str, dict[str, str]] = {
    "activity": {**ACTIVITY_LABELS, **CREDIT_KIND_LABELS},
    "client_unit": CLIENT_UNIT_LABELS,
    "delivery": {**COURSE_DELIVERY_LABELS, **DELIVERY_LABELS},
    "topic": TOPIC_LABELS,
    "approval": APPROVAL_BODY_LABELS,
}
_ORDERS = {"before": "before", "until": "on or before", "from": "on or after", "after": "after"}
_SHIFTED_ORDERS = {
    "before": "earlier than",
    "until": "no later than",
    "from": "no earlier than",
    "after": "later than",
}


@dataclass(frozen=True)
class Clause:
    """A condition in words; ``anchor`` is where the term or the reading it names stands on the page."""

    text: str
    anchor: str | None = None
    parts: tuple["Clause", ...] = ()


def term_text(name: str) -> str:
    """The name of a definition as a reader sees it.

    >>> term_text("individual_or_triadic")
    'individual or triadic'
    """
    return name.replace("_", " ")


def value_text(pack: Pack, subject: str, value: str | bool | int) -> str:
    """A value of an attribute in words: the pack's own, else those of the field."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    fact = pack.facts.get(subject)
    options = (fact.options if fact else None) or _VALUES.get(subject, {})
    return options.get(str(value), term_text(str(value)))


def clause_of(pack: Pack, condition: Condition) -> Clause:
    """A condition in words."""
    match condition:
        case Named(name):
            return _term(name)
        case All(parts):
            return Clause("All of these:", parts=tuple(clause_of(pack, part) for part in parts))
        case Any_(parts):
            return Clause("At least one of these:", parts=tuple(clause_of(pack, part) for part in parts))
        case Not(part):
            return _not(pack, part)
        case Is():
            return _is(pack, condition)
        case _:
            return Clause(_said(pack, condition.subject, _compared_text(pack, condition)))


def subject_text(pack: Pack, subject: str) -> str:
    """The words people see for an attribute."""
    declared = pack.facts.get(subject)
    return declared.label if declared else _SUBJECTS.get(subject, term_text(subject))


def _said(pack: Pack, subject: str, what: str) -> str:
    label = subject_text(pack, subject)
    return f"{label[:1].upper()}{label[1:]}: {what}"


def _term(name: str, *, before: str = "") -> Clause:
    if name == EVERYTHING.name:
        return Clause(f"{before}{name}")
    return Clause(f"{before}{term_text(name)}", anchor=f"term-{name}")


def _not(pack: Pack, part: Condition) -> Clause:
    match part:
        case Named(name):
            return _term(name, before="not ")
        case Is():
            return _is(pack, part, before="not ")
        case _:
            return Clause("This does not hold:", parts=(clause_of(pack, part),))


def _is(pack: Pack, condition: Is, *, before: str = "") -> Clause:
    owner, _, name = condition.subject.partition(".")
    if owner == "policy":
        return _reading(pack, name, condition, before)
    values = _either([value_text(pack, condition.subject, value) for value in condition.values])
    return Clause(_said(pack, condition.subject, f"{before}{values}"))


def _reading(pack: Pack, name: str, condition: Is, before: str) -> Clause:
    """That a reading was taken: a reader must see whether it is the default."""
    policy = pack.policies[name]
    options = _either([f"“{policy.options[str(value)]}”" for value in condition.values])
    is_default = (policy.default in condition.values) is not bool(before)
    said = f"{policy.question} Holds if the reading taken is {before}{options}"
    return Clause(f"{said} ({'the default' if is_default else 'not the default'}).", anchor=f"policy-{name}")


def _either(texts: list[str]) -> str:
    if len(texts) < 3:
        return " or ".join(texts)
    return f"{'; '.join(texts[:-1])}; or {texts[-1]}"


def _compared_text(pack: Pack, condition: Bounds | Remainder | Known | When | Within) -> str:
    match condition:
        case Remainder(_, by, leaves):
            return f"divided by {by} leaves {leaves}"
        case Bounds():
            return _bounds_text(condition)
        case Known():
            return "given"
        case When():
            orders = _SHIFTED_ORDERS if condition.anchor.shift else _ORDERS
            return f"{orders[condition.order]} {_anchor_text(pack, condition.anchor)}"
        case Within():
            return _within_text(pack, condition)


def _bounds_text(bounds: Bounds) -> str:
    def text(number: int) -> str:
        return quantity_text(number, "minutes") if bounds.subject == "minutes" else f"{number:,}"

    if bounds.at_least is not None and bounds.at_least == bounds.at_most:
        return f"exactly {text(bounds.at_least)}"
    said = []
    if bounds.at_least is not None:
        said.append(f"at least {text(bounds.at_least)}")
    if bounds.at_most is not None:
        said.append(f"at most {text(bounds.at_most)}")
    return " and ".join(said)


def _anchor_text(pack: Pack, anchor: Anchor) -> str:
    said = day_text(anchor.of) if isinstance(anchor.of, date) else subject_text(pack, anchor.of)
    if anchor.otherwise:
        said += f" (until that is known: {subject_text(pack, anchor.otherwise)})"
    if anchor.end_of_month:
        said = f"the end of the month of {said}"
    if anchor.shift:
        length = quantity_text(anchor.shift.amount, anchor.shift.unit)
        said = f"{length} {'before' if anchor.backward else 'after'} {said}"
    return said


def _within_text(pack: Pack, within: Within) -> str:
    said = f"within {subject_text(pack, within.periods)}"
    if within.lapse_under:
        said += f"; a gap of fewer than {within.lapse_under} days between two of them"
        if within.followed_by:
            said += f", or between one and {subject_text(pack, within.followed_by)},"
        said += " is allowed"
    return said
