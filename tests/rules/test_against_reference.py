"""The fast engine and the slow reference say the same, on the real packs and on small made-up ones."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.rulepacks import load_pack
from ceu.rules.engine import assess
from ceu.rules.facts import NOT_YET, Facts
from ceu.rules.ledger import Ledger
from tests.rules.packs import (
    AS_OF,
    BUSY_ROWS,
    CALIFORNIA_ACCEPTS,
    CITED,
    FACTS,
    POLICIES,
    logs,
    maybe,
    numbered,
    pack_of,
    small_packs,
)
from tests.rules.reference import Case, assess_slowly
from tests.rules.test_conservation import assert_conserved

PACKS = Path(__file__).parents[2] / "ceu" / "rulepacks"
LMFT = load_pack(PACKS / "us-ca" / "lmft.yaml")
LPCC = load_pack(PACKS / "us-ca" / "lpcc.yaml")
LCSW = load_pack(PACKS / "us-ca" / "lcsw.yaml")
LMFT_CE, LPCC_CE, LCSW_CE = (
    load_pack(PACKS / "us-ca" / f"{name}-ce.yaml") for name in ("lmft", "lpcc", "lcsw")
)

DEGREE = date(2026, 5, 15)
# Few days, close together, around every date that decides something: so that windows and weeks collide.
DAYS = st.integers(-30, 40).map(lambda offset: DEGREE + timedelta(days=offset))
NEARBY = st.sampled_from([None, NOT_YET, DEGREE - timedelta(days=20), DEGREE, DEGREE + timedelta(days=12)])
MINUTES = st.sampled_from([0, 1, 30, 59, 60, 61, 90, 120, 300, 480, 599, 600, 601])


HOUR_ROWS = st.fixed_dictionaries(
    {
        "day": st.one_of(DAYS, st.sampled_from([date(2020, 5, 1), date(2019, 5, 1)])),
        "minutes": MINUTES,
        "activity": st.sampled_from(
            ["counseling", "counseling", "supervision_individual", "supervision_triadic", "supervision_group", "notes",
             "workshop", "course", None]
        ),
        "client_unit": maybe("individual", "couple", "child"),
        "setting": st.sampled_from(["clinic", "clinic", "school", "private", None]),
        "supervisor": st.sampled_from(["lmft", "lmft", "lep", "cousin", None]),
        "delivery": st.sampled_from(["in_person", "in_person", "video", "phone", None]),
        "head_count": st.sampled_from([1, 2, 8, 9, None]),
        "practicum": st.sampled_from([True, False, None]),
    }
)  # fmt: skip

HOUR_FACTS = st.builds(
    Facts,
    person=st.fixed_dictionaries(
        {
            "graduate_units_completed_on": st.sampled_from([None, date(2018, 1, 1), DEGREE - timedelta(days=10)]),
            "degree_awarded_on": st.sampled_from([DEGREE, DEGREE, NOT_YET, None]),
            "practicum_enrollments": st.sampled_from(
                [None, (), ((date(2018, 1, 1), None),), ((date(2018, 1, 1), date(2019, 4, 28)), (DEGREE - timedelta(days=25), DEGREE - timedelta(days=20)))]
            ),
            "curriculum": maybe("4980.36", "4980.37"),
            "registration_applied_on": NEARBY,
            "registered_on": NEARBY,
            "registration_expires_on": st.sampled_from([None, date(2027, 5, 31), DEGREE + timedelta(days=30)]),
            "registration_number_ordinal": maybe(1, 2),
            "application_received_on": maybe(NOT_YET, DEGREE + timedelta(days=35)),
        }
    ),
    settings=st.fixed_dictionaries(
        {
            "clinic": st.fixed_dictionaries(
                {"kind": maybe("nonprofit", "nonprofit"), "employment": st.just("employee"),
                 "live_scan_required": maybe(True, False), "live_scan_on": NEARBY}
            ),
            "school": st.just({"kind": "school", "employment": "volunteer", "live_scan_required": True, "live_scan_on": date(2020, 1, 1)}),
            "private": st.fixed_dictionaries({"kind": st.just("private_practice"), "employment": maybe("employee", "contractor")}),
        }
    ),
    supervisors=st.just(
        {
            "lmft": {"license_type": "LMFT", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False, **CALIFORNIA_ACCEPTS},
            "lep": {"license_type": "LEP", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False, **CALIFORNIA_ACCEPTS, "ca_trained": None},
            "cousin": {"license_type": "LMFT", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": True, **CALIFORNIA_ACCEPTS},
        }
    ),
)  # fmt: skip


def policies_of(pack):
    return st.fixed_dictionaries(
        {name: st.sampled_from(sorted(policy.options)) for name, policy in pack.policies.items()}
    )


HOUR_POLICIES = policies_of(LMFT)


def same(pack, rows, facts, as_of, policies=None):
    """Assess both ways, compare everything, and return the fast answer."""
    rows = numbered(rows)
    fast = assess(pack, Ledger.from_rows(rows), facts, as_of, policies or {})
    version = next(version for version in pack.versions if version.id == fast.version_id)
    slow = assess_slowly(Case(pack, version, facts, as_of, policies), rows)
    assert {name: entry.credited for name, entry in fast.entries.items()} == slow.credited
    assert {name: entry.undetermined for name, entry in fast.entries.items()} == slow.undetermined
    assert {name: entry.granted for name, entry in fast.entries.items()} == slow.granted
    assert {
        name: {cut.rule: cut.minutes for cut in entry.cuts} for name, entry in fast.entries.items()
    } == slow.cuts
    assert {result.id: (result.have, result.have_at_most) for result in fast.minimums} == slow.have
    assert {result.id: result.need for result in fast.minimums} == slow.need
    assert {result.id: result.answer for result in fast.minimums} == slow.answers
    assert_conserved(fast)
    return fast


@settings(max_examples=120, deadline=None)
@given(st.lists(HOUR_ROWS, max_size=25), HOUR_FACTS, HOUR_POLICIES)
def test_california_hours(rows, facts, policies):
    same(LMFT, rows, facts, DEGREE + timedelta(days=36), policies)


def of_license(facts, degree, registration, application):
    """The same facts under the names of another license."""
    prefixes = {"degree_awarded_on": degree, "application_received_on": application}
    return replace(
        facts,
        person={f"{prefixes.get(name, registration)}_{name}": fact for name, fact in facts.person.items()},
    )


@settings(max_examples=120, deadline=None)
@given(st.lists(HOUR_ROWS, max_size=25), HOUR_FACTS, policies_of(LPCC))
def test_california_hours_of_a_clinical_counselor(rows, facts, policies):
    same(LPCC, rows, of_license(facts, "lpcc", "apcc", "lpcc"), DEGREE + timedelta(days=36), policies)


SOCIAL_WORK_ROWS = st.builds(
    dict,
    HOUR_ROWS,
    activity=st.sampled_from(
        ["counseling", "clinical_assessment", "consultation", "advocacy", "notes", "supervision_individual",
         "supervision_triadic", "supervision_group", "workshop", None]
    ),
    supervisor=st.sampled_from(["lcsw", "lcsw", "lmft", "lep", "stranger", None]),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(SOCIAL_WORK_ROWS, max_size=25), HOUR_FACTS, policies_of(LCSW), maybe("LCSW", "LMFT"))
def test_california_hours_of_a_social_worker(rows, facts, policies, strangers_license):
    renamed = of_license(facts, "lcsw", "asw", "lcsw")
    a_supervisor = facts.supervisors["lmft"]
    others = {
        "lcsw": {**a_supervisor, "license_type": "LCSW"},
        "stranger": {**a_supervisor, "license_type": strangers_license},
    }
    same(
        LCSW,
        rows,
        replace(renamed, supervisors={**facts.supervisors, **others}),
        DEGREE + timedelta(days=36),
        policies,
    )


# One good trainee or associate with nothing unknown, so that the later stages see full weeks.
GOOD_FACTS = Facts(
    person={
        "graduate_units_completed_on": date(2025, 1, 1),
        "degree_awarded_on": DEGREE,
        "practicum_enrollments": ((date(2025, 1, 1), DEGREE),),
        "registration_applied_on": DEGREE,
        "registered_on": DEGREE,
        "registration_expires_on": date(2027, 5, 31),
        "registration_number_ordinal": 1,
    },
    settings={
        "clinic": {"kind": "nonprofit", "employment": "employee"},
        "school": {"kind": "school", "employment": "volunteer"},
    },
    supervisors={
        "lmft": {"license_type": "LMFT", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False, **CALIFORNIA_ACCEPTS},
        "lep": {"license_type": "LEP", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False, **CALIFORNIA_ACCEPTS},
    },
)  # fmt: skip

GOOD_ROWS = st.fixed_dictionaries(
    {
        "day": st.integers(-10, 14).map(lambda offset: DEGREE + timedelta(days=offset)),
        "minutes": st.sampled_from([60, 120, 240, 480, 540, 600, 601, 1200]),
        "activity": st.sampled_from(
            ["counseling", "supervision_individual", "supervision_group", "notes", "workshop"]
        ),
        "client_unit": maybe("individual", "couple"),
        "setting": st.sampled_from(["clinic", "school"]),
        "supervisor": st.sampled_from(["lmft", "lep"]),
        "delivery": st.just("video"),
        "head_count": st.sampled_from([1, 8]),
    }
).map(lambda row: row | {"head_count": 1} if row["activity"] == "supervision_individual" else row)


@settings(max_examples=120, deadline=None)
@given(st.lists(GOOD_ROWS, min_size=5, max_size=40), HOUR_POLICIES)
def test_california_hours_of_full_weeks(rows, policies):
    same(LMFT, rows, GOOD_FACTS, DEGREE + timedelta(days=20), policies)


GOOD_SOCIAL_WORK_ROWS = st.builds(
    dict,
    GOOD_ROWS,
    activity=st.sampled_from(["counseling", "clinical_assessment", "consultation", "supervision_group", "workshop"]),
    supervisor=st.sampled_from(["lcsw", "lmft"]),
) | st.builds(
    dict,
    GOOD_ROWS,
    activity=st.just("supervision_individual"),
    minutes=st.sampled_from([30, 60, 120]),
    supervisor=st.sampled_from(["lcsw", "lmft", "stranger"]),
    head_count=st.just(1),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(GOOD_SOCIAL_WORK_ROWS, min_size=5, max_size=40), policies_of(LCSW))
def test_california_hours_of_a_social_workers_full_weeks(rows, policies):
    facts = of_license(GOOD_FACTS, "lcsw", "asw", "lcsw")
    a_supervisor = facts.supervisors["lmft"]
    others = {
        "lcsw": {**a_supervisor, "license_type": "LCSW"},
        "stranger": {**a_supervisor, "license_type": None},
    }
    facts = replace(facts, supervisors={**facts.supervisors, **others})
    same(LCSW, rows, facts, DEGREE + timedelta(days=20), policies)


COURSE_ROWS = st.fixed_dictionaries(
    {
        "day": st.sampled_from([date(2015, 6, 30), date(2025, 2, 28), date(2025, 3, 1), date(2026, 5, 1), date(2027, 1, 1)]),
        "minutes": st.sampled_from([60, 180, 360, 361, 420, 1080, 1200, 2160]),
        "activity": st.sampled_from(["course", "course", "teaching", "board_service", "survey", "academic", "nap", None]),
        "topic": st.sampled_from([None, (), ("law_ethics",), ("law_ethics", "telehealth"), ("law_ethics", "supervision"), ("suicide_risk",), ("hiv_aids",)]),
        "approval": st.sampled_from(["CAMFT", "CAMFT", "NBCC", "nobody", None]),
        "credit_kind": maybe("ordinary", "discipline"),
        "course": maybe("ethics", "trauma"),
    }
)  # fmt: skip
COURSE_FACTS = st.builds(
    Facts,
    person=st.fixed_dictionaries(
        {
            "cycle_begins": maybe(date(2025, 3, 1)),
            "cycle_ends": maybe(date(2027, 2, 28)),
            "first_renewal": maybe(True, False),
            "supervises": maybe(True, False),
            "license_status": maybe("active", "inactive"),
            "already_completed": st.sampled_from([None, (), ("telehealth",)]),
        }
    ),
)


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([LMFT_CE, LPCC_CE, LCSW_CE]),
    st.lists(COURSE_ROWS, max_size=12),
    COURSE_FACTS,
    st.sampled_from(["both", "telehealth_only"]),
)
def test_california_continuing_education(pack, rows, facts, double_count):
    same(pack, rows, facts, date(2026, 11, 24), {"telehealth_law_ethics": double_count})


# -- small packs of the whole format, made up at random ------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(small_packs(), logs(), logs(BUSY_ROWS), FACTS, POLICIES)
def test_small_packs(pack, rows, full_weeks, facts, policies):
    same(pack, rows, facts, AS_OF, policies)
    same(pack, full_weeks, facts, AS_OF, policies)


@pytest.mark.parametrize("part", ["supervision", "limits", "requirements"])
@settings(max_examples=200, deadline=None)
@given(st.data(), logs(), logs(BUSY_ROWS, most=24), FACTS, POLICIES)
def test_a_part_of_small_packs(part, data, rows, full_weeks, facts, policies):
    """One part of the format at a time, so that little else hides what it does."""
    pack = data.draw(small_packs(only=part))
    same(pack, rows, facts, AS_OF, policies)
    same(pack, full_weeks, facts, AS_OF, policies)


# -- what was counted by hand, so that both are held to something --------------------------------------------------------


def rule(**parts):
    return CITED | {"id": "r", "title": "A rule"} | parts


def supervision(**parts):
    minutes = {"a": 60, "b": 120}
    return {
        "exempt": {"activity": "e"},
        "units": rule(id="u", minutes=minutes),
        "floors": [rule(at_least="1 unit")],
        **parts,
    }


EVERYTHING = {"of": "everything"}
WORK, SUPERVISED = "c", "a"
MAY = date(2026, 5, 4)  # a Monday
ANY_MONTH = {"limits": [rule(**EVERYTHING, at_most="1 hour", in_any="1 month")]}
BEST_WEEK = {"limits": [rule(**EVERYTHING, in_best="1 week")]}
HALF = {
    "limits": [
        rule(of={"activity": "c"}, at_most="1 hour", for_every={"amount": "2 hours", "of": "everything"})
    ]
}
FORTNIGHTS = {"limits": [rule(**EVERYTHING, at_most="1 hour", per="fortnight")]}
YEARS = {"limits": [rule(**EVERYTHING, at_most="1 hour", per="year_of_experience")]}
ABOVE_ONE_HOUR = rule(id="s", performed={"activity": "c"}, over="1 hour", extra="1 unit")
STEP = {"supervision": supervision(steps=[ABOVE_ONE_HOUR])}
DOUBTFUL_STEP = {"supervision": supervision(steps=[ABOVE_ONE_HOUR | {"applies": {"practicum": True}}])}
CAPPED_STEP = {"supervision": supervision(steps=[ABOVE_ONE_HOUR | {"consequence": "cap"}])}
AVERAGE = rule(id="s", performed={"activity": "c"}, one_unit_per="2 hours", consequence="cap")
IN_EACH_SETTING = {"supervision": supervision(floors=[], averages=[AVERAGE])}
ACROSS_ALL = {"supervision": supervision(floors=[], averages=[AVERAGE | {"across": "everything"}])}
BY_HAND = {
    "a month later is another month": (ANY_MONTH, [(date(2026, 4, 4), 60), (MAY, 60)], [60, 60]),
    "a day less is not": (ANY_MONTH, [(date(2026, 4, 5), 60), (MAY, 60)], [60, 0]),
    "the fullest week": (BEST_WEEK, [(date(2026, 4, 28), 60), (MAY, 60), (date(2026, 5, 5), 60)], [0, 60, 60]),
    "the latest of equal weeks": (BEST_WEEK, [(date(2026, 4, 1), 60), (MAY, 60)], [0, 60]),
    "half of everything": (HALF, [(MAY, 300), (MAY, 90, SUPERVISED)], [90, 90]),
    "two weeks from the first": (FORTNIGHTS, [(date(2026, 5, 10), 60), (date(2026, 5, 17), 60), (date(2026, 5, 18), 60)], [60, 0, 60]),
    "a year from February 29": (YEARS, [(date(2024, 2, 29), 60), (date(2025, 2, 27), 60), (date(2025, 2, 28), 60)], [60, 0, 60]),
    "supervision for an hour": (STEP, [(MAY, 60), (MAY, 60, SUPERVISED)], [60, 60]),
    "for a minute more": (STEP, [(MAY, 61), (MAY, 60, SUPERVISED)], [0, 0]),
    "for a minute more, capped": (CAPPED_STEP, [(MAY, 61), (MAY, 60, SUPERVISED)], [60, 60]),
    "an average in each setting": (
        IN_EACH_SETTING, [(MAY, 180), (MAY, 60, SUPERVISED), (MAY, 60, SUPERVISED, "two")], [120, 60, 60],
    ),
    "an average over all": (ACROSS_ALL, [(MAY, 180), (MAY, 60, SUPERVISED), (MAY, 60, SUPERVISED, "two")], [180, 60, 60]),
}  # fmt: skip


def row_of(day, minutes, activity=WORK, setting="one"):
    return {"day": day, "minutes": minutes, "activity": activity, "setting": setting}


@pytest.mark.parametrize(("parts", "log", "credited"), BY_HAND.values(), ids=BY_HAND)
def test_what_was_counted_by_hand(parts, log, credited):
    pack = pack_of(parts | {"requirements": [rule(id="q", at_least="1 hour", noun="of it")]})
    rows = [row_of(*entry) for entry in log]
    assert same(pack, rows, Facts(), AS_OF).credited.tolist() == credited


def test_a_step_that_may_not_apply_leaves_its_hours_open():
    pack = pack_of(DOUBTFUL_STEP | {"requirements": [rule(id="q", at_least="1 hour", noun="of it")]})
    rows = [row_of(MAY, 120) | {"practicum": True}, row_of(MAY, 30), row_of(MAY, 60, SUPERVISED)]
    answer = same(pack, rows, Facts(), AS_OF)
    assert (answer.credited.tolist(), answer.undetermined.tolist()) == ([0, 0, 0], [0, 30, 60])
    mended = same(pack, [*rows, row_of(MAY, 60, SUPERVISED)], Facts(), AS_OF)
    assert mended.credited.tolist() == [120, 30, 60, 60]


def test_needs_and_measures_counted_by_hand():
    rows = [row_of(MAY, 241, WORK, "two"), row_of(MAY, 60, SUPERVISED)]
    every = {"amount": "2 hours", "of": {"activity": "c"}}
    pack = pack_of(
        {
            "supervision": supervision(floors=[]),
            "requirements": [
                rule(id="proportion", at_least="1 hour", for_every=every, noun="of it"),
                rule(id="weeks", at_least="1 week", periods={"units": 1, "minutes": "2 hours"}, noun="of it"),
                rule(id="span", at_least="1 month", span=True, noun="of it"),
            ],
        }
    )
    answer = same(pack, rows, Facts(), AS_OF)
    assert (answer.requirement("proportion").have, answer.requirement("proportion").need) == (301, 121)
    assert answer.requirement("weeks").have == 1
    for first, last, months in (
        ((2026, 1, 31), (2026, 2, 27), 1),
        ((2026, 1, 31), (2026, 2, 26), 0),
        ((2026, 2, 28), (2026, 3, 27), 1),
    ):
        rows = [row_of(date(*day), 60) for day in (first, last)]
        assert same(pack, rows, Facts(), AS_OF).requirement("span").have == months


@pytest.mark.parametrize("pack", [LMFT, LPCC, LCSW, LMFT_CE, LPCC_CE, LCSW_CE], ids=lambda pack: pack.id)
def test_an_empty_log_is_an_answer(pack):
    same(pack, [], Facts(), date(2026, 11, 24))
