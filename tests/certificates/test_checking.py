"""Whether a certificate stands, and whether a file is the one that was issued; without a database."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from ceu.certificates.checking import FileAnswer, Standing, check, compare_file
from tests.signing.builders import RING, make_record

NUMBER = "CEU-2026-AAAA-BBBB"
RECORD = make_record({"certificate": {"number": NUMBER}})


def standing(record=RECORD, number=NUMBER, keys=RING, revoked=False, superseded=False) -> Standing:  # type: ignore[no-untyped-def]
    return check(record, number, keys, is_revoked=revoked, is_superseded=superseded).standing


def test_it_works() -> None:
    assert standing() is Standing.VALID


def test_a_newer_edition_and_a_revocation_are_said() -> None:
    assert standing(superseded=True) is Standing.SUPERSEDED
    assert standing(revoked=True) is Standing.REVOKED
    assert standing(revoked=True, superseded=True) is Standing.REVOKED


def test_a_changed_record_is_altered_whatever_else_is_true() -> None:
    changed = replace(RECORD, body={"certificate": {"number": NUMBER, "hours": "60"}})
    assert standing(changed) is standing(changed, revoked=True) is Standing.ALTERED


def test_a_genuine_record_under_another_number_is_altered() -> None:
    assert standing(number="CEU-2026-CCCC-DDDD") is Standing.ALTERED


def test_without_the_key_nobody_can_tell_but_a_revocation_holds() -> None:
    assert standing(keys={}) is Standing.CANNOT_TELL
    assert standing(keys={}, revoked=True) is Standing.REVOKED


PDF = b"%PDF-1.7\nissued"
ISSUED = hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (PDF, FileAnswer.IDENTICAL),
        (PDF + b"\n", FileAnswer.DIFFERS),
        (b"%PDF-", FileAnswer.DIFFERS),
        (b"GIF89a", FileAnswer.NOT_A_PDF),
        (b"", FileAnswer.NOT_A_PDF),
        (b"%PDF-" + b"x" * 100, FileAnswer.TOO_LARGE),
    ],
)
def test_files(data: bytes, answer: FileAnswer) -> None:
    assert compare_file(data, ISSUED, largest=100) is answer


@given(st.integers(0, len(PDF) - 1), st.integers(1, 255))
def test_one_changed_byte_is_seen(place: int, change: int) -> None:
    changed = bytearray(PDF)
    changed[place] ^= change
    assert compare_file(bytes(changed), ISSUED, largest=100) is not FileAnswer.IDENTICAL
