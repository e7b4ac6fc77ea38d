"""When each requirement will be met if the weeks to come are like the recent ones, and how many hours a wished day asks.

The last 26 whole weeks before the week of ``as_of`` (weeks off included) are drawn again, each whole, into many futures.
``Range`` holds the last day of the week by which a requirement is met in 10, 50 and 90 of 100 of them; so a day is never
too early by more than chance, and up to six days late. What is left of the running week is taken to bring nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np

from ceu.rules.columns import Mask, kept
from ceu.rules.engine import NO_POLICIES, choose_version
from ceu.rules.facts import NOT_YET, Fact, Facts
from ceu.rules.futures import Draw, Futures, inexact
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Pack, Requirement, Version
from ceu.rules.periods import FIRST_DAY
from ceu.rules.reading import measure
from ceu.rules.recent import WEEK, RecentWeeks, Row, Week, ledger_of, minutes_a_week, recent_weeks
from ceu.rules.situation import NO
from ceu.rules.weekly import SHORT_PERIODS, Change, Past, Rules, tables

RECENT = 26
"""Whole weeks that futures are drawn from."""
HORIZONS = (104, 312)
"""How many weeks ahead are looked at: two years, and six where they do not suffice."""
FUTURES = 1000
MOST_MINUTES = 60 * 60
"""Nobody is asked to plan more than 60 hours a week."""
DIRECT = frozenset({"counseling", "clinical_assessment", "psychoeducation"})
"""Activities that are time with clients."""
ANOTHER_SETTING = "another setting"

_EXPIRES = "_expires_on"
_FAR = timedelta(days=365 * 20)
_GROUP_OF = 4


@dataclass(frozen=True)
class Scenario:
    """What will be different from the recent weeks. Amounts are minutes a week, in weeks that are not off.

    Weeks that a ``leave`` touches between Monday and Friday are weeks off. From the week of ``since`` on (from the first
    week, if None) the rest holds: ``percent`` per activity and of ``everything``, more or fewer ``groups`` and
    ``group_supervision``, and direct hours and individual supervision in another setting like the usual one.
    ``renewals`` takes registrations and licenses that expire to be renewed in time.
    """

    leave: tuple[tuple[date, date], ...] = ()
    since: date | None = None
    percent: Mapping[str, int] = field(default_factory=dict)
    everything: int = 100
    groups: int = 0
    group_supervision: int = 0
    another_direct: int = 0
    another_supervision: int = 0
    renewals: bool = True

    def changed(self, week: Week, usual: Row) -> Week:
        """A recent week as it would be under the scenario; a week off stays one."""
        if not week:
            return []
        rows = [self._scaled(row) for row in week]
        rows = _with(rows, self.groups, usual | {"activity": "counseling", "client_unit": "group", "day": 2})
        rows = _with(
            rows,
            self.group_supervision,
            usual | {"activity": "supervision_group", "head_count": _GROUP_OF, "day": 2},
        )
        there = usual | {"setting": ANOTHER_SETTING, "day": 1}
        rows = _with(
            rows, self.another_direct, there | {"activity": "counseling", "client_unit": "individual"}
        )
        return _with(
            rows, self.another_supervision, there | {"activity": "supervision_individual", "head_count": 1}
        )

    def _scaled(self, row: Row) -> Row:
        percent = self.percent.get(str(row["activity"]), 100) * self.everything
        return row if percent == 100 * 100 else row | {"minutes": row["minutes"] * percent // (100 * 100)}

    def is_off(self, monday: date) -> bool:
        """Whether leave touches the five days from this Monday on."""
        friday = monday + timedelta(days=4)
        return any(begins <= friday and monday <= ends for begins, ends in self.leave)


def _with(week: Week, minutes: int, row: Row) -> Week:
    """A week with more or fewer minutes of the row's kind."""
    if minutes >= 0:
        return [*week, row | {"minutes": minutes}] if minutes else week
    left, rows = -minutes, []
    for each in week:
        same = all(each[name] == row[name] for name in ("activity", "client_unit"))
        taken = min(left, each["minutes"]) if same else 0
        left -= taken
        rows.append(each | {"minutes": each["minutes"] - taken})
    return rows


