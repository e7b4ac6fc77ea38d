"""The pack of the LMFT says what the statute says: held against a reading by hand that does not know the pack."""

from collections import Counter
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.rulepacks import load_pack
from ceu.rules.engine import assess
from ceu.rules.facts import NOT_YET, Facts
from ceu.rules.ledger import Ledger
from tests.rules.california import HOUR, NEED, Applicant, Hours, Setting, Supervisor
from tests.rules.packs import numbered

LMFT = load_pack(Path(__file__).parents[2] / "ceu" / "rulepacks" / "us-ca" / "lmft.yaml")
AS_OF = date(2029, 6, 1)
DEGREE, REGISTERED = date(2021, 12, 15), date(2022, 1, 15)
LATE_DEGREE = date(2024, 5, 15)

SETTINGS = {
    "clinic": Setting("nonprofit", "employee", True, date(2021, 12, 20)),
    "school": Setting("school", "volunteer", False, None),
    "practice": Setting("private_practice", "employee", True, date(2021, 1, 1)),
    "corporation": Setting("professional_corporation", "volunteer", True, None),
    "agency": Setting("other", "contractor", True, date(2021, 1, 1)),
}
SUPERVISORS = {
    **{kind: Supervisor(kind, date(2010, 1, 1), date(2030, 1, 1))
       for kind in ("LMFT", "LCSW", "LPCC", "psychologist", "psychiatrist", "LEP")},
    "young": Supervisor("LMFT", date(2020, 3, 1), date(2030, 1, 1)),
    "retired": Supervisor("LCSW", date(2000, 2, 29), date(2022, 6, 30)),
    "cousin": Supervisor("LMFT", date(2010, 1, 1), date(2030, 1, 1), related=True),
    "coach": Supervisor("other", date(2010, 1, 1), date(2030, 1, 1)),
    "idle": Supervisor("LMFT", date(2010, 1, 1), date(2030, 1, 1), ca_practiced_recently=False),
    "probationer": Supervisor("LPCC", date(2010, 1, 1), date(2030, 1, 1), ca_restricted=((DEGREE, REGISTERED), (date(2024, 7, 1), None))),
    "untrained": Supervisor("LCSW", date(2010, 1, 1), date(2030, 1, 1), ca_trained=False),
    "untrained psychologist": Supervisor("psychologist", date(2010, 1, 1), date(2030, 1, 1), ca_trained=False),
    "in person only": Supervisor("LMFT", date(2010, 1, 1), date(2030, 1, 1), ca_video_suits=False),
    "outsider": Supervisor("LMFT", date(2010, 1, 1), date(2030, 1, 1), ca_belongs_to_practice=False),
}  # fmt: skip
EARLY = {
    "degree_awarded_on": DEGREE,
    "registration_applied_on": DEGREE + timedelta(days=5),
    "registered_on": REGISTERED,
    "registration_expires_on": date(2029, 1, 31),
}
LATE = {
    "degree_awarded_on": LATE_DEGREE,
    "registration_applied_on": LATE_DEGREE + timedelta(days=90),
    "registered_on": LATE_DEGREE + timedelta(days=120),
    "registration_expires_on": date(2029, 9, 30),
}
BEFORE_2020 = {
    "degree_awarded_on": date(2019, 12, 31),
    "registration_applied_on": date(2020, 2, 1),
    "registered_on": date(2021, 3, 1),
    "registration_expires_on": date(2029, 3, 31),
}
TOO_LATE = LATE | {"registration_applied_on": LATE_DEGREE + timedelta(days=91)}
EXPIRED = EARLY | {"registration_expires_on": date(2023, 1, 31)}
STAGES = [
    EARLY | {"application_received_on": date(2027, 6, 1)},
    EARLY,
    LATE | {"application_received_on": date(2028, 12, 1)},
    LATE,
    TOO_LATE,
    EXPIRED,
    LATE | {"registered_on": None, "registration_expires_on": None},
    BEFORE_2020 | {"graduate_units_completed_on": date(2018, 1, 1)},
    BEFORE_2020 | {"graduate_units_completed_on": date(2018, 1, 1), "degree_awarded_on": date(2020, 1, 1)},
    {},
]
ENROLLMENTS = [
    ((date(2021, 1, 1), None),),
    ((date(2021, 1, 1), date(2021, 5, 31)), (date(2021, 8, 29), None)),  # a lapse of 89 days
    ((date(2021, 1, 1), date(2021, 5, 31)), (date(2021, 8, 30), None)),  # a lapse of 90 days
]
APPLICANTS = st.builds(
    lambda stage, more: Applicant(**{**more, **stage}),
    st.sampled_from(STAGES),
    st.fixed_dictionaries(
        {
            "graduate_units_completed_on": st.sampled_from([date(2021, 1, 1), date(2021, 2, 10)]),
            "practicum_enrollments": st.sampled_from(ENROLLMENTS),
            "curriculum": st.sampled_from(["4980.36", "4980.36", "4980.37"]),
            "registration_number_ordinal": st.sampled_from([1, 1, 2]),
        }
    ),
)
SILENT = st.fixed_dictionaries(
    {name: st.sampled_from(sorted(policy.options)) for name, policy in LMFT.policies.items()}
)

