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
from ceu.rules.pack import Pack
from tests.rules.reference import Case, assess_slowly

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


def maybe(*values):
    return st.sampled_from([*values, None])


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
            "lmft": {"license_type": "LMFT", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False},
            "lep": {"license_type": "LEP", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False},
            "cousin": {"license_type": "LMFT", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": True},
        }
    ),
)  # fmt: skip


def policies_of(pack):
    return st.fixed_dictionaries(
        {name: st.sampled_from(sorted(policy.options)) for name, policy in pack.policies.items()}
    )


HOUR_POLICIES = policies_of(LMFT)


def numbered(rows):
    return [{"id": number, **row} for number, row in enumerate(rows)]


def same(pack, rows, facts, as_of, policies=None):
    """Assess both ways, compare everything, and return the fast answer."""
    rows = numbered(rows)
    fast = assess(pack, Ledger.from_rows(rows), facts, as_of, policies or {})
    version = next(version for version in pack.versions if version.id == fast.version_id)
    slow = assess_slowly(Case(pack, version, facts, as_of, policies), rows)
    assert dict(zip(fast.ids, fast.credited_minutes, strict=True)) == slow.credited
    assert dict(zip(fast.ids, fast.undetermined_minutes, strict=True)) == slow.undetermined
    for result in fast.minimums:
        assert (result.have, result.have_at_most) == slow.have[result.id], result.id
    assert_conserved(fast)
    return fast


def assert_conserved(assessment):
    for entry in assessment.entries.values():
        assert entry.credited + entry.undetermined + sum(cut.minutes for cut in entry.cuts) == entry.logged
        assert min(entry.credited, entry.undetermined, *(cut.minutes for cut in entry.cuts), 0) >= 0
        assert bool(entry.reasons) == (entry.undetermined > 0)
        assert all(cut.sentence for cut in entry.cuts)


@settings(max_examples=300, deadline=None)
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


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
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
        "lmft": {"license_type": "LMFT", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False},
        "lep": {"license_type": "LEP", "licensed_on": date(2010, 1, 1), "license_expires_on": date(2028, 1, 1), "related": False},
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


@settings(max_examples=300, deadline=None)
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


@settings(max_examples=300, deadline=None)
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


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([LMFT_CE, LPCC_CE, LCSW_CE]),
    st.lists(COURSE_ROWS, max_size=12),
    COURSE_FACTS,
    st.sampled_from(["both", "telehealth_only"]),
)
def test_california_continuing_education(pack, rows, facts, double_count):
    same(pack, rows, facts, date(2026, 11, 24), {"telehealth_law_ethics": double_count})


# -- small packs made up of the primitives -----------------------------------------------------------------------------

CITED = {"citation": "§ 1", "source": ["S"], "status": "verified", "as_of": "2026-01-01"}
ATOMS = st.sampled_from(
    [
        {"activity": "a"},
        {"activity": ["b", "c"]},
        {"delivery": "video"},
        {"minutes": {"at_least": 60}},
        {"head_count": {"at_least": 2, "at_most": 5}},
        {"day": {"before": "person.turned"}},
        {"day": {"from": {"of": "person.turned", "minus": "1 months"}, "until": {"of": "person.turned", "plus": "1 weeks"}}},
        {"day": {"after": {"of": "person.turned", "otherwise": "as_of", "end_of_month": True, "minus": "30 days"}}},
        {"day": {"within": "person.terms", "lapse_under": "5 days", "followed_by": "person.turned"}},
        {"person.grade": {"at_most": 2}},
        {"setting.kind": ["good", "fair"]},
        {"topic": "x"},
        {"course": {"known": True}},
        {"practicum": True},
        {"policy.open": "wide"},
        "named",
        "everything",
    ]
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)
STATUS = st.sampled_from(["verified", "verified", "verified", "unknown"])


def rules(fields, most):
    return st.lists(fields, max_size=most).map(
        lambda found: [
            {**CITED, "id": f"r{number}", "title": "A rule", **rule} for number, rule in enumerate(found)
        ]
    )


def renamed(prefix, found):
    return [rule | {"id": prefix + rule["id"]} for rule in found]


