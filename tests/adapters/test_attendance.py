"""Attendance reports as Zoom and Teams write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.attendance import Attendance, Report, read_attendance
from ceu.domain.errors import DomainError

HELD = date(2026, 11, 5)
PACIFIC = ZoneInfo("America/Los_Angeles")


def utc(hour: int, minute: int, second: int = 0, day: int = 5) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


def read(text: str, encoding: str = "utf-8", held: date = HELD) -> Report:
    return read_attendance(text.encode(encoding), held, PACIFIC)


ZOOM = """Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Ana Lopez,Ana@Example.org,11/05/2026 08:58:02 AM,11/05/2026 10:31:10 AM,94,No
"Smith, Jo (Jo S)",,11/05/2026 12:05:00 PM,11/05/2026 12:30:00 PM,25,Yes
Ana Lopez,ana@example.org,11/05/2026 10:35:00 AM,11/05/2026 10:40:00 AM,5,No
"""

TEAMS = (
    "1. Summary\nMeeting title\tSupervision basics\nAttended participants\t2\nStart time\t11/5/26, 8:55:00 AM\n\n"
    "2. Participants\nName\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "Ana Lopez\t11/5/26, 8:58:02 AM\t11/5/26, 10:31:10 AM\t1h 30m 8s\tana@example.org\tana@clinic.test\tPresenter\n\n"
    "3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    "Ana Lopez\t11/5/26, 8:58:02 AM\t11/5/26, 9:40:00 AM\t41m 58s\tana@example.org\tPresenter\n"
    "Ana Lopez\t11/5/26, 9:43:00 AM\t11/5/26, 10:31:10 AM\t48m 10s\tana@example.org\tPresenter\n"
)


def test_zoom() -> None:
    report = read(ZOOM)
    assert report.unread == ()
    assert report.rows == (
        Attendance(2, "Ana Lopez", "ana@example.org", "", utc(16, 58, 2), utc(18, 31, 10)),
        Attendance(3, "Smith, Jo (Jo S)", "", "", utc(20, 5), utc(20, 30)),
        Attendance(4, "Ana Lopez", "ana@example.org", "", utc(18, 35), utc(18, 40)),
    )


def test_zoom_with_lines_about_the_meeting_above_and_a_mark_of_order() -> None:
    above = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n9,Law,a,b,c,95,2\n\n"
    report = read(above + ZOOM, "utf-8-sig")
    assert [row.line for row in report.rows] == [5, 6, 7]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-8"])
def test_teams_tells_single_stays_in_its_third_section(encoding: str) -> None:
    report = read(TEAMS, encoding)
    assert [(row.begins, row.ends) for row in report.rows] == [
        (utc(16, 58, 2), utc(17, 40)),
        (utc(17, 43), utc(18, 31, 10)),
    ]
    assert {row.email for row in report.rows} == {"ana@example.org"}


def test_teams_without_the_third_section_has_only_sums() -> None:
    (row,) = read(TEAMS[: TEAMS.index("3. In")]).rows
    assert (row.minutes, row.begins, row.registrant) == (90, None, "ana@clinic.test")


def test_zoom_summed() -> None:
    text = "Name (Original Name),User Email,Total Duration (Minutes),Guest\nAna,a@b.example,73,No\n"
    assert read(text).rows == (Attendance(2, "Ana", "a@b.example", "", minutes=73),)


@pytest.mark.parametrize(
    "spelled",
    [
        "11/05/2026 09:00:00 AM",
        "05/11/2026 09:00:00",
        "5.11.2026 09:00",
        "2026-11-05 09:00:00",
        "2026-11-05T17:00:00Z",
        "2026-11-05T09:00:00-08:00",
        "2026-11-05T12:00:00-0500",
        "11/5/26, 9:00:00\u202fAM",
        "5/11/26, 9:00 a.m.",
    ],
)
def test_one_moment_in_many_spellings(spelled: str) -> None:
    (row,) = read(f'Name,Join Time,Leave Time\nA,"{spelled}","{spelled}"\n').rows
    assert row.begins == utc(17, 0)


def test_noon_and_midnight() -> None:
    text = "Name,Join Time,Leave Time\nA,11/05/2026 12:00 PM,11/06/2026 12:00 AM\n"
    (row,) = read(text).rows
    assert (row.begins, row.ends) == (utc(20, 0), utc(8, 0, day=6))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A,12/24/2026 09:00 AM,12/24/2026 10:00 AM", "not the day of the session"),
        ("A,11/05/2026 10:00 AM,11/05/2026 09:00 AM", "left before they joined"),
        ("A,11/05/2026 13:00 PM,11/05/2026 10:00 AM", "no time of day"),
        ("A,11/05/2026 25:00,11/05/2026 10:00 AM", "no time of day"),
        ("A,soon,later", "no date with a time"),
        ("A", "no date with a time"),
        (",11/05/2026 09:00 AM,11/05/2026 10:00 AM", "names nobody"),
    ],
)
def test_a_line_that_cannot_be_read_is_listed_and_the_rest_stays(line: str, reason: str) -> None:
    report = read(f"Name,Join Time,Leave Time\n{line}\nB,11/05/2026 9:00 AM,11/05/2026 10:00 AM\n")
    assert [row.name for row in report.rows] == ["B"]
    (unread,) = report.unread
    assert unread.line == 2
    assert reason in unread.reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "no text"),
        (b"\xff\xfe\x00\xd8\x00", "no text"),
        (b"hello\n", "No attendance table"),
        (b"Name,Join Time,Leave Time\n", "nobody in them"),
        (b"x" * (8 * 2**20 + 1), "larger than 8 MB"),
        (b"Name,Join Time,Leave Time\n" + b"A,b,c\n" * 20_001, "more than 20,000 rows"),
        (b'Name,Join Time,Leave Time\n"' + b"x" * 200_000, "cannot be read"),
    ],
)
def test_what_is_no_report_gets_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        read_attendance(data, HELD, PACIFIC)
    assert caught.value.field == "file"


@given(
    st.binary(max_size=200),
    st.sampled_from([ZOOM.encode(), TEAMS.encode("utf-16"), b""]),
    st.integers(0, 900),
)
def test_any_bytes_are_read_or_refused(noise: bytes, report: bytes, place: int) -> None:
    data = report[:place] + noise + report[place:]
    try:
        found = read_attendance(data, HELD, PACIFIC)
    except DomainError:
        return
    assert found.rows or found.unread
