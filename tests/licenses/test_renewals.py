"""Renewals under rules that ask everything: facts, statuses, cycles by birth month, readings, and measures of any kind."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.errors import NotFound
from ceu.licenses.facts import SUPPLIED, license_facts, license_questions
from ceu.licenses.forms import LicenseForm
from ceu.licenses.models import Credit, License
from ceu.licenses.progress import CourseOffer, LicenseProgress, ce_progress, what_would_count
from ceu.licenses.renewal_rows import Renewal, RenewalRow, renewal_of
from ceu.rules.cycle import Held, RenewalCycle, current_cycle
from ceu.rules.pack import Pack
from ceu.settings import ROOT
from tests.licenses.builders import CREDIT, DETAILS, HARBOR_PACK, make_shelf

ALL = PackLibrary(ROOT / "ceu" / "rulepacks").all()
TODAY = date(2026, 11, 24)


@pytest.fixture
def shelf(tmp_path: Path) -> PackLibrary:
    return make_shelf(tmp_path)


def held(**changes: Any) -> License:
    """Issued in May 2019; born in March, so that cycles end on 31 March of odd years."""
    told = {"id": 1, "person_id": 1, "ce_pack_id": HARBOR_PACK, "status": "active", "supervises": False}
    told |= {
        "birth_month": 3,
        "facts": {},
        "policies": {},
        "organization_policies": {},
        "completed_topics": [],
    }
    return License(**{**told, **DETAILS, "expires_on": date(2027, 3, 31), **changes})


def earned(number: int = 1, **changes: Any) -> Credit:
    return Credit(**{"id": number, "person_id": 1, **CREDIT, "course_key": f"course/{number}", **changes})


def renewal(shelf: PackLibrary, *credits_: Credit, cycle: int | None = None, **changes: Any) -> Renewal:
    return renewal_of(ce_progress(shelf, held(**changes), credits_, TODAY, cycle), TODAY, "/licenses/1")


def rows(found: Renewal) -> dict[str, RenewalRow]:
    """The rows by title, those inside others too."""

    def below(each: tuple[RenewalRow, ...]) -> dict[str, RenewalRow]:
        return {title: row for one in each for title, row in ({one.title: one} | below(one.children)).items()}

    return below(found.rows)


# ---- cycles --------------------------------------------------------------------------------------------------------


def test_cycles_follow_the_law_and_the_month_of_birth(shelf: PackLibrary) -> None:
    found = renewal(shelf)
    assert found.progress.cycle == RenewalCycle(date(2025, 4, 1), date(2027, 3, 31), number=4, months=24)
    assert [one.number for one in found.progress.cycles] == [1, 2, 3, 4]
    assert found.sentence == "It expires on 31 Mar 2027, in 127 days."
    assert found.law is not None
    assert found.law.sentence == (
        "A renewal cycle lasts 24 months and ends on the last day of your month of birth, in odd years."
    )
    assert (found.law.citation, found.law.source_url) == ("HC 1", "https://example.org/code")
    assert found.law.remarks == ("The month of birth decides.",)


def test_an_expiration_date_that_disagrees_is_said(shelf: PackLibrary) -> None:
    found = renewal(shelf, expires_on=date(2026, 12, 31))
    assert found.progress.cycle.ends == date(2027, 3, 31)
    assert found.sentence == (
        "Its continuing education is due on 31 Mar 2027, in 127 days. The license expires on 31 Dec 2026."
    )
    assert found.law is not None
    assert "expires on 31 Dec 2026" in found.law.remarks[-1]


def test_without_a_month_of_birth_the_expiration_stands_for_it(shelf: PackLibrary) -> None:
    found = renewal(shelf, birth_month=None, expires_on=date(2027, 8, 31))
    assert found.progress.cycle.ends == date(2027, 8, 31)
    assert found.law is not None
    assert "month of birth is not entered" in found.law.remarks[-1]


@pytest.mark.parametrize(
    ("cycle", "text"),
    [
        ("ends: day\n  day: 03-31\n  years: even", "ends on 31 March, in even years."),
        ("ends: anniversary", "ends on the day before the anniversary of issue."),
        ("ends: expiration", "ends when the license expires."),
        ("ends: day\n  day: 12-31\n  years: parity_of_issue", "ends on 31 December, in odd years as that of issue."),
    ],
)  # fmt: skip
def test_how_cycles_end_is_said(tmp_path: Path, cycle: str, text: str) -> None:
    shelf = make_shelf(tmp_path, lambda pack: pack.replace("ends: birth_month\n  years: odd", cycle))
    found = renewal(shelf)
    assert found.law is not None
    assert found.law.sentence.endswith(text)


def test_rules_without_a_cycle_tell_nothing_that_rests_on_it(tmp_path: Path) -> None:
    def without_cycle(pack: str) -> str:
        return pack[: pack.index("cycle:\n")] + pack[pack.index("versions:") :]

    found = renewal(make_shelf(tmp_path, without_cycle), earned())
    assert found.law is None
    assert found.progress.cycle == RenewalCycle(date(2019, 5, 2), date(2027, 3, 31), number=1, months=95)
    assert rows(found)["Hours in all"].state == "cannot_tell"


def test_an_earlier_cycle_counts_what_was_earned_then(shelf: PackLibrary) -> None:
    then = earned(completed_on=date(2024, 5, 1), minutes=500)
    now = renewal(shelf, then)
    past = renewal(shelf, then, cycle=3)
    assert (rows(now)["Hours in all"].have_text, rows(past)["Hours in all"].have_text) == ("0.0", "10.0")
    assert (past.progress.is_past, now.progress.is_past) == (True, False)
    assert past.badge == "Credit was missing"
    assert past.sentence == "This renewal cycle ended on 31 Mar 2025. It is read with what is entered today."
    assert not renewal(shelf, cycle=4).progress.is_past


def test_an_earlier_cycle_of_which_nothing_was_asked_or_known_says_so(shelf: PackLibrary) -> None:
    exempt = renewal(shelf, cycle=3, status="inactive")
    assert (exempt.badge, exempt.rows) == ("Nothing asked", ())
    assert exempt.sentence.endswith("No continuing education was asked for it.")
    older = renewal(shelf, cycle=1, issued_on=date(2015, 5, 1))
    assert (older.badge, older.state) == ("Cannot tell", "cannot_tell")
    assert older.sentence.endswith("The rules at hand do not cover it, so nothing can be told about it.")


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_cycle_that_has_not_come_is_not_there(shelf: PackLibrary, number: int) -> None:
    with pytest.raises(NotFound):
        renewal(shelf, cycle=number)


# ---- facts and statuses --------------------------------------------------------------------------------------------


def test_what_follows_from_the_license_is_not_asked(shelf: PackLibrary) -> None:
    asked = license_questions(shelf.get(HARBOR_PACK))
    assert list(asked) == [
        "provides_telehealth", "hours_carried_over", "exam_passed_on", "stage", "languages", "leaves",
    ]  # fmt: skip


def test_the_rules_are_told_everything_that_follows_from_the_license() -> None:
    cycle = RenewalCycle(date(2025, 4, 1), date(2027, 3, 31), number=4, months=24)
    told = license_facts(held(facts={"exam_passed_on": "2020-02-01"}, supervises=True), cycle)
    assert set(told) == SUPPLIED | {"exam_passed_on"}
    assert told["exam_passed_on"] == date(2020, 2, 1)
    assert (told["cycle_number"], told["cycle_end_year"], told["months_in_cycle"]) == (4, 2027, 24)
    assert (told["first_renewal"], told["license_status"], told["supervises"]) == (False, "active", True)


def test_an_answer_reaches_the_rules(shelf: PackLibrary) -> None:
    assert rows(renewal(shelf))["Telehealth"].state == "cannot_tell"
    assert rows(renewal(shelf, facts={"provides_telehealth": True}))["Telehealth"].state == "short"
    assert "Telehealth" not in rows(renewal(shelf, facts={"provides_telehealth": False}))


def test_answers_are_shown_as_people_say_them(shelf: PackLibrary) -> None:
    told = {
        "provides_telehealth": True,
        "hours_carried_over": 1200,
        "exam_passed_on": "not_yet",
        "stage": "senior",
        "languages": ["en", "es"],
        "leaves": [["2025-05-01", "2025-06-01"], ["2026-05-01", None]],
    }
    assert renewal(shelf, facts=told, status="reduced").facts == (
        ("Status", "Reduced practice"),
        ("Whether you provide telehealth", "Yes"),
        ("Hours carried over", "1,200"),
        ("The day of the jurisprudence exam", "Not yet"),
        ("Your stage", "Senior"),
        ("Your languages", "English; Spanish"),
        ("Your leaves", "1 May 2025 to 1 Jun 2025; from 1 May 2026"),
    )
    assert renewal(shelf).facts[1] == ("Whether you provide telehealth", "Not entered")


def test_a_status_of_which_nothing_is_asked_is_exempt(shelf: PackLibrary) -> None:
    reduced, inactive = renewal(shelf, status="reduced"), renewal(shelf, status="inactive")
    assert (reduced.badge, reduced.progress.is_exempt) == ("Credit missing", False)
    assert (inactive.badge, inactive.rows, inactive.missing) == ("Inactive", (), ())
    assert "(status: Inactive)" in inactive.sentence


@pytest.mark.parametrize("pack", [pack for pack in ALL if pack.kind == "ce"], ids=lambda pack: pack.id)
def test_no_question_hides_a_field_of_every_license(pack: Pack) -> None:
    """A question becomes a field by the fact's name, so no fact may be called like a field of the form or a column."""
    assert not set(license_questions(pack)) & {*dir(LicenseForm), *dir(License)}


