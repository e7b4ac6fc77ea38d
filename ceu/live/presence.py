"""Who was present at a live session, for how long, and whether that is enough. Pure.

Meeting software gives one row per join, so presence is the union of a person's stays, clipped to the session and without
its breaks. A policy says what is asked; every part of it that is not met is a sentence of its own. Sources of the kinds
of policy: Cal. 16 CCR 88 (checks per hour, an analog), FL 64B1 (sign-in and sign-out, an analog), providers' own policies
of percentages and of hours forfeited after a gap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
NOTHING = timedelta()


@dataclass(frozen=True, order=True)
class Stay:
    """A stretch of time between two aware instants, the second not included."""

    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts; never less than nothing."""
        return max(self.ends - self.begins, NOTHING)


@dataclass(frozen=True)
class Session:
    """When instruction was given: from, to, and the breaks between, for which nobody gets credit."""

    begins: datetime
    ends: datetime
    breaks: tuple[Stay, ...] = ()

    @property
    def instruction(self) -> list[Stay]:
        """The stretches of instruction, ascending."""
        return without([Stay(self.begins, self.ends)], self.breaks)


@dataclass(frozen=True)
class Policy:
    """What counts as having been present; a part that is None is not asked.

    ``percent`` of instruction attended; ``longest_gap`` in minutes of instruction missed at a stretch;
    ``checks_percent`` of the presence checks answered; ``hour_gap``: an hour in which more minutes than this were missed
    at a stretch brings no credit, though the rest does.
    """

    percent: int | None = None
    longest_gap: int | None = None
    checks_percent: int | None = None
    hour_gap: int | None = None


@dataclass(frozen=True)
class Checks:
    """Presence checks held while a session ran, and how many of them a person answered."""

    held: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Presence:
    """What became of one person's stays: whole minutes present, of instruction, and credited; and what was not met.

    ``kept`` are the minutes of instruction in hours that were not forfeited, whoever was present in them.
    """

    present: int
    instruction: int
    credited: int
    longest_gap: int
    unmet: tuple[str, ...]
    kept: int = 0

    @property
    def is_met(self) -> bool:
        """Whether everything the policy asks is met; without instruction nobody was present."""
        return not self.unmet


def union(stays: Iterable[Stay]) -> list[Stay]:
    """Stays without overlaps, ascending; those that touch become one, those that last no time are left out."""
    found: list[Stay] = []
    for stay in sorted(each for each in stays if each.length):
        if found and stay.begins <= found[-1].ends:
            found[-1] = Stay(found[-1].begins, max(found[-1].ends, stay.ends))
        else:
            found.append(stay)
    return found


def clipped(stays: Iterable[Stay], to: Iterable[Stay]) -> list[Stay]:
    """What stays and other stays have in common."""
    others = union(to)
    return [
        Stay(max(stay.begins, other.begins), min(stay.ends, other.ends))
        for stay in union(stays)
        for other in others
        if stay.begins < other.ends and other.begins < stay.ends
    ]


def without(stays: Iterable[Stay], others: Iterable[Stay]) -> list[Stay]:
    """What of stays lies outside of others."""
    taken = union(others)
    rest: list[Stay] = []
    for stay in union(stays):
        begins = stay.begins
        for other in clipped([stay], taken):
            if begins < other.begins:
                rest.append(Stay(begins, other.begins))
            begins = other.ends
        if begins < stay.ends:
            rest.append(Stay(begins, stay.ends))
    return rest


def presence(session: Session, stays: Iterable[Stay], policy: Policy, checks: Checks = Checks()) -> Presence:
    """How long a person was present, and what of the policy is not met, in sentences.

    Minutes are whole and rounded down once, at the end; percentages are compared in exact time.
    """
    asked = session.instruction
    attended = clipped(stays, asked)
    missed = without(asked, attended)
    gap = max((stay.length for stay in _at_a_stretch(missed, session.breaks)), default=NOTHING)
    kept = asked if policy.hour_gap is None else _kept(asked, attended, policy.hour_gap)
    unmet = [
        *_too_little(asked, attended, policy.percent),
        *_too_long_away(gap, policy.longest_gap),
        *_too_few_checks(checks, policy.checks_percent),
    ]
    return Presence(
        _minutes(attended),
        _minutes(asked),
        _minutes(clipped(attended, kept)),
        _whole(gap),
        tuple(unmet),
        _minutes(kept),
    )


def _minutes(stays: Sequence[Stay]) -> int:
    return _whole(_total(stays))


def _total(stays: Sequence[Stay]) -> timedelta:
    return sum((stay.length for stay in stays), NOTHING)


def _whole(time: timedelta) -> int:
    return time // timedelta(minutes=1)


def _at_a_stretch(missed: Sequence[Stay], breaks: Sequence[Stay]) -> list[Stay]:
    """Missed instruction, where a break between two pieces of it does not end the absence; its length counts no break."""
    stretches: list[Stay] = []
    pauses = union(breaks)
    for stay in missed:
        if stretches and Stay(stretches[-1].ends, stay.begins) in pauses:
            stretches[-1] = Stay(stretches[-1].begins, stay.ends)
        else:
            stretches.append(stay)
    return [
        Stay(stretch.begins, stretch.begins + _total(without([stretch], pauses))) for stretch in stretches
    ]


def _kept(asked: Sequence[Stay], attended: Sequence[Stay], gap: int) -> list[Stay]:
    """The instruction without its hours in which more than ``gap`` minutes were missed at a stretch."""
    kept: list[Stay] = []
    for hour in _hours(asked):
        longest = max((stay.length for stay in without(hour, attended)), default=NOTHING)
        if longest <= timedelta(minutes=gap):
            kept += hour
    return kept


def _hours(asked: Sequence[Stay]) -> list[list[Stay]]:
    """Instruction cut into hours of it, the last one maybe shorter; a break does not count."""
    hours: list[list[Stay]] = [[]]
    for stay in asked:
        begins = stay.begins
        while begins < stay.ends:
            room = HOUR - _total(hours[-1])
            if not room:
                hours.append([])
                room = HOUR
            ends = min(stay.ends, begins + room)
            hours[-1].append(Stay(begins, ends))
            begins = ends
    return hours


def _too_little(asked: Sequence[Stay], attended: Sequence[Stay], percent: int | None) -> list[str]:
    if percent is None or (_total(asked) * percent <= _total(attended) * 100 and asked):
        return []
    return [f"You were present {_minutes(attended)} of {_minutes(asked)} minutes; {percent} % is needed."]


def _too_long_away(gap: timedelta, longest: int | None) -> list[str]:
    if longest is None or gap <= timedelta(minutes=longest):
        return []
    return [f"You were away for {_whole(gap)} minutes at a stretch; at most {longest} are allowed."]


def _too_few_checks(checks: Checks, percent: int | None) -> list[str]:
    if percent is None or checks.held * percent <= checks.answered * 100:
        return []
    return [f"You answered {checks.answered} of {checks.held} presence checks; {percent} % is needed."]
