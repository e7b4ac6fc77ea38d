"""A believable trainee: 18 months of weeks in two settings, with the mishaps that real logs have.

The plan is the same on every machine: it is drawn with a fixed seed and moves along with the date it is made for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ceu.domain.dates import week_of
from ceu.domain.experience import Activity

WEEKS = 78
"""Eighteen months, the current week last."""

SECOND_SETTING_FROM = 40
"""The week in which work at the school begins."""

_VACATIONS = {7, 8, 31, 32, 57, 58}
_WITHOUT_SECOND_UNIT = {22, 47, 74}
"""Weeks with more than 10 direct hours and one unit of supervision: they show what forfeiture looks like."""
_LONG_WEEK = 64
_SUPERVISED_BY_PHONE = {15}

_HOUR = 60
_SESSION = 50


@dataclass(frozen=True)
class Planned:
    """One entry to be logged; ``place`` is "clinic" or "school", ``start`` minutes after midnight."""

    place: str
    day: date
    start: int
    minutes: int
    activity: Activity
    client_unit: str | None = None
    delivery: str = "in_person"
    head_count: int | None = None


def first_monday(today: date) -> date:
    """The Monday on which the log begins."""
    return week_of(today).first - timedelta(weeks=WEEKS - 1)


def planned_weeks(today: date) -> Iterator[list[Planned]]:
    """The entries of each week, oldest first; nothing lies in the future of ``today``."""
    random = Random(2026)
    for number in range(WEEKS):
        monday = first_monday(today) + timedelta(weeks=number)
        week = [] if number in _VACATIONS else [*_clinic_week(number, monday, random)]
        if number >= SECOND_SETTING_FROM and number not in _VACATIONS:
            week += _school_week(number, monday, random)
        yield [entry for entry in week if entry.day <= today]


def _clinic_week(number: int, monday: date, random: Random) -> Iterator[Planned]:
    monday_, tuesday, wednesday, thursday, friday = (monday + timedelta(days=day) for day in range(5))
    sessions = 24 if number == _LONG_WEEK else random.randint(13, 16) + min(number // 20, 2)
    yield from _sessions(random, sessions, (monday_, tuesday, thursday))
    by_phone = number in _SUPERVISED_BY_PHONE
    yield Planned(
        "clinic",
        wednesday,
        9 * _HOUR,
        _HOUR,
        Activity.SUPERVISION_INDIVIDUAL,
        delivery="phone" if by_phone else "in_person",
    )
    if number not in _WITHOUT_SECOND_UNIT:
        yield Planned(
            "clinic",
            wednesday,
            11 * _HOUR,
            2 * _HOUR,
            Activity.SUPERVISION_GROUP,
            head_count=random.randint(4, 7),
        )
    yield Planned("clinic", friday, 8 * _HOUR + 30, random.choice((120, 150, 180)), Activity.NOTES)
    if number % 3 == 0:
        yield Planned("clinic", friday, 15 * _HOUR, 90, Activity.ADVOCACY)
    if number % 8 == 5:
        yield Planned("clinic", wednesday, 14 * _HOUR, 3 * _HOUR, Activity.WORKSHOP, delivery="video")
    if number == _LONG_WEEK:
        for day in (monday_, tuesday, wednesday, thursday):
            yield Planned("clinic", day, 18 * _HOUR + 30, 3 * _HOUR, Activity.REPORTS)


def _sessions(random: Random, count: int, days: tuple[date, ...]) -> Iterator[Planned]:
    units = ["individual", "individual", "individual", "couple", "family", "child"]
    for index in range(count):
        day, slot = days[index % len(days)], index // len(days)
        yield Planned(
            "clinic",
            day,
            (9 + slot + (1 if slot >= 3 else 0)) * _HOUR,
            random.choice((_SESSION, _SESSION, _HOUR)),
            Activity.COUNSELING,
            client_unit=random.choice(units),
            delivery=random.choice(("in_person", "in_person", "video")),
        )


def _school_week(number: int, monday: date, random: Random) -> Iterator[Planned]:
    friday = monday + timedelta(days=4)
    for slot in range(random.randint(2, 3)):
        yield Planned(
            "school", friday, (11 + slot) * _HOUR + 30, 45, Activity.COUNSELING, client_unit="child"
        )
    yield Planned(
        "school",
        monday + timedelta(days=2),
        17 * _HOUR + 15,
        _HOUR,
        Activity.SUPERVISION_TRIADIC,
        head_count=2,
    )
    if number % 2:
        yield Planned("school", monday + timedelta(days=4), 17 * _HOUR, _HOUR, Activity.REPORTS)
