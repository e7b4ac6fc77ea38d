"""Condition: hours need contact with a supervisor in the same week and setting, and this is what happens without."""

from dataclasses import dataclass
from math import lcm

import numpy as np

from ceu.rules.columns import Cut, Mask, beyond, sum_by
from ceu.rules.ledger import Ints
from ceu.rules.pack import Average, Step, Supervision
from ceu.rules.situation import NO, YES, Situation


@dataclass(frozen=True)
class Contact:
    """Supervision per cell, in parts of a unit (``one`` parts are one unit), so that nothing is rounded.

    ``need`` is what the cell needed, ``floor_short`` and ``step_short`` where it fell short and of which rule;
    ``average_short`` holds (rule, setting, performed minutes, minutes the units cover), for each person who has one.
    """

    one: int
    parts: Ints
    parts_of_entry: Ints
    need: Ints
    floor_short: Mask
    step_short: dict[str, Mask]
    performed: dict[str, Ints]
    average_short: tuple[tuple[Average, int, int, int], ...]


@dataclass(frozen=True)
class Supervised:
    """Minutes left per entry after the condition, and what it took."""

    left: Ints
    cuts: tuple[Cut, ...]
    contact: Contact | None


def parts_per_minute(situation: Situation, supervision: Supervision) -> tuple[int, Ints]:
    """How many parts make a unit, and how many each minute of an entry is worth."""
    unit_minutes = supervision.units.minutes
    one = lcm(*unit_minutes.values())
    activity = situation.ledger.categories["activity"]
    worth = [one // unit_minutes[name] if name in unit_minutes else 0 for name in activity.values]
    return one, np.array([*worth, 0], dtype=np.int64)[activity.codes]


def supervise(situation: Situation, left: Ints, doubtful: bool) -> Supervised:
    """Apply the floor, the steps and the averages of the version to what was admitted.

    Where doubtful entries are let in, hours in a setting that was not given are not held to be unsupervised, and
    supervision in one may have been in any setting of that week.
    """
    rules = situation.version.supervision
    if rules is None:
        return Supervised(left, (), None)
    return _Condition(situation, rules, left, doubtful).apply(left)


class _Condition:
    def __init__(self, situation: Situation, rules: Supervision, admitted: Ints, doubtful: bool) -> None:
        self.situation = situation
        self.cells = situation.cells
        self.rules = rules
        self.needs = ~situation.holds(rules.exempt)
        self.admitted = admitted
        self.one, worth = parts_per_minute(situation, rules)
        self.parts_of_entry = admitted * worth
        self.parts = self.per_cell(self.parts_of_entry)
        self.needing = self.per_cell((self.needs & (admitted > 0)).astype(np.int64)) > 0
        self.judged = (self.cells.setting >= 0) | (not doubtful)
        if doubtful and not self.judged.all():
            weeks = int(self.cells.person_week.max()) + 1
            anywhere = sum_by(self.cells.person_week, np.where(self.judged, 0, self.parts), weeks)
            self.parts = self.parts + np.where(self.judged, anywhere[self.cells.person_week], 0)
            self.needing &= self.judged
        self.need = np.where(self.needing, rules.floor.at_least.amount * self.one, 0)
        self.floor_short = self.parts < self.need
        self.cuts: list[Cut] = []

    def per_cell(self, values: Ints) -> Ints:
        return sum_by(self.cells.of_entry, values, len(self.cells))

    def apply(self, left: Ints) -> Supervised:
        left = self.forfeit(self.rules.floor.id, left, self.needs & self.floor_short[self.cells.of_entry])
        steps: dict[str, Mask] = {}
        performed: dict[str, Ints] = {}
        for step in self.rules.steps:
            left, steps[step.id], performed[step.id] = self.step(step, left)
        averages: list[tuple[Average, int, int, int]] = []
        for average in self.rules.averages:
            left, short = self.average(average, left)
            averages += short
        contact = Contact(
            self.one, self.parts, self.parts_of_entry, self.need, self.floor_short, steps, performed, tuple(averages)
        )  # fmt: skip
        return Supervised(left, tuple(self.cuts), contact)

    def step(self, step: Step, left: Ints) -> tuple[Ints, Mask, Ints]:
        # Hours performed trigger the step, whether or not they may be credited (4980.43.2(a)(3) says "performs").
        applies = self.situation.answer(step.applies)
        basis = self.situation.holds(step.performed) & (applies == YES)
        performed = self.per_cell(np.where(basis, self.situation.ledger.minutes, 0))
        triggered = self.needing & (performed > step.over.amount)
        self.need = self.need + np.where(triggered, step.extra.amount * self.one, 0)
        short = triggered & (self.parts < self.need) & ~self.floor_short
        in_short = short[self.cells.of_entry]
        if self.consequence(step) == "forfeit":
            left = self.forfeit(step.id, left, self.needs & (applies != NO) & in_short)
        else:
            room = np.full(len(self.cells), step.over.amount, dtype=np.int64)
            left = self.cap(step.id, left, basis & in_short, self.cells.of_entry, room)
        return left, short, performed

    def average(self, average: Average, left: Ints) -> tuple[Ints, list[tuple[Average, int, int, int]]]:
        applies = self.situation.holds(average.applies)
        counted = applies & ~self.floor_short[self.cells.of_entry]
        basis = counted & self.situation.holds(average.performed)
        setting = self.situation.ledger.categories["setting"]
        width = len(setting.values) + 1
        place = self.situation.ledger.person.codes * width + setting.codes + 1
        places = width * max(len(self.situation.facts), 1)
        # Hours and units of the same weeks: those of a week that was not admitted weigh on neither side of the average.
        performed = sum_by(place, np.where(basis, self.admitted, 0), places)
        parts = sum_by(place, np.where(counted, self.parts_of_entry, 0), places)
        room = parts * average.one_unit_per.amount // self.one
        short = (performed > room) & (self.judged.all() | (np.arange(places) % width > 0))
        if self.consequence(average) == "forfeit":
            room = np.where(short, 0, room)
        left = self.cap(average.id, left, basis & short[place], place, room)
        found = [
            (average, where % width - 1, int(performed[where]), int(room[where]))
            for where in np.flatnonzero(short).tolist()
        ]
        return left, found

    def consequence(self, rule: Step | Average) -> str:
        return rule.consequences[self.situation.choices[rule.policy]]

    def forfeit(self, rule: str, left: Ints, entries: Mask) -> Ints:
        chosen = np.flatnonzero(entries & (left > 0))
        return self.take(rule, left, chosen, left[chosen])

    def cap(self, rule: str, left: Ints, entries: Mask, group: Ints, room: Ints) -> Ints:
        if not entries.any():
            return left
        order = self.situation.order
        chosen = order[(entries & (left > 0))[order]]
        return self.take(rule, left, chosen, beyond(group[chosen], left[chosen], room))

    def take(self, rule: str, left: Ints, entries: Ints, minutes: Ints) -> Ints:
        taken = minutes > 0
        if not taken.any():
            return left
        self.cuts.append(Cut(rule, entries[taken], minutes[taken]))
        left = left.copy()
        left[entries] -= minutes
        return left
