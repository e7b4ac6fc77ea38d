"""Answers conditions for every entry at once: yes (2), cannot tell (1) or no (0), one small integer each.

With these three numbers "all" is the minimum, "any" the maximum and "not" two minus the answer (Kleene's logic).
"""

import calendar
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceu.rules import language as c
from ceu.rules.calendar import months_later
from ceu.rules.columns import Groups, Mask, numbered
from ceu.rules.facts import NOT_YET, Fact, Facts
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Doubt, FactDeclaration, Period, Version
from ceu.rules.periods import FIRST_DAY, Calendar, Cells

Answers = NDArray[np.int8]
NO, CANNOT_TELL, YES = 0, 1, 2
NEVER = 1 << 40
"""The ordinal of a day that has not come: later than every date."""
NO_DAY = -NEVER
"""Stands for an unknown day."""
_TWO = np.int8(YES)
Told = Answers | int
"""An answer per entry, or the one that is the same for every entry."""
_Comparison = c.Is | c.Known | c.Bounds | c.Remainder | c.When | c.Within
_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "before": operator.lt, "until": operator.le, "from": operator.ge, "after": operator.gt,
}  # fmt: skip
_ONE: Ints = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Situation:
    """A ledger and the facts around it, seen on ``as_of`` under one version of a pack.

    ``facts`` holds one Facts per person of the ledger, in the order of ``ledger.person.values``; many people (or many
    imagined futures of one) may share the same object, and are then asked about once. Inside, an answer that is
    the same for every entry is one number, and codes that are, a column of one; what leaves is as long as the ledger.
    """

    version: Version
    ledger: Ledger
    facts: Sequence[Facts]
    declarations: Mapping[str, FactDeclaration]
    as_of: date
    choices: Mapping[str, str]
    _told: dict[int, tuple[c.Condition, Told]] = field(default_factory=dict)
    _domains: dict[str, tuple[list[Any], Ints]] = field(default_factory=dict)
    _cells: dict[tuple[Period, bool], Cells] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ledger)

    @cached_property
    def first_day(self) -> int:
        """The weekday on which a week begins, by policy: 1 Monday, 0 Sunday."""
        policy = self.version.week_start_policy
        return FIRST_DAY[self.choices[policy] if policy else "monday"]

    @property
    def cells(self) -> Cells:
        """The weeks and settings of the ledger."""
        return self.calendar(self.ledger.minutes).cells("week", each_setting=True)

    def calendar(self, admitted: Ints) -> Calendar:
        """The periods of the ledger, where these minutes of each entry were admitted."""
        return Calendar(self.ledger, self.first_day, admitted, self._cycles, self._cells)

    @cached_property
    def _cycles(self) -> Ints:
        begins = [
            day.toordinal() if isinstance(day, date) else 0 for day in self._person_values("cycle_begins")
        ]
        return np.array(begins, dtype=np.int64)[self._alike]

    def in_order(self, places: Ints, group: Ints) -> Ints:
        """These places group by group, and in each as limits take them: by the policy's classes, then day, then id."""
        if not len(places):
            return places
        ledger = self.ledger
        key = ledger.at(group, places)
        for column in (self._class,) if ledger.by_day else (self._class, ledger.day, ledger.rank):
            values = ledger.at(column, places)
            lowest = values.min()
            key = key * (values.max() - lowest + 1) + (values - lowest)
        return places if (key[1:] >= key[:-1]).all() else places[np.argsort(key, kind="stable")]

    @cached_property
    def _class(self) -> Ints:
        """The first of the policy's classes that each entry is in."""
        policy = self.version.order_policy
        classes = self.version.order[self.choices[policy]] if policy else ()
        found: Ints = np.full(1, len(classes), dtype=np.int64)
        for number in reversed(range(len(classes))):
            found = np.where(self.members(c.Named(classes[number]), doubtful=False), number, found)
        return found

    def answer(self, condition: c.Condition) -> Answers:
        """One answer per entry."""
        return spread(self.brief(condition), self.ledger)

    def brief(self, condition: c.Condition) -> Told:
        """One answer per entry, or the one that is the same for every entry."""
        known = self._told.get(id(condition))
        if known is None:
            # Kept with the condition itself, so that no other can have its identity.
            known = self._told[id(condition)] = (condition, self._find_answer(condition))
        return known[1]

    def _find_answer(self, condition: c.Condition) -> Told:
        match condition:
            case c.Named(name):
                definition = self.version.definitions.get(name)
                return YES if definition is None else self.brief(definition)
            case c.All(parts):
                return least(map(self.brief, parts))
            case c.Any_(parts):
                return YES - least(YES - self.brief(part) for part in parts)
            case c.Not(part):
                return YES - self.brief(part)
            case _:
                return self._compared(condition)

    def _compared(self, comparison: _Comparison) -> Told:
        match comparison:
            case c.When(subject, order, anchor):
                return self._when(self._days(c.Anchor(subject)), order, self._days(anchor))
            case c.Within():
                return self._within(comparison)
            case c.Bounds("minutes", low, high):
                minutes = self.ledger.minutes
                return _yes((minutes >= (low or 0)) & (minutes <= (NEVER if high is None else high)))
        values, codes = self._domain(comparison.subject)
        told = [_judge(comparison, value) for value in values]
        if len(codes) == 1:
            return told[int(codes[0])]
        return told[0] if len(set(told)) == 1 else np.array(told, dtype=np.int8)[codes]

    def _when(self, left: Ints | int, order: str, right: Ints | int) -> Told:
        if isinstance(left, int) and isinstance(right, int):
            return _compare_days(left, order, right)
        if left is self.ledger.day and isinstance(right, int) and len(self):
            # Where the first and the last day answer alike, so do the days between them.
            first, last = (_compare_days(day, order, right) for day in self.ledger.span)
            if first == last:
                return first
        return _compare(np.asarray(left), order, np.asarray(right))

    def on(self, order: str, day: date) -> Told:
        """How the entries' days compare with a day."""
        return self._when(self.ledger.day, order, day.toordinal())

    def holds(self, condition: c.Condition) -> Mask:
        """Where the answer is a plain yes."""
        return np.equal(self.answer(condition), YES)

    def belongs(self, condition: c.Condition, doubtful: bool) -> Mask:
        """Which entries it holds for; where it cannot be told, ``doubtful`` decides."""
        return self.answer(condition) >= (CANNOT_TELL if doubtful else YES)

    def members(self, condition: c.Condition, doubtful: bool) -> Mask:
        """Like ``belongs``, with no more cells than the answers differ: what it is used with spreads it."""
        return np.atleast_1d(np.greater_equal(self.brief(condition), CANNOT_TELL if doubtful else YES))

    def in_doubt(self, condition: c.Condition) -> bool:
        """Whether it cannot be told of any entry."""
        told = self.brief(condition)
        if isinstance(told, int):
            return told == CANNOT_TELL and len(self) > 0
        return bool((told == CANNOT_TELL).any())

    def person_answers(self, condition: c.Condition) -> Answers:
        """One answer per person, as for an entry of nothing on ``as_of`` (people without entries included).

        Where a person's facts contradict each other, nothing that rests on them can be told.
        """
        people = self._people
        answers = people.answer(condition)
        if people.contradicted.any():
            answers = np.where(people.contradicted, np.int8(CANNOT_TELL), answers)
        return answers[self._alike]

    @cached_property
    def contradictions_of_person(self) -> list[Doubt]:
        """The doubts that the facts of the first person raise by themselves, whatever the entries."""
        return [doubt for doubt in self.version.doubts if self._people.holds(doubt.when)[0]]

    @cached_property
    def contradicted(self) -> Mask:
        """Where a doubt of the version holds."""
        none = np.zeros(len(self), dtype=np.bool_)
        return reduce(np.logical_or, (self.holds(doubt.when) for doubt in self.version.doubts), none)

    @cached_property
    def by_person(self) -> Groups:
        """The entries, grouped by people; those of one person alone, where there are no others."""
        codes, people = self.ledger.person.codes, len(self.facts)
        return Groups(np.zeros_like(codes) if people == 1 else codes, people)

    @cached_property
    def _different(self) -> list[Facts]:
        """Every Facts object once."""
        return list(dict(zip(map(id, self.facts), self.facts, strict=True)).values())

    @cached_property
    def _alike(self) -> Ints:
        """For each person the place of their facts among the different ones."""
        if len(self._different) == 1:
            return np.zeros(len(self.facts), dtype=np.int64)
        place = {id(facts): place for place, facts in enumerate(self._different)}
        return np.array([place[id(facts)] for facts in self.facts], dtype=np.int64)

    @cached_property
    def _people(self) -> "Situation":
        """One person per different facts, each with an entry of nothing."""
        different = self._different
        ledger = Ledger.of_nothing(len(different), self.as_of)
        return Situation(self.version, ledger, different, self.declarations, self.as_of, self.choices)

    def person_facts(self, name: str) -> list[Fact]:
        """A fact of every person, or what the pack assumes of it; None where it is not known."""
        values = self._person_values(name)
        return [values[place] for place in self._alike.tolist()]

    def _person_values(self, name: str) -> list[Fact]:
        subject = f"person.{name}"
        return [self._known(subject, facts.person.get(name)) for facts in self._different]

    def knows(self, subject: str) -> bool:
        """Whether a fact of the first person is known (attributes of entries and policies are not asked here)."""
        owner, _, name = subject.partition(".")
        return owner != "person" or self._known(subject, self.facts[0].person.get(name)) is not None

    def unknown(self, subject: str) -> Mask:
        """Where an attribute was not given."""
        if subject in ("day", "minutes", "as_of"):
            return np.zeros(len(self), dtype=np.bool_)
        values, codes = self._domain(subject)
        return np.broadcast_to(np.array([value is None for value in values])[codes], len(self))

    def _domain(self, subject: str) -> tuple[list[Any], Ints]:
        """The values an attribute can have here, and for each entry which of them; the last one is None."""
        if subject not in self._domains:
            self._domains[subject] = self._find_domain(subject)
        return self._domains[subject]

    def _find_domain(self, subject: str) -> tuple[list[Any], Ints]:
        owner, _, name = subject.partition(".")
        if not name:
            return self._column(subject)
        if owner == "policy":
            return [self.choices[name], None], _ONE
        if owner == "person":
            values, several = self._person_values(name), len(self._different) > 1
            return [*values, None], self._alike[self.ledger.person.codes] if several else _ONE
        records = self._records[owner]
        column = self.ledger.categories[owner]
        values = [self._known(subject, records.get(value, {}).get(name)) for value in column.values]
        return [*values, None], _once(column.codes)

    def _column(self, name: str) -> tuple[list[Any], Ints]:
        ledger = self.ledger
        ungiven = self._known(name, None)
        if name in ledger.categories:
            column = ledger.categories[name]
            return [*column.values, ungiven], _once(column.codes)
        match name:
            case "practicum":
                return [False, True, ungiven], _once(ledger.practicum)
            case "head_count":
                head_count = _once(ledger.head_count)
                return [ungiven, *range(int(head_count.max(initial=0)) + 1)], head_count + 1
            case "day":
                days, codes = numbered(ledger.day)
                return [*map(date.fromordinal, days.tolist()), None], codes
            case _:
                minutes, codes = numbered(ledger.minutes)
                return [*minutes.tolist(), None], codes

    @cached_property
    def _records(self) -> dict[str, dict[str, Mapping[str, Fact]]]:
        records: dict[str, dict[str, Mapping[str, Fact]]] = {"setting": {}, "supervisor": {}}
        for facts in self._different:
            records["setting"] |= facts.settings
            records["supervisor"] |= facts.supervisors
        return records

    def _known(self, subject: str, fact: Fact) -> Fact:
        declared = self.declarations.get(subject)
        return declared.assume if fact is None and declared else fact

    def _days(self, anchor: c.Anchor) -> Ints | int:
        """The ordinal of a date: NO_DAY where unknown, NEVER where it has not come."""
        if anchor.of == "day" and anchor.shift is None:
            return self.ledger.day
        if isinstance(anchor.of, date):
            return _ordinal(anchor.of, anchor)
        if anchor.of == "as_of":
            return _ordinal(self.as_of, anchor)
        values, codes = self._domain(anchor.of)
        ordinals = [_ordinal(value, anchor) for value in values]
        days = ordinals[int(codes[0])] if len(codes) == 1 else np.array(ordinals, dtype=np.int64)[codes]
        if anchor.otherwise is None:
            return days
        other = self._days(
            c.Anchor(anchor.otherwise, None, anchor.end_of_month, anchor.shift, anchor.backward)
        )
        if isinstance(days, int):
            return other if days == NO_DAY or days >= NEVER else days
        return np.where((days == NO_DAY) | (days >= NEVER), other, days)

    def _within(self, within: c.Within) -> Told:
        values, codes = self._domain(within.periods)
        ends = [None] * len(values) if within.followed_by is None else self._domain(within.followed_by)[0]
        days = self._days(c.Anchor(within.subject))
        if len(codes) == 1:
            periods, end = values[int(codes[0])], ends[int(codes[0])]
            if periods is None:
                return CANNOT_TELL
            answers = _in_periods(np.atleast_1d(days), periods, within.lapse_under, end)
            return int(answers[0]) if isinstance(days, int) else answers
        shape = np.broadcast_shapes(codes.shape, np.shape(days))
        codes, days = (np.broadcast_to(column, shape).reshape(-1) for column in (codes, days))
        answers = np.full(len(codes), CANNOT_TELL, dtype=np.int8)
        by_value = np.argsort(codes, kind="stable")
        first = np.searchsorted(codes[by_value], np.arange(len(values) + 1))
        for index, (periods, end) in enumerate(zip(values[:-1], ends[:-1], strict=True)):
            if periods is not None:
                mine = by_value[first[index] : first[index + 1]]
                answers[mine] = _in_periods(days[mine], periods, within.lapse_under, end)
        return answers.reshape(shape)


