"""The tables of a cohort add up to the logs, also while a signed week is being amended; every column is explained."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.experience import ACTIVITY_LABELS, CLIENT_UNIT_LABELS, DELIVERY_LABELS
from ceu.experience.models import Supervision, WorkSetting
from ceu.experience.queries import hours_by_state
from ceu.experience.services import amend_week
from ceu.programs.export_queries import Span, Tally, list_tallies, settings_by_id, supervisions_by_id
from ceu.programs.export_tables import (
    DIRECT,
    STUDENT_COLUMNS,
    SUPERVISION,
    About,
    Logs,
    Student,
    dictionary_sheet,
    hours,
    kinds_sheet,
    sites_sheet,
    students_sheet,
)
from tests.experience.builders import MONDAY, log, sheet_of, sign, submitted_week
from tests.factories import FROZEN_NOW

EVER = Span()
DAY = date(2026, 11, 16)
CLINIC = WorkSetting(id=1, person_id=1, name="Bayview Clinic", kind="nonprofit", employment="employee",
                     practicum=True, began_on=date(2025, 3, 3), facts={})  # fmt: skip
DANA = Supervision(id=1, trainee_id=1, setting_id=1, invited_name="Dana Example", invited_email="d@example.org",
                   license_type="LMFT", license_number="98765", facts={})  # fmt: skip


def tally(
    activity: str, minutes: int, unit: str | None = None, delivery: str = "in_person", person: int = 1
) -> Tally:
    """Minutes of one kind at Bayview Clinic under Dana."""
    return Tally(person, 1, 1, activity, unit, delivery, minutes, DAY, DAY)


def logs(*tallies: Tally) -> Logs:
    """What one student, Alice, has done."""
    return Logs.made_of([Student(7, 1, "Alice")], tallies, {1: CLINIC}, {1: DANA})


def student(*tallies: Tally) -> dict[str, object]:
    """Alice's row of the table of students."""
    sheet = students_sheet(logs(*tallies))
    [row] = list(sheet.rows)
    return dict(zip(sheet.headings, row, strict=True))


class TestTheTables:
    def test_it_works(self) -> None:
        row = student(
            tally("counseling", 600, "couple"),
            tally("counseling", 300, "family", "video"),
            tally("clinical_assessment", 60),
            tally("supervision_individual", 60),
            tally("supervision_triadic", 30, delivery="video"),
            tally("supervision_group", 120),
            tally("notes", 45),
        )
        assert row["Record"] == 7
        assert row["Hours in all"] == 20.25
        assert row["Direct contact"] == 16
        assert row["Direct: couples and families"] == 15
        assert row["Direct: client not said"] == 1
        assert row["Direct: video"] == 5
        assert row["Direct at: Nonprofit or community agency"] == 16
        assert row["Supervision"] == 3.5
        assert row["Individual and triadic supervision"] == 1.5
        assert row["Supervision: video"] == 0.5
        assert row["Individual share of supervision, percent"] == 42.9
        assert row["Direct hours for each hour of supervision"] == 4.57
        assert row["Sites"] == "Bayview Clinic"
        assert row["Supervisors"] == "Dana Example (LMFT 98765)"

    def test_without_supervision_there_are_no_ratios(self) -> None:
        row = student(tally("counseling", 60, "child"))
        assert row["Individual share of supervision, percent"] is None
        assert row["Direct hours for each hour of supervision"] is None

    def test_who_has_done_nothing_has_an_empty_row(self) -> None:
        row = student()
        assert (row["Student"], row["Hours in all"], row["First day"], row["Sites"]) == (
            "Alice",
            0,
            None,
            None,
        )
        assert list(kinds_sheet(logs()).rows) == list(sites_sheet(logs()).rows) == []

    @given(
        st.lists(
            st.builds(
                tally,
                st.sampled_from(sorted(ACTIVITY_LABELS)),
                st.integers(1, 6_000).map(lambda number: number * 6),  # tenths of an hour: nothing is rounded
                st.sampled_from([None, *CLIENT_UNIT_LABELS]),
                st.sampled_from(sorted(DELIVERY_LABELS)),
            )
        )
    )
    def test_parts_add_up_to_their_whole(self, tallies: list[Tally]) -> None:
        row = student(*tallies)

        def total(names: list[str]) -> float:
            return round(sum(float(str(row[name])) for name in names), 2)

        direct = row["Direct contact"]
        units = [f"Direct: {label.lower()}" for label in CLIENT_UNIT_LABELS.values()]
        assert total([*units, "Direct: client not said"]) == direct
        assert total([f"Direct: {label.lower()}" for label in DELIVERY_LABELS.values()]) == direct
        assert total([ACTIVITY_LABELS[name] for name in DIRECT]) == direct
        assert total([name for name in row if name.startswith("Direct at: ")]) == direct
        assert total([ACTIVITY_LABELS[name] for name in SUPERVISION]) == row["Supervision"]
        assert (
            total([f"Supervision: {label.lower()}" for label in DELIVERY_LABELS.values()])
            == row["Supervision"]
        )
        assert total(list(ACTIVITY_LABELS.values())) == row["Hours in all"]
        minutes = sum(int(str(line[8])) for line in kinds_sheet(logs(*tallies)).rows)
        assert hours(minutes) == row["Hours in all"]

    def test_every_column_is_named_once_and_explained(self) -> None:
        names = [column.name for column in STUDENT_COLUMNS]
        assert len(names) == len(set(names))
        lines = list(dictionary_sheet(About("Fall", "Harbor", Span(DAY, None), True, DAY)).rows)
        assert all(line[2] for line in lines)
        assert [
            "This file",
            "Hours",
            "Hours signed by a supervisor, from 16 Nov 2026 through the last entry.",
            None,
        ] in lines


class TestTheTallies:
    def minutes(self, session: Session, person: Person, span: Span = EVER, *, signed: bool) -> int:
        return sum(one.minutes for one in list_tallies(session, [person.id], span, signed=signed))

    def test_they_agree_with_the_log_while_a_week_is_amended(
        self,
        session: Session,
        outside: Outside,
        bayview: WorkSetting,
        supervision: Supervision,
        alice: Person,
        dana: Person,
    ) -> None:
        week = submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1), minutes=100)
        sign(session, outside, dana, week)
        submitted_week(session, outside, bayview)
        amend_week(session, FROZEN_NOW, week, "An hour was forgotten.")
        log(session, outside, bayview, day=week.week_start, minutes=60, start_minute=900)
        known = hours_by_state(session, alice.id)
        assert (known.logged, known.signed) == (210, 100)
        assert self.minutes(session, alice, signed=False) == known.logged
        assert self.minutes(session, alice, signed=True) == known.signed
        october = Span(date(2026, 10, 1), date(2026, 10, 31))
        assert self.minutes(session, alice, october, signed=True) == 0
        assert self.minutes(session, alice, Span(week.week_start, week.week_start), signed=True) == 100
        assert sheet_of(session, bayview, week.week_start).minutes == 160

    def test_places_and_supervisors_of_others_are_left_out(
        self, session: Session, bayview: WorkSetting, supervision: Supervision, alice: Person, bob: Person
    ) -> None:
        assert set(settings_by_id(session, [alice.id])) == {bayview.id}
        assert set(supervisions_by_id(session, [alice.id])) == {supervision.id}
        assert settings_by_id(session, [bob.id]) == supervisions_by_id(session, [bob.id]) == {}


@pytest.mark.parametrize("minutes", [0, 1, 50, 95190])
def test_hours_are_rounded_to_hundredths(minutes: int) -> None:
    assert abs(hours(minutes) * 60 - minutes) <= 0.3
