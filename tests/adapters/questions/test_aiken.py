"""Aiken, read."""

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.questions.aiken import read_aiken
from ceu.domain.errors import DomainError
from ceu.questions.model import Choice

GOOD = """What must be kept?
A) Records
B. Nothing at all
C)   Secrets *only*
ANSWER: C

How long?
a question may run over lines
A) 1. year
B) Seven years
answer: b
"""


def test_questions() -> None:
    found = read_aiken(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert found.unread == ()
    first, second = found.questions
    assert isinstance(first, Choice)
    assert isinstance(second, Choice)
    assert (first.stem, first.right.text) == ("What must be kept?", "Secrets \\*only\\*")
    assert second.stem == "How long?\\\na question may run over lines"
    assert [option.text for option in second.options] == ["1\\. year", "Seven years"]
    assert second.right.id == "b"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("A) x\nB) y\nANSWER: A", "line 3", "itself is missing"),
        ("What?\nA) x\nC) y\nANSWER: A", "line 1", "lettered A, C"),
        ("What?\nA) x\nANSWER: A", "line 1", "fewer than two"),
        ("What?\nANSWER: A", "line 1", "fewer than two"),
        ("What?\nA) x\nB) y\n", "line 1", "right letter is missing"),
        ("What?\nA) x\nB) y\nANSWER:\n", "line 1", "right letter is missing"),
        ("What?\nA) x\nB) y\nANSWER: D", "line 1", "no such letter"),
        ("What?\nA) x\nB) x\nANSWER: A", "line 1", "two options have the text"),
    ],
)
def test_what_cannot_come_in_is_listed(text: str, place: str, words: str) -> None:
    found = read_aiken(f"{text}\n\n{GOOD}".encode())
    assert len(found.questions) == 2
    (remark,) = found.unread
    assert remark.place == place
    assert words in remark.text


def test_a_file_cut_in_half_says_where() -> None:
    found = read_aiken(GOOD[: len(GOOD) - 12].encode())
    assert len(found.questions) == 1
    assert found.unread[0].place == "line 7"


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("AB)x. \nANSWER:"), max_size=50))
def test_any_text_is_read_or_listed(text: str) -> None:
    try:
        found = read_aiken(text.encode())
    except DomainError:
        return
    assert found.questions or found.unread
