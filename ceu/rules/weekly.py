"""What a week is worth: the engine's judgment of every week that can be drawn, as numbers that add up.

Each week is judged once for every stretch of the calendar in which all comparisons of days answer alike. What looks no
further than a week (gates, sessions, conversions, weekly supervision, limits within a week, limits in any seven days
together with the week before) is settled here by the engine itself; the rest is left to ``ceu.rules.futures``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceu.rules import language as c
from ceu.rules.amounts import amount_of
from ceu.rules.calendar import add_months
from ceu.rules.columns import Mask, numbered, sum_by
from ceu.rules.facts import Facts
from ceu.rules.language import CATEGORIES
from ceu.rules.ledger import Category, Ints, Ledger
from ceu.rules.pack import Average, Floor, Limit, Pack, Quantity, Requirement, Rule, Version
from ceu.rules.reading import Measured, measure
from ceu.rules.recent import WEEK, Row, Week, ledger_of, week_of
from ceu.rules.situation import CANNOT_TELL, NEVER, YES, Situation

SHORT_PERIODS = ("day", "week")
_DAYS = {"days": 1, "weeks": 7, "months": 30, "years": 365}
_MONTHS = {"months": 1, "years": 12}
_MANY = 1 << 20
_SNAPSHOTS = 26
"""How often at most the past is read anew where it changes with the day on which it is read."""


Table = NDArray[np.int64]


def is_short(rule: Limit) -> bool:
    """Whether a limit looks at a week, or at a run of days no longer than one."""
    return rule.per in SHORT_PERIODS or (rule.in_any is not None and in_days(rule.in_any) <= WEEK)


def in_days(length: Quantity) -> int:
    """About how many days a stretch of the calendar has."""
    return length.amount * _DAYS[length.unit]


@dataclass(frozen=True)
class Rules:
    """A version under the chosen policies, taken apart by how far each rule looks.

    ``weekly`` is the part that looks no further than a week, and ``settled`` has the supervision owed by longer periods
    too, which can be told of the past; ``pooled`` are the limits that look further.
    """

    pack: Pack
    version: Version
    choices: Mapping[str, str]

    @cached_property
    def settled(self) -> Version:
        supervision = self.version.supervision
        if supervision:
            supervision = supervision.model_copy(update={"averages": ()})
        short = tuple(rule for rule in self.version.limits if is_short(rule))
        asked = tuple(rule for rule in self.version.requirements if self._is_settled(rule))
        return self.version.model_copy(
            update={"limits": short, "supervision": supervision, "grants": (), "requirements": asked}
        )

    def _is_settled(self, rule: Requirement) -> bool:
        """Whether what futures have of a requirement is taken from judged entries as it is."""
        return rule in self.added or bool(rule.distinct) or rule.confirmed is not None

    @cached_property
    def weekly(self) -> Version:
        supervision = self.settled.supervision
        if supervision is None or supervision.per in SHORT_PERIODS:
            return self.settled
        bare = supervision.model_copy(update={"floors": (), "steps": ()})
        return self.settled.model_copy(update={"supervision": bare})

    @cached_property
    def pooled(self) -> tuple[Limit, ...]:
        by_name = [rule for rule in self.version.limits if rule.once_per or rule.only_from]
        return tuple(rule for rule in self.version.limits if not is_short(rule) and rule not in by_name)

    @cached_property
    def averages(self) -> tuple[Average, ...]:
        return self.version.supervision.averages if self.version.supervision else ()

    @cached_property
    def added(self) -> tuple[Requirement, ...]:
        """Requirements of which every week brings so much, whatever else is in the log."""
        return tuple(rule for rule in self.version.requirements if _adds_up(rule))

    @cached_property
    def spans(self) -> tuple[Requirement, ...]:
        return tuple(rule for rule in self.version.requirements if rule.span)

    @cached_property
    def days_that_matter(self) -> tuple[c.Condition, ...]:
        """The comparisons of days. For an entry to come, today is its own day."""
        found: dict[c.Condition, None] = {}
        waiting = [condition for _, condition in self.version.conditions]
        while waiting:
            condition = waiting.pop()
            waiting += c.children(condition)
            if isinstance(condition, c.When):
                found[_today_is_its_day(condition)] = None
            elif isinstance(condition, c.Within):
                found[condition] = None
        return tuple(found)

    def situation(
        self, ledger: Ledger, facts: Sequence[Facts], as_of: date, version: Version | None = None
    ) -> Situation:
        """A ledger as the weekly part of the rules sees it, or as another part does."""
        return Situation(version or self.weekly, ledger, facts, self.pack.facts, as_of, self.choices)


def _adds_up(rule: Requirement) -> bool:
    if rule.periods:
        return rule.periods.each in SHORT_PERIODS
    is_plain = not (rule.span or rule.distinct or rule.any_of) and rule.confirmed is None
    return rule.distinct == "day" or (is_plain and rule.counting == "admitted")


def _today_is_its_day(condition: c.When) -> c.When:
    anchor = condition.anchor
    if anchor.of == "as_of":
        anchor = replace(anchor, of="day")
    if anchor.otherwise == "as_of":
        anchor = replace(anchor, otherwise="day")
    return replace(
        condition, subject="day" if condition.subject == "as_of" else condition.subject, anchor=anchor
    )


# -- entries that were judged ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A ledger after the rules that look no further than a week: minutes certain, entry by entry.

    ``columns`` sort the entries: those alike in all of them are alike to everything that looks at the whole log. They are
    named ``rank``, by the id of a limit, a requirement or an average, and by ``base_of`` what it is in proportion to.
    ``performed`` and ``parts`` are what each average weighs against each other; ``places`` numbers the settings.
    """

    measured: Measured
    columns: Mapping[str, Ints]
    performed: tuple[Ints, ...]
    parts: tuple[Ints, ...]
    places: Ints

    @property
    def situation(self) -> Situation:
        return self.measured.situation

    @property
    def minutes(self) -> Ints:
        return self.measured.credited

    @property
    def day(self) -> Ints:
        return self.situation.ledger.day

    @property
    def person(self) -> Ints:
        return self.situation.ledger.person.codes

    @property
    def people(self) -> int:
        return len(self.situation.facts)

    def have(self, rule: Requirement) -> Ints:
        """How much of a requirement each person has for certain."""
        readings = (self.measured.without, self.measured.with_)
        return np.minimum(*(reading.levels[rule.id].have for reading in readings))


