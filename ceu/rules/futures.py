"""Imagined futures of one log: by today and by the end of every week ahead, how much of each requirement there is.

A future is a sum of drawn weeks. What looks at the whole log (averages, limits in all, proportions, requirements) is taken
from the sums at every week's end, by the engine's own formulas; so minutes are the engine's where the rules of a pack see a
week, or everything. Elsewhere they come near:

* ``inexact`` names the rules of a version that look at months or years, and on which side dates err for them.
* Weeks and days are counted, and spans measured, before averages and limits over the whole log: early, where those leave
  nothing of a week. New courses, settings and people are not foreseen, and hours that something later will admit after
  the fact (a registration granted in time) count from the first on only once it has come: late.
* Where a limit takes hours by date alone, hours of different kinds share what is cut in a fixed order: only later rules
  about one of those kinds can tell, on either side.
* From one week into the next, a limit in any seven days looks back at one week: at most an hour or so late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ceu.rules.amounts import MINUTES, amount_of
from ceu.rules.calendar import add_months, whole_months
from ceu.rules.columns import Mask, sum_by
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Average, Every, Limit, Period, Requirement, Version
from ceu.rules.reading import measure
from ceu.rules.recent import WEEK
from ceu.rules.situation import NEVER, NO, YES
from ceu.rules.supervise import UNIT_OF_HOURS
from ceu.rules.weekly import SHORT_PERIODS, Table, Tables, base_of, in_days, is_short
from ceu.rules.words import period_text


def inexact(version: Version) -> tuple[str, ...]:
    """In which matters the futures of a version only come near the engine, and on which side they err."""
    said = []
    supervision = version.supervision
    if supervision and supervision.per not in SHORT_PERIODS and supervision.floors:
        said.append(
            f"Supervision is owed for every {period_text(supervision.per)}. A week drawn again keeps or loses its hours "
            "as it did in its time, so the true dates may be earlier or later; hours that still wait for supervision "
            "today are left out, so they are rather earlier."
        )
    for rule in version.limits:
        if not is_short(rule) and (rule.per or rule.in_any):
            said.append(
                f"{rule.title}: whole weeks fill this limit as they come. Dates may be a few days off."
            )
        if rule.in_best:
            said.append(
                f"{rule.title}: only the latest stretch of that length is looked at. Dates may be late."
            )
        if rule.only_from:
            said.append(
                f"{rule.title}: from whom hours to come will be is not looked at. Dates may be early."
            )
    for need in version.requirements:
        period = _counted_by(need)
        if period:
            middle = f"{need.title}: a week belongs to the {period_text(period)} of its middle day."
            said.append(f"{middle} Dates may be a few days off.")
    return tuple(said)


def _counted_by(need: Requirement) -> str | None:
    """The period longer than a week (or the day, in a proportion) by which a requirement counts."""
    if need.periods:
        return None if need.periods.each in SHORT_PERIODS else need.periods.each
    if need.for_every is None or need.for_every.amount.unit in (MINUTES, "weeks"):
        return None
    return _period(need.for_every)


@dataclass(frozen=True)
class Draw:
    """Which of the recent weeks is drawn for each future and week ahead.

    ``variant`` says for each week ahead in which of their variants the weeks come, ``off`` which are weeks off.
    """

    weeks: Ints
    variant: Ints
    off: Mask

    @classmethod
    def of(cls, seed: int, futures: int, drawn: int, variant: Ints, off: Mask) -> "Draw":
        """Draw whole weeks at random: the same ones for the same seed."""
        weeks = np.random.default_rng(seed).integers(drawn, size=(len(off), futures), dtype=np.int64)
        return cls(weeks.T, variant, off)

    def rows(self, made_of: Tables) -> Ints:
        """The row of the tables for each future and week; today stands before the first week and adds nothing."""
        nothing, drawn = len(made_of.weeks) - 1, made_of.drawn
        row = made_of.stretch * made_of.variants + self.variant
        if made_of.paired:
            drawn_before = np.where(self.off, drawn, self.weeks)[:, :-1]
            before = np.c_[np.full(len(self.weeks), drawn), drawn_before]
            row = row * (drawn + 1) + before
        rows: Ints = np.where(self.off, nothing, row * drawn + self.weeks)
        whole: Ints = np.c_[np.full(len(rows), nothing), rows]
        return whole


class Futures:
    """How much every future has by today (week 0) and by the end of each week: arrays of futures by weeks."""

    def __init__(self, made_of: Tables, draw: Draw) -> None:
        self.made_of = made_of
        self.rules = made_of.rules
        self.rows = draw.rows(made_of)
        self.accounts = len(self.rules.averages) * made_of.places
        self.person = made_of.judged.situation
        self.left = [self._sum(place) for place in range(made_of.width)]
        for at, average in enumerate(self.rules.averages):
            self._average(average, at)
        for rule in self.rules.pooled:
            if not rule.in_best:
                self._limit(rule)
        self.found: dict[str, Table] = {}

    def _sum(self, column: int) -> Table:
        """What has come together in a column of the tables."""
        made_of = self.made_of
        total: Table = np.cumsum(made_of.weeks[:, column][self.rows], axis=1)
        total += np.maximum(made_of.past[:, column], 0)[made_of.snapshot]
        return total

    # -- averages and limits, in the engine's order --

    def _average(self, average: Average, at: int) -> None:
        consequence = average.follows(self.rules.choices)
        if consequence == "warn":
            return
        contact = self.made_of.judged.measured.without.counted.contact
        supervision = self.rules.version.supervision
        one = contact.one if contact and supervision and supervision.units else UNIT_OF_HOURS
        for place in range(self.made_of.places if average.across == "setting" else 1):
            members = self.made_of.members(average.id, 1 + place)
            if members:
                account = self.made_of.width + at * self.made_of.places + place
                performed, parts = self._sum(account), self._sum(account + self.accounts)
                room = parts * average.one_unit_per.amount // one
                granted = room if consequence == "cap" else np.zeros_like(room)
                self._fill(members, np.where(performed > room, granted, NEVER))

    def _limit(self, rule: Limit) -> None:
        members = self.made_of.members(rule.id)
        if not members:
            return
        amount = int(amount_of(self.person, rule, larger=False)[0])
        room: Table | int = amount
        if rule.for_every and rule.status != "unknown":
            room = self._share(rule.for_every, amount, members, self.made_of.members(base_of(rule)))
        elif rule.per or rule.in_any:
            room = self._as_it_comes(rule, amount, members)
        self._fill(members, room)

    def _fill(self, members: Iterable[int], room: Table | int) -> None:
        """Let the classes in, one after the other, as far as there is room."""
        for place in members:
            fits = np.minimum(self.left[place], room)
            room = room - fits
            self.left[place] = fits

    def _total(self, members: Iterable[int]) -> Table:
        total = np.zeros(self.rows.shape, dtype=np.int64)
        for place in members:
            total += self.left[place]
        return total

    def _share(self, every: Every, amount: int, members: list[int], base: list[int]) -> Table | int:
        """The room for an amount in proportion, as ``ceu.rules.limit`` finds it."""
        per = every.amount.amount
        if every.amount.unit != MINUTES:
            return amount * self._periods_with(_period(every), base, 1) // per
        outside = self._total(place for place in base if place not in members)
        if len(set(base) & set(members)) == 0:
            return amount * outside // per
        return NEVER if per <= amount else amount * outside // (per - amount)

    def _as_it_comes(self, rule: Limit, amount: int, members: list[int]) -> Table:
        """What a limit over months or years lets in, when each week is credited as far as its stretch has room."""
        coming = np.maximum(np.diff(self._total(members), axis=1), 0)
        past, begins = self._weeks_of_past(rule)
        credited = np.zeros((len(coming), 1 + len(begins)), dtype=np.int64)
        for week, begin in enumerate(begins.tolist()):
            here = past[week] if week < len(past) else coming[:, week - len(past)]
            room = np.maximum(amount - (credited[:, week] - credited[:, begin]), 0)
            credited[:, week + 1] = credited[:, week] + np.minimum(here, room)
        return credited[:, len(past) :]

    def _weeks_of_past(self, rule: Limit) -> tuple[Ints, Ints]:
        """What each week of the past has under a limit; and where the stretch of each week, past or ahead, begins."""
        made_of, judged = self.made_of, self.made_of.judged
        chosen = judged.columns[rule.id] > 0
        back = made_of.start - judged.day[chosen]
        count = max(int(-(-back.max(initial=0) // WEEK)), 1)
        past = sum_by(count - np.maximum(-(-back // WEEK), 1), judged.minutes[chosen], count)
        starts = made_of.start + WEEK * np.arange(-count, made_of.horizon)
        if rule.per:
            number = self._number(rule.per, starts + WEEK // 2)
            return past, np.searchsorted(number, number)
        assert rule.in_any is not None
        months = rule.in_any.amount * {"months": 1, "years": 12}.get(rule.in_any.unit, 0)
        ends = starts + WEEK - 1
        before = add_months(ends, -months) if months else ends - in_days(rule.in_any)
        return past, np.minimum(np.searchsorted(ends, before, side="right"), np.arange(len(ends)))

    def _number(self, period: Period, days: Ints) -> Ints:
        calendar = self.made_of.judged.measured.without.counted.calendar
        return calendar.number(period, days, np.zeros(len(days), dtype=np.int64))

    # -- requirements --

    def have(self, rule: Requirement) -> Table:
        """How much of a requirement every future has, in its unit."""
        if rule.id not in self.found:
            self.found[rule.id] = self._have(rule)
        return self.found[rule.id]

    def _have(self, rule: Requirement) -> Table:
        made_of = self.made_of
        members = made_of.members(rule.id)
        if rule.any_of:
            options = [each for each in self.rules.version.requirements if each.id in rule.any_of]
            met: Table = np.sum([self.is_met(each) for each in options], axis=0, dtype=np.int64)
            return met
        if rule in self.rules.added:
            column = made_of.width + 2 * self.accounts + self.rules.added.index(rule)
            return self._sum(column) + self._granted.get(rule.id, 0)
        if rule.periods:
            enough = rule.periods.minutes.amount if rule.periods.minutes else 1
            return self._periods_with(rule.periods.each, members, enough)
        if rule.span:
            return self._span(rule)
        if rule.distinct or rule.confirmed is not None:
            return np.full(self.rows.shape, int(made_of.judged.have(rule)[0]))
        return self._total(members) + self._granted.get(rule.id, 0)

    @cached_property
    def _granted(self) -> Mapping[str, int]:
        """Minutes credited without entries."""
        version, made_of = self.rules.version, self.made_of
        if not version.grants:
            return {}
        nothing = Ledger.from_rows([{"id": 0, "day": made_of.as_of, "minutes": 0}])
        levels = measure(
            self.rules.situation(nothing, self.person.facts, made_of.as_of, version)
        ).without.levels
        return {name: int(levels[name].have[0]) for grant in version.grants for name in grant.to}

    def need(self, rule: Requirement) -> Table | int:
        """How much every future needs: as much as any other, or in proportion to what it has."""
        amount = int(amount_of(self.person, rule, larger=True)[0])
        if rule.for_every is None:
            return amount
        every, base = rule.for_every.amount, self.made_of.members(base_of(rule))
        counted = (
            self._total(base)
            if every.unit == MINUTES
            else self._periods_with(_period(rule.for_every), base, 1)
        )
        return -(-amount * counted // every.amount)

    def is_met(self, rule: Requirement) -> Mask:
        """In which futures a requirement is met, and by when: for certain."""
        met: Mask = self.have(rule) >= self.need(rule)
        applies = self.person.person_answers(rule.applies)[0]
        satisfied = NO if rule.satisfied_if is None else self.person.person_answers(rule.satisfied_if)[0]
        return np.ones_like(met) if applies == NO or satisfied == YES else met

    def _periods_with(self, period: Period, members: list[int], enough: int) -> Table:
        """Periods in which so many minutes of these classes are credited, those of the past included."""
        made_of = self.made_of
        ahead = self._number(period, made_of.start + WEEK * np.arange(made_of.horizon) + WEEK // 2)
        mine = np.isin(made_of.class_of_past, members)
        listed, place = np.unique(self._number(period, made_of.judged.day[mine]), return_inverse=True)
        sums = sum_by(place, made_of.judged.minutes[mine], len(listed))
        now = int(self._number(period, np.array([made_of.as_of.toordinal()]))[0])
        full = np.full(len(self.rows), int((sums[listed != now] >= enough).sum()))
        here = np.full(len(self.rows), int(sums[listed == now].sum()))
        coming = np.maximum(np.diff(self._total(members), axis=1), 0)
        count = np.empty(self.rows.shape, dtype=np.int64)
        count[:, 0] = full + (here >= enough)
        for week, number in enumerate(ahead.tolist()):
            if number != now:
                full, here, now = full + (here >= enough), np.zeros_like(here), number
            here = here + coming[:, week]
            count[:, week + 1] = full + (here >= enough)
        return count

    def _span(self, rule: Requirement) -> Table:
        """From the first credited day to the last, both included, in the unit of the requirement."""
        made_of, at = self.made_of, self.rules.spans.index(rule)
        starts = np.r_[0, made_of.start + WEEK * np.arange(made_of.horizon)]
        last_day = made_of.last_days[:, at][self.rows]
        last = np.where(last_day > 0, starts + last_day - 1, 0)
        first = np.where(last_day > 0, starts + made_of.first_days[:, at][self.rows] - 1, NEVER)
        days = made_of.judged.day[(made_of.judged.columns[rule.id] > 0) & (made_of.judged.minutes > 0)]
        if len(days):
            first[:, 0], last[:, 0] = days.min(), days.max()
        first, last = np.minimum.accumulate(first, axis=1), np.maximum.accumulate(last, axis=1)
        begun = last > 0
        first, after = np.where(begun, first, 1), np.where(begun, last + 1, 1)
        length = whole_months(first, after) if rule.unit in ("months", "years") else after - first
        return length // {"weeks": WEEK, "years": 12}.get(str(rule.unit), 1)


def _period(every: Every) -> Period:
    return every.amount.unit.removesuffix("s")  # type: ignore[return-value]
