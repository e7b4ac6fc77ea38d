"""Calendars as Google, Outlook and Apple write them; of their titles nothing is left but the phrase that matched."""

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.calendars import Happening, read_calendar
from ceu.domain.errors import DomainError

PHRASES = ("group supervision", "supervision", "couple", "therapy")
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 30)
LOS_ANGELES = "America/Los_Angeles"

GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:alice@example.org
X-WR-TIMEZONE:America/Los_Angeles
BEGIN:VTIMEZONE
TZID:America/Los_Angeles
X-LIC-LOCATION:America/Los_Angeles
BEGIN:DAYLIGHT
TZOFFSETFROM:-0800
TZOFFSETTO:-0700
TZNAME:PDT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0700
TZOFFSETTO:-0800
TZNAME:PST
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=America/Los_Angeles:20261020T090000
DTEND;TZID=America/Los_Angeles:20261020T095000
RRULE:FREQ=WEEKLY;UNTIL=20261125T075959Z;BYDAY=TU
EXDATE;TZID=America/Los_Angeles:20261027T090000
DTSTAMP:20261124T170000Z
UID:weekly@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;CN=Robin Doe;X-NUM-GUESTS=0:mailto:robin@example.org
DESCRIPTION:Anxiety\\, see plan of last week: breathing
LOCATION:12 Elm Street
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Therapy Robin Doe
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-P0DT0H10M0S
DESCRIPTION:This is an event reminder
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=America/Los_Angeles:20261110T143000
DTEND;TZID=America/Los_Angeles:20261110T152000
DTSTAMP:20261124T170000Z
UID:weekly@google.com
RECURRENCE-ID;TZID=America/Los_Angeles:20261110T090000
STATUS:CONFIRMED
SUMMARY:Therapy Robin Doe (moved)
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=America/Los_Angeles:20261117T090000
DTEND;TZID=America/Los_Angeles:20261117T095000
UID:weekly@google.com
RECURRENCE-ID;TZID=America/Los_Angeles:20261117T090000
STATUS:CANCELLED
SUMMARY:Therapy Robin Doe
END:VEVENT
BEGIN:VEVENT
DTSTART:20261116T180000Z
DTEND:20261116T190000Z
UID:once@google.com
SUMMARY:Group  supervision with
  Dana
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261126
DTEND;VALUE=DATE:20261127
UID:day@google.com
SUMMARY:Thanksgiving
END:VEVENT
END:VCALENDAR
"""

OUTLOOK = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
X-MS-OLK-FORCEINSPECTOROPEN:TRUE
BEGIN:VTIMEZONE
TZID:Pacific Standard Time
BEGIN:STANDARD
DTSTART:16011104T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZOFFSETFROM:-0700
TZOFFSETTO:-0800
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZOFFSETFROM:-0800
TZOFFSETTO:-0700
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
CREATED:20261101T000000Z
DTEND;TZID="Pacific Standard Time":20261116T110000
DTSTART;TZID="Pacific Standard Time":20261116T100000
SUMMARY;LANGUAGE=en-us:Couple: the Millers
UID:040000008200E00074C5B7101A82E008
X-ALT-DESC;FMTTYPE=text/html:<html>secret</html>
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
BEGIN:VEVENT
DTEND;TZID="Pacific Standard Time":20261118T110000
DTSTART;TZID="Pacific Standard Time":20261118T100000
SUMMARY;LANGUAGE=en-us:Canceled: Couple: the Millers
UID:2
END:VEVENT
END:VCALENDAR
"""

