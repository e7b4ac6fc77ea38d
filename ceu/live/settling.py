"""What an event is worth to one person, of what became of each session. Pure.

Two sessions held at the same time are never credited both: of those that were earned, the ones are credited that
together give the most. Partial credit is given only where the event's policy says so.
"""

import hmac
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from ceu.live.presence import Presence, Session, Stay


class CreditBy(StrEnum):
    """What of an event may be credited."""

    WHOLE = "whole"
    SESSION = "session"
    MINUTE = "minute"


CREDIT_LABELS = {
    CreditBy.WHOLE: "All or nothing: every session must be attended",
    CreditBy.SESSION: "Session by session: each that was attended counts whole",
    CreditBy.MINUTE: "Minute by minute: the minutes present count",
}


@dataclass(frozen=True)
class Outcome:
    """One session of one person: what was measured, what staff decided instead, and the whole minutes credited."""

    session_id: int
    begins: datetime
    ends: datetime
    presence: Presence
    decided: int | None = None
    credited: int = 0
    note: str = ""

    @property
    def is_earned(self) -> bool:
        """Whether the session was attended as asked, or staff decided that it counts."""
        return self.decided > 0 if self.decided is not None else self.presence.is_met

    @property
    def sentences(self) -> list[str]:
        """What the person reads about this session."""
        found = self.presence
        said = list(found.unmet) or [f"You were present {found.present} of {found.instruction} minutes."]
        if self.decided is not None:
            said.append(f"The provider decided that {self.decided} minutes count.")
        return [*said, *([self.note] if self.note else [])]


def settle(outcomes: Sequence[Outcome], credit: CreditBy) -> list[Outcome]:
    """The same outcomes with the minutes that each is credited."""
    worth = [replace(each, credited=_worth(each, credit)) for each in outcomes]
    if credit is CreditBy.WHOLE and not all(each.is_earned for each in worth):
        why = (
            ""
            if len(worth) == 1
            else "Credit is given for the whole event only, and a session of it was not attended."
        )
        return [replace(each, credited=0, note=why if each.is_earned else "") for each in worth]
    chosen = _best(worth)
    return [
        each
        if each.session_id in chosen or not each.credited
        else replace(each, credited=0, note="Another session at the same time is credited instead.")
        for each in worth
    ]


def _worth(outcome: Outcome, credit: CreditBy) -> int:
    if outcome.decided is not None:
        return outcome.decided
    if not outcome.is_earned:
        return 0
    return outcome.presence.credited if credit is CreditBy.MINUTE else outcome.presence.kept


def _best(outcomes: Sequence[Outcome]) -> set[int]:
    """The sessions that give the most without two at a time; of equals, those that end first."""
    ordered = sorted(
        (each for each in outcomes if each.credited), key=lambda each: (each.ends, each.session_id)
    )
    ends = [each.ends for each in ordered]
    best: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for place, each in enumerate(ordered):
        before = bisect_right(ends, each.begins, 0, place)
        minutes, sessions = best[before]
        taken = (minutes + each.credited, (*sessions, each.session_id))
        best.append(taken if taken[0] > best[-1][0] else best[-1])
    return set(best[-1][1])


def check_times(key: str, session_id: int, session: Session, per_hour: int) -> list[datetime]:
    """When to hold presence checks so that nobody can foresee them: one in each equal part of the instruction.

    Where in its part each lies is drawn from the event's key, so that the page shows the same times whenever it is opened.
    """
    taught = session.instruction
    total = sum((stay.length for stay in taught), timedelta())
    count = max(1, total * per_hour // timedelta(hours=1)) if total else 0
    times = []
    for number in range(count):
        drawn = hmac.new(bytes.fromhex(key), f"check/{session_id}/{number}".encode(), sha256).digest()
        share = int.from_bytes(drawn[:4], "big")
        times.append(_at(taught, (total * number + total * share / 2**32) / count))
    return [time.replace(second=0, microsecond=0) for time in times]


def _at(taught: Sequence[Stay], into: timedelta) -> datetime:
    """The instant after so much instruction."""
    for stay in taught:
        if into < stay.length:
            return stay.begins + into
        into -= stay.length
    return taught[-1].ends
