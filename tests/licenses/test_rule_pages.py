"""Packs in words: every rule is said, nothing is invented, and versions are compared."""

from datetime import date
from typing import Any, Literal

import pytest

from ceu.adapters.rulepacks import CoverageEntry, PackLibrary
from ceu.licenses.rule_clauses import Clause, clause_of
from ceu.licenses.rule_library import (
    as_of_text,
    countries,
    counts,
    counts_text,
    coverage_page,
    range_text,
    shown_version,
)
from ceu.licenses.rule_pages import Change, RuleRow, changes_between, pack_page, rows_of as rows_on, rule_row
from ceu.rules.language import parse_condition
from ceu.rules.pack import Pack, Version
from ceu.settings import ROOT
from tests.licenses.packs import LAW, cited, pack_of, total, version

TODAY = date(2026, 11, 24)
LIBRARY = PackLibrary(ROOT / "ceu" / "rulepacks")
LMFT = LIBRARY.get("us-ca/lmft")


def rows_of(pack: Pack, version: Version) -> dict[str, RuleRow]:
    return {row.id: row for row in rows_on(pack_page(pack, version))}


# ---- conditions in words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("everything", "everything"),
        ({"activity": "counseling"}, "What the time was spent on: Direct counseling"),
        ({"supervisor.kind": ["LMFT", "MD"]}, "The supervisor's license: Therapist or Physician"),
        (
            {"supervisor.kind": ["LMFT", "LCSW", "MD"]},
            "The supervisor's license: Therapist; Social worker; or Physician",
        ),
        ({"not": {"supervisor.kind": "MD"}}, "The supervisor's license: not Physician"),
        ({"practicum": True}, "Whether it was gained in the practicum: yes"),
        ({"head_count": {"at_most": 8}}, "How many people received supervision: at most 8"),
        ({"head_count": {"at_least": 2, "at_most": 2}}, "How many people received supervision: exactly 2"),
        ({"minutes": {"at_least": 60}}, "How long it lasted: at least 1 hour"),
        ({"course": {"known": True}}, "The course: given"),
        ({"day": {"from": "2020-01-01"}}, "The day: on or after 1 Jan 2020"),
        (
            {"day": {"before": {"of": "person.applied_on", "otherwise": "as_of", "minus": "6 years"}}},
            "The day: earlier than 6 years before the day of the application "
            "(until that is known: the day on which the rules are applied)",
        ),
        (
            {"day": {"until": {"of": "person.applied_on", "end_of_month": True, "plus": "1 year"}}},
            "The day: no later than 1 year after the end of the month of the day of the application",
        ),
        (
            {
                "day": {
                    "within": "person.enrollments",
                    "lapse_under": "90 days",
                    "followed_by": "person.applied_on",
                }
            },
            "The day: within the enrollments; a gap of fewer than 90 days between two of them, "
            "or between one and the day of the application, is allowed",
        ),
    ],
)
def test_a_condition_is_said(raw: object, said: str) -> None:
    assert clause_of(pack_of(version()), parse_condition(raw)).text == said


def test_a_term_leads_to_its_meaning() -> None:
    pack = pack_of(version())
    assert clause_of(pack, parse_condition("counseling")) == Clause("counseling", "term-counseling")
    assert clause_of(pack, parse_condition({"not": "counseling"})) == Clause(
        "not counseling", "term-counseling"
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"policy.week": "sunday"}, "“On Sunday.” (not the default)."),
        ({"policy.week": "monday"}, "“On Monday.” (the default)."),
        ({"not": {"policy.week": "sunday"}}, "not “On Sunday.” (the default)."),
    ],
)
def test_a_reading_leads_to_its_question(raw: object, said: str) -> None:
    text = f"When does a week begin? Holds if the reading taken is {said}"
    assert clause_of(pack_of(version()), parse_condition(raw)) == Clause(text, anchor="policy-week")


def test_joined_conditions_keep_their_parts() -> None:
    raw = {"any": ["counseling", {"not": {"all": ["counseling", {"practicum": True}]}}]}
    said = clause_of(pack_of(version()), parse_condition(raw))
    assert said.text == "At least one of these:"
    assert [part.text for part in said.parts] == ["counseling", "This does not hold:"]
    assert said.parts[1].parts[0].text == "All of these:"