NO_CHANGE = Scenario()


@dataclass(frozen=True)
class Range:
    """By when something is done in 10, 50 and 90 of 100 futures; None is later than was looked."""

    early: date | None
    likely: date | None
    late: date | None


State = Literal["met", "ahead", "cannot_tell", "by_hand"]


@dataclass(frozen=True)
class Outlook:
    """When one requirement will be met.

    ``have`` is today's, for certain. ``decides`` says in how many of 100 futures it is the last to be met. What is
    confirmed ``by_hand`` no log can foresee; ``reason`` says why something cannot be told.
    """

    id: str
    title: str
    parent: str | None
    unit: str
    have: int
    need: int | None
    state: State
    range: Range
    decides: int = 0
    reason: str = ""


@dataclass(frozen=True)
class BandPoint:
    """How much of the main requirement there is on a day in 10, 50 and 90 of 100 futures."""

    day: date
    low: int
    middle: int
    high: int


@dataclass(frozen=True)
class Expiry:
    """A registration or license that runs out, in words, and when."""

    label: str
    day: date


@dataclass(frozen=True)
class Forecast:
    """What the futures say. ``main`` is the requirement of the band; ``everything`` is about all that can be foreseen.

    ``so_far`` are the minutes of ``main`` in each past week from its Monday on, what is granted without entries in the first;
    together they are where the band begins. ``changes`` tell from when on a rule would refuse hours like the recent ones. ``not_yet`` labels the dates taken not to
    come. ``inexact`` says where the dates only come near what the engine would say.
    """

    as_of: date
    version_id: str
    until: date
    futures: int
    recent: RecentWeeks
    outlooks: tuple[Outlook, ...]
    everything: Range
    main: str | None
    so_far: tuple[tuple[date, int], ...]
    band: tuple[BandPoint, ...]
    changes: tuple[Change, ...]
    expiries: tuple[Expiry, ...]
    not_yet: tuple[str, ...]
    inexact: tuple[str, ...]
    direct_minutes: int
    minutes: int

    @property
    def by_hand(self) -> tuple[Outlook, ...]:
        return tuple(each for each in self.outlooks if each.state == "by_hand")

    @property
    def untold(self) -> tuple[Outlook, ...]:
        return tuple(each for each in self.outlooks if each.state == "cannot_tell")

    @property
    def deciding(self) -> Outlook | None:
        """The requirement that is the last to be met in most futures."""
        return max(
            (each for each in self.outlooks if each.decides), key=lambda each: each.decides, default=None
        )


@dataclass(frozen=True)
class Plan:
    """Minutes a week that make everything met by the wished day in ``chance`` of 100 futures."""

    chance: int
    direct: int
    total: int


@dataclass(frozen=True)
class Obstacle:
    """What is not met by the wished day in ``chance`` of 100 futures, however much is worked.

    ``outlook`` says how much of how much there would be by then at ``total`` minutes a week, and ``earliest`` by when
    everything would be met at those.
    """

    outlook: Outlook
    chance: int
    total: int
    earliest: date | None


@dataclass(frozen=True)
class PlanBack:
    """What a wished day asks, so many whole weeks from now. Plans are missing where a day is out of reach."""

    wished: date
    weeks: int
    plans: tuple[Plan, ...]
    obstacle: Obstacle | None


def forecast(
    pack: Pack,
    ledger: Ledger,
    facts: Facts,
    as_of: date,
    policies: Mapping[str, str] = NO_POLICIES,
    scenario: Scenario = NO_CHANGE,
    *,
    pace: Ledger | None = None,
    futures: int = FUTURES,
    seed: int = 0,
) -> Forecast | None:
    """Look ahead from what a ledger has on ``as_of``, with weeks like the recent ones of ``pace`` (else of the ledger).

    None when the pack has no rules for the day. The rules in force today are taken to stay.
    """
    version = choose_version(pack, facts, as_of)
    if version is None:
        return None
    rules = Rules(pack, version, pack.choices(policies))
    question = _Question(rules, ledger, pace or ledger, facts, as_of, scenario)
    view = question.look(HORIZONS[0], futures, seed)
    if view.everything.late is None and question.has_recent_hours:
        view = question.look(HORIZONS[1], futures, seed)
    return view.forecast()