@pytest.mark.parametrize("pack", [pack for pack in ALL if pack.cycle], ids=lambda pack: pack.id)
def test_the_cycles_of_every_pack_can_be_laid(pack: Pack) -> None:
    assert pack.cycle is not None
    assert pack.cycle.length.unit in ("days", "weeks", "months", "years")
    for month in (None, 2):
        cycle = current_cycle(pack.cycle, Held(date(2019, 5, 1), date(2027, 8, 31), month), TODAY)
        assert cycle.begins <= cycle.ends


# ---- measures ------------------------------------------------------------------------------------------------------


def test_every_measure_has_its_own_words(shelf: PackLibrary) -> None:
    credits_ = [earned(number, minutes=50, topics=["ethics"]) for number in (1, 2)]
    found = rows(renewal(shelf, *credits_))
    said = {title: (row.have_text, row.need_text, row.state) for title, row in found.items()}
    assert said["Hours in all"] == ("2.0", "10 h", "short")
    assert said["Jurisprudence exam"] == ("Not confirmed", None, "cannot_tell")
    assert said["Breadth"] == ("0", "1", "short")
    assert said["Or: Three different courses"] == ("2", "3 courses", "short")
    assert said["Or: Ethics"] == ("2.0", "3 h", "short")
    assert [row.title for row in found["Breadth"].children] == ["Or: Three different courses", "Or: Ethics"]


