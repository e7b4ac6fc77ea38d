"""A ledger laid out as a table is judged as the same ledger entry by entry."""

from operator import itemgetter

import numpy as np
import pytest
from hypothesis import assume, given, settings

from ceu.rules import table
from ceu.rules.engine import measure_people
from ceu.rules.language import CATEGORIES
from ceu.rules.ledger import Category, Ledger
from ceu.rules.table import Table, tabulated
from tests.rules.packs import AS_OF, BUSY_ROWS, POLICIES, ROWS, people, small_packs


def columns_of(rows, people_by_name):
    """The columns of rows by person, day and kind, one of each; as narrow as a database would give them."""
    words = {name: Category.of([row.get(name) for row in rows]) for name in CATEGORIES}
    numbers = {
        name: np.array([-1 if row.get(name) is None else int(row[name]) for row in rows], dtype=np.int8)
        for name in ("head_count", "practicum")
    }
    person = [people_by_name.index(row["person"]) for row in rows]
    day = [row["day"].toordinal() for row in rows]
    codes = [
        *(column.codes.tolist() for column in words.values()),
        *(each.tolist() for each in numbers.values()),
    ]
    keys = list(zip(person, day, *codes, strict=True))
    order = sorted({key: place for place, key in enumerate(keys)}.values(), key=lambda place: keys[place])
    return {
        "person": Category(np.array(person, dtype=np.int32)[order], tuple(people_by_name)),
        "day": np.array(day, dtype=np.int32)[order],
        "minutes": np.array([row["minutes"] for row in rows], dtype=np.int16)[order],
        **{name: chosen(column, order) for name, column in words.items()},
        **{name: column[order] for name, column in numbers.items()},
    }


def chosen(column, order):
    if column.codes.strides == (0,):
        return Category(column.codes[: len(order)], column.values)
    return Category(column.codes[order], column.values)


@pytest.fixture
def roomy(monkeypatch):
    """Let a table be as empty as random logs make it."""
    monkeypatch.setattr(table, "_ROOM", 1 << 12)


@pytest.mark.usefixtures("roomy")
@pytest.mark.parametrize("rows", [ROWS, BUSY_ROWS], ids=["any", "busy"])
def test_a_table_is_judged_as_its_entries_are(rows):
    @settings(max_examples=120, deadline=None)
    @given(small_packs(), people(rows), POLICIES)
    def same(pack, everyone, policies):
        entries = [row | {"person": name} for name, (log, _) in everyone.items() for row in log]
        assume(len(entries) > 1)
        columns = columns_of(entries, list(everyone))
        laid_out, listed = tabulated(columns), Ledger.from_columns(columns)
        assume(isinstance(laid_out, Table))
        facts = [its_facts for _, its_facts in everyone.values()]
        one, other = (
            measure_people(pack, pack.versions[0], ledger, facts, AS_OF, policies=policies)
            for ledger in (laid_out, listed)
        )
        for name in ("credited", "undetermined", "granted"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()
        assert cuts_of(one) == cuts_of(other)
        for of_table, of_list in ((one.without, other.without), (one.with_, other.with_)):
            for rule, level in of_list.levels.items():
                found = of_table.levels[rule]
                assert (found.have.tolist(), found.need.tolist()) == (
                    level.have.tolist(),
                    level.need.tolist(),
                )

    same()


def cuts_of(measured):
    taken = [
        (cut.rule, entry, minutes)
        for cut in measured.cuts()
        for entry, minutes in zip(cut.entries.tolist(), cut.minutes.tolist(), strict=True)
    ]
    return sorted(taken, key=itemgetter(1, 0, 2))


FULL = {
    "person": Category(np.array([0, 0, 0, 1, 1], dtype=np.int32), ("ana", "ben")),
    "day": np.array([7, 7, 8, 7, 7], dtype=np.int32),
    "minutes": np.array([60, 30, 60, 60, 15], dtype=np.int16),
    "activity": Category(np.array([0, 1, 0, 0, 1], dtype=np.int8), ("counseling", "notes")),
}


def test_a_table_has_a_row_for_each_kind_and_a_column_for_each_day_of_a_person():
    ledger = tabulated(FULL)
    assert ledger.minutes.tolist() == [[60, 60, 60], [30, 0, 15]]
    assert ledger.day.tolist() == [7, 8, 7]
    assert ledger.person.codes.tolist() == [0, 0, 1]
    assert ledger.of_entries(ledger.minutes).tolist() == FULL["minutes"].tolist()


def other(day=(7, 7, 8, 7, 7), activity=(0, 1, 0, 0, 1)):
    """The same entries on other days, or of other kinds."""
    return FULL | {"day": np.array(day), "activity": Category(np.array(activity), tuple("abcde"))}


@pytest.mark.parametrize(
    "columns",
    [
        other(day=(8, 8, 7, 7, 7)),
        other(activity=(0, 0, 0, 0, 1)),
        other(activity=(1, 0, 0, 0, 1)),
        other(day=(7, 8, 9, 7, 8), activity=(0, 1, 2, 3, 4)),
    ],
    ids=["days out of order", "one kind twice", "kinds out of order", "mostly empty"],
)
def test_what_cannot_be_a_table_stays_a_list(columns):
    ledger = tabulated(columns)
    assert not isinstance(ledger, Table)
    assert ledger.minutes.tolist() == columns["minutes"].tolist()


def test_a_table_holds_no_negative_minutes():
    with pytest.raises(ValueError, match="negative minutes"):
        tabulated(FULL | {"minutes": np.array([60, 30, -60, 60, 15])})
