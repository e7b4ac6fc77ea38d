"""The time zones on offer."""

from zoneinfo import ZoneInfo

from ceu.accounts.time_zones import DEFAULT, KEYS, TIME_ZONES


def test_the_zones_of_the_united_states_come_first_by_their_names() -> None:
    assert [zone.group for zone in TIME_ZONES[:8]] == ["United States"] * 8
    assert TIME_ZONES[0].label == "Eastern time (New York)"
    assert TIME_ZONES[8].group == "America"


def test_every_zone_exists_once() -> None:
    assert len(KEYS) == len(TIME_ZONES) > 300
    assert all(ZoneInfo(key).key == key for key in KEYS)
    assert DEFAULT in KEYS
    assert "Europe/London" in KEYS
