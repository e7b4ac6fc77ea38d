"""How a trainee stands against the planned finish, by a forecast. Pure.

On track is said only when nine of ten futures are done in time, and never when something cannot be told.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ceu.requirements.forecast_rows import FEWEST_WEEKS
from ceu.rules.forecast import Forecast, Range


class Scope(StrEnum):
    """What a trainee shares."""

    TOTALS = "totals"
    WEEKS = "weeks"


SCOPE_LABELS: dict[str, str] = {
    Scope.TOTALS: "My totals and requirements",
    Scope.WEEKS: "My totals and requirements, and my weeks",
}


class State(StrEnum):
    """Where a trainee stands, the most urgent first."""

    BEHIND = "behind"
    AT_RISK = "at_risk"
    CANNOT_TELL = "cannot_tell"
    ON_TRACK = "on_track"
    DONE = "done"


STATE_LABELS: dict[str, str] = {
    State.BEHIND: "Behind",
    State.AT_RISK: "At risk",
    State.CANNOT_TELL: "Cannot tell",
    State.ON_TRACK: "On track",
    State.DONE: "Hours complete",
}
STATE_MEANINGS: dict[str, str] = {
    State.BEHIND: "the most likely finish is later than planned",
    State.AT_RISK: "the most likely finish is in time, but not in 9 of 10 futures",
    State.CANNOT_TELL: "a reason stands beside it",
    State.ON_TRACK: "in time in at least 9 of 10 futures",
    State.DONE: "everything that a log can show is met",
}


@dataclass(frozen=True)
class Outlook:
    """A state and why; ``slack`` is the days from the likely (or, at risk and on track, the late) finish to the planned."""

    state: State
    slack: int = 0
    reason: str = ""

    @property
    def severity(self) -> int:
        """The place of the state in a list that begins with who needs help first."""
        return list(State).index(self.state)


UNSEEN = Outlook(State.CANNOT_TELL, reason="No forecast has been made yet.")
NO_GOAL = Outlook(State.CANNOT_TELL, reason="These rules are not among the person's goals.")
NO_RULES = Outlook(State.CANNOT_TELL, reason="The rules at hand do not cover this person's dates.")
_NEVER = -100_000
"""Slack of who is not done within what a forecast looks at: before everybody else who is behind."""


def outlook_of(found: Forecast, undetermined: int, planned: date) -> Outlook:
    """What a forecast says about a planned finish; so many minutes of the log cannot be told to count or not."""
    waiting = [each for each in found.outlooks if each.state == "ahead"]
    unknown = [each for each in found.untold if each.need is None]
    if not any(found.recent.weeks) and (waiting or found.untold):
        return Outlook(State.CANNOT_TELL, reason="Nothing was logged in the recent weeks to look ahead with.")
    if not waiting:
        return (
            _untold(unknown[0].title) if unknown else Outlook(State.DONE, reason=_by_hand(len(found.by_hand)))
        )
    if len(found.recent) < FEWEST_WEEKS:
        return Outlook(State.CANNOT_TELL, reason=f"Fewer than {FEWEST_WEEKS} whole weeks are there to go by.")
    if undetermined and found.everything.likely is None:
        return Outlook(State.CANNOT_TELL, reason="Answers that the rules ask for are missing.")
    judged = against(found.everything, planned)
    return _untold(unknown[0].title) if judged.state is State.ON_TRACK and unknown else judged


def against(dates: Range, planned: date) -> Outlook:
    """How the range of a forecast lies to a planned finish."""
    if dates.likely is None:
        return Outlook(State.BEHIND, _NEVER, "Not within six years at the pace of the recent weeks.")
    if dates.likely > planned:
        return Outlook(State.BEHIND, (planned - dates.likely).days)
    if dates.late is None:
        return Outlook(State.AT_RISK, _NEVER)
    slack = (planned - dates.late).days
    return Outlook(State.AT_RISK if slack < 0 else State.ON_TRACK, slack)


def _untold(title: str) -> Outlook:
    return Outlook(State.CANNOT_TELL, reason=f"How much the law asks is not known: {title}."[:300])


def _by_hand(count: int) -> str:
    if not count:
        return ""
    return (
        "One confirmation is left to see to." if count == 1 else f"{count} confirmations are left to see to."
    )