def base_of(rule: Rule) -> str:
    """The name of the column for what a rule's amount is in proportion to."""
    return f"{rule.id} base"


def judge(
    rules: Rules,
    version: Version,
    ledger: Ledger,
    facts: Sequence[Facts],
    as_of: date,
    settings: Sequence[Any],
) -> Judged:
    """Judge a ledger by a part of the rules; ``settings`` numbers the places alike for all ledgers."""
    situation = rules.situation(ledger, facts, as_of, version)
    measured = measure(situation)
    column = ledger.categories["setting"]
    numbers = np.array([*map(settings.index, column.values), len(settings)], dtype=np.int64)
    places = numbers[column.codes]
    accounts = [_account(measured, average) for average in rules.averages]
    columns = {"rank": _rank(situation)}
    whole: tuple[Limit | Requirement, ...] = (*rules.pooled, *rules.version.requirements)
    for rule in whole:
        # An entry that may fall under a limit does; one that may belong to a requirement does not.
        enough = CANNOT_TELL if isinstance(rule, Limit) else YES
        columns[rule.id] = (situation.answer(rule.of) >= enough).astype(np.int64)
        if rule.for_every:
            columns[base_of(rule)] = situation.holds(rule.for_every.of).astype(np.int64)
    for average, (basis, _, _) in zip(rules.averages, accounts, strict=True):
        columns[average.id] = np.where(basis, 1 + _place(average, places), 0)
    return Judged(
        measured,
        columns,
        tuple(performed for _, performed, _ in accounts),
        tuple(parts for _, _, parts in accounts),
        places,
    )


def _place(average: Average, places: Ints) -> Ints:
    return places if average.across == "setting" else np.zeros_like(places)


def _rank(situation: Situation) -> Ints:
    """In which order limits take an entry, by the policy's classes."""
    version = situation.version
    classes = version.order[situation.choices[version.order_policy]] if version.order_policy else ()
    rank = np.full(len(situation), len(classes), dtype=np.int64)
    for place in reversed(range(len(classes))):
        rank[situation.holds(c.Named(classes[place]))] = place
    return rank


