"""Findings: every week in every setting, what it counts for, what was lost there and what would mend it."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property

import numpy as np

from ceu.domain.minutes import hours_text
from ceu.rules.assessment import Finding, Week
from ceu.rules.columns import Mask, sum_by
from ceu.rules.explain import Explanation
from ceu.rules.ledger import Ints
from ceu.rules.pack import Average, Floor, Limit, Step, Supervision
from ceu.rules.require import weeks_that_qualify
from ceu.rules.situation import NO
from ceu.rules.supervise import Contact
from ceu.rules.words import in_words, more_text, quantity_text

_SIXTIETHS = 60


def weeks(explanation: Explanation) -> tuple[Week, ...]:
    """Every week and setting with entries, oldest first; none where the pack asks for no supervision."""
    supervision = explanation.version.supervision
    sure, hopeful = explanation.measured.without.contact, explanation.measured.with_.contact
    if supervision is None or sure is None or hopeful is None:
        return ()
    return tuple(_Weeks(explanation, supervision, sure, hopeful).each())


def setting_findings(explanation: Explanation) -> tuple[Finding, ...]:
    """What concerns a setting as a whole: averages that fall short even if everything doubtful counts.

    They can be mended while the average still runs.
    """
    contact = explanation.measured.with_.contact
    return tuple(
        _average_finding(explanation, *short) for short in (contact.average_short if contact else ())
    )


def _average_finding(
    explanation: Explanation, rule: Average, setting: int, performed: int, covered: int
) -> Finding:
    situation = explanation.situation
    name = situation.facts[0].setting_name((*situation.ledger.categories["setting"].values, None)[setting])
    minutes = -(-(performed - covered) * _SIXTIETHS // rule.one_unit_per.amount)
    here = situation.ledger.categories["setting"].codes == setting
    entries = [
        place
        for cut in explanation.sure_cuts
        if cut.rule == rule.id
        for place in cut.entries.tolist()
        if here[place]
    ]
    return Finding(
        rule.id,
        "lost" if int(situation.person_answers(rule.applies)[0]) == NO else "mend",
        f"At {name} {hours_text(performed)} hours were performed and the supervision covers {hours_text(covered)}: "
        f"on average one unit for every {in_words(rule.one_unit_per)} is needed. {rule.citation}.",
        explanation.named(entries),
        f"{more_text(minutes, 'minutes')} of individual supervision at {name} would cover the rest.",
    )


class _Weeks:
    def __init__(
        self, explanation: Explanation, supervision: Supervision, sure: Contact, hopeful: Contact
    ) -> None:
        self.explanation = explanation
        self.situation = explanation.situation
        self.cells = explanation.situation.cells
        self.supervision = supervision
        self.sure, self.hopeful = sure, hopeful
        self.settings = (*self.situation.ledger.categories["setting"].values, None)
        self.found: dict[int, list[Finding]] = {}

    def each(self) -> Iterator[Week]:
        measured = self.explanation.measured
        logged, credited, undetermined = (
            sum_by(self.cells.of_entry, column, len(self.cells)).tolist()
            for column in (self.situation.ledger.minutes, measured.credited, measured.undetermined)
        )
        have, need = (
            (parts * _SIXTIETHS // self.sure.one).tolist() for parts in (self.sure.parts, self.sure.need)
        )
        qualifies = self.qualifies()
        self.find_short_weeks()
        self.find_limits()
        self.find_doubts()
        for cell in sorted(range(len(self.cells)), key=self.by_week_and_setting):
            yield Week(
                self.cells.starts(cell),
                self.settings[self.cells.setting[cell]],
                logged[cell],
                credited[cell],
                undetermined[cell],
                have[cell],
                need[cell],
                qualifies.get(cell, ()),
                tuple(self.found.get(cell, ())),
            )

    def by_week_and_setting(self, cell: int) -> tuple[int, str]:
        return int(self.cells.week[cell]), str(self.settings[self.cells.setting[cell]])

    def qualifies(self) -> dict[int, tuple[str, ...]]:
        """The requirements that count a week, by cell."""
        found: dict[int, tuple[str, ...]] = {}
        for rule in self.explanation.version.requirements:
            if rule.weeks:
                minutes = np.where(
                    self.situation.holds(rule.of), self.explanation.measured.without.credited, 0
                )
                qualifying = weeks_that_qualify(
                    self.situation, rule.weeks, minutes, self.sure, doubtful=False
                )
                for cell in np.flatnonzero(qualifying).tolist():
                    found[cell] = (*found.get(cell, ()), rule.id)
        return found

    def find(self, cell: int, finding: Finding) -> None:
        self.found.setdefault(cell, []).append(finding)

    def find_short_weeks(self) -> None:
        """Weeks without their floor, and weeks without the unit a step adds."""
        self.find_short(self.supervision.floor, self.sure.floor_short, self.hopeful.floor_short)
        for step in self.supervision.steps:
            self.find_short(step, self.sure.step_short[step.id], self.hopeful.step_short[step.id])

    def find_short(self, rule: Floor | Step, sure: Mask, hopeful: Mask) -> None:
        for cell in np.flatnonzero(sure | hopeful).tolist():
            if not (sure[cell] and hopeful[cell]):
                entries = self.explanation.named(np.flatnonzero(self.cells.of_entry == cell).tolist())
                sentence = f"{rule.title} {self.where(cell)}: it depends on entries that cannot be told yet."
                self.find(cell, Finding(rule.id, "cannot_tell", sentence, entries))
            elif (rule.id, cell) in self.cut_places:
                self.find(cell, self.short_week(rule, cell))

    def short_week(self, rule: Floor | Step, cell: int) -> Finding:
        lost = hours_text(self.cut_minutes[rule.id][cell])
        missing = int(self.sure.need[cell] - self.sure.parts[cell])
        minutes = -(-missing * min(self.supervision.units.minutes.values()) // self.sure.one)
        has, needs = (
            quantity_text(int(parts[cell]) * _SIXTIETHS // self.sure.one, "minutes")
            for parts in (self.sure.parts, self.sure.need)
        )
        running = self.cells.starts(cell) + timedelta(days=6) >= self.situation.as_of
        return Finding(
            rule.id,
            "mend" if running else "lost",
            f"{lost} hours {self.where(cell)} do not count. Supervision needed: {needs}, two hours of group counting as "
            f"one; logged: {has}. {rule.citation}.",
            self.cut_entries(rule.id, cell),
            f"{more_text(minutes, 'minutes')} of individual supervision {self.where(cell)} would make {lost} hours count.",
        )

    def find_limits(self) -> None:
        """Minutes a limit took in a week."""
        for rule_id, by_cell in self.cut_minutes.items():
            if isinstance(self.explanation.rules.get(rule_id), Limit):
                why = self.explanation.why_cut(rule_id)
                for cell in np.flatnonzero(by_cell).tolist():
                    sentence = f"{quantity_text(int(by_cell[cell]), 'minutes')} not counted: {why}"
                    self.find(cell, Finding(rule_id, "note", sentence, self.cut_entries(rule_id, cell)))

    def find_doubts(self) -> None:
        """Minutes of a week that cannot be told, and why."""
        undetermined = self.explanation.undetermined
        for cell in np.unique(self.cells.of_entry[undetermined > 0]).tolist():
            members = (self.cells.of_entry == cell) & (undetermined > 0)
            minutes = int(undetermined[members].sum())
            why = [sentence for _, sentence, mask in self.explanation.doubts if (mask & members).any()]
            sentence = " ".join([f"{quantity_text(minutes, 'minutes')} cannot be told yet.", *why])
            entries = self.explanation.named(np.flatnonzero(members).tolist())
            self.find(cell, Finding("doubt", "cannot_tell", sentence, entries))

    def where(self, cell: int) -> str:
        setting = self.situation.facts[0].setting_name(self.settings[self.cells.setting[cell]])
        start = self.cells.starts(cell)
        return f"at {setting} in the week of {start.day} {start:%B}"

    @cached_property
    def cut_minutes(self) -> dict[str, Ints]:
        """Minutes each rule took, per cell."""
        taken: dict[str, Ints] = {}
        for cut in self.explanation.sure_cuts:
            here = sum_by(self.cells.of_entry[cut.entries], cut.minutes, len(self.cells))
            taken[cut.rule] = taken[cut.rule] + here if cut.rule in taken else here
        return taken

    @cached_property
    def cut_places(self) -> dict[tuple[str, int], list[int]]:
        """The places each rule cut in a cell."""
        places: dict[tuple[str, int], list[int]] = {}
        for cut in self.explanation.sure_cuts:
            cells = self.cells.of_entry[cut.entries].tolist()
            for place, cell in zip(cut.entries.tolist(), cells, strict=True):
                places.setdefault((cut.rule, cell), []).append(place)
        return places

    def cut_entries(self, rule: str, cell: int) -> tuple[int | str, ...]:
        return self.explanation.named(self.cut_places[rule, cell])
