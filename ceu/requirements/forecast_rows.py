"""What the page of the forecast says and draws, worked out from a forecast: sentences, ranges, a band. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ceu.domain.dates import day_text
from ceu.domain.minutes import log_hours_text
from ceu.experience.assessing import Run, WeekSum
from ceu.requirements.overview import Point, curve
from ceu.requirements.rows import amount_text, need_text
from ceu.rules.forecast import BandPoint, Forecast, Obstacle, Outlook, PlanBack, Range
from ceu.rules.pack import Rule, Version
from ceu.rules.weekly import is_short
from ceu.rules.words import limit_text

FEWEST_WEEKS = 8
"""With fewer weeks to draw from, a range would claim to know more than it does."""
_POINTS = 40


@dataclass(frozen=True)
class BandRow:
    """The main requirement on a day to come, as the chart draws it and the table says it."""

    day: date
    low: int
    middle: int
    high: int
    text: str


@dataclass(frozen=True)
class RangeRow:
    """When one requirement will be met. ``range`` is None where there is nothing to draw."""

    title: str
    url: str
    so_far: str
    range: Range | None
    text: str
    early: str
    likely: str
    late: str
    decides: str


@dataclass(frozen=True)
class Stop:
    """From when on a rule would keep hours from counting: a sentence, and where the rule stands."""

    text: str
    url: str | None


@dataclass(frozen=True)
class ForecastPage:
    """Everything the page shows about one forecast."""

    answer: str
    explanation: str
    pace: str
    few_weeks: bool
    rows: tuple[RangeRow, ...]
    axis_end: date
    by_hand: tuple[tuple[str, str], ...]
    untold: tuple[tuple[str, str], ...]
    expiries: tuple[str, ...]
    stops: tuple[Stop, ...]
    curve: tuple[Point, ...]
    curve_title: str
    curve_url: str | None
    band: tuple[BandRow, ...]
    goal: int
    goal_text: str
    picture: str
    assumptions: tuple[str, ...]


def page_of(
    found: Forecast,
    run: Run,
    version: Version,
    rule_url: Callable[[str], str],
    *,
    signed: bool,
    renewals: bool,
) -> ForecastPage:
    """Put a forecast into words and pictures. ``run`` is the assessment it starts from."""
    few = len(found.recent) < FEWEST_WEEKS
    main = next((each for each in found.outlooks if each.id == found.main), None)
    answer, explanation = _answer(found, run.undetermined, few=few)
    return ForecastPage(
        answer=answer,
        explanation=explanation,
        pace=_pace(found),
        few_weeks=few,
        rows=tuple(
            _row(each, rule_url(each.id), found, few=few) for each in found.outlooks if _has_row(each)
        ),
        axis_end=_end(found),
        by_hand=tuple((each.title, rule_url(each.id)) for each in found.by_hand),
        untold=tuple((f"{each.title}: {each.reason}", rule_url(each.id)) for each in found.untold),
        expiries=tuple(_expiries(found)) if renewals else (),
        stops=tuple(_stops(found, version, rule_url)),
        curve=tuple(curve(_weeks_of(found, run), found.as_of)),
        curve_title=f"Hours of “{main.title}”" if main else "Countable hours",
        curve_url=rule_url(main.id) if main else None,
        band=tuple(_band(found, main, few=few)) if main else (),
        goal=main.need or 0 if main else 0,
        goal_text=need_text(main.need, main.unit) if main and main.need else "",
        picture=f"{_reached(main)} by {day_text(found.as_of)}. {answer}" if main else answer,
        assumptions=tuple(_assumptions(found, run, signed=signed, renewals=renewals)),
    )


# ---- the answer --------------------------------------------------------------------------------------------------


def month_text(day: date) -> str:
    """A month in full: "March 2028"."""
    return f"{day:%B %Y}"


def between_text(first: date, last: date) -> str:
    """Two months, the year said once where it is the same: "January and July 2028"."""
    begins = f"{first:%B}" if first.year == last.year else month_text(first)
    return f"{begins} and {month_text(last)}"


def range_text(dates: Range, *, few: bool) -> str:
    """When something is done, in months: the likely one, and between which two it lies in 8 of 10 futures."""
    if dates.likely is None:
        return "not within six years at this pace"
    likely = f"most likely done in {month_text(dates.likely)}"
    if few:
        return f"perhaps done around {month_text(dates.likely)}"
    if dates.late is None or dates.early is None:
        return f"{likely}, or much later"
    if month_text(dates.early) == month_text(dates.late):
        return likely
    return f"{likely}; between {between_text(dates.early, dates.late)}"


def _answer(found: Forecast, undetermined: int, *, few: bool) -> tuple[str, str]:
    waiting = [each for each in found.outlooks if each.state == "ahead"]
    if not waiting and any(each.state == "cannot_tell" and each.need for each in found.outlooks):
        return "Nothing can be told yet.", "There are no hours in the last 26 weeks to look ahead with."
    if not waiting:
        return "Everything that a log can show is met.", ""
    if undetermined and found.everything.likely is None:
        return "Cannot tell yet.", (
            f"Whether {log_hours_text(undetermined)} hours of your log count cannot be told while answers are missing, "
            "and weeks like them are left out of this forecast. “What counts” says which answers."
        )
    said = range_text(found.everything, few=few)
    return f"{said[0].upper()}{said[1:]}.", " ".join(_why(found, waiting, few=few))


def _why(found: Forecast, waiting: Sequence[Outlook], *, few: bool) -> Iterator[str]:
    never = [each.title for each in waiting if each.range.likely is None]
    if never:
        yield f"Not met by {month_text(found.until)} if your weeks stay as they are: {_listed(never)}."
    elif found.deciding:
        yield f"“{found.deciding.title}” decides: it is the last to be met in {found.deciding.decides} of 100 futures."
    if few:
        count = (
            "Only one whole week is"
            if len(found.recent) == 1
            else f"Only {len(found.recent)} whole weeks are"
        )
        yield f"{count} there to go by, too few for a range: take this as a guess."


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _pace(found: Forecast) -> str:
    return (
        f"{log_hours_text(found.minutes)} hours a week on average, {log_hours_text(found.direct_minutes)} of them "
        "direct, weeks off included."
    )


# ---- each requirement --------------------------------------------------------------------------------------------


def _has_row(each: Outlook) -> bool:
    return each.state in ("met", "ahead")


def _row(each: Outlook, url: str, found: Forecast, *, few: bool) -> RangeRow:
    if each.state == "met":
        return RangeRow(each.title, url, _reached(each), None, "met", "met", "met", "met", "")
    dates = each.range
    said = range_text(dates, few=few)
    share = f"decides in {each.decides} of 100 futures" if each.decides and not few else ""
    early, likely, late = (_by(day, found) for day in (dates.early, dates.likely, dates.late))
    if few:
        early = late = "too few weeks"
    drawn = (
        None if dates.likely is None else Range(dates.likely, dates.likely, dates.likely) if few else dates
    )
    return RangeRow(each.title, url, _reached(each), drawn, said, early, likely, late, share)


def _by(day: date | None, found: Forecast) -> str:
    return f"after {month_text(found.until)}" if day is None else day_text(day)


def _reached(each: Outlook) -> str:
    have = amount_text(each.have, each.unit)
    return have if each.need is None else f"{have} of {need_text(each.need, each.unit)}"


def _end(found: Forecast) -> date:
    """Where the axis of time ends: with the last day that is drawn."""
    ahead = [each.range for each in found.outlooks if each.state == "ahead"]
    if not ahead or any(dates.likely and not dates.late for dates in ahead):
        return found.until
    return max((dates.late for dates in ahead if dates.late), default=found.until)


# ---- the picture -------------------------------------------------------------------------------------------------


def _weeks_of(found: Forecast, run: Run) -> Sequence[WeekSum]:
    """The past weeks as the curve draws them: of the requirement whose band and goal it leads to, else of all that counts."""
    return [WeekSum(monday, minutes, 0) for monday, minutes in found.so_far] if found.main else run.weeks


def _band(found: Forecast, main: Outlook, *, few: bool) -> Iterator[BandRow]:
    """The band until the main requirement is met in nearly all futures, in steps that a chart and a table can hold."""
    if main.state != "ahead":
        return
    last = main.range.late or main.range.likely or found.until
    points = [point for point in found.band[1:] if point.day <= last]
    step = -(-len(points) // _POINTS)
    for point in points[step - 1 :: step] if step else ():
        yield _band_row(point, main, few=few)


def _band_row(point: BandPoint, main: Outlook, *, few: bool) -> BandRow:
    most = main.need or point.high
    low, middle, high = (min(value, most) for value in (point.low, point.middle, point.high))
    if few:
        return BandRow(point.day, middle, middle, middle, f"about {amount_text(middle, main.unit)}")
    text = f"{amount_text(middle, main.unit)}, between {amount_text(low, main.unit)} and {amount_text(high, main.unit)}"
    return BandRow(point.day, low, middle, high, text)


# ---- what could go wrong, and what is assumed --------------------------------------------------------------------


def _expiries(found: Forecast) -> Iterator[str]:
    """What must be renewed before everything is done."""
    done = found.everything.late or found.until
    for expiry in sorted(found.expiries, key=lambda each: each.day):
        if expiry.day <= done:
            yield f"{day_text(expiry.day)}: {expiry.label}"


def _stops(found: Forecast, version: Version, rule_url: Callable[[str], str]) -> Iterator[Stop]:
    done = found.everything.late or found.until
    for change in found.changes:
        rule = version.rule(change.rule)
        if change.day <= done and change.lost:
            yield Stop(
                f"From {day_text(change.day)} on, {change.lost} of 100 minutes like those of your recent weeks no longer "
                f"count{f': {_why_lost(rule)}' if rule else '.'}",
                rule_url(rule.id) if rule else None,
            )


def _why_lost(rule: Rule) -> str:
    return getattr(rule, "lost", None) or f"{rule.title}."


def _assumptions(found: Forecast, run: Run, *, signed: bool, renewals: bool) -> Iterator[str]:
    if found.recent.weeks:
        off = {0: "", 1: " One of them is a week off."}.get(
            found.recent.empty, f" {found.recent.empty} of them are weeks off."
        )
        yield (
            f"The weeks to come are like the {len(found.recent)} from {day_text(found.recent.first)} to "
            f"{day_text(found.recent.last)}: each is drawn again as a whole, with its supervision, in "
            f"{found.futures:,} imagined futures.{off}"
        )
    yield (
        "Hours start from what is signed today; weeks to come are like what you logged, and get signed."
        if signed
        else "Everything logged counts as if it were signed, and so do the weeks to come."
    )
    yield "The range is as wide as your weeks differ from each other. It knows of no illness and no new job: try them out."
    yield "Every day named is the end of a week, and the rest of the running week adds nothing."
    if run.undetermined:
        yield f"{log_hours_text(run.undetermined)} hours that cannot be told yet are left out."
    yield "The rules in force today stay, in the readings you chose; all limits, weekly supervision and look-backs hold."
    if not renewals:
        yield "Registrations and licenses end on the days you entered."
    yield from (f"Not foreseen, since you said that it has not come: {label}." for label in found.not_yet)
    yield from found.inexact


# ---- planning back -----------------------------------------------------------------------------------------------


def plan_sentences(plan: PlanBack | None, version: Version) -> list[str]:
    """What a wished day asks, or why it cannot be reached."""
    if plan is None:
        return ["There are no hours in the last 26 weeks to plan with."]
    if not plan.weeks:
        return [
            f"{day_text(plan.wished)} comes before the end of next week: nothing more can be gained by then."
        ]
    weeks = "one whole week" if plan.weeks == 1 else f"{plan.weeks} whole weeks"
    said = [
        f"In {each.chance // 10} of 10 futures, {log_hours_text(each.total)} hours a week are enough, "
        f"{log_hours_text(each.direct)} of them direct."
        for each in plan.plans
    ]
    if said:
        said.insert(0, f"Until {day_text(plan.wished)} {weeks} {'is' if plan.weeks == 1 else 'are'} left.")
    if plan.obstacle:
        said += _obstacle_sentences(plan, plan.obstacle, version)
    if plan.plans:
        said.append(
            "This scales all your recent weeks alike, weeks off included, and takes for granted that you get the supervision "
            "that fuller weeks need."
        )
    return said


def _obstacle_sentences(plan: PlanBack, obstacle: Obstacle, version: Version) -> Iterator[str]:
    each, chance = obstacle.outlook, f"in {obstacle.chance // 10} of 10 futures"
    cannot = f"By {day_text(plan.wished)} it cannot be done{f' {chance}' if plan.plans else ''}"
    if each.unit == "minutes":
        most = f"even with {log_hours_text(obstacle.total)} hours a week there would be {_reached(each)}"
        yield f"{cannot}: {most} (“{each.title}”)."
        caps = [
            f"“{rule.title}”, at most {limit_text(rule)}"
            for rule in version.limits
            if is_short(rule) and rule.amount
        ]
        if caps:
            yield f"However much you work, these limits hold: {'; '.join(caps)}."
    else:
        yield f"{cannot}, however many hours you work: there would be {_reached(each)} (“{each.title}”)."
    if obstacle.earliest:
        yield f"The earliest day within reach is about {day_text(obstacle.earliest)}."
    elif not plan.plans:
        yield "With these rules and facts it is not within reach in six years."
