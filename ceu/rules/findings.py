"""Findings: every week in every setting, what it counts for, what was lost there and what would mend it."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

import numpy as np

from ceu.domain.dates import day_text
from ceu.domain.minutes import hours_text
from ceu.rules.assessment import EntryId, Finding, Severity, Week
from ceu.rules.columns import Mask, sum_by
from ceu.rules.explain import Explanation
from ceu.rules.ledger import Ints
from ceu.rules.pack import Limit, Supervision
from ceu.rules.require import periods_that_qualify
from ceu.rules.situation import NO
from ceu.rules.supervise import Contact, ShortAverage, Shortfall
from ceu.rules.words import in_words, more_text, quantity_text

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
        supervision = explanation.version.supervision
        sure, hopeful = (reading.counted.contact for reading in (self.measured.without, self.measured.with_))
        if supervision and sure and hopeful:
            self.find_shortfalls(supervision, sure, hopeful)
            # An average can be mended while it runs; it falls short for certain if it does with every doubtful entry.
            by_setting = sorted(hopeful.averages, key=lambda short: str(self.settings[short.setting]))
            self.wider += [self.short_average(short) for short in by_setting]
        self.find_limits()
        self.find_doubts()

    def weeks(self) -> Iterator[Week]:
        measured, contact = self.measured, self.measured.without.counted.contact
        columns = (self.situation.ledger.minutes, measured.credited, measured.undetermined)
        logged, credited, undetermined = (
            sum_by(self.cells.of_entry, column, len(self.cells)).tolist() for column in columns
        )
        nothing = [0] * len(self.cells)
        have, need = nothing, nothing
        if contact:
            have, need = (
                (parts * _SIXTIETHS // contact.one).tolist()
                for parts in (contact.weekly, contact.weekly_need)
            )
        qualifies, starts, settings = self.qualifies(), self.starts.tolist(), self.cells.setting.tolist()
        names = [str(self.settings[setting]) for setting in settings]
        for cell in sorted(range(len(self.cells)), key=lambda cell: (starts[cell], names[cell])):
            yield Week(
                date.fromordinal(starts[cell]),
                self.settings[settings[cell]],
                logged[cell],
                credited[cell],
                undetermined[cell],
                have[cell],
                need[cell],
                qualifies.get(cell, ()),
                tuple(self.by_week[cell]) if cell in self.by_week else _NO_FINDINGS,
            )

    @cached_property
    def starts(self) -> Ints:
        """The first day of each cell's week."""
        day, first_day = np.zeros(len(self.cells), dtype=np.int64), self.situation.first_day
        day[self.cells.of_entry] = self.situation.ledger.day
        return day - (day - first_day) % 7

    def qualifies(self) -> dict[int, tuple[str, ...]]:
        """The requirements that count a week, by cell."""
        found: dict[int, tuple[str, ...]] = {}
        counted = self.measured.without.counted
        for rule in self.explanation.version.requirements:
            if rule.periods and rule.periods.each == "week":
                minutes = np.where(self.situation.holds(rule.of), counted.credited, 0)
                cells, qualifying = periods_that_qualify(
                    self.situation, rule.periods, minutes, counted, doubtful=False
                )
                of_week = np.zeros(len(self.cells), dtype=np.bool_)
                of_week[self.cells.of_entry] = qualifying[cells.of_entry]
                for cell in np.flatnonzero(of_week).tolist():
                    found[cell] = (*found.get(cell, ()), rule.id)
        return found

    # -- supervision -------------------------------------------------------------------------------------------------

    def find_shortfalls(self, supervision: Supervision, sure: Contact, hopeful: Contact) -> None:
        """Periods without their floor, and periods without what a step adds to it."""
        for rule_id in dict.fromkeys(short.rule.id for short in (*sure.shortfalls, *hopeful.shortfalls)):
            here, there = self.short_entries(sure, rule_id), self.short_entries(hopeful, rule_id)
            certain = here & there
            for contact in (sure,) if sure is hopeful else (sure, hopeful):
                short = _by_rule(contact, rule_id)
                for cell in self.in_order(contact, np.flatnonzero(short.cells).tolist()) if short else ():
                    entries = contact.cells.members[cell]
                    if short and contact is sure and certain[entries].all():
                        self.find_short(supervision, contact, short, cell)
                    elif short and (contact is sure or not here[entries].any()):
                        self.find_doubtful(supervision, contact, short, cell)

    def in_order(self, contact: Contact, cells: list[int]) -> list[int]:
        """Cells by time, then by the name of the setting."""
        day, setting = self.situation.ledger.day, contact.cells.setting
        return sorted(
            cells,
            key=lambda cell: (int(day[contact.cells.members[cell]].min()), str(self.settings[setting[cell]])),
        )

    def short_entries(self, contact: Contact, rule_id: str) -> Mask:
        """The entries that lie in a period in which a rule fell short; the readings may divide time differently."""
        short = _by_rule(contact, rule_id)
        if short is None:
            return np.zeros(len(self.situation), dtype=np.bool_)
        return short.cells[contact.cells.of_entry]

    def find_doubtful(self, supervision: Supervision, contact: Contact, short: Shortfall, cell: int) -> None:
        where = self.where(supervision, contact, cell)
        sentence = f"{short.rule.title} {where}: it depends on entries that cannot be told yet."
        entries = contact.cells.members[cell]
        finding = Finding(short.rule.id, "cannot_tell", sentence, self.named(entries))
        self.tell(finding, entries, wider=not self.is_weekly(supervision))

    def find_short(self, supervision: Supervision, contact: Contact, short: Shortfall, cell: int) -> None:
        rule = short.rule
        warned = short.consequence == "warn"
        entries = contact.cells.members[cell]
        if not warned:
            entries = self.cut_among(rule.id, entries)
        if not len(entries):
            return
        where = self.where(supervision, contact, cell)
        needs, has, fix = self.amounts(supervision, contact, short, cell)
        asked = f"Supervision needed: {needs}; logged: {has}. {rule.citation}."
        running = self.bounds(supervision, contact, cell)[1] >= self.situation.as_of
        if warned:
            finding = Finding(
                rule.id,
                "mend" if running else "note",
                f"{rule.title} {where} is missing; no hours are lost by the reading taken. {asked}",
                self.named(entries),
                f"{fix} {where} would mend it.",
            )
        else:
            lost = hours_text(int(self.cut_minutes[rule.id][entries].sum()))
            finding = Finding(
                rule.id,
                "mend" if running else "lost",
                f"{lost} hours {where} do not count. {asked}",
                self.named(entries),
                f"{fix} {where} would make {lost} hours count.",
            )
        self.tell(finding, entries, wider=not self.is_weekly(supervision))

    def amounts(
        self, supervision: Supervision, contact: Contact, short: Shortfall, cell: int
    ) -> tuple[str, str, str]:
        """What was needed, what there was, and what to add, in words."""
        floor, have, need = short.floor, int(short.have[cell]), int(short.need[cell])
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
                f"{quantity_text(need, 'minutes')} {floor.noun}",
                quantity_text(have, "minutes"),
                f"{more_text(need - have, 'minutes')} {floor.noun}",
            )
        needs, has = (quantity_text(parts * _SIXTIETHS // contact.one, "minutes") for parts in (need, have))
        unit_minutes = supervision.units.minutes if supervision.units else {}
        others = [
            f"{quantity_text(minutes, 'minutes')} of {kind.removeprefix('supervision_')} counting as one"
            for kind, minutes in unit_minutes.items()
            if minutes != _SIXTIETHS
        ]
        minutes = -(-(need - have) * min(unit_minutes.values(), default=_SIXTIETHS) // contact.one)
        return ", ".join([needs, *others]), has, f"{more_text(minutes, 'minutes')} of individual supervision"

    def short_average(self, short: ShortAverage) -> Finding:
        rule = short.rule
        wherever = rule.across == "everything"
        where = (
            "" if wherever else f"At {self.situation.facts[0].setting_name(self.settings[short.setting])} "
        )
        minutes = -(-(short.performed - short.covered) * _SIXTIETHS // rule.one_unit_per.amount)
        setting = self.situation.ledger.categories["setting"].codes
        members = np.arange(len(setting)) if wherever else np.flatnonzero(setting == short.setting)
        over = int(self.situation.person_answers(rule.applies)[0]) == NO
        severity: Severity = "mend"
        if over:
            severity = "note" if short.consequence == "warn" else "lost"
        return Finding(
            rule.id,
            severity,
            f"{where}{hours_text(short.performed)} hours were performed and the supervision covers "
            f"{hours_text(short.covered)}: on average one unit for every {in_words(rule.one_unit_per)} is needed. "
            f"{rule.citation}.",
            self.named(self.cut_among(rule.id, members)),
            f"{more_text(minutes, 'minutes')} of individual supervision {f'{where[0].lower()}{where[1:]}' if where else ''}"
            f"would cover the rest.",
        )

    # -- limits and doubts -------------------------------------------------------------------------------------------

    def find_limits(self) -> None:
        """Minutes a limit took in a week."""
        for rule_id in self.cut_minutes:
            if isinstance(self.explanation.rules.get(rule_id), Limit):
                why = self.explanation.why_cut(rule_id)
                by_cell = sum_by(self.cells.of_entry, self.cut_minutes[rule_id], len(self.cells))
                for cell in np.flatnonzero(by_cell).tolist():
                    sentence = f"{quantity_text(int(by_cell[cell]), 'minutes')} not counted: {why}"
                    entries = self.cut_among(rule_id, self.cells.members[cell])
                    self.by_week.setdefault(cell, []).append(
                        Finding(rule_id, "note", sentence, self.named(entries))
                    )

    def find_doubts(self) -> None:
        """Minutes of a week that cannot be told, and why."""
        undetermined = self.explanation.undetermined
        for cell in np.unique(self.cells.of_entry[undetermined > 0]).tolist():
            members = self.cells.members[cell]
            members = members[undetermined[members] > 0]
            minutes = int(undetermined[members].sum())
            why = dict.fromkeys(said for _, said, mask in self.explanation.doubts if mask[members].any())
            sentence = " ".join([f"{quantity_text(minutes, 'minutes')} cannot be told yet.", *why])
            finding = Finding("doubt", "cannot_tell", sentence, self.named(members))
            self.by_week.setdefault(cell, []).append(finding)

    # -- words and places --------------------------------------------------------------------------------------------

    def is_weekly(self, supervision: Supervision) -> bool:
        return supervision.per == "week" and supervision.where == "each_setting"

    def tell(self, finding: Finding, entries: Ints, *, wider: bool) -> None:
        """Keep a finding with the weeks of its entries, and by itself where its period is no week in a setting."""
        for cell in np.unique(self.cells.of_entry[entries]).tolist():
            self.by_week.setdefault(cell, []).append(finding)
        if wider:
            self.wider.append(finding)

    def where(self, supervision: Supervision, contact: Contact, cell: int) -> str:
        """A period, and the setting where it has one, to go on a sentence with."""
        begins, ends = self.bounds(supervision, contact, cell)
        match supervision.per:
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
        if supervision.where == "anywhere":
            return when
        setting = self.settings[contact.cells.setting[cell]]
        return f"at {self.situation.facts[0].setting_name(setting)} {when}"

    @cached_property
    def cut_minutes(self) -> dict[str, Ints]:
        """Minutes each rule took, per entry."""
        taken: dict[str, Ints] = {}
        for cut in self.explanation.sure_cuts:
            here = taken.setdefault(cut.rule, np.zeros(len(self.situation), dtype=np.int64))
            here[cut.entries] += cut.minutes
        return taken

    def cut_among(self, rule: str, places: Ints) -> Ints:
        """The places a rule took minutes from, among these."""
        return places[self.cut_minutes[rule][places] > 0] if rule in self.cut_minutes else places[:0]

    def bounds(self, supervision: Supervision, contact: Contact, cell: int) -> tuple[date, date]:
        """The first and the last day of the period of a cell."""
        day = int(self.situation.ledger.day[contact.cells.members[cell]].min())
        return contact.calendar.bounds(supervision.per, date.fromordinal(day))

    def named(self, places: Ints) -> tuple[EntryId, ...]:
        return self.explanation.named(places.tolist())


def _by_rule(contact: Contact, rule_id: str) -> Shortfall | None:
    return next((short for short in contact.shortfalls if short.rule.id == rule_id), None)