def test_a_confirmation_is_confirmed(shelf: PackLibrary) -> None:
    row = rows(renewal(shelf, facts={"exam_passed_on": "2020-02-01"}))["Jurisprudence exam"]
    assert (row.have_text, row.need, row.state) == ("Confirmed", None, "met")


def test_options_are_not_missing_one_by_one(shelf: PackLibrary) -> None:
    found = renewal(shelf, facts={"exam_passed_on": "2020-02-01", "provides_telehealth": False})
    assert found.missing == (
        "10 more hours of credit.",
        "One more of these: Three different courses; Ethics.",
    )


def test_what_a_conversion_adds_is_credited(shelf: PackLibrary) -> None:
    [counted] = renewal(shelf, earned(minutes=100)).progress.credits
    assert (counted.credited, counted.toward[0]) == (120, ("Hours in all", 120))


def test_only_hours_are_gained_by_hours(shelf: PackLibrary) -> None:
    course = CourseOffer("course/9", "Ethics", 60, ("ethics",), "in_person", ())
    [offer] = what_would_count(shelf, [held()], [], course, TODAY)
    assert [gain.title for gain in offer.gains] == ["Hours in all", "Ethics"]


# ---- readings ------------------------------------------------------------------------------------------------------


def presented(shelf: PackLibrary, **changes: Any) -> LicenseProgress:
    return renewal(shelf, earned(kind="presentation", minutes=60), **changes).progress