HOURS = st.integers(0, 12).map(lambda hours: f"{hours} hours")
GATES = rules(
    st.fixed_dictionaries(
        {"applies": CONDITIONS, "only_if": CONDITIONS, "lost": st.just("no"), "status": STATUS}
    ),
    2,
)
LIMITS = rules(
    st.one_of(
        st.fixed_dictionaries({"of": CONDITIONS, "at_most": HOURS, "status": STATUS}),
        st.fixed_dictionaries({"of": CONDITIONS, "at_most": HOURS, "per": st.just("week")}),
        st.fixed_dictionaries({"of": CONDITIONS, "at_most": HOURS, "in_any": st.integers(1, 9).map(lambda n: f"{n} days")}),
        st.fixed_dictionaries({"of": CONDITIONS, "once_per": st.just("course")}),
    ),
    3,
)  # fmt: skip
REQUIREMENTS = rules(
    st.one_of(
        st.fixed_dictionaries({"of": CONDITIONS, "at_least": HOURS, "counting": st.sampled_from(["credited", "admitted"])}),
        st.fixed_dictionaries({"of": CONDITIONS, "at_least": st.just("3 weeks"), "span": st.just(True)}),
        st.fixed_dictionaries(
            {"of": CONDITIONS, "at_least": st.just("3 weeks"),
             "weeks": st.one_of(st.just({"units": 1}), st.fixed_dictionaries({"units": st.just(1), "of": CONDITIONS}))}
        ),
    ).map(lambda rule: rule | {"noun": "of it"}),
    4,
).filter(bool)  # fmt: skip
SUPERVISION = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "exempt": CONDITIONS,
            "units": st.just({**CITED, "id": "units", "title": "Units", "minutes": {"a": 60, "b": 120, "c": 45}}),
            "floor": st.just({**CITED, "id": "floor", "title": "Floor", "at_least": "1 unit"}),
            "steps": st.lists(
                st.fixed_dictionaries({"applies": CONDITIONS, "performed": CONDITIONS, "over": HOURS}).map(
                    lambda rule: {**CITED, "id": "step", "title": "Step", "extra": "1 unit", "policy": "open",
                                  "consequences": {"wide": "cap", "narrow": "forfeit"}, **rule}
                ),
                max_size=1,
            ),
            "averages": st.lists(
                st.fixed_dictionaries({"applies": CONDITIONS, "performed": CONDITIONS}).map(
                    lambda rule: {**CITED, "id": "average", "title": "Average", "one_unit_per": "5 hours", "policy": "open",
                                  "consequences": {"wide": "cap", "narrow": "forfeit"}, **rule}
                ),
                max_size=1,
            ),
        }
    ),
)  # fmt: skip


@st.composite
def small_packs(draw):
    fact = {"label": "it", "question": "What is it?"}
    open_policy = {
        "question": "?",
        "options": {"wide": "w", "narrow": "n"},
        "default": "wide",
        "reason": "silent",
        **CITED,
    }
    starts = {
        "question": "?",
        "options": {"monday": "m", "sunday": "s"},
        "default": "monday",
        "reason": "silent",
        **CITED,
    }
    return Pack.model_validate(
        {
            "pack": "xx/small",
            "kind": "experience",
            "jurisdiction": "XX",
            "board": "A board",
            "license": "L",
            "title": "A small pack",
            "governed_by": ["as_of"],
            "sources": {"S": {"title": "s", "url": "https://example.org"}},
            "facts": {
                "person.turned": {"type": "date", "not_yet": True, **fact},
                "person.terms": {"type": "periods", **fact},
                "person.grade": {"type": "number", **fact},
                "setting.kind": {"type": "word", **fact},
                "delivery": {"type": "word", "assume": draw(st.sampled_from([None, "video"])), **fact},
            },
            "policies": {"open": open_policy, "starts": starts},
            "versions": [
                {
                    "id": "1",
                    "begins": "2020-01-01",
                    "covers_from": {"day": "2026-05-01", "sentence": "Too old.", **CITED},
                    "definitions": {"named": draw(ATOMS.filter(lambda atom: atom != "named")), "first": {"activity": "b"}},
                    "order": {"wide": ["named", "first"], "narrow": []},
                    "order_policy": "open",
                    "week_start_policy": "starts",
                    "gates": renamed("g", draw(GATES)),
                    "sessions": renamed("s", draw(GATES)),
                    "doubts": [
                        {"id": f"d{number}", "when": when, "sentence": "Both cannot be."}
                        for number, when in enumerate(draw(st.lists(CONDITIONS, max_size=1)))
                    ],
                    "supervision": draw(SUPERVISION),
                    "limits": renamed("l", draw(LIMITS)),
                    "requirements": renamed("q", draw(REQUIREMENTS)),
                }
            ],
        }
    )  # fmt: skip