# Around every day that decides something; a block of weeks begins there.
THRESHOLDS = [
    date(2021, 1, 1), date(2021, 2, 10), date(2021, 5, 31), date(2021, 6, 1), DEGREE, date(2021, 12, 20), REGISTERED,
    date(2022, 3, 1), date(2022, 6, 30), date(2022, 12, 1), date(2023, 1, 31), date(2023, 6, 1), LATE_DEGREE, LATE_DEGREE + timedelta(days=120),
    date(2028, 1, 31), date(2029, 1, 31), AS_OF,
]  # fmt: skip
DAYS = st.builds(
    lambda day, offset: max(day + timedelta(days=offset), date(2021, 1, 1)),
    st.sampled_from(THRESHOLDS),
    st.integers(-3, 3),
)
ORDINARY = {
    "client_unit": "individual", "setting": "clinic", "supervisor": "LMFT", "delivery": "video", "head_count": 1, "practicum": True,
}  # fmt: skip


def entries(activities, minutes, **more):
    """One entry of a week, ordinary but for an attribute or two."""
    return st.fixed_dictionaries(
        {
            "activity": st.sampled_from(activities),
            "minutes": st.sampled_from(minutes),
            "weekday": st.integers(0, 6),
        },
        optional={
            "supervisor": st.sampled_from(["LEP", "LEP", *SUPERVISORS]),
            "setting": st.sampled_from(["school", "school", *SETTINGS]),
            **more,
        },
    ).map(lambda entry: ORDINARY | entry)


COUNSELING = entries(
    ["counseling"], [300, 600, 601, 1200],
    client_unit=st.sampled_from(["couple", "family", "child", "group"]), practicum=st.just(False),
)  # fmt: skip
OTHER = entries(
    ["notes", "reports", "assessment", "advocacy", "workshop", "workshop", "consultation"],
    [60, 300, 600, 1200],
)
DELIVERY = st.sampled_from(["in_person", "phone"])
SUPERVISION = st.one_of(
    entries(["supervision_individual"], [59, 60, 120, 240], delivery=DELIVERY),
    entries(["supervision_triadic"], [30, 60], delivery=DELIVERY, head_count=st.just(2)).map(lambda entry: entry | {"head_count": 2}),
    entries(["supervision_group"], [59, 60, 120, 360], delivery=DELIVERY, head_count=st.sampled_from([8, 9])),
)  # fmt: skip
WEEKS = st.tuples(
    DAYS,
    st.sampled_from([1, 2, 60, 110]),
    st.lists(COUNSELING, max_size=2),
    st.lists(OTHER, max_size=2),
    st.lists(SUPERVISION, min_size=1, max_size=2),
)


def log_of(blocks):
    """Weeks that repeat: so many of them from a day on, each with the same entries."""
    return numbered(
        {"day": begins + timedelta(days=7 * week + entry["weekday"]), **entry}
        for begins, weeks, *parts in blocks
        for week in range(weeks)
        for part in parts
        for entry in part
    )


def facts_of(applicant):
    """The same facts as the program keeps them."""
    person = {name: NOT_YET if value is None else value for name, value in asdict(applicant).items()}
    person["registration_expires_on"] = applicant.registration_expires_on
    settings_ = {
        name: asdict(setting) | {"live_scan_on": setting.live_scan_on or NOT_YET}
        for name, setting in SETTINGS.items()
    }
    return Facts(person, settings_, {name: asdict(supervisor) for name, supervisor in SUPERVISORS.items()})