def test_the_reading_taken_decides(shelf: PackLibrary) -> None:
    assert presented(shelf).credits[0].credited == 0
    chosen = presented(shelf, policies={"presentations": "again"})
    assert (chosen.credits[0].credited, chosen.credits[0].toward[0]) == (60, ("Hours in all", 60))
    assert chosen.assessment is not None
    [policy] = chosen.assessment.policies
    assert (policy.reading, policy.is_default) == ("It counts each time.", False)


@pytest.mark.parametrize("stale", [{"presentations": "never"}, {"gone": "again"}])
def test_a_reading_no_longer_on_offer_falls_back_to_the_default(
    shelf: PackLibrary, stale: dict[str, str]
) -> None:
    assert presented(shelf, policies=stale).credits[0].credited == 0


# ---- hours credited without a course -------------------------------------------------------------------------------

TEXAS = "us-tx/lpc-ce"
"""24 hours, 6 of them ethics; at most 10 hours of the renewal before, and an hour of ethics for the examination."""


def texan(*minutes: int, **facts: Any) -> Renewal:
    library = PackLibrary(ROOT / "ceu" / "rulepacks")
    told = {
        "hours_carried_over": 0,
        "jurisprudence_exam_passed": False,
        "provides_direct_care": False,
    } | facts
    told = {key: value for key, value in told.items() if value is not None}
    license_ = held(ce_pack_id=TEXAS, facts=told)
    credits_ = [
        earned(number, minutes=each, completed_on=date(2026, 3, 2), topics=[])
        for number, each in enumerate(minutes, 1)
    ]
    return renewal_of(ce_progress(library, license_, credits_, TODAY), TODAY, "/licenses/1")


def said(found: Renewal) -> dict[str, str]:
    return {each.title: each.sentence for each in found.granted}


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (
            None,
            "None: the hours left over from the renewal before stand at 0. If there were any, enter them with “Change or renew”.",
        ),
        (
            0,
            "None: the hours left over from the renewal before stand at 0. If there were any, enter them with “Change or renew”.",
        ),
        (8, "8.0 hours count toward “Continuing education”."),
        (10, "10.0 hours count toward “Continuing education”."),
        (15, "10.0 of the 15 hours you entered count toward “Continuing education”: no more than that may."),
    ],
)
def test_carried_hours_are_shown_limited_and_explained(hours: int | None, sentence: str) -> None:
    found = texan(60, hours_carried_over=hours)
    assert said(found)["Hours left over from the renewal before"] == sentence
    assert rows(found)["Continuing education"].have == 60 + min(hours or 0, 10) * 60
    assert next(each for each in found.granted).citation == "22 TAC 681.140(a)(2)"


def test_hours_that_are_not_given_are_not_shown() -> None:
    assert list(said(texan())) == ["Hours left over from the renewal before"]
    given = said(texan(jurisprudence_exam_passed=True))
    assert given["An hour of ethics for the jurisprudence examination"] == (
        "1.0 hour counts toward “Continuing education” and “Ethics”."
    )


@pytest.mark.parametrize(
    ("minutes", "carried", "sentence"),
    [
        ([24 * 60], 0, ""),
        ([24 * 60 + 59], 0, ""),
        ([25 * 60], 0, "1 whole hour that this renewal does not need may go on to the next. Enter 1 there, once the license is renewed."),
        ([40 * 60], 0, "10 of the 16 whole hours that this renewal does not need may go on to the next. Enter 10 there, once the license is renewed."),
        ([16 * 60], 10, "2 whole hours that this renewal does not need may go on to the next. Enter 2 there, once the license is renewed."),
    ],
)  # fmt: skip
def test_what_goes_on_to_the_next_renewal(minutes: list[int], carried: int, sentence: str) -> None:
    assert texan(*minutes, hours_carried_over=carried).surplus == sentence


def test_nothing_goes_on_where_the_rules_carry_nothing_over(shelf: PackLibrary) -> None:
    assert renewal(shelf, earned(minutes=99 * 60)).surplus == ""
