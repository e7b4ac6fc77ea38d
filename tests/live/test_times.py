"""Clock times as instants: nights in which clocks change, midnight, a leap day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from ceu.domain.errors import DomainError
from ceu.live.presence import Policy, Session, Stay, presence
from ceu.live.times import breaks_text, instant_of, next_time, read_breaks, span_text

LA = "America/Los_Angeles"
FALL, SPRING = date(2026, 11, 1), date(2026, 3, 8)


def test_a_time_that_is_skipped_or_comes_twice_is_refused() -> None:
    with pytest.raises(DomainError, match="does not exist"):
        instant_of(SPRING, time(2, 30), LA)
    with pytest.raises(DomainError, match="comes twice"):
        instant_of(FALL, time(1, 30), LA)
    assert instant_of(FALL, time(3, 0), LA) == datetime(2026, 11, 1, 11, tzinfo=UTC)
    assert instant_of(date(2028, 2, 29), time(9, 0), LA) == datetime(2028, 2, 29, 17, tzinfo=UTC)


def test_a_session_across_the_night_of_the_change_is_as_long_as_it_is() -> None:
    """From 23:00 for four hours: the clocks show 02:00 at the end in November, and 04:00 in March."""
    for day, shown in ((date(2026, 10, 31), "02:00 PST"), (date(2026, 3, 7), "04:00 PDT")):
        begins = instant_of(day, time(23, 0), LA)
        ends = begins + timedelta(hours=4)
        assert span_text(begins, ends, LA).endswith(shown)
        found = presence(Session(begins, ends), [Stay(begins, ends)], Policy(percent=100))
        assert (found.present, found.instruction, found.is_met) == (240, 240, True)


def test_breaks_are_read_on_the_clock_also_over_midnight_and_the_change() -> None:
    begins = instant_of(date(2026, 10, 31), time(23, 0), LA)
    found = read_breaks("23:50-00:10\n 1:30 – 1:45\n\n", begins, begins + timedelta(hours=4), LA)
    assert [stay.length for stay in found] == [timedelta(minutes=20), timedelta(minutes=15)]
    assert found[1].begins == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)  # the first of the two half past one
    assert breaks_text(found, LA) == "23:50-00:10\n01:30-01:45"


@pytest.mark.parametrize(
    "text", ["10:30", "lunch", "25:00-26:00", "08:00-08:10", "10:00-10:00", "09:30-09:45\n09:40-09:50"]
)
def test_what_is_no_break_is_refused(text: str) -> None:
    begins = instant_of(date(2026, 12, 1), time(9, 0), LA)
    with pytest.raises(DomainError) as refused:
        read_breaks(text, begins, begins + timedelta(hours=2), LA)
    assert refused.value.field == "breaks"


def test_the_zone_is_named_and_the_day_of_the_end_where_it_is_another() -> None:
    begins = datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert span_text(begins, begins + timedelta(minutes=90), LA) == "Tue 1 Dec 2026, 09:00 to 10:30 PST"
    assert (
        span_text(begins, begins + timedelta(hours=1), "Asia/Tokyo") == "Wed 2 Dec 2026, 02:00 to 03:00 JST"
    )
    late = span_text(begins + timedelta(hours=14), begins + timedelta(hours=16), LA)
    assert late == "Tue 1 Dec 2026, 23:00 to Wed 2 Dec 01:00 PST"
    assert span_text(begins, begins, "Asia/Kathmandu").endswith("22:45 UTC+05:45")


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    st.sampled_from([LA, "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "UTC"]),
)
def test_the_next_time_is_never_before_and_shows_that_time(naive: datetime, clock: time, zone: str) -> None:
    after = naive.replace(tzinfo=UTC, microsecond=0)
    found = next_time(after, clock, zone)
    assert after <= found <= after + timedelta(hours=49)
    assert found.astimezone(ZoneInfo(zone)).time() == clock
