"""Answers survive their storage, and what cannot be true is found."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.rulepacks import PackLibrary
from ceu.licenses.facts import contradictions, from_json, questions_of, to_json
from ceu.rules.facts import NOT_YET
from ceu.settings import ROOT

TODAY = date(2026, 11, 24)
LMFT = PackLibrary(ROOT / "ceu" / "rulepacks").get("us-ca/lmft")

days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
facts = st.one_of(
    days,
    st.booleans(),
    st.integers(0, 100),
    st.sampled_from([NOT_YET, "4980.36"]),
    st.lists(st.tuples(days, st.none() | days), max_size=4).map(tuple),
    st.lists(st.sampled_from(["telehealth", "hiv_aids"]), max_size=2).map(tuple),
)


@given(facts)
def test_a_stored_answer_is_the_answer(fact: Any) -> None:
    assert from_json(to_json(fact)) == fact


def test_questions_are_those_about_the_person() -> None:
    asked = questions_of([LMFT])
    assert "degree_awarded_on" in asked
    assert not any("." in key for key in asked)
    assert "live_scan_on" not in asked


def test_answers_that_fit_have_no_contradiction() -> None:
    known = {
        "graduate_units_completed_on": date(2023, 1, 10),
        "degree_awarded_on": date(2025, 5, 15),
        "registration_applied_on": date(2025, 6, 1),
        "registered_on": date(2025, 7, 1),
        "registration_expires_on": date(2027, 7, 31),
        "application_received_on": NOT_YET,
    }
    assert list(contradictions(LMFT, known, TODAY)) == []


@pytest.mark.parametrize(
    ("known", "key"),
    [
        ({"degree_awarded_on": date(2026, 11, 25)}, "degree_awarded_on"),
        ({"degree_awarded_on": date(2025, 5, 15), "registered_on": date(2025, 5, 14)}, "registered_on"),
        (
            {"registered_on": date(2025, 7, 1), "registration_expires_on": date(2025, 6, 30)},
            "registration_expires_on",
        ),
        ({"registration_applied_on": date(2025, 7, 2), "registered_on": date(2025, 7, 1)}, "registered_on"),
        (
            {"graduate_units_completed_on": date(2025, 6, 1), "degree_awarded_on": date(2025, 5, 15)},
            "degree_awarded_on",
        ),
    ],
)
def test_what_cannot_be_true_is_found_on_its_field(known: dict[str, Any], key: str) -> None:
    assert [found.key for found in contradictions(LMFT, known, TODAY)] == [key]


def test_today_is_no_day_to_come() -> None:
    assert list(contradictions(LMFT, {"degree_awarded_on": TODAY}, TODAY)) == []
