"""What cmi5 asks: launch data, the rules on verbs, and what follows from what is said."""

from copy import deepcopy
from datetime import timedelta
from fractions import Fraction
from functools import reduce
from operator import getitem
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.content import MOVE_ON, Item, Manifest
from ceu.packages.cmi5 import (
    CATEGORY,
    MASTERY_SCORE,
    PROGRESS,
    SESSION_ID,
    NotAllowed,
    heard,
    judge,
    launch_data,
    launch_mode,
    launch_url,
    launched_context,
    satisfied,
)
from ceu.packages.told import Told
from ceu.statements.checking import check_statement
from tests.packages.cmi5_parts import ITEM, PASSED, make_allowed, make_sitting, make_statement

DONE = Told("completed", "passed", Fraction(9, 10), Fraction(1))
BEGUN = make_sitting("initialized")


def test_a_part_is_launched_with_all_it_needs_beside_its_own_query() -> None:
    address = launch_url(
        "https://x.example/au?start=1#top", endpoint="https://e/", fetch="https://f", sitting=BEGUN
    )
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    assert (asked["start"], asked["endpoint"], asked["fetch"], parts.fragment) == (
        ["1"],
        ["https://e/"],
        ["https://f"],
        "top",
    )
    assert asked["activityId"] == [BEGUN.activity_id]
    assert asked["registration"] == [BEGUN.registration]
    assert BEGUN.activity_id != ITEM.id


def test_the_launch_data_hold_what_the_structure_says_and_nothing_it_does_not() -> None:
    assert launch_data(BEGUN) == {
        "contextTemplate": BEGUN.template,
        "launchMode": "Normal",
        "moveOn": "CompletedAndPassed",
        "launchParameters": "level=4",
        "masteryScore": 0.8,
        "entitlementKey": {"courseStructure": "key-1"},
    }
    plain = launch_data(make_sitting(item=Item("https://x.example/1", "One", 0, "au", "a.html")))
    assert set(plain) == {"contextTemplate", "launchMode", "moveOn"}


def test_the_statement_that_it_was_launched_says_how() -> None:
    extensions = launched_context(BEGUN, "https://ceu.example.org/x")["extensions"]
    assert {name.rpartition("/")[2] for name in extensions} == {
        *("sessionid", "launchmode", "launchurl", "moveon", "launchparameters", "masteryscore"),
    }


def test_a_session_by_the_rules() -> None:
    told = Told()
    said: list[str] = []
    for verb, score in (("initialized", None), ("completed", None), ("passed", 0.8), ("terminated", None)):
        sitting = make_sitting(*said, told=told)
        statement = make_statement(sitting, verb, score=score)
        check_statement(statement)
        assert judge(statement, sitting) == verb
        told = heard(told, verb, statement)
        said.append(verb)
    assert told == Told("completed", "passed", Fraction(4, 5), Fraction(1))


@pytest.mark.parametrize(
    ("said", "told", "verb", "score", "rule"),
    [
        ((), Told(), "completed", None, "first statement of a session"),
        (("initialized",), Told(), "initialized", None, "in this session"),
        (("initialized", "completed"), Told("completed"), "completed", None, "in this session"),
        (("initialized", "failed"), Told(success="failed"), "passed", 0.9, "in this session"),
        (("initialized",), Told("completed"), "completed", None, "in this registration"),
        (("initialized",), PASSED, "passed", 0.9, "in this registration"),
        (("initialized",), PASSED, "failed", 0.1, "in this registration"),
        (("initialized",), Told(), "passed", 0.79, "where 0.8 is the mastery score"),
        (("initialized",), Told(), "failed", 0.8, "where 0.8 is the mastery score"),
        (("initialized",), Told(), "completed", 0.9, "has no score"),
        (("initialized",), Told(), "passed", -0.5, "from 0 to 1"),
        (("initialized", "terminated"), Told(), "terminated", None, "nothing may follow"),
        (("initialized", "terminated"), Told(), "completed", None, "nothing may follow"),
        (("initialized",), Told(), "waived", None, "Only the site says"),
        (("initialized",), Told(), "satisfied", None, "Only the site says"),
        (("initialized",), Told(), "launched", None, "Only the site says"),
        (("initialized",), Told(), "answered", None, "does not define"),
    ],
)
def test_what_breaks_a_rule_of_verbs_is_refused(
    said: tuple[str, ...], told: Told, verb: str, score: float | None, rule: str
) -> None:
    sitting = make_sitting(*said, told=told)
    statement = make_statement(sitting, verb, score=score)
    if verb in {"waived", "satisfied"}:
        statement["verb"]["id"] = f"https://w3id.org/xapi/adl/verbs/{verb}"
    with pytest.raises(NotAllowed, match=rule):
        judge(statement, sitting)


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        (("id",), None, "an id and a timestamp"),
        (("timestamp",), None, "an id and a timestamp"),
        (("timestamp",), "2026-11-24T19:00:00+02:00", "must be in UTC"),
        (("timestamp",), "2026-11-24T16:59:59Z", "earlier than that of"),
        (("actor",), {"account": {"homePage": "https://ceu.example.org", "name": "x"}}, "not the learner"),
        (("actor",), {"mbox": "mailto:carol@example.org"}, "not the learner"),
        (("verb", "id"), "http://adlnet.gov/expapi/verbs/voided", "may not void"),
        (("object", "id"), "https://example.org/answering/au1", "another activity"),
        (("context", "registration"), "00000000-0000-4000-8000-000000000000", "registration is not the one"),
        (("context", "extensions"), {}, "session id"),
        (("context", "contextActivities", "grouping"), [], "publisher's id"),
        (("context", "contextActivities", "category"), [{"id": CATEGORY}], "moveOn category"),
        (("result", "success"), False, "must have success true"),
        (("result", "completion"), True, "has no completion"),
        (("result", "duration"), None, "needs a duration"),
        (("result", "score"), {"scaled": 0.9, "raw": 9}, "needs its min and max"),
        (("context", "extensions", MASTERY_SCORE), 0.7, "mastery score that was evaluated"),
        (("context", "extensions", MASTERY_SCORE), None, "mastery score that was evaluated"),
    ],
)
def test_what_a_statement_must_hold(place: tuple[str, ...], value: Any, rule: str) -> None:
    statement = make_statement(BEGUN, "passed", score=0.9)
    assert judge(deepcopy(statement), BEGUN) == "passed"
    *path, name = place
    inner = reduce(getitem, path, statement)
    if value is None:
        del inner[name]
    else:
        inner[name] = value
    with pytest.raises(NotAllowed, match=rule):
        judge(statement, BEGUN)