# ---- rules in words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", LIBRARY.all(), ids=lambda pack: pack.id)
def test_every_rule_of_every_pack_is_said_once(pack: Pack) -> None:
    for one in pack.versions:
        page = pack_page(pack, one)
        rows = list(rows_on(page))
        said = [row.id for row in rows]
        cycle = ["cycle-length"] if pack.cycle else []
        assert sorted(said) == sorted(["covers-from", *cycle, *(rule.id for rule in one.rules())])
        assert sum(number for _, _, number in page.counts) == len(said) + len(page.policies)
        for row in rows:
            assert row.amount or row.says or row.conditions, row.id
            assert row.law.sources, row.id


@pytest.mark.parametrize("pack", LIBRARY.all(), ids=lambda pack: pack.id)
def test_every_link_inside_a_page_has_its_end(pack: Pack) -> None:
    def anchors(clause: Clause) -> set[str]:
        return {clause.anchor or ""} | {name for part in clause.parts for name in anchors(part)}

    for one in pack.versions:
        page = pack_page(pack, one)
        rows = list(rows_on(page))
        ends = {"", *(row.id for row in rows), *(anchor for anchor, _, _ in page.terms)}
        ends |= {f"policy-{policy.name}" for policy in page.policies}
        clauses = [clause for row in rows for _, clause in row.conditions]
        clauses += [other.when for row in rows for other in row.others]
        clauses += [clause for section in page.sections for _, clause in section.conditions]
        clauses += [clause for _, _, clause in page.terms]
        led_to = {name for clause in clauses for name in anchors(clause)}
        led_to |= {place for row in rows for _, links in row.links for place, _ in links}
        led_to |= {row.policy[0] for row in rows if row.policy}
        led_to |= {place for section in page.sections for place, _ in section.policies}
        assert led_to <= ends


@pytest.mark.parametrize(
    ("rule_id", "amount"),
    [
        ("hours.total", "At least 3,000 hours of supervised experience"),
        ("hours.seven_days", "At most 40 hours in any 7 days"),
        ("supervision.credited_per_week", "At most 6 hours a week"),
        ("window", "None of it is credited"),
        (
            "supervision.unit",
            "One unit is 1 hour of individual supervision, or 1 hour of triadic supervision, "
            "or 2 hours of group supervision",
        ),
        (
            "supervision.weekly_floor",
            "At least 1 unit of supervision in each week and setting with credited hours",
        ),
        (
            "supervision.second_unit",
            "1 unit more where over 10 hours are performed in a week and setting",
        ),
        ("supervision.trainee_ratio", "On average one unit for every 5 hours performed at a setting"),
        ("employment", None),
        ("log.retention", None),
    ],
)
def test_an_amount_is_said_with_its_unit(rule_id: str, amount: str | None) -> None:
    assert rows_of(LMFT, LMFT.versions[-1])[rule_id].amount == amount


def test_a_limit_once_per_course_is_said() -> None:
    pack = LIBRARY.get("us-ca/lmft-ce")
    assert rows_of(pack, pack.versions[-1])["teaching.once"].amount == "Once per course"


def test_an_amount_that_is_not_known_is_said_to_be_so() -> None:
    raw = total("1 hour", status="unknown") | {"at_least": None}
    limit = {"id": "most", "title": "Most", "of": "counseling", **LAW, "status": "unknown"}
    pack = pack_of(version(requirements=[raw], limits=[limit]))
    rows = rows_of(pack, pack.versions[0])
    assert rows["hours"].amount == rows["most"].amount == "The amount is not known"
    assert "cannot be told" in rows["hours"].says[0]


def test_an_open_point_is_named_where_it_bears() -> None:
    pack = pack_of(version(week_start_policy="week"))
    second = rows_of(LMFT, LMFT.versions[-1])["supervision.second_unit"]
    assert second.policy == (
        "policy-second_unit_shortfall",
        LMFT.policies["second_unit_shortfall"].question,
    )
    assert [(outcome.follows, outcome.is_default) for outcome in second.outcomes] == [
        ("Without it, no such hour of that week in that setting counts.", True),
        ("Without it, only the first 10 hours of that week in that setting count.", False),
    ]
    [policy] = pack_page(pack, pack.versions[0]).policies
    assert policy.options == (("On Monday.", True), ("On Sunday.", False))


def test_facts_say_what_is_taken_until_they_are_given() -> None:
    pack = pack_of(version())
    groups = dict(pack_page(pack, pack.versions[0]).facts)
    [applied, enrollments, _] = groups["About the person"]
    assert (applied.answer, applied.assumed) == ("A date, or “not yet”.", "not yet")
    assert (enrollments.answer, enrollments.assumed) == ("Periods, from one date to another.", None)
    assert groups["About each supervisor"][0].answer == "One of these: Therapist; Social worker; Physician."


