"""Renewals: cycles from dates, what credit counts for, and what one more course would add. No database."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.licenses.models import Credit, License
from ceu.licenses.progress import (
    CourseOffer,
    LicenseProgress,
    OfferForLicense,
    ce_progress,
    what_would_count,
)
from ceu.licenses.renewal_rows import renewal_of
from ceu.settings import ROOT
from tests.licenses.builders import CE_PACK, CREDIT, DETAILS

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")
TODAY = date(2026, 11, 24)
COURSE = CourseOffer(
    "course/9", "Telehealth", 60, ("law_ethics", "telehealth"), "asynchronous_text", ("NBCC",)
)


def held(**changes: Any) -> License:
    """Carol's license; its cycle runs from 1 September 2025 through 31 August 2027."""
    told = {"id": 1, "person_id": 1, "ce_pack_id": CE_PACK, "status": "active", "supervises": False}
    told |= {
        "facts": {},
        "policies": {},
        "organization_policies": {},
        "completed_topics": ["suicide_risk", "telehealth"],
    }
    return License(**{**told, **DETAILS, **changes})


def earned(number: int = 1, **changes: Any) -> Credit:
    """Six hours on couples, approved by CAMFT, in the cycle."""
    return Credit(**{"id": number, "person_id": 1, **CREDIT, "course_key": f"course/{number}", **changes})


def progress(*credits_: Credit, license_: License | None = None, as_of: date = TODAY) -> LicenseProgress:
    return ce_progress(PACKS, license_ or held(), credits_, as_of)


def have(progress: LicenseProgress) -> dict[str, int]:
    return {result.id: result.have // 60 for result in progress.requirements}


def offer(
    course: CourseOffer = COURSE, *credits_: Credit, license_: License | None = None
) -> OfferForLicense:
    [found] = what_would_count(PACKS, [license_ or held(completed_topics=[])], credits_, course, TODAY)
    return found


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "begins", "number"),
    [
        (date(2019, 5, 1), date(2027, 8, 31), date(2025, 9, 1), 5),
        (date(2025, 10, 7), date(2027, 8, 31), date(2025, 10, 8), 1),
        (date(2025, 8, 31), date(2027, 8, 31), date(2025, 9, 1), 1),
        (date(2020, 1, 1), date(2026, 2, 28), date(2024, 3, 1), 4),
    ],
)
def test_a_cycle_follows_from_the_dates(issued_on: date, expires_on: date, begins: date, number: int) -> None:
    cycle = progress(license_=held(issued_on=issued_on, expires_on=expires_on)).cycle
    assert (cycle.begins, cycle.ends, cycle.number) == (begins, expires_on, number)


def test_general_hours_without_law_and_ethics_are_short() -> None:
    found = progress(earned(minutes=36 * 60))
    assert found.answer == "short"
    assert have(found) == {
        "hours.total": 36, "topic.law_ethics": 0, "topic.suicide_risk": 0, "topic.telehealth": 0,
    }  # fmt: skip


def test_law_and_ethics_counts_in_both() -> None:
    found = progress(earned(minutes=30 * 60), earned(2, minutes=6 * 60, topics=["law_ethics"]))
    assert found.answer == "met"
    assert found.credits[1].toward == (("Continuing education", 360), ("Law and ethics", 360))


def test_supervisor_training_in_law_and_ethics_does_not_count_in_the_six() -> None:
    found = progress(earned(minutes=30 * 60), earned(2, minutes=6 * 60, topics=["law_ethics", "supervision"]))
    assert (have(found)["hours.total"], have(found)["topic.law_ethics"]) == (36, 0)


def test_teaching_is_capped_and_says_so() -> None:
    found = progress(
        earned(kind="teaching", minutes=20 * 60), earned(2, minutes=16 * 60, topics=["law_ethics"])
    )
    assert have(found)["hours.total"] == 34
    [cut] = found.credits[0].findings
    assert (found.credits[0].credited, cut.severity) == (18 * 60, "lost")
    assert "18 hours" in cut.sentence


def test_a_course_before_the_cycle_gives_no_hours_but_a_one_time_topic() -> None:
    early = earned(completed_on=date(2025, 8, 31), minutes=180, topics=["telehealth"])
    found = progress(early, license_=held(completed_topics=["suicide_risk"]))
    assert have(found)["hours.total"] == 0
    assert found.credits[0].toward == (("Telehealth, once", 180),)
    on_time = earned(completed_on=date(2025, 9, 1), minutes=180, topics=["telehealth"])
    assert have(progress(on_time))["hours.total"] == 3


def test_an_unknown_approval_is_neither_counted_nor_refused() -> None:
    [counted] = progress(earned(approval_body=None)).credits
    assert (counted.credited, counted.undetermined, counted.toward) == (0, 360, ())
    assert [found.severity for found in counted.findings] == ["cannot_tell"]


def test_a_course_ordered_as_discipline_gives_nothing() -> None:
    [counted] = progress(earned(kind="discipline")).credits
    assert (counted.credited, [found.severity for found in counted.findings]) == (0, ["lost"])


