"""Findings: every week in every setting, what it counts for, what was lost there and what would mend it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ceu.domain.dates import day_text
from ceu.domain.minutes import log_hours_text
from ceu.rules.admit import FUTURE
from ceu.rules.assessment import EntryId, Finding, Severity, Week
from ceu.rules.columns import Mask, any_by, kept, starts, sum_by
from ceu.rules.explain import Explanation, chosen
from ceu.rules.ledger import Ints
from ceu.rules.marks import Marks, key, keys, mixed
from ceu.rules.pack import Floor, Supervision
from ceu.rules.periods import Cells
from ceu.rules.require import periods_that_qualify
from ceu.rules.situation import NEVER, NO
from ceu.rules.supervise import Contact, ShortAverage, Shortfall
from ceu.rules.words import LOGGED, in_words, more_text, quantity_text

_SIXTIETHS = 60


@dataclass(frozen=True)
class _Missing:
    """A shortfall by one reading: the cells of which it cannot be told, minutes lost per cell, and the entries it names.

    ``said`` keeps what was put into words.
    """

    contact: Contact
    short: Shortfall
    doubtful: Mask
    lost: Ints
    entries: Ints
    said: dict[int, Finding] = field(default_factory=dict)


class Findings:
    """What there is to say of a measured log: numbers at once, words for the weeks that are asked for.

    ``told`` entries make whole calendar weeks; None are all.
    """

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation
        self.situation = explanation.situation
        self.measured = explanation.measured
        self.cells = explanation.situation.cells
        self.settings = (*self.situation.ledger.categories["setting"].values, None)
        self._first_days: dict[int, tuple[Cells, Ints]] = {}

    def wider(self) -> tuple[Finding, ...]:
        """What concerns other periods than the week in a setting, or a setting as a whole."""
        found = [
            finding
            for missing in self.missing
            if missing.contact.cells is not self.cells
            for _, finding, _ in self.say(missing)
        ]
        hopeful = self.measured.with_.counted.contact
        if hopeful:
            # An average can be mended while it runs; it falls short for certain if it does with every doubtful entry.
            by_setting = sorted(hopeful.averages, key=lambda short: str(self.settings[short.setting]))
            found += [self.short_average(short) for short in by_setting]
        return tuple(found)

    def weeks(self, told: Mask | None = None) -> Iterator[Week]:
        """Every week in every setting with entries, oldest first. A pack of continuing education has none."""
        if self.explanation.pack.kind != "experience":
            return
        ledger, measured = self.situation.ledger, self.measured
        minutes = (ledger.minutes, measured.credited, measured.undetermined)
        logged, credited, undetermined = (self.in_weeks(column).tolist() for column in minutes)
        have, need = (column.tolist() for column in self.contact_of_weeks)
        found, starts = self.of_weeks(told), self.week_starts.tolist()
        shown = range(len(self.cells)) if told is None else np.unique(self.cells.of_entry[told]).tolist()
        settings = [self.settings[setting] for setting in self.cells.setting.tolist()]
        by_time = list(zip(starts, map(str, settings), strict=True))
        qualifies = [(rule, weeks.tolist()) for rule, weeks in self.qualifies.items()]
        dates = {start: date.fromordinal(start) for start in set(starts)}
        for cell in sorted(shown, key=by_time.__getitem__):
            yield Week(
                dates[starts[cell]],
                settings[cell],
                logged[cell],
                credited[cell],
                undetermined[cell],
                have[cell],
                need[cell],
                tuple(rule for rule, weeks in qualifies if weeks[cell]),
                tuple(found.get(cell, ())),
            )

    def mend(self) -> str | None:
        """The fix of the latest week in which something can still be mended: the smallest thing to do while it can be done."""
        running = np.zeros(len(self.situation), dtype=np.bool_)
        for missing in self.missing:
            cell = missing.contact.cells.of_entry[missing.entries]
            still = self.bounds(missing)[1][cell] >= self.situation.as_of.toordinal()
            running[missing.entries[still & ~missing.doubtful[cell]]] = True
        if not running.any():
            return None
        of_week = any_by(self.calendar_week, running, self.cells.periods)
        weeks = list(self.weeks(of_week[self.calendar_week]))
        fixes = (one.fix for week in reversed(weeks) for one in week.findings if one.severity == "mend")
        return next(fixes, None)

    def marks(self) -> NDArray[np.uint64]:
        """A number per calendar week: another when anything is that is said of the week or of its entries.

        Holds for one pack, one choice of policies and the same facts. Everything that goes into a sentence goes into the
        number, so weeks with the same number need not be put into words again. Two different weeks have the same number
        by a chance of one in 2**64.
        """
        ledger, week, as_of = self.situation.ledger, self.calendar_week, self.situation.as_of.toordinal()
        marks = Marks(self.cells.periods)
        entry, setting = keys(self.explanation.ids), keys(map(str, self.settings))
        minutes = (ledger.minutes, self.measured.credited, self.measured.undetermined)
        marks.add(week, entry, *minutes, setting[ledger.categories["setting"].codes])
        for cut in self.explanation.sure_cuts:
            day = as_of if cut.rule == FUTURE else 0
            marks.add(week[cut.entries], key(cut.rule, day), entry[cut.entries], cut.minutes)
        for rule, sentence, mask in self.explanation.doubts:
            places = np.flatnonzero(mask & (self.measured.undetermined > 0))
            marks.add(week[places], key(rule, sentence), entry[places])
        of_cell = setting[self.cells.setting]
        marks.add(self.cells.period, of_cell, *self.contact_of_weeks)
        for rule, weeks in self.qualifies.items():
            marks.add(self.cells.period[weeks], key(rule), of_cell[weeks])
        for missing in self.missing:
            cells = missing.contact.cells
            cell = cells.of_entry[missing.entries]
            named = Marks(len(cells))
            named.add(cell, entry[missing.entries])
            begins, ends = self.bounds(missing)
            short, running = missing.short, (ends >= as_of).astype(np.int64)
            said = (short.have, short.need, missing.lost, missing.doubtful, begins, ends, running)
            told = mixed(key("short", short.rule.id), named.values, setting[cells.setting], *said)
            marks.add(week[missing.entries], told[cell])
        return marks.values

    @cached_property
    def calendar_week(self) -> Ints:
        """For each entry the place of its calendar week among those of the log."""
        return self.cells.period_of_entry

    @cached_property
    def week_starts(self) -> Ints:
        """The first day of the week of each cell."""
        days = self.first_days(self.cells)
        return days - (days - self.situation.first_day) % 7

    @cached_property
    def contact_of_weeks(self) -> tuple[Ints, Ints]:
        """Contact that each week and setting has and needs, in sixtieths of a unit."""
        contact, nothing = self.measured.without.counted.contact, np.zeros(len(self.cells), dtype=np.int64)
        if contact is None:
            return nothing, nothing
        have = self.in_weeks(contact.parts_of_entry) * _SIXTIETHS // contact.one
        need = contact.weekly_need
        return have, nothing if need is None else need * _SIXTIETHS // contact.one

    def in_weeks(self, minutes: Ints) -> Ints:
        """The sum in each week and setting."""
        return sum_by(self.cells.of_entry, minutes, len(self.cells))

    @cached_property
    def qualifies(self) -> dict[str, Mask]:
        """The requirements that count weeks, and for each the weeks and settings it counts."""
        found: dict[str, Mask] = {}
        counted = self.measured.without.counted
        for rule in self.explanation.version.requirements:
            if rule.periods and rule.periods.each == "week":
                minutes = kept(counted.credited, self.situation.holds(rule.of))
                cells, qualifying = periods_that_qualify(
                    self.situation, rule.periods, minutes, counted, doubtful=False
                )
                if qualifying.any():
                    of_entry = qualifying[cells.of_entry]
                    found[rule.id] = any_by(self.cells.of_entry, of_entry, len(self.cells))
        return found

    def of_weeks(self, told: Mask | None) -> dict[int, list[Finding]]:
        """What is said of each week and setting."""
        found: dict[int, list[Finding]] = {}
        week = self.cells.of_entry
        for missing in self.missing:
            weekly = missing.contact.cells is self.cells
            for cell, finding, entries in self.say(missing, told):
                for one in [cell] if weekly else np.unique(week[entries]).tolist():
                    found.setdefault(one, []).append(finding)
        for cell, finding in (*self.find_limits(told), *self.find_doubts(told)):
            found.setdefault(cell, []).append(finding)
        return found

    # -- supervision -------------------------------------------------------------------------------------------------

    @cached_property
    def missing(self) -> tuple[_Missing, ...]:
        """Periods without their floor, and periods without what a step adds to it, by either reading."""
        sure, hopeful = (reading.counted.contact for reading in (self.measured.without, self.measured.with_))
        return tuple(self.find_missing(sure, hopeful)) if sure and hopeful else ()

    def find_missing(self, sure: Contact, hopeful: Contact) -> Iterator[_Missing]:
        found = {short.rule.id for short in (*sure.shortfalls, *hopeful.shortfalls)}
        # In the order of the pack: what is said of a week must not depend on what fell short in another.
        for rule_id in (rule.id for rule in (*sure.rules.floors, *sure.rules.steps) if rule.id in found):
            here, there = self.short_entries(sure, rule_id), self.short_entries(hopeful, rule_id)
            for contact in (sure,) if sure is hopeful else (sure, hopeful):
                short, of_entry, size = _by_rule(contact, rule_id), contact.cells.of_entry, len(contact.cells)
                if short and contact is sure:
                    doubtful = short.cells & any_by(of_entry, ~(here & there), size)
                    yield self.as_missing(contact, short, doubtful)
                elif short:
                    doubtful = short.cells & ~any_by(of_entry, here, size)
                    yield self.as_missing(contact, replace(short, cells=doubtful), doubtful)

    def as_missing(self, contact: Contact, short: Shortfall, doubtful: Mask) -> _Missing:
        cell, cut = contact.cells.of_entry, self.cut_of(short.rule.id)
        told = short.cells if short.consequence == "warn" else doubtful
        entries = np.flatnonzero(short.cells[cell] & (told[cell] | (cut > 0)))
        return _Missing(contact, short, doubtful, sum_by(cell, cut, len(contact.cells)), entries)

    def short_entries(self, contact: Contact, rule_id: str) -> Mask:
        """The entries that lie in a period in which a rule fell short; the readings may divide time differently."""
        short = _by_rule(contact, rule_id)
        if short is None:
            return np.zeros(len(self.situation), dtype=np.bool_)
        return short.cells[contact.cells.of_entry]

    def say(self, missing: _Missing, told: Mask | None = None) -> Iterator[tuple[int, Finding, list[int]]]:
        """Tell of the cells of a shortfall, by time and setting: what was cut there, or that it cannot be told.

        With each finding go its cell and the entries it names.
        """
        contact, short, cells = missing.contact, missing.short, missing.contact.cells
        places = missing.entries
        if told is not None:
            of_cell = any_by(cells.of_entry[places], told[places], len(cells))
            places = places[of_cell[cells.of_entry[places]]]
        entries, days = self.by_cell(cells, places), self.first_days(cells)
        settings = {cell: self.settings[cells.setting[cell]] for cell in entries}
        amounts = _amounts(contact, short, list(entries))
        for cell in sorted(entries, key=lambda cell: (days[cell], str(settings[cell]))):
            if cell not in missing.said:
                begins, ends = contact.calendar.bounds(contact.rules.per, date.fromordinal(int(days[cell])))
                where = self.where(contact.rules, begins, ends, settings[cell])
                named = self.named(entries[cell])
                if missing.doubtful[cell]:
                    sentence = f"{short.rule.title} {where}: it depends on entries that cannot be told yet."
                    missing.said[cell] = Finding(short.rule.id, "cannot_tell", sentence, named)
                else:
                    running, lost = ends >= self.situation.as_of, int(missing.lost[cell])
                    missing.said[cell] = _short_finding(
                        short, amounts[cell], named, where, running=running, lost=lost
                    )
            yield cell, missing.said[cell], entries[cell]

    def bounds(self, missing: _Missing) -> tuple[Ints, Ints]:
        """The first and the last day of the period of each cell that a shortfall tells of."""
        contact, cells = missing.contact, missing.contact.cells
        days = self.first_days(cells)
        if contact.rules.per == "week":
            begins = days - (days - self.situation.first_day) % 7
            return begins, begins + 6
        begins, ends = days.copy(), days.copy()
        for cell in np.unique(cells.of_entry[missing.entries]).tolist():
            bounds = contact.calendar.bounds(contact.rules.per, date.fromordinal(int(days[cell])))
            begins[cell], ends[cell] = (day.toordinal() for day in bounds)
        return begins, ends

    def short_average(self, short: ShortAverage) -> Finding:
        rule = short.rule
        wherever = rule.across == "everything"
        where = (
            "" if wherever else f"At {self.situation.facts[0].setting_name(self.settings[short.setting])} "
        )
        minutes = -(-(short.performed - short.covered) * _SIXTIETHS // rule.one_unit_per.amount)
        setting = self.situation.ledger.categories["setting"].codes
        taken = np.flatnonzero((self.cut_of(rule.id) > 0) & (wherever | (setting == short.setting)))
        over = int(self.situation.person_answers(rule.applies)[0]) == NO
        severity: Severity = "mend"
        if over:
            severity = "note" if short.consequence == "warn" else "lost"
        return Finding(
            rule.id,
            severity,
            f"{where}{log_hours_text(short.performed)} hours were performed and the supervision covers "
            f"{log_hours_text(short.covered)}: on average one unit for every {in_words(rule.one_unit_per)} is needed. "
            f"{rule.citation}.",
            self.named(taken[np.argsort(self.situation.ledger.rank[taken])].tolist()),
            f"{more_text(minutes, LOGGED)} of individual supervision {f'{where[0].lower()}{where[1:]}' if where else ''}"
            f"would cover the rest.",
        )

    # -- limits and doubts -------------------------------------------------------------------------------------------

    def find_limits(self, told: Mask | None) -> Iterator[tuple[int, Finding]]:
        """Minutes a limit took in a week."""
        for rule in self.explanation.version.limits:
            if rule.id in self.cut_minutes:
                minutes = self.cut_minutes[rule.id]
                why, by_week = self.explanation.why_cut(rule.id), self.in_weeks(minutes)
                for cell, entries in self.by_cell(self.cells, chosen(minutes > 0, told)).items():
                    sentence = f"{quantity_text(int(by_week[cell]), LOGGED)} not counted: {why}"
                    yield cell, Finding(rule.id, "note", sentence, self.named(entries))

    def find_doubts(self, told: Mask | None) -> Iterator[tuple[int, Finding]]:
        """Minutes of a week that cannot be told, and why."""
        waiting = self.explanation.undetermined > 0
        places = chosen(waiting, told)
        if not len(places):
            return
        by_week = self.in_weeks(self.explanation.undetermined)
        doubts = [
            (said, any_by(self.cells.of_entry, mask & waiting, len(self.cells)))
            for _, said, mask in self.explanation.doubts
        ]
        for cell, entries in self.by_cell(self.cells, places).items():
            why = dict.fromkeys(said for said, weeks in doubts if weeks[cell])
            minutes = quantity_text(int(by_week[cell]), LOGGED)
            sentence = " ".join([f"{minutes} cannot be told yet.", *why])
            yield cell, Finding("doubt", "cannot_tell", sentence, self.named(entries))

    # -- words and places --------------------------------------------------------------------------------------------

    def where(self, rules: Supervision, begins: date, ends: date, setting: str | None) -> str:
        """A period, and the setting where it has one, to go on a sentence with."""
        match rules.per:
            case "day":
                when = f"on {day_text(begins)}"
            case "week":
                when = f"in the week of {begins.day} {begins:%B}"
            case "month":
                when = f"in {begins:%B %Y}"
            case "year":
                when = f"in {begins.year}"
            case _:
                when = f"from {day_text(begins)} to {day_text(ends)}"
        if rules.where == "anywhere":
            return when
        return f"at {self.situation.facts[0].setting_name(setting)} {when}"

    @cached_property
    def cut_minutes(self) -> dict[str, Ints]:
        """Minutes each rule took, per entry."""
        taken: dict[str, Ints] = {}
        for cut in self.explanation.sure_cuts:
            here = taken.setdefault(cut.rule, np.zeros(len(self.situation), dtype=np.int64))
            here[cut.entries] += cut.minutes
        return taken

    def cut_of(self, rule: str) -> Ints:
        """Minutes a rule took of each entry."""
        return self.cut_minutes.get(rule, np.zeros(len(self.situation), dtype=np.int64))

    def first_days(self, cells: Cells) -> Ints:
        """The day of the first entry of each cell."""
        if id(cells) not in self._first_days:
            first = np.full(len(cells), NEVER)
            np.minimum.at(first, cells.of_entry, self.situation.ledger.day)
            # Kept with the cells themselves, so that no others can have their identity.
            self._first_days[id(cells)] = (cells, first)
        return self._first_days[id(cells)][1]

    def by_cell(self, cells: Cells, places: Ints) -> dict[int, list[int]]:
        """These places by cell, in the order of ids."""
        rank = self.situation.ledger.rank
        ordered = places[np.argsort(cells.of_entry[places] * (int(rank.max(initial=0)) + 1) + rank[places])]
        cell, listed = cells.of_entry[ordered], ordered.tolist()
        bounds = [*np.flatnonzero(starts(cell)).tolist(), len(listed)]
        return {int(cell[begins]): listed[begins:end] for begins, end in pairwise(bounds)}

    def named(self, places: list[int]) -> tuple[EntryId, ...]:
        ids = self.explanation.ids
        return tuple(map(ids.__getitem__, places))


def _by_rule(contact: Contact, rule_id: str) -> Shortfall | None:
    return next((short for short in contact.shortfalls if short.rule.id == rule_id), None)


def _amounts(contact: Contact, short: Shortfall, cells: list[int]) -> dict[int, tuple[str, str, str]]:
    """What was needed in each of these cells, what there was, and what to add, in words."""
    pairs = dict(
        zip(cells, zip(short.have[cells].tolist(), short.need[cells].tolist(), strict=True), strict=True)
    )
    said = {pair: _amount_words(contact, short.floor, *pair) for pair in set(pairs.values())}
    return {cell: said[pair] for cell, pair in pairs.items()}


def _amount_words(contact: Contact, floor: Floor, have: int, need: int) -> tuple[str, str, str]:
    if floor.at_least.unit == "meetings":
        length = f" of at least {in_words(floor.each)}" if floor.each else ""
        weeks = ", in different weeks" if floor.in_different_weeks else ""
        return (
            f"{quantity_text(need, 'meetings')}{length}{weeks}",
            quantity_text(have, "meetings"),
            f"{more_text(need - have, 'meetings')}{length}{weeks}",
        )
    if floor.at_least.unit != "units":
        return (
            f"{quantity_text(need, LOGGED)} {floor.noun}",
            quantity_text(have, LOGGED),
            f"{more_text(need - have, LOGGED)} {floor.noun}",
        )
    needs, has = (quantity_text(parts * _SIXTIETHS // contact.one, LOGGED) for parts in (need, have))
    unit_minutes = contact.rules.units.minutes if contact.rules.units else {}
    others = [
        f"{quantity_text(minutes, LOGGED)} of {kind.removeprefix('supervision_')} counting as one"
        for kind, minutes in unit_minutes.items()
        if minutes != _SIXTIETHS
    ]
    minutes = -(-(need - have) * min(unit_minutes.values(), default=_SIXTIETHS) // contact.one)
    return ", ".join([needs, *others]), has, f"{more_text(minutes, LOGGED)} of individual supervision"


def _short_finding(
    short: Shortfall, amounts: tuple[str, str, str], entries: tuple[EntryId, ...], where: str, *, running: bool, lost: int
) -> Finding:  # fmt: skip
    rule, (needs, has, fix) = short.rule, amounts
    asked = f"Supervision needed: {needs}; logged: {has}. {rule.citation}."
    if short.consequence == "warn":
        severity: Severity = "mend" if running else "note"
        said = f"{rule.title} {where} is missing; no hours are lost by the reading taken. {asked}"
        return Finding(rule.id, severity, said, entries, f"{fix} {where} would mend it.")
    hours, severity = quantity_text(lost, LOGGED), "mend" if running else "lost"
    verb = "does" if lost == _SIXTIETHS else "do"
    said = f"{hours} {where} {verb} not count. {asked}"
    return Finding(rule.id, severity, said, entries, f"{fix} {where} would make {hours} count.")