def same(log, applicant, silent):
    by_hand = Hours(log, applicant, SETTINGS, SUPERVISORS, AS_OF, silent)
    assessment = assess(LMFT, Ledger.from_rows(log), facts_of(applicant), AS_OF, silent)
    assert dict(zip(assessment.ids, assessment.credited_minutes, strict=True)) == by_hand.left
    assert not assessment.undetermined.any()
    assert {result.id: result.have for result in assessment.minimums} == by_hand.have()


@settings(max_examples=100, deadline=None)
@given(st.lists(WEEKS, min_size=1, max_size=3).map(log_of), APPLICANTS, SILENT)
def test_the_pack_says_what_the_statute_says(log, applicant, silent):
    same(log, applicant, silent)


def entry(activity, minutes, weekday=0, **more):
    return ORDINARY | {"activity": activity, "minutes": minutes, "weekday": weekday} | more


DEFAULTS = LMFT.choices({})
AROUND_EVERY_THRESHOLD = log_of(
    (
        max(day + timedelta(days=offset), date(2021, 1, 1)), 1,
        [entry("counseling", 60), entry("counseling", 60, setting="corporation", practicum=False)],
        [entry("notes", 30, supervisor="young"), entry("notes", 30, supervisor="retired"), entry("reports", 30, setting="practice")],
        [entry("supervision_individual", 90), entry("supervision_individual", 60, setting="corporation"),
         entry("supervision_group", 120, setting="practice", head_count=8)],
    )
    for day in THRESHOLDS
    for offset in range(-4, 5)
)  # fmt: skip


@pytest.mark.parametrize("stage", STAGES, ids=range(len(STAGES)))
@pytest.mark.parametrize(
    "enrollments", ENROLLMENTS, ids=["always", "a lapse of 89 days", "a lapse of 90 days"]
)
@pytest.mark.parametrize("ordinal", [1, 2])
def test_around_every_day_that_decides_something(stage, enrollments, ordinal):
    known = {"graduate_units_completed_on": date(2021, 2, 10), "practicum_enrollments": enrollments}
    applicant = Applicant(**{**known, **stage}, registration_number_ordinal=ordinal)
    same(AROUND_EVERY_THRESHOLD, applicant, DEFAULTS)


ASSOCIATE = Applicant(date(2021, 1, 1), **EARLY, application_received_on=date(2027, 6, 1))
FULL_WEEK = [
    entry("counseling", 1200, 1, supervisor="LEP"),
    entry("notes", 900, 3),
    entry("supervision_individual", 120, 1),
    entry("supervision_group", 360, 4, head_count=8),
]
MONDAY = [entry("counseling", 1200), entry("supervision_individual", 120)]
CAREERS = {
    "more of everything than counts": [(date(2022, 1, 17), 150, FULL_WEEK)],
    "seven days, not six": [(date(2022, 1, 17), 1, [*MONDAY, entry("notes", 1200, 6)])],
    "eight days": [(date(2022, 1, 17), 1, MONDAY), (date(2022, 1, 24), 1, MONDAY)],
    "a unit, or a minute less": [
        (date(2022, 1, 17), 1, [entry("notes", 60), entry("supervision_triadic", 60, head_count=2)]),
        (date(2022, 1, 24), 1, [entry("notes", 60), entry("supervision_triadic", 59, head_count=2)]),
        (date(2022, 1, 31), 1, [entry("notes", 60), entry("supervision_individual", 59)]),
    ],
    "groups": [
        (date(2022, 1, 17), 1, [entry("supervision_group", 60), entry("supervision_group", 60, 2)]),
        (date(2022, 1, 24), 1, [entry("supervision_group", 61), entry("supervision_group", 59, 2)]),
        (date(2022, 1, 31), 1, [entry("supervision_group", 119)]),
        (date(2022, 2, 7), 1, [entry("supervision_group", 120, head_count=9)]),
        (date(2022, 2, 14), 1, [entry("supervision_group", 120, head_count=8)]),
    ],
    "a week of workshops": [(date(2022, 1, 17), 1, [entry("workshop", 300)])],
    "a second unit above ten hours": [
        (date(2022, 1, 17), 1, [entry("counseling", 600), entry("supervision_individual", 60)]),
        (date(2022, 1, 24), 1, [entry("counseling", 601), entry("supervision_individual", 60)]),
        (date(2022, 1, 31), 1, [entry("counseling", 601), entry("supervision_individual", 120)]),
    ],
}


