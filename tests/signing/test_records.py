"""Signed records and their chains: genuine ones pass, and no change goes unnoticed."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ceu.signing.canonical import NotCanonicalError
from ceu.signing.keys import VerificationKey
from ceu.signing.records import (
    Answer,
    RecordError,
    SignedRecord,
    Signer,
    record_from_json,
    verify,
    verify_chain,
)
from tests.signing.builders import MORNING, RING, SITE_KEY, STRANGER, make_chain, make_record
from tests.signing.test_canonical import JSON

BODIES = st.dictionaries(st.text(), JSON, max_size=4)


def test_it_works() -> None:
    record = make_record()
    assert record.signed_at == "2027-03-29T17:05:00Z"
    assert record.key_id == SITE_KEY.key_id
    verification = verify(record, RING)
    assert verification.answer is Answer.GENUINE
    assert verification.findings == ()


@given(BODIES)
def test_a_record_survives_json(body: dict[str, Any]) -> None:
    record = make_record(body)
    again = record_from_json(json.loads(json.dumps(record.as_json())))
    assert again == record
    assert verify(again, RING).answer is Answer.GENUINE


@given(
    st.sampled_from(["kind", "meaning", "identity_check", "signed_at", "previous", "sha256", "signature"]),
    st.text(),
)
def test_any_changed_field_is_found(name: str, text: str) -> None:
    record = make_record()
    changed = replace(record, **{name: text})
    assert (verify(changed, RING).answer is Answer.ALTERED) == (changed != record)


@given(BODIES, BODIES)
def test_any_changed_body_is_found(body: dict[str, Any], other: dict[str, Any]) -> None:
    changed = replace(make_record(body), body=other)
    same = json.dumps(body, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert verify(changed, RING).answer is (Answer.GENUINE if same else Answer.ALTERED)


@pytest.mark.parametrize("name", ["account", "name", "license"])
def test_a_changed_signer_is_found(name: str) -> None:
    record = make_record()
    changed = replace(record, signer=replace(record.signer, **{name: "Somebody Else"}))
    assert verify(changed, RING).findings == (
        "The content was changed after signing: it does not fit its SHA-256.",
    )


def test_a_changed_content_with_a_fitting_hash_is_found() -> None:
    genuine, forged = make_record(), make_record(body={"week": "2027-03-22"}, private_key=STRANGER)
    changed = replace(forged, key_id=genuine.key_id)
    rehashed = replace(changed, sha256=hashlib.sha256(changed.content()).hexdigest())
    verification = verify(rehashed, RING)
    assert verification.answer is Answer.ALTERED
    assert "was not made by key" in verification.findings[0]


def test_a_key_we_do_not_hold_is_no_answer() -> None:
    verification = verify(make_record(private_key=STRANGER), RING)
    assert verification.answer is Answer.CANNOT_TELL
    assert "Ask the site" in verification.findings[0]


def test_a_retired_key_signs_the_past_only() -> None:
    until = {SITE_KEY.key_id: VerificationKey(SITE_KEY.raw, "2027-03-29T17:05:00Z")}
    assert verify(make_record(), until).answer is Answer.GENUINE
    late = make_record(signed_at=MORNING.replace(second=1))
    assert verify(late, until).answer is Answer.ALTERED
    assert "was retired" in verify(late, until).findings[0]


def test_a_float_smuggled_into_the_body_is_found() -> None:
    assert verify(replace(make_record(), body={"minutes": 1.5}), RING).answer is Answer.ALTERED  # type: ignore[dict-item]


def test_it_seals_no_float_and_no_naive_time() -> None:
    with pytest.raises(NotCanonicalError, match=r"body\.hours is the float"):
        make_record({"hours": 13.5})
    with pytest.raises(NotCanonicalError, match="no time zone"):
        make_record(signed_at=datetime(2027, 3, 29))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "ceu-record/2"}, "this program reads 'ceu-record/1'"),
        ({"note": "added"}, "does not belong there: note"),
        ({"kind": None}, "The field kind must be text"),
        ({"previous": 5}, "The field previous must be text"),
        ({"body": []}, "must each be a JSON object"),
        ({"signer": {"account": "7", "name": "Dana Reyes"}}, "The signer lacks the field license"),
        ({"signer": {"account": 7, "name": "Dana Reyes", "license": ""}}, r"signer\.account must be text"),
    ],
)
def test_it_reads_nothing_but_records(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RecordError, match=sentence):
        record_from_json(make_record().as_json() | change)


def test_a_missing_field_is_named() -> None:
    value = make_record().as_json()
    del value["signature"]
    with pytest.raises(RecordError, match="lacks the field signature"):
        record_from_json(value)


def test_a_whole_chain_is_genuine() -> None:
    chain = make_chain(4)
    assert verify_chain(chain, RING, head=chain[-1].sha256).answer is Answer.GENUINE


CHAIN = make_chain(5)


@given(st.lists(st.sampled_from(CHAIN), max_size=7))
def test_only_a_beginning_of_the_chain_passes(records: list[SignedRecord]) -> None:
    answer = verify_chain(records, RING).answer
    assert (answer is Answer.GENUINE) == (bool(records) and records == CHAIN[: len(records)])


@given(st.integers(0, 5))
def test_with_the_head_known_only_the_whole_chain_passes(length: int) -> None:
    answer = verify_chain(CHAIN[:length], RING, head=CHAIN[-1].sha256).answer
    assert (answer is Answer.GENUINE) == (length == 5)


def _findings(records: list[SignedRecord], head: str | None = None) -> tuple[str, ...]:
    verification = verify_chain(records, RING, head)
    assert verification.answer is Answer.ALTERED
    return verification.findings


def test_it_names_what_is_wrong_with_a_chain() -> None:
    one, two, three, four, _ = CHAIN
    second_version = make_record({"week": "two, rewritten"}, one)
    assert _findings([one, three]) == (f"Record 2 continues a record ({two.sha256[:16]}…) that is missing.",)
    assert _findings([two]) == (f"Record 1 continues a record ({one.sha256[:16]}…) that is missing.",)
    assert _findings([one, two, two]) == ("Record 3 repeats record 2.",)
    assert _findings([one, two, second_version]) == (
        "Records 2 and 3 both continue the same record: there are two histories.",
    )
    assert _findings([one, three, two, four]) == (
        "Record 2 does not continue the record before it: the order was changed.",
        "Record 3 does not continue the record before it: the order was changed.",
        "Record 4 does not continue the record before it: the order was changed.",
    )
    assert "begins the chain but stands behind another" in _findings([two, one])[1]
    assert _findings([one, replace(two, meaning="I do not")]) == (
        "Record 2: The content was changed after signing: it does not fit its SHA-256.",
    )
    assert "its end is missing" in _findings([one], head=two.sha256)[0]


def test_the_worst_answer_counts() -> None:
    unknown = make_record({"week": 2}, CHAIN[0], private_key=STRANGER)
    assert verify_chain([CHAIN[0], unknown], RING).answer is Answer.CANNOT_TELL
    altered = replace(CHAIN[0], signer=Signer("8", "Somebody Else"))
    assert verify_chain([altered, unknown], RING).answer is Answer.ALTERED
    assert verify_chain([], RING).answer is Answer.CANNOT_TELL
