"""Rows of a report and the people registered."""

import pytest
from hypothesis import given, strategies as st

from ceu.live.matching import By, Match, Registered, Row, match_rows, plain_name

MARIA = Registered(1, "María Núñez", frozenset({"maria@example.org"}), "abc")
JOHN = Registered(2, "John Smith", frozenset({"john@example.org"}))
OTHER_JOHN = Registered(3, "John Smith", frozenset({"js@example.org"}))


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (Row("Somebody else", "Maria@Example.org"), Match(1, By.EMAIL)),
        (Row("John Smith", "maria@example.org"), Match(1, By.EMAIL)),
        (Row("iPhone", "", "abc"), Match(1, By.REGISTRANT)),
        (Row("Maria Nunez", "private@example.net"), Match(1, By.NAME)),
        (Row("Núñez, María (she/her)"), Match(1, By.NAME)),
        (Row("María Núñez, LMFT, PhD"), Match(1, By.NAME)),
        (Row("John Smith"), Match(None)),
        (Row("John Smith", "js@example.org"), Match(3, By.EMAIL)),
        (Row("iPhone"), Match(None)),
        (Row(""), Match(None)),
    ],
)
def test_email_then_registrant_then_name(row: Row, match: Match) -> None:
    assert match_rows([row], [MARIA, JOHN, OTHER_JOHN]) == [match]


def test_an_address_shared_by_two_decides_nothing() -> None:
    shared = [
        Registered(number, name, frozenset({"clinic@example.org"}))
        for number, name in ((1, "A B"), (2, "C D"))
    ]
    assert match_rows([Row("C D", "clinic@example.org")], shared) == [Match(2, By.NAME)]


@pytest.mark.parametrize(
    ("one", "other"), [("Lee, Ann", "ann lee"), ("O’Brien", "O'Brien"), ("Zoë  Q. Li", "Li Zoe Q")]
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


def test_a_surname_after_a_comma_is_no_title() -> None:
    assert plain_name("Lee, Ann") == "ann lee"
    assert plain_name("Lee, Ann, LCSW") == "ann lee"


@given(st.text(max_size=40))
def test_any_name_can_be_compared(name: str) -> None:
    assert plain_name(plain_name(name)) == plain_name(name)
