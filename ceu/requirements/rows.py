"""Requirements and limits as lines, and what was found about them in sentences: what the requirement pages share. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ceu.domain.dates import day_text
from ceu.domain.minutes import clock_text, log_hours_text
from ceu.experience.assessing import Json, Run, Standing
from ceu.rules.assessment import Finding as RuleFinding, Result
from ceu.rules.language import Condition, names, subjects
from ceu.rules.pack import Limit, Pack, Requirement, Rule, Version
from ceu.rules.words import STATUS_LABELS, every_text, in_words, quantity_text


@dataclass(frozen=True)
class Addresses:
    """The addresses rows lead to: of a rule, of a week, of the reasons for an entry, and of the question for a fact."""

    rule: Callable[[str], str]
    week: Callable[[date], str]
    entry: Callable[[int], str]
    fact: Callable[[str], str]


@dataclass(frozen=True)
class Row:
    """One requirement or limit as a line: certain amounts solid, those that wait for a signature hatched.

    An ``option`` is one of several ways to meet the row above it. ``action`` is what the person can do about it: words
    and address.
    """

    id: str
    title: str
    have: int
    waiting: int
    need: int | None
    have_text: str
    need_text: str | None
    waiting_text: str | None
    state: str
    note: str
    citation: str
    citation_url: str
    url: str
    children: tuple["Row", ...] = ()
    option: bool = False
    action: tuple[str, str] | None = None

    def with_all_below(self) -> Iterator["Row"]:
        """The row and every row below it."""
        yield self
        for child in self.children:
            yield from child.with_all_below()


def amount_text(amount: int, unit: str) -> str:
    """An amount of a requirement without its unit: hours and minutes for minutes.

    >>> amount_text(95190, "minutes"), amount_text(71, "weeks")
    ('1,586:30', '71')
    """
    return clock_text(amount) if unit == "minutes" else f"{amount:,}"


def need_text(amount: int, unit: str) -> str:
    """What is asked, with its unit: "3,000 h", "104 weeks"."""
    if unit == "minutes":
        return f"{log_hours_text(amount)} h"
    if unit == "options":
        return f"{amount} {'way' if amount == 1 else 'ways'} needed"
    return quantity_text(amount, unit)


def main_requirement(run: Run) -> Result | None:
    """The total that the page is about: the first known amount in minutes that is asked of the person."""
    return next(
        (
            one
            for one in run.assessment.minimums
            if one.unit == "minutes" and one.applies and one.need is not None
        ),
        None,
    )


def goal_state(standing: Standing) -> tuple[str, str]:
    """How far a goal is met by what is signed: the state of a badge, and its words."""
    asked = [one for one in standing.signed.assessment.minimums if one.applies and not one.option]
    met = sum(one.answer == "met" for one in asked)
    if asked and met == len(asked):
        return "met", "all met"
    if not asked or not any(one.answer == "short" for one in asked):
        return "cannot_tell", "cannot tell"
    return "short", f"{met} of {len(asked)} met"


def kinds_text(main: Result | None, credited: int) -> str | None:
    """Why the hours countable in all are not those of the main requirement; None where they are the same."""
    if main is None or main.have == credited:
        return None
    if main.have > credited:
        return (
            f"“{main.title}” is sure of {need_text(main.have - credited, 'minutes')} more than is countable hour by hour: "
            "they are credited without entries, or it cannot be told yet which hours they are."
        )
    others = need_text(credited - main.have, "minutes")
    return f"Countable is every hour that no rule refuses. {others} of them are of another kind than “{main.title}” asks for."


def rows(standing: Standing, kind: str, where: Addresses) -> list[Row]:
    """The requirements (``minimum``) or limits (``maximum``) as a tree.

    Those inside another stand below it, and so do the ways to meet another.
    """
    version = version_of(standing)
    logged = {result.id: result for result in standing.logged.assessment.requirements}
    chosen = [
        result for result in standing.signed.assessment.requirements if result.kind == kind and result.applies
    ]
    shown = {result.id for result in chosen}
    options = _parents_of_options(version)
    inside: dict[str | None, list[Result]] = {}
    for result in chosen:
        parent = options.get(result.id, result.parent)
        inside.setdefault(parent if parent in shown else None, []).append(result)

    def below(parent: str | None) -> tuple[Row, ...]:
        return tuple(
            _row(_Ruled(standing, version, one), logged[one.id], where, below(one.id))
            for one in inside.get(parent, ())
        )

    return list(below(None))


def find_row(standing: Standing, rule_id: str, where: Addresses) -> Row | None:
    """The row of one requirement or limit with those below it, also of one that does not apply to the person."""
    tree = (row for kind in ("minimum", "maximum") for row in rows(standing, kind, where))
    shown = {row.id: row for top in tree for row in top.with_all_below()}
    if rule_id in shown:
        return shown[rule_id]
    signed, logged = (
        {one.id: one for one in run.assessment.requirements} for run in (standing.signed, standing.logged)
    )
    if rule_id not in signed:
        return None
    return _row(_Ruled(standing, version_of(standing), signed[rule_id]), logged[rule_id], where)


def _parents_of_options(version: Version | None) -> dict[str, str]:
    """The requirement that each option is a way to meet; the first, where it is one of several's."""
    found: dict[str, str] = {}
    for rule in version.requirements if version else ():
        for option in rule.any_of:
            found.setdefault(option, rule.id)
    return found


