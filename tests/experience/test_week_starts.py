"""Weeks that begin on Monday or Sunday: what was handed in stays, the rest is cut anew, and no day is lost or doubled."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.dates import MONDAY as ON_MONDAY, SUNDAY as ON_SUNDAY, Week, week_of
from ceu.domain.errors import DomainError
from ceu.experience.assessment_queries import entry_lines
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.queries import hours_by_state, list_weeks
from ceu.experience.services import amend_week, body_of, submit_week, withdraw_week
from ceu.experience.week_queries import find_first_weekday, find_week_shown
from ceu.experience.week_services import choose_first_weekday
from ceu.licenses.models import Goal
from ceu.licenses.services import choose_policies
from ceu.rules.packed import pack_week
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, make_setting, make_supervision, settle, sign
from tests.experience.goals import make_goal
from tests.factories import FROZEN_NOW

SUNDAY = MONDAY - timedelta(days=1)
A_DAY = timedelta(days=1)


def choose(session: Session, outside: Outside, person: Person, weekday: int = ON_SUNDAY) -> None:
    choose_first_weekday(session, FROZEN_NOW, person.id, weekday)
    settle(session, outside)


def sheets(session: Session, setting: WorkSetting) -> list[WeekSheet]:
    wanted = select(WeekSheet).where(WeekSheet.setting_id == setting.id).order_by(WeekSheet.week_start)
    return list(session.scalars(wanted))


def cut(session: Session, setting: WorkSetting) -> list[tuple[date, date, int]]:
    return [(one.week_start, one.week_end, one.minutes) for one in sheets(session, setting)]


def test_drafts_are_cut_anew(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, supervision: Supervision
) -> None:
    for day in (SUNDAY, MONDAY, MONDAY + 5 * A_DAY, MONDAY + 6 * A_DAY):
        log(session, outside, bayview, day=day)
    choose(session, outside, alice)
    saturday = SUNDAY + 6 * A_DAY
    assert cut(session, bayview) == [(SUNDAY, saturday, 150), (saturday + A_DAY, saturday + 7 * A_DAY, 50)]
    assert {one.supervision_id for one in sheets(session, bayview)} == {supervision.id}
    choose(session, outside, alice, ON_MONDAY)
    assert cut(session, bayview) == [
        (SUNDAY - 6 * A_DAY, SUNDAY, 50),
        (MONDAY, MONDAY + 6 * A_DAY, 150),
    ]


def test_a_week_that_was_handed_in_stays_and_those_beside_it_are_shorter(
    session: Session,
    outside: Outside,
    alice: Person,
    dana: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    for day in (SUNDAY, MONDAY, MONDAY + 6 * A_DAY, MONDAY + 7 * A_DAY):
        log(session, outside, bayview, day=day)
    of_monday = sheets(session, bayview)[1]
    submit_week(session, FROZEN_NOW, of_monday)
    before = body_of(of_monday)
    choose(session, outside, alice)
    assert cut(session, bayview) == [
        (SUNDAY, SUNDAY, 50),
        (MONDAY, MONDAY + 6 * A_DAY, 100),
        (MONDAY + 7 * A_DAY, MONDAY + 12 * A_DAY, 50),
    ]
    assert body_of(of_monday) == before
    assert before["week"] == {"start": MONDAY.isoformat(), "end": (MONDAY + 6 * A_DAY).isoformat()}
    short = sheets(session, bayview)[0]
    submit_week(session, FROZEN_NOW, short)
    (signed,) = sign(session, outside, dana, short)
    assert f'"week":{{"end":"{SUNDAY}","start":"{SUNDAY}"}}' in signed.record
    with pytest.raises(DomainError, match="waits for Dana"):
        log(session, outside, bayview, day=MONDAY + A_DAY)


def test_a_week_withdrawn_or_amended_keeps_its_days(
    session: Session,
    outside: Outside,
    alice: Person,
    dana: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    log(session, outside, bayview)
    log(session, outside, bayview, day=MONDAY - 7 * A_DAY)
    earlier, later = sheets(session, bayview)
    for one in (earlier, later):
        submit_week(session, FROZEN_NOW, one)
    sign(session, outside, dana, earlier)
    amend_week(session, FROZEN_NOW, earlier, "One hour is missing.")
    withdraw_week(session, FROZEN_NOW, later)
    choose(session, outside, alice)
    log(session, outside, bayview, day=SUNDAY)
    log(session, outside, bayview, day=SUNDAY + 7 * A_DAY)
    assert cut(session, bayview) == [(MONDAY - 7 * A_DAY, SUNDAY, 100), (MONDAY, MONDAY + 6 * A_DAY, 100)]


def test_the_week_shown_is_that_of_its_sheets_and_any_day_leads_to_it(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, supervision: Supervision
) -> None:
    log(session, outside, bayview)
    submit_week(session, FROZEN_NOW, sheets(session, bayview)[0])
    choose(session, outside, alice)
    locked = week_of(MONDAY)
    assert {find_week_shown(session, alice.id, day) for day in locked.days} == {locked}
    assert find_week_shown(session, alice.id, SUNDAY) == Week(SUNDAY, SUNDAY)
    assert find_week_shown(session, alice.id, MONDAY + 8 * A_DAY).first == MONDAY + 7 * A_DAY
    assert find_week_shown(session, alice.id, MONDAY + 14 * A_DAY) == week_of(MONDAY + 14 * A_DAY, ON_SUNDAY)
    elsewhere = make_setting(session, alice, "Harbor School")
    log(session, outside, elsewhere, day=MONDAY + A_DAY)
    # Two settings whose weeks are cut differently are shown in the weeks of the log.
    assert find_week_shown(session, alice.id, MONDAY) == week_of(MONDAY, ON_SUNDAY)
    assert cut(session, elsewhere) == [(SUNDAY, SUNDAY + 6 * A_DAY, 50)]


def test_until_a_person_chooses_the_readings_of_all_goals_are_followed(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    goal: Goal = make_goal(session, outside, alice)
    log(session, outside, bayview, day=SUNDAY)
    pack = outside.packs.get(goal.pack_id)
    choose_policies(session, FROZEN_NOW, goal, pack, {**pack.choices({}), "week_start": "sunday"})
    settle(session, outside)
    assert find_first_weekday(session, alice.id) == ON_SUNDAY
    assert cut(session, bayview) == [(SUNDAY, SUNDAY + 6 * A_DAY, 50)]
    choose(session, outside, alice, ON_MONDAY)
    choose_policies(session, FROZEN_NOW, goal, pack, {**pack.choices({}), "week_start": "sunday"})
    settle(session, outside)
    assert find_first_weekday(session, alice.id) == ON_MONDAY


def test_no_other_weekday_is_taken(session: Session, alice: Person) -> None:
    with pytest.raises(DomainError, match="Monday or Sunday"):
        choose_first_weekday(session, FROZEN_NOW, alice.id, 2)


def test_the_choice_is_made_on_a_page_and_the_week_follows(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    make_goal(session, outside, alice)
    log(session, outside, bayview, day=SUNDAY)
    assert "/hours/week-start" in browser.get("/goals").text
    page = browser.get("/hours/week-start")
    assert page.h1 == "Where your weeks begin"
    assert "counts weeks from" not in page.text
    assert browser.post("/hours/week-start", data={"first_weekday": "2"}).status_code == 422
    answer = browser.post("/hours/week-start", data={"first_weekday": str(ON_SUNDAY)})
    assert answer.status_code == 303
    assert "California LMFT counts weeks from Monday" in browser.get("/hours/week-start").text
    page = browser.get(f"/hours?week={MONDAY + A_DAY}")
    assert page.h1 == "Week of 15 Nov 2026"
    assert "Sun 15" in page.text
    assert "Sat 21" in page.text
    assert "Sun 22" not in page.text
    assert f"/hours?week={SUNDAY - A_DAY}" in page.text
    assert f"/hours?week={SUNDAY + 7 * A_DAY}" in page.text
    assert browser.get(f"/hours/day?day={MONDAY}").text.count("Week of 15 Nov 2026")
    assert "15 Nov 2026" in browser.get("/hours/weeks").text
    assert browser.get("/hours").h1 == "Week of 22 Nov 2026"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["log", "log", "log", "choose", "submit", "sign", "amend", "withdraw"]),
        st.integers(0, 24),
        st.booleans(),
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_is_done_each_day_stays_in_one_sheet_and_nothing_is_lost(
    session: Session,
    outside: Outside,
    alice: Person,
    dana: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    steps: list[tuple[str, int, bool]],
) -> None:
    savepoint = session.begin_nested()
    harbor = make_setting(session, alice, "Harbor School")
    make_supervision(session, harbor, dana)
    logged: Counter[tuple[int, date]] = Counter()
    for what, number, flag in steps:
        place = harbor if flag else bayview
        standing = {
            one.id: (one.week, one.minutes, one.state, one.packed)
            for setting in (bayview, harbor)
            for one in sheets(session, setting)
            if one.submitted_at is not None
        }
        try:
            if what == "log":
                day = MONDAY - timedelta(days=18 - number)
                log(session, outside, place, day=day, minutes=10, start_minute=None, note=str(len(logged)))
                logged[place.id, day] += 10
            elif what == "choose":
                choose(session, outside, alice, ON_SUNDAY if flag else ON_MONDAY)
                for sheet_id, was in standing.items():
                    one = session.get_one(WeekSheet, sheet_id)
                    assert (one.week, one.minutes, one.state, one.packed) == was
            elif found := sheets(session, place):
                _move_on(session, outside, dana, found[number % len(found)], what)
        except DomainError:
            # Refused, such as a day in a week that waits: nothing may have moved.
            pass
        _check(session, alice, [bayview, harbor], logged)
    savepoint.rollback()
    session.expire_all()


def _move_on(session: Session, outside: Outside, signer: Person, sheet: WeekSheet, what: str) -> None:
    if what == "submit":
        submit_week(session, FROZEN_NOW, sheet)
    elif what == "sign":
        sign(session, outside, signer, sheet)
    elif what == "amend":
        amend_week(session, FROZEN_NOW, sheet, "Something is missing.")
    else:
        withdraw_week(session, FROZEN_NOW, sheet)


def _check(
    session: Session, person: Person, places: list[WorkSetting], logged: Counter[tuple[int, date]]
) -> None:
    found: Counter[tuple[int, date]] = Counter()
    for place in places:
        of_place = sheets(session, place)
        assert not any(one.week.touches(following.week) for one, following in pairwise(of_place))
        for sheet in of_place:
            assert 1 <= len(sheet.week.days) <= 7
            entries: list[Entry] = list(session.scalars(select(Entry).where(Entry.sheet_id == sheet.id)))
            assert all(sheet.week.holds(entry.day) for entry in entries)
            assert sheet.minutes == sum(sheet.totals.values()) == sum(entry.minutes for entry in entries)
            assert sheet.packed in {None, pack_week(entry_lines(session, [sheet.id]).get(sheet.id, []))}
            for entry in entries:
                found[place.id, entry.day] += entry.minutes
    assert found == logged
    assert hours_by_state(session, person.id).logged == sum(logged.values())
    weeks: list[Any] = list_weeks(session, person.id)[0]
    assert sum(sheet.minutes for week in weeks for sheet in week) == sum(logged.values())
