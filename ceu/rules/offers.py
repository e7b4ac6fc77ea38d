"""What courses on offer would count for under the rules of one license, each taken alone: the engine's own admission."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ceu.rules.admit import Verdict, admit
from ceu.rules.amounts import amount_of
from ceu.rules.columns import Mask
from ceu.rules.convert import convert
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Limit, Requirement
from ceu.rules.situation import NEVER, NO, YES, Situation

Row = dict[str, Any]


@dataclass(frozen=True)
class Offer:
    """A course that can be taken: minutes of credit, the bodies that approve it (at least one), its price in cents.

    ``key`` names it as a credit would. A price of 0 is none known.
    """

    key: str
    minutes: int
    topics: tuple[str, ...]
    delivery: str
    bodies: tuple[str, ...]
    price: int = 0

    def row(self, body: str, day: date) -> Row:
        """The course as an entry of a ledger, completed on that day and credited by one of its bodies."""
        return {
            "id": self.key,
            "day": day,
            "minutes": self.minutes,
            "activity": "course",
            "topic": self.topics,
            "delivery": self.delivery,
            "approval": body,
            "course": self.key,
        }


@dataclass(frozen=True)
class Effects:
    """What each offer is worth to one license, for certain and by the body that serves it best (``bodies``).

    ``admitted`` are minutes by the rules' own measure, ``creditable`` those of them that limits on a single course leave.
    ``belongs`` says, per requirement, which offers it counts; ``under``, per limit, which fall under it or may; ``bases``,
    per rule in proportion, which it is measured against.
    ``kept_out_by`` names what does not let an offer in for certain, or is empty; ``doubted`` are those names that do not
    refuse it either.
    """

    bodies: tuple[str, ...]
    admitted: Ints
    creditable: Ints
    belongs: Mapping[str, Mask]
    under: Mapping[str, Mask]
    bases: Mapping[str, Mask]
    kept_out_by: tuple[str, ...]
    doubted: frozenset[str]


def effects_of(like: Situation, offers: Sequence[Offer], day: date) -> Effects:
    """Ask the engine about every offer with each of its bodies, completed on ``day``; keep the body that serves best.

    ``like`` is a situation of the license: its version, facts and choices are taken.
    """
    owner = np.array([place for place, offer in enumerate(offers) for _ in offer.bodies], dtype=np.int64)
    bodies = [body for offer in offers for body in offer.bodies]
    rows = [
        offer.row(body, day) | {"id": number}
        for number, (offer, body) in enumerate((offer, body) for offer in offers for body in offer.bodies)
    ]
    ledger = Ledger.from_rows(rows)
    situation = Situation(like.version, ledger, like.facts, like.declarations, day, like.choices)
    verdict = admit(situation)
    enters = np.where(verdict.answers == YES, situation.ledger.minutes, 0)
    admitted = convert(situation, enters, doubtful=False).minutes
    under = {rule.id: situation.belongs(rule.of, doubtful=True) for rule in situation.version.limits}
    creditable = admitted
    for rule in situation.version.limits:
        creditable = np.where(
            under[rule.id], np.minimum(creditable, _most_of_one(situation, rule)), creditable
        )
    belongs = {rule.id: situation.holds(rule.of) for rule in situation.version.requirements}
    serves = np.sum(list(belongs.values()), axis=0)
    best = _first_of_each(owner, np.lexsort((np.arange(len(owner)), -serves, -admitted, -creditable, owner)))
    kept_out_by = [""] * len(best)
    doubted: set[str] = set()
    for place in np.flatnonzero(verdict.answers[best] < YES).tolist():
        name, answer = _lowest(verdict, int(best[place]))
        kept_out_by[place] = name
        if answer != NO:
            doubted.add(name)
    return Effects(
        bodies=tuple(bodies[place] for place in best.tolist()),
        admitted=admitted[best],
        creditable=creditable[best],
        belongs={rule: mask[best] for rule, mask in belongs.items()},
        under={rule: mask[best] for rule, mask in under.items()},
        bases=dict(_bases(situation, best)),
        kept_out_by=tuple(kept_out_by),
        doubted=frozenset(doubted),
    )


def _bases(situation: Situation, best: Ints) -> Iterator[tuple[str, Mask]]:
    rules: tuple[Limit | Requirement, ...] = (*situation.version.limits, *situation.version.requirements)
    for rule in rules:
        if rule.for_every:
            yield rule.id, situation.holds(rule.for_every.of)[best]


def _lowest(verdict: Verdict, place: int) -> tuple[str, int]:
    """The rule whose answer on an entry is the furthest from yes, and that answer."""
    answers = [int(answers[place]) for answers in verdict.by_rule]
    return verdict.rules[answers.index(min(answers))], min(answers)


def room_in_all(situation: Situation, rule: Limit) -> int | None:
    """What a limit allows in all, if it has one amount for that: not per period, in proportion, or once for each."""
    if rule.at_most is None or rule.status == "unknown" or rule.per or rule.in_any or rule.for_every:
        return None
    return int(amount_of(situation, rule, larger=False)[0])


def _most_of_one(situation: Situation, rule: Limit) -> int:
    """The most a limit lets through of a single course."""
    if rule.status == "unknown":
        return 0
    if rule.at_most is None or rule.for_every:
        return NEVER
    return int(amount_of(situation, rule, larger=False)[0])


def _first_of_each(owner: Ints, order: Ints) -> Ints:
    owners = owner[order]
    return order[np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])] if len(order) else order
