"""Condition: hours need contact with a supervisor in the same period and setting, and this is what happens without."""

from dataclasses import dataclass
from functools import reduce
from math import lcm

import numpy as np

from ceu.rules.columns import EVERYWHERE, Cut, Groups, Mask, beyond, both, count_by, kept, numbered
from ceu.rules.ledger import Ints
from ceu.rules.pack import Average, Floor, Step, Supervision
from ceu.rules.periods import Calendar, Cells
from ceu.rules.situation import Situation

_ONE: Ints = np.ones(1, dtype=np.int64)
UNIT_OF_HOURS = 60
"""Parts of a unit where a pack names none: an hour of supervision is a unit."""


@dataclass(frozen=True)
class Shortfall:
    """The cells in which a floor, or what a step adds to it, was missing: ``have`` of ``need`` per cell.

    Both are in the floor's own measure: minutes, meetings, or parts of a unit.
    """

    rule: Floor | Step
    floor: Floor
    cells: Mask
    have: Ints
    need: Ints
    consequence: str


@dataclass(frozen=True)
class ShortAverage:
    """An average that does not cover what was performed in a setting (-1: wherever): minutes of both."""

    rule: Average
    setting: int
    performed: int
    covered: int
    consequence: str


@dataclass(frozen=True)
class Contact:
    """Supervision in parts of a unit (``one`` parts are one unit), so that nothing is rounded.

    ``cells`` are the periods and settings it is owed in. ``weekly_need`` is what each of them needed, where they are weeks
    in a setting.
    """

    rules: Supervision
    calendar: Calendar
    cells: Cells
    one: int
    parts_of_entry: Ints
    weekly_need: Ints | None
    shortfalls: tuple[Shortfall, ...]
    averages: tuple[ShortAverage, ...]


@dataclass(frozen=True)
class Supervised:
    """Minutes left per entry after the condition, and what it took."""

    left: Ints
    cuts: tuple[Cut, ...]
    contact: Contact | None


def supervise(situation: Situation, admitted: Ints, calendar: Calendar, doubtful: bool) -> Supervised:
    """Apply the floors, the steps and the averages of the version to what was admitted.

    Where doubtful entries are let in, hours in a setting that was not given are not held to be unsupervised, and
    supervision in one may have been in any setting of that period.
    """
    rules = situation.version.supervision
    if rules is None:
        return Supervised(admitted, (), None)
    return _Condition(situation, rules, admitted, calendar, doubtful).apply()


