"""Goals, facts, licenses and credit: what is kept, what is refused, and what happens only once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.rulepacks import PackLibrary
from ceu.db.events import deliver
from ceu.domain.errors import DomainError
from ceu.domain.events import GoalChanged
from ceu.licenses import services
from ceu.licenses.models import Credit, Fact, Goal, License
from ceu.licenses.queries import facts_of, list_goals
from ceu.licenses.services import (
    LicenseDetails,
    add_license,
    change_license,
    choose_goal,
    choose_license_policies,
    choose_policies,
    record_facts,
    remove_credit,
)
from tests.factories import FROZEN_NOW
from tests.licenses.builders import CE_PACK, DETAILS, HARBOR_PACK, make_credit, make_license

TODAY = FROZEN_NOW.date()


@pytest.fixture
def changed(session: Session) -> Callable[[], list[int]]:
    """Whose goals have changed since it was last called."""

    def take() -> list[int]:
        heard: list[int] = []
        deliver(
            session,
            {GoalChanged: [lambda s, event, now, outside: heard.append(event.person_id)]},
            FROZEN_NOW,
            None,
        )
        return heard

    return take


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_goal_is_chosen(
    session: Session, packs: PackLibrary, alice: Person, changed: Callable[[], list[int]]
) -> None:
    goal = choose_goal(session, FROZEN_NOW, alice.id, packs.get("us-ca/lmft"))
    assert (goal.pack_id, goal.policies) == ("us-ca/lmft", {})
    assert changed() == [alice.id]


def test_choosing_a_goal_again_is_the_same_goal(session: Session, packs: PackLibrary, alice: Person) -> None:
    pack = packs.get("us-ca/lmft")
    assert choose_goal(session, FROZEN_NOW, alice.id, pack) is choose_goal(
        session, FROZEN_NOW, alice.id, pack
    )
    assert len(list_goals(session, alice.id)) == 1


def test_rules_of_renewal_are_no_goal(session: Session, packs: PackLibrary, alice: Person) -> None:
    with pytest.raises(DomainError) as refused:
        choose_goal(session, FROZEN_NOW, alice.id, packs.get(CE_PACK))
    assert refused.value.field == "pack"
    assert count(session, Goal) == 0


def test_readings_are_chosen_and_defaults_are_not_stored(
    session: Session, packs: PackLibrary, alice: Person, changed: Callable[[], list[int]]
) -> None:
    pack = packs.get("us-ca/lmft")
    goal = choose_goal(session, FROZEN_NOW, alice.id, pack)
    changed()
    choose_policies(
        session, FROZEN_NOW, goal, pack, {"second_unit_shortfall": "cap10", "week_start": "monday"}
    )
    assert goal.policies == {"second_unit_shortfall": "cap10"}
    assert changed() == [alice.id]


def test_a_reading_that_is_not_on_offer_is_refused(
    session: Session, packs: PackLibrary, alice: Person
) -> None:
    pack = packs.get("us-ca/lmft")
    goal = choose_goal(session, FROZEN_NOW, alice.id, pack)
    with pytest.raises(DomainError):
        choose_policies(session, FROZEN_NOW, goal, pack, {"week_start": "friday"})
    assert goal.policies == {}


def test_facts_are_kept_changed_and_taken_back(
    session: Session, alice: Person, changed: Callable[[], list[int]]
) -> None:
    told: dict[str, Any] = {
        "degree_awarded_on": date(2025, 5, 15),
        "registered_on": "not_yet",
        "practicum_enrollments": ((date(2024, 8, 20), None),),
    }
    record_facts(session, FROZEN_NOW, alice.id, told)
    assert facts_of(session, alice.id) == told
    later = FROZEN_NOW + timedelta(days=1)
    record_facts(session, later, alice.id, {"registered_on": date(2025, 7, 1), "practicum_enrollments": None})
    assert facts_of(session, alice.id) == {
        "degree_awarded_on": date(2025, 5, 15),
        "registered_on": date(2025, 7, 1),
    }
    assert changed() == [alice.id]


def test_a_fact_told_again_keeps_its_day(session: Session, alice: Person) -> None:
    record_facts(session, FROZEN_NOW, alice.id, {"degree_awarded_on": date(2025, 5, 15)})
    record_facts(session, FROZEN_NOW + timedelta(days=9), alice.id, {"degree_awarded_on": date(2025, 5, 15)})
    assert session.scalars(select(Fact.recorded_at)).all() == [FROZEN_NOW]


def test_what_contradicts_an_earlier_answer_is_refused(
    session: Session, packs: PackLibrary, alice: Person
) -> None:
    pack = packs.get("us-ca/lmft")
    record_facts(session, FROZEN_NOW, alice.id, {"degree_awarded_on": date(2025, 5, 15)}, [pack])
    with pytest.raises(DomainError) as refused:
        record_facts(session, FROZEN_NOW, alice.id, {"registered_on": date(2025, 5, 1)}, [pack])
    assert refused.value.field == "registered_on"
    assert facts_of(session, alice.id) == {"degree_awarded_on": date(2025, 5, 15)}


def test_a_license_is_added(license_: License) -> None:
    assert (license_.number, license_.ce_pack_id, license_.completed_topics) == ("LMFT 12345", CE_PACK, [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issued_on": TODAY + timedelta(days=1), "expires_on": date(2030, 1, 1)}, "issued_on"),
        ({"expires_on": date(2019, 5, 1)}, "expires_on"),
        ({"expires_on": date(2018, 5, 1)}, "expires_on"),
    ],
)
def test_dates_that_cannot_be_are_refused(
    session: Session, packs: PackLibrary, carol: Person, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        make_license(session, packs, carol, **changes)
    assert refused.value.field == field
    assert count(session, License) == 0


def test_rules_of_experience_renew_no_license(session: Session, packs: PackLibrary, carol: Person) -> None:
    with pytest.raises(DomainError):
        add_license(session, FROZEN_NOW, carol.id, packs.get("us-ca/lmft"), LicenseDetails(**DETAILS))


def test_a_number_is_entered_once(
    session: Session, packs: PackLibrary, carol: Person, license_: License
) -> None:
    with pytest.raises(DomainError) as refused:
        make_license(session, packs, carol)
    assert refused.value.field == "number"
    other = make_license(session, packs, carol, number="LMFT 54321")
    with pytest.raises(DomainError) as refused:
        change_license(session, FROZEN_NOW, other, packs.get(CE_PACK), LicenseDetails(**DETAILS))
    assert refused.value.field == "number"
    assert other.number == "LMFT 54321"


def test_a_renewal_is_noted(session: Session, packs: PackLibrary, license_: License) -> None:
    renewed = replace(LicenseDetails(**DETAILS), expires_on=date(2029, 8, 31), supervises=True)
    change_license(session, FROZEN_NOW, license_, packs.get(CE_PACK), renewed)
    assert (license_.expires_on, license_.supervises) == (date(2029, 8, 31), True)


def test_credit_is_recorded(session: Session, carol: Person) -> None:
    credit = make_credit(session, carol)
    assert (credit.minutes, credit.topics, credit.certificate_number) == (360, ["couples_families"], None)


def test_credit_of_a_certificate_is_recorded_once(session: Session, carol: Person) -> None:
    first = make_credit(session, carol, certificate_number="CEU-1")
    assert make_credit(session, carol, certificate_number="CEU-1") is first
    assert count(session, Credit) == 1


def test_credit_survives_a_lost_race(
    session: Session, carol: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers record the same certificate: neither sees the other's row, and the constraint decides."""
    won = make_credit(session, carol, certificate_number="CEU-1")
    real, looks = services.find_credit, iter([None])
    monkeypatch.setattr(services, "find_credit", lambda *args: next(looks, real(*args)))
    assert make_credit(session, carol, certificate_number="CEU-1") is won
    assert count(session, Credit) == 1