def _once(codes: Ints) -> Ints:
    """A column of codes, or its one cell where it is the same throughout and kept so."""
    return codes[:1] if codes.strides == (0,) else codes


def _yes(where: Mask) -> Answers:
    """Yes there and no elsewhere."""
    return where * _TWO


def least(told: Iterable[Told]) -> Told:
    """The least of several answers, entry by entry; the first that is no for every entry is enough."""
    same, different = YES, []
    for each in told:
        if not isinstance(each, int):
            different.append(each)
        elif each == NO:
            return NO
        else:
            same = min(same, each)
    if not different:
        return same
    found = reduce(np.minimum, different)
    return found if same == YES else np.minimum(found, np.int8(same))


def spread(told: Told, ledger: Ledger) -> Answers:
    """An answer for each entry of a ledger."""
    shape = ledger.minutes.shape
    if isinstance(told, int) or told.shape != shape:
        return np.broadcast_to(np.asarray(told, dtype=np.int8), shape)
    return told


def _judge(comparison: _Comparison, value: Any) -> int:
    if value is None:
        return CANNOT_TELL
    match comparison:
        case c.Is(_, values):
            return _is_one_of(value, values)
        case c.Bounds(_, low, high):
            return YES if (low is None or value >= low) and (high is None or value <= high) else NO
        case c.Remainder(_, by, leaves):
            return YES if value % by == leaves else NO
    return YES


