"""Two people supervise in one setting and week: each is asked for, sees and signs what they supervised, and the rules see both."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.dates import Week
from ceu.domain.errors import DomainError, NotFound
from ceu.experience.assessing import Standing, current_assessment, verdict_of_week
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.records import read_record
from ceu.experience.services import (
    amend_week,
    change_entry,
    drop_amendment,
    end_supervision,
    log_experience,
    repeat_last_week,
    submit_week,
    withdraw_week,
)
from ceu.experience.sign_queries import list_to_sign_by_link
from ceu.licenses.queries import list_goals
from tests.client import InspectingClient
from tests.experience.builders import (
    MONDAY,
    column_of,
    log,
    make_setting,
    make_supervision,
    settle,
    sign,
)
from tests.experience.goals import TODAY, make_goal
from tests.factories import FROZEN_NOW, make_person

TUESDAY = MONDAY + timedelta(days=1)
GROUP = {
    "day": TUESDAY,
    "minutes": 120,
    "activity": "supervision_group",
    "client_unit": None,
    "head_count": 6,
}


@pytest.fixture
def kim(session: Session) -> Person:
    """Who leads the group at Bayview."""
    return make_person(session, "kim")


@pytest.fixture
def by_kim(session: Session, bayview: WorkSetting, supervision: Supervision, kim: Person) -> Supervision:
    """Kim supervises beside Dana; Dana was asked to sign before."""
    by_kim = make_supervision(session, bayview, kim, token="kim", license_type="LCSW")
    session.add(
        WeekSheet(
            person_id=bayview.person_id,
            setting_id=bayview.id,
            week_start=MONDAY - timedelta(weeks=3),
            supervision_id=supervision.id,
            state="draft",
            submitted_at=FROZEN_NOW,
        )
    )
    session.flush()
    return by_kim


def standing_findings(session: Session, standing: Standing) -> list[str]:
    """What the rules say of the week in its setting."""
    verdict = verdict_of_week(session, standing, MONDAY)
    assert verdict is not None
    return [finding["sentence"] for setting in verdict["settings"] for finding in setting["findings"]]


def sheets(session: Session) -> list[WeekSheet]:
    return list(
        session.scalars(select(WeekSheet).where(WeekSheet.week_start == MONDAY).order_by(WeekSheet.id))
    )


def test_each_signs_what_they_supervised(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision,
    dana: Person, kim: Person,
) -> None:  # fmt: skip
    log(session, outside, bayview)
    log(session, outside, bayview, under_id=by_kim.id, **GROUP)
    of_dana, of_kim = sheets(session)
    assert [of_dana.minutes, of_kim.minutes] == [50, 120]
    assert submit_week(session, FROZEN_NOW, of_kim).id == by_kim.id
    assert submit_week(session, FROZEN_NOW, of_dana, supervision.id).id == supervision.id
    (by_dana,) = sign(session, outside, dana, of_dana)
    (from_kim,) = sign(session, outside, kim, of_kim)
    assert [line["minutes"] for line in read_record(by_dana.record).body["entries"]] == [50]
    kept = read_record(from_kim.record).body
    assert kept["supervisor"]["name"] == kim.name
    assert kept["supervisor"]["license"]["type"] == "LCSW"
    assert [line["minutes"] for line in kept["entries"]] == [120]


def test_nobody_signs_what_the_other_supervised(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    log(session, outside, bayview, under_id=by_kim.id, **GROUP)
    (of_kim,) = sheets(session)
    with pytest.raises(NotFound):
        submit_week(session, FROZEN_NOW, of_kim, supervision.id)


def test_the_rules_see_the_week_as_one_and_each_hour_with_its_own_supervisor(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision,
    alice: Person,
) -> None:  # fmt: skip
    goal = make_goal(session, outside, alice)
    counseling = log(session, outside, bayview, minutes=300)
    log(session, outside, bayview, under_id=by_kim.id, **GROUP)
    assert column_of(session, alice.id, "supervisor") == [str(supervision.id), str(by_kim.id)]
    standing = current_assessment(session, outside.packs, goal, TODAY)
    assert standing is not None
    verdict = verdict_of_week(session, standing, MONDAY)
    assert verdict is not None
    (week,) = verdict["settings"]
    assert (
        week["supervision_have"] == 60
    )  # two hours of a group are one unit, in sixtieths: BPC 4980.43.2(b)(1)
    assert verdict["entries"][str(counseling.id)]["credited"] == 300


def test_who_signs_usually_has_the_week_and_what_they_are_named_for_stays_in_it(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    log(session, outside, bayview, under_id=supervision.id)
    log(session, outside, bayview, day=TUESDAY)
    (sheet,) = sheets(session)
    assert (sheet.supervision_id, sheet.apart_for_id, sheet.minutes) == (supervision.id, None, 100)


def test_an_entry_moves_from_one_to_the_other(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    entry = log(session, outside, bayview)
    facts = {"day": entry.day, "minutes": 50, "activity": "counseling", "client_unit": "individual"}
    change_entry(session, FROZEN_NOW, entry, setting_id=bayview.id, under_id=by_kim.id, **facts)
    assert entry.sheet.apart_for_id == by_kim.id
    change_entry(session, FROZEN_NOW, entry, setting_id=bayview.id, **facts)
    assert [one.minutes for one in sheets(session)] == [50, 0]


def test_a_signed_week_of_one_does_not_lock_the_other(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision,
    dana: Person,
) -> None:  # fmt: skip
    log(session, outside, bayview)
    (of_dana,) = sheets(session)
    submit_week(session, FROZEN_NOW, of_dana, supervision.id)
    sign(session, outside, dana, of_dana)
    with pytest.raises(DomainError, match="signed by Dana"):
        log(session, outside, bayview, day=TUESDAY)
    log(session, outside, bayview, under_id=by_kim.id, **GROUP)
    assert [one.state for one in sheets(session)] == ["signed", "draft"]


def test_an_amendment_given_up_stays_with_its_supervisor(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision,
    kim: Person,
) -> None:  # fmt: skip
    log(session, outside, bayview)
    entry = log(session, outside, bayview, under_id=by_kim.id, **GROUP)
    of_kim = entry.sheet
    submit_week(session, FROZEN_NOW, of_kim)
    sign(session, outside, kim, of_kim)
    amend_week(session, FROZEN_NOW, of_kim, "It took longer.")
    facts = {name: value for name, value in GROUP.items() if name != "minutes"}
    change_entry(session, FROZEN_NOW, entry, setting_id=bayview.id, under_id=by_kim.id, minutes=150, **facts)
    drop_amendment(session, FROZEN_NOW, of_kim)
    assert [(one.state, one.minutes) for one in sheets(session)] == [("draft", 50), ("signed", 120)]


def test_a_week_is_repeated_under_the_same_supervisors(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    log(session, outside, bayview, day=MONDAY - timedelta(weeks=1))
    log(session, outside, bayview, under_id=by_kim.id, **GROUP | {"day": TUESDAY - timedelta(weeks=1)})
    week = Week(MONDAY, MONDAY + timedelta(days=6))
    assert repeat_last_week(session, FROZEN_NOW, person_id=bayview.person_id, week=week).copied == 2
    assert [(one.apart_for_id, one.minutes) for one in sheets(session)] == [(None, 50), (by_kim.id, 120)]


@pytest.mark.parametrize("whose", ["gone", "elsewhere", "another person"])
def test_only_who_supervises_here_can_be_named(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision,
    alice: Person, bob: Person, kim: Person, whose: str,
) -> None:  # fmt: skip
    if whose == "gone":
        end_supervision(session, FROZEN_NOW, by_kim)
        named = by_kim
    else:
        setting = make_setting(session, alice if whose == "elsewhere" else bob, "Elm House")
        named = make_supervision(session, setting, kim, token=whose)
    with pytest.raises(DomainError, match="does not supervise you at Bayview"):
        log_experience(
            session, FROZEN_NOW, person_id=alice.id, setting_id=bayview.id, under_id=named.id, **GROUP
        )
    assert session.scalar(select(Entry.id)) is None


def test_the_page_shows_both_and_says_the_rules_once(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision,
    alice: Person, browser: InspectingClient, kim: Person,
) -> None:  # fmt: skip
    make_goal(session, outside, alice)
    log(session, outside, bayview, minutes=660)
    url = f"/hours?week={MONDAY}"
    assert "Supervised by" in browser.get(url).main
    data = {
        "day": str(TUESDAY), "setting": bayview.id, "under_id": by_kim.id, "minutes": "2:00",
        "activity": "supervision_group", "head_count": "6", "delivery": "in_person",
    }  # fmt: skip
    assert browser.post(url, data=data).status_code == 303
    settle(session, outside)
    main = browser.get(url).main
    assert f"Bayview Clinic, {kim.name}" in main
    assert f"Bayview Clinic, {supervision.name}" in main
    standing = current_assessment(session, outside.packs, list_goals(session, alice.id)[0], TODAY)
    assert standing is not None
    (said,) = standing_findings(session, standing)
    assert main.count(said) == 1


def test_a_log_without_a_second_supervisor_is_not_asked(
    session: Session, bayview: WorkSetting, supervision: Supervision, browser: InspectingClient
) -> None:
    assert "Supervised by" not in browser.get("/hours").main
    assert "Supervised by" not in browser.get("/hours/day").main


def test_what_each_signed_is_in_the_export(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision,
    kim: Person, browser: InspectingClient,
) -> None:  # fmt: skip
    log(session, outside, bayview)
    of_kim = log(session, outside, bayview, under_id=by_kim.id, **GROUP).sheet
    submit_week(session, FROZEN_NOW, of_kim)
    sign(session, outside, kim, of_kim)
    weeks = browser.get("/hours/export/log.json").json["records"][-1]["body"]["weeks"]
    assert [row["apart_for_id"] for row in weeks if row["week_start"] == str(MONDAY)] == [None, by_kim.id]


# ---- a supervisor who came after the week ------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["ended", "handed in"])
def test_who_came_after_the_week_takes_it_over_or_does_not_sign(
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    kim: Person,
    asked: str,
) -> None:
    """Otherwise a new supervisor would attest to have supervised what another did."""
    sheet = log(session, outside, bayview).sheet
    if asked == "ended":
        end_supervision(session, FROZEN_NOW, supervision)
    else:
        submit_week(session, FROZEN_NOW, sheet)
        withdraw_week(session, FROZEN_NOW, sheet)
    late = make_supervision(session, bayview, kim, token="late", accepted_at=FROZEN_NOW)
    with pytest.raises(DomainError, match=r"came after it\. Hand it over"):
        submit_week(session, FROZEN_NOW, sheet, late.id)
    assert sheet.supervision_id == supervision.id
    assert list_to_sign_by_link(session, late, limit=2) == []


def test_whom_two_supervised_at_the_time_the_trainee_tells(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    sheet = log(session, outside, bayview).sheet
    submit_week(session, FROZEN_NOW, sheet, supervision.id)
    withdraw_week(session, FROZEN_NOW, sheet)
    assert submit_week(session, FROZEN_NOW, sheet, by_kim.id).id == by_kim.id
