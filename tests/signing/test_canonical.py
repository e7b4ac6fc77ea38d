"""Canonical JSON: one spelling, and a refusal for whatever has none."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given, strategies as st

from ceu.signing.canonical import LARGEST_INTEGER, NotCanonicalError, as_json, canonical, iso

WHOLE_NUMBERS = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE_NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_it_works() -> None:
    value = {"b": [1, True, None], "a": "é\n", "day": date(2027, 3, 31)}
    assert canonical(value) == '{"a":"é\\n","b":[1,true,null],"day":"2027-03-31"}'.encode()


def test_keys_are_sorted_by_utf_16_as_rfc_8785_asks() -> None:
    # Section 3.2.3: by code point U+FB33 comes before U+1F600, by UTF-16 unit (D83D) after it.
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "1": 3, "\r": 4}).decode() == (
        '{"\\r":4,"1":3,"\U0001f600":2,"\ufb33":1}'
    )


def test_an_instant_has_one_spelling_whatever_its_time_zone() -> None:
    pacific = datetime(2027, 3, 31, 10, 5, tzinfo=timezone(timedelta(hours=-7)))
    assert iso(pacific) == iso(pacific.astimezone(UTC)) == "2027-03-31T17:05:00Z"


@given(JSON)
def test_the_bytes_are_json_and_mean_the_same(value: object) -> None:
    assert json.loads(canonical(value)) == value


@given(JSON)
def test_the_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(as_json(value))


@given(JSON)
def test_reading_and_spelling_again_changes_nothing(value: object) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(st.text(), WHOLE_NUMBERS, min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"minutes": [1, 1.5]}, r"record\.minutes\[1\] is the float 1\.5\. Write whole minutes"),
        ({"a": float("nan")}, r"record\.a is the float nan"),
        ({"a": 2**53}, "too large for some readers"),
        ({"at": datetime(2027, 3, 31, 10, 5)}, r"record\.at: The time .* has no time zone"),
        ({"price": Decimal("1.50")}, r"record\.price is a Decimal"),
        ({1: "a"}, "the key 1, which is not text"),
        ({"a": "\ud800"}, r"record\.a holds half a character"),
        ({"\udc00": 1}, "a key of record holds half a character"),
        ({"a": {1, 2}}, r"record\.a is a set"),
        ({"a": b"x"}, r"record\.a is a bytes"),
    ],
)
def test_it_refuses_what_has_no_single_spelling(value: object, sentence: str) -> None:
    with pytest.raises(NotCanonicalError, match=sentence):
        as_json(value)
