"""What the page of a cohort says of each member, and that of one member: lines, requirements and sentences. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ceu.domain.dates import day_text, week_of
from ceu.domain.minutes import clock_text, log_hours_text
from ceu.experience.assessing import Standing
from ceu.licenses.models import Goal
from ceu.programs.models import Seat
from ceu.programs.outlook import STATE_LABELS, State
from ceu.programs.queries import LogSum
from ceu.requirements.forecast_rows import between_text, month_text
from ceu.requirements.rows import (
    Addresses,
    Row,
    amount_text,
    main_requirement,
    need_text,
    rows,
)
from ceu.rules.assessment import Result
from ceu.rules.forecast import Range

BADGES: dict[str, str] = {
    State.BEHIND: "lost",
    State.AT_RISK: "mend",
    State.CANNOT_TELL: "cannot_tell",
    State.ON_TRACK: "met",
    State.DONE: "signed",
}
"""How the badges of the site look for each state; the words beside them are the state's own."""


@dataclass(frozen=True)
class MemberLine:
    """One member of a cohort, in words."""

    seat: Seat
    badge: str
    state: str
    reason: str
    foreseen: str
    aged: str
    logged: str
    signed: str
    countable: str
    behind: str
    last_day: date | None
    waiting: str


def line_of(seat: Seat, sums: LogSum, standing: Standing | None, today: date) -> MemberLine:
    """Put a member into words: what is stored of them, and what was foreseen."""
    return MemberLine(
        seat=seat,
        badge=BADGES[seat.outlook],
        state=STATE_LABELS[seat.outlook],
        reason=seat.reason,
        foreseen=finish_text(seat.dates)
        if seat.outlook in (State.BEHIND, State.AT_RISK, State.ON_TRACK)
        else "",
        aged=aged_text(seat, today),
        logged=clock_text(sums.logged),
        signed=clock_text(sums.signed),
        countable=countable_text(standing, today),
        behind=furthest_behind(standing) if standing else "",
        last_day=sums.last_day,
        waiting=_waiting_text(sums),
    )


def finish_text(dates: Range) -> str:
    """By when everything is done, in months: "Most likely March 2028, between January and July 2028"."""
    if dates.likely is None or dates.early is None:
        return ""
    if dates.late is None:
        return f"Most likely {month_text(dates.likely)}, or much later"
    if month_text(dates.early) == month_text(dates.late):
        return f"Most likely {month_text(dates.likely)}"
    return f"Most likely {month_text(dates.likely)}, between {between_text(dates.early, dates.late)}"


def aged_text(seat: Seat, today: date) -> str:
    """That a forecast is older than the log or the week, and of which day it is; else nothing."""
    if seat.foreseen_on is None or (seat.log_changed_at is None and seat.foreseen_on >= week_of(today).first):
        return ""
    why = "; the log has changed since" if seat.log_changed_at else ""
    return f"As of {day_text(seat.foreseen_on)}{why}."


def countable_text(standing: Standing | None, today: date) -> str:
    """How many hours count of how many: "1,586:30 of 3,000 h"."""
    main = main_requirement(standing.signed) if standing else None
    if standing is None or main is None:
        return "Cannot tell"
    said = f"{clock_text(main.have)} of {need_text(main.need or 0, 'minutes')}"
    return said if standing.as_of >= today else f"{said}, as of {day_text(standing.as_of)}"


def furthest_behind(standing: Standing) -> str:
    """The requirement of which the smallest share is met by what is signed: its title, and how much of it there is."""
    waiting = [
        one
        for one in standing.signed.assessment.minimums
        if one.applies
        and one.answer == "short"
        and one.need
        and not one.option
        and one.unit != "confirmations"
    ]
    if not waiting:
        return ""
    least = min(waiting, key=_share)
    return f"{least.title}: {amount_text(least.have, least.unit)} of {need_text(least.need or 0, least.unit)}"


def _share(result: Result) -> int:
    """In ten-thousandths, so that no fraction decides."""
    return result.have * 10_000 // max(result.need or 1, 1)


def _waiting_text(sums: LogSum) -> str:
    if not sums.waiting or sums.waiting_since is None:
        return "No week waits for a signature."
    if sums.waiting == 1:
        return f"One week waits for a signature, of {day_text(sums.waiting_since)}."
    return f"{sums.waiting} weeks wait for a signature, the oldest of {day_text(sums.waiting_since)}."


def lines_of(
    seats: Sequence[Seat],
    sums: Mapping[int, LogSum],
    goals: Mapping[int, Goal],
    standings: Mapping[int, Standing],
    today: date,
) -> list[MemberLine]:
    """The members in their order; sums and goals by person, standings by goal."""
    lines = []
    for seat in seats:
        person_id = seat.person_id or 0
        goal = goals.get(person_id)
        standing = standings.get(goal.id) if goal else None
        lines.append(line_of(seat, sums.get(person_id, LogSum()), standing, today))
    return lines


def read_only_rows(standing: Standing, kind: str, rule_url: str) -> list[Row]:
    """The requirements or limits as the trainee sees them, without what only the trainee can do or open.

    Every row leads to the rules as anybody can read them.
    """
    where = Addresses(
        rule=lambda rule_id: rule_url, week=lambda start: "", entry=lambda entry_id: "", fact=lambda key: ""
    )
    return [_without_actions(row) for row in rows(standing, kind, where)]


def _without_actions(row: Row) -> Row:
    return replace(row, action=None, children=tuple(_without_actions(child) for child in row.children))


def goal_hours(standing: Standing) -> tuple[Result, str] | None:
    """The requirement that the page is about, and what it asks in all: "3,000"."""
    main = main_requirement(standing.signed)
    return (main, log_hours_text(main.need or 0)) if main else None
