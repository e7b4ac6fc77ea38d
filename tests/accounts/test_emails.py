"""Addresses in one spelling."""

import pytest
from hypothesis import given, strategies as st

from ceu.accounts.emails import normalize_email, plain_email
from ceu.domain.errors import DomainError


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("alice@example.org", "alice@example.org"),
        ("  Alice.Example@EXAMPLE.Org ", "alice.example@example.org"),
        ("alice+ceu@example.org", "alice+ceu@example.org"),
        ("alice@bücher.example.org", "alice@xn--bcher-kva.example.org"),
    ],
)
def test_one_address_has_one_spelling(typed: str, address: str) -> None:
    assert normalize_email(typed) == plain_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", " ", "alice", "alice@", "@example.org", "alice@localhost", "a b@example.org", "alice@example.org\nBcc: x@y.org",
     "alice@example.org,bob@example.org", "jürgen@example.org", "x" * 250 + "@example.org"],
)  # fmt: skip
def test_it_refuses_what_is_no_address(typed: str) -> None:
    with pytest.raises(DomainError, match="not an e-mail address") as refusal:
        normalize_email(typed)
    assert refusal.value.field == "email"


@given(st.text(max_size=80))
def test_a_normal_form_is_its_own_normal_form(typed: str) -> None:
    try:
        once = normalize_email(typed)
    except DomainError:
        return
    assert normalize_email(once) == once == plain_email(typed)
