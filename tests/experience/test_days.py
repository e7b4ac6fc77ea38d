"""The day in taps: favorites, plans, copies, several rows, undo; nothing planned ever counts."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.dates import week_of
from ceu.domain.errors import DomainError
from ceu.experience.day_models import UNDO_LIFE, Favorite, FavoriteDay
from ceu.experience.day_services import add_favorite, change_favorite, undo
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.own_queries import get_own_words
from ceu.experience.own_words import OwnWords
from ceu.experience.queries import hours_by_state
from ceu.experience.services import change_entry, remove_entry, repeat_last_week, submit_week
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, make_setting, sheet_of
from tests.factories import FROZEN_NOW

TODAY = MONDAY + timedelta(days=8)
DAY = f"/hours/day?day={MONDAY}"


def entries(session: Session) -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.id)))


def favorite_of(session: Session, outside: Outside, setting: WorkSetting, **facts: Any) -> Favorite:
    entry = log(session, outside, setting, day=date(2026, 10, 5), **facts)
    return add_favorite(session, FROZEN_NOW, entry)


def recurring(session: Session, favorite: Favorite, weekdays: str = "0", **days: Any) -> Favorite:
    facts = {
        name: getattr(favorite, name)
        for name in (
            "setting_id",
            "minutes",
            "activity",
            "client_unit",
            "delivery",
            "start_minute",
            "head_count",
        )
    }
    own = OwnWords(tuple(favorite.tags))
    when = {"first_day": None, "last_day": None, **days}
    change_favorite(session, FROZEN_NOW, favorite, weekdays=weekdays, own=own, **when, **facts)
    return favorite


# ---- the page ----------------------------------------------------------------------------------------------------


def test_a_day_shows_what_is_logged_and_leads_to_its_neighbors(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    log(session, outside, bayview, minutes=75)
    page = browser.get(DAY)
    assert page.h1 == "Mon 16 Nov 2026"
    assert "1:15 Direct counseling, individual" in page.main
    around = {link.get("rel"): link.get("href") for link in page.tree.iter("a") if link.get("rel")}
    assert around == {"prev": "/hours/day?day=2026-11-15", "next": "/hours/day?day=2026-11-17"}
    assert browser.get("/hours/day").h1 == "Tue 24 Nov 2026"


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "0001-01-01"])
def test_a_day_that_is_none_is_not_found(browser: InspectingClient, bayview: WorkSetting, day: str) -> None:
    assert browser.get("/hours/day", query_string={"day": day}).status_code == 404


def test_time_is_logged_on_the_day_shown(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    form = {"setting": bayview.id, "activity": "notes", "minutes": "1.25", "delivery": "in_person"}
    answer = browser.post(DAY, data=form)
    assert answer.location == DAY
    assert [(one.day, one.minutes, one.activity) for one in entries(session)] == [(MONDAY, 75, "notes")]
    page = browser.post(DAY, data={**form, "minutes": "soon", "note": "Keep me"})
    assert (page.status_code, "is not a time" in page.main) == (422, True)
    assert "Keep me" in [control.get("value") for control in page.tree.iter("input")]


def test_a_full_day_takes_few_statements(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, statements: list[str]
) -> None:
    for number in range(12):
        favorite = favorite_of(
            session, outside, bayview, minutes=10 + number, own=OwnWords((f"Tag {number}",))
        )
        recurring(session, favorite)
        log(session, outside, bayview, minutes=30 + number, own=OwnWords(("CBT",)))
    session.commit()
    statements.clear()
    assert "12 planned" in browser.get(DAY).main
    assert len(statements) <= 12


# ---- favorites and plans -----------------------------------------------------------------------------------------


def test_an_entry_becomes_a_favorite_and_one_tap_logs_it(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview, note="Intake", own=OwnWords(("CBT",), None, "Mine"))
    address = browser.post(f"/hours/entries/{entry.id}/favorite", data={}).location
    favorite = session.scalars(select(Favorite)).one()
    assert address == f"/hours/favorites/{favorite.id}"
    answer = browser.post(f"/hours/favorites/{favorite.id}/log?day=2026-11-17", data={})
    assert answer.location == "/hours/day?day=2026-11-17"
    _, logged = entries(session)
    assert (logged.day, logged.minutes, logged.note) == (date(2026, 11, 17), 50, "")
    assert get_own_words(session, logged.id) == OwnWords(("CBT",))
    browser.post(f"/hours/favorites/{favorite.id}/log?day=2026-11-25", data={})
    assert "25 Nov 2026 is still to come" in browser.get("/hours/day").main
    again = browser.post(f"/hours/entries/{entry.id}/favorite", data={})
    assert "favorite already" in browser.get(again.location).main


def test_a_favorite_is_changed_and_removed(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    favorite = favorite_of(session, outside, bayview)
    address = f"/hours/favorites/{favorite.id}"
    form = {
        "setting": bayview.id, "activity": "supervision_triadic", "minutes": "1:00", "start": "09:00",
        "delivery": "video", "weekdays": ["2", "0"], "first_day": "2026-11-01", "last_day": "2026-12-31",
    }  # fmt: skip
    assert browser.post(address, data=form).status_code == 303
    favorite = session.scalars(select(Favorite)).one()
    assert (favorite.weekdays, favorite.head_count, favorite.times) == ("02", 2, "9:00 to 10:00")
    assert [favorite.falls_on(MONDAY + timedelta(days=n)) for n in range(3)] == [True, False, True]
    assert not favorite.falls_on(date(2026, 10, 26))
    assert not favorite.falls_on(date(2027, 1, 4))
    for changes, words in (
        ({"last_day": "2026-10-01"}, "before the first"),
        ({"minutes": "17:00"}, "too long"),
        ({"activity": "supervision_group"}, "how many of you"),
        ({"weekdays": ["9"]}, "among the options"),
    ):
        page = browser.post(address, data={**form, **changes})
        assert (page.status_code, words in page.main) == (422, True), words
    browser.post(f"{address}/remove", data={})
    assert session.scalar(select(func.count(Favorite.id))) == 0
    assert len(entries(session)) == 1


def test_plans_count_nowhere_until_they_are_confirmed_with_one_tap(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, alice: Person
) -> None:
    for minutes in (50, 55, 60):
        recurring(session, favorite_of(session, outside, bayview, minutes=minutes))
    before = hours_by_state(session, alice.id)
    page = browser.get(DAY)
    assert "0:00 logged, 3 planned" in page.main
    assert hours_by_state(session, alice.id) == before
    assert browser.get(f"/hours?week={MONDAY}").main.count("Direct counseling") == 0
    browser.post(f"/hours/day/confirm?day={MONDAY}", data={})
    assert hours_by_state(session, alice.id).logged == before.logged + 165
    assert "planned" not in browser.get(DAY).texts("h2")
    browser.post(f"/hours/day/confirm?day={MONDAY}", data={})
    assert len(entries(session)) == 6


def test_a_plan_is_confirmed_or_not_held_one_by_one(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    first = recurring(session, favorite_of(session, outside, bayview, minutes=50))
    second = recurring(session, favorite_of(session, outside, bayview, minutes=60))
    browser.post(f"/hours/favorites/{first.id}/log?day={MONDAY}", data={})
    browser.post(f"/hours/favorites/{second.id}/skip?day={MONDAY}", data={})
    browser.post(f"/hours/favorites/{second.id}/skip?day={MONDAY}", data={})
    assert "planned" not in browser.get(DAY).main.partition("Logged")[0].lower()
    assert session.scalar(select(func.count()).select_from(FavoriteDay)) == 2
    logged = entries(session)[-1]
    browser.post(f"/hours/entries/{logged.id}/remove", data={})
    assert "1 planned" in browser.get(DAY).main


def test_what_cannot_be_confirmed_stays_planned_and_says_why(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    recurring(session, favorite_of(session, outside, bayview, start_minute=600))
    log(session, outside, bayview, start_minute=610, activity="notes", client_unit=None)
    page = browser.get(browser.post(f"/hours/day/confirm?day={MONDAY}", data={}).location)
    assert "0 entries confirmed. Left out: You cannot be in two places" in page.main
    assert "1 planned" in page.main


def test_days_to_come_show_plans_and_nothing_to_tap(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    recurring(session, favorite_of(session, outside, bayview))
    page = browser.get("/hours/day?day=2026-11-30")
    assert "1 planned" in page.main
    assert "Confirm" not in page.texts("button")
    browser.post("/hours/day/confirm?day=2026-11-30", data={})
    assert len(entries(session)) == 1


# ---- copies and several rows -------------------------------------------------------------------------------------


def test_a_day_and_an_entry_are_copied(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview, note="Intake", own=OwnWords(("CBT",)))
    log(session, outside, bayview, minutes=60)
    browser.post("/hours/day/copy?day=2026-11-17", data={"source": MONDAY.isoformat()})
    copied = entries(session)[2:]
    assert [(one.day.day, one.minutes, one.note) for one in copied] == [(17, 50, ""), (17, 60, "")]
    assert get_own_words(session, copied[0].id).tags == ("CBT",)
    answer = browser.post("/hours/day/copy?day=2026-11-17", data={"source": MONDAY.isoformat()})
    assert "0 entries copied. Left out: You have logged this already" in browser.get(answer.location).main
    assert browser.post(f"/hours/entries/{entry.id}/copy", data={}).location == f"/hours/day?day={TODAY}"
    assert entries(session)[-1].day == TODAY
    page = browser.post("/hours/day/copy?day=2026-11-17", data={"source": "2026-11-17"})
    assert (page.status_code, "Choose another day" in page.main) == (422, True)
    page = browser.post("/hours/day/copy?day=2026-11-17", data={"source": ""})
    assert "Enter the day to copy from" in page.main
    answer = browser.post("/hours/day/copy?day=2026-11-17", data={"source": "2026-11-01"})
    assert "that day has no entries" in browser.get(answer.location).main


def rows(place: WorkSetting, *typed: dict[str, str]) -> dict[str, Any]:
    form = {"day": MONDAY.isoformat(), "setting": place.id}
    for number in range(6):
        row = {"activity": "notes", "delivery": "in_person", **(typed[number] if number < len(typed) else {})}
        form |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return form


def test_several_are_logged_at_once(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    assert browser.get("/hours/several").h1 == "Several entries"
    form = rows(bayview, {"minutes": "50m", "activity": "counseling:couple"}, {}, {"minutes": "1:15"})
    page = browser.get(browser.post("/hours/several", data=form).location)
    assert "2 logged: 2:05" in page.main
    assert [(one.minutes, one.client_unit) for one in entries(session)] == [(50, "couple"), (75, None)]
    browser.post("/hours/undo", data={})
    assert entries(session) == []


def test_each_row_is_refused_with_its_own_sentence_and_the_good_ones_stay_typed(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    form = rows(
        bayview,
        {"minutes": "50m", "note": "Good one"},
        {"minutes": "20:00"},
        {"minutes": "1:00", "activity": "supervision_group"},
        {"minutes": "2:00", "note": "Mr. Jones"},
    )
    page = browser.post("/hours/several", data=form)
    assert page.status_code == 422
    for words in ("too long for one entry", "how many of you", "“Jones” looks like", "Nothing is logged yet"):
        assert words in page.main
    assert "Good one" in [control.get("value") for control in page.tree.iter("input")]
    assert entries(session) == []


# ---- undo --------------------------------------------------------------------------------------------------------


def test_the_last_save_is_undone_once(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    log(session, outside, bayview)
    assert "0:50 on 16 Nov 2026 logged" in browser.get(DAY).main
    page = browser.get(browser.post("/hours/undo", data={}).location)
    assert "Undone: 0:50 on 16 Nov 2026 logged." in page.main
    assert entries(session) == []
    assert sheet_of(session, bayview).minutes == 0
    assert "nothing to undo" in browser.get(browser.post("/hours/undo", data={}).location).main
    assert browser.get("/hours/undo").status_code == 405


def test_a_removal_is_undone_with_everything_kept(
    session: Session, outside: Outside, bayview: WorkSetting, alice: Person
) -> None:
    favorite = recurring(session, favorite_of(session, outside, bayview, minutes=20))
    own = OwnWords(("CBT",), "F30-F39", "Mine")
    entry = log(session, outside, bayview, note="Intake", start_minute=540, own=own)
    entry.client_hash = "a1b2"
    session.add(FavoriteDay(favorite_id=favorite.id, day=MONDAY, entry_id=entry.id))
    logged_at, fingerprint = entry.logged_at, entry.fingerprint
    remove_entry(session, FROZEN_NOW, entry)
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(FavoriteDay)) == 0
    undo(session, FROZEN_NOW + timedelta(minutes=9), alice.id)
    back = entries(session)[-1]
    assert (back.fingerprint, back.logged_at, back.client_hash) == (fingerprint, logged_at, "a1b2")
    assert get_own_words(session, back.id) == own
    assert session.scalars(select(FavoriteDay)).one().entry_id == back.id
    assert sheet_of(session, bayview).minutes == 50


def test_a_correction_is_undone(
    session: Session, outside: Outside, bayview: WorkSetting, alice: Person
) -> None:
    other = make_setting(session, alice, "Oak School", began_on=date(2026, 1, 1))
    entry = log(session, outside, bayview, own=OwnWords(("CBT",)))
    tuesday = MONDAY + timedelta(days=1)
    change_entry(
        session,
        FROZEN_NOW,
        entry,
        setting_id=other.id,
        day=tuesday,
        minutes=90,
        activity="notes",
        own=OwnWords(),
    )
    undo(session, FROZEN_NOW, alice.id)
    (back,) = entries(session)
    assert (back.day, back.minutes, back.activity, back.sheet.setting_id) == (
        MONDAY,
        50,
        "counseling",
        bayview.id,
    )
    assert get_own_words(session, back.id).tags == ("CBT",)
    assert (sheet_of(session, bayview).minutes, sheet_of(session, other).minutes) == (50, 0)


def test_a_repeated_week_is_undone_as_one(
    session: Session, outside: Outside, bayview: WorkSetting, alice: Person
) -> None:
    for day in range(3):
        log(session, outside, bayview, day=MONDAY - timedelta(days=7 - day))
    repeat_last_week(session, FROZEN_NOW, person_id=alice.id, week=week_of(MONDAY))
    assert len(entries(session)) == 6
    undo(session, FROZEN_NOW, alice.id)
    assert len(entries(session)) == 3


def test_undo_ends_after_ten_minutes_with_a_change_and_with_a_locked_week(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, alice: Person
) -> None:
    entry = log(session, outside, bayview)
    with pytest.raises(DomainError, match="nothing to undo"):
        undo(session, FROZEN_NOW + UNDO_LIFE, alice.id)
    entry.note = "written in another tab"
    session.flush()
    with pytest.raises(DomainError, match="changed since"):
        undo(session, FROZEN_NOW, alice.id)
    log(session, outside, bayview, minutes=60)
    submit_week(session, FROZEN_NOW, sheet_of(session, bayview))
    with pytest.raises(DomainError, match="Withdraw it first"):
        undo(session, FROZEN_NOW, alice.id)
    assert len(entries(session)) == 2


# ---- doors -------------------------------------------------------------------------------------------------------


def test_nobody_reaches_another_persons_favorites_and_changes(
    client: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, bob: Person
) -> None:
    favorite = recurring(session, favorite_of(session, outside, bayview))
    (entry,) = entries(session)
    theirs = client.sign_in(bob)
    for path in (
        f"/hours/favorites/{favorite.id}/log", f"/hours/favorites/{favorite.id}/skip",
        f"/hours/favorites/{favorite.id}/remove", f"/hours/favorites/{favorite.id}",
        f"/hours/entries/{entry.id}/favorite", f"/hours/entries/{entry.id}/copy",
    ):  # fmt: skip
        assert theirs.post(path, data={}).status_code == 404
    assert theirs.get(f"/hours/favorites/{favorite.id}").status_code == 404
    theirs.post("/hours/undo", data={})
    theirs.post(f"/hours/day/confirm?day={MONDAY}", data={})
    assert len(entries(session)) == 1
    assert "planned" not in theirs.get(DAY).main


# ---- whole minutes -----------------------------------------------------------------------------------------------


def test_leap_days_and_changed_clocks_do_not_matter_to_whole_minutes(
    session: Session, outside: Outside, alice: Person
) -> None:
    """A duration is typed and kept in whole minutes of a calendar day, so no clock is ever subtracted from another."""
    place = make_setting(session, alice, "Leap Clinic", began_on=date(2024, 1, 1))
    for day in (date(2024, 2, 29), date(2026, 3, 8), date(2026, 11, 1), date(2024, 12, 31), date(2025, 1, 1)):
        entry = log(session, outside, place, day=day, start_minute=90, minutes=120)
        assert (entry.day, entry.minutes, entry.times) == (day, 120, "1:30 to 3:30")
    sums = {sheet.week_start: sheet.minutes for sheet in session.scalars(select(WeekSheet))}
    assert sums == {
        date(2024, 2, 26): 120, date(2026, 3, 2): 120, date(2026, 10, 26): 120, date(2024, 12, 30): 240,
    }  # fmt: skip
