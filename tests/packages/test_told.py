"""What packages say, read with doubt."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.content import Item
from ceu.domain.errors import DomainError
from ceu.packages.told import (
    LARGEST_STATE,
    LONGEST_SUSPEND_DATA,
    Learner,
    Told,
    is_done,
    parse_state,
    read_told,
    seconds_of_12,
    seconds_of_2004,
    state_to_begin,
    time_text,
    told_words,
)

PLAIN = Item("i", "A part", 0, "sco", "a.html")
MASTERED_12 = Item("i", "A part", 0, "sco", "a.html", mastery="80")
MASTERED_2004 = Item("i", "A part", 0, "sco", "a.html", mastery="0.8", completion_threshold="0.9")
LEARNER = Learner("6f1c", "Carol Example")


@pytest.mark.parametrize(
    ("status", "raw", "item", "completion", "success"),
    [
        ("passed", "", PLAIN, "completed", "passed"),
        ("failed", "", PLAIN, "completed", "failed"),
        ("completed", "10", PLAIN, "completed", "unknown"),
        ("browsed", "", PLAIN, "incomplete", "unknown"),
        ("not attempted", "", PLAIN, "not attempted", "unknown"),
        ("nonsense", "", PLAIN, "unknown", "unknown"),
        ("completed", "80", MASTERED_12, "completed", "passed"),
        ("completed", "79.9", MASTERED_12, "completed", "failed"),
        ("passed", "20", MASTERED_12, "completed", "failed"),
        ("passed", "", MASTERED_12, "completed", "passed"),
        ("incomplete", "90", MASTERED_12, "incomplete", "unknown"),
    ],
)
def test_one_status_of_scorm_12_means_two_things_and_the_mastery_score_decides(
    status: str, raw: str, item: Item, completion: str, success: str
) -> None:
    told = read_told("scorm12", item, {"cmi.core.lesson_status": status, "cmi.core.score.raw": raw})
    assert (told.completion, told.success) == (completion, success)


@pytest.mark.parametrize(
    ("raw", "least", "most", "score"),
    [
        ("85", "", "", Fraction(85, 100)),
        ("8", "0", "10", Fraction(8, 10)),
        ("15", "10", "20", Fraction(1, 2)),
        ("8", "10", "0", Fraction(8, 100)),
        ("1e99999", "", "", None),
        ("NaN", "", "", None),
        ("lots", "", "", None),
        ("250", "", "", Fraction(1)),
    ],
)
def test_scores_of_scorm_12_become_shares(raw: str, least: str, most: str, score: Fraction | None) -> None:
    cmi = {"cmi.core.score.raw": raw, "cmi.core.score.min": least, "cmi.core.score.max": most}
    assert read_told("scorm12", PLAIN, cmi).score == score


@pytest.mark.parametrize(
    ("scaled", "progress", "completion", "success"),
    [
        ("0.8", "0.9", "completed", "passed"),
        ("0.79", "0.89", "incomplete", "failed"),
        ("", "", "completed", "unknown"),
        ("2", "7", "completed", "unknown"),
    ],
)
def test_the_thresholds_of_scorm_2004_decide_over_what_a_package_says(
    scaled: str, progress: str, completion: str, success: str
) -> None:
    cmi = {
        "cmi.score.scaled": scaled,
        "cmi.progress_measure": progress,
        "cmi.completion_status": "completed",
        "cmi.success_status": "passed",
    }
    told = read_told("scorm2004", MASTERED_2004, cmi)
    assert (told.completion, told.success) == (completion, success)


@given(st.integers(min_value=0, max_value=7 * 24 * 3600))
def test_times_survive_their_spelling(seconds: int) -> None:
    assert seconds_of_12(time_text("scorm12", seconds)) == seconds
    assert seconds_of_2004(time_text("scorm2004", seconds)) == seconds


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_times_and_scores(text: str) -> None:
    assert 0 <= seconds_of_12(text) <= 7 * 24 * 3600
    assert 0 <= seconds_of_2004(text) <= 7 * 24 * 3600
    told = read_told("scorm2004", PLAIN, {"cmi.score.scaled": text, "cmi.completion_status": text})
    assert told.score is None or -1 <= told.score <= 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "no list of elements"),
        ('{"cmi.location": 1}', "no run-time knows"),
        ('{"__proto__": "x"}', "no run-time knows"),
        ('{"cmi.location": "a\\u0000b"}', "no run-time knows"),
        ('{"x": "' + "y" * LARGEST_STATE + '"}', "the most is 400,000"),
        (json.dumps({"cmi.suspend_data": "x" * (LONGEST_SUSPEND_DATA + 1)}), "longer than 64,000"),
        (json.dumps({"cmi.location": "x" * 1001}), "longer than 1,000"),
        (json.dumps({f"cmi.interactions.{n}.id": "q" for n in range(6001)}), "no list of elements"),
    ],
)
def test_what_no_run_time_would_send_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        parse_state(text)


def test_who_has_not_finished_goes_on_where_they_were() -> None:
    kept = {
        "cmi.core.lesson_location": "page 3",
        "cmi.core.session_time": "00:10:00",
        "cmi.core.student_name": "Eve",
    }
    state = state_to_begin("scorm12", MASTERED_12, kept, Told("incomplete"), LEARNER, 600)
    assert state["cmi.core.lesson_location"] == "page 3"
    assert state["cmi.core.entry"] == "resume"
    assert state["cmi.core.total_time"] == "0000:10:00"
    assert state["cmi.core.student_name"] == "Carol Example"
    assert state["cmi.student_data.mastery_score"] == "80"
    assert "cmi.core.session_time" not in state
    fresh = state_to_begin("scorm2004", PLAIN, {}, None, LEARNER, 0)
    assert (fresh["cmi.entry"], fresh["cmi.total_time"], fresh["cmi.learner_id"]) == (
        "ab-initio",
        "PT0H0M0S",
        "6f1c",
    )
    done = state_to_begin("scorm2004", PLAIN, {}, Told("completed"), LEARNER, 0)
    assert done["cmi.entry"] == ""


@pytest.mark.parametrize(
    ("done_when", "told", "done"),
    [
        ("completed", Told("completed", "failed"), True),
        ("completed", Told("incomplete", "passed"), False),
        ("passed", Told("completed", "unknown"), False),
        ("passed", Told("incomplete", "passed"), True),
        ("completed_and_passed", Told("completed", "failed"), False),
        ("completed_and_passed", Told("completed", "passed"), True),
        ("completed_or_passed", Told("incomplete", "passed"), True),
        ("completed_or_passed", Told("incomplete", "failed"), False),
        ("satisfied", Told("incomplete", "failed"), False),
        ("satisfied", Told("incomplete", "passed"), True),
    ],
)
def test_a_lesson_is_done_as_its_author_set(done_when: str, told: Told, done: bool) -> None:
    assert is_done(done_when, [(PLAIN, told)]) is done
    assert is_done(done_when, [(PLAIN, told), (PLAIN, None)]) is False


def test_words_for_a_person() -> None:
    assert told_words(Told("completed", "passed", Fraction(171, 200))) == "completed, passed, 85 %"
    assert told_words(Told("incomplete", progress=Fraction(1, 3))) == "incomplete, 33 % through"
    assert told_words(Told("unknown")) == "begun"
