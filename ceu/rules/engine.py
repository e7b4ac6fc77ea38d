"""The rules engine: pack + ledger + facts + day -> assessment.

Choose the version, admit, normalize, condition, limit, credit, require, explain.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from ceu.domain.dates import day_text
from ceu.rules.assessment import Assessment, Reason
from ceu.rules.explain import Explanation, policies_in_use
from ceu.rules.facts import NOT_YET, Facts
from ceu.rules.findings import Findings
from ceu.rules.judgment import Judgment
from ceu.rules.language import Anchor, When, children
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack, Version
from ceu.rules.periods import FIRST_DAY
from ceu.rules.reading import Measured, measure
from ceu.rules.results import results
from ceu.rules.situation import Situation, moved

NO_POLICIES: Mapping[str, str] = {}
_LAST = date.max - timedelta(days=1)


def assess(
    pack: Pack, ledger: Ledger, facts: Facts, as_of: date, policies: Mapping[str, str] = NO_POLICIES
) -> Assessment:
    """What the pack says of one person's ledger on ``as_of``, under the chosen policies (else the pack's defaults).

    Raises ValueError when the ledger holds several people (see ``measure_people``) or a policy option does not exist.
    """
    return judge(pack, ledger, facts, as_of, policies).assessment()


def judge(
    pack: Pack, ledger: Ledger, facts: Facts, as_of: date, policies: Mapping[str, str] = NO_POLICIES
) -> Judgment:
    """Like ``assess``, where not all of it is to be put into words."""
    if len(ledger.person.values) > 1:
        raise ValueError("This ledger holds several people. Assess one at a time, or use measure_people.")
    choices = pack.choices(policies)
    version = choose_version(pack, facts, as_of)
    if version is None:
        return _nothing_can_be_told(pack, ledger, facts, as_of, choices)
    measured = measure(Situation(version, ledger, (facts,), pack.facts, as_of, choices))
    explanation = Explanation(pack, measured)
    found = Findings(explanation)
    mend = found.mend() if pack.kind == "experience" else None
    return Judgment(
        summary=Assessment(
            pack_id=pack.id,
            version_id=version.id,
            as_of=as_of,
            good_until=_good_until(pack, measured, facts, can_be_mended=mend is not None),
            policies=policies_in_use(pack, choices),
            requirements=tuple(results(explanation, mend)),
            findings=found.wider(),
        ),
        ledger=ledger,
        credited=measured.credited,
        undetermined=measured.undetermined,
        first_day=measured.situation.first_day,
        found=found,
    )


def measure_people(
    pack: Pack,
    version: Version,
    ledger: Ledger,
    facts: Sequence[Facts],
    as_of: date,
    *,
    policies: Mapping[str, str] = NO_POLICIES,
) -> Measured:
    """Measure many people, or many imagined futures of one, at once: numbers only, no words.

    ``facts`` follows ``ledger.person.values``; ``Measured.without.levels`` and ``.with_.levels`` hold, per requirement,
    what each person has and needs.
    """
    return measure(Situation(version, ledger, facts, pack.facts, as_of, pack.choices(policies)))


def what_would_count(
    pack: Pack,
    ledger: Ledger,
    row: Mapping[str, Any],
    facts: Facts,
    as_of: date,
    *,
    policies: Mapping[str, str] = NO_POLICIES,
) -> dict[str, int]:
    """How much one more entry would add to each requirement it adds to, for certain: minutes, weeks or days.

    The row's day may lie ahead; the question is then asked as of that day.
    """
    asked_on = max(as_of, row["day"])
    before = assess(pack, ledger, facts, asked_on, policies)
    after = assess(pack, ledger.with_row(row), facts, asked_on, policies)
    had = {result.id: result.have for result in before.minimums}
    return {
        result.id: result.have - had[result.id] for result in after.minimums if result.have != had[result.id]
    }


def choose_version(pack: Pack, facts: Facts, as_of: date) -> Version | None:
    """The version in force on the governing date: the first of the pack's ``governed_by`` that has come."""
    return pack.version_on(governing_date(pack, facts, as_of))


