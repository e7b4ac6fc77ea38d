"""Words for some weeks are those of the whole, and weeks of one mark read the same."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings, strategies as st

from ceu.rules.engine import assess, judge
from ceu.rules.ledger import Ledger
from tests.rules.packs import AS_OF, BUSY_ROWS, FACTS, POLICIES, logs, small_packs

LOGS = st.one_of(logs(), logs(BUSY_ROWS, most=24))


def words(assessment, judged):
    """What is said of each calendar week with entries: of its settings, and of its entries."""
    weeks = {start: ([], {}) for start in judged.week_starts.tolist()}
    of_entry = dict(zip(judged.ledger.ids, judged.week_starts[judged.week_of_entry].tolist(), strict=True))
    for week in assessment.weeks:
        weeks[week.start.toordinal()][0].append(week)
    for entry in assessment.entries.values():
        weeks[of_entry[entry.id]][1][entry.id] = entry
    return weeks


@settings(max_examples=150, deadline=None)
@given(small_packs(), LOGS, FACTS, POLICIES, st.data())
def test_some_weeks_in_words_are_those_of_the_whole(pack, rows, facts, policies, data):
    judged = judge(pack, Ledger.from_rows(rows), facts, AS_OF, policies)
    size = len(judged.week_starts)
    chosen = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    whole = words(judged.assessment(), judged)
    some = words(judged.assessment(np.array(chosen, dtype=np.bool_)), judged)
    for place, (start, said) in enumerate(whole.items()):
        assert some[start] == (said if chosen[place] else ([], {}))


@settings(max_examples=300, deadline=None)
@given(small_packs(), LOGS, FACTS, POLICIES, st.data())
def test_weeks_of_one_mark_read_the_same(pack, rows, facts, policies, data):
    """After any change of one entry, and on another day."""
    later = AS_OF + timedelta(days=data.draw(st.integers(0, 9)))
    changed = list(rows)
    if changed:
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = {
            **changed[place],
            **data.draw(st.one_of(logs(), logs(BUSY_ROWS)))[-1],
            "id": rows[place]["id"],
        }
    if len(changed) > 1 and data.draw(st.booleans()):
        del changed[data.draw(st.integers(0, len(changed) - 1))]
    before, after = (
        judge(pack, Ledger.from_rows(log), facts, as_of, policies)
        for log, as_of in ((rows, AS_OF), (changed, later))
    )
    if before.summary.version_id != after.summary.version_id:
        return
    marks = dict(zip(before.week_starts.tolist(), before.marks.tolist(), strict=True))
    said, now = words(before.assessment(), before), words(after.assessment(), after)
    for start, mark in zip(after.week_starts.tolist(), after.marks.tolist(), strict=True):
        if marks.get(start) == mark:
            assert now[start] == said[start]


@settings(max_examples=60, deadline=None)
@given(small_packs(), LOGS, FACTS, POLICIES)
def test_a_judgment_in_words_is_an_assessment(pack, rows, facts, policies):
    ledger = Ledger.from_rows(rows)
    judged = judge(pack, ledger, facts, AS_OF, policies)
    whole = assess(pack, ledger, facts, AS_OF, policies)
    assert sum(judged.minutes_in_doubt().values()) >= whole.undetermined.sum()
    cut = sum(int(cut.minutes.sum()) for cut in judged.cuts)
    assert cut == sum(one.minutes for entry in whole.entries.values() for one in entry.cuts)
