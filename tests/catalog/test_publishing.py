"""What a course is worth, and the gates before publishing, at their edges."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.catalog.bodies import BODIES, body_of
from ceu.catalog.publishing import (
    credits_of,
    exact_text,
    gates,
    gates_before,
    mergener_table,
    mergener_text,
    minutes_before,
    proposed_minutes,
    questions_needed,
    worth,
    worth_before,
)
from tests.catalog.builders import WORKER, make_source


def closed(minutes: int = 60, bodies: tuple[str, ...] = ("NBCC",), **source: Any) -> list[str]:
    return [gate.title for gate in gates(make_source(**source), minutes, bodies) if not gate.open]


def before(body: str, minutes: int = 60, **source: Any) -> dict[str, str]:
    """What the gates of one body say of a course that a social worker helped to plan."""
    source = {"words": 12_000, "planners": [WORKER], **source}
    return {gate.title: gate.verdict for gate in gates_before(body_of(body), make_source(**source), minutes)}


def test_it_works() -> None:
    assert closed() == []
    assert set(before("NASW").values()) == {"passes", "unknown"}


@pytest.mark.parametrize(
    ("minutes", "needed"),
    [(30, 10), (60, 10), (61, 15), (90, 15), (120, 15), (150, 20), (180, 20), (360, 35)],
)
def test_questions_follow_the_hours(minutes: int, needed: int) -> None:
    """NASW: 1 h = 10; 1.5 = 15; 2 = 15; 2.5 = 20; 3 = 20; 6 = 35."""
    count = BODIES["NASW"].questions.value
    assert count is not None
    assert questions_needed(count, minutes) == needed


def test_two_and_a_half_hours_with_nineteen_questions_are_refused() -> None:
    assert before("NASW", 150, words=30_000, questions=19)["Questions"] == "fails"
    assert before("NASW", 150, words=30_000, questions=20)["Questions"] == "passes"


def test_one_true_or_false_question_in_ten_is_allowed_and_two_are_not() -> None:
    assert before("NASW", true_false=1)["True or false"] == "passes"
    assert before("NASW", true_false=2)["True or false"] == "fails"


def test_a_pass_mark_below_what_a_body_asks_is_refused_and_below_a_recommendation_is_said() -> None:
    assert before("NASW", pass_mark=80)["Pass mark"] == "passes"
    assert before("NASW", pass_mark=79)["Pass mark"] == "fails"
    assert before("APA", pass_mark=75)["Pass mark"] == "passes"
    assert before("APA", pass_mark=74)["Pass mark"] == "falls_short"


@pytest.mark.parametrize("body", ["CAMFT", "ASWB", "NASW-CA"])
def test_of_most_bodies_every_value_is_unknown_and_blocks_nothing(body: str) -> None:
    found = gates_before(body_of(body), make_source(pass_mark=1, true_false=10), 60)
    assert {gate.verdict for gate in found} == {"unknown"}
    assert all("sk the body" in gate.reason for gate in found)
    assert all(gate.open for gate in found)


@pytest.mark.parametrize(("year", "verdict"), [(2016, "passes"), (2015, "fails")])
def test_research_is_at_most_ten_years_old(year: int, verdict: str) -> None:
    study = {"id": "study", "kind": "research", "authors": "B.", "year": year, "title": "T", "source": "S"}
    assert before("NASW", references=[study])["Age of references"] == verdict


def test_nasw_asks_for_three_objectives_and_a_social_worker_who_does_not_present() -> None:
    two = [{"id": name, "text": f"Name {name}."} for name in ("hear", "wait")]
    assert before("NASW", objectives=two)["Number of objectives"] == "fails"
    assert before("NASW", planners=[])["Planning"] == "fails"
    assert before("NASW", planners=[{**WORKER, "name": "A. Writer"}])["Planning"] == "fails"
    assert before("NASW", planners=[{**WORKER, "profession": "other"}])["Planning"] == "fails"
    assert before("NASW")["Planning"] == "passes"


@pytest.mark.parametrize(("degree", "verdict"), [(None, "unknown"), (True, "passes"), (False, "fails")])
def test_nbcc_asks_for_an_advanced_degree_and_silence_is_no_answer(degree: bool | None, verdict: str) -> None:
    author = {
        "name": "A.",
        "credentials": "x",
        "qualification": "y",
        "disclosure": "z",
        "advanced_degree": degree,
    }
    assert before("NBCC", authors=[author])["Presenters"] == verdict


def test_a_course_too_short_for_a_body_fails_before_it() -> None:
    assert before("NASW", words=9_998)["Credit"] == "fails"
    assert before("NASW", words=10_000)["Credit"] == "passes"


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Understand consent.", ["Objectives measurable"]),
        ("be able to know it", ["Objectives measurable"]),
        ("Learnedly describe it.", []),
        ("Describe what clients know.", []),
    ],
)
def test_objectives_say_what_can_be_seen(text: str, titles: list[str]) -> None:
    objectives = [{"id": name, "text": text} for name in ("hear", "wait", "answer")]
    assert closed(objectives=objectives) == titles


def test_florida_is_named_only_where_the_topic_is_laws_and_rules() -> None:
    topic = [{"topic": "laws_rules", "share": 100}]
    found = {
        gate.title: gate.verdict for gate in gates(make_source(topics=topic, pass_mark=79), 60, ["NBCC"])
    }
    assert found["Florida laws and rules"] == "falls_short"
    assert "Florida laws and rules" not in {gate.title for gate in gates(make_source(), 60, ["NBCC"])}


def test_the_strictest_governs_or_its_credit_is_dropped() -> None:
    source = make_source(words=12_000, pass_mark=75, planners=[WORKER])
    assert credits_of(source, 60, ["NASW", "NBCC", "CAMFT"], []) == {
        "NASW": 0, "NBCC": 60, "CAMFT": 60, "APA": 0,
    }  # fmt: skip
    assert credits_of(source, 60, ["NBCC"], ["NBCC"])["NBCC"] == 0
    assert [g.title for g in gates(source, 60, ["NBCC"], ["NBCC"]) if not g.open] == ["Approval"]


def test_recordings_count_by_their_time_where_a_body_says_so() -> None:
    nbcc, nasw, camft = (worth_before(body_of(code), 6_000, 1_800) for code in ("NBCC", "NASW", "CAMFT"))
    assert (nbcc.exact, nbcc.minutes) == (90, 90)
    assert (nasw.exact, nasw.minutes) == (36, 0)
    assert [line.exact for line in nasw.lines] == [36, None]
    assert camft.minutes is None
    assert nbcc.as_json(60)["fraction"] == "90"
    assert camft.as_json(60)["exact"] == "unknown"


def test_what_was_decided_at_publishing_stands() -> None:
    assert minutes_before(12_000, 120, "NASW", credits_={"NASW": 0}) == 0
    assert minutes_before(12_000, 120, "CAMFT", credits_={"NASW": 0}) == 120


def test_mergener_takes_the_difficulty_a_reviewer_sets() -> None:
    """Vector V1."""
    assert mergener_text(3_774, 16, Fraction(5, 2)) == "61.93"
    assert mergener_text(500, 0, Fraction(1)) is None


def test_nothing_is_published_without_an_approval() -> None:
    assert closed(bodies=()) == ["Approval"]


@pytest.mark.parametrize("minutes", [0, -30, 67])
def test_credit_is_no_more_than_the_text_measures(minutes: int) -> None:
    assert "Credit" in closed(minutes, questions=20)


def test_credit_up_to_the_exact_measure_is_allowed() -> None:
    assert closed(66, questions=20) == []


def test_an_objective_without_a_question_is_refused() -> None:
    objectives = [{"id": name, "text": f"Name {name}."} for name in ("hear", "wait", "answer", "sing")]
    assert closed(objectives=objectives) == ["Objectives tested"]


def test_each_gate_says_why() -> None:
    for gate in (
        *gates(make_source(), 60, ["NBCC"]),
        *gates(make_source(questions=4, pass_mark=50), 600, []),
    ):
        assert gate.reason.endswith(".")


def test_the_same_text_is_worth_different_credit_before_different_bodies() -> None:
    """Vector V2: 6,000 words are 1.000 by NBCC, and 0.6, below the minimum, by NASW."""
    found = {item.body.code: (item.exact, item.minutes) for item in worth(6_000)}
    assert found == {"NBCC": (Fraction(60), 60), "NASW": (Fraction(36), 0)}


def test_the_credit_proposed_is_the_best_of_the_approving_bodies() -> None:
    assert proposed_minutes(12_000, ["NASW"]) == 60
    assert proposed_minutes(12_000, ["NASW", "NBCC"]) == 120
    assert proposed_minutes(12_000, ["CAMFT"]) == 120
    assert proposed_minutes(12_000, []) == 120


def test_a_body_never_credits_more_than_its_own_measure() -> None:
    assert minutes_before(12_000, 120, "NASW") == 60
    assert minutes_before(12_000, 30, "NASW") == 30
    assert minutes_before(12_000, 120, "CAMFT") == 120


def test_mergener_says_nothing_of_short_texts() -> None:
    assert mergener_table(500, 0)[0] == ("1.5", "1.79")
    found = mergener_table(6_000, 10)
    assert (found[0], found[-1]) == (("1", "30.18"), ("5", "85.98"))


@given(st.fractions(min_value=0, max_value=100_000))
def test_exact_minutes_are_cut_and_never_rounded_up(minutes: Fraction) -> None:
    shown = Fraction(exact_text(minutes))
    assert shown <= minutes < shown + Fraction(1, 100)