def governing_date(pack: Pack, facts: Facts, as_of: date) -> date:
    """The date that chooses the version, by the facts the pack names, else ``as_of``."""
    for name in pack.governed_by:
        day = facts.person.get(name.removeprefix("person."))
        if isinstance(day, date):
            return day
    return as_of


def _nothing_can_be_told(
    pack: Pack, ledger: Ledger, facts: Facts, as_of: date, choices: Mapping[str, str]
) -> Judgment:
    day = governing_date(pack, facts, as_of)
    gap = pack.gap_on(day)
    none_held = f"This pack holds no rules for {day_text(day)}; nothing can be told for it."
    later = [version.begins for version in pack.versions if version.begins > as_of]
    return Judgment(
        summary=Assessment(
            pack_id=pack.id,
            version_id=None,
            as_of=as_of,
            good_until=min(later, default=None) if day == as_of else None,
            policies=policies_in_use(pack, choices),
            requirements=(),
            findings=(),
        ),
        ledger=ledger,
        credited=np.zeros(len(ledger), dtype=np.int64),
        undetermined=ledger.minutes,
        first_day=FIRST_DAY["monday"],
        silent=Reason("version", gap.sentence if gap else none_held),
    )


def _good_until(pack: Pack, measured: Measured, facts: Facts, can_be_mended: bool) -> date | None:
    """The first later day on which the same log would read differently."""
    situation = measured.situation
    as_of, version = situation.as_of, situation.version
    ahead = situation.ledger.day[situation.ledger.day > as_of.toordinal()]
    days = [date.fromordinal(int(ahead.min()))] if len(ahead) else []
    if can_be_mended and version.supervision:
        calendar = measured.without.counted.calendar
        days.append(calendar.bounds(version.supervision.per, as_of)[1] + timedelta(days=1))
    if version.ends and governing_date(pack, facts, as_of) == as_of:
        days.append(version.ends + timedelta(days=1))
    days += _days_that_move_with_today(version, measured, facts)
    return min(days, default=None)


def _days_that_move_with_today(version: Version, measured: Measured, facts: Facts) -> Iterator[date]:
    """When a date that lies ahead comes, and when the next counted day leaves a look-back from today.

    A look-back is a comparison with so long before ``as_of``: six years before an application still to come.
    """
    as_of = measured.situation.as_of
    counted = (measured.credited > 0) | (measured.undetermined > 0)
    days = measured.situation.ledger.day[counted]
    for comparison in _comparisons_with_today(version, facts):
        shift = comparison.anchor.shift
        back = Anchor("as_of", shift=shift, backward=not comparison.anchor.backward)
        fact = facts.person.get(comparison.subject.removeprefix("person."))
        if isinstance(fact, date):
            yield from (day for day in _from(moved(fact, back)) if day > as_of)
        if comparison.subject == "day" and comparison.anchor.backward:
            within = days[days >= moved(as_of, comparison.anchor).toordinal()]
            if len(within):
                last = moved(date.fromordinal(int(within.min())), back)
                yield min(max(last, as_of), _LAST) + timedelta(days=1)


def _from(day: date) -> tuple[date, date]:
    """A comparison with this day may change on it (until, from) or on the next (before, after)."""
    return day, min(day, _LAST) + timedelta(days=1)


def _comparisons_with_today(version: Version, facts: Facts) -> Iterator[When]:
    waiting = [condition for _, condition in version.conditions]
    while waiting:
        condition = waiting.pop()
        waiting += children(condition)
        if isinstance(condition, When):
            anchor = condition.anchor
            falls_back = anchor.otherwise == "as_of" and not _has_come(facts, str(anchor.of))
            if anchor.of == "as_of" or falls_back:
                yield condition


def _has_come(facts: Facts, name: str) -> bool:
    return facts.person.get(name.removeprefix("person.")) not in (None, NOT_YET)
