"""What the requirement pages show, worked out from a standing: rows, sums, a year of weeks, a curve. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ceu.domain.dates import monday_of
from ceu.domain.experience import WeekState
from ceu.domain.minutes import hours_text
from ceu.experience.assessing import Run, Standing, WeekSum
from ceu.experience.requirement_queries import SheetSum
from ceu.rules.assessment import Result
from ceu.rules.pack import Rule, Version

WEEKS_SHOWN = 52

STATUS_LABELS = {
    "verified": "verified",
    "secondary": "from a secondary source",
    "assumed": "assumed",
    "unknown": "not known",
}


@dataclass(frozen=True)
class Row:
    """One requirement or limit as a line: certain amounts solid, those that wait for a signature hatched."""

    id: str
    title: str
    have: int
    waiting: int
    need: int | None
    have_text: str
    need_text: str | None
    waiting_text: str | None
    state: str
    note: str | None
    citation: str
    citation_url: str
    status: str
    url: str
    children: tuple["Row", ...] = ()


@dataclass(frozen=True)
class Condition:
    """A rule that every hour is held against, and what it took."""

    id: str
    title: str
    citation: str
    status: str
    as_of: date
    cut_text: str | None
    url: str


@dataclass(frozen=True)
class YearWeek:
    """One week of the calendar."""

    start: date
    state: str
    minutes: int
    text: str
    url: str | None


@dataclass(frozen=True)
class Point:
    """The countable minutes at the end of a day."""

    day: date
    value: int
    text: str


def amount_text(amount: int, unit: str) -> str:
    """An amount of a requirement without its unit: hours for minutes.

    >>> amount_text(95190, "minutes"), amount_text(71, "weeks")
    ('1,586.5', '71')
    """
    return hours_text(amount) if unit == "minutes" else f"{amount:,}"


def need_text(amount: int, unit: str) -> str:
    """What is asked, with its unit: "3,000 h", "104 weeks"."""
    if unit == "minutes":
        return f"{hours_text(amount).removesuffix('.0')} h"
    return f"{amount:,} {unit}"


def main_requirement(run: Run) -> Result | None:
    """The total that the page is about: the first requirement counted in minutes."""
    return next((one for one in run.assessment.minimums if one.unit == "minutes"), None)


def rows(standing: Standing, kind: str, address: Callable[[str], str]) -> list[Row]:
    """The requirements (``minimum``) or limits (``maximum``) as a tree; ``address`` gives the page of a rule."""
    logged = {result.id: result for result in standing.logged.assessment.requirements}
    chosen = [
        result for result in standing.signed.assessment.requirements if result.kind == kind and result.applies
    ]
    shown = {result.id for result in chosen}
    inside: dict[str | None, list[Result]] = {}
    for result in chosen:
        inside.setdefault(result.parent if result.parent in shown else None, []).append(result)

    def below(parent: str | None) -> tuple[Row, ...]:
        return tuple(
            _row(one, logged[one.id], address(one.id), below(one.id)) for one in inside.get(parent, ())
        )

    return list(below(None))


def row_of(standing: Standing, rule_id: str, url: str) -> Row | None:
    """One requirement or limit alone, or None for a rule that is neither."""
    for signed in standing.signed.assessment.requirements:
        if signed.id == rule_id:
            return _row(signed, standing.logged.assessment.requirement(rule_id), url, ())
    return None


def _row(signed: Result, logged: Result, url: str, children: tuple[Row, ...]) -> Row:
    waiting = max(logged.have - signed.have, 0)
    is_limit = signed.kind == "maximum"
    return Row(
        id=signed.id,
        title=signed.title,
        have=signed.have,
        waiting=waiting,
        need=signed.need,
        have_text=amount_text(signed.have, signed.unit),
        need_text=None
        if signed.need is None
        else ("at most " * is_limit) + need_text(signed.need, signed.unit),
        waiting_text=_waiting_text(waiting, signed.unit) if waiting else None,
        state="short" if is_limit and signed.answer == "met" else signed.answer,
        note=_note(signed, logged),
        citation=signed.citation,
        citation_url=url,
        status=STATUS_LABELS[signed.status],
        url=url,
        children=children,
    )


def _waiting_text(waiting: int, unit: str) -> str:
    verb = "waits" if waiting == (60 if unit == "minutes" else 1) else "wait"
    noun = need_text(waiting, unit) if waiting != 1 or unit == "minutes" else f"1 {unit.removesuffix('s')}"
    return f"{noun} more {verb} for a signature"


def _note(signed: Result, logged: Result) -> str | None:
    if signed.kind == "maximum" and logged.uncounted:
        return f"{need_text(logged.uncounted, 'minutes')} beyond it do not count"
    if signed.answer == "short" and logged.answer == "met":
        return "met once everything logged is signed"
    if signed.answer == "cannot_tell" and signed.reasons:
        return signed.reasons[0]
    return None


def version_of(standing: Standing) -> Version | None:
    """The version of the pack that was applied."""
    wanted = standing.logged.assessment.version_id
    return next((version for version in standing.pack.versions if version.id == wanted), None)


def conditions(standing: Standing, address: Callable[[str], str]) -> list[Condition]:
    """The rules every hour is held against (who, where, under whom, how much contact), with what each took."""
    version = version_of(standing)
    if version is None:
        return []
    listed: list[Rule] = [*version.gates, *version.sessions]
    if version.supervision:
        listed += [version.supervision.floor, *version.supervision.steps, *version.supervision.averages]
    return [_condition(rule, standing.logged.cuts.get(rule.id, 0), address(rule.id)) for rule in listed]


def _condition(rule: Rule, cut: int, url: str) -> Condition:
    return Condition(
        id=rule.id,
        title=rule.title,
        citation=rule.citation,
        status=STATUS_LABELS[rule.status],
        as_of=rule.as_of,
        cut_text=f"{need_text(cut, 'minutes')} do not count" if cut else None,
        url=url,
    )


def curve(weeks: Sequence[WeekSum], today: date) -> list[Point]:
    """The countable minutes from the first week on: one point a month, and the last."""
    if not weeks:
        return []
    points = [Point(weeks[0].start, 0, hours_text(0))]
    total = 0
    for week, following in zip(weeks, [*weeks[1:], None], strict=True):
        total += week.credited
        if following is None or following.start.month != week.start.month:
            points.append(Point(min(week.start + timedelta(days=6), today), total, hours_text(total)))
    return points


def year(
    sheets: Iterable[SheetSum], weeks: Iterable[WeekSum], today: date, address: Callable[[date], str]
) -> list[YearWeek]:
    """The last 52 weeks, each with the state of its sheets; a past week of which nothing counts is lost."""
    this_week = monday_of(today)
    by_week: dict[date, list[SheetSum]] = {}
    for sheet in sheets:
        by_week.setdefault(sheet.week_start, []).append(sheet)
    # A pack may count weeks from Sunday: such a week is shown where its Monday lies.
    lost = {monday_of(week.start + timedelta(days=1)) for week in weeks if week.cut and not week.credited}
    starts = [this_week - timedelta(weeks=back) for back in reversed(range(WEEKS_SHOWN))]
    return [
        _year_week(start, by_week.get(start, []), start in lost and start < this_week, address)
        for start in starts
    ]


def _year_week(
    start: date, sheets: Sequence[SheetSum], lost: bool, address: Callable[[date], str]
) -> YearWeek:
    minutes = sum(sheet.minutes for sheet in sheets)
    return YearWeek(
        start=start,
        state="lost" if lost else _state({sheet.state for sheet in sheets}),
        minutes=minutes,
        text=hours_text(minutes) if minutes else "",
        url=address(start) if sheets else None,
    )


def _state(states: set[str]) -> str:
    """How a week of several settings stands: as its least finished sheet."""
    for state, shown in (
        (WeekState.RETURNED, "returned"),
        (WeekState.DRAFT, "draft"),
        (WeekState.SUBMITTED, "waiting"),
        (WeekState.SIGNED, "signed"),
    ):
        if state in states:
            return shown
    return "none"
