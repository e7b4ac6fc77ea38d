"""The least costly courses that close what several licenses lack together, with the reason for each.

The rules' own admission says what each course would count for (``ceu.rules.offers``), an integer program proposes a set
(``ceu.rules.program``), and the engine assesses it: what stands in a plan is always the engine's answer. Where it credits
less than the program thought, the set is put aside and the next best is asked for.

A course counts for every license that accepts it, and none is proposed twice. It is taken that one course is completed a
day, from the day after ``as_of`` on, in the order of the plan; days that would lie past a license's renewal are its last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ceu.rules.holding import Gain, Holding, Outlook, Side, weight_of
from ceu.rules.ledger import Ints
from ceu.rules.offers import Offer
from ceu.rules.program import Aim, Answer, Column, Value, solve

ROUNDS = 12
"""How many proposals the engine may turn down before the best of them is taken."""
CHEAPEST: tuple[Aim, ...] = ("price", "minutes", "courses")


@dataclass(frozen=True)
class Pick:
    """A course of the plan and all that it adds."""

    offer: Offer
    gains: tuple[Gain, ...]


@dataclass(frozen=True)
class Plan:
    """The courses to take, in order, and where that leaves every license.

    ``proven`` is false where there may be a better plan: the search was cut short, or the engine turned down proposals.
    """

    picks: tuple[Pick, ...]
    outlooks: tuple[Outlook, ...]
    proven: bool

    @property
    def minutes(self) -> int:
        return sum(pick.offer.minutes for pick in self.picks)

    @property
    def price(self) -> int:
        """Cents in all."""
        return sum(pick.offer.price for pick in self.picks)


def plan(
    holdings: Sequence[Holding], offers: Sequence[Offer], as_of: date, aims: Sequence[Aim] = CHEAPEST
) -> Plan:
    """Choose among the offers what closes as many gaps of all licenses as can be closed, at the least cost.

    What cannot be closed is filled as far as the offers go. ``aims`` say what cost means, the first before the others. The
    same question has the same answer, in whatever order licenses and offers come.
    """
    taken = {course for holding in holdings for course in holding.ledger.categories["course"].values}
    catalog = sorted((offer for offer in offers if offer.key not in taken), key=lambda offer: offer.key)
    sides = [Side(holding, catalog, as_of) for holding in holdings]
    chosen, proven = _choose(sides, catalog, as_of, aims)
    outcomes = [side.outcome(chosen) for side in sides]
    return Plan(
        tuple(
            Pick(catalog[place], tuple(gain for outcome in outcomes for gain in outcome.gains[number]))
            for number, place in enumerate(chosen)
        ),
        tuple(side.outlook(outcome, proven) for side, outcome in zip(sides, outcomes, strict=True)),
        proven,
    )


def _choose(
    sides: Sequence[Side], catalog: Sequence[Offer], as_of: date, aims: Sequence[Aim]
) -> tuple[tuple[int, ...], bool]:
    """The places of the best offers in the order in which to take them, and whether nothing better exists."""
    pool = _Pool(sides, catalog)
    best: tuple[int, ...] = ()
    best_value = _value(sides, catalog, best, aims)
    if not pool.columns:
        return best, True
    shares = [side.share(pool.first) for side in sides]
    tried: list[tuple[int, ...]] = []
    for _ in range(ROUNDS):
        answer = solve(pool.columns, shares, aims, tried)
        if answer is None or answer.value >= best_value:
            return best, answer is None or answer.proven
        chosen = pool.chosen(answer)
        value = _value(sides, catalog, chosen, aims)
        if value < best_value:
            best, best_value = chosen, value
        if value <= answer.value:
            return best, answer.proven
        tried.append(answer.numbers)
    return best, False


def _value(
    sides: Sequence[Side], catalog: Sequence[Offer], chosen: tuple[int, ...], aims: Sequence[Aim]
) -> Value:
    """What the engine says a set of courses is worth, measured as the program does."""
    results = [one for side in sides for one in side.gap_results(chosen)]
    costs = {
        "price": sum(catalog[place].price for place in chosen),
        "minutes": sum(catalog[place].minutes for place in chosen),
        "courses": len(chosen),
    }
    return (
        sum(one.answer != "met" for one in results),
        sum(one.missing * weight_of(one.unit) for one in results if one.answer != "met"),
        *(costs[aim] for aim in aims),
    )


class _Pool:
    """The offers that add to any gap, as columns: what no rule tells apart and costs the same is one of them."""

    def __init__(self, sides: Sequence[Side], catalog: Sequence[Offer]) -> None:
        useful = np.zeros(len(catalog), dtype=np.bool_)
        needed = np.zeros(len(catalog), dtype=np.int64)
        for side in sides:
            for most in side.courses_needed():
                useful |= most > 0
                needed = np.maximum(needed, most)
        self.catalog = catalog
        self.columns: list[Column] = []
        self.members: list[list[int]] = []
        places = np.flatnonzero(useful)
        if not len(places):
            return
        minutes = np.array([catalog[place].minutes for place in places.tolist()], dtype=np.int64)
        told_apart = np.column_stack([minutes, *(side.told_apart()[places] for side in sides)])
        _, effect = np.unique(told_apart, axis=0, return_inverse=True)
        groups: dict[int, list[int]] = {}
        for place, group in zip(places.tolist(), effect.reshape(-1).tolist(), strict=True):
            groups.setdefault(group, []).append(place)
        for _, alike in sorted(groups.items()):
            alike.sort(key=lambda place: (catalog[place].price, catalog[place].key))
            self._add(alike[: int(needed[alike[0]])])

    def _add(self, alike: Sequence[int]) -> None:
        by_price: dict[int, list[int]] = {}
        for place in alike:
            by_price.setdefault(self.catalog[place].price, []).append(place)
        for price, places in by_price.items():
            self.columns.append(Column(price, self.catalog[places[0]].minutes, len(places)))
            self.members.append(places)

    @property
    def first(self) -> Ints:
        """The place of one offer per column."""
        return np.array([places[0] for places in self.members], dtype=np.int64)

    def chosen(self, answer: Answer) -> tuple[int, ...]:
        """The places of the courses an answer takes, in the order in which limits credit them as the answer does.

        What is credited whole comes first, the longer before the shorter.
        """
        credited = np.min(answer.credited, axis=0).round(3).tolist()
        taken = [
            (-part, -self.catalog[place].minutes, place)
            for part, number, places in zip(credited, answer.numbers, self.members, strict=True)
            for place in places[:number]
        ]
        return tuple(place for *_, place in sorted(taken))
