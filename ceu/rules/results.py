"""Results: every requirement and limit with its numbers, its words, its law and the smallest thing that would fix it."""

from collections.abc import Iterator
from typing import Any

from ceu.rules.assessment import Answer, Result
from ceu.rules.columns import kept
from ceu.rules.explain import Explanation
from ceu.rules.limit import fullest, room_of
from ceu.rules.pack import Limit, Quantity, Requirement, Rule
from ceu.rules.require import Level
from ceu.rules.situation import CANNOT_TELL, NO, YES
from ceu.rules.words import (
    COLUMN_LABELS,
    amount_text,
    limit_text,
    missing_facts,
    more_text,
    quantity_text,
    spoken_unit,
)


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
    levels = [reading.levels[rule.id] for reading in (measured.without, measured.with_)]
    low, high = sorted(int(level.have[0]) for level in levels)
    known = rule.value is not None and rule.status != "unknown"
    need, unit = int(levels[0].need[0]) if known else None, rule.unit or "minutes"
    applies = int(situation.person_answers(rule.applies)[0])
    satisfied = NO if rule.satisfied_if is None else int(situation.person_answers(rule.satisfied_if)[0])
    spoken = spoken_unit(explanation.pack, unit)
    answer, sentence = _judge(rule, levels, need, spoken, (applies, satisfied))
    if situation.contradictions_of_person:
        answer, sentence = "cannot_tell", "Nothing can be told while answers contradict each other."
    fix = None
    if answer != "met" and need is not None and need > low:
        fix = mend if mend and _is_mended_by_weeks(rule) else _fix(explanation, rule, need - low, spoken)
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
        option=rule.id in explanation.version.options,
    )


def _is_mended_by_weeks(rule: Requirement) -> bool:
    """Whether hours saved in a running period are the nearest way to more of this."""
    return rule.inside is None and not (rule.span or rule.any_of or rule.confirmed or rule.distinct)


def _fix(explanation: Explanation, rule: Requirement, missing: int, unit: str) -> str:
    if rule.any_of:
        titles = [each.title for each in explanation.version.requirements if each.id in rule.any_of]
        return f"{'One' if missing == 1 else missing} more of these: {'; '.join(titles)}."
    if rule.confirmed is not None:
        is_said = rule.noun.startswith("that ")
        return f"Confirm {rule.noun}, if it is so." if is_said else f"Record {rule.noun} once it is done."
    return f"{more_text(missing, unit)} {rule.noun}."


def _judge(
    rule: Requirement, levels: list[Level], need: int | None, unit: str, conditions: tuple[int, int]
) -> tuple[Answer, str]:
    """Met when met without the doubtful hours and with them; short when short both ways; else it cannot be told."""
    applies, satisfied = conditions
    if applies == NO:
        return "met", "This does not apply to you."
    if satisfied == YES:
        return "met", "Already completed: nothing more is needed."
    met = [int(level.have[0]) >= int(level.need[0]) for level in levels]
    if rule.confirmed is not None:
        return _judge_confirmed(rule, met, CANNOT_TELL in conditions)
    return _judge_amount(rule, levels, need, unit, met, if_it_applies=CANNOT_TELL in conditions)


def _judge_amount(
    rule: Requirement,
    levels: list[Level],
    need: int | None,
    unit: str,
    met: list[bool],
    *,
    if_it_applies: bool,
) -> tuple[Answer, str]:
    low, high = sorted(int(level.have[0]) for level in levels)
    if need is None:
        return "cannot_tell", f"{quantity_text(low, unit)} so far. How much the law asks is not known."
    so_far = f"{amount_text(low, unit)} of {quantity_text(need, unit)}"
    if rule.any_of:
        so_far = f"{low} of {need} needed"
    if all(met):
        nothing_yet = "Nothing is asked yet: it grows with the hours that count."
        return "met", nothing_yet if need == 0 and rule.for_every else f"{so_far}. Nothing is missing."
    missing = f"{quantity_text(need - low, unit)} missing" if need > low else "something missing"
    if any(met):
        return "cannot_tell", (
            f"{so_far} for certain; {amount_text(high, unit)} if everything that cannot be told counts."
        )
    if if_it_applies:
        return "cannot_tell", f"{so_far}: {missing}, if this applies to you."
    return "short", f"{so_far}: {missing}."


