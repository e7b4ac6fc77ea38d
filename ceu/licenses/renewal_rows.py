"""What the license pages show, worked out from a license's progress: rows, spans of time and one sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ceu.domain.dates import day_text
from ceu.domain.minutes import hours_text
from ceu.licenses.progress import CreditFinding, LicenseProgress
from ceu.rules.assessment import Result
from ceu.rules.pack import Note, Version
from ceu.rules.words import STATUS_LABELS

SOON = 90
"""Days before a license expires from which its page warns."""


@dataclass(frozen=True)
class RenewalRow:
    """One requirement of a renewal as a line of a list."""

    title: str
    have: int
    need: int | None
    have_text: str
    need_text: str | None
    state: str
    note: str
    citation: str
    citation_url: str
    children: tuple["RenewalRow", ...] = ()


@dataclass(frozen=True)
class Span:
    """One renewal cycle on the axis of time."""

    label: str
    url: str
    start: date
    end: date
    text: str
    due_text: str
    state: str


@dataclass(frozen=True)
class Renewal:
    """One license as its pages show it. ``rows`` are empty where nothing can be told; ``sentence`` then says why."""

    progress: LicenseProgress
    url: str
    state: str
    badge: str
    sentence: str
    span: Span
    rows: tuple[RenewalRow, ...]
    missing: tuple[str, ...]
    limits: tuple[Result, ...]
    left_out: tuple[CreditFinding, ...]
    notes: tuple[Note, ...]


def renewal_of(progress: LicenseProgress, today: date, url: str) -> Renewal:
    """Put a license's progress into rows and words."""
    state, badge = _state(progress, today)
    asked = [] if progress.license.inactive else progress.requirements
    maximums = progress.assessment.maximums if progress.assessment else ()
    version = version_of(progress)
    return Renewal(
        progress=progress,
        url=url,
        state=state,
        badge=badge,
        sentence=_sentence(progress, today),
        span=_span(progress, url, state),
        rows=_rows(asked),
        missing=tuple(one.smallest_fix or one.sentence for one in asked if one.answer != "met"),
        limits=tuple(one for one in maximums if one.uncounted),
        left_out=tuple(
            CreditFinding(found.severity, f"{counted.credit.title}: {found.sentence}")
            for counted in progress.credits
            for found in counted.findings
        ),
        notes=version.notes if version else (),
    )


def version_of(progress: LicenseProgress) -> Version | None:
    """The version of the pack that was applied."""
    if progress.pack is None or progress.assessment is None:
        return None
    wanted = progress.assessment.version_id
    return next((version for version in progress.pack.versions if version.id == wanted), None)


def _rows(asked: Sequence[Result]) -> tuple[RenewalRow, ...]:
    """The requirements as a tree: those inside another stand below it."""
    shown = {result.id for result in asked}
    inside: dict[str | None, list[Result]] = {}
    for result in asked:
        inside.setdefault(result.parent if result.parent in shown else None, []).append(result)

    def below(parent: str | None) -> tuple[RenewalRow, ...]:
        return tuple(_row(result, below(result.id)) for result in inside.get(parent, ()))

    return below(None)


def _row(result: Result, children: tuple[RenewalRow, ...]) -> RenewalRow:
    need = result.need
    done_before = result.answer == "met" and need is not None and result.have < need
    status = f"{STATUS_LABELS[result.status].capitalize()} as of {day_text(result.as_of)}."
    return RenewalRow(
        title=result.title,
        have=result.have,
        need=None if done_before else need,
        have_text="Completed before" if done_before else hours_text(result.have),
        need_text=None if done_before or need is None else f"{hours_text(need).removesuffix('.0')} h",
        state=result.answer,
        note=" ".join([*filter(None, [result.smallest_fix]), *result.reasons, status]),
        citation=result.citation,
        citation_url=result.source_url,
        children=children,
    )


def _sentence(progress: LicenseProgress, today: date) -> str:
    days, ends = progress.cycle.days_left(today), day_text(progress.cycle.ends)
    if progress.pack is None:
        return "This site has no usable rules for this license, so nothing can be said about its renewal."
    if days < 0:
        return f"The license expired on {ends}. Once it is renewed, enter the new expiration date."
    if progress.license.inactive:
        return (
            f"The license is inactive or retired, so no continuing education is asked. It expires on {ends}."
        )
    if not progress.requirements:
        return f"The rules at hand do not cover the renewal of {ends}, so nothing can be told about it."
    return f"It expires on {ends}, {_in_days(days)}."


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days:,} days")


def _state(progress: LicenseProgress, today: date) -> tuple[str, str]:
    """How the renewal is to be colored, and the words of its badge."""
    days = progress.cycle.days_left(today)
    if days < 0:
        return "lost", "Expired"
    if progress.answer == "met":
        return "met", "Inactive" if progress.license.inactive else "Ready to renew"
    if progress.answer == "short":
        return ("mend", "Due soon, credit missing") if days <= SOON else ("short", "Credit missing")
    return "cannot_tell", "Cannot tell"


def _span(progress: LicenseProgress, url: str, state: str) -> Span:
    total, text = progress.total, "no hours asked"
    if total is not None and total.need is not None and not progress.license.inactive:
        text = f"{hours_text(total.have)} of {hours_text(total.need).removesuffix('.0')} hours"
    return Span(
        label=f"{progress.label} ({progress.license.number})",
        url=url,
        start=progress.cycle.begins,
        end=progress.cycle.ends,
        text=text,
        due_text=f"due {day_text(progress.cycle.ends)}",
        state="short" if state == "cannot_tell" else state,
    )
