"""Supervision entered once: in the logs, before the trainees, taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.mail import MemoryMailer
from ceu.adapters.outside import Outside
from ceu.domain.errors import DomainError
from ceu.experience.day_models import LastChange
from ceu.experience.given_meetings import Standing
from ceu.experience.given_models import GivenAttendance, GivenSession
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.services import amend_week, remove_entry, submit_week
from ceu.supervising.given_services import (
    Meeting,
    Present,
    accept_session,
    decline_session,
    next_day,
    plan_session,
    record_session,
    undo_session,
)
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, make_setting, make_supervision, settle, sheet_of, sign
from tests.experience.goals import make_goal
from tests.factories import FROZEN_NOW, make_person

TODAY = date(2026, 11, 24)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def group(session: Session, supervision: Supervision, dana: Person) -> list[Supervision]:
    """Alice and two more whom Dana supervises."""
    others = []
    for name in ("zoe", "yan"):
        setting = make_setting(session, make_person(session, name), f"Clinic of {name}")
        others.append(make_supervision(session, setting, dana, token=name))
    return [supervision, *others]


@pytest.fixture
def dana_browser(client: InspectingClient, dana: Person) -> InspectingClient:
    """Dana's browser."""
    return client.sign_in(dana)


def give(session: Session, outside: Outside, supervisions: list[Supervision], **facts: Any) -> GivenSession:
    """An hour on Tuesday the 17th at nine, unless told otherwise."""
    meeting = Meeting(
        **{"day": TUESDAY, "minutes": 60, "delivery": "in_person", "start_minute": 540, **facts}
    )
    present = [Present(one, meeting.minutes) for one in supervisions]
    planned = plan_session(session, FROZEN_NOW, TODAY, meeting, present)
    supervisor_id = supervisions[0].supervisor_id
    assert supervisor_id is not None
    given = record_session(session, FROZEN_NOW, supervisor_id, meeting, planned)
    settle(session, outside)
    return given


def entries(session: Session) -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.id)))


def standings(given: GivenSession) -> list[Standing]:
    return [one.stands for one in given.attendances]


# ---- into the logs -----------------------------------------------------------------------------------------------


def test_a_session_is_an_entry_in_each_log_with_the_head_count(
    session: Session, outside: Outside, group: list[Supervision]
) -> None:
    given = give(session, outside, group, minutes=120, others=1)
    assert {(one.person_id, one.activity, one.head_count, one.minutes) for one in entries(session)} == {
        (one.trainee_id, "supervision_group", 4, 120) for one in group
    }
    assert standings(given) == [Standing.LOGGED] * 3
    assert {one.sheet.supervision_id for one in entries(session)} == {one.id for one in group}


def test_two_are_triadic_and_who_left_early_has_less(
    session: Session, outside: Outside, group: list[Supervision], dana: Person
) -> None:
    meeting = Meeting(TUESDAY, 60, "video", 540)
    present = [Present(group[0], 60), Present(group[1], 30)]
    planned = plan_session(session, FROZEN_NOW, TODAY, meeting, present)
    record_session(session, FROZEN_NOW, dana.id, meeting, planned)
    assert sorted((one.activity, one.minutes) for one in entries(session)) == [
        ("supervision_triadic", 30),
        ("supervision_triadic", 60),
    ]


def test_what_a_supervisor_entered_is_no_change_of_the_trainee_to_undo(
    session: Session, outside: Outside, group: list[Supervision], bayview: WorkSetting
) -> None:
    log(session, outside, bayview)
    give(session, outside, group)
    assert session.get(LastChange, bayview.person_id) is None


def test_a_session_the_trainee_logged_is_not_doubled(
    session: Session, outside: Outside, supervision: Supervision, bayview: WorkSetting
) -> None:
    own = log(
        session,
        outside,
        bayview,
        day=TUESDAY,
        minutes=60,
        activity="supervision_individual",
        client_unit=None,
    )
    given = give(session, outside, [supervision])
    assert standings(given) == [Standing.LINKED]
    assert given.attendances[0].entry_id == own.id
    assert len(entries(session)) == 1


