"""Limit: at most so much is credited, in all, in a period, in any run of days, or once. The excess stays visible."""

import numpy as np

from ceu.rules.amounts import MINUTES, amount_of, base_of
from ceu.rules.calendar import add_months
from ceu.rules.columns import Cut, Mask, any_by, beyond, kept, numbered, starts, sum_by
from ceu.rules.ledger import Ints
from ceu.rules.pack import Limit, Quantity
from ceu.rules.periods import Calendar
from ceu.rules.situation import CANNOT_TELL, NEVER, YES, Situation

_PERSON = 1 << 22  # wider than any date's ordinal
_MONTHS = {"months": 1, "years": 12}
_DAYS = {"days": 1, "weeks": 7}


def limit(
    situation: Situation, left: Ints, calendar: Calendar, doubtful: bool
) -> tuple[Ints, tuple[Cut, ...]]:
    """Apply the limits one after the other, each to what the ones before it left.

    Entries are taken in the situation's order. When doubtful hours are left out, an entry that may fall under a limit
    does, and a limit whose amount is unknown lets nothing through; when they are let in it is the other way round. So
    what depends on either "cannot be told".
    """
    cuts, credited = [], left
    for rule in situation.version.limits:
        if rule.status == "unknown" and doubtful:
            continue
        falls_under = YES if doubtful else CANNOT_TELL
        told = situation.brief(rule.of)
        if isinstance(told, int) and told < falls_under:
            continue
        members = (situation.answer(rule.of) >= falls_under) & (credited > 0)
        if not members.any():
            continue
        chosen, excess = _excess(_Applied(situation, rule, credited, members, calendar, doubtful))
        over = excess > 0
        if over.any():
            credited = left.copy() if credited is left else credited
            credited[chosen] -= excess
            cuts.append(Cut(rule.id, chosen[over], excess[over]))
    return credited, tuple(cuts)


def fullest(situation: Situation, rule: Limit, minutes: Ints, calendar: Calendar) -> int:
    """Minutes under a limit: in all, or in the fullest period or run of days. For one person."""
    if not len(minutes):
        return 0
    if rule.per:
        cells = calendar.cells(rule.per, each_setting=False)
        return int(sum_by(cells.of_entry, minutes, len(cells)).max())
    if rule.in_any:
        days, of_entry = numbered(situation.ledger.day)
        totals = np.r_[0, np.cumsum(sum_by(of_entry, minutes, len(days)))]
        first = np.searchsorted(days, _earliest(days, rule.in_any))
        return int((totals[1:] - totals[first]).max())
    return int(minutes.sum())


def room_of(
    situation: Situation, rule: Limit, minutes: Ints, calendar: Calendar, doubtful: bool
) -> int | None:
    """How much a limit allows the one person of this ledger in all; None where it is unknown or has no single amount."""
    if rule.at_most is None or rule.status == "unknown" or (rule.per and rule.for_every):
        return None
    members = situation.belongs(rule.of, doubtful)
    applied = _Applied(situation, rule, minutes, members, calendar, doubtful)
    room = int(applied.room(np.zeros(len(situation), dtype=np.int64), np.zeros(1, dtype=np.int64))[0])
    return None if room >= NEVER else room