def _account(measured: Measured, average: Average) -> tuple[Mask, Ints, Ints]:
    """The entries an average weighs, their minutes, and the parts of a unit of supervision beside them.

    Periods that lost their hours for want of supervision weigh on neither side.
    """
    situation, contact = measured.situation, measured.without.counted.contact
    admitted = np.minimum(measured.without.counted.admitted, measured.with_.counted.admitted)
    counted = situation.holds(average.applies)
    parts = admitted
    if contact is not None:
        for short in contact.shortfalls:
            if isinstance(short.rule, Floor) and short.consequence == "forfeit":
                counted &= ~short.cells[contact.cells.of_entry]
        if situation.version.supervision and situation.version.supervision.units:
            parts = contact.parts_of_entry
    basis = counted & situation.holds(average.performed)
    giving = counted & situation.holds(average.of)
    return basis, np.where(basis, admitted, 0), np.where(giving, parts, 0)


# -- the tables a future is a sum of ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """From this day on a rule (its id, "" for none) refuses hours like the recent ones: so many of a hundred."""

    day: date
    rule: str
    lost: int


@dataclass(frozen=True)
class Tables:
    """What a person's futures are sums of.

    The columns of ``weeks`` and ``past`` are minutes of each class, performed and parts of each average and place, and so
    much of each requirement that adds up. ``weeks`` has a row for every stretch of the calendar, variant of the weeks,
    week before (where ``paired``) and week, and a last one for a week off; ``past`` has a row per snapshot.
    ``first_days`` and ``last_days`` say per requirement of time on which days of a week (1 to 7) something is credited.
    """

    rules: Rules
    as_of: date
    start: int
    drawn: int
    variants: int
    paired: bool
    weeks: Table
    first_days: Table
    last_days: Table
    stretch: Ints
    past: Table
    snapshot: Ints
    judged: Judged
    class_of_past: Ints
    classes: Mapping[str, Ints]
    places: int
    changes: tuple[Change, ...]

    @property
    def horizon(self) -> int:
        """How many weeks lie ahead."""
        return len(self.stretch)

    @property
    def width(self) -> int:
        """How many classes there are."""
        return len(self.classes["rank"])

    def day(self, week: int) -> date:
        """The last day of a week to come; week 0 is today."""
        return self.as_of if week == 0 else date.fromordinal(self.start + WEEK * week - 1)

    def members(self, column: str, value: int = 1) -> list[int]:
        """The classes that have this value in a column, in the order in which limits take them."""
        chosen = np.flatnonzero(self.classes[column] == value)
        return [int(each) for each in chosen[np.argsort(self.classes["rank"][chosen], kind="stable")]]


class Past:
    """The entries of one person's log until today, judged once for each day on which they are asked about."""

    def __init__(self, rules: Rules, ledger: Ledger, facts: Facts, as_of: date) -> None:
        lived = ledger.day <= as_of.toordinal()
        self.rules, self.facts, self.as_of = rules, facts, as_of
        self.ledger = ledger if lived.all() else ledger.only(np.flatnonzero(lived))
        self._judged: dict[tuple[date, tuple[Any, ...]], Judged] = {}

    def on(self, day: date, settings: Sequence[Any]) -> Judged:
        """How they are judged on a day, by what can be told of the past; ``settings`` as for ``judge``."""
        asked = (day, tuple(settings))
        if asked not in self._judged:
            judged = judge(self.rules, self.rules.settled, self.ledger, (self.facts,), day, settings)
            self._judged[asked] = (
                judged if day == self.as_of else _alike(judged, self.on(self.as_of, settings))
            )
        return self._judged[asked]


def _alike(judged: Judged, other: Judged) -> Judged:
    """The same with the other's columns, where they do not differ: entries are then numbered once for both."""
    same = all(np.array_equal(column, other.columns[name]) for name, column in judged.columns.items())
    return replace(judged, columns=other.columns) if same else judged