@pytest.mark.parametrize("certificate_number", [None, "CEU-2026-AAAA-AAAA"])
def test_the_same_course_of_a_day_is_not_credited_twice(
    session: Session, carol: Person, certificate_number: str | None
) -> None:
    first = make_credit(session, carol, certificate_number=certificate_number)
    with pytest.raises(DomainError) as refused:
        make_credit(session, carol, title=first.title.upper())
    assert refused.value.field == "title"
    assert count(session, Credit) == 1


def test_two_courses_of_a_day_are_two_credits(session: Session, carol: Person) -> None:
    make_credit(session, carol)
    make_credit(session, carol, title="Treating couples, second part")
    assert count(session, Credit) == 2


def test_credit_to_come_is_refused(session: Session, carol: Person) -> None:
    with pytest.raises(DomainError) as refused:
        make_credit(session, carol, completed_on=TODAY + timedelta(days=1))
    assert refused.value.field == "completed_on"


def test_only_self_reported_credit_is_removed(session: Session, carol: Person) -> None:
    remove_credit(session, make_credit(session, carol))
    with pytest.raises(DomainError):
        remove_credit(session, make_credit(session, carol, certificate_number="CEU-1"))
    assert session.scalars(select(Credit.certificate_number)).all() == ["CEU-1"]