class _Condition:
    def __init__(
        self, situation: Situation, rules: Supervision, admitted: Ints, calendar: Calendar, doubtful: bool
    ) -> None:
        self.situation = situation
        self.rules = rules
        self.admitted = self.left = admitted
        self.calendar = calendar
        self.doubtful = doubtful
        each_setting = rules.where == "each_setting"
        self.is_weekly = rules.per == "week" and each_setting
        self.cells = calendar.cells(rules.per, each_setting)
        self.judged: Mask = self.cells.setting >= 0 if each_setting and doubtful else EVERYWHERE
        self.needs = ~situation.members(rules.exempt, doubtful=False)
        self.one, self.parts_of_entry = self.parts()
        self.cuts: list[Cut] = []
        self.shortfalls: list[Shortfall] = []

    def parts(self) -> tuple[int, Ints]:
        """How many parts make a unit, and the parts of each entry; without units an hour of supervision is one."""
        if self.rules.units is None:
            rules: tuple[Floor | Average, ...] = (*self.rules.floors, *self.rules.averages)
            giving = [self.situation.members(rule.of, self.doubtful) for rule in rules]
            return UNIT_OF_HOURS, kept(self.admitted, reduce(np.logical_or, giving, ~EVERYWHERE))
        unit_minutes = self.rules.units.minutes
        one = lcm(*unit_minutes.values())
        activity = self.situation.ledger.categories["activity"]
        worth = [one // unit_minutes[name] if name in unit_minutes else 0 for name in activity.values]
        return one, self.admitted * np.array([*worth, 0], dtype=np.int64)[activity.codes]

    def per_cell(self, values: Ints, where: Mask) -> Ints:
        """The sum in each cell; doubtful supervision in an unnamed setting may have been in any of its period."""
        return self.cells.total(values, where, anywhere=self.doubtful)

    def measured(self, floor: Floor) -> tuple[Ints, int]:
        """How much of a floor each cell has, and how much that floor asks, in its own measure."""
        giving = self.situation.members(floor.of, self.doubtful)
        match floor.at_least.unit:
            case "units":
                return self.per_cell(self.parts_of_entry, giving), floor.at_least.amount * self.one
            case "meetings":
                enough = floor.each.amount if floor.each else 0
                met = giving & (self.admitted > 0) & (self.situation.ledger.minutes >= enough)
                counted = self.weeks_met(met) if floor.in_different_weeks else self.per_cell(_ONE, met)
                return counted, floor.at_least.amount
            case _:
                return self.per_cell(self.admitted, giving), floor.at_least.amount

    def weeks_met(self, met: Mask) -> Ints:
        """Different calendar weeks with a meeting in each cell; doubtful ones in an unnamed setting may belong to any."""
        ledger = self.situation.ledger
        places, weeks = ledger.places(met), self.calendar.cells("week", each_setting=False)
        cell, week = ledger.at(self.cells.of_entry, places), ledger.at(weeks.of_entry, places)
        if self.doubtful and not self.judged.all():
            unnamed = np.flatnonzero(~self.judged[cell])
            others = [np.flatnonzero(self.cells.period == self.cells.period[cell[at]]) for at in unnamed]
            week = np.concatenate((week, np.repeat(week[unnamed], [len(each) for each in others])))
            cell = np.concatenate((cell, *others))
        width = int(week.max(initial=0)) + 1
        pairs, _ = numbered(cell * width + week)
        return count_by(pairs // width, len(self.cells))

    def apply(self) -> Supervised:
        lost = np.zeros(len(self.cells), dtype=np.bool_)
        have, need, needing, short_of = {}, {}, {}, {}
        for floor in self.rules.floors:
            have[floor.id], asked = self.measured(floor)
            applies = both(self.needs, self.situation.members(floor.applies, not self.doubtful))
            here = self.cells.groups.any(both(applies, self.admitted > 0))
            needing[floor.id] = both(here, self.judged)
            need[floor.id] = needing[floor.id] * asked
            short = short_of[floor.id] = have[floor.id] < need[floor.id]
            consequence = floor.follows(self.situation.choices)
            self.note(floor, floor, short, have[floor.id], need[floor.id], consequence)
            if consequence == "forfeit":
                lost |= short
                self.forfeit(floor.id, applies, short)
        for step in self.rules.steps:
            floor = next(each for each in self.rules.floors if step.floor in (None, each.id))
            raised = needing[floor.id] & ~short_of[floor.id]
            self.step(step, floor, have[floor.id], need[floor.id], raised)
        averages = tuple(short for rule in self.rules.averages for short in self.average(rule, lost))
        return Supervised(self.left, tuple(self.cuts), self.contact(need, averages))

    def contact(self, need: dict[str, Ints], averages: tuple[ShortAverage, ...]) -> Contact:
        in_parts = [need[each.id] for each in self.rules.floors if each.at_least.unit != "meetings"]
        return Contact(
            self.rules,
            self.calendar,
            self.cells,
            self.one,
            self.parts_of_entry,
            reduce(np.maximum, in_parts) if self.is_weekly and in_parts else None,
            tuple(self.shortfalls),
            averages,
        )

    def note(self, rule: Floor | Step, floor: Floor, short: Mask, have: Ints, need: Ints, what: str) -> None:
        if short.any():
            self.shortfalls.append(Shortfall(rule, floor, short, have, need.copy(), what))

    def step(self, step: Step, floor: Floor, have: Ints, need: Ints, among: Mask) -> None:
        """Add to what a floor needs where more was performed, and see to what follows where it is missing.

        ``among`` are the cells that have the floor itself.
        """
        # Hours performed trigger the step, whether or not they may be credited (4980.43.2(a)(3) says "performs").
        applies, performs = (
            self.situation.members(each, doubtful=False) for each in (step.applies, step.performed)
        )
        basis = both(applies, performs)
        performed = self.cells.groups.sum(self.situation.ledger.minutes, where=basis)
        triggered = among & (performed > step.over.amount)
        extra = step.extra.amount * (self.one if floor.at_least.unit == "units" else 1)
        need += triggered * extra
        short = triggered & (have < need)
        consequence = step.follows(self.situation.choices)
        self.note(step, floor, short, have, need, consequence)
        if consequence == "forfeit":
            owed = self.situation.members(step.applies, not self.doubtful)
            self.forfeit(step.id, both(self.needs, owed), short)
        elif consequence == "cap":
            room = np.full(len(self.cells), step.over.amount, dtype=np.int64)
            self.cap(step.id, basis, short, self.cells.groups, room)

    def average(self, average: Average, lost: Mask) -> list[ShortAverage]:
        """Hours and units of the same periods: those of one that was not credited weigh on neither side."""
        applies, performs = (
            self.situation.members(each, doubtful=False) for each in (average.applies, average.performed)
        )
        counted = both(applies, ~self.cells.groups.spread(lost))
        basis = both(performs, counted)
        giving = both(self.situation.members(average.of, self.doubtful), counted)
        setting = self.situation.ledger.categories["setting"]
        everywhere = average.across == "everything"
        width = 1 if everywhere else len(setting.values) + 1
        place = self.situation.ledger.person.codes * width + (0 if everywhere else setting.codes + 1)
        places = width * max(len(self.situation.facts), 1)
        accounts = Groups(place, places)
        performed = accounts.sum(self.admitted, where=basis)
        parts = accounts.sum(self.parts_of_entry, where=giving)
        room = parts * average.one_unit_per.amount // self.one
        short = (performed > room) & (everywhere | (not self.doubtful) | (np.arange(places) % width > 0))
        consequence = average.follows(self.situation.choices)
        if consequence == "forfeit":
            room = np.where(short, 0, room)
        if consequence != "warn":
            self.cap(average.id, basis, short, accounts, room)
        return [
            ShortAverage(average, where % width - 1, int(performed[where]), int(room[where]), consequence)
            for where in np.flatnonzero(short).tolist()
        ]

    def forfeit(self, rule: str, entries: Mask, short: Mask) -> None:
        """Take all that is left of these entries in the cells that fell short."""
        if short.any():
            chosen = self.situation.ledger.places(entries, among=self.cells.groups.spread(short))
            self.take(rule, chosen, self.situation.ledger.at(self.left, chosen))

    def cap(self, rule: str, entries: Mask, short: Mask, groups: Groups, room: Ints) -> None:
        """Take what goes beyond the room from these entries in the groups that fell short."""
        if short.any():
            ledger = self.situation.ledger
            chosen = ledger.places(entries, among=groups.spread(short))
            chosen = self.situation.in_order(chosen, groups.of_entry)
            left = ledger.at(self.left, chosen)
            self.take(rule, chosen, beyond(ledger.at(groups.of_entry, chosen), left, room))

    def take(self, rule: str, entries: Ints, minutes: Ints) -> None:
        taken = minutes > 0
        if taken.any():
            entries, minutes = entries[taken], minutes[taken]
            self.cuts.append(Cut(rule, entries, minutes))
            if self.left is self.admitted:
                self.left = self.admitted.copy()
            self.left.reshape(-1)[entries] -= minutes


def in_doubt(situation: Situation, rules: Supervision) -> bool:
    """Whether it cannot be told of an entry where, for what or as what its supervision is owed or given."""
    setting = situation.ledger.categories["setting"].codes
    by_setting = rules.where == "each_setting" or any(each.across == "setting" for each in rules.averages)
    conditions = [
        *(part for floor in rules.floors for part in (floor.of, floor.applies)),
        *(step.applies for step in rules.steps),
        *(average.of for average in rules.averages),
    ]
    return bool(
        (by_setting and (setting < 0).any()) or any(situation.in_doubt(condition) for condition in conditions)
    )
