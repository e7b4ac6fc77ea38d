"""Findings: every week in every setting, what it counts for, what was lost there and what would mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np

from ceu.domain.dates import day_text
from ceu.domain.minutes import log_hours_text
from ceu.rules.assessment import EntryId, Finding, Severity, Week
from ceu.rules.columns import Mask, any_by, kept, starts, sum_by
from ceu.rules.explain import Explanation
from ceu.rules.ledger import Ints
from ceu.rules.pack import Floor, Limit, Supervision
from ceu.rules.periods import Cells
from ceu.rules.require import periods_that_qualify
from ceu.rules.situation import NEVER, NO
from ceu.rules.supervise import Contact, ShortAverage, Shortfall
from ceu.rules.words import LOGGED, in_words, more_text, quantity_text

_SIXTIETHS = 60
_NO_FINDINGS: tuple[Finding, ...] = ()


def findings(explanation: Explanation) -> tuple[tuple[Week, ...], tuple[Finding, ...]]:
    """Every week and setting with entries, oldest first, and what concerns other periods or a setting as a whole.

    A pack of continuing education has no weeks.
    """
    found = _Findings(explanation)
    weeks = tuple(found.weeks()) if explanation.pack.kind == "experience" else ()
    return weeks, tuple(found.wider)


class _Findings:
    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation
        self.situation = explanation.situation
        self.measured = explanation.measured
        self.cells = explanation.situation.cells
        self.settings = (*self.situation.ledger.categories["setting"].values, None)
        self.by_week: dict[int, list[Finding]] = {}
        self.wider: list[Finding] = []
        sure, hopeful = (reading.counted.contact for reading in (self.measured.without, self.measured.with_))
        if sure and hopeful:
            self.find_shortfalls(sure, hopeful)
            # An average can be mended while it runs; it falls short for certain if it does with every doubtful entry.
            by_setting = sorted(hopeful.averages, key=lambda short: str(self.settings[short.setting]))
            self.wider += [self.short_average(short) for short in by_setting]
        self.find_limits()
        self.find_doubts()

    def weeks(self) -> Iterator[Week]:
        measured, contact = self.measured, self.measured.without.counted.contact
        logged, credited, undetermined = (
            self.in_weeks(column).tolist()
            for column in (self.situation.ledger.minutes, measured.credited, measured.undetermined)
        )
        have = need = [0] * len(self.cells)
        if contact:
            have = (self.in_weeks(contact.parts_of_entry) * _SIXTIETHS // contact.one).tolist()
        if contact and contact.weekly_need is not None:
            need = (contact.weekly_need * _SIXTIETHS // contact.one).tolist()
        qualifies, first_day = self.qualifies(), self.situation.first_day
        settings = [self.settings[setting] for setting in self.cells.setting.tolist()]
        starts = [day - (day - first_day) % 7 for day in self.first_days(self.cells)]
        dates = {start: date.fromordinal(start) for start in set(starts)}
        by_time = list(zip(starts, map(str, settings), strict=True))
        for cell in sorted(range(len(starts)), key=by_time.__getitem__):
            yield Week(
                dates[starts[cell]],
                settings[cell],
                logged[cell],
                credited[cell],
                undetermined[cell],
                have[cell],
                need[cell],
                qualifies.get(cell, ()),
                tuple(self.by_week[cell]) if cell in self.by_week else _NO_FINDINGS,
            )

    def in_weeks(self, minutes: Ints) -> Ints:
        """The sum in each week and setting."""
        return sum_by(self.cells.of_entry, minutes, len(self.cells))

    def qualifies(self) -> dict[int, tuple[str, ...]]:
        """The requirements that count a week, by cell."""
        found: dict[int, tuple[str, ...]] = {}
        counted = self.measured.without.counted
        for rule in self.explanation.version.requirements:
            if rule.periods and rule.periods.each == "week":
                minutes = kept(counted.credited, self.situation.holds(rule.of))
                cells, qualifying = periods_that_qualify(
                    self.situation, rule.periods, minutes, counted, doubtful=False
                )
                of_week = any_by(self.cells.of_entry, qualifying[cells.of_entry], len(self.cells))
                for cell in np.flatnonzero(of_week).tolist():
                    found[cell] = (*found.get(cell, ()), rule.id)
        return found

    # -- supervision -------------------------------------------------------------------------------------------------

    def find_shortfalls(self, sure: Contact, hopeful: Contact) -> None:
        """Periods without their floor, and periods without what a step adds to it."""
        for rule_id in dict.fromkeys(short.rule.id for short in (*sure.shortfalls, *hopeful.shortfalls)):
            here, there = self.short_entries(sure, rule_id), self.short_entries(hopeful, rule_id)
            for contact in (sure,) if sure is hopeful else (sure, hopeful):
                short, of_entry, size = _by_rule(contact, rule_id), contact.cells.of_entry, len(contact.cells)
                if short and contact is sure:
                    self.find_short(contact, short, short.cells & any_by(of_entry, ~(here & there), size))
                elif short:
                    doubtful = short.cells & ~any_by(of_entry, here, size)
                    self.find_short(contact, replace(short, cells=doubtful), doubtful)

    def short_entries(self, contact: Contact, rule_id: str) -> Mask:
        """The entries that lie in a period in which a rule fell short; the readings may divide time differently."""
        short = _by_rule(contact, rule_id)
        if short is None:
            return np.zeros(len(self.situation), dtype=np.bool_)
        return short.cells[contact.cells.of_entry]

    def find_short(self, contact: Contact, short: Shortfall, doubtful: Mask) -> None:
        """Tell of the cells of a shortfall, by time and setting: what was cut there, or that it cannot be told."""
        cells, cut = contact.cells, self.cut_of(short.rule.id)
        told = short.cells if short.consequence == "warn" else doubtful
        entries = self.by_cell(
            cells, np.flatnonzero(short.cells[cells.of_entry] & (told[cells.of_entry] | (cut > 0)))
        )
        lost, days = sum_by(cells.of_entry, cut, len(cells)).tolist(), self.first_days(cells)
        settings = [self.settings[setting] for setting in cells.setting.tolist()]
        names, amounts = [str(setting) for setting in settings], _amounts(contact, short)
        for cell in sorted(entries, key=lambda cell: (days[cell], names[cell])):
            begins, ends = contact.calendar.bounds(contact.rules.per, date.fromordinal(days[cell]))
            where = self.where(contact.rules, begins, ends, settings[cell])
            named = self.named(entries[cell])
            if doubtful[cell]:
                sentence = f"{short.rule.title} {where}: it depends on entries that cannot be told yet."
                finding = Finding(short.rule.id, "cannot_tell", sentence, named)
            else:
                running = ends >= self.situation.as_of
                finding = _short_finding(short, amounts[cell], named, where, running=running, lost=lost[cell])
            if cells is self.cells:
                self.tell(finding, [cell])
            else:
                self.tell(finding, sorted({self.week_of_entry[place] for place in entries[cell]}))
                self.wider.append(finding)

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

    def find_limits(self) -> None:
        """Minutes a limit took in a week."""
        for rule_id, minutes in self.cut_minutes.items():
            if isinstance(self.explanation.rules.get(rule_id), Limit):
                why, by_week = self.explanation.why_cut(rule_id), self.in_weeks(minutes).tolist()
                for cell, entries in self.by_cell(self.cells, np.flatnonzero(minutes)).items():
                    sentence = f"{quantity_text(by_week[cell], LOGGED)} not counted: {why}"
                    self.tell(Finding(rule_id, "note", sentence, self.named(entries)), [cell])

    def find_doubts(self) -> None:
        """Minutes of a week that cannot be told, and why."""
        undetermined = self.explanation.undetermined
        by_week, of_entry, waiting = (
            self.in_weeks(undetermined).tolist(),
            self.cells.of_entry,
            undetermined > 0,
        )
        doubts = [
            (said, any_by(of_entry, mask & waiting, len(self.cells)).tolist())
            for _, said, mask in self.explanation.doubts
        ]
        for cell, entries in self.by_cell(self.cells, np.flatnonzero(undetermined)).items():
            why = dict.fromkeys(said for said, weeks in doubts if weeks[cell])
            sentence = " ".join([f"{quantity_text(by_week[cell], LOGGED)} cannot be told yet.", *why])
            self.tell(Finding("doubt", "cannot_tell", sentence, self.named(entries)), [cell])

    # -- words and places --------------------------------------------------------------------------------------------

    def tell(self, finding: Finding, weeks: Iterable[int]) -> None:
        """Keep a finding with weeks."""
        for cell in weeks:
            self.by_week.setdefault(cell, []).append(finding)

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

    def first_days(self, cells: Cells) -> list[int]:
        """The day of the first entry of each cell."""
        first = np.full(len(cells), NEVER)
        np.minimum.at(first, cells.of_entry, self.situation.ledger.day)
        days: list[int] = first.tolist()
        return days

    def by_cell(self, cells: Cells, places: Ints) -> dict[int, list[int]]:
        """These places by cell, in the order of ids."""
        rank = self.situation.ledger.rank
        ordered = places[np.argsort(cells.of_entry[places] * (int(rank.max(initial=0)) + 1) + rank[places])]
        cell, listed = cells.of_entry[ordered], ordered.tolist()
        bounds = [*np.flatnonzero(starts(cell)).tolist(), len(listed)]
        return {int(cell[begins]): listed[begins:end] for begins, end in pairwise(bounds)}

    @cached_property
    def week_of_entry(self) -> list[int]:
        weeks: list[int] = self.cells.of_entry.tolist()
        return weeks

    def named(self, places: list[int]) -> tuple[EntryId, ...]:
        ids = self.explanation.ids
        return tuple(map(ids.__getitem__, places))


def _by_rule(contact: Contact, rule_id: str) -> Shortfall | None:
    return next((short for short in contact.shortfalls if short.rule.id == rule_id), None)


def _amounts(contact: Contact, short: Shortfall) -> list[tuple[str, str, str]]:
    """What was needed in each cell, what there was, and what to add, in words."""
    pairs = list(zip(short.have.tolist(), short.need.tolist(), strict=True))
    said = {pair: _amount_words(contact, short.floor, *pair) for pair in set(pairs)}
    return [said[pair] for pair in pairs]


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