def plan_back(
    pack: Pack,
    ledger: Ledger,
    facts: Facts,
    as_of: date,
    wished: date,
    policies: Mapping[str, str] = NO_POLICIES,
    scenario: Scenario = NO_CHANGE,
    *,
    pace: Ledger | None = None,
    futures: int = 300,
    seed: int = 0,
) -> PlanBack | None:
    """How many hours a week make everything met by the wished day, by scaling every recent week alike.

    The supervision that fuller weeks need (further units, averages) is taken to be had. None when the pack has no rules
    for the day, or there are no hours in the recent weeks to scale.
    """
    version = choose_version(pack, facts, as_of)
    if version is None:
        return None
    rules = Rules(pack, _with_enough_supervision(version), pack.choices(policies))
    question = _Question(rules, ledger, pace or ledger, facts, as_of, scenario)
    if not question.has_recent_hours:
        return None
    return _Search(question, wished, futures, seed).answer()


def _with_enough_supervision(version: Version) -> Version:
    rules = version.supervision
    if rules is None:
        return version
    spared: dict[str, object] = {"consequence": "warn", "policy": None, "consequences": {}}
    parts = {
        "steps": tuple(step.model_copy(update=spared) for step in rules.steps),
        "averages": tuple(average.model_copy(update=spared) for average in rules.averages),
    }
    return version.model_copy(update={"supervision": rules.model_copy(update=parts)})


