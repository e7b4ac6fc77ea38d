"""One license in a plan: what it lacks, what courses on offer would fill of that, and what the engine says once they are taken.

It is taken that one course is completed a day, from the day after ``as_of`` on; days that would lie past the last day that
counts are that day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from ceu.rules.assessment import Assessment, Result
from ceu.rules.columns import Mask
from ceu.rules.engine import NO_POLICIES, assess, choose_version
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.offers import Effects, Offer, effects_of, room_in_all
from ceu.rules.pack import Limit, Pack, Requirement, Version
from ceu.rules.program import Cap, Gap, Share
from ceu.rules.reading import Measured, measure
from ceu.rules.situation import Situation
from ceu.rules.words import quantity_text, why_lost

_ONE_EACH = frozenset({"course", "day", "entry"})
"""What a plan adds one more of with every course."""


@dataclass(frozen=True)
class Holding:
    """A license as a plan sees it: its rules and readings, what is credited, what is known, and the last day that counts."""

    key: str
    pack: Pack
    ledger: Ledger
    facts: Facts
    due: date
    policies: Mapping[str, str] = field(default_factory=lambda: NO_POLICIES)


@dataclass(frozen=True)
class Gain:
    """What a course adds to one requirement of one license, in its unit, of what is missing; ``left`` is missing after it."""

    holding: str
    requirement: str
    amount: int
    left: int


@dataclass(frozen=True)
class StillOpen:
    """A requirement that is not met once the plan is done, with why no course, or no set of them, closes it."""

    result: Result
    sentence: str


@dataclass(frozen=True)
class Outlook:
    """One license before the plan and after it, by the engine."""

    holding: Holding
    before: Assessment
    after: Assessment
    still_open: tuple[StillOpen, ...]


def weight_of(unit: str) -> int:
    """How many minutes a missing unit weighs: an hour, whatever it is."""
    return 1 if unit == "minutes" else 60


@dataclass(frozen=True)
class Outcome:
    """What the engine says after some courses: the assessment, and what each course added."""

    after: Assessment
    gains: tuple[tuple[Gain, ...], ...]


class Side:
    """One license: what it lacks, and what every offer of the catalog would count for."""

    def __init__(self, holding: Holding, catalog: Sequence[Offer], as_of: date) -> None:
        self.holding = holding
        self.catalog = catalog
        self.as_of = as_of
        self.version: Version | None = choose_version(holding.pack, holding.facts, as_of)
        self.before = self.assess(holding.ledger, as_of)
        self.limits = self.version.limits if self.version else ()
        self.rules: Mapping[str, Requirement] = {
            rule.id: rule for rule in (self.version.requirements if self.version else ())
        }
        self.results = {result.id: result for result in self.before.minimums}

    def assess(self, ledger: Ledger, as_of: date) -> Assessment:
        return assess(self.holding.pack, ledger, self.holding.facts, as_of, self.holding.policies)

    def measure(self, ledger: Ledger, as_of: date) -> Measured:
        """Numbers without words; only where there is a version."""
        holding = self.holding
        assert self.version
        choices = holding.pack.choices(holding.policies)
        return measure(Situation(self.version, ledger, (holding.facts,), holding.pack.facts, as_of, choices))

    @cached_property
    def measured(self) -> Measured:
        return self.measure(self.holding.ledger, self.as_of)

    @cached_property
    def effects(self) -> Effects:
        return effects_of(self.measured.situation, self.catalog, self.day_of(0))

    # -- what is missing ---------------------------------------------------------------------------------------------

    @cached_property
    def gaps(self) -> tuple[Result, ...]:
        """The requirements that are asked for, not met, and such as courses can fill."""
        return tuple(one for one in self.before.minimums if not one.option and self._can_be_filled(one))

    def _can_be_filled(self, result: Result) -> bool:
        rule = self.rules[result.id]
        if not result.applies or result.answer != "short" or not result.missing:
            return False
        if rule.any_of:
            return sum(map(self._can_be_filled, self._options(rule))) >= result.missing
        return not (rule.confirmed or rule.periods or rule.span) and rule.distinct in (None, *_ONE_EACH)

    def _options(self, rule: Requirement) -> list[Result]:
        return [self.results[option] for option in rule.any_of]

    def gap_results(self, chosen: tuple[int, ...]) -> list[Result]:
        """What the engine says of the gaps after these courses."""
        if not self.gaps:
            return []
        after = {one.id: one for one in self.outcome_of(chosen).minimums}
        return [after[one.id] for one in self.gaps]

    # -- what courses would fill ---------------------------------------------------------------------------------------

    def _leaves(self) -> Iterator[Result]:
        """The gaps, and the options of those that have any."""
        waiting = list(self.gaps)
        while waiting:
            result = waiting.pop()
            options = self._options(self.rules[result.id])
            waiting += [one for one in options if self._can_be_filled(one)]
            if not options:
                yield result

    def gain(self, result: Result) -> Ints:
        """What each offer alone adds to a requirement, in its unit."""
        rule = self.rules[result.id]
        minutes = self.effects.admitted if rule.counting == "admitted" else self.effects.creditable
        gained = np.where(self.effects.belongs[rule.id], minutes, 0)
        return (gained > 0).astype(np.int64) if rule.distinct else gained

    def courses_needed(self) -> Iterator[Ints]:
        """For each gap, how many courses like each offer would fill it; 0 where it adds nothing."""
        for result in self._leaves():
            gain = self.gain(result)
            yield np.where(gain > 0, -(-result.missing // np.maximum(gain, 1)), 0)

    def told_apart(self) -> Ints:
        """A row per offer: equal rows mean the same to every rule that matters here."""
        if not self.gaps:
            return np.zeros((len(self.catalog), 1), dtype=np.int64)
        columns = [self.effects.admitted, self.effects.creditable]
        columns += [self.effects.belongs[result.id].astype(np.int64) for result in self._leaves()]
        columns += [
            mask.astype(np.int64) for mask in (*self.effects.under.values(), *self.effects.bases.values())
        ]
        return np.column_stack(columns)

    def share(self, first: Ints) -> Share:
        """This license's part of the program; ``first`` is the place of one offer per column."""
        if not self.gaps:
            return Share((), (), ())
        caps = [
            Cap(max(room, 0), tuple(np.flatnonzero(members).tolist()))
            for rule, room in self._rooms()
            if (members := self.effects.under[rule.id][first] & (self.effects.creditable[first] > 0)).any()
        ]
        return Share(
            tuple(self.effects.creditable[first].tolist()),
            tuple(caps),
            tuple(self._gap(result, first) for result in self.gaps),
        )

    def _gap(self, result: Result, first: Ints) -> Gap:
        rule = self.rules[result.id]
        gain = self.gain(result)[first] if not rule.any_of else np.zeros(0, dtype=np.int64)
        return Gap(
            result.missing,
            {int(column): int(gain[column]) for column in np.flatnonzero(gain)},
            credited=rule.counting == "credited" and not rule.distinct,
            weight=weight_of(result.unit),
            options=tuple(self._gap(one, first) for one in self._options(rule) if self._can_be_filled(one)),
        )

    def _rooms(self) -> Iterator[tuple[Limit, int]]:
        """The limits with one amount, and how much of it what is credited already leaves."""
        situation, reading = self.measured.situation, self.measured.without
        left = reading.credited.copy()
        for rule in reversed(self.limits):
            room = room_in_all(situation, rule)
            if room is not None:
                yield rule, room - int(left[situation.belongs(rule.of, doubtful=True)].sum())
            for cut in reading.cuts:
                if cut.rule == rule.id:
                    left[cut.entries] += cut.minutes

    # -- what the engine says ------------------------------------------------------------------------------------------

    def day_of(self, number: int) -> date:
        """The day on which the course of that place in the plan is taken to be completed."""
        return max(min(self.as_of + timedelta(days=number + 1), self.holding.due), self.as_of)

    def ledger_after(self, chosen: Sequence[int]) -> Ledger:
        """What is credited, and these courses after it."""
        ledger = self.holding.ledger
        for number, place in enumerate(chosen):
            row = self.catalog[place].row(self.effects.bodies[place], self.day_of(number))
            ledger = ledger.with_row(row | {"id": f"planned {number:04d}"})
        return ledger

    def outcome_of(self, chosen: tuple[int, ...]) -> Assessment:
        if not chosen:
            return self.before
        return self.assess(self.ledger_after(chosen), self.day_of(len(chosen) - 1))

    def outcome(self, chosen: tuple[int, ...]) -> Outcome:
        """The assessment after these courses, and what each of them added."""
        after = self.outcome_of(chosen)
        if not chosen or self.version is None:
            return Outcome(after, ((),) * len(chosen))
        wanted = [one for one in after.minimums if one.need is not None and self._was_missing(one)]
        gains, had = [], self._had(wanted, ())
        for number in range(len(chosen)):
            has = self._had(wanted, chosen[: number + 1])
            gains.append(tuple(self._gains(wanted, had, has)))
            had = has
        return Outcome(after, tuple(gains))

    def _was_missing(self, result: Result) -> bool:
        before = self.results[result.id]
        return before.applies and before.answer != "met" and before.missing > 0

    def _had(self, wanted: Sequence[Result], chosen: tuple[int, ...]) -> list[int]:
        """How much there is of each requirement for certain, at most what is needed."""
        last = self.day_of(max(len(chosen) - 1, 0))
        measured = self.measure(self.ledger_after(chosen), last)
        return [
            min(
                int(measured.without.levels[one.id].have[0]),
                int(measured.with_.levels[one.id].have[0]),
                one.need or 0,
            )
            for one in wanted
        ]

    def _gains(self, wanted: Sequence[Result], had: Sequence[int], has: Sequence[int]) -> Iterator[Gain]:
        for result, before, after in zip(wanted, had, has, strict=True):
            if after > before:
                yield Gain(self.holding.key, result.id, after - before, (result.need or 0) - after)

    def outlook(self, outcome: Outcome, proven: bool) -> Outlook:
        return Outlook(
            self.holding, self.before, outcome.after, tuple(self._still_open(outcome.after, proven))
        )

    # -- why something stays open --------------------------------------------------------------------------------------

    def _still_open(self, after: Assessment, proven: bool) -> Iterator[StillOpen]:
        results = {result.id: result for result in after.minimums}
        for result in after.minimums:
            if result.applies and not result.option and result.answer != "met":
                yield StillOpen(result, self._why_open(result, results, proven))

    def _why_open(self, result: Result, results: Mapping[str, Result], proven: bool) -> str:
        rule = self.rules[result.id]
        options = [results[option] for option in rule.any_of]
        to_do = result.smallest_fix or result.sentence
        if result.need is None:
            return "How much the law asks is not known, so nothing can be planned for it."
        if rule.confirmed is not None:
            return f"No course closes this. {to_do}"
        if result.answer == "cannot_tell":
            reasons = dict.fromkeys(reason for one in (result, *options) for reason in one.reasons)
            told = " ".join(reasons) or result.sentence
            return f"What is missing cannot be told, so nothing is planned for it. {told}"
        if result.id not in {one.id for one in self.gaps}:
            return f"Courses of the days to come do not add up to this. {to_do}"
        if options:
            short = [self.results[one.id] for one in options if one.answer != "met"]
            said = [
                f"{one.title}: {self._why_short(one, proven)}" for one in short if self._can_be_filled(one)
            ]
            return " ".join(said) or to_do
        return self._why_short(self.results[result.id], proven)

    def _why_short(self, result: Result, proven: bool) -> str:
        """What the courses on offer lack for a gap."""
        belongs, gain = self.effects.belongs[result.id], self.gain(result)
        there, missing = int(gain.sum()), quantity_text(result.missing, result.unit)
        if not belongs.any():
            return f"No course on offer counts toward it: {missing} missing."
        if not there:
            return f"Courses on offer for it: {int(belongs.sum()):,}, but none of them counts. {self._why_not(belongs)}"
        if there < result.missing:
            return f"All courses on offer that count make {quantity_text(there, result.unit)} of the {missing} missing."
        for limit, most in self._most_by_limit(result):
            if most < result.missing:
                within = quantity_text(most, "minutes")
                return f"{limit.title}: courses can add {within} of the {missing} missing. ({limit.citation})"
        if proven:
            return "No set of the courses on offer closes this together with the rest."
        return "The best plan found leaves this open; whether there is a better one was not found out."

    def _most_by_limit(self, result: Result) -> Iterator[tuple[Limit, int]]:
        """The most that all courses can add to a gap of credited minutes, as each limit leaves it."""
        rule = self.rules[result.id]
        if rule.counting == "credited" and not rule.distinct:
            gain = self.gain(result)
            for limit, room in self._rooms():
                inside = int(gain[self.effects.under[limit.id]].sum())
                yield limit, int(gain.sum()) - inside + min(inside, max(room, 0))

    def _why_not(self, belongs: Mask) -> str:
        """The rule that keeps out the most of these offers, in its words."""
        assert self.version
        effects = self.effects
        keeping_out = [effects.kept_out_by[place] for place in np.flatnonzero(belongs).tolist()]
        if not any(keeping_out):
            keeping_out = [rule.id for rule in self.limits if (effects.under[rule.id] & belongs).any()]
        name = max(sorted(set(keeping_out)), key=keeping_out.count)
        rule = self.version.rule(name)
        if rule is None or name in effects.doubted:
            return "What they would count for cannot be told."
        if rule.status == "unknown":
            return f"{rule.title}: what the law allows is not known. ({rule.citation})"
        return _sentence(why_lost(rule, self.version.supervision))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
