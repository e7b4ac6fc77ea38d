"""Every case in the YAML files beside this module, and a case on both sides of every threshold."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.adapters.yaml import read_yaml
from ceu.domain.minutes import parse_minutes
from ceu.rules.assessment import Assessment
from ceu.rules.engine import assess
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from tests.rules.reference import Case, assess_slowly

HERE = Path(__file__).parent
PACKS = PackLibrary(HERE.parents[1] / "ceu" / "rulepacks")
ATTRIBUTES = {
    "day", "client_unit", "setting", "supervisor", "delivery", "head_count", "practicum", "topic", "approval",
    "credit_kind", "title", "times", "every",
}  # fmt: skip
EXPECTATIONS = {
    "credited", "have", "maximums", "uncounted", "cut", "answers", "undetermined", "fix", "findings", "severity", "good_until",
}  # fmt: skip
EVERYWHERE = ("version", "coverage")


def files():
    for path in sorted(HERE.glob("*/*.yaml")):
        data, _ = read_yaml(path)
        yield path, data


def cases():
    for path, data in files():
        for case in data["cases"]:
            yield pytest.param(data, case, id=f"{path.parent.name}/{path.stem}: {case['name']}")


def as_dates(value):
    """Dates are text in the files; everything else stays."""
    if isinstance(value, dict):
        return {key: as_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(as_dates(item) for item in value)
    if isinstance(value, str) and value[:1].isdigit() and value.count("-") == 2:
        return date.fromisoformat(value)
    return value


def merged(base, over):
    result = dict(base)
    for key, value in over.items():
        result[key] = merged(result.get(key, {}), value) if isinstance(value, dict) else value
    return result


def rows_of(data, case):
    number = 0
    for line in case["log"]:
        (activity,) = set(line) - ATTRIBUTES
        row = as_dates(merged(data["entry"], line))
        row["activity"], row["minutes"] = activity, parse_minutes(row.pop(activity))
        row["course"] = row.pop("title", None)
        times, every = row.pop("times", 1), int(str(row.pop("every", "0 days")).split()[0])
        for repetition in range(times):
            number += 1
            yield row | {"id": number, "day": row["day"] + timedelta(days=every * repetition)}


def amount(text):
    return text if isinstance(text, int) else parse_minutes(text)


@pytest.mark.parametrize(("data", "case"), list(cases()))
def test_case(data, case):
    pack = PACKS.get(data["pack"])
    facts = Facts(**as_dates(merged(data["facts"], case.get("facts", {}))))
    rows = list(rows_of(data, case))
    as_of = as_dates(case.get("as_of", data["as_of"]))
    policies = case.get("policies", {})
    assessment = assess(pack, Ledger.from_rows(rows), facts, as_of, policies)

    expected = case["expect"]
    assert expected
    assert set(expected) <= EXPECTATIONS
    for entry in assessment.entries.values():
        assert entry.credited + entry.undetermined + sum(cut.minutes for cut in entry.cuts) == entry.logged
    assert_expected(assessment, expected)
    if assessment.version_id and len(rows) < 250:
        version = next(v for v in pack.versions if v.id == assessment.version_id)
        slow = assess_slowly(Case(pack, version, facts, as_of, policies), rows)
        assert assessment.credited_minutes == tuple(slow.credited.values())
        assert {r.id: (r.have, r.have_at_most) for r in assessment.minimums} == slow.have


def assert_expected(assessment: Assessment, expected):
    if "credited" in expected:
        assert list(assessment.credited_minutes) == [amount(text) for text in expected["credited"]]
    for name in ("have", "maximums"):
        for rule, text in expected.get(name, {}).items():
            assert (rule, assessment.requirement(rule).have) == (rule, amount(text))
    for rule, text in expected.get("uncounted", {}).items():
        assert (rule, assessment.requirement(rule).uncounted) == (rule, amount(text))
    for rule, answer in expected.get("answers", {}).items():
        assert (rule, assessment.requirement(rule).answer) == (rule, answer)
    if "cut" in expected:
        cut = Counter()
        for each in (each for entry in assessment.entries.values() for each in entry.cuts):
            cut[each.rule] += each.minutes
        assert cut == {rule: amount(text) for rule, text in expected["cut"].items()}
    if "undetermined" in expected:
        assert sum(assessment.undetermined_minutes) == amount(expected["undetermined"])
    assert_words(assessment, expected)


def assert_words(assessment, expected):
    for rule, fix in expected.get("fix", {}).items():
        assert assessment.requirement(rule).smallest_fix == fix
    findings = [finding for week in assessment.weeks for finding in week.findings]
    if "findings" in expected:
        assert [finding.fix for finding in findings] == expected["findings"]
    if "severity" in expected:
        assert {finding.severity for finding in findings} == {expected["severity"]}
    if "good_until" in expected:
        assert assessment.good_until == as_dates(expected["good_until"])


@pytest.mark.parametrize("pack", PACKS.all(), ids=lambda pack: pack.id)
def test_every_threshold_has_a_case_on_both_sides(pack):
    """Each gate, session, supervision rule, limit and requirement is tried on both sides of its value."""
    tried = [
        case["threshold"]
        for _, data in files()
        if data["pack"] == pack.id
        for case in data["cases"]
        if "threshold" in case
    ]
    wanted = set(EVERYWHERE)
    for version in pack.versions:
        notes = {note.id for note in version.notes}
        wanted |= {rule.id for rule in version.rules()} - notes
    assert set(tried) <= wanted, "a threshold that no rule has"
    assert {rule for rule in wanted if tried.count(rule) < 2} == set()