class _Question:
    """A log, its recent weeks and what will be different."""

    def __init__(
        self, rules: Rules, ledger: Ledger, pace: Ledger, facts: Facts, as_of: date, scenario: Scenario
    ) -> None:
        self.rules, self.ledger, self.as_of, self.scenario = rules, ledger, as_of, scenario
        policy = rules.version.week_start_policy
        self.recent = recent_weeks(
            pace, as_of, FIRST_DAY[rules.choices[policy] if policy else "monday"], RECENT
        )
        self.told = facts
        self.usual = _usual(self.recent)
        self.facts = self._assumed(facts)
        self.past = Past(rules, ledger, self.facts, as_of)

    @property
    def has_recent_hours(self) -> bool:
        return minutes_a_week(self.recent.weeks) > 0

    def _assumed(self, facts: Facts) -> Facts:
        """The facts with renewals in time, if so assumed, and with the other setting."""
        there = dict(facts.settings.get(self.usual["setting"], {})) | {"name": ANOTHER_SETTING}
        facts = replace(facts, settings={**facts.settings, ANOTHER_SETTING: there})
        if not self.scenario.renewals:
            return facts
        return replace(
            facts,
            person=self._renewed(facts.person),
            supervisors={name: self._renewed(known) for name, known in facts.supervisors.items()},
        )

    def _renewed(self, known: Mapping[str, Fact]) -> dict[str, Fact]:
        return {
            name: self.as_of + _FAR if self._runs_out(name, value) else value for name, value in known.items()
        }

    def _runs_out(self, name: str, value: Fact) -> bool:
        return name.endswith(_EXPIRES) and isinstance(value, date) and value >= self.as_of

    def look(self, horizon: int, futures: int, seed: int, everything: int | None = None) -> "_View":
        """Draw the futures and judge them; ``everything`` scales every week, and is judged roughly."""
        scenario = replace(self.scenario, everything=everything or self.scenario.everything)
        weeks = self._as_they_fared(self.recent.weeks)
        changed = self._as_they_fared([scenario.changed(week, self.usual) for week in self.recent.weeks])
        variants = [weeks, changed] if changed != weeks else [weeks]
        made_of = tables(
            self.past, [each or [[]] for each in variants], horizon, roughly=everything is not None
        )
        begins = [made_of.start + WEEK * week for week in range(horizon)]
        since = self.scenario.since
        later = [since is None or begin + WEEK > since.toordinal() for begin in begins]
        draw = Draw.of(
            seed,
            futures,
            made_of.drawn,
            np.array(later, dtype=np.int64) * (len(variants) - 1),
            np.array([self._is_off(begin) for begin in begins], dtype=np.bool_),
        )
        return _View(self, Futures(made_of, draw), changed)

    def _is_off(self, begin: int) -> bool:
        monday = date.fromordinal(begin + (1 - begin) % WEEK)
        return self.scenario.is_off(monday)

    def _as_they_fared(self, weeks: Sequence[Week]) -> list[Week]:
        """The weeks without the hours that supervision owed by longer periods than a week cost them in their time."""
        supervision = self.rules.version.supervision
        if supervision is None or supervision.per in SHORT_PERIODS or not supervision.floors:
            return list(weeks)
        first = self.recent.first.toordinal()
        rows = [(first + WEEK * place, row) for place, week in enumerate(weeks) for row in week]
        ledger = ledger_of([rows])
        whole = self.rules.version.model_copy(update={"limits": (), "grants": ()})
        kept = measure(self.rules.situation(ledger, (self.facts,), self.as_of, whole))
        bare = measure(self.rules.situation(ledger, (self.facts,), self.as_of))
        number = kept.without.counted.calendar.of_entries(supervision.per)
        # The first and the last period are seen in part only: nothing is held against them.
        inside = (number != number.min(initial=0)) & (number != number.max(initial=0))
        lost = (inside & (kept.credited == 0) & (bare.credited > 0)).tolist()
        fared: list[Week] = [[] for _ in weeks]
        for (start, row), is_lost in zip(rows, lost, strict=True):
            if not is_lost:
                fared[(start - first) // WEEK].append(row)
        return fared


def _usual(recent: RecentWeeks) -> Row:
    """Where, under whom and how most of the counseling of the recent weeks took place."""
    names = ("setting", "supervisor", "delivery", "practicum")
    rows = [row for week in recent.weeks for row in week]
    counts: dict[tuple[object, ...], int] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        counts[key] = counts.get(key, 0) + row["minutes"] * (1 + 1000 * (row["activity"] in DIRECT))
    usual = max(counts, key=lambda key: counts[key], default=(None,) * len(names))
    return {"id": "usual", "client_unit": None, "head_count": None, **dict(zip(names, usual, strict=True))}


class _View:
    """Futures as seen by today and by the end of every week ahead."""

    def __init__(self, question: _Question, futures: Futures, changed: Sequence[Week]) -> None:
        self.question, self.futures, self.changed = question, futures, changed
        self.made_of = futures.made_of
        self.version = futures.rules.version
        self.person = futures.person
        self.seen = [rule for rule in self.version.requirements if rule.id not in self.version.options]
        self.met = {rule.id: futures.is_met(rule) for rule in self.seen if self._can_be_seen(rule)}
        self.all_met = np.logical_and.reduce([*self.met.values()], axis=0, initial=True)
        if not self.met:
            self.all_met = np.zeros(futures.rows.shape, dtype=np.bool_)
        self.everything = self._range(self.all_met)

    def _can_be_seen(self, rule: Requirement) -> bool:
        return not self._is_unknown(rule) and rule.confirmed is None

    def _is_unknown(self, rule: Requirement) -> bool:
        return rule.value is None or rule.status == "unknown"

    def week_by(self, met: Mask, chance: int) -> int | None:
        """The first week by which so many of 100 futures have met it."""
        enough = np.flatnonzero(met.sum(axis=0) * 100 >= chance * len(met))
        return int(enough[0]) if len(enough) else None

    def _range(self, met: Mask) -> Range:
        weeks = [self.week_by(met, chance) for chance in (10, 50, 90)]
        return Range(*(None if week is None else self.made_of.day(week) for week in weeks))

    def forecast(self) -> Forecast:
        question, made_of = self.question, self.made_of
        main = next((rule for rule in self.seen if rule.id in self.met and rule.unit == "minutes"), None)
        until = made_of.day(made_of.horizon)
        return Forecast(
            as_of=question.as_of,
            version_id=self.version.id,
            until=until,
            futures=len(self.all_met),
            recent=question.recent,
            outlooks=tuple(self._outlooks()),
            everything=self.everything,
            main=main.id if main else None,
            so_far=tuple(self._so_far(main)) if main else (),
            band=tuple(self._band(main)) if main else (),
            changes=made_of.changes,
            expiries=tuple(self._expiries(until)),
            not_yet=tuple(self._not_yet()),
            inexact=inexact(self.version),
            direct_minutes=minutes_a_week(self.changed, DIRECT),
            minutes=minutes_a_week(self.changed),
        )

    def _outlooks(self) -> Iterator[Outlook]:
        deciding = self._deciding()
        for rule in self.seen:
            if self.person.person_answers(rule.applies)[0] != NO:
                yield self.outlook(rule, deciding.get(rule.id, 0))

    def outlook(self, rule: Requirement, decides: int = 0, week: int = 0, chance: int = 50) -> Outlook:
        """One requirement, with what so many of 100 futures have at least by the end of a week."""
        is_unknown = self._is_unknown(rule)
        unit, have = rule.unit or "minutes", _reached(self.futures.have(rule)[:, week], chance)
        need = None
        if not is_unknown:
            needs = np.broadcast_to(self.futures.need(rule), self.all_met.shape)
            need = _reached(needs[:, week], chance)
        state, reason, days = self._state(rule, is_unknown)
        return Outlook(rule.id, rule.title, rule.inside, unit, have, need, state, days, decides, reason)

    def _state(self, rule: Requirement, is_unknown: bool) -> tuple[State, str, Range]:
        as_of = self.question.as_of
        now, never = Range(as_of, as_of, as_of), Range(None, None, None)
        if is_unknown:
            return "cannot_tell", "How much the law asks is not known.", never
        if self.futures.is_met(rule)[0, 0]:
            return "met", "", now
        if rule.confirmed is not None:
            return "by_hand", "", never
        if not self.question.has_recent_hours:
            return "cannot_tell", "There are no hours in the recent weeks to look ahead with.", never
        return "ahead", "", self._range(self.met[rule.id])

    def _deciding(self) -> dict[str, int]:
        """In how many of 100 futures each requirement is the last to be met; of several, the one furthest inside."""
        waiting = [rule for rule, met in self.met.items() if not met[:, 0].all()]
        done = self.all_met.any(axis=1)
        if not waiting or not done.any():
            return {}
        first = np.stack([np.argmax(self.met[rule][done], axis=1) for rule in waiting])
        last = len(waiting) - 1 - np.argmax(first[::-1], axis=0)
        share = np.bincount(last, minlength=len(waiting)) * 100 // int(done.sum())
        return dict(zip(waiting, share.tolist(), strict=True))

    def _so_far(self, main: Requirement) -> Iterator[tuple[date, int]]:
        """The past weeks in which something of the main requirement counted; what no entry shows is in the first of them."""
        question = self.question
        measured = measure(
            question.rules.situation(question.ledger, (question.facts,), question.as_of, self.version)
        )
        minutes = kept(measured.credited, measured.situation.holds(main.of))
        days = question.ledger.day[minutes > 0]
        mondays, place = np.unique(days - (days - 1) % WEEK, return_inverse=True)
        sums = np.bincount(place, weights=minutes[minutes > 0], minlength=len(mondays)).astype(np.int64)
        granted = int(self.futures.have(main)[0, 0] - sums.sum())
        for number, (monday, total) in enumerate(zip(mondays.tolist(), sums.tolist(), strict=True)):
            yield date.fromordinal(monday), total + (0 if number else granted)

    def _band(self, main: Requirement) -> Iterator[BandPoint]:
        have = np.sort(self.futures.have(main), axis=0)[::-1]
        for week in range(have.shape[1]):
            low, middle, high = (int(have[_place(len(have), chance), week]) for chance in (90, 50, 10))
            yield BandPoint(self.made_of.day(week), low, middle, high)

    def _expiries(self, until: date) -> Iterator[Expiry]:
        told, declared = self.question.told, self.futures.rules.pack.facts
        owners = [("person", "", told.person)]
        used = {row["supervisor"] for week in self.changed for row in week}
        owners += [
            ("supervisor", f" ({known.get('name') or name})", known)
            for name, known in told.supervisors.items()
            if name in used
        ]
        for owner, whose, known in owners:
            for name, day in known.items():
                is_asked = declared.get(f"{owner}.{name}")
                if is_asked and self.question._runs_out(name, day) and isinstance(day, date) and day <= until:
                    yield Expiry(is_asked.label + whose, day)

    def _not_yet(self) -> Iterator[str]:
        for name, declared in self.futures.rules.pack.facts.items():
            owner, _, fact = name.partition(".")
            if (
                owner == "person"
                and self.question.told.person.get(fact) == NOT_YET
                and declared.assume != NOT_YET
            ):
                yield declared.label


def _place(futures: int, chance: int) -> int:
    """The place, from the largest down, of the value that so many of 100 futures have at least."""
    return max(-(-chance * futures // 100) - 1, 0)


def _reached(values: Ints, chance: int) -> int:
    """The value that so many of 100 futures have at least."""
    return int(np.sort(values)[::-1][_place(len(values), chance)])


class _Search:
    """Looks for the least share of the recent weeks that is enough."""

    def __init__(self, question: _Question, wished: date, futures: int, seed: int) -> None:
        self.question, self.wished, self.futures, self.seed = question, wished, futures, seed
        start = question.look(1, 1, seed).made_of.start
        self.weeks = max(min((wished.toordinal() + 1 - start) // WEEK, HORIZONS[1]), 0)
        average = minutes_a_week(question.look(1, 1, seed).changed)
        self.most = max(MOST_MINUTES * 100 // max(average, 1), 1)
        self.views: dict[int, _View] = {}

    def view(self, percent: int) -> _View:
        if percent not in self.views:
            self.views[percent] = self.question.look(max(self.weeks, 1), self.futures, self.seed, percent)
        return self.views[percent]

    def answer(self) -> PlanBack:
        found = [(chance, self.least(chance)) for chance in (50, 90)] if self.weeks else []
        plans = tuple(self.plan(chance, percent) for chance, percent in found if percent is not None)
        missing = [chance for chance, percent in found if percent is None] or ([] if self.weeks else [50])
        return PlanBack(self.wished, self.weeks, plans, self.obstacle(missing[0]) if missing else None)

    def is_enough(self, percent: int, chance: int) -> bool:
        met = self.view(percent).all_met[:, self.weeks]
        return bool(met.sum() * 100 >= chance * len(met))

    def least(self, chance: int) -> int | None:
        """The least percentage of the recent weeks with which so many of 100 futures are done in time."""
        if not self.is_enough(self.most, chance):
            return None
        too_little, enough = 0, self.most
        while enough - too_little > 1:
            middle = (too_little + enough) // 2
            if self.is_enough(middle, chance):
                enough = middle
            else:
                too_little = middle
        return enough

    def plan(self, chance: int, percent: int) -> Plan:
        changed = self.view(percent).changed
        return Plan(chance, minutes_a_week(changed, DIRECT), minutes_a_week(changed))

    def obstacle(self, chance: int) -> Obstacle:
        """What is furthest from being met in time with as many hours as anybody is asked for."""
        view = self.view(self.most)
        waiting = [rule for rule in view.seen if rule.id in view.met]
        hardest = min(waiting, key=lambda rule: int(view.met[rule.id][:, self.weeks].sum()))
        far = self.question.look(HORIZONS[1], self.futures, self.seed, self.most)
        week = far.week_by(far.all_met, chance)
        earliest = None if week is None else far.made_of.day(week)
        reached = view.outlook(hardest, week=self.weeks, chance=chance)
        return Obstacle(reached, chance, minutes_a_week(view.changed), earliest)
