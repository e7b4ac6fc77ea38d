"""Which documents a supervision owes, and by when."""

from datetime import date, timedelta
from typing import Any

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.settings import ROOT
from ceu.supervising.agreement_dues import LOOK_BACK, Done, Owed, Supervised, due_term, owed

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")
TODAY = date(2026, 11, 24)


def supervised(pack: str, began: date, ended: date | None = None, **facts: Any) -> Supervised:
    return Supervised(1, began, ended, [PACKS.get(pack)], facts)


def dues(one: Supervised, today: date = TODAY) -> dict[tuple[str, str], date]:
    return {(each.form.key, each.start): each.due for each in owed([one], {}, today)}


def test_the_california_agreement_is_due_sixty_days_after_the_first_day() -> None:
    found = dues(supervised("us-ca/lmft", date(2026, 10, 1)))
    assert found == {("supervision-agreement", "whole"): date(2026, 11, 30)}


def test_virginia_owes_an_evaluation_for_every_three_months() -> None:
    found = dues(supervised("us-va/lpc", date(2026, 7, 1)))
    quarters = {start: due for (key, start), due in found.items() if key == "quarterly-evaluation"}
    assert quarters == {"2026-07-01": date(2026, 9, 30), "2026-10-01": date(2026, 12, 31)}


def test_oregon_owes_the_report_in_the_month_after_six() -> None:
    found = dues(supervised("us-or/lpc", date(2026, 3, 10), or_associate_registered_on=date(2026, 3, 1)))
    halves = {start: due for (key, start), due in found.items() if key == "six-month-report"}
    assert halves == {"2026-03-01": date(2026, 9, 30), "2026-09-01": date(2027, 3, 31)}


def test_old_periods_are_not_asked_for() -> None:
    found = owed([supervised("us-va/lpc", date(2020, 1, 1))], {}, TODAY)
    assert all(one.period.last is None or one.period.last >= TODAY - LOOK_BACK for one in found)


def test_what_follows_the_end_is_due_only_then() -> None:
    assert ("experience-verification", "whole") not in dues(supervised("us-tx/lpc", date(2026, 1, 1)))
    ended = dues(supervised("us-tx/lpc", date(2026, 1, 1), date(2026, 11, 10)))
    assert ended["experience-verification", "whole"] == date(2026, 12, 10)


def test_what_is_optional_is_not_owed() -> None:
    assert dues(supervised("us-ny/lcsw", date(2026, 1, 1))) == {}


def test_what_is_done_stands_last() -> None:
    one = supervised("us-va/lpc", date(2026, 7, 1))
    first = owed([one], {}, TODAY)[0]
    listed = owed([one], {first.key: Done(TODAY, "both", 1)}, TODAY)
    assert listed[-1].key == first.key
    assert listed[-1].tone(TODAY) == "met"


@pytest.mark.parametrize(("days", "tone"), [(-1, "lost"), (0, "mend"), (14, "mend"), (15, "note")])
def test_how_urgent_it_is(days: int, tone: str) -> None:
    one = owed([supervised("us-ca/lmft", date(2026, 10, 1))], {}, TODAY)[0]
    assert Owed(1, one.form, one.period, TODAY + timedelta(days=days)).tone(TODAY) == tone


@pytest.mark.parametrize(
    ("days_left", "sent", "term"),
    [
        (15, [], None),
        (14, [], 14),
        (3, [], 14),
        (3, [14], None),
        (0, [14], None),
        (-1, [14], 0),
        (-1, [], 0),
        (-30, [14, 0], None),
        (-30, [0], None),
    ],
)
def test_each_reminder_goes_once(days_left: int, sent: list[int], term: int | None) -> None:
    assert due_term(TODAY + timedelta(days=days_left), TODAY, sent) == term
