"""Many people in one ledger, in whatever order, by rows or by arrays, are judged as each would be alone."""

from datetime import date, timedelta

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from ceu.rules.columns import beyond, numbered
from ceu.rules.engine import assess, measure_people
from ceu.rules.ledger import Category, Ledger
from tests.rules.test_against_reference import GOOD_FACTS, LMFT

AS_OF = date(2026, 11, 24)
VERSION = LMFT.version_on(AS_OF)
FIRST = date(2026, 8, 3)
WORK = ("counseling", "notes", "supervision_individual", "supervision_group", "administration")

ROWS = st.lists(
    st.builds(
        lambda person, day, minutes, activity, unit, setting: {
            "person": person,
            "day": FIRST + timedelta(days=day),
            "minutes": minutes,
            "activity": activity,
            "client_unit": unit,
            "setting": setting,
            "supervisor": "lmft",
            "head_count": 2 if activity == "supervision_group" else 1,
        },
        st.sampled_from(("ana", "ben", "cy")),
        st.integers(0, 40),
        st.sampled_from((60, 120, 600, 1200)),
        st.sampled_from(WORK),
        st.sampled_from(("couple", None)),
        st.sampled_from(("clinic", "clinic", "school", None)),
    ),
    min_size=1,
    max_size=60,
).map(lambda rows: [row | {"id": number} for number, row in enumerate(rows)])


@settings(max_examples=60, deadline=None)
@given(ROWS, st.booleans())
def test_people_who_share_their_facts_are_judged_as_each_alone(rows, by_person):
    if by_person:
        rows = sorted(rows, key=lambda row: (row["person"], row["day"]))
    ledger = Ledger.from_rows(rows)
    facts = [GOOD_FACTS] * len(ledger.person.values)
    together = measure_people(LMFT, VERSION, ledger, facts, AS_OF)
    for place, person in enumerate(ledger.person.values):
        alone = assess(
            LMFT, Ledger.from_rows([row for row in rows if row["person"] == person]), GOOD_FACTS, AS_OF
        )
        for result in alone.minimums:
            levels = [reading.levels[result.id] for reading in (together.without, together.with_)]
            assert sorted(int(level.have[place]) for level in levels) == [result.have, result.have_at_most]


def test_columns_may_come_as_the_ledger_keeps_them():
    rows = [
        {
            "id": number,
            "day": FIRST + timedelta(days=number),
            "minutes": 60 + number,
            "activity": WORK[number % 2],
        }
        for number in range(6)
    ]
    by_rows = Ledger.from_rows(rows)
    by_arrays = Ledger.from_columns(
        {
            "day": np.arange(6, dtype=np.int32) + FIRST.toordinal(),
            "minutes": np.arange(60, 66, dtype=np.int16),
            "activity": Category(np.arange(6) % 2, WORK[:2]),
        }
    )
    assert list(by_arrays.ids) == list(by_rows.ids)
    assert by_arrays.day.tolist() == by_rows.day.tolist()
    assert by_arrays.minutes.tolist() == by_rows.minutes.tolist()
    one, other = (assess(LMFT, ledger, GOOD_FACTS, AS_OF) for ledger in (by_rows, by_arrays))
    assert one == other


def test_arrays_hold_no_negative_minutes():
    with pytest.raises(ValueError, match="negative minutes"):
        Ledger.from_columns({"day": np.array([1]), "minutes": np.array([-1])})


@given(st.lists(st.integers(-50, 50) | st.integers(-(10**12), 10**12)), st.booleans())
def test_numbering_is_that_of_sorted_distinct_keys(keys, in_order):
    column = np.array(sorted(keys) if in_order else keys, dtype=np.int64)
    distinct, places = numbered(column)
    assert distinct.tolist() == sorted(set(keys))
    assert distinct[places].tolist() == column.tolist()


def test_what_goes_beyond_a_room_is_what_comes_last_in_each_group():
    group, minutes = np.array([1, 1, 1, 0]), np.array([30, 30, 30, 50])
    assert beyond(group, minutes, np.array([50, 40])).tolist() == [0, 20, 30, 0]