# ---- every kind of rule ------------------------------------------------------------------------------------------


def contact(**parts: Any) -> dict[str, Any]:
    """Supervision of a small pack: in each month, wherever."""
    return {"per": "month", "where": "anywhere", "exempt": {"activity": "notes"}} | parts


SEVERAL = version(
    conversions=[cited("fifty", of="counseling", minutes=50, count_as=60, whole=True)],
    supervision=contact(
        floors=[
            cited("hours_of", at_least="4 hours", of="counseling"),
            cited("twice", at_least="2 meetings", each="60 minutes", in_different_weeks=True, consequence="warn"),
        ],
        steps=[cited("third", performed="counseling", over="45 hours", extra="1 hour", floor="twice")],
        averages=[
            cited("mean", performed="counseling", one_unit_per="40 hours", across="everything", consequence="cap")
        ],
    ),
    limits=[
        cited("half", of={"practicum": True}, at_most="1 hour", for_every={"amount": "1 hour", "of": "counseling"}),
        cited("best", of="counseling", in_best="6 years"),
        cited("six", of="counseling", only_from="6 supervisors"),
        cited("fortnightly", of="counseling", at_most="9 hours", per="fortnight",
             instead=[{"when": {"practicum": True}, "amount": "5 hours", "citation": "BPC 7"}]),
    ],
    grants=[
        cited("degree", when={"practicum": True}, add="500 hours", to=["hours"]),
        cited("brought", when={"practicum": True}, add_hours_of="person.brought", at_most="10 hours", to=["hours"]),
    ],
    requirements=[
        total("3000 hours", instead=[{"when": {"practicum": True}, "amount": "2000 hours", "citation": "BPC 8"}]),
        total("2 hours", id="ratio", for_every={"amount": "40 hours", "of": "counseling"}, noun="of supervision"),
        total("20 months", id="months", periods={"each": "month", "minutes": "4 hours"}, noun="with four hours"),
        total("25 clients", id="clients", distinct="client", noun="seen"),
        cited("exam", confirmed={"practicum": True}, noun="the examination"),
        cited("either", any_of=["months", "clients"], how_many=1, noun="of two ways"),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule_id", "amount", "says"),
    [
        ("fifty", "50 minutes count as 1 hour", ["Only whole blocks of 50 minutes count."]),
        (
            "hours_of",
            "At least 4 hours of supervision in each month with credited hours",
            ["Without it, no hour of that month counts."],
        ),
        (
            "twice",
            "At least 2 meetings of supervision (each of at least 1 hour; in different weeks) "
            "in each month with credited hours",
            ["Without it, the hours of that month count, and the page says so."],
        ),
        (
            "third",
            "1 hour more where over 45 hours are performed in a month",
            ["Without it, no hour of that month counts."],
        ),
        (
            "mean",
            "On average one hour for every 40 hours performed anywhere",
            [
                "Only the hours that the supervision covers count.",
                "The average runs over all months of all settings together that had what each of them needs.",
            ],
        ),
        ("half", "At most 1 hour for every hour of counseling", []),
        ("best", "Only what lies within the 6 years in a row that hold the most", []),
        ("six", "Only what came from the 6 supervisors with the most hours", []),
        ("fortnightly", "At most 9 hours in two weeks", []),
        ("degree", "500 hours without entries", []),
        ("brought", "As many hours as this says: the hours brought along; at most 10 hours", []),
        ("ratio", "At least 2 hours of supervision for every 40 hours of counseling", []),
        (
            "months",
            "At least 20 months with four hours",
            ["A month counts when at least 4 hours are credited in it."],
        ),
        ("clients", "At least 25 clients seen", ["Each client counts once."]),
        ("exam", "To be confirmed: the examination", []),
        ("either", "1 of 2 ways, named below", []),
    ],
)
def test_every_kind_of_rule_is_said_with_its_amount(rule_id: str, amount: str, says: list[str]) -> None:
    pack = pack_of(SEVERAL)
    row = rows_of(pack, pack.versions[0])[rule_id]
    assert (row.amount, list(row.says)) == (amount, says)


def test_other_amounts_for_other_people_are_said_with_their_law() -> None:
    pack = pack_of(SEVERAL)
    rows = rows_of(pack, pack.versions[0])
    [less], [fewer] = rows["hours"].others, rows["fortnightly"].others
    assert (less.amount, less.when.text, less.citation) == (
        "At least 2,000 hours",
        "Whether it was gained in the practicum: yes",
        "BPC 8",
    )
    assert fewer.amount == "At most 5 hours in two weeks"


def test_options_stand_under_the_requirement_they_meet_and_nowhere_else() -> None:
    pack = pack_of(SEVERAL)
    requirements = next(
        section
        for section in pack_page(pack, pack.versions[0]).sections
        if section.anchor == "section-requirements"
    )
    assert [row.id for row in requirements.rules] == ["hours", "ratio", "exam", "either"]
    either = requirements.rules[-1]
    assert [row.id for row in either.options] == ["months", "clients"]
    assert ("Met by", (("months", "Hours"), ("clients", "Hours"))) in either.links
    assert ("One of the ways to meet", (("either", "Either"),)) in either.options[0].links


def test_rules_lead_to_what_they_raise_and_count_toward() -> None:
    pack = pack_of(SEVERAL)
    rows = rows_of(pack, pack.versions[0])
    assert rows["third"].links == (("Raises", (("twice", "Twice"),)),)
    assert rows["degree"].links == (("Counts toward", (("hours", "Hours"),)),)


@pytest.mark.parametrize(
    ("cycle", "said"),
    [
        ({"length": "24 months"}, "24 months, ending on the license’s expiration date"),
        ({"length": "24 months", "ends": "birth_month"}, "24 months, ending on the last day of the month of birth"),
        (
            {"length": "2 years", "ends": "day", "day": "03-31", "years": "odd"},
            "2 years, ending on 31 March of odd years",
        ),
        (
            {"length": "1 year", "ends": "anniversary"},
            "1 year, ending on the day before the anniversary of the license’s issue",
        ),
    ],
)  # fmt: skip
def test_a_renewal_cycle_is_said(cycle: dict[str, str], said: str) -> None:
    pack = pack_of(version(), cycle=cycle | LAW)
    assert rows_of(pack, pack.versions[0])["cycle-length"].amount == said
    assert sum(one.number for one in counts(pack, pack.versions[0])) == 4


# ---- the library -------------------------------------------------------------------------------------------------


def test_values_are_counted_by_how_sure_they_are() -> None:
    pack = pack_of(version())
    found = counts(pack, pack.versions[0])
    assert [one.number for one in found] == [2, 0, 1, 0]
    assert counts_text(found) == "2 verified, 1 assumed"
    assert as_of_text(pack, pack.versions[0]) == "1 Jan 2026"


def test_packs_stand_by_country_and_place_and_kind() -> None:
    found = countries([*LIBRARY.all(), pack_of(version())], TODAY)
    assert [country.name for country in found][:2] == ["United States", "Canada"]
    shelves = {shelf.jurisdiction: shelf for country in found for shelf in country.shelves}
    rows = {row.license: row for row in shelves["California"].rows}
    assert [link.pack_id for link in (*rows["LMFT"].experience, *rows["LMFT"].ce)] == [
        "us-ca/lmft",
        "us-ca/lmft-ce",
    ]
    [link] = shelves["US-XX"].rows[0].experience
    assert (link.text, link.sure, link.note) == ("Supervised experience", "2 verified, 1 assumed", None)
    listed = [
        link.pack_id
        for country in found
        for shelf in country.shelves
        for row in shelf.rows
        for link in (*row.experience, *row.ce)
    ]
    assert sorted(listed) == sorted([*(pack.id for pack in LIBRARY.all()), "us-xx/test"])


def test_packs_of_one_license_and_kind_are_told_apart_by_their_titles() -> None:
    packs = [pack_of(version()), pack_of(version(), pack="us-xx/other", title="Another way")]
    [country] = countries(packs, TODAY)
    [row] = country.shelves[0].rows
    assert [link.text for link in row.experience] == ["A small pack", "Another way"]


def test_a_gap_between_versions_is_said() -> None:
    [country] = countries([pack_of(version(ends="2026-06-30"))], TODAY)
    assert country.shelves[0].rows[0].experience[0].note == "No version is in force today."


def test_coverage_joins_the_register_with_the_packs() -> None:
    def entry(pack_id: str, state: Literal["encoded", "planned"]) -> CoverageEntry:
        return CoverageEntry(
            pack=pack_id, state=state, verified_on=TODAY, verified=("This.",), open=("That.",)
        )

    page = coverage_page(
        [pack_of(version())], [entry("us-xx/test", "encoded"), entry("us-yy/lpc", "planned")], TODAY
    )
    assert page.states == (("Encoded", 1), ("Partly encoded", 0), ("Planned, not yet encoded", 1))
    assert counts_text(page.sure) == "2 verified, 1 assumed"
    [place] = page.places
    [known] = place.packs
    assert (known.name, known.sure, known.open) == ("US-XX TEST", "2 verified, 1 assumed", ("That.",))
    assert known.measures_from == date(2020, 1, 1)
    [planned] = page.without_rules
    assert (planned.name, planned.pack_id, planned.state) == ("us-yy/lpc", None, "Planned, not yet encoded")


def test_the_version_in_force_is_shown_unless_another_is_asked_for() -> None:
    old = version(id="2025", begins="2025-01-01", ends="2025-12-31")
    pack = pack_of(old, version())
    shown = [shown_version(pack, wanted, TODAY) for wanted in (None, "2025", "1999")]
    assert [one.id if one else None for one in shown] == ["2026", "2025", None]
    after_all = pack_of(old)
    assert shown_version(after_all, None, TODAY) == after_all.versions[0]
    assert range_text(after_all.versions[0]) == "1 Jan 2025 to 31 Dec 2025"


# ---- versions compared -------------------------------------------------------------------------------------------


def compared(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    pack = pack_of(version(id="2025", begins="2025-01-01", ends="2025-12-31") | before, version(**after))
    return list(changes_between(pack, *pack.versions))


def test_versions_that_say_the_same_do_not_differ() -> None:
    assert compared({}, {}) == []
    assert compared({}, {"requirements": [total("3000 hours", as_of="2026-05-05")]}) == []


def test_a_changed_amount_is_shown_before_and_after() -> None:
    [change] = compared({}, {"requirements": [total("2000 hours")]})
    assert (change.what, change.title, change.anchor) == ("Changed", "Hours", "hours")
    assert change.sentences == (
        "Before: At least 3,000 hours of experience. Now: At least 2,000 hours of experience.",
    )


def test_what_follows_is_compared() -> None:
    floor = cited("floor", at_least="4 hours", of="counseling")
    [change] = compared(
        {"supervision": contact(floors=[floor])},
        {"supervision": contact(floors=[floor | {
            "policy": "week", "consequences": {"monday": "warn", "sunday": "forfeit"},
        }])},
    )  # fmt: skip
    assert "What follows when it is missing has changed." in change.sentences


def test_what_needs_no_supervision_is_compared() -> None:
    floor = cited("floor", at_least="4 hours", of="counseling")
    [change] = compared(
        {"supervision": contact(floors=[floor])},
        {"supervision": contact(floors=[floor], exempt={"activity": "reports"})},
    )
    assert (change.title, change.anchor) == ("the hours that need no supervision", "section-supervision")


def test_added_and_removed_rules_are_named() -> None:
    found = compared({}, {"requirements": [total("10 weeks", id="weeks", title="Weeks")]})
    assert [(change.what, change.title, change.anchor) for change in found] == [
        ("Added", "Weeks", "weeks"),
        ("Removed", "Hours", "hours"),
    ]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"of": "counseling"}, "To what it applies, or what it asks for, has changed."),
        ({"span": True}, "Its wording has changed."),
        ({"citation": "BPC 2"}, "Cited before as BPC 1, now as BPC 2."),
        (
            {"instead": [{"when": {"practicum": True}, "amount": "5 hours", "citation": "BPC 3"}]},
            "Other amounts for some: before none; now at least 5 hours.",
        ),
        (
            {"status": "secondary"},
            "How sure it is: before verified, now from a secondary source.",
        ),
    ],
)
def test_every_kind_of_difference_is_said(more: dict[str, Any], sentence: str) -> None:
    [change] = compared({}, {"requirements": [total("3000 hours", **more)]})
    assert change.sentences == (sentence,)


def test_terms_are_compared_too() -> None:
    found = compared(
        {"definitions": {"old": {"practicum": True}, "kept": {"activity": "notes"}}},
        {"definitions": {"new": {"practicum": True}, "kept": {"activity": "reports"}}},
    )
    assert {(change.what, change.title) for change in found} == {
        ("Added", "the term “new”"),
        ("Changed", "the term “kept”"),
        ("Removed", "the term “old”"),
    }


def test_a_page_lists_its_versions_with_their_differences() -> None:
    old = version(id="2025", begins="2025-01-01", ends="2025-12-31")
    pack = pack_of(old, version(requirements=[total("2000 hours")]))
    first, second = pack_page(pack, pack.versions[1]).versions
    assert (first.before, first.changes) == (None, ())
    assert second.before == "2025"
    assert [change.what for change in second.changes] == ["Changed"]
    assert rule_row(pack, pack.versions[0], pack.versions[0].requirements[0]).title == "Hours"
