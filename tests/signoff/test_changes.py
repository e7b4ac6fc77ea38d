"""The difference between a signed week and its amendment, line by line."""

from typing import Any

from ceu.signoff.changes import Change, changes_between


def line(**facts: Any) -> dict[str, Any]:
    return {
        "day": "2026-11-16",
        "start": None,
        "minutes": 50,
        "activity": "counseling",
        "activity_label": "Direct counseling",
        "client_unit": "couple",
        "client_unit_label": "Couple",
        "delivery": "video",
        "delivery_label": "Video",
        "supervisees": None,
        "note": "",
        **facts,
    }


def body(*entries: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {
        "entries": list(entries),
        "totals": {"minutes": sum(one["minutes"] for one in entries)},
        "setting": {"name": "Bayview", "kind": "School", "employment": "Volunteer"},
        "supervisor": {
            "name": "Dana",
            "relative_of_trainee": False,
            "license": {"type": "LMFT", "number": "1", "expires_on": "2028-03-31"},
        },
        **facts,
    }


GROUP = line(
    activity="supervision_group", activity_label="Group supervision", client_unit=None, client_unit_label=None,
    minutes=120, supervisees=6, start="9:05", note="Case",
)  # fmt: skip


def test_equal_weeks_have_no_difference() -> None:
    assert changes_between(body(line(), GROUP), body(GROUP, line())) == []


def test_a_changed_entry_is_told_once_and_the_total_after_it() -> None:
    assert changes_between(body(line(), GROUP), body(line(minutes=30), GROUP)) == [
        Change(
            "16 Nov 2026",
            "Direct counseling, couple · 0:50 · Video",
            "Direct counseling, couple · 0:30 · Video",
        ),
        Change("Total", "2:50", "2:30"),
    ]


def test_what_is_new_and_what_is_gone_stands_by_day() -> None:
    tuesday, wednesday = line(day="2026-11-17"), line(day="2026-11-18")
    assert changes_between(body(wednesday), body(tuesday)) == [
        Change("17 Nov 2026", "", "Direct counseling, couple · 0:50 · Video"),
        Change("18 Nov 2026", "Direct counseling, couple · 0:50 · Video", ""),
    ]


def test_another_activity_on_the_same_day_is_one_change() -> None:
    assert changes_between(body(line(minutes=120)), body(GROUP)) == [
        Change(
            "16 Nov 2026",
            "Direct counseling, couple · 2:00 · Video",
            "Group supervision · 2:00 from 9:05 · Video · 6 supervised · Case",
        )
    ]


def test_one_of_two_equal_entries_may_go() -> None:
    (gone, total) = changes_between(body(line(), line()), body(line()))
    assert (gone.after, total.after) == ("", "0:50")


def test_setting_and_supervisor_are_told_too() -> None:
    amended = body(
        line(),
        setting={"name": "Bayview", "kind": "Hospital", "employment": "Volunteer"},
        supervisor={
            "name": "Robin",
            "relative_of_trainee": True,
            "license": {"type": "LCSW", "number": "2", "expires_on": "2029-03-31"},
        },
    )
    assert changes_between(body(line()), amended) == [
        Change("Setting", "Bayview · School · Volunteer", "Bayview · Hospital · Volunteer"),
        Change(
            "Supervisor",
            "Dana · LMFT 1, expires 2028-03-31",
            "Robin · LCSW 2, expires 2029-03-31 · relative or partner of the trainee",
        ),
    ]
