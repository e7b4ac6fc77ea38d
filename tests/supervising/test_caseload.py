"""A supervisor's caseload: what is urgent about each supervisee, and how many there may be."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.errors import DomainError
from ceu.experience.assessing import reassess
from ceu.experience.models import Supervision, WorkSetting
from ceu.experience.services import submit_week
from ceu.settings import ROOT
from ceu.supervising.caseload_counts import Count, Elsewhere, Supervisee, counts
from ceu.supervising.caseload_risks import Risk, at_risk, look_back, waiting_risks, week_risks, window_risks
from ceu.supervising.caseload_services import caseload_of, note_elsewhere, risks_of
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, make_setting, make_supervision, sheet_of
from tests.experience.goals import TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW, make_person

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")


def supervisee(number: int, pack: str = "us-ca/lmft", **facts: Any) -> Supervisee:
    """Somebody with individual supervision in a nonexempt setting."""
    told: dict[str, Any] = {
        "trainee_id": number,
        "name": f"Person {number}",
        "supervision_id": number,
        "setting": "Bayview Clinic",
        "packs": (PACKS.get(pack),),
        "kinds": ("supervision_individual",),
        "person": {},
        "setting_facts": {},
        "supervisor_facts": {"setting_nonexempt": True},
        **facts,
    }
    return Supervisee(**told)


def count(people: list[Supervisee], elsewhere: int | None = 0) -> Count:
    told = {} if elsewhere is None else {"US-CA": Elsewhere(elsewhere, TODAY)}
    (found,) = counts(people, told, TODAY)[0]
    return found


# ---- the maximum -------------------------------------------------------------------------------------------------


def test_six_are_within_the_california_maximum_and_seven_are_not() -> None:
    six = [supervisee(number) for number in range(6)]
    assert (count(six).have, count(six).answer, count(six).citation) == (6, "met", "BPC 4980.43.4(c)")
    assert count([*six, supervisee(6)]).answer == "lost"
    assert count(six, elsewhere=1).answer == "lost"


def test_it_is_counted_over_all_licenses_of_california() -> None:
    people = [
        supervisee(number, pack) for number, pack in enumerate(("us-ca/lmft", "us-ca/lcsw", "us-ca/lpcc"))
    ]
    assert count(people).have == 3


@pytest.mark.parametrize(
    ("facts", "certain", "perhaps"),
    [
        ({"kinds": ("supervision_group",)}, 0, 0),
        ({"kinds": ("supervision_group", "supervision_triadic")}, 1, 0),
        ({"kinds": ()}, 0, 1),
        ({"supervisor_facts": {}}, 0, 1),
        ({"supervisor_facts": {"setting_nonexempt": False}}, 0, 0),
    ],
)
def test_who_counts_and_what_is_not_known(facts: dict[str, Any], certain: int, perhaps: int) -> None:
    found = count([supervisee(1, **facts)])
    assert (len(found.certain), len(found.perhaps)) == (certain, perhaps)


def test_somebody_in_two_settings_counts_once() -> None:
    found = count([supervisee(1, supervisor_facts={}), supervisee(1, supervision_id=2)])
    assert (found.have, len(found.perhaps)) == (1, 0)


def test_what_is_not_told_elsewhere_is_not_taken_for_none() -> None:
    assert count([supervisee(1)], elsewhere=None).answer == "cannot_tell"


def test_those_who_may_count_leave_it_open() -> None:
    people = [supervisee(number, supervisor_facts={}) for number in range(7)]
    assert count(people).answer == "cannot_tell"


def test_a_license_without_a_maximum_is_named() -> None:
    assert counts([supervisee(1, "us-va/lpc")], {}, TODAY) == ([], ["Virginia LPC"])


def test_a_permit_holder_of_new_york_counts_while_the_permit_runs() -> None:
    def have(expires: date) -> int:
        person = {"ny_lmft_permit_issued_on": date(2025, 1, 1), "ny_lmft_permit_expires_on": expires}
        (found,) = counts([supervisee(1, "us-ny/lmft", person=person)], {}, TODAY)[0]
        return found.have

    assert (have(TODAY), have(TODAY - timedelta(days=1))) == (1, 0)


def test_the_page_counts_and_takes_what_is_elsewhere(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    alice: Person,
    supervision: Supervision,
    dana: Person,
) -> None:
    make_goal(session, outside, alice)
    client.sign_in(dana)
    page = client.get("/supervision/caseload")
    assert "Cannot be told yet" in page.main
    assert "Alice Example, Bayview Clinic" in page.main
    sent = {"maximum": "US-CA", "people": "7", "since": "2026-11-01"}
    assert client.post("/supervision/caseload", data=sent).status_code == 303
    page = client.get("/supervision/caseload")
    assert "7 since 1 Nov 2026" in page.main
    assert "Over the maximum" in page.main
    assert client.post("/supervision/caseload", data={**sent, "people": "-1"}).status_code == 422
    assert client.post("/supervision/caseload", data={**sent, "maximum": "US-XX"}).status_code == 422
    assert client.post("/supervision/caseload", data={**sent, "since": "2027-01-01"}).status_code == 422


def test_the_latest_number_holds(
    session: Session, outside: Outside, alice: Person, supervision: Supervision, dana: Person
) -> None:
    make_goal(session, outside, alice)
    for people, since in ((5, date(2026, 11, 1)), (2, date(2026, 11, 20)), (9, date(2026, 10, 1))):
        note_elsewhere(
            session,
            FROZEN_NOW,
            outside.packs,
            dana.id,
            maximum="US-CA",
            people=people,
            since=since,
            today=TODAY,
        )
    (found,) = caseload_of(session, outside.packs, dana.id, TODAY)[0]
    assert found.elsewhere == Elsewhere(2, date(2026, 11, 20))
    with pytest.raises(DomainError):
        note_elsewhere(
            session,
            FROZEN_NOW,
            outside.packs,
            dana.id,
            maximum="us-va/lpc",
            people=1,
            since=TODAY,
            today=TODAY,
        )


# ---- risks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "severity"), [(6, None), (7, "note"), (14, "mend"), (30, "lost")])
def test_how_long_a_week_may_wait(days: int, severity: str | None) -> None:
    found = list(waiting_risks(2, TODAY - timedelta(days=days), TODAY))
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_week_can_be_mended_until_its_sunday() -> None:
    finding = [{"severity": "mend", "sentence": "An hour of supervision is missing.", "fix": "Meet."}]
    monday = date(2026, 11, 23)
    (now,) = week_risks(finding, monday, monday + timedelta(days=6))
    (late,) = week_risks(finding, monday, monday + timedelta(days=7))
    assert (now.severity, now.due) == ("mend", date(2026, 11, 29))
    assert (late.severity, late.due) == ("lost", None)


def test_the_most_urgent_stands_first() -> None:
    soon, later = (Risk("x", "mend", TODAY + timedelta(days=days), f"{days}") for days in (1, 20))
    gone = Risk("x", "lost", None, "gone")
    one = at_risk(1, "Zoe", "Clinic", [gone, later, soon])
    assert one.risks == (soon, later, gone)
    others = [
        at_risk(2, "Ann", "Clinic", []),
        at_risk(3, "Bea", "Clinic", [gone]),
        one,
        at_risk(4, "Cem", "Clinic", [later]),
    ]
    assert [each.supervision_id for each in sorted(others, key=lambda each: each.key)] == [1, 4, 3, 2]


def test_signed_weeks_about_to_leave_the_six_years() -> None:
    version = PACKS.get("us-ca/lmft").version_on(TODAY)
    assert version is not None
    anchor = look_back(version, {})
    assert anchor is not None
    weeks = [(date(2020, 11, 16), 600), (date(2020, 12, 7), 1200), (date(2021, 6, 7), 1200)]
    (found,) = window_risks(anchor, weeks, TODAY, "look-back")
    assert found.due is not None
    assert "20:00 hours you signed leave" in found.sentence
    assert date(2026, 12, 1) < found.due < date(2026, 12, 15)
    assert look_back(version, {"application_received_on": TODAY}) is None


@pytest.fixture
def at_work(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, supervision: Supervision
) -> Supervision:
    """Alice worked ten hours this week, without supervision so far."""
    make_goal(session, outside, alice, registration_expires_on=TODAY + timedelta(days=30))
    for number in range(2):
        log(session, outside, bayview, day=TODAY - timedelta(days=number), minutes=300)
    return supervision


def test_what_is_urgent_about_a_supervisee(
    session: Session, outside: Outside, at_work: Supervision, bayview: WorkSetting, dana: Person
) -> None:
    log(session, outside, bayview, minutes=60)
    submit_week(session, FROZEN_NOW - timedelta(days=15), sheet_of(session, bayview))
    at_work.license_expires_on = TODAY + timedelta(days=10)
    session.flush()
    (one,) = risks_of(session, outside.packs, dana.id, TODAY)
    kinds = {risk.kind for risk in one.risks}
    assert kinds == {"week", "waiting", "expiry"}
    sentences = " ".join(risk.sentence for risk in one.risks)
    assert "Your license expires on 4 Dec 2026." in sentences
    assert "The registration for the California LMFT expires on 24 Dec 2026." in sentences
    assert "1 week waits for your signature" in sentences
    assert one.risks[0].due == date(2026, 11, 29)


def test_the_settings_of_other_supervisors_stay_with_them(
    session: Session, outside: Outside, alice: Person, at_work: Supervision, bob: Person
) -> None:
    school = make_setting(session, alice, "Northside School")
    make_supervision(session, school, bob, license_expires_on=date(2030, 1, 1))
    reassess(session, outside.packs, alice.id, TODAY)
    (one,) = risks_of(session, outside.packs, bob.id, TODAY)
    assert one.setting == "Northside School"
    assert {risk.kind for risk in one.risks} <= {"document", "expiry"}
    assert "Bayview" not in repr(one)


def test_the_page_assesses_nothing_and_costs_as_many_queries_for_many(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    at_work: Supervision,
    dana: Person,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("A log is assessed.")

    client.sign_in(dana)

    def cost() -> int:
        statements.clear()
        assert client.get("/supervision/supervisees").status_code == 200
        return len(statements)

    for name in ("zoe", "yan"):
        person = make_person(session, name)
        make_goal(session, outside, person)
        make_weeks(
            session,
            setting := make_setting(session, person),
            make_supervision(session, setting, dana, token=name),
            MONDAY,
            3,
        )
        reassess(session, outside.packs, person.id, TODAY)
    monkeypatch.setattr("ceu.experience.assessing.judge", refuse)
    few = cost()
    for number in range(30):
        person = make_person(session, f"person{number}")
        make_goal(session, outside, person)
        make_supervision(session, make_setting(session, person), dana, token=f"{number}")
    assert cost() == few
    assert few <= 16
    page = client.get("/supervision/supervisees")
    assert "33 supervisions" in page.main
    (following,) = [link.get("href") for link in page.tree.iter("a") if link.get("rel") == "next"]
    assert len(client.get(str(following)).texts("h2")) == 8
    assert client.get("/supervision/supervisees?after=999999").status_code == 404
