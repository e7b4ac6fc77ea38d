"""Totals of earlier logs under the rules: measured where totals suffice, else undetermined with the rule, never guessed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.adapters.rulepacks import PackLibrary
from ceu.experience.assessing import Standing, current_assessment
from ceu.experience.backlog_rules import (
    FIRST_ID,
    Total,
    finest_rule,
    is_total,
    ledger_of,
    sort_totals,
    with_totals,
)
from ceu.experience.models import WorkSetting
from ceu.licenses.models import Goal
from ceu.licenses.services import choose_goal
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack
from ceu.settings import ROOT
from ceu.signoff.backlog_services import Total as Hours
from tests.client import InspectingClient
from tests.experience.builders import log, settle
from tests.experience.goals import TODAY, make_goal
from tests.factories import FROZEN_NOW, make_person
from tests.signoff.test_backlog import asked_about, noted, seal

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")
TOTAL = Total(
    date(2025, 4, 1), date(2025, 9, 30), 600, "counseling", "individual", "1", "earlier-1", False, True
)


def pack(pack_id: str) -> Pack:
    return PACKS.get(pack_id)


def plain_pack() -> Pack:
    """A pack whose latest version looks at nothing less than the whole log."""
    return next(
        one
        for one in PACKS.all()
        if not one.id.endswith("-ce") and finest_rule(one.versions[-1], one.choices({})) is None
    )


def test_a_rule_by_the_week_leaves_totals_untold() -> None:
    lmft = pack("us-ca/lmft")
    measured, untold = sort_totals(lmft, [TOTAL], Facts(), TODAY, {})
    assert measured == []
    (one,) = untold
    rule = lmft.versions[-1].by_id[one.rule]
    assert rule.title in one.sentence
    assert "from 1 Apr 2025 through 30 Sep 2025 is known in total only" in one.sentence


def test_every_pack_is_read_without_an_error_and_says_so_alike() -> None:
    for each in PACKS.all():
        for version in each.versions:
            rule = finest_rule(version, each.choices({}))
            assert rule is None or version.by_id[rule.id] is rule


def test_what_differs_between_the_ends_of_a_span_is_untold() -> None:
    plain = plain_pack()
    covers = plain.versions[-1].covers_from.day
    across = replace(TOTAL, first=covers.replace(year=covers.year - 1), last=covers)
    before = replace(across, last=across.first)
    after = replace(across, first=covers)
    measured, untold = sort_totals(plain, [across, before, after], Facts(), TODAY, {})
    if untold:  # the pack asks nothing else that is not known
        assert [one.total for one in untold] == [across]
        assert "reads differently on the first and on the last day" in untold[0].sentence
    assert before in measured
    assert after in measured


def test_totals_stand_in_a_ledger_and_are_no_entries() -> None:
    ledger = with_totals(Ledger.from_rows([{"id": 1, "day": TODAY, "minutes": 50}]), [TOTAL, TOTAL])
    assert [is_total(one) for one in ledger.ids] == [False, True, True]
    assert ledger.minutes.tolist() == [50, 600, 600]
    assert ledger.day[1] == TOTAL.last.toordinal()
    assert ledger_of([TOTAL], on="first").day.tolist() == [TOTAL.first.toordinal()]


@given(st.integers(-2_000_000, 2_000_000))
def test_entries_and_signed_versions_are_never_taken_for_totals(number: int) -> None:
    assert is_total(number) is (number <= FIRST_ID)


# ---- in a log ----------------------------------------------------------------------------------------------------


def standing_of(session: Session, outside: Outside, goal: Goal) -> Standing:
    settle(session, outside)
    found = current_assessment(session, outside.packs, goal, TODAY)
    assert found is not None
    return found


def result(run: Any, rule_id: str) -> Any:
    return next(one for one in run.assessment.requirements if one.id == rule_id)


def test_under_weekly_rules_they_are_undetermined_with_the_reason(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, browser: InspectingClient
) -> None:
    goal = make_goal(session, outside, alice)
    log(session, outside, bayview)
    before = standing_of(session, outside, goal)
    backlog = noted(session, bayview)
    after = standing_of(session, outside, goal)
    assert after.signed.as_json() == before.signed.as_json(), "nobody has signed it"
    assert after.logged.minutes == before.logged.minutes + 31_500
    assert after.logged.credited == before.logged.credited
    assert after.logged.undetermined == before.logged.undetermined + 31_500
    assert sum(after.logged.cuts.values()) == sum(before.logged.cuts.values())
    assert after.logged.doubts[-1].minutes == 31_500
    assert after.logged.weeks == before.logged.weeks, "totals belong to no week"
    for earlier, now in zip(
        before.logged.assessment.requirements, after.logged.assessment.requirements, strict=True
    ):
        assert now.have == earlier.have
        assert now.have_at_most >= earlier.have_at_most
    page = browser.get("/hours/requirements").main
    assert "525 h" in page
    assert "is known in total only" in page
    assert "are totals of earlier logs" in page

    erin = make_person(session, "erin")
    seal(session, outside, asked_about(session, backlog), erin)
    signed = standing_of(session, outside, goal)
    assert signed.signed.undetermined == before.signed.undetermined + 31_500
    assert signed.signed.credited == before.signed.credited


def test_what_totals_could_meet_is_not_called_short(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    goal = make_goal(session, outside, alice)
    log(session, outside, bayview)
    noted(session, bayview, totals=[Hours("counseling", "individual", 1_800 * 60)])
    found = standing_of(session, outside, goal)
    answers = {one.id: (one.answer, one.have_at_most, one.need) for one in found.logged.assessment.minimums}
    reachable = [answer for answer, at_most, need in answers.values() if need is not None and at_most >= need]
    assert reachable
    assert "short" not in reachable


def test_where_totals_suffice_they_are_measured(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    plain = plain_pack()
    goal = choose_goal(session, FROZEN_NOW, alice.id, plain)
    noted(session, bayview)
    found = standing_of(session, outside, goal)
    assert found.logged.minutes == 31_500
    assert found.logged.credited + found.logged.undetermined + sum(found.logged.cuts.values()) >= 31_500
    assert all("known in total only" not in doubt.sentence for doubt in found.logged.doubts)
    assert all(verdict is not None and not verdict["entries"] for verdict in found.anew.values())
    assert found.signed.minutes == 0


@pytest.mark.parametrize("is_signed", [True, False])
def test_sorting_nothing_or_under_no_version(is_signed: bool) -> None:
    lmft = pack("us-ca/lmft")
    total = replace(TOTAL, is_signed=is_signed)
    assert sort_totals(lmft, [], Facts(), TODAY, {}) == ([], [])
    assert sort_totals(lmft, [total], Facts(), date(1950, 1, 1), {})[1] == []