SMALL_ROWS = st.fixed_dictionaries(
    {
        "day": st.integers(0, 30).map(lambda offset: date(2026, 4, 25) + timedelta(days=offset)),
        "minutes": st.sampled_from([0, 1, 45, 60, 90, 120, 300, 601]),
        "activity": maybe("a", "b", "c"),
        "setting": maybe("one", "two"),
        "delivery": maybe("video", "phone"),
        "head_count": maybe(1, 3, 7),
        "topic": maybe((), ("x",), ("x", "y")),
        "course": maybe("k", "l"),
        "practicum": maybe(True, False),
    }
)
SMALL_FACTS = st.builds(
    Facts,
    person=st.fixed_dictionaries(
        {
            "turned": st.sampled_from([None, NOT_YET, date(2026, 5, 8), date(2026, 5, 31)]),
            "terms": st.sampled_from([None, (), ((date(2026, 5, 1), date(2026, 5, 5)), (date(2026, 5, 9), date(2026, 5, 12)))]),
            "grade": maybe(1, 3),
        }
    ),
    settings=st.fixed_dictionaries({"one": st.sampled_from([{}, {"kind": "good"}]), "two": st.just({"kind": "bad"})}),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    small_packs(),
    st.lists(SMALL_ROWS, max_size=15),
    SMALL_FACTS,
    st.fixed_dictionaries(
        {"open": st.sampled_from(["wide", "narrow"]), "starts": st.sampled_from(["monday", "sunday"])}
    ),
)
def test_small_packs(pack, rows, facts, policies):
    same(pack, rows, facts, date(2026, 5, 20), policies)


@settings(max_examples=150, deadline=None)
@given(st.lists(GOOD_ROWS, max_size=20), st.randoms())
def test_the_order_of_rows_never_matters(rows, random):
    rows = numbered(rows)
    shuffled = random.sample(rows, len(rows))
    one, other = (
        assess(LMFT, Ledger.from_rows(each), GOOD_FACTS, date(2026, 6, 4)) for each in (rows, shuffled)
    )
    assert one.entries == other.entries
    assert one.requirements == other.requirements
    assert one.weeks == other.weeks


@settings(max_examples=150, deadline=None)
@given(st.lists(GOOD_ROWS, max_size=20), GOOD_ROWS)
def test_an_entry_never_takes_more_of_a_limits_room_than_its_own_minutes(rows, another):
    """Without supervision rules in between (an hour of supervision may bring a whole week back), room shrinks by at
    most the hour added."""
    version = LMFT.versions[0].model_copy(update={"supervision": None})
    pack = LMFT.model_copy(update={"versions": (version,)})
    before, after = (
        assess(pack, Ledger.from_rows(numbered(each)), GOOD_FACTS, date(2026, 6, 4))
        for each in (rows, [*rows, another])
    )
    for result in before.maximums:
        lifetime = version.rule(result.id)
        if lifetime.per is None and lifetime.in_any is None and result.need is not None:
            room_before = result.need - result.have
            room_after = result.need - after.requirement(result.id).have
            assert room_after >= room_before - another["minutes"]


@pytest.mark.parametrize("pack", [LMFT, LPCC, LCSW, LMFT_CE, LPCC_CE, LCSW_CE], ids=lambda pack: pack.id)
def test_an_empty_log_is_an_answer(pack):
    same(pack, [], Facts(), date(2026, 11, 24))
