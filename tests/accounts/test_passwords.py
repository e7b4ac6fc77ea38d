"""Good and weak passwords, and their hashes."""

import time

import pytest
from hypothesis import given, strategies as st

from ceu.accounts.passwords import hash_password, is_password, needs_rehash, weakness_of
from tests.factories import PASSWORD, PASSWORD_HASH


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "tabla lunar 7 grapes", "xK4$wq9!Lm2#", "пароль из пяти слов", "四海為家安居樂業鳥語花香"],
)
def test_good_passwords_pass(password: str) -> None:
    assert weakness_of(password, name="Alice Example", email="alice@harbor.org") is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 12 characters; this has 5"),
        ("elevenchars", "at least 12"),
        ("x7$" * 100, "at most 200"),
        ("alice in wonderland", "your name or e-mail"),
        ("my EXAMPLE sentence", "your name or e-mail"),
        ("staff.harbor.mail", "your name or e-mail"),
        ("aaaaaaaaaaaaaaaa", "repeats itself"),
        ("abcabcabcabcabc", "repeats itself"),
        ("horse7horse7", "repeats itself"),
        ("123456789012", "easy to guess"),
        ("qwertyuiopas", "easy to guess"),
        ("Password1234", "easy to guess"),
        ("letmeinletmein!", "easy to guess"),
        ("zyxwvutsrqpo", "easy to guess"),
    ],
)
def test_weak_passwords_are_told_why(password: str, why: str) -> None:
    weakness = weakness_of(password, name="Alice Example", email="alice@harbor.org")
    assert weakness is not None
    assert why in weakness


def test_short_names_do_not_make_a_password_weak() -> None:
    assert weakness_of("limestone quarry bo", name="Bo Li", email="bo@x.org") is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_password_is_judged(password: str, name: str) -> None:
    weakness = weakness_of(password, name=name, email="alice@example.org")
    assert weakness is None or weakness.endswith(".")
    assert weakness is not None or len(password) >= 12


def test_a_hash_knows_its_password_only() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(PASSWORD, hashed)
    assert not is_password(PASSWORD + " ", hashed)
    assert not needs_rehash(hashed)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_weaker_parameters_are_noticed() -> None:
    assert is_password(PASSWORD, PASSWORD_HASH)
    assert needs_rehash(PASSWORD_HASH)


def test_an_unknown_account_takes_as_long() -> None:
    began = time.process_time()
    is_password(PASSWORD, None)
    assert time.process_time() - began > 0.004


def test_nobody_has_no_password() -> None:
    assert not is_password("nobody's password", None)
    assert not is_password("", "not a hash")
