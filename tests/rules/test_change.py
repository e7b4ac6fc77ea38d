"""One text in the place of another: for one person in words, for many in numbers, and both agree."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.rules.change import effect, effect_on_people, text_name
from ceu.rules.engine import assess
from ceu.rules.facts import Facts
from ceu.rules.glance import glance
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack, Version
from ceu.settings import ROOT
from tests.rules.packs import CALIFORNIA_ACCEPTS

TODAY = date(2026, 11, 24)
LIBRARY = PackLibrary(ROOT / "ceu" / "rulepacks")
EXPERIENCE = [pack for pack in LIBRARY.all() if pack.kind == "experience"]
PAIRS = [
    (pack, before, after)
    for pack in EXPERIENCE
    for before, after in zip(pack.versions, pack.versions[1:], strict=False)
]
FACTS = Facts(
    person={"social_work_degree_awarded_on": date(2019, 5, 15)},
    settings={"1": {"name": "Clinic", "kind": "nonprofit", "employment": "employee"}},
    supervisors={
        "1": {
            "license_type": "LMFT",
            "licensed_on": date(2010, 1, 1),
            "license_expires_on": date(2029, 1, 1),
            "wa_licsw_supervises_since": date(2012, 1, 1),
            "related": False,
            **CALIFORNIA_ACCEPTS,
        }
    },
)


def rows(weeks: int, person: str = "") -> list[dict[str, Any]]:
    """So many weeks of twenty hours with one of supervision, the last ending before today."""
    start = TODAY - timedelta(days=TODAY.weekday() + 7 * weeks)
    hours = ["supervision_individual", *["counseling"] * 13, *["notes"] * 3, *["case_management"] * 3]
    return [
        {
            "id": f"{person}{week}-{number}", "person": person, "day": start + timedelta(days=7 * week + number % 5),
            "minutes": 60, "activity": activity, "delivery": "in_person", "practicum": False, "setting": "1",
            "supervisor": "1", "head_count": 1 if number == 0 else None,
            "client_unit": "individual" if activity == "counseling" else None,
        }
        for week in range(weeks)
        for number, activity in enumerate(hours)
    ]  # fmt: skip


def versions(pack_id: str, *ids: str) -> tuple[Pack, ...]:
    pack = LIBRARY.get(pack_id)
    return (pack, *(next(one for one in pack.versions if one.id == each) for each in ids))  # type: ignore[return-value]


def both(pack_id: str, before: str, after: str, weeks: int, facts: Facts = FACTS) -> Any:
    pack, first, second = versions(pack_id, before, after)
    return effect(pack, first, second, Ledger.from_rows(rows(weeks)), facts, TODAY, {})  # type: ignore[arg-type]


def test_a_person_reads_what_is_asked_less_with_its_law() -> None:
    """2SHB 1724 (2023 c 425): 3,000 hours over two years instead of 4,000 over three; 100 hours of supervision."""
    found = both("us-wa/licsw", "2021", "2023", 10)
    said = list(found.sentences())
    assert (
        "You need 1,000 fewer hours of supervised experience: 3,000 hours instead of 4,000 hours "
        "(RCW 18.225.090(1)(a)(ii)(C))."
    ) in said
    assert any("30 fewer hours of supervision" in sentence for sentence in said)
    closer = {one.id: one.closer for one in found.gains}
    assert closer == {"hours.total": 60_000, "duration": 12, "supervision.total": 1_800}
    assert found.losses == ()
    assert found.gained == found.lost == 0


def test_the_way_back_is_a_loss_of_the_same_size() -> None:
    forth, back = both("us-wa/licsw", "2021", "2023", 10), both("us-wa/licsw", "2023", "2021", 10)
    assert {one.id: -one.closer for one in back.losses} == {one.id: one.closer for one in forth.gains}
    assert any("1,000 more hours of supervised experience" in sentence for sentence in back.sentences())


def test_who_needs_no_more_under_the_newer_text_has_met_it() -> None:
    found = both("us-wa/licsw", "2021", "2023", 155)
    [total] = [one for one in found.answers if one.id == "hours.total"]
    assert total.before is not None
    assert total.after is not None
    assert (total.before.answer, total.after.answer) == ("short", "met")
    assert any("it is met now." in sentence for sentence in total.sentences)


def test_hours_that_count_only_under_one_text_are_said_with_the_rule_that_took_them() -> None:
    """Before SHB 1007 (2021) an associate in Washington had at most 60 hours of supervision at a distance."""
    remote = [
        row | ({"delivery": "video"} if row["activity"].startswith("supervision") else {}) for row in rows(80)
    ]
    pack, first, second = versions("us-wa/licsw", "2014", "2021")
    found = effect(pack, first, second, Ledger.from_rows(remote), FACTS, TODAY, {})  # type: ignore[arg-type]
    assert (found.gained, found.lost) == (20 * 60, 0)
    [taken] = found.taken
    assert (taken.rule, taken.before, taken.after) == ("supervision.distance", 20 * 60, 0)
    assert "took 20 hours of your log and takes none now (RCW 18.225.090 before 2021 c 21)" in taken.sentence
    assert "20 more hours count" in next(iter(found.sentences()))


def test_an_amount_that_is_not_known_is_neither_gain_nor_loss() -> None:
    found = both("us-va/lpc", "2024", "2025-12", 10)
    unknown = [one for one in found.differences if one.after is not None and one.after.need is None]
    assert unknown
    assert all(one.closer == 0 for one in unknown)
    assert all("not known any more" in one.sentences[0] for one in unknown)


def test_a_version_compared_with_itself_changes_nothing() -> None:
    for pack, before, _ in PAIRS:
        found = effect(pack, before, before, Ledger.from_rows(rows(5)), FACTS, TODAY, {})
        assert found.is_none
        assert list(found.sentences()) == []


@pytest.mark.parametrize(("pack", "before", "after"), PAIRS, ids=lambda each: getattr(each, "id", ""))
def test_each_side_is_what_the_version_says_where_it_governs(
    pack: Pack, before: Version, after: Version
) -> None:
    ledger = Ledger.from_rows(rows(30))
    found = effect(pack, before, after, ledger, FACTS, TODAY, {})
    for version, side in ((before, found.before), (after, found.after)):
        governed = version.begins if version.ends is None else version.ends
        pinned = replace(
            FACTS, person={**FACTS.person, pack.governed_by[0].removeprefix("person."): governed}
        )
        alone = assess(pack, ledger, pinned, TODAY)
        assert [one.id for one in side.requirements] == [one.id for one in alone.requirements]
        assert side.version_id == alone.version_id == version.id


@pytest.mark.parametrize(("pack", "before", "after"), PAIRS, ids=lambda each: getattr(each, "id", ""))
def test_many_people_are_told_what_each_is_told_alone(pack: Pack, before: Version, after: Version) -> None:
    people = {"a": 3, "b": 40, "c": 0, "d": 155}
    ledger = Ledger.from_rows([row for person, weeks in people.items() for row in rows(weeks, person)])
    facts = dict.fromkeys(people, FACTS)
    found = {one.person: one for one in effect_on_people(pack, before, after, ledger, facts, TODAY, {})}
    assert set(found) == set(people)
    for person, weeks in people.items():
        alone = effect(pack, before, after, Ledger.from_rows(rows(weeks)), FACTS, TODAY, {})
        many = found[person]
        assert (many.credited_before, many.credited_after) == (
            int(alone.before.credited.sum()),
            int(alone.after.credited.sum()),
        )
        moved = {one.id: one.closer for one in (*alone.gains, *alone.losses)}
        assert {rule: one.closer for rule, one in many.changes.items() if one.closer} == moved
        assert {rule for rule, one in many.changes.items() if one.answer_before != one.answer_after} == {
            one.id for one in alone.answers
        }
        assert many.gains is bool(alone.gains or alone.gained > alone.lost)
        assert many.loses is bool(alone.losses or alone.gained < alone.lost)


def test_entries_of_somebody_unknown_are_refused() -> None:
    pack, before, after = PAIRS[0]
    with pytest.raises(ValueError, match="people without facts: x"):
        effect_on_people(pack, before, after, Ledger.from_rows(rows(1, "x")), {"a": FACTS}, TODAY, {})


@pytest.mark.parametrize("pack", EXPERIENCE, ids=lambda pack: pack.id)
@pytest.mark.parametrize("weeks", [0, 30, 155])
def test_a_glance_says_what_an_assessment_says(pack: Pack, weeks: int) -> None:
    ledger = Ledger.from_rows(rows(weeks))
    seen, said = glance(pack, ledger, FACTS, TODAY, {}), assess(pack, ledger, FACTS, TODAY)
    assert seen is not None
    answers = [one.answer for one in said.minimums if one.applies and not one.option]
    assert (seen.met, seen.short, seen.cannot_tell) == tuple(
        map(answers.count, ("met", "short", "cannot_tell"))
    )
    assert (seen.credited, seen.undetermined) == (int(said.credited.sum()), int(said.undetermined.sum()))
    assert seen.version.id == said.version_id


def test_no_rules_for_the_date_is_no_glance() -> None:
    pack = LIBRARY.get("us-wa/licsw")
    pinned = Facts(person={"wa_lswaic_application_completed_on": date(2001, 1, 1)})
    assert glance(pack, Ledger.from_rows(rows(1)), pinned, TODAY, {}) is None


def test_texts_are_called_by_the_day_they_begin() -> None:
    assert text_name(LIBRARY.get("us-wa/licsw").versions[-1]) == "the text of 11 May 2023"
