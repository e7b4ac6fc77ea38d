"""What a person's log would be worth under the rules of any other license: computed for the page, stored nowhere. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ceu.domain.experience import ACTIVITY_LABELS
from ceu.domain.minutes import log_hours_text
from ceu.experience.assessing import Standing
from ceu.experience.backlog_rules import Untold, told_apart
from ceu.licenses.packs import in_order_of_places, pack_name
from ceu.licenses.rule_library import SHORT_LABELS, counts, counts_text
from ceu.requirements.elsewhere_queries import WholeLog
from ceu.requirements.rows import kinds_text, need_text
from ceu.rules.assessment import Assessment, PolicyInUse, Result
from ceu.rules.columns import sum_by
from ceu.rules.engine import judge
from ceu.rules.facts import Facts
from ceu.rules.glance import Glance, glance
from ceu.rules.judgment import Judgment
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack, Version
from ceu.rules.words import STATUS_LABELS


@dataclass(frozen=True)
class Share:
    """Minutes of a log, or of a part of it: logged, credited, such as cannot be told, and such as rules take.

    What a rule's measure adds (an hour of 50 minutes) is part of ``credited``.
    """

    label: str
    logged: int
    credited: int
    undetermined: int
    lost: int


@dataclass(frozen=True)
class Gap:
    """One requirement of the gap list; ``missing`` is empty where it is met, ``needs`` where the amount is not known.

    An ``option`` is one of several ways to meet another requirement.
    """

    rule: str
    title: str
    state: str
    has: str
    needs: str
    missing: str
    reason: str
    fix: str
    citation: str
    sure: str
    option: bool


@dataclass(frozen=True)
class Reason:
    """A rule for which hours do not count, or cannot be told: how many, why, and the smallest thing that would mend it."""

    rule: str
    title: str
    minutes: int
    sentence: str
    fix: str = ""
    sure: str = ""


@dataclass(frozen=True)
class WhatIf:
    """A log under the rules of one pack. ``version`` is None where these rules do not cover the governing date.

    ``met`` of ``asked`` requirements are met; those that do not apply to the person are not asked.
    """

    pack: Pack
    version: Version | None
    sure: str
    whole: Share
    by_activity: tuple[Share, ...]
    gaps: tuple[Gap, ...]
    losses: tuple[Reason, ...]
    doubts: tuple[Reason, ...]
    policies: tuple[PolicyInUse, ...]
    met: int
    asked: int
    main: Result | None

    @property
    def kinds(self) -> str | None:
        """Why other hours would count than the main requirement holds, where it is so."""
        return kinds_text(self.main, self.whole.credited)

    @property
    def main_need(self) -> str:
        """The hours asked in all: "3,000"; empty where no amount is known."""
        return log_hours_text(self.main.need) if self.main and self.main.need else ""


def what_if(pack: Pack, ledger: Ledger, facts: Facts, as_of: date, untold: Sequence[Untold] = ()) -> WhatIf:
    """Everything logged under a pack's rules, by its default readings; ``untold`` are totals of earlier logs beside it."""
    judged = judge(pack, ledger, facts, as_of)
    assessment = told_apart(judged.summary, pack, untold, facts, {})
    version = next((one for one in pack.versions if one.id == assessment.version_id), None)
    asked = [one for one in assessment.minimums if one.applies and not one.option]
    return WhatIf(
        pack=pack,
        version=version,
        sure=sure_text(pack, version) if version else "",
        whole=_whole(judged, untold),
        by_activity=tuple(_by_activity(judged, untold)),
        gaps=tuple(_gap(one) for one in assessment.minimums if one.applies),
        losses=tuple(_losses(judged, version)),
        doubts=tuple(_doubts(judged, version, untold)),
        policies=assessment.policies,
        met=sum(one.answer == "met" for one in asked),
        asked=len(asked),
        main=_main(assessment),
    )


def sure_text(pack: Pack, version: Version) -> str:
    """How sure the values of a version are: "20 verified, 3 assumed"."""
    return counts_text(counts(pack, version), SHORT_LABELS)


def _main(assessment: Assessment) -> Result | None:
    return next((one for one in assessment.minimums if one.unit == "minutes" and one.applies), None)


def _whole(judged: Judgment, untold: Sequence[Untold]) -> Share:
    minutes = (judged.ledger.minutes, judged.credited, judged.undetermined)
    lost = sum(int(cut.minutes.sum()) for cut in judged.cuts)
    logged, credited, undetermined = (int(each.sum()) for each in minutes)
    more = sum(one.total.minutes for one in untold)
    return Share("All", logged + more, credited, undetermined + more, lost)


def _by_activity(judged: Judgment, untold: Sequence[Untold]) -> Iterator[Share]:
    """What becomes of each activity, in the order in which activities are known everywhere."""
    activity, size = judged.ledger.categories["activity"], len(judged.ledger.categories["activity"].values)
    minutes = (judged.ledger.minutes, judged.credited, judged.undetermined)
    columns = [sum_by(activity.codes, each, size) for each in minutes]
    cuts = (sum_by(activity.codes[cut.entries], cut.minutes, size) for cut in judged.cuts)
    columns.append(sum(cuts, start=0 * columns[0]))
    sums = list(zip(*(column.tolist() for column in columns), strict=True))
    for name, label in ACTIVITY_LABELS.items():
        more = sum(one.total.minutes for one in untold if one.total.activity == name)
        if name in activity.values or more:
            found = sums[activity.values.index(name)] if name in activity.values else (0, 0, 0, 0)
            logged, credited, undetermined, lost = found
            yield Share(label, logged + more, credited, undetermined + more, lost)