def test_supervision_is_asked_of_supervisors_only() -> None:
    assert "topic.supervision" in have(progress(license_=held(supervises=True)))
    assert "topic.supervision" not in have(progress())


def test_hiv_is_asked_at_the_first_renewal_only() -> None:
    first = held(issued_on=date(2026, 1, 15))
    assert "topic.hiv_aids" in have(progress(license_=first))
    assert "topic.hiv_aids" not in have(progress())


def test_an_inactive_license_is_asked_nothing() -> None:
    found = progress(license_=held(status="inactive"))
    renewal = renewal_of(found, TODAY, "/")
    assert (found.answer, renewal.badge, renewal.rows, renewal.missing) == ("met", "Inactive", (), ())
    assert renewal.sentence == (
        "No continuing education is asked for this renewal (status: Inactive). The license expires on 31 Aug 2027."
    )


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (date(2027, 6, 1), "short"),
        (date(2027, 6, 2), "mend"),
        (date(2027, 8, 31), "mend"),
        (date(2027, 9, 1), "lost"),
    ],
)
def test_a_short_renewal_warns_as_it_comes_near(as_of: date, state: str) -> None:
    assert renewal_of(progress(as_of=as_of), as_of, "/").state == state


def test_what_is_missing_is_said_in_plain_words() -> None:
    renewal = renewal_of(progress(earned(minutes=30 * 60)), TODAY, "/")
    assert renewal.missing == ("6 more hours of continuing education.", "6 more hours of law and ethics.")
    assert renewal.sentence == "It expires on 31 Aug 2027, in 280 days."


def test_topics_done_before_ask_nothing_more() -> None:
    rows = {row.title: row for row in renewal_of(progress(), TODAY, "/").rows}
    telehealth = rows["Telehealth, once"]
    assert (telehealth.have_text, telehealth.need_text, telehealth.state) == ("Completed before", None, "met")


def test_a_renewal_outside_the_rules_at_hand_cannot_be_told() -> None:
    renewal = renewal_of(progress(license_=held(expires_on=date(2023, 6, 30))), date(2023, 6, 1), "/")
    assert (renewal.state, renewal.rows) == ("cannot_tell", ())
    assert "do not cover" in renewal.sentence


def test_a_missing_pack_leaves_the_dates() -> None:
    found = progress(license_=held(ce_pack_id="us-xx/none"))
    assert (found.pack, found.requirements, found.answer) == (None, (), "cannot_tell")
    assert "no usable rules" in renewal_of(found, TODAY, "/").sentence


def test_a_broken_pack_leaves_the_dates(tmp_path: Path) -> None:
    (tmp_path / "us-ca").mkdir()
    (tmp_path / "us-ca" / "lmft-ce.yaml").write_text("pack: us-ca/lmft-ce\nkind: [\n")
    broken = PackLibrary(tmp_path)
    assert ce_progress(broken, held(), [earned()], TODAY).pack is None
    assert what_would_count(broken, [held()], [], COURSE, TODAY) == []


def test_a_course_says_what_it_would_count_for() -> None:
    found = offer(COURSE, earned(2, minutes=60, topics=["law_ethics"]))
    assert found.headline == "1.0 hour for your California LMFT (LMFT 12345)"
    assert [gain.sentence for gain in found.gains] == [
        "1.0 toward Continuing education (you still need 34.0)",
        "1.0 toward Law and ethics (you still need 4.0)",
        "1.0 toward Telehealth, once (you still need 2.0)",
    ]
    assert found.reasons == ()


def test_a_course_completes_what_it_completes() -> None:
    found = offer(COURSE, earned(2, minutes=330, topics=["law_ethics"]), earned(3, minutes=36 * 60))
    assert [gain.sentence for gain in found.gains][:2] == [
        "Continuing education is complete already",
        "0.5 toward Law and ethics (which completes it)",
    ]


def test_a_course_without_an_accepted_approval_would_not_count() -> None:
    for bodies in ((), ("ACME",)):
        found = offer(CourseOffer("course/9", "Telehealth", 60, (), "asynchronous_text", bodies))
        assert (found.counts, found.gains) == (False, ())
        assert found.headline == "It would not count for your California LMFT (LMFT 12345)"
        assert "not approved by a body the board accepts" in found.reasons[0]


def test_one_accepted_approval_is_enough() -> None:
    course = CourseOffer("course/9", "Telehealth", 60, (), "asynchronous_text", ("ACME", "NBCC"))
    assert offer(course).minutes == 60


def test_a_course_taken_before_says_so() -> None:
    found = offer(COURSE, earned(9))
    assert "already have credit for this course, completed on 1 May 2026" in found.reasons[-1]


def test_a_course_for_an_expired_license_would_not_count() -> None:
    found = offer(license_=held(expires_on=date(2026, 11, 23)))
    assert (found.counts, "outside the renewal cycle" in found.reasons[0]) == (False, True)


def test_an_inactive_license_needs_no_course() -> None:
    found = offer(license_=held(status="inactive", completed_topics=[]))
    assert found.reasons[-1] == "No continuing education is asked of this license now."