APPLE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Apple Inc.//macOS 14.0//EN
CALSCALE:GREGORIAN
BEGIN:VTIMEZONE
TZID:My Office
BEGIN:STANDARD
TZOFFSETFROM:-0800
TZOFFSETTO:-0800
DTSTART:19700101T000000
TZNAME:OFF
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20261116T190000
DURATION:PT1H30M
UID:9B1B
SUMMARY:Supervision (Berlin)
SEQUENCE:1
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=My Office:20261005T090000
DTEND;TZID=My Office:20261005T095000
UID:9B1C
SUMMARY:Therapy
END:VEVENT
BEGIN:VEVENT
DTSTART:20261106T090000
DTEND:20261106T095000
UID:9B1D
SUMMARY:Therapy
END:VEVENT
END:VCALENDAR
"""


def read(text: str, time_zone: str = LOS_ANGELES, first: date = FIRST, last: date = LAST) -> list[Happening]:
    return read_calendar(text.replace("\n", "\r\n").encode(), PHRASES, first, last, time_zone)


def calendar(*events: str) -> str:
    """A calendar of events given as their lines."""
    return "BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(
        f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events)
    ) + "END:VCALENDAR\n"  # fmt: skip


def when(happenings: list[Happening]) -> list[tuple[str, int | None, int | None]]:
    return [(one.day.isoformat() if one.day else "", one.start_minute, one.minutes) for one in happenings]


# ---- three programs ----------------------------------------------------------------------------------------------


def test_google() -> None:
    found = read(GOOGLE)
    assert [(one.day, one.start_minute, one.minutes, one.phrase, one.status) for one in found] == [
        (date(2026, 10, 20), 540, 50, "therapy", ""),
        (date(2026, 11, 3), 540, 50, "therapy", ""),  # the 27th is an exception, and the clocks changed since
        (date(2026, 11, 10), 870, 50, "therapy", ""),  # moved
        (date(2026, 11, 16), 600, 60, "group supervision", ""),
        (date(2026, 11, 17), 540, 50, "therapy", "canceled"),
        (date(2026, 11, 24), 540, 50, "therapy", ""),
        (date(2026, 11, 26), None, None, "", ""),
    ]
    begins = [number for number, line in enumerate(GOOGLE.splitlines(), start=1) if line == "BEGIN:VEVENT"]
    assert [found[place].line for place in (0, 2, 4, 3)] == begins[:4]
    assert found[-1].problem.startswith("An all-day event")


def test_outlook() -> None:
    found = read(OUTLOOK)
    assert when(found) == [("2026-11-16", 600, 60), ("2026-11-18", 600, 60)]
    assert [one.phrase for one in found] == ["couple", "couple"]
    assert [one.status for one in found] == ["", "canceled"]


def test_apple_with_times_elsewhere_and_times_without_a_zone() -> None:
    found = read(APPLE)
    assert when(found) == [
        ("2026-10-05", 600, 50),  # nine in a zone of the file's own that knows no summer is ten here
        ("2026-11-06", 540, 50),
        ("2026-11-16", 600, 90),
    ]


def test_nothing_of_a_title_is_left_but_the_phrase() -> None:
    everything = repr(read(GOOGLE) + read(OUTLOOK) + read(APPLE))
    for word in (
        "Robin",
        "Doe",
        "Miller",
        "Dana",
        "Elm",
        "Anxiety",
        "secret",
        "Berlin",
        "moved",
        "Thanksgiving",
    ):
        assert word not in everything


def test_the_first_phrase_that_fits_is_taken_and_only_as_whole_words() -> None:
    titles = ("SUPERVISION", "Group supervision", "Supervisions", "therapy.", "physiotherapy", "A\\, therapy")
    found = read(
        calendar(
            *(f"DTSTART:20261116T{9 + n:02d}0000\nDURATION:PT50M\nSUMMARY:{t}" for n, t in enumerate(titles))
        )
    )
    assert [one.phrase for one in found] == ["supervision", "group supervision", "", "therapy", "", "therapy"]


# ---- time --------------------------------------------------------------------------------------------------------


def test_a_range_takes_in_its_first_and_last_day_only() -> None:
    text = calendar("DTSTART:20260101T090000\nDURATION:PT50M\nRRULE:FREQ=DAILY\nSUMMARY:Therapy")
    days = [one.day for one in read(text, first=date(2026, 11, 16), last=date(2026, 11, 18))]
    assert days == [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)]


def test_what_begins_late_in_the_evening_elsewhere_lies_on_the_day_it_is_here() -> None:
    (one,) = read(calendar("DTSTART;TZID=America/New_York:20261117T013000\nDURATION:PT50M"))
    assert (one.day, one.start_minute) == (date(2026, 11, 16), 22 * 60 + 30)


def test_an_hour_that_is_left_out_or_comes_twice() -> None:
    spring = read(
        calendar("DTSTART;TZID=America/Los_Angeles:20260308T023000\nDURATION:PT1H"),
        first=date(2026, 3, 1), last=date(2026, 3, 31),
    )  # fmt: skip
    assert when(spring) == [
        ("2026-03-08", 210, 60)
    ]  # 2:30 by the old clock is 3:30 by the new (RFC 5545, 3.3.5)
    autumn = read(calendar("DTSTART:20261101T083000Z\nDTEND:20261101T103000Z"))
    assert when(autumn) == [("2026-11-01", 90, 120)]  # from 1:30 to 2:30 by the clock, and two hours pass


def test_an_event_until_midnight_is_of_its_day() -> None:
    assert when(read(calendar("DTSTART:20261116T230000\nDTEND:20261117T000000"))) == [
        ("2026-11-16", 1380, 60)
    ]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("DTSTART;VALUE=DATE:20261116", "An all-day event"),
        ("DTSTART;VALUE=DATE:20261109\nRRULE:FREQ=WEEKLY", "An all-day event"),
        ("DTSTART:20261116T090000\nDTEND:20261118T090000", "a day or longer"),
        ("DTSTART:20261116T090000", "no end"),
        ("DTSTART:20261116T090000\nDTEND:20261116T090000", "no end"),
        ("DTSTART:20261116T090000\nDTEND:20261116T080000", "no end"),
        ("DTSTART:20261116T090000\nDURATION:soon", "no end"),
        ("DTSTART:yesterday", "start of this event cannot be read"),
        ("DTSTART:20261399T090000", "start of this event cannot be read"),
        ("SUMMARY:Therapy", "start of this event cannot be read"),
        (
            "DTSTART;TZID=Nowhere/Land:20261116T090000\nDURATION:PT50M",
            "time zone that the file does not explain",
        ),
        ("DTSTART:20261116T090000\nDURATION:PT50M\nRRULE:FREQ=OFTEN", "repeats cannot be read"),
        ("DTSTART:20261116T090000\nDURATION:PT50M\nRRULE:FREQ=SECONDLY", "more often than once a day"),
        (
            "DTSTART:20261116T090000\nDURATION:PT50M\nRRULE:FREQ=DAILY;BYMINUTE=1,2,3",
            "more often than once a day",
        ),
        ("DTSTART:19010101T090000\nDURATION:PT50M\nRRULE:FREQ=DAILY", "more than twelve years"),
    ],
)
def test_what_cannot_be_read_has_a_line_and_a_sentence_and_the_rest_is_read(event: str, words: str) -> None:
    found = read(calendar(event, "DTSTART:20261120T090000\nDURATION:PT50M"))
    assert [one.minutes for one in found if not one.problem] == [50]
    (failed,) = [one for one in found if one.problem]
    assert failed.line == 3
    assert words in failed.problem


def test_extra_dates_and_a_count() -> None:
    text = calendar(
        "DTSTART;TZID=America/Los_Angeles:20261103T090000\nDURATION:PT50M\nRRULE:FREQ=WEEKLY;COUNT=2\n"
        "RDATE;TZID=America/Los_Angeles:20261105T100000,20261106T100000\nEXDATE:20261110T170000Z"
    )
    assert when(read(text)) == [("2026-11-03", 540, 50), ("2026-11-05", 600, 50), ("2026-11-06", 600, 50)]


def test_a_zone_whose_clocks_change_every_second_is_not_worked_out() -> None:
    text = OUTLOOK.replace("Pacific Standard Time", "My Office").replace(
        "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11", "FREQ=SECONDLY"
    )
    assert all("time zone" in one.problem for one in read(text))


def test_a_line_folded_a_million_times_is_read_in_time() -> None:
    found = read_calendar(
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nX-LONG:" + b"a\n " * 1_000_000 + b"\nDTSTART:20261116T090000\nDURATION:PT50M\n"
        b"END:VEVENT\nEND:VCALENDAR\n", PHRASES, FIRST, LAST, LOS_ANGELES,
    )  # fmt: skip
    assert [(one.line, one.minutes) for one in found] == [(2, 50)]


def test_a_zone_of_one_file_means_nothing_in_the_next() -> None:
    read(APPLE)
    (one,) = read(calendar("DTSTART;TZID=My Office:20261005T090000\nDURATION:PT50M"))
    assert "time zone" in one.problem


# ---- what is no calendar -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"Date,Minutes\n", b"<html>Sign in</html>", b"\xff\xfe\x00"])
def test_what_is_no_calendar_gets_a_sentence(data: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        read_calendar(data, PHRASES, FIRST, LAST, LOS_ANGELES)
    assert caught.value.field == "file"


def test_more_events_than_a_log_can_hold() -> None:
    series = ["DTSTART:20250101T090000\nDURATION:PT50M\nRRULE:FREQ=DAILY"] * 40
    with pytest.raises(DomainError, match="more than 20,000 events"):
        read(calendar(*series), first=date(2025, 1, 1), last=date(2026, 11, 30))
    with pytest.raises(DomainError, match="more than 500 repeating events"):
        read(calendar(*series * 13))


@pytest.mark.parametrize(("first", "last"), [(LAST, FIRST), (date(2020, 1, 1), LAST)])
def test_a_range_that_is_none(first: date, last: date) -> None:
    with pytest.raises(DomainError, match="at most three years"):
        read(GOOGLE, first=first, last=last)


@given(st.lists(st.sampled_from(GOOGLE.splitlines() + OUTLOOK.splitlines()), max_size=60))
@settings(max_examples=150, deadline=None)
def test_lines_in_any_order_make_no_error(lines: list[str]) -> None:
    for one in read("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines])):
        assert one.problem or one.minutes