@pytest.mark.parametrize("signed", [False, True])
def test_a_locked_week_is_left_alone_and_the_session_waits(
    session: Session,
    outside: Outside,
    supervision: Supervision,
    bayview: WorkSetting,
    dana: Person,
    signed: bool,
) -> None:
    log(session, outside, bayview)
    sheet = sheet_of(session, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    if signed:
        sign(session, outside, dana, sheet)
    given = give(session, outside, [supervision])
    assert standings(given) == [Standing.WAITING]
    assert ("signed" if signed else "waits for a signature") in given.attendances[0].reason
    assert len(entries(session)) == 1


def test_of_a_group_only_the_log_that_cannot_take_it_waits(
    session: Session, outside: Outside, group: list[Supervision], bayview: WorkSetting
) -> None:
    log(session, outside, bayview, day=TUESDAY, start_minute=570)
    given = give(session, outside, group, minutes=120)
    assert [one.stands for one in given.attendances if one.supervision.setting_id == bayview.id] == [
        Standing.WAITING
    ]
    assert len(entries(session)) == 3


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"day": TODAY + timedelta(days=1)}, "still to come"),
        ({"others": -1}, "at most 100 in all"),
        ({"others": 100}, "at most 100 in all"),
        ({"start_minute": 1430}, "after midnight"),
        ({"minutes": 0}, "at least one minute"),
    ],
)
def test_what_no_session_can_be_is_refused(
    session: Session, outside: Outside, supervision: Supervision, facts: dict[str, Any], words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        give(session, outside, [supervision], **facts)
    assert entries(session) == []


def test_nobody_twice_nobody_longer_and_somebody_at_least(
    session: Session, outside: Outside, supervision: Supervision, alice: Person, dana: Person
) -> None:
    elsewhere = make_supervision(session, make_setting(session, alice, "Northside School"), dana)
    with pytest.raises(DomainError, match="ticked in two settings"):
        give(session, outside, [supervision, elsewhere])
    with pytest.raises(DomainError, match="longer than the session"):
        plan_session(session, FROZEN_NOW, TODAY, Meeting(TUESDAY, 60, "video"), [Present(supervision, 61)])
    with pytest.raises(DomainError, match="everybody who was there"):
        plan_session(session, FROZEN_NOW, TODAY, Meeting(TUESDAY, 60, "video"), [])


def test_the_same_session_is_not_entered_twice(
    session: Session, outside: Outside, supervision: Supervision
) -> None:
    give(session, outside, [supervision])
    with pytest.raises(DomainError, match="already"):
        give(session, outside, [supervision])
    with pytest.raises(DomainError, match="You gave individual supervision from 9:00 to 10:00"):
        give(session, outside, [supervision], start_minute=570)
    assert len(entries(session)) == 1


def test_planning_costs_as_many_queries_for_many(
    session: Session, group: list[Supervision], statements: list[str]
) -> None:
    meeting = Meeting(TUESDAY, 60, "video")

    def cost(people: list[Supervision]) -> int:
        statements.clear()
        plan_session(session, FROZEN_NOW, TODAY, meeting, [Present(one, 60) for one in people])
        return len(statements)

    cost(group)
    assert cost(group) == cost(group[:1])


# ---- the trainee's word ------------------------------------------------------------------------------------------


def test_a_declined_session_goes_out_of_the_log(
    session: Session, outside: Outside, supervision: Supervision
) -> None:
    given = give(session, outside, [supervision])
    decline_session(session, FROZEN_NOW, given.attendances[0], "It was on Monday.")
    assert standings(given) == [Standing.DECLINED]
    assert entries(session) == []
    with pytest.raises(DomainError, match="already"):
        decline_session(session, FROZEN_NOW, given.attendances[0], "Again.")


def test_what_the_trainee_logged_stays_when_it_is_declined(
    session: Session, outside: Outside, supervision: Supervision, bayview: WorkSetting
) -> None:
    log(
        session,
        outside,
        bayview,
        day=TUESDAY,
        minutes=60,
        activity="supervision_individual",
        client_unit=None,
    )
    given = give(session, outside, [supervision])
    decline_session(session, FROZEN_NOW, given.attendances[0], "That was somebody else.")
    assert len(entries(session)) == 1


def test_in_a_submitted_week_it_cannot_be_declined(
    session: Session, outside: Outside, supervision: Supervision, bayview: WorkSetting
) -> None:
    given = give(session, outside, [supervision])
    submit_week(session, FROZEN_NOW, sheet_of(session, bayview))
    with pytest.raises(DomainError, match="Withdraw it first"):
        decline_session(session, FROZEN_NOW, given.attendances[0], "No.")


def test_what_waits_is_taken_once_the_week_is_open(
    session: Session, outside: Outside, supervision: Supervision, bayview: WorkSetting, dana: Person
) -> None:
    log(session, outside, bayview)
    sheet = sheet_of(session, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    (waiting,) = give(session, outside, [supervision]).attendances
    with pytest.raises(DomainError, match="amend"):
        accept_session(session, FROZEN_NOW, waiting)
    amend_week(session, FROZEN_NOW, sheet, "A session is missing.")
    accept_session(session, FROZEN_NOW, waiting)
    assert waiting.stands is Standing.LOGGED
    assert [one.activity for one in entries(session)] == ["counseling", "supervision_individual"]
    with pytest.raises(DomainError, match="no longer waits"):
        accept_session(session, FROZEN_NOW, waiting)


def test_accepting_a_correction_changes_the_entry_and_keeps_its_note(
    session: Session, outside: Outside, supervision: Supervision, bayview: WorkSetting
) -> None:
    own = log(
        session, outside, bayview, day=TUESDAY, minutes=50, activity="supervision_individual", client_unit=None,
        note="Transference",
    )  # fmt: skip
    (waiting,) = give(session, outside, [supervision]).attendances
    assert waiting.entry_id == own.id
    accept_session(session, FROZEN_NOW, waiting)
    (entry,) = entries(session)
    assert (entry.minutes, entry.start_minute, entry.note) == (60, 540, "Transference")


def test_an_entry_taken_out_by_hand_is_seen(
    session: Session, outside: Outside, supervision: Supervision
) -> None:
    given = give(session, outside, [supervision])
    remove_entry(session, FROZEN_NOW, entries(session)[0])
    session.expire_all()
    assert standings(given) == [Standing.REMOVED]


# ---- taken back --------------------------------------------------------------------------------------------------


def test_a_session_is_taken_back_out_of_every_log(
    session: Session, outside: Outside, group: list[Supervision]
) -> None:
    undo_session(session, FROZEN_NOW, give(session, outside, group))
    assert entries(session) == []
    assert session.scalar(select(func.count(GivenSession.id))) == 0
    assert session.scalar(select(func.count(GivenAttendance.id))) == 0


def test_taken_back_all_or_not_at_all(
    session: Session, outside: Outside, group: list[Supervision], bayview: WorkSetting
) -> None:
    given = give(session, outside, group)
    submit_week(session, FROZEN_NOW, sheet_of(session, bayview))
    with pytest.raises(DomainError, match="The week of Alice Example waits for a signature"):
        undo_session(session, FROZEN_NOW, given)
    assert len(entries(session)) == 3


@pytest.mark.parametrize(
    ("last", "day"),
    [
        (date(2026, 11, 17), TODAY),
        (date(2026, 11, 11), date(2026, 11, 18)),
        (date(2026, 11, 20), TODAY),
        (TODAY, TODAY),
    ],
)
def test_the_day_of_a_meeting_like_the_last_one(last: date, day: date) -> None:
    assert next_day(last, TODAY) == day


# ---- the pages ---------------------------------------------------------------------------------------------------


def form(supervisions: list[Supervision], **facts: Any) -> dict[str, Any]:
    there = {f"there_{one.id}": "y" for one in supervisions}
    return {
        "kind": "supervision_individual",
        "day": TUESDAY.isoformat(),
        "start": "9:00",
        "minutes": "1:00",
        "delivery": "in_person",
        **there,
        **facts,
    }


def test_a_session_in_order_is_saved_at_once_and_told(
    dana_browser: InspectingClient, session: Session, outside: Outside, supervision: Supervision
) -> None:
    answer = dana_browser.post("/supervision/given/new", data=form([supervision]))
    assert answer.status_code == 303
    page = dana_browser.get(answer.location)
    assert "Individual supervision of 17 Nov 2026" in page.h1
    assert "In the log" in page.main
    assert isinstance(outside.mailer, MemoryMailer)
    (message,) = outside.mailer.sent
    assert message.to == "alice@example.org"
    assert "It is in your log" in message.text


def test_a_triadic_session_of_three_is_looked_at_and_may_still_be_saved(
    dana_browser: InspectingClient,
    session: Session,
    outside: Outside,
    group: list[Supervision],
    alice: Person,
) -> None:
    make_goal(session, outside, alice)
    sent = form(group, kind="supervision_triadic", minutes="2:00", once="astypedfirst")
    page = dana_browser.post("/supervision/given/new", data=sent)
    assert page.status_code == 200
    assert "3 supervisees were there, so it is logged as group supervision" in page.main
    assert "one supervisor with two persons" in page.main
    assert "BPC 4980.43.2" in page.main
    assert entries(session) == []
    hidden = {
        str(one.get("name")): str(one.get("value"))
        for one in page.tree.iter("input")
        if one.get("type") == "hidden"
    }
    assert dana_browser.post("/supervision/given/new", data={**sent, **hidden}).status_code == 303
    assert {one.activity for one in entries(session)} == {"supervision_group"}


@pytest.mark.parametrize(("others", "void"), [(5, False), (6, True)])
def test_the_size_of_a_group_is_held_against_the_rules_of_each(
    dana_browser: InspectingClient,
    session: Session,
    outside: Outside,
    group: list[Supervision],
    alice: Person,
    others: int,
    void: bool,
) -> None:
    make_goal(session, outside, alice)
    sent = form(group, kind="supervision_group", minutes="2:00", others=str(others))
    page = dana_browser.post("/supervision/given/new", data=sent)
    if void:
        assert "California LMFT: a group of more than eight persons" in page.main
        assert "Does not count." in page.main
    assert len(entries(session)) == (0 if void else 3)


def test_what_was_not_read_is_not_saved(
    dana_browser: InspectingClient, session: Session, group: list[Supervision]
) -> None:
    sent = form(group, kind="supervision_triadic", seen="something else")
    assert dana_browser.post("/supervision/given/new", data=sent).status_code == 200
    assert entries(session) == []


def test_again_takes_two_taps(
    dana_browser: InspectingClient, session: Session, outside: Outside, group: list[Supervision]
) -> None:
    given = give(session, outside, group[:2])
    assert f"like={given.id}" in dana_browser.get("/supervision/given/new").get_data(as_text=True)
    page = dana_browser.get(f"/supervision/given/new?like={given.id}")
    fields: dict[str, str] = {}
    for one in page.tree.iter("input"):
        if one.get("type") not in {"checkbox", "radio"} or one.get("checked") is not None:
            fields[str(one.get("name"))] = one.get("value") or ""
    assert fields["day"] == TODAY.isoformat()
    answer = dana_browser.post(
        f"/supervision/given/new?like={given.id}", data={**fields, "delivery": "in_person"}
    )
    assert answer.status_code == 303
    assert sorted(one.day for one in entries(session)) == [TUESDAY, TUESDAY, TODAY, TODAY]


def test_a_refusal_stands_on_its_field_and_keeps_what_was_typed(
    dana_browser: InspectingClient, supervision: Supervision
) -> None:
    page = dana_browser.post(
        "/supervision/given/new", data=form([supervision], **{f"stay_{supervision.id}": "1:30"})
    )
    assert page.status_code == 422
    assert "Alice Example cannot have stayed longer" in page.main
    assert 'value="1:30"' in page.get_data(as_text=True)


def test_nobody_elses_supervisee_and_nobody_elses_session(
    client: InspectingClient, session: Session, outside: Outside, supervision: Supervision, bob: Person
) -> None:
    given = give(session, outside, [supervision])
    browser = client.sign_in(bob)
    assert "You do not supervise anybody here" in browser.get("/supervision/given/new").main
    assert browser.post("/supervision/given/new", data=form([supervision])).status_code == 422
    assert browser.get(f"/supervision/given/{given.id}").status_code == 404
    assert browser.get(f"/supervision/given/new?like={given.id}").status_code == 404
    assert browser.post(f"/supervision/given/{given.id}/undo", data={}).status_code == 404
    for verb in ("accept", "decline"):
        url = f"/hours/supervision-received/{given.attendances[0].id}/{verb}"
        assert browser.post(url, data={"reason": "No."}).status_code == 404
    assert len(entries(session)) == 1


def test_undo_from_the_page(
    dana_browser: InspectingClient, session: Session, outside: Outside, supervision: Supervision
) -> None:
    given = give(session, outside, [supervision])
    assert dana_browser.post(f"/supervision/given/{given.id}/undo", data={}).status_code == 303
    assert entries(session) == []


def test_the_trainee_sees_who_entered_it_and_declines(
    browser: InspectingClient, session: Session, outside: Outside, supervision: Supervision
) -> None:
    given = give(session, outside, [supervision])
    assert "Entered by Dana Example" in browser.get(f"/hours?week={MONDAY}").main
    page = browser.get("/hours/supervision-received")
    assert "Individual supervision" in page.main.replace("individual", "Individual")
    url = f"/hours/supervision-received/{given.attendances[0].id}/decline"
    assert browser.post(url, data={"reason": " "}).status_code == 422
    assert browser.post(url, data={"reason": "It was on Monday."}).status_code == 303
    assert isinstance(outside.mailer, MemoryMailer)
    (message,) = outside.mailer.sent
    assert message.to == "dana@example.org"
    assert "It was on Monday." in message.text


def test_the_trainee_takes_what_waits(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    supervision: Supervision,
    bayview: WorkSetting,
) -> None:
    log(
        session,
        outside,
        bayview,
        day=TUESDAY,
        minutes=50,
        activity="supervision_individual",
        client_unit=None,
    )
    given = give(session, outside, [supervision])
    assert "not in your log yet" in browser.get(f"/hours?week={MONDAY}").main
    assert "1:00 is 0:50 there" in browser.get("/hours/supervision-received").main
    browser.post(f"/hours/supervision-received/{given.attendances[0].id}/accept", data={})
    assert [one.minutes for one in entries(session)] == [60]


# ---- the record --------------------------------------------------------------------------------------------------


@pytest.fixture
def signed_otherwise(
    session: Session, outside: Outside, supervision: Supervision, bayview: WorkSetting, dana: Person
) -> WeekSheet:
    """Dana entered an hour; the trainee made 50 minutes of it and logged a second session; Dana signed that."""
    give(session, outside, [supervision])
    (entry,) = entries(session)
    entry.minutes = 50
    log(session, outside, bayview, minutes=30, activity="supervision_individual", client_unit=None)
    sheet = sheet_of(session, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    return sheet


@pytest.mark.parametrize("amended", [False, True])
def test_the_record_shows_where_the_signed_week_differs(
    dana_browser: InspectingClient, session: Session, signed_otherwise: WeekSheet, amended: bool
) -> None:
    if amended:
        amend_week(session, FROZEN_NOW, signed_otherwise, "Another mistake.")
    page = dana_browser.get("/supervision/given?month=2026-11")
    assert "From a week you signed" in page.main
    assert "It was signed with 0:50." in page.main
    assert "1:30" in page.main


def test_the_record_stays_when_the_supervision_has_ended(
    dana_browser: InspectingClient, session: Session, outside: Outside, supervision: Supervision
) -> None:
    give(session, outside, [supervision])
    supervision.ended_at = FROZEN_NOW
    assert "Alice Example" in dana_browser.get("/supervision/given?month=2026-11").main
    data = dana_browser.get("/supervision/given.csv").get_data(as_text=True)
    assert (
        '2026-11-17,Alice Example,Bayview Clinic,Individual supervision,1:00,60,Yes,,"In the log, not signed yet",'
        in data
    )


def test_another_supervisor_sees_nothing_of_it(
    client: InspectingClient, session: Session, signed_otherwise: WeekSheet, bob: Person
) -> None:
    browser = client.sign_in(bob)
    assert "Alice" not in browser.get("/supervision/given?month=2026-11").main
    assert "Alice" not in browser.get("/supervision/given.csv").get_data(as_text=True)
    assert browser.get("/supervision/given?month=never").status_code == 404


def test_the_record_costs_as_many_queries_for_many(
    dana_browser: InspectingClient,
    session: Session,
    outside: Outside,
    group: list[Supervision],
    statements: list[str],
) -> None:
    def cost() -> int:
        statements.clear()
        dana_browser.get("/supervision/given?month=2026-11")
        return len(statements)

    give(session, outside, group[:1])
    few = cost()
    give(session, outside, group, day=MONDAY, minutes=120)
    assert cost() == few


# ---- beside another supervisor -----------------------------------------------------------------------------------


@pytest.fixture
def by_kim(session: Session, bayview: WorkSetting, supervision: Supervision) -> Supervision:
    """Kim, who supervises beside Dana at Bayview."""
    return make_supervision(session, bayview, make_person(session, "kim"), token="kim")


def test_each_supervisors_session_is_theirs_to_sign(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    own = log(session, outside, bayview)
    submit_week(session, FROZEN_NOW, own.sheet, supervision.id)
    given = give(session, outside, [by_kim], others=5, minutes=120)
    assert standings(given) == [Standing.LOGGED]
    session_entry = given.attendances[0].entry
    assert session_entry is not None
    assert session_entry.sheet.apart_for_id == by_kim.id
    assert own.sheet.minutes == 50


def test_a_session_logged_under_the_other_moves_when_the_trainee_agrees(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    own = log(
        session, outside, bayview, under_id=supervision.id, day=TUESDAY, minutes=60, activity="supervision_individual",
        client_unit=None, start_minute=540,
    )  # fmt: skip
    given = give(session, outside, [by_kim])
    (attendance,) = given.attendances
    assert (attendance.stands, attendance.entry_id) == (Standing.WAITING, own.id)
    assert attendance.reason == "The log has it under another supervisor."
    accept_session(session, FROZEN_NOW, attendance)
    settle(session, outside)
    session.expire_all()
    assert own.sheet.apart_for_id == by_kim.id
    assert len(entries(session)) == 1


def test_two_alike_without_a_start_under_two_supervisors_are_asked_about(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, by_kim: Supervision
) -> None:
    log(
        session, outside, bayview, under_id=supervision.id, day=TUESDAY, minutes=60, activity="supervision_individual",
        client_unit=None,
    )  # fmt: skip
    given = give(session, outside, [by_kim], start_minute=None)
    assert standings(given) == [Standing.WAITING]
    assert "give one of them a start" in given.attendances[0].reason
