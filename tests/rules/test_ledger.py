"""A ledger is columns; a missing attribute is unknown, a missing day or length is refused."""

from datetime import date

import pytest

from ceu.rules.ledger import Ledger

ROW = {"id": 1, "day": date(2026, 11, 16), "minutes": 50}


def test_rows_become_columns():
    ledger = Ledger.from_rows(
        [{**ROW, "activity": "notes", "practicum": True, "head_count": 3}, {**ROW, "id": 2}]
    )
    assert len(ledger) == 2
    assert ledger.day.tolist() == [date(2026, 11, 16).toordinal()] * 2
    assert ledger.categories["activity"].values == ("notes",)
    assert ledger.categories["activity"].codes.tolist() == [0, -1]
    assert ledger.practicum.tolist() == [1, -1]
    assert ledger.head_count.tolist() == [3, -1]


@pytest.mark.parametrize("missing", ["id", "day", "minutes"])
def test_an_entry_needs_an_id_a_day_and_its_minutes(missing):
    with pytest.raises(ValueError, match=f"no {missing}"):
        Ledger.from_rows([{**ROW, missing: None}])


def test_minutes_are_not_negative():
    with pytest.raises(ValueError, match="negative"):
        Ledger.from_rows([{**ROW, "minutes": -1}])


def test_columns_have_one_length():
    with pytest.raises(ValueError, match="differ in length"):
        Ledger.from_columns({"id": [1, 2], "day": [date(2026, 1, 1)] * 2, "minutes": [1]})


def test_one_more_row_is_appended():
    ledger = Ledger.from_rows([{**ROW, "activity": "notes", "person": "ana"}])
    longer = ledger.with_row({**ROW, "id": "new", "activity": "reports", "topic": ["x"]})
    assert longer.ids == (1, "new")
    assert longer.person.values == ("ana",)
    assert longer.categories["activity"].values == ("notes", "reports")
    assert longer.categories["activity"].codes.tolist() == [0, 1]
    assert longer.categories["topic"].values == (("x",),)
    assert longer.categories["topic"].codes.tolist() == [-1, 0]