class _Applied:
    """A limit as it meets what is left: its members, and the room there is for them."""

    def __init__(
        self, situation: Situation, rule: Limit, left: Ints, members: Mask, calendar: Calendar, doubtful: bool
    ) -> None:
        self.situation = situation
        self.rule = rule
        self.left = left
        self.members = members
        self.calendar = calendar
        self.doubtful = doubtful

    def room(self, group: Ints, owner: Ints) -> Ints:
        """Minutes allowed in each group of entries; ``owner`` is the person of each group."""
        amounts, groups = amount_of(self.situation, self.rule, larger=self.doubtful)[owner], len(owner)
        if self.rule.for_every is None or self.rule.status == "unknown":
            return amounts
        every = self.rule.for_every
        per, amount = every.amount.amount, int(amounts.max(initial=0))
        among = self.situation.belongs(every.of, self.doubtful) & self.members
        if every.amount.unit != MINUTES:
            among = np.zeros_like(among)  # periods are counted, whoever's hours lie in them
        left = np.where(among, 0, self.left)
        base = base_of(
            self.situation, every, left, self.calendar, group=group, groups=groups, doubtful=self.doubtful
        )
        # Where the limited entries count in the base too, each minute of them makes room for a part of itself.
        inside = any_by(group, among, groups)
        if per <= amount:
            return np.where(inside, NEVER, amount * base // per)
        return amount * base // np.where(inside, per - amount, per)


def _excess(applied: _Applied) -> tuple[Ints, Ints]:
    """The entries a limit looks at and the minutes of each that are too many."""
    situation, rule, left, members = applied.situation, applied.rule, applied.left, applied.members
    person = situation.ledger.person.codes
    if rule.in_any:
        return _beyond_in_any(applied, np.flatnonzero(members), rule.in_any)
    if rule.in_best:
        chosen = np.flatnonzero(members & ~_in_best_run(applied, np.flatnonzero(members), rule.in_best))
        return chosen, left[chosen]
    if rule.once_per:
        column = situation.ledger.categories[rule.once_per]
        key = person * (len(column.values) + 1) + column.codes + 1
        chosen = situation.in_order(np.flatnonzero(members), key)
        return chosen, np.where(starts(key[chosen]), 0, left[chosen])
    group, owner = person, np.arange(len(situation.facts))
    if rule.per:
        cells = applied.calendar.cells(rule.per, each_setting=False)
        group, owner = cells.of_entry, cells.person
    room = applied.room(group, owner)
    crowded = sum_by(group, kept(left, members), len(owner)) > room
    if not crowded.any():
        return group[:0], left[:0]
    inside = np.flatnonzero(crowded[group])
    chosen = situation.in_order(inside[members[inside]], group)
    return chosen, beyond(group[chosen], left[chosen], room)


def _earliest(days: Ints, length: Quantity) -> Ints:
    """The first day of the run of that length that ends on each day."""
    if length.unit in _DAYS:
        return days - length.amount * _DAYS[length.unit] + 1
    return add_months(days, -length.amount * _MONTHS[length.unit]) + 1


def _in_best_run(applied: _Applied, members: Ints, length: Quantity) -> Mask:
    """The entries in each person's fullest run of that length, the latest of equal ones."""
    person, day = applied.situation.ledger.person.codes, applied.situation.ledger.day
    key = person * _PERSON + day
    dates, of_member = numbered(key[members])
    days, owner = dates % _PERSON, dates // _PERSON
    if length.unit in _DAYS:
        ends = days + length.amount * _DAYS[length.unit]
    else:
        ends = add_months(days, length.amount * _MONTHS[length.unit])
    totals = np.r_[0, np.cumsum(sum_by(of_member, applied.left[members], len(dates)))]
    after = np.searchsorted(dates, owner * _PERSON + ends)
    held = totals[after] - totals[:-1]
    order = np.lexsort((days, held, owner))
    best = order[np.flatnonzero(np.r_[owner[order][1:] != owner[order][:-1], True])]
    people = len(applied.situation.facts)
    first, end = np.full(people, NEVER), np.full(people, NEVER)
    first[owner[best]], end[owner[best]] = days[best], ends[best]
    inside: Mask = (day >= first[person]) & (day < end[person])
    return inside


def _beyond_in_any(applied: _Applied, members: Ints, length: Quantity) -> tuple[Ints, Ints]:
    """Excess over the room in any run of so many consecutive days (months, years).

    A run that ends on a day with entries contains every run with the same last entry, so only those are looked at.
    Runs within the room never bind; the entries of the others are taken one by one, each credited up to the room left
    in every run that contains it.
    """
    situation, left = applied.situation, applied.left
    person = situation.ledger.person.codes
    key = person * _PERSON + situation.ledger.day
    dates, of_member = numbered(key[members])
    totals = np.r_[0, np.cumsum(sum_by(of_member, left[members], len(dates)))]
    owner = dates // _PERSON
    first = np.searchsorted(dates, owner * _PERSON + _earliest(dates % _PERSON, length))
    room = applied.room(person, np.arange(len(situation.facts)))[owner]
    over = np.flatnonzero(totals[1:] - totals[first] > room)
    if not len(over):
        return members[:0], members[:0]
    # The runs that hold a date are a stretch of those over the room: both their ends come in the order of days.
    begin = np.searchsorted(over, np.arange(len(dates)))
    end = np.searchsorted(first[over], np.arange(len(dates)), side="right")
    crowded = end > begin
    date_of_entry = np.zeros(len(left), dtype=np.int64)
    date_of_entry[members] = of_member
    chosen = situation.in_order(members[crowded[of_member]], person)
    free, excess = room[over], []
    for index, minutes in zip(date_of_entry[chosen].tolist(), left[chosen].tolist(), strict=True):
        runs = free[begin[index] : end[index]]
        fits = min(minutes, int(runs.min()))
        runs -= fits
        excess.append(minutes - fits)
    return chosen, np.array(excess, dtype=np.int64)