def tables(past: Past, variants: Sequence[Sequence[Week]], horizon: int, *, roughly: bool = False) -> Tables:
    """Judge the past, and every week that can be drawn in each of its variants, for so many weeks ahead.

    ``roughly`` does not look from one week into the next, which takes its time: limits in any few days may let in more.
    """
    rules, facts, as_of = past.rules, past.facts, past.as_of
    first_day = rules.situation(past.ledger, (facts,), as_of).first_day
    start = week_of(as_of, first_day) + WEEK
    settings = _settings(past.ledger, variants)
    stretches = _stretches(rules, facts, as_of, start, variants, horizon)
    paired = not roughly and _sees_the_week_before(rules, facts, as_of, variants)
    ahead = [
        _judge_weeks(rules, facts, variants, start + WEEK * week, paired=paired, settings=settings)
        for week in stretches.first
    ]
    pasts, snapshot = _read_past(past, start + WEEK * np.arange(horizon), settings)
    classes, numbered = _classes([*ahead, *pasts])
    places = len(settings) + 1
    sums = [
        _sums(rules, each, number, len(classes["rank"]), places)
        for each, number in zip([*ahead, *pasts], numbered, strict=True)
    ]
    weeks, lately = sums[: len(ahead)], sums[len(ahead) :]
    for place, each in enumerate(pasts):
        end = start + WEEK * (int(np.flatnonzero(snapshot == place).max()) - 1) + WEEK - 1
        gone = _outside_of_best(rules, each, end)
        np.subtract.at(lately[place][0], numbered[len(ahead) + place][gone], each.minutes[gone])
    spans = [
        _span_days(rules, each, start + WEEK * week)
        for each, week in zip(ahead, stretches.first, strict=True)
    ]
    if paired:
        weeks = [_marginal(each, len(variants), len(variants[0])) for each in weeks]
        spans = [
            (_pairs(first, len(variants), len(variants[0])), _pairs(last, len(variants), len(variants[0])))
            for first, last in spans
        ]
    return Tables(
        rules=rules,
        as_of=as_of,
        start=start,
        drawn=len(variants[0]),
        variants=len(variants),
        paired=paired,
        weeks=_and_a_week_off(weeks),
        first_days=_and_a_week_off([first for first, _ in spans]),
        last_days=_and_a_week_off([last for _, last in spans]),
        stretch=stretches.of_week,
        past=np.concatenate(lately),
        snapshot=snapshot,
        judged=pasts[0],
        class_of_past=numbered[len(ahead)],
        classes=classes,
        places=places,
        changes=tuple(_changes(ahead, stretches)),
    )


def _and_a_week_off(parts: Sequence[Table]) -> Table:
    return np.concatenate([*parts, np.zeros((1, parts[0].shape[1]), dtype=np.int64)])


def _settings(past: Ledger, variants: Sequence[Sequence[Week]]) -> list[Any]:
    drawn = (row["setting"] for weeks in variants for week in weeks for row in week)
    found = dict.fromkeys((*past.categories["setting"].values, *drawn))
    return [value for value in found if value is not None]


@dataclass(frozen=True)
class _Stretches:
    """Stretches of the calendar in which all comparisons of days answer alike: the first week of each, the stretch of
    every week, and the day on which each began."""

    first: list[int]
    of_week: Ints
    began: list[date]


def _stretches(
    rules: Rules, facts: Facts, as_of: date, start: int, variants: Sequence[Sequence[Week]], horizon: int
) -> _Stretches:
    """Ask every comparison of days about every day ahead, at every setting and under every supervisor there is."""
    rows = (row for weeks in variants for week in weeks for row in week)
    pairs = list(dict.fromkeys((row["setting"], row["supervisor"]) for row in rows)) or [(None, None)]
    days = start + np.arange(WEEK * horizon)
    ledger = _days_at(pairs, days)
    situation = rules.situation(ledger, (facts,), as_of)
    answers = [situation.answer(each) for each in rules.days_that_matter]
    answers.append((ledger.day >= rules.version.covers_from.day.toordinal()).astype(np.int8))
    by_day = np.ascontiguousarray(np.stack(answers, axis=1).reshape(len(days), -1))
    changed = np.r_[False, (by_day[1:] != by_day[:-1]).any(axis=1)]
    number: dict[bytes, int] = {}
    first: list[int] = []
    began: list[date] = []
    of_week = np.empty(horizon, dtype=np.int64)
    for week, answers_of_week in enumerate(by_day.reshape(horizon, -1)):
        of_week[week] = number.setdefault(answers_of_week.tobytes(), len(first))
        if of_week[week] == len(first):
            # The first change within the week or, where it differs only from its first day on, the last one before.
            inside = np.flatnonzero(changed[WEEK * week : WEEK * (week + 1)])
            before = np.flatnonzero(changed[: WEEK * week])
            at = WEEK * week + int(inside[0]) if len(inside) else int(before.max(initial=0))
            first.append(week)
            began.append(date.fromordinal(int(days[at])))
    return _Stretches(first, of_week, began)