def _judge_confirmed(rule: Requirement, met: list[bool], if_it_applies: bool) -> tuple[Answer, str]:
    said = f"{rule.noun[:1].upper()}{rule.noun[1:]}"
    if all(met):
        return "met", f"{said}: confirmed."
    if any(met):
        return "cannot_tell", f"{said}: not known yet."
    if if_it_applies:
        return "cannot_tell", f"{said}: not confirmed, if this applies to you."
    return "short", f"{said}: not confirmed."


def _reasons(explanation: Explanation, rule: Requirement, applies: int, satisfied: int) -> tuple[str, ...]:
    found = []
    if rule.status == "unknown" or rule.amount is None:
        found.append(rule.remark or "The value was not found in any source.")
    asked = [(rule.applies, applies), (rule.satisfied_if, satisfied)]
    asked += [
        (condition, int(explanation.situation.person_answers(condition)[0]))
        for condition in (rule.confirmed, *(instead.when for instead in rule.instead))
        if condition is not None
    ]
    for condition, answer in asked:
        if condition is not None and answer == CANNOT_TELL:
            subjects = dict.fromkeys(explanation.subjects(condition))
            labels = [explanation.label(each) for each in subjects if not explanation.situation.knows(each)]
            found.append(missing_facts(rule, labels))
    contradictions = explanation.situation.contradictions_of_person
    if contradictions:
        found = [doubt.sentence for doubt in contradictions]
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
    measured, situation = explanation.measured, explanation.situation
    calendar = measured.without.counted.calendar
    members = situation.holds(rule.of)
    have = at_most = fullest(situation, rule, kept(measured.credited, members), calendar)
    if measured.credited is not measured.with_.credited:
        at_most = fullest(situation, rule, kept(measured.with_.credited, members), calendar)
    uncounted = sum(int(cut.minutes.sum()) for cut in explanation.sure_cuts if cut.rule == rule.id)
    unknown = rule.status == "unknown"
    allowed = room_of(situation, rule, measured.without.credited, calendar, doubtful=False)
    return _result(
        explanation,
        rule,
        kind="maximum",
        answer="cannot_tell" if unknown else "met",
        have=have,
        have_at_most=max(have, at_most),
        need=allowed,
        unit="minutes",
        parent=rule.inside,
        applies=True,
        uncounted=uncounted,
        sentence=_limit_sentence(rule, have, uncounted, allowed, spoken_unit(explanation.pack, "minutes")),
        smallest_fix=None,
        reasons=(rule.remark,) if unknown and rule.remark else (),
    )


def _limit_sentence(rule: Limit, have: int, uncounted: int, allowed: int | None, unit: str) -> str:
    lost = f"{quantity_text(uncounted, unit)} do not count." if uncounted else ""
    if rule.status == "unknown":
        said = "How much the law allows is not known, so nothing under it can be told."
    elif rule.amount == 0:
        said = "" if lost else "None of the hours falls under this."
    else:
        for_this_person = rule
        if rule.instead and allowed is not None:
            amount = Quantity(amount=allowed, unit="minutes")
            for_this_person = rule.model_copy(update={"at_most": amount})
        joined = ":" if rule.in_best or rule.only_from else "; the limit is"
        said = f"{quantity_text(have, unit)} counted{joined} {limit_text(for_this_person)}."
        if rule.for_every and allowed is not None:
            said = f"{said.removesuffix('.')}, which is {quantity_text(allowed, unit)} now."
    return f"{said} {lost}".strip()


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
