"""What pages show of the rules' verdicts on a week."""

from typing import Any

from ceu.adapters.rulepacks import PackLibrary
from ceu.experience.verdicts import Count, Finding, labels_of, read_week
from ceu.settings import ROOT


def entry(logged: int, credited: int, *sentences: str, undetermined: int = 0) -> dict[str, Any]:
    return {
        "logged": logged,
        "credited": credited,
        "undetermined": undetermined,
        "cuts": [{"rule": "r", "minutes": logged - credited, "sentence": one} for one in sentences[:1]],
        "reasons": [{"rule": "r", "sentence": one} for one in sentences],
    }


def finding(sentence: str, fix: str | None = None) -> dict[str, Any]:
    return {"rule": "r", "severity": "mend", "sentence": sentence, "entries": [], "fix": fix}


WEEK = {
    "settings": [
        {"setting": "7", "findings": [finding("A second unit is missing.", "Meet once more.")]},
        {"setting": None, "findings": [finding("Nowhere")]},
    ],
    "entries": {
        "1": entry(60, 60),
        "2": entry(60, 0, "Too late.", "No supervisor."),
        "3": entry(30, 10, "Too late."),
        "4": entry(30, 0, undetermined=30),
    },
}


def test_it_reads_what_each_entry_is_worth() -> None:
    reading = read_week(5, "LMFT", [WEEK])
    assert reading.count_of(1) == Count(60, 60, 0)
    assert reading.count_of(2) == Count(60, 0, 0, ("Too late.", "No supervisor."))
    assert reading.count_of(9) is None
    assert [reading.counts[number].is_whole for number in (1, 2, 3, 4)] == [True, False, False, False]
    assert [reading.counts[number].is_open for number in (1, 2, 3, 4)] == [False, False, False, True]
    assert reading.credited([1, 2, 3, 9]) == 70


def test_it_reads_the_findings_of_each_setting() -> None:
    reading = read_week(5, "LMFT", [WEEK])
    assert reading.findings_of(7) == (Finding("mend", "A second unit is missing.", "Meet once more."),)
    assert reading.findings_of(8) == ()


def test_two_calendar_weeks_that_touch_the_shown_one_are_read_together() -> None:
    sunday = {
        "settings": [{"setting": "7", "findings": [finding("Another week.")]}],
        "entries": {"8": entry(5, 5)},
    }
    reading = read_week(5, "LMFT", [WEEK, sunday])
    assert [one.sentence for one in reading.findings_of(7)] == ["A second unit is missing.", "Another week."]
    assert reading.credited([1, 8]) == 65


def test_what_holds_for_every_entry_is_said_once() -> None:
    reading = read_week(5, "LMFT", [WEEK])
    assert reading.reasons_of_all([2, 3]) == ("Too late.",)
    assert reading.reasons_beside(2, [2, 3]) == ("No supervisor.",)
    assert reading.reasons_beside(3, [2, 3]) == ()
    assert reading.reasons_of_all([1, 2]) == ()
    assert reading.reasons_of_all([]) == ()
    assert reading.reasons_beside(9, [2, 9]) == ()


def test_goals_are_called_by_the_shortest_name_that_tells_them_apart() -> None:
    packs = PackLibrary(ROOT / "ceu" / "rulepacks")
    found = [packs.get(pack_id) for pack_id in ("us-ca/lmft", "us-tx/lpc", "us-or/lpc")]
    assert labels_of(found) == ["LMFT", "Texas LPC", "Oregon LPC"]
    assert labels_of([]) == []
    assert labels_of(found[:1] * 2) == [found[0].title] * 2
