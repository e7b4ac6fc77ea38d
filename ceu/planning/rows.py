"""What the page of a plan shows: courses with their reasons, gaps before and after, and what stays open. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from ceu.catalog.models import CourseVersion
from ceu.domain.dates import day_text
from ceu.planning.planner import Planned
from ceu.rules.assessment import Result
from ceu.rules.holding import Gain, Outlook
from ceu.rules.words import STATUS_LABELS, quantity_text


@dataclass(frozen=True)
class CourseRow:
    """A course of the plan; ``reasons`` say what it adds, per license: its name and the sentences."""

    version: CourseVersion
    minutes: int
    reasons: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class GapRow:
    """A requirement that is not met now: what is missing, and once the plan is done; ``why`` it stays open then."""

    license: str
    title: str
    missing: str
    after: str
    state: str
    why: str
    citation: str
    citation_url: str
    sure: str


@dataclass(frozen=True)
class PlanPage:
    """The page: how many of the gaps of how many licenses the courses close, and everything about both."""

    courses: tuple[CourseRow, ...]
    gaps: tuple[GapRow, ...]
    minutes: int
    proven: bool

    @property
    def closed(self) -> int:
        return sum(row.state == "met" for row in self.gaps)

    @property
    def still_open(self) -> tuple[GapRow, ...]:
        return tuple(row for row in self.gaps if row.state != "met")


def page_of(planned: Planned) -> PlanPage:
    """Put a plan into rows and words."""
    return PlanPage(
        courses=tuple(_courses(planned)),
        gaps=tuple(row for outlook in planned.plan.outlooks for row in _gaps(planned, outlook)),
        minutes=planned.plan.minutes,
        proven=planned.plan.proven,
    )


def _name(planned: Planned, key: str) -> str:
    """A license as the page calls it: by its number too, where two are of one kind."""
    license_ = planned.progresses[key]
    alike = [one for one in planned.progresses.values() if one.label == license_.label]
    return license_.label if len(alike) == 1 else f"{license_.label} ({license_.license.number})"


def _courses(planned: Planned) -> Iterator[CourseRow]:
    results = {
        (outlook.holding.key, result.id): result
        for outlook in planned.plan.outlooks
        for result in outlook.after.minimums
    }
    for pick in planned.plan.picks:
        reasons: dict[str, tuple[str, ...]] = {}
        for gain in pick.gains:
            name = _name(planned, gain.holding)
            said = _reason(gain, results[gain.holding, gain.requirement])
            reasons[name] = (*reasons.get(name, ()), said)
        yield CourseRow(planned.courses[pick.offer.key], pick.offer.minutes, tuple(reasons.items()))


def _reason(gain: Gain, result: Result) -> str:
    """What a course adds: "3 hours toward Law and ethics, which completes it"."""
    after = f"then {quantity_text(gain.left, result.unit)} missing" if gain.left else "which completes it"
    if result.unit == "options":
        return f"one of the ways of {result.title}, {after}"
    return f"{quantity_text(gain.amount, result.unit)} toward {result.title}, {after}"


def _gaps(planned: Planned, outlook: Outlook) -> Iterator[GapRow]:
    after = {result.id: result for result in outlook.after.minimums}
    why = {one.result.id: one.sentence for one in outlook.still_open}
    for result in outlook.before.minimums:
        if result.option or not result.applies or result.answer == "met":
            continue
        then = after[result.id]
        yield GapRow(
            license=_name(planned, outlook.holding.key),
            title=result.title,
            missing=_missing_text(result),
            after="" if then.answer == "met" else _missing_text(then),
            state=then.answer,
            why=why.get(result.id, ""),
            citation=result.citation,
            citation_url=result.source_url,
            sure=f"{STATUS_LABELS[result.status].capitalize()} as of {day_text(result.as_of)}.",
        )


def _missing_text(result: Result) -> str:
    if result.unit == "confirmations":
        return "not confirmed"
    if result.need is None:
        return "the law's amount is not known"
    return "cannot tell" if result.answer == "cannot_tell" else quantity_text(result.missing, result.unit)
