"""A file of signed records, checked without the site: whatever is done to it, it never passes as genuine."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.signing.canonical import canonical
from ceu.signing.export import chains, export_file, verify_file
from ceu.signing.keys import VerificationKey
from ceu.signing.records import Answer
from ceu.signing.report import report_file
from tests.signing.builders import RING, SITE_KEY, STRANGER, make_chain, make_record

CHAIN = make_chain(3)
CERTIFICATE = make_record({"number": "CEU-1"}, kind="certificate")
EXPORT = export_file([*CHAIN, CERTIFICATE], [SITE_KEY])
TIGHT = canonical(json.loads(EXPORT))


def test_it_works() -> None:
    checked = verify_file(EXPORT, RING)
    assert checked.verification.answer is Answer.GENUINE
    assert checked.verification.findings == ()
    assert [item.record for item in checked.records] == [*CHAIN, CERTIFICATE]


def test_a_file_may_be_one_record() -> None:
    checked = verify_file(json.dumps(CHAIN[1].as_json()).encode(), RING)
    assert checked.verification.answer is Answer.GENUINE
    assert checked.records[0].record == CHAIN[1]


def test_layout_is_not_content() -> None:
    assert verify_file(TIGHT, RING).verification.answer is Answer.GENUINE
    assert verify_file(b"\xef\xbb\xbf" + EXPORT, RING).verification.answer is Answer.GENUINE


@given(st.integers(0, len(TIGHT) - 1), st.integers(0, 255))
def test_any_changed_byte_is_found(place: int, byte: int) -> None:
    changed = TIGHT[:place] + bytes([byte]) + TIGHT[place + 1 :]
    answer = verify_file(changed, RING).verification.answer
    assert (answer is Answer.GENUINE) == (changed == TIGHT)


@given(st.integers(0, len(TIGHT) - 1), st.integers(1, 400))
def test_any_removed_piece_is_found(place: int, length: int) -> None:
    assert (
        verify_file(TIGHT[:place] + TIGHT[place + length :], RING).verification.answer is not Answer.GENUINE
    )


@given(st.binary())
def test_it_never_raises(data: bytes) -> None:
    assert verify_file(data, RING).verification.answer is Answer.CANNOT_TELL


def test_chains_are_told_apart() -> None:
    mixed = [CHAIN[0], CERTIFICATE, CHAIN[1], CHAIN[2]]
    assert chains(mixed) == [CHAIN, [CERTIFICATE]]
    assert verify_file(export_file(mixed, []), RING).verification.answer is Answer.GENUINE


def test_a_gap_in_one_of_several_chains_is_found() -> None:
    checked = verify_file(export_file([CERTIFICATE, CHAIN[0], CHAIN[2]], []), RING)
    assert checked.verification.answer is Answer.ALTERED
    assert checked.verification.findings == (
        f"Record 3 continues a record ({CHAIN[1].sha256[:16]}…) that is missing.",
    )


def test_claimed_hashes_in_a_circle_are_no_trap() -> None:
    circle = [replace(CHAIN[0], previous="b", sha256="a"), replace(CHAIN[1], previous="a", sha256="b")]
    assert verify_file(export_file(circle, []), RING).verification.answer is Answer.ALTERED


def test_keys_in_the_file_are_not_trusted() -> None:
    stranger = VerificationKey.of(STRANGER)
    forged = export_file([make_record(private_key=STRANGER)], [stranger])
    checked = verify_file(forged, RING)
    assert checked.verification.answer is Answer.CANNOT_TELL
    assert any(stranger.fingerprint in finding for finding in checked.verification.findings)


def test_without_any_key_there_is_no_answer() -> None:
    checked = verify_file(EXPORT, {})
    assert checked.verification.answer is Answer.CANNOT_TELL
    assert any(SITE_KEY.fingerprint in finding for finding in checked.verification.findings)


def test_another_retirement_date_than_the_site_s_is_found() -> None:
    now_retired = VerificationKey(SITE_KEY.raw, "2027-04-01T00:00:00Z")
    ring = {SITE_KEY.key_id: now_retired}
    assert verify_file(EXPORT, ring).verification.answer is Answer.GENUINE, "exported before it was retired"
    postponed = export_file(CHAIN, [VerificationKey(SITE_KEY.raw, "2028-04-01T00:00:00Z")])
    assert verify_file(postponed, ring).verification.answer is Answer.ALTERED


@pytest.mark.parametrize(
    ("data", "answer", "sentence"),
    [
        (b"", Answer.CANNOT_TELL, "cannot be read"),
        (b"[]", Answer.CANNOT_TELL, "does not hold a JSON object"),
        (b'{"format": "ceu-export/2"}', Answer.CANNOT_TELL, "neither ceu-record/1 nor ceu-export/1"),
        (b'{"format": 1, "format": "ceu-export/1"}', Answer.CANNOT_TELL, "occurs twice"),
        (b'{"format": 1.0}', Answer.CANNOT_TELL, "whole numbers only"),
        (b'{"format": NaN}', Answer.CANNOT_TELL, "whole numbers only"),
        (b"[" * 100_000, Answer.CANNOT_TELL, "cannot be read"),
        (b'{"format": "ceu-export/1"}', Answer.ALTERED, "and nothing else"),
        (b'{"format": "ceu-export/1", "records": {}, "keys": []}', Answer.ALTERED, "must each be a list"),
        (b'{"format": "ceu-export/1", "records": [{}], "keys": []}', Answer.ALTERED, "The format is None"),
        (b'{"format": "ceu-export/1", "records": [], "keys": []}', Answer.CANNOT_TELL, "no record to check"),
    ],
)
def test_what_is_no_export_is_no_yes(data: bytes, answer: Answer, sentence: str) -> None:
    verification = verify_file(data, RING).verification
    assert verification.answer is answer
    assert sentence in verification.findings[0]


@pytest.mark.parametrize("depth", [300, 500, 700, 900, 1100])
def test_deep_nesting_is_no_trap(depth: int) -> None:
    nested = json.dumps(CHAIN[0].as_json()).replace(
        '{"week": 1}', '{"week": ' + "[" * depth + "]" * depth + "}"
    )
    assert verify_file(nested.encode(), RING).verification.answer is not Answer.GENUINE
    assert report_file(nested.encode(), RING).exit_code in (1, 2)


def test_a_field_added_beside_the_signature_is_found() -> None:
    document: dict[str, Any] = json.loads(EXPORT)
    document["records"][0]["approved"] = "yes"
    assert verify_file(json.dumps(document).encode(), RING).verification.answer is Answer.ALTERED
