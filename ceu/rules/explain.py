"""Explain: every number in words, with its law, and the smallest thing that would put it right."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np

from ceu.domain.dates import day_text
from ceu.domain.minutes import hours_text
from ceu.rules.admit import COVERAGE, FUTURE
from ceu.rules.assessment import Answer, Cut, EntryId, Finding, PolicyInUse, Reason, Result, Severity, Week
from ceu.rules.columns import Mask, sum_by
from ceu.rules.language import Condition, names, subjects
from ceu.rules.pack import Average, Limit, Pack, Quantity, Requirement, Rule, Step, Version
from ceu.rules.reading import Measured
from ceu.rules.require import weeks_that_qualify
from ceu.rules.situation import CANNOT_TELL, NO, YES, Situation

_SIXTIETHS = 60
COLUMN_LABELS = {
    "activity": "what the time was spent on",
    "client_unit": "with whom (individual, couple, family, child or group)",
    "setting": "the setting",
    "supervisor": "the supervisor",
    "delivery": "how it took place (in person, video, phone)",
    "topic": "the topics",
    "approval": "the body that approved the course",
    "credit_kind": "the kind of credit",
    "course": "the course",
    "head_count": "how many people received supervision",
    "practicum": "whether it was gained in the practicum",
}


def quantity_text(amount: int, unit: str) -> str:
    """An amount in words: minutes are said in hours.

    >>> quantity_text(90, "minutes"), quantity_text(1, "weeks")
    ('1.5 hours', '1 week')
    """
    if unit == "minutes":
        return "1 hour" if amount == 60 else f"{hours_text(amount).removesuffix('.0')} hours"
    return f"{amount:,} {unit.removesuffix('s') if amount == 1 else unit}"


def policies_in_use(pack: Pack, choices: Mapping[str, str]) -> tuple[PolicyInUse, ...]:
    """Every policy of the pack with the reading taken."""
    return tuple(
        PolicyInUse(
            name,
            policy.question,
            choices[name],
            policy.options[choices[name]],
            policy.reason,
            choices[name] == policy.default,
            policy.citation,
            policy.status,
        )
        for name, policy in pack.policies.items()
    )


class Explainer:
    """Puts one person's measured log into words."""

    def __init__(self, pack: Pack, measured: Measured) -> None:
        self.pack = pack
        self.measured = measured
        self.situation: Situation = measured.situation
        self.version: Version = measured.situation.version
        self.cells = measured.situation.cells
        self.ids: tuple[EntryId, ...] = measured.situation.ledger.ids
        self.rules: dict[str, Rule] = {rule.id: rule for rule in self.version.rules()}
        self.gates = {gate.id: gate for gate in (*self.version.gates, *self.version.sessions)}
        self.sure_cuts = measured.cuts()
        self.undetermined = measured.undetermined
        self.doubts = list(self._doubts())

    # -- entries ---------------------------------------------------------------------------------------------------

    def cuts(self) -> dict[int, tuple[Cut, ...]]:
        """The cuts of each entry that has any, by its place."""
        found: dict[int, list[Cut]] = {}
        for cut in self.sure_cuts:
            why = self.why_cut(cut.rule)
            # Equal cuts are one object: a long log has thousands of them and few different lengths.
            said = {
                minutes: Cut(cut.rule, minutes, f"{hours_text(minutes)} h: {why}")
                for minutes in np.unique(cut.minutes).tolist()
            }
            for place, minutes in zip(cut.entries.tolist(), cut.minutes.tolist(), strict=True):
                found.setdefault(place, []).append(said[minutes])
        return {place: tuple(cuts) for place, cuts in sorted(found.items())}

    def why_cut(self, rule_id: str) -> str:
        """Why the rule takes minutes, with its citation."""
        if rule_id == FUTURE:
            return f"dated after {day_text(self.situation.as_of)}, so not yet done."
        rule = self.rules[rule_id]
        lost = getattr(rule, "lost", None) or self._lost_by(rule)
        return f"{lost} ({rule.citation})"

    def _lost_by(self, rule: Rule) -> str:
        match rule:
            case Step():
                return (
                    f"more than {_quantity(rule.over)} in this week and setting need {_quantity(rule.extra)} more of "
                    f"supervision, which is missing."
                )
            case Average():
                return f"the supervision at this setting does not cover it: one unit for every {_quantity(rule.one_unit_per)}."
            case Limit():
                return f"beyond the limit of {_limit_text(rule)}."
            case _:
                return f"this week has less than {_quantity(rule.value)} of supervision in this setting."

    def reasons(self) -> dict[int, tuple[Reason, ...]]:
        """Why the undetermined minutes of each entry are so, by its place."""
        found: dict[int, list[Reason]] = {}
        for rule, sentence, mask in self.doubts:
            for place in np.flatnonzero(mask & (self.undetermined > 0)).tolist():
                found.setdefault(place, []).append(Reason(rule, sentence))
        for place in np.flatnonzero(self.undetermined > 0).tolist():
            if place not in found:
                found[place] = [
                    Reason("doubt", "It counts or not depending on other entries that cannot be told.")
                ]
        return {place: tuple(reasons) for place, reasons in sorted(found.items())}

    def _doubts(self) -> Iterator[tuple[str, str, Mask]]:
        """(rule, sentence, entries) for everything that keeps an entry from being told."""
        verdict = self.measured.verdict
        doubtful = verdict.answers == CANNOT_TELL
        contradictions = {doubt.id: doubt.sentence for doubt in self.version.doubts}
        for rule, answers in zip(verdict.rules, verdict.by_rule, strict=True):
            mask = doubtful & (answers == CANNOT_TELL)
            if not mask.any():
                continue
            if rule == COVERAGE:
                yield rule, self.version.covers_from.sentence, mask
            elif rule in contradictions:
                yield rule, contradictions[rule], mask
            else:
                gate = self.gates[rule]
                yield from self._missing_facts(gate, (gate.applies, gate.only_if), mask)
        for limit in self.version.limits:
            members = self.situation.answer(limit.of)
            mask = np.equal(members, YES if limit.status == "unknown" else CANNOT_TELL)
            if mask.any():
                yield from self._missing_facts(limit, (limit.of,), mask)

    def _missing_facts(
        self, rule: Rule, conditions: tuple[Condition, ...], mask: Mask
    ) -> Iterator[tuple[str, str, Mask]]:
        if rule.status == "unknown":
            yield rule.id, f"What the law asks is not known: {rule.title}.", mask
            return
        asked = dict.fromkeys(subject for condition in conditions for subject in self._subjects(condition))
        unknown = {subject: mask & self.situation.unknown(subject) for subject in asked}
        unknown = {subject: where for subject, where in unknown.items() if where.any()}
        pattern = np.zeros(len(mask), dtype=np.int64)
        for bit, where in enumerate(unknown.values()):
            pattern |= where.astype(np.int64) << bit
        for bits in np.unique(pattern[mask]).tolist():
            labels = [self.label(subject) for bit, subject in enumerate(unknown) if bits >> bit & 1]
            yield rule.id, _not_known(rule, labels), mask & (pattern == bits)

    def _subjects(self, condition: Condition) -> Iterator[str]:
        yield from subjects(condition)
        for name in _names_inside(condition, self.version):
            yield from subjects(self.version.definitions[name])

    def label(self, subject: str) -> str:
        """The words people see for an attribute."""
        declared = self.pack.facts.get(subject)
        return declared.label if declared else COLUMN_LABELS.get(subject, subject)

    # -- requirements ----------------------------------------------------------------------------------------------

    def results(self, findings: Iterable[Finding]) -> Iterator[Result]:
        """Every requirement and limit of the version, in the pack's order."""
        mends = [finding.fix for finding in findings if finding.severity == "mend" and finding.fix]
        for rule in self.version.requirements:
            yield self.requirement(rule, mends[0] if mends else None)
        for limit in self.version.limits:
            yield self.maximum(limit)

    def requirement(self, rule: Requirement, mend: str | None) -> Result:
        """One minimum."""
        without, with_ = (
            int(reading.have[rule.id][0]) for reading in (self.measured.without, self.measured.with_)
        )
        low, high = min(without, with_), max(without, with_)
        need, unit = rule.amount, rule.unit or "minutes"
        applies = int(self.situation.person_answers(rule.applies)[0])
        satisfied = (
            NO if rule.satisfied_if is None else int(self.situation.person_answers(rule.satisfied_if)[0])
        )
        answer, sentence = self._judge(rule, low, high, applies, satisfied)
        short = need - low if need is not None and answer != "met" else 0
        fix = f"{quantity_text(short, unit).replace(' ', ' more ', 1)} {rule.noun}." if short > 0 else None
        reasons: tuple[str, ...] = ()
        if answer == "cannot_tell":
            reasons = self._requirement_reasons(rule, applies, satisfied)
        return self._result(
            rule,
            kind="minimum",
            answer=answer,
            have=low,
            have_at_most=high,
            need=0 if applies == NO else need,
            unit=unit,
            parent=rule.inside,
            applies=applies != NO,
            uncounted=0,
            sentence=sentence,
            smallest_fix=(mend or fix)
            if fix and unit in ("minutes", "weeks") and rule.inside is None
            else fix,
            reasons=reasons,
        )

    def _judge(
        self, rule: Requirement, low: int, high: int, applies: int, satisfied: int
    ) -> tuple[Answer, str]:
        unit, need = rule.unit or "minutes", rule.amount
        if applies == NO:
            return "met", "This does not apply to you."
        if satisfied == YES:
            return "met", "Already completed: nothing more is needed."
        if need is None or rule.status == "unknown":
            return "cannot_tell", f"{quantity_text(low, unit)} so far. How much the law asks is not known."
        so_far = f"{_amount_text(low, unit)} of {quantity_text(need, unit)}"
        if low >= need:
            return "met", f"{so_far}. Nothing is missing."
        answer: Answer = "cannot_tell"
        missing = f"{quantity_text(need - low, unit)} missing"
        if high >= need:
            sentence = (
                f"{so_far} for certain; {_amount_text(high, unit)} if everything that cannot be told counts."
            )
        elif CANNOT_TELL in (applies, satisfied):
            sentence = f"{so_far}: {missing}, if this applies to you."
        else:
            answer, sentence = "short", f"{so_far}: {missing}."
        return answer, sentence

    def _requirement_reasons(self, rule: Requirement, applies: int, satisfied: int) -> tuple[str, ...]:
        found: dict[str, None] = {}
        if rule.status == "unknown" or rule.amount is None:
            found[rule.remark or "The value was not found in any source."] = None
        open_conditions = ((rule.applies, applies), (rule.satisfied_if, satisfied))
        for condition, its_answer in open_conditions:
            for subject in self._subjects(condition) if condition and its_answer == CANNOT_TELL else ():
                if not self.situation.knows(subject):
                    found[_not_known(rule, [self.label(subject)])] = None
        members = self.situation.answer(rule.of)
        for doubt, sentence, mask in self.doubts:
            limited = isinstance(self.rules.get(doubt), Limit) and rule.counting == "admitted"
            if not limited and (mask & (members != NO)).any():
                found[sentence] = None
        for subject in self._subjects(rule.of):
            if subject in COLUMN_LABELS:
                count = int((self.situation.unknown(subject) & (members == CANNOT_TELL)).sum())
                if count:
                    found[
                        f"{count} {'entry does' if count == 1 else 'entries do'} not say {self.label(subject)}."
                    ] = None
        return tuple(found)

    def maximum(self, rule: Limit) -> Result:
        """One limit: what is credited under it, and what it took."""
        members = self.situation.holds(rule.of)
        have, at_most = (
            self._fullest(rule, np.where(members, credited, 0))
            for credited in (self.measured.credited, self.measured.with_.credited)
        )
        uncounted = sum(int(cut.minutes.sum()) for cut in self.sure_cuts if cut.rule == rule.id)
        if rule.status == "unknown":
            sentence = "How much the law allows is not known, so nothing under it can be told."
        else:
            sentence = f"{quantity_text(have, 'minutes')} counted; the limit is {_limit_text(rule)}."
            if rule.amount == 0:
                sentence = "" if uncounted else "None of the hours falls under this."
        if uncounted:
            sentence = f"{sentence} {quantity_text(uncounted, 'minutes')} do not count.".strip()
        return self._result(
            rule,
            kind="maximum",
            answer="cannot_tell" if rule.status == "unknown" else "met",
            have=have,
            have_at_most=max(have, at_most),
            need=rule.amount,
            unit="minutes",
            parent=rule.inside,
            applies=True,
            uncounted=uncounted,
            sentence=sentence,
            smallest_fix=None,
            reasons=(rule.remark,) if rule.status == "unknown" and rule.remark else (),
        )

    def _fullest(self, rule: Limit, minutes: Any) -> int:
        """Minutes under a limit: in all, or in the fullest week or run of days."""
        if not len(minutes):
            return 0
        if rule.per == "week":
            return int(sum_by(self.cells.week_of_entry, minutes, len(self.cells)).max())
        if rule.in_any:
            days, of_entry = np.unique(self.situation.ledger.day, return_inverse=True)
            totals = np.r_[0, np.cumsum(sum_by(of_entry, minutes, len(days)))]
            first = np.searchsorted(days, days - rule.in_any.amount + 1)
            return int((totals[1:] - totals[first]).max())
        return int(minutes.sum())

    def _result(self, rule: Rule, **fields: Any) -> Result:
        source = self.pack.sources[rule.source[0]]
        return Result(
            id=rule.id,
            title=rule.title,
            citation=rule.citation,
            source=rule.source,
            source_url=source.url,
            quote=rule.quote,
            status=rule.status,
            as_of=rule.as_of,
            remark=rule.remark,
            **fields,
        )

    # -- weeks -----------------------------------------------------------------------------------------------------

    def weeks(self) -> tuple[Week, ...]:
        """Every week and setting with entries, oldest first."""
        if not len(self.cells) or self.version.supervision is None:
            return ()
        logged, credited, undetermined = (
            sum_by(self.cells.of_entry, column, len(self.cells)).tolist()
            for column in (self.situation.ledger.minutes, self.measured.credited, self.undetermined)
        )
        contact = self.measured.without.contact
        assert contact is not None
        have = (contact.parts * _SIXTIETHS // contact.one).tolist()
        need = (contact.need * _SIXTIETHS // contact.one).tolist()
        qualifies = self._qualifies()
        findings = self._week_findings()
        settings = (*self.situation.ledger.categories["setting"].values, None)
        order = sorted(
            range(len(self.cells)), key=lambda cell: (self.cells.week[cell], str(settings[self.cells.setting[cell]]))
        )
        return tuple(
            Week(
                self.cells.starts(cell),
                settings[self.cells.setting[cell]],
                logged[cell],
                credited[cell],
                undetermined[cell],
                have[cell],
                need[cell],
                qualifies.get(cell, ()),
                tuple(findings.get(cell, ())),
            )
            for cell in order
        )

    def _qualifies(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        reading = self.measured.without
        for rule in self.version.requirements:
            if rule.weeks:
                minutes = np.where(self.situation.holds(rule.of), reading.credited, 0)
                cells = weeks_that_qualify(self.situation, rule.weeks, minutes, reading.contact)
                for cell in np.flatnonzero(cells).tolist():
                    found[cell] = (*found.get(cell, ()), rule.id)
        return found

    def _week_findings(self) -> dict[int, list[Finding]]:
        found: dict[int, list[Finding]] = {}
        sure, hopeful = self.measured.without.contact, self.measured.with_.contact
        supervision = self.version.supervision
        assert sure is not None
        assert hopeful is not None
        assert supervision is not None
        floor = supervision.floor
        shorts: list[tuple[Rule, Mask, Mask]] = [(floor, sure.floor_short, hopeful.floor_short)]
        shorts += [
            (step, sure.step_short[step.id], hopeful.step_short[step.id]) for step in supervision.steps
        ]
        lost_by_cell = self._lost_by_cell()
        for rule, short, still_short in shorts:
            for cell in np.flatnonzero(short | still_short).tolist():
                found.setdefault(cell, []).append(
                    self._short_week(rule, cell, bool(short[cell] and still_short[cell]), lost_by_cell)
                )
        for rule_id, cells in lost_by_cell.items():
            if isinstance(self.rules.get(rule_id), Limit):
                why = self.why_cut(rule_id)
                for cell, minutes in cells.items():
                    sentence = f"{quantity_text(minutes, 'minutes')} not counted: {why}"
                    found.setdefault(cell, []).append(
                        Finding(rule_id, "note", sentence, self._cut_entries(rule_id, cell))
                    )
        for cell in np.unique(self.cells.of_entry[self.undetermined > 0]).tolist():
            members = (self.cells.of_entry == cell) & (self.undetermined > 0)
            minutes = int(self.undetermined[members].sum())
            sentences = [sentence for _, sentence, mask in self.doubts if (mask & members).any()]
            found.setdefault(cell, []).append(
                Finding(
                    "doubt",
                    "cannot_tell",
                    " ".join([f"{quantity_text(minutes, 'minutes')} cannot be told yet.", *sentences]),
                    self._ids(members),
                )
            )
        return found

    def _lost_by_cell(self) -> dict[str, dict[int, int]]:
        lost: dict[str, dict[int, int]] = {}
        for cut in self.sure_cuts:
            totals = sum_by(self.cells.of_entry[cut.entries], cut.minutes, len(self.cells))
            by_cell = lost.setdefault(cut.rule, {})
            for cell in np.flatnonzero(totals).tolist():
                by_cell[cell] = by_cell.get(cell, 0) + int(totals[cell])
        return lost

    def _short_week(
        self, rule: Rule, cell: int, certain: bool, lost_by_cell: Mapping[str, Mapping[int, int]]
    ) -> Finding:
        contact = self.measured.without.contact
        assert contact is not None
        missing = int(contact.need[cell] - contact.parts[cell])
        hours = -(-missing * self._individual_minutes() // contact.one)
        start = self.cells.starts(cell)
        setting = self._setting_name(cell)
        lost = lost_by_cell.get(rule.id, {}).get(cell, 0)
        week = f"in the week of {start.day} {start:%B}"
        if not certain:
            sentence = f"{rule.title} at {setting} {week}: it depends on entries that cannot be told yet."
            return Finding(rule.id, "cannot_tell", sentence, self._ids(self.cells.of_entry == cell))
        running = start + timedelta(days=6) >= self.situation.as_of
        more = quantity_text(hours, "minutes")
        more = "One more hour" if hours == 60 else more.replace(" ", " more ", 1)
        fix = (
            f"{more} of individual supervision at {setting} {week} would make {hours_text(lost)} hours count."
        )
        has = quantity_text(int(contact.parts[cell]) * _SIXTIETHS // contact.one, "minutes")
        needs = quantity_text(int(contact.need[cell]) * _SIXTIETHS // contact.one, "minutes")
        severity: Severity = "mend" if running else "lost"
        sentence = (
            f"{hours_text(lost)} hours at {setting} {week} do not count. Supervision needed: {needs}, two hours of "
            f"group counting as one; logged: {has}. {rule.citation}."
        )
        return Finding(rule.id, severity, sentence, self._cut_entries(rule.id, cell), fix)

    def _individual_minutes(self) -> int:
        supervision = self.version.supervision
        assert supervision is not None
        return min(supervision.units.minutes.values())

    def _setting_name(self, cell: int) -> str:
        code = int(self.cells.setting[cell])
        values = self.situation.ledger.categories["setting"].values
        return self.situation.facts[0].setting_name(values[code] if code >= 0 else None)

    def _ids(self, mask: Mask) -> tuple[EntryId, ...]:
        return self._named(np.flatnonzero(mask).tolist())

    def _named(self, places: Iterable[int]) -> tuple[EntryId, ...]:
        """The ids of entries, in the order of ids."""
        return tuple(self.ids[place] for place in sorted(places, key=self._rank.__getitem__))

    @cached_property
    def _rank(self) -> list[int]:
        rank: list[int] = self.situation.ledger.rank.tolist()
        return rank

    def _cut_entries(self, rule: str, cell: int) -> tuple[EntryId, ...]:
        return self._named(self._cut_places.get((rule, cell), ()))

    @cached_property
    def _cut_places(self) -> dict[tuple[str, int], list[int]]:
        places: dict[tuple[str, int], list[int]] = {}
        for cut in self.sure_cuts:
            for place, cell in zip(
                cut.entries.tolist(), self.cells.of_entry[cut.entries].tolist(), strict=True
            ):
                places.setdefault((cut.rule, cell), []).append(place)
        return places

    def findings(self) -> tuple[Finding, ...]:
        """What concerns a setting as a whole: averages that fall short."""
        sure = self.measured.without.contact
        found = []
        for rule_id, _, setting, performed, covered in sure.average_short if sure else ():
            values = (*self.situation.ledger.categories["setting"].values, None)
            name = self.situation.facts[0].setting_name(values[setting])
            rule = self.rules[rule_id]
            assert isinstance(rule, Average)
            hours = -(-(performed - covered) * 60 // rule.one_unit_per.amount)
            entries = [
                place for cut in self.sure_cuts if cut.rule == rule_id for place in cut.entries.tolist()
            ]
            found.append(
                Finding(
                    rule_id,
                    "mend",
                    f"At {name} {hours_text(performed)} hours were performed and the supervision covers "
                    f"{hours_text(covered)}: on average one unit for every {_quantity(rule.one_unit_per)} is needed. "
                    f"{rule.citation}.",
                    self._named(entries),
                    f"{quantity_text(hours, 'minutes').replace(' ', ' more ', 1)} of individual supervision at {name} "
                    f"would cover the rest.",
                )
            )
        return tuple(found)


def _names_inside(condition: Condition, version: Version) -> Iterator[str]:
    for name in names(condition):
        if name in version.definitions:
            yield name
            yield from _names_inside(version.definitions[name], version)


def _not_known(rule: Rule, labels: list[str]) -> str:
    if not labels:
        return f"{rule.title}: it depends on what follows, which is still open."
    return f"{rule.title}: missing is {' and '.join(labels)}."


def _quantity(quantity: Quantity | None) -> str:
    return "" if quantity is None else quantity_text(quantity.amount, quantity.unit)


def _amount_text(amount: int, unit: str) -> str:
    return hours_text(amount).removesuffix(".0") if unit == "minutes" else f"{amount:,}"


def _limit_text(rule: Limit) -> str:
    if rule.once_per:
        return f"once per {rule.once_per}"
    if rule.per:
        return f"{_quantity(rule.at_most)} a {rule.per}"
    if rule.in_any:
        return f"{_quantity(rule.at_most)} in any {_quantity(rule.in_any)}"
    return _quantity(rule.at_most)
