"""One person's log for measuring: five years of daily entries on the way to the California LMFT, and what is known of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ceu.domain.dates import week_of
from ceu.rules.facts import NOT_YET, Facts
from tests.rules.packs import CALIFORNIA_ACCEPTS

AS_OF = date(2026, 11, 24)
ROWS = 5_000
BEGINS = date(2021, 8, 2)
ENTRIES_A_DAY = 4
TEN_YEARS_AGO, WEEKS_OF_TEN_YEARS, ENTRIES_A_WEEK = date(2016, 11, 28), 520, 38
CLIENTS = ("individual", "couple", "child")
Row = dict[str, Any]

FACTS = Facts(
    person={
        "graduate_units_completed_on": date(2020, 1, 10),
        "degree_awarded_on": date(2021, 5, 15),
        "practicum_enrollments": ((date(2020, 1, 10), date(2021, 5, 15)),),
        "registration_applied_on": date(2021, 6, 1),
        "registered_on": date(2021, 7, 3),
        "registration_expires_on": date(2027, 7, 31),
        "registration_number_ordinal": 1,
        "application_received_on": NOT_YET,
    },
    settings={
        place: {
            "name": place.title(),
            "kind": "nonprofit",
            "employment": "employee",
            "live_scan_required": True,
            "live_scan_on": date(2021, 5, 1),
        }
        for place in ("clinic", "school")
    },
    supervisors={
        "olga": {
            "license_type": "LMFT",
            "licensed_on": date(2010, 1, 1),
            "license_expires_on": date(2028, 3, 31),
            "related": False,
            **CALIFORNIA_ACCEPTS,
        }
    },
)


FACTS_OF_TEN_YEARS = Facts(
    person=FACTS.person
    | {
        "graduate_units_completed_on": date(2015, 1, 10),
        "degree_awarded_on": date(2016, 5, 15),
        "practicum_enrollments": ((date(2015, 1, 10), date(2016, 5, 15)),),
        "registration_applied_on": date(2016, 6, 1),
        "registered_on": date(2016, 7, 3),
    },
    settings={place: {**facts, "live_scan_on": date(2016, 5, 1)} for place, facts in FACTS.settings.items()},
    supervisors=FACTS.supervisors,
)


def daily_log(*, with_short_weeks: bool) -> list[Row]:
    """Four entries every working day; ``with_short_weeks`` spends Friday hours in a school, without supervision there."""
    rows: list[Row] = []
    day = BEGINS
    while len(rows) < ROWS:
        if day.weekday() < 5:
            rows += [
                _entry(day, len(rows) + place, place, with_short_weeks) for place in range(ENTRIES_A_DAY)
            ]
        day += timedelta(days=1)
    return rows


def _entry(day: date, number: int, place: int, with_short_weeks: bool) -> Row:
    activity = "counseling" if place < ENTRIES_A_DAY - 1 else "notes"
    if place == 0:
        activity = {1: "supervision_individual", 3: "supervision_group"}.get(day.weekday(), activity)
    elsewhere = with_short_weeks and day.weekday() == 4 and number % 7 == 0
    return {
        "id": number + 1,
        "day": day,
        "minutes": 120 if activity == "supervision_group" else 60,
        "activity": activity,
        "client_unit": CLIENTS[number % len(CLIENTS)] if activity == "counseling" else None,
        "setting": "school" if elsewhere else "clinic",
        "supervisor": "olga",
        "delivery": "in_person",
        "head_count": 4 if activity == "supervision_group" else None,
        "practicum": False,
    }


def ten_years() -> list[Row]:
    """Thirty-eight entries a week for ten years; every other week a day of them in a school."""
    rows: list[Row] = []
    for week in range(WEEKS_OF_TEN_YEARS):
        for place in range(ENTRIES_A_WEEK):
            weekday, in_school = place * 5 // ENTRIES_A_WEEK, week % 2 == 1
            day = TEN_YEARS_AGO + timedelta(weeks=week, days=weekday)
            entry = _entry(day, len(rows), place % ENTRIES_A_DAY, with_short_weeks=False)
            rows.append(entry | {"setting": "school" if in_school and weekday == 4 else "clinic"})
    return rows


def weekly_totals(rows: Sequence[Row]) -> list[Row]:
    """The same log as one total a week, dated on its Monday, of entries that are alike in all else."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        alike = {**row, "day": week_of(row["day"]).first, "id": None, "minutes": 0}
        total = found.setdefault(tuple(alike.values()), alike | {"id": len(found) + 1})
        total["minutes"] += row["minutes"]
    return list(found.values())


def plain_loop(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int, int]:
    """A simplified rule as a plain loop over whole numbers: minutes in all, direct minutes and weeks that count.

    A week counts with an hour of supervision, two above ten direct hours; at most 40 hours a week and 1,250 nonclinical.
    """
    weeks: dict[int, list[int]] = {}
    for row in rows:
        sums = weeks.setdefault((row["day"].toordinal() - 1) // 7, [0, 0, 0])
        activity, minutes = row["activity"], row["minutes"]
        if activity == "counseling":
            sums[0] += minutes
        elif activity == "notes":
            sums[1] += minutes
        else:
            sums[2] += minutes
    direct = other = counted = 0
    for counseling, notes, supervision in weeks.values():
        if supervision >= (120 if counseling > 600 else 60):
            credited = min(counseling, 2_400)
            direct += credited
            other += min(notes + supervision, 2_400 - credited)
            counted += 1
    return direct + min(other, 75_000), direct, counted
