"""What callers rely on: storage, several people at once, hypothetical entries, policies, refusals."""

import json
from datetime import date, timedelta

import numpy as np
import pytest

from ceu.rules.assessment import Assessment
from ceu.rules.engine import assess, choose_version, measure_people, what_would_count
from ceu.rules.facts import NOT_YET, Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Every, Instead, Quantity
from tests.rules.test_against_reference import GOOD_FACTS, LMFT, LMFT_CE

AS_OF = date(2026, 6, 4)


def entry(number, activity, minutes, **more):
    return {
        "id": number, "day": date(2026, 6, 1), "minutes": minutes, "activity": activity, "setting": "clinic",
        "supervisor": "lmft", "delivery": "video", **more,
    }  # fmt: skip


FULL_WEEK = [
    entry(1, "counseling", 600, client_unit="couple"),
    entry(2, "counseling", 480, client_unit="individual"),
    entry(3, "notes", 480),
    entry(4, "supervision_individual", 60),
]


def test_a_week_short_of_a_unit_says_what_would_mend_it():
    assessment = assess(LMFT, Ledger.from_rows(FULL_WEEK), GOOD_FACTS, AS_OF)
    (week,) = assessment.weeks
    assert (week.start, week.setting) == (date(2026, 6, 1), "clinic")
    assert (week.logged, week.credited, week.supervision_have, week.supervision_need) == (1620, 0, 60, 120)
    (finding,) = week.findings
    assert finding.severity == "mend"
    assert finding.entries == (1, 2, 3, 4)
    fix = "One more hour of individual supervision at clinic in the week of 1 June would make 27 hours count."
    assert finding.fix == fix
    assert assessment.requirement("hours.total").smallest_fix == fix
    assert assessment.requirement("hours.direct").smallest_fix == "1,750 more hours of direct counseling."
    assert assessment.good_until == date(2026, 6, 8)


def test_the_fix_does_what_it_says():
    mended = [*FULL_WEEK, entry(5, "supervision_individual", 60)]
    assessment = assess(LMFT, Ledger.from_rows(mended), GOOD_FACTS, AS_OF)
    assert assessment.credited.tolist() == [600, 480, 480, 60, 60]
    assert assessment.weeks[0].qualifies == ("weeks.supervised", "weeks.individual_or_triadic")
    assert assessment.weeks[0].findings == ()


@pytest.mark.parametrize("day", [date(2026, 6, 4), date(2026, 6, 7), date(2026, 6, 8)])
def test_good_until_is_the_first_day_that_reads_differently(day):
    ledger = Ledger.from_rows([*FULL_WEEK, entry(9, "notes", 60, day=date(2026, 6, 10))])
    assessment = assess(LMFT, ledger, GOOD_FACTS, day)
    until = assessment.good_until
    same = assess(LMFT, ledger, GOOD_FACTS, until - timedelta(days=1))
    other = assess(LMFT, ledger, GOOD_FACTS, until)
    assert (same.requirements, same.weeks) == (assessment.requirements, assessment.weeks)
    assert other.weeks != assessment.weeks


def test_a_date_that_lies_ahead_ends_the_reading():
    ahead = Facts({**GOOD_FACTS.person, "registered_on": date(2026, 6, 20)}, GOOD_FACTS.settings | {
        "clinic": {**GOOD_FACTS.settings["clinic"], "live_scan_required": True, "live_scan_on": date(2026, 1, 1)}
    }, GOOD_FACTS.supervisors)  # fmt: skip
    ledger = Ledger.from_rows([entry(1, "supervision_individual", 60)])
    before = assess(LMFT, ledger, ahead, AS_OF)
    assert before.good_until == date(2026, 6, 20)
    assert before.credited.tolist() == [0]
    assert assess(LMFT, ledger, ahead, before.good_until).credited.tolist() == [60]


def test_an_hour_leaves_the_look_back_after_six_years():
    ledger = Ledger.from_rows(
        [entry(1, "supervision_individual", 60), entry(2, "workshop", 60, day=date(2026, 5, 20))]
    )
    supervisors = {"lmft": {**GOOD_FACTS.supervisors["lmft"]}}
    facts = Facts(GOOD_FACTS.person, GOOD_FACTS.settings, supervisors)
    before = assess(LMFT, ledger, facts, date(2026, 6, 20))
    assert before.good_until == date(2032, 5, 21)
    on_the_last_day, after = (
        assess(LMFT, ledger, facts, day) for day in (date(2032, 5, 20), date(2032, 5, 21))
    )
    assert on_the_last_day.credited.tolist() == [60, 60]
    assert after.credited.tolist() == [60, 0]
    assert after.good_until == date(2032, 6, 2)


def test_it_is_stored_and_read_back():
    rows = [*FULL_WEEK, entry("a", "notes", 30, supervisor=None)]
    assessment = assess(LMFT, Ledger.from_rows(rows), GOOD_FACTS, AS_OF)
    stored = json.dumps(assessment.as_json())
    assert Assessment.from_json(json.loads(stored)) == assessment


