"""Every row is decided by what is typed into a log and by nothing else: parsing, the four outcomes, and time that jumps."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from ceu.domain.dates import Week, week_of
from ceu.experience.checks import Place, Stretch
from ceu.importing.kinds import ASK, NOT_WORK
from ceu.importing.plan import (
    Choices,
    Decision,
    Logged,
    Outcome,
    choices_from_json,
    completed_by,
    decide,
    guess_choices,
    parse_clock,
    parse_day,
    parse_length,
)
from ceu.importing.rows import Row

BAYVIEW = Place(1, "Bayview Clinic", date(2025, 3, 3), None)
TODAY = date(2026, 11, 24)
MONDAY = date(2026, 11, 16)
LOS_ANGELES = "America/Los_Angeles"
ZONE = ZoneInfo(LOS_ANGELES)
CHOICES = Choices(
    kinds={"therapy": "counseling:individual", "couple": "counseling:couple", "lunch": NOT_WORK, "group": "supervision_group"},
    statuses={"Show": "confirm", "Attended": "done", "No Show": "none"},
    deliveries={"Zoom": "video"},
)  # fmt: skip


def row(line: int = 2, **facts: str) -> Row:
    """Fifty minutes of therapy at nine on Monday the 16th."""
    return Row(
        line=line, **{"day": "2026-11-16", "start": "9:00", "length": "50", "kind": "therapy", **facts}
    )


def entry(**facts: object) -> Stretch:
    told = {
        "day": MONDAY,
        "minutes": 50,
        "activity": "counseling",
        "client_unit": "individual",
        "start_minute": 540,
    }
    return Stretch(place=BAYVIEW, **{**told, **facts})  # type: ignore[arg-type]


def decided(
    *rows: Row,
    choices: Choices = CHOICES,
    logged: tuple[Logged, ...] = (),
    locked: dict[int, list[tuple[Week, str]]] | None = None,
) -> list[Decision]:
    return decide(
        rows, choices, place=BAYVIEW, logged=logged, locked=locked or {}, today=TODAY, time_zone=LOS_ANGELES
    )


def outcomes(*rows: Row, logged: tuple[Logged, ...] = (), choices: Choices = CHOICES) -> list[str]:
    return [str(one.outcome) for one in decided(*rows, logged=logged, choices=choices)]


# ---- what a row becomes ------------------------------------------------------------------------------------------


def test_a_row_becomes_an_entry() -> None:
    (one,) = decided(row(delivery="Zoom"))
    assert one == Decision(row(delivery="Zoom"), Outcome.ENTRY, "", entry(delivery="video"))


@pytest.mark.parametrize(
    ("facts", "outcome", "words"),
    [
        ({"status": "Attended"}, "entry", ""),
        ({"status": "Show"}, "confirm", "does not prove that it took place"),
        ({"status": "Whatever"}, "confirm", "does not prove"),
        ({"status": "No Show"}, "not_work", "It did not take place."),
        ({"kind": "lunch"}, "not_work", "as you chose"),
        ({"kind": "mystery"}, "confirm", "Say what was done."),
        ({"kind": "group"}, "confirm", "how many were supervised"),
        ({"kind": "group", "head_count": "5"}, "entry", ""),
        ({"kind": "group", "head_count": "2"}, "refused", "A group begins with three"),
        ({"problem": "This line is broken."}, "refused", "This line is broken."),
        ({"day": ""}, "refused", "There is no day"),
        ({"day": "?"}, "refused", "The day cannot be read"),
        ({"day": "="}, "refused", "formula whose result is not in the file"),
        ({"day": "2026-02-30"}, "refused", "no such day"),
        ({"day": "2026-11-25"}, "refused", "still to come"),
        ({"day": "2025-03-02"}, "refused", "began on 3 Mar 2025"),
        ({"start": "25:00"}, "refused", "time of day cannot be read"),
        ({"length": "?"}, "refused", "length cannot be read"),
        ({"length": "0"}, "refused", "at least one minute"),
        ({"length": "17h"}, "refused", "too long for one entry"),
        ({"length": "50.5"}, "refused", "not a whole number of minutes"),
        ({"length": ""}, "refused", "neither a length nor a start and an end"),
        ({"length": "", "end": "9:50"}, "entry", ""),
        ({"length": "", "end": "2026-11-16 9:50"}, "entry", ""),
        ({"length": "", "end": "9:00"}, "refused", "end is not after the start"),
        ({"start": "23:00", "length": "2h"}, "refused", "end after midnight"),
        ({"start": "23:00", "length": "", "end": "0:00"}, "entry", ""),
        ({"day": "2026-12-20", "status": "Show"}, "confirm", ""),
        ({"day": "2028-01-20", "status": "Show"}, "refused", "more than a year ahead"),
        ({"day": "2025-03-01", "status": "Show"}, "refused", "began on"),
    ],
)  # fmt: skip
def test_outcomes(facts: dict[str, str], outcome: str, words: str) -> None:
    (one,) = decided(row(**facts))
    assert (one.outcome, words in one.sentence) == (outcome, True), one.sentence


def test_no_sentence_says_again_what_stood_in_a_cell() -> None:
    for name in ("day", "start", "end", "length"):
        (one,) = decided(row(**{"length": "", name: "Robin Doe 5"}))
        assert one.outcome == Outcome.REFUSED
        assert "Robin" not in one.sentence


def test_overlaps_are_refused_and_do_not_hide_the_rest() -> None:
    first, second, third = decided(row(2), row(3, start="9:30"), row(4, start="9:50"))
    assert [first.outcome, second.outcome, third.outcome] == ["entry", "refused", "entry"]
    assert "You cannot be in two places at once" in second.sentence


def test_a_week_that_is_locked_says_so() -> None:
    (one,) = decided(
        row(), locked={BAYVIEW.setting_id: [(week_of(MONDAY), "The week has been signed by Dana.")]}
    )
    assert (one.outcome, one.sentence) == ("refused", "The week has been signed by Dana.")


def test_where_the_file_says_nothing_the_person_decides() -> None:
    assert outcomes(row(), choices=Choices(took_place=False, kinds=CHOICES.kinds)) == ["confirm"]


# ---- what is known already ---------------------------------------------------------------------------------------


def test_the_same_again_is_known_whether_typed_or_imported_or_in_the_same_file() -> None:
    assert outcomes(row(), logged=(Logged(entry(), ""),)) == ["known"]
    assert outcomes(row(), logged=(Logged(entry(activity="counseling"), "x", in_log=False),)) == ["known"]
    first, second = decided(row(2, client="a"), row(3, client="b"))
    assert (first.outcome, second.outcome) == ("entry", "known")
    assert second.sentence == "The same day, time and activity is on line 2."


def test_a_question_that_was_asked_is_not_asked_again() -> None:
    unknown = (Logged(entry(activity="", client_unit=None), "", in_log=False),)
    assert outcomes(row(kind="mystery"), logged=unknown) == ["known"]
    assert outcomes(row(), logged=unknown) == ["known"]
    assert outcomes(row(kind="mystery"), logged=(Logged(entry(), ""),)) == ["known"]


def test_sessions_without_a_start_are_told_apart_by_the_client() -> None:
    assert outcomes(row(2, start="", client="a"), row(3, start="", client="b"), row(4, start="", client="b")) == [
        "entry", "entry", "known",
    ]  # fmt: skip
    assert outcomes(row(2, start=""), row(3, start="")) == ["entry", "known"]


def test_what_may_be_the_same_is_asked_once_for_each_entry() -> None:
    without_start = (Logged(entry(start_minute=None), ""),)
    assert outcomes(row(2), row(3, start="11:00"), logged=without_start) == ["confirm", "entry"]
    assert outcomes(row(2, start="", client="a"), row(3, start="", client="b"), logged=without_start) == [
        "confirm", "entry",
    ]  # fmt: skip
    assert outcomes(row(2, start=""), logged=(Logged(entry(), ""),)) == ["confirm"]


@given(
    st.lists(
        st.builds(
            row,
            line=st.integers(2, 9),
            start=st.sampled_from(["", "9:00", "10:00", "2:30"]),
            length=st.sampled_from(["50", "1:15", "", "900"]),
            kind=st.sampled_from(["therapy", "couple", "group", "lunch", "mystery", ""]),
            status=st.sampled_from(["", "Show", "Attended", "No Show"]),
            client=st.sampled_from(["", "a", "b"]),
        ),
        max_size=14,
    )
)
@settings(max_examples=200, deadline=None)
def test_a_second_import_of_the_same_file_changes_nothing(rows: list[Row]) -> None:
    first = decided(*rows)
    assert len(first) == len(rows)
    logged = tuple(
        Logged(one.stretch, one.row.client, in_log=one.outcome == Outcome.ENTRY)
        for one in first
        if one.stretch and one.outcome in {Outcome.ENTRY, Outcome.CONFIRM}
    )
    again = decided(*rows, logged=logged)
    assert not {one.outcome for one in again} & {Outcome.ENTRY, Outcome.CONFIRM}
    assert (
        sum(one.stretch.minutes for one in first if one.outcome == Outcome.ENTRY and one.stretch) <= 24 * 60
    )


def test_sessions_of_many_clients_still_fit_into_one_day() -> None:
    first, second = decided(
        row(2, start="", length="900", client="a"), row(3, start="", length="900", client="b")
    )
    assert (first.outcome, second.outcome) == (Outcome.ENTRY, Outcome.REFUSED)
    assert "A day has 24" in second.sentence


# ---- clocks that change ------------------------------------------------------------------------------------------


def test_a_time_that_was_left_out_is_refused() -> None:
    (one,) = decided(row(day="2026-03-08", start="2:30"))
    assert one.sentence == "2:30 did not exist on 8 Mar 2026: the clocks were put forward that night."


def test_hours_are_those_that_pass() -> None:
    long, short = decided(
        row(2, day="2026-11-01", start="0:30", length="", end="3:00"),
        row(3, day="2026-03-08", start="1:30", length="", end="3:30"),
    )
    assert long.stretch is not None
    assert short.stretch is not None
    assert (long.stretch.minutes, short.stretch.minutes) == (210, 60)


# ---- parsing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-11-16", "mdy", (MONDAY, None)),
        ("2026/11/16", "dmy", (MONDAY, None)),
        ("11/16/2026", "mdy", (MONDAY, None)),
        ("16/11/2026", "dmy", (MONDAY, None)),
        ("16.11.2026", "mdy", (MONDAY, None)),
        ("11/16/26", "mdy", (MONDAY, None)),
        ("11/16/2026 9:00 AM", "mdy", (MONDAY, 540)),
        ("11/16/2026, 2:05pm", "mdy", (MONDAY, 845)),
        ("Mon, Nov 16, 2026", "dmy", (MONDAY, None)),
        ("November 16 2026", "dmy", (MONDAY, None)),
        ("16 Nov 2026", "mdy", (MONDAY, None)),
        ("16-Nov-26", "mdy", (MONDAY, None)),
        ("2026-11-16 09:00:00", "mdy", (MONDAY, 540)),
        ("2026-11-16T09:00:00", "mdy", (MONDAY, 540)),
        ("2026-11-17T05:30:00Z", "mdy", (MONDAY, 21 * 60 + 30)),
        ("2026-11-16T12:00:00-05:00", "mdy", (MONDAY, 540)),
    ],
)
def test_days(text: str, order: str, expected: tuple[date, int | None]) -> None:
    assert parse_day(text, order, ZONE) == expected


@given(st.dates(date(1950, 1, 1), date(2199, 12, 31)), st.sampled_from(["mdy", "dmy"]))
def test_every_day_is_read_back(day: date, order: str) -> None:
    numbers = f"{day.month}/{day.day}/{day.year}" if order == "mdy" else f"{day.day}/{day.month}/{day.year}"
    for text in (day.isoformat(), numbers, f"{day:%d.%m.%Y}", f"{day:%b} {day.day}, {day.year}"):
        assert parse_day(text, order, ZONE) == (day, None)


@given(st.text(max_size=30))
@settings(max_examples=300)
def test_whatever_stands_there_a_value_or_a_sentence(text: str) -> None:
    for parse in (
        lambda: parse_day(text, "mdy", ZONE),
        lambda: parse_clock(text),
        lambda: parse_length(text, "hours"),
    ):
        refusal = "."
        try:
            parse()
        except ValueError as error:
            refusal = str(error)
        assert refusal.endswith(".")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("9:00", 540), ("09:05:59", 545), ("9 am", 540), ("12:30 AM", 30), ("12pm", 720), ("21h15", 1275)],
)
def test_clocks(text: str, minutes: int) -> None:
    assert parse_clock(text) == minutes


@pytest.mark.parametrize(
    ("text", "unit", "minutes"),
    [("50", "minutes", 50), ("50.0", "minutes", 50), ("1.25", "hours", 75), ("1,25", "hours", 75), ("0:50", "hours", 50),
     ("0:50:00", "minutes", 50), ("50 min", "hours", 50), ("1h 15m", "minutes", 75), ("2", "hours", 120)],
)  # fmt: skip
def test_lengths(text: str, unit: str, minutes: int) -> None:
    assert parse_length(text, unit) == minutes


# ---- guesses -----------------------------------------------------------------------------------------------------


def guessed(*rows: Row, time_zone: str = LOS_ANGELES, heading: str = "Duration") -> Choices:
    return guess_choices(rows, time_zone=time_zone, length_heading=heading)


@pytest.mark.parametrize(
    ("days", "time_zone", "order"),
    [(["02/03/2026"], LOS_ANGELES, "mdy"), (["02/03/2026"], "Europe/London", "dmy"), (["02/03/2026", "13/03/2026"], LOS_ANGELES, "dmy"),
     (["02/03/2026", "03/13/2026"], "Europe/London", "mdy"), (["13.03.2026"], LOS_ANGELES, "mdy")],
)  # fmt: skip
def test_the_order_of_day_and_month(days: list[str], time_zone: str, order: str) -> None:
    assert guessed(*(row(day=day) for day in days), time_zone=time_zone).day_order == order


@pytest.mark.parametrize(
    ("lengths", "heading", "unit"),
    [(["50", "60"], "Duration", "minutes"), (["0.75", "1"], "Duration", "hours"), (["50"], "Hours", "hours"),
     (["5"], "Minutes", "minutes"), (["0:50"], "Duration", "minutes")],
)  # fmt: skip
def test_the_unit_of_lengths(lengths: list[str], heading: str, unit: str) -> None:
    assert guessed(*(row(length=length) for length in lengths), heading=heading).unit == unit


@pytest.mark.parametrize(
    ("kind", "activity"),
    [("Individual Therapy", "counseling:individual"), ("90837", "counseling:individual"), ("90847 - Family", "counseling:family"),
     ("Couples session", "counseling:couple"), ("Group therapy", "counseling:group"), ("Group Supervision", "supervision_group"),
     ("Supervision", "supervision_individual"), ("Triadic supervision", "supervision_triadic"), ("Intake (90791)", "clinical_assessment"),
     ("Progress notes", "notes"), ("Case management", "case_management"), ("Lunch", NOT_WORK), ("Staff meeting", "administration"),
     ("Qwerty", ASK), ("", ASK)],
)  # fmt: skip
def test_kinds(kind: str, activity: str) -> None:
    assert guessed(row(kind=kind)).kinds == {kind: activity}


@pytest.mark.parametrize(
    ("status", "held"),
    [("Show", "confirm"), ("No Show", "none"), ("no-show", "none"), ("Cancelled", "none"), ("Late Cancelled", "none"), ("canceled", "none"),
     ("occurred", "done"), ("Rescheduled", "none"), ("Attended", "done"), ("Scheduled", "confirm"), ("Completed", "done"), ("???", "confirm")],
)  # fmt: skip
def test_statuses(status: str, held: str) -> None:
    assert guessed(row(status=status)).statuses == {status: held}


def test_deliveries() -> None:
    texts = {
        "Telehealth": "video",
        "Phone call": "phone",
        "Main office": "in_person",
        "Elsewhere": "in_person",
    }
    assert guessed(*(row(delivery=text) for text in texts)).deliveries == texts


def test_what_was_chosen_before_goes_first_and_new_texts_are_guessed() -> None:
    earlier = Choices(unit="hours", kinds={"therapy": "notes", "gone": "notes"}, statuses={"Show": "done"})
    both = completed_by(guessed(row(status="Show"), row(kind="Couple", status="No Show")), earlier)
    assert both.unit == "hours"
    assert both.kinds == {"Couple": "counseling:couple", "therapy": "notes"}
    assert both.statuses == {"No Show": "none", "Show": "done"}
    assert choices_from_json(both.as_json()) == both


def test_a_row_far_ahead_is_measured_from_today() -> None:
    assert outcomes(row(day=(TODAY + timedelta(days=366)).isoformat(), status="Show")) == ["confirm"]
