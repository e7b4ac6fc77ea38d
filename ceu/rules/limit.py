"""Limit: at most so much is credited, in all, in a period, in any run of days, or once. The excess stays visible."""

from functools import cached_property

import numpy as np

from ceu.rules.amounts import MINUTES, amount_of, base_of
from ceu.rules.calendar import add_months
from ceu.rules.columns import Cut, Groups, Mask, beyond, both, kept, numbered, starts, sum_by
from ceu.rules.ledger import Ints
from ceu.rules.pack import Limit, Quantity
from ceu.rules.periods import Calendar
from ceu.rules.situation import NEVER, Situation

_NONE: Ints = np.zeros(0, dtype=np.int64)
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
        members = situation.members(rule.of, not doubtful)
        if not members.any():
            continue
        chosen, excess = _excess(_Applied(situation, rule, credited, members, calendar, doubtful))
        over = excess > 0
        if over.any():
            credited = left.copy() if credited is left else credited
            credited.reshape(-1)[chosen] -= excess
            cuts.append(Cut(rule.id, chosen[over], excess[over]))
    return credited, tuple(cuts)


def fullest(situation: Situation, rule: Limit, minutes: Ints, calendar: Calendar) -> int:
    """Minutes under a limit: in all, or in the fullest period or run of days. For one person."""
    if not len(minutes):
        return 0
    if rule.per:
        cells = calendar.cells(rule.per, each_setting=False)
        return int(cells.groups.sum(minutes).max())
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
    members = situation.members(rule.of, doubtful)
    applied = _Applied(situation, rule, minutes, members, calendar, doubtful)
    room = int(applied.room(situation.by_person, np.zeros(1, dtype=np.int64))[0])
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

    @cached_property
    def places(self) -> Ints:
        """The places of the members that have anything left."""
        return self.situation.ledger.places(both(self.members, self.left > 0))

    def room(self, groups: Groups, owner: Ints) -> Ints:
        """Minutes allowed in each group of entries; ``owner`` is the person of each group."""
        amounts = amount_of(self.situation, self.rule, larger=self.doubtful)
        amounts = amounts[owner] if self.rule.instead else np.broadcast_to(amounts[:1], owner.shape)
        if self.rule.for_every is None or self.rule.status == "unknown":
            return amounts
        every = self.rule.for_every
        per, amount = every.amount.amount, int(amounts.max(initial=0))
        among = self.situation.members(every.of, self.doubtful) & self.members & (self.left > 0)
        if every.amount.unit != MINUTES:
            among = np.zeros_like(among)  # periods are counted, whoever's hours lie in them
        left = kept(self.left, ~among)
        base = base_of(self.situation, every, left, self.calendar, groups, self.doubtful)
        # Where the limited entries count in the base too, each minute of them makes room for a part of itself.
        inside = groups.any(among)
        if per <= amount:
            return np.where(inside, NEVER, amount * base // per)
        return amount * base // np.where(inside, per - amount, per)


def _excess(applied: _Applied) -> tuple[Ints, Ints]:
    """The entries a limit looks at and the minutes of each that are too many."""
    situation, rule, left, members = applied.situation, applied.rule, applied.left, applied.members
    ledger = situation.ledger
    if (rule.in_any or rule.in_best or rule.only_from) and not len(applied.places):
        return _NONE, _NONE
    if rule.in_any:
        return _beyond_in_any(applied, applied.places, rule.in_any)
    if rule.in_best or rule.only_from:
        places = applied.places
        kept_in = (
            _in_best_run(applied, places, rule.in_best) if rule.in_best else _from_fullest(applied, places)
        )
        chosen = places[~kept_in]
        return chosen, ledger.at(left, chosen)
    if rule.once_per:
        column = ledger.categories[rule.once_per]
        key = ledger.person.codes * (len(column.values) + 1) + column.codes + 1
        chosen = situation.in_order(applied.places, key)
        return chosen, np.where(starts(ledger.at(key, chosen)), 0, ledger.at(left, chosen))
    groups, owner = situation.by_person, np.arange(len(situation.facts))
    if rule.per:
        cells = applied.calendar.cells(rule.per, each_setting=False)
        groups, owner = cells.groups, cells.person
    room = applied.room(groups, owner)
    crowded = groups.sum(left, where=members) > room
    if not crowded.any():
        return _NONE, _NONE
    chosen = situation.in_order(ledger.places(members, among=groups.spread(crowded)), groups.of_entry)
    return chosen, beyond(ledger.at(groups.of_entry, chosen), ledger.at(left, chosen), room)


def _earliest(days: Ints, length: Quantity) -> Ints:
    """The first day of the run of that length that ends on each day."""
    if length.unit in _DAYS:
        return days - length.amount * _DAYS[length.unit] + 1
    return add_months(days, -length.amount * _MONTHS[length.unit]) + 1


def _in_best_run(applied: _Applied, members: Ints, length: Quantity) -> Mask:
    """Which members are in their person's fullest run of that length, the latest of equal ones."""
    ledger = applied.situation.ledger
    person, day = ledger.at(ledger.person.codes, members), ledger.at(ledger.day, members)
    dates, of_member = numbered(person * _PERSON + day)
    days, owner = dates % _PERSON, dates // _PERSON
    if length.unit in _DAYS:
        ends = days + length.amount * _DAYS[length.unit]
    else:
        ends = add_months(days, length.amount * _MONTHS[length.unit])
    totals = np.r_[0, np.cumsum(sum_by(of_member, ledger.at(applied.left, members), len(dates)))]
    after = np.searchsorted(dates, owner * _PERSON + ends)
    held = totals[after] - totals[:-1]
    order = np.lexsort((days, held, owner))
    best = order[np.flatnonzero(np.r_[owner[order][1:] != owner[order][:-1], True])]
    people = len(applied.situation.facts)
    first, end = np.full(people, NEVER), np.full(people, NEVER)
    first[owner[best]], end[owner[best]] = days[best], ends[best]
    inside: Mask = (day >= first[person]) & (day < end[person])
    return inside


def _from_fullest(applied: _Applied, members: Ints) -> Mask:
    """Which members came from their person's so many fullest supervisors (settings, courses), the first of equal ones."""
    ledger, most = applied.situation.ledger, applied.rule.only_from
    assert most
    column = ledger.categories[most.unit.removesuffix("s")]
    width = len(column.values) + 1
    keys, of_member = numbered(ledger.at(ledger.person.codes * width + column.codes + 1, members))
    totals = sum_by(of_member, ledger.at(applied.left, members), len(keys))
    first = np.full(len(keys), NEVER)
    np.minimum.at(first, of_member, np.arange(len(members)))
    owner, places = keys // width, np.arange(len(keys))
    order = np.lexsort((first, -totals, owner))
    rank = places - np.maximum.accumulate(np.where(starts(owner[order]), places, 0))
    fullest = np.zeros(len(keys), dtype=np.bool_)
    fullest[order] = rank < most.amount
    inside: Mask = fullest[of_member]
    return inside


def _beyond_in_any(applied: _Applied, members: Ints, length: Quantity) -> tuple[Ints, Ints]:
    """Excess over the room in any run of so many consecutive days (months, years).

    A run that ends on a day with entries contains every run with the same last entry, so only those are looked at.
    Runs within the room never bind; the entries of the others are taken one by one, each credited up to the room left
    in every run that contains it.
    """
    situation, ledger = applied.situation, applied.situation.ledger
    key, left = ledger.person.codes * _PERSON + ledger.day, ledger.at(applied.left, members)
    dates, of_member = numbered(ledger.at(key, members))
    totals = np.r_[0, np.cumsum(sum_by(of_member, left, len(dates)))]
    owner = dates // _PERSON
    first = np.searchsorted(dates, owner * _PERSON + _earliest(dates % _PERSON, length))
    room = applied.room(situation.by_person, np.arange(len(situation.facts)))[owner]
    over = np.flatnonzero(totals[1:] - totals[first] > room)
    if not len(over):
        return _NONE, _NONE
    # The runs that hold a date are a stretch of those over the room: both their ends come in the order of days.
    begin = np.searchsorted(over, np.arange(len(dates)))
    end = np.searchsorted(first[over], np.arange(len(dates)), side="right")
    crowded = end > begin
    chosen = situation.in_order(members[crowded[of_member]], ledger.person.codes)
    date_of_chosen = np.searchsorted(dates, ledger.at(key, chosen)).tolist()
    free, excess = room[over], []
    for index, minutes in zip(date_of_chosen, ledger.at(applied.left, chosen).tolist(), strict=True):
        runs = free[begin[index] : end[index]]
        fits = min(minutes, int(runs.min()))
        runs -= fits
        excess.append(minutes - fits)
    return chosen, np.array(excess, dtype=np.int64)
