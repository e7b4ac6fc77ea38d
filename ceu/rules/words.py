"""The words in which the engine speaks of amounts, limits and missing facts."""

from ceu.domain.minutes import hours_text, log_hours_text
from ceu.rules.language import Named
from ceu.rules.pack import Average, Conversion, Every, Floor, Limit, Pack, Quantity, Rule, Step, Supervision

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
    "client": "the client",
    "head_count": "how many people received supervision",
    "practicum": "whether it was gained in the practicum",
}


_SINGULAR = {"entries": "entry", "options": "of these", "confirmations": "confirmation"}
_PLURAL = {"options": "of these"}
PERIOD_NAMES = {
    "fortnight": "two weeks",
    "quarter": "calendar quarter",
    "half_year": "half-year",
    "year": "calendar year",
    "year_of_experience": "year of experience",
    "year_of_cycle": "year of the cycle",
}
"""Periods that people call otherwise than the packs do."""


def period_text(period: str) -> str:
    """A period as people call it."""
    return PERIOD_NAMES.get(period, period)


def periods_text(period: str) -> str:
    """Several periods, as people call them.

    >>> periods_text("month"), periods_text("year_of_experience"), periods_text("fortnight")
    ('months', 'years of experience', 'pairs of weeks')
    """
    if period == "fortnight":
        return "pairs of weeks"
    first, _, rest = period_text(period).partition(" of ")
    return f"{first}s of {rest}" if rest else f"{first}s"


def each_period_text(period: str) -> str:
    """How often: "a week", "in two weeks", "a year of experience".

    >>> each_period_text("week"), each_period_text("fortnight")
    ('a week', 'in two weeks')
    """
    return "in two weeks" if period == "fortnight" else f"a {period_text(period)}"


def length_text(minutes: int) -> str:
    """How long something lasts: short or odd lengths in minutes, others in hours.

    >>> length_text(50), length_text(60), length_text(90)
    ('50 minutes', '1 hour', '1.5 hours')
    """
    if minutes < 60 or minutes % 30:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return quantity_text(minutes, "minutes")


def every_text(every: Every) -> str:
    """What an amount is in proportion to: "for every 40 hours of work", "for every month with practice".

    A condition that has no name is spoken of as what the amount is measured against.
    """
    what = every.of.name.replace("_", " ") if isinstance(every.of, Named) else "what it is measured against"
    number, _, unit = in_words(every.amount).partition(" ")
    said = unit if number == "1" else f"{number} {unit}"
    return f"for every {said} {'of' if every.amount.unit == 'minutes' else 'with'} {what}"


LOGGED = "logged minutes"
"""The unit in which sentences speak of minutes of a log: hours and minutes, never tenths of an hour."""


def spoken_unit(pack: Pack, unit: str) -> str:
    """How sentences speak of a unit: credit in tenths of hours, as certificates do; a log of experience as logs do."""
    return LOGGED if unit == "minutes" and pack.kind == "experience" else unit


def quantity_text(amount: int, unit: str) -> str:
    """An amount in words: minutes are said in hours, and minutes of a log (see ``spoken_unit``) as logs write them.

    >>> quantity_text(90, "minutes"), quantity_text(90, LOGGED), quantity_text(1, "weeks")
    ('1.5 hours', '1:30 hours', '1 week')
    """
    if unit in ("minutes", LOGGED):
        return "1 hour" if amount == 60 else f"{amount_text(amount, unit)} hours"
    singular = _SINGULAR.get(unit, unit.removesuffix("s"))
    return f"{amount:,} {singular if amount == 1 else _PLURAL.get(unit, unit)}"


def more_text(amount: int, unit: str) -> str:
    """So much more of something, to begin a sentence.

    >>> more_text(60, "minutes"), more_text(150, "minutes"), more_text(3, "weeks")
    ('One more hour', '2.5 more hours', '3 more weeks')
    """
    number, _, name = quantity_text(amount, unit).partition(" ")
    return f"{'One' if number == '1' else number} more {name}"


def amount_text(amount: int, unit: str) -> str:
    """An amount without its unit."""
    if unit == LOGGED:
        return log_hours_text(amount)
    return hours_text(amount).removesuffix(".0") if unit == "minutes" else f"{amount:,}"


def in_words(quantity: Quantity | None) -> str:
    """A quantity of a pack in words."""
    return "" if quantity is None else quantity_text(quantity.amount, quantity.unit)


def limit_text(rule: Limit) -> str:
    """What a limit allows."""
    if rule.once_per:
        return f"once per {rule.once_per}"
    if rule.in_best:
        return f"what lies within the {in_words(rule.in_best)} in a row that hold the most"
    if rule.only_from:
        return f"what came from the {in_words(rule.only_from)} with the most hours"
    said = in_words(rule.at_most)
    if rule.for_every:
        said += f" {every_text(rule.for_every)}"
    if rule.per:
        said += f" {each_period_text(rule.per)}"
    if rule.in_any:
        said += f" in any {in_words(rule.in_any)}"
    return said


def why_lost(rule: Rule, supervision: Supervision | None) -> str:
    """Why a rule takes minutes, with its citation: the pack's own words, else words made from its numbers.

    ``supervision`` says in which periods, and where, contact is owed.
    """
    period = period_text(supervision.per) if supervision else ""
    by_setting = supervision is not None and supervision.where == "each_setting"
    match rule:
        case Step():
            why = (
                f"more than {in_words(rule.over)} in this {period}{' and setting' if by_setting else ''} need "
                f"{in_words(rule.extra)} more of supervision, which is missing."
            )
        case Average():
            where = " at this setting" if rule.across == "setting" else ""
            why = (
                f"the supervision{where} does not cover it: one unit for every {in_words(rule.one_unit_per)}."
            )
        case Floor():
            where = " in this setting" if by_setting else ""
            why = f"this {period} has less than {in_words(rule.value)} {rule.noun}{where}."
        case Conversion():
            why = f"{conversion_text(rule)}."
        case Limit():
            why = rule.lost or f"beyond the limit of {limit_text(rule)}."
        case _:
            why = getattr(rule, "lost", None) or f"{rule.title}."
    return f"{why} ({rule.citation})"


def conversion_text(rule: Conversion) -> str:
    """What a conversion makes of the clock: "50 minutes count as 1 hour"."""
    return f"{length_text(rule.minutes)} {'counts' if rule.minutes == 60 else 'count'} as {length_text(rule.count_as)}"


def missing_facts(rule: Rule, labels: list[str]) -> str:
    """Which facts a rule waits for."""
    if not labels:
        return f"{rule.title}: it depends on what follows, which is still open."
    return f"{rule.title}: missing is {' and '.join(labels)}."
