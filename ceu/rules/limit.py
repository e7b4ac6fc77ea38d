"""Limit: at most so much is credited, in all, in a week, in any run of days, or once. The excess stays visible."""

import numpy as np

from ceu.rules.columns import Cut, Mask, beyond, first_appearance, sum_by
from ceu.rules.ledger import Ints
from ceu.rules.pack import Limit
from ceu.rules.situation import CANNOT_TELL, YES, Situation

_PERSON = 1 << 22  # wider than any date's ordinal


def limit(situation: Situation, left: Ints, doubtful: bool) -> tuple[Ints, tuple[Cut, ...]]:
    """Apply the limits one after the other, each to what the ones before it left.

    Entries are taken in the situation's order. When doubtful hours are left out, an entry that may fall under a limit
    does, and a limit whose amount is unknown lets nothing through; when they are let in it is the other way round. So
    what depends on either "cannot be told".
    """
    cuts = []
    for rule in situation.version.limits:
        if rule.status == "unknown" and doubtful:
            continue
        falls_under = YES if doubtful else CANNOT_TELL
        members = (situation.answer(rule.of) >= falls_under) & (left > 0)
        if not members.any():
            continue
        chosen, excess = _excess(situation, rule, left, members)
        over = excess > 0
        if over.any():
            left = left.copy()
            left[chosen] -= excess
            cuts.append(Cut(rule.id, chosen[over], excess[over]))
    return left, tuple(cuts)


def _excess(situation: Situation, rule: Limit, left: Ints, members: Mask) -> tuple[Ints, Ints]:
    """The entries a limit looks at and the minutes of each that are too many."""
    order = situation.order
    if rule.in_any:
        return _beyond_in_any(situation, left, np.flatnonzero(members), (_room(rule), rule.in_any.amount))
    if rule.once_per:
        chosen = order[members[order]]
        column = situation.ledger.categories[rule.once_per].codes[chosen]
        key = situation.ledger.person.codes[chosen] * (column.max(initial=0) + 2) + column + 1
        return chosen, np.where(first_appearance(key), 0, left[chosen])
    group = situation.ledger.person.codes if rule.per is None else situation.cells.week_of_entry
    totals = sum_by(group, np.where(members, left, 0), int(group.max(initial=0)) + 1)
    room = np.full(len(totals), _room(rule), dtype=np.int64)
    full = members & (totals > room)[group]
    chosen = order[full[order]]
    return chosen, beyond(group[chosen], left[chosen], room)


def _room(rule: Limit) -> int:
    return rule.at_most.amount if rule.at_most and rule.status != "unknown" else 0


def _beyond_in_any(
    situation: Situation, left: Ints, members: Ints, room_and_days: tuple[int, int]
) -> tuple[Ints, Ints]:
    """Excess over ``room`` in any run of so many consecutive days.

    A run that ends on a day with entries contains every run with the same last entry, so only those are looked at.
    Runs within the room never bind; the entries of the others are taken one by one, each credited up to the room left
    in every run that contains it.
    """
    room, days = room_and_days
    order = situation.order
    key = situation.ledger.person.codes * _PERSON + situation.ledger.day
    dates, of_member = np.unique(key[members], return_inverse=True)
    totals = np.r_[0, np.cumsum(sum_by(of_member, left[members], len(dates)))]
    first = np.searchsorted(dates, dates - days + 1)
    over = np.flatnonzero(totals[1:] - totals[first] > room)
    if not len(over):
        return members[:0], members[:0]
    runs_of_date: dict[int, list[int]] = {}
    for run in over.tolist():
        for index in range(int(first[run]), run + 1):
            runs_of_date.setdefault(index, []).append(run)
    place = np.full(len(left), -1, dtype=np.int64)
    place[members] = of_member
    crowded = np.zeros(len(dates) + 1, dtype=np.bool_)
    crowded[list(runs_of_date)] = True
    chosen = order[crowded[place[order]]]
    free = dict.fromkeys(over.tolist(), room)
    excess = []
    for index, minutes in zip(place[chosen].tolist(), left[chosen].tolist(), strict=True):
        runs = runs_of_date[index]
        fits = min(minutes, *(free[run] for run in runs)) if len(runs) > 1 else min(minutes, free[runs[0]])
        for run in runs:
            free[run] -= fits
        excess.append(minutes - fits)
    return chosen, np.array(excess, dtype=np.int64)