@dataclass(frozen=True)
class _Ruled:
    """A result with the rule it is about; None only for what an older version of the pack left behind."""

    standing: Standing
    version: Version | None
    result: Result

    @property
    def rule(self) -> Rule | None:
        return self.version.rule(self.result.id) if self.version else None

    @property
    def is_confirmation(self) -> bool:
        return self.result.unit == "confirmations"

    @property
    def proportion(self) -> str | None:
        """What an amount in proportion is made from: "2 hours for every 40 hours of work"."""
        rule = self.rule
        if isinstance(rule, Limit | Requirement) and rule.for_every and rule.value and not rule.instead:
            return f"{in_words(rule.value)} {every_text(rule.for_every)}"
        return None


def _row(ruled: _Ruled, logged: Result, where: Addresses, children: tuple[Row, ...] = ()) -> Row:
    signed = ruled.result
    waiting = max(logged.have - signed.have, 0)
    is_limit = signed.kind == "maximum"
    url = where.rule(signed.id)
    have, need = amount_text(signed.have, signed.unit), None
    if ruled.is_confirmation:
        have, waiting = _confirmed_text(signed), 0
    elif is_limit and not signed.need:
        waiting = 0
        have = f"{need_text(logged.uncounted, 'minutes')} cut" if logged.uncounted else "nothing cut"
    elif ruled.proportion and signed.need == 0:
        have, waiting = "Nothing asked yet", 0
    elif signed.need is not None:
        need = ("at most " if is_limit else "") + need_text(signed.need, signed.unit)
        need += " now" if ruled.proportion else ""
    return Row(
        id=signed.id,
        title=signed.title,
        have=signed.have,
        waiting=waiting,
        need=None if ruled.is_confirmation else signed.need,
        have_text=have,
        need_text=need,
        waiting_text=_waiting_text(waiting, signed.unit) if waiting else None,
        state="short" if is_limit and signed.answer == "met" else signed.answer,
        note=_note(ruled, logged),
        citation=signed.citation,
        citation_url=url,
        url=url,
        children=children,
        option=signed.option,
        action=_action(ruled, where),
    )


def _confirmed_text(result: Result) -> str:
    return {"met": "Confirmed", "short": "Not confirmed yet", "cannot_tell": "Not known yet"}[result.answer]


def _action(ruled: _Ruled, where: Addresses) -> tuple[str, str] | None:
    """What a person can do about a confirmation that is missing: answer the question behind it."""
    rule = ruled.rule
    if not ruled.is_confirmation or ruled.result.answer == "met" or not isinstance(rule, Requirement):
        return None
    asked = facts_asked(ruled.standing.pack, ruled.version, rule.confirmed)
    return ("Answer the question", where.fact(asked[0])) if asked else None


