"""What cannot be true of a log is refused with a sentence on its field."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from ceu.domain.errors import DomainError
from ceu.experience.checks import (
    DAY,
    LONGEST_ENTRY,
    LicenseFacts,
    Place,
    SettingFacts,
    Stretch,
    check_license,
    check_setting,
    check_stretch,
    completed,
    lapsed_day,
)

TODAY = date(2026, 11, 24)
BAYVIEW = Place(1, "Bayview Clinic", date(2025, 3, 3), date(2026, 12, 31))
SCHOOL = Place(2, "Oak School", date(2025, 3, 3), None)
SESSION = Stretch(BAYVIEW, TODAY, 50, "counseling", "individual", start_minute=10 * 60)
MEETING = Stretch(BAYVIEW, TODAY, 60, "supervision_individual", start_minute=11 * 60, head_count=1)
GROUP = Stretch(BAYVIEW, TODAY, 120, "supervision_group", head_count=6)


def refusal(stretch: Stretch, *same_day: Stretch) -> DomainError:
    with pytest.raises(DomainError) as caught:
        check_stretch(stretch, same_day, TODAY)
    return caught.value


@pytest.mark.parametrize("stretch", [SESSION, MEETING, GROUP, replace(SESSION, start_minute=None, minutes=1)])
def test_it_works(stretch: Stretch) -> None:
    check_stretch(stretch, [], TODAY)


def test_the_last_minute_of_a_day_can_be_logged() -> None:
    check_stretch(replace(SESSION, start_minute=DAY - 50), [], TODAY)


def test_sessions_may_follow_each_other() -> None:
    check_stretch(
        SESSION, [replace(SESSION, start_minute=10 * 60 + 50), replace(SESSION, start_minute=550)], TODAY
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"day": TODAY + timedelta(days=1)}, "day", "25 Nov 2026 is still to come"),
        ({"day": date(2025, 3, 2)}, "day", "began on 3 Mar 2025"),
        ({"minutes": 0}, "minutes", "at least one minute"),
        ({"minutes": -5}, "minutes", "at least one minute"),
        ({"minutes": 50 * 60}, "minutes", "If you meant minutes, write 50m"),
        ({"minutes": LONGEST_ENTRY + 1}, "minutes", "too long for one entry"),
        ({"start_minute": DAY}, "start", "between 0:00 and 23:59"),
        (
            {"start_minute": DAY - 49},
            "minutes",
            "after midnight. Log the part after midnight as an entry of 25 Nov",
        ),
        ({"activity": "golf"}, "activity", "from the list"),
        ({"delivery": "pigeon"}, "delivery", "how you met"),
        ({"client_unit": None}, "activity", "whom you counseled"),
        ({"client_unit": "crowd"}, "activity", "whom you counseled"),
        ({"activity": "notes"}, "activity", "no clients in the room"),
        ({"head_count": 3}, "head_count", "does not take a number"),
        ({"note": "x" * 501}, "note", "500 characters"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(changes: dict[str, object], field: str, words: str) -> None:
    error = refusal(replace(SESSION, **changes))  # type: ignore[arg-type]
    assert error.field == field
    assert words in error.message


def test_work_after_the_last_day_in_a_setting_is_refused() -> None:
    ended = replace(BAYVIEW, ended_on=date(2026, 11, 20))
    error = refusal(replace(SESSION, place=ended))
    assert error.field == "day"
    assert "ended on 20 Nov 2026" in error.message


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "how many of you"),
        (0, "yourself included"),
        (-3, "yourself included"),
        (101, "yourself included"),
        (1, "Choose individual supervision"),
        (2, "Choose triadic supervision"),
    ],
)
def test_a_group_is_at_least_three(count: int | None, words: str) -> None:
    error = refusal(replace(GROUP, head_count=count))
    assert error.field == "head_count"
    assert words in error.message


def test_individual_and_triadic_supervision_say_how_many_take_part() -> None:
    assert completed(replace(MEETING, head_count=None)).head_count == 1
    assert completed(replace(MEETING, activity="supervision_triadic", head_count=None)).head_count == 2
    assert completed(replace(GROUP, head_count=None)).head_count is None
    assert refusal(replace(MEETING, head_count=2)).field == "head_count"


def test_two_places_at_once_are_refused_also_in_another_setting() -> None:
    error = refusal(replace(SESSION, place=SCHOOL), replace(SESSION, start_minute=10 * 60 + 49))
    assert error.field == "start"
    assert "two places at once" in error.message
    assert "Direct counseling, individual at Bayview Clinic, 10:49 to 11:39" in error.message


def test_supervision_during_a_client_hour_is_refused() -> None:
    error = refusal(replace(MEETING, start_minute=10 * 60 + 30), SESSION)
    assert error.field == "start"
    assert "in supervision and at other work at the same time" in error.message


def test_the_same_entry_twice_is_refused() -> None:
    untimed = replace(SESSION, start_minute=None)
    error = refusal(untimed, untimed)
    assert "logged this already" in error.message
    check_stretch(untimed, [replace(untimed, minutes=45)], TODAY)


def test_a_day_has_24_hours_over_all_settings() -> None:
    night = replace(SESSION, start_minute=None, minutes=12 * 60)
    check_stretch(night, [replace(night, place=SCHOOL)], TODAY)
    error = refusal(night, replace(night, place=SCHOOL, minutes=12 * 60 + 1))
    assert error.field == "minutes"
    assert "24:01 hours" in error.message


@given(
    st.integers(0, DAY - 1),
    st.integers(1, LONGEST_ENTRY),
    st.integers(0, DAY - 1),
    st.integers(1, LONGEST_ENTRY),
)
def test_two_entries_stand_together_exactly_when_no_minute_is_in_both(
    start: int, minutes: int, other_start: int, other_minutes: int
) -> None:
    one = replace(SESSION, start_minute=start, minutes=minutes)
    other = replace(SESSION, start_minute=other_start, minutes=other_minutes)
    apart = not (set(range(start, start + minutes)) & set(range(other_start, other_start + other_minutes)))
    fits = start + minutes <= DAY and minutes + other_minutes <= DAY
    try:
        check_stretch(one, [other], TODAY)
        stands = True
    except DomainError:
        stands = False
    assert stands == (apart and fits)


# ---- settings and licenses ---------------------------------------------------------------------------------------

CLINIC = SettingFacts("Bayview Clinic", "nonprofit", "employee", date(2025, 3, 3))


def test_a_setting_can_be_noted() -> None:
    check_setting(CLINIC, (date(2025, 3, 3), TODAY))
    check_setting(replace(CLINIC, began_on=TODAY + timedelta(days=7)), None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "casino"}, "kind"),
        ({"employment": "friend"}, "employment"),
        ({"ended_on": date(2025, 3, 2)}, "ended_on"),
        ({"began_on": date(2025, 3, 11)}, "began_on"),
        ({"ended_on": date(2026, 11, 22)}, "ended_on"),
    ],
)
def test_facts_of_a_setting_that_cannot_be_are_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_setting(replace(CLINIC, **changes), (date(2025, 3, 10), date(2026, 11, 23)))  # type: ignore[arg-type]
    assert caught.value.field == field


LICENSE = LicenseFacts("LMFT", "98765", date(2015, 5, 1), date(2028, 3, 31))


def test_a_license_can_be_named_until_its_last_day() -> None:
    check_license(LICENSE, TODAY)
    check_license(replace(LICENSE, license_expires_on=TODAY), TODAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"license_type": "pilot"}, "license_type"),
        ({"license_number": ""}, "license_number"),
        ({"licensed_on": TODAY + timedelta(days=1)}, "licensed_on"),
        ({"license_expires_on": date(2015, 5, 1)}, "license_expires_on"),
        ({"license_expires_on": TODAY - timedelta(days=1)}, "license_expires_on"),
    ],
)
def test_a_license_that_cannot_be_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_license(replace(LICENSE, **changes), TODAY)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_lapsed_license_shows_on_the_first_day_after_its_last() -> None:
    days = [date(2026, 11, 18), date(2026, 11, 17), date(2026, 11, 16)]
    assert lapsed_day(date(2026, 11, 16), days) == date(2026, 11, 17)
    assert lapsed_day(date(2026, 11, 18), days) is None
    assert lapsed_day(None, days) is None