@pytest.mark.parametrize(
    "silent", [{}, {"second_unit_shortfall": "cap10"}, {"credit_order": "by_date"}], ids=str
)
@pytest.mark.parametrize("weeks", CAREERS.values(), ids=CAREERS)
def test_weeks_of_an_associate(weeks, silent):
    same(log_of(weeks), ASSOCIATE, LMFT.choices(silent))


TRAINEE = Applicant(date(2021, 1, 1), practicum_enrollments=ENROLLMENTS[0])
TRAINING = {
    "as much as counts": [(date(2023, 6, 5), 110, [entry("counseling", 600), entry("notes", 600, 2), entry("supervision_individual", 120)])],
    "more than supervision covers": [
        (date(2023, 6, 5), 20, [entry("counseling", 601), entry("notes", 60, 2), entry("supervision_individual", 120)]),
        (date(2023, 6, 5), 20, [entry("counseling", 60, setting="school"), entry("supervision_individual", 59, setting="school")]),
    ],
    "long ago": [(date(2021, 1, 4), 60, [entry("counseling", 900), entry("supervision_individual", 180)])],
}  # fmt: skip


@pytest.mark.parametrize(
    "silent", [{}, {"trainee_ratio_shortfall": "strict"}, {"credit_order": "by_date"}], ids=str
)
@pytest.mark.parametrize("weeks", TRAINING.values(), ids=TRAINING)
def test_weeks_of_a_trainee(weeks, silent):
    same(log_of(weeks), TRAINEE, LMFT.choices(silent))


def test_the_pack_asks_what_the_statute_asks():
    assessment = assess(LMFT, Ledger.from_rows([]), Facts(), AS_OF)
    assert {result.id: result.need for result in assessment.minimums} == NEED


def credited(weeks, applicant, silent=DEFAULTS):
    """Minutes by kind of entry, by hand."""
    log = log_of(weeks)
    left = Hours(log, applicant, SETTINGS, SUPERVISORS, AS_OF, silent).left
    found = Counter()
    for each in log:
        found[each["activity"]] += left[each["id"]]
    return found


def test_the_examples_of_the_facts_file_hold_by_hand():
    """L1, L3, L5 and L7 of the research on the statute, so that the reading by hand is itself held to something."""
    week = date(2022, 1, 17)
    l1 = [entry("counseling", 720), entry("counseling", 360, 1, client_unit="couple"), entry("notes", 480, 2),
          entry("supervision_individual", 60), entry("supervision_group", 120)]  # fmt: skip
    assert credited([(week, 1, l1)], ASSOCIATE).total() == 29 * HOUR
    l3 = [
        entry("counseling", 900),
        entry("notes", 300, 1),
        entry("supervision_individual", 180),
        entry("supervision_group", 240),
    ]
    assert credited([(week, 1, l3)], ASSOCIATE).total() == 26 * HOUR
    # L5: a trainee with 620 hours of counseling, 180 of supervision and 560 of other nonclinical practice.
    received = replace(TRAINEE, application_received_on=date(2027, 1, 1))
    l5 = [entry("counseling", 620), entry("supervision_individual", 180), entry("notes", 560)]
    assert credited([(date(2021, 1, 4), 60, l5)], received) == {
        "counseling": 620 * HOUR, "supervision_individual": 130 * HOUR, "notes": 550 * HOUR,
    }  # fmt: skip
    # L7: back-dating from the day on the Live Scan form, if the application came by the 90th day.
    early = Applicant(
        date(2021, 1, 1),
        date(2026, 5, 15),
        (),
        "4980.36",
        date(2026, 8, 13),
        date(2026, 9, 1),
        date(2027, 9, 30),
    )
    hours = [(date(2026, 6, 1), 1, [entry("notes", 300), entry("supervision_individual", 60)]),
             (date(2026, 6, 8), 2, [entry("notes", 300), entry("supervision_individual", 60)])]  # fmt: skip
    scanned = {**SETTINGS, "clinic": Setting("nonprofit", "employee", True, date(2026, 6, 8))}
    for received_on, counted in ((date(2026, 8, 13), 12 * HOUR), (date(2026, 8, 14), 0)):
        applicant = replace(early, registration_applied_on=received_on)
        by_hand = Hours(log_of(hours), applicant, scanned, SUPERVISORS, AS_OF, DEFAULTS)
        assert sum(by_hand.left.values()) == counted
