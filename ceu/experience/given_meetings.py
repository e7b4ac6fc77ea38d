"""What becomes of a session that a supervisor enters, in the log of one who was there: pure decisions.

The kind of supervision follows from how many were there, as everywhere in the log: one is individual, two triadic, more a
group. What the law of each makes of that is for the rules to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ceu.domain.errors import DomainError
from ceu.domain.experience import ACTIVITY_LABELS, DELIVERY_LABELS, Activity
from ceu.domain.minutes import clock_text
from ceu.experience.checks import SUPERVISEES, Stretch, check_stretch


class Standing(StrEnum):
    """Where a supervisee's part of a session stands.

    Logged by the supervisor; linked to an entry the trainee had made; waiting for the trainee; declined by the trainee;
    removed from the log by the trainee's hand.
    """

    LOGGED = "logged"
    LINKED = "linked"
    WAITING = "waiting"
    DECLINED = "declined"
    REMOVED = "removed"

    @property
    def has_entry(self) -> bool:
        return self in {Standing.LOGGED, Standing.LINKED}


@dataclass(frozen=True)
class Known:
    """An entry of the trainee's log on that day; ``is_mine`` unless it is under another supervisor."""

    entry_id: int
    stretch: Stretch
    is_mine: bool = True


@dataclass(frozen=True)
class Outcome:
    """What becomes of the session in one log: with which entry it is the same, and why it has to wait."""

    standing: Standing
    entry_id: int | None = None
    reason: str = ""


def kind_of(head_count: int) -> str:
    """The kind of supervision that so many receive together, in the plain word that rules compare."""
    few = {number: kind.value for kind, number in SUPERVISEES.items()}
    return few.get(head_count, Activity.SUPERVISION_GROUP.value)


def kind_sentence(chosen: str, head_count: int) -> str | None:
    """Why the session is of another kind than the one chosen, or None."""
    kind = kind_of(head_count)
    if kind == chosen:
        return None
    was = "1 supervisee was" if head_count == 1 else f"{head_count} supervisees were"
    return (
        f"{was} there, so it is logged as {ACTIVITY_LABELS[kind].lower()}, not as {ACTIVITY_LABELS[chosen].lower()}: "
        "one is individual, two are triadic, three or more are a group."
    )


def decide(stretch: Stretch, same_day: Sequence[Known], locked: str | None, today_is_known: bool) -> Outcome:
    """What becomes of a session in one log.

    ``locked`` says why the week can no longer change, if it cannot; ``today_is_known`` is False where the session's day
    has not come yet where the trainee lives.
    """
    twin = find_twin(stretch, same_day)
    if twin is not None:
        return _beside(stretch, twin)
    if locked:
        return Outcome(Standing.WAITING, reason=locked)
    if not today_is_known:
        return Outcome(Standing.WAITING, reason="This day has not come yet where the trainee lives.")
    try:
        check_stretch(stretch, [known.stretch for known in same_day], today=stretch.day)
    except DomainError as refusal:
        return Outcome(Standing.WAITING, reason=_conflict(stretch, same_day, refusal))
    return Outcome(Standing.LOGGED)


def _beside(stretch: Stretch, twin: Known) -> Outcome:
    """What becomes of a session that stands in the log already."""
    if not twin.is_mine:
        return Outcome(Standing.WAITING, twin.entry_id, "The log has it under another supervisor.")
    differs = difference(stretch, twin.stretch)
    if differs:
        return Outcome(Standing.WAITING, twin.entry_id, f"The log has it already, but otherwise: {differs}.")
    return Outcome(Standing.LINKED, twin.entry_id)


def find_twin(stretch: Stretch, same_day: Sequence[Known]) -> Known | None:
    """The supervision of that day and setting that is the same session: it overlaps, or no start tells them apart.

    Under another supervisor it is so only where it overlaps: nobody is supervised by two at once.
    """
    found = [
        known
        for known in same_day
        if _is_same_session(stretch, known.stretch) and (known.is_mine or _overlap(stretch, known.stretch))
    ]
    return min(found, key=lambda known: len(difference(stretch, known.stretch)), default=None)


def _is_same_session(one: Stretch, other: Stretch) -> bool:
    if one.place.setting_id != other.place.setting_id or not Activity(other.activity).is_supervision:
        return False
    if one.start_minute is None or other.start_minute is None:
        return one.activity == other.activity
    return _overlap(one, other)


def _overlap(one: Stretch, other: Stretch) -> bool:
    if one.start_minute is None or other.start_minute is None:
        return False
    return (
        one.start_minute < other.start_minute + other.minutes
        and other.start_minute < one.start_minute + one.minutes
    )


def difference(given: Stretch, logged: Stretch) -> str:
    """In what the log tells a session otherwise than the supervisor, in words; empty when it does not.

    A start that only one of them names is no difference.
    """
    return ", ".join(
        f"{mine} is {theirs} there"
        for mine, theirs in _told(given, logged)
        if mine and theirs and mine != theirs
    )


def _told(given: Stretch, logged: Stretch) -> list[tuple[str, str]]:
    starts = (given.start_minute, logged.start_minute)
    told = [
        (given.label.lower(), logged.label.lower()),
        (clock_text(given.minutes), clock_text(logged.minutes)),
        (DELIVERY_LABELS[given.delivery].lower(), DELIVERY_LABELS[logged.delivery].lower()),
        (_people(given.head_count), _people(logged.head_count)),
    ]
    if None not in starts:
        told.append((_clock(starts[0]), _clock(starts[1])))
    return told


def _clock(minute: int | None) -> str:
    return "" if minute is None else f"the start {clock_text(minute)}"


def _people(count: int | None) -> str:
    return "" if count is None else f"{count} supervised"


def _conflict(stretch: Stretch, same_day: Sequence[Known], refusal: DomainError) -> str:
    """Why it cannot be logged as it is, without telling what the trainee does in other settings."""
    if refusal.field == "day":
        return f"The day lies outside the time of the work at {stretch.place.name}."
    met = next((known.stretch for known in same_day if _overlap(stretch, known.stretch)), None)
    if met is None and any(known.stretch == stretch for known in same_day):
        return (
            "The log has one like it, under another supervisor. If both took place, give one of them a start."
        )
    if met is None:
        return "With it the day would have more than 24 hours."
    if met.place.setting_id == stretch.place.setting_id:
        return f"It overlaps {met.label.lower()}, {met.times}."
    return "It overlaps something in another setting."