def test_many_people_at_once_are_the_same_as_one_by_one():
    people = {
        "ana": ([*FULL_WEEK], GOOD_FACTS),
        "ben": ([entry(5, "counseling", 300), entry(6, "supervision_group", 120, head_count=8)], GOOD_FACTS),
        "cy": ([entry(7, "supervision_individual", 60)], Facts(person={"degree_awarded_on": NOT_YET})),
    }
    rows = [{**row, "person": name} for name, (log, _) in people.items() for row in log]
    facts = [each for _, each in people.values()]
    merged = measure_people(LMFT, LMFT.versions[-1], Ledger.from_rows(rows), facts, AS_OF)
    for place, (log, its_facts) in enumerate(people.values()):
        facts_alone = Facts(its_facts.person, GOOD_FACTS.settings, GOOD_FACTS.supervisors)
        alone = assess(LMFT, Ledger.from_rows(log), facts_alone, AS_OF)
        for result in alone.minimums:
            assert merged.without.levels[result.id].have[place] == result.have
            assert merged.with_.levels[result.id].have[place] == result.have_at_most


def test_a_ledger_of_many_is_not_one_persons():
    ledger = Ledger.from_rows([{**FULL_WEEK[0], "person": name} for name in ("ana", "ben")])
    with pytest.raises(ValueError, match="several people"):
        assess(LMFT, ledger, GOOD_FACTS, AS_OF)


def test_what_would_count_asks_as_of_the_entrys_day():
    ledger = Ledger.from_rows([entry(1, "supervision_individual", 60, day=date(2026, 6, 8))])
    row = entry("planned", "counseling", 120, client_unit="child", day=date(2026, 6, 9))
    assert what_would_count(LMFT, ledger, row, GOOD_FACTS, AS_OF) == {
        "hours.total": 120, "hours.direct": 120, "hours.relational": 120, "hours.postdegree": 120,
    }  # fmt: skip


def test_what_a_course_would_count():
    facts = Facts(person={"cycle_begins": date(2025, 3, 1), "cycle_ends": date(2027, 2, 28), "supervises": False,
                          "first_renewal": False, "already_completed": ()})  # fmt: skip
    course = {"id": "c", "day": date(2026, 7, 1), "minutes": 360, "activity": "course", "approval": "CAMFT"}
    nothing = Ledger.from_rows([])
    ethics = what_would_count(LMFT_CE, nothing, {**course, "topic": ("law_ethics",)}, facts, AS_OF)
    assert ethics == {"hours.total": 360, "topic.law_ethics": 360}
    unapproved = what_would_count(LMFT_CE, nothing, {**course, "topic": (), "approval": "none"}, facts, AS_OF)
    assert unapproved == {}


def test_policies_in_use_are_told():
    assessment = assess(
        LMFT, Ledger.from_rows(FULL_WEEK), GOOD_FACTS, AS_OF, {"second_unit_shortfall": "cap10"}
    )
    chosen = {policy.id: policy for policy in assessment.policies}
    assert chosen["second_unit_shortfall"].option == "cap10"
    assert not chosen["second_unit_shortfall"].is_default
    assert chosen["week_start"].is_default
    assert assessment.requirement("hours.relational").have == 600


@pytest.mark.parametrize(
    ("policies", "sentence"),
    [({"second_unit": "cap10"}, "no policy"), ({"second_unit_shortfall": "generous"}, "no option")],
)
def test_a_policy_that_does_not_exist_is_refused(policies, sentence):
    with pytest.raises(ValueError, match=sentence):
        assess(LMFT, Ledger.from_rows([]), GOOD_FACTS, AS_OF, policies)


def test_without_a_version_nothing_is_told():
    assessment = assess(LMFT, Ledger.from_rows(FULL_WEEK), GOOD_FACTS, date(2025, 12, 31))
    assert assessment.version_id is None
    assert assessment.undetermined.tolist() == list(assessment.logged)
    assert assessment.entries[1].reasons[0].rule == "version"
    assert assessment.good_until == date(2026, 1, 1)
    assert assessment.answer == "cannot_tell"


def test_the_governing_date_chooses_the_version():
    received = Facts(person={"application_received_on": date(2025, 12, 31)})
    assert choose_version(LMFT, received, AS_OF) is None
    waiting = Facts(person={"application_received_on": NOT_YET})
    assert choose_version(LMFT, waiting, AS_OF) is LMFT.versions[-1]


def test_a_setting_not_given_cannot_be_told():
    rows = [entry(1, "notes", 60, setting=None), entry(2, "supervision_individual", 60)]
    assessment = assess(LMFT, Ledger.from_rows(rows), GOOD_FACTS, AS_OF)
    assert assessment.undetermined.tolist() == [60, 0]
    assert "the employment status in the setting" in assessment.entries[1].reasons[0].sentence