def test_other_statements_are_allowed_between_beginning_and_end() -> None:
    assert judge(make_allowed(BEGUN), BEGUN) is None
    for sitting, rule in (
        (make_sitting(), "must be “initialized”"),
        (make_sitting("initialized", "terminated"), "nothing"),
    ):
        with pytest.raises(NotAllowed, match=rule):
            judge(make_allowed(sitting), sitting)


def test_what_was_said_before_the_end_may_arrive_a_little_late() -> None:
    ended = make_sitting("initialized", "terminated")
    late = make_allowed(ended, 0.5)
    assert judge(late, ended, since_terminated=timedelta(seconds=5)) is None
    with pytest.raises(NotAllowed, match="nothing may follow"):
        judge(late, ended, since_terminated=timedelta(minutes=5))
    with pytest.raises(NotAllowed, match="nothing may follow"):
        judge(make_allowed(ended, 2), ended, since_terminated=timedelta(seconds=5))


def test_a_part_that_is_only_looked_at_again_records_nothing_else() -> None:
    again = make_sitting("initialized", told=DONE, mode="Review")
    with pytest.raises(NotAllowed, match="in the mode Review"):
        judge(make_statement(again, "failed", score=0.1), again)
    assert judge(make_statement(again, "terminated"), again) == "terminated"


@pytest.mark.parametrize(
    ("told", "done_when", "mode"),
    [
        (None, "satisfied", "Normal"),
        (Told("completed"), "satisfied", "Normal"),
        (DONE, "satisfied", "Review"),
        (DONE, "passed", "Review"),
    ],
)
def test_a_part_that_has_nothing_left_to_tell_is_opened_for_review(
    told: Told | None, done_when: str, mode: str
) -> None:
    assert launch_mode(ITEM, told, done_when) == mode


def test_what_need_not_be_completed_is_not_reviewed_before_it_was() -> None:
    anything = Item("https://x.example/1", "One", 0, "au", "a.html")
    assert launch_mode(anything, Told("incomplete"), "satisfied") == "Normal"
    assert launch_mode(anything, Told("completed"), "satisfied") == "Review"


def test_progress_is_heard_from_any_statement_until_it_is_completed() -> None:
    statement = make_allowed(BEGUN) | {"result": {"extensions": {PROGRESS: 40}}}
    assert heard(Told("incomplete"), None, statement).progress == Fraction(2, 5)
    assert heard(DONE, None, statement) == DONE


@pytest.mark.parametrize(
    ("move_on", "completed", "passed", "both"),
    [
        ("Passed", False, True, True),
        ("Completed", True, False, True),
        ("CompletedAndPassed", False, False, True),
        ("CompletedOrPassed", True, True, True),
        ("NotApplicable", True, True, True),
    ],
)
def test_a_part_is_satisfied_by_its_move_on(move_on: str, completed: bool, passed: bool, both: bool) -> None:
    manifest = Manifest("cmi5", "One", (Item("a", "A", 0, "au", "a.html", move_on=move_on),))
    for told, expected in (
        (Told("completed"), completed),
        (Told(success="passed"), passed),
        (Told("completed", "passed"), both),
    ):
        assert satisfied(manifest, {"a": told}) == (frozenset({""}) if expected else frozenset())
    assert satisfied(manifest, {}) == (frozenset({""}) if move_on == "NotApplicable" else frozenset())


_told = st.builds(
    Told, st.sampled_from(["completed", "incomplete"]), st.sampled_from(["passed", "failed", "unknown"])
)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["heading", "au"]), st.sampled_from(MOVE_ON)),
        max_size=12,
    ),
    st.lists(_told, min_size=12, max_size=12),
)
def test_the_whole_is_satisfied_when_every_part_is_and_a_block_when_its_own_are(
    shape: list[tuple[int, Any, str]], tolds: list[Told]
) -> None:
    items = tuple(
        Item(str(place), "x", depth, kind, "a.html", move_on=move_on)
        for place, (depth, kind, move_on) in enumerate(shape)
    )
    told = {item.id: tolds[place] for place, item in enumerate(items) if item.kind == "au"}
    found = satisfied(Manifest("cmi5", "x", items), told)
    alone = {
        item.id: "" in satisfied(Manifest("cmi5", "x", (item,)), told) for item in items if item.kind == "au"
    }
    assert ("" in found) == all(alone.values())
    if "" in found:
        assert {item.id for item in items if item.kind == "heading"} <= found
    for item_id in found - {""}:
        place = int(item_id)
        after = next(
            (p for p in range(place + 1, len(items)) if items[p].depth <= items[place].depth), len(items)
        )
        assert all(alone.get(str(inner), True) for inner in range(place + 1, after))


def test_the_session_id_is_in_every_template() -> None:
    assert BEGUN.template["extensions"] == {SESSION_ID: "a session"}
