"""Require: how much of each requirement every person has, and how much each needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ceu.rules.amounts import amount_of, base_of
from ceu.rules.calendar import whole_months
from ceu.rules.columns import Groups, Mask, count_by, kept, numbered
from ceu.rules.ledger import Ints
from ceu.rules.pack import Grant, Periods, Requirement
from ceu.rules.periods import Calendar, Cells
from ceu.rules.situation import CANNOT_TELL, NEVER, NO, YES, Situation
from ceu.rules.supervise import Contact


@dataclass(frozen=True)
class Counted:
    """What one reading counts: minutes admitted and credited per entry, contact with supervisors, and the periods."""

    admitted: Ints
    credited: Ints
    contact: Contact | None
    calendar: Calendar


@dataclass(frozen=True)
class Level:
    """How much of a requirement each person has and needs, in its unit."""

    have: Ints
    need: Ints


def levels(
    situation: Situation, counted: Counted, doubtful: bool, like: Mapping[str, Level] | None = None
) -> dict[str, Level]:
    """The level of every requirement; ``doubtful`` entries belong or do not.

    ``like`` are the levels by the other reading where that counts the same: they hold unless something is in doubt.
    """
    found = _Requirements(situation, counted, doubtful)
    if like:
        found.found = {rule.id: like[rule.id] for rule in found.by_id.values() if found.is_settled(rule)}
    return found.levels()


def periods_that_qualify(
    situation: Situation, rule: Periods, minutes: Ints, counted: Counted, doubtful: bool
) -> tuple[Cells, Mask]:
    """The cells of a requirement's periods, and which of them have minutes credited and enough supervision.

    "Of the 104 weeks of required supervision, 52 weeks shall be individual supervision, triadic supervision, or a
    combination of both": the week's required hour itself must be of that kind, so half a unit of individual
    supervision beside a unit of group supervision is not enough.
    """
    contact = counted.contact
    by_setting = contact is not None and rule.units > 0 and contact.cells.setting.max(initial=-1) >= 0
    cells = counted.calendar.cells(rule.each, each_setting=by_setting)
    qualifies = cells.groups.any(minutes > 0)
    if rule.minutes:
        in_period = cells.by_period.sum(cells.groups.sum(minutes))
        qualifies = qualifies & (in_period[cells.period] >= rule.minutes.amount)
    if contact is not None and rule.units:
        giving = situation.members(rule.of, doubtful)
        parts = cells.total(contact.parts_of_entry, giving, anywhere=doubtful)
        qualifies = qualifies & (parts >= rule.units * contact.one)
    return cells, qualifies


class _Requirements:
    def __init__(self, situation: Situation, counted: Counted, doubtful: bool) -> None:
        self.situation = situation
        self.counted = counted
        self.doubtful = doubtful
        self.people = len(situation.facts)
        self.by_id = {rule.id: rule for rule in situation.version.requirements}
        self.found: dict[str, Level] = {}

    def levels(self) -> dict[str, Level]:
        return {rule_id: self.level(rule) for rule_id, rule in self.by_id.items()}

    def level(self, rule: Requirement) -> Level:
        if rule.id not in self.found:
            self.found[rule.id] = Level(self.have(rule) + self.granted(rule), self.need(rule))
        return self.found[rule.id]

    def is_settled(self, rule: Requirement) -> bool:
        """Whether a plain requirement reads the same with doubtful entries as without."""
        has_more = rule.any_of or rule.confirmed or rule.distinct or rule.for_every or rule.instead
        granted = any(rule.id in grant.to for grant in self.situation.version.grants)
        conditions = [rule.of, rule.periods.of] if rule.periods else [rule.of]
        return not (
            has_more
            or granted
            or rule.value is None
            or rule.status == "unknown"
            or any(self.situation.in_doubt(condition) for condition in conditions)
        )

    def have(self, rule: Requirement) -> Ints:
        if rule.any_of:
            met: Ints = np.sum([self.is_met(self.by_id[option]) for option in rule.any_of], axis=0)
            return met
        if rule.confirmed is not None:
            answers = self.situation.person_answers(rule.confirmed)
            return (answers >= (CANNOT_TELL if self.doubtful else YES)).astype(np.int64)
        source = self.counted.admitted if rule.counting == "admitted" else self.counted.credited
        members = self.situation.members(rule.of, self.doubtful)
        if not (rule.periods or rule.span or rule.distinct):
            return self.situation.by_person.sum(source, where=members)
        minutes = kept(source, members)
        if rule.periods:
            return self.periods(rule.periods, minutes)
        if rule.span:
            ledger = self.situation.ledger
            chosen = ledger.any_of_day(minutes > 0)
            return _span(rule.unit, ledger.person.codes[chosen], ledger.day[chosen], self.people)
        return self.distinct(str(rule.distinct), minutes > 0)

    def is_met(self, rule: Requirement) -> Ints:
        """1 for each person who has met a requirement in this reading, who need not, or who already had."""
        level = self.level(rule)
        met = level.have >= level.need
        for condition, spares in ((rule.applies, NO), (rule.satisfied_if, YES)):
            if condition is not None:
                answers = self.situation.person_answers(condition)
                met = met | (answers == spares) | (self.doubtful & (answers == CANNOT_TELL))
        return met.astype(np.int64)

    def need(self, rule: Requirement) -> Ints:
        amounts = amount_of(self.situation, rule, larger=not self.doubtful)
        if rule.for_every is None:
            return amounts
        base = base_of(
            self.situation, rule.for_every, self.counted.credited, self.counted.calendar,
            self.situation.by_person, self.doubtful,
        )  # fmt: skip
        certain = np.minimum(amounts, NEVER // max(int(base.max(initial=0)), 1))
        return -(-certain * base // rule.for_every.amount.amount)

    def granted(self, rule: Requirement) -> Ints:
        """Hours granted without entries."""
        total = np.zeros(self.people, dtype=np.int64)
        for grant in self.situation.version.grants:
            if rule.id in grant.to and grant.status != "unknown":
                applies = self.situation.person_answers(grant.when)
                enough = applies >= (CANNOT_TELL if self.doubtful else YES)
                total += np.where(enough, np.array(list(self.each_grant(grant)), dtype=np.int64), 0)
        return total

    def each_grant(self, grant: Grant) -> Iterator[int]:
        """Minutes a grant is worth to each person it applies to."""
        most = grant.at_most.amount if grant.at_most else None
        if grant.add:
            yield from [grant.add.amount] * self.people
            return
        for hours in self.situation.person_facts(str(grant.add_hours_of).removeprefix("person.")):
            if isinstance(hours, int):
                yield grant.worth(hours)
            else:
                yield (most or 0) if self.doubtful else 0

    def periods(self, rule: Periods, minutes: Ints) -> Ints:
        cells, qualifies = periods_that_qualify(self.situation, rule, minutes, self.counted, self.doubtful)
        return Groups(cells.person_of_period, self.people).sum(
            cells.by_period.any(qualifies).astype(np.int64)
        )

    def distinct(self, attribute: str, counted: Mask) -> Ints:
        ledger = self.situation.ledger
        match attribute:
            case "entry":
                return self.situation.by_person.sum(counted.astype(np.int64))
            case "day":
                values = ledger.day
            case _:
                values = ledger.categories[attribute].codes
        known = ledger.places(counted & (values >= 0))
        width = int(values.max(initial=0)) + 1
        pairs, _ = numbered(ledger.at(ledger.person.codes, known) * width + ledger.at(values, known))
        have = count_by(pairs // width, self.people)
        if self.doubtful:
            # However many entries do not say, they may all have been one more, or the same again.
            have = have + self.situation.by_person.any(counted & (values < 0))
        return have


def _span(unit: str | None, person: Ints, day: Ints, people: int) -> Ints:
    """From the first to the last of these days of each person, both included: days, or whole weeks, months or years."""
    first = np.full(people, np.iinfo(np.int64).max)
    last = np.full(people, -1, dtype=np.int64)
    np.minimum.at(first, person, day)
    np.maximum.at(last, person, day)
    none = last < 0
    first, after = np.where(none, 1, first), np.where(none, 0, last) + 1
    length: Ints = after - first
    if unit in ("months", "years"):
        length = whole_months(first, after)
    return length // {"weeks": 7, "years": 12}.get(str(unit), 1)