def _is_one_of(value: Any, values: tuple[Any, ...]) -> int:
    if isinstance(value, tuple | list | frozenset | set):
        return YES if any(item in values for item in value) else NO
    return YES if any(value == item and type(value) is type(item) for item in values) else NO


def _compare_days(left: int, order: str, right: int) -> int:
    if NO_DAY in (left, right):
        return CANNOT_TELL
    return YES if _ORDERS[order](left, right) else NO


def _compare(left: Ints, order: str, right: Ints) -> Answers:
    true = _ORDERS[order](left, right)
    answers = _yes(true)
    for days in (left, right):
        unknown = days == NO_DAY
        if unknown.any():
            answers = np.where(unknown, np.int8(CANNOT_TELL), answers)
    return answers


def _ordinal(value: Any, anchor: c.Anchor) -> int:
    if value is None:
        return NO_DAY
    if value == NOT_YET:
        return NEVER
    return moved(value, anchor).toordinal()


def moved(day: date, anchor: c.Anchor) -> date:
    """A date taken to the end of its month, then along the calendar, as the anchor says.

    A month or year later or earlier is the same day of that month, or its last day where there is none such. What would lie
    beyond the calendar is its first or last day.
    """
    try:
        return _moved(day, anchor)
    except (OverflowError, ValueError):
        return date.min if anchor.backward else date.max