def facts_asked(pack: Pack, version: Version | None, condition: Condition | None) -> tuple[str, ...]:
    """The facts about the person that a condition rests on, the definitions it names included, without their owner."""
    if version is None or condition is None:
        return ()
    found = list(subjects(condition))
    for name in names(condition):
        if name in version.definitions:
            found += facts_asked(pack, version, version.definitions[name])
    keys = (subject.removeprefix("person.") for subject in found)
    return tuple(dict.fromkeys(key for key in keys if f"person.{key}" in pack.facts))


def _waiting_text(waiting: int, unit: str) -> str:
    verb = "waits" if waiting == (60 if unit == "minutes" else 1) else "wait"
    amount = f"{need_text(waiting, unit)} more" if unit != "options" else "more"
    return f"{amount} {verb} for a signature"


def _note(ruled: _Ruled, logged: Result) -> str:
    """What else is to be said of a row, and how sure its law is."""
    signed = ruled.result
    said = []
    if ruled.proportion:
        said.append(f"{ruled.proportion[:1].upper()}{ruled.proportion[1:]}.")
    if signed.kind == "maximum" and logged.uncounted:
        said.append(f"{need_text(logged.uncounted, 'minutes')} beyond it do not count.")
    if signed.option and signed.answer == "short":
        said.append("One of several ways.")
    if signed.answer == "short" and logged.answer == "met":
        said.append("Met once everything logged is signed.")
    if untold := untold_text(logged):
        said.append(untold)
    if signed.answer == "cannot_tell":
        said += signed.reasons[:1]
    said.append(f"{STATUS_LABELS[signed.status].capitalize()}, as of {day_text(signed.as_of)}.")
    return " ".join(said)


def version_of(standing: Standing) -> Version | None:
    """The version of the pack that was applied."""
    wanted = standing.logged.assessment.version_id
    return next((version for version in standing.pack.versions if version.id == wanted), None)


def untold_text(result: Result) -> str | None:
    """How much more there would be if everything that cannot be told counted; None where it says so already, or nothing."""
    if result.answer != "short" or result.have_at_most <= result.have or result.unit == "options":
        return None
    more = need_text(result.have_at_most - result.have, result.unit)
    return f"Whether {more} more count cannot be told yet."


# ---- findings ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A sentence of the rules, its smallest fix if any, and the page of the rule."""

    severity: str
    sentence: str
    fix: str | None
    url: str | None


def findings_of_week(verdict: Json | None) -> list[Json]:
    """Everything found in a week, in all its settings."""
    return [found for setting in verdict["settings"] for found in setting["findings"]] if verdict else []


def chosen(standing: Standing, severity: str, found: Iterable[Json], where: Addresses) -> tuple[Finding, ...]:
    """The findings of one severity: what can still be put right ("mend"), or what waits for a fact."""
    return tuple(
        Finding(severity, one["sentence"], one["fix"], rule_url(standing, one["rule"], where))
        for one in found
        if one["severity"] == severity
    )


def rule_url(standing: Standing, rule_id: str, where: Addresses) -> str | None:
    """The page of a rule, or None for the engine's own reasons."""
    version = version_of(standing)
    return where.rule(rule_id) if version and version.rule(rule_id) else None


@dataclass(frozen=True)
class Wider:
    """What the rules say of more than one week in one setting: of periods, and of settings as a whole."""

    of_periods: tuple[RuleFinding, ...]
    of_settings: tuple[RuleFinding, ...]

    @classmethod
    def of(cls, standing: Standing) -> "Wider":
        """The findings that the assessment keeps beside its weeks."""
        version = version_of(standing)
        found = standing.logged.assessment.findings
        averages = version.supervision.averages if version and version.supervision else ()
        of_settings = {rule.id for rule in averages}
        return cls(
            tuple(one for one in found if one.rule not in of_settings),
            tuple(one for one in found if one.rule in of_settings),
        )

    @property
    def sentences(self) -> frozenset[str]:
        """The sentences about periods: each week of a period repeats them."""
        return frozenset(one.sentence for one in self.of_periods)
