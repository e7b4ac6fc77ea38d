"""Every case in the YAML files beside this module, and a case on both sides of every threshold."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ceu.adapters.rulecases import (
    CaseLibrary,
    Expected,
    RuleCase,
    load_cases,
    missing_thresholds,
    thresholds,
)
from ceu.adapters.rulepacks import PackError, PackLibrary
from ceu.domain.minutes import parse_minutes
from ceu.rules.assessment import Assessment
from ceu.rules.engine import assess
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack
from tests.rules.reference import Case, assess_slowly

HERE = Path(__file__).parent
PACKS = PackLibrary(HERE.parents[1] / "ceu" / "rulepacks")
CASES = CaseLibrary(HERE)


def cases() -> Iterator[Any]:
    for path in CASES.files():
        with suppress(PackError):  # test_the_files_are_read says so
            for case in load_cases(path):
                yield pytest.param(case, id=f"{path.parent.name}/{path.stem}: {case.name}")


def amount(text: str | int) -> int:
    return text if isinstance(text, int) else parse_minutes(text)


@pytest.mark.parametrize("path", CASES.files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_files_are_read(path: Path) -> None:
    assert load_cases(path)


@pytest.mark.parametrize("case", list(cases()))
def test_case(case: RuleCase) -> None:
    pack = PACKS.get(case.pack_id)
    rows = list(case.rows())
    assessment = assess(pack, Ledger.from_rows(rows), case.facts, case.as_of, case.policies)
    for entry in assessment.entries.values():
        cut = sum(cut.minutes for cut in entry.cuts)
        assert entry.credited + entry.undetermined + cut == entry.logged + entry.granted
    assert_expected(assessment, case.expect)
    assert_words(assessment, case.expect)
    if assessment.version_id and len(rows) < 250:
        version = next(v for v in pack.versions if v.id == assessment.version_id)
        slow = assess_slowly(Case(pack, version, case.facts, case.as_of, case.policies), rows)
        assert assessment.credited_minutes == tuple(slow.credited.values())
        assert {r.id: (r.have, r.have_at_most) for r in assessment.minimums} == slow.have


def assert_expected(assessment: Assessment, expected: Expected) -> None:
    if expected.credited is not None:
        assert list(assessment.credited_minutes) == [amount(text) for text in expected.credited]
    for each in (expected.have, expected.maximums):
        for rule, text in each.items():
            assert (rule, assessment.requirement(rule).have) == (rule, amount(text))
    for rule, text in expected.uncounted.items():
        assert (rule, assessment.requirement(rule).uncounted) == (rule, amount(text))
    for rule, answer in expected.answers.items():
        assert (rule, assessment.requirement(rule).answer) == (rule, answer)
    if expected.cut is not None:
        cut: Counter[str] = Counter()
        for each_cut in (each for entry in assessment.entries.values() for each in entry.cuts):
            cut[each_cut.rule] += each_cut.minutes
        assert cut == {rule: amount(text) for rule, text in expected.cut.items()}
    if expected.undetermined is not None:
        assert sum(assessment.undetermined_minutes) == amount(expected.undetermined)


def assert_words(assessment: Assessment, expected: Expected) -> None:
    for rule, fix in expected.fix.items():
        assert assessment.requirement(rule).smallest_fix == fix
    findings = [finding for week in assessment.weeks for finding in week.findings]
    if expected.findings is not None:
        assert tuple(finding.fix for finding in findings) == expected.findings
    if expected.severity is not None:
        assert {finding.severity for finding in findings} == {expected.severity}
    if "good_until" in expected.model_fields_set:
        assert assessment.good_until == expected.good_until


@pytest.mark.parametrize("pack", PACKS.all(), ids=lambda pack: pack.id)
def test_every_threshold_has_a_case_on_both_sides(pack: Pack) -> None:
    """Each gate, session, supervision rule, limit and requirement is tried on both sides of its value."""
    found = CASES.of(pack.id)
    tried = {case.threshold for case in found if case.threshold}
    assert tried <= set(thresholds(pack)), "a threshold that no rule has"
    assert missing_thresholds(pack, found) == ()