def test_an_unknown_requirement_is_never_met():
    version = LMFT.versions[-1]
    rule = version.requirements[0].model_copy(
        update={"status": "unknown", "at_least": None, "remark": "Nobody knows."}
    )
    pack = LMFT.model_copy(update={"versions": (version.model_copy(update={"requirements": (rule,)}),)})
    result = assess(pack, Ledger.from_rows(FULL_WEEK), GOOD_FACTS, AS_OF).requirement("hours.total")
    assert (result.answer, result.need, result.reasons) == ("cannot_tell", None, ("Nobody knows.",))


def test_an_unknown_limit_leaves_its_hours_open():
    version = LMFT.versions[-1]
    limits = tuple(
        rule.model_copy(update={"status": "unknown", "at_most": None})
        if rule.id == "hours.nonclinical"
        else rule
        for rule in version.limits
    )
    pack = LMFT.model_copy(update={"versions": (version.model_copy(update={"limits": limits}),)})
    rows = [*FULL_WEEK, entry(5, "supervision_individual", 60)]
    assessment = assess(pack, Ledger.from_rows(rows), GOOD_FACTS, AS_OF)
    assert assessment.credited.tolist() == [600, 480, 0, 0, 0]
    assert assessment.undetermined.tolist() == [0, 0, 480, 60, 60]
    assert assessment.requirement("hours.nonclinical").answer == "cannot_tell"


def test_the_whole_is_met_when_every_requirement_is():
    met = [
        result.id
        for result in assess(LMFT, Ledger.from_rows([]), Facts(), AS_OF).minimums
        if result.answer == "met"
    ]
    assert met == []
    exempt = Facts(person={"license_status": "inactive"})
    assert assess(LMFT_CE, Ledger.from_rows([]), exempt, AS_OF).answer == "met"


def test_a_trainee_can_still_mend_the_ratio():
    facts = Facts(
        {**GOOD_FACTS.person, "degree_awarded_on": NOT_YET, "registered_on": NOT_YET, "registration_applied_on": NOT_YET, "registration_expires_on": None,
         "practicum_enrollments": ((date(2025, 1, 1), None),)},
        GOOD_FACTS.settings, GOOD_FACTS.supervisors,
    )  # fmt: skip
    rows = [entry(1, "counseling", 420), entry(2, "supervision_individual", 60)]
    (finding,) = assess(LMFT, Ledger.from_rows(rows), facts, AS_OF).findings
    assert (finding.severity, finding.entries) == ("mend", (1,))
    assert finding.fix == "0:24 more hours of individual supervision at clinic would cover the rest."


def test_a_long_log_is_read_in_columns():
    days = [date(2026, 6, 1) - timedelta(days=offset % 900) for offset in range(5000)]
    columns = {
        "id": range(5000), "day": days, "minutes": [50] * 5000, "activity": ["counseling"] * 5000,
        "setting": ["clinic"] * 5000, "supervisor": ["lmft"] * 5000,
    }  # fmt: skip
    ledger = Ledger.from_columns(columns)
    assessment = assess(LMFT, ledger, GOOD_FACTS, AS_OF)
    assert len(assessment.entries) == 5000
    same = Ledger.from_columns({**columns, "day": np.array([day.toordinal() for day in days])})
    assert np.array_equal(same.day, ledger.day)


def test_a_proportion_of_nothing_asks_nothing_yet():
    version = LMFT.versions[-1]
    total = version.requirements[0]
    every = Every.model_validate({"amount": "40 hours", "of": "experience"})
    asked = Quantity(amount=120, unit="minutes")
    ratio = total.model_copy(update={"id": "ratio", "at_least": asked, "for_every": every})
    pack = LMFT.model_copy(update={"versions": (version.model_copy(update={"requirements": (ratio,)}),)})
    empty = assess(pack, Ledger.from_rows([]), GOOD_FACTS, AS_OF).requirement("ratio")
    assert (empty.answer, empty.sentence) == (
        "met",
        "Nothing is asked yet: it grows with the hours that count.",
    )


def test_a_limit_says_what_it_is_for_this_person():
    version = LMFT.versions[-1]
    limits = tuple(
        rule.model_copy(
            update={
                "instead": (
                    Instead.model_validate(
                        {"when": {"person.curriculum": "4980.37"}, "amount": "3 hours", "citation": "§ 1"}
                    ),
                )
            }
        )
        if rule.id == "hours.nonclinical"
        else rule
        for rule in version.limits
    )
    pack = LMFT.model_copy(update={"versions": (version.model_copy(update={"limits": limits}),)})
    facts = Facts({**GOOD_FACTS.person, "curriculum": "4980.37"}, GOOD_FACTS.settings, GOOD_FACTS.supervisors)
    result = assess(pack, Ledger.from_rows([]), facts, AS_OF).requirement("hours.nonclinical")
    assert result.need == 180
    assert "the limit is 3 hours" in result.sentence