def _days_at(pairs: Sequence[tuple[Any, Any]], days: Ints) -> Ledger:
    """An entry of nothing on every day, at every pair of setting and supervisor."""
    size = len(days) * len(pairs)
    nothing, unknown = np.zeros(size, dtype=np.int64), Category.unknown(size)
    at = {
        name: Category.of([pair[place] for pair in pairs] * len(days))
        for place, name in enumerate(("setting", "supervisor"))
    }
    return Ledger(
        ids=tuple(range(size)),
        person=Category(nothing, (0,)),
        day=np.repeat(days, len(pairs)),
        minutes=nothing,
        head_count=unknown.codes,
        practicum=unknown.codes,
        categories={**dict.fromkeys(CATEGORIES, unknown), **at},
        rank=np.arange(size),
    )


def _sees_the_week_before(
    rules: Rules, facts: Facts, as_of: date, variants: Sequence[Sequence[Week]]
) -> bool:
    """Whether the end of some week and the beginning of some other exceed a limit in any few days."""
    limits = [rule for rule in rules.weekly.limits if rule.in_any]
    ledger = ledger_of([[(0, row) for row in week] for weeks in variants for week in weeks])
    people = len(ledger.person.values)
    situation = rules.situation(ledger, (facts,) * people, as_of)
    for rule in limits:
        assert rule.in_any is not None
        minutes = np.where(situation.answer(rule.of) >= CANNOT_TELL, ledger.minutes, 0)
        by_day = sum_by(ledger.person.codes * WEEK + ledger.day, minutes, people * WEEK).reshape(people, WEEK)
        heads = np.cumsum(by_day, axis=1).max(axis=0, initial=0)
        tails = np.cumsum(by_day[:, ::-1], axis=1).max(axis=0, initial=0)
        length, room = in_days(rule.in_any), amount_of(situation, rule, larger=False).min(initial=NEVER)
        if any(tails[length - 1 - days] + heads[days - 1] > room for days in range(1, length)):
            return True
    return False


def _judge_weeks(
    rules: Rules,
    facts: Facts,
    variants: Sequence[Sequence[Week]],
    start: int,
    *,
    paired: bool,
    settings: Sequence[Any],
) -> Judged:
    """Each week of each variant as a person of its own, as if it began on ``start``.

    Paired, each after every week (and after a week off), and then once every week before it alone.
    """
    people: list[list[tuple[int, Row]]] = []
    for weeks in variants:
        before: list[Week] = [*weeks, []] if paired else [[]]
        earlier = [[(start - WEEK, row) for row in week] for week in before]
        people += [[*those, *((start, row) for row in week)] for those in earlier for week in weeks]
        people += earlier if paired else []
    as_of = date.fromordinal(start + WEEK - 1)
    return judge(rules, rules.weekly, ledger_of(people), (facts,) * len(people), as_of, settings)


def _pairs(rows: Table, variants: int, drawn: int) -> Table:
    """The rows of pairs of weeks, without those of the weeks before alone."""
    return rows.reshape(variants, (drawn + 1) ** 2, -1)[:, : (drawn + 1) * drawn].reshape(
        variants * (drawn + 1) * drawn, -1
    )


def _marginal(rows: Table, variants: int, drawn: int) -> Table:
    """What each week adds to the week before it."""
    alone = rows.reshape(variants, (drawn + 1) ** 2, -1)[:, (drawn + 1) * drawn :]
    return _pairs(rows, variants, drawn) - np.repeat(alone, drawn, axis=1).reshape(
        variants * (drawn + 1) * drawn, -1
    )


