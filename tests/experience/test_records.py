"""The document that is signed: it holds everything shown, and nothing of it can change unnoticed."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.records import ATTESTATION, digest, license_line, week_body

SETTING = WorkSetting(id=3, name="Bayview Clinic", kind="nonprofit", employment="employee")
SHEET = WeekSheet(
    id=7, setting=SETTING, week_start=date(2026, 11, 16), week_end=date(2026, 11, 22), version=2
)
SUPERVISION = Supervision(
    license_type="LMFT",
    license_number="98765",
    licensed_on=date(2015, 5, 1),
    license_expires_on=date(2028, 3, 31),
    related=False,
)


def entry(**facts: Any) -> Entry:
    return Entry(
        **{
            "day": date(2026, 11, 16),
            "minutes": 50,
            "activity": "counseling",
            "client_unit": "couple",
            "delivery": "video",
            "start_minute": 545,
            "head_count": None,
            "note": "Intake",
            **facts,
        }
    )


GROUP = entry(
    activity="supervision_group", client_unit=None, minutes=120, head_count=6, start_minute=None, note=""
)
BODY = week_body(SHEET, [entry(), GROUP, entry(minutes=10)], SUPERVISION, "Alice Example", "Dana Example")


def test_it_holds_the_week() -> None:
    assert BODY["trainee"] == "Alice Example"
    assert BODY["setting"] == {
        "name": "Bayview Clinic",
        "kind": "Nonprofit or community agency",
        "employment": "Employee (W-2)",
    }
    assert BODY["week"] == {"start": "2026-11-16", "end": "2026-11-22"}
    assert BODY["sheet"] == {"number": 7, "version": 2}
    assert BODY["attestation"] == ATTESTATION
    assert license_line(BODY) == "LMFT 98765, expires 2028-03-31"


def test_it_holds_each_entry_in_order() -> None:
    assert BODY["entries"][0] == {
        "day": "2026-11-16",
        "start": "9:05",
        "minutes": 50,
        "activity": "counseling",
        "activity_label": "Direct counseling",
        "client_unit": "couple",
        "client_unit_label": "Couple",
        "delivery": "video",
        "delivery_label": "Video",
        "supervisees": None,
        "note": "Intake",
    }
    assert [one["supervisees"] for one in BODY["entries"]] == [None, 6, None]


def test_its_totals_are_the_sums_of_its_entries() -> None:
    assert BODY["totals"]["minutes"] == 180
    assert [(one["activity"], one["minutes"]) for one in BODY["totals"]["by_activity"]] == [
        ("counseling", 60),
        ("supervision_group", 120),
    ]


def test_its_digest_is_that_of_its_canonical_bytes() -> None:
    assert digest(BODY) == digest(dict(reversed(BODY.items())))
    assert len(digest(BODY)) == 64


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in paths(item, (*path, key))]
    if isinstance(value, list):
        return [found for place, item in enumerate(value) for found in paths(item, (*path, place))]
    return [path]


@pytest.mark.parametrize("path", paths(BODY), ids=str)
def test_no_value_in_it_can_change_unnoticed(path: tuple[Any, ...]) -> None:
    altered: Any = deepcopy(BODY)
    place = altered
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "something else"
    assert digest(altered) != digest(BODY)


@given(
    st.lists(st.tuples(st.integers(1, 960), st.sampled_from(["notes", "reports", "workshop"])), max_size=20)
)
def test_totals_always_add_up(rows: list[tuple[int, str]]) -> None:
    entries = [entry(minutes=minutes, activity=activity, client_unit=None) for minutes, activity in rows]
    totals = week_body(SHEET, entries, SUPERVISION, "A", "D")["totals"]
    assert totals["minutes"] == sum(minutes for minutes, _ in rows)
    assert sum(one["minutes"] for one in totals["by_activity"]) == totals["minutes"]
