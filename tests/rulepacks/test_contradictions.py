"""Facts that cannot all be true: the rules then say which, tell nothing that rests on them, and never break."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.rulecases import CaseLibrary, RuleCase
from ceu.adapters.rulepacks import PackLibrary
from ceu.rules.engine import assess, governing_date
from ceu.rules.facts import NOT_YET, Facts
from ceu.rules.language import When
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Doubt, FactDeclaration, Pack, Version
from ceu.rules.situation import Situation
from ceu.settings import ROOT

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks").all()
CASES = CaseLibrary(Path(__file__).parent)


def pairs() -> Iterator[Any]:
    """Every doubt that is about the order of two dates."""
    for pack in PACKS:
        for version in pack.versions:
            for doubt in version.doubts:
                if isinstance(doubt.when, When):
                    yield pytest.param(
                        pack, version, doubt, doubt.when, id=f"{pack.id}-{version.id}-{doubt.id}"
                    )


def with_fact(facts: Facts, subject: str, value: Any) -> Facts:
    """The same facts with another one, of the person or of every supervisor."""
    owner, _, name = subject.partition(".")
    if owner == "person":
        return replace(facts, person={**facts.person, name: value})
    told = {one: {**known, name: value} for one, known in facts.supervisors.items()}
    return replace(facts, supervisors=told)


def case_of(pack: Pack, version: Version) -> RuleCase:
    """A case that this version judges and in which something is credited, if there is one."""
    judged = [
        case
        for case in CASES.of(pack.id)
        if case.lines and pack.version_on(governing_date(pack, case.facts, case.as_of)) == version
    ]
    return next((case for case in judged if credits_something(pack, case)), judged[0])


def credits_something(pack: Pack, case: RuleCase) -> bool:
    found = assess(pack, Ledger.from_rows(list(case.rows())), case.facts, case.as_of, case.policies)
    return any(found.credited_minutes)


@pytest.mark.parametrize(("pack", "version", "doubt", "when"), list(pairs()))
def test_dates_in_the_wrong_order_are_doubted_and_nothing_rests_on_them(
    pack: Pack, version: Version, doubt: Doubt, when: When
) -> None:
    case = case_of(pack, version)
    rows = [row | {"day": min(row["day"], case.as_of)} for row in case.rows()]
    known = governing_date(pack, case.facts, case.as_of)
    earlier, later = known, known + timedelta(days=1)
    facts = with_fact(with_fact(case.facts, when.subject, earlier), str(when.anchor.of), later)
    if pack.version_on(governing_date(pack, facts, case.as_of)) != version:
        facts = with_fact(with_fact(case.facts, when.subject, earlier - timedelta(days=1)), str(when.anchor.of), earlier)  # fmt: skip
    found = assess(pack, Ledger.from_rows(rows), facts, case.as_of, case.policies)
    assert found.version_id == version.id
    assert set(found.credited_minutes) == {0}
    if when.subject.startswith("person."):
        for result in found.minimums:
            assert (result.id, result.answer) == (result.id, "cannot_tell")
            assert doubt.sentence in result.reasons
    else:
        assert doubt.sentence in {one.sentence for reasons in found.reasons.values() for one in reasons}


# ---- absurd answers --------------------------------------------------------------------------------------------------

DAYS = st.one_of(
    st.sampled_from(
        [date.min, date(1, 12, 31), date(1900, 2, 28), date(2024, 2, 29), date(2028, 2, 29), date(9999, 1, 1), date.max]
    ),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
)  # fmt: skip


def answers(declared: FactDeclaration) -> st.SearchStrategy[Any]:
    match declared.type:
        case "date":
            known: st.SearchStrategy[Any] = DAYS | st.just(NOT_YET) if declared.not_yet else DAYS
        case "periods":
            known = st.lists(st.tuples(DAYS, DAYS | st.none()), max_size=3).map(tuple)
        case "yes_no":
            known = st.booleans()
        case "number":
            known = st.sampled_from([0, 1, 2, 99_999])
        case "word":
            known = st.sampled_from(list(declared.options or {"x": "x"}))
        case "words":
            known = st.lists(st.sampled_from(list(declared.options or {"x": "x"})), unique=True).map(tuple)
    return st.none() | known


@st.composite
def absurd(draw: st.DrawFn) -> tuple[Pack, RuleCase, Facts]:
    pack = draw(st.sampled_from(PACKS))
    case = draw(st.sampled_from(CASES.of(pack.id)))
    asked: dict[str, dict[str, Any]] = {"person": {}, "setting": {}, "supervisor": {}}
    for subject, declared in pack.facts.items():
        owner, dot, name = subject.partition(".")
        if dot and draw(st.booleans()):
            asked[owner][name] = draw(answers(declared))
    facts = Facts(
        person={**case.facts.person, **asked["person"]},
        settings=_each(case.facts.settings, asked["setting"]),
        supervisors=_each(case.facts.supervisors, asked["supervisor"]),
    )
    return pack, case, facts


def _each(known: Mapping[str, Mapping[str, Any]], told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {one: {**facts, **told} for one, facts in known.items()}


@settings(max_examples=300, deadline=None)
@given(absurd())
def test_absurd_answers_break_nothing_and_meet_nothing(drawn: tuple[Pack, RuleCase, Facts]) -> None:
    pack, case, facts = drawn
    ledger = Ledger.from_rows(list(case.rows())[:60])
    found = assess(pack, ledger, facts, case.as_of, case.policies)
    for entry in found.entries.values():
        cut = sum(cut.minutes for cut in entry.cuts)
        assert entry.credited + entry.undetermined + cut == entry.logged + entry.granted
    version = next((version for version in pack.versions if version.id == found.version_id), None)
    if version is None:
        return
    situation = Situation(version, ledger, (facts,), pack.facts, case.as_of, pack.choices(case.policies))
    if situation.contradictions_of_person:
        asked = [one for one in found.minimums if one.need]
        assert [one.id for one in asked if one.answer == "met"] == []
