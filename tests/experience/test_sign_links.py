"""When a signing link works, and which code opens it."""

from datetime import timedelta
from typing import Any

import pytest

from ceu.experience.sign_links import (
    MOST_WRONG_CODES,
    PROOF_LIFE,
    LinkState,
    code_digest,
    is_code,
    is_proof,
    link_state,
    new_code,
    proof_text,
)
from tests.factories import FROZEN_NOW

LATER = FROZEN_NOW + timedelta(days=14)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, LinkState.OPEN),
        ({"wrong_codes": MOST_WRONG_CODES - 1}, LinkState.OPEN),
        ({"wrong_codes": MOST_WRONG_CODES}, LinkState.LOCKED),
        ({"expires_at": FROZEN_NOW}, LinkState.EXPIRED),
        ({"revoked_at": FROZEN_NOW, "expires_at": FROZEN_NOW}, LinkState.REVOKED),
        ({"used_at": FROZEN_NOW, "expires_at": FROZEN_NOW, "wrong_codes": 9}, LinkState.USED),
    ],
)
def test_where_a_link_stands(facts: dict[str, Any], state: LinkState) -> None:
    known: dict[str, Any] = {
        "expires_at": LATER,
        "revoked_at": None,
        "used_at": None,
        "wrong_codes": 0,
        **facts,
    }
    assert link_state(FROZEN_NOW, **known) is state


def test_a_code_has_six_digits_and_belongs_to_its_link() -> None:
    codes = {new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert len(codes) > 150
    assert is_code("token", "123 456", code_digest("token", "123456"))
    assert not is_code("other", "123456", code_digest("token", "123456"))
    assert not is_code("token", "123456", None)


@pytest.mark.parametrize("text", [None, "", "8 2026-11-24T18:00:00+00:00"])
def test_no_browser_has_proved_anything_without_the_proof(text: object) -> None:
    assert not is_proof(text, 7, FROZEN_NOW)


def test_a_proof_lasts_an_hour() -> None:
    text = proof_text(7, FROZEN_NOW + PROOF_LIFE)
    assert is_proof(text, 7, FROZEN_NOW + PROOF_LIFE - timedelta(seconds=1))
    assert not is_proof(text, 7, FROZEN_NOW + PROOF_LIFE)