def _read_past(past: Past, starts: Ints, settings: Sequence[Any]) -> tuple[list[Judged], Ints]:
    """The past as it is read today and, where hours leave a look-back later, anew at days ahead; and which of these
    readings holds today and at the end of each week."""
    horizon = len(starts)
    today = past.on(past.as_of, settings)
    ends = [date.fromordinal(int(start) + WEEK - 1) for start in starts]
    at_last = past.on(ends[-1], settings)
    same = np.array_equal(today.minutes, at_last.minutes) and at_last.columns is today.columns
    if same and not any(rule.in_best for rule in past.rules.pooled):
        return [today], np.zeros(horizon + 1, dtype=np.int64)
    step = -(-horizon // _SNAPSHOTS)
    # Read at the end of each step, so that hours leave too early rather than too late.
    at = [min(week + step, horizon) - 1 for week in range(0, horizon, step)]
    later = [today if same else past.on(ends[week], settings) for week in at]
    return [today, *later], np.r_[0, 1 + np.arange(horizon) // step]


def _outside_of_best(rules: Rules, judged: Judged, end: int) -> Mask:
    """The entries before the longest stretch that counts and ends on ``end``."""
    outside = np.zeros(len(judged.day), dtype=np.bool_)
    for rule in rules.pooled:
        if rule.in_best:
            months = rule.in_best.amount * _MONTHS.get(rule.in_best.unit, 0)
            first = int(add_months(np.array([end]), -months)[0]) if months else end - in_days(rule.in_best)
            outside |= (judged.columns[rule.id] > 0) & (judged.day <= first)
    return outside


def _classes(judged: Sequence[Judged]) -> tuple[dict[str, Ints], list[Ints]]:
    """Number the entries so that those alike in every column share a number: the columns of each, and each ledger's."""
    different = list({id(each.columns): each.columns for each in judged}.values())
    columns = {name: np.concatenate([each[name] for each in different]) for name in different[0]}
    number = np.zeros(len(columns["rank"]), dtype=np.int64)
    for column in columns.values():
        width = int(column.max(initial=0)) + 1
        if width > 1:
            number = numbered(number)[1] if number.max(initial=0) >= _MANY else number
            number = number * width + column
    distinct, number = numbered(number)
    some = np.zeros(len(distinct), dtype=np.int64)  # an entry of each class; which one does not matter
    some[number] = np.arange(len(number))
    ends = np.cumsum([len(each["rank"]) for each in different])
    numbers = dict(zip(map(id, different), np.split(number, ends[:-1]), strict=True))
    of_class = {name: column[some] for name, column in columns.items()}
    return of_class, [numbers[id(each.columns)] for each in judged]


def _sums(rules: Rules, judged: Judged, number: Ints, classes: int, places: int) -> Table:
    """A row for each person: minutes of each class, what averages weigh, and what adds up."""
    accounts = len(rules.averages) * places
    width = classes + 2 * accounts + len(rules.added)
    sums: Table = np.zeros(judged.people * width, dtype=np.int64)
    row = judged.person * width
    np.add.at(sums, row + number, judged.minutes)
    for at, average in enumerate(rules.averages):
        column = row + classes + at * places + _place(average, judged.places)
        np.add.at(sums, column, judged.performed[at])
        np.add.at(sums, column + accounts, judged.parts[at])
    sums = sums.reshape(judged.people, width)
    for at, rule in enumerate(rules.added):
        sums[:, classes + 2 * accounts + at] = judged.have(rule)
    return sums


def _span_days(rules: Rules, judged: Judged, start: int) -> tuple[Table, Table]:
    """Per person and requirement of time, the first and the last day of the week with something credited, or 0."""
    first = np.full((judged.people, len(rules.spans)), WEEK + 1, dtype=np.int64)
    last = np.zeros((judged.people, len(rules.spans)), dtype=np.int64)
    inside = judged.day - start + 1
    for at, rule in enumerate(rules.spans):
        chosen = (judged.columns[rule.id] > 0) & (judged.minutes > 0) & (inside > 0)
        np.minimum.at(first[:, at], judged.person[chosen], inside[chosen])
        np.maximum.at(last[:, at], judged.person[chosen], inside[chosen])
    return np.where(last > 0, first, 0), last


def _changes(ahead: Sequence[Judged], stretches: _Stretches) -> Iterator[Change]:
    """Where less of the recent weeks counts than in the stretch before, and the rule that refuses most of it."""
    whole = before = int(ahead[0].minutes.sum())
    taken = _taken(ahead[0])
    for judged, day in zip(ahead[1:], stretches.began[1:], strict=True):
        now, cuts = int(judged.minutes.sum()), _taken(judged)
        if now < before:
            more = {rule: minutes - taken.get(rule, 0) for rule, minutes in cuts.items()}
            yield Change(
                day, max(more, key=lambda rule: more[rule], default=""), 100 * (before - now) // whole
            )
        before, taken = now, cuts


def _taken(judged: Judged) -> dict[str, int]:
    """Minutes each rule took."""
    taken: dict[str, int] = {}
    for cut in judged.measured.cuts():
        taken[cut.rule] = taken.get(cut.rule, 0) + int(cut.minutes.sum())
    return taken