def _moved(day: date, anchor: c.Anchor) -> date:
    if anchor.end_of_month:
        day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if anchor.shift is None:
        return day
    amount = -anchor.shift.amount if anchor.backward else anchor.shift.amount
    match anchor.shift.unit:
        case "days":
            return day + timedelta(days=amount)
        case "weeks":
            return day + timedelta(weeks=amount)
        case unit:
            return months_later(day, amount * (12 if unit == "years" else 1))


def _in_periods(days: Ints, periods: Any, lapse_under: int, followed_by: Any) -> Answers:
    """Whether days lie in the periods, short lapses between them (and before ``followed_by``) included."""
    answers = np.full(days.shape, NO, dtype=np.int8)
    spans = sorted(
        (begins.toordinal(), NEVER if ends is None else ends.toordinal()) for begins, ends in periods
    )
    for index, (begins, ends) in enumerate(spans):
        answers[(days >= begins) & (days <= ends)] = YES
        if ends == NEVER or not lapse_under:
            continue
        resumes = [start for start, _ in spans[index + 1 :] if start > ends][:1]
        if isinstance(followed_by, date) and followed_by.toordinal() > ends:
            resumes.append(followed_by.toordinal())
        lapse = (days > ends) & (answers != YES)
        if not resumes:
            # The lapse is still open: it may yet be closed in time.
            answers[lapse & (days - ends < lapse_under)] = CANNOT_TELL
        for resumed in resumes:
            if resumed - ends - 1 < lapse_under:
                answers[lapse & (days < resumed)] = YES
    return answers
