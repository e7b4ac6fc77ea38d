"""Settings and entries: what is saved, what is refused, and sums that are always right."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.dates import week_of
from ceu.domain.errors import DomainError, NotFound
from ceu.experience.checks import SettingFacts
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.queries import HoursByState, hours_by_state
from ceu.experience.services import (
    add_setting,
    change_entry,
    change_setting,
    log_experience,
    remove_entry,
    repeat_last_week,
    withdraw_week,
)
from tests.experience.builders import (
    MONDAY,
    log,
    make_setting,
    make_supervision,
    sheet_of,
    sign,
    submitted_week,
)
from tests.factories import FROZEN_NOW, make_person

FACTS = SettingFacts("Bayview Clinic", "nonprofit", "employee", date(2025, 3, 3))
NEXT = MONDAY + timedelta(days=7)


def changed(session: Session, outside: Outside, entry: Entry, **facts: Any) -> None:
    was = {
        "setting_id": entry.sheet.setting_id,
        "day": entry.day,
        "minutes": entry.minutes,
        "activity": entry.activity,
        "client_unit": entry.client_unit,
        "delivery": entry.delivery,
        "start_minute": entry.start_minute,
        "head_count": None,
        "note": entry.note,
    }
    change_entry(session, FROZEN_NOW, entry, **{**was, **facts})


# ---- settings ----------------------------------------------------------------------------------------------------


def test_a_setting_is_noted(session: Session, outside: Outside, alice: Person) -> None:
    setting = add_setting(session, FROZEN_NOW, person_id=alice.id, facts=FACTS)
    assert (setting.person_id, setting.name, setting.began_on) == (
        alice.id,
        "Bayview Clinic",
        date(2025, 3, 3),
    )
    assert setting.facts == {}


def test_two_settings_of_one_person_have_two_names(
    session: Session, outside: Outside, alice: Person, bob: Person, bayview: WorkSetting
) -> None:
    with pytest.raises(DomainError) as caught:
        add_setting(
            session,
            FROZEN_NOW,
            person_id=alice.id,
            facts=replace(FACTS, name="BAYVIEW clinic"),
        )
    assert caught.value.field == "name"
    add_setting(session, FROZEN_NOW, person_id=bob.id, facts=FACTS)
    change_setting(session, FROZEN_NOW, bayview, replace(FACTS, name="Bayview clinic"))


def test_a_setting_cannot_begin_after_the_first_entry(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    log(session, outside, bayview)
    with pytest.raises(DomainError) as caught:
        change_setting(session, FROZEN_NOW, bayview, replace(FACTS, began_on=NEXT))
    assert caught.value.field == "began_on"
    assert "16 Nov 2026" in caught.value.message


def test_what_signed_weeks_say_of_a_setting_stays(
    session: Session, outside: Outside, bayview: WorkSetting, dana: Person, supervision: Supervision
) -> None:
    sheet = submitted_week(session, outside, bayview)
    change_setting(session, FROZEN_NOW, bayview, replace(FACTS, employment="volunteer"))
    sign(session, outside, dana, sheet)
    for facts in (
        replace(FACTS, employment="employee"),
        replace(FACTS, kind="school", employment="volunteer"),
    ):
        with pytest.raises(DomainError, match="have been signed with this"):
            change_setting(session, FROZEN_NOW, bayview, facts)
    change_setting(session, FROZEN_NOW, bayview, replace(FACTS, employment="volunteer", ended_on=NEXT))


# ---- entries -----------------------------------------------------------------------------------------------------


def test_an_entry_is_logged(session: Session, outside: Outside, alice: Person, bayview: WorkSetting) -> None:
    entry = log(session, outside, bayview, start_minute=600, note="Intake")
    sheet = sheet_of(session, bayview)
    assert entry.sheet_id == sheet.id
    assert (entry.person_id, entry.day, entry.minutes, entry.note) == (alice.id, MONDAY, 50, "Intake")
    assert (sheet.state, sheet.version, sheet.minutes, sheet.totals) == ("draft", 1, 50, {"counseling": 50})


def test_the_one_supervisor_of_a_setting_is_noted_with_the_week(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, bob: Person
) -> None:
    log(session, outside, bayview)
    assert sheet_of(session, bayview).supervision_id == supervision.id
    make_supervision(session, bayview, bob)
    log(session, outside, bayview, day=NEXT)
    assert sheet_of(session, bayview, NEXT).supervision_id is None


def test_a_refused_entry_leaves_nothing(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    with pytest.raises(DomainError, match="still to come"):
        log(session, outside, bayview, day=date(2026, 11, 25))
    assert session.scalar(select(func.count(WeekSheet.id))) == 0


def test_today_is_where_the_person_lives(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    late = FROZEN_NOW.replace(hour=7)  # 23:00 on the 23rd in California
    facts = {"person_id": bayview.person_id, "setting_id": bayview.id, "minutes": 50, "activity": "notes"}
    with pytest.raises(DomainError, match="still to come"):
        log_experience(session, late, day=date(2026, 11, 24), **facts)
    log_experience(session, late, day=date(2026, 11, 23), **facts)


def test_another_persons_setting_is_not_found(
    session: Session, outside: Outside, bayview: WorkSetting, bob: Person
) -> None:
    theirs = make_setting(session, bob, "Elsewhere")
    entry = log(session, outside, bayview)
    with pytest.raises(NotFound):
        changed(session, outside, entry, setting_id=theirs.id)
    with pytest.raises(NotFound):
        log_experience(
            session,
            FROZEN_NOW,
            person_id=bayview.person_id,
            setting_id=theirs.id,
            day=MONDAY,
            minutes=50,
            activity="notes",
        )


def test_overlaps_are_seen_across_settings(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    school = make_setting(session, alice, "Oak School")
    log(session, outside, bayview, start_minute=600)
    with pytest.raises(DomainError, match="two places at once"):
        log(session, outside, school, start_minute=630)


def test_an_entry_can_be_corrected_beside_itself(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview, start_minute=600)
    changed(session, outside, entry, start_minute=610, minutes=60, client_unit="couple")
    assert (entry.start_minute, entry.minutes, entry.client_unit) == (610, 60, "couple")
    assert sheet_of(session, bayview).minutes == 60


def test_an_entry_can_move_to_another_week_and_setting(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    school = make_setting(session, alice, "Oak School")
    entry = log(session, outside, bayview)
    changed(session, outside, entry, day=NEXT, setting_id=school.id)
    assert entry.sheet.setting_id == school.id
    assert (sheet_of(session, bayview).minutes, sheet_of(session, bayview).totals) == (0, {})
    assert sheet_of(session, school, NEXT).minutes == 50


def test_an_entry_can_be_removed(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    entry = log(session, outside, bayview)
    remove_entry(session, FROZEN_NOW, entry)
    assert sheet_of(session, bayview).minutes == 0
    assert sheet_of(session, bayview).entries == []


def test_a_submitted_week_is_locked_until_it_is_withdrawn(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    sheet = submitted_week(session, outside, bayview)
    entry = sheet.entries[0]
    for change in (
        lambda: log(session, outside, bayview, minutes=10),
        lambda: changed(session, outside, entry, minutes=10),
        lambda: remove_entry(session, FROZEN_NOW, entry),
    ):
        with pytest.raises(DomainError, match="waits for Dana Example's signature") as caught:
            change()
        assert caught.value.field == "day"
    withdraw_week(session, FROZEN_NOW, sheet)
    changed(session, outside, entry, minutes=10)
    assert (sheet.state, sheet.version, sheet.minutes) == ("draft", 2, 10)


def test_an_entry_cannot_move_into_a_locked_week(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    submitted_week(session, outside, bayview)
    entry = log(session, outside, bayview, day=NEXT)
    with pytest.raises(DomainError, match="Withdraw it first"):
        changed(session, outside, entry, day=MONDAY, start_minute=600)


def test_a_signed_week_cannot_be_changed_or_withdrawn(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    sign(session, outside, dana, sheet)
    for change in (
        lambda: log(session, outside, bayview, minutes=10),
        lambda: remove_entry(session, FROZEN_NOW, sheet.entries[0]),
        lambda: withdraw_week(session, FROZEN_NOW, sheet),
    ):
        with pytest.raises(DomainError, match="A signed week cannot be changed"):
            change()


# ---- repeating a week --------------------------------------------------------------------------------------------


def repeated(session: Session, outside: Outside, bayview: WorkSetting) -> tuple[int, str]:
    result = repeat_last_week(session, FROZEN_NOW, person_id=bayview.person_id, week=week_of(NEXT))
    return result.copied, " ".join(result.left_out)


def test_last_week_is_repeated(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting
) -> None:
    school = make_setting(session, alice, "Oak School")
    log(session, outside, bayview, start_minute=600, note="First meeting")
    log(session, outside, school, day=MONDAY + timedelta(days=1), activity="notes", client_unit=None)
    log(session, outside, bayview, day=MONDAY + timedelta(days=3))
    copied, left_out = repeated(session, outside, bayview)
    assert copied == 2
    assert left_out == "26 Nov 2026 is still to come. Log time once you have worked it."
    copy = sheet_of(session, bayview, NEXT).entries[0]
    assert (copy.day, copy.start_minute, copy.minutes, copy.note) == (NEXT, 600, 50, "")
    assert sheet_of(session, school, NEXT).totals == {"notes": 50}


def test_days_with_entries_are_left_as_they_are(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    log(session, outside, bayview)
    assert repeated(session, outside, bayview)[0] == 1
    assert repeated(session, outside, bayview) == (0, "23 Nov 2026 has entries already.")


def test_nothing_can_be_repeated_into_a_locked_week_or_an_ended_setting(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    log(session, outside, bayview)
    log(session, outside, bayview, day=MONDAY + timedelta(days=1))
    submitted_week(session, outside, bayview, NEXT)
    copied, left_out = repeated(session, outside, bayview)
    assert copied == 0
    assert "waits for Dana Example's signature" in left_out
    bayview.ended_on = NEXT
    assert "ended on 23 Nov 2026" in repeated(session, outside, bayview)[1]


# ---- sums --------------------------------------------------------------------------------------------------------


def test_hours_are_summed_by_state(
    session: Session,
    outside: Outside,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
    statements: list[str],
) -> None:
    assert hours_by_state(session, alice.id) == HoursByState()
    sign(
        session,
        outside,
        dana,
        submitted_week(session, outside, bayview, MONDAY - timedelta(days=7), minutes=60),
    )
    submitted_week(session, outside, bayview, MONDAY, minutes=30)
    log(session, outside, bayview, day=NEXT, minutes=10)
    stranger = make_person(session, "carol")
    log(session, outside, make_setting(session, stranger), minutes=7)
    statements.clear()
    assert hours_by_state(session, alice.id) == HoursByState(logged=100, submitted=90, signed=60)
    assert len(statements) == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["log", "log", "log", "change", "move", "remove"]),
        st.integers(0, 13),
        st.integers(-10, 600),
        st.sampled_from(["counseling", "notes", "supervision_individual"]),
        st.integers(0, 1),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_sums_of_a_week_are_those_of_its_entries_after_any_changes(
    session: Session, outside: Outside, steps: list[tuple[str, int, int, str, int]]
) -> None:
    person = make_person(session, f"erin{uuid4().hex}")
    places = [make_setting(session, person, name) for name in ("Clinic", "School")]
    entries: list[Entry] = []
    for verb, number, minutes, activity, place in steps:
        facts = {"activity": activity, "client_unit": "child" if activity == "counseling" else None}
        entry = entries[number % len(entries)] if entries else None
        try:
            if verb == "log" or entry is None:
                day = MONDAY - timedelta(days=7) + timedelta(days=number)
                entries.append(log(session, outside, places[place], day=day, minutes=minutes, **facts))
            elif verb == "change":
                changed(session, outside, entry, minutes=minutes, **facts)
            elif verb == "move":
                day = MONDAY - timedelta(days=number)
                changed(session, outside, entry, day=day, setting_id=places[place].id)
            else:
                remove_entry(session, FROZEN_NOW, entry)
                entries.remove(entry)
        except DomainError:
            pass
    sheets = list(session.scalars(select(WeekSheet).where(WeekSheet.person_id == person.id)))
    for sheet in sheets:
        totals: Counter[str] = Counter()
        for entry in sheet.entries:
            totals[entry.activity] += entry.minutes
        assert sheet.totals == totals
        assert sheet.minutes == sum(entry.minutes for entry in sheet.entries)
    assert hours_by_state(session, person.id).logged == sum(entry.minutes for entry in entries)