# ---- what the rules of a renewal ask -------------------------------------------------------------------------------


def harbor_license(
    session: Session, shelf: PackLibrary, person: Person, **changes: Any
) -> tuple[License, LicenseDetails]:
    details = LicenseDetails(**{**DETAILS, "expires_on": date(2027, 3, 31), "birth_month": 3, **changes})
    return add_license(session, FROZEN_NOW, person.id, shelf.get(HARBOR_PACK), details), details


def test_answers_are_kept_changed_and_taken_back(
    session: Session, harbor: PackLibrary, carol: Person
) -> None:
    told: dict[str, Any] = {"provides_telehealth": True, "exam_passed_on": date(2020, 2, 1), "stage": None}
    license_, details = harbor_license(session, harbor, carol, facts=told, status="reduced")
    assert license_.facts == {"provides_telehealth": True, "exam_passed_on": "2020-02-01"}
    assert (license_.status, license_.birth_month) == ("reduced", 3)
    changed = replace(details, facts={"provides_telehealth": None, "hours_carried_over": 4})
    change_license(session, FROZEN_NOW, license_, harbor.get(HARBOR_PACK), changed)
    assert license_.facts == {"exam_passed_on": "2020-02-01", "hours_carried_over": 4}


@pytest.mark.parametrize("passed_on", [date(1999, 12, 31), TODAY + timedelta(days=1)])
def test_an_answer_that_cannot_be_true_is_refused(
    session: Session, harbor: PackLibrary, carol: Person, passed_on: date
) -> None:
    with pytest.raises(DomainError) as refused:
        harbor_license(session, harbor, carol, facts={"exam_passed_on": passed_on})
    assert refused.value.field == "exam_passed_on"
    assert count(session, License) == 0
    license_, details = harbor_license(session, harbor, carol)
    with pytest.raises(DomainError):
        change_license(
            session, FROZEN_NOW, license_, harbor.get(HARBOR_PACK),
            replace(details, number="X", facts={"exam_passed_on": passed_on}),
        )  # fmt: skip
    assert (license_.number, license_.facts) == (DETAILS["number"], {})


def test_answers_stay_while_the_rules_cannot_be_read(
    session: Session, harbor: PackLibrary, carol: Person
) -> None:
    license_, details = harbor_license(session, harbor, carol, facts={"stage": "senior"})
    change_license(session, FROZEN_NOW, license_, None, replace(details, facts={}))
    assert license_.facts == {"stage": "senior"}


def test_readings_of_a_renewal_are_chosen_and_defaults_are_not_stored(
    session: Session, harbor: PackLibrary, carol: Person
) -> None:
    license_, _ = harbor_license(session, harbor, carol)
    pack = harbor.get(HARBOR_PACK)
    choose_license_policies(session, FROZEN_NOW, license_, pack, {"presentations": "again"})
    assert license_.policies == {"presentations": "again"}
    choose_license_policies(session, FROZEN_NOW, license_, pack, {"presentations": "once"})
    assert license_.policies == {}
    with pytest.raises(DomainError):
        choose_license_policies(session, FROZEN_NOW, license_, pack, {"presentations": "never"})
