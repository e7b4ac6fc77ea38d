"""Explain: for every entry, what was cut and by which law, and what keeps the rest from being told."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ceu.domain.dates import day_text
from ceu.domain.minutes import hours_text as credit_hours_text, log_hours_text
from ceu.rules.admit import COVERAGE, FUTURE
from ceu.rules.assessment import Cut, EntryId, PolicyInUse, Reason
from ceu.rules.columns import Mask
from ceu.rules.language import Condition, names, subjects
from ceu.rules.ledger import Ints
from ceu.rules.pack import Pack, Rule, Version
from ceu.rules.reading import Measured
from ceu.rules.situation import CANNOT_TELL, NO, YES, Situation
from ceu.rules.words import COLUMN_LABELS, missing_facts, why_lost

_BY_OTHERS = Reason("doubt", "It counts or not depending on other entries that cannot be told.")


def chosen(mask: Mask, told: Mask | None) -> Ints:
    """The places where a mask holds, among those that are told, where not all are."""
    return np.flatnonzero(mask if told is None else mask & told)


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


class Explanation:
    """One person's measured log and what can be said of its entries."""

    def __init__(self, pack: Pack, measured: Measured) -> None:
        self.pack = pack
        self.measured = measured
        self.situation: Situation = measured.situation
        self.version: Version = measured.situation.version
        self.ids: Sequence[EntryId] = measured.situation.ledger.ids
        self.rules = self.version.by_id
        self.gates = {gate.id: gate for gate in (*self.version.gates, *self.version.sessions)}
        self.sure_cuts = measured.cuts()
        self.undetermined = measured.undetermined
        self.doubts = list(self._doubts())

    def cuts(self, told: Mask | None = None) -> dict[int, tuple[Cut, ...]]:
        """The cuts of each entry that has any, by its place; of ``told`` entries alone, where given."""
        hours_text = log_hours_text if self.pack.kind == "experience" else credit_hours_text
        found: dict[int, tuple[Cut, ...]] = {}
        for cut in self.sure_cuts:
            mine = slice(None) if told is None else told[cut.entries]
            entries, taken = cut.entries[mine], cut.minutes[mine]
            if not len(entries):
                continue
            why = self.why_cut(cut.rule)
            # Equal cuts are one object: a long log has thousands of them and few different lengths.
            said = {
                minutes: Cut(cut.rule, minutes, f"{hours_text(minutes)} h: {why}")
                for minutes in np.unique(taken).tolist()
            }
            for place, minutes in zip(entries.tolist(), taken.tolist(), strict=True):
                found[place] = (*found[place], said[minutes]) if place in found else (said[minutes],)
        return {place: found[place] for place in sorted(found)}

    def why_cut(self, rule_id: str) -> str:
        """Why the rule takes minutes, with its citation."""
        if rule_id == FUTURE:
            return f"dated after {day_text(self.situation.as_of)}, so not yet done."
        return why_lost(self.rules[rule_id], self.version.supervision)

    def reasons(self, told: Mask | None = None) -> dict[int, tuple[Reason, ...]]:
        """Why the undetermined minutes of each entry are so, by its place; of ``told`` entries alone, where given."""
        found: dict[int, list[Reason]] = {}
        waiting = self.undetermined > 0
        for rule, sentence, mask in self.doubts:
            reason = Reason(rule, sentence)
            for place in chosen(mask & waiting, told).tolist():
                found.setdefault(place, []).append(reason)
        for place in chosen(waiting, told).tolist():
            if place not in found:
                found[place] = [_BY_OTHERS]
        return {place: tuple(reasons) for place, reasons in sorted(found.items())}

    def minutes_in_doubt(self) -> dict[Reason, int]:
        """Minutes that cannot be told for each reason; minutes with two reasons stand under both."""
        found: dict[Reason, int] = {}
        silent = self.undetermined > 0
        for rule, sentence, mask in self.doubts:
            reason = Reason(rule, sentence)
            found[reason] = found.get(reason, 0) + int(self.undetermined[mask].sum())
            silent = silent & ~mask
        found[_BY_OTHERS] = found.get(_BY_OTHERS, 0) + int(self.undetermined[silent].sum())
        return {reason: minutes for reason, minutes in found.items() if minutes}

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
        for waiting, condition, mask in self._uncertain():
            if mask.any():
                yield from self._missing_facts(waiting, (condition,), mask)

    def _uncertain(self) -> Iterator[tuple[Rule, Condition, Mask]]:
        """Conditions of conversions, floors and limits that cannot be told, with the entries they keep in doubt."""
        for conversion in self.version.conversions:
            yield conversion, conversion.of, self._cannot_tell(conversion.of)
        for floor in self.version.supervision.floors if self.version.supervision else ():
            yield floor, floor.applies, self._cannot_tell(floor.applies)
        for limit in self.version.limits:
            members = self.situation.answer(limit.of)
            yield limit, limit.of, np.equal(members, YES if limit.status == "unknown" else CANNOT_TELL)
            for instead in limit.instead:
                yield limit, instead.when, np.not_equal(members, NO) & self._cannot_tell(instead.when)

    def _cannot_tell(self, condition: Condition) -> Mask:
        return np.equal(self.situation.answer(condition), CANNOT_TELL)

    def _missing_facts(
        self, rule: Rule, conditions: tuple[Condition, ...], mask: Mask
    ) -> Iterator[tuple[str, str, Mask]]:
        if rule.status == "unknown":
            yield rule.id, f"What the law asks is not known: {rule.title}.", mask
            return
        asked = dict.fromkeys(subject for condition in conditions for subject in self.subjects(condition))
        unknown = {subject: mask & self.situation.unknown(subject) for subject in asked}
        unknown = {subject: where for subject, where in unknown.items() if where.any()}
        pattern = np.zeros(len(mask), dtype=np.int64)
        for bit, where in enumerate(unknown.values()):
            pattern |= where.astype(np.int64) << bit
        for bits in np.unique(pattern[mask]).tolist():
            labels = [self.label(subject) for bit, subject in enumerate(unknown) if bits >> bit & 1]
            yield rule.id, missing_facts(rule, labels), mask & (pattern == bits)

    def subjects(self, condition: Condition) -> Iterator[str]:
        """Every attribute a condition asks about, the definitions it names included."""
        yield from subjects(condition)
        for name in _names_inside(condition, self.version):
            yield from subjects(self.version.definitions[name])

    def label(self, subject: str) -> str:
        """The words people see for an attribute."""
        declared = self.pack.facts.get(subject)
        return declared.label if declared else COLUMN_LABELS.get(subject, subject)

    def granted(self, told: Mask | None = None) -> dict[int, int]:
        """Minutes that conversions add, by the place of the entries that have any."""
        granted = self.measured.granted
        return {place: int(granted[place]) for place in chosen(granted != 0, told).tolist()}


def _names_inside(condition: Condition, version: Version) -> Iterator[str]:
    for name in names(condition):
        if name in version.definitions:
            yield name
            yield from _names_inside(version.definitions[name], version)