def _gap(result: Result) -> Gap:
    is_confirmation = result.unit == "confirmations"
    met = result.answer == "met"
    if is_confirmation:
        has, needs, missing = (
            ("confirmed" if met else ""),
            "a confirmation",
            "" if met else "the confirmation",
        )
    else:
        has = str(result.have) if result.unit == "options" else need_text(result.have, result.unit)
        needs = need_text(result.need, result.unit) if result.need is not None else ""
        missing = need_text(result.missing, result.unit) if result.missing and not met else ""
    return Gap(
        rule=result.id,
        title=result.title,
        state=result.answer,
        has=has,
        needs=needs,
        missing=missing.removesuffix(" needed"),
        reason=" ".join(result.reasons[:1]) if result.answer == "cannot_tell" else "",
        fix="" if met or is_confirmation else result.smallest_fix or "",
        citation=result.citation,
        sure=STATUS_LABELS[result.status],
        option=result.option,
    )


def _losses(judged: Judgment, version: Version | None) -> Iterator[Reason]:
    """The rules that take hours, the most first."""
    minutes: dict[str, int] = {}
    for cut in judged.cuts:
        if len(cut.entries):
            minutes[cut.rule] = minutes.get(cut.rule, 0) + int(cut.minutes.sum())
    fixes = _fixes(judged)
    for rule_id, total in sorted(minutes.items(), key=lambda each: (-each[1], each[0])):
        rule = version.rule(rule_id) if version else None
        sentence = judged.why_cut(rule_id)
        yield Reason(
            rule_id if rule else "",
            rule.title if rule else "Still to come",
            total,
            f"{sentence[:1].upper()}{sentence[1:]}",
            fixes.get(rule_id, ""),
            STATUS_LABELS[rule.status] if rule else "",
        )


def _fixes(judged: Judgment) -> dict[str, str]:
    """The latest thing that can still be done about each rule."""
    found = (*judged.summary.findings, *judged.findings_of_weeks())
    return {one.rule: one.fix for one in found if one.fix}


def _doubts(judged: Judgment, version: Version | None, untold: Sequence[Untold]) -> Iterator[Reason]:
    """What keeps hours from being told, the most first; hours with two reasons stand under both."""
    minutes = {(reason.rule, reason.sentence): each for reason, each in judged.minutes_in_doubt().items()}
    for one in untold:
        key = (one.rule, one.sentence)
        minutes[key] = minutes.get(key, 0) + one.total.minutes
    for (rule_id, sentence), total in sorted(minutes.items(), key=lambda each: (-each[1], each[0])):
        rule = version.rule(rule_id) if version else None
        yield Reason(rule_id if rule else "", rule.title if rule else "", total, sentence)


# ---- beside goals, and all packs at a glance ---------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """One license in the comparison: what everything logged is worth by its rules; ``url`` leads to it."""

    name: str
    url: str
    versions_url: str | None
    whole: Share
    main: str
    met: int
    asked: int
    chosen: bool = False


def beside(name: str, url: str, versions_url: str, standing: Standing) -> Beside:
    """A goal in the comparison, by the readings chosen for it."""
    run = standing.logged
    asked = [one for one in run.assessment.minimums if one.applies and not one.option]
    return Beside(
        name,
        url,
        versions_url,
        Share("All", run.minutes, run.credited, run.undetermined, sum(run.cuts.values())),
        _main_text(_main(run.assessment)),
        sum(one.answer == "met" for one in asked),
        len(asked),
    )


def beside_goals(name: str, url: str, found: WhatIf) -> Beside:
    """The license chosen on the page, as the first line of the comparison."""
    return Beside(name, url, None, found.whole, _main_text(found.main), found.met, found.asked, chosen=True)


def _main_text(main: Result | None) -> str:
    if main is None or main.need is None:
        return "no amount is known"
    return f"{log_hours_text(main.have)} of {need_text(main.need, main.unit)}"


@dataclass(frozen=True)
class Line:
    """One pack at a glance; ``glance`` is None where its rules do not cover the governing date.

    ``title`` is said of packs for the same license in the same place.
    """

    pack: Pack
    title: str
    sure: str
    glance: Glance | None


def every_pack(
    packs: Iterable[Pack], log: WholeLog, as_of: date, policies: Mapping[str, Mapping[str, str]]
) -> list[Line]:
    """A log under every pack, by place; ``policies`` are the readings chosen, by pack."""
    ordered = in_order_of_places(packs)
    names = Counter(pack_name(pack) for pack in ordered)
    lines = []
    for pack in ordered:
        seen = _seen(pack, log, as_of, policies.get(pack.id, {}))
        sure = sure_text(pack, seen.version) if seen else ""
        lines.append(Line(pack, pack.title if names[pack_name(pack)] > 1 else "", sure, seen))
    return lines


def _seen(pack: Pack, log: WholeLog, as_of: date, policies: Mapping[str, str]) -> Glance | None:
    """A log under one pack; totals that it cannot tell make no requirement short that they could meet."""
    ledger, untold = log.under(pack, as_of, policies)
    seen = glance(pack, ledger, log.facts, as_of, policies)
    if seen is None or not untold:
        return seen
    assessment = told_apart(
        judge(pack, ledger, log.facts, as_of, policies).summary, pack, untold, log.facts, policies
    )
    answers = Counter(one.answer for one in assessment.minimums if one.applies and not one.option)
    return replace(
        seen,
        undetermined=seen.undetermined + sum(one.total.minutes for one in untold),
        met=answers["met"],
        short=answers["short"],
        cannot_tell=answers["cannot_tell"],
    )


def with_answers(facts: Facts, answers: Mapping[str, Any]) -> Facts:
    """The facts with what was answered on the page."""
    return Facts(person={**facts.person, **answers}, settings=facts.settings, supervisors=facts.supervisors)
