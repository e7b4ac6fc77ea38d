"""Results: every requirement and limit with its numbers, its words, its law and the smallest thing that would fix it."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ceu.rules.assessment import Answer, Result
from ceu.rules.columns import sum_by
from ceu.rules.explain import Explanation
from ceu.rules.ledger import Ints
from ceu.rules.pack import Limit, Requirement, Rule
from ceu.rules.situation import CANNOT_TELL, NO, YES
from ceu.rules.words import COLUMN_LABELS, amount_text, limit_text, missing_facts, more_text, quantity_text


def results(explanation: Explanation, mend: str | None) -> Iterator[Result]:
    """Every requirement and limit of the version, in the pack's order.

    ``mend`` is the fix of a week that can still be mended: the smallest thing to do while it can be done.
    """
    for rule in explanation.version.requirements:
        yield _minimum(explanation, rule, mend)
    for limit in explanation.version.limits:
        yield _maximum(explanation, limit)


def _minimum(explanation: Explanation, rule: Requirement, mend: str | None) -> Result:
    situation, measured = explanation.situation, explanation.measured
    low, high = sorted(int(reading.have[rule.id][0]) for reading in (measured.without, measured.with_))
    need, unit = rule.amount, rule.unit or "minutes"
    applies = int(situation.person_answers(rule.applies)[0])
    satisfied = NO if rule.satisfied_if is None else int(situation.person_answers(rule.satisfied_if)[0])
    answer, sentence = _judge(rule, (low, high), applies, satisfied)
    fix = None
    if answer != "met" and need is not None and need > low:
        fix = f"{more_text(need - low, unit)} {rule.noun}."
        if mend and rule.inside is None and not rule.span:
            fix = mend
    return _result(
        explanation,
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
        smallest_fix=fix,
        reasons=_reasons(explanation, rule, applies, satisfied) if answer == "cannot_tell" else (),
    )


def _judge(rule: Requirement, have: tuple[int, int], applies: int, satisfied: int) -> tuple[Answer, str]:
    """Met when met without the doubtful hours and with them; short when short both ways; else it cannot be told."""
    (low, high), unit, need = have, rule.unit or "minutes", rule.amount
    if applies == NO:
        return "met", "This does not apply to you."
    if satisfied == YES:
        return "met", "Already completed: nothing more is needed."
    if need is None or rule.status == "unknown":
        return "cannot_tell", f"{quantity_text(low, unit)} so far. How much the law asks is not known."
    so_far = f"{amount_text(low, unit)} of {quantity_text(need, unit)}"
    if low >= need:
        return "met", f"{so_far}. Nothing is missing."
    answer: Answer = "cannot_tell"
    missing = f"{quantity_text(need - low, unit)} missing"
    if high >= need:
        sentence = (
            f"{so_far} for certain; {amount_text(high, unit)} if everything that cannot be told counts."
        )
    elif CANNOT_TELL in (applies, satisfied):
        sentence = f"{so_far}: {missing}, if this applies to you."
    else:
        answer, sentence = "short", f"{so_far}: {missing}."
    return answer, sentence


def _reasons(explanation: Explanation, rule: Requirement, applies: int, satisfied: int) -> tuple[str, ...]:
    found = []
    if rule.status == "unknown" or rule.amount is None:
        found.append(rule.remark or "The value was not found in any source.")
    for condition, answer in ((rule.applies, applies), (rule.satisfied_if, satisfied)):
        if condition is not None and answer == CANNOT_TELL:
            asked = explanation.subjects(condition)
            labels = [explanation.label(each) for each in asked if not explanation.situation.knows(each)]
            found.append(missing_facts(rule, labels))
    found += _reasons_of_entries(explanation, rule)
    return tuple(dict.fromkeys(found))


def _reasons_of_entries(explanation: Explanation, rule: Requirement) -> Iterator[str]:
    """What keeps entries from being credited, and entries from being known to belong here."""
    members = explanation.situation.answer(rule.of)
    for doubt, sentence, mask in explanation.doubts:
        by_limit = isinstance(explanation.rules.get(doubt), Limit)
        if not (by_limit and rule.counting == "admitted") and (mask & (members != NO)).any():
            yield sentence
    for subject in explanation.subjects(rule.of):
        if subject in COLUMN_LABELS:
            silent = int((explanation.situation.unknown(subject) & (members == CANNOT_TELL)).sum())
            if silent:
                verb = "entry does" if silent == 1 else "entries do"
                yield f"{silent} {verb} not say {explanation.label(subject)}."


def _maximum(explanation: Explanation, rule: Limit) -> Result:
    measured = explanation.measured
    members = explanation.situation.holds(rule.of)
    have, at_most = (
        _fullest(explanation, rule, np.where(members, credited, 0))
        for credited in (measured.credited, measured.with_.credited)
    )
    uncounted = sum(int(cut.minutes.sum()) for cut in explanation.sure_cuts if cut.rule == rule.id)
    unknown = rule.status == "unknown"
    return _result(
        explanation,
        rule,
        kind="maximum",
        answer="cannot_tell" if unknown else "met",
        have=have,
        have_at_most=max(have, at_most),
        need=rule.amount,
        unit="minutes",
        parent=rule.inside,
        applies=True,
        uncounted=uncounted,
        sentence=_limit_sentence(rule, have, uncounted),
        smallest_fix=None,
        reasons=(rule.remark,) if unknown and rule.remark else (),
    )


def _limit_sentence(rule: Limit, have: int, uncounted: int) -> str:
    lost = f"{quantity_text(uncounted, 'minutes')} do not count." if uncounted else ""
    if rule.status == "unknown":
        said = "How much the law allows is not known, so nothing under it can be told."
    elif rule.amount == 0:
        said = "" if lost else "None of the hours falls under this."
    else:
        said = f"{quantity_text(have, 'minutes')} counted; the limit is {limit_text(rule)}."
    return f"{said} {lost}".strip()


def _fullest(explanation: Explanation, rule: Limit, minutes: Ints) -> int:
    """Minutes under a limit: in all, or in the fullest week or run of days."""
    situation = explanation.situation
    if not len(minutes):
        return 0
    if rule.per == "week":
        return int(sum_by(situation.cells.week_of_entry, minutes, len(situation.cells)).max())
    if rule.in_any:
        days, of_entry = np.unique(situation.ledger.day, return_inverse=True)
        totals = np.r_[0, np.cumsum(sum_by(of_entry, minutes, len(days)))]
        first = np.searchsorted(days, days - rule.in_any.amount + 1)
        return int((totals[1:] - totals[first]).max())
    return int(minutes.sum())


def _result(explanation: Explanation, rule: Rule, **fields: Any) -> Result:
    return Result(
        id=rule.id,
        title=rule.title,
        citation=rule.citation,
        source=rule.source,
        source_url=explanation.pack.sources[rule.source[0]].url,
        quote=rule.quote,
        status=rule.status,
        as_of=rule.as_of,
        remark=rule.remark,
        **fields,
    )
