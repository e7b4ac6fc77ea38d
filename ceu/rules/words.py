"""The words in which the engine speaks of amounts, limits and missing facts."""

from ceu.domain.minutes import hours_text
from ceu.rules.pack import Average, Limit, Quantity, Rule, Step

STATUS_LABELS = {
    "verified": "verified",
    "secondary": "from a secondary source",
    "assumed": "assumed",
    "unknown": "not known",
}
"""How sure a value of a pack is, in words."""

COLUMN_LABELS = {
    "activity": "what the time was spent on",
    "client_unit": "with whom (individual, couple, family, child or group)",
    "setting": "the setting",
    "supervisor": "the supervisor",
    "delivery": "how it took place (in person, video, phone)",
    "topic": "the topics",
    "approval": "the body that approved the course",
    "credit_kind": "the kind of credit",
    "course": "the course",
    "head_count": "how many people received supervision",
    "practicum": "whether it was gained in the practicum",
}


def quantity_text(amount: int, unit: str) -> str:
    """An amount in words: minutes are said in hours.

    >>> quantity_text(90, "minutes"), quantity_text(1, "weeks")
    ('1.5 hours', '1 week')
    """
    if unit == "minutes":
        return "1 hour" if amount == 60 else f"{hours_text(amount).removesuffix('.0')} hours"
    return f"{amount:,} {unit.removesuffix('s') if amount == 1 else unit}"


def more_text(amount: int, unit: str) -> str:
    """So much more of something, to begin a sentence.

    >>> more_text(60, "minutes"), more_text(150, "minutes"), more_text(3, "weeks")
    ('One more hour', '2.5 more hours', '3 more weeks')
    """
    number, _, name = quantity_text(amount, unit).partition(" ")
    return f"{'One' if number == '1' else number} more {name}"


def amount_text(amount: int, unit: str) -> str:
    """An amount without its unit."""
    return hours_text(amount).removesuffix(".0") if unit == "minutes" else f"{amount:,}"


def in_words(quantity: Quantity | None) -> str:
    """A quantity of a pack in words."""
    return "" if quantity is None else quantity_text(quantity.amount, quantity.unit)


def limit_text(rule: Limit) -> str:
    """What a limit allows."""
    if rule.once_per:
        return f"once per {rule.once_per}"
    if rule.per:
        return f"{in_words(rule.at_most)} a {rule.per}"
    if rule.in_any:
        return f"{in_words(rule.at_most)} in any {in_words(rule.in_any)}"
    return in_words(rule.at_most)


def why_lost(rule: Rule) -> str:
    """Why a rule takes minutes, with its citation: the pack's own words, else words made from its numbers."""
    match rule:
        case Step():
            why = (
                f"more than {in_words(rule.over)} in this week and setting need {in_words(rule.extra)} more of "
                f"supervision, which is missing."
            )
        case Average():
            why = f"the supervision at this setting does not cover it: one unit for every {in_words(rule.one_unit_per)}."
        case Limit():
            why = rule.lost or f"beyond the limit of {limit_text(rule)}."
        case _:
            why = getattr(rule, "lost", None) or (
                f"this week has less than {in_words(rule.value)} of supervision in this setting."
            )
    return f"{why} ({rule.citation})"


def missing_facts(rule: Rule, labels: list[str]) -> str:
    """Which facts a rule waits for."""
    if not labels:
        return f"{rule.title}: it depends on what follows, which is still open."
    return f"{rule.title}: missing is {' and '.join(labels)}."
